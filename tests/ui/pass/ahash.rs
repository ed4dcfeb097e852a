//! The maps of `ahash`: `AHashMap` is a type of its own, around std's map, with `new()` for its own hasher.
#![deny(warnings, missing_docs)]

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_traced, assert_used};

#[maptrace]
pub use ahash::{AHashMap, AHashSet as Fast, RandomState};

mod aliases {
    use maptrace::maptrace;

    #[maptrace]
    use ahash::{HashMap, HashMapExt, HashSet};
    // By itself, with tracing on without a user.
    #[maptrace]
    use ahash::HashSetExt;

    pub fn check() {
        super::assert_traced(&HashMap::<u8, u8>::new());
        super::assert_traced(&HashSet::<u8>::new());
    }
}

/// The traits alone: their maps are std's with a hasher of ahash's.
mod extended {
    use std::collections::{HashMap as Renamed, HashSet};

    use maptrace::maptrace;

    mod brought {
        #[maptrace::maptrace]
        pub(super) use ahash::{HashMapExt, HashSetExt};
    }
    use brought::*;

    #[maptrace(kind = HashMap)]
    type Map<K, V> = Renamed<K, V, ahash::RandomState>;

    #[maptrace]
    pub fn check() {
        super::assert_traced(&HashSet::<u8, ahash::RandomState>::new());
        super::assert_traced(&Map::<u8, u8>::with_capacity(10));
    }
}

#[maptrace]
struct Cache<'a> {
    entries: AHashMap<&'a str, u8>,
}

fn shorter<'a>(cache: Cache<'static>, _: &'a str) -> Cache<'a> {
    cache
}

#[maptrace]
fn in_code() -> usize {
    let mut made = AHashMap::new();
    made.insert(1_u8, 1_u8);
    let mut sized = AHashMap::with_capacity(10);
    sized.insert(1_u8, 1_u16);
    let mut default = AHashMap::<u8, u32>::default();
    default.insert(1, 1);
    let mut seeded = AHashMap::with_hasher(RandomState::with_seeds(1, 2, 3, 4));
    seeded.insert(1_u8, 1_u64);
    let collected: Fast<u8> = [1, 2].into_iter().collect();
    let mut set = Fast::new();
    set.insert(1_u16);
    assert_traced(&made);
    assert_traced(&sized);
    assert_traced(&default);
    assert_traced(&seeded);
    assert_traced(&collected);
    assert_traced(&set);
    assert!(sized.capacity() >= 10);
    made.len() + sized.len() + default.len() + seeded.len() + collected.len() + set.len()
}

fn main() {
    let mut cache = Cache { entries: AHashMap::new() };
    cache.entries.insert("a", 1);
    assert_traced(&cache.entries);
    let other = String::from("shorter");
    let cache = shorter(cache, &other);
    assert_eq!(cache.entries.iter().next(), Some((&"a", &1)));
    assert_eq!(in_code(), 7);
    aliases::check();
    extended::check();
    let names = [
        "Cache.entries", "in_code::collected", "in_code::default", "in_code::made", "in_code::seeded", "in_code::set",
        "in_code::sized",
    ];
    assert_declared(&names);
    assert_used(&names);
}
