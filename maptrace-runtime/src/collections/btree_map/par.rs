//! rayon's traits, as rayon has them for the plain map.

use rayon::collections::btree_map::{IntoIter, Iter, IterMut};
use rayon::iter::{FromParallelIterator, IntoParallelIterator, ParallelExtend, ParallelIterator};

use crate::episode::BatchDoor;

use super::BTreeMap;

/// The map is recorded as freed.
impl<K: Send, V: Send> IntoParallelIterator for BTreeMap<K, V> {
    type Item = (K, V);
    type Iter = IntoIter<K, V>;

    #[inline]
    fn into_par_iter(self) -> Self::Iter {
        self.inner.into_plain().into_par_iter()
    }
}

impl<'a, K: Sync, V: Sync> IntoParallelIterator for &'a BTreeMap<K, V> {
    type Item = (&'a K, &'a V);
    type Iter = Iter<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        reads!(self.inner, Iterate);
        (&self.inner.map).into_par_iter()
    }
}

impl<'a, K: Sync, V: Send> IntoParallelIterator for &'a mut BTreeMap<K, V> {
    type Item = (&'a K, &'a mut V);
    type Iter = IterMut<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        writes!(self.inner, Change);
        (&mut self.inner.map).into_par_iter()
    }
}

/// Recorded as one batch.
impl<K: Ord + Send, V: Send> FromParallelIterator<(K, V)> for BTreeMap<K, V> {
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

/// The entries are made in parallel and then put in, one after another. Recorded as one batch.
impl<K: Ord + Send, V: Send> ParallelExtend<(K, V)> for BTreeMap<K, V> {
    #[cfg_attr(feature = "race", track_caller)]
    fn par_extend<I>(&mut self, par_iter: I)
    where
        I: IntoParallelIterator<Item = (K, V)>,
    {
        self.par_fill(BatchDoor::Extend, par_iter.into_par_iter());
    }
}

/// The entries are made in parallel and then put in, one after another. Recorded as one batch.
impl<'a, K: 'a, V: 'a> ParallelExtend<(&'a K, &'a V)> for BTreeMap<K, V>
where
    K: Copy + Ord + Send + Sync,
    V: Copy + Send + Sync,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn par_extend<I>(&mut self, par_iter: I)
    where
        I: IntoParallelIterator<Item = (&'a K, &'a V)>,
    {
        let entries = par_iter.into_par_iter().map(|(key, value)| (*key, *value));
        self.par_fill(BatchDoor::Extend, entries);
    }
}

impl<K: Ord + Send, V: Send> BTreeMap<K, V> {
    #[cfg_attr(feature = "race", track_caller)]
    fn par_fill(&mut self, door: BatchDoor, entries: impl ParallelIterator<Item = (K, V)>) {
        let chunks = entries.collect_vec_list();
        let mut batch = self.inner.batch(door, chunks.iter().map(Vec::len).sum());
        for (key, value) in chunks.into_iter().flatten() {
            batch.assign(|map| map.insert(key, value));
        }
    }
}
