//! Every mistake in one annotated item, reported together.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;

/// Collects errors, so that the user sees all of them at the first build and not one a build.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Reports `message` under the tokens of `at`.
    pub(crate) fn on(&mut self, at: &dyn ToTokens, message: impl Into<String>) {
        self.push(syn::Error::new_spanned(at, message.into()));
    }

    /// Reports `message` at `span`.
    pub(crate) fn at(&mut self, span: Span, message: impl Into<String>) {
        self.push(syn::Error::new(span, message.into()));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// One `compile_error!` for each mistake; nothing if there was none.
    pub(crate) fn into_compile_errors(self) -> TokenStream {
        let mut calls = TokenStream::new();
        if let Some(errors) = self.0 {
            for error in errors {
                bare(error.into_compile_error(), &mut calls);
            }
        }
        calls
    }
}

/// The call of a macro by its name alone. syn's begins with `::core`, which in the edition of 2015 is something at the root
/// of the user's crate; as a path of the attribute's it would be where the attribute stands, not where the mistake is.
fn bare(call: TokenStream, into: &mut TokenStream) {
    let mut begun = false;
    for token in call {
        begun |= matches!(&token, TokenTree::Ident(ident) if ident == "compile_error");
        if begun {
            token.to_tokens(into);
        }
    }
}
