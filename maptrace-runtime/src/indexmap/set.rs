//! The traced [`IndexSet`] and its iterators, as in [`indexmap::set`].
//!
//! | method | what is recorded |
//! |---|---|
//! | `insert`, `replace`, `insert_sorted`, `insert_before`, `shift_insert`, ... | an assign: new, or replaced if the element was there already |
//! | `replace_index` | an assign (replaced) |
//! | `swap_remove`, `shift_remove`, `swap_take`, `pop`, `swap_remove_index`, ... | a delete, hit or miss |
//! | `reserve`, `reserve_exact`, `shrink_to`, `shrink_to_fit`, ... | a grow, rehash in place or shrink, if there is one |
//! | `clear` | a clear |
//! | `extend`, `from_iter`, `collect`, `From` an array, `put_all`, `clone`, `clone_from`, `append`, `split_off`, operators `&`, `\|`, `^`, `-` | one batch |
//! | `retain`, `truncate`, `drain`, `extract_if`, `splice` | one batch |
//! | drop, `into_iter`, `into_boxed_slice`, `sorted_by`, `into_plain` | the set's lifetime with its totals |
//! | everything else: `contains`, `get`, iteration, sorting and other moves, `union`, `==`, ... | nothing: no element comes or goes |
//!
//! What is said of capacity and tombstones in [`map`](super::map) goes for sets as well.

use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash, RandomState};

use ::indexmap::IndexSet as Plain;
#[cfg(feature = "rayon")]
pub use ::indexmap::set::rayon;
pub use ::indexmap::set::{Difference, Drain, Intersection, IntoIter, Iter, Slice, SymmetricDifference, Union};
use ::indexmap::{Equivalent, TryReserveError};

use crate::episode::BatchDoor;
use crate::traced::Traced;

mod bulk;
mod extract_if;
mod indices;
mod mutable;
#[cfg(feature = "rayon")]
mod parallel;
mod ranges;
#[cfg(feature = "serde")]
mod serde;
mod sorting;
mod splice;
mod traits;

pub use extract_if::ExtractIf;
pub use mutable::MutableValues;
pub use splice::Splice;

/// [`indexmap::IndexSet`], traced.
///
/// It is the plain set, whole and unchanged, and 16 bytes beside it: every method and trait does what the plain set's
/// does, calls the hasher as often, and allocates no more (but `splice` may leave more tombstones, and so make the table
/// grow sooner). What is recorded is said in the [module's table](self).
///
/// ```
/// # use maptrace_runtime::indexmap::IndexSet;
/// let mut seen = IndexSet::new();
/// assert!(seen.insert("alice"));
/// assert!(!seen.insert("alice"));
/// assert!(!seen.swap_remove("bob"));
/// ```
///
/// # Panics
/// Where the plain set does, and with the same result: a panic in the element's `Hash` or `Eq`, or in a closure, leaves
/// the plain set as it is left without maptrace, and what had changed by then is counted.
pub struct IndexSet<T, S = RandomState> {
    inner: Traced<Plain<T, S>>,
}

impl<T> IndexSet<T> {
    /// Makes an empty set, with the caller's place as its site.
    ///
    /// Does not allocate and records nothing: a set is registered by its first change.
    #[inline]
    #[track_caller]
    pub fn new() -> Self {
        Self { inner: Traced::new(Plain::new()) }
    }

    /// Makes an empty set with room for `n` elements. Records nothing; see [`new`](Self::new).
    #[inline]
    #[track_caller]
    pub fn with_capacity(n: usize) -> Self {
        Self { inner: Traced::new(Plain::with_capacity(n)) }
    }
}

impl<T, S> IndexSet<T, S> {
    /// Makes an empty set with room for `n` elements that will use this hasher. Records nothing.
    #[inline]
    #[track_caller]
    pub fn with_capacity_and_hasher(n: usize, hash_builder: S) -> Self {
        Self { inner: Traced::new(Plain::with_capacity_and_hasher(n, hash_builder)) }
    }

    /// Makes an empty set that will use this hasher. Does not allocate and records nothing. Usable in `const` and
    /// `static`.
    #[inline]
    #[track_caller]
    pub const fn with_hasher(hash_builder: S) -> Self {
        Self { inner: Traced::new(Plain::with_hasher(hash_builder)) }
    }

