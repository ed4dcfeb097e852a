//! Statics and constants: type and initialiser.
#![deny(warnings)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{LazyLock, Mutex, OnceLock, RwLock};

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_seen, assert_traced};

#[maptrace]
static SEEN: LazyLock<Mutex<HashMap<u64, u32>>> = LazyLock::new(|| Mutex::new(HashMap::new()));
/// Of the same type, so that only the line of the call to `new` tells it from `SEEN`.
#[maptrace]
static SEEN_TOO: LazyLock<Mutex<HashMap<u64, u32>>> =
    LazyLock::new(|| Mutex::new(std::collections::HashMap::new()));
#[maptrace(name = "turbofish")]
pub static TURBOFISH: LazyLock<RwLock<std::collections::HashMap<&str, u32>>> = LazyLock::new(|| {
    let map = std::collections::HashMap::<&str, u32>::with_capacity(8);
    RwLock::new(map)
});
#[maptrace]
static DEFAULT: LazyLock<HashSet<u8>> = LazyLock::new(<HashSet<u8> as Default>::default);
#[maptrace]
static FUNCTION: LazyLock<HashSet<i8>> = LazyLock::new(HashSet::new);
#[maptrace]
static LATER: OnceLock<HashMap<u8, u8>> = OnceLock::new();
#[maptrace]
static DIRECT: Mutex<BTreeMap<u8, u8>> = Mutex::new(BTreeMap::new());
#[maptrace]
static MANY: LazyLock<Vec<BTreeSet<u8>>> = LazyLock::new(|| vec![BTreeSet::new(), BTreeSet::from([1])]);
#[maptrace]
static SAME: LazyLock<Vec<BTreeSet<u16>>> = LazyLock::new(|| vec![BTreeSet::from([1]); 2]);
#[maptrace]
static IMPORTS: LazyLock<HashMap<u8, i8>> = LazyLock::new(|| {
    use std::collections::BTreeMap as Ordered;
    use std::{collections::HashSet, mem::take};
    let mut ordered: Ordered<u8, i8> = Ordered::from([(1, 2)]);
    let keys: HashSet<u8> = ordered.keys().copied().collect();
    assert!(keys.contains(&1));
    HashMap::from_iter(take(&mut ordered))
});
#[maptrace]
static GLOBS: LazyLock<std::collections::HashMap<u8, i16>> = LazyLock::new(|| {
    use std::collections::*;
    HashMap::from_iter(BTreeMap::from([(1, 2)]))
});
#[maptrace]
static MODULE: LazyLock<Mutex<std::collections::HashMap<u8, i32>>> = LazyLock::new(|| {
    use std::collections;
    Mutex::new(collections::HashMap::new())
});
#[maptrace]
static THROUGH_MODULE: LazyLock<std::collections::HashMap<u8, i64>> = LazyLock::new(|| {
    use std::collections;
    use collections::HashMap;
    HashMap::from([(1, 2)])
});
/// An import in one block says nothing of what stands beside the block.
#[maptrace]
static INNER_BLOCK: LazyLock<HashMap<u8, u64>> = LazyLock::new(|| {
    let keys = {
        use std::collections::{BTreeSet, HashMap};
        let plain: HashMap<u8, u8> = HashMap::from([(1, 2)]);
        plain.into_keys().collect::<BTreeSet<u8>>()
    };
    let mut map = HashMap::new();
    map.extend(keys.into_iter().map(|key| (key, 2)));
    map
});

