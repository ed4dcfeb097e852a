//! The imports and `type` aliases around an annotated item: they say which bare names are not std's maps, and which other
//! names stand for maps.
//!
//! `HashMap` in an annotated struct is hashbrown's if the file says `use hashbrown::HashMap`, and whether that import
//! is annotated decides what the name stands for. An attribute sees its own item alone, so the file is read.

use std::ffi::OsStr;
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use proc_macro2::Span;
use syn::{Ident, Item, ItemExternCrate, ItemType, ItemUse, UseRename, UseTree, Visibility};

use crate::maps::{is_map_name, is_one_of, names_may_differ};
use crate::source::{self, Scanner, Token, is_kind, is_of_word, offset};
use crate::span::{self, LineColumn};

/// The imports of a block or module, and what else brings names there.
pub(crate) struct Imports {
    pub(crate) of_module: bool,
    pub(crate) items: Vec<ItemUse>,
    pub(crate) aliases: Vec<ItemType>,
    /// The names of its types and modules, which hide what a glob brings.
    pub(crate) names: Vec<String>,
    /// Those of them that are maps' too, and here those of no alias.
    pub(crate) types: Vec<OwnType>,
    /// The paths of such types in modules beside the item, but for those that are there under a condition alone.
    pub(crate) below: Vec<Vec<String>>,
    /// The names of these modules.
    pub(crate) modules: Vec<String>,
    /// Whether the crate begins here.
    pub(crate) is_root: bool,
}

/// A type of the file's own, of a name that one of the maps has too.
#[derive(Clone)]
pub(crate) struct OwnType {
    pub(crate) name: String,
    /// Whether it is there under a condition alone.
    pub(crate) conditional: bool,
}

/// A file's text and what is known of it, for one attribute in it after the other: to find that out for each takes longer
/// than all else.
struct File {
    source: String,
    /// Whether any imports or aliases in it matter. Most files have none that do, and need not be read token by token.
    matters: bool,
    /// If it has been read.
    blocks: Vec<Block>,
}

/// The imports around the item with the attribute at `attribute`: those of the blocks and modules of its file.
/// Innermost first.
pub(crate) fn imports(attribute: Span) -> Vec<Imports> {
    // Of a thread's own it would be dropped with that, for which 700 lines more of LLVM IR were compiled.
    static LAST: Mutex<File> = Mutex::new(File {
        source: String::new(),
        matters: false,
        blocks: Vec::new(),
    });
    let Some(source) = source::of(attribute) else {
        return Vec::new();
    };
    let at = span::start(attribute);
    let is_root = || span::local_file(attribute).is_some_and(|file| is_root(&file));
    let mut file = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if file.source != source {
        *file = File {
            matters: names_may_differ(&source),
            source,
            blocks: Vec::new(),
        };
    }
    if !file.matters {
        return Vec::new();
    }
    if file.blocks.is_empty() {
        file.blocks = blocks_of(&file.source);
    }
    let mut imports = imports_among(&file.blocks, &file.source, at);
    if let Some(imports) = imports.last_mut() {
        imports.is_root = is_root();
    }
    imports
}

/// Whether a file is the root of a crate, as far as its path tells.
fn is_root(file: &Path) -> bool {
    const FOLDERS: [&str; 4] = ["benches", "bin", "examples", "tests"];
    let name =
        |part: Option<&OsStr>, names: &[&str]| part.and_then(OsStr::to_str).is_some_and(|part| names.contains(&part));
    name(file.file_name(), &["lib.rs", "main.rs"]) || name(file.parent().and_then(Path::file_name), &FOLDERS)
}

/// The same of any file, also of those that say nothing of maps.
pub(crate) fn all_imports(attribute: Span) -> Vec<Imports> {
    source::of(attribute).map_or_else(Vec::new, |source| imports_in(&source, span::start(attribute)))
}

/// The same, in a file's text.
pub(crate) fn imports_in(source: &str, at: LineColumn) -> Vec<Imports> {
    imports_among(&blocks_of(source), source, at)
}

