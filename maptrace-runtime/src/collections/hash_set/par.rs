//! rayon's traits, as rayon has them for the plain set.

use std::hash::{BuildHasher, Hash};

use rayon::collections::hash_set::{Drain, IntoIter, Iter};
use rayon::iter::{
    FromParallelIterator, IntoParallelIterator, ParallelDrainFull, ParallelExtend, ParallelIterator,
};

use super::HashSet;
use crate::episode::BatchDoor;

impl<T: Send, S> IntoParallelIterator for HashSet<T, S> {
    type Item = T;
    type Iter = IntoIter<T>;

    /// Consumes the set, which counts as freed, with its elements.
    #[inline]
    fn into_par_iter(self) -> Self::Iter {
        self.inner.into_plain().into_par_iter()
    }
}

impl<'a, T: Sync, S> IntoParallelIterator for &'a HashSet<T, S> {
    type Item = &'a T;
    type Iter = Iter<'a, T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        reads!(self.inner, Iterate);
        (&self.inner.map).into_par_iter()
    }
}

impl<'a, T: Send, S> ParallelDrainFull for &'a mut HashSet<T, S> {
    type Item = T;
    type Iter = Drain<'a, T>;

    /// Records one batch at the call, for all elements.
    #[cfg_attr(feature = "race", track_caller)]
    fn par_drain(self) -> Self::Iter {
        self.inner.drained(self.inner.map.len());
        self.inner.map.par_drain()
    }
}

impl<T, S> FromParallelIterator<T> for HashSet<T, S>
where
    T: Eq + Hash + Send,
    S: BuildHasher + Default + Send,
{
    /// One batch, of the same kind as `from_iter`.
    fn from_par_iter<I>(par_iter: I) -> Self
    where
        I: IntoParallelIterator<Item = T>,
    {
        // Made by a function of std's that passes no caller on, so that the set is known by its type: rayon's own source
        // would tell nobody anything.
        let mut set: Self = Option::default().unwrap_or_default();
        set.par_fill(BatchDoor::FromIter, par_iter.into_par_iter());
        set
    }
}

impl<T, S> ParallelExtend<T> for HashSet<T, S>
where
    T: Eq + Hash + Send,
    S: BuildHasher + Send,
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

impl<'a, T, S> ParallelExtend<&'a T> for HashSet<T, S>
where
    T: 'a + Copy + Eq + Hash + Send + Sync,
    S: BuildHasher + Send,
{
    /// The elements are made in parallel and then put in, one after another, as one batch.
    #[cfg_attr(feature = "race", track_caller)]
    fn par_extend<I>(&mut self, par_iter: I)
    where
        I: IntoParallelIterator<Item = &'a T>,
    {
        self.par_fill(BatchDoor::Extend, par_iter.into_par_iter().copied());
    }
}

impl<T, S> HashSet<T, S>
where
    T: Eq + Hash + Send,
    S: BuildHasher,
{
    /// Makes the elements in parallel, then room for all of them, as rayon does, then puts them in.
    #[cfg_attr(feature = "race", track_caller)]
    fn par_fill(&mut self, door: BatchDoor, elements: impl ParallelIterator<Item = T>) {
        let chunks = elements.collect_vec_list();
        let additional = chunks.iter().map(Vec::len).sum();
        let mut batch = self.inner.batch(door, additional);
        batch.reserve(additional, |set| set.reserve(additional));
        for element in chunks.into_iter().flatten() {
            batch.assign(|set| set.insert(element));
        }
    }
}
