//! What programs do with maps, with the attribute in each of its forms.
//!
//! A function whose name begins with `read` leaves its map as it is. Tracing passes that through, so with tracing on its
//! code may or may not be that of the plain map; the code of every other function must differ.
//!
//! No two functions do the same: the compiler would make one of them out of both.

use std::sync::{LazyLock, Mutex, RwLock};

#[cfg_attr(feature = "attribute", maptrace::maptrace)]
use std::collections::hash_map::{self, Entry};
#[cfg_attr(feature = "attribute", maptrace::maptrace(sample = 8))]
use std::collections::{BTreeMap, BTreeSet, HashMap as Table, HashSet};

/// An alias.
#[cfg_attr(feature = "attribute", maptrace::maptrace(name = "sessions"))]
pub type Sessions = std::collections::HashMap<u64, u64>;

/// An alias of nested types.
#[cfg_attr(feature = "attribute", maptrace::maptrace(sample = "auto"))]
pub type Routes = RwLock<std::collections::BTreeMap<String, u16>>;

/// A map in a static.
#[cfg_attr(feature = "attribute", maptrace::maptrace)]
pub static SEEN: LazyLock<Mutex<std::collections::HashMap<u64, u32>>> =
    LazyLock::new(|| Mutex::new(std::collections::HashMap::new()));

/// A map in a constant.
#[cfg_attr(feature = "attribute", maptrace::maptrace)]
pub const EMPTY: std::collections::BTreeSet<u32> = std::collections::BTreeSet::new();

/// Fields, one with options and one left out. (A helper attribute cannot be in a `cfg_attr`, hence twice.)
#[cfg(feature = "attribute")]
#[maptrace::maptrace]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cache {
    by_id: std::collections::HashMap<u64, String>,
    #[maptrace(name = "index", sample = 64)]
    index: Option<std::collections::BTreeSet<String>>,
    #[maptrace(skip)]
    scratch: std::collections::BTreeMap<u64, u64>,
}

/// The same, plain.
#[cfg(not(feature = "attribute"))]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cache {
    by_id: std::collections::HashMap<u64, String>,
    index: Option<std::collections::BTreeSet<String>>,
    scratch: std::collections::BTreeMap<u64, u64>,
}

/// Maps in variants.
#[cfg_attr(feature = "attribute", maptrace::maptrace)]
#[derive(Debug)]
pub enum Store {
    /// Sorted.
    Sorted(std::collections::BTreeMap<u32, u32>),
    /// Hashed.
    Hashed {
        /// The entries.
        entries: std::collections::HashMap<u32, u32>,
    },
}

/// Makes, fills and drops a map.
#[inline(never)]
pub fn short_lived(key: u64) -> usize {
    let mut map = Table::with_capacity(3);
    map.insert(key, 1_u64);
    map.insert(key + 1, 2);
    map.insert(key / 2, 3);
    map.len()
}

/// Inserts.
#[inline(never)]
pub fn insert(map: &mut Sessions, key: u64, value: u64) -> Option<u64> {
    map.insert(key, value)
}

/// Gets.
#[inline(never)]
pub fn read_get(map: &Sessions, key: u64) -> Option<u64> {
    map.get(&key).copied()
}

/// Indexes.
#[inline(never)]
pub fn read_index(map: &Sessions, key: u64) -> u64 {
    map[&key]
}

/// Changes a value in place.
#[inline(never)]
pub fn read_get_mut(map: &mut Sessions, key: u64) {
    if let Some(value) = map.get_mut(&key) {
        *value += 1;
    }
}

/// Removes.
#[inline(never)]
pub fn remove(map: &mut Sessions, key: u64) -> bool {
    map.remove(&key).is_some()
}

/// Assigns through an entry.
#[inline(never)]
pub fn entry_or_insert(map: &mut Sessions, key: u64) {
    *map.entry(key).or_insert(0) += 3;
}

/// Removes or inserts through an entry.
#[inline(never)]
pub fn entry_match(map: &mut Table<String, usize>, key: &str) -> usize {
    match map.entry(key.to_owned()) {
        Entry::Occupied(entry) => entry.remove(),
        Entry::Vacant(entry) => *entry.insert(key.len()),
    }
}

