//! The traced [`HashTable`], its entries and its iterators, as in [hashbrown's `hash_table`](::hashbrown::hash_table).
//!
//! | method | what is recorded |
//! |---|---|
//! | `insert_unique`, `entry` and what is done with it | an assign for each element put in (new) or replaced, a hit for each removed |
//! | `find_entry`, `get_bucket_entry` and what is done with them | a hit for each element removed, an assign (new) for what is put in its place |
//! | `replace_entry_with` | a delete (hit) if the closure gives nothing, else an assign (replaced) |
//! | `reserve`, `try_reserve`, `shrink_to`, `shrink_to_fit` | a grow, rehash in place or shrink, if there is one |
//! | `clear` | a clear |
//! | `clone`, `clone_from`, `retain`, `drain`, `extract_if` | one batch |
//! | drop, `into_iter`, `into_hashbrown` | the table's lifetime with its totals |
//! | everything else | nothing: these are the plain table's methods |
//!
//! `entry` of a full table resizes it at the call, whether the element is there or not. Tombstones that a removal through
//! an entry or `extract_if` leaves are published with the next change of another kind.

use ::hashbrown::HashTable as Plain;
use allocator_api2::alloc::{Allocator, Global};

pub use ::hashbrown::hash_table::{
    Drain, IntoIter, Iter, IterBuckets, IterHash, IterHashBuckets, IterHashMut, IterMut, UnsafeIter,
};

use super::TryReserveError;
use crate::episode::BatchDoor;
use crate::traced::Traced;

mod entry;
mod extract_if;
#[cfg(feature = "rayon")]
mod par;
mod traits;
mod unchecked;
mod vacant;

pub use entry::{AbsentEntry, Entry, OccupiedEntry};
pub use extract_if::ExtractIf;
pub use vacant::VacantEntry;

/// The parallel iterators of tables: hashbrown's own.
#[cfg(feature = "rayon")]
pub mod rayon {
    pub use ::hashbrown::hash_table::rayon::*;
}

/// [hashbrown's `HashTable`](::hashbrown::HashTable), traced.
///
/// It is the plain table, whole and unchanged, and 16 bytes beside it. What is recorded is said in the
/// [module's table](self).
///
/// ```
/// # use maptrace_runtime::hashbrown::HashTable;
/// let hash = |n: &u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
/// let mut table = HashTable::new();
/// table.entry(hash(&7), |n| *n == 7, hash).or_insert(7_u64);
/// assert_eq!(table.find(hash(&7), |n| *n == 7), Some(&7));
/// ```
pub struct HashTable<T, A = Global>
where
    A: Allocator,
{
    inner: Traced<Plain<T, A>>,
}

impl<T> HashTable<T, Global> {
    /// Makes an empty table, with the caller's place as its site. Does not allocate and records nothing.
    #[inline]
    #[must_use]
    #[track_caller]
    pub const fn new() -> Self {
        Self { inner: Traced::new(Plain::new()) }
    }

    /// Makes an empty table with room for at least `capacity` elements. Records nothing.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { inner: Traced::new(Plain::with_capacity(capacity)) }
    }
}

