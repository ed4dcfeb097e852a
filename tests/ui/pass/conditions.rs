//! Imports of one name under conditions: each says what the name is under its own, in whichever order they stand.
#![deny(warnings)]

use maptrace_ui_tests::{assert_declared, assert_plain, assert_seen, assert_traced};

/// The annotated ones are there.
mod traced {
    #[cfg(all())]
    #[maptrace::maptrace]
    use std::collections::HashMap;
    #[cfg(any())]
    #[maptrace::maptrace(skip)]
    use std::collections::HashMap;

    #[cfg(any())]
    #[maptrace::maptrace(skip)]
    use std::collections::BTreeMap as Ordered;
    #[cfg(all())]
    #[maptrace::maptrace]
    use std::collections::BTreeMap as Ordered;

    #[cfg(any())]
    #[maptrace::maptrace(skip)]
    use hashbrown::HashSet;
    #[cfg(all())]
    #[maptrace::maptrace]
    use std::collections::HashSet;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Traced<'a> {
        pub always: std::collections::BTreeMap<u8, &'a u8>,
        pub first: HashMap<u8, &'a u8>,
        pub second: Ordered<u8, &'a u8>,
        pub of_two_crates: HashSet<&'a u8>,
    }

    #[maptrace::maptrace]
    pub fn in_code(of: &[(u8, u8)]) -> HashMap<u8, u8> {
        let collected: Ordered<u8, u8> = of.iter().copied().collect();
        crate::assert_traced(&collected);
        crate::assert_traced(&std::collections::BTreeSet::<u8>::new());
        of.iter().copied().collect()
    }

    #[maptrace::maptrace]
    pub fn in_a_body(of: &[(u8, u8)]) {
        #[cfg(all())]
        #[maptrace::maptrace]
        use std::collections::BTreeSet;
        #[cfg(any())]
        #[maptrace::maptrace(skip)]
        use std::collections::BTreeSet;

        #[cfg(any())]
        #[maptrace::maptrace(skip)]
        use std::collections::HashSet as Hashed;
        #[cfg(all())]
        #[maptrace::maptrace]
        use std::collections::HashSet as Hashed;

        let (first, second): (BTreeSet<u8>, Hashed<u8>) = of.iter().copied().collect();
        crate::assert_traced(&first);
        crate::assert_traced(&second);
        let collected: BTreeSet<(u8, u8)> = of.iter().copied().collect();
        crate::assert_traced(&collected);
    }
}

/// Those that are to stay plain are there.
mod plain {
    #[cfg(any())]
    #[maptrace::maptrace]
    use std::collections::HashMap;
    #[cfg(all())]
    #[maptrace::maptrace(skip)]
    use std::collections::HashMap;

    #[cfg(all())]
    #[maptrace::maptrace(skip)]
    use std::collections::BTreeMap as Ordered;
    #[cfg(any())]
    #[maptrace::maptrace]
    use std::collections::BTreeMap as Ordered;

    #[cfg(all())]
    #[maptrace::maptrace(skip)]
    use hashbrown::HashSet;
    #[cfg(any())]
    #[maptrace::maptrace]
    use std::collections::HashSet;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Plain<'a> {
        pub always: std::collections::BTreeMap<u8, &'a u8>,
        pub first: HashMap<u8, &'a u8>,
        pub second: Ordered<u8, &'a u8>,
        pub of_two_crates: HashSet<&'a u8>,
    }

    #[maptrace::maptrace]
    pub fn in_code(of: &[(u8, u8)]) -> HashMap<u8, u8> {
        let collected: Ordered<u8, u8> = of.iter().copied().collect();
        crate::assert_plain(&collected);
        crate::assert_traced(&std::collections::BTreeSet::<u8>::new());
        of.iter().copied().collect()
    }

    #[maptrace::maptrace]
    pub fn in_a_body(of: &[(u8, u8)]) {
        #[cfg(any())]
        #[maptrace::maptrace]
        use std::collections::BTreeSet;
        #[cfg(all())]
        #[maptrace::maptrace(skip)]
        use std::collections::BTreeSet;

        #[cfg(all())]
        #[maptrace::maptrace(skip)]
        use std::collections::HashSet as Hashed;
        #[cfg(any())]
        #[maptrace::maptrace]
        use std::collections::HashSet as Hashed;

        let (first, second): (BTreeSet<u8>, Hashed<u8>) = of.iter().copied().collect();
        crate::assert_plain(&first);
        crate::assert_plain(&second);
        let collected: BTreeSet<(u8, u8)> = of.iter().copied().collect();
        crate::assert_plain(&collected);
    }
}

/// One of std's maps is traced by its name alone, the other by its import, so both are.
mod each_annotated_or_not {
    #[cfg(any())]
    use std::collections::HashMap;
    #[cfg(all())]
    #[maptrace::maptrace]
    use std::collections::HashMap;

    #[cfg(any())]
    #[maptrace::maptrace]
    use std::collections::BTreeMap;
    #[cfg(all())]
    use std::collections::BTreeMap;