    /// Number of elements the set can hold without a resize: what its table of indices or its vector of elements has
    /// room for, whichever is less. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn capacity(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.capacity()
    }

    /// The set's hasher. Not recorded.
    #[inline]
    pub fn hasher(&self) -> &S {
        self.inner.map.hasher()
    }

    /// Number of elements. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn len(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.len()
    }

    /// Whether there are no elements. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_empty(&self) -> bool {
        reads!(self.inner, Look);
        self.inner.map.is_empty()
    }

    /// The elements, in their order. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter(&self) -> Iter<'_, T> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }

    /// Removes all elements and keeps what is allocated. Records a clear.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn clear(&mut self) {
        self.inner.clear(Plain::clear);
    }

    /// Makes room for `additional` more elements. Records a grow or a rehash in place, if there is one.
    ///
    /// # Panics
    /// If the size overflows `isize`.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn reserve(&mut self, additional: usize) {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |set| set.reserve(additional));
    }

    /// Makes room for `additional` more elements, and no more of them than that. Records a grow or a rehash in place,
    /// if there is one.
    ///
    /// # Panics
    /// If the size overflows `isize`.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn reserve_exact(&mut self, additional: usize) {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |set| set.reserve_exact(additional));
    }

    /// Makes room for `additional` more elements, if it can. Records a grow or a rehash in place, if there is one.
    ///
    /// # Errors
    /// If the size overflows `isize`, or the allocator has no memory.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn try_reserve(&mut self, additional: usize) -> Result<(), TryReserveError> {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |set| set.try_reserve(additional))
    }

    /// Makes room for `additional` more elements and no more of them than that, if it can. Records a grow or a rehash
    /// in place, if there is one.
    ///
    /// # Errors
    /// If the size overflows `isize`, or the allocator has no memory.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn try_reserve_exact(&mut self, additional: usize) -> Result<(), TryReserveError> {
        let wanted = self.inner.map.len().saturating_add(additional);
        self.inner.resize(wanted, |set| set.try_reserve_exact(additional))
    }

    /// Gives back room that the elements do not need. Records a shrink, if there is one.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shrink_to_fit(&mut self) {
        self.inner.shrink(0, Plain::shrink_to_fit);
    }

    /// Gives back room that neither the elements need nor `min_capacity`. Records a shrink, if there is one.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shrink_to(&mut self, min_capacity: usize) {
        self.inner.shrink(min_capacity, |set| set.shrink_to(min_capacity));
    }
}

