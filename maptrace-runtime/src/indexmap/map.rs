//! The traced [`IndexMap`], its entries and its iterators, as in [`indexmap::map`].
//!
//! | method | what is recorded |
//! |---|---|
//! | `insert`, `insert_full`, `insert_sorted`, `insert_before`, `shift_insert`, ... | an assign, new or replaced |
//! | `replace_index` | an assign (replaced) |
//! | `swap_remove`, `shift_remove`, `pop`, `swap_remove_index`, ... | a delete, hit or miss |
//! | `entry`, `get_index_entry`, `raw_entry_mut_v1`, ... and what is done with them | an assign for each value put in, a hit for each entry removed |
//! | `reserve`, `reserve_exact`, `shrink_to`, `shrink_to_fit`, ... | a grow, rehash in place or shrink, if there is one |
//! | `clear` | a clear |
//! | `extend`, `from_iter`, `collect`, `From` an array, `put_all`, `clone`, `clone_from`, `append`, `split_off` | one batch |
//! | `retain`, `truncate`, `drain`, `extract_if`, `splice` | one batch |
//! | drop, `into_iter`, `into_keys`, `into_values`, `into_boxed_slice`, `sorted_by`, `into_plain` | the map's lifetime with its totals |
//! | everything else: `get`, `get_mut`, iteration, sorting and other moves, `==`, ... | nothing: no entry comes or goes |
//!
//! An insert that makes the map grow also leaves that as an episode, with the time it took. An index map has two
//! allocations, its entries and a table of indices, of which the smaller is its capacity. So a table that grows before
//! the entries do, as it was full of tombstones, shows as a rehash in place; and one that grows as a full map is given
//! a key that is there shows when the entries follow. Tombstones show as far as they lessen the capacity. What a vacant
//! entry that is filled does to a table full of them is not told, as the map is borrowed then.

use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash, RandomState};

use ::indexmap::IndexMap as Plain;
#[cfg(feature = "rayon")]
pub use ::indexmap::map::rayon;
pub use ::indexmap::map::{
    Drain, IntoIter, IntoKeys, IntoValues, Iter, IterMut, IterMut2, Keys, Slice, Values, ValuesMut,
};
use ::indexmap::{Equivalent, TryReserveError};

use super::Full;
use crate::episode::BatchDoor;
use crate::traced::{self, Traced};

mod bulk;
mod entry;
mod extract_if;
mod indices;
mod mutable;
mod occupied;
#[cfg(feature = "rayon")]
mod parallel;
mod ranges;
pub mod raw_entry_v1;
mod removing;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "serde")]
pub mod serde_seq;
mod sorting;
mod splice;
mod traits;

pub use entry::{Entry, IndexedEntry, OccupiedEntry, VacantEntry};
pub use extract_if::ExtractIf;
pub use mutable::{MutableEntryKey, MutableKeys};
pub use raw_entry_v1::RawEntryApiV1;
pub use splice::Splice;

/// [`indexmap::IndexMap`], traced.
///
/// It is the plain map, whole and unchanged, and 16 bytes beside it: every method and trait does what the plain map's
/// does, calls the hasher as often, and allocates no more (but `splice` may leave more tombstones, and so make the table
/// grow sooner). What is recorded is said in the [module's table](self).
///
/// ```
/// # use maptrace_runtime::indexmap::IndexMap;
/// let mut sessions = IndexMap::new();
/// sessions.insert("alice", 1);
/// *sessions.entry("bob").or_insert(0) += 2;
/// assert_eq!(sessions.get_index(1), Some((&"bob", &2)));
/// assert_eq!(sessions.swap_remove("carol"), None);
/// ```
///
/// # Panics
/// Where the plain map does, and with the same result: a panic in the key's `Hash` or `Eq`, or in a closure, leaves the
/// plain map as it is left without maptrace, and what had changed by then is counted.
pub struct IndexMap<K, V, S = RandomState> {
    inner: Traced<Plain<K, V, S>>,
}

