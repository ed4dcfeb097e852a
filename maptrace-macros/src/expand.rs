//! From the attribute's tokens to its output.

#[cfg(test)]
mod tests;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;

use crate::args::{self, Options, Sample};
use crate::errors::Errors;
use crate::maps::keep_imports;
use crate::plan::{self, Plan, Scope, Site};
use crate::{ast, check, fallback};

/// Expands `#[maptrace(arguments)] item`. `enabled` tells whether tracing is compiled in.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream, enabled: bool) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(arguments, args::Place::Item, &mut errors);
    let Some(input) = ast::parse(item.clone(), &mut errors) else {
        return fallback::item_and_errors(item, errors);
    };
    check::derive_above(&input, &mut errors);
    let krate = options
        .krate
        .as_ref()
        .map_or_else(args::default_crate, |given| given.value.clone());
    let plan = plan::survey(&input, &options, &krate);
    check::check(&input, &options, &plan, &mut errors);
    if !errors.is_empty() {
        return fallback::item_and_errors(&input.item, errors);
    }
    if enabled && !options.is_skipped() {
        return rewritten(&plan, &krate);
    }
    if input.stripped {
        input.item.into_token_stream()
    } else {
        item
    }
}

/// The item with traced maps, and the declarations of its places.
fn rewritten(plan: &Plan, krate: &Path) -> TokenStream {
    let item = &plan.item;
    let imports = keep_imports(&plan.imported);
    let sites = plan.sites.iter().map(|site| declare(site, krate));
    quote!(#item #imports #(#sites)*)
}

fn declare(site: &Site, krate: &Path) -> TokenStream {
    let Site {
        attrs,
        name,
        path,
        named,
        kind,
        scope,
        sample,
        line,
        range,
        ty,
    } = site;
    let word = |word: &str| Ident::new(word, Span::mixed_site());
    let kind = word(kind.name());
    let scope = word(match scope {
        Scope::File => "File",
        Scope::Type => "Type",
        Scope::Item => "Item",
    });
    let sample = match sample {
        None => word("default").into_token_stream(),
        Some(Sample::Auto) => word("auto").into_token_stream(),
        Some(Sample::OneIn(one_in)) => Literal::u32_unsuffixed(*one_in).into_token_stream(),
    };
    let number = |number: usize| Literal::usize_unsuffixed(number);
    let line = number(*line);
    let [from, to] = [range.from, range.to].map(|(line, column)| [line, column].map(number));
    let ([from_line, from_column], [to_line, to_column]) = (from, to);
    let declaration = quote_spanned! {Span::mixed_site()=>
        #krate::__private::declare! {
            name: #name,
            path: #path,
            named: #named,
            kind: #kind,
            scope: #scope,
            sample: #sample,
            line: #line,
            from: (#from_line, #from_column),
            to: (#to_line, #to_column),
            ty: [#ty]
        }
    };
    if attrs.iter().all(|attribute| attribute.path().is_ident("cfg")) {
        quote!(#(#attrs)* #declaration)
    } else {
        // On the call of a macro lint attributes do nothing.
        quote_spanned! {Span::mixed_site()=>
            #(#attrs)*
            const _: () = {
                #declaration
            };
        }
    }
}
