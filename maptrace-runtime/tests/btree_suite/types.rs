// What must compile: each of these is a program that std's types allow.

use std::fmt::Debug;
use std::hash::Hash;
use std::ops::{BitAnd, BitOr, BitXor, Index, RangeFull, Sub};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Mutex;

const EMPTY: &BTreeMap<u32, &str> = &BTreeMap::new();
const EMPTY_SET: &BTreeSet<u32> = &BTreeSet::new();
static SHARED: BTreeMap<u32, &str> = BTreeMap::new();
static SHARED_SET: BTreeSet<u32> = BTreeSet::new();
static GUARDED: Mutex<BTreeMap<u32, u32>> = Mutex::new(BTreeMap::new());

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Derived {
    map: BTreeMap<String, u32>,
    set: BTreeSet<String>,
}

#[test]
fn constants_and_statics() {
    const fn made() -> BTreeMap<u8, u8> {
        BTreeMap::new()
    }
    assert!(EMPTY.is_empty() && EMPTY_SET.is_empty() && SHARED.is_empty() && SHARED_SET.is_empty());
    assert!(made().is_empty());
    GUARDED.lock().unwrap().insert(1, 2);
    assert_eq!(GUARDED.lock().unwrap()[&1], 2);
}

#[test]
fn derives() {
    let mut derived = Derived::default();
    derived.map.insert("a".to_owned(), 1);
    derived.set.insert("b".to_owned());
    assert_eq!(derived.clone(), derived);
    assert!(Derived::default() < derived);
}

#[test]
fn two_phase_borrows() {
    let mut map = BTreeMap::new();
    map.insert("a", map.len());
    map.insert("b", map.len());
    assert_eq!(map["b"], 1);
    let mut set = BTreeSet::new();
    set.insert(set.len());
    assert!(set.contains(&0));
}

#[test]
fn methods_as_paths() {
    let maps = [BTreeMap::from([(1, 2)]), BTreeMap::new()];
    assert!(maps.iter().map(BTreeMap::len).eq([1, 0]));
    assert!(maps.iter().map(BTreeMap::is_empty).eq([false, true]));
    let keys: Vec<_> = maps.into_iter().flat_map(BTreeMap::into_keys).collect();
    assert_eq!(keys, [1]);
    let get: fn(&BTreeMap<i32, i32>, &i32) -> bool = BTreeMap::contains_key::<i32>;
    assert!(!get(&BTreeMap::default(), &1));
    let sets: Vec<BTreeSet<i32>> = std::iter::repeat_with(BTreeSet::new).take(2).collect();
    assert_eq!(sets.iter().map(BTreeSet::len).sum::<usize>(), 0);
    let make: fn() -> BTreeMap<i32, i32> = BTreeMap::new;
    assert!(make().is_empty());
}

#[test]
fn types_are_inferred() {
    let mut map = BTreeMap::new();
    map.entry(1).or_insert_with(Vec::new).push("x");
    let mut set = BTreeSet::new();
    set.insert(String::new());
    assert_eq!(map, BTreeMap::from([(1, vec!["x"])]));
    assert!(map == [(1, vec!["x"])].into());
    assert!(set == ["".to_owned()].into());
}

#[test]
fn a_reference_goes_where_std_s_is_asked_for() {
    fn sum(map: &std::collections::BTreeMap<u32, u32>) -> u32 {
        map.values().sum()
    }
    fn most(set: &std::collections::BTreeSet<u32>) -> Option<u32> {
        set.last().copied()
    }
    assert_eq!(sum(&BTreeMap::from([(1, 2), (3, 4)])), 6);
    assert_eq!(most(&BTreeSet::from([5, 6])), Some(6));
}

/// Covariant in all parameters: a longer life is good where a shorter one is asked for.
#[allow(dead_code, reason = "that it compiles is the test")]
fn covariant<'short>(
    map: BTreeMap<&'static str, &'static str>,
    set: BTreeSet<&'static str>,
) -> (BTreeMap<&'short str, &'short str>, BTreeSet<&'short str>) {
    (map, set)
}

#[allow(dead_code, reason = "that it compiles is the test")]
fn covariant_behind_a_reference<'short>(
    map: &'short BTreeMap<&'static str, &'static str>,
) -> &'short BTreeMap<&'short str, &'short str> {
    map
}

/// A collection may outlive what it refers to, as its own drop does not look at it.
#[test]
fn drop_check() {
    let mut map = BTreeMap::new();
    let mut set = BTreeSet::new();
    let text = String::from("dropped first");
    map.insert(text.as_str(), text.as_str());
    set.insert(text.as_str());
    assert_eq!((map.len(), set.len()), (1, 1));
}

#[test]
fn auto_traits() {
    fn all<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>() {}
    all::<BTreeMap<u32, String>>();
    all::<BTreeSet<String>>();
    fn shared<T: Send + Sync + Unpin>() {}
    shared::<btree_map::Entry<'_, u32, String>>();
    shared::<btree_map::OccupiedEntry<'_, u32, String>>();
    shared::<btree_map::VacantEntry<'_, u32, String>>();
    shared::<btree_map::ExtractIf<'_, u32, String, RangeFull, fn(&u32, &mut String) -> bool>>();
    shared::<btree_set::ExtractIf<'_, u32, RangeFull, fn(&u32) -> bool>>();
    fn parked<T: RefUnwindSafe>() {}
    parked::<btree_map::Entry<'_, u32, String>>();
    parked::<btree_map::ExtractIf<'_, u32, String, RangeFull, fn(&u32, &mut String) -> bool>>();
}

#[test]
fn impl_trait_bounds() {
    fn map<'a, T>(_: &'a T)
    where
        T: Clone + Debug + Default + Ord + Hash + 'a,
        T: IntoIterator<Item = (u8, u8), IntoIter = std::collections::btree_map::IntoIter<u8, u8>>,
        &'a T: IntoIterator<Item = (&'a u8, &'a u8)>,
        T: FromIterator<(u8, u8)> + Extend<(u8, u8)> + Extend<(&'a u8, &'a u8)> + From<[(u8, u8); 3]>,
        T: for<'q> Index<&'q u8, Output = u8>,
    {
    }
    fn set<'a, T>(_: &'a T)
    where
        T: Clone + Debug + Default + Ord + Hash + 'a,
        T: IntoIterator<Item = u8, IntoIter = std::collections::btree_set::IntoIter<u8>>,
        &'a T: IntoIterator<Item = &'a u8>,
        T: FromIterator<u8> + Extend<u8> + Extend<&'a u8> + From<[u8; 3]>,
        &'a T: BitAnd<Output = T> + BitOr<Output = T> + BitXor<Output = T> + Sub<Output = T>,
    {
    }
    map(&BTreeMap::new());
    set(&BTreeSet::new());
}

/// No bounds on the types themselves.
#[allow(dead_code, reason = "that it compiles is the test")]
struct Unbounded<'a, K, V> {
    map: BTreeMap<K, V>,
    set: BTreeSet<K>,
    entry: Option<btree_map::Entry<'a, K, V>>,
}

#[allow(dead_code, reason = "that it compiles is the test")]
fn needs_no_order<K, V>() -> (BTreeMap<K, V>, BTreeSet<K>, bool) {
    let mut map = BTreeMap::<K, V>::default();
    let mut set = BTreeSet::<K>::new();
    map.clear();
    set.clear();
    let empty = map.is_empty() && set.is_empty() && map.iter().next().is_none() && set.iter().next().is_none();
    (map, set, empty)
}
