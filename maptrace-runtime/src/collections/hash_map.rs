//! The traced [`HashMap`], its entries and its iterators, as in [`std::collections::hash_map`].
//!
//! | method | what is recorded |
//! |---|---|
//! | `insert` | an assign, new or replaced |
//! | `remove`, `remove_entry` | a delete, hit or miss |
//! | `entry` and what is done with it | an assign for each value put in, a hit for each entry removed |
//! | `reserve`, `try_reserve`, `shrink_to`, `shrink_to_fit` | a grow, rehash in place or shrink, if there is one |
//! | `clear` | a clear |
//! | `extend`, `from_iter`, `collect`, `From` an array, `put_all`, `clone`, `clone_from` | one batch |
//! | `retain`, `drain`, `extract_if` | one batch |
//! | drop, `into_iter`, `into_keys`, `into_values`, `into_std` | the map's lifetime with its totals |
//! | everything else: `get`, `get_mut`, iteration, `==`, ... | nothing: these are the plain map's methods |
//!
//! An insert that makes the table grow, or lay out its entries again, also leaves that as an episode, with the time
//! it took. Tombstones that a removal through an entry or `extract_if` leaves are published with the next change of another
//! kind.

use std::borrow::Borrow;
use std::collections::HashMap as Plain;
use std::hash::{BuildHasher, Hash};

pub use std::collections::hash_map::{Drain, IntoIter, IntoKeys, IntoValues, Iter, IterMut, Keys, Values, ValuesMut};
pub use std::hash::{DefaultHasher, RandomState};

use super::TryReserveError;
use crate::episode::BatchDoor;
use crate::traced::Traced;

mod bulk;
mod disjoint;
mod entry;
mod extract_if;
#[cfg(feature = "rayon")]
mod par;
mod resizing;
#[cfg(feature = "serde")]
mod serde;
mod traits;

pub use entry::{Entry, OccupiedEntry, VacantEntry};
pub use extract_if::ExtractIf;

/// [`std::collections::HashMap`], traced.
///
/// It is the plain map, whole and unchanged, and 16 bytes beside it: every method and trait does what the plain
/// map's does, calls the hasher as often, and allocates as much. What is recorded is said in the
/// [module's table](self).
///
/// ```
/// # use maptrace_runtime::collections::HashMap;
/// let mut sessions = HashMap::new();
/// sessions.insert("alice", 1);
/// *sessions.entry("bob").or_insert(0) += 2;
/// assert_eq!(sessions.get("bob"), Some(&2));
/// assert_eq!(sessions.remove("carol"), None);
/// ```
///
/// # Panics
/// Where the plain map does, and with the same result: a panic in the key's `Hash` or `Eq`, or in a closure, leaves
/// the plain map as it is left without maptrace, and what had changed by then is counted.
pub struct HashMap<K, V, S = RandomState> {
    inner: Traced<Plain<K, V, S>>,
}

impl<K, V> HashMap<K, V, RandomState> {
    /// Makes an empty map, with the caller's place as its site.
    ///
    /// Does not allocate and records nothing: a map is registered by its first change.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        Self {
            inner: Traced::new(Plain::new()),
        }
    }

    /// Makes an empty map with room for at least `capacity` entries.
    ///
    /// Records nothing; see [`new`](Self::new).
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            inner: Traced::new(Plain::with_capacity(capacity)),
        }
    }
}

impl<K, V, S> HashMap<K, V, S> {
    /// Makes an empty map that will use this hasher.
    ///
    /// Does not allocate and records nothing. Usable in `const` and `static`.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashMap;
    /// use std::hash::{BuildHasherDefault, DefaultHasher};
    /// const EMPTY: &HashMap<u8, u8, BuildHasherDefault<DefaultHasher>> =
    ///     &HashMap::with_hasher(BuildHasherDefault::new());
    /// assert!(EMPTY.is_empty());
    /// ```
    #[inline]
    #[track_caller]
    pub const fn with_hasher(hash_builder: S) -> Self {
        Self {
            inner: Traced::new(Plain::with_hasher(hash_builder)),
        }
    }

