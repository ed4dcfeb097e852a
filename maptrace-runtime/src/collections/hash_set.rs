//! The traced [`HashSet`] and its iterators, as in [`std::collections::hash_set`].
//!
//! | method | what is recorded |
//! |---|---|
//! | `insert`, `replace` | an assign: new, or replaced if the element was there already |
//! | `remove`, `take` | a delete, hit or miss |
//! | `reserve`, `try_reserve`, `shrink_to`, `shrink_to_fit` | a grow, rehash in place or shrink, if there is one |
//! | `clear` | a clear |
//! | `extend`, `from_iter`, `collect`, `From` an array, `put_all`, `clone`, `clone_from`, operators `&`, `\|`, `^`, `-` | one batch |
//! | `retain`, `drain`, `extract_if` | one batch |
//! | drop, `into_iter`, `into_std` | the set's lifetime with its totals |
//! | everything else: `contains`, `get`, iteration, `union`, `==`, ... | nothing: these are the plain set's methods |
//!
//! An insert that makes the table grow, or lay out its elements again, also leaves that as an episode, with the time
//! it took. Tombstones that a removal through `extract_if` leaves are published with the next change of another
//! kind.

use std::borrow::Borrow;
use std::collections::HashSet as Plain;
use std::hash::{BuildHasher, Hash, RandomState};

pub use std::collections::hash_set::{Difference, Drain, Intersection, IntoIter, Iter, SymmetricDifference, Union};

use super::TryReserveError;
use crate::episode::BatchDoor;
use crate::traced::Traced;

mod bulk;
mod extract_if;
#[cfg(feature = "rayon")]
mod par;
#[cfg(feature = "serde")]
mod serde;
mod traits;

pub use extract_if::ExtractIf;

/// [`std::collections::HashSet`], traced.
///
/// It is the plain set, whole and unchanged, and 16 bytes beside it: every method and trait does what the plain
/// set's does, calls the hasher as often, and allocates as much. What is recorded is said in the
/// [module's table](self).
///
/// ```
/// # use maptrace_runtime::collections::HashSet;
/// let mut seen = HashSet::new();
/// assert!(seen.insert("alice"));
/// assert!(!seen.insert("alice"));
/// assert!(!seen.remove("bob"));
/// ```
///
/// # Panics
/// Where the plain set does, and with the same result: a panic in the element's `Hash` or `Eq`, or in a closure,
/// leaves the plain set as it is left without maptrace, and what had changed by then is counted.
pub struct HashSet<T, S = RandomState> {
    inner: Traced<Plain<T, S>>,
}

impl<T> HashSet<T, RandomState> {
    /// Makes an empty set, with the caller's place as its site.
    ///
    /// Does not allocate and records nothing: a set is registered by its first change.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        Self {
            inner: Traced::new(Plain::new()),
        }
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
        Self {
            inner: Traced::new(Plain::with_capacity(capacity)),
        }
    }
}

impl<T, S> HashSet<T, S> {
    /// Makes an empty set that will use this hasher.
    ///
    /// Does not allocate and records nothing. Usable in `const` and `static`.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashSet;
    /// use std::hash::{BuildHasherDefault, DefaultHasher};
    /// const EMPTY: &HashSet<u8, BuildHasherDefault<DefaultHasher>> = &HashSet::with_hasher(BuildHasherDefault::new());
    /// assert!(EMPTY.is_empty());
    /// ```
    #[inline]
    #[track_caller]
    pub const fn with_hasher(hasher: S) -> Self {
        Self {
            inner: Traced::new(Plain::with_hasher(hasher)),
        }
    }

    /// Makes an empty set with room for at least `capacity` elements that will use this hasher.
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