/// What only a block's own globs and items bring is seen by nothing beside the item.
#[maptrace]
static THROUGH_GLOB: LazyLock<std::collections::HashMap<u16, u32>> = LazyLock::new(|| {
    use std::*;
    use collections::HashMap;
    HashMap::from([(1, 2)])
});
mod prelude {
    pub use std::collections::HashMap;
}
#[maptrace]
static PRELUDE: LazyLock<Mutex<std::collections::HashMap<u16, u64>>> = LazyLock::new(|| {
    use crate::prelude::*;
    Mutex::new(HashMap::new())
});
#[maptrace]
static OWN_NAMES: LazyLock<std::collections::HashMap<u16, i8>> = LazyLock::new(|| {
    struct HashMap;
    impl HashMap {
        fn key() -> u16 {
            3
        }
    }
    trait BTreeSet {
        const VALUE: i8;
    }
    impl BTreeSet for HashMap {
        const VALUE: i8 = 4;
    }
    std::collections::HashMap::from([(HashMap::key(), <HashMap as BTreeSet>::VALUE)])
});
#[maptrace]
static OWN_ALIAS: LazyLock<std::collections::HashMap<u16, i16>> = LazyLock::new(|| {
    type HashMap<V> = std::collections::HashMap<u16, V>;
    let map: HashMap<i16> = HashMap::from([(1, 2)]);
    map
});
#[maptrace]
static OWN_MODULE: LazyLock<std::collections::HashMap<u16, i32>> = LazyLock::new(|| {
    mod hash_map {
        pub enum Entry {
            Made(i32),
        }
    }
    let hash_map::Entry::Made(value) = hash_map::Entry::Made(2);
    std::collections::HashMap::from([(1, value)])
});
#[maptrace]
static OWN_CRATE: LazyLock<std::collections::HashMap<u16, i64>> = LazyLock::new(|| {
    extern crate maptrace_ui_tests as hash_map;
    hash_map::assert_plain(&1);
    std::collections::HashMap::from([(1, 2)])
});

/// A statement's condition holds for what it names.
#[maptrace]
static CONDITIONAL: LazyLock<HashMap<u16, u16>> = LazyLock::new(|| {
    #[cfg(any())]
    let keys = hash_set::HashSet::from([2]);
    let keys = [1];
    keys.into_iter().map(|key| (key, 2)).collect()
});

#[maptrace]
type Sessions = HashMap<u32, u32>;
#[maptrace]
static THROUGH_ALIAS: LazyLock<Sessions> = LazyLock::new(|| HashMap::from([(1, 2)]));

#[maptrace]
pub const EMPTY: &BTreeMap<u16, u16> = &BTreeMap::new();
#[maptrace]
const NONE: Option<std::collections::HashMap<u16, u8>> = None::<std::collections::HashMap<u16, u8>>;

fn main() {
    SEEN.lock().unwrap().insert(1, 2);
    TURBOFISH.write().unwrap().insert("a", 1);
    DIRECT.lock().unwrap().insert(1, 2);
    SEEN_TOO.lock().unwrap().extend([(1, 2), (3, 4)]);
    assert_seen("SEEN", 1);
    assert_seen("SEEN_TOO", 2);
    assert_seen("turbofish", 1);
    assert_seen("DIRECT", 1);
    assert_traced(&*SEEN.lock().unwrap());
    assert_traced(&*TURBOFISH.read().unwrap());
    assert_traced(&*DEFAULT);
    assert_traced(&*FUNCTION);
    assert_traced(LATER.get_or_init(Default::default));
    assert_traced(&*DIRECT.lock().unwrap());
    assert_traced(&MANY[1]);
    assert_traced(&SAME[1]);
    assert_traced(&*IMPORTS);
    assert_eq!(IMPORTS[&1], 2);
    assert_traced(&*GLOBS);
    assert_traced(&*MODULE.lock().unwrap());
    assert_traced(&*THROUGH_MODULE);
    assert_traced(&*INNER_BLOCK);
    assert_eq!(INNER_BLOCK[&1], 2);
    assert_traced(&*THROUGH_GLOB);
    assert_traced(&*PRELUDE.lock().unwrap());
    assert_eq!(OWN_NAMES[&3], 4);
    assert_eq!(OWN_ALIAS[&1], 2);
    assert_eq!(OWN_MODULE[&1], 2);
    assert_eq!(OWN_CRATE[&1], 2);
    assert_eq!(CONDITIONAL[&1], 2);
    assert_eq!(THROUGH_ALIAS[&1], 2);
    assert_traced(EMPTY);
    assert_traced(&NONE.unwrap_or_default());
    assert_declared(&[
        "SEEN", "SEEN_TOO", "turbofish", "DEFAULT", "FUNCTION", "LATER", "DIRECT", "MANY", "SAME", "IMPORTS", "GLOBS", "MODULE",
        "THROUGH_MODULE", "INNER_BLOCK", "Sessions", "THROUGH_ALIAS", "EMPTY", "THROUGH_GLOB", "PRELUDE", "OWN_NAMES",
        "OWN_ALIAS", "OWN_MODULE", "OWN_CRATE", "CONDITIONAL",
        "NONE",
    ]);
}
