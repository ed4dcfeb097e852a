//! The traced [`HashMap`], its entries and its iterators, as in [hashbrown's `hash_map`](::hashbrown::hash_map).
//!
//! What is recorded is what is recorded of [std's](crate::collections::hash_map), and:
//!
//! | method | what is recorded |
//! |---|---|
//! | `try_insert`, `insert_unique_unchecked` | an assign, if the key is new |
//! | `entry_ref`, `raw_entry_mut` and what is done with them | as for `entry` |
//! | `replace_entry_with`, `and_replace_entry_with` | a delete (hit) if the closure gives nothing, else an assign (replaced) |
//!
//! hashbrown's `entry` never resizes the table; putting in what is not there does.

use std::hash::{BuildHasher, Hash};

use ::hashbrown::HashMap as Plain;
use allocator_api2::alloc::{Allocator, Global};

pub use ::hashbrown::hash_map::{Drain, IntoIter, IntoKeys, IntoValues, Iter, IterMut, Keys, Values, ValuesMut};

use super::{DefaultHashBuilder, Equivalent, TryReserveError};
use crate::episode::BatchDoor;
use crate::traced::Traced;

mod bulk;
mod disjoint;
mod entry;
mod entry_ref;
mod extract_if;
#[cfg(feature = "rayon")]
mod par;
mod raw_entry;
#[cfg(feature = "serde")]
mod serde;
mod spot;
mod traits;

pub use entry::{Entry, OccupiedEntry, OccupiedError, VacantEntry};
pub use entry_ref::{EntryRef, VacantEntryRef};
pub use extract_if::ExtractIf;
pub use raw_entry::{RawEntryBuilder, RawEntryBuilderMut, RawEntryMut, RawOccupiedEntryMut, RawVacantEntryMut};

use spot::Spot;

/// The parallel iterators of maps: hashbrown's own.
#[cfg(feature = "rayon")]
pub mod rayon {
    pub use ::hashbrown::hash_map::rayon::*;
}

/// [hashbrown's `HashMap`](::hashbrown::HashMap), traced.
///
/// It is the plain map, whole and unchanged, and 16 bytes beside it: every method and trait does what the plain
/// map's does, calls the hasher as often, and allocates as much. What is recorded is said in the
/// [module's table](self).
///
/// ```
/// # use maptrace_runtime::hashbrown::HashMap;
/// let mut sessions = HashMap::new();
/// sessions.insert("alice".to_owned(), 1);
/// *sessions.entry_ref("bob").or_insert(0) += 2;
/// assert_eq!(sessions.get("bob"), Some(&2));
/// assert_eq!(sessions.remove("carol"), None);
/// ```
///
/// # Panics
/// Where the plain map does, and with the same result; what had changed by then is counted.
pub struct HashMap<K, V, S = DefaultHashBuilder, A: Allocator = Global> {
    pub(super) inner: Traced<Plain<K, V, S, A>>,
}

impl<K, V> HashMap<K, V, DefaultHashBuilder> {
    /// Makes an empty map, with the caller's place as its site.
    ///
    /// Does not allocate and records nothing: a map is registered by its first change.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        Self { inner: Traced::new(Plain::new()) }
    }

    /// Makes an empty map with room for at least `capacity` entries. Records nothing; see [`new`](Self::new).
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { inner: Traced::new(Plain::with_capacity(capacity)) }
    }
}

impl<K, V, A: Allocator> HashMap<K, V, DefaultHashBuilder, A> {
    /// Makes an empty map that will use this allocator. Records nothing.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn new_in(alloc: A) -> Self {
        Self { inner: Traced::new(Plain::new_in(alloc)) }
    }

    /// Makes an empty map with room for at least `capacity` entries that will use this allocator. Records nothing.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn with_capacity_in(capacity: usize, alloc: A) -> Self {
        Self { inner: Traced::new(Plain::with_capacity_in(capacity, alloc)) }
    }
}

