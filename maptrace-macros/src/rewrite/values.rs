//! What can be seen of a pattern, a value or a struct expression without rewriting it.

use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::visit_mut::{self, VisitMut as _};
use syn::{Expr, ExprStruct, GenericArgument, Ident, Item, Member, Pat, Path, PathArguments, Type, TypePath};

use crate::ast::has_word;
use crate::maps::is_one_of;
use crate::walk::{Visitor, Walk, elements};

/// Whether the standard library may make the map, which then does not know for whom.
pub(super) fn loses_its_caller(value: &Expr) -> bool {
    let collects = |word: &Ident| is_one_of(word, &["collect", "partition", "unzip"]);
    has_word(value.to_token_stream(), &collects)
}

/// The names that a pattern binds.
pub(super) fn identifiers(pat: &Pat) -> Vec<Ident> {
    struct Identifiers(Vec<Ident>);
    impl Visitor for Identifiers {
        fn walk(&mut self) -> Walk<'_> {
            Walk(self)
        }

        fn visit_pat_ident_mut(&mut self, pat: &mut syn::PatIdent) {
            // `None` and constants are patterns as well.
            if !is_type(&pat.ident.unraw().to_string()) {
                self.0.push(pat.ident.clone());
            }
            visit_mut::visit_pat_ident_mut(&mut self.walk(), pat);
        }
        fn visit_expr_mut(&mut self, _: &mut Expr) {}
    }
    let mut identifiers = Identifiers(Vec::new());
    identifiers.walk().visit_pat_mut(&mut pat.clone());
    identifiers.0
}

/// `Cache`, or `Store::Hashed` for a variant; for `Self` what it stands for, if that is known.
pub(super) fn literal_owner(path: &Path, owner: Option<&str>) -> Option<String> {
    let mut idents = path
        .segments
        .iter()
        .rev()
        .map(|segment| segment.ident.unraw().to_string());
    let last = idents.next()?;
    let own = |name: String| {
        if name == "Self" {
            owner.map(str::to_owned)
        } else {
            Some(name)
        }
    };
    match idents.next() {
        // Types begin with a capital letter, modules do not.
        Some(parent) if is_type(&parent) => Some(format!("{}::{last}", own(parent)?)),
        _ => own(last),
    }
}

/// Whether the name is written as that of a type or variant.
pub(super) fn is_type(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

/// The types that the outermost calls of `value` say.
pub(super) fn types_said(value: &Expr) -> Vec<Type> {
    match value {
        Expr::Paren(inner) => types_said(&inner.expr),
        Expr::Try(inner) => types_said(&inner.expr),
        Expr::Await(inner) => types_said(&inner.base),
        Expr::MethodCall(call) => match &call.turbofish {
            Some(arguments) => {
                let mut said = Vec::new();
                for argument in elements(&arguments.args) {
                    if let GenericArgument::Type(ty) = argument {
                        said.push(ty.clone());
                    }
                }
                said
            }
            None => types_said(&call.receiver),
        },
        Expr::Call(call) => match unbracketed(&call.func) {
            // `HashMap::<u8, u8>::new`: the type is what stands before the last segment.
            Expr::Path(path) if path.qself.is_none() && path.path.segments.len() > 1 => {
                let mut path = path.path.clone();
                path.segments.pop();
                path.segments.pop_punct();
                match path.segments.last() {
                    Some(last) if !matches!(last.arguments, PathArguments::None) => vec![Type::Path(TypePath {
                        attrs: Vec::new(),
                        qself: None,
                        path,
                    })],
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What is called, without the bracket that [`Rewriter::callee`](super::Rewriter::callee) puts around it.
pub(super) fn unbracketed(func: &Expr) -> &Expr {
    match func {
        Expr::Paren(inner) => &inner.expr,
        func => func,
    }
}

/// Finds `Cache { entries }` and `Cache { entries: seen }` in a body, last wins.
pub(super) struct Shorthands<'a> {
    pub(super) owner: Option<&'a str>,
    pub(super) path: &'a str,
    pub(super) found: Vec<(String, String)>,
}

impl Visitor for Shorthands<'_> {
    fn walk(&mut self) -> Walk<'_> {
        Walk(self)
    }

    fn visit_expr_struct_mut(&mut self, expr: &mut ExprStruct) {
        let owner = literal_owner(&expr.path, self.owner);
        for field in elements(&expr.fields) {
            let Expr::Path(value) = &field.expr else { continue };
            let (Some(variable), Member::Named(name)) = (value.path.get_ident(), &field.member) else {
                continue;
            };
            let name = name.unraw();
            let field = match &owner {
                Some(owner) => format!("{owner}.{name}"),
                None => format!("{}::{name}", self.path),
            };
            self.found.push((variable.to_string(), field));
        }
        visit_mut::visit_expr_struct_mut(&mut self.walk(), expr);
    }

    // Another function's variables.
    fn visit_item_mut(&mut self, _: &mut Item) {}
}
