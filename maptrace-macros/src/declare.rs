//! The declarations of places, as the output has them.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;

use crate::args::Sample;
use crate::maps::Home;
use crate::plan::{Scope, Site};

/// What stands for all of `sites` in the output.
pub(crate) fn declare_all(sites: &[Site], krate: &Path) -> TokenStream {
    let mut declarations = TokenStream::new();
    for site in sites {
        declarations.extend(declare(site, krate));
    }
    declarations
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
    let home = (kind.home() == Home::Hashbrown).then(|| word("hashbrown")).into_iter();
    let kind = word(kind.name());
    let kind = quote!(#kind #(of #home)*);
    let scope = word(match scope {
        Scope::File => "File",
        Scope::Type => "Type",
        Scope::Item => "Item",
        Scope::Place => "Place",
        Scope::Body => "Body",
    });
    let sample = match sample {
        None => word("default").into_token_stream(),
        Some(Sample::Auto) => word("auto").into_token_stream(),
        Some(Sample::OneIn(one_in)) => Literal::u32_unsuffixed(*one_in).into_token_stream(),
    };
    let number = |number: usize| Literal::usize_unsuffixed(number);
    let line = number(*line);
    let (from_line, from_column) = (number(range.from.0), number(range.from.1));
    let (to_line, to_column) = (number(range.to.0), number(range.to.1));
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
