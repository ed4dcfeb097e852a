//! Many entries by one call: each of these is one batch.

use std::collections::HashMap as Plain;
use std::hash::{BuildHasher, Hash, RandomState};

use super::HashMap;
use crate::episode::BatchDoor;
use crate::put_all::{PutAll, PutAllReport};
use crate::traced::{Traced, clock_before};

impl<K, V, S> HashMap<K, V, S>
where
    K: Eq + Hash,
    S: BuildHasher,
{
    /// Puts in what the iterator gives, with std's policy of reservation: all of the size hint for an empty map, half
    /// of it else, as some keys may be there.
    #[cfg_attr(feature = "race", track_caller)]
    fn fill<I: Iterator<Item = (K, V)>>(&mut self, door: BatchDoor, entries: I) {
        let hint = entries.size_hint().0;
        // Wrapping, as in std: an endless iterator reserves nothing.
        let additional = if self.inner.map.is_empty() {
            hint
        } else {
            hint.wrapping_add(1) / 2
        };
        let mut batch = self.inner.batch(door, hint);
        batch.reserve(additional, |map| map.reserve(additional));
        entries.for_each(|(key, value)| {
            batch.assign(|map| map.insert(key, value));
        });
    }
}

impl<K, V, S> Extend<(K, V)> for HashMap<K, V, S>
where
    K: Eq + Hash,
    S: BuildHasher,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<T: IntoIterator<Item = (K, V)>>(&mut self, iter: T) {
        self.fill(BatchDoor::Extend, iter.into_iter());
    }
}

impl<'a, K, V, S> Extend<(&'a K, &'a V)> for HashMap<K, V, S>
where
    K: Eq + Hash + Copy,
    V: Copy,
    S: BuildHasher,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<T: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, iter: T) {
        self.extend(iter.into_iter().map(|(&key, &value)| (key, value)));
    }
}

impl<K, V, S> FromIterator<(K, V)> for HashMap<K, V, S>
where
    K: Eq + Hash,
    S: BuildHasher + Default,
{
    #[track_caller]
    fn from_iter<T: IntoIterator<Item = (K, V)>>(iter: T) -> Self {
        let mut map = Self::with_hasher(S::default());
        map.fill(BatchDoor::FromIter, iter.into_iter());
        map
    }
}

impl<K, V, const N: usize> From<[(K, V); N]> for HashMap<K, V, RandomState>
where
    K: Eq + Hash,
{
    #[track_caller]
    fn from(arr: [(K, V); N]) -> Self {
        Self::from_iter(arr)
    }
}

impl<K, V, S> From<Plain<K, V, S>> for HashMap<K, V, S> {
    /// Begins to trace a plain map. Costs nothing but one batch for the entries it has.
    ///
    /// How large the plain map's table is can only be told from its `capacity()`, which tombstones lessen: of a map that
    /// had many deletes, the capacity may be published too small until it is next resized, and a rehash in place then
    /// be told as a grow.
    #[track_caller]
    fn from(map: Plain<K, V, S>) -> Self {
        let mut inner = Traced::new(map);
        inner.began_with_entries(BatchDoor::FromIter, None, 0);
        Self { inner }
    }
}

impl<K, V, S> From<HashMap<K, V, S>> for Plain<K, V, S> {
    /// Gives up tracing: [`HashMap::into_std`].
    #[inline]
    fn from(map: HashMap<K, V, S>) -> Self {
        HashMap::into_std(map)
    }
}

impl<K, V, S> Clone for HashMap<K, V, S>
where
    K: Clone,
    V: Clone,
    S: Clone,
{
    #[inline]
    #[track_caller]
    fn clone(&self) -> Self {
        reads!(self.inner, Clone);
        let entries = self.inner.map.len();
        let start = clock_before(entries);
        let mut inner = Traced::new(self.inner.map.clone());
        inner.began_with_entries(BatchDoor::Clone, Some(self.inner.full()), start);
        Self { inner }
    }

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn clone_from(&mut self, source: &Self) {
        reads!(source.inner, Clone);
        let mut batch = self.inner.batch(BatchDoor::Clone, source.inner.map.len());
        batch.refill(source.inner.full(), |map| map.clone_from(&source.inner.map));
    }
}

impl<K, V, S> PutAll<(K, V)> for HashMap<K, V, S>
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
