//! Examples in the documentation, which rustdoc compiles as crates of their own: callers of the library.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use syn::Item;

use super::find::find;
use super::finding::{ATTRIBUTE, Finding, Insertion, Verdict};
use super::krate::Krate;
use super::names::{Around, Names};
use super::reach::Reach;
use super::verdict;

/// What is to be done with examples that have std's maps and come by the names of the `interface`. `files` are the
/// crate's own, with their texts.
pub(super) fn find_in(
    files: &BTreeMap<PathBuf, String>,
    interface: &BTreeSet<String>,
    around: &Around,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, text) in files {
        let Ok(tokens) = text.parse::<TokenStream>() else {
            continue;
        };
        let lines: Vec<&str> = text.lines().collect();
        let mut documents = Documents {
            file,
            lines: &lines,
            found: Vec::new(),
        };
        documents.collect(tokens);
        for document in &documents.found {
            for doctest in document.doctests() {
                found.extend(doctest.finding(document, interface, around));
            }
        }
    }
    found
}

/// A text of documentation.
struct Document {
    file: PathBuf,
    lines: Vec<Line>,
    /// Whether it is part of a source file, where lines of it can be hidden from readers.
    is_in_source: bool,
}

struct Line {
    text: String,
    /// From 1.
    number: usize,
    /// What stands before the text in its file.
    before: String,
}

struct Documents<'t> {
    file: &'t Path,
    lines: &'t [&'t str],
    found: Vec<Document>,
}

impl Documents<'_> {
    /// Comments of documentation are attributes to the parser, wherever they stand.
    fn collect(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    let is_inner = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
                    if is_inner {
                        tokens.next();
                    }
                    if let Some(TokenTree::Group(group)) = tokens.next_if(
                        |next| matches!(next, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket),
                    ) {
                        self.attribute(group.stream(), punct.span());
                    }
                }
                TokenTree::Group(group) => self.collect(group.stream()),
                _ => {}
            }
        }
    }

    fn attribute(&mut self, tokens: TokenStream, at: Span) {
        let mut words = tokens.clone().into_iter();
        let is_doc = matches!(words.next(), Some(TokenTree::Ident(ident)) if ident == "doc");
        if is_doc && matches!(words.nth(1), Some(TokenTree::Literal(_))) {
            self.comment(at);
        } else {
            self.included(tokens);
        }
    }

    /// `/// ...`, `//! ...` and the same in blocks. A `#[doc = "..."]` that is written so has lines that cannot be told.
    fn comment(&mut self, at: Span) {
        let (start, end) = (at.start(), at.end());
        let Some(first) = self.lines.get(start.line - 1) else {
            return;
        };
        let rest: String = first.chars().skip(start.column).collect();
        let is_block = rest.starts_with("/**") || rest.starts_with("/*!");
        if !is_block && !rest.starts_with("///") && !rest.starts_with("//!") {
            return;
        }
        let mut lines = Vec::new();
        for number in start.line..=end.line {
            let Some(line) = self.lines.get(number - 1) else { break };
            let marker = match number == start.line {
                true => start.column + 3,
                false => stars(line),
            };
            let before: String = line.chars().take(marker).collect();
            let mut text: String = line.chars().skip(marker).collect();
            if is_block && number == end.line {
                text.truncate(text.rfind("*/").unwrap_or(text.len()));
            }
            lines.push(Line { text, number, before });
        }
        match self.found.last_mut() {
            Some(last)
                if !is_block
                    && last.is_in_source
                    && last.lines.last().is_some_and(|line| {
                        line.number + 1 == start.line && line.before.trim() == lines[0].before.trim()
                    }) =>
            {
                last.lines.append(&mut lines);
            }
            _ => self.found.push(Document {
                file: self.file.to_owned(),
                lines,
                is_in_source: true,
            }),
        }
    }

    /// `#[doc = include_str!("...")]`, also under a condition.
    fn included(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for window in tokens.windows(3) {
            if let [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Group(path)] = window
                && name == "include_str"
                && let Ok(path) = syn::parse2::<syn::LitStr>(path.stream())
                && let Some(folder) = self.file.parent()
            {
                let file: PathBuf = folder.join(path.value());
                let file = file.canonicalize().unwrap_or(file);
                let Ok(text) = fs::read_to_string(&file) else { continue };
                let numbered = text.lines().enumerate();
                let lines = numbered.map(|(index, text)| Line {
                    text: text.to_owned(),
                    number: index + 1,
                    before: String::new(),
                });
                self.found.push(Document {
                    file,
                    lines: lines.collect(),
                    is_in_source: false,
                });
            }
        }
        for token in tokens {
            if let TokenTree::Group(group) = token {
                self.included(group.stream());
            }
        }
    }
}

