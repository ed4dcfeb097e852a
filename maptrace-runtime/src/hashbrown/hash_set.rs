//! The traced [`HashSet`], its entries and its iterators, as in [hashbrown's `hash_set`](::hashbrown::hash_set).
//!
//! What is recorded is what is recorded of [std's](crate::collections::hash_set), and:
//!
//! | method | what is recorded |
//! |---|---|
//! | `get_or_insert`, `get_or_insert_with` | an assign: new, or replaced if the element was there already |
//! | `entry` and what is done with it | an assign (new) for each element put in, a hit for each removed |
//! | `insert_unique_unchecked` | an assign (new) |
//! | operators `\|=`, `&=`, `^=`, `-=` | one batch |
//! | `From` a map | the map's lifetime, and one batch |
//!
//! hashbrown's `entry` never resizes the table; putting in what is not there does. Whether it does if the table has no
//! room but tombstones is seen with the next change of the set: the grow or rehash in place is then counted, without
//! its time. No other method of a set's is so.

use std::hash::{BuildHasher, Hash};

use ::hashbrown::HashSet as Plain;
use allocator_api2::alloc::{Allocator, Global};

pub use ::hashbrown::hash_set::{Difference, Drain, Intersection, IntoIter, Iter, SymmetricDifference, Union};

use super::{DefaultHashBuilder, Equivalent, TryReserveError};
use crate::episode::BatchDoor;
use crate::traced::{Resize, Traced};

mod bulk;
mod entry;
mod extract_if;
#[cfg(feature = "rayon")]
mod par;
#[cfg(feature = "serde")]
mod serde;
mod traits;

pub use entry::{Entry, OccupiedEntry, VacantEntry};
pub use extract_if::ExtractIf;

/// The parallel iterators of sets: hashbrown's own.
#[cfg(feature = "rayon")]
pub mod rayon {
    pub use ::hashbrown::hash_set::rayon::*;
}

/// [hashbrown's `HashSet`](::hashbrown::HashSet), traced.
///
/// It is the plain set, whole and unchanged, and 16 bytes beside it: every method and trait does what the plain
/// set's does, calls the hasher as often, and allocates as much. What is recorded is said in the
/// [module's table](self).
///
/// ```
/// # use maptrace_runtime::hashbrown::HashSet;
/// let mut seen = HashSet::new();
/// assert!(seen.insert("alice"));
/// assert_eq!(seen.get_or_insert_with("alice", |_| unreachable!()), &"alice");
/// assert!(!seen.remove("bob"));
/// ```
///
/// # Panics
/// Where the plain set does, and with the same result; what had changed by then is counted.
pub struct HashSet<T, S = DefaultHashBuilder, A: Allocator = Global> {
    pub(super) inner: Traced<Plain<T, S, A>>,
}

impl<T> HashSet<T, DefaultHashBuilder> {
    /// Makes an empty set, with the caller's place as its site.
    ///
    /// Does not allocate and records nothing: a set is registered by its first change.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        Self { inner: Traced::new(Plain::new()) }
    }

    /// Makes an empty set with room for at least `capacity` elements.
    ///
    /// Records nothing; see [`new`](Self::new).
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

impl<T: Hash + Eq, A: Allocator> HashSet<T, DefaultHashBuilder, A> {
    /// Makes an empty set that will use this allocator. Records nothing.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn new_in(alloc: A) -> Self {
        Self { inner: Traced::new(Plain::new_in(alloc)) }
    }

    /// Makes an empty set with room for at least `capacity` elements that will use this allocator. Records nothing.
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

impl<T, S> HashSet<T, S, Global> {
    /// Makes an empty set that will use this hasher.
    ///
    /// Does not allocate and records nothing. Usable in `const` and `static`.
    #[inline]
    #[must_use]
    #[track_caller]
    pub const fn with_hasher(hasher: S) -> Self {
        Self { inner: Traced::new(Plain::with_hasher(hasher)) }
    }

    /// Makes an empty set with room for at least `capacity` elements that will use this hasher.
    ///
    /// Records nothing.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn with_capacity_and_hasher(capacity: usize, hasher: S) -> Self {
        Self { inner: Traced::new(Plain::with_capacity_and_hasher(capacity, hasher)) }
    }
}

impl<T, S, A: Allocator> HashSet<T, S, A> {
    /// Gives up tracing and returns the plain set. Costs nothing; the set counts as freed, with its elements.
    ///
    /// An associated function, so that it never hides a method of hashbrown's.
    #[inline]
    #[must_use]
    pub fn into_hashbrown(this: Self) -> Plain<T, S, A> {
        this.inner.into_plain()
    }

