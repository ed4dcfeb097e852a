//! Which paths are maps, and what the attribute `#[maptrace]` makes of them.
//!
//! The attribute looks at names alone; here they have been looked up. Where the two differ, the attribute would be wrong.

use semver::Version;

/// The maps of `std::collections` and their modules.
pub(super) const STD: [(&str, &str); 4] = [
    ("HashMap", "hash_map"),
    ("HashSet", "hash_set"),
    ("BTreeMap", "btree_map"),
    ("BTreeSet", "btree_set"),
];

/// The same with and without tracing.
const HASHERS: [&str; 2] = ["DefaultHasher", "RandomState"];

/// What a path below the root of std is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StdPart {
    /// The module with all of them.
    Collections,
    /// One of the four.
    Map(&'static str),
    /// The module of one of the four, or a type in it that is the map's own, such as an entry.
    Beside(&'static str),
    /// Neither here nor there.
    Other,
}

/// `path` is without the crate's name.
pub(super) fn std_part(path: &[String]) -> StdPart {
    let [collections, rest @ ..] = path else {
        return StdPart::Other;
    };
    if collections != "collections" {
        return StdPart::Other;
    }
    let [first, rest @ ..] = rest else {
        return StdPart::Collections;
    };
    if let Some((map, _)) = STD.iter().find(|(map, _)| first == map) {
        return StdPart::Map(map);
    }
    let Some((map, _)) = STD.iter().find(|(_, module)| first == module) else {
        return StdPart::Other;
    };
    match rest.first() {
        Some(second) if second == map => StdPart::Map(map),
        Some(second) if HASHERS.contains(&second.as_str()) => StdPart::Other,
        _ => StdPart::Beside(map),
    }
}

/// Whether the attribute takes a path with these words for a map that it traces: one of std's, or of a crate for which
/// maptrace needs a feature.
pub(super) fn attribute_sees(path: &[String]) -> bool {
    let words: Vec<&str> = path.iter().map(String::as_str).collect();
    let rest = match words.as_slice() {
        [krate, rest @ ..] if module(krate).is_some() => {
            return !rest.is_empty() && foreign(krate, &path[1..]).is_some();
        }
        ["std" | "alloc", "collections", rest @ ..] | ["collections", rest @ ..] => rest,
        rest => rest,
    };
    let below: Vec<String> = std::iter::once("collections")
        .chain(rest.iter().copied())
        .map(str::to_owned)
        .collect();
    matches!(std_part(&below), StdPart::Map(_)) || (matches!(std_part(&below), StdPart::Beside(_)) && rest.len() > 1)
}

/// A map of another crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    pub(super) krate: String,
    pub(super) name: String,
    pub(super) kin: Kin,
}

/// What a map of another crate is to the attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kin {
    /// One of std's maps by a name that the attribute knows.
    Alias,
    /// That map of std's by a name that the attribute has to be told of.
    OtherAlias(&'static str),
    /// A map that maptrace has in a module of the crate's name, and a feature for.
    Module,
    /// The same, of another version than maptrace's.
    OtherVersion,
    /// Any other.
    Own,
    /// Of a crate that is not known, under a name that tells.
    Unknown,
}

impl Foreign {
    /// Whether it is a type of a map's module, such as an entry or an iterator, and no map.
    pub(super) fn is_beside(&self) -> bool {
        let is_type = self.name.starts_with(char::is_uppercase);
        is_type && module(&self.krate).is_some_and(|module| !module.has_map(&self.name))
    }

    /// The map of std's that it is by another name.
    pub(super) fn std(&self) -> Option<&'static str> {
        match self.kin {
            Kin::Alias => Some(of_std(&self.name)),
            Kin::OtherAlias(std) => Some(std),
            Kin::Module | Kin::OtherVersion | Kin::Own | Kin::Unknown => None,
        }
    }
}

