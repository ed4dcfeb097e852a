//! Takes maptrace's own attributes off an item, or gives them the path that they need where they stay.

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::visit_mut::{self, VisitMut as _};
use syn::{Attribute, Block, ItemMod, ItemUse, Macro, Meta, Path, Stmt};

use super::{Input, Item, has_own, is_ours, switched, take_ours};
use crate::around;
use crate::errors::Errors;
use crate::maps::located;
use crate::rewrite::macros::Content;
use crate::rewrite::uses::{bound_names, is_all_of_parent};
use crate::walk::{Visitor, Walk};

/// Takes a second attribute off the item, and the helper attributes off a copy of it.
pub(super) fn strip(mut item: Item, krate: &Path, errors: &mut Errors) -> Input {
    let mut helpers = Helpers { found: false };
    let mut in_full = InFull {
        krate,
        here: Brought::No,
        modules: Vec::new(),
        of_item: false,
        found: false,
    };
    // From where it is, another path leads elsewhere.
    if krate.leading_colon.is_some() {
        match &mut item {
            Item::Mod(item) => in_full.module(item),
            item => inside(item, &mut in_full),
        }
    }
    for again in &take_ours(item.attrs_mut()) {
        errors.on(
            &again.meta,
            "a second #[maptrace] on the same item; put all options into one",
        );
        helpers.found = true;
    }
    let mut plain = item.clone();
    // The item's own are not the helpers'.
    let attrs = std::mem::take(plain.attrs_mut());
    inside(&mut plain, &mut helpers);
    *plain.attrs_mut() = attrs;
    Input {
        item,
        plain,
        stripped: helpers.found || in_full.found,
    }
}

fn inside(item: &mut Item, visitor: &mut dyn Visitor) {
    match item {
        Item::Use(_) => {}
        Item::Type(item) => visitor.walk().visit_item_type_mut(item),
        Item::Struct(item) => visitor.walk().visit_item_struct_mut(item),
        Item::Enum(item) => visitor.walk().visit_item_enum_mut(item),
        Item::Static(item) => visitor.walk().visit_item_static_mut(item),
        Item::Const(item) => visitor.walk().visit_item_const_mut(item),
        Item::Fn(item) => visitor.walk().visit_item_fn_mut(item),
        Item::Impl(item) => visitor.walk().visit_item_impl_mut(item),
        Item::Trait(item) => visitor.walk().visit_item_trait_mut(item),
        Item::Mod(item) => visitor.walk().visit_item_mod_mut(item),
        Item::ThreadLocal(item) => visitor.visit_macro_mut(&mut item.mac),
    }
}

/// Gives the attributes of items in here their path, so that they need no import where they stand: a module does not see
/// that of the attribute above it, and messages say `#[maptrace(skip)]`.
struct InFull<'a> {
    krate: &'a Path,
    here: Brought,
    /// What it is in the modules around, as far as they are in the item.
    modules: Vec<Brought>,
    /// Whether the next attributes are those of an item that is expanded by itself.
    of_item: bool,
    found: bool,
}

/// Whether an import brings the attribute. If one does, that would be left without a user.
#[derive(Clone, Copy)]
enum Brought {
    No,
    Yes,
    /// By `super::*`, if the module so far out around the item has it.
    FromAround(usize),
}

impl InFull<'_> {
    fn imports(&self, item: &ItemUse) -> bool {
        let mut bound = Vec::new();
        bound_names(item, self.krate, &mut bound);
        bound
            .iter()
            .any(|bound| bound.name == "maptrace" && bound.path.len() > 1)
    }

    /// Goes into a block or module with these items. `out` is how many modules out that is to which `super` leads.
    fn enter(&mut self, items: &mut dyn Iterator<Item = &syn::Item>, out: usize) {
        let parent = match self.modules.len().checked_sub(out + 1) {
            Some(at) => self.modules[at],
            None => Brought::FromAround(out - self.modules.len()),
        };
        for item in items {
            let syn::Item::Use(item) = item else { continue };
            if self.imports(item) {
                self.here = Brought::Yes;
            } else if matches!(self.here, Brought::No) && is_all_of_parent(item) {
                self.here = parent;
            }
        }
    }

    fn module(&mut self, module: &mut ItemMod) {
        let outside = std::mem::replace(&mut self.here, Brought::No);
        if let Some((_, items)) = &module.content {
            self.enter(&mut items.iter(), 0);
        }
        self.modules.push(self.here);
        self.walk().visit_item_mod_mut(module);
        self.modules.pop();
        self.here = outside;
    }

    fn is_brought(&self) -> bool {
        let out = match self.here {
            Brought::No => return false,
            Brought::Yes => return true,
            Brought::FromAround(out) => out,
        };
        let around = around::all_imports(Span::call_site());
        for module in around.iter().filter(|imports| imports.of_module).skip(out) {
            if module.items.iter().any(|item| self.imports(item)) {
                return true;
            }
            if !module.items.iter().any(is_all_of_parent) {
                return false;
            }
        }
        false
    }

    fn in_full(&self, attribute: &mut Attribute) {
        let path = match &mut attribute.meta {
            Meta::Path(path) => path,
            Meta::List(list) => &mut list.path,
            Meta::NameValue(value) => &mut value.path,
        };
        let name = path.segments[0].clone();
        let (leading_colon, mut segments) = located(self.krate, name.ident.span());
        segments.push(name);
        *path = Path {
            leading_colon,
            segments,
        };
    }
}

impl Visitor for InFull<'_> {
    fn walk(&mut self) -> Walk<'_> {
        Walk(self)
    }

    fn visit_item_mut(&mut self, item: &mut syn::Item) {
        // They are visited first.
        self.of_item = has_own(item);
        if let syn::Item::Mod(item) = item {
            self.visit_attributes_mut(&mut item.attrs);
            self.module(item);
        } else {
            visit_mut::visit_item_mut(&mut self.walk(), item);
        }
        self.of_item = false;
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let outside = self.here;
        let mut items = block.stmts.iter().filter_map(|statement| match statement {
            Stmt::Item(item) => Some(item),
            _ => None,
        });
        self.enter(&mut items, 1);
        visit_mut::visit_block_mut(&mut self.walk(), block);
        self.here = outside;
    }

    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        if std::mem::take(&mut self.of_item) && attributes.iter().any(is_ours) && !self.is_brought() {
            for attribute in attributes
                .iter_mut()
                .filter(|attribute| attribute.path().is_ident("maptrace"))
            {
                self.in_full(attribute);
                self.found = true;
            }
        }
    }
}

/// Takes helper attributes off, wherever they stand. An item with an attribute of its own keeps all of it.
struct Helpers {
    found: bool,
}

impl Visitor for Helpers {
    fn walk(&mut self) -> Walk<'_> {
        Walk(self)
    }

    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let before = attributes.len();
        attributes.retain(|attribute| !is_ours(attribute) && switched(attribute).is_none());
        self.found |= attributes.len() < before;
    }

    fn visit_item_mut(&mut self, item: &mut syn::Item) {
        if !has_own(item) {
            visit_mut::visit_item_mut(&mut self.walk(), item);
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        let Some(mut content) = Content::of(mac, true) else {
            return;
        };
        let mut inside = Helpers { found: false };
        content.visit(inside.walk());
        if inside.found {
            mac.tokens = content.into_token_stream();
            self.found = true;
        }
    }
}
