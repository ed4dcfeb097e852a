//! What other crates can reach of a library.
//!
//! `pub` alone does not say it: an item may be in a module that is private, and be brought out of it by a `pub use`; or
//! it has no path at all, and a public function gives a value of it, whose methods can then be called.

use std::collections::{HashMap, HashSet};

use syn::visit::{self, Visit};
use syn::{Fields, ImplItem, Item, ItemImpl, Visibility};

use super::krate::{Krate, ModuleId, ROOT};
use super::names::{ItemId, Leaf, Names, Words, each_leaf, word};

/// The items that other crates can reach. The types are among them that are only given and taken.
#[derive(Default)]
pub(super) struct Reach {
    items: HashSet<ItemId>,
}

impl Reach {
    pub(super) fn of(krate: &Krate, names: &Names<'_>) -> Self {
        let mut opening = Opening {
            names,
            krate,
            items: HashMap::new(),
            impls: Vec::new(),
            modules: HashSet::new(),
            followed: HashSet::new(),
            reach: Self::default(),
        };
        for (module, its) in krate.modules.iter().enumerate() {
            for item in &its.items {
                if let Some(name) = name_of(item) {
                    opening.items.entry((module, name)).or_default().push(item);
                } else if let Item::Impl(item) = item {
                    opening.impls.push((module, item));
                }
            }
        }
        opening.module(ROOT);
        opening.impls();
        opening.reach
    }

    pub(super) fn has(&self, module: ModuleId, name: &syn::Ident) -> bool {
        self.items.contains(&(module, word(name)))
    }

    /// Whether others can use what an `impl` in `module` brings: they know all items of this crate that it is for.
    pub(super) fn has_impl(&self, names: &Names<'_>, module: ModuleId, item: &ItemImpl) -> bool {
        let mut header = Named {
            names,
            module,
            items: Vec::new(),
        };
        if let Some((path, _)) = &item.trait_ {
            header.visit_path(path);
        }
        header.visit_type(&item.self_ty);
        header.items.iter().all(|item| self.items.contains(item))
    }
}

fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(word(ident))
}

