//! Many entries by one call: each of these is one batch.

use std::hash::{BuildHasher, Hash};

use ::hashbrown::HashMap as Plain;
use allocator_api2::alloc::Allocator;

use super::{DefaultHashBuilder, HashMap};
use crate::hashbrown::half_unless_empty;
use crate::episode::BatchDoor;
use crate::put_all::{PutAll, PutAllReport};
use crate::traced::{Batch, Traced, clock_before};

impl<K, V, S, A> HashMap<K, V, S, A>
where
    K: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
{
    /// Puts in what the iterator gives, as one batch.
    #[cfg_attr(feature = "race", track_caller)]
    fn fill<I: Iterator<Item = (K, V)>>(&mut self, door: BatchDoor, entries: I) {
        let mut batch = self.inner.batch(door, entries.size_hint().0);
        pour(&mut batch, entries);
    }
}

/// Puts in what the iterator gives, in the course of a batch.
pub(super) fn pour<K, V, S, A, I>(batch: &mut Batch<'_, Plain<K, V, S, A>>, entries: I)
where
    K: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
    I: Iterator<Item = (K, V)>,
{
    let additional = half_unless_empty(batch, entries.size_hint().0);
    batch.reserve(additional, |map| map.reserve(additional));
    entries.for_each(|(key, value)| {
        batch.assign(|map| map.insert(key, value));
    });
}

impl<K, V, S, A> Extend<(K, V)> for HashMap<K, V, S, A>
where
    K: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<T: IntoIterator<Item = (K, V)>>(&mut self, iter: T) {
        self.fill(BatchDoor::Extend, iter.into_iter());
    }
}

impl<'a, K, V, S, A> Extend<(&'a K, &'a V)> for HashMap<K, V, S, A>
where
    K: Eq + Hash + Copy,
    V: Copy,
    S: BuildHasher,
    A: Allocator,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<T: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, iter: T) {
        self.extend(iter.into_iter().map(|(&key, &value)| (key, value)));
    }
}

impl<'a, K, V, S, A> Extend<&'a (K, V)> for HashMap<K, V, S, A>
where
    K: Eq + Hash + Copy,
    V: Copy,
    S: BuildHasher,
    A: Allocator,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<T: IntoIterator<Item = &'a (K, V)>>(&mut self, iter: T) {
        self.extend(iter.into_iter().copied());
    }
}

impl<K, V, S, A> FromIterator<(K, V)> for HashMap<K, V, S, A>
where
    K: Eq + Hash,
    S: BuildHasher + Default,
    A: Default + Allocator,
{
    #[track_caller]
    fn from_iter<T: IntoIterator<Item = (K, V)>>(iter: T) -> Self {
        let mut map = Self::with_hasher_in(S::default(), A::default());
        map.fill(BatchDoor::FromIter, iter.into_iter());
        map
    }
}

impl<K, V, A, const N: usize> From<[(K, V); N]> for HashMap<K, V, DefaultHashBuilder, A>
where
    K: Eq + Hash,
    A: Default + Allocator,
{
    #[track_caller]
    fn from(arr: [(K, V); N]) -> Self {
        Self::from_iter(arr)
    }
}

impl<K, V, S, A: Allocator> From<Plain<K, V, S, A>> for HashMap<K, V, S, A> {
    /// Begins to trace a plain map. Costs nothing but one batch for the entries it has.
    ///
    /// How large the plain map's table is can only be told from its `capacity()`, which tombstones lessen: of a map that
    /// had many deletes, the capacity may be published too small until it is next resized, and a rehash in place then
    /// be told as a grow.
    #[track_caller]
    fn from(map: Plain<K, V, S, A>) -> Self {
        let mut inner = Traced::new(map);
        inner.began_with_entries(BatchDoor::FromIter, None, 0);
        Self { inner }
    }
}

impl<K, V, S, A: Allocator> From<HashMap<K, V, S, A>> for Plain<K, V, S, A> {
    /// Gives up tracing: [`HashMap::into_hashbrown`].
    #[inline]
    fn from(map: HashMap<K, V, S, A>) -> Self {
        HashMap::into_hashbrown(map)
    }
}

impl<K, V, S, A> Clone for HashMap<K, V, S, A>
where
    K: Clone,
    V: Clone,
    S: Clone,
    A: Allocator + Clone,
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

impl<K, V, S, A> PutAll<(K, V)> for HashMap<K, V, S, A>
where
    K: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
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
