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
use std::ops::{Bound, RangeBounds};

use ::indexmap::IndexSet as Plain;
#[cfg(feature = "rayon")]
pub use ::indexmap::set::rayon;
pub use ::indexmap::set::{Difference, Drain, Intersection, IntoIter, Iter, Slice, SymmetricDifference, Union};
use ::indexmap::{Equivalent, TryReserveError};

use super::bounds;
use crate::episode::BatchDoor;
use crate::traced::{Traced, clock_before};

mod bulk;
mod extract_if;
mod mutable;
#[cfg(feature = "rayon")]
mod parallel;
#[cfg(feature = "serde")]
mod serde;
mod splice;
mod traits;

pub use extract_if::ExtractIf;
pub use mutable::MutableValues;
pub use splice::Splice;

/// [`indexmap::IndexSet`], traced.
///
/// It is the plain set, whole and unchanged, and 16 bytes beside it: every method and trait does what the plain set's
/// does, calls the hasher as often, and allocates as much (`splice` keeps what it took out in another vector). What is
/// recorded is said in the [module's table](self).
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
    pub fn capacity(&self) -> usize {
        self.inner.map.capacity()
    }

    /// The set's hasher. Not recorded.
    #[inline]
    pub fn hasher(&self) -> &S {
        self.inner.map.hasher()
    }

    /// Number of elements. Not recorded.
    #[inline]
    pub fn len(&self) -> usize {
        self.inner.map.len()
    }

    /// Whether there are no elements. Not recorded.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.inner.map.is_empty()
    }

    /// The elements, in their order. Not recorded.
    #[inline]
    pub fn iter(&self) -> Iter<'_, T> {
        self.inner.map.iter()
    }

    /// Removes all elements and keeps what is allocated. Records a clear.
    #[inline]
    pub fn clear(&mut self) {
        self.inner.clear(Plain::clear);
    }

    /// Removes the elements past the first `len`. Records one batch, if there are any.
    #[inline]
    pub fn truncate(&mut self, len: usize) {
        let elements = self.len();
        if len < elements {
            let mut batch = self.inner.batch(BatchDoor::Truncate, elements - len);
            batch.offer(elements - len);
            batch.map().truncate(len);
        }
    }

    /// Takes out the elements in `range` of indices. Records one batch at the call, for all of them: those the iterator
    /// is dropped with are removed as well.
    ///
    /// # Panics
    /// If the range is not within the set.
    #[inline]
    #[track_caller]
    pub fn drain<R>(&mut self, range: R) -> Drain<'_, T>
    where
        R: RangeBounds<usize>, {
        let range = bounds(&range);
        let removed = self.width(range);
        self.inner.drained(removed);
        self.inner.map.drain(range)
    }

    /// Takes out the elements in `range` of indices for which `pred` says so, as the iterator gets to them. Each
    /// removal is counted when it happens; one batch is recorded when the iterator is dropped.
    ///
    /// # Panics
    /// If the range is not within the set.
    #[inline]
    #[track_caller]
    pub fn extract_if<F, R>(&mut self, range: R, pred: F) -> ExtractIf<'_, T, F>
    where
        F: FnMut(&T) -> bool,
        R: RangeBounds<usize>, {
        let range = bounds(&range);
        let elements = self.width(range);
        let (set, removals) = self.inner.removals(BatchDoor::ExtractIf, elements);
        ExtractIf::new(set.extract_if(range, pred), removals)
    }

    /// Takes the elements from index `at` on into a set of its own, whose site is the caller's place. Records one batch
    /// on each set: elements removed, and elements assigned.
    ///
    /// # Panics
    /// If `at` is past the end.
    #[inline]
    #[track_caller]
    pub fn split_off(&mut self, at: usize) -> Self
    where
        S: Clone, {
        if at > self.len() {
            // Panics, in the plain set's words.
            self.inner.map.split_off(at);
        }
        let offered = self.len() - at;
        let start = clock_before(offered);
        let mut batch = self.inner.batch(BatchDoor::Append, offered);
        batch.offer(offered);
        let mut inner = Traced::new(batch.map().split_off(at));
        drop(batch);
        inner.began_with_entries(BatchDoor::Append, None, start);
        Self { inner }
    }

    /// Makes room for `additional` more elements. Records a grow or a rehash in place, if there is one.
    ///
    /// # Panics
    /// If the size overflows `isize`.
    #[inline]
    pub fn reserve(&mut self, additional: usize) {
        let wanted = self.len().saturating_add(additional);
        self.inner.resize(wanted, |set| set.reserve(additional));
    }

    /// Makes room for `additional` more elements, and no more of them than that. Records a grow or a rehash in place,
    /// if there is one.
    ///
    /// # Panics
    /// If the size overflows `isize`.
    #[inline]
    pub fn reserve_exact(&mut self, additional: usize) {
        let wanted = self.len().saturating_add(additional);
        self.inner.resize(wanted, |set| set.reserve_exact(additional));
    }

    /// Makes room for `additional` more elements, if it can. Records a grow or a rehash in place, if there is one.
    ///
    /// # Errors
    /// If the size overflows `isize`, or the allocator has no memory.
    #[inline]
    pub fn try_reserve(&mut self, additional: usize) -> Result<(), TryReserveError> {
        let wanted = self.len().saturating_add(additional);
        self.inner.resize(wanted, |set| set.try_reserve(additional))
    }

    /// Makes room for `additional` more elements and no more of them than that, if it can. Records a grow or a rehash
    /// in place, if there is one.
    ///
    /// # Errors
    /// If the size overflows `isize`, or the allocator has no memory.
    #[inline]
    pub fn try_reserve_exact(&mut self, additional: usize) -> Result<(), TryReserveError> {
        let wanted = self.len().saturating_add(additional);
        self.inner.resize(wanted, |set| set.try_reserve_exact(additional))
    }

    /// Gives back room that the elements do not need. Records a shrink, if there is one.
    #[inline]
    pub fn shrink_to_fit(&mut self) {
        self.inner.shrink(0, Plain::shrink_to_fit);
    }

    /// Gives back room that neither the elements need nor `min_capacity`. Records a shrink, if there is one.
    #[inline]
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
    #[inline]
    pub fn insert(&mut self, value: T) -> bool {
        self.inner.assign(|set| set.insert(value))
    }

    /// As [`insert`](Self::insert), and returns the element's index as well.
    #[inline]
    pub fn insert_full(&mut self, value: T) -> (usize, bool) {
        self.inner.assign(|set| set.insert_full(value))
    }

    /// Puts in an element at its place in a set that is sorted. Records an assign, new or replaced.
    #[inline]
    pub fn insert_sorted(&mut self, value: T) -> (usize, bool)
    where
        T: Ord, {
        self.inner.assign(|set| set.insert_sorted(value))
    }

    /// Puts in an element at its place in a set that is sorted by `cmp`. Records an assign, new or replaced.
    #[inline]
    pub fn insert_sorted_by<F>(&mut self, value: T, cmp: F) -> (usize, bool)
    where
        F: FnMut(&T, &T) -> Ordering, {
        self.inner.assign(|set| set.insert_sorted_by(value, cmp))
    }

    /// Puts in an element at its place in a set that is sorted by `sort_key`. Records an assign, new or replaced.
    #[inline]
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
    pub fn replace(&mut self, value: T) -> Option<T> {
        self.inner.assign(|set| set.replace(value))
    }

    /// As [`replace`](Self::replace), and returns the element's index as well.
    #[inline]
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
    pub fn difference<'a, S2>(&'a self, other: &'a IndexSet<T, S2>) -> Difference<'a, T, S2>
    where
        S2: BuildHasher, {
        self.inner.map.difference(&other.inner.map)
    }

    /// The elements that are in one of the sets and not in both. Lazy; not recorded.
    #[inline]
    pub fn symmetric_difference<'a, S2>(
        &'a self,
        other: &'a IndexSet<T, S2>,
    ) -> SymmetricDifference<'a, T, S, S2>
    where
        S2: BuildHasher, {
        self.inner.map.symmetric_difference(&other.inner.map)
    }

    /// The elements that are in both sets. Lazy; not recorded.
    #[inline]
    pub fn intersection<'a, S2>(&'a self, other: &'a IndexSet<T, S2>) -> Intersection<'a, T, S2>
    where
        S2: BuildHasher, {
        self.inner.map.intersection(&other.inner.map)
    }

    /// The elements that are in one of the sets or in both, each once. Lazy; not recorded.
    #[inline]
    pub fn union<'a, S2>(&'a self, other: &'a IndexSet<T, S2>) -> Union<'a, T, S>
    where
        S2: BuildHasher, {
        self.inner.map.union(&other.inner.map)
    }

    /// Takes out the elements in `range` of indices and, when the iterator is dropped, puts others in at their place; a
    /// key that is elsewhere in the set has its value replaced there. Records one batch, when the iterator is dropped.
    ///
    /// # Panics
    /// If the range is not within the set.
    #[inline]
    #[track_caller]
    pub fn splice<R, I>(&mut self, range: R, replace_with: I) -> Splice<'_, I::IntoIter, T, S>
    where
        R: RangeBounds<usize>,
        I: IntoIterator<Item = T>, {
        let range = bounds(&range);
        let removed = self.width(range);
        Splice::new(self.inner.batch(BatchDoor::Splice, removed), range, replace_with.into_iter())
    }

    /// Moves all elements of `other` here, as [`extend`](Extend::extend) would. Records one batch on each set.
    #[inline]
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
    pub fn contains<Q>(&self, value: &Q) -> bool
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.map.contains(value)
    }

    /// The element that equals `value`, as the set has it. Not recorded.
    #[inline]
    pub fn get<Q>(&self, value: &Q) -> Option<&T>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.map.get(value)
    }

    /// The index of `value`, and the element as the set has it. Not recorded.
    #[inline]
    pub fn get_full<Q>(&self, value: &Q) -> Option<(usize, &T)>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.map.get_full(value)
    }

    /// The index of `value`. Not recorded.
    #[inline]
    pub fn get_index_of<Q>(&self, value: &Q) -> Option<usize>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.map.get_index_of(value)
    }

    /// Takes out the element that equals `value` and says whether it was there; the last element comes to its place.
    /// Records a delete, hit or miss.
    #[inline]
    #[deprecated(note = "`remove` disrupts the set order -- \
        use `swap_remove` or `shift_remove` for explicit behavior.")]
    pub fn remove<Q>(&mut self, value: &Q) -> bool
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.swap_remove(value)
    }

    /// Takes out the element that equals `value` and says whether it was there; the last element comes to its place.
    /// Records a delete, hit or miss.
    #[inline]
    pub fn swap_remove<Q>(&mut self, value: &Q) -> bool
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.delete(|set| set.swap_remove(value))
    }

    /// Takes out the element that equals `value` and says whether it was there; those after it move up. Records a
    /// delete, hit or miss.
    #[inline]
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
    pub fn take<Q>(&mut self, value: &Q) -> Option<T>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.swap_take(value)
    }

    /// Takes out the element that equals `value` and returns it; the last element comes to its place. Records a delete,
    /// hit or miss.
    #[inline]
    pub fn swap_take<Q>(&mut self, value: &Q) -> Option<T>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.delete(|set| set.swap_take(value))
    }

    /// Takes out the element that equals `value` and returns it; those after it move up. Records a delete, hit or miss.
    #[inline]
    pub fn shift_take<Q>(&mut self, value: &Q) -> Option<T>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.delete(|set| set.shift_take(value))
    }

    /// Takes out the element that equals `value` and returns it with its index; the last element comes to its place.
    /// Records a delete, hit or miss.
    #[inline]
    pub fn swap_remove_full<Q>(&mut self, value: &Q) -> Option<(usize, T)>
    where
        Q: ?Sized + Hash + Equivalent<T>, {
        self.inner.delete(|set| set.swap_remove_full(value))
    }

    /// Takes out the element that equals `value` and returns it with its index; those after it move up. Records a
    /// delete, hit or miss.
    #[inline]
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
    pub fn pop(&mut self) -> Option<T> {
        self.inner.delete(|set| set.pop())
    }

    /// Takes out the last element if `predicate` says so. Records a delete (hit), or nothing.
    #[inline]
    pub fn pop_if(&mut self, predicate: impl FnOnce(&T) -> bool) -> Option<T> {
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
    pub fn retain<F>(&mut self, keep: F)
    where
        F: FnMut(&T) -> bool, {
        let elements = self.len();
        let mut batch = self.inner.batch(BatchDoor::Retain, elements);
        batch.offer(elements);
        batch.map().retain(keep);
    }

    /// Sorts the elements. Not recorded: no entry comes or goes.
    #[inline]
    pub fn sort(&mut self)
    where
        T: Ord, {
        self.inner.moved(|set| set.sort())
    }

    /// Sorts the elements by `cmp`. Not recorded: no entry comes or goes.
    #[inline]
    pub fn sort_by<F>(&mut self, cmp: F)
    where
        F: FnMut(&T, &T) -> Ordering, {
        self.inner.moved(|set| set.sort_by(cmp))
    }

    /// Consumes the set and iterates over its elements, sorted by `cmp`. The set counts as freed, with its elements.
    #[inline]
    pub fn sorted_by<F>(self, cmp: F) -> IntoIter<T>
    where
        F: FnMut(&T, &T) -> Ordering, {
        self.inner.into_plain().sorted_by(cmp)
    }

    /// Sorts the elements by `sort_key`. Not recorded: no entry comes or goes.
    #[inline]
    pub fn sort_by_key<K, F>(&mut self, sort_key: F)
    where
        K: Ord,
        F: FnMut(&T) -> K, {
        self.inner.moved(|set| set.sort_by_key(sort_key))
    }

    /// Sorts the elements, without regard to the order of equals. Not recorded: no entry comes or goes.
    #[inline]
    pub fn sort_unstable(&mut self)
    where
        T: Ord, {
        self.inner.moved(|set| set.sort_unstable())
    }

    /// Sorts the elements by `cmp`, without regard to the order of equals. Not recorded: no entry comes or goes.
    #[inline]
    pub fn sort_unstable_by<F>(&mut self, cmp: F)
    where
        F: FnMut(&T, &T) -> Ordering, {
        self.inner.moved(|set| set.sort_unstable_by(cmp))
    }

    /// Consumes the set and iterates over its elements, sorted by `cmp` without regard to the order of equals. The set
    /// counts as freed, with its elements.
    #[inline]
    pub fn sorted_unstable_by<F>(self, cmp: F) -> IntoIter<T>
    where
        F: FnMut(&T, &T) -> Ordering, {
        self.inner.into_plain().sorted_unstable_by(cmp)
    }

    /// Sorts the elements by `sort_key`, without regard to the order of equals. Not recorded: no entry comes or goes.
    #[inline]
    pub fn sort_unstable_by_key<K, F>(&mut self, sort_key: F)
    where
        K: Ord,
        F: FnMut(&T) -> K, {
        self.inner.moved(|set| set.sort_unstable_by_key(sort_key))
    }

    /// Sorts the elements by `sort_key`, which is called once for each. Not recorded: no entry comes or goes.
    #[inline]
    pub fn sort_by_cached_key<K, F>(&mut self, sort_key: F)
    where
        K: Ord,
        F: FnMut(&T) -> K, {
        self.inner.moved(|set| set.sort_by_cached_key(sort_key))
    }

    /// Looks for an element in a set that is sorted. Not recorded.
    #[inline]
    pub fn binary_search(&self, x: &T) -> Result<usize, usize>
    where
        T: Ord, {
        self.inner.map.binary_search(x)
    }

    /// Looks for an element in a set that is sorted by `f`. Not recorded.
    #[inline]
    pub fn binary_search_by<'a, F>(&'a self, f: F) -> Result<usize, usize>
    where
        F: FnMut(&'a T) -> Ordering, {
        self.inner.map.binary_search_by(f)
    }

    /// Looks for an element in a set that is sorted by what `f` makes of each. Not recorded.
    #[inline]
    pub fn binary_search_by_key<'a, B, F>(&'a self, b: &B, f: F) -> Result<usize, usize>
    where
        F: FnMut(&'a T) -> B,
        B: Ord, {
        self.inner.map.binary_search_by_key(b, f)
    }

    /// Whether the elements are sorted. Not recorded.
    #[inline]
    pub fn is_sorted(&self) -> bool
    where
        T: PartialOrd, {
        self.inner.map.is_sorted()
    }

    /// Whether the elements are sorted by `cmp`. Not recorded.
    #[inline]
    pub fn is_sorted_by<'a, F>(&'a self, cmp: F) -> bool
    where
        F: FnMut(&'a T, &'a T) -> bool, {
        self.inner.map.is_sorted_by(cmp)
    }

    /// Whether the elements are sorted by `sort_key`. Not recorded.
    #[inline]
    pub fn is_sorted_by_key<'a, F, K>(&'a self, sort_key: F) -> bool
    where
        F: FnMut(&'a T) -> K,
        K: PartialOrd, {
        self.inner.map.is_sorted_by_key(sort_key)
    }

    /// The index of the first element for which `pred` says no, in a set where those for which it says yes come first.
    /// Not recorded.
    #[inline]
    #[must_use]
    pub fn partition_point<P>(&self, pred: P) -> usize
    where
        P: FnMut(&T) -> bool, {
        self.inner.map.partition_point(pred)
    }

    /// Turns the order of the elements round. Not recorded: no entry comes or goes.
    #[inline]
    pub fn reverse(&mut self) {
        self.inner.moved(|set| set.reverse())
    }

    /// The elements as a slice. Not recorded.
    #[inline]
    pub fn as_slice(&self) -> &Slice<T> {
        self.inner.map.as_slice()
    }

    /// Consumes the set and gives its elements as a slice. The set counts as freed, with its elements.
    #[inline]
    pub fn into_boxed_slice(self) -> Box<Slice<T>> {
        self.inner.into_plain().into_boxed_slice()
    }

    /// The element at `index`. Not recorded.
    #[inline]
    pub fn get_index(&self, index: usize) -> Option<&T> {
        self.inner.map.get_index(index)
    }

    /// The elements in `range` of indices, if it is within the set. Not recorded.
    #[inline]
    pub fn get_range<R: RangeBounds<usize>>(&self, range: R) -> Option<&Slice<T>> {
        self.inner.map.get_range(range)
    }

    /// The first element. Not recorded.
    #[inline]
    pub fn first(&self) -> Option<&T> {
        self.inner.map.first()
    }

    /// The last element. Not recorded.
    #[inline]
    pub fn last(&self) -> Option<&T> {
        self.inner.map.last()
    }

    /// Takes out the element at `index`; the last one comes to its place. Records a delete, hit or miss.
    #[inline]
    pub fn swap_remove_index(&mut self, index: usize) -> Option<T> {
        self.inner.delete(|set| set.swap_remove_index(index))
    }

    /// Takes out the element at `index`; those after it move up. Records a delete, hit or miss.
    #[inline]
    pub fn shift_remove_index(&mut self, index: usize) -> Option<T> {
        self.inner.delete(|set| set.shift_remove_index(index))
    }

    /// Moves an element to another index. Not recorded: no entry comes or goes.
    ///
    /// # Panics
    /// If there is no such index.
    #[inline]
    #[track_caller]
    pub fn move_index(&mut self, from: usize, to: usize) {
        self.inner.map.move_index(from, to)
    }

    /// Swaps two elements. Not recorded: no entry comes or goes.
    ///
    /// # Panics
    /// If there is no such index.
    #[inline]
    #[track_caller]
    pub fn swap_indices(&mut self, a: usize, b: usize) {
        self.inner.map.swap_indices(a, b)
    }
}

impl<T, S> IndexSet<T, S>
where
    T: Eq + Hash,
    S: BuildHasher,
{
    /// Whether the sets have no element in common. Not recorded.
    #[inline]
    pub fn is_disjoint<S2>(&self, other: &IndexSet<T, S2>) -> bool
    where
        S2: BuildHasher, {
        self.inner.map.is_disjoint(&other.inner.map)
    }

    /// Whether each element is in `other`. Not recorded.
    #[inline]
    pub fn is_subset<S2>(&self, other: &IndexSet<T, S2>) -> bool
    where
        S2: BuildHasher, {
        self.inner.map.is_subset(&other.inner.map)
    }

    /// Whether each element of `other` is here. Not recorded.
    #[inline]
    pub fn is_superset<S2>(&self, other: &IndexSet<T, S2>) -> bool
    where
        S2: BuildHasher, {
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

    /// How many elements are in `range`. Panics in the plain set's words if it is not within the set.
    #[track_caller]
    fn width(&mut self, range: (Bound<usize>, Bound<usize>)) -> usize {
        match self.get_range(range) {
            Some(slice) => slice.len(),
            None => self.inner.map.drain(range).len(),
        }
    }
}
