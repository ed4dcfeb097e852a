//! What is to become of an accepted item: the rewritten item, and the places to declare.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, GenericParam, Generics, Ident, Path, Type};

use crate::args::{Options, Sample};
use crate::ast::{FieldAt, Input, Item, Range, repeated};
use crate::maps::{ImportedMap, Kind};
use crate::rewrite::{FoundMap, Rewriter, uses, with_static_lifetimes};

/// Where the runtime finds the maps of a declared place by their creation.
#[derive(Clone, Copy)]
pub(crate) enum Scope {
    /// Anywhere in the file: an import names no place.
    File,
    /// By the map's type: an alias or a field does not say where the map is created.
    Type,
    /// Within the item, where its initialiser stands.
    Item,
}

/// One place that maps come from.
pub(crate) struct Site {
    /// Conditions, and what silences lints: see [`repeated`].
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) name: String,
    /// The name, had the user given none.
    pub(crate) path: String,
    /// Whether the user gave the name.
    pub(crate) named: bool,
    pub(crate) kind: Kind,
    pub(crate) scope: Scope,
    pub(crate) sample: Option<Sample>,
    /// The line to show.
    pub(crate) line: usize,
    /// Where constructors are called.
    pub(crate) range: Range,
    /// `None` if the type cannot be named outside the item.
    pub(crate) ty: Option<Type>,
}

/// What was found in one field.
#[derive(Clone, Copy, Default)]
pub(crate) struct FieldFound {
    pub(crate) touched: bool,
    pub(crate) maps: usize,
}

/// What the item becomes. Also what the checks look at, whether or not tracing is compiled in.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) item: TokenStream,
    pub(crate) sites: Vec<Site>,
    /// Imports that lose a user, each with the attributes for repetitions of the field that used it.
    pub(crate) imported: Vec<(Vec<Attribute>, ImportedMap)>,
    /// Whether any path was or will be one of maptrace's.
    pub(crate) touched: bool,
    /// One for each field, in the order of [`Item::fields`]; skipped fields are looked at as well.
    pub(crate) fields: Vec<FieldFound>,
    /// The first map of another crate, and why it is not traced.
    pub(crate) foreign: Option<(TokenStream, String)>,
}

/// Looks for maps in the item.
pub(crate) fn survey(input: &Input, options: &Options, krate: &Path) -> Plan {
    let mut planner = Planner {
        options,
        krate,
        plan: Plan::default(),
    };
    let mut item = input.item.clone();
    item.allow_expected();
    match &mut item {
        Item::Use(item) => {
            let split = uses::split(item, krate);
            let attrs: Vec<Attribute> = repeated(&item.attrs).collect();
            planner.import(&attrs, input.item.range(), &split);
            let items = split.items;
            planner.plan.item = quote!(#(#items)*);
            return planner.plan;
        }
        Item::Type(item) => {
            planner.value(&input.item, Scope::Type, &mut item.ty, None);
            planner.generics(&input.item, &mut item.generics);
        }
        Item::Static(item) => planner.value(&input.item, Scope::Item, &mut item.ty, Some(&mut item.expr)),
        Item::Const(item) => planner.value(&input.item, Scope::Item, &mut item.ty, Some(&mut item.expr)),
        Item::Struct(_) | Item::Enum(_) => {
            let fields = input
                .item
                .fields()
                .into_iter()
                .zip(item.fields_mut())
                .zip(&input.fields);
            for ((at, field), options) in fields {
                planner.field(&input.item, &at, &mut field.ty, options);
            }
            match &mut item {
                Item::Struct(item) => planner.generics(&input.item, &mut item.generics),
                Item::Enum(item) => planner.generics(&input.item, &mut item.generics),
                _ => {}
            }
        }
    }
    planner.plan.item = item.into_token_stream();
    planner.plan
}

struct Planner<'a> {
    options: &'a Options,
    krate: &'a Path,
    plan: Plan,
}

/// What the sites of one place have in common.
struct Place<'a> {
    item: &'a Item,
    attrs: &'a [Attribute],
    default_name: String,
    given_name: Option<&'a str>,
    sample: Option<Sample>,
    scope: Scope,
    range: Range,
}

