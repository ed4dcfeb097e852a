//! Every shape of expansion, as files in `snapshots/`: the annotated items first, then what they become with tracing
//! compiled in. `MAPTRACE_BLESS=1 cargo test -p maptrace-macros` writes the second half anew; read the difference.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item, ItemUse, Meta};

use super::{Setting, expand};
use crate::around::Imports;
use crate::maps::Home;

const BECOMES: &str = "// ---- becomes ----\n";

struct Snapshot {
    path: PathBuf,
    input: String,
    expected: String,
}

fn snapshots() -> Vec<Snapshot> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/expand/snapshots");
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("snapshots can be listed")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 10, "the snapshots are gone from {}", folder.display());
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a snapshot can be read");
        let (input, expected) = text.split_once(BECOMES).unwrap_or((&text, ""));
        Snapshot {
            input: input.to_owned(),
            expected: expected.to_owned(),
            path,
        }
    };
    paths.into_iter().map(read).collect()
}

/// With all features.
fn setting(enabled: bool, imports: Vec<ItemUse>) -> Setting {
    Setting {
        enabled,
        homes: vec![Home::Std, Home::Hashbrown, Home::Indexmap],
        imports: vec![Imports {
            of_module: true,
            items: imports,
            aliases: Vec::new(),
            names: Vec::new(),
            types: Vec::new(),
            below: Vec::new(),
            modules: Vec::new(),
            is_root: false,
        }],
    }
}

/// Expands the annotated items of a file as the compiler would: attribute by attribute, the rest untouched.
fn expand_file(source: &str, enabled: bool) -> TokenStream {
    let file = syn::parse_file(source).expect("a snapshot's input is a Rust file");
    let imports = file.items.iter().filter_map(|item| match item {
        Item::Use(item) => Some(item.clone()),
        _ => None,
    });
    let setting = setting(enabled, imports.collect());
    file.items
        .into_iter()
        .map(|mut item| match take_attribute(attributes(&mut item)) {
            Some(Meta::List(list)) => expand(list.tokens, item.into_token_stream(), &setting),
            Some(_) => expand(TokenStream::new(), item.into_token_stream(), &setting),
            None => item.into_token_stream(),
        })
        .collect()
}

fn take_attribute(attributes: &mut Vec<Attribute>) -> Option<Meta> {
    let at = attributes
        .iter()
        .position(|attribute| attribute.path().is_ident("maptrace"))?;
    Some(attributes.remove(at).meta)
}

fn attributes(item: &mut Item) -> &mut Vec<Attribute> {
    match item {
        Item::Use(item) => &mut item.attrs,
        Item::Type(item) => &mut item.attrs,
        Item::Struct(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        Item::Static(item) => &mut item.attrs,
        Item::Const(item) => &mut item.attrs,
        Item::ExternCrate(item) => &mut item.attrs,
        Item::Fn(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        Item::Trait(item) => &mut item.attrs,
        Item::Mod(item) => &mut item.attrs,
        Item::Macro(item) => &mut item.attrs,
        other => panic!("no snapshot annotates {}", other.to_token_stream()),
    }
}

fn pretty(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).expect("an expansion is a list of items"))
}

