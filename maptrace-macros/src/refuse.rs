//! What to say of the attribute where it does not go, and what the user's tokens become beside that.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::{Block, Stmt};

use crate::ast::{Item, parse_all};
use crate::errors::Errors;
use crate::source::{self, Scanner, Token, is_kind, offset};
use crate::span;

const ACCEPTED: &str = "`use`, `type`, `struct`, `enum`, `static`, `const`, `fn`, `impl`, `trait`, `mod` and \
                        `thread_local!`";

/// Reports `what` of something that the attribute does not go on.
fn say(at: Span, what: &str, errors: &mut Errors) {
    errors.at(at, format!("#[maptrace] goes on {ACCEPTED} items, {what}"));
}

/// Reports an item that is not accepted.
pub(crate) fn item(item: &syn::Item, errors: &mut Errors) {
    let (at, what) = describe(item);
    say(at, what, errors);
}

/// Where to report an item that is not accepted, and what to do instead.
fn describe(item: &syn::Item) -> (Span, &'static str) {
    match item {
        syn::Item::Mod(item) => (
            item.mod_token.span,
            "and never sees the file behind `mod name;`: annotate the items inside that file",
        ),
        syn::Item::TraitAlias(item) => (item.trait_token.span, "not on trait aliases: they hold no map"),
        syn::Item::Union(item) => (
            item.union_token.span,
            "not on unions: annotate a `type` alias of the map inside",
        ),
        syn::Item::ExternCrate(item) => (
            item.extern_token.span,
            "not on `extern crate`: annotate the `use` that imports the map",
        ),
        syn::Item::ForeignMod(item) => (
            item.abi.extern_token.span,
            "not on `extern` blocks: they hold no Rust map",
        ),
        syn::Item::Macro(item) => (
            item.mac.bang_token.span,
            "not on other macros: annotate a `type` alias of the map and name that alias inside the macro",
        ),
        other => half(other.to_token_stream()),
    }
}

/// The same for what only traits and `extern` blocks have: items without what makes them whole.
fn half(tokens: TokenStream) -> (Span, &'static str) {
    let mut first = None;
    let mut keyword = None;
    for token in tokens {
        first.get_or_insert(token.span());
        if let TokenTree::Ident(word) = token {
            let what = match word.to_string().as_str() {
                "fn" => {
                    "not on a `fn` without a body: annotate the `trait` around it, of which it is a part; an `extern` \
                     block holds no Rust map"
                }
                "type" => {
                    "not on a `type` that is not given: annotate the `impl` that gives it; an `extern` block holds no \
                     Rust map"
                }
                "const" => "not on a `const` without a value: annotate the `trait` around it, of which it is a part",
                "static" => "not on a `static` of an `extern` block, which holds no Rust map",
                _ => continue,
            };
            // `const fn f();`
            if word == "fn" || keyword.is_none() {
                keyword = Some((word.span(), what));
            }
        }
    }
    keyword.unwrap_or_else(|| (first.unwrap_or_else(Span::mixed_site), "and this is none of them"))
}

/// What the user's tokens become if the attribute stands on no item.
pub(crate) enum Rest {
    /// Statements or items, beside which errors can stand.
    Beside(TokenStream),
    /// An expression, in whose place a block can stand.
    Inside(TokenStream),
}

/// Reports what cannot be read as one item, for the reason `error`.
pub(crate) fn no_item(tokens: TokenStream, error: syn::Error, errors: &mut Errors) -> Rest {
    match parse_all(tokens.clone(), Block::parse_within).as_deref() {
        Ok([Stmt::Local(local)]) => {
            let name = first_name(local.pat.to_token_stream()).filter(|name| name != "_");
            let name = name.unwrap_or_else(|| "map".to_owned());
            let what = format!(
                "not on `let`: annotate the `fn` around it; in there `#[maptrace(name = \"{name}\")]` above the `let` is \
                 read by that attribute"
            );
            say(local.let_token.span, &what, errors);
            return Rest::Beside(tokens);
        }
        Ok([Stmt::Expr(expr, _)]) => {
            let first = expr.to_token_stream().into_iter().next();
            let at = first.map_or_else(Span::mixed_site, |token| token.span());
            let what = "not on expressions: annotate the `fn` around it, or what else it stands in";
            say(at, what, errors);
            return Rest::Inside(tokens);
        }
        _ => {}
    }
    if is_file(&tokens) {
        let what = "not on a whole file: annotate the `use` items in it, or trace a whole crate by `extern crate \
                    maptrace_std as std;`";
        say(Span::call_site(), what, errors);
        return Rest::Beside(without_prelude(tokens));
    }
    // Half-typed in an editor, or syntax newer than this parser: the tokens go on to the compiler.
    errors.push(syn::Error::new(
        error.span(),
        format!("#[maptrace] cannot read this item: {error}"),
    ));
    Rest::Beside(tokens)
}

