//! rayon's traits, as hashbrown has them for the plain map.

use std::hash::{BuildHasher, Hash};

use ::rayon::iter::{FromParallelIterator, IntoParallelIterator, ParallelExtend, ParallelIterator};
use allocator_api2::alloc::{Allocator, Global};

use super::HashMap;
use super::bulk::pour;
use super::rayon::{IntoParIter, ParDrain, ParIter, ParIterMut, ParKeys, ParValues, ParValuesMut};
use crate::episode::BatchDoor;
use crate::hashbrown::half_unless_empty;

impl<K: Sync, V: Sync, S, A: Allocator> HashMap<K, V, S, A> {
    /// The keys, in parallel. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_keys(&self) -> ParKeys<'_, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.par_keys()
    }

    /// The values, in parallel. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_values(&self) -> ParValues<'_, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.par_values()
    }
}

impl<K: Send, V: Send, S, A: Allocator> HashMap<K, V, S, A> {
    /// The values, in parallel, to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_values_mut(&mut self) -> ParValuesMut<'_, K, V> {
        writes!(self.inner, Change);
        self.inner.map.par_values_mut()
    }

    /// Takes out all entries, in parallel, and keeps the table. Records one batch at the call, for all entries.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_drain(&mut self) -> ParDrain<'_, K, V, A> {
        self.inner.drained(self.inner.map.len());
        self.inner.map.par_drain()
    }
}

impl<K, V, S, A> HashMap<K, V, S, A>
where
    K: Eq + Hash + Sync,
    V: PartialEq + Sync,
    S: BuildHasher + Sync,
    A: Allocator + Sync,
{
    /// Whether the maps have equal entries, looked at in parallel. Not recorded.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_eq(&self, other: &Self) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.par_eq(&other.inner.map)
    }
}

impl<K: Send, V: Send, S, A: Allocator + Send> IntoParallelIterator for HashMap<K, V, S, A> {
    type Item = (K, V);
    type Iter = IntoParIter<K, V, A>;

    /// Consumes the map, which counts as freed, with its entries.
    #[inline]
    fn into_par_iter(self) -> Self::Iter {
        self.inner.into_plain().into_par_iter()
    }
}

impl<'a, K: Sync, V: Sync, S, A: Allocator> IntoParallelIterator for &'a HashMap<K, V, S, A> {
    type Item = (&'a K, &'a V);
    type Iter = ParIter<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        reads!(self.inner, Iterate);
        (&self.inner.map).into_par_iter()
    }
}

impl<'a, K: Sync, V: Send, S, A: Allocator> IntoParallelIterator for &'a mut HashMap<K, V, S, A> {
    type Item = (&'a K, &'a mut V);
    type Iter = ParIterMut<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        writes!(self.inner, Change);
        (&mut self.inner.map).into_par_iter()
    }
}

impl<K, V, S> FromParallelIterator<(K, V)> for HashMap<K, V, S, Global>
where
    K: Eq + Hash + Send,
    V: Send,
    S: BuildHasher + Default,
{
    /// One batch, of the same kind as `from_iter`.
    fn from_par_iter<P>(par_iter: P) -> Self
    where
        P: IntoParallelIterator<Item = (K, V)>,
    {
        // Made by a function of std's that passes no caller on, so that the map is known by its type: rayon's own source
        // would tell nobody anything.
        let mut map: Self = Option::default().unwrap_or_default();
        map.par_fill(BatchDoor::FromIter, par_iter.into_par_iter());
        map
    }
}

impl<K, V, S, A> ParallelExtend<(K, V)> for HashMap<K, V, S, A>
where
    K: Eq + Hash + Send,
    V: Send,
    S: BuildHasher,
    A: Allocator,
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

impl<'a, K, V, S, A> ParallelExtend<(&'a K, &'a V)> for HashMap<K, V, S, A>
where
    K: Copy + Eq + Hash + Sync,
    V: Copy + Sync,
    S: BuildHasher,
    A: Allocator,
{
    /// The entries are made in parallel and then put in, one after another, as one batch.
    fn par_extend<I>(&mut self, par_iter: I)
    where
        I: IntoParallelIterator<Item = (&'a K, &'a V)>,
    {
        let entries = par_iter.into_par_iter().collect_vec_list();
        self.fill_from(
            BatchDoor::Extend,
            entries.iter().map(|chunk| chunk.iter().map(|(key, value)| (**key, **value))),
        );
    }
}

impl<K, V, S, A> HashMap<K, V, S, A>
where
    K: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
{
    fn par_fill(&mut self, door: BatchDoor, entries: impl ParallelIterator<Item = (K, V)>)
    where
        K: Send,
        V: Send,
    {
        self.fill_from(door, entries.collect_vec_list().into_iter().map(Vec::into_iter));
    }

    /// Puts in chunks of entries with hashbrown's policy of reservation: for all of them first, then for each chunk.
    #[cfg_attr(feature = "race", track_caller)]
    fn fill_from<C>(&mut self, door: BatchDoor, chunks: C)
    where
        C: Iterator,
        C::Item: ExactSizeIterator<Item = (K, V)>,
    {
        let chunks: Vec<C::Item> = chunks.collect();
        let entries = chunks.iter().map(ExactSizeIterator::len).sum();
        let mut batch = self.inner.batch(door, entries);
        let additional = half_unless_empty(&mut batch, entries);
        batch.reserve(additional, |map| map.reserve(additional));
        for chunk in chunks {
            pour(&mut batch, chunk);
        }
    }
}
