//! What stands in calls of macros, as far as it can be known.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut as _;
use syn::{Block, Expr, ItemStatic, Macro, MacroDelimiter, Pat, StaticMutability, Stmt, Token};

use crate::ast::parse_all;
use crate::maps::is_one_of;
use crate::walk::{Walk, elements_mut};

/// Macros to which the words themselves are the value.
const WORDS: [&str; 8] = [
    "asm",
    "concat",
    "global_asm",
    "naked_asm",
    "parse_quote",
    "quote",
    "quote_spanned",
    "stringify",
];

/// Macros that take entries, `hashmap! { key => value }`.
const ENTRIES: [&str; 3] = ["btreemap", "hashmap", "indexmap"];

/// Macros that take a pattern.
const MATCHES: [&str; 3] = ["assert_matches", "debug_assert_matches", "matches"];

/// The content of a macro's call. What a macro with a syntax of its own makes of its tokens is unknown, so those stay.
pub(crate) enum Content {
    /// `vec![HashMap::new(), HashMap::new()]`.
    Arguments(Punctuated<Expr, Token![,]>),
    /// `vec![HashMap::new(); 3]`.
    Repeated(Box<Expr>, Token![;], Box<Expr>),
    /// `hashmap! { 1 => HashMap::new() }`.
    Entries(Punctuated<Entry, Token![,]>),
    /// `matches!(entry, Entry::Occupied(_) if true)`.
    Matches(Box<Matches>),
    /// `stream! { let seen = HashMap::new(); .. }`.
    Statements(Vec<Stmt>),
    ThreadLocal {
        statics: Vec<ItemStatic>,
        /// Whether the last has no semicolon. It was given one, so that it parses, which is taken off again.
        is_open: bool,
    },
}

/// An entry of a map.
pub(crate) struct Entry {
    key: Expr,
    arrow: Token![=>],
    value: Expr,
}

/// An expression and a pattern, with what is behind them.
pub(crate) struct Matches {
    expr: Expr,
    comma: Token![,],
    pat: Pat,
    guard: Option<(Token![if], Expr)>,
    rest: TokenStream,
}

/// Whether it is `thread_local!`, which takes the attribute as an item does.
pub(crate) fn is_thread_local(mac: &Macro) -> bool {
    is_called(mac, &["thread_local"])
}

fn is_called(mac: &Macro, names: &[&str]) -> bool {
    let last = mac.path.segments.last();
    last.is_some_and(|last| is_one_of(&last.ident, names))
}

impl Content {
    /// `takes_entries` says that it may, by whatever name.
    pub(crate) fn of(mac: &Macro, takes_entries: bool) -> Option<Self> {
        if is_called(mac, &WORDS) {
            return None;
        }
        let tokens = || mac.tokens.clone();
        if is_thread_local(mac) {
            let mut tokens = tokens();
            let last = tokens.clone().into_iter().last();
            let is_open = last.is_some_and(|last| !matches!(last, TokenTree::Punct(last) if last.as_char() == ';'));
            if is_open {
                Token![;](Span::mixed_site()).to_tokens(&mut tokens);
            }
            let statics = |input: ParseStream<'_>| {
                let mut statics = Vec::new();
                while !input.is_empty() {
                    let local: ItemStatic = input.parse()?;
                    if !matches!(local.mutability, StaticMutability::None) {
                        return Err(input.error("there is no `static mut` in `thread_local!`"));
                    }
                    statics.push(local);
                }
                Ok(statics)
            };
            let statics = parse_all(tokens, statics).ok()?;
            return Some(Self::ThreadLocal { statics, is_open });
        }
        if is_called(mac, &MATCHES)
            && let Ok(matches) = parse_all(tokens(), Matches::parse)
        {
            return Some(Self::Matches(Box::new(matches)));
        }
        if (takes_entries || is_called(mac, &ENTRIES))
            && let Ok(entries) = parse_all(tokens(), Punctuated::parse_terminated)
        {
            return Some(Self::Entries(entries));
        }
        let arguments = parse_all(tokens(), Punctuated::parse_terminated).map(Self::Arguments);
        let content = arguments.or_else(|_| parse_all(tokens(), repeated)).ok();
        content.or_else(|| {
            let braces = matches!(mac.delimiter, MacroDelimiter::Brace(_));
            braces
                .then(|| parse_all(tokens(), Block::parse_within).ok())?
                .map(Self::Statements)
        })
    }

    /// Visits all of it.
    pub(crate) fn visit(&mut self, mut walk: Walk<'_>) {
        match self {
            Self::Arguments(arguments) => {
                for argument in elements_mut(arguments) {
                    walk.visit_expr_mut(argument);
                }
            }
            Self::Repeated(element, _, len) => {
                walk.visit_expr_mut(element);
                walk.visit_expr_mut(len);
            }
            Self::Entries(entries) => {
                for entry in elements_mut(entries) {
                    walk.visit_expr_mut(&mut entry.key);
                    walk.visit_expr_mut(&mut entry.value);
                }
            }
            Self::Matches(matches) => {
                walk.visit_expr_mut(&mut matches.expr);
                walk.visit_pat_mut(&mut matches.pat);
                if let Some((_, guard)) = &mut matches.guard {
                    walk.visit_expr_mut(guard);
                }
            }
            Self::Statements(statements) => {
                for statement in statements {
                    walk.visit_stmt_mut(statement);
                }
            }
            Self::ThreadLocal { statics, .. } => {
                for local in statics {
                    walk.visit_item_static_mut(local);
                }
            }
        }
    }
}

fn repeated(input: ParseStream<'_>) -> syn::Result<Content> {
    Ok(Content::Repeated(input.parse()?, input.parse()?, input.parse()?))
}

impl ToTokens for Content {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Arguments(arguments) => arguments.to_tokens(tokens),
            Self::Repeated(element, semicolon, len) => {
                element.to_tokens(tokens);
                semicolon.to_tokens(tokens);
                len.to_tokens(tokens);
            }
            Self::Entries(entries) => entries.to_tokens(tokens),
            Self::Matches(matches) => matches.to_tokens(tokens),
            Self::Statements(statements) => statements.iter().for_each(|statement| statement.to_tokens(tokens)),
            Self::ThreadLocal { statics, is_open } => {
                let mut all = TokenStream::new();
                for local in statics {
                    local.to_tokens(&mut all);
                }
                if !is_open {
                    all.to_tokens(tokens);
                    return;
                }
                // All but the last.
                let mut before = None;
                for token in all {
                    before.to_tokens(tokens);
                    before = Some(token);
                }
            }
        }
    }
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            key: input.parse()?,
            arrow: input.parse()?,
            value: input.parse()?,
        })
    }
}

impl ToTokens for Entry {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.key.to_tokens(tokens);
        self.arrow.to_tokens(tokens);
        self.value.to_tokens(tokens);
    }
}

impl Parse for Matches {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            expr: input.parse()?,
            comma: input.parse()?,
            pat: Pat::parse_multi_with_leading_vert(input)?,
            guard: match input.parse()? {
                Some(keyword) => Some((keyword, input.parse()?)),
                None => None,
            },
            rest: input.parse()?,
        })
    }
}

impl ToTokens for Matches {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.expr.to_tokens(tokens);
        self.comma.to_tokens(tokens);
        self.pat.to_tokens(tokens);
        if let Some((keyword, guard)) = &self.guard {
            keyword.to_tokens(tokens);
            guard.to_tokens(tokens);
        }
        self.rest.to_tokens(tokens);
    }
}
