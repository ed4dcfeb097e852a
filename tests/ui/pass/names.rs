//! Names that are std's elsewhere: what they mean here is for the imports around to say.
#![deny(warnings)]

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_plain, assert_traced};

/// Another crate's `HashMap` is std's with a hasher of that crate.
mod of_ahash {
    use maptrace::maptrace;

    #[maptrace]
    use ahash::HashMap;

    #[maptrace]
    #[derive(Default)]
    pub struct OfAhash {
        pub map: HashMap<u8, u8>,
    }

    pub fn made() -> OfAhash {
        OfAhash { map: HashMap::default() }
    }
}

/// What `kind` says of a name goes before what the name is in std.
mod of_a_crate_of_ours {
    use maptrace::maptrace;

    mod theirs {
        use std::hash::{BuildHasherDefault, DefaultHasher};

        pub type HashMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<DefaultHasher>>;
    }

    #[maptrace(kind = HashMap)]
    use theirs::HashMap;

    #[maptrace]
    pub struct OfOurs {
        pub map: HashMap<u8, u8>,
    }

    pub fn made() -> OfOurs {
        OfOurs {
            map: HashMap::default(),
        }
    }
}

/// `super::*` brings private imports, as the module of tests has them.
mod of_the_module_around {
    use maptrace::maptrace;

    #[maptrace]
    use hashbrown::HashMap;
    #[maptrace]
    use indexmap::IndexMap;

    fn made() -> (HashMap<u8, u8>, IndexMap<u8, u8>) {
        (HashMap::new(), IndexMap::new())
    }

    pub mod by_glob {
        use super::*;

        #[maptrace]
        pub struct ByGlob {
            pub map: HashMap<u8, u8>,
        }

        #[maptrace]
        pub fn check() {
            let (map, ordered): (HashMap<u8, u8>, IndexMap<u8, u8>) = made();
            super::super::assert_traced(&ByGlob { map }.map);
            super::super::assert_traced(&ordered);
        }
    }

    #[maptrace]
    pub mod annotated {
        use super::*;

        pub fn check() {
            let map: HashMap<u8, u8> = made().0;
            super::super::assert_traced(&map);
        }
    }

    pub mod by_name {
        use super::HashMap;
        use maptrace::maptrace;

        #[maptrace]
        pub struct ByName {
            pub map: HashMap<u8, u8>,
        }

        pub fn check() {
            super::super::assert_traced(&ByName { map: super::made().0 }.map);
        }
    }
}

/// A name goes before a glob.
mod beside_a_glob {
    use maptrace::maptrace;

    #[maptrace(skip)]
    use hashbrown::HashMap;
    #[maptrace]
    use std::collections::*;

    #[maptrace]
    pub struct BesideAGlob {
        pub plain: HashMap<u8, u8>,
        pub sorted: BTreeMap<u8, u8>,
    }

    pub fn made() -> BesideAGlob {
        BesideAGlob {
            plain: HashMap::new(),
            sorted: BTreeMap::new(),
        }
    }
}

/// What an import is told holds for all that names what it brings.
mod left_by_its_import {
    use maptrace::maptrace;

    #[maptrace]
    use std::collections::BTreeMap;
    #[maptrace(skip)]
    use std::collections::{HashMap, hash_map};

    #[maptrace]
    pub struct LeftByItsImport {
        pub plain: HashMap<u8, u8>,
        pub sorted: BTreeMap<u8, u8>,
        // By its own name it is not the import's.
        pub in_full: std::collections::HashMap<u8, u8>,
    }

    #[maptrace]
    pub fn made() -> LeftByItsImport {
        let mut plain = HashMap::new();
        if let hash_map::Entry::Vacant(vacant) = plain.entry(1) {
            vacant.insert(2);
        }
        let in_full = std::collections::HashMap::from([(1, 2)]);
        LeftByItsImport {
            plain,
            sorted: BTreeMap::new(),
            in_full,
        }
    }

