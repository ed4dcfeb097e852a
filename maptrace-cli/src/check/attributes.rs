//! The attributes of an item: whether `#[maptrace]` is among them, and where it has to stand.

use proc_macro2::{LineColumn, TokenStream, TokenTree};
use syn::{Attribute, Meta};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Annotated {
    No,
    Yes,
    BelowDerive,
}

pub(super) fn annotated(attributes: &[Attribute]) -> Annotated {
    let ours = attributes.iter().position(|attribute| {
        is_ours(attribute)
            || (attribute.path().is_ident("cfg_attr")
                && matches!(&attribute.meta, Meta::List(list) if mentions(list.tokens.clone(), "maptrace")))
    });
    let derive = attributes
        .iter()
        .position(|attribute| attribute.path().is_ident("derive"));
    match (ours, derive) {
        (None, _) => Annotated::No,
        (Some(ours), Some(derive)) if derive < ours => Annotated::BelowDerive,
        (Some(_), _) => Annotated::Yes,
    }
}

/// Whether the user says that the maps of the item are to stay plain.
pub(super) fn is_skipped(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let Meta::List(list) = &attribute.meta else {
            return false;
        };
        let is_switched = || attribute.path().is_ident("cfg_attr") && mentions(list.tokens.clone(), "maptrace");
        (is_ours(attribute) || is_switched()) && mentions(list.tokens.clone(), "skip")
    })
}

pub(super) fn has_cfg(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg"))
}

fn is_ours(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|last| last.ident == "maptrace")
}

pub(super) fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => mentions(group.stream(), word),
        _ => false,
    })
}

/// Where the attribute has to stand: above every other, but below the documentation. `bare` is where the item itself
/// begins.
pub(super) fn start_of(attributes: &[Attribute], bare: LineColumn) -> LineColumn {
    attributes
        .iter()
        .find(|attribute| !attribute.path().is_ident("doc"))
        .map_or(bare, |attribute| attribute.pound_token.span.start())
}
