//! The traced [`BTreeMap`], its entries and its iterators, as in [`std::collections::btree_map`].
//!
//! | method | records |
//! |---|---|
//! | `new`, `default` | nothing; the map is counted as created at its first change |
//! | `insert`, `Entry::insert_entry`, `Entry::or_*`, `VacantEntry::insert*` | an assign, new or replaced |
//! | `OccupiedEntry::insert` | an assign, replaced |
//! | `remove`, `remove_entry`, `pop_first`, `pop_last` | a delete, hit or miss |
//! | `OccupiedEntry::remove`, `OccupiedEntry::remove_entry` | a delete, hit |
//! | `clear` | a clear, with the number of entries |
//! | `put_all`, `extend`, `retain` | one batch |
//! | `append`, `split_off` | one batch on each of the two maps |
//! | `from`, `from_iter`, `collect`, `clone` | one batch on the new map, unless it is empty |
//! | `clone_from` | one batch: what was there removed, what is there now assigned |
//! | `extract_if` | each removal as it happens, and one batch when the iterator is dropped |
//! | `into_iter`, `into_keys`, `into_values`, `into_std`, drop | a free, with the map's totals and age |
//! | everything that reads or changes values in place: `get`, `get_mut`, `iter_mut`, `range_mut`, ... | nothing |
//!
//! A B-tree has no capacity, so there are no grows and no tombstones. Iterators are std's own.

use std::borrow::Borrow;
use std::ops::RangeBounds;

use crate::episode::BatchDoor;
use crate::traced::{Traced, clock_before};

mod entry;
mod extract_if;
#[cfg(feature = "rayon")]
mod par;
#[cfg(feature = "serde")]
mod serde;
mod traits;

pub use std::collections::btree_map::{
    IntoIter, IntoKeys, IntoValues, Iter, IterMut, Keys, Range, RangeMut, Values, ValuesMut,
};

pub use entry::{Entry, OccupiedEntry, VacantEntry};
pub use extract_if::ExtractIf;

type Plain<K, V> = std::collections::BTreeMap<K, V>;

/// [`std::collections::BTreeMap`], traced: the same methods, traits, order and costs, and a record of what changes.
///
/// Its own cost is two words beside the map, and on each change one event written to the thread's ring; what each
/// method records is in the [module's table](self). Reads go straight to the plain map, to which this type
/// dereferences.
///
/// ```
/// use maptrace_runtime::collections::BTreeMap;
///
/// let mut ports = BTreeMap::new();
/// ports.insert("http", 80);
/// ports.insert("ssh", 22);
/// assert_eq!(ports.first_key_value(), Some((&"http", &80)));
/// ```
pub struct BTreeMap<K, V> {
    inner: Traced<Plain<K, V>>,
}

impl<K, V> BTreeMap<K, V> {
    /// Makes an empty map, whose site is the place of this call.
    ///
    /// Allocates nothing and records nothing: the map is counted as created at its first change.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeMap;
    ///
    /// static EMPTY: BTreeMap<u32, u32> = BTreeMap::new();
    /// assert!(EMPTY.is_empty());
    /// ```
    #[must_use]
    #[track_caller]
    #[inline]
    pub const fn new() -> Self {
        Self {
            inner: Traced::new(Plain::new()),
        }
    }

    /// Gives up the plain map, unchanged, in O(1).
    ///
    /// Recorded as a free: entries it holds leave what is traced.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeMap;
    ///
    /// let plain: std::collections::BTreeMap<_, _> = BTreeMap::into_std(BTreeMap::from([(1, "one")]));
    /// assert_eq!(plain[&1], "one");
    /// ```
    // Not a method, so that no method std may get one day is hidden.
    #[must_use]
    pub fn into_std(this: Self) -> Plain<K, V> {
        this.inner.into_plain()
    }