/// Iterates.
#[inline(never)]
pub fn read_iterate(map: &Table<String, usize>) -> usize {
    map.iter().map(|(key, value)| key.len() * 10 + value).sum()
}

/// Takes an iterator type of the map's module.
#[inline(never)]
pub fn read_first(mut keys: hash_map::Keys<'_, u8, u8>) -> Option<u8> {
    keys.next().copied()
}

/// Retains.
#[inline(never)]
pub fn retain(map: &mut Sessions, least: u64) {
    map.retain(|_, value| *value >= least);
}

/// Extends.
#[inline(never)]
pub fn extend(map: &mut Sessions, entries: &[(u64, u64)]) {
    map.extend(entries.iter().copied());
}

/// Collects.
#[inline(never)]
pub fn collect(entries: &[(u64, u64)]) -> Sessions {
    entries.iter().map(|(key, value)| (*value, *key)).collect()
}

/// Drains.
#[inline(never)]
pub fn drain(map: &mut Sessions) -> u64 {
    map.drain().map(|(key, value)| key ^ value).fold(0, u64::wrapping_add)
}

/// Takes entries out by a condition.
#[inline(never)]
pub fn extract_if(map: &mut Sessions) -> usize {
    map.extract_if(|key, _| key % 2 == 1).count()
}

/// Clears and shrinks.
#[inline(never)]
pub fn clear(map: &mut Sessions) {
    map.clear();
    map.shrink_to_fit();
}

/// Clones.
#[inline(never)]
pub fn copy(map: &Sessions) -> Sessions {
    map.clone()
}

/// Assigns many entries at once: without maptrace this is the loop that `put_all` stands for.
#[inline(never)]
pub fn put_all(map: &mut Sessions, entries: &[(u64, u64)]) {
    #[cfg(feature = "attribute")]
    maptrace::PutAll::put_all(map, entries.iter().map(|(key, value)| (*key, value + 1)));
    #[cfg(not(feature = "attribute"))]
    {
        map.reserve(entries.len());
        for (key, value) in entries {
            map.insert(*key, value + 1);
        }
    }
}

/// Asks what was done to maps, and links what is done to a request: without maptrace it does neither.
#[inline(never)]
pub fn with_work(map: &mut Sessions, key: u64) -> Option<u64> {
    #[cfg(feature = "attribute")]
    let (work, linked) = {
        use maptrace::context::{SpanContext, Work, link};
        let request = SpanContext {
            trace_id: [1; 16],
            span_id: [2; 8],
            sampled: true,
        };
        (Work::begin(), link([request]))
    };
    let before = map.insert(key, 41);
    #[cfg(feature = "attribute")]
    let before = {
        drop(linked);
        before.map(|before| before + work.end().deletes)
    };
    before
}

/// Sets.
#[inline(never)]
pub fn set_operations(seen: &mut HashSet<u32>, word: u32) -> (bool, bool, Option<u32>) {
    (seen.insert(word), seen.remove(&(word + 1)), seen.replace(7))
}

/// The algebra of sets.
#[inline(never)]
pub fn set_union(left: &HashSet<u32>, right: &HashSet<u32>) -> HashSet<u32> {
    &(left | right) - &(left & right)
}

/// Changes an ordered map.
#[inline(never)]
pub fn tree_change(map: &mut BTreeMap<u32, u32>, key: u32) -> Option<(u32, u32)> {
    map.insert(key, 1);
    *map.entry(key / 3).or_default() += 2;
    map.remove(&(key + 1));
    map.pop_first()
}

/// Splits and joins ordered maps.
#[inline(never)]
pub fn tree_split(map: &mut BTreeMap<u32, u32>, at: u32) -> usize {
    let mut high = map.split_off(&at);
    let moved = high.len();
    map.append(&mut high);
    moved
}

/// Reads a range of an ordered map.
#[inline(never)]
pub fn read_range(map: &BTreeMap<u32, u32>, from: u32) -> u32 {
    map.range(from..).map(|(key, value)| key ^ value).sum()
}