impl<T, A> HashTable<T, A>
where
    A: Allocator,
{
    /// Makes an empty table that will use this allocator. Does not allocate and records nothing.
    #[inline]
    #[must_use]
    #[track_caller]
    pub const fn new_in(alloc: A) -> Self {
        Self { inner: Traced::new(Plain::new_in(alloc)) }
    }

    /// Makes an empty table with room for at least `capacity` elements that will use this allocator. Records nothing.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn with_capacity_in(capacity: usize, alloc: A) -> Self {
        Self { inner: Traced::new(Plain::with_capacity_in(capacity, alloc)) }
    }

    /// Gives up tracing and returns the plain table. Costs nothing; the table counts as freed, with its elements.
    ///
    /// An associated function, so that it never hides a method of hashbrown's.
    #[inline]
    #[must_use]
    pub fn into_hashbrown(this: Self) -> Plain<T, A> {
        this.inner.into_plain()
    }

    /// The table's allocator. Not recorded.
    #[inline]
    pub fn allocator(&self) -> &A {
        self.inner.map.allocator()
    }

    /// The element with this hash for which `eq` says so. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn find(&self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<&T> {
        reads!(self.inner, Get);
        self.inner.map.find(hash, eq)
    }

    /// The element with this hash for which `eq` says so, to be changed in place. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn find_mut(&mut self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<&mut T> {
        writes!(self.inner, Change);
        self.inner.map.find_mut(hash, eq)
    }

    /// The entry with this hash for which `eq` says so. Records what is then done through it.
    ///
    /// # Errors
    /// If there is none.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn find_entry(
        &mut self,
        hash: u64,
        eq: impl FnMut(&T) -> bool,
    ) -> Result<OccupiedEntry<'_, T, A>, AbsentEntry<'_, T, A>> {
        writes!(self.inner, Change);
        match self.inner.map.find_bucket_index(hash, eq) {
            Some(index) => Ok(OccupiedEntry::new(self, index)),
            None => Err(AbsentEntry::new(self)),
        }
    }

    /// The bucket of the element with this hash for which `eq` says so. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn find_bucket_index(&self, hash: u64, eq: impl FnMut(&T) -> bool) -> Option<usize> {
        reads!(self.inner, Get);
        self.inner.map.find_bucket_index(hash, eq)
    }

    /// The entry with this hash for which `eq` says so, to look at, to put in, to change or to take out. Records what is
    /// then done through it; if the table is full, also the grow or rehash in place, timed.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn entry(
        &mut self,
        hash: u64,
        eq: impl FnMut(&T) -> bool,
        hasher: impl Fn(&T) -> u64,
    ) -> Entry<'_, T, A> {
        // Which is what the plain table does first.
        if self.inner.map.len() == self.inner.map.capacity() {
            self.inner.resize(self.inner.map.len() + 1, |table| table.reserve(1, &hasher));
        }
        VacantEntry::look_up(self, hash, eq, hasher)
    }

    /// The entry in this bucket. Records what is then done through it.
    ///
    /// # Errors
    /// If there is none, or no such bucket.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_bucket_entry(
        &mut self,
        index: usize,
    ) -> Result<OccupiedEntry<'_, T, A>, AbsentEntry<'_, T, A>> {
        writes!(self.inner, Change);
        match self.inner.map.get_bucket(index) {
            Some(_) => Ok(OccupiedEntry::new(self, index)),
            None => Err(AbsentEntry::new(self)),
        }
    }

    /// The element in this bucket. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_bucket(&self, index: usize) -> Option<&T> {
        reads!(self.inner, Get);
        self.inner.map.get_bucket(index)
    }

    /// The element in this bucket, to be changed in place. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_bucket_mut(&mut self, index: usize) -> Option<&mut T> {
        writes!(self.inner, Change);
        self.inner.map.get_bucket_mut(index)
    }

    /// Puts in an element without a look whether it is there. Records an assign (new); if the table has no room, also
    /// the grow or rehash in place, timed.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_unique(&mut self, hash: u64, value: T, hasher: impl Fn(&T) -> u64) -> OccupiedEntry<'_, T, A> {
        let index = self.inner.assign(|table| table.insert_unique(hash, value, hasher).bucket_index());
        OccupiedEntry::new(self, index)
    }

    /// Removes all elements and keeps the table. Records a clear.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn clear(&mut self) {
        self.inner.clear(Plain::clear);
    }

    /// Makes the table as small as its elements allow. Records a shrink, if there is one.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shrink_to_fit(&mut self, hasher: impl Fn(&T) -> u64) {
        self.inner.shrink(0, |table| table.shrink_to_fit(hasher));
    }

    /// Makes the table as small as its elements allow, with room for at least `min_capacity`. Records a shrink, if
    /// there is one.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shrink_to(&mut self, min_capacity: usize, hasher: impl Fn(&T) -> u64) {
        self.inner.shrink(min_capacity, |table| table.shrink_to(min_capacity, hasher));
    }

    /// Makes room for `additional` more elements. Records a grow or a rehash in place, if there is one.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn reserve(&mut self, additional: usize, hasher: impl Fn(&T) -> u64) {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |table| table.reserve(additional, hasher));
    }

    /// Makes room for `additional` more elements, if it can. Records a grow or a rehash in place, if there is one.
    ///
    /// # Errors
    /// If the table's size overflows `isize`, or the allocator has no memory.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn try_reserve(&mut self, additional: usize, hasher: impl Fn(&T) -> u64) -> Result<(), TryReserveError> {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |table| table.try_reserve(additional, hasher))
    }

    /// Number of buckets. O(1); not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn num_buckets(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.num_buckets()
    }

    /// Number of elements the table can hold without a resize. O(1); not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn capacity(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.capacity()
    }

    /// Number of elements. O(1); not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn len(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.len()
    }

    /// Whether there are no elements. O(1); not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_empty(&self) -> bool {
        reads!(self.inner, Look);
        self.inner.map.is_empty()
    }

    /// The elements, in arbitrary order. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter(&self) -> Iter<'_, T> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }

    /// The elements, to be changed in place. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter_mut(&mut self) -> IterMut<'_, T> {
        writes!(self.inner, Change);
        self.inner.map.iter_mut()
    }

    /// Pointers to the elements. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn unsafe_iter(&mut self) -> UnsafeIter<'_, T> {
        writes!(self.inner, Change);
        self.inner.map.unsafe_iter()
    }

    /// The buckets that have an element. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter_buckets(&self) -> IterBuckets<'_, T> {
        reads!(self.inner, Iterate);
        self.inner.map.iter_buckets()
    }

    /// The elements that may have this hash. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter_hash(&self, hash: u64) -> IterHash<'_, T> {
        reads!(self.inner, Iterate);
        self.inner.map.iter_hash(hash)
    }

    /// The elements that may have this hash, to be changed in place. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter_hash_mut(&mut self, hash: u64) -> IterHashMut<'_, T> {
        writes!(self.inner, Change);
        self.inner.map.iter_hash_mut(hash)
    }

    /// The buckets of the elements that may have this hash. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter_hash_buckets(&self, hash: u64) -> IterHashBuckets<'_, T> {
        reads!(self.inner, Iterate);
        self.inner.map.iter_hash_buckets(hash)
    }

    /// Removes the elements for which `f` says no. Records one batch.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn retain(&mut self, f: impl FnMut(&mut T) -> bool) {
        let elements = self.inner.map.len();
        let mut batch = self.inner.batch(BatchDoor::Retain, elements);
        batch.offer(elements);
        batch.map().retain(f);
    }

    /// Takes out all elements and keeps the table. Records one batch at the call, for all elements.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn drain(&mut self) -> Drain<'_, T, A> {
        self.inner.drained(self.inner.map.len());
        self.inner.map.drain()
    }

    /// Takes out the elements for which `f` says so, as the iterator gets to them. Each removal is counted when it
    /// happens; one batch is recorded when the iterator is dropped.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn extract_if<F>(&mut self, f: F) -> ExtractIf<'_, T, F, A>
    where
        F: FnMut(&mut T) -> bool,
    {
        let (table, removals) = self.inner.removals(BatchDoor::ExtractIf, self.inner.map.len());
        ExtractIf::new(table.extract_if(f), removals)
    }

    /// Several elements, to be changed in place. Not recorded.
    ///
    /// # Panics
    /// If two are the same.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_disjoint_mut<const N: usize>(
        &mut self,
        hashes: [u64; N],
        eq: impl FnMut(usize, &T) -> bool,
    ) -> [Option<&'_ mut T>; N] {
        writes!(self.inner, Change);
        self.inner.map.get_disjoint_mut(hashes, eq)
    }

    /// [`get_disjoint_mut`](Self::get_disjoint_mut), by its old name.
    #[deprecated(note = "use `get_disjoint_mut` instead")]
    #[inline]
    pub fn get_many_mut<const N: usize>(
        &mut self,
        hashes: [u64; N],
        eq: impl FnMut(usize, &T) -> bool,
    ) -> [Option<&'_ mut T>; N] {
        self.get_disjoint_mut(hashes, eq)
    }

    /// Bytes that the table has of its allocator. O(1); not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn allocation_size(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.allocation_size()
    }
}
