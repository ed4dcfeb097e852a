//! Imports of maps with a hasher of another crate, which become types.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Attribute, Ident, ItemUse, Path, Visibility};

use crate::maps::{Kind, Known, nothing, of_kind, parameters, traced_like, traced_with};

/// A name that stands for a map with a hasher of another crate.
pub(super) struct Alias {
    pub(super) name: Ident,
    pub(super) path: Vec<Ident>,
    pub(super) kind: Kind,
    /// `None` if it is the user who says what it stands for.
    pub(super) known: Option<&'static Known>,
    /// Whether a glob brings it, so that it may have no user.
    pub(super) of_glob: bool,
}

impl Alias {
    /// The traced map under the same name, with the same hasher.
    pub(super) fn item(&self, import: &ItemUse, krate: &Path) -> TokenStream {
        let Self {
            name,
            path,
            kind,
            known,
            of_glob,
        } = self;
        let (leading_colon, attrs, vis) = (&import.leading_colon, &import.attrs, &import.vis);
        let parameters = parameters(*kind);
        let plain = quote!(#leading_colon #(#path)::*);
        let hasher = known.and_then(|known| known.new_with).map(|hasher| {
            let (module, hasher) = (&path[..path.len() - 1], Ident::new(hasher, Span::mixed_site()));
            quote!(#leading_colon #(#module::)* #hasher)
        });
        // By an import, as the user's path is an import's: in the edition of 2015 it means another thing in a type.
        let here = Span::mixed_site().located_at(name.span());
        let behind = Ident::new(&format!("__Behind{}", name.unraw()), here);
        let original = hasher.as_ref().unwrap_or(&plain);
        let original = quote_spanned!(here=> #(#attrs)* use #original as #behind;);
        let behind = behind.into_token_stream();
        // That crate has `new()` for its own hasher, which std's map and ours have for std's alone.
        let constructors = hasher
            .is_some()
            .then(|| constructors(attrs, &Visibility::Inherited, krate));
        let traced = match hasher {
            Some(_) => traced_with(*kind, Some(behind.clone()), krate),
            None => traced_like(*kind, &behind, krate),
        };
        // What the user says is held against what the name is.
        let check = known.is_none().then(|| {
            let of_kind = of_kind(*kind, &behind, krate);
            quote_spanned!(here=> #(#attrs)* const _: () = #of_kind::IS;)
        });
        // An import needs no documentation, an alias may.
        let mut doc = plain.to_string();
        doc.retain(|c| c != ' ');
        let doc = format!("`{doc}`, traced.");
        // Nobody need name it.
        let user = of_glob.then(|| {
            let nothing = nothing(*kind);
            quote_spanned! {here=>
                #(#attrs)*
                const _: ::core::option::Option<fn() -> #name #nothing> = ::core::option::Option::None;
            }
        });
        quote_spanned! {Span::mixed_site()=>
            #original
            #(#attrs)* #[doc = #doc] #vis type #name #parameters = #traced;
            #constructors
            #check
            #user
        }
    }
}

/// `new()` and `with_capacity()` of traced maps with any hasher, beside an import with these attributes.
pub(super) fn constructors(attrs: &[Attribute], vis: &Visibility, krate: &Path) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        #[allow(unused_imports)]
        #vis use #krate::__private::NewWithAnyHasher as _;
    }
}
