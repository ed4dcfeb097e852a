//! Finds a `#[derive]` above the attribute.
//!
//! The compiler expands attributes from top to bottom and takes a derive off the item as soon as it has run, so the
//! tokens that a macro is given say nothing about the derives above it. What stood there is known only to the source
//! file. It is read for structs and enums alone, as a derive goes on nothing else; where there is no file (an editor's
//! unsaved buffer, remapped paths) nothing is said.

use proc_macro2::Span;

use crate::source::{self, Scanner, Token, is_of_word, offset};
use crate::span::{self, LineColumn};

/// Whether a derive stands above the attribute at `attribute`.
pub(crate) fn is_below_derive(attribute: Span) -> bool {
    source::of(attribute).is_some_and(|source| derive_above(&source, span::start(attribute)))
}

/// Whether `at`, in lines from 1 and columns from 0, lies in an attribute that follows a derive on the same item.
pub(crate) fn derive_above(source: &str, at: LineColumn) -> bool {
    let Some(at) = offset(source, at) else { return false };
    let mut rest = Scanner::new(source);
    let mut derive = false;
    while rest.position < source.len() {
        let start = rest.position;
        match rest.step() {
            Token::Blank => {}
            Token::Attribute if (start..rest.position).contains(&at) => return derive,
            Token::Attribute => derive |= is_derive(&source[start..rest.position]),
            Token::Other => derive = false,
        }
        if rest.position > at {
            return false;
        }
    }
    false
}

/// `text` is an attribute, from `#` to `]`.
fn is_derive(text: &str) -> bool {
    let is_behind: fn(char) -> bool = |c| !(is_of_word(c) || c == ':');
    let inside = text
        .trim_start_matches('#')
        .trim_start()
        .trim_start_matches('[')
        .trim_start();
    let path_end = inside.find(is_behind).unwrap_or(inside.len());
    let before = inside[..path_end].strip_suffix("derive");
    before.is_some_and(|path| path.is_empty() || path.ends_with("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answer for the `@`, which stands where the attribute starts.
    fn at_mark(text: &str) -> bool {
        let mark = text.find('@').expect("the text has a mark");
        let line_start = text[..mark].rfind('\n').map_or(0, |newline| newline + 1);
        let at = LineColumn {
            line: text[..mark].matches('\n').count() + 1,
            column: text[line_start..mark].chars().count(),
        };
        derive_above(&text.replace('@', ""), at)
    }

    #[test]
    fn a_derive_above_is_found() {
        for text in [
            "#[derive(Clone)]\n@#[maptrace]\nstruct S;",
            "#[derive(Clone)] @#[maptrace] struct S;",
            "# [ derive(Clone) ]\n@#[maptrace]\nstruct S;",
            "#[std::prelude::v1::derive(Clone)]\n@#[maptrace]\nstruct S;",
            "#[derive(Clone)]\n#[repr(C)]\n/// Docs.\n// Comment.\n/* one /* nested */ */\n@#[maptrace]\nstruct S;",
            "#[derive(Clone)]\n#[cfg_attr(feature = \"trace\", @maptrace)]\nstruct S;",
            "const A: &str = \"#[\"; #[derive(Clone)]\n@#[maptrace]\nstruct S;",
            "const A: &str = r##\"\"#[\"##; #[derive(Clone)]\n@#[maptrace]\nstruct S;",
            "fn f<'a>(c: char) -> bool { c == '\"' || c == '\\'' } #[derive(Clone)]\n@#[maptrace]\nstruct S;",
            "#[derive(Clone)]\n#[doc = \"]\"]\n@#[maptrace]\nstruct S;",
            "// äöü\n#[doc = \"äöü\"] #[derive(Clone)] @#[maptrace]\nstruct S;",
        ] {
            assert!(at_mark(text), "not found: {text}");
        }
    }

    #[test]
    fn nothing_else_is_taken_for_one() {
        for text in [
            "@#[maptrace]\n#[derive(Clone)]\nstruct S;",
            "#[derive(Clone)]\nstruct R;\n@#[maptrace]\nstruct S;",
            "// #[derive(Clone)]\n@#[maptrace]\nstruct S;",
            "/* #[derive(Clone)] */\n@#[maptrace]\nstruct S;",
            "/// #[derive(Clone)]\n@#[maptrace]\nstruct S;",
            "#[doc = \"#[derive(Clone)]\"]\n@#[maptrace]\nstruct S;",
            "#[doc = r#\"\n#[derive(Clone)]\n\"#]\n@#[maptrace]\nstruct S;",
            "#[derived]\n@#[maptrace]\nstruct S;",
            "#[cfg_attr(test, derive(Clone))]\n@#[maptrace]\nstruct S;",
        ] {
            assert!(!at_mark(text), "found: {text}");
        }
    }

    #[test]
    fn a_position_outside_the_file_is_no_derive() {
        assert!(!derive_above(
            "#[derive(Clone)] struct S;",
            LineColumn { line: 9, column: 0 }
        ));
        assert!(!derive_above(
            "#[derive(Clone)] struct S;",
            LineColumn { line: 1, column: 99 }
        ));
    }
}
