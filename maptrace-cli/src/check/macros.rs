//! Macros that are called: what the attribute sees of their tokens, and paths in those that it does not see.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{Attribute, Block, Expr, Macro, MacroDelimiter, Stmt, Token, Type, Visibility};

use super::names::Words;

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

pub(super) fn name(mac: &Macro) -> String {
    let last = mac.path.segments.last();
    last.map(|segment| segment.ident.to_string()).unwrap_or_default()
}

/// What stands in a call, as far as the attribute looks into it.
pub(super) enum Content {
    Arguments(Vec<Expr>),
    Statements(Vec<Stmt>),
    ThreadLocal(Vec<(Type, Expr)>),
}

impl Content {
    pub(super) fn of(mac: &Macro) -> Option<Self> {
        let name = name(mac);
        if WORDS.contains(&name.as_str()) {
            return None;
        }
        let tokens = || mac.tokens.clone();
        if name == "thread_local" {
            let locals = Punctuated::<_, Token![;]>::parse_terminated_with;
            return (|input: ParseStream<'_>| locals(input, local))
                .parse2(tokens())
                .ok()
                .map(|locals| Self::ThreadLocal(locals.into_iter().collect()));
        }
        let entries = Punctuated::<_, Token![,]>::parse_terminated_with;
        if ENTRIES.contains(&name.as_str())
            && let Ok(entries) = (|input: ParseStream<'_>| entries(input, entry)).parse2(tokens())
        {
            return Some(Self::Arguments(entries.into_iter().flatten().collect()));
        }
        let separated = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens());
        let arguments = separated
            .map(|arguments| arguments.into_iter().collect())
            .or_else(|_| repeated.parse2(tokens()));
        if let Ok(arguments) = arguments {
            return Some(Self::Arguments(arguments));
        }
        let braces = matches!(mac.delimiter, MacroDelimiter::Brace(_));
        let statements = braces.then(|| Block::parse_within.parse2(tokens()).ok())??;
        Some(Self::Statements(statements))
    }

    pub(super) fn visit(&self, visitor: &mut impl for<'ast> Visit<'ast>) {
        match self {
            Self::Arguments(arguments) => arguments.iter().for_each(|argument| visitor.visit_expr(argument)),
            Self::Statements(statements) => statements.iter().for_each(|statement| visitor.visit_stmt(statement)),
            Self::ThreadLocal(locals) => {
                for (ty, expr) in locals {
                    visitor.visit_type(ty);
                    visitor.visit_expr(expr);
                }
            }
        }
    }
}

/// `vec![element; length]`.
fn repeated(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let element = input.parse()?;
    input.parse::<Token![;]>()?;
    Ok(vec![element, input.parse()?])
}

/// Key and value.
fn entry(input: ParseStream<'_>) -> syn::Result<[Expr; 2]> {
    let key = input.parse()?;
    input.parse::<Token![=>]>()?;
    Ok([key, input.parse()?])
}

/// A static of `thread_local!`.
fn local(input: ParseStream<'_>) -> syn::Result<(Type, Expr)> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    input.parse::<Token![static]>()?;
    input.parse::<syn::Ident>()?;
    input.parse::<Token![:]>()?;
    let ty = input.parse()?;
    input.parse::<Token![=]>()?;
    Ok((ty, input.parse()?))
}

/// Paths of two words and more in tokens, at any depth.
pub(super) fn paths(tokens: TokenStream) -> Vec<(Words, Span)> {
    let mut found = Vec::new();
    collect_paths(tokens, &mut found);
    found
}

fn collect_paths(tokens: TokenStream, found: &mut Vec<(Words, Span)>) {
    let mut words: Vec<String> = Vec::new();
    let mut start = None;
    let mut colons = 0;
    let mut absolute = false;
    let mut end = |words: &mut Vec<String>, start: &mut Option<Span>, absolute: &mut bool| {
        let path = std::mem::take(words);
        if let (Some(start), true) = (start.take(), path.len() > 1) {
            found.push((
                Words {
                    absolute: *absolute,
                    words: path,
                },
                start,
            ));
        }
        *absolute = false;
    };
    let mut groups = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if colons != 2 {
                    end(&mut words, &mut start, &mut absolute);
                }
                absolute |= words.is_empty() && colons == 2;
                start.get_or_insert(ident.span());
                words.push(ident.to_string());
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Group(group) => {
                groups.push(group.stream());
                end(&mut words, &mut start, &mut absolute);
                colons = 0;
            }
            _ => {
                end(&mut words, &mut start, &mut absolute);
                colons = 0;
            }
        }
    }
    end(&mut words, &mut start, &mut absolute);
    for group in groups {
        collect_paths(group, found);
    }
}