/// How many characters of a line in a block comment are its frame.
fn stars(line: &str) -> usize {
    let blank = line.chars().take_while(|c| c.is_whitespace()).count();
    let is_frame = line.trim_start().starts_with('*') && !line.trim_start().starts_with("*/");
    blank * usize::from(is_frame) + usize::from(is_frame)
}

impl Document {
    /// The blocks of code that rustdoc compiles.
    fn doctests(&self) -> Vec<Doctest> {
        let filled = self.lines.iter().filter(|line| !line.text.trim().is_empty());
        let blank = |line: &Line| line.text.chars().take_while(|c| c.is_whitespace()).count();
        // What all lines are moved in by says nothing.
        let indent = if self.is_in_source {
            filled.map(blank).min().unwrap_or(0)
        } else {
            0
        };
        let mut text = String::new();
        let mut starts = Vec::new();
        for line in &self.lines {
            starts.push(text.len());
            text.extend(line.text.chars().skip(indent));
            text.push('\n');
        }
        let line_at = |byte: usize| starts.partition_point(|start| *start <= byte) - 1;
        let mut found = Vec::new();
        let mut current: Option<Doctest> = None;
        for (event, Range { start, end }) in Parser::new(&text).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) if is_compiled(&kind) => {
                    current = Some(Doctest {
                        line: self.lines[line_at(start)].number,
                        code: Vec::new(),
                    });
                }
                Event::Text(_) => {
                    let Some(doctest) = &mut current else { continue };
                    let mut at = start;
                    for piece in text[start..end].split_inclusive('\n') {
                        let index = line_at(at);
                        let column = text[starts[index]..at].chars().count() + indent;
                        doctest.code.push(Code {
                            index,
                            column,
                            text: piece.trim_end_matches('\n').to_owned(),
                        });
                        at += piece.len();
                    }
                }
                Event::End(TagEnd::CodeBlock) => found.extend(current.take()),
                _ => {}
            }
        }
        found
    }
}

/// By the words behind the fence. `compile_fail` is not to compile, and may as well do it for another reason.
fn is_compiled(kind: &CodeBlockKind<'_>) -> bool {
    let CodeBlockKind::Fenced(info) = kind else { return true };
    let mut is_rust = true;
    let mut says_rust = false;
    for word in info.split([',', ' ', '\t']).filter(|word| !word.is_empty()) {
        match word {
            "rust" => says_rust = true,
            "compile_fail" => return false,
            "no_run" | "should_panic" | "test_harness" | "standalone_crate" => {}
            _ if word.starts_with("ignore") => return false,
            _ if word.starts_with("edition20") => {}
            _ => is_rust = false,
        }
    }
    is_rust || says_rust
}

struct Doctest {
    /// Of its fence, as rustdoc names it.
    line: usize,
    code: Vec<Code>,
}

/// A line of code.
struct Code {
    /// Of its line in the document.
    index: usize,
    /// Where it begins in the text of that line.
    column: usize,
    text: String,
}

