//! Calls, whose line is that of the user's call and not of the attribute.
//!
//! Which line a `Location` names is decided by the first token of what is called.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;
use syn::token::Paren;
use syn::{Expr, ExprCall, ExprParen, ExprPath, Ident, Macro, Path, Token};

use super::Rewriter;
use super::names::Meaning;
use super::places::is_type;
use crate::maps::{Needed, home_in, root_of};
use crate::walk::Visitor as _;

impl Rewriter<'_> {
    /// A call that is no place's.
    pub(super) fn plain_call(&mut self, expr: &mut ExprCall) {
        self.visit_attributes_mut(&mut expr.attrs);
        self.callee(&mut expr.func);
        expr.args.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
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

    /// Rewrites the path of `indexmap::indexmap!` and the like.
    pub(super) fn map_macro(&mut self, mac: &mut Macro) {
        let idents: Vec<&Ident> = mac.path.segments.iter().map(|segment| &segment.ident).collect();
        let [first, name] = idents[..] else { return };
        let meaning = match mac.path.leading_colon {
            Some(_) => None,
            None => self.names.meaning(first),
        };
        let home = match (meaning, root_of(&[first], self.krate)) {
            (Some(Meaning::All(home)), _) | (None, Some((_, home))) => home,
            _ => return,
        };
        let Some(kind) = home.kind_of_macro(name) else { return };
        self.touched = true;
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        if meaning.is_none() {
            self.needed.extend(Needed::of(&mac.path, home));
            let (leading_colon, mut segments) = home_in(self.krate, home, first.span());
            // The line of what it makes is that of its first token, which no bracket of the user's may go before: so the
            // `::` is the user's, in the edition of 2015 too, where it wants `extern crate maptrace;`.
            let leading_colon = leading_colon.map(|_| Token![::](first.span()));
            segments.push(name.clone().into());
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
