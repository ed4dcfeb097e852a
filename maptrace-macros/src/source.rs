//! The source file of an annotated item: what the compiler does not tell an attribute about what is around it.
//!
//! Where there is no file (an editor's unsaved buffer) nothing is known, and nothing said.

use proc_macro2::Span;

use crate::span::{self, LineColumn};

/// The text of the file that `token` is in.
pub(crate) fn of(token: Span) -> Option<String> {
    let source = std::fs::read_to_string(span::local_file(token)?).ok()?;
    Some(match source.strip_prefix('\u{feff}') {
        Some(source) => source.to_owned(),
        None => source,
    })
}

/// Where a place in lines from 1 and columns from 0 is in the text.
pub(crate) fn offset(source: &str, at: LineColumn) -> Option<usize> {
    let mut start = 0;
    for _ in 1..at.line {
        start += source[start..].find('\n')? + 1;
    }
    let (column, _) = source[start..].char_indices().nth(at.column)?;
    Some(start + column)
}

/// Whether it is a word by which the kind of an item or statement can be told.
pub(crate) fn is_kind(word: &str) -> bool {
    const KINDS: [&str; 15] = [
        "const", "enum", "extern", "fn", "for", "if", "impl", "let", "match", "mod", "static", "struct", "trait",
        "type", "union",
    ];
    KINDS.contains(&word)
}

pub(crate) enum Token {
    /// White space or a comment.
    Blank,
    /// An outer attribute, whole.
    Attribute,
    Other,
}

/// Reads just enough of Rust's grammar to tell attributes from what only looks like one, in comments and strings.
pub(crate) struct Scanner<'a> {
    source: &'a str,
    pub(crate) position: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self { source, position: 0 }
    }

    pub(crate) fn rest(&self) -> &'a str {
        &self.source[self.position..]
    }

    fn advance(&mut self, bytes: usize) {
        self.position = (self.position + bytes).min(self.source.len());
    }

    /// Goes past the next token. Brackets that are no attribute's are tokens each.
    pub(crate) fn step(&mut self) -> Token {
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
        let word = word_end(rest);
        let (prefix, behind) = rest.split_at(word);
        // `r"..."`, `r#"..."#`, `br"..."`, `cr"..."`; but `r#type` is a name.
        let hashes = behind.len() - behind.trim_start_matches('#').len();
        if matches!(prefix, "r" | "br" | "cr") && behind[hashes..].starts_with('"') {
            let end = format!("\"{}", &behind[..hashes]);
            let body = word + hashes + 1;
            let len = rest[body..].find(&end).map_or(rest.len(), |at| body + at + end.len());
            self.advance(len);
        } else if prefix == "r" && hashes == 1 {
            let name = word_end(&behind[1..]);
            self.advance(word + 1 + name);
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

/// Where the letters, digits and underscores end with which the text begins.
pub(crate) fn word_end(text: &str) -> usize {
    let is_other: fn(char) -> bool = |c| !is_of_word(c);
    text.find(is_other).unwrap_or(text.len())
}

pub(crate) fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// `'x'` and `'\n'`, but not the lifetime in `&'x T`.
fn is_char_literal(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next();
    match chars.next() {
        Some('\\') => true,
        Some(_) => chars.next() == Some('\''),
        None => false,
    }
}