/// Crates with maps, the names of those maps, and what they are. The attribute has its own list: a test holds the two
/// together.
const FOREIGN: &[(&str, &[&str], Kin)] = &[
    ("ahash", &["AHashMap", "AHashSet", "HashMap", "HashSet"], Kin::Alias),
    ("dashmap", &["DashMap", "DashSet"], Kin::Own),
    ("flurry", &["HashMap", "HashSet"], Kin::Own),
    ("fnv", &["FnvHashMap", "FnvHashSet"], Kin::Alias),
    ("foldhash", &["HashMap"], Kin::OtherAlias("HashMap")),
    ("foldhash", &["HashSet"], Kin::OtherAlias("HashSet")),
    ("fxhash", &["FxHashMap", "FxHashSet"], Kin::Alias),
    ("hashbrown", &["HashMap", "HashSet", "HashTable"], Kin::Module),
    ("indexmap", &["IndexMap", "IndexSet"], Kin::Module),
    ("nohash_hasher", &["IntMap"], Kin::OtherAlias("HashMap")),
    ("nohash_hasher", &["IntSet"], Kin::OtherAlias("HashSet")),
    ("ordermap", &["OrderMap", "OrderSet"], Kin::Own),
    ("papaya", &["HashMap", "HashSet"], Kin::Own),
    ("rustc_hash", &["FxHashMap", "FxHashSet"], Kin::Alias),
    (
        "scc",
        &["HashCache", "HashIndex", "HashMap", "HashSet", "TreeIndex"],
        Kin::Own,
    ),
];

/// The map of the crate `krate` that `path` leads to. A re-export is known by the name of its last word.
pub(super) fn foreign(krate: &str, path: &[String]) -> Option<Foreign> {
    // `hashbrown::hash_map::HashMap`, and `HashMap::new` behind it.
    let of_crate = || FOREIGN.iter().filter(|(known, ..)| *known == krate);
    let found = |names: &[&str]| path.iter().find(|word| names.contains(&word.as_str())).cloned();
    if let Some(module) = module(krate) {
        let last = path.last().map_or(krate, String::as_str);
        let first = path.first().map(String::as_str);
        let is_its = first.is_none_or(|first| module.has(first)) && !HASHERS.contains(&last);
        return is_its.then(|| Foreign {
            krate: krate.to_owned(),
            name: path
                .iter()
                .find(|word| module.has_map(word))
                .cloned()
                .unwrap_or(last.to_owned()),
            kin: Kin::Module,
        });
    }
    let is_known = of_crate().next().is_some();
    if is_known {
        return of_crate().find_map(|(_, names, kin)| {
            let name = found(names)?;
            // The attribute knows an alias at the root of its crate.
            let kin = match kin {
                Kin::Alias if path.first() != Some(&name) => Kin::OtherAlias(of_std(&name)),
                kin => *kin,
            };
            Some(Foreign {
                krate: krate.to_owned(),
                name,
                kin,
            })
        });
    }
    // `tower::util::IndexMap`: some other crate's, under a name that says what it is.
    let telling = FOREIGN
        .iter()
        .flat_map(|(_, names, _)| names.iter().copied())
        .chain(STD.iter().map(|(map, _)| *map));
    found(&telling.collect::<Vec<_>>()).map(|name| Foreign {
        krate: krate.to_owned(),
        name,
        kin: Kin::Unknown,
    })
}

/// A crate that maptrace has a module of the same name for.
pub(super) struct Module {
    pub(super) krate: &'static str,
    /// The version of the crate that the maps of the module are built on, or whose macros it has.
    pub(super) version: Version,
    /// Whether it takes maptrace's feature of that name.
    pub(super) takes_feature: bool,
    modules: &'static [&'static str],
    /// Those that make maps.
    macros: &'static [&'static str],
}

const MODULES: [Module; 3] = [
    Module {
        krate: "hashbrown",
        version: Version::new(0, 17, 1),
        takes_feature: true,
        modules: &["hash_map", "hash_set", "hash_table"],
        macros: &[],
    },
    Module {
        krate: "indexmap",
        version: Version::new(2, 14, 2),
        takes_feature: true,
        modules: &["map", "set"],
        macros: &["indexmap", "indexmap_with_default", "indexset", "indexset_with_default"],
    },
    Module {
        krate: "maplit",
        version: Version::new(1, 0, 2),
        takes_feature: false,
        modules: &[],
        macros: &["hashmap", "hashset", "btreemap", "btreeset"],
    },
];

