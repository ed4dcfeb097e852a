//! Many elements by one call: each of these is one batch.

use std::collections::HashSet as Plain;
use std::hash::{BuildHasher, Hash, RandomState};

use super::HashSet;
use crate::episode::BatchDoor;
use crate::put_all::{PutAll, PutAllReport};
use crate::set_operators::set_operators;
use crate::traced::{Traced, clock_before};

impl<T, S> HashSet<T, S>
where
    T: Eq + Hash,
    S: BuildHasher,
{
    /// Puts in what the iterator gives, with std's policy of reservation: all of the size hint for an empty set, half
    /// of it else, as some elements may be there.
    #[cfg_attr(feature = "race", track_caller)]
    fn fill<I: Iterator<Item = T>>(&mut self, door: BatchDoor, elements: I) {
        let hint = elements.size_hint().0;
        // Wrapping, as in std: an endless iterator reserves nothing.
        let additional = if self.inner.map.is_empty() {
            hint
        } else {
            hint.wrapping_add(1) / 2
        };
        let mut batch = self.inner.batch(door, hint);
        batch.reserve(additional, |set| set.reserve(additional));
        elements.for_each(|element| {
            batch.assign(|set| set.insert(element));
        });
    }
}

impl<T, S> Extend<T> for HashSet<T, S>
where
    T: Eq + Hash,
    S: BuildHasher,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<I: IntoIterator<Item = T>>(&mut self, iter: I) {
        self.fill(BatchDoor::Extend, iter.into_iter());
    }
}

impl<'a, T, S> Extend<&'a T> for HashSet<T, S>
where
    T: 'a + Eq + Hash + Copy,
    S: BuildHasher,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, iter: I) {
        self.extend(iter.into_iter().cloned());
    }
}

impl<T, S> FromIterator<T> for HashSet<T, S>
where
    T: Eq + Hash,
    S: BuildHasher + Default,
{
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = T>>(iter: I) -> Self {
        let mut set = Self::with_hasher(S::default());
        set.fill(BatchDoor::FromIter, iter.into_iter());
        set
    }
}

impl<T, const N: usize> From<[T; N]> for HashSet<T, RandomState>
where
    T: Eq + Hash,
{
    #[track_caller]
    fn from(arr: [T; N]) -> Self {
        Self::from_iter(arr)
    }
}

impl<T, S> From<Plain<T, S>> for HashSet<T, S> {
    /// Begins to trace a plain set. Costs nothing but one batch for the elements it has.
    ///
    /// How large the plain set's table is can only be told from its `capacity()`, which tombstones lessen: of a set that
    /// had many deletes, the capacity may be published too small until it is next resized, and a rehash in place then
    /// be told as a grow.
    #[track_caller]
    fn from(set: Plain<T, S>) -> Self {
        let mut inner = Traced::new(set);
        inner.began_with_entries(BatchDoor::FromIter, None, 0);
        Self { inner }
    }
}

impl<T, S> From<HashSet<T, S>> for Plain<T, S> {
    /// Gives up tracing: [`HashSet::into_std`].
    #[inline]
    fn from(set: HashSet<T, S>) -> Self {
        HashSet::into_std(set)
    }
}

impl<T, S> Clone for HashSet<T, S>
where
    T: Clone,
    S: Clone,
{
    #[inline]
    #[track_caller]
    fn clone(&self) -> Self {
        reads!(self.inner, Clone);
        let elements = self.inner.map.len();
        let start = clock_before(elements);
        let mut inner = Traced::new(self.inner.map.clone());
        inner.began_with_entries(BatchDoor::Clone, Some(self.inner.full()), start);
        Self { inner }
    }

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn clone_from(&mut self, other: &Self) {
        reads!(other.inner, Clone);
        let mut batch = self.inner.batch(BatchDoor::Clone, other.inner.map.len());
        batch.refill(other.inner.full(), |set| set.clone_from(&other.inner.map));
    }
}

set_operators! {
    impl[T, S] HashSet<T, S>, HashSet<T, S>
    where
        T: Eq + Hash + Clone,
        S: BuildHasher + Default,
}

impl<T, S> PutAll<T> for HashSet<T, S>
where
    T: Eq + Hash,
    S: BuildHasher,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn put_all<I: IntoIterator<Item = T>>(&mut self, elements: I) -> PutAllReport {
        let elements = elements.into_iter();
        let additional = elements.size_hint().0;
        let mut batch = self.inner.batch(BatchDoor::PutAll, additional);
        batch.reserve(additional, |set| set.reserve(additional));
        elements.for_each(|element| {
            batch.assign(|set| set.insert(element));
        });
        batch.report()
    }
}
