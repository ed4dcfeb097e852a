//! What the compiler is asked of a name that may be a plain map's.

use quote::ToTokens as _;
use syn::{GenericParam, Generics, Ident, Path, PathArguments, Type, TypePath};

use super::names::Called;
use super::{Rewriter, with_static_lifetimes};
use crate::maps::{ImportedMap, Named};
use crate::plan::{mentions, nameable};
use crate::walk::elements;

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
            None => (
                with_static_lifetimes(&ty, &[]),
                Named::Within(Box::new(all(&self.generics)?)),
            ),
        };
        match ty {
            Type::Path(ty) => Some((ty.path, named)),
            _ => None,
        }
    }
}

/// The parameters of items in one another, if one function can have them all.
fn all(generics: &[Generics]) -> Option<Generics> {
    let mut all = Generics::default();
    let mut names: Vec<&Ident> = Vec::new();
    for generics in generics {
        for parameter in elements(&generics.params) {
            let name = match parameter {
                GenericParam::Lifetime(parameter) => &parameter.lifetime.ident,
                GenericParam::Type(parameter) => &parameter.ident,
                GenericParam::Const(parameter) => &parameter.ident,
            };
            if names.contains(&name) {
                return None;
            }
            names.push(name);
            all.params.push(parameter.clone());
        }
        if let Some(conditions) = &generics.where_clause {
            let into = all.make_where_clause();
            for condition in elements(&conditions.predicates) {
                into.predicates.push(condition.clone());
            }
        }
    }
    let conditions = all.where_clause.to_token_stream();
    (!mentions(all.params.to_token_stream(), &[]) && !mentions(conditions, &[])).then_some(all)
}