/// `use ident as rename;`, to be read.
fn use_as(ident: Ident, rename: Ident) -> ItemUse {
    ItemUse {
        attrs: Vec::new(),
        vis: Visibility::Inherited,
        use_token: Default::default(),
        leading_colon: None,
        semi_token: Default::default(),
        tree: UseTree::Rename(UseRename {
            as_token: Default::default(),
            ident,
            rename,
        }),
    }
}

fn imports_among(blocks: &[Block], source: &str, at: LineColumn) -> Vec<Imports> {
    let text = |range: &Range<usize>| &source[range.clone()];
    let mut imports = Vec::new();
    for (block, below) in around(blocks, source, at) {
        let (mut items, mut aliases) = (Vec::new(), Vec::new());
        for range in block.imports.iter().chain(&block.aliases) {
            match parse(text(range)) {
                Some(Item::Use(item)) => items.push(item),
                Some(Item::Type(item)) => aliases.push(item),
                Some(Item::ExternCrate(ItemExternCrate {
                    ident,
                    rename: Some((_, name)),
                    ..
                })) => items.push(use_as(ident, name)),
                _ => {}
            }
        }
        let mut names = Vec::new();
        for name in &block.names {
            names.push(text(name).to_owned());
        }
        let mut modules = Vec::new();
        for name in &block.modules {
            modules.push(text(name).to_owned());
        }
        imports.push(Imports {
            of_module: block.module.is_some(),
            items,
            aliases,
            names,
            types: block.types.clone(),
            below,
            modules,
            is_root: false,
        });
    }
    imports
}

/// Whether a path in the file of the attribute that begins with this name stays within the crate, as far as it tells.
pub(crate) fn is_of_crate(first: &Ident) -> bool {
    if is_one_of(first, &["crate", "self", "super"]) {
        return true;
    }
    source::of(Span::call_site()).is_some_and(|source| has_module(&source, &first.to_string()))
}

/// Whether a file's text has a module of this name, or imports one by a path.
fn has_module(source: &str, name: &str) -> bool {
    source.match_indices(name).any(|(at, _)| {
        let (before, after) = (&source[..at], source[at + name.len()..].trim_start());
        // After `::` there has to be something before it as well: `use ::name;` brings a crate.
        let in_path = || {
            before
                .strip_suffix("::")
                .is_some_and(|path| path.chars().next_back().is_some_and(is_of_word))
        };
        (before.ends_with("mod ") && after.starts_with(['{', ';'])) || (after.starts_with(';') && in_path())
    })
}

fn parse(text: &str) -> Option<Item> {
    // A file, as the first may have the file's attributes before it.
    syn::parse_file(text).ok()?.items.pop()
}

/// What stands between braces.
struct Block {
    /// With its braces; empty until the second is found.
    range: Range<usize>,
    /// Its name, if it is a module's.
    module: Option<Range<usize>>,
    /// Whether it is of an `impl` or `trait`, whose types have no name of their own.
    has_members: bool,
    imports: Vec<Range<usize>>,
    aliases: Vec<Range<usize>>,
    names: Vec<Range<usize>>,
    types: Vec<OwnType>,
    /// The paths of types in modules, each with the block of the first one.
    below: Vec<(usize, Vec<String>)>,
    modules: Vec<Range<usize>>,
    /// Whether it is there under a condition alone.
    conditional: bool,
    /// How many `(` and `[` are open. What is in there is a macro's, or no item.
    groups: usize,
}

impl Block {
    fn new(start: usize, module: Option<Range<usize>>, has_members: bool) -> Self {
        Self {
            range: start..start,
            module,
            has_members,
            imports: Vec::new(),
            aliases: Vec::new(),
            names: Vec::new(),
            types: Vec::new(),
            below: Vec::new(),
            modules: Vec::new(),
            conditional: false,
            groups: 0,
        }
    }
}