    /// Makes an empty map with room for at least `capacity` entries that will use this hasher.
    ///
    /// Records nothing.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline]
    #[track_caller]
    pub fn with_capacity_and_hasher(capacity: usize, hasher: S) -> Self {
        Self {
            inner: Traced::new(Plain::with_capacity_and_hasher(capacity, hasher)),
        }
    }

    /// Gives up tracing and returns the plain map. Costs nothing; the map counts as freed, with its entries.
    ///
    /// An associated function, so that it never hides a method of std's.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashMap;
    /// let traced = HashMap::from([(1, "one")]);
    /// let plain: std::collections::HashMap<_, _> = HashMap::into_std(traced);
    /// assert_eq!(plain[&1], "one");
    /// ```
    #[inline]
    #[must_use]
    pub fn into_std(this: Self) -> Plain<K, V, S> {
        this.inner.into_plain()
    }

    /// Number of entries the table can hold without a resize: its free slots and its entries. O(1); not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn capacity(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.capacity()
    }

    /// The keys, in arbitrary order. Iterating takes time in proportion to the capacity; not recorded.
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

    /// The values, in arbitrary order. Iterating takes time in proportion to the capacity; not recorded.
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

    /// The entries, in arbitrary order. Iterating takes time in proportion to the capacity; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter(&self) -> Iter<'_, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }

    /// The entries, with values to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter_mut(&mut self) -> IterMut<'_, K, V> {
        writes!(self.inner, Change);
        self.inner.map.iter_mut()
    }

    /// Number of entries. O(1); not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn len(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.len()
    }

    /// Whether there are no entries. O(1); not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_empty(&self) -> bool {
        reads!(self.inner, Look);
        self.inner.map.is_empty()
    }

    /// Takes out all entries and keeps the table. Records one batch at the call, for all entries: those the iterator
    /// is dropped with are removed as well.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashMap;
    /// let mut map = HashMap::from([(1, "a"), (2, "b")]);
    /// assert_eq!(map.drain().count(), 2);
    /// assert!(map.is_empty());
    /// ```
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn drain(&mut self) -> Drain<'_, K, V> {
        self.inner.drained(self.inner.map.len());
        self.inner.map.drain()
    }

    /// Takes out the entries for which `pred` says so, as the iterator gets to them. Each removal is counted when it
    /// happens; one batch is recorded when the iterator is dropped.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashMap;
    /// let mut map: HashMap<u32, u32> = (0..8).map(|n| (n, n)).collect();
    /// let odd = map.extract_if(|key, _| key % 2 == 1).count();
    /// assert_eq!((odd, map.len()), (4, 4));
    /// ```
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn extract_if<F>(&mut self, pred: F) -> ExtractIf<'_, K, V, F>
    where
        F: FnMut(&K, &mut V) -> bool,
    {
        let (map, removals) = self.inner.removals(BatchDoor::ExtractIf, self.inner.map.len());
        ExtractIf::new(map.extract_if(pred), removals)
    }

    /// Removes the entries for which `f` says no. Takes time in proportion to the capacity, and leaves the table as
    /// large as it was. Records one batch.
    ///
    /// # Panics
    /// If `f` does; entries removed before stay removed and are counted.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashMap;
    /// let mut map: HashMap<u32, u32> = (0..8).map(|n| (n, n)).collect();
    /// map.retain(|key, _| key % 2 == 0);
    /// assert_eq!(map.len(), 4);
    /// ```
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn retain<F>(&mut self, f: F)
    where
        F: FnMut(&K, &mut V) -> bool,
    {
        let entries = self.inner.map.len();
        let mut batch = self.inner.batch(BatchDoor::Retain, entries);
        batch.offer(entries);
        batch.map().retain(f);
    }

    /// Removes all entries and keeps the table. Takes time in proportion to the capacity. Records a clear.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn clear(&mut self) {
        self.inner.clear(Plain::clear);
    }

    /// The map's hasher. Not recorded.
    #[inline]
    pub fn hasher(&self) -> &S {
        self.inner.map.hasher()
    }
}