    /// The set's allocator. Not recorded.
    #[inline]
    pub fn allocator(&self) -> &A {
        self.inner.map.allocator()
    }

    /// Makes an empty set that will use this hasher and this allocator.
    ///
    /// Does not allocate and records nothing. Usable in `const` and `static`.
    #[inline]
    #[must_use]
    #[track_caller]
    pub const fn with_hasher_in(hasher: S, alloc: A) -> Self {
        Self { inner: Traced::new(Plain::with_hasher_in(hasher, alloc)) }
    }

    /// Makes an empty set with room for at least `capacity` elements that will use this hasher and this allocator.
    /// Records nothing.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn with_capacity_and_hasher_in(capacity: usize, hasher: S, alloc: A) -> Self {
        Self { inner: Traced::new(Plain::with_capacity_and_hasher_in(capacity, hasher, alloc)) }
    }

    /// Number of elements the table can hold without a resize: its free slots and its elements. O(1); not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn capacity(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.capacity()
    }

    /// The elements, in arbitrary order. Iterating takes time in proportion to the capacity; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter(&self) -> Iter<'_, T> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
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

    /// Takes out all elements and keeps the table. Records one batch at the call, for all elements: those the
    /// iterator is dropped with are removed as well.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn drain(&mut self) -> Drain<'_, T, A> {
        self.inner.drained(self.inner.map.len());
        self.inner.map.drain()
    }

    /// Removes the elements for which `f` says no. Takes time in proportion to the capacity, and leaves the table as
    /// large as it was. Records one batch.
    ///
    /// # Panics
    /// If `f` does; elements removed before stay removed and are counted.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn retain<F>(&mut self, f: F)
    where
        F: FnMut(&T) -> bool,
    {
        let elements = self.inner.map.len();
        let mut batch = self.inner.batch(BatchDoor::Retain, elements);
        batch.offer(elements);
        batch.map().retain(f);
    }

    /// Takes out the elements for which `pred` says so, as the iterator gets to them. Each removal is counted when it
    /// happens; one batch is recorded when the iterator is dropped.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn extract_if<F>(&mut self, pred: F) -> ExtractIf<'_, T, F, A>
    where
        F: FnMut(&T) -> bool,
    {
        let (set, removals) = self.inner.removals(BatchDoor::ExtractIf, self.inner.map.len());
        ExtractIf::new(set.extract_if(pred), removals)
    }

    /// Removes all elements and keeps the table. Takes time in proportion to the capacity. Records a clear.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn clear(&mut self) {
        self.inner.clear(Plain::clear);
    }

    /// The set's hasher. Not recorded.
    #[inline]
    pub fn hasher(&self) -> &S {
        self.inner.map.hasher()
    }
}

