//! Finds a `#[derive]` above the attribute.
//!
//! The compiler expands attributes from top to bottom and takes a derive off the item as soon as it has run, so the
//! tokens that a macro is given say nothing about the derives above it. What stood there is known only to the source
//! file. It is read for structs and enums alone, as a derive goes on nothing else; where there is no file (an editor's
//! unsaved buffer, remapped paths) nothing is said.

use proc_macro2::{LineColumn, Span};

/// Whether a derive stands above the attribute at `attribute`.
pub(crate) fn is_below_derive(attribute: Span) -> bool {
    let Some(file) = attribute.local_file() else {
        return false;
    };
    std::fs::read_to_string(file).is_ok_and(|source| derive_above(&source, attribute.start()))
}

/// Whether `at`, in lines from 1 and columns from 0, lies in an attribute that follows a derive on the same item.
fn derive_above(source: &str, at: LineColumn) -> bool {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let Some(at) = offset(source, at) else { return false };
    let mut rest = Scanner { source, position: 0 };
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

fn offset(source: &str, at: LineColumn) -> Option<usize> {
    let mut start = 0;
    for _ in 1..at.line {
        start += source[start..].find('\n')? + 1;
    }
    let (column, _) = source[start..].char_indices().nth(at.column)?;
    Some(start + column)
}

/// `text` is an attribute, from `#` to `]`.
fn is_derive(text: &str) -> bool {
    let inside = text
        .trim_start_matches('#')
        .trim_start()
        .trim_start_matches('[')
        .trim_start();
    let path_end = inside
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
        .unwrap_or(inside.len());
    inside[..path_end].rsplit("::").next() == Some("derive")
}

enum Token {
    /// White space or a comment.
    Blank,
    /// An outer attribute, whole.
    Attribute,
    Other,
}

/// Reads just enough of Rust's grammar to tell attributes from what only looks like one, in comments and strings.
struct Scanner<'a> {
    source: &'a str,
    position: usize,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.position..]
    }

    fn advance(&mut self, bytes: usize) {
        self.position = (self.position + bytes).min(self.source.len());
    }

    fn step(&mut self) -> Token {
        let rest = self.rest();
        if rest.starts_with(char::is_whitespace) {
            self.advance(rest.len() - rest.trim_start().len());
            return Token::Blank;
        }
        if rest.starts_with("//") {
            self.advance(rest.find('\n').unwrap_or(rest.len()));
            return Token::Blank;
        }
        if rest.starts_with("/*") {
            self.block_comment();
            return Token::Blank;
        }
        if let Some(behind) = rest.strip_prefix('#')
            && behind.trim_start().starts_with('[')
        {
            self.advance(rest.len() - behind.trim_start().len());
            self.brackets();
            return Token::Attribute;
        }
        self.word_or_literal();
        Token::Other
    }

    /// Block comments nest.
    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while !self.rest().is_empty() {
            if self.rest().starts_with("/*") {
                depth += 1;
                self.advance(2);
            } else if self.rest().starts_with("*/") {
                depth -= 1;
                self.advance(2);
                if depth == 0 {
                    return;
                }
            } else {
                self.one_char();
            }
        }
    }

    /// From `[` to its `]`.
    fn brackets(&mut self) {
        let mut depth = 0_usize;
        while let Some(first) = self.rest().chars().next() {
            match first {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            if first == '[' || first == ']' {
                self.advance(1);
                if depth == 0 {
                    return;
                }
            } else {
                self.step();
            }
        }
    }

    fn word_or_literal(&mut self) {
        let rest = self.rest();
        let word = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let (prefix, behind) = rest.split_at(word);
        // `r"..."`, `r#"..."#`, `br"..."`, `cr"..."`; but `r#type` is a name.
        let hashes = behind.len() - behind.trim_start_matches('#').len();
        if matches!(prefix, "r" | "br" | "cr") && behind[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let body = word + hashes + 1;
            let len = rest[body..].find(&end).map_or(rest.len(), |at| body + at + end.len());
            self.advance(len);
        } else if word > 0 {
            self.advance(word);
        } else if rest.starts_with('"') {
            self.quoted('"');
        } else if rest.starts_with('\'') && is_char_literal(rest) {
            self.quoted('\'');
        } else {
            self.one_char();
        }
    }

    fn quoted(&mut self, quote: char) {
        self.one_char();
        while let Some(next) = self.rest().chars().next() {
            self.one_char();
            if next == '\\' {
                self.one_char();
            } else if next == quote {
                return;
            }
        }
    }

    fn one_char(&mut self) {
        self.advance(self.rest().chars().next().map_or(0, char::len_utf8));
    }
}

/// `'x'` and `'\n'`, but not the lifetime in `&'x T`.
fn is_char_literal(text: &str) -> bool {
    let mut chars = text.chars().skip(1);
    match chars.next() {
        Some('\\') => true,
        Some(_) => chars.next() == Some('\''),
        None => false,
    }
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
