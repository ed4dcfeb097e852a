//! indexmap's maps, by attribute lines alone.
#![deny(warnings, missing_docs)]

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_traced, assert_used};

#[maptrace]
use indexmap::{Equivalent, IndexMap, IndexSet as Ordered, indexmap as entries, map::Entry, set};

#[maptrace]
type Routes = indexmap::IndexMap<String, [u8; 1]>;

#[maptrace]
#[derive(Default)]
struct Cache {
    bare: IndexMap<u8, [u8; 2]>,
    full: indexmap::IndexSet<[u8; 3]>,
    module: set::IndexSet<[u8; 4]>,
}

mod theirs {
    pub type Fast<K, V> = indexmap::IndexMap<K, V, std::hash::BuildHasherDefault<std::hash::DefaultHasher>>;
}

#[maptrace(kind = IndexMap)]
use theirs::Fast;

#[maptrace]
fn in_code() -> usize {
    let bare = IndexMap::from([(1_u8, 1_u8)]);
    let set = ::indexmap::set::IndexSet::from([2_u8]);
    let made = indexmap::indexmap! { 3_u8 => 3_u16, 4 => 4 };
    let sets = [indexmap::indexset! { 5_u16 }];
    let mut fast = Fast::default();
    fast.insert(6_u8, 6_u32);
    assert_traced(&bare);
    assert_traced(&set);
    assert_traced(&made);
    assert_traced(&sets[0]);
    assert_traced(&fast);
    bare.len() + set.len() + made.len() + sets.len() + fast.len()
}

struct Key;

impl Equivalent<u8> for Key {
    fn equivalent(&self, _: &u8) -> bool {
        true
    }
}

fn main() {
    let mut routes = Routes::new();
    match routes.entry("/".to_owned()) {
        Entry::Vacant(entry) => entry.insert([1]),
        Entry::Occupied(entry) => entry.into_mut(),
    };
    let mut cache = Cache::default();
    cache.bare = entries! { 1 => [1, 1] };
    cache.full.insert([1; 3]);
    cache.module.insert([1; 4]);
    assert!(Key.equivalent(&1));
    assert_traced(&routes);
    assert_traced(&cache.bare);
    assert_traced(&cache.full);
    assert_traced(&cache.module);
    assert_traced(&Ordered::<u8>::new());
    assert_eq!(in_code(), 6);
    let names = [
        "Cache.bare", "Cache.full", "Cache.module", "Routes", "in_code::bare", "in_code::fast", "in_code::made",
        "in_code::set", "in_code::sets",
    ];
    assert_declared(&names);
    assert_used(&names);
}
