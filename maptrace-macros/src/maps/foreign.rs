//! Maps of other crates: names of theirs that stand for std's maps, and why the others are not traced.

use std::fmt::Display;

use syn::Ident;

use super::{Home, Kind, SUPPORTED};
use crate::rewrite::aliases::{Alias, Cure};
use crate::rewrite::names::{Brought, Plain};

/// Crates with maps of their own, and names under which such maps are known.
const FOREIGN_CRATES: [&str; 7] = ["ahash", "dashmap", "flurry", "fnv", "papaya", "rustc_hash", "scc"];
const FOREIGN_NAMES: [&str; 12] = [
    "AHashMap",
    "AHashSet",
    "DashMap",
    "DashSet",
    "FnvHashMap",
    "FnvHashSet",
    "FxHashMap",
    "FxHashSet",
    "IndexMap",
    "IndexSet",
    "OrderMap",
    "OrderSet",
];

/// A name of another crate's that stands for one of std's maps with a hasher of that crate.
pub(crate) struct Known {
    pub(crate) krate: &'static str,
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// The name of the hasher beside it, if its maps are made by `new()` as well.
    pub(crate) new_with: Option<&'static str>,
}

const fn known(krate: &'static str, name: &'static str, kind: Kind) -> Known {
    Known {
        krate,
        name,
        kind,
        new_with: None,
    }
}

const fn known_of_ahash(name: &'static str, kind: Kind) -> Known {
    Known {
        new_with: Some("RandomState"),
        ..known("ahash", name, kind)
    }
}

const KNOWN: [Known; 10] = [
    // Types of their own, around std's maps.
    known_of_ahash("AHashMap", Kind::HashMap),
    known_of_ahash("AHashSet", Kind::HashSet),
    known_of_ahash("HashMap", Kind::HashMap),
    known_of_ahash("HashSet", Kind::HashSet),
    known("fnv", "FnvHashMap", Kind::HashMap),
    known("fnv", "FnvHashSet", Kind::HashSet),
    known("fxhash", "FxHashMap", Kind::HashMap),
    known("fxhash", "FxHashSet", Kind::HashSet),
    known("rustc_hash", "FxHashMap", Kind::HashMap),
    known("rustc_hash", "FxHashSet", Kind::HashSet),
];

/// The names of a crate's that are known to stand for std's maps.
pub(crate) fn aliases_of(krate: &Ident) -> Vec<&'static Known> {
    let mut aliases = Vec::new();
    for known in &KNOWN {
        if krate == known.krate {
            aliases.push(known);
        }
    }
    aliases
}

/// What the path of an import is known to stand for.
pub(crate) fn known_alias(path: &[&Ident]) -> Option<&'static Known> {
    let [krate, name] = path else { return None };
    known_in(&krate.to_string(), name)
}

/// The map that a name is known to stand for with another hasher, whichever crate has it. `AHashMap` is a type of its own.
pub(crate) fn called(name: &str) -> Option<Kind> {
    for known in &KNOWN {
        if known.new_with.is_none() && name == known.name {
            return Some(known.kind);
        }
    }
    None
}

/// What a name of a crate's is known to stand for.
pub(crate) fn known_in(krate: &str, name: &Ident) -> Option<&'static Known> {
    KNOWN.iter().find(|known| krate == known.krate && name == known.name)
}

/// Whether one of std's maps is called so, or known under this name in another crate.
pub(crate) fn is_map_name(name: &str) -> bool {
    let is_of_std = Home::Std.kinds().iter().any(|kind| name == kind.name());
    is_of_std || KNOWN.iter().any(|known| name == known.name)
}

/// Whether it is one of these names.
pub(crate) fn is_one_of(ident: &Ident, names: &[&str]) -> bool {
    for name in names {
        if ident == name {
            return true;
        }
    }
    false
}

/// Whether the text of a file may have imports that say of a bare name that it is not std's map, or aliases that say of
/// another name that it is one. Few have.
pub(crate) fn names_may_differ(source: &str) -> bool {
    const WORDS: [&str; 28] = [
        "super::Hash",
        "super::BTree",
        "self::Hash",
        "self::BTree",
        "std as ",
        "alloc as ",
        "Map as ",
        "Set as ",
        "_map as ",
        "_set as ",
        "collections as ",
        "self as ",
        // Types of the file's own.
        "type Hash",
        "type BTree",
        "struct HashMap",
        "struct HashSet",
        "struct BTree",
        "enum Hash",
        "enum BTree",
        "union Hash",
        "union BTree",
        "trait HashMap",
        "trait HashSet",
        "trait BTree",
        // Values of such types, or of variants that are called so.
        "HashMap(",
        "HashSet(",
        "BTreeMap(",
        "BTreeSet(",
    ];
    // Beside an import of std's maps under the names that they have there.
    const NAMED_SO: [&str; 5] = [
        "type ",
        "super::{",
        "super::hash_",
        "super::btree_",
        "super::collections",
    ];
    const CRATES: [&str; 7] = [
        "ahash",
        "fnv",
        "fxhash",
        "hashbrown",
        "indexmap",
        "maplit",
        "rustc_hash",
    ];
    let has = |words: &[&str]| words.iter().any(|word| source.contains(word));
    has(&CRATES)
        || has(&["FxHash", "FnvHash"])
        || has(&WORDS)
        || says_what_names_are(source)
        || (source.contains(Home::Std.module()) && has(&NAMED_SO))
}

