//! rayon's traits, as hashbrown has them for the plain set.

use std::hash::{BuildHasher, Hash};

use ::rayon::iter::{FromParallelIterator, IntoParallelIterator, ParallelExtend, ParallelIterator};
use allocator_api2::alloc::{Allocator, Global};

use super::HashSet;
use super::bulk::pour;
use super::rayon::{
    IntoParIter, ParDifference, ParDrain, ParIntersection, ParIter, ParSymmetricDifference, ParUnion,
};
use crate::episode::BatchDoor;
use crate::hashbrown::half_unless_empty;

impl<T, S, A> HashSet<T, S, A>
where
    T: Eq + Hash + Sync,
    S: BuildHasher + Sync,
    A: Allocator + Sync,
{
    /// The elements that are in one of the sets or in both, each once, in parallel. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_union<'a>(&'a self, other: &'a Self) -> ParUnion<'a, T, S, A> {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.par_union(&other.inner.map)
    }

    /// The elements that are not in `other`, in parallel. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_difference<'a>(&'a self, other: &'a Self) -> ParDifference<'a, T, S, A> {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.par_difference(&other.inner.map)
    }

    /// The elements that are in one of the sets and not in both, in parallel. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_symmetric_difference<'a>(&'a self, other: &'a Self) -> ParSymmetricDifference<'a, T, S, A> {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.par_symmetric_difference(&other.inner.map)
    }

    /// The elements that are in both sets, in parallel. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_intersection<'a>(&'a self, other: &'a Self) -> ParIntersection<'a, T, S, A> {
        reads!(self.inner, Iterate);
        reads!(other.inner, Iterate);
        self.inner.map.par_intersection(&other.inner.map)
    }

    /// Whether the sets have no element in common, looked at in parallel. Not recorded.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_is_disjoint(&self, other: &Self) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.par_is_disjoint(&other.inner.map)
    }

    /// Whether each element is in `other`, looked at in parallel. Not recorded.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_is_subset(&self, other: &Self) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.par_is_subset(&other.inner.map)
    }

    /// Whether each element of `other` is here, looked at in parallel. Not recorded.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_is_superset(&self, other: &Self) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.par_is_superset(&other.inner.map)
    }

    /// Whether the sets have equal elements, looked at in parallel. Not recorded.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_eq(&self, other: &Self) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.par_eq(&other.inner.map)
    }
}

impl<T, S, A> HashSet<T, S, A>
where
    T: Eq + Hash + Send,
    A: Allocator + Send,
{
    /// Takes out all elements, in parallel, and keeps the table. Records one batch at the call, for all elements.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_drain(&mut self) -> ParDrain<'_, T, A> {
        self.inner.drained(self.inner.map.len());
        self.inner.map.par_drain()
    }
}

impl<T: Send, S, A: Allocator + Send> IntoParallelIterator for HashSet<T, S, A> {
    type Item = T;
    type Iter = IntoParIter<T, A>;

    /// Consumes the set, which counts as freed, with its elements.
    #[inline]
    fn into_par_iter(self) -> Self::Iter {
        self.inner.into_plain().into_par_iter()
    }
}

impl<'a, T: Sync, S, A: Allocator> IntoParallelIterator for &'a HashSet<T, S, A> {
    type Item = &'a T;
    type Iter = ParIter<'a, T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        reads!(self.inner, Iterate);
        (&self.inner.map).into_par_iter()
    }
}

impl<T, S> FromParallelIterator<T> for HashSet<T, S, Global>
where
    T: Eq + Hash + Send,
    S: BuildHasher + Default,
{
    /// One batch, of the same kind as `from_iter`.
    fn from_par_iter<P>(par_iter: P) -> Self
    where
        P: IntoParallelIterator<Item = T>,
    {
        // Made by a function of std's that passes no caller on, so that the set is known by its type: rayon's own source
        // would tell nobody anything.
        let mut set: Self = Option::default().unwrap_or_default();
        set.par_fill(BatchDoor::FromIter, par_iter.into_par_iter());
        set
    }
}

impl<T, S> ParallelExtend<T> for HashSet<T, S, Global>
where
    T: Eq + Hash + Send,
    S: BuildHasher,
{
    /// The elements are made in parallel and then put in, one after another, as one batch.
    #[cfg_attr(feature = "race", track_caller)]
    fn par_extend<I>(&mut self, par_iter: I)
    where
        I: IntoParallelIterator<Item = T>,
    {
        self.par_fill(BatchDoor::Extend, par_iter.into_par_iter());
    }
}

impl<'a, T, S> ParallelExtend<&'a T> for HashSet<T, S, Global>
where
    T: 'a + Copy + Eq + Hash + Sync,
    S: BuildHasher,
{
    /// The elements are made in parallel and then put in, one after another, as one batch.
    fn par_extend<I>(&mut self, par_iter: I)
    where
        I: IntoParallelIterator<Item = &'a T>,
    {
        let elements = par_iter.into_par_iter().collect_vec_list();
        self.fill_from(BatchDoor::Extend, elements.iter().map(|chunk| chunk.iter().map(|element| **element)));
    }
}

impl<T, S, A> HashSet<T, S, A>
where
    T: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
{
    fn par_fill(&mut self, door: BatchDoor, elements: impl ParallelIterator<Item = T>)
    where
        T: Send,
    {
        self.fill_from(door, elements.collect_vec_list().into_iter().map(Vec::into_iter));
    }

    /// Puts in chunks of elements with hashbrown's policy of reservation: for all of them first, then for each chunk.
    #[cfg_attr(feature = "race", track_caller)]
    fn fill_from<C>(&mut self, door: BatchDoor, chunks: C)
    where
        C: Iterator,
        C::Item: ExactSizeIterator<Item = T>,
    {
        let chunks: Vec<C::Item> = chunks.collect();
        let elements = chunks.iter().map(ExactSizeIterator::len).sum();
        let mut batch = self.inner.batch(door, elements);
        let additional = half_unless_empty(&mut batch, elements);
        batch.reserve(additional, |set| set.reserve(additional));
        for chunk in chunks {
            pour(&mut batch, chunk);
        }
    }
}