#[test]
fn enabled_items_become_their_snapshots() {
    let bless = std::env::var_os("MAPTRACE_BLESS").is_some();
    let mut wrong = String::new();
    for Snapshot { path, input, expected } in snapshots() {
        let found = pretty(expand_file(&input, true));
        if bless {
            fs::write(&path, format!("{input}{BECOMES}{found}")).expect("a snapshot can be written");
        } else if found != expected {
            wrong += &format!("{}\n--- expected\n{expected}--- found\n{found}\n", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn disabled_items_stay_as_they_were_written() {
    for Snapshot { path, input, .. } in snapshots() {
        let found = expand_file(&input, false).to_string();
        let written = without_attributes(input.parse().expect("a snapshot is made of tokens"));
        let written: syn::File = syn::parse2(written).expect("and stays a Rust file");
        // Two `>` of a macro's tokens that were parsed are no longer `>>`.
        let tokens = |text: &str| text.replace(' ', "");
        let written = written.into_token_stream().to_string();
        assert_eq!(tokens(&found), tokens(&written), "{}", path.display());
    }
}

/// Takes every `#[maptrace ...]` out, knowing nothing of what it stands on.
fn without_attributes(tokens: TokenStream) -> TokenStream {
    let mut kept = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if is_ours(&group) => {
                let pound: Option<TokenTree> = kept.pop();
                assert_eq!(pound.map(|token| token.to_string()).as_deref(), Some("#"));
            }
            TokenTree::Group(group) => {
                kept.push(Group::new(group.delimiter(), without_attributes(group.stream())).into());
            }
            other => kept.push(other),
        }
    }
    kept.into_iter().collect()
}

fn is_ours(group: &Group) -> bool {
    group.delimiter() == Delimiter::Bracket
        && group
            .stream()
            .into_iter()
            .next()
            .is_some_and(|first| first.to_string() == "maptrace")
}

/// What a struct in a module with the imports `inner`, in a file with the imports `outer`, makes of `HashMap`.
fn in_a_module(outer: &str, inner: &str) -> String {
    let imports = |text: &str, of_module| Imports {
        of_module,
        aliases: Vec::new(),
        names: Vec::new(),
        types: Vec::new(),
        below: Vec::new(),
        modules: Vec::new(),
        is_root: false,
        items: syn::parse_file(text)
            .expect("imports")
            .items
            .into_iter()
            .map(|item| match item {
                Item::Use(item) => item,
                other => panic!("no import: {}", other.to_token_stream()),
            })
            .collect(),
    };
    let setting = Setting {
        imports: vec![imports(inner, true), imports(outer, true)],
        ..setting(true, Vec::new())
    };
    let item = "struct S { map: HashMap<u8, u8> }".parse().expect("tokens");
    expand(TokenStream::new(), item, &setting).to_string()
}

#[test]
fn imports_of_a_module_and_of_those_around_it_say_what_a_name_is() {
    let outer = "#[maptrace] use hashbrown::HashMap;";
    for inner in [
        "use super::*;",
        "use super::{*, other};",
        "use super::HashMap;",
        "use super::HashMap as HashMap;",
    ] {
        let found = in_a_module(outer, inner);
        assert!(
            found.starts_with("struct S { map : HashMap < u8 , u8 > }"),
            "{inner}: {found}"
        );
        assert!(found.contains("kind : HashMap of hashbrown"), "{inner}: {found}");
    }
    for inner in [
        "",
        "use other::*;",
        "use super::super::*;",
        "use super::*; use std::collections::HashMap;",
    ] {
        let found = in_a_module(outer, inner);
        assert!(
            found.starts_with("struct S { map : :: maptrace :: collections :: HashMap"),
            "{inner}: {found}"
        );
    }
    let found = in_a_module(
        "",
        "#[cfg(a)] #[maptrace] use std::collections::HashMap; #[cfg(not(a))] #[maptrace] use hashbrown::HashMap;",
    );
    assert!(found.starts_with("struct S { map : HashMap < u8 , u8 > }"), "{found}");
    assert!(found.contains("kind : HashMap ,"), "{found}");
    let found = in_a_module("use hashbrown::HashMap;", "use super::*;");
    assert!(found.contains("its import is not annotated"), "{found}");
    let found = in_a_module("", "use ahash::HashMap;");
    assert!(found.contains("std's with another hasher here"), "{found}");
}

#[test]
fn what_cannot_be_parsed_goes_back_to_the_compiler() {
    let half_typed: TokenStream = "struct Half { a: HashMap< }".parse().expect("tokens");
    for enabled in [false, true] {
        let found = expand(TokenStream::new(), half_typed.clone(), &setting(enabled, Vec::new())).to_string();
        assert!(found.starts_with(&half_typed.to_string()), "{found}");
        assert!(found.contains("compile_error"), "{found}");
    }
}

#[test]
fn a_variable_is_told_what_is_accepted_instead() {
    let variable: TokenStream = "#[allow(unused)] let r#use = HashMap::new();".parse().expect("tokens");
    for enabled in [false, true] {
        let found = expand(TokenStream::new(), variable.clone(), &setting(enabled, Vec::new())).to_string();
        assert!(found.starts_with(&variable.to_string()), "{found}");
        assert!(found.contains("not on `let`: annotate the `fn` around it"), "{found}");
    }
}

#[test]
fn a_mistake_gives_the_item_back_without_helper_attributes() {
    let item: TokenStream = "struct S { #[maptrace(nmae = \"x\")] a: HashMap<u8, u8> }"
        .parse()
        .expect("tokens");
    let stripped: TokenStream = "struct S { a: HashMap<u8, u8> }".parse().expect("tokens");
    for enabled in [false, true] {
        let found = expand(TokenStream::new(), item.clone(), &setting(enabled, Vec::new())).to_string();
        assert!(found.starts_with(&stripped.to_string()), "{found}");
        assert!(found.contains("did you mean `name`?"), "{found}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let arguments: TokenStream = "name = \"\", sample = 0, skip = true, name = 3, frob"
        .parse()
        .expect("tokens");
    let item: TokenStream = "type T = Vec<u8>;".parse().expect("tokens");
    let found = expand(arguments, item, &setting(true, Vec::new())).to_string();
    assert_eq!(found.matches("compile_error").count(), 6, "{found}");
}

/// Also if the item has maps that need no feature, and whether or not tracing is compiled in: another crate of the
/// build may turn the feature on, and what was ignored would be rewritten from then on.
#[test]
fn a_map_that_needs_a_feature_is_an_error_without_it() {
    let item: TokenStream = "fn f() { (HashMap::new(), hashbrown::HashMap::new(), indexmap::indexset! { 1 }) }"
        .parse()
        .expect("tokens");
    for enabled in [false, true] {
        let mut setting = setting(enabled, Vec::new());
        for (homes, errors) in [(3, 0), (2, 1), (1, 2)] {
            setting.homes.truncate(homes);
            let found = expand(TokenStream::new(), item.clone(), &setting).to_string();
            assert_eq!(found.matches("compile_error").count(), errors, "{found}");
            assert_eq!(
                found.contains("cargo add maptrace --features indexmap"),
                errors > 0,
                "{found}"
            );
        }
        let found = expand("skip".parse().expect("tokens"), item.clone(), &setting).to_string();
        assert_eq!(found, item.to_string());
    }
}

#[test]
fn maps_behind_another_name_of_alloc_are_an_error() {
    for item in [
        "use std_alloc::collections::BTreeMap;",
        "type Names = std_alloc::collections::BTreeSet<u8>;",
        "struct Names(crate::lib::BTreeMap<u8, u8>);",
    ] {
        let expansion = expand(TokenStream::new(), item.parse().unwrap(), &setting(true, Vec::new()));
        let text = expansion.to_string();
        assert!(text.contains("is not a map that can be traced"), "{text}");
    }
}
