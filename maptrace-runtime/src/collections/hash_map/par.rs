//! rayon's traits, as rayon has them for the plain map.

use std::hash::{BuildHasher, Hash};

use rayon::collections::hash_map::{Drain, IntoIter, Iter, IterMut};
use rayon::iter::{
    FromParallelIterator, IntoParallelIterator, ParallelDrainFull, ParallelExtend, ParallelIterator,
};

use super::HashMap;
use crate::episode::BatchDoor;

impl<K: Send, V: Send, S> IntoParallelIterator for HashMap<K, V, S> {
    type Item = (K, V);
    type Iter = IntoIter<K, V>;

    /// Consumes the map, which counts as freed, with its entries.
    #[inline]
    fn into_par_iter(self) -> Self::Iter {
        self.inner.into_plain().into_par_iter()
    }
}

impl<'a, K: Sync, V: Sync, S> IntoParallelIterator for &'a HashMap<K, V, S> {
    type Item = (&'a K, &'a V);
    type Iter = Iter<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        reads!(self.inner, Iterate);
        (&self.inner.map).into_par_iter()
    }
}

impl<'a, K: Sync, V: Send, S> IntoParallelIterator for &'a mut HashMap<K, V, S> {
    type Item = (&'a K, &'a mut V);
    type Iter = IterMut<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        writes!(self.inner, Change);
        (&mut self.inner.map).into_par_iter()
    }
}

impl<'a, K: Send, V: Send, S> ParallelDrainFull for &'a mut HashMap<K, V, S> {
    type Item = (K, V);
    type Iter = Drain<'a, K, V>;

    /// Records one batch at the call, for all entries.
    #[cfg_attr(feature = "race", track_caller)]
    fn par_drain(self) -> Self::Iter {
        self.inner.drained(self.inner.map.len());
        self.inner.map.par_drain()
    }
}

impl<K, V, S> FromParallelIterator<(K, V)> for HashMap<K, V, S>
where
    K: Eq + Hash + Send,
    V: Send,
    S: BuildHasher + Default + Send,
{
    /// One batch, of the same kind as `from_iter`.
    fn from_par_iter<I>(par_iter: I) -> Self
    where
        I: IntoParallelIterator<Item = (K, V)>,
    {
        // Made by a function of std's that passes no caller on, so that the map is known by its type: rayon's own source
        // would tell nobody anything.
        let mut map: Self = Option::default().unwrap_or_default();
        map.par_fill(BatchDoor::FromIter, par_iter.into_par_iter());
        map
    }
}

impl<K, V, S> ParallelExtend<(K, V)> for HashMap<K, V, S>
where
    K: Eq + Hash + Send,
    V: Send,
    S: BuildHasher + Send,
{
    /// The entries are made in parallel and then put in, one after another, as one batch.
    #[cfg_attr(feature = "race", track_caller)]
    fn par_extend<I>(&mut self, par_iter: I)
    where
        I: IntoParallelIterator<Item = (K, V)>,
    {
        self.par_fill(BatchDoor::Extend, par_iter.into_par_iter());
    }
}

impl<'a, K: 'a, V: 'a, S> ParallelExtend<(&'a K, &'a V)> for HashMap<K, V, S>
where
    K: Copy + Eq + Hash + Send + Sync,
    V: Copy + Send + Sync,
    S: BuildHasher + Send,
{
    /// The entries are made in parallel and then put in, one after another, as one batch.
    #[cfg_attr(feature = "race", track_caller)]
    fn par_extend<I>(&mut self, par_iter: I)
    where
        I: IntoParallelIterator<Item = (&'a K, &'a V)>,
    {
        let entries = par_iter.into_par_iter().map(|(key, value)| (*key, *value));
        self.par_fill(BatchDoor::Extend, entries);
    }
}

impl<K, V, S> HashMap<K, V, S>
where
    K: Eq + Hash + Send,
    V: Send,
    S: BuildHasher,
{
    /// Makes the entries in parallel, then room for all of them, as rayon does, then puts them in.
    #[cfg_attr(feature = "race", track_caller)]
    fn par_fill(&mut self, door: BatchDoor, entries: impl ParallelIterator<Item = (K, V)>) {
        let chunks = entries.collect_vec_list();
        let additional = chunks.iter().map(Vec::len).sum();
        let mut batch = self.inner.batch(door, additional);
        batch.reserve(additional, |map| map.reserve(additional));
        for (key, value) in chunks.into_iter().flatten() {
            batch.assign(|map| map.insert(key, value));
        }
    }
}