/// The first name in a pattern that is no keyword.
fn first_name(pattern: TokenStream) -> Option<String> {
    pattern.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => first_name(group.stream()),
        TokenTree::Ident(name) if name != "mut" && name != "ref" => Some(name.unraw().to_string()),
        _ => None,
    })
}

/// Whether the tokens are those of a crate, for `#![maptrace]`.
fn is_file(tokens: &TokenStream) -> bool {
    let file = parse_all(tokens.clone(), <syn::File as syn::parse::Parse>::parse);
    file.is_ok_and(|file| !file.attrs.is_empty() || file.items.len() > 1)
}

/// Takes off what the compiler alone may write. It has put it before the first item.
fn without_prelude(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match &token {
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Bracket && group.stream().to_string() == "prelude_import" =>
            {
                kept.pop();
            }
            _ => kept.push(token),
        }
    }
    let mut tokens = TokenStream::new();
    for token in kept {
        token.to_tokens(&mut tokens);
    }
    tokens
}

/// Reports an attribute that stands inside its own item, `#![maptrace]`. The compiler refuses it as unstable, and does
/// not say what to do.
pub(crate) fn inside(item: &Item, errors: &mut Errors) {
    let attribute = Span::call_site();
    // Without what stands above, which may be above the attribute too.
    let mut bare = item.clone();
    bare.attrs_mut().clear();
    let mut tokens = bare.into_token_stream().into_iter();
    let (Some(first), Some(last)) = (tokens.next(), tokens.last()) else {
        return;
    };
    let is_within = span::start(first.span()) < span::start(attribute)
        && span::end(attribute) < span::end(last.span())
        && span::file(first.span()) == span::file(attribute);
    if is_within {
        errors.at(
            attribute,
            "#![maptrace] inside an item is not stable Rust: write #[maptrace] above the item",
        );
    }
}

/// Reports a member of an `impl` or `trait` that declares its maps beside itself, where only members can stand.
pub(crate) fn member(item: &Item, errors: &mut Errors) {
    let (at, word) = match item {
        Item::Type(item) => (item.type_token.span, "type"),
        Item::Const(item) => (item.const_token.span, "const"),
        _ => return,
    };
    // Most stand at the beginning of a line, in no block, and their file need not be read.
    let attribute = Span::call_site();
    let is_member = |source: String| is_member(&source, offset(&source, span::start(attribute))?);
    if span::start(attribute).column > 0 && source::of(attribute).and_then(is_member) == Some(true) {
        errors.at(
            at,
            format!(
                "#[maptrace] goes on no `{word}` of an `impl` or `trait` by itself: annotate the whole `impl` or `trait`; \
                 inside it `#[maptrace(...)]` on the `{word}` sets options"
            ),
        );
    }
}

/// Whether the innermost braces around `at` are those of an `impl` or `trait`.
fn is_member(source: &str, at: usize) -> Option<bool> {
    let mut rest = Scanner::new(source);
    let mut open = Vec::new();
    let mut first = None;
    while rest.position < at {
        let start = rest.position;
        match (rest.step(), &source[start..rest.position]) {
            (Token::Other, "{") => open.push(matches!(first.take(), Some("impl" | "trait"))),
            (Token::Other, "}") => {
                open.pop();
                first = None;
            }
            (Token::Other, ";") => first = None,
            (Token::Other, word) if first.is_none() && is_kind(word) => first = Some(word),
            _ => {}
        }
    }
    open.pop()
}

impl Rest {
    pub(crate) fn with(self, errors: Errors) -> TokenStream {
        let errors = errors.into_compile_errors();
        match self {
            Rest::Beside(tokens) => quote!(#tokens #errors),
            Rest::Inside(tokens) => quote!({ #errors #tokens }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_member;

    #[test]
    fn members_are_told_from_what_stands_in_blocks_and_modules() {
        for (text, expected) in [
            ("impl S { @const A: u8 = 1; }", Some(true)),
            (
                "unsafe impl<T> Tr for S<T> where T: Fn() { fn f() {} @type A = u8; }",
                Some(true),
            ),
            ("pub trait T { const A: [u8; 1]; @type B; }", Some(true)),
            ("impl S { fn f() { @const A: u8 = 1; } }", Some(false)),
            ("fn f() -> impl Sized { @type A = u8; }", Some(false)),
            ("const fn f(x: impl Sized) { @type A = u8; }", Some(false)),
            ("// impl S {\nmod m { impl S {} @type A = u8; }", Some(false)),
            ("impl S {} @type A = u8;", None),
        ] {
            let at = text.find('@').expect("the text has a mark");
            assert_eq!(is_member(&text.replace('@', " "), at), expected, "{text}");
        }
    }
}
