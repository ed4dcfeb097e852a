//! Calls, whose line is that of the user's call and not of the attribute.
//!
//! Which line a `Location` names is decided by the first token of what is called.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;
use syn::token::Paren;
use syn::{Expr, ExprCall, ExprParen, ExprPath, Macro, Path, Token};

use super::Rewriter;
use super::names::Meaning;
use super::values::is_type;
use crate::maps::{Needed, Root, home_in, idents, root_of};
use crate::walk::{Visitor as _, elements_mut};

impl Rewriter<'_> {
    /// A call that is no place's.
    pub(super) fn plain_call(&mut self, expr: &mut ExprCall) {
        self.visit_attributes_mut(&mut expr.attrs);
        self.callee(&mut expr.func);
        for argument in elements_mut(&mut expr.args) {
            self.visit_expr_mut(argument);
        }
    }

    /// Rewrites what is called. Where the first token became the attribute's, a bracket of the user's goes before it. Not
    /// before a variant: in a macro it may be a pattern, and has no line.
    fn callee(&mut self, func: &mut Expr) {
        let Some(written) = path_of(func).and_then(|path| path.segments.first().map(|first| first.ident.clone()))
        else {
            self.visit_expr_mut(func);
            return;
        };
        self.visit_expr_mut(func);
        let is_ours = path_of(func).is_some_and(|path| {
            let function = path.segments.last().map(|last| last.ident.unraw().to_string());
            path.segments[0].ident != written && !function.is_some_and(|name| is_type(&name))
        });
        if is_ours {
            let path = std::mem::replace(func, Expr::Verbatim(TokenStream::new()));
            *func = Expr::Paren(ExprParen {
                attrs: Vec::new(),
                paren_token: Paren(written.span()),
                expr: Box::new(path),
            });
        }
    }

    /// Notes the map that a macro makes, as `maplit::hashmap!` does, and rewrites its path. A bare name is that of an
    /// import, which is rewritten there.
    pub(super) fn map_macro(&mut self, mac: &mut Macro) {
        let idents = idents(&mac.path);
        let Some((name, parents)) = idents.split_last() else {
            return;
        };
        let is_absolute = mac.path.leading_colon.is_some();
        let brought = parents.first().filter(|_| !is_absolute);
        let (made, from) = match (parents, brought.and_then(|first| self.names.meaning(first))) {
            ([], _) if is_absolute => return,
            ([], _) => (self.names.map_of_macro(name), None),
            ([_], Some(Meaning::All(home))) => (home.kind_of_macro(name), None),
            (_, Some(_)) => return,
            (_, None) => match root_of(parents, self.krate) {
                Some((root, home)) => (home.kind_of_macro(name), (root != Root::Traced).then_some(home)),
                None => return,
            },
        };
        let Some(kind) = made else { return };
        self.touched = true;
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        if let Some(home) = from {
            let here = parents[0].span();
            Needed::note(&mut self.needed, &mac.path, home);
            let (leading_colon, mut segments) = home_in(self.krate, home, here);
            // The line of what it makes is that of its first token, which no bracket of the user's may go before: so the
            // `::` is the user's, in the edition of 2015 too, where it wants `extern crate maptrace;`.
            let leading_colon = leading_colon.map(|_| Token![::](here));
            segments.push((*name).clone().into());
            mac.path = Path {
                leading_colon,
                segments,
            };
        }
    }
}

fn path_of(func: &Expr) -> Option<&Path> {
    match func {
        Expr::Path(ExprPath { qself: None, path, .. }) => Some(path),
        _ => None,
    }
}