    #[cfg(all())]
    #[maptrace::maptrace]
    use hashbrown::HashSet;
    #[cfg(any())]
    #[maptrace::maptrace]
    use std::collections::HashSet;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Each {
        pub annotated: HashMap<u8, u8>,
        pub not: BTreeMap<u8, u8>,
        pub of_two_crates: HashSet<u8>,
    }
}

/// Each import is itself, whatever another of its name is taken for.
mod each_by_its_path {
    #[allow(unused_imports)]
    pub use std::collections::{BTreeMap, HashMap};

    #[derive(Default)]
    pub struct HashSet<T>(pub Option<T>);

    /// The other crate's are there, and what is of the crate.
    #[maptrace::maptrace]
    pub mod others {
        #[cfg(any())]
        use super::HashMap;
        #[cfg(all())]
        use maptrace_ui_tests::other::HashMap;

        #[cfg(all())]
        use maptrace_ui_tests::other::BTreeMap;
        #[cfg(any())]
        use super::BTreeMap;

        #[cfg(all())]
        use super::HashSet;
        #[cfg(any())]
        use std::collections::HashSet;

        #[cfg(any())]
        use std::collections::HashSet as Hashed;
        #[cfg(all())]
        use super::HashSet as Hashed;

        #[derive(Default)]
        pub struct Others {
            pub always: std::collections::BTreeMap<u8, u8>,
            pub first: HashMap<u8, u8>,
            pub second: BTreeMap<u8, u8>,
            pub third: HashSet<u8>,
            pub fourth: Hashed<u8>,
        }

        pub fn check() {
            let others = Others::default();
            let collected: HashSet<u8> = HashSet(others.third.0.into_iter().next());
            crate::assert_traced(&others.always);
            crate::assert_plain(&others.first);
            crate::assert_plain(&others.second);
            crate::assert_plain(&collected);
            crate::assert_plain(&others.fourth);
        }
    }

    /// Those of std's are there.
    #[maptrace::maptrace]
    pub mod maps {
        #[cfg(all())]
        use super::HashMap;
        #[cfg(any())]
        use maptrace_ui_tests::other::HashMap;

        #[cfg(any())]
        use maptrace_ui_tests::other::BTreeMap;
        #[cfg(all())]
        use super::BTreeMap;

        #[cfg(any())]
        use super::HashSet;
        #[cfg(all())]
        use std::collections::HashSet;

        #[cfg(all())]
        use std::collections::HashSet as Hashed;
        #[cfg(any())]
        use super::HashSet as Hashed;

        #[derive(Default)]
        pub struct Maps {
            pub first: HashMap<u8, [u8; 1]>,
            pub second: BTreeMap<u8, [u8; 2]>,
            pub third: HashSet<[u8; 3]>,
            pub fourth: Hashed<[u8; 4]>,
        }

        pub fn check(of: &[[u8; 4]]) {
            let maps = Maps::default();
            let collected: HashMap<[u8; 4], u8> = of.iter().map(|of| (*of, 1)).collect();
            crate::assert_traced(&collected);
            crate::assert_traced(&maps.first);
            crate::assert_traced(&maps.second);
            crate::assert_traced(&maps.third);
            crate::assert_traced(&maps.fourth);
        }
    }

    /// Under other names, of two crates and in groups.
    #[maptrace::maptrace]
    pub mod renamed {
        #[cfg(any())]
        use hashbrown::HashTable as Table;
        #[cfg(all())]
        use super::HashMap as Table;

        #[cfg(any())]
        use maptrace_ui_tests::other::{BTreeMap as Second, HashMap as First};
        #[cfg(all())]
        use {super::{BTreeMap as Second, HashMap as First}};

        pub fn check() {
            crate::assert_traced(&Table::<u8, u8>::new());
            crate::assert_traced(&First::<u8, u8>::default());
            crate::assert_traced(&Second::<u8, u8>::default());
        }
    }

    /// In blocks as in modules.
    #[maptrace::maptrace]
    pub fn in_a_body() {
        #[cfg(any())]
        use self::HashMap;
        #[cfg(all())]
        use maptrace_ui_tests::other::HashMap;
        crate::assert_plain(&HashMap::<u8, u8>::default());
        {
            #[cfg(any())]
            use maptrace_ui_tests::other::BTreeMap;
            #[cfg(all())]
            use self::BTreeMap;
            crate::assert_traced(&BTreeMap::<u8, u8>::default());
        }
    }
}

/// Beside an annotated item: where one of them is no map, each says what it is.
mod or_none_of_them {
    #[cfg(all())]
    #[maptrace::maptrace]
    use std::collections::HashMap;
    #[cfg(any())]
    use maptrace_ui_tests::other::HashMap;

    #[cfg(all())]
    use maptrace_ui_tests::other::BTreeMap;
    #[cfg(any())]
    #[maptrace::maptrace]
    use std::collections::BTreeMap;

