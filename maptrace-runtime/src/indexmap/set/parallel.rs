//! rayon's traits and the parallel methods.

use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash};
use std::ops::RangeBounds;

use ::rayon::iter::{
    FromParallelIterator, IntoParallelIterator, ParallelDrainRange, ParallelExtend, ParallelIterator,
};

use super::rayon::{IntoParIter, ParDifference, ParDrain, ParIntersection, ParIter, ParSymmetricDifference, ParUnion};
use super::IndexSet;
use crate::episode::BatchDoor;
use crate::indexmap::bounds;

impl<T: Send, S> IntoParallelIterator for IndexSet<T, S> {
    type Item = T;
    type Iter = IntoParIter<T>;

    /// Consumes the set, which counts as freed, with its elements.
    fn into_par_iter(self) -> Self::Iter {
        self.inner.into_plain().into_par_iter()
    }
}

impl<'a, T: Sync, S> IntoParallelIterator for &'a IndexSet<T, S> {
    type Item = &'a T;
    type Iter = ParIter<'a, T>;

    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        reads!(self.inner, Iterate);
        (&self.inner.map).into_par_iter()
    }
}

impl<'a, T: Send, S> ParallelDrainRange<usize> for &'a mut IndexSet<T, S> {
    type Item = T;
    type Iter = ParDrain<'a, T>;

    /// Records one batch at the call, as [`IndexSet::drain`] does.
    #[cfg_attr(feature = "race", track_caller)]
    fn par_drain<R: RangeBounds<usize>>(self, range: R) -> Self::Iter {
        let range = bounds(&range);
        let removed = self.width(range);
        self.inner.drained(removed);
        self.inner.map.par_drain(range)
    }
}

impl<T, S> FromParallelIterator<T> for IndexSet<T, S>
where
    T: Eq + Hash + Send,
    S: BuildHasher + Default + Send,
{
    /// One batch, as `from_iter`.
    fn from_par_iter<I>(iter: I) -> Self
    where
        I: IntoParallelIterator<Item = T>,
    {
        let parts = iter.into_par_iter().collect_vec_list();
        let offered = parts.iter().map(Vec::len).sum();
        let mut set = Self::with_capacity_and_hasher(offered, S::default());
        set.fill_parts(BatchDoor::FromIter, offered, parts);
        set
    }
}

impl<T, S> ParallelExtend<T> for IndexSet<T, S>
where
    T: Eq + Hash + Send,
    S: BuildHasher + Send,
{
    /// One batch, as `extend`.
    #[cfg_attr(feature = "race", track_caller)]
    fn par_extend<I>(&mut self, iter: I)
    where
        I: IntoParallelIterator<Item = T>,
    {
        let parts = iter.into_par_iter().collect_vec_list();
        let offered = parts.iter().map(Vec::len).sum();
        self.fill_parts(BatchDoor::Extend, offered, parts);
    }
}

impl<'a, T: 'a, S> ParallelExtend<&'a T> for IndexSet<T, S>
where
    T: Copy + Eq + Hash + Send + Sync,
    S: BuildHasher + Send,
{
    fn par_extend<I>(&mut self, iter: I)
    where
        I: IntoParallelIterator<Item = &'a T>,
    {
        self.par_extend(iter.into_par_iter().copied());
    }
}