/// Changes an ordered set.
#[inline(never)]
pub fn tree_set(set: &mut BTreeSet<String>, word: &str) -> bool {
    set.insert(word.to_owned()) && set.pop_last().is_some()
}

/// Starts from a constant.
#[inline(never)]
pub fn from_constant(word: u32) -> usize {
    let mut set = EMPTY;
    set.insert(word);
    set.insert(word / 5);
    set.len()
}

/// Changes a map in a static.
#[inline(never)]
pub fn through_static(key: u64) -> u32 {
    let mut seen = SEEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let times = seen.entry(key).or_default();
    *times += 1;
    *times
}

/// Changes a map behind a lock.
#[inline(never)]
pub fn through_lock(routes: &Routes, host: &str) -> usize {
    let mut routes = routes.write().unwrap_or_else(std::sync::PoisonError::into_inner);
    routes.insert(host.to_owned(), 80);
    routes.len()
}

/// Changes the fields of a struct.
#[inline(never)]
pub fn through_fields(cache: &mut Cache, id: u64) -> usize {
    cache.by_id.insert(id, id.to_string());
    cache.index.get_or_insert_default().insert(id.to_string());
    cache.scratch.insert(id, id);
    cache.by_id.len() + cache.scratch.len()
}

/// Uses what is derived for a struct of maps.
#[inline(never)]
pub fn through_derives(cache: &Cache) -> bool {
    let other = Cache::default();
    cache.clone() == other
}

/// Changes the maps of an enum.
#[inline(never)]
pub fn through_variants(store: &mut Store, key: u32) -> Option<u32> {
    match store {
        Store::Sorted(map) => map.insert(key, key),
        Store::Hashed { entries } => entries.insert(key, key),
    }
}

/// Maps in a function.
#[cfg_attr(feature = "attribute", maptrace::maptrace(sample = 8))]
#[inline(never)]
pub fn count_words(words: &[&str]) -> std::collections::HashMap<String, usize> {
    let mut seen = std::collections::HashMap::new();
    for word in words {
        *seen.entry((*word).to_owned()).or_default() += 11;
    }
    seen
}

/// A struct whose maps its methods make.
#[cfg_attr(feature = "attribute", maptrace::maptrace)]
pub struct Index {
    by_mail: std::collections::HashMap<u64, u64>,
    by_name: std::collections::HashMap<u64, u64>,
}

#[cfg_attr(feature = "attribute", maptrace::maptrace)]
impl Index {
    /// None.
    pub const NONE: std::collections::BTreeMap<u64, u64> = std::collections::BTreeMap::new();

    /// Makes one.
    #[inline(never)]
    pub fn new(key: u64) -> Self {
        let mut by_mail = std::collections::HashMap::new();
        by_mail.insert(key, key + 13);
        Self {
            by_mail,
            by_name: std::collections::HashMap::with_capacity(17),
        }
    }

    /// Changes one.
    #[inline(never)]
    pub fn change(&mut self, key: u64) -> Option<u64> {
        let mut none = Self::NONE;
        none.insert(key, 19);
        self.by_mail.insert(key, 23);
        self.by_name.remove(&key)
    }
}

/// Has a map.
#[cfg_attr(feature = "attribute", maptrace::maptrace)]
pub trait Source {
    /// Fills a map.
    fn fill(&self) -> std::collections::BTreeSet<u64> {
        let mut set = std::collections::BTreeSet::new();
        set.insert(29);
        set
    }
}

impl Source for u64 {}

/// Uses a trait's default.
#[inline(never)]
pub fn through_trait(number: u64) -> usize {
    number.fill().len() + 31
}

/// A module.
#[cfg_attr(feature = "attribute", maptrace::maptrace)]
pub mod inside {
    use std::cell::RefCell;
    use std::collections::HashSet;

    thread_local! {
        static LATELY: RefCell<HashSet<u64>> = RefCell::new(HashSet::new());
    }

    /// Remembers.
    #[inline(never)]
    pub fn lately(key: u64) -> bool {
        LATELY.with_borrow_mut(|lately| lately.insert(key + 37))
    }
}
