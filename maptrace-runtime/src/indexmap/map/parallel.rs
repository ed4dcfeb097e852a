//! rayon's traits and the parallel methods.

use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash};
use std::ops::RangeBounds;

use ::rayon::iter::{
    FromParallelIterator, IntoParallelIterator, ParallelDrainRange, ParallelExtend, ParallelIterator,
};

use super::rayon::{IntoParIter, ParDrain, ParIter, ParIterMut, ParKeys, ParValues, ParValuesMut};
use super::IndexMap;
use crate::episode::BatchDoor;
use crate::indexmap::bounds;

impl<K: Send, V: Send, S> IntoParallelIterator for IndexMap<K, V, S> {
    type Item = (K, V);
    type Iter = IntoParIter<K, V>;

    /// Consumes the map, which counts as freed, with its entries.
    fn into_par_iter(self) -> Self::Iter {
        self.inner.into_plain().into_par_iter()
    }
}

impl<'a, K: Sync, V: Sync, S> IntoParallelIterator for &'a IndexMap<K, V, S> {
    type Item = (&'a K, &'a V);
    type Iter = ParIter<'a, K, V>;

    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        reads!(self.inner, Iterate);
        (&self.inner.map).into_par_iter()
    }
}

impl<'a, K: Sync + Send, V: Send, S> IntoParallelIterator for &'a mut IndexMap<K, V, S> {
    type Item = (&'a K, &'a mut V);
    type Iter = ParIterMut<'a, K, V>;

    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        writes!(self.inner, Change);
        (&mut self.inner.map).into_par_iter()
    }
}

impl<'a, K: Send, V: Send, S> ParallelDrainRange<usize> for &'a mut IndexMap<K, V, S> {
    type Item = (K, V);
    type Iter = ParDrain<'a, K, V>;

    /// Records one batch at the call, as [`IndexMap::drain`] does.
    #[cfg_attr(feature = "race", track_caller)]
    fn par_drain<R: RangeBounds<usize>>(self, range: R) -> Self::Iter {
        let range = bounds(&range);
        let removed = self.width(range);
        self.inner.drained(removed);
        self.inner.map.par_drain(range)
    }
}

impl<K, V, S> FromParallelIterator<(K, V)> for IndexMap<K, V, S>
where
    K: Eq + Hash + Send,
    V: Send,
    S: BuildHasher + Default + Send,
{
    /// One batch, as `from_iter`.
    fn from_par_iter<I>(iter: I) -> Self
    where
        I: IntoParallelIterator<Item = (K, V)>,
    {
        let parts = iter.into_par_iter().collect_vec_list();
        let offered = parts.iter().map(Vec::len).sum();
        let mut map = Self::with_capacity_and_hasher(offered, S::default());
        map.fill_parts(BatchDoor::FromIter, offered, parts);
        map
    }
}

impl<K, V, S> ParallelExtend<(K, V)> for IndexMap<K, V, S>
where
    K: Eq + Hash + Send,
    V: Send,
    S: BuildHasher + Send,
{
    /// One batch, as `extend`.
    #[cfg_attr(feature = "race", track_caller)]
    fn par_extend<I>(&mut self, iter: I)
    where
        I: IntoParallelIterator<Item = (K, V)>,
    {
        let parts = iter.into_par_iter().collect_vec_list();
        let offered = parts.iter().map(Vec::len).sum();
        self.fill_parts(BatchDoor::Extend, offered, parts);
    }
}

impl<'a, K: 'a, V: 'a, S> ParallelExtend<(&'a K, &'a V)> for IndexMap<K, V, S>
where
    K: Copy + Eq + Hash + Send + Sync,
    V: Copy + Send + Sync,
    S: BuildHasher + Send,
{
    fn par_extend<I>(&mut self, iter: I)
    where
        I: IntoParallelIterator<Item = (&'a K, &'a V)>,
    {
        self.par_extend(iter.into_par_iter().map(|(&key, &value)| (key, value)));
    }
}