/// An item or statement, as far as it has been read.
struct Begun<'s> {
    start: usize,
    /// The word that tells its kind.
    kind: Option<&'s str>,
    /// How many `[` are open, in which a `;` is no end.
    brackets: usize,
    /// Whether a `#[cfg(...)]` stands above it.
    conditional: bool,
}

impl Begun<'_> {
    fn new(start: usize) -> Self {
        Self {
            start,
            kind: None,
            brackets: 0,
            conditional: false,
        }
    }
}

/// Whether the text of an attribute is `#[cfg(...)]`, or one that may be.
fn is_condition(attribute: &str) -> bool {
    let is_before: fn(char) -> bool = |c| matches!(c, '#' | '!' | '[') || c.is_whitespace();
    let path = attribute.trim_start_matches(is_before);
    let of_attributes = path.strip_prefix("cfg_attr");
    let may_be = of_attributes.is_some_and(|rest| rest.contains("cfg"));
    may_be
        || path
            .strip_prefix("cfg")
            .is_some_and(|rest| rest.trim_start().starts_with('('))
}

/// The words before the name of a type or module.
const NAMING: [&str; 6] = ["enum", "mod", "struct", "trait", "type", "union"];

/// The blocks and modules around `at`, but for the blocks that modules are in: no name of theirs is seen in there. Each with
/// the paths of types in the modules of it that are not around `at`.
fn around<'b>(blocks: &'b [Block], source: &str, at: LineColumn) -> Vec<(&'b Block, Vec<Vec<String>>)> {
    let Some(at) = offset(source, at) else {
        return Vec::new();
    };
    // That of the file is the first.
    let is_around = |index: usize| index == 0 || blocks[index].range.contains(&at);
    let mut around = Vec::new();
    let mut is_in_module = false;
    for index in (0..blocks.len()).rev() {
        let block = &blocks[index];
        if is_around(index) && (block.module.is_some() || !is_in_module) {
            is_in_module = block.module.is_some();
            let mut below = Vec::new();
            for (first, path) in &block.below {
                if !is_around(*first) {
                    below.push(path.clone());
                }
            }
            around.push((block, below));
        }
    }
    around
}