fn visibility(item: &Item) -> Option<&Visibility> {
    Some(match item {
        Item::Const(item) => &item.vis,
        Item::Enum(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        Item::Static(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::TraitAlias(item) => &item.vis,
        Item::Type(item) => &item.vis,
        Item::Union(item) => &item.vis,
        Item::Mod(item) => &item.vis,
        Item::Use(item) => &item.vis,
        _ => return None,
    })
}

pub(super) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

struct Opening<'a> {
    names: &'a Names<'a>,
    krate: &'a Krate,
    /// Several of one name where conditions choose among them, or where one is a type and one a value.
    items: HashMap<ItemId, Vec<&'a Item>>,
    impls: Vec<(ModuleId, &'a ItemImpl)>,
    /// Modules whose public items are open.
    modules: HashSet<ModuleId>,
    /// Names that a `pub use` brings, by the module where they are looked for. Imports may go round in circles.
    followed: HashSet<ItemId>,
    reach: Reach,
}

impl<'a> Opening<'a> {
    /// All that a module shows.
    fn module(&mut self, id: ModuleId) {
        if !self.modules.insert(id) {
            return;
        }
        let krate = self.krate;
        let module = &krate.modules[id];
        for item in &module.items {
            if !visibility(item).is_some_and(is_public) {
                continue;
            }
            match item {
                Item::Mod(item) => {
                    if let Some(child) = module.children.get(&word(&item.ident)) {
                        self.module(*child);
                    }
                }
                Item::Use(item) => {
                    each_leaf(&item.tree, item.leading_colon.is_some(), &mut |leaf| {
                        self.import(id, leaf)
                    });
                }
                item => self.item((id, name_of(item).unwrap_or_default())),
            }
        }
    }

    /// What a `use` in the module `id` brings.
    fn import(&mut self, id: ModuleId, leaf: Leaf) {
        let Words { absolute, mut words } = leaf.path;
        if leaf.name.is_none() {
            let path = Words { absolute, words };
            if let Some(module) = self.names.module(id, &path) {
                self.module(module);
            } else if let Some(of_enum) = self.names.item(id, &[], &path) {
                self.item(of_enum);
            }
        } else if let Some(last) = words.pop()
            && let Some(module) = self.names.module(id, &Words { absolute, words })
        {
            self.name(module, &last);
        }
    }

    /// Whatever is called `name` in the module `id`.
    fn name(&mut self, id: ModuleId, name: &str) {
        let key = (id, name.to_owned());
        if !self.followed.insert(key.clone()) {
            return;
        }
        let krate = self.krate;
        if let Some(child) = krate.modules[id].children.get(name) {
            self.module(*child);
        }
        if self.items.contains_key(&key) {
            self.item(key);
            return;
        }
        for item in &krate.modules[id].items {
            let Item::Use(item) = item else { continue };
            each_leaf(&item.tree, item.leading_colon.is_some(), &mut |leaf| match &leaf.name {
                Some(brought) if brought == name => self.import(id, leaf),
                Some(_) => {}
                None => {
                    if let Some(module) = self.names.module(id, &leaf.path) {
                        self.name(module, name);
                    }
                }
            });
        }
    }

    fn item(&mut self, id: ItemId) {
        if !self.reach.items.insert(id.clone()) {
            return;
        }
        let items = self.items.get(&id).cloned().unwrap_or_default();
        for item in items {
            self.named(id.0, |named| match item {
                Item::Const(item) => named.visit_type(&item.ty),
                Item::Enum(item) => item
                    .variants
                    .iter()
                    .for_each(|variant| named.visit_fields(&variant.fields)),
                Item::Fn(item) => named.visit_signature(&item.sig),
                Item::Static(item) => named.visit_type(&item.ty),
                Item::Struct(item) => public_fields(&item.fields).for_each(|field| named.visit_type(&field.ty)),
                Item::Trait(item) => named.visit_item_trait(item),
                Item::Type(item) => named.visit_type(&item.ty),
                _ => {}
            });
        }
    }

    /// The items that `visit` meets.
    fn named(&mut self, module: ModuleId, visit: impl FnOnce(&mut Named<'_>)) {
        let mut named = Named {
            names: self.names,
            module,
            items: Vec::new(),
        };
        visit(&mut named);
        for item in named.items {
            self.item(item);
        }
    }

    /// What can be had by methods. Each type that is reached may bring more.
    fn impls(&mut self) {
        let mut rest = std::mem::take(&mut self.impls);
        loop {
            let before = rest.len();
            rest.retain(|(module, item)| {
                let is_open = self.reach.has_impl(self.names, *module, item);
                if is_open {
                    self.named(*module, |named| named.members(item));
                }
                !is_open
            });
            if rest.len() == before {
                return;
            }
        }
    }
}

pub(super) fn public_fields(fields: &Fields) -> impl Iterator<Item = &syn::Field> {
    fields.iter().filter(|field| is_public(&field.vis))
}

/// Collects items of this crate that types and signatures name.
struct Named<'n> {
    names: &'n Names<'n>,
    module: ModuleId,
    items: Vec<ItemId>,
}

impl Named<'_> {
    fn members(&mut self, item: &ItemImpl) {
        let is_of_trait = item.trait_.is_some();
        for member in &item.items {
            match member {
                ImplItem::Fn(member) if is_of_trait || is_public(&member.vis) => self.visit_signature(&member.sig),
                ImplItem::Type(member) => self.visit_type(&member.ty),
                ImplItem::Const(member) if is_of_trait || is_public(&member.vis) => self.visit_type(&member.ty),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Named<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.items.extend(self.names.item(self.module, &[], &Words::from(path)));
        visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    /// Of a trait's own methods.
    fn visit_block(&mut self, _: &'ast syn::Block) {}
}