impl<T, S> IndexSet<T, S>
where
    T: Hash + Eq,
    S: BuildHasher,
{
    /// Puts in an element, at the end, and says whether it is new; one that is there stays. Records an assign, new or
    /// replaced; if the set was full, also the grow or rehash in place, timed.
    ///
    /// ```
    /// # use maptrace_runtime::indexmap::IndexSet;
    /// let mut set = IndexSet::new();
    /// assert!(set.insert(1));
    /// assert!(!set.insert(1));
    /// ```
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(&mut self, value: T) -> bool {
        self.inner.assign(|set| set.insert(value))
    }

    /// As [`insert`](Self::insert), and returns the element's index as well.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_full(&mut self, value: T) -> (usize, bool) {
        self.inner.assign(|set| set.insert_full(value))
    }

    /// Puts in an element at its place in a set that is sorted. Records an assign, new or replaced.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_sorted(&mut self, value: T) -> (usize, bool)
    where
        T: Ord, {
        self.inner.assign(|set| set.insert_sorted(value))
    }

    /// Puts in an element at its place in a set that is sorted by `cmp`. Records an assign, new or replaced.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_sorted_by<F>(&mut self, value: T, cmp: F) -> (usize, bool)
    where
        F: FnMut(&T, &T) -> Ordering, {
        self.inner.assign(|set| set.insert_sorted_by(value, cmp))
    }

    /// Puts in an element at its place in a set that is sorted by `sort_key`. Records an assign, new or replaced.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_sorted_by_key<B, F>(&mut self, value: T, sort_key: F) -> (usize, bool)
    where
        B: Ord,
        F: FnMut(&T) -> B, {
        self.inner.assign(|set| set.insert_sorted_by_key(value, sort_key))
    }

    /// Puts in an element before that at `index`, or moves it there. Records an assign, new or replaced.
    ///
    /// # Panics
    /// If `index` is past the end.
    #[inline]
    #[track_caller]
    pub fn insert_before(&mut self, index: usize, value: T) -> (usize, bool) {
        self.inner.assign(|set| set.insert_before(index, value))
    }

    /// Puts in an element at `index`, or moves it there. Records an assign, new or replaced.
    ///
    /// # Panics
    /// If `index` is past the end.
    #[inline]
    #[track_caller]
    pub fn shift_insert(&mut self, index: usize, value: T) -> bool {
        self.inner.assign(|set| set.shift_insert(index, value))
    }

    /// Puts in an element in place of the one that equals it, which it returns. Records an assign, new or replaced.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn replace(&mut self, value: T) -> Option<T> {
        self.inner.assign(|set| set.replace(value))
    }

    /// As [`replace`](Self::replace), and returns the element's index as well.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn replace_full(&mut self, value: T) -> (usize, Option<T>) {
        self.inner.assign(|set| set.replace_full(value))
    }

    /// Puts another element in place of the one at `index`, which it returns. Records an assign (replaced).
    ///
    /// # Errors
    /// If the element is at another index; nothing is changed and recorded then.
    ///
    /// # Panics
    /// If there is no such index.
    #[inline]
    #[track_caller]
    pub fn replace_index(&mut self, index: usize, value: T) -> Result<T, (usize, T)> {
        let (set, mut door) = self.inner.entry_parts();
        let replaced = set.replace_index(index, value);
        if replaced.is_ok() {
            door.assigned_replaced();
        }
        replaced
    }

    /// The elements of this set that are not in `other`. Lazy; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn difference<'a, S2>(&'a self, other: &'a IndexSet<T, S2>) -> Difference<'a, T, S2>
    where
        S2: BuildHasher, {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.difference(&other.inner.map)
    }

    /// The elements that are in one of the sets and not in both. Lazy; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn symmetric_difference<'a, S2>(
        &'a self,
        other: &'a IndexSet<T, S2>,
    ) -> SymmetricDifference<'a, T, S, S2>
    where
        S2: BuildHasher, {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.symmetric_difference(&other.inner.map)
    }

    /// The elements that are in both sets. Lazy; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn intersection<'a, S2>(&'a self, other: &'a IndexSet<T, S2>) -> Intersection<'a, T, S2>
    where
        S2: BuildHasher, {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.intersection(&other.inner.map)
    }

    /// The elements that are in one of the sets or in both, each once. Lazy; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn union<'a, S2>(&'a self, other: &'a IndexSet<T, S2>) -> Union<'a, T, S>
    where
        S2: BuildHasher, {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.union(&other.inner.map)
    }

    /// Moves all elements of `other` here, as [`extend`](Extend::extend) would. Records one batch on each set.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn append<S2>(&mut self, other: &mut IndexSet<T, S2>) {
        self.fill(BatchDoor::Append, other.drain(..));
    }
}

