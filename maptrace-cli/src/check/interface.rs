//! What other crates see of a library's maps: signatures, trait impls and fields.
//!
//! With tracing on they see maptrace's map where std's was.

use std::collections::BTreeSet;

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Ident, ImplItem, ItemImpl, Signature, Type, Visibility};

use super::attributes::{Annotated, annotated, has_cfg, is_skipped};
use super::derives::{Asked, Cure};
use super::find::Finder;
use super::krate::ModuleId;
use super::maps::{Kin, STD, StdPart};
use super::names::{Origin, Words, word};
use super::reach::is_public;
use super::verdict;

impl Finder<'_> {
    /// Whether the place is one of those that others can name: what stands in a function's body is not.
    fn is_outside_of_code(&self) -> bool {
        self.blocks.is_empty()
    }

    pub(super) fn public_fn(&mut self, signature: &Signature) {
        if self.is_outside_of_code() && self.reach.has(self.module, &signature.ident) {
            self.signature("pub fn", signature);
        }
    }

    /// Of an `impl` that is of no trait.
    pub(super) fn public_method(&mut self, visibility: &Visibility, signature: &Signature) {
        if self.is_in_reach && self.is_outside_of_code() && is_public(visibility) {
            self.signature("pub fn", signature);
        }
    }

    pub(super) fn method_of_trait(&mut self, signature: &Signature) {
        if self.is_in_reach && self.is_outside_of_code() {
            self.signature("fn", signature);
        }
    }

    fn signature(&mut self, what: &str, signature: &Signature) {
        let Given { owned, lent } = self.given(signature);
        let place = || self.place_of_method(what, &signature.ident);
        let (place, maps, verdict) = match () {
            () if !owned.is_empty() => (place(), owned, verdict::public()),
            () if !lent.is_empty() => (place(), lent, verdict::lent()),
            () => return,
        };
        self.interface.insert(word(&signature.ident));
        self.report(signature.ident.span().start(), place, maps, verdict);
    }

    fn place_of_method(&self, what: &str, ident: &Ident) -> String {
        match self.around.last().filter(|around| around.starts_with("`trait")) {
            Some(around) => format!("`{what} {ident}` in {around}"),
            None => format!("`{what} {ident}`"),
        }
    }

    pub(super) fn public_fields<'f>(
        &mut self,
        ident: &Ident,
        fields: impl Iterator<Item = &'f (String, &'f syn::Field)>,
    ) {
        if !self.is_outside_of_code() || !self.reach.has(self.module, ident) {
            return;
        }
        for (name, field) in fields.filter(|(_, field)| annotated(&field.attrs) == Annotated::No) {
            let maps = self.maps_in(|maps| maps.visit_type(&field.ty));
            if !maps.is_empty() {
                // A field without a name is reached by its type.
                self.interface
                    .insert(field.ident.as_ref().map_or_else(|| word(ident), word));
                let at = field
                    .ident
                    .as_ref()
                    .map_or_else(|| field.ty.span(), Ident::span)
                    .start();
                self.report(at, format!("`{ident}.{name}`"), maps, verdict::public_field());
            }
        }
    }

    pub(super) fn is_impl_in_reach(&self, item: &ItemImpl) -> bool {
        self.is_outside_of_code() && self.reach.has_impl(self.names, self.module, item)
    }

    /// An `impl` of a trait that names maps in its head, its types or its signatures.
    pub(super) fn trait_impl(&mut self, item: &ItemImpl) {
        let Some((path, _)) = &item.trait_ else { return };
        let place = format!("`impl {} for {}`", last_word(path), shown(&item.self_ty));
        let in_head = self.maps_in(|maps| {
            maps.visit_path(path);
            maps.visit_type(&item.self_ty);
        });
        let in_types = self.maps_in(|maps| {
            maps.takes_beside = true;
            for member in &item.items {
                if let ImplItem::Type(member) = member {
                    maps.visit_type(&member.ty);
                }
            }
        });
        let methods = || {
            item.items.iter().filter_map(|member| match member {
                ImplItem::Fn(member) => Some(&member.sig),
                _ => None,
            })
        };
        let words = Words::from(path);
        if let Some((krate, _)) = self.names.other_crate(self.module, &self.blocks, &words) {
            for signature in methods() {
                // What comes neither by the head nor by a type of the `impl`, the trait itself names.
                let named = self.maps_in(|maps| maps.visit_signature(signature));
                let own: BTreeSet<String> = named
                    .into_iter()
                    .filter(|map| !in_head.contains(map) && !in_types.contains(map))
                    .collect();
                if !own.is_empty() {
                    let place = format!("`fn {}` in {place}", signature.ident);
                    self.asked.push(Asked {
                        file: self.file.to_owned(),
                        line: signature.ident.span().start().line,
                        place: place.clone(),
                        krate: krate.clone(),
                        is_conditional: self.is_module_conditional || has_cfg(&item.attrs),
                        is_of_std: own.iter().any(|map| STD.iter().any(|(std, _)| map == std)),
                        cure: Cure::Edit("that method's map plain, and `.into()`"),
                    });
                    let verdict = verdict::foreign_trait(&last_word(path), &krate);
                    self.report(signature.ident.span().start(), place, own, verdict);
                }
            }
        }
        if !self.is_impl_in_reach(item) {
            return;
        }
        let mut maps = in_head;
        maps.extend(in_types);
        for signature in methods() {
            let Given { owned, lent } = self.given(signature);
            maps.extend(owned);
            maps.extend(lent);
        }
        if maps.is_empty() {
            return;
        }
        match own_word(&item.self_ty) {
            Some(word) => _ = self.interface.insert(word),
            // On maps themselves, the methods are what others call.
            None => self.interface.extend(methods().map(|signature| word(&signature.ident))),
        }
        self.report(item.impl_token.span.start(), place, maps, verdict::trait_impl());
    }

    fn given(&self, signature: &Signature) -> Given {
        let owned = self.maps_in(|maps| {
            maps.takes_lent = false;
            maps.visit_signature(signature);
        });
        let lent = self.maps_in(|maps| signature.inputs.iter().for_each(|input| maps.visit_fn_arg(input)));
        Given { owned, lent }
    }

    pub(super) fn has_std_map(&self, ty: &Type) -> bool {
        let mut maps = Maps::of(self);
        maps.visit_type(ty);
        maps.has_std
    }

    /// The maps of the crate's own `type` aliases in a type.
    pub(super) fn maps_of_aliases(&self, ty: &Type) -> BTreeSet<String> {
        self.maps_in(|maps| {
            maps.takes_named = false;
            maps.visit_type(ty);
        })
    }

    fn maps_in(&self, look: impl FnOnce(&mut Maps<'_, '_>)) -> BTreeSet<String> {
        let mut maps = Maps::of(self);
        look(&mut maps);
        maps.maps
    }
}

