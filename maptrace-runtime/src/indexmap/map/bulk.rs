//! Many entries by one call: each of these is one batch.

use std::hash::{BuildHasher, Hash, RandomState};

use ::indexmap::IndexMap as Plain;

use super::IndexMap;
use crate::episode::BatchDoor;
use crate::put_all::{PutAll, PutAllReport};
use crate::traced::{Traced, clock_before};

impl<K, V, S> IndexMap<K, V, S>
where
    K: Eq + Hash,
    S: BuildHasher,
{
    /// Puts in what the iterator gives.
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn fill<I: Iterator<Item = (K, V)>>(&mut self, door: BatchDoor, entries: I) {
        self.fill_parts(door, entries.size_hint().0, [entries]);
    }

    /// Puts in what several iterators give, for each with indexmap's policy of reservation: all of the size hint for an
    /// empty map, half of it else, as some keys may be there.
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn fill_parts<I: IntoIterator<Item = (K, V)>>(
        &mut self,
        door: BatchDoor,
        expected: usize,
        parts: impl IntoIterator<Item = I>,
    ) {
        let mut batch = self.inner.batch(door, expected);
        for entries in parts {
            let entries = entries.into_iter();
            let hint = entries.size_hint().0;
            let additional = if batch.map().is_empty() { hint } else { hint.div_ceil(2) };
            batch.reserve(additional, |map| map.reserve(additional));
            entries.for_each(|(key, value)| {
                batch.assign(|map| map.insert(key, value));
            });
        }
    }
}

impl<K, V, S> Extend<(K, V)> for IndexMap<K, V, S>
where
    K: Hash + Eq,
    S: BuildHasher,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, iterable: I) {
        self.fill(BatchDoor::Extend, iterable.into_iter());
    }
}

impl<'a, K, V, S> Extend<(&'a K, &'a V)> for IndexMap<K, V, S>
where
    K: Hash + Eq + Copy,
    V: Copy,
    S: BuildHasher,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<I: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, iterable: I) {
        self.extend(iterable.into_iter().map(|(&key, &value)| (key, value)));
    }
}

impl<K, V, S> FromIterator<(K, V)> for IndexMap<K, V, S>
where
    K: Hash + Eq,
    S: BuildHasher + Default,
{
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = (K, V)>>(iterable: I) -> Self {
        let entries = iterable.into_iter();
        let mut map = Self::with_capacity_and_hasher(entries.size_hint().0, S::default());
        map.fill(BatchDoor::FromIter, entries);
        map
    }
}

impl<K, V, const N: usize> From<[(K, V); N]> for IndexMap<K, V, RandomState>
where
    K: Hash + Eq,
{
    #[track_caller]
    fn from(arr: [(K, V); N]) -> Self {
        Self::from_iter(arr)
    }
}

impl<K, V, S> From<Plain<K, V, S>> for IndexMap<K, V, S> {
    /// Begins to trace a plain map. Costs nothing but one batch for the entries it has.
    ///
    /// How much the plain map holds can only be told from its `capacity()`.
    #[track_caller]
    fn from(map: Plain<K, V, S>) -> Self {
        let mut inner = Traced::new(map);
        inner.began_with_entries(BatchDoor::FromIter, None, 0);
        Self { inner }
    }
}

impl<K, V, S> From<IndexMap<K, V, S>> for Plain<K, V, S> {
    /// Gives up tracing: [`IndexMap::into_plain`].
    #[inline]
    fn from(map: IndexMap<K, V, S>) -> Self {
        IndexMap::into_plain(map)
    }
}

impl<K, V, S> Clone for IndexMap<K, V, S>
where
    K: Clone,
    V: Clone,
    S: Clone,
{
    #[inline]
    #[track_caller]
    fn clone(&self) -> Self {
        reads!(self.inner, Clone);
        let start = clock_before(self.inner.map.len());
        let mut inner = Traced::new(self.inner.map.clone());
        inner.began_with_entries(BatchDoor::Clone, None, start);
        Self { inner }
    }

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn clone_from(&mut self, other: &Self) {
        reads!(other.inner, Clone);
        let full = self.inner.full_after_clone_from(&other.inner);
        let mut batch = self.inner.batch(BatchDoor::Clone, other.inner.map.len());
        batch.refill(full, |map| map.clone_from(&other.inner.map));
    }
}

impl<K, V, S> PutAll<(K, V)> for IndexMap<K, V, S>
where
    K: Eq + Hash,
    S: BuildHasher,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn put_all<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) -> PutAllReport {
        let entries = entries.into_iter();
        let additional = entries.size_hint().0;
        let mut batch = self.inner.batch(BatchDoor::PutAll, additional);
        batch.reserve(additional, |map| map.reserve(additional));
        entries.for_each(|(key, value)| {
            batch.assign(|map| map.insert(key, value));
        });
        batch.report()
    }
}
