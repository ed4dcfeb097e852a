//! Imports, each by another way to its map.

#[maptrace::maptrace]
use ahash::AHashMap;
#[maptrace::maptrace]
use collections::{BTreeMap, HashMap};
#[maptrace::maptrace]
use fnv::{FnvHashMap, FnvHashSet as Known};
#[maptrace::maptrace]
use hashbrown::HashMap as Brown;
#[maptrace::maptrace]
use indexmap::indexmap;
#[maptrace::maptrace]
use std::collections::btree_set;
#[maptrace::maptrace]
use std::collections::hash_map::Entry;
#[maptrace::maptrace(kind = HashMap)]
use table::Table;

/// A map by each import, each with one new entry.
pub fn all() -> usize {
    #[maptrace::maptrace]
    use std::collections::HashSet;

    let mut by_entry = HashMap::new();
    if let Entry::Vacant(entry) = by_entry.entry(1) {
        entry.insert(2);
    }
    let mut ordered = BTreeMap::new();
    ordered.insert(1, 2);
    let mut of_ahash = AHashMap::new();
    of_ahash.insert(1, 2);
    let mut of_fnv = FnvHashMap::default();
    of_fnv.insert(1, 2);
    let mut known = Known::default();
    known.insert(1);
    let mut brown = Brown::new();
    brown.insert(1, 2);
    let indexed = indexmap! { 1 => 2 };
    let mut table = Table::new();
    table.insert(1, 2);
    let mut seen = HashSet::new();
    seen.insert(1);
    let mut sorted = btree_set::BTreeSet::new();
    sorted.insert(1);
    [
        by_entry.len(),
        ordered.len(),
        of_ahash.len(),
        of_fnv.len(),
        known.len(),
        brown.len(),
        indexed.len(),
        table.len(),
        seen.len(),
        sorted.len(),
    ]
    .iter()
    .sum()
}
