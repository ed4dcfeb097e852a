//! Code that makes maps, and makes them by paths, with and without a `::` before them.

use std::collections::{btree_map, BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Mutex;

#[maptrace::maptrace]
static SHARED: Mutex<::std::collections::BTreeMap<u8, u8>> = Mutex::new(::std::collections::BTreeMap::new());

#[maptrace::maptrace]
const NOTHING: BTreeSet<u8> = BTreeSet::new();

#[maptrace::maptrace]
thread_local! {
    static LATELY: Mutex<BTreeMap<u16, u8>> = const { Mutex::new(BTreeMap::new()) };
}

/// The statics, the constant and the one of this thread.
pub fn values() -> usize {
    SHARED.lock().unwrap().insert(1, 2);
    let mut nothing = NOTHING;
    nothing.insert(1);
    LATELY.with(|map| map.lock().unwrap().insert(1, 2));
    nothing.len()
}

/// Variables, in calls, macros and patterns.
#[maptrace::maptrace]
pub fn variables() -> usize {
    let mut bare = HashMap::new();
    bare.insert(1, 2);
    let mut absolute: std::collections::HashMap<u8, u8> = ::std::collections::HashMap::with_capacity(1);
    absolute.insert(1, 2);
    let mut several = vec![HashSet::<u8>::new()];
    several[0].insert(1);
    several.truncate(1);
    let mut brown = hashbrown::HashMap::new();
    brown.insert(1, 2);
    let mut ordered = BTreeMap::new();
    assert!(matches!(ordered.entry(1), btree_map::Entry::Vacant(_)));
    if let ::std::collections::btree_map::Entry::Vacant(entry) = ordered.entry(1) {
        entry.insert(2);
    }
    let collected: BTreeSet<u64> = Some(1).into_iter().collect();
    let made = HashSet::<u16>::from([1]);
    [
        bare.len(),
        absolute.len(),
        several.len(),
        brown.len(),
        ordered.len(),
        collected.len(),
        made.len(),
    ]
    .iter()
    .sum()
}

/// Has a map that a method makes.
#[maptrace::maptrace]
#[derive(Default)]
pub struct Index {
    /// Filled by the trait's method.
    pub by_name: HashMap<u8, u8>,
}

#[maptrace::maptrace]
impl Index {
    /// Makes it.
    pub fn new() -> Index {
        Index {
            by_name: HashMap::new(),
        }
    }
}

/// Makes a map where it says nothing else.
#[maptrace::maptrace]
pub trait Counts {
    /// Counts by a map of its own.
    fn count(&self) -> usize {
        let mut met = HashMap::new();
        met.insert(1, 2);
        met.len()
    }
}

impl Counts for Index {}

/// A module, with imports of its own.
#[maptrace::maptrace]
pub mod inner {
    use std::collections::btree_map::Entry;
    use std::collections::BTreeMap;

    /// Fills a map.
    pub fn fill() -> usize {
        let mut filled = BTreeMap::new();
        if let Entry::Vacant(entry) = filled.entry(1) {
            entry.insert(2);
        }
        filled.len()
    }
}
