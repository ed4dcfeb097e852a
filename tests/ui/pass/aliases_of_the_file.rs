//! `type` aliases beside an annotated item that names them: those that are traced or stay plain by what the user says, and
//! names that are none.
#![deny(warnings)]

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_plain, assert_traced};

/// Where the import is annotated, so is what the alias stands for.
mod by_import {
    #[maptrace::maptrace]
    use std::collections::HashMap;
    use std::collections::BTreeMap;

    type Sessions = HashMap<u8, u8>;
    type Again<V> = (Sessions, HashMap<u8, V>);

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct ByImport {
        pub sessions: Sessions,
        pub again: Again<u8>,
        pub sorted: BTreeMap<u8, u8>,
    }

    #[maptrace::maptrace]
    pub fn give(given: Sessions) -> (Sessions, BTreeMap<u8, u8>) {
        (given, BTreeMap::from([(1, 2)]))
    }
}

/// A line above the alias itself.
mod by_alias {
    use std::collections::{BTreeMap, HashMap};

    use hashbrown::HashSet as Brown;

    #[maptrace::maptrace]
    type Sessions = HashMap<u8, u8>;
    #[cfg_attr(all(), maptrace::maptrace)]
    type Conditional = HashMap<u8, u8>;
    type Again = std::cell::RefCell<Sessions>;
    #[maptrace::maptrace(skip)]
    type Skipped = HashMap<u8, u8>;
    type SkippedAgain = Vec<Skipped>;
    #[maptrace::maptrace(skip)]
    type Browns = Brown<u8>;
    #[maptrace::maptrace(kind = HashMap)]
    type Fast = rustc_hash::FxHashMap<u8, u8>;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct ByAlias {
        pub sessions: Sessions,
        pub conditional: Conditional,
        pub again: Again,
        pub sorted: BTreeMap<u8, [u8; 2]>,
        pub skipped: Skipped,
        pub skipped_again: SkippedAgain,
        pub browns: Browns,
        pub fast: Fast,
    }
}

/// What conditions say is not known: what one of two has traced is not refused for the other.
mod by_conditions {
    #[cfg(all())]
    #[maptrace::maptrace]
    type Map = std::collections::HashMap<u8, u8>;
    #[cfg(any())]
    type Map = std::collections::BTreeMap<u8, u8>;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct ByConditions {
        pub map: Map,
        pub sorted: std::collections::BTreeMap<u8, [u8; 3]>,
    }
}

/// Called as one of std's, and traced as what it is.
mod named_as_std {
    use std::hash::{BuildHasherDefault, DefaultHasher};

    #[maptrace::maptrace]
    type HashMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<DefaultHasher>>;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct NamedAsStd {
        pub map: HashMap<u8, u8>,
    }
}

/// Types of the same names are other types.
mod hidden {
    type Map = std::collections::HashMap<u8, u8>;

    pub mod by_a_type {
        #[allow(unused_imports)]
        use super::*;

        #[derive(Default)]
        pub struct Map;

        #[maptrace::maptrace]
        #[derive(Default)]
        pub struct ByAType {
            pub map: Map,
            pub sorted: std::collections::BTreeMap<u8, [u8; 4]>,
        }
    }

    pub mod by_no_import {
        pub type Map = u8;

        #[maptrace::maptrace]
        pub fn count() -> Map {
            std::collections::BTreeSet::from([1, 2]).len() as Map
        }
    }

    #[maptrace::maptrace]
    pub struct ByAParameter<Map> {
        pub map: Map,
        pub sorted: std::collections::BTreeMap<u8, [u8; 5]>,
    }

    pub struct Keeper;

    /// A type of an `impl` has no name of its own.
    impl IntoIterator for Keeper {
        type Item = u8;
        type IntoIter = std::collections::btree_set::IntoIter<u8>;

        #[maptrace::maptrace(skip)]
        fn into_iter(self) -> Self::IntoIter {
            let map: Map = Map::from([(1, 2)]);
            std::collections::BTreeSet::from([map[&1]]).into_iter()
        }
    }
}

/// Aliases that hold no map.
mod of_none {
    use std::collections::{BTreeMap, HashMap, hash_map};

    pub type Make = fn(&HashMap<u8, u8>) -> HashMap<u8, u8>;
    pub type Entry<'a> = hash_map::Entry<'a, u8, u8>;
    pub type Own<HashMap> = Option<HashMap>;
    pub type Many = [u8; 1 + 1];

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct OfNone<'a> {
        pub make: Option<Make>,
        pub entry: Option<Entry<'a>>,
        pub own: Own<u8>,
        pub many: Many,
        pub sorted: BTreeMap<u8, [u8; 6]>,
    }
}

#[maptrace]
type Last = std::collections::BTreeMap<u8, [u8; 9]>;

fn main() {
    let by_import = by_import::ByImport::default();
    assert_traced(&by_import.sessions);
    assert_traced(&by_import.again.0);
    assert_traced(&by_import.again.1);
    assert_traced(&by_import.sorted);
    assert_traced(&by_import::give(by_import.sessions).1);
    let by_alias = by_alias::ByAlias::default();
    assert_traced(&by_alias.sessions);
    assert_traced(&by_alias.conditional);
    assert_traced(&*by_alias.again.borrow());
    assert_traced(&by_alias.fast);
    assert_plain(&by_alias.skipped);
    assert!(by_alias.skipped_again.is_empty() && by_alias.browns.is_empty());
    let by_conditions = by_conditions::ByConditions::default();
    assert_traced(&by_conditions.map);
    assert_traced(&named_as_std::NamedAsStd::default().map);
    let by_a_type = hidden::by_a_type::ByAType::default();
    let hidden::by_a_type::Map = by_a_type.map;
    assert_eq!(hidden::by_no_import::count(), 2);
    let by_a_parameter = hidden::ByAParameter {
        map: 1,
        sorted: Default::default(),
    };
    assert_traced(&by_a_parameter.sorted);
    assert_eq!(by_a_parameter.map, 1);
    assert_eq!(hidden::Keeper.into_iter().count(), 1);
    let of_none = of_none::OfNone::default();
    assert!(of_none.make.is_none() && of_none.entry.is_none() && of_none.own.is_none());
    assert_eq!(of_none.many, [0, 0]);
    assert_traced(&of_none.sorted);
    assert_traced(&Last::new());
    assert_declared(&[
        "ByAParameter.sorted",
        "ByAType.sorted",
        "ByAlias.sorted",
        "ByConditions.sorted",
        "ByImport.sorted",
        "Conditional",
        "Fast",
        "Last",
        "Map",
        "NamedAsStd.map",
        "OfNone.sorted",
        "Sessions",
        "count",
    ]);
}