pub(super) fn module(krate: &str) -> Option<&'static Module> {
    const ALL: &[Module] = &MODULES;
    ALL.iter().find(|module| module.krate == krate)
}

impl Module {
    fn has_map(&self, name: &str) -> bool {
        is_known(self.krate, name)
    }

    fn has(&self, name: &str) -> bool {
        self.has_map(name) || self.modules.contains(&name) || self.macros.contains(&name)
    }

    /// The name of one that makes maps.
    pub(super) fn a_macro(&self) -> Option<&'static str> {
        self.macros.first().copied()
    }
}

/// Whether a map that is written like this is none of std's by its own name.
pub(super) fn is_of_another_crate(written: &str) -> bool {
    let mut words = written.split("::");
    let by_module = words.next().is_some_and(|first| module(first).is_some());
    let last = written.trim_end_matches("::*").rsplit("::").next().unwrap_or(written);
    let aliases = FOREIGN.iter().filter(|(_, _, kin)| !matches!(kin, Kin::Unknown));
    let is_of_std = STD.iter().any(|(map, module)| last == *map || last == *module);
    by_module || (!is_of_std && aliases.flat_map(|(_, names, _)| names.iter()).any(|name| *name == last))
}

/// Whether a word is the name of a map in std or in a crate that maptrace has a module for.
pub(super) fn is_map(word: &str) -> bool {
    STD.iter().any(|(map, _)| word == *map) || MODULES.iter().any(|module| module.has_map(word))
}

/// The map of std's that such a name stands for.
pub(super) fn of_std(alias: &str) -> &'static str {
    let by_own_name = STD.iter().find(|(map, _)| *map == alias).map(|(map, _)| *map);
    by_own_name.unwrap_or(if alias.ends_with("Set") { "HashSet" } else { "HashMap" })
}

