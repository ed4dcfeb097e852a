//! Attributes: maptrace's own, those under a condition, and those that are written again.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::ParseStream;
use syn::{AttrStyle, Attribute, Ident, Item, MacroDelimiter, Meta, MetaList, Token};

use super::parse_all;

/// The attributes that a type needs wherever it is written again: the conditions under which it is there, and what
/// silences lints about it.
pub(crate) fn repeated(attrs: &[Attribute]) -> Vec<Attribute> {
    fn of(meta: &Meta) -> Option<Meta> {
        let path = meta.path();
        if path.is_ident("cfg") || path.is_ident("allow") || path.is_ident("expect") {
            return Some(allowed(meta));
        }
        let mut conditional = CfgAttr::of(meta)?;
        let mut attrs = Vec::new();
        for meta in &conditional.attrs {
            if let Some(meta) = of(meta) {
                attrs.push(meta);
            }
        }
        conditional.attrs = attrs;
        (!conditional.attrs.is_empty()).then(|| conditional.into())
    }
    let mut repeated = Vec::new();
    for attribute in attrs {
        if let Some(meta) = of(&attribute.meta) {
            repeated.push(Attribute {
                meta,
                ..attribute.clone()
            });
        }
    }
    repeated
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
                for meta in &mut conditional.attrs {
                    *meta = allowed(meta);
                }
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
    attrs: Vec<Meta>,
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
                input.parse::<TokenTree>()?.to_tokens(&mut condition);
            }
            let mut attrs = Vec::new();
            while !input.is_empty() {
                input.parse::<Token![,]>()?;
                if !input.is_empty() {
                    attrs.push(input.parse()?);
                }
            }
            Ok((condition, attrs))
        };
        let (condition, attrs) = parse_all(list.tokens.clone(), parts).ok()?;
        Some(Self {
            list: list.clone(),
            condition,
            attrs,
        })
    }
}

impl From<CfgAttr> for Meta {
    fn from(CfgAttr { list, condition, attrs }: CfgAttr) -> Self {
        let tokens = quote!(#condition, #(#attrs),*);
        Meta::List(MetaList { tokens, ..list })
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

/// `#[allow(unused_imports)]`.
pub(crate) fn allow_unused_imports() -> Attribute {
    Attribute {
        pound_token: Default::default(),
        style: AttrStyle::Outer,
        bracket_token: Default::default(),
        meta: Meta::List(MetaList {
            path: Ident::new("allow", Span::mixed_site()).into(),
            delimiter: MacroDelimiter::Paren(Default::default()),
            tokens: quote!(unused_imports),
        }),
    }
}

/// Takes maptrace's attributes out of these.
pub(crate) fn take_ours(attrs: &mut Vec<Attribute>) -> Vec<Attribute> {
    let mut ours = Vec::new();
    let mut at = 0;
    while at < attrs.len() {
        if is_ours(&attrs[at]) {
            ours.push(attrs.remove(at));
        } else {
            at += 1;
        }
    }
    ours
}

/// Whether an item carries an attribute of maptrace's own, so that it is expanded by itself.
pub(crate) fn has_own(item: &Item) -> bool {
    let attrs = match item {
        Item::Use(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        _ => return false,
    };
    attrs.iter().any(is_ours)
}

/// The word `maptrace` in a `cfg_attr`. That is evaluated after this macro, when nobody is left to read the helper
/// attribute in it.
pub(crate) fn switched(attribute: &Attribute) -> Option<TokenTree> {
    let list = attribute.meta.require_list().ok()?;
    let is_maptrace = |token: &TokenTree| token.to_string() == "maptrace";
    let conditional = list.path.is_ident("cfg_attr");
    conditional.then(|| list.tokens.clone().into_iter().find(is_maptrace))?
}

/// What stands in the parentheses behind it.
pub(crate) fn switched_options(attribute: &Attribute) -> Option<TokenStream> {
    switched(attribute)?;
    let mut is_behind = false;
    let tokens = attribute.meta.require_list().ok()?.tokens.clone();
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(options) if is_behind => Some(options.stream()),
        token => {
            // Of `maptrace::maptrace(...)` it is the second one.
            is_behind = token.to_string() == "maptrace";
            None
        }
    })
}