impl<K, V, S> HashMap<K, V, S> {
    /// Makes an empty map that will use this hasher.
    ///
    /// Does not allocate and records nothing. Usable in `const` and `static`.
    #[inline]
    #[must_use]
    #[track_caller]
    pub const fn with_hasher(hash_builder: S) -> Self {
        Self { inner: Traced::new(Plain::with_hasher(hash_builder)) }
    }

    /// Makes an empty map with room for at least `capacity` entries that will use this hasher. Records nothing.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn with_capacity_and_hasher(capacity: usize, hash_builder: S) -> Self {
        Self { inner: Traced::new(Plain::with_capacity_and_hasher(capacity, hash_builder)) }
    }
}

impl<K, V, S, A: Allocator> HashMap<K, V, S, A> {
    /// Gives up tracing and returns the plain map. Costs nothing; the map counts as freed, with its entries.
    ///
    /// An associated function, so that it never hides a method of hashbrown's.
    ///
    /// ```
    /// # use maptrace_runtime::hashbrown::HashMap;
    /// let traced = HashMap::from([(1, "one")]);
    /// let plain: hashbrown::HashMap<_, _> = HashMap::into_hashbrown(traced);
    /// assert_eq!(plain[&1], "one");
    /// ```
    #[inline]
    #[must_use]
    pub fn into_hashbrown(this: Self) -> Plain<K, V, S, A> {
        this.inner.into_plain()
    }

    /// The map's allocator. Not recorded.
    #[inline]
    pub fn allocator(&self) -> &A {
        self.inner.map.allocator()
    }

    /// Makes an empty map that will use this hasher and this allocator.
    ///
    /// Does not allocate and records nothing. Usable in `const` and `static`.
    #[inline]
    #[must_use]
    #[track_caller]
    pub const fn with_hasher_in(hash_builder: S, alloc: A) -> Self {
        Self { inner: Traced::new(Plain::with_hasher_in(hash_builder, alloc)) }
    }

    /// Makes an empty map with room for at least `capacity` entries that will use this hasher and this allocator.
    /// Records nothing.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn with_capacity_and_hasher_in(capacity: usize, hash_builder: S, alloc: A) -> Self {
        Self { inner: Traced::new(Plain::with_capacity_and_hasher_in(capacity, hash_builder, alloc)) }
    }

    /// The map's hasher. Not recorded.
    #[inline]
    pub fn hasher(&self) -> &S {
        self.inner.map.hasher()
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
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn drain(&mut self) -> Drain<'_, K, V, A> {
        self.inner.drained(self.inner.map.len());
        self.inner.map.drain()
    }

    /// Removes the entries for which `f` says no. Takes time in proportion to the capacity, and leaves the table as
    /// large as it was. Records one batch.
    ///
    /// # Panics
    /// If `f` does; entries removed before stay removed and are counted.
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

    /// Takes out the entries for which `f` says so, as the iterator gets to them. Each removal is counted when it
    /// happens; one batch is recorded when the iterator is dropped.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn extract_if<F>(&mut self, f: F) -> ExtractIf<'_, K, V, F, A>
    where
        F: FnMut(&K, &mut V) -> bool,
    {
        let (map, removals) = self.inner.removals(BatchDoor::ExtractIf, self.inner.map.len());
        ExtractIf::new(map.extract_if(f), removals)
    }

    /// Removes all entries and keeps the table. Takes time in proportion to the capacity. Records a clear.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn clear(&mut self) {
        self.inner.clear(Plain::clear);
    }

    /// Consumes the map and iterates over its keys. The map counts as freed, with its entries.
    #[inline]
    pub fn into_keys(self) -> IntoKeys<K, V, A> {
        self.inner.into_plain().into_keys()
    }

    /// Consumes the map and iterates over its values. The map counts as freed, with its entries.
    #[inline]
    pub fn into_values(self) -> IntoValues<K, V, A> {
        self.inner.into_plain().into_values()
    }

    /// Looks an entry up by a hash of the caller's, to put in, to change or to take out. Records what is then done
    /// through it.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn raw_entry_mut(&mut self) -> RawEntryBuilderMut<'_, K, V, S, A> {
        RawEntryBuilderMut::new(self)
    }

    /// Looks an entry up by a hash of the caller's. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn raw_entry(&self) -> RawEntryBuilder<'_, K, V, S, A> {
        reads!(self.inner, Get);
        self.inner.map.raw_entry()
    }
}