impl Planner<'_> {
    fn import(&mut self, attrs: &[Attribute], range: Range, split: &uses::Split) {
        self.plan.touched = split.touched;
        self.plan.foreign = split
            .foreign
            .as_ref()
            .map(|(at, why)| (at.to_token_stream(), why.clone()));
        self.plan
            .imported
            .extend(split.imported.iter().map(|map| (attrs.to_vec(), map.clone())));
        let name = given_name(self.options);
        self.plan.sites.extend(split.kinds.iter().map(|kind| Site {
            attrs: attrs.to_vec(),
            name: name.unwrap_or_default().to_owned(),
            path: String::new(),
            named: name.is_some(),
            kind: *kind,
            scope: Scope::File,
            sample: given_sample(self.options),
            line: range.from.0,
            range,
            ty: None,
        }));
    }

    /// A type alias, or a static or constant with its initialiser.
    fn value(&mut self, item: &Item, scope: Scope, ty: &mut Type, initialiser: Option<&mut Expr>) {
        let mut rewriter = Rewriter::new(self.krate);
        rewriter.place(ty);
        if let Some(initialiser) = initialiser {
            rewriter.initialiser(initialiser);
        }
        let attrs: Vec<Attribute> = repeated(item.attrs()).collect();
        let place = Place {
            item,
            attrs: &attrs,
            default_name: item.ident().map(|ident| ident.unraw().to_string()).unwrap_or_default(),
            given_name: given_name(self.options),
            sample: given_sample(self.options),
            scope,
            range: item.range(),
        };
        if rewriter.maps.is_empty() && matches!(scope, Scope::Item) {
            // The type is an alias, but the initialiser says which map it is.
            place.declare(rewriter.kinds.iter().map(|kind| (*kind, None)), &mut self.plan.sites);
        } else {
            place.declare_found(&rewriter.maps, &mut self.plan.sites);
        }
        self.absorb(rewriter, &attrs);
    }

    fn field(&mut self, item: &Item, at: &FieldAt<'_>, ty: &mut Type, options: &Options) {
        let mut rewriter = Rewriter::new(self.krate);
        let plain = ty.clone();
        rewriter.place(ty);
        self.plan.fields.push(FieldFound {
            touched: rewriter.touched,
            maps: rewriter.maps.len(),
        });
        if options.is_skipped() {
            *ty = plain;
            return;
        }
        let attrs: Vec<Attribute> = repeated(item.attrs()).chain(at.repeated()).collect();
        let place = Place {
            item,
            attrs: &attrs,
            default_name: field_name(item, at),
            given_name: given_name(options).or(given_name(self.options)),
            sample: given_sample(options).or(given_sample(self.options)),
            scope: Scope::Type,
            range: at.range(),
        };
        place.declare_found(&rewriter.maps, &mut self.plan.sites);
        self.absorb(rewriter, &attrs);
    }

    /// Bounds and defaults name types, but hold no map.
    fn generics(&mut self, item: &Item, generics: &mut Generics) {
        let mut rewriter = Rewriter::new(self.krate);
        rewriter.generics(generics);
        let attrs: Vec<Attribute> = repeated(item.attrs()).collect();
        self.absorb(rewriter, &attrs);
    }

    fn absorb(&mut self, rewriter: Rewriter<'_>, attrs: &[Attribute]) {
        self.plan.touched |= rewriter.touched;
        self.plan
            .imported
            .extend(rewriter.imported.into_iter().map(|map| (attrs.to_vec(), map)));
        if self.plan.foreign.is_none() {
            self.plan.foreign = rewriter.foreign.map(|(at, why)| (at.into_token_stream(), why));
        }
    }
}

impl Place<'_> {
    fn declare_found(&self, maps: &[FoundMap], sites: &mut Vec<Site>) {
        let generics = self.item.generics();
        self.declare(maps.iter().map(|map| (map.kind, nameable(&map.ty, generics))), sites);
    }

    fn declare(&self, maps: impl Iterator<Item = (Kind, Option<Type>)>, sites: &mut Vec<Site>) {
        let numbered = |base: &str, index: usize| match index {
            0 => base.to_owned(),
            _ => format!("{base}#{}", index + 1),
        };
        sites.extend(maps.enumerate().map(|(index, (kind, ty))| Site {
            attrs: self.attrs.to_vec(),
            name: numbered(self.given_name.unwrap_or(&self.default_name), index),
            path: numbered(&self.default_name, index),
            named: self.given_name.is_some(),
            kind,
            scope: self.scope,
            sample: self.sample.clone(),
            line: self.range.from.0,
            range: self.range,
            ty,
        }));
    }
}

fn given_name(options: &Options) -> Option<&str> {
    options.name.as_ref().map(|given| given.value.as_str())
}

fn given_sample(options: &Options) -> Option<Sample> {
    options.sample.as_ref().map(|given| given.value.clone())
}

/// `Struct.field`, `Struct.0` or `Enum::Variant.field`.
fn field_name(item: &Item, at: &FieldAt<'_>) -> String {
    let owner = item.ident().map(|ident| ident.unraw().to_string()).unwrap_or_default();
    let variant = at
        .variant
        .map(|variant| format!("::{}", variant.ident.unraw()))
        .unwrap_or_default();
    let field = at
        .field
        .ident
        .as_ref()
        .map_or_else(|| at.index.to_string(), |ident| ident.unraw().to_string());
    format!("{owner}{variant}.{field}")
}

/// The type as it can be written beside the item, if it can.
fn nameable(ty: &Type, generics: Option<&Generics>) -> Option<Type> {
    let mut lifetimes = Vec::new();
    let mut parameters = Vec::new();
    for parameter in generics.into_iter().flat_map(|generics| &generics.params) {
        match parameter {
            GenericParam::Lifetime(parameter) => lifetimes.push(&parameter.lifetime.ident),
            GenericParam::Type(parameter) => parameters.push(&parameter.ident),
            GenericParam::Const(parameter) => parameters.push(&parameter.ident),
        }
    }
    let ty = with_static_lifetimes(ty, &lifetimes);
    (!mentions(ty.to_token_stream(), &parameters)).then_some(ty)
}

/// Whether the tokens contain a parameter or a word whose meaning depends on where it stands. A word that only looks
/// like one costs the site its type, which it then learns from the first map.
fn mentions(tokens: TokenStream, parameters: &[&Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(group.stream(), parameters),
        TokenTree::Ident(ident) => {
            ident == "Self"
                || ident == "_"
                || ident == "impl"
                || parameters.iter().any(|parameter| ident == **parameter)
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