/// The maps of a signature.
struct Given {
    /// That it hands over, or lends to be changed.
    owned: BTreeSet<String>,
    /// In its arguments, those that it borrows as well. What it returns as `&` derefs to std's.
    lent: BTreeSet<String>,
}

fn last_word(path: &syn::Path) -> String {
    path.segments
        .last()
        .map(|segment| word(&segment.ident))
        .unwrap_or_default()
}

fn shown(ty: &Type) -> String {
    match ty {
        Type::Path(ty) => Words::from(&ty.path).to_string(),
        Type::Reference(reference) => {
            let mutable = if reference.mutability.is_some() { "mut " } else { "" };
            format!("&{mutable}{}", shown(&reference.elem))
        }
        _ => "_".to_owned(),
    }
}

/// By which code names the type. The name of a map says nothing.
fn own_word(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(ty) => Some(last_word(&ty.path)).filter(|word| !super::maps::is_map(word)),
        Type::Reference(reference) => own_word(&reference.elem),
        _ => None,
    }
}

/// Collects maps that the lines would trace.
struct Maps<'m, 'a> {
    finder: &'m Finder<'a>,
    maps: BTreeSet<String>,
    /// Whether those behind `&` count.
    takes_lent: bool,
    /// Whether a map's own types, as its iterators, count.
    takes_beside: bool,
    /// Whether those count that are named where the look began, and not by an alias.
    takes_named: bool,
    /// The module of the alias around, if there is one.
    alias: Option<Alias>,
    has_std: bool,
}

#[derive(Clone, Copy)]
struct Alias {
    module: ModuleId,
    /// Whether it has a line that leaves it plain. What an annotated import brings is traced all the same.
    is_skipped: bool,
    /// How many are around it, and itself.
    depth: u32,
}

/// Aliases of aliases come to an end in what compiles.
const DEPTH: u32 = 32;

impl<'m, 'a> Maps<'m, 'a> {
    fn of(finder: &'m Finder<'a>) -> Self {
        Self {
            finder,
            maps: BTreeSet::new(),
            takes_lent: true,
            takes_beside: false,
            takes_named: true,
            alias: None,
            has_std: false,
        }
    }

    fn origin(&self, words: &Words) -> Origin {
        match self.alias {
            Some(Alias { module, .. }) => self.finder.names.origin(module, &[], words),
            None => self.finder.origin(words),
        }
    }

    /// Looks into the alias that the path leads to.
    fn follow(&mut self, words: &Words) {
        let finder = self.finder;
        let (module, blocks) = match self.alias {
            Some(Alias { module, .. }) => (module, &[][..]),
            None => (finder.module, finder.blocks.as_slice()),
        };
        let depth = self.alias.map_or(1, |alias| alias.depth + 1);
        if depth > DEPTH {
            return;
        }
        if let Some((module, alias)) = finder.names.alias(module, blocks, words) {
            let is_skipped = is_skipped(&alias.attrs);
            let alias_of = Alias {
                module,
                is_skipped,
                depth,
            };
            let around = self.alias.replace(alias_of);
            self.visit_type(&alias.ty);
            self.alias = around;
        }
    }
}

impl<'ast> Visit<'ast> for Maps<'_, '_> {
    fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
        if self.takes_lent || reference.mutability.is_some() {
            visit::visit_type_reference(self, reference);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words = Words::from(path);
        let is_traced = match self.alias {
            Some(alias) => !(alias.is_skipped && words.is_from_root()),
            None => self.takes_named,
        };
        match self.origin(&words) {
            Origin::Other => self.follow(&words),
            _ if !is_traced => {}
            Origin::Std(StdPart::Map(map)) => {
                self.has_std = true;
                self.maps.insert(map.to_owned());
            }
            Origin::Std(StdPart::Beside(_)) if self.takes_beside => _ = self.maps.insert(words.to_string()),
            Origin::Foreign(map)
                if matches!(map.kin, Kin::Module | Kin::Alias) && (self.takes_beside || !map.is_beside()) =>
            {
                self.maps.insert(map.name);
            }
            _ => {}
        }
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}
