//! What the compiler is asked of a name that may be a plain map's.

use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::visit_mut;
use syn::{
    GenericParam, Generics, Ident, Path, PathArguments, Token, Type, TypeParamBound, TypePath, WhereClause,
    WherePredicate, parse_quote,
};

use super::names::Called;
use super::types::Statics;
use super::{Rewriter, with_static_lifetimes};
use crate::maps::{ImportedMap, Named};
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
        let named = match (arguments, called.parameters) {
            (PathArguments::AngleBracketed(_), parameters) => {
                let mut full = name.clone();
                full.segments[at].arguments = arguments.clone();
                match (self.sayable(full), parameters) {
                    (Some((full, named)), _) => {
                        name = full;
                        named
                    }
                    // Any arguments have to do.
                    (None, Some(parameters)) => Named::Alias(parameters),
                    (None, None) => return,
                }
            }
            (_, Some(parameters)) if path.segments.len() > at + 1 => Named::Alias(parameters),
            _ if as_type && path.segments.len() == at + 1 => Named::Alias(0),
            _ => return,
        };
        let map = ImportedMap {
            kind: called.kind,
            path: name,
            named,
        };
        self.imported.push((self.conditions.clone(), map));
    }

    /// A type as it can be said outside of the code that names it, and among which parameters: with `_` or `Self` in it, it
    /// cannot.
    fn sayable(&self, path: Path) -> Option<(Path, Named)> {
        let ty = Type::Path(TypePath {
            attrs: Vec::new(),
            qself: None,
            path,
        });
        let (ty, named) = match nameable(&ty, &self.generics) {
            Some(ty) => (ty, Named::Alias(0)),
            None if mentions(ty.to_token_stream(), &[]) => return None,
            None => (with_static_lifetimes(&ty), Named::Within(Box::new(all(&self.generics)))),
        };
        match ty {
            Type::Path(ty) => Some((ty.path, named)),
            _ => None,
        }
    }
}

/// The parameters of items in one another, without lifetimes, as what is asked with them has none: each parameter is to live
/// for ever, where a reference to one or an argument of the item would have said that it lives long enough.
fn all(generics: &[Generics]) -> Generics {
    let mut all: Vec<GenericParam> = Vec::new();
    let mut conditions = Vec::new();
    for generics in generics {
        for parameter in elements(&generics.params) {
            let Some(name) = name_of(parameter) else { continue };
            // An item in the code of another has its own of this name.
            all.retain(|outer| name_of(outer) != Some(name));
            all.push(parameter.clone());
        }
        for condition in generics
            .where_clause
            .iter()
            .flat_map(|clause| elements(&clause.predicates))
        {
            conditions.push(condition);
        }
    }
    let mut clause: WhereClause = parse_quote!(where);
    for parameter in &mut all {
        let GenericParam::Type(parameter) = parameter else {
            continue;
        };
        let mut bounds = everlasting(Statics::default(), &parameter.bounds);
        bounds.push(parse_quote!('static));
        if parameter.attrs.is_empty() {
            // Clippy wants all that is said of one in one place.
            let name = &parameter.ident;
            clause.predicates.push(parse_quote!(#name: #bounds));
            bounds.clear();
        }
        // What is there under a condition alone has no name elsewhere.
        parameter.colon_token = (!bounds.is_empty()).then(Default::default);
        parameter.bounds = bounds;
    }
    let names: Vec<&Ident> = all.iter().filter_map(name_of).collect();
    for condition in conditions {
        let WherePredicate::Type(condition) = condition else {
            continue;
        };
        // Of types without a parameter the compiler knows it anyway, and warns.
        if mentions(condition.bounded_ty.to_token_stream(), &[]) || !mentions(condition.to_token_stream(), &names) {
            continue;
        }
        let mut condition = condition.clone();
        let mut statics = Statics::default();
        statics.bind(condition.lifetimes.as_ref());
        statics.visit_type_mut(&mut condition.bounded_ty);
        condition.bounds = everlasting(statics, &condition.bounds);
        clause.predicates.push(WherePredicate::Type(condition));
    }
    let mut generics = Generics::default();
    generics.params.extend(all.iter().cloned());
    generics.where_clause = (!clause.predicates.is_empty()).then_some(clause);
    generics
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
