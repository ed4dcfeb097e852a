//! From the attribute's tokens to its output.

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Path;

use crate::args::{self, Options};
use crate::around::Imports;
use crate::declare::declare_all;
use crate::errors::Errors;
use crate::maps::{Home, keep_imports};
use crate::plan::{self, Plan};
use crate::{ast, check, fallback, refuse};

/// What decides on the output beside the attribute's tokens.
pub(crate) struct Setting {
    /// Whether tracing is compiled in.
    pub(crate) enabled: bool,
    /// Whose maps maptrace is built for.
    pub(crate) homes: Vec<Home>,
    /// The imports around the item, those of the innermost block first.
    pub(crate) imports: Vec<Imports>,
}

/// Expands `#[maptrace(arguments)] item`.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream, setting: &Setting) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(arguments, args::Place::Item, &mut errors);
    let krate = options.krate.clone().unwrap_or_else(args::default_crate);
    let input = match ast::parse(item.clone(), &krate, &mut errors) {
        Ok(input) => input,
        Err(rest) => return rest.with(errors),
    };
    check::derive_above(&input, &mut errors);
    refuse::inside(&input.item, &mut errors);
    refuse::member(&input.item, &mut errors);
    let plan = plan::survey(&input, &options, &setting.imports, &krate, &mut errors);
    check::check(&input, &options, &plan, &setting.homes, &mut errors);
    if !errors.is_empty() {
        return fallback::item_and_errors(&input.plain, errors);
    }
    if setting.enabled && !options.is_skipped() {
        return rewritten(&plan, &krate);
    }
    if input.stripped {
        input.plain.into_token_stream()
    } else {
        item
    }
}

/// The item with traced maps, and the declarations of its places.
fn rewritten(plan: &Plan, krate: &Path) -> TokenStream {
    let item = &plan.item;
    let imports = keep_imports(&plan.imported, krate);
    let sites = declare_all(&plan.sites, krate);
    quote!(#item #imports #sites)
}
