//! Known names of maps with another hasher, by paths of the crate, which do not tell what they lead to.
#![deny(warnings)]

use maptrace_ui_tests::{assert_declared, assert_plain, assert_traced};

mod origin {
    pub mod traced {
        #[maptrace::maptrace]
        pub use rustc_hash::{FxHashMap, FxHashSet};
    }

    pub mod plain {
        pub use fnv::{FnvHashMap, FnvHashSet};
        pub use rustc_hash::{FxHashMap, FxHashSet};
    }

    /// Types of these names.
    pub mod own {
        #[derive(Default)]
        pub struct FxHashMap<K, V>(pub Option<(K, V)>);

        impl<K, V> FxHashMap<K, V> {
            pub fn none() -> Self {
                Self(None)
            }
        }

        #[derive(Default)]
        pub enum FxHashSet {
            #[default]
            None,
        }
    }
}

/// Where the origin says so they are traced.
mod traced_there {
    use crate::origin::traced::FxHashMap;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct TracedThere<T> {
        pub map: FxHashMap<u8, T>,
        pub std: std::collections::BTreeMap<u8, T>,
    }

    #[maptrace::maptrace]
    pub fn check(given: &FxHashMap<u8, u8>) {
        use crate::origin::traced::FxHashSet;
        let set = FxHashSet::<u8>::default();
        let mut inferred = FxHashSet::default();
        inferred.insert(1);
        crate::assert_traced(given);
        crate::assert_traced(&set);
        crate::assert_traced(&std::collections::BTreeSet::<u8>::new());
    }
}

/// Types of the user's are none, however many parameters they have.
mod own {
    use crate::origin::own::{FxHashMap, FxHashSet};

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Own {
        pub map: FxHashMap<u8, [u8; 1]>,
        pub set: FxHashSet,
        pub std: std::collections::BTreeMap<u8, [u8; 1]>,
    }

    #[maptrace::maptrace]
    pub fn check() {
        let map = FxHashMap::<u8, u8>::none();
        assert!(map.0.is_none());
        crate::assert_traced(&std::collections::BTreeSet::<u8>::new());
    }
}

/// The lines that the messages ask for.
mod cures {
    #[maptrace::maptrace(kind = HashMap)]
    use crate::origin::plain::FxHashMap;
    #[maptrace::maptrace(skip)]
    use crate::origin::plain::FxHashSet;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Cured {
        pub map: FxHashMap<u8, [u8; 2]>,
        pub set: FxHashSet<u8>,
    }

    #[maptrace::maptrace]
    pub fn check(map: &FxHashMap<u8, [u8; 2]>) -> FxHashSet<u8> {
        #[maptrace::maptrace(kind = HashMap)]
        use crate::origin::plain::FnvHashMap;
        #[maptrace::maptrace(skip)]
        use crate::origin::plain::FnvHashSet;
        crate::assert_traced(map);
        crate::assert_traced(&FnvHashMap::<u8, u8>::default());
        crate::assert_plain(&FnvHashSet::<u8>::default());
        FxHashSet::default()
    }

    pub mod child {
        use super::{FxHashMap, FxHashSet};

        #[maptrace::maptrace]
        #[derive(Default)]
        pub struct Child {
            pub map: FxHashMap<u8, [u8; 3]>,
            pub set: FxHashSet<u8>,
        }
    }
}

/// Each under its condition.
mod conditions {
    #[cfg(any())]
    use crate::origin::plain::FxHashMap;
    #[cfg(all())]
    #[maptrace::maptrace]
    use rustc_hash::FxHashMap;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct Conditions {
        pub map: FxHashMap<u8, [u8; 4]>,
    }

    #[maptrace::maptrace]
    pub fn check() {
        #[cfg(any())]
        use crate::origin::plain::FxHashSet;
        #[cfg(all())]
        use rustc_hash::FxHashSet;
        crate::assert_traced(&FxHashSet::<u8>::default());
        crate::assert_traced(&std::collections::BTreeSet::<u8>::new());
    }
}

fn main() {
    let there = traced_there::TracedThere::<u8>::default();
    assert_traced(&there.map);
    assert_traced(&there.std);
    traced_there::check(&there.map);
    let own = own::Own::default();
    assert!(own.map.0.is_none() && matches!(own.set, origin::own::FxHashSet::None));
    assert_traced(&own.std);
    own::check();
    let cured = cures::Cured::default();
    assert_plain(&cured.set);
    assert_plain(&cures::check(&cured.map));
    let child = cures::child::Child::default();
    assert_traced(&child.map);
    assert_plain(&child.set);
    assert_traced(&conditions::Conditions::default().map);
    conditions::check();
    assert_declared(&["Child.map", "Cured.map", "Own.std"]);
}