    #[maptrace]
    pub mod inner {
        use super::{BTreeMap, HashMap};

        pub fn made() -> (HashMap<u8, u8>, BTreeMap<u8, u8>, std::collections::BTreeSet<u8>) {
            Default::default()
        }
    }
}

/// A module under another name.
mod renamed {
    use maptrace::maptrace;

    #[maptrace]
    use std::collections::{self as all, hash_map as hashed};

    #[maptrace]
    pub struct Renamed {
        pub map: all::HashMap<u8, u8>,
        pub other: hashed::HashMap<u8, u8>,
    }
}

#[maptrace]
type Last = std::collections::BTreeMap<u8, [u8; 9]>;

/// Types of other parameters than std's, behind an import that does not tell.
mod of_other_parameters {
    use maptrace::maptrace;

    mod inside {
        #[derive(Default, Clone, Copy)]
        pub struct HashMap;
        #[derive(Default)]
        pub struct HashSet<const N: usize>;
        pub struct BTreeMap<'a, T>(pub &'a T);

        impl HashMap {
            pub fn new() -> Self {
                Self
            }
        }
    }

    mod types {
        pub use super::inside::*;
    }

    use types::{BTreeMap, HashMap, HashSet};

    #[maptrace]
    #[derive(Default)]
    pub struct Store {
        pub own: HashMap,
        pub numbers: Vec<HashSet<4>>,
        pub std: std::collections::HashMap<u8, u8>,
    }

    #[maptrace]
    impl Store {
        // Before a type tells.
        pub fn made() -> Self {
            let own = HashMap::new();
            Self {
                own,
                numbers: Vec::from([HashSet]),
                std: std::collections::HashMap::new(),
            }
        }

        pub fn own(&self) -> HashMap {
            self.own
        }
    }

    pub fn borrowed(number: &u8) -> BTreeMap<'_, u8> {
        BTreeMap(number)
    }

    #[maptrace]
    pub fn in_code(of: &BTreeMap<'_, u8>) -> (HashMap, std::collections::BTreeMap<u8, u8>) {
        let made: HashMap = HashMap::new();
        #[maptrace(skip)]
        let _: HashMap = HashMap::new();
        fn inside() -> Option<HashMap> {
            Some(HashMap::new())
        }
        (inside().unwrap_or(made), std::collections::BTreeMap::from([(*of.0, 1)]))
    }
}

fn main() {
    let store = of_other_parameters::Store::made();
    assert_traced(&store.std);
    let of_other_parameters::Store { own: _, numbers, .. } = of_other_parameters::Store::default();
    assert!(numbers.is_empty());
    let _ = store.own();
    assert_traced(&of_other_parameters::in_code(&of_other_parameters::borrowed(&1)).1);

    assert_traced(&of_ahash::made().map);
    assert_traced(&of_a_crate_of_ours::made().map);
    of_the_module_around::by_glob::check();
    of_the_module_around::annotated::check();
    of_the_module_around::by_name::check();
    let beside = beside_a_glob::made();
    assert_plain(&beside.plain);
    assert_traced(&beside.sorted);
    let left = left_by_its_import::made();
    assert_plain(&left.plain);
    assert_traced(&left.sorted);
    assert_traced(&left.in_full);
    let (plain, sorted, set) = left_by_its_import::inner::made();
    assert_plain(&plain);
    assert_traced(&sorted);
    assert_traced(&set);
    let renamed = renamed::Renamed {
        map: Default::default(),
        other: Default::default(),
    };
    assert_traced(&renamed.map);
    assert_traced(&renamed.other);
    assert_traced(&Last::new());
    assert_declared(&[
        "BesideAGlob.sorted",
        "ByGlob.map",
        "ByName.map",
        "Last",
        "LeftByItsImport.in_full",
        "LeftByItsImport.sorted",
        "OfAhash.map",
        "OfOurs.map",
        "Renamed.map",
        "Renamed.other",
        "Store.std",
        "in_code",
    ]);
}