/// Whether one of our attributes in the text has `skip` or `kind`, in whatever way that is written.
fn says_what_names_are(source: &str) -> bool {
    source.match_indices("maptrace").any(|(at, word)| {
        let options = source[at + word.len()..].trim_start().strip_prefix('(');
        let options = options.map(|rest| rest.split_once(')').map_or(rest, |(options, _)| options));
        options.is_some_and(|options| options.contains("skip") || options.contains("kind"))
    })
}

/// An import in which a path stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Import {
    /// It brings nothing else.
    OfOne,
    OfSeveral,
}

/// If the path `idents`, perhaps that of an import, names a map that is not traced, why not.
pub(crate) fn foreign(idents: &[&Ident], import: Option<Import>) -> Option<String> {
    let (first, last) = (idents.first()?, idents.last()?);
    let from_crate = idents.len() > 1 && is_one_of(first, &FOREIGN_CRATES);
    let by_name = is_one_of(last, &FOREIGN_NAMES);
    let elsewhere = idents.len() > 1 && Home::Std.kind_named(last).is_some();
    if !(from_crate || by_name || elsewhere) {
        return None;
    }
    let path = joined(idents);
    let importable = Home::Indexmap.kind_named(last).is_some()
        || KNOWN
            .iter()
            .any(|known| *last == known.name && (by_name || *first == known.krate));
    let is_here = is_one_of(first, &["crate", "self", "super"]);
    let known = Home::Std.kind_named(last).or_else(|| Home::Indexmap.kind_named(last));
    let is_set = last.to_string().ends_with("Set");
    let kind = known.map_or(if is_set { "HashSet" } else { "HashMap" }, Kind::name);
    let way_out = if let Some(import) = import.filter(|_| !from_crate) {
        let say = match import {
            Import::OfOne => "say which",
            Import::OfSeveral => "give it a `use` of its own and say above that which",
        };
        format!(
            "; if it stands for one of them, {say}: `#[maptrace::maptrace(kind = {kind})]`; else take #[maptrace] away"
        )
    } else if is_here {
        format!(
            "; annotate the item that defines it, and take #[maptrace] away here; or, if it stands for one of them, \
             `#[maptrace::maptrace(kind = {kind})]` above a `type` for it, or above a `use` of that name alone, traces it"
        )
    } else if importable {
        format!(
            "; annotate the `use` that imports it by its name; where a glob does, or a path of the crate, \
             `#[maptrace::maptrace(kind = {kind})]` above a `use` of that name alone traces it"
        )
    } else {
        "; take #[maptrace] away".to_owned()
    };
    Some(format!(
        "`{path}` is not a map that can be traced; {SUPPORTED}{way_out}"
    ))
}

/// Where else `skip` goes than to what brings the map: above what the attribute of the item reads ..
pub(crate) const HERE: &str = "here";
/// .. or, of a type that is the item's own, above the item.
pub(crate) const ABOVE_ITEM: &str = "above this item in place of #[maptrace]";

/// Whether both say the same of one name, wherever it stands.
pub(crate) fn is_said(told: &str, why: &str) -> bool {
    let of_name = |text: &str| {
        text.len()
            - [HERE, ABOVE_ITEM]
                .iter()
                .find(|place| text.ends_with(**place))
                .map_or(0, |place| place.len())
    };
    told[..of_name(told)] == why[..of_name(why)]
}

/// If `path` names a map that an import leaves plain, why that is not traced. `here` is one of the above.
pub(crate) fn left_plain(plain: Plain, path: &[&Ident], here: &str) -> Option<String> {
    let (kind, at) = plain.brought.map_of(path)?;
    let is_called_so = at == 0 && *path[at] == kind.name();
    let path = joined(&path[..=at]);
    if plain.skipped {
        return Some(nothing_else(&path, "`use`"));
    }
    let whose = match kind.home() {
        Home::Std if is_called_so && plain.brought == Brought::Own(kind) => "std's".to_owned(),
        Home::Std if is_called_so && plain.brought == Brought::Map(kind) => "std's with another hasher".to_owned(),
        Home::Std => kind.whose(),
        home => format!("{}'s", home.module()),
    };
    Some(format!(
        "`{path}` is {whose} here, and its import is not annotated; {ANNOTATE_OR_SKIP} or {here}"
    ))
}