impl<K, V> IndexMap<K, V> {
    /// Makes an empty map, with the caller's place as its site.
    ///
    /// Does not allocate and records nothing: a map is registered by its first change.
    #[inline]
    #[track_caller]
    pub fn new() -> Self {
        Self { inner: Traced::new(Plain::new()) }
    }

    /// Makes an empty map with room for `n` entries. Records nothing; see [`new`](Self::new).
    #[inline]
    #[track_caller]
    pub fn with_capacity(n: usize) -> Self {
        Self { inner: Traced::new(Plain::with_capacity(n)) }
    }
}

impl<K, V, S> IndexMap<K, V, S> {
    /// Makes an empty map with room for `n` entries that will use this hasher. Records nothing.
    #[inline]
    #[track_caller]
    pub fn with_capacity_and_hasher(n: usize, hash_builder: S) -> Self {
        Self { inner: Traced::new(Plain::with_capacity_and_hasher(n, hash_builder)) }
    }

    /// Makes an empty map that will use this hasher. Does not allocate and records nothing. Usable in `const` and
    /// `static`.
    #[inline]
    #[track_caller]
    pub const fn with_hasher(hash_builder: S) -> Self {
        Self { inner: Traced::new(Plain::with_hasher(hash_builder)) }
    }

    /// Number of entries the map can hold without a resize: what its table of indices or its vector of entries has room
    /// for, whichever is less. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn capacity(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.capacity()
    }

    /// The map's hasher. Not recorded.
    #[inline]
    pub fn hasher(&self) -> &S {
        self.inner.map.hasher()
    }

    /// Number of entries. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn len(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.len()
    }

    /// Whether there are no entries. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_empty(&self) -> bool {
        reads!(self.inner, Look);
        self.inner.map.is_empty()
    }

    /// The entries, in their order. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter(&self) -> Iter<'_, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }

    /// The entries, in their order, with values to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter_mut(&mut self) -> IterMut<'_, K, V> {
        writes!(self.inner, Change);
        self.inner.map.iter_mut()
    }

    /// The keys, in their order. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn keys(&self) -> Keys<'_, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.keys()
    }

    /// Consumes the map and iterates over its keys. The map counts as freed, with its entries.
    #[inline]
    pub fn into_keys(self) -> IntoKeys<K, V> {
        self.inner.into_plain().into_keys()
    }

    /// The values, in the order of their keys. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn values(&self) -> Values<'_, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.values()
    }

    /// The values, to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn values_mut(&mut self) -> ValuesMut<'_, K, V> {
        writes!(self.inner, Change);
        self.inner.map.values_mut()
    }

    /// Consumes the map and iterates over its values. The map counts as freed, with its entries.
    #[inline]
    pub fn into_values(self) -> IntoValues<K, V> {
        self.inner.into_plain().into_values()
    }

    /// Removes all entries and keeps what is allocated. Records a clear.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn clear(&mut self) {
        self.inner.clear(Plain::clear);
    }

    /// Makes room for `additional` more entries. Records a grow or a rehash in place, if there is one.
    ///
    /// # Panics
    /// If the size overflows `isize`.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn reserve(&mut self, additional: usize) {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |map| map.reserve(additional));
    }

    /// Makes room for `additional` more entries, and no more of them than that. Records a grow or a rehash in place, if
    /// there is one.
    ///
    /// # Panics
    /// If the size overflows `isize`.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn reserve_exact(&mut self, additional: usize) {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |map| map.reserve_exact(additional));
    }

    /// Makes room for `additional` more entries, if it can. Records a grow or a rehash in place, if there is one.
    ///
    /// # Errors
    /// If the size overflows `isize`, or the allocator has no memory.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn try_reserve(&mut self, additional: usize) -> Result<(), TryReserveError> {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |map| map.try_reserve(additional))
    }

    /// Makes room for `additional` more entries and no more of them than that, if it can. Records a grow or a rehash in
    /// place, if there is one.
    ///
    /// # Errors
    /// If the size overflows `isize`, or the allocator has no memory.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn try_reserve_exact(&mut self, additional: usize) -> Result<(), TryReserveError> {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |map| map.try_reserve_exact(additional))
    }

    /// Gives back room that the entries do not need. Records a shrink, if there is one.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shrink_to_fit(&mut self) {
        self.inner.shrink(0, Plain::shrink_to_fit);
    }

    /// Gives back room that neither the entries need nor `min_capacity`. Records a shrink, if there is one.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shrink_to(&mut self, min_capacity: usize) {
        self.inner.shrink(min_capacity, |map| map.shrink_to(min_capacity));
    }
}

