//! The annotated item as parsed, with maptrace's own attributes taken off it.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Field, Fields, Generics, Ident, ItemConst, ItemEnum, ItemStatic, ItemStruct, ItemType, ItemUse, Meta,
    MetaList,
};
use syn::{Token, Variant};

use crate::args::Options;
use crate::errors::Errors;

/// An item that the attribute accepts.
#[derive(Clone)]
pub(crate) enum Item {
    Use(ItemUse),
    Type(ItemType),
    Struct(ItemStruct),
    Enum(ItemEnum),
    Static(ItemStatic),
    Const(ItemConst),
}

/// The item, and the options that stood on its fields.
pub(crate) struct Input {
    pub(crate) item: Item,
    /// One for each field, in the order of [`Item::fields`].
    pub(crate) fields: Vec<Options>,
    /// Whether a helper attribute was taken off, so that the item differs from what the user wrote.
    pub(crate) stripped: bool,
}

/// A field and where it is.
pub(crate) struct FieldAt<'a> {
    pub(crate) variant: Option<&'a Variant>,
    pub(crate) field: &'a Field,
    pub(crate) index: usize,
}

/// Parses `tokens`. An item that is not accepted, or that `syn` cannot read, is reported, and `None` returned.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Option<Input> {
    let item = match syn::parse2::<syn::Item>(tokens) {
        Ok(item) => item,
        Err(error) => {
            // Half-typed in an editor, or syntax newer than this parser: the tokens go on to the compiler.
            errors.push(syn::Error::new(
                error.span(),
                format!("#[maptrace] cannot read this item: {error}"),
            ));
            return None;
        }
    };
    let item = match item {
        syn::Item::Use(item) => Item::Use(item),
        syn::Item::Type(item) => Item::Type(item),
        syn::Item::Struct(item) => Item::Struct(item),
        syn::Item::Enum(item) => Item::Enum(item),
        syn::Item::Static(item) => Item::Static(item),
        syn::Item::Const(item) => Item::Const(item),
        other => {
            let (at, what) = describe(&other);
            errors.at(at, format!("#[maptrace] goes on {ACCEPTED} items, {what}"));
            return None;
        }
    };
    Some(strip(item, errors))
}

const ACCEPTED: &str = "`use`, `type`, `struct`, `enum`, `static` and `const`";

/// Where to report an item that is not accepted, and what to do instead.
fn describe(item: &syn::Item) -> (Span, &'static str) {
    match item {
        syn::Item::Mod(item) if item.content.is_none() => (
            item.mod_token.span,
            "and never sees the file behind `mod name;`: annotate the items inside that file",
        ),
        syn::Item::Mod(item) => (item.mod_token.span, "not on modules: annotate the items inside"),
        syn::Item::Fn(item) => (
            item.sig.fn_token.span,
            "not on functions: annotate the `use` or `type` through which it names its maps",
        ),
        syn::Item::Impl(item) => (
            item.impl_token.span,
            "not on `impl` blocks: annotate the `use` or `type` through which it names its maps",
        ),
        syn::Item::Trait(item) => (
            item.trait_token.span,
            "not on traits: annotate the `use` or `type` through which it names its maps",
        ),
        syn::Item::TraitAlias(item) => (item.trait_token.span, "not on traits: a trait holds no map"),
        syn::Item::Union(item) => (
            item.union_token.span,
            "not on unions: annotate a `type` alias of the map inside",
        ),
        syn::Item::ExternCrate(item) => (
            item.extern_token.span,
            "not on `extern crate`: annotate the `use` that imports the map",
        ),
        syn::Item::ForeignMod(item) => (
            item.abi.extern_token.span,
            "not on `extern` blocks: they hold no Rust map",
        ),
        syn::Item::Macro(item) => (
            item.mac.bang_token.span,
            "not on macros: annotate a `type` alias of the map and name that alias inside the macro",
        ),
        other => (first_span(other), "and this is none of them"),
    }
}

pub(crate) fn first_span(tokens: impl ToTokens) -> Span {
    tokens
        .into_token_stream()
        .into_iter()
        .next()
        .map_or_else(Span::mixed_site, |token| token.span())
}

