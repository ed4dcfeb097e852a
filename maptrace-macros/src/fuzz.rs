//! What the fuzz target `attribute` calls. Not public API.
//!
//! The crate of an attribute cannot be linked, so the package `fuzz/attribute` compiles these sources as a library, with
//! `cfg(maptrace_fuzz)` and without the attribute itself.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{File, Item};

use crate::above::derive_above;
use crate::around::imports_in;
use crate::expand::{Setting, expand};
use crate::maps::Home;
use crate::span::LineColumn;

/// Expands what a text says: arguments in its first line, then the file around an item up to a line `@`, then the item.
/// Returns whether the arguments and the item were taken.
///
/// # Panics
///
/// If the expansion breaks a promise.
pub fn attribute(text: &str) -> bool {
    let (arguments, rest) = text.split_once('\n').unwrap_or(("", text));
    let (around, item) = rest.split_once("\n@\n").unwrap_or(("", rest));
    let source = format!("{around}\n{item}");
    let at = LineColumn {
        line: around.matches('\n').count() + 2,
        column: 0,
    };
    let _ = derive_above(&source, at);
    // Read whatever the item is: an editor hands on half of a file.
    let _ = imports_in(&source, at);
    let (Ok(arguments), Ok(item)) = (arguments.parse::<TokenStream>(), item.parse::<TokenStream>()) else {
        return false;
    };
    let expanded = |enabled| {
        let homes = vec![Home::Std, Home::Hashbrown, Home::Indexmap];
        expand(
            arguments.clone(),
            item.clone(),
            &Setting {
                enabled,
                homes,
                imports: imports_in(&source, at),
            },
        )
    };
    let (off, on) = (expanded(false), expanded(true));
    let mistakes = mistakes(&off);
    assert_eq!(
        mistakes,
        self::mistakes(&on),
        "tracing on and off do not refuse the same"
    );
    if !mentions(&item, &["maptrace", "compile_error"]) {
        // syn leaves out what says nothing, as the colon of `trait T: {}`.
        let written = syn::parse2::<Item>(item.clone()).map_or_else(|_| item.clone(), Item::into_token_stream);
        let (item, off) = (words(&written), words(&off));
        if mistakes == 0 {
            assert_eq!(off, item, "with tracing off the item is not as it was");
        } else {
            // An expression stands in a block, behind the errors.
            assert!(
                item.is_empty() || off.windows(item.len()).any(|part| part == item),
                "a mistake takes the item away: {item:?} {off:?}"
            );
        }
    }
    // A file, as an item becomes several. What the compiler would not take to begin with is its to refuse.
    if syn::parse2::<Item>(item).is_ok() {
        for output in [off, on] {
            let text = output.to_string();
            assert!(syn::parse2::<File>(output).is_ok(), "the output is not Rust: {text}");
            assert!(text.parse::<TokenStream>().is_ok(), "the output is no tokens: {text}");
        }
    }
    mistakes == 0
}

/// How many errors are reported.
fn mistakes(tokens: &TokenStream) -> usize {
    words(tokens).iter().filter(|word| *word == "compile_error").count()
}

fn mentions(tokens: &TokenStream, some: &[&str]) -> bool {
    words(tokens).iter().any(|word| some.contains(&word.as_str()))
}

/// The tokens one after the other: what is between them does not matter.
fn words(tokens: &TokenStream) -> Vec<String> {
    let of = |tree| match tree {
        TokenTree::Group(group) => {
            let (begin, end) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("", ""),
            };
            let mut words = vec![begin.to_owned()];
            words.extend(self::words(&group.stream()));
            words.push(end.to_owned());
            words
        }
        tree => vec![tree.to_string()],
    };
    tokens.clone().into_iter().flat_map(of).collect()
}