/// Why what the alias `name` stands for is not traced.
pub(crate) fn alias_left_plain(plain: Plain, alias: &Alias, name: &Ident, here: &str) -> Option<String> {
    let Brought::Alias(kind) = plain.brought else {
        return None;
    };
    if plain.skipped {
        return Some(nothing_else(name, "`type` or the `use` of its map"));
    }
    let whose = kind.whose();
    let (by, joint) = if *name == alias.names_map {
        (String::new(), "and")
    } else {
        (format!(" by `type {}`", alias.names_map), "which")
    };
    let what = format!("`{name}` is a `type` with {whose} in it{by}");
    let cure = match alias.cure {
        Cure::Type => "annotate that `type`".to_owned(),
        Cure::TypeWithKind => format!("annotate that `type`, with `kind = {}`", kind.name()),
        Cure::TypeOrUse => "annotate that `type`, or the `use` that brings the map".to_owned(),
        Cure::Use => "annotate the `use` that brings the map".to_owned(),
    };
    Some(format!(
        "{what}, {joint} is not annotated; {cure}, or leave the map plain: `#[maptrace::maptrace(skip)]` above \
         that `type` or {here}"
    ))
}

/// Of an item with no map but by an alias that is annotated.
pub(crate) fn by_traced_alias(path: &[&Ident]) -> String {
    let at = usize::from(path.len() > 1 && is_one_of(path[0], &["self", "super"]));
    let name = joined(&path[..=at]);
    format!(
        "`{name}` is traced by the attribute above its `type`, and there is no other map in here; this attribute has \
         nothing to do, remove it"
    )
}

/// Of an item with no map but a type of the user's that is called as one of std's.
pub(crate) fn of_other_parameters(path: &[&Ident]) -> String {
    format!(
        "`{}` has other parameters here than std's or is used as no map, so it stays as it is, and there is no other map in here; if it is \
         a `type` with a map in it, annotate that item, and else take #[maptrace] away",
        joined(path)
    )
}

/// Why another crate's name of std's map is not traced where it is written in full, as `path`.
pub(crate) fn alias_in_full(known: &Known, path: &[&Ident], here: &str) -> String {
    format!(
        "`{}` is std's `{}` with another hasher, and is traced by its import alone; write its name without the path, \
         and {ANNOTATE_OR_SKIP} or {here}",
        joined(path),
        known.kind.name()
    )
}

/// Why `name`, brought by a path of the crate's or a `type`, is not traced where there is no map but it.
pub(crate) fn called_alone(kind: Kind, name: &Ident) -> String {
    format!(
        "`{name}` leads to what this file does not show, be it a map or not; `#[maptrace::maptrace(kind = {})]` above that \
         `type`, or above a `use` of that name alone, traces it, and `#[maptrace::maptrace(skip)]` there leaves it as it is",
        kind.name()
    )
}

const ANNOTATE_OR_SKIP: &str =
    "annotate that `use`, or leave the map plain: `#[maptrace::maptrace(skip)]` above that `use`";

/// Of an item with no map but `left`, which the user has said is to stay as it is: whether it is one of std's is not
/// asked then.
fn nothing_else(left: impl Display, of: &str) -> String {
    format!(
        "there is no map in here but `{left}`, and `#[maptrace(skip)]` above its {of} leaves that as it is; take that \
         line away, or write `#[maptrace::maptrace(skip)]` above this item in place of #[maptrace]"
    )
}

fn joined(idents: &[&Ident]) -> String {
    let mut joined = String::new();
    for ident in idents {
        if !joined.is_empty() {
            joined.push_str("::");
        }
        joined.push_str(&ident.to_string());
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_where_it_names_a_crate_with_maps() {
        let homes = Home::ALL.iter().filter(|home| **home != Home::Std);
        for krate in homes
            .map(|home| home.module())
            .chain(KNOWN.iter().map(|known| known.krate))
        {
            assert!(names_may_differ(&format!("use {krate}::X;")), "{krate}");
        }
    }

    #[test]
    fn the_file_is_read_for_what_an_attribute_says_however_it_is_written() {
        for said in [
            "skip",
            "skip,",
            "\n    skip\n",
            "kind=HashMap",
            "name = \"n\", kind = HashMap",
        ] {
            let file = format!("#[maptrace::maptrace({said})] use crate::own::Sessions;");
            assert!(names_may_differ(&file), "{said}");
        }
        for said in [
            "(name = \"n\")] use a::Sessions; fn f() { skip(kind) }",
            "] use a::Sessions;",
        ] {
            assert!(!names_may_differ(&format!("#[maptrace{said}")), "{said}");
        }
    }
}
