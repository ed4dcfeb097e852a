//! rayon's traits, as rayon has them for the plain set.

use rayon::collections::btree_set::{IntoIter, Iter};
use rayon::iter::{FromParallelIterator, IntoParallelIterator, ParallelExtend, ParallelIterator};

use crate::episode::BatchDoor;

use super::BTreeSet;

/// The set is recorded as freed.
impl<T: Send> IntoParallelIterator for BTreeSet<T> {
    type Item = T;
    type Iter = IntoIter<T>;

    #[inline]
    fn into_par_iter(self) -> Self::Iter {
        self.inner.into_plain().into_par_iter()
    }
}

impl<'a, T: Sync> IntoParallelIterator for &'a BTreeSet<T> {
    type Item = &'a T;
    type Iter = Iter<'a, T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        reads!(self.inner, Iterate);
        (&self.inner.map).into_par_iter()
    }
}

/// Recorded as one batch.
impl<T: Ord + Send> FromParallelIterator<T> for BTreeSet<T> {
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

/// The elements are made in parallel and then put in, one after another. Recorded as one batch.
impl<T: Ord + Send> ParallelExtend<T> for BTreeSet<T> {
    #[cfg_attr(feature = "race", track_caller)]
    fn par_extend<I>(&mut self, par_iter: I)
    where
        I: IntoParallelIterator<Item = T>,
    {
        self.par_fill(BatchDoor::Extend, par_iter.into_par_iter());
    }
}

/// The elements are made in parallel and then put in, one after another. Recorded as one batch.
impl<'a, T: 'a + Copy + Ord + Send + Sync> ParallelExtend<&'a T> for BTreeSet<T> {
    #[cfg_attr(feature = "race", track_caller)]
    fn par_extend<I>(&mut self, par_iter: I)
    where
        I: IntoParallelIterator<Item = &'a T>,
    {
        self.par_fill(BatchDoor::Extend, par_iter.into_par_iter().copied());
    }
}

impl<T: Ord + Send> BTreeSet<T> {
    #[cfg_attr(feature = "race", track_caller)]
    fn par_fill(&mut self, door: BatchDoor, elements: impl ParallelIterator<Item = T>) {
        let chunks = elements.collect_vec_list();
        let mut batch = self.inner.batch(door, chunks.iter().map(Vec::len).sum());
        for element in chunks.into_iter().flatten() {
            batch.assign(|set| set.insert(element));
        }
    }
}