impl<K, V, S> IndexMap<K, V, S>
where
    K: Sync,
    V: Sync,
{
    /// The keys, for a parallel iteration. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_keys(&self) -> ParKeys<'_, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.par_keys()
    }

    /// The values, for a parallel iteration. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_values(&self) -> ParValues<'_, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.par_values()
    }
}

impl<K, V, S> IndexMap<K, V, S>
where
    K: Hash + Eq + Sync,
    V: Sync,
    S: BuildHasher,
{
    /// Whether both maps have the same entries, in whatever order, found out in parallel. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_eq<V2, S2>(&self, other: &IndexMap<K, V2, S2>) -> bool
    where
        V: PartialEq<V2>,
        V2: Sync,
        S2: BuildHasher + Sync, {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.par_eq(&other.inner.map)
    }
}

impl<K, V, S> IndexMap<K, V, S>
where
    K: Send,
    V: Send,
{
    /// The values, for a parallel iteration that changes them in place. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_values_mut(&mut self) -> ParValuesMut<'_, K, V> {
        writes!(self.inner, Change);
        self.inner.map.par_values_mut()
    }
}

impl<K, V, S> IndexMap<K, V, S>
where
    K: Send,
    V: Send,
{
    /// Sorts the entries by key, in parallel. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort_keys(&mut self)
    where
        K: Ord, {
        self.inner.moved(|map| map.par_sort_keys())
    }

    /// Sorts the entries by `cmp`, in parallel. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort_by<F>(&mut self, cmp: F)
    where
        F: Fn(&K, &V, &K, &V) -> Ordering + Sync, {
        self.inner.moved(|map| map.par_sort_by(cmp))
    }

    /// Consumes the map and iterates over its entries in parallel, sorted by `cmp`. The map counts as freed, with its
    /// entries.
    #[inline]
    pub fn par_sorted_by<F>(self, cmp: F) -> IntoParIter<K, V>
    where
        F: Fn(&K, &V, &K, &V) -> Ordering + Sync, {
        self.inner.into_plain().par_sorted_by(cmp)
    }

    /// Sorts the entries by `sort_key`, in parallel. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort_by_key<T, F>(&mut self, sort_key: F)
    where
        T: Ord,
        F: Fn(&K, &V) -> T + Sync, {
        self.inner.moved(|map| map.par_sort_by_key(sort_key))
    }

    /// Sorts the entries by key, in parallel. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort_unstable_keys(&mut self)
    where
        K: Ord, {
        self.inner.moved(|map| map.par_sort_unstable_keys())
    }

    /// Sorts the entries by `cmp`, without regard to the order of equals, in parallel. Not recorded: no entry comes or
    /// goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort_unstable_by<F>(&mut self, cmp: F)
    where
        F: Fn(&K, &V, &K, &V) -> Ordering + Sync, {
        self.inner.moved(|map| map.par_sort_unstable_by(cmp))
    }

    /// Consumes the map and iterates over its entries in parallel, sorted by `cmp`. The map counts as freed, with its
    /// entries.
    #[inline]
    pub fn par_sorted_unstable_by<F>(self, cmp: F) -> IntoParIter<K, V>
    where
        F: Fn(&K, &V, &K, &V) -> Ordering + Sync, {
        self.inner.into_plain().par_sorted_unstable_by(cmp)
    }

    /// Sorts the entries by `sort_key`, without regard to the order of equals, in parallel. Not recorded: no entry
    /// comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort_unstable_by_key<T, F>(&mut self, sort_key: F)
    where
        T: Ord,
        F: Fn(&K, &V) -> T + Sync, {
        self.inner.moved(|map| map.par_sort_unstable_by_key(sort_key))
    }

    /// Sorts the entries by `sort_key`, which is called once for each, in parallel. Not recorded: no entry comes or
    /// goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_sort_by_cached_key<T, F>(&mut self, sort_key: F)
    where
        T: Ord + Send,
        F: Fn(&K, &V) -> T + Sync, {
        self.inner.moved(|map| map.par_sort_by_cached_key(sort_key))
    }
}