impl<K, V, S> HashMap<K, V, S>
where
    K: Eq + Hash,
    S: BuildHasher,
{
    /// Makes room for `additional` more entries. Records a grow or a rehash in place, if there is one.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn reserve(&mut self, additional: usize) {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |map| map.reserve(additional));
    }

    /// Makes room for `additional` more entries, if it can. Records a grow or a rehash in place, if there is one.
    ///
    /// # Errors
    /// If the table's size overflows `isize`, or the allocator has no memory. The map is unchanged then, and nothing
    /// is recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn try_reserve(&mut self, additional: usize) -> Result<(), TryReserveError> {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |map| map.try_reserve(additional))
    }

    /// Makes the table as small as its entries allow. Records a shrink, if there is one.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashMap;
    /// let mut map: HashMap<u32, u32> = HashMap::with_capacity(1000);
    /// map.insert(1, 1);
    /// map.shrink_to_fit();
    /// assert!(map.capacity() < 1000);
    /// ```
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shrink_to_fit(&mut self) {
        self.inner.shrink(0, Plain::shrink_to_fit);
    }

    /// Makes the table as small as its entries allow, with room for at least `min_capacity`. Records a shrink, if
    /// there is one.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shrink_to(&mut self, min_capacity: usize) {
        self.inner.shrink(min_capacity, |map| map.shrink_to(min_capacity));
    }

    /// The entry of `key`, to look at, to put in, to change or to take out with one look-up.
    ///
    /// Records what is then done through it: an assign for a value put in (new) or replaced, a hit for a removal; a
    /// change in place is none of these. If the table is full and the key is not there, it is resized by this call,
    /// which records the grow or rehash in place.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashMap;
    /// let mut letters = HashMap::new();
    /// for letter in "banana".chars() {
    ///     *letters.entry(letter).or_insert(0) += 1;
    /// }
    /// assert_eq!(letters[&'a'], 3);
    /// ```
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        if let Some(resize) = self.inner.before_entry() {
            let (entry, door) = self.inner.entry_resizing(key);
            return Entry::new::<S>(entry, door, Some(&resize));
        }
        if !self.inner.is_short() {
            return self.entry_otherwise(key);
        }
        let (map, door) = self.inner.short_entry_parts();
        Entry::new::<S>(map.entry(key), door, None)
    }

    #[inline(never)]
    #[cfg_attr(feature = "race", track_caller)]
    fn entry_otherwise(&mut self, key: K) -> Entry<'_, K, V> {
        let (map, mut door, look_up) = self.inner.look_up_parts();
        let entry = map.entry(key);
        door.looked_up(&look_up);
        Entry::new::<S>(entry, door, None)
    }

    /// The value of `k`. One hash; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get<Q>(&self, k: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.get(k)
    }

    /// The key as the map has it, and its value. One hash; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_key_value<Q>(&self, k: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.get_key_value(k)
    }

    /// Whether `k` is there. One hash; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn contains_key<Q>(&self, k: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.contains_key(k)
    }

    /// The value of `k`, to be changed in place. One hash; not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_mut<Q>(&mut self, k: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        writes!(self.inner, Change);
        self.inner.map.get_mut(k)
    }

    /// Puts in an entry and returns the value that the key had. Records an assign, new or replaced; if the table was
    /// full, also the grow or rehash in place, timed.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashMap;
    /// let mut map = HashMap::new();
    /// assert_eq!(map.insert(1, "a"), None);
    /// assert_eq!(map.insert(1, "b"), Some("a"));
    /// ```
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(&mut self, k: K, v: V) -> Option<V> {
        self.inner.assign(|map| map.insert(k, v))
    }

    /// Takes out the entry of `k` and returns its value. Records a delete, hit or miss.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashMap;
    /// let mut map = HashMap::from([(1, "a")]);
    /// assert_eq!(map.remove(&1), Some("a"));
    /// assert_eq!(map.remove(&1), None);
    /// ```
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove<Q>(&mut self, k: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.inner.delete(|map| map.remove(k))
    }

    /// Takes out the entry of `k` and returns it. Records a delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove_entry<Q>(&mut self, k: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.inner.delete(|map| map.remove_entry(k))
    }
}