/// All blocks and modules of a file in the order in which they begin, that of the file itself first.
fn blocks_of(source: &str) -> Vec<Block> {
    let mut blocks = vec![Block::new(0, Some(0..0), false)];
    // Those that are not closed yet.
    let mut open = vec![0];
    let mut rest = Scanner::new(source);
    let mut item = Begun::new(0);
    // The two words before the current token, and where the second is.
    let mut words = ["", ""];
    let mut word = 0..0;
    while !rest.rest().is_empty() {
        let start = rest.position;
        let token = rest.step();
        let range = start..rest.position;
        let text = &source[range.clone()];
        let current = *open.last().expect("the file's own stays");
        let innermost = &mut blocks[current];
        match (token, text) {
            (Token::Blank, _) => continue,
            (Token::Attribute, text) => item.conditional |= item.kind.is_none() && is_condition(text),
            (Token::Other, "{") => {
                let has_members = matches!(item.kind, Some("impl" | "trait"));
                let is_module = words[0] == "mod";
                let mut block = Block::new(start, is_module.then_some(word), has_members);
                // Tokens of a macro may become anything.
                let inner = source[rest.position..].trim_start();
                block.conditional =
                    item.conditional || innermost.groups > 0 || (inner.starts_with("#!") && is_condition(inner));
                open.push(blocks.len());
                blocks.push(block);
                item = Begun::new(rest.position);
            }
            (Token::Other, "}") if current > 0 => {
                innermost.range.end = rest.position;
                open.pop();
                if let Some(module) = innermost.module.clone().filter(|_| !innermost.conditional) {
                    let mut paths = Vec::new();
                    for own in &innermost.types {
                        if !own.conditional {
                            paths.push(vec![own.name.clone()]);
                        }
                    }
                    for (_, path) in &innermost.below {
                        paths.push(path.clone());
                    }
                    let outer = *open.last().expect("the file's own stays");
                    for mut path in paths {
                        path.insert(0, source[module.clone()].to_owned());
                        blocks[outer].below.push((current, path));
                    }
                }
                item = Begun::new(rest.position);
            }
            (Token::Other, "(") => innermost.groups += 1,
            (Token::Other, ")") => innermost.groups = innermost.groups.saturating_sub(1),
            (Token::Other, "[") => {
                innermost.groups += 1;
                item.brackets += 1;
            }
            (Token::Other, "]") => {
                innermost.groups = innermost.groups.saturating_sub(1);
                item.brackets = item.brackets.saturating_sub(1);
            }
            // In `[u8; 4]` it ends nothing. What is no alias may be a macro's, with brackets of any kind.
            (Token::Other, ";") if item.brackets > 0 && item.kind == Some("type") => {}
            (Token::Other, ";") => {
                if item.kind == Some("type") && !innermost.has_members {
                    innermost.aliases.push(item.start..rest.position);
                } else if item.kind == Some("extern") {
                    innermost.imports.push(item.start..rest.position);
                }
                item = Begun::new(rest.position);
            }
            // Not `impl Trait + use<'a>`.
            (Token::Other, "use") if !rest.rest().trim_start().starts_with('<') => {
                while !rest.rest().is_empty() && !rest.rest().starts_with(';') {
                    rest.step();
                }
                rest.step();
                innermost.imports.push(item.start..rest.position);
                item = Begun::new(rest.position);
            }
            (Token::Other, name) if NAMING.contains(&words[1]) && !innermost.has_members => {
                innermost.names.push(range.clone());
                if words[1] == "mod" {
                    innermost.modules.push(range.clone());
                }
                let is_type = matches!(words[1], "enum" | "struct" | "trait" | "union");
                let is_item = item.kind == Some(words[1]) && innermost.groups == 0;
                if is_type && is_item && is_map_name(name) {
                    innermost.types.push(OwnType {
                        name: name.to_owned(),
                        conditional: item.conditional,
                    });
                }
            }
            (Token::Other, word) if item.kind.is_none() && is_kind(word) => item.kind = Some(word),
            (Token::Other, _) => {}
        }
        words = [words[1], text];
        word = range;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found for the `@`, with single spaces.
    fn at_mark(text: &str) -> Vec<Vec<String>> {
        found(text, |block| &block.imports)
    }

    fn found(text: &str, what: impl Fn(&Block) -> &Vec<Range<usize>>) -> Vec<Vec<String>> {
        let mark = text.find('@').expect("the text has a mark");
        let line_start = text[..mark].rfind('\n').map_or(0, |newline| newline + 1);
        let at = LineColumn {
            line: text[..mark].matches('\n').count() + 1,
            column: text[line_start..mark].chars().count(),
        };
        let text = text.replace('@', "");
        let words = |range: &Range<usize>| text[range.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
        let blocks = blocks_of(&text);
        let around = around(&blocks, &text, at).into_iter();
        around
            .map(|(block, _)| what(block).iter().map(words).collect())
            .collect()
    }

    #[test]
    fn a_module_of_the_file_is_told_from_what_only_looks_like_one() {
        for file in ["mod imp {}", "pub mod imp;", "mod imp\n{}", "use crate::deep::imp;"] {
            assert!(has_module(file, "imp"), "{file}");
        }
        for file in [
            "mod imp_more {}",
            "// the mod imp is",
            "pub use ::imp;",
            "mod simp {}",
            "let x = imp;",
        ] {
            assert!(!has_module(file, "imp"), "{file}");
        }
    }

    #[test]
    fn those_of_the_file_are_found_before_and_after() {
        let text =
            "#![allow(x)]\n#[a] pub(crate) use a::{b, c as d};\nuse e;\n@struct S { f: u8 }\nfn f() { use g; }\nuse h;";
        assert_eq!(
            at_mark(text),
            [["#![allow(x)] #[a] pub(crate) use a::{b, c as d};", "use e;", "use h;"]]
        );
        let text = text.replace('@', "");
        let import = &blocks_of(&text)[0].imports[0];
        let item = parse(&text[import.clone()]).expect("an import");
        let Item::Use(item) = item else { panic!("an import") };
        assert_eq!(item.attrs.len(), 1);
    }

    #[test]
    fn blocks_and_modules_are_followed_but_not_the_blocks_around_a_module() {
        let text = "use a;\nfn g() { use x; mod m {\n use b;\n fn f() { use c; if x { use d; } @struct S; }\n mod n { use e; }\n} }";
        assert_eq!(at_mark(text), [["use c;"], ["use b;"], ["use a;"]]);
    }

    #[test]
    fn types_are_of_items_and_known_to_be_under_a_condition() {
        let types = |text: &str| {
            let file = blocks_of(text).swap_remove(0);
            let of = |own: OwnType| (own.name, own.conditional);
            file.types.into_iter().map(of).collect::<Vec<_>>()
        };
        let text = "#[maptrace] struct S;\n#[derive(A)] pub(crate) struct HashMap<T>(T);\n\
                    #[a] # [ cfg (b)] enum BTreeMap {} #[cfg_attr(c, d)] union HashSet { a: u8 }\n\
                    m!(struct BTreeSet;); n![x; enum BTreeSet {}]; macro_rules! o (() => (struct BTreeSet;););";
        let is = |name: &str, conditional| (name.to_owned(), conditional);
        assert_eq!(
            types(text),
            [is("HashMap", false), is("BTreeMap", true), is("HashSet", false)]
        );
    }

    #[test]
    fn the_types_of_modules_beside_are_found_unless_under_a_condition() {
        let below = |text: &str| {
            let file = blocks_of(text).swap_remove(0);
            let paths = file.below.into_iter().map(|(_, path)| path.join("::"));
            paths.collect::<Vec<_>>()
        };
        let text = "#[maptrace] struct S;\nmod a { pub struct HashMap; pub mod b { pub enum HashSet {} } struct Other; }\n\
                    #[cfg(c)] mod d { struct HashMap; } mod e { #![cfg(f)] struct HashMap; }\n\
                    #[cfg_attr(g, cfg(h))] mod i { struct HashMap; } m!(mod j { struct HashMap; });\n\
                    mod k { #[cfg(l)] struct HashMap; trait BTreeMap {} } fn f() { mod n { struct HashMap; } }";
        assert_eq!(below(text), ["a::HashMap", "a::b::HashSet", "k::BTreeMap"]);
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

    #[test]
    fn other_names_of_crates_are_imports() {
        let text = "extern crate std as s;\nextern \"C\" { fn f(); }\nfn g() { extern crate alloc as a; @x }";
        assert_eq!(
            at_mark(text),
            [["extern crate alloc as a;"], ["extern crate std as s;"]]
        );
        let Some(Item::ExternCrate(item)) = parse("#[macro_use] extern crate std as s;") else {
            panic!("a crate");
        };
        assert_eq!(item.ident, "std");
    }

    #[test]
    fn aliases_are_found_but_not_those_of_members_and_macros() {
        let text = "#[a] pub type A<T> = [B<T>; 4];\ntrait T { type B = u8; fn f() { type C = u8; @x } }\n\
                    impl T for u8 { type D = u8; } macro_rules! m { (type $t:ident) => { type $t = u8; } }\n\
                    fn g() -> impl Sized { type E = u8; }\ntype r#F =\n u8;";
        assert_eq!(
            found(text, |block| &block.aliases),
            [
                vec!["type C = u8;"],
                vec![],
                vec!["#[a] pub type A<T> = [B<T>; 4];", "type r#F = u8;"]
            ]
        );
        assert_eq!(found(text, |block| &block.names)[1], Vec::<String>::new());
    }
}