impl Item {
    pub(crate) fn attrs(&self) -> &[Attribute] {
        match self {
            Item::Use(item) => &item.attrs,
            Item::Type(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Enum(item) => &item.attrs,
            Item::Static(item) => &item.attrs,
            Item::Const(item) => &item.attrs,
        }
    }

    pub(crate) fn attrs_mut(&mut self) -> &mut Vec<Attribute> {
        match self {
            Item::Use(item) => &mut item.attrs,
            Item::Type(item) => &mut item.attrs,
            Item::Struct(item) => &mut item.attrs,
            Item::Enum(item) => &mut item.attrs,
            Item::Static(item) => &mut item.attrs,
            Item::Const(item) => &mut item.attrs,
        }
    }

    /// The name that sites of this item start with; an import has none.
    pub(crate) fn ident(&self) -> Option<&Ident> {
        match self {
            Item::Use(_) => None,
            Item::Type(item) => Some(&item.ident),
            Item::Struct(item) => Some(&item.ident),
            Item::Enum(item) => Some(&item.ident),
            Item::Static(item) => Some(&item.ident),
            Item::Const(item) => Some(&item.ident),
        }
    }

    pub(crate) fn generics(&self) -> Option<&Generics> {
        match self {
            Item::Use(_) | Item::Static(_) => None,
            Item::Type(item) => Some(&item.generics),
            Item::Struct(item) => Some(&item.generics),
            Item::Enum(item) => Some(&item.generics),
            Item::Const(item) => Some(&item.generics),
        }
    }

    /// The fields of a struct, or of each variant of an enum.
    pub(crate) fn fields(&self) -> Vec<FieldAt<'_>> {
        fn of<'a>(variant: Option<&'a Variant>, fields: &'a Fields) -> impl Iterator<Item = FieldAt<'a>> {
            fields
                .iter()
                .enumerate()
                .map(move |(index, field)| FieldAt { variant, field, index })
        }
        match self {
            Item::Struct(item) => of(None, &item.fields).collect(),
            Item::Enum(item) => item
                .variants
                .iter()
                .flat_map(|variant| of(Some(variant), &variant.fields))
                .collect(),
            Item::Use(_) | Item::Type(_) | Item::Static(_) | Item::Const(_) => Vec::new(),
        }
    }

    /// The same fields in the same order, to be changed.
    pub(crate) fn fields_mut(&mut self) -> Vec<&mut Field> {
        match self {
            Item::Struct(item) => item.fields.iter_mut().collect(),
            Item::Enum(item) => item
                .variants
                .iter_mut()
                .flat_map(|variant| variant.fields.iter_mut())
                .collect(),
            Item::Use(_) | Item::Type(_) | Item::Static(_) | Item::Const(_) => Vec::new(),
        }
    }

    /// See [`allow_expected`]; of the item, its variants and its fields.
    pub(crate) fn allow_expected(&mut self) {
        self.attrs_mut().iter_mut().for_each(allow_expected);
        let variants = self.variants_mut().into_iter().flatten();
        variants.flat_map(|variant| &mut variant.attrs).for_each(allow_expected);
        let fields = self.fields_mut().into_iter();
        fields.flat_map(|field| &mut field.attrs).for_each(allow_expected);
    }

    fn variants_mut(&mut self) -> Option<&mut Punctuated<Variant, Token![,]>> {
        match self {
            Item::Enum(item) => Some(&mut item.variants),
            _ => None,
        }
    }

    /// Where the item is, without its attributes.
    pub(crate) fn range(&self) -> Range {
        let mut bare = self.clone();
        bare.attrs_mut().clear();
        Range::of(&bare)
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Item::Use(item) => item.to_tokens(tokens),
            Item::Type(item) => item.to_tokens(tokens),
            Item::Struct(item) => item.to_tokens(tokens),
            Item::Enum(item) => item.to_tokens(tokens),
            Item::Static(item) => item.to_tokens(tokens),
            Item::Const(item) => item.to_tokens(tokens),
        }
    }
}

impl FieldAt<'_> {
    /// Where the field is, without its attributes.
    pub(crate) fn range(&self) -> Range {
        Range::of(&Field {
            attrs: Vec::new(),
            ..self.field.clone()
        })
    }

    /// What of the attributes of the field and its variant holds for a repetition of its type as well.
    pub(crate) fn repeated(&self) -> impl Iterator<Item = Attribute> {
        let variant = self.variant.map_or(&[][..], |variant| &variant.attrs);
        repeated(variant).chain(repeated(&self.field.attrs))
    }
}

/// The attributes that a type needs wherever it is written again: the conditions under which it is there, and what
/// silences lints about it.
pub(crate) fn repeated(attrs: &[Attribute]) -> impl Iterator<Item = Attribute> {
    fn of(meta: &Meta) -> Option<Meta> {
        let path = meta.path();
        if path.is_ident("cfg") || path.is_ident("allow") || path.is_ident("expect") {
            return Some(allowed(meta));
        }
        let mut conditional = CfgAttr::of(meta)?;
        conditional.attrs = conditional.attrs.iter().filter_map(of).collect();
        (!conditional.attrs.is_empty()).then(|| conditional.into())
    }
    attrs.iter().filter_map(|attribute| {
        Some(Attribute {
            meta: of(&attribute.meta)?,
            ..attribute.clone()
        })
    })
}