    /// Gives up tracing and returns the plain set. Costs nothing; the set counts as freed, with its elements.
    ///
    /// An associated function, so that it never hides a method of std's.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashSet;
    /// let traced = HashSet::from([1, 2]);
    /// let plain: std::collections::HashSet<_> = HashSet::into_std(traced);
    /// assert!(plain.contains(&1));
    /// ```
    #[inline]
    #[must_use]
    pub fn into_std(this: Self) -> Plain<T, S> {
        this.inner.into_plain()
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
    pub fn drain(&mut self) -> Drain<'_, T> {
        self.inner.drained(self.inner.map.len());
        self.inner.map.drain()
    }

    /// Takes out the elements for which `pred` says so, as the iterator gets to them. Each removal is counted when it
    /// happens; one batch is recorded when the iterator is dropped.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashSet;
    /// let mut set: HashSet<u32> = (0..8).collect();
    /// let odd = set.extract_if(|n| n % 2 == 1).count();
    /// assert_eq!((odd, set.len()), (4, 4));
    /// ```
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn extract_if<F>(&mut self, pred: F) -> ExtractIf<'_, T, F>
    where
        F: FnMut(&T) -> bool,
    {
        let (set, removals) = self.inner.removals(BatchDoor::ExtractIf, self.inner.map.len());
        ExtractIf::new(set.extract_if(pred), removals)
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

impl<T, S> HashSet<T, S>
where
    T: Eq + Hash,
    S: BuildHasher,
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
    pub fn difference<'a>(&'a self, other: &'a HashSet<T, S>) -> Difference<'a, T, S> {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.difference(&other.inner.map)
    }

    /// The elements that are in one of the sets and not in both. Lazy: one look-up an element; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn symmetric_difference<'a>(&'a self, other: &'a HashSet<T, S>) -> SymmetricDifference<'a, T, S> {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.symmetric_difference(&other.inner.map)
    }

    /// The elements that are in both sets. Lazy: one look-up an element of the smaller set; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn intersection<'a>(&'a self, other: &'a HashSet<T, S>) -> Intersection<'a, T, S> {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.intersection(&other.inner.map)
    }

    /// The elements that are in one of the sets or in both, each once. Lazy: one look-up an element of the smaller
    /// set; not recorded.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashSet;
    /// let (a, b) = (HashSet::from([1, 2]), HashSet::from([2, 3]));
    /// assert_eq!(a.union(&b).count(), 3);
    /// ```
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn union<'a>(&'a self, other: &'a HashSet<T, S>) -> Union<'a, T, S> {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.union(&other.inner.map)
    }

    /// Whether `value` is there. One hash; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn contains<Q>(&self, value: &Q) -> bool
    where
        T: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.contains(value)
    }

    /// The element that equals `value`, as the set has it. One hash; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get<Q>(&self, value: &Q) -> Option<&T>
    where
        T: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.get(value)
    }

    /// Whether the sets have no element in common. One look-up an element of the smaller set; not recorded.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_disjoint(&self, other: &HashSet<T, S>) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.is_disjoint(&other.inner.map)
    }

    /// Whether each element is in `other`. One look-up an element; not recorded.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_subset(&self, other: &HashSet<T, S>) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.is_subset(&other.inner.map)
    }

    /// Whether each element of `other` is here. One look-up an element of `other`; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_superset(&self, other: &HashSet<T, S>) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.is_superset(&other.inner.map)
    }

    /// Puts in an element and says whether it is new; one that is there stays. Records an assign, new or replaced; if
    /// the table was full, also the grow or rehash in place, timed.
    ///
    /// # Panics
    /// If the table's size overflows `isize`.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashSet;
    /// let mut set = HashSet::new();
    /// assert!(set.insert(1));
    /// assert!(!set.insert(1));
    /// ```
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(&mut self, value: T) -> bool {
        self.inner.assign(|set| set.insert(value))
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
        T: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.inner.delete(|set| set.remove(value))
    }

    /// Takes out the element that equals `value` and returns it. Records a delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn take<Q>(&mut self, value: &Q) -> Option<T>
    where
        T: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.inner.delete(|set| set.take(value))
    }
}
