//! What is emitted when the attribute was used wrongly.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::errors::Errors;

/// The user's item, so that its absence causes no second wave of errors, and the errors.
pub(crate) fn item_and_errors(item: impl ToTokens, errors: Errors) -> TokenStream {
    let errors = errors.into_compile_errors();
    quote!(#item #errors)
}
