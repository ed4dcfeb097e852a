//! The traced [`BTreeSet`] and its iterators, as in [`std::collections::btree_set`].
//!
//! | method | records |
//! |---|---|
//! | `new`, `default` | nothing; the set is counted as created at its first change |
//! | `insert`, `replace` | an assign: new, or replaced if the element was there |
//! | `remove`, `take`, `pop_first`, `pop_last` | a delete, hit or miss |
//! | `clear` | a clear, with the number of elements |
//! | `put_all`, `extend`, `retain` | one batch |
//! | `append`, `split_off` | one batch on each of the two sets |
//! | `from`, `from_iter`, `collect`, `clone`, and the operators <code>&amp; &#124; ^ -</code> | one batch on the new set, unless it is empty |
//! | `clone_from` | one batch: what was there removed, what is there now assigned |
//! | `extract_if` | each removal as it happens, and one batch when the iterator is dropped |
//! | `into_iter`, `into_std`, drop | a free, with the set's totals and age |
//! | everything that reads: `contains`, `range`, `union`, `is_subset`, ... | nothing |
//!
//! A B-tree has no capacity, so there are no grows and no tombstones. Iterators are std's own.

use std::borrow::Borrow;
use std::ops::RangeBounds;

use crate::episode::BatchDoor;
use crate::traced::{Traced, clock_before};

mod extract_if;
#[cfg(feature = "rayon")]
mod par;
#[cfg(feature = "serde")]
mod serde;
mod traits;

pub use std::collections::btree_set::{Difference, Intersection, IntoIter, Iter, Range, SymmetricDifference, Union};

pub use extract_if::ExtractIf;

type Plain<T> = std::collections::BTreeSet<T>;

/// [`std::collections::BTreeSet`], traced: the same methods, traits, order and costs, and a record of what changes.
///
/// Its own cost is two words beside the set, and on each change one event written to the thread's ring; what each
/// method records is in the [module's table](self). Reads go straight to the plain set, to which this type
/// dereferences.
///
/// ```
/// use maptrace_runtime::collections::BTreeSet;
///
/// let mut seen = BTreeSet::new();
/// assert!(seen.insert("ann"));
/// assert!(!seen.insert("ann"));
/// assert_eq!(seen.first(), Some(&"ann"));
/// ```
pub struct BTreeSet<T> {
    inner: Traced<Plain<T>>,
}

impl<T> BTreeSet<T> {
    /// Makes an empty set, whose site is the place of this call.
    ///
    /// Allocates nothing and records nothing: the set is counted as created at its first change.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeSet;
    ///
    /// static EMPTY: BTreeSet<u32> = BTreeSet::new();
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

    /// Gives up the plain set, unchanged, in O(1).
    ///
    /// Recorded as a free: elements it holds leave what is traced.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeSet;
    ///
    /// let plain: std::collections::BTreeSet<_> = BTreeSet::into_std(BTreeSet::from([1, 2]));
    /// assert!(plain.contains(&2));
    /// ```
    // Not a method, so that no method std may get one day is hidden.
    #[must_use]
    pub fn into_std(this: Self) -> Plain<T> {
        this.inner.into_plain()
    }

    /// The elements in `range`, in order; O(log n) to begin with. Not recorded.
    ///
    /// # Panics
    /// If the range's start lies after its end, or if both are the same and excluded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn range<K, R>(&self, range: R) -> Range<'_, T>
    where
        K: Ord + ?Sized,
        T: Borrow<K> + Ord,
        R: RangeBounds<K>,
    {
        reads!(self.inner, Iterate);
        self.inner.map.range(range)
    }

    /// The elements of this set that are not in `other`, in order. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn difference<'a>(&'a self, other: &'a Self) -> Difference<'a, T>
    where
        T: Ord,
    {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.difference(&other.inner.map)
    }

    /// The elements that are in one of the sets only, in order. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn symmetric_difference<'a>(&'a self, other: &'a Self) -> SymmetricDifference<'a, T>
    where
        T: Ord,
    {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.symmetric_difference(&other.inner.map)
    }

    /// The elements that are in both sets, in order. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn intersection<'a>(&'a self, other: &'a Self) -> Intersection<'a, T>
    where
        T: Ord,
    {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.intersection(&other.inner.map)
    }