/// Whether the crate `krate` is known to have a map called `name`.
pub(super) fn is_known(krate: &str, name: &str) -> bool {
    FOREIGN
        .iter()
        .any(|(known, names, _)| *known == krate && names.contains(&name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use syn::visit::Visit;

    use super::*;

    fn words(path: &str) -> Vec<String> {
        path.split("::").map(str::to_owned).collect()
    }

    #[test]
    fn std_s_paths() {
        for (path, part) in [
            ("collections", StdPart::Collections),
            ("collections::HashMap", StdPart::Map("HashMap")),
            ("collections::HashMap::new", StdPart::Map("HashMap")),
            ("collections::btree_set::BTreeSet", StdPart::Map("BTreeSet")),
            ("collections::hash_map", StdPart::Beside("HashMap")),
            ("collections::hash_map::Entry", StdPart::Beside("HashMap")),
            ("collections::hash_map::RandomState", StdPart::Other),
            ("collections::VecDeque", StdPart::Other),
            ("sync::Arc", StdPart::Other),
        ] {
            assert_eq!(std_part(&words(path)), part, "{path}");
        }
    }

    #[test]
    fn the_attribute_looks_at_words() {
        for path in [
            "HashMap",
            "collections::BTreeMap",
            "std::collections::HashSet",
            "hash_map::Entry",
            "hashbrown::HashMap::new",
            "indexmap::map::Entry",
            "maplit::btreeset",
        ] {
            assert!(attribute_sees(&words(path)), "{path}");
        }
        for path in [
            "Map",
            "crate::HashMap",
            "hashbrown::Equivalent",
            "maplit::convert_args",
            "hash_map::RandomState",
            "VecDeque",
        ] {
            assert!(!attribute_sees(&words(path)), "{path}");
        }
    }

    #[test]
    fn maps_of_other_crates() {
        let name = |krate: &str, path: &str| foreign(krate, &words(path)).map(|map| map.name);
        assert_eq!(name("hashbrown", "hash_map::HashMap").as_deref(), Some("HashMap"));
        assert_eq!(name("rustc_hash", "FxHashMap::default").as_deref(), Some("FxHashMap"));
        assert_eq!(name("tower", "util::IndexMap").as_deref(), Some("IndexMap"));
        assert_eq!(name("hashbrown", "raw::RawTable"), None);
        assert_eq!(name("serde_json", "Value"), None);
    }

    /// The words in these tables of the attribute's own sources.
    fn of_the_attribute(tables: &[&str]) -> BTreeSet<String> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../maptrace-macros/src/maps/foreign.rs");
        let file = syn::parse_file(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut words = Literals(BTreeSet::new());
        for item in &file.items {
            if let syn::Item::Const(item) = item
                && tables.iter().any(|table| item.ident == table)
            {
                words.visit_expr(&item.expr);
            }
        }
        assert!(!words.0.is_empty(), "no {tables:?} in {path}");
        words.0
    }

    struct Literals(BTreeSet<String>);

    impl<'ast> Visit<'ast> for Literals {
        fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
            self.0.insert(text.value());
        }
    }

    #[test]
    fn the_attribute_knows_what_is_written_and_nothing_that_is_not_known_here() {
        let aliases = of_the_attribute(&["KNOWN"]);
        let others = of_the_attribute(&["FOREIGN_CRATES", "FOREIGN_NAMES"]);
        for (krate, names, _) in FOREIGN.iter().filter(|(_, _, kin)| *kin == Kin::Alias) {
            for name in *names {
                assert!(aliases.contains(*name), "the attribute does not know `{name}`");
            }
            // Those of ahash are made by a function that has its name.
            assert!(aliases.contains(*krate) || others.contains(*krate), "nor `{krate}`");
        }
        for word in aliases.union(&others) {
            let is_known = FOREIGN
                .iter()
                .any(|(krate, names, _)| krate == word || names.contains(&word.as_str()));
            assert!(is_known, "`check` does not know `{word}`");
        }
    }

    /// The words in these functions of the attribute's own sources.
    fn in_functions(names: &[&str]) -> BTreeSet<String> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../maptrace-macros/src/maps.rs");
        let file = syn::parse_file(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut words = Literals(BTreeSet::new());
        let impls = file.items.iter().filter_map(|item| match item {
            syn::Item::Impl(item) => Some(item),
            _ => None,
        });
        for member in impls.flat_map(|item| &item.items) {
            if let syn::ImplItem::Fn(member) = member
                && names.iter().any(|name| member.sig.ident == name)
            {
                words.visit_block(&member.block);
            }
        }
        words.0
    }

    /// What is a map, what is beside one in its module, and which macros make one.
    #[test]
    fn the_attribute_and_check_know_the_same_maps_modules_and_macros() {
        let ours = |of: fn(&Module) -> Vec<&'static str>| MODULES.iter().flat_map(of).collect::<Vec<_>>();
        let krates = ours(|module| vec![module.krate]);
        let maps = STD.iter().map(|(map, _)| *map);
        let modules = STD.iter().map(|(_, module)| *module);
        let others = FOREIGN.iter().filter(|(krate, ..)| krates.contains(krate));
        let known: BTreeSet<String> = maps
            .chain(modules)
            .chain(others.flat_map(|(_, names, _)| names.iter().copied()))
            .chain(ours(|module| [module.modules, module.macros].concat()))
            .chain(krates.iter().copied())
            .chain(["collections"])
            .map(str::to_owned)
            .collect();
        assert_eq!(in_functions(&["name", "module", "macros"]), known);
    }

    #[test]
    fn the_versions_are_those_that_maptrace_is_built_on() {
        let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml")).unwrap();
        let manifest: toml_edit::DocumentMut = manifest.parse().unwrap();
        for module in &MODULES {
            let dependency = &manifest["workspace"]["dependencies"][module.krate];
            let version = dependency
                .as_str()
                .or(dependency.get("version").and_then(|version| version.as_str()));
            assert_eq!(
                version.unwrap().trim_start_matches('~'),
                module.version.to_string(),
                "{}",
                module.krate
            );
        }
    }
}
