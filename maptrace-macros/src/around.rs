//! The imports around an annotated item: they say which bare names are not std's maps.
//!
//! `HashMap` in an annotated struct is hashbrown's if the file says `use hashbrown::HashMap`, and whether that import
//! is annotated decides what the name stands for. An attribute sees its own item alone, so the file is read.

use proc_macro2::{LineColumn, Span};
use syn::{Item, ItemUse};

use crate::maps::may_import_others;
use crate::source::{self, Scanner, Token, offset};

/// The imports of a block or module.
pub(crate) struct Imports {
    pub(crate) of_module: bool,
    pub(crate) items: Vec<ItemUse>,
    /// The names of its types and modules, which hide what a glob brings.
    pub(crate) names: Vec<String>,
}

/// The imports around the item with the attribute at `attribute`: those of the blocks and modules of its file.
/// Innermost first.
pub(crate) fn imports(attribute: Span) -> Vec<Imports> {
    let Some(source) = source::of(attribute) else {
        return Vec::new();
    };
    // Most files have none that matters, and need not be read token by token.
    if !may_import_others(&source) {
        return Vec::new();
    }
    let mut imports = Vec::new();
    for block in texts(&source, attribute.start()) {
        let mut items = Vec::new();
        for text in block.imports {
            items.extend(parse(text));
        }
        imports.push(Imports {
            of_module: block.is_module,
            items,
            names: block.names.into_iter().map(str::to_owned).collect(),
        });
    }
    imports
}

fn parse(text: &str) -> Option<ItemUse> {
    // A file, as the first may have the file's attributes before it.
    match syn::parse_file(text).ok()?.items.pop()? {
        Item::Use(item) => Some(item),
        _ => None,
    }
}

/// What stands between braces.
struct Block<'s> {
    start: usize,
    is_module: bool,
    imports: Vec<&'s str>,
    names: Vec<&'s str>,
}

/// The words before the name of a type or module.
const NAMING: [&str; 6] = ["enum", "mod", "struct", "trait", "type", "union"];

/// The blocks and modules around `at`, but for the blocks that modules are in: no name of theirs is seen in there.
fn texts(source: &str, at: LineColumn) -> Vec<Block<'_>> {
    let Some(at) = offset(source, at) else {
        return Vec::new();
    };
    let mut open = vec![Block {
        start: 0,
        is_module: true,
        imports: Vec::new(),
        names: Vec::new(),
    }];
    let mut around: Vec<Block<'_>> = Vec::new();
    let mut rest = Scanner::new(source);
    // Where the current item or statement starts, and the two words before the current token.
    let mut item = 0;
    let mut words = ["", ""];
    while !rest.rest().is_empty() {
        let start = rest.position;
        let token = rest.step();
        let text = &source[start..rest.position];
        match (token, text) {
            (Token::Blank, _) => continue,
            (Token::Attribute, _) => {}
            (Token::Other, "{") => {
                let is_module = words[0] == "mod";
                open.push(Block {
                    start,
                    is_module,
                    imports: Vec::new(),
                    names: Vec::new(),
                });
                item = rest.position;
            }
            (Token::Other, "}") if open.len() > 1 => {
                let block = open.pop().expect("the file's own stays");
                let is_in_module = around.last().is_some_and(|inner| inner.is_module);
                if (block.start..rest.position).contains(&at) && (block.is_module || !is_in_module) {
                    around.push(block);
                }
                item = rest.position;
            }
            (Token::Other, ";") => item = rest.position,
            // Not `impl Trait + use<'a>`.
            (Token::Other, "use") if !rest.rest().trim_start().starts_with('<') => {
                while !rest.rest().is_empty() && !rest.rest().starts_with(';') {
                    rest.step();
                }
                rest.step();
                let text = &source[item..rest.position];
                open.last_mut().expect("the file's own stays").imports.push(text);
                item = rest.position;
            }
            (Token::Other, name) if NAMING.contains(&words[1]) => {
                open.last_mut().expect("the file's own stays").names.push(name);
            }
            (Token::Other, _) => {}
        }
        words = [words[1], text];
    }
    around.push(open.swap_remove(0));
    around
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found for the `@`, with single spaces.
    fn at_mark(text: &str) -> Vec<Vec<String>> {
        let mark = text.find('@').expect("the text has a mark");
        let line_start = text[..mark].rfind('\n').map_or(0, |newline| newline + 1);
        let at = LineColumn {
            line: text[..mark].matches('\n').count() + 1,
            column: text[line_start..mark].chars().count(),
        };
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        texts(&text.replace('@', ""), at)
            .into_iter()
            .map(|block| block.imports.into_iter().map(words).collect())
            .collect()
    }

    #[test]
    fn those_of_the_file_are_found_before_and_after() {
        let text =
            "#![allow(x)]\n#[a] pub(crate) use a::{b, c as d};\nuse e;\n@struct S { f: u8 }\nfn f() { use g; }\nuse h;";
        assert_eq!(
            at_mark(text),
            [["#![allow(x)] #[a] pub(crate) use a::{b, c as d};", "use e;", "use h;"]]
        );
        let item =
            parse(texts(&text.replace('@', ""), LineColumn { line: 4, column: 0 })[0].imports[0]).expect("an import");
        assert_eq!(item.attrs.len(), 1);
    }

    #[test]
    fn blocks_and_modules_are_followed_but_not_the_blocks_around_a_module() {
        let text = "use a;\nfn g() { use x; mod m {\n use b;\n fn f() { use c; if x { use d; } @struct S; }\n mod n { use e; }\n} }";
        assert_eq!(at_mark(text), [["use c;"], ["use b;"], ["use a;"]]);
    }

    #[test]
    fn a_raw_name_is_no_keyword() {
        let text = "use a;\nfn f(r#use: u8) { g(r#use) }\nfn g() { use b; r#mod { @x } }\nuse c;";
        assert_eq!(at_mark(text), [vec![], vec!["use b;"], vec!["use a;", "use c;"]]);
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        let text =
            "// use a;\nconst A: &str = \"use b;\"; fn f<'a>(x: &'a u8) -> impl Sized + use<'a> { x }\n@struct S;";
        assert_eq!(at_mark(text), [Vec::<String>::new()]);
    }
}