/// Merely allows what the attribute expects, if it does: a lint that knows std's maps has nothing to say of traced ones,
/// and an item that becomes two meets an expectation only once. With tracing off the compiler holds the user to it.
pub(crate) fn allow_expected(attribute: &mut Attribute) {
    attribute.meta = allowed(&attribute.meta);
}

fn allowed(meta: &Meta) -> Meta {
    match meta {
        Meta::List(list) if list.path.is_ident("expect") => Meta::List(MetaList {
            path: Ident::new("allow", Span::mixed_site()).into(),
            ..list.clone()
        }),
        meta => match CfgAttr::of(meta) {
            Some(mut conditional) => {
                conditional.attrs = conditional.attrs.iter().map(allowed).collect();
                conditional.into()
            }
            None => meta.clone(),
        },
    }
}

/// `cfg_attr(condition, attrs)`.
struct CfgAttr {
    list: MetaList,
    condition: TokenStream,
    attrs: Punctuated<Meta, Token![,]>,
}

impl CfgAttr {
    fn of(meta: &Meta) -> Option<Self> {
        let Meta::List(list) = meta else { return None };
        if !list.path.is_ident("cfg_attr") {
            return None;
        }
        // Not a `Meta`, as `true` is a condition too.
        let parts = |input: ParseStream<'_>| {
            let mut condition = TokenStream::new();
            while !input.peek(Token![,]) {
                condition.extend([input.parse::<TokenTree>()?]);
            }
            input.parse::<Token![,]>()?;
            Ok((condition, Punctuated::parse_terminated(input)?))
        };
        let (condition, attrs) = parts.parse2(list.tokens.clone()).ok()?;
        Some(Self {
            list: list.clone(),
            condition,
            attrs,
        })
    }
}

impl From<CfgAttr> for Meta {
    fn from(CfgAttr { list, condition, attrs }: CfgAttr) -> Self {
        let tokens = quote!(#condition, #attrs);
        Meta::List(MetaList { tokens, ..list })
    }
}

/// Where tokens are in the file: the first and the last place, inclusive, in lines and columns from 1 as
/// `std::panic::Location` counts them.
#[derive(Clone, Copy)]
pub(crate) struct Range {
    pub(crate) from: (usize, usize),
    pub(crate) to: (usize, usize),
}

impl Range {
    pub(crate) fn of(tokens: &impl ToTokens) -> Self {
        let mut tokens = tokens.to_token_stream().into_iter();
        let first = tokens.next().map_or_else(Span::mixed_site, |token| token.span());
        let last = tokens.last().map_or(first, |token| token.span());
        Self::between(first, last)
    }

    /// From the start of `first` to the end of `last`.
    pub(crate) fn between(first: Span, last: Span) -> Self {
        let (start, end) = (first.start(), last.end());
        let from = (start.line, start.column + 1);
        // A token that came out of another macro may lie anywhere.
        let to = (end.line, end.column).max(from);
        Self { from, to }
    }
}

/// Whether the attribute is maptrace's, as far as its name tells.
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|segment| segment.ident == "maptrace")
}

/// Takes maptrace's attributes off the item and its fields and reads them.
fn strip(mut item: Item, errors: &mut Errors) -> Input {
    let mut stripped = false;
    for again in item.attrs_mut().extract_if(.., |attribute| is_ours(attribute)) {
        errors.on(
            &again.meta,
            "a second #[maptrace] on the same item; put all options into one",
        );
        stripped = true;
    }
    for variant in item.variants_mut().into_iter().flatten() {
        for misplaced in variant.attrs.extract_if(.., |attribute| is_ours(attribute)) {
            errors.on(
                &misplaced.meta,
                "#[maptrace(...)] goes on the fields of a variant, not on the variant",
            );
            stripped = true;
        }
        refuse_cfg_attr(&mut variant.attrs, errors);
    }
    let mut fields = Vec::new();
    for field in item.fields_mut() {
        let mut options = Options::default();
        for helper in field.attrs.extract_if(.., |attribute| is_ours(attribute)) {
            options.read_helper(&helper, errors);
            stripped = true;
        }
        refuse_cfg_attr(&mut field.attrs, errors);
        fields.push(options);
    }
    Input { item, fields, stripped }
}

/// `cfg_attr` on a field is evaluated after this macro, when nobody is left to read the helper attribute in it.
fn refuse_cfg_attr(attributes: &mut Vec<Attribute>, errors: &mut Errors) {
    attributes.retain(|attribute| {
        let word = match &attribute.meta {
            Meta::List(list) if list.path.is_ident("cfg_attr") => list
                .tokens
                .clone()
                .into_iter()
                .find(|token| token.to_string() == "maptrace"),
            _ => None,
        };
        if let Some(word) = &word {
            errors.on(
                word,
                "maptrace cannot be switched by `cfg_attr` on a field; write `#[maptrace(...)]` plainly, or two fields \
                 with `#[cfg(...)]`",
            );
        }
        word.is_none()
    });
}
