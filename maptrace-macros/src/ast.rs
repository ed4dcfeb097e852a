//! The annotated item as parsed, with maptrace's own attributes taken off it.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse as _, ParseStream, Parser as _};
use syn::{
    Attribute, Generics, Ident, ItemConst, ItemEnum, ItemFn, ItemImpl, ItemMacro, ItemMod, ItemStatic, ItemStruct,
    ItemTrait, ItemType, ItemUse, Path,
};

use crate::errors::Errors;
use crate::refuse::{self, Rest};
use crate::rewrite::macros;
use crate::span;

mod attributes;
mod strip;

pub(crate) use attributes::{
    allow_expected, allow_unused_imports, has_own, is_ours, repeated, switched, switched_options, take_ours,
};
use strip::strip;

/// An item that the attribute accepts.
#[derive(Clone)]
pub(crate) enum Item {
    Use(ItemUse),
    Type(ItemType),
    Struct(ItemStruct),
    Enum(ItemEnum),
    Static(ItemStatic),
    Const(ItemConst),
    Fn(ItemFn),
    Impl(ItemImpl),
    Trait(ItemTrait),
    Mod(ItemMod),
    /// A call of `thread_local!`.
    ThreadLocal(ItemMacro),
}

/// The annotated item.
pub(crate) struct Input {
    /// With the helper attributes in it.
    pub(crate) item: Item,
    /// Without them.
    pub(crate) plain: Item,
    /// Whether there were any.
    pub(crate) stripped: bool,
}

/// Parses `tokens`. What is no item, an item that is not accepted, or that `syn` cannot read, is reported, and what it
/// becomes returned.
pub(crate) fn parse(tokens: TokenStream, krate: &Path, errors: &mut Errors) -> Result<Input, Rest> {
    let item = match parse_all(tokens.clone(), syn::Item::parse) {
        Ok(item) => item,
        Err(error) => return Err(refuse::no_item(tokens, error, errors)),
    };
    match Item::accepted(item) {
        Ok(item) => Ok(strip(item, krate, errors)),
        Err(other) => {
            refuse::item(&other, errors);
            Err(Rest::Beside(tokens))
        }
    }
}

impl Item {
    /// The item, if the attribute goes on it.
    pub(crate) fn accepted(item: syn::Item) -> Result<Self, Box<syn::Item>> {
        match item {
            syn::Item::Use(item) => Ok(Item::Use(item)),
            syn::Item::Type(item) => Ok(Item::Type(item)),
            syn::Item::Struct(item) => Ok(Item::Struct(item)),
            syn::Item::Enum(item) => Ok(Item::Enum(item)),
            syn::Item::Static(item) => Ok(Item::Static(item)),
            syn::Item::Const(item) => Ok(Item::Const(item)),
            syn::Item::Fn(item) => Ok(Item::Fn(item)),
            syn::Item::Impl(item) => Ok(Item::Impl(item)),
            syn::Item::Trait(item) => Ok(Item::Trait(item)),
            syn::Item::Mod(item) if item.content.is_some() => Ok(Item::Mod(item)),
            syn::Item::Macro(item) if macros::is_thread_local(&item.mac) => Ok(Item::ThreadLocal(item)),
            other => Err(Box::new(other)),
        }
    }

    pub(crate) fn attrs(&self) -> &[Attribute] {
        match self {
            Item::Use(item) => &item.attrs,
            Item::Type(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Enum(item) => &item.attrs,
            Item::Static(item) => &item.attrs,
            Item::Const(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Trait(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::ThreadLocal(item) => &item.attrs,
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
            Item::Fn(item) => &mut item.attrs,
            Item::Impl(item) => &mut item.attrs,
            Item::Trait(item) => &mut item.attrs,
            Item::Mod(item) => &mut item.attrs,
            Item::ThreadLocal(item) => &mut item.attrs,
        }
    }

    /// The name that sites of this item start with; an import has none.
    pub(crate) fn ident(&self) -> Option<&Ident> {
        match self {
            Item::Use(_) | Item::Impl(_) | Item::ThreadLocal(_) => None,
            Item::Type(item) => Some(&item.ident),
            Item::Struct(item) => Some(&item.ident),
            Item::Enum(item) => Some(&item.ident),
            Item::Static(item) => Some(&item.ident),
            Item::Const(item) => Some(&item.ident),
            Item::Fn(item) => Some(&item.sig.ident),
            Item::Trait(item) => Some(&item.ident),
            Item::Mod(item) => Some(&item.ident),
        }
    }

    pub(crate) fn generics(&self) -> Option<&Generics> {
        match self {
            Item::Use(_) | Item::Static(_) | Item::Mod(_) | Item::ThreadLocal(_) => None,
            Item::Type(item) => Some(&item.generics),
            Item::Struct(item) => Some(&item.generics),
            Item::Enum(item) => Some(&item.generics),
            Item::Const(item) => Some(&item.generics),
            Item::Fn(item) => Some(&item.sig.generics),
            Item::Impl(item) => Some(&item.generics),
            Item::Trait(item) => Some(&item.generics),
        }
    }

    /// Whether all code in it is rewritten, with the names of the places in it.
    pub(crate) fn is_scope(&self) -> bool {
        matches!(
            self,
            Item::Fn(_) | Item::Impl(_) | Item::Trait(_) | Item::Mod(_) | Item::ThreadLocal(_)
        )
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
            Item::Fn(item) => item.to_tokens(tokens),
            Item::Impl(item) => item.to_tokens(tokens),
            Item::Trait(item) => item.to_tokens(tokens),
            Item::Mod(item) => item.to_tokens(tokens),
            Item::ThreadLocal(item) => item.to_tokens(tokens),
        }
    }
}

/// Whether any word among the tokens is one that is looked for.
pub(crate) fn has_word(tokens: TokenStream, is_it: &dyn Fn(&Ident) -> bool) -> bool {
    for token in tokens {
        let found = match token {
            TokenTree::Group(group) => has_word(group.stream(), is_it),
            TokenTree::Ident(ident) => is_it(&ident),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        };
        if found {
            return true;
        }
    }
    false
}

/// Parses all of `tokens`. syn's own way to do so is compiled anew for each parser.
pub(crate) fn parse_all<T>(
    tokens: TokenStream,
    mut parser: impl FnMut(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    fn parse(tokens: TokenStream, parser: &mut dyn FnMut(ParseStream<'_>) -> syn::Result<()>) -> syn::Result<()> {
        (|input: ParseStream<'_>| parser(input)).parse2(tokens)
    }
    let mut parsed = None;
    parse(tokens, &mut |input| {
        parsed = Some(parser(input)?);
        Ok(())
    })?;
    Ok(parsed.expect("it was parsed without an error"))
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
        Self::of_tokens(tokens.to_token_stream())
    }

    fn of_tokens(tokens: TokenStream) -> Self {
        let mut tokens = tokens.into_iter();
        let first = tokens.next().map_or_else(Span::mixed_site, |token| token.span());
        let last = tokens.last().map_or(first, |token| token.span());
        Self::between(first, last)
    }

    /// From the start of `first` to the end of `last`.
    pub(crate) fn between(first: Span, last: Span) -> Self {
        let (start, end) = (span::start(first), span::end(last));
        let from = (start.line, start.column + 1);
        // A token that came out of another macro may lie anywhere.
        let to = (end.line, end.column).max(from);
        Self { from, to }
    }
}