impl<K, V, S, A> HashMap<K, V, S, A>
where
    K: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
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

    /// The entry of `key`, to look at, to put in, to change or to take out.
    ///
    /// Records what is then done through it: an assign for a value put in (new) or replaced, a hit for a removal; a
    /// change in place is none of these.
    ///
    /// ```
    /// # use maptrace_runtime::hashbrown::HashMap;
    /// let mut letters = HashMap::new();
    /// for letter in "banana".chars() {
    ///     *letters.entry(letter).or_insert(0) += 1;
    /// }
    /// assert_eq!(letters[&'a'], 3);
    /// ```
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V, S, A> {
        writes!(self.inner, Entry);
        let hash = self.hasher().hash_one(&key);
        match Spot::find(self, hash, |known| key.equivalent(known)) {
            Ok(spot) => Entry::Occupied(OccupiedEntry::new(spot, hash)),
            Err(map) => Entry::Vacant(VacantEntry::new(map, hash, key)),
        }
    }

    /// As [`entry`](Self::entry), for what is equivalent to a key: the key is made only if it is put in.
    #[inline]
    pub fn entry_ref<'a, 'b, Q>(&'a mut self, key: &'b Q) -> EntryRef<'a, 'b, K, Q, V, S, A>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        writes!(self.inner, Entry);
        let hash = self.hasher().hash_one(key);
        match Spot::find(self, hash, |known| key.equivalent(known)) {
            Ok(spot) => EntryRef::Occupied(OccupiedEntry::new(spot, hash)),
            Err(map) => EntryRef::Vacant(VacantEntryRef::new(map, hash, key)),
        }
    }

    /// The value of `k`. One hash; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get<Q>(&self, k: &Q) -> Option<&V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.get(k)
    }

    /// The key as the map has it, and its value. One hash; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_key_value<Q>(&self, k: &Q) -> Option<(&K, &V)>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.get_key_value(k)
    }

    /// The key as the map has it, and its value, to be changed in place. One hash; not recorded: no entry comes or
    /// goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_key_value_mut<Q>(&mut self, k: &Q) -> Option<(&K, &mut V)>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        writes!(self.inner, Change);
        self.inner.map.get_key_value_mut(k)
    }

    /// Whether `k` is there. One hash; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn contains_key<Q>(&self, k: &Q) -> bool
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.contains_key(k)
    }

    /// The value of `k`, to be changed in place. One hash; not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_mut<Q>(&mut self, k: &Q) -> Option<&mut V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        writes!(self.inner, Change);
        self.inner.map.get_mut(k)
    }

    /// Puts in an entry and returns the value that the key had. Records an assign, new or replaced; if the table was
    /// full, also the grow or rehash in place, timed.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(&mut self, k: K, v: V) -> Option<V> {
        self.inner.assign(|map| map.insert(k, v))
    }

    /// Puts in an entry if its key is not there. Records an assign (new), or nothing.
    ///
    /// # Errors
    /// If the key is there: its entry, and the value that was to be put in.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn try_insert(&mut self, key: K, value: V) -> Result<&mut V, OccupiedError<'_, K, V, S, A>> {
        match self.entry(key) {
            Entry::Occupied(entry) => Err(OccupiedError { entry, value }),
            Entry::Vacant(entry) => Ok(entry.insert(value)),
        }
    }

    /// Bytes that the map has of its allocator. O(1); not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn allocation_size(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.allocation_size()
    }

    /// Takes out the entry of `k` and returns its value. Records a delete, hit or miss.
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove<Q>(&mut self, k: &Q) -> Option<V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        self.inner.delete(|map| map.remove(k))
    }

    /// Takes out the entry of `k` and returns it. Records a delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove_entry<Q>(&mut self, k: &Q) -> Option<(K, V)>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        self.inner.delete(|map| map.remove_entry(k))
    }
}
