//! Items whose code is rewritten: functions, `impl` blocks, traits, modules and `thread_local!`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::visit_mut::VisitMut as _;
use syn::{
    Attribute, Block, Expr, Generics, Ident, ImplItem, Item as SynItem, ItemImpl, ItemMod, ItemStatic, ItemTrait, Path,
    ReturnType, Signature, TraitItem, Type,
};

use super::blocks::listed;
use super::{FoundMap, Given, Rewriter};
use crate::args::Options;
use crate::ast::{Item, Range, has_own, repeated, take_ours};
use crate::declare::declare_all;
use crate::errors::Errors;
use crate::maps::{ABOVE_ITEM, HERE, Kind, keep_imports};
use crate::plan::{Part, Scope};
use crate::refuse;
use crate::walk::{Visitor as _, elements_mut};

/// What a look ahead into a part has found.
struct Seen {
    maps: usize,
    names: usize,
    touched: bool,
    foreign: bool,
    parts: Vec<Part>,
}

impl Rewriter<'_> {
    /// Reads and takes off the helper attributes among `attrs`.
    pub(crate) fn take_helpers(&mut self, attrs: &mut Vec<Attribute>) -> Options {
        let mut options = Options::default();
        for helper in &take_ours(attrs) {
            options.read_helper(helper, self.errors);
        }
        options
    }

    /// Rewrites `node`, which has these attributes, under the options that stand on it.
    pub(crate) fn part<T: Clone>(
        &mut self,
        what: &'static str,
        attrs: &[Attribute],
        options: Options,
        node: &mut T,
        rewrite: impl Fn(&mut Rewriter<'_>, &mut T),
    ) {
        self.with_options(what, attrs, options, &mut |rewriter, is_ahead| {
            if is_ahead {
                rewrite(rewriter, &mut node.clone());
            } else {
                rewrite(rewriter, node);
            }
        });
    }

    /// Does `rewrite` below what has these attributes and under these options. If there are any, another rewriter does before,
    /// with `true`, to see what is there.
    fn with_options(
        &mut self,
        what: &'static str,
        attrs: &[Attribute],
        options: Options,
        rewrite: &mut dyn FnMut(&mut Rewriter<'_>, bool),
    ) {
        let around = self.conditions.len();
        self.conditions.append(&mut repeated(attrs));
        let inner = if options.keys.is_empty() {
            Some(self.given.clone())
        } else {
            let mut errors = Errors::default();
            let mut ahead = self.fork(&mut errors);
            rewrite(&mut ahead, true);
            let seen = Seen {
                maps: ahead.declared,
                names: ahead.names_declared(),
                touched: ahead.touched,
                foreign: ahead.foreign.is_some() || ahead.called_so,
                parts: std::mem::take(&mut ahead.parts),
            };
            self.begin_part(what, options, seen)
        };
        if let Some(inner) = inner {
            let outer = std::mem::replace(&mut self.given, inner);
            rewrite(self, false);
            self.given = outer;
        }
        self.conditions.truncate(around);
    }

    /// Notes a part and what was seen in it. Returns the options in force there, unless it is skipped.
    fn begin_part(&mut self, what: &'static str, options: Options, seen: Seen) -> Option<Given> {
        let mut inner = self.given.clone();
        if options.name.is_some() {
            inner.name.clone_from(&options.name);
        }
        if options.sample.is_some() {
            inner.sample.clone_from(&options.sample);
        }
        let skipped = options.is_skipped();
        if skipped {
            for part in &seen.parts {
                for key in &part.options.keys {
                    self.errors.on(
                        key,
                        format!("what is around is skipped, so `{key}` has no effect; remove it"),
                    );
                }
            }
        }
        self.parts.push(Part {
            what,
            options,
            // A map that is not traced may be left plain in so many words.
            touched: seen.touched || (skipped && seen.foreign),
            maps: seen.maps,
            names: seen.names,
        });
        (!skipped).then_some(inner)
    }

    /// Does `run` where the parameters of `generics` are known.
    pub(crate) fn with_generics(&mut self, generics: &Generics, run: &mut dyn FnMut(&mut Self)) {
        self.names.enter_generics(generics);
        self.generics.push(generics.clone());
        run(self);
        self.generics.pop();
        self.names.leave();
    }

    /// An item in a block or module.
    pub(super) fn nested(&mut self, item: SynItem) -> SynItem {
        match Item::accepted(item) {
            Ok(item) => SynItem::Verbatim(self.item(&item, false)),
            Err(mut other) => {
                match &mut *other {
                    SynItem::Mod(_) => refuse::item(&other, self.errors),
                    SynItem::Union(item) => self.walk().visit_item_union_mut(item),
                    // What a macro makes of its tokens is unknown, and the others hold no map.
                    _ => {}
                }
                *other
            }
        }
    }

    /// Rewrites an item whose code is rewritten. `alone` says that it may be a method, so that nothing can stand beside
    /// it.
    pub(crate) fn scope(&mut self, item: &mut Item, alone: bool) {
        let code = self.code.clone();
        match item {
            Item::Fn(item) => {
                self.visit_attributes_mut(&mut item.attrs);
                let path = code.map_or_else(
                    || item.sig.ident.unraw().to_string(),
                    |code| code.below(&item.sig.ident),
                );
                self.function(&mut item.sig, Some(&mut item.block), &path, alone);
            }
            Item::Impl(item) => self.implementation(item),
            Item::Trait(item) => self.trait_(item),
            Item::Mod(item) => self.module(item),
            Item::ThreadLocal(item) => {
                self.visit_attributes_mut(&mut item.attrs);
                self.visit_macro_mut(&mut item.mac);
            }
            _ => unreachable!("the other kinds have no code of their own"),
        }
    }

    fn function(&mut self, sig: &mut Signature, mut block: Option<&mut Block>, path: &str, alone: bool) {
        // Of a member the whole `impl` or `trait` is looked through.
        let is_member = self.owner.is_some() && self.code.is_none();
        self.with_generics(&sig.generics.clone(), &mut |this| {
            if !is_member {
                this.note_own_types(&mut |mut walk| {
                    walk.visit_signature_mut(sig);
                    block.iter_mut().for_each(|block| walk.visit_block_mut(block));
                });
            }
            let imported = alone.then(|| std::mem::take(&mut this.imported));
            let here = std::mem::replace(&mut this.here, if alone { ABOVE_ITEM } else { HERE });
            let returned = this.signature(sig);
            this.here = here;
            let header = imported.map(|imported| std::mem::replace(&mut this.imported, imported));
            if let Some(block) = &mut block {
                this.body(path, &sig.ident, block, &returned, header.unwrap_or_default());
            }
        });
    }

    /// Rewrites a signature. Returns the maps that the function hands out.
    fn signature(&mut self, sig: &mut Signature) -> Vec<FoundMap> {
        let mut returned = Vec::new();
        self.declaration(&mut |this| {
            this.walk().visit_generics_mut(&mut sig.generics);
            for input in elements_mut(&mut sig.inputs) {
                this.walk().visit_fn_arg_mut(input);
            }
            if let ReturnType::Type(_, ty) = &mut sig.output {
                // What is behind a reference was made elsewhere.
                returned = this.places_in(ty, false);
            }
        });
        returned
    }

    /// Rewrites what is not code, and whose kinds are no one's.
    pub(crate) fn declaration(&mut self, run: &mut dyn FnMut(&mut Self)) {
        let kinds = std::mem::take(&mut self.kinds);
        run(self);
        self.kinds = kinds;
    }

    /// Does `run` outside of any function, with `Self` as `owner`.
    fn members(&mut self, owner: Option<String>, run: &mut dyn FnMut(&mut Self)) {
        let code = self.code.take();
        let outer = std::mem::replace(&mut self.owner, owner);
        run(self);
        self.owner = outer;
        self.code = code;
    }

    fn implementation(&mut self, item: &mut ItemImpl) {
        self.visit_attributes_mut(&mut item.attrs);
        let mut owner = owner_of(&item.self_ty).or_else(|| last_name(&item.trait_.as_ref()?.0));
        self.with_generics(&item.generics.clone(), &mut |this| {
            this.note_own_types(&mut |mut walk| walk.visit_item_impl_mut(item));
            this.declaration(&mut |this| {
                this.walk().visit_generics_mut(&mut item.generics);
                if let Some((path, _)) = &mut item.trait_ {
                    this.visit_trait_mut(path);
                }
                this.visit_type_mut(&mut item.self_ty);
            });
            this.members(owner.take(), &mut |this| {
                for member in &mut item.items {
                    this.member(member);
                }
            });
        });
    }

    fn trait_(&mut self, item: &mut ItemTrait) {
        self.visit_attributes_mut(&mut item.attrs);
        let mut owner = Some(item.ident.unraw().to_string());
        self.with_generics(&item.generics.clone(), &mut |this| {
            this.note_own_types(&mut |mut walk| walk.visit_item_trait_mut(item));
            this.declaration(&mut |this| {
                this.walk().visit_generics_mut(&mut item.generics);
                for bound in elements_mut(&mut item.supertraits) {
                    this.walk().visit_type_param_bound_mut(bound);
                }
            });
            this.members(owner.take(), &mut |this| {
                for member in &mut item.items {
                    this.trait_member(member);
                }
            });
        });
    }

    /// What a member of an `impl` or `trait` is called.
    fn member_path(&self, name: &Ident) -> String {
        let name = name.unraw();
        self.owner
            .as_ref()
            .map_or_else(|| name.to_string(), |owner| format!("{owner}::{name}"))
    }

    fn member(&mut self, member: &mut ImplItem) {
        let attrs = match member {
            ImplItem::Const(item) => &mut item.attrs,
            ImplItem::Fn(item) => &mut item.attrs,
            ImplItem::Type(item) => &mut item.attrs,
            _ => return,
        };
        let options = self.take_helpers(attrs);
        self.visit_attributes_mut(attrs);
        let attrs = attrs.clone();
        self.part("item", &attrs, options, member, |this, member| match member {
            ImplItem::Const(item) => {
                let range = Range::of(item);
                let path = this.member_path(&item.ident);
                this.with_generics(&item.generics.clone(), &mut |this| {
                    this.constant(&path, range, &mut item.ty, &mut item.expr);
                });
            }
            ImplItem::Fn(item) => {
                let path = this.member_path(&item.sig.ident);
                this.function(&mut item.sig, Some(&mut item.block), &path, false);
            }
            ImplItem::Type(item) => {
                let range = Range::of(item);
                let path = this.member_path(&item.ident);
                this.with_generics(&item.generics.clone(), &mut |this| {
                    this.declaration(&mut |this| this.walk().visit_generics_mut(&mut item.generics));
                    this.associated_type(&path, range, &mut item.ty);
                });
            }
            _ => {}
        });
    }

    fn trait_member(&mut self, member: &mut TraitItem) {
        let attrs = match member {
            TraitItem::Const(item) => &mut item.attrs,
            TraitItem::Fn(item) => &mut item.attrs,
            TraitItem::Type(item) => &mut item.attrs,
            _ => return,
        };
        let options = self.take_helpers(attrs);
        self.visit_attributes_mut(attrs);
        let attrs = attrs.clone();
        self.part("item", &attrs, options, member, |this, member| match member {
            TraitItem::Const(item) => {
                let range = Range::of(item);
                let path = this.member_path(&item.ident);
                this.with_generics(&item.generics.clone(), &mut |this| match &mut item.default {
                    Some((_, expr)) => this.constant(&path, range, &mut item.ty, expr),
                    None => this.declaration(&mut |this| this.visit_type_mut(&mut item.ty)),
                });
            }
            TraitItem::Fn(item) => {
                let path = this.member_path(&item.sig.ident);
                this.function(&mut item.sig, item.default.as_mut(), &path, false);
            }
            TraitItem::Type(item) => {
                let range = Range::of(item);
                let path = this.member_path(&item.ident);
                this.with_generics(&item.generics.clone(), &mut |this| {
                    this.declaration(&mut |this| {
                        this.walk().visit_generics_mut(&mut item.generics);
                        for bound in elements_mut(&mut item.bounds) {
                            this.walk().visit_type_param_bound_mut(bound);
                        }
                    });
                    if let Some((_, ty)) = &mut item.default {
                        this.associated_type(&path, range, ty);
                    }
                });
            }
            _ => {}
        });
    }

    /// An associated constant. Its declarations stand in it, where all names mean what they do in its type.
    fn constant(&mut self, path: &str, range: Range, ty: &mut Type, expr: &mut Expr) {
        let maps = self.place(ty);
        let kinds = self.initialiser(expr);
        let conditions = std::mem::take(&mut self.conditions);
        let sites = std::mem::take(&mut self.sites);
        self.one_place(path, range, Scope::Item, maps, kinds);
        let front = declare_all(&std::mem::replace(&mut self.sites, sites), self.krate);
        self.conditions = conditions;
        if !front.is_empty() {
            *expr = Expr::Verbatim(quote!({ #front #expr }));
        }
    }

    fn associated_type(&mut self, path: &str, range: Range, ty: &mut Type) {
        let maps = self.place(ty);
        self.one_place(path, range, Scope::Type, maps, Vec::new());
    }

    /// Declares the maps of a type, or, if it names none, those that its initialiser does.
    pub(crate) fn one_place(&mut self, path: &str, range: Range, scope: Scope, maps: Vec<FoundMap>, kinds: Vec<Kind>) {
        let mut found: Vec<(Kind, Option<Type>)> = Vec::new();
        for map in &maps {
            found.push((map.kind, map.declared(&self.generics, self.krate)));
        }
        if found.is_empty() {
            for kind in &kinds {
                found.push((*kind, None));
            }
        }
        self.declare_found(path, range, scope, &found);
    }

    fn module(&mut self, item: &mut ItemMod) {
        self.visit_attributes_mut(&mut item.attrs);
        let Some((_, items)) = &mut item.content else { return };
        let names = self.names.clone();
        let generics = std::mem::take(&mut self.generics);
        let conditions = std::mem::take(&mut self.conditions);
        let imported = std::mem::take(&mut self.imported);
        let sites = std::mem::take(&mut self.sites);
        self.names.enter_module(&listed(items), self.krate);
        self.note_own_imports(&mut |mut walk| items.iter_mut().for_each(|item| walk.visit_item_mut(item)));
        self.members(None, &mut |this| {
            for item in std::mem::take(items) {
                match item {
                    item if has_own(&item) => {
                        this.left = true;
                        items.push(item);
                    }
                    SynItem::Use(item) => items.append(&mut this.nested_use(item)),
                    item => items.push(this.nested(item)),
                }
            }
        });
        self.names = names;
        self.generics = generics;
        self.conditions = conditions;
        let mut end = keep_imports(&std::mem::replace(&mut self.imported, imported), self.krate);
        end.extend(declare_all(&std::mem::replace(&mut self.sites, sites), self.krate));
        if !end.is_empty() {
            items.push(SynItem::Verbatim(end));
        }
    }

    /// Each static of `thread_local!` is a place.
    pub(super) fn thread_locals(&mut self, locals: &mut [ItemStatic]) {
        for local in locals {
            let options = self.take_helpers(&mut local.attrs);
            self.visit_attributes_mut(&mut local.attrs);
            let attrs = local.attrs.clone();
            self.part("static", &attrs, options, local, |this, local| {
                let bare = ItemStatic {
                    attrs: Vec::new(),
                    ..local.clone()
                };
                let range = Range {
                    from: Range::of(&bare).from,
                    to: Range::of(&local.expr).to,
                };
                let maps = this.place(&mut local.ty);
                let kinds = this.initialiser(&mut local.expr);
                this.one_place(&local.ident.unraw().to_string(), range, Scope::Item, maps, kinds);
            });
        }
    }

    /// Rewrites any item with its attributes taken into account. Returns it as tokens, as it may have become several.
    pub(crate) fn item(&mut self, item: &Item, alone: bool) -> TokenStream {
        let mut rewritten = TokenStream::new();
        self.under(item.attrs(), &mut |this| {
            if item.is_scope() {
                let mut item = item.clone();
                this.scope(&mut item, alone);
                item.to_tokens(&mut rewritten);
            } else {
                if alone && matches!(item, Item::Type(_) | Item::Static(_) | Item::Const(_)) {
                    this.here = ABOVE_ITEM;
                }
                rewritten = this.leaf(item);
            }
        });
        rewritten
    }
}

/// What the type of an `impl` is called.
fn owner_of(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(ty) => last_name(&ty.path),
        Type::Reference(ty) => owner_of(&ty.elem),
        Type::Slice(ty) => owner_of(&ty.elem),
        Type::Array(ty) => owner_of(&ty.elem),
        Type::Ptr(ty) => owner_of(&ty.elem),
        Type::Paren(ty) => owner_of(&ty.elem),
        Type::Group(ty) => owner_of(&ty.elem),
        _ => None,
    }
}

fn last_name(path: &Path) -> Option<String> {
    path.segments.last().map(|segment| segment.ident.unraw().to_string())
}