impl<K, V, S> IndexMap<K, V, S>
where
    K: Hash + Eq,
    S: BuildHasher,
{
    /// Puts in an entry, at the end if its key is new, and returns the value that the key had. Records an assign, new
    /// or replaced; if the map was full, also the grow or rehash in place, timed.
    ///
    /// ```
    /// # use maptrace_runtime::indexmap::IndexMap;
    /// let mut map = IndexMap::new();
    /// assert_eq!(map.insert(1, "a"), None);
    /// assert_eq!(map.insert(1, "b"), Some("a"));
    /// ```
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.inner.assign(|map| map.insert(key, value))
    }

    /// As [`insert`](Self::insert), and returns the entry's index as well.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_full(&mut self, key: K, value: V) -> (usize, Option<V>) {
        self.inner.assign(|map| map.insert_full(key, value))
    }

    /// Puts in an entry at its place in a map that is sorted by key. Records an assign, new or replaced.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_sorted(&mut self, key: K, value: V) -> (usize, Option<V>)
    where
        K: Ord, {
        self.inner.assign(|map| map.insert_sorted(key, value))
    }

    /// Puts in an entry at its place in a map that is sorted by `cmp`. Records an assign, new or replaced.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_sorted_by<F>(&mut self, key: K, value: V, cmp: F) -> (usize, Option<V>)
    where
        F: FnMut(&K, &V, &K, &V) -> Ordering, {
        self.inner.assign(|map| map.insert_sorted_by(key, value, cmp))
    }

    /// Puts in an entry at its place in a map that is sorted by `sort_key`. Records an assign, new or replaced.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_sorted_by_key<B, F>(
        &mut self,
        key: K,
        value: V,
        sort_key: F,
    ) -> (usize, Option<V>)
    where
        B: Ord,
        F: FnMut(&K, &V) -> B, {
        self.inner.assign(|map| map.insert_sorted_by_key(key, value, sort_key))
    }

    /// Puts in an entry before that at `index`, or moves it there. Records an assign, new or replaced.
    ///
    /// # Panics
    /// If `index` is past the end.
    #[inline]
    #[track_caller]
    pub fn insert_before(&mut self, index: usize, key: K, value: V) -> (usize, Option<V>) {
        self.inner.assign(|map| map.insert_before(index, key, value))
    }

    /// Puts in an entry at `index`, or moves it there. Records an assign, new or replaced.
    ///
    /// # Panics
    /// If `index` is past the end.
    #[inline]
    #[track_caller]
    pub fn shift_insert(&mut self, index: usize, key: K, value: V) -> Option<V> {
        self.inner.assign(|map| map.shift_insert(index, key, value))
    }

    /// Puts another key in place of the one at `index`, which it returns. Records an assign (replaced).
    ///
    /// # Errors
    /// If the key is at another index; nothing is changed and recorded then.
    ///
    /// # Panics
    /// If there is no such index.
    #[inline]
    #[track_caller]
    pub fn replace_index(&mut self, index: usize, key: K) -> Result<K, (usize, K)> {
        let (map, mut door) = self.inner.entry_parts();
        let replaced = map.replace_index(index, key);
        if replaced.is_ok() {
            door.assigned_replaced();
        }
        replaced
    }

    /// The entry of `key`, to look at, to put in, to change or to take out with one look-up.
    ///
    /// Records what is then done through it: an assign for a value put in (new) or replaced, a hit for a removal; a
    /// change in place is none of these, nor is a move. If the map is full, putting in a value makes it grow, which is
    /// recorded and timed.
    ///
    /// ```
    /// # use maptrace_runtime::indexmap::IndexMap;
    /// let mut letters = IndexMap::new();
    /// for letter in "banana".chars() {
    ///     *letters.entry(letter).or_insert(0) += 1;
    /// }
    /// assert!(letters.iter().eq([(&'b', &1), (&'a', &3), (&'n', &2)]));
    /// ```
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        let full = self.before_vacant();
        if !self.inner.is_short() {
            return self.entry_otherwise(key, full);
        }
        let (map, door) = self.inner.entry_parts();
        Entry::new(map.entry(key), door, full)
    }

    #[inline(never)]
    #[cfg_attr(feature = "race", track_caller)]
    fn entry_otherwise(&mut self, key: K, full: Option<Full>) -> Entry<'_, K, V> {
        let (map, mut door, look_up) = self.inner.look_up_parts();
        let entry = map.entry(key);
        door.looked_up(&look_up);
        Entry::new(entry, door, full)
    }

    /// Moves all entries of `other` here, as [`extend`](Extend::extend) would. Records one batch on each map.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn append<S2>(&mut self, other: &mut IndexMap<K, V, S2>) {
        self.fill(BatchDoor::Append, other.drain(..));
    }
}