    /// Removes all entries, in O(n).
    ///
    /// Recorded as a clear with the number of entries.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn clear(&mut self) {
        self.inner.clear(Plain::clear);
    }

    /// The value of `key`, in O(log n). Not recorded.
    ///
    /// # Panics
    /// If `Ord` of the key does, here and in every method that looks for a key.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.get(key)
    }

    /// The stored key and the value of `k`, in O(log n). Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_key_value<Q>(&self, k: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.get_key_value(k)
    }

    /// The entry with the least key, in O(log n). Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn first_key_value(&self) -> Option<(&K, &V)>
    where
        K: Ord,
    {
        reads!(self.inner, Get);
        self.inner.map.first_key_value()
    }

    /// The entry with the least key, for change in place, in O(log n).
    ///
    /// What is done with the entry is recorded.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn first_entry(&mut self) -> Option<OccupiedEntry<'_, K, V>>
    where
        K: Ord,
    {
        let (map, door) = self.inner.entry_parts();
        map.first_entry().map(|plain| OccupiedEntry::new(plain, door))
    }

    /// Removes the entry with the least key, in O(log n).
    ///
    /// Recorded as a delete: a hit, or a miss if the map was empty.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeMap;
    ///
    /// let mut queue = BTreeMap::from([(2, "b"), (1, "a")]);
    /// assert_eq!(queue.pop_first(), Some((1, "a")));
    /// ```
    #[cfg_attr(feature = "race", track_caller)]
    pub fn pop_first(&mut self) -> Option<(K, V)>
    where
        K: Ord,
    {
        self.inner.delete(Plain::pop_first)
    }

    /// The entry with the greatest key, in O(log n). Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn last_key_value(&self) -> Option<(&K, &V)>
    where
        K: Ord,
    {
        reads!(self.inner, Get);
        self.inner.map.last_key_value()
    }

    /// The entry with the greatest key, for change in place, in O(log n).
    ///
    /// What is done with the entry is recorded.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn last_entry(&mut self) -> Option<OccupiedEntry<'_, K, V>>
    where
        K: Ord,
    {
        let (map, door) = self.inner.entry_parts();
        map.last_entry().map(|plain| OccupiedEntry::new(plain, door))
    }

    /// Removes the entry with the greatest key, in O(log n).
    ///
    /// Recorded as a delete: a hit, or a miss if the map was empty.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn pop_last(&mut self) -> Option<(K, V)>
    where
        K: Ord,
    {
        self.inner.delete(Plain::pop_last)
    }

    /// Whether there is an entry of `key`, in O(log n). Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.contains_key(key)
    }

    /// The value of `key`, for change in place, in O(log n). Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        writes!(self.inner, Change);
        self.inner.map.get_mut(key)
    }

    /// Assigns `value` to `key`, in O(log n), and returns the value that was there. A key that was there stays.
    ///
    /// Recorded as an assign, new or replaced.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeMap;
    ///
    /// let mut map = BTreeMap::new();
    /// assert_eq!(map.insert(37, "a"), None);
    /// assert_eq!(map.insert(37, "b"), Some("a"));
    /// ```
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(&mut self, key: K, value: V) -> Option<V>
    where
        K: Ord,
    {
        self.inner.assign(|map| map.insert(key, value))
    }

    /// Removes the entry of `key`, in O(log n), and returns its value.
    ///
    /// Recorded as a delete, hit or miss.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeMap;
    ///
    /// let mut map = BTreeMap::from([(1, "a")]);
    /// assert_eq!(map.remove(&1), Some("a"));
    /// assert_eq!(map.remove(&1), None);
    /// ```
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        self.inner.delete(|map| map.remove(key))
    }

    /// Removes the entry of `key`, in O(log n), and returns the stored key and its value.
    ///
    /// Recorded as a delete, hit or miss.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove_entry<Q>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        self.inner.delete(|map| map.remove_entry(key))
    }

    /// Keeps the entries for which `f` says so, visiting them in order, in O(n).
    ///
    /// Recorded as one batch: entries looked at and removed.
    ///
    /// # Panics
    /// If `f` does; entries removed before stay removed.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeMap;
    ///
    /// let mut map: BTreeMap<i32, i32> = (0..8).map(|x| (x, x * 10)).collect();
    /// map.retain(|&k, _| k % 2 == 0);
    /// assert!(map.into_keys().eq([0, 2, 4, 6]));
    /// ```
    #[cfg_attr(feature = "race", track_caller)]
    pub fn retain<F>(&mut self, f: F)
    where
        K: Ord,
        F: FnMut(&K, &mut V) -> bool,
    {
        let entries = self.inner.map.len();
        let mut batch = self.inner.batch(BatchDoor::Retain, entries);
        batch.offer(entries);
        batch.map().retain(f);
    }

    /// Moves all entries of `other` into this map, in O(n + m), and leaves `other` empty.
    ///
    /// Recorded as one batch on each map: entries assigned, new or replaced, and entries removed.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeMap;
    ///
    /// let mut a = BTreeMap::from([(1, "a"), (2, "b")]);
    /// let mut b = BTreeMap::from([(2, "c"), (3, "d")]);
    /// a.append(&mut b);
    /// assert_eq!(a, BTreeMap::from([(1, "a"), (2, "c"), (3, "d")]));
    /// assert!(b.is_empty());
    /// ```
    #[cfg_attr(feature = "race", track_caller)]
    pub fn append(&mut self, other: &mut Self)
    where
        K: Ord,
    {
        let offered = other.inner.map.len();
        let mut from = other.inner.batch(BatchDoor::Append, offered);
        let mut into = self.inner.batch(BatchDoor::Append, offered);
        from.offer(offered);
        into.assign_all(offered, |map| map.append(from.map()));
    }

    /// The entries with keys in `range`, in order; O(log n) to begin with. Not recorded.
    ///
    /// # Panics
    /// If the range's start lies after its end, or if both are the same and excluded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn range<T, R>(&self, range: R) -> Range<'_, K, V>
    where
        T: Ord + ?Sized,
        K: Borrow<T> + Ord,
        R: RangeBounds<T>,
    {
        reads!(self.inner, Iterate);
        self.inner.map.range(range)
    }

    /// The entries with keys in `range`, in order, for change in place; O(log n) to begin with. Not recorded.
    ///
    /// # Panics
    /// If the range's start lies after its end, or if both are the same and excluded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn range_mut<T, R>(&mut self, range: R) -> RangeMut<'_, K, V>
    where
        T: Ord + ?Sized,
        K: Borrow<T> + Ord,
        R: RangeBounds<T>,
    {
        writes!(self.inner, Change);
        self.inner.map.range_mut(range)
    }

    /// The entry of `key`, vacant or occupied, for change in place, in O(log n).
    ///
    /// What is done with the entry is recorded; an entry that is only looked at records nothing.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeMap;
    ///
    /// let mut count = BTreeMap::new();
    /// for word in ["a", "b", "a"] {
    ///     *count.entry(word).or_insert(0) += 1;
    /// }
    /// assert_eq!(count["a"], 2);
    /// ```
    #[cfg_attr(feature = "race", track_caller)]
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V>
    where
        K: Ord,
    {
        if !self.inner.is_short() {
            return self.entry_otherwise(key);
        }
        let (map, door) = self.inner.entry_parts();
        Entry::new(map.entry(key), door)
    }

    #[inline(never)]
    #[cfg_attr(feature = "race", track_caller)]
    fn entry_otherwise(&mut self, key: K) -> Entry<'_, K, V>
    where
        K: Ord,
    {
        let (map, mut door, look_up) = self.inner.look_up_parts();
        let entry = map.entry(key);
        door.looked_up(&look_up);
        Entry::new(entry, door)
    }

    /// Splits off the entries whose keys are not less than `key` into a new map, whose site is the place of this call.
    /// Costs O(log n), and a walk over the smaller half to count it.
    ///
    /// Recorded as one batch on each map: entries removed, and entries assigned.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeMap;
    ///
    /// let mut a = BTreeMap::from([(1, "a"), (2, "b"), (3, "c")]);
    /// let b = a.split_off(&2);
    /// assert_eq!((a.len(), b.len()), (1, 2));
    /// ```
    #[track_caller]
    pub fn split_off<Q>(&mut self, key: &Q) -> Self
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
    {
        let entries = self.inner.map.len();
        let start = clock_before(entries);
        let mut batch = self.inner.batch(BatchDoor::Append, entries);
        let right = batch.map().split_off(key);
        batch.offer(right.len());
        drop(batch);
        let offered = right.len();
        Self::made(right, offered, BatchDoor::Append, start)
    }

    /// An iterator that removes and gives, in order, the entries with keys in `range` for which `pred` says so.
    ///
    /// It removes an entry as it gives it; dropped early, it leaves the rest in the map. Each removal is counted as
    /// it happens, and one batch is recorded when the iterator is dropped.
    ///
    /// # Panics
    /// If `pred` does; entries removed before stay removed.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeMap;
    ///
    /// let mut map: BTreeMap<i32, i32> = (0..8).map(|x| (x, x)).collect();
    /// let even: BTreeMap<_, _> = map.extract_if(.., |k, _| k % 2 == 0).collect();
    /// assert!(even.into_keys().eq([0, 2, 4, 6]));
    /// assert!(map.into_keys().eq([1, 3, 5, 7]));
    /// ```
    #[cfg_attr(feature = "race", track_caller)]
    pub fn extract_if<F, R>(&mut self, range: R, pred: F) -> ExtractIf<'_, K, V, R, F>
    where
        K: Ord,
        R: RangeBounds<K>,
        F: FnMut(&K, &mut V) -> bool,
    {
        let (map, removals) = self.inner.removals(BatchDoor::ExtractIf, self.inner.map.len());
        ExtractIf::new(map.extract_if(range, pred), removals)
    }

    /// The keys, in order, in place of the map, which is recorded as freed.
    #[inline]
    pub fn into_keys(self) -> IntoKeys<K, V> {
        self.inner.into_plain().into_keys()
    }

    /// The values, in order of their keys, in place of the map, which is recorded as freed.
    #[inline]
    pub fn into_values(self) -> IntoValues<K, V> {
        self.inner.into_plain().into_values()
    }

    /// The entries, in order of their keys. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter(&self) -> Iter<'_, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }

    /// The entries, in order of their keys, for change in place. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter_mut(&mut self) -> IterMut<'_, K, V> {
        writes!(self.inner, Change);
        self.inner.map.iter_mut()
    }

    /// The keys, in order. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn keys(&self) -> Keys<'_, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.keys()
    }

    /// The values, in order of their keys. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn values(&self) -> Values<'_, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.values()
    }

    /// The values, in order of their keys, for change in place. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn values_mut(&mut self) -> ValuesMut<'_, K, V> {
        writes!(self.inner, Change);
        self.inner.map.values_mut()
    }

    /// Number of entries, in O(1). Not recorded.
    #[must_use]
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn len(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.len()
    }

    /// Whether there are no entries, in O(1). Not recorded.
    #[must_use]
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_empty(&self) -> bool {
        reads!(self.inner, Look);
        self.inner.map.is_empty()
    }

    /// Wraps a plain map that was made of `offered` entries since `start`, and records that it was.
    #[track_caller]
    fn made(map: Plain<K, V>, offered: usize, door: BatchDoor, start: u64) -> Self {
        let mut inner = Traced::new(map);
        inner.began_with_entries_of(offered, door, None, start);
        Self { inner }
    }
}