impl<T, S> IndexSet<T, S>
where
    S: BuildHasher,
{
    /// Whether `value` is there. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn contains<Q>(&self, value: &Q) -> bool
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        reads!(self.inner, Get);
        self.inner.map.contains(value)
    }

    /// The element that equals `value`, as the set has it. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get<Q>(&self, value: &Q) -> Option<&T>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        reads!(self.inner, Get);
        self.inner.map.get(value)
    }

    /// The index of `value`, and the element as the set has it. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_full<Q>(&self, value: &Q) -> Option<(usize, &T)>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        reads!(self.inner, Get);
        self.inner.map.get_full(value)
    }

    /// The index of `value`. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_index_of<Q>(&self, value: &Q) -> Option<usize>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        reads!(self.inner, Get);
        self.inner.map.get_index_of(value)
    }

    /// Takes out the element that equals `value` and says whether it was there; the last element comes to its place.
    /// Records a delete, hit or miss.
    #[inline]
    #[deprecated(note = "`remove` disrupts the set order -- \
        use `swap_remove` or `shift_remove` for explicit behavior.")]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove<Q>(&mut self, value: &Q) -> bool
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.swap_remove(value)
    }

    /// Takes out the element that equals `value` and says whether it was there; the last element comes to its place.
    /// Records a delete, hit or miss.
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn swap_remove<Q>(&mut self, value: &Q) -> bool
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.delete(|set| set.swap_remove(value))
    }

    /// Takes out the element that equals `value` and says whether it was there; those after it move up. Records a
    /// delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shift_remove<Q>(&mut self, value: &Q) -> bool
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.delete(|set| set.shift_remove(value))
    }

    /// Takes out the element that equals `value` and returns it; the last element comes to its place. Records a delete,
    /// hit or miss.
    #[inline]
    #[deprecated(note = "`take` disrupts the set order -- \
        use `swap_take` or `shift_take` for explicit behavior.")]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn take<Q>(&mut self, value: &Q) -> Option<T>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.swap_take(value)
    }

    /// Takes out the element that equals `value` and returns it; the last element comes to its place. Records a delete,
    /// hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn swap_take<Q>(&mut self, value: &Q) -> Option<T>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.delete(|set| set.swap_take(value))
    }

    /// Takes out the element that equals `value` and returns it; those after it move up. Records a delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shift_take<Q>(&mut self, value: &Q) -> Option<T>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.delete(|set| set.shift_take(value))
    }

    /// Takes out the element that equals `value` and returns it with its index; the last element comes to its place.
    /// Records a delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn swap_remove_full<Q>(&mut self, value: &Q) -> Option<(usize, T)>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.delete(|set| set.swap_remove_full(value))
    }

    /// Takes out the element that equals `value` and returns it with its index; those after it move up. Records a
    /// delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shift_remove_full<Q>(&mut self, value: &Q) -> Option<(usize, T)>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.delete(|set| set.shift_remove_full(value))
    }
}

impl<T, S> IndexSet<T, S> {
    /// Takes out the last element. Records a delete, hit or miss.
    #[inline]
    #[doc(alias = "pop_last")] // like `BTreeSet`
    #[cfg_attr(feature = "race", track_caller)]
    pub fn pop(&mut self) -> Option<T> {
        self.inner.delete(|set| set.pop())
    }

    /// Takes out the last element if `predicate` says so. Records a delete (hit), or nothing.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn pop_if(&mut self, predicate: impl FnOnce(&T) -> bool) -> Option<T> {
        writes!(self.inner, Delete);
        let (set, mut door) = self.inner.entry_parts();
        let last = set.pop_if(predicate);
        if last.is_some() {
            door.deleted();
        }
        last
    }

    /// Removes the elements for which `keep` says no, and keeps what is allocated. Records one batch.
    ///
    /// # Panics
    /// If `keep` does; elements removed before stay removed and are counted.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn retain<F>(&mut self, keep: F)
    where
        F: FnMut(&T) -> bool, {
        let elements = self.inner.map.len();
        let mut batch = self.inner.batch(BatchDoor::Retain, elements);
        batch.offer(elements);
        batch.map().retain(keep);
    }
}

impl<T, S> IndexSet<T, S>
where
    T: Eq + Hash,
    S: BuildHasher,
{
    /// Whether the sets have no element in common. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_disjoint<S2>(&self, other: &IndexSet<T, S2>) -> bool
    where
        S2: BuildHasher, {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.is_disjoint(&other.inner.map)
    }

    /// Whether each element is in `other`. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_subset<S2>(&self, other: &IndexSet<T, S2>) -> bool
    where
        S2: BuildHasher, {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.is_subset(&other.inner.map)
    }

    /// Whether each element of `other` is here. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_superset<S2>(&self, other: &IndexSet<T, S2>) -> bool
    where
        S2: BuildHasher, {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.is_superset(&other.inner.map)
    }
}

impl<T, S> IndexSet<T, S> {
    /// Gives up tracing and returns the plain set. Costs nothing; the set counts as freed, with its elements.
    ///
    /// An associated function, so that it never hides a method of indexmap's.
    ///
    /// ```
    /// # use maptrace_runtime::indexmap::IndexSet;
    /// let traced = IndexSet::from([1, 2]);
    /// let plain: indexmap::IndexSet<_> = IndexSet::into_plain(traced);
    /// assert!(plain.contains(&1));
    /// ```
    #[inline]
    #[must_use]
    pub fn into_plain(this: Self) -> Plain<T, S> {
        this.inner.into_plain()
    }
}
