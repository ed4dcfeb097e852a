//! Types of the file's own under the names of std's maps: which of them are there, and which only look like it.

use maptrace_ui_tests::{assert_plain, assert_traced};

mod absent {
    use std::collections::*;

    #[cfg(any())]
    pub struct HashMap<K, V>(K, V);

    macro_rules! declare (
        () => (
            pub struct BTreeMap<K, V> {
                key: K,
                value: V,
            }
        )
    );

    #[maptrace::maptrace]
    pub struct Struct {
        pub hashed: HashMap<u8, u8>,
        pub ordered: BTreeMap<u8, u8>,
        pub set: BTreeSet<u8>,
    }

    pub mod declared {
        declare!();
        pub fn check() {
            let BTreeMap { key, value } = BTreeMap { key: 1, value: 2 };
            assert_eq!(key + value, 3);
        }
    }
}

mod text {
    use std::collections::*;

    macro_rules! text {
        ($($token:tt)*) => { stringify!($($token)*) };
    }

    pub fn check() {
        assert!(text!(pub struct HashMap<K, V> { a: u8 }).contains("struct"));

        #[maptrace::maptrace]
        fn inner() -> (HashMap<u8, u8>, HashSet<u8>) {
            Default::default()
        }
        let (map, set) = inner();
        super::assert_traced(&map);
        super::assert_traced(&set);
    }
}

/// A condition above our attribute.
mod under_a_condition {
    pub mod own {
        pub struct HashMap(pub u8);
        pub type BTreeMap<K, V> = std::collections::BTreeMap<K, V>;
    }

    #[cfg_attr(all(), maptrace::maptrace(skip))]
    use own::HashMap;
    #[cfg_attr(all(), maptrace::maptrace(skip))]
    use std::collections::HashSet;

    #[maptrace::maptrace]
    pub struct Struct {
        pub own: HashMap,
        pub plain: HashSet<u8>,
        pub traced: own::BTreeMap<u8, u8>,
        pub std: std::collections::BTreeSet<u8>,
    }

    pub fn made() -> Struct {
        Struct {
            own: HashMap(1),
            plain: HashSet::new(),
            traced: Default::default(),
            std: Default::default(),
        }
    }
}

fn main() {
    let absent = absent::Struct {
        hashed: Default::default(),
        ordered: Default::default(),
        set: Default::default(),
    };
    assert_traced(&absent.hashed);
    assert_traced(&absent.ordered);
    assert_traced(&absent.set);
    absent::declared::check();
    text::check();
    let made = under_a_condition::made();
    assert_eq!(made.own.0, 1);
    assert_plain(&made.plain);
    assert_plain(&made.traced);
    assert_traced(&made.std);
}