    #[cfg(all())]
    #[derive(Default)]
    pub struct HashSet<T>(pub Option<T>);
    #[cfg(any())]
    #[maptrace::maptrace]
    use std::collections::HashSet;

    pub struct BTreeSet;

    /// By its name, as without the other; and what the module around has under conditions.
    pub mod child {
        #[cfg(any())]
        use super::BTreeSet;
        #[cfg(all())]
        use std::collections::BTreeSet;

        #[cfg(any())]
        #[maptrace::maptrace]
        use std::collections::HashSet as Renamed;
        #[cfg(all())]
        use super::HashSet as Renamed;

        use super::{HashMap, HashSet};

        #[maptrace::maptrace]
        #[derive(Default)]
        pub struct Child {
            pub set: BTreeSet<[u8; 6]>,
            pub own: Renamed<[u8; 6]>,
            pub other: HashSet<[u8; 6]>,
            pub map: HashMap<u8, [u8; 6]>,
        }

        #[maptrace::maptrace]
        pub mod inside {
            use super::{HashSet, Renamed};

            #[derive(Default)]
            pub struct Inside {
                pub always: std::collections::BTreeSet<[u8; 7]>,
                pub own: Renamed<[u8; 7]>,
                pub other: HashSet<[u8; 7]>,
            }
        }
    }

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Each {
        pub always: std::collections::BTreeSet<[u8; 5]>,
        pub map: HashMap<u8, [u8; 5]>,
        pub other: BTreeMap<u8, [u8; 5]>,
        pub own: HashSet<[u8; 5]>,
    }

    #[maptrace::maptrace]
    pub fn check(each: &Each) -> (HashMap<u8, [u8; 5]>, BTreeMap<u8, u8>) {
        let map: HashMap<u8, [u8; 5]> = each.always.iter().map(|key| (key[0], *key)).collect();
        crate::assert_traced(&map);
        crate::assert_traced(&each.always);
        crate::assert_traced(&each.map);
        crate::assert_plain(&each.other);
        crate::assert_plain(&each.own);
        (map, BTreeMap::default())
    }
}

#[maptrace::maptrace]
type Last = std::collections::BTreeMap<u8, [u8; 9]>;

/// Two maps, of which the second is there: a map is the field's by its type, whatever the attribute took the name for.
mod of_two_maps {
    #[cfg(any())]
    #[maptrace::maptrace]
    use std::collections::BTreeMap as Map;
    #[cfg(all())]
    #[maptrace::maptrace]
    use indexmap::IndexMap as Map;

    #[maptrace::maptrace]
    pub struct OfTwoMaps {
        pub map: Map<u16, i16>,
    }

    #[maptrace::maptrace]
    impl OfTwoMaps {
        pub fn made() -> Self {
            let mut map = Map::new();
            map.insert(1, 2);
            Self { map }
        }
    }
}

fn main() {
    assert_traced(&of_two_maps::OfTwoMaps::made().map);
    assert_seen("OfTwoMaps.map", 1);

    let traced = traced::Traced::default();
    assert_traced(&traced.always);
    assert_traced(&traced.first);
    assert_traced(&traced.second);
    assert_traced(&traced.of_two_crates);
    assert_traced(&traced::in_code(&[(1, 2)]));
    traced::in_a_body(&[(1, 2)]);
    let plain = plain::Plain::default();
    assert_traced(&plain.always);
    assert_plain(&plain.first);
    assert_plain(&plain.second);
    assert_plain(&plain.of_two_crates);
    assert_plain(&plain::in_code(&[(1, 2)]));
    plain::in_a_body(&[(1, 2)]);
    let each = each_annotated_or_not::Each::default();
    assert_traced(&each.annotated);
    assert_traced(&each.not);
    assert_traced(&each.of_two_crates);
    each_by_its_path::others::check();
    each_by_its_path::maps::check(&[[1; 4]]);
    each_by_its_path::renamed::check();
    each_by_its_path::in_a_body();
    or_none_of_them::check(&or_none_of_them::Each::default());
    let child = or_none_of_them::child::Child::default();
    assert_traced(&child.set);
    assert_traced(&child.map);
    assert_plain(&child.own);
    assert_plain(&child.other);
    let inside = or_none_of_them::child::inside::Inside::default();
    assert_traced(&inside.always);
    assert_plain(&inside.own);
    assert_plain(&inside.other);
    let _ = or_none_of_them::BTreeSet;
    assert_traced(&Last::new());
    assert_declared(&[
        "Child.set",
        "Each.always",
        "Each.annotated",
        "Each.not",
        "Each.of_two_crates",
        "Inside.always",
        "Last",
        "OfTwoMaps.map",
        "Others.always",
        "Plain.always",
        "Plain.first",
        "Plain.of_two_crates",
        "Plain.second",
        "Traced.always",
        "Traced.first",
        "Traced.of_two_crates",
        "Traced.second",
        "in_a_body::collected",
    ]);
}
