//! What the messages of `fail/` and `fail_traced/` say to write, written.
#![deny(warnings)]

use maptrace_ui_tests::{assert_plain, assert_traced};

mod own {
    use std::hash::{BuildHasherDefault, DefaultHasher};

    pub type HashMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<DefaultHasher>>;
    pub type Ordered<K, V> = std::collections::BTreeMap<K, V>;
    pub type Pairs<V> = std::collections::HashMap<u8, V>;
    pub type Tree<V> = std::collections::BTreeMap<u8, V>;
    pub type Reversed<V, K> = std::collections::HashMap<K, V>;

    pub mod of_std {
        pub use std::collections::{BTreeMap, btree_map};
    }

    #[derive(Default)]
    pub struct HashSet<T>(pub Option<T>);

    #[derive(Default)]
    pub struct BTreeSet(pub u8);
}

/// "put `#[maptrace::maptrace(skip)]` above the `use` that brings it", and the same with `kind`, around the item.
mod around {
    #[maptrace::maptrace(kind = HashMap)]
    use crate::own::HashMap;
    #[maptrace::maptrace(skip)]
    use crate::own::HashSet;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Cache {
        map: HashMap<u8, u8>,
        set: HashSet<u8>,
    }

    #[maptrace::maptrace]
    pub fn check() {
        let cache = Cache::default();
        crate::assert_traced(&cache.map);
        crate::assert_traced(&HashMap::<u8, u8>::default());
        let set: HashSet<u8> = HashSet(Some(1));
        assert!(cache.set.0 < set.0);
    }
}

/// The same above an alias that is to stay plain, in a file or module that says nothing else of std's maps.
mod left_plain {
    #[maptrace::maptrace(skip)]
    use crate::own::HashMap;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Cache {
        map: HashMap<u8, u8>,
        traced: std::collections::HashMap<u8, u8>,
    }

    pub fn check() {
        let cache = Cache::default();
        crate::assert_plain(&cache.map);
        crate::assert_traced(&cache.traced);
    }
}

/// The same in the item.
#[maptrace::maptrace]
mod inside {
    #[maptrace::maptrace(kind = HashMap)]
    use crate::own::HashMap;
    #[maptrace::maptrace(skip)]
    use crate::own::{BTreeSet, HashSet};

    pub fn check() {
        crate::assert_traced(&HashMap::<u8, u8>::default());
        let set: HashSet<BTreeSet> = HashSet(Some(BTreeSet(1)));
        assert_eq!(set.0.map(|set| set.0), Some(1));
    }
}

#[maptrace::maptrace]
fn in_a_body() {
    #[maptrace::maptrace(skip)]
    use crate::own::BTreeSet as Own;
    #[maptrace::maptrace(kind = HashMap)]
    use crate::own::HashMap as Hashed;
    crate::assert_traced(&Hashed::<u8, u8>::default());
    let own: Own = Own(1);
    assert_eq!(own.0, 1);
}

/// "where none does, `#[maptrace(skip)]` above the field, `let` or method that names it, or another name".
mod by_a_glob {
    use crate::own::*;

    use crate::own::BTreeSet as Own;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Cache {
        #[maptrace(skip)]
        set: HashSet<u8>,
        own: Own,
        map: std::collections::HashMap<u8, u8>,
    }

    #[maptrace::maptrace]
    impl Cache {
        #[maptrace(skip)]
        fn set(&self) -> &HashSet<u8> {
            &self.set
        }

        pub fn check(&self) {
            #[maptrace(skip)]
            let set: HashSet<u8> = HashSet(Some(1));
            assert!(self.set().0 < set.0);
            assert_eq!(self.own.0, 0);
            crate::assert_traced(&self.map);
            crate::assert_traced(&std::collections::HashMap::<u8, u8>::new());
        }
    }
}

/// "write `#[maptrace::maptrace(skip)]` above this item in place of #[maptrace]", with what is in it as it was.
#[maptrace::maptrace(skip)]
mod skipped {
    #[maptrace(skip)]
    use crate::own::BTreeSet;

    pub fn check() {
        assert_eq!(BTreeSet(1).0, 1);
    }
}

#[maptrace::maptrace(skip)]
#[derive(Default)]
struct AllSkipped {
    #[maptrace(skip)]
    map: std::collections::HashMap<u8, u8>,
}

/// "take that line away".
mod no_line {
    use std::collections::HashMap;

    #[maptrace::maptrace]
    mod item {
        use super::HashMap;

        pub fn check() {
            crate::assert_traced(&HashMap::<u8, u8>::new());
        }
    }

    pub fn check() {
        item::check();
        crate::assert_plain(&HashMap::<u8, u8>::new());
    }
}

/// Another `kind`, as the note says, and none of them.
mod kinds {
    #[maptrace::maptrace(kind = BTreeMap)]
    use crate::own::Ordered;
    #[maptrace::maptrace(skip)]
    use crate::own::HashSet;

    #[maptrace::maptrace(kind = HashMap)]
    type Pairs = crate::own::Pairs<u8>;
    // "A `type` of your own in place of the `use`."
    #[maptrace::maptrace(kind = BTreeMap)]
    type Tree<V> = crate::own::Tree<V>;
    #[maptrace::maptrace(kind = HashMap)]
    type Reversed<V, K> = crate::own::Reversed<V, K>;
    // "Give it a `use` of its own and say above that which."
    #[maptrace::maptrace(kind = BTreeMap)]
    use crate::own::of_std::BTreeMap;
    use crate::own::of_std::btree_map::Entry;
    #[maptrace::maptrace(skip)]
    type Owned = crate::own::HashSet<u8>;

    pub fn check() {
        crate::assert_traced(&Ordered::<u8, u8>::new());
        crate::assert_traced(&Pairs::new());
        crate::assert_traced(&Tree::<u8>::from([(1, 2)]));
        crate::assert_traced(&Reversed::<u8, bool>::from([(true, 2)]));
        crate::assert_traced(&BTreeMap::from([(1, 2)]));
        assert!(matches!(std::collections::BTreeMap::<u8, u8>::new().entry(1), Entry::Vacant(_)));
        let owned: Owned = HashSet(None);
        assert_eq!(owned.0, None);
    }
}

/// "annotate the `fn` around it; in there `#[maptrace(name = "map")]` above the `let` is read by that attribute".
#[maptrace::maptrace]
fn named() {
    #[maptrace(name = "map")]
    let map = std::collections::HashMap::<u8, u8>::new();
    crate::assert_traced(&map);
}

/// "in place of it put one of its own on each field".
#[maptrace::maptrace]
#[derive(Default)]
struct Several {
    #[maptrace(name = "one 1")]
    a: std::collections::HashMap<u8, u8>,
    #[maptrace(name = "one 2")]
    b: std::collections::HashMap<u8, u8>,
}

fn main() {
    around::check();
    left_plain::check();
    inside::check();
    in_a_body();
    by_a_glob::Cache::default().check();
    skipped::check();
    assert_plain(&AllSkipped::default().map);
    no_line::check();
    kinds::check();
    named();
    let several = Several::default();
    assert_traced(&several.a);
    assert_traced(&several.b);
}
