//! Imports in every form.
#![deny(warnings)]

extern crate alloc;

use maptrace_ui_tests::{assert_plain, assert_traced};

mod plain {
    use maptrace::maptrace;

    #[maptrace]
    use std::collections::HashMap;
    #[maptrace]
    use ::std::collections::HashSet;

    pub fn check() {
        super::assert_traced(&HashMap::<u8, u8>::new());
        super::assert_traced(&HashSet::<u8>::new());
    }
}

mod grouped {
    use maptrace::maptrace;

    #[maptrace]
    use std::collections::{
        BTreeMap, BTreeSet as Sorted, HashMap as Map, VecDeque,
        hash_map::{self, Entry, Iter},
    };

    fn first<'a>(mut iter: Iter<'a, u8, u8>) -> Option<(&'a u8, &'a u8)> {
        iter.next()
    }

    pub fn check() {
        let mut map: Map<u8, u8> = hash_map::HashMap::new();
        match map.entry(1) {
            Entry::Vacant(entry) => entry.insert(2),
            Entry::Occupied(entry) => entry.into_mut(),
        };
        assert_eq!(first(map.iter()), Some((&1, &2)));
        super::assert_traced(&map);
        super::assert_traced(&BTreeMap::<u8, u8>::new());
        super::assert_traced(&Sorted::<u8>::new());
        super::assert_plain(&VecDeque::<u8>::new());
    }
}

mod variants {
    use maptrace::maptrace;

    #[maptrace]
    use indexmap::IndexMap;
    #[maptrace]
    use indexmap::map::Entry::{self as IndexEntry, *};
    #[maptrace]
    use std::collections::HashMap;
    #[maptrace]
    use std::collections::hash_map::Entry::{Occupied as Taken, Vacant as Free};

    fn sorted() -> u8 {
        #[maptrace]
        use std::collections::{BTreeMap, btree_map::Entry::*};
        let mut map: BTreeMap<u8, u8> = BTreeMap::new();
        super::assert_traced(&map);
        match map.entry(1) {
            Vacant(entry) => *entry.insert(2),
            Occupied(entry) => *entry.get(),
        }
    }

    #[maptrace]
    fn hashed() -> u8 {
        use std::collections::hash_map::{Entry::*, HashMap};
        let mut map = HashMap::new();
        super::assert_traced(&map);
        match map.entry(1) {
            Vacant(entry) => *entry.insert(2),
            Occupied(entry) => *entry.get(),
        }
    }

    pub fn check() {
        let mut map: HashMap<u8, u8> = HashMap::new();
        assert!(matches!(map.entry(1), Free(_)));
        map.insert(1, 2);
        assert!(matches!(map.entry(1), Taken(_)));
        let mut map: IndexMap<u8, u8> = IndexMap::new();
        assert!(matches!(map.entry(1), IndexEntry::Vacant(_)));
        map.insert(1, 2);
        assert!(matches!(map.entry(1), Occupied(_)) && !matches!(map.entry(1), Vacant(_)));
        assert_eq!((sorted(), hashed()), (2, 2));
    }
}

mod mixed {
    use maptrace::maptrace;

    #[maptrace]
    use std::{
        collections::{BTreeMap, btree_map::OccupiedEntry},
        fmt::{self, Debug},
        sync::Arc,
    };
    #[maptrace]
    use {alloc::collections::BTreeSet, std::collections::HashSet, std::rc::Rc};

    struct Shown;

    impl Debug for Shown {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("shown")
        }
    }

    pub fn check() {
        let map = Arc::new(BTreeMap::<u8, u8>::new());
        super::assert_traced(&*map);
        super::assert_traced(&BTreeSet::<u8>::new());
        super::assert_traced(&*Rc::new(HashSet::<u8>::new()));
        let _: Option<OccupiedEntry<'_, u8, u8>> = None;
        assert_eq!(format!("{Shown:?}"), "shown");
    }
}

mod modules {
    pub mod whole {
        use maptrace::maptrace;

        #[maptrace]
        use std::collections;

        pub fn check() {
            super::super::assert_traced(&collections::HashMap::<u8, u8>::new());
            super::super::assert_traced(&collections::btree_set::BTreeSet::<u8>::new());
        }
    }

    pub mod renamed {
        use maptrace::maptrace;

        #[maptrace]
        use std::collections as maps;

        pub fn check() {
            super::super::assert_traced(&maps::HashSet::<u8>::new());
        }
    }

    pub mod glob {
        use maptrace::maptrace;

        #[maptrace]
        use std::collections::*;

        pub fn check() {
            super::super::assert_traced(&HashMap::<u8, u8>::new());
            super::super::assert_plain(&BinaryHeap::<u8>::new());
        }
    }

    pub mod one {
        use maptrace::maptrace;

        #[maptrace]
        use std::collections::btree_map;

        pub fn check() {
            super::super::assert_traced(&btree_map::BTreeMap::<u8, u8>::new());
        }
    }

    pub mod below {
        use std::collections;
        use std::collections::hash_set;

        use maptrace::maptrace;

        #[maptrace]
        use collections::BTreeMap;
        #[maptrace]
        use hash_set::HashSet;

        pub fn check() {
            super::super::assert_traced(&BTreeMap::<u8, u8>::new());
            super::super::assert_traced(&HashSet::<u8>::new());
        }
    }
}

mod exported {
    use maptrace::maptrace;

    #[maptrace]
    pub use std::collections::HashMap;
    #[maptrace]
    pub(crate) use std::collections::BTreeMap;
    #[maptrace(skip)]
    pub(super) use std::collections::HashSet;
    #[maptrace]
    #[cfg(any())]
    pub use std::collections::BTreeSet;
    #[cfg(not(any()))]
    pub use std::collections::BTreeSet;
}

/// The one item, whose expectation is met, becomes two, of which only one is unused.
mod half_used {
    use maptrace::maptrace;

    #[maptrace]
    #[expect(unused_imports)]
    use std::{collections::HashMap, sync::Arc};
    #[maptrace]
    #[cfg_attr(all(), expect(unused_imports, reason = "as above"))]
    use std::{collections::HashSet, sync::Weak};

    pub fn check() {
        super::assert_traced(&HashMap::<u8, u8>::new());
        super::assert_traced(&HashSet::<u8>::new());
    }
}

mod already_traced {
    use maptrace::maptrace;

    #[maptrace(name = "already traced")]
    use maptrace::collections::HashMap;

    pub fn check() {
        super::assert_traced(&HashMap::<u8, u8>::new());
    }
}

fn main() {
    plain::check();
    grouped::check();
    variants::check();
    mixed::check();
    modules::whole::check();
    modules::renamed::check();
    modules::glob::check();
    modules::one::check();
    modules::below::check();
    half_used::check();
    already_traced::check();
    assert_traced(&exported::HashMap::<u8, u8>::new());
    assert_traced(&exported::BTreeMap::<u8, u8>::new());
    assert_plain(&exported::HashSet::<u8>::new());
    assert_plain(&exported::BTreeSet::<u8>::new());
}