impl<T, S> IndexSet<T, S>
where
    T: Hash + Eq + Sync,
    S: BuildHasher + Sync,
{
    /// The elements of this set that are not in `other`, for a parallel iteration. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_difference<'a, S2>(
        &'a self,
        other: &'a IndexSet<T, S2>,
    ) -> ParDifference<'a, T, S, S2>
    where
        S2: BuildHasher + Sync, {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.par_difference(&other.inner.map)
    }

    /// The elements that are in one of the sets and not in both, for a parallel iteration. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_symmetric_difference<'a, S2>(
        &'a self,
        other: &'a IndexSet<T, S2>,
    ) -> ParSymmetricDifference<'a, T, S, S2>
    where
        S2: BuildHasher + Sync, {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.par_symmetric_difference(&other.inner.map)
    }

    /// The elements that are in both sets, for a parallel iteration. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_intersection<'a, S2>(
        &'a self,
        other: &'a IndexSet<T, S2>,
    ) -> ParIntersection<'a, T, S, S2>
    where
        S2: BuildHasher + Sync, {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.par_intersection(&other.inner.map)
    }

    /// The elements that are in one of the sets or in both, for a parallel iteration. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_union<'a, S2>(&'a self, other: &'a IndexSet<T, S2>) -> ParUnion<'a, T, S, S2>
    where
        S2: BuildHasher + Sync, {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.par_union(&other.inner.map)
    }

    /// Whether both sets have the same elements, in whatever order, found out in parallel. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_eq<S2>(&self, other: &IndexSet<T, S2>) -> bool
    where
        S2: BuildHasher + Sync, {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.par_eq(&other.inner.map)
    }

    /// Whether the sets have no element in common, found out in parallel. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_is_disjoint<S2>(&self, other: &IndexSet<T, S2>) -> bool
    where
        S2: BuildHasher + Sync, {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.par_is_disjoint(&other.inner.map)
    }

    /// Whether each element of `other` is here, found out in parallel. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_is_superset<S2>(&self, other: &IndexSet<T, S2>) -> bool
    where
        S2: BuildHasher + Sync, {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.par_is_superset(&other.inner.map)
    }

    /// Whether each element is in `other`, found out in parallel. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_is_subset<S2>(&self, other: &IndexSet<T, S2>) -> bool
    where
        S2: BuildHasher + Sync, {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.par_is_subset(&other.inner.map)
    }
}

impl<T, S> IndexSet<T, S>
where
    T: Send,
{
    /// Sorts the elements, in parallel. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort(&mut self)
    where
        T: Ord, {
        self.inner.moved(|set| set.par_sort())
    }

    /// Sorts the elements by `cmp`, in parallel. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort_by<F>(&mut self, cmp: F)
    where
        F: Fn(&T, &T) -> Ordering + Sync, {
        self.inner.moved(|set| set.par_sort_by(cmp))
    }

    /// Consumes the set and iterates over its elements in parallel, sorted by `cmp`. The set counts as freed, with its
    /// elements.
    #[inline]
    pub fn par_sorted_by<F>(self, cmp: F) -> IntoParIter<T>
    where
        F: Fn(&T, &T) -> Ordering + Sync, {
        self.inner.into_plain().par_sorted_by(cmp)
    }

    /// Sorts the elements by `sort_key`, in parallel. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort_by_key<K, F>(&mut self, sort_key: F)
    where
        K: Ord,
        F: Fn(&T) -> K + Sync, {
        self.inner.moved(|set| set.par_sort_by_key(sort_key))
    }

    /// Sorts the elements in parallel, without regard to the order of equals. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort_unstable(&mut self)
    where
        T: Ord, {
        self.inner.moved(|set| set.par_sort_unstable())
    }

    /// Sorts the elements by `cmp`, without regard to the order of equals, in parallel. Not recorded: no entry comes or
    /// goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort_unstable_by<F>(&mut self, cmp: F)
    where
        F: Fn(&T, &T) -> Ordering + Sync, {
        self.inner.moved(|set| set.par_sort_unstable_by(cmp))
    }

    /// Consumes the set and iterates over its elements in parallel, sorted by `cmp`. The set counts as freed, with its
    /// elements.
    #[inline]
    pub fn par_sorted_unstable_by<F>(self, cmp: F) -> IntoParIter<T>
    where
        F: Fn(&T, &T) -> Ordering + Sync, {
        self.inner.into_plain().par_sorted_unstable_by(cmp)
    }

    /// Sorts the elements by `sort_key`, without regard to the order of equals, in parallel. Not recorded: no entry
    /// comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort_unstable_by_key<K, F>(&mut self, sort_key: F)
    where
        K: Ord,
        F: Fn(&T) -> K + Sync, {
        self.inner.moved(|set| set.par_sort_unstable_by_key(sort_key))
    }

    /// Sorts the elements by `sort_key`, which is called once for each, in parallel. Not recorded: no entry comes or
    /// goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort_by_cached_key<K, F>(&mut self, sort_key: F)
    where
        K: Ord + Send,
        F: Fn(&T) -> K + Sync, {
        self.inner.moved(|set| set.par_sort_by_cached_key(sort_key))
    }
}