impl<K, V, S> IndexMap<K, V, S>
where
    S: BuildHasher,
{
    /// Whether `key` is there. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        reads!(self.inner, Get);
        self.inner.map.contains_key(key)
    }

    /// The value of `key`. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        reads!(self.inner, Get);
        self.inner.map.get(key)
    }

    /// The key as the map has it, and its value. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_key_value<Q>(&self, key: &Q) -> Option<(&K, &V)>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        reads!(self.inner, Get);
        self.inner.map.get_key_value(key)
    }

    /// The index of `key`, the key as the map has it, and its value. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_full<Q>(&self, key: &Q) -> Option<(usize, &K, &V)>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        reads!(self.inner, Get);
        self.inner.map.get_full(key)
    }

    /// The index of `key`. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_index_of<Q>(&self, key: &Q) -> Option<usize>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        reads!(self.inner, Get);
        self.inner.map.get_index_of(key)
    }

    /// The value of `key`, to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        writes!(self.inner, Change);
        self.inner.map.get_mut(key)
    }

    /// The key as the map has it, and its value, to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_key_value_mut<Q>(&mut self, key: &Q) -> Option<(&K, &mut V)>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        writes!(self.inner, Change);
        self.inner.map.get_key_value_mut(key)
    }

    /// The index of `key`, the key as the map has it, and its value, to be changed in place. Not recorded: no entry
    /// comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_full_mut<Q>(&mut self, key: &Q) -> Option<(usize, &K, &mut V)>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        writes!(self.inner, Change);
        self.inner.map.get_full_mut(key)
    }

    /// The values of several keys, to be changed in place. Not recorded: no entry comes or goes.
    ///
    /// # Panics
    /// If two keys are equal and there.
    #[inline]
    #[track_caller]
    pub fn get_disjoint_mut<Q, const N: usize>(&mut self, keys: [&Q; N]) -> [Option<&mut V>; N]
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        writes!(self.inner, Change);
        self.inner.map.get_disjoint_mut(keys)
    }
}

impl<K, V, S> IndexMap<K, V, S> {
    /// Gives up tracing and returns the plain map. Costs nothing; the map counts as freed, with its entries.
    ///
    /// An associated function, so that it never hides a method of indexmap's.
    ///
    /// ```
    /// # use maptrace_runtime::indexmap::IndexMap;
    /// let traced = IndexMap::from([(1, "one")]);
    /// let plain: indexmap::IndexMap<_, _> = IndexMap::into_plain(traced);
    /// assert_eq!(plain[&1], "one");
    /// ```
    #[inline]
    #[must_use]
    pub fn into_plain(this: Self) -> Plain<K, V, S> {
        this.inner.into_plain()
    }

    /// What a vacant entry has to know if the map is full.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn before_vacant(&mut self) -> Option<Full> {
        let resize = self.inner.before_vacant()?;
        Some(Full { resize, info: <Plain<K, V, S> as traced::Plain>::INFO })
    }
}
