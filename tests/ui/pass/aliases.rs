//! Aliases of std's maps with other hashers: known by name, or said to be one.
#![deny(warnings, missing_docs)]

use std::sync::Mutex;

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_traced};

/// Of another's making.
pub mod theirs {
    use std::hash::{BuildHasherDefault, DefaultHasher};

    /// With a hasher.
    pub type Table<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<DefaultHasher>>;
    /// Without.
    pub type Sorted<T> = std::collections::BTreeSet<T>;
    /// With three parameters.
    pub type Three<K, V, S> = std::collections::HashMap<K, V, S>;
}

#[maptrace]
pub use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
#[maptrace]
use fnv::FnvHashMap as Fnv;
#[maptrace]
use fxhash::FxHashSet as Older;
#[maptrace]
use std::collections::HashMap as Renamed;
#[maptrace(kind = HashMap)]
use theirs::Table;
#[maptrace(kind = BTreeSet, sample = 8)]
use crate::theirs::Sorted as Ordered;
#[maptrace(kind = HashMap)]
type Three = theirs::Three<u8, u8, rustc_hash::FxBuildHasher>;
#[maptrace(kind = HashMap)]
type Named = theirs::Table<u8, [u8; 6]>;

struct Store<K> {
    map: FxHashMap<K, [u8; 2]>,
}

fn store<K: Eq + std::hash::Hash>(key: K) -> Store<K> {
    let mut map = FxHashMap::default();
    map.insert(key, [0; 2]);
    Store { map }
}

struct Borrowed<'a> {
    map: FxHashMap<&'a str, u8>,
    table: Table<&'a str, u8>,
}

/// Covariant maps stay so: an alias is not a projection of its parameters.
fn shorter<'a>(borrowed: Borrowed<'static>, _: &'a str) -> Borrowed<'a> {
    borrowed
}

#[maptrace]
fn by_file_names() {
    let mut fast = FxHashMap::default();
    fast.insert(1_u8, [0_u8; 8]);
    assert_traced(&fast);
    let mut table = Table::default();
    table.insert(1_u8, [0_u8; 9]);
    assert_traced(&table);
    let mut renamed = Renamed::new();
    renamed.insert(1_u8, [0_u8; 10]);
    assert_traced(&renamed);
}

static LOCKED: Mutex<FxHashMap<u8, u8>> = Mutex::new(FxHashMap::with_hasher(rustc_hash::FxBuildHasher));

#[maptrace]
fn in_code() {
    use rustc_hash::FxHashMap as Inner;
    let mut inner = Inner::default();
    inner.insert(1_u8, [0_u8; 7]);
    assert_traced(&inner);
}

fn main() {
    assert_traced(&store(1_u8).map);
    assert_traced(&FxHashSet::<u8>::from_iter([1, 2]));
    let collected: FxHashMap<u8, u16> = [(1, 2)].into_iter().collect();
    assert_traced(&collected);
    let plain: std::collections::HashMap<u8, u16, std::hash::BuildHasherDefault<FxHasher>> = Default::default();
    assert_eq!(plain.len(), 0);
    let mut fnv = Fnv::with_capacity_and_hasher(10, Default::default());
    fnv.insert(1_u8, [0_u8; 3]);
    assert_traced(&fnv);
    let make: fn() -> Table<u8, u8> = Table::default;
    assert_traced(&make());
    assert_traced(&Ordered::from([1_u8]));
    assert_traced(&Three::default());
    let mut named = Named::default();
    named.insert(1, [0; 6]);
    assert_traced(&named);
    assert_traced(&*LOCKED.lock().unwrap());
    in_code();
    by_file_names();
    assert_traced(&Older::<u8>::default());
    let borrowed = Borrowed { map: FxHashMap::default(), table: Table::default() };
    let other = String::from("other");
    let borrowed = shorter(borrowed, &other);
    assert_eq!(borrowed.map.len() + borrowed.table.len(), 0);
    let in_code = ["in_code::inner", "by_file_names::fast", "by_file_names::table", "by_file_names::renamed"];
    assert_declared(&[&["Named", "Three"], &in_code[..]].concat());
}
