//! Types of the user's under the names of maps, each in a part of an annotated item or known by its path alone: all else stays what
//! it was.

use maptrace_ui_tests::{assert_plain, assert_traced};

mod prelude {
    pub use std::collections::HashMap;
}

mod in_bodies {
    use std::collections::{HashMap, HashSet};

    #[maptrace::maptrace]
    pub struct Struct {
        pub set: HashSet<u8>,
        pub map: HashMap<u8, u8>,
    }

    #[maptrace::maptrace]
    impl Struct {
        pub fn made() -> Self {
            Self {
                set: HashSet::new(),
                map: HashMap::new(),
            }
        }

        pub fn own(&self, text: &str) -> usize {
            struct HashSet<'a>(&'a str);
            let own: HashSet<'_> = HashSet(text);
            own.0.len() + self.set.len()
        }

        pub fn parameter<HashSet: Clone>(&self, of: HashSet) -> HashSet {
            of.clone()
        }

        pub fn set() -> HashSet<u8> {
            let set: HashSet<u8> = HashSet::new();
            super::assert_traced(&set);
            set
        }
    }

    #[maptrace::maptrace]
    pub fn block() -> usize {
        let of_block = {
            struct HashSet<const N: usize>;
            impl<const N: usize> HashSet<N> {
                fn len(&self) -> usize {
                    N
                }
            }
            HashSet::<4>.len()
        };
        let set: HashSet<u8> = HashSet::new();
        super::assert_traced(&set);
        of_block + set.len()
    }
}

mod by_aliases {
    type HashMap<K, V> = crate::prelude::HashMap<K, V>;
    type HashSet<T> = Vec<T>;
    #[maptrace::maptrace(skip)]
    type BTreeMap<K, V> = crate::own::Keyed<K, V>;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Struct {
        pub map: HashMap<u8, u8>,
        pub list: HashSet<u8>,
        pub keyed: BTreeMap<u8, u8>,
        pub set: std::collections::BTreeSet<u8>,
    }
}

mod under_a_glob {
    #[maptrace::maptrace]
    use std::collections::HashMap;

    pub mod inside {
        #[maptrace::maptrace(skip)]
        use super::*;

        #[maptrace::maptrace]
        #[derive(Default)]
        pub struct Struct {
            pub map: HashMap<u8, u8>,
        }
    }

    pub fn made() -> HashMap<u8, u8> {
        HashMap::new()
    }
}

pub mod own {
    pub trait Key {}
    impl Key for u8 {}

    #[derive(Default)]
    pub struct Keyed<K, V>(pub K, pub V);

    #[derive(Default)]
    pub struct FxHashMap<K: Key, V>(pub K, pub V);

    pub struct FxHashSet<'a>(pub &'a str);

    #[derive(Default)]
    pub struct FnvHashSet<const N: usize>;
}

mod called_so {
    use crate::own::{FnvHashSet, FxHashMap, FxHashSet};

    #[maptrace::maptrace]
    pub struct Struct<'a> {
        pub keyed: FxHashMap<u8, u8>,
        pub text: FxHashSet<'a>,
        pub number: FnvHashSet<4>,
        pub set: std::collections::BTreeSet<u8>,
    }
}

fn main() {
    let made = in_bodies::Struct::made();
    assert_traced(&made.set);
    assert_traced(&made.map);
    assert_eq!((made.own("text"), made.parameter(1)), (4, 1));
    assert_traced(&in_bodies::Struct::set());
    assert_eq!(in_bodies::block(), 4);

    let aliased = by_aliases::Struct::default();
    assert_traced(&aliased.map);
    assert_traced(&aliased.set);
    assert_plain(&aliased.list);
    assert_plain(&aliased.keyed);

    let inside = under_a_glob::inside::Struct::default();
    assert_traced(&inside.map);
    assert_traced(&under_a_glob::made());

    let called = called_so::Struct {
        keyed: Default::default(),
        text: own::FxHashSet("text"),
        number: Default::default(),
        set: Default::default(),
    };
    assert_eq!((called.keyed.0, called.text.0), (0, "text"));
    let own::FnvHashSet::<4> = called.number;
    assert_traced(&called.set);
}