    /// The elements of both sets, each once, in order. Not recorded.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeSet;
    ///
    /// let (a, b) = (BTreeSet::from([1, 2]), BTreeSet::from([2, 3]));
    /// assert!(a.union(&b).eq(&[1, 2, 3]));
    /// ```
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn union<'a>(&'a self, other: &'a Self) -> Union<'a, T>
    where
        T: Ord,
    {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.union(&other.inner.map)
    }

    /// Removes all elements, in O(n).
    ///
    /// Recorded as a clear with the number of elements.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn clear(&mut self) {
        self.inner.clear(Plain::clear);
    }

    /// Whether `value` is in the set, in O(log n). Not recorded.
    ///
    /// # Panics
    /// If `Ord` of the element does, here and in every method that looks for one.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn contains<Q>(&self, value: &Q) -> bool
    where
        T: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.contains(value)
    }

    /// The stored element that equals `value`, in O(log n). Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get<Q>(&self, value: &Q) -> Option<&T>
    where
        T: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        reads!(self.inner, Get);
        self.inner.map.get(value)
    }

    /// Whether no element is in both sets. Not recorded.
    #[must_use]
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_disjoint(&self, other: &Self) -> bool
    where
        T: Ord,
    {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.is_disjoint(&other.inner.map)
    }

    /// Whether every element of this set is in `other`. Not recorded.
    #[must_use]
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_subset(&self, other: &Self) -> bool
    where
        T: Ord,
    {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.is_subset(&other.inner.map)
    }

    /// Whether every element of `other` is in this set. Not recorded.
    #[must_use]
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_superset(&self, other: &Self) -> bool
    where
        T: Ord,
    {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.is_superset(&other.inner.map)
    }

    /// The least element, in O(log n). Not recorded.
    #[must_use]
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn first(&self) -> Option<&T>
    where
        T: Ord,
    {
        reads!(self.inner, Get);
        self.inner.map.first()
    }

    /// The greatest element, in O(log n). Not recorded.
    #[must_use]
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn last(&self) -> Option<&T>
    where
        T: Ord,
    {
        reads!(self.inner, Get);
        self.inner.map.last()
    }

    /// Removes the least element, in O(log n).
    ///
    /// Recorded as a delete: a hit, or a miss if the set was empty.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn pop_first(&mut self) -> Option<T>
    where
        T: Ord,
    {
        self.inner.delete(Plain::pop_first)
    }

    /// Removes the greatest element, in O(log n).
    ///
    /// Recorded as a delete: a hit, or a miss if the set was empty.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn pop_last(&mut self) -> Option<T>
    where
        T: Ord,
    {
        self.inner.delete(Plain::pop_last)
    }

    /// Puts in `value` if it is not there, in O(log n), and returns whether it was put in.
    ///
    /// Recorded as an assign: new, or replaced if it was there, although the stored element stays.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeSet;
    ///
    /// let mut set = BTreeSet::new();
    /// assert!(set.insert(2));
    /// assert!(!set.insert(2));
    /// ```
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(&mut self, value: T) -> bool
    where
        T: Ord,
    {
        self.inner.assign(|set| set.insert(value))
    }

    /// Puts in `value` in place of the stored element that equals it, in O(log n), and returns that.
    ///
    /// Recorded as an assign, new or replaced.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn replace(&mut self, value: T) -> Option<T>
    where
        T: Ord,
    {
        self.inner.assign(|set| set.replace(value))
    }

    /// Removes `value`, in O(log n), and returns whether it was there.
    ///
    /// Recorded as a delete, hit or miss.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeSet;
    ///
    /// let mut set = BTreeSet::from([2]);
    /// assert!(set.remove(&2));
    /// assert!(!set.remove(&2));
    /// ```
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove<Q>(&mut self, value: &Q) -> bool
    where
        T: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        self.inner.delete(|set| set.remove(value))
    }

    /// Removes the stored element that equals `value`, in O(log n), and returns it.
    ///
    /// Recorded as a delete, hit or miss.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn take<Q>(&mut self, value: &Q) -> Option<T>
    where
        T: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        self.inner.delete(|set| set.take(value))
    }

    /// Keeps the elements for which `f` says so, visiting them in order, in O(n).
    ///
    /// Recorded as one batch: elements looked at and removed.
    ///
    /// # Panics
    /// If `f` does; elements removed before stay removed.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeSet;
    ///
    /// let mut set = BTreeSet::from([1, 2, 3, 4]);
    /// set.retain(|x| x % 2 == 0);
    /// assert!(set.iter().eq(&[2, 4]));
    /// ```
    #[cfg_attr(feature = "race", track_caller)]
    pub fn retain<F>(&mut self, f: F)
    where
        T: Ord,
        F: FnMut(&T) -> bool,
    {
        let elements = self.inner.map.len();
        let mut batch = self.inner.batch(BatchDoor::Retain, elements);
        batch.offer(elements);
        batch.map().retain(f);
    }

    /// Moves all elements of `other` into this set, in O(n + m), and leaves `other` empty.
    ///
    /// Recorded as one batch on each set: elements assigned, new or replaced, and elements removed.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeSet;
    ///
    /// let (mut a, mut b) = (BTreeSet::from([1, 2]), BTreeSet::from([2, 3]));
    /// a.append(&mut b);
    /// assert_eq!(a, BTreeSet::from([1, 2, 3]));
    /// assert!(b.is_empty());
    /// ```
    #[cfg_attr(feature = "race", track_caller)]
    pub fn append(&mut self, other: &mut Self)
    where
        T: Ord,
    {
        let offered = other.inner.map.len();
        let mut from = other.inner.batch(BatchDoor::Append, offered);
        let mut into = self.inner.batch(BatchDoor::Append, offered);
        from.offer(offered);
        into.assign_all(offered, |set| set.append(from.map()));
    }

    /// Splits off the elements that are not less than `value` into a new set, whose site is the place of this call.
    /// Costs O(log n), and a walk over the smaller half to count it.
    ///
    /// Recorded as one batch on each set: elements removed, and elements assigned.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeSet;
    ///
    /// let mut a = BTreeSet::from([1, 2, 3]);
    /// let b = a.split_off(&2);
    /// assert_eq!((a.len(), b.len()), (1, 2));
    /// ```
    #[track_caller]
    pub fn split_off<Q>(&mut self, value: &Q) -> Self
    where
        Q: Ord + ?Sized,
        T: Borrow<Q> + Ord,
    {
        let elements = self.inner.map.len();
        let start = clock_before(elements);
        let mut batch = self.inner.batch(BatchDoor::Append, elements);
        let right = batch.map().split_off(value);
        batch.offer(right.len());
        drop(batch);
        let offered = right.len();
        Self::made(right, offered, BatchDoor::Append, start)
    }

    /// An iterator that removes and gives, in order, the elements in `range` for which `pred` says so.
    ///
    /// It removes an element as it gives it; dropped early, it leaves the rest in the set. Each removal is counted as
    /// it happens, and one batch is recorded when the iterator is dropped.
    ///
    /// # Panics
    /// If `pred` does; elements removed before stay removed.
    ///
    /// ```
    /// use maptrace_runtime::collections::BTreeSet;
    ///
    /// let mut set: BTreeSet<i32> = (0..8).collect();
    /// let even: BTreeSet<i32> = set.extract_if(.., |x| x % 2 == 0).collect();
    /// assert!(even.iter().eq(&[0, 2, 4, 6]));
    /// assert!(set.iter().eq(&[1, 3, 5, 7]));
    /// ```
    #[cfg_attr(feature = "race", track_caller)]
    pub fn extract_if<F, R>(&mut self, range: R, pred: F) -> ExtractIf<'_, T, R, F>
    where
        T: Ord,
        R: RangeBounds<T>,
        F: FnMut(&T) -> bool,
    {
        let (set, removals) = self.inner.removals(BatchDoor::ExtractIf, self.inner.map.len());
        ExtractIf::new(set.extract_if(range, pred), removals)
    }

    /// The elements, in order. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn iter(&self) -> Iter<'_, T> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }

    /// Number of elements, in O(1). Not recorded.
    #[must_use]
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn len(&self) -> usize {
        reads!(self.inner, Look);
        self.inner.map.len()
    }

    /// Whether there are no elements, in O(1). Not recorded.
    #[must_use]
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_empty(&self) -> bool {
        reads!(self.inner, Look);
        self.inner.map.is_empty()
    }

    /// Wraps a plain set that was made of `offered` elements since `start`, and records that it was.
    #[track_caller]
    fn made(set: Plain<T>, offered: usize, door: BatchDoor, start: u64) -> Self {
        let mut inner = Traced::new(set);
        inner.began_with_entries_of(offered, door, None, start);
        Self { inner }
    }
}