impl<T, S, A> HashSet<T, S, A>
where
    T: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
{
    /// Makes room for `additional` more elements. Records a grow or a rehash in place, if there is one.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn reserve(&mut self, additional: usize) {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |set| set.reserve(additional));
    }

    /// Makes room for `additional` more elements, if it can. Records a grow or a rehash in place, if there is one.
    ///
    /// # Errors
    /// If the table's size overflows `isize`, or the allocator has no memory. The set is unchanged then, and nothing
    /// is recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn try_reserve(&mut self, additional: usize) -> Result<(), TryReserveError> {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |set| set.try_reserve(additional))
    }

    /// Makes the table as small as its elements allow. Records a shrink, if there is one.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shrink_to_fit(&mut self) {
        self.inner.shrink(0, Plain::shrink_to_fit);
    }

    /// Makes the table as small as its elements allow, with room for at least `min_capacity`. Records a shrink, if
    /// there is one.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shrink_to(&mut self, min_capacity: usize) {
        self.inner.shrink(min_capacity, |set| set.shrink_to(min_capacity));
    }

    /// The elements of this set that are not in `other`. Lazy: one look-up an element; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn difference<'a>(&'a self, other: &'a Self) -> Difference<'a, T, S, A> {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.difference(&other.inner.map)
    }

    /// The elements that are in one of the sets and not in both. Lazy: one look-up an element; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn symmetric_difference<'a>(&'a self, other: &'a Self) -> SymmetricDifference<'a, T, S, A> {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.symmetric_difference(&other.inner.map)
    }

    /// The elements that are in both sets. Lazy: one look-up an element of the smaller set; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn intersection<'a>(&'a self, other: &'a Self) -> Intersection<'a, T, S, A> {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.intersection(&other.inner.map)
    }

    /// The elements that are in one of the sets or in both, each once. Lazy: one look-up an element of the smaller
    /// set; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn union<'a>(&'a self, other: &'a Self) -> Union<'a, T, S, A> {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.union(&other.inner.map)
    }

    /// Whether `value` is there. One hash; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn contains<Q>(&self, value: &Q) -> bool
    where
        Q: Hash + Equivalent<T> + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.contains(value)
    }

    /// The element that equals `value`, as the set has it. One hash; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get<Q>(&self, value: &Q) -> Option<&T>
    where
        Q: Hash + Equivalent<T> + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.get(value)
    }

    /// The element that equals `value`, which is put in if there is none. Records an assign: new, or replaced if it was
    /// there.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_or_insert(&mut self, value: T) -> &T {
        self.inner.assign_element(|set| set.get_or_insert(value))
    }

    /// The element that equals `value`; if there is none, what `f` makes of it is put in. Records an assign: new, or
    /// replaced if it was there.
    ///
    /// # Panics
    /// If `f` makes something that is not equivalent to `value`, or panics; then nothing is put in.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_or_insert_with<Q, F>(&mut self, value: &Q, f: F) -> &T
    where
        Q: Hash + Equivalent<T> + ?Sized,
        F: FnOnce(&Q) -> T,
    {
        self.inner.assign_element(|set| set.get_or_insert_with(value, f))
    }

    /// The entry of `value`, to look at, to put in or to take out. Records what is then done through it.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn entry(&mut self, value: T) -> Entry<'_, T, S, A> {
        let grow = self.inner.before_vacant();
        if !self.inner.is_short() {
            return self.entry_otherwise(value, grow);
        }
        let (set, door) = self.inner.entry_parts();
        Entry::new(set.entry(value), door, grow)
    }

    #[inline(never)]
    #[cfg_attr(feature = "race", track_caller)]
    fn entry_otherwise(&mut self, value: T, grow: Option<Resize>) -> Entry<'_, T, S, A> {
        let (set, mut door, look_up) = self.inner.look_up_parts();
        let entry = set.entry(value);
        door.looked_up(&look_up);
        Entry::new(entry, door, grow)
    }

    /// Whether the sets have no element in common. One look-up an element of the smaller set; not recorded.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_disjoint(&self, other: &Self) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.is_disjoint(&other.inner.map)
    }

    /// Whether each element is in `other`. One look-up an element; not recorded.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_subset(&self, other: &Self) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.is_subset(&other.inner.map)
    }

    /// Whether each element of `other` is here. One look-up an element of `other`; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_superset(&self, other: &Self) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.is_superset(&other.inner.map)
    }

    /// Puts in an element and says whether it is new; one that is there stays. Records an assign, new or replaced; if
    /// the table was full, also the grow or rehash in place, timed.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(&mut self, value: T) -> bool {
        self.inner.assign(|set| set.insert(value))
    }

    /// Puts in an element without a look whether it is there. Records an assign (new); if the table has no room, also
    /// the grow or rehash in place, timed.
    ///
    /// # Safety
    /// The element must not be in the set.
    #[inline]
    #[expect(unsafe_code, reason = "hashbrown's method is an unsafe function, and so is ours")]
    #[cfg_attr(feature = "race", track_caller)]
    pub unsafe fn insert_unique_unchecked(&mut self, value: T) -> &T {
        self.inner.assign_element(|set| {
            // SAFETY: the caller promises what the plain set's method asks for: a new element.
            unsafe { set.insert_unique_unchecked(value) }
        })
    }

    /// Puts in an element in place of the one that equals it, which it returns. Records an assign, new or replaced; if
    /// the table was full, also the grow or rehash in place, timed.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn replace(&mut self, value: T) -> Option<T> {
        self.inner.assign(|set| set.replace(value))
    }

    /// Takes out the element that equals `value` and says whether it was there. Records a delete, hit or miss.
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove<Q>(&mut self, value: &Q) -> bool
    where
        Q: Hash + Equivalent<T> + ?Sized,
    {
        self.inner.delete(|set| set.remove(value))
    }

    /// Takes out the element that equals `value` and returns it. Records a delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn take<Q>(&mut self, value: &Q) -> Option<T>
    where
        Q: Hash + Equivalent<T> + ?Sized,
    {
        self.inner.delete(|set| set.take(value))
    }

    /// Bytes that the set has of its allocator. O(1); not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn allocation_size(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.allocation_size()
    }
}
