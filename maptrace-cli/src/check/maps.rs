//! Which paths are maps, and what the attribute `#[maptrace]` makes of them.
//!
//! The attribute looks at names alone; here they have been looked up. Where the two differ, the attribute would be wrong.

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
        [krate @ ("hashbrown" | "indexmap"), _, ..] => return foreign(krate, &path[1..]).is_some(),
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
    /// Whether the attribute knows it for std's map with a hasher.
    pub(super) known: bool,
}

/// Crates with maps, the names of those maps, and whether the attribute knows them for std's with a hasher.
const FOREIGN: &[(&str, &[&str], bool)] = &[
    ("ahash", &["AHashMap", "AHashSet", "HashMap", "HashSet"], true),
    ("dashmap", &["DashMap", "DashSet"], false),
    ("flurry", &["HashMap", "HashSet"], false),
    ("fnv", &["FnvHashMap", "FnvHashSet"], true),
    ("fxhash", &["FxHashMap", "FxHashSet"], true),
    ("hashbrown", &["HashMap", "HashSet", "HashTable"], false),
    ("indexmap", &["IndexMap", "IndexSet"], false),
    ("ordermap", &["OrderMap", "OrderSet"], false),
    ("papaya", &["HashMap", "HashSet"], false),
    ("rustc_hash", &["FxHashMap", "FxHashSet"], true),
    (
        "scc",
        &["HashCache", "HashIndex", "HashMap", "HashSet", "TreeIndex"],
        false,
    ),
];

/// The map of the crate `krate` that `path` leads to. A re-export is known by the name of its last word.
pub(super) fn foreign(krate: &str, path: &[String]) -> Option<Foreign> {
    // `hashbrown::hash_map::HashMap`, and `HashMap::new` behind it.
    let known = FOREIGN.iter().find(|(name, ..)| *name == krate);
    let found = |names: &[&str]| path.iter().find(|word| names.contains(&word.as_str())).cloned();
    if let Some((_, names, known)) = known {
        return found(names).map(|name| Foreign {
            krate: krate.to_owned(),
            name,
            known: *known,
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
        known: false,
    })
}

/// Whether the crate `krate` is known to have a map called `name`.
pub(super) fn is_known(krate: &str, name: &str) -> bool {
    FOREIGN
        .iter()
        .any(|(known, names, _)| *known == krate && names.contains(&name))
}

#[cfg(test)]
mod tests {
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
        ] {
            assert!(attribute_sees(&words(path)), "{path}");
        }
        for path in [
            "Map",
            "crate::HashMap",
            "hashbrown::HashMap",
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
}
