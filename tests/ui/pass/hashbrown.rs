//! hashbrown's maps, by attribute lines alone.
#![deny(warnings, missing_docs)]

#[maptrace(skip)]
use hashbrown::HashMap as Plain;
use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_plain, assert_traced, assert_used};

#[maptrace]
use hashbrown::{DefaultHashBuilder, Equivalent, HashMap, HashSet as Set, HashTable, TryReserveError};
#[maptrace]
use hashbrown::hash_map::{self, Entry};

#[maptrace]
struct Cache<'a> {
    bare: HashMap<&'a str, [u8; 1]>,
    full: hashbrown::HashMap<u8, [u8; 2]>,
    of_std: std::collections::HashMap<u8, [u8; 3]>,
    module: hash_map::HashMap<u8, [u8; 4]>,
}

/// A covariant map stays one.
fn shorter<'a>(cache: Cache<'static>, _: &'a str) -> Cache<'a> {
    cache
}

#[maptrace]
type Fast = Option<hashbrown::HashMap<u8, [u8; 5], DefaultHashBuilder>>;

#[maptrace]
fn in_code() -> usize {
    let mut bare = HashMap::new();
    bare.insert(1_u8, 1_u8);
    let full: ::hashbrown::HashSet<u8> = [2].into_iter().collect();
    let mut table = HashTable::new();
    table.insert_unique(3, 3_u8, |element| u64::from(*element));
    let of_std = std::collections::HashMap::from([(4_u8, 4_u16)]);
    let other: Plain<u8, u8> = Plain::from([(5, 5)]);
    assert_traced(&bare);
    assert_traced(&full);
    assert_traced(&table);
    assert_traced(&of_std);
    assert_plain(&other);
    bare.len() + full.len() + table.len() + of_std.len() + other.len()
}

mod inner {
    use maptrace::maptrace;

    #[maptrace]
    pub use hashbrown as hb;
    #[maptrace]
    use {hashbrown::HashMap, std::collections::HashSet};

    #[maptrace]
    impl super::Key {
        pub fn made() -> usize {
            let map: HashMap<Self, u8> = HashMap::from([(Self, 0)]);
            super::assert_traced(&map);
            super::assert_traced(&HashSet::<u8>::new());
            super::assert_traced(&hb::HashTable::<u8>::new());
            map.len()
        }
    }
}

#[derive(PartialEq, Eq, Hash)]
struct Key;

impl Equivalent<u8> for Key {
    fn equivalent(&self, _: &u8) -> bool {
        true
    }
}

fn main() {
    let mut cache = Cache {
        bare: HashMap::new(),
        full: HashMap::new(),
        of_std: Default::default(),
        module: hash_map::HashMap::with_capacity(3),
    };
    match cache.bare.entry("a") {
        Entry::Vacant(entry) => entry.insert([1]),
        Entry::Occupied(entry) => entry.into_mut(),
    };
    cache.full.insert(1, [1; 2]);
    cache.of_std.insert(1, [1; 3]);
    cache.module.insert(1, [1; 4]);
    let reserved: Result<(), TryReserveError> = cache.full.try_reserve(1);
    assert!(reserved.is_ok() && Key.equivalent(&1));
    assert_traced(&cache.bare);
    assert_traced(&cache.full);
    assert_traced(&cache.of_std);
    assert_traced(&cache.module);
    let other = String::from("shorter");
    let cache = shorter(cache, &other);
    assert_eq!(cache.bare["a"], [1]);
    let fast: Fast = Some([(1, [0; 5])].into_iter().collect());
    assert_traced(fast.as_ref().unwrap());
    assert_traced(&Set::<u8>::new());
    assert_eq!((in_code(), Key::made()), (5, 1));
    assert_declared(&[
        "Cache.bare", "Cache.full", "Cache.module", "Cache.of_std", "Fast", "Key::made::map", "in_code::bare",
        "in_code::full", "in_code::of_std", "in_code::table",
    ]);
    assert_used(&[
        "Cache.bare", "Cache.full", "Cache.module", "Cache.of_std", "Fast", "Key::made::map", "in_code::bare",
        "in_code::full", "in_code::of_std", "in_code::table",
    ]);
}
