//! Globs of the crates whose aliases are known, and those crates under another name.
#![deny(warnings)]

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_plain, assert_traced};

#[maptrace]
pub use rustc_hash::*;

#[maptrace]
struct Store<'a> {
    map: FxHashMap<&'a str, [u8; 1]>,
}

fn shorter<'a>(store: Store<'static>, _: &'a str) -> Store<'a> {
    store
}

mod around {
    use fnv as f;
    use maptrace::maptrace;
    use rustc_hash as rh;

    use crate::{assert_plain, assert_traced};

    #[maptrace]
    pub fn in_code() {
        #[maptrace]
        use fnv::*;
        let map = FnvHashMap::<u8, u8>::default();
        assert_traced(&map);
        assert_eq!(std::mem::size_of::<FnvHasher>(), 8);
    }

    #[maptrace]
    pub fn by_another_name() {
        use rh::{FxBuildHasher, FxHashMap, FxHashSet as Renamed};
        let map = FxHashMap::<u8, u8>::with_hasher(FxBuildHasher);
        assert_traced(&map);
        assert_traced(&Renamed::<u8>::default());
        {
            use rustc_hash::{self as inner};
            use inner::FxHashMap as Inner;
            use {f::FnvHashMap as Map, self::f::FnvHashSet as Set};
            assert_traced(&Inner::<u8, u8>::default());
            assert_traced(&Map::<u8, u8>::default());
            assert_traced(&Set::<u8>::default());
        }
    }

    /// What a glob brings, a name hides.
    #[maptrace]
    pub fn hidden() {
        use maptrace_ui_tests::other::HashMap as FxHashMap;
        use rustc_hash::*;
        struct FnvHashMap;
        use fnv::*;
        assert_plain(&FxHashMap::<u8, u8>::default());
        assert_plain(&FnvHashMap);
        assert_eq!(size_of::<FxHasher>() + size_of::<FnvHasher>(), 16);
        assert_traced(&std::collections::BTreeSet::<u8>::new());
    }

    #[maptrace]
    pub mod inside {
        #[maptrace]
        pub use ahash::*;
        use rustc_hash as rh;

        #[derive(Default)]
        pub struct Inside {
            pub map: HashMap<u8, [u8; 2]>,
            pub other: AHashMap<u8, [u8; 3]>,
            pub fast: deeper::FxHashMap<u8, [u8; 4]>,
            pub std: std::collections::HashMap<u8, [u8; 5]>,
        }

        pub mod deeper {
            use super::rh;
            pub use rh::FxHashMap;
        }

        pub fn made() -> AHashSet<u8> {
            AHashSet::new()
        }
    }

    /// Left as it is.
    pub mod plain {
        #[maptrace::maptrace(skip)]
        use fxhash as older;
        #[maptrace::maptrace(skip)]
        use rustc_hash::*;

        #[maptrace::maptrace]
        #[derive(Default)]
        pub struct Left {
            pub fast: FxHashMap<u8, [u8; 6]>,
            pub older: older::FxHashMap<u8, [u8; 6]>,
            pub std: std::collections::HashMap<u8, [u8; 6]>,
        }
    }
}

fn main() {
    let store = Store { map: FxHashMap::default() };
    let other = String::from("other");
    assert_traced(&shorter(store, &other).map);
    assert_eq!(FxHasher::default().clone().hash_size(), 8);
    around::in_code();
    around::by_another_name();
    around::hidden();
    let inside = around::inside::Inside::default();
    assert_traced(&inside.map);
    assert_traced(&inside.other);
    assert_traced(&inside.fast);
    assert_traced(&inside.std);
    assert_traced(&around::inside::made());
    let left = around::plain::Left::default();
    assert_plain(&left.fast);
    assert_plain(&left.older);
    assert_traced(&left.std);
    assert_declared(&["Inside.map", "Inside.other", "Inside.std", "Left.std", "Store.map"]);
}

trait HashSize: std::hash::Hasher {
    fn hash_size(self) -> usize
    where
        Self: Sized,
    {
        std::mem::size_of_val(&self.finish())
    }
}

impl HashSize for FxHasher {}