impl Doctest {
    /// The code as the compiler gets it, line by line, in the same columns.
    fn source(&self) -> String {
        let mut source = String::new();
        for code in &self.code {
            let trimmed = code.text.trim_start();
            let hidden = trimmed == "#" || trimmed.starts_with("# ") || trimmed.starts_with("##");
            match trimmed {
                // Of the whole crate.
                _ if trimmed.starts_with("#![") || trimmed.starts_with("# #![") => {}
                _ if hidden => source += &code.text.replacen('#', " ", 1),
                _ => source += &code.text,
            }
            source.push('\n');
        }
        source
    }

    fn finding(&self, document: &Document, interface: &BTreeSet<String>, around: &Around) -> Option<Finding> {
        let source = self.source();
        // rustdoc puts a `main` around code that has none, here on lines of its own.
        let (items, shift) = match syn::parse_file(&source) {
            Ok(file) if has_main(&file.items) => (file.items, 0),
            _ => (wrapped(&source)?, 1),
        };
        let tokens = source.parse().ok()?;
        if !mentions(tokens, interface) {
            return None;
        }
        let text = if shift == 0 {
            source
        } else {
            format!("fn main() {{\n{source}}}")
        };
        let krate = Krate::of_items(document.file.clone(), items);
        let names = Names::new(&krate, around);
        let texts = BTreeMap::from([(document.file.clone(), text)]);
        let found = find(&krate, &names, &Reach::default(), &texts).all;
        let is_needed = |finding: &&Finding| {
            finding.place == "`use`" || finding.maps.iter().any(|map| map.contains("::") && !map.contains(": "))
        };
        let mut maps = BTreeSet::new();
        let mut insert = Vec::new();
        let mut missing = None;
        let mut is_present = false;
        for finding in found.iter().filter(is_needed) {
            match &finding.verdict {
                Verdict::Present => is_present = true,
                Verdict::Add { insert: lines } => {
                    for line in lines.iter().filter(|line| line.text == ATTRIBUTE) {
                        match line.line.checked_sub(1 + shift).filter(|_| line.column.is_none()) {
                            Some(at) => insert.extend(self.insertion(document, at)),
                            None => {
                                missing = Some("the map is written where no line of the attribute can stand above it")
                            }
                        }
                    }
                }
                _ => continue,
            }
            maps.extend(finding.maps.iter().cloned());
        }
        if maps.is_empty() {
            return None;
        }
        if !document.is_in_source && !insert.is_empty() {
            missing = Some("the file is shown by others than rustdoc as well, which would show the line");
        }
        let verdict = match missing {
            Some(why) => verdict::doctest(why),
            None if insert.is_empty() && is_present => Verdict::Present,
            None => Verdict::Add { insert },
        };
        Some(Finding {
            file: document.file.clone(),
            line: self.line,
            column: 1,
            place: "doctest".to_owned(),
            maps,
            verdict,
        })
    }

    /// The attribute above a line of code, hidden from readers.
    fn insertion(&self, document: &Document, at: usize) -> Option<Insertion> {
        let code = self.code.get(at)?;
        let line = document.lines.get(code.index)?;
        let inside: String = line.text.chars().take(code.column).collect();
        let indent: String = code.text.chars().take_while(|c| c.is_whitespace()).collect();
        Some(Insertion {
            line: line.number,
            column: None,
            text: format!("{}{inside}{indent}# {ATTRIBUTE}", line.before)
                .trim_start()
                .to_owned(),
        })
    }
}

fn has_main(items: &[Item]) -> bool {
    items
        .iter()
        .any(|item| matches!(item, Item::Fn(item) if item.sig.ident == "main"))
}

fn wrapped(source: &str) -> Option<Vec<Item>> {
    let text = format!("fn main() {{\n{source}}}");
    let file = syn::parse_file(&text).ok()?;
    Some(file.items)
}

fn mentions(tokens: TokenStream, words: &BTreeSet<String>) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => words.contains(ident.to_string().trim_start_matches("r#")),
        TokenTree::Group(group) => mentions(group.stream(), words),
        _ => false,
    })
}
