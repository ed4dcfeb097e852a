//! What the compiler is asked of a name that may be a plain map's.

use quote::{ToTokens as _, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut;
use syn::{GenericParam, Generics, Ident, Path, PathArguments, Token, Type, TypeParamBound, TypePath, WherePredicate};

use super::names::Called;
use super::types::Statics;
use super::{Rewriter, with_static_lifetimes};
use crate::maps::{Among, ImportedMap, Named};
use crate::plan::{mentions, nameable};
use crate::walk::{Visitor as _, elements};

impl Rewriter<'_> {
    /// Has the compiler find out whether the name at this segment is a plain map's. It is asked with the arguments of the
    /// mention, which a type of the user's may be particular about, and among the item's parameters where these are
    /// among them. `as_type` says that the path stands for a type, which has all its arguments; a value need not.
    pub(super) fn called(&mut self, path: &Path, at: usize, called: Called, as_type: bool) {
        let mut name = Path::from(path.segments[0].ident.clone());
        for segment in path.segments.iter().skip(1).take(at) {
            name.segments.push(segment.ident.clone().into());
        }
        let arguments = &path.segments[at].arguments;
        let has_arguments = matches!(arguments, PathArguments::AngleBracketed(_));
        let is_last = path.segments.len() == at + 1;
        let mut among = Box::default();
        let mut can_be_said = as_type && is_last && !has_arguments;
        if has_arguments {
            let mut full = name.clone();
            full.segments[at].arguments = arguments.clone();
            if let Some(sayable) = self.sayable(full) {
                (name, among) = sayable;
                can_be_said = true;
            }
        }
        let parameters = match called.parameters {
            // Any arguments do where those that it has cannot be said, or are left out.
            Some(parameters) if has_arguments || !is_last => Some(parameters),
            _ if can_be_said => None,
            _ => return,
        };
        let map = ImportedMap {
            kind: called.kind,
            path: name,
            named: Named::Alias(parameters, among),
        };
        self.imported.push((self.conditions.clone(), map));
    }

    /// A type as it can be said outside of the code that names it, and among which parameters: with `_` or `Self` in it, it
    /// cannot.
    fn sayable(&self, path: Path) -> Option<(Path, Box<Among>)> {
        let ty = Type::Path(TypePath {
            attrs: Vec::new(),
            qself: None,
            path,
        });
        let (ty, among) = match nameable(&ty, &self.generics) {
            Some(ty) => (ty, Box::default()),
            None if mentions(ty.to_token_stream(), &[]) => return None,
            None => (with_static_lifetimes(&ty), Box::new(all(&self.generics))),
        };
        match ty {
            Type::Path(ty) => Some((ty.path, among)),
            _ => None,
        }
    }
}

/// The parameters of items in one another, without lifetimes, as what is asked with them has none: each parameter is to live
/// for ever, where a reference to one or an argument of the item would have said that it lives long enough.
fn all(generics: &[Generics]) -> Among {
    let mut all: Vec<GenericParam> = Vec::new();
    let mut conditions = Vec::new();
    for generics in generics {
        for parameter in elements(&generics.params) {
            let Some(name) = name_of(parameter) else { continue };
            // An item in the code of another has its own of this name.
            if let Some(outer) = all.iter().position(|outer| name_of(outer) == Some(name)) {
                all.remove(outer);
            }
            all.push(parameter.clone());
        }
        if let Some(clause) = &generics.where_clause {
            for condition in elements(&clause.predicates) {
                conditions.push(condition);
            }
        }
    }
    let mut among = Among::default();
    for parameter in &all {
        match parameter {
            GenericParam::Lifetime(_) => {}
            GenericParam::Type(parameter) => {
                let bounds = everlasting(Statics::default(), &parameter.bounds);
                let (attrs, name) = (&parameter.attrs, &parameter.ident);
                if attrs.is_empty() {
                    // Clippy wants all that is said of one in one place.
                    among.parameters.extend(quote!(#name,));
                    among.conditions.extend(quote!(#name: 'static + #bounds,));
                } else {
                    // What is there under a condition alone has no name elsewhere.
                    among.parameters.extend(quote!(#(#attrs)* #name: 'static + #bounds,));
                }
            }
            GenericParam::Const(parameter) => {
                let (attrs, name, ty) = (&parameter.attrs, &parameter.ident, &parameter.ty);
                among.parameters.extend(quote!(#(#attrs)* const #name: #ty,));
            }
        }
    }
    let mut names = Vec::new();
    for parameter in &all {
        if let Some(name) = name_of(parameter) {
            names.push(name);
        }
    }
    for condition in &conditions {
        let WherePredicate::Type(condition) = condition else {
            continue;
        };
        // Of types without a parameter the compiler knows it anyway, and warns.
        if mentions(condition.bounded_ty.to_token_stream(), &[]) || !mentions(condition.to_token_stream(), &names) {
            continue;
        }
        let (attrs, lifetimes, mut ty) = (&condition.attrs, &condition.lifetimes, condition.bounded_ty.clone());
        let mut statics = Statics::default();
        statics.bind(lifetimes.as_ref());
        statics.visit_type_mut(&mut ty);
        let bounds = everlasting(statics, &condition.bounds);
        among.conditions.extend(quote!(#(#attrs)* #lifetimes #ty: #bounds,));
    }
    among
}

/// The name of a parameter that is no lifetime.
fn name_of(parameter: &GenericParam) -> Option<&Ident> {
    match parameter {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(parameter) => Some(&parameter.ident),
        GenericParam::Const(parameter) => Some(&parameter.ident),
    }
}

/// The bounds without those that say something of `Self`, which stands for nothing where it is asked.
fn everlasting(
    mut statics: Statics,
    bounds: &Punctuated<TypeParamBound, Token![+]>,
) -> Punctuated<TypeParamBound, Token![+]> {
    let mut said = Punctuated::new();
    for bound in elements(bounds) {
        if !mentions(bound.to_token_stream(), &[]) {
            let mut bound = bound.clone();
            visit_mut::visit_type_param_bound_mut(&mut statics.walk(), &mut bound);
            said.push(bound);
        }
    }
    said
}
