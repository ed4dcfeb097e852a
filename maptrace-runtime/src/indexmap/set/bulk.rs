//! Many elements by one call: each of these is one batch.

use std::hash::{BuildHasher, Hash, RandomState};
use std::ops::{BitAnd, BitOr, BitXor, Sub};

use ::indexmap::IndexSet as Plain;

use super::IndexSet;
use crate::episode::BatchDoor;
use crate::put_all::{PutAll, PutAllReport};
use crate::traced::{Traced, clock_before};

impl<T, S> IndexSet<T, S>
where
    T: Eq + Hash,
    S: BuildHasher,
{
    /// Puts in what the iterator gives.
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn fill<I: Iterator<Item = T>>(&mut self, door: BatchDoor, elements: I) {
        self.fill_parts(door, elements.size_hint().0, [elements]);
    }

    /// Puts in what several iterators give, for each with indexmap's policy of reservation: all of the size hint for an
    /// empty set, half of it else, as some elements may be there.
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn fill_parts<I: IntoIterator<Item = T>>(
        &mut self,
        door: BatchDoor,
        expected: usize,
        parts: impl IntoIterator<Item = I>,
    ) {
        let mut batch = self.inner.batch(door, expected);
        for elements in parts {
            let elements = elements.into_iter();
            let hint = elements.size_hint().0;
            let additional = if batch.map().is_empty() { hint } else { hint.div_ceil(2) };
            batch.reserve(additional, |set| set.reserve(additional));
            elements.for_each(|element| {
                batch.assign(|set| set.insert(element));
            });
        }
    }
}

impl<T, S> Extend<T> for IndexSet<T, S>
where
    T: Hash + Eq,
    S: BuildHasher,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<I: IntoIterator<Item = T>>(&mut self, iterable: I) {
        self.fill(BatchDoor::Extend, iterable.into_iter());
    }
}

impl<'a, T, S> Extend<&'a T> for IndexSet<T, S>
where
    T: Hash + Eq + Copy + 'a,
    S: BuildHasher,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, iterable: I) {
        self.extend(iterable.into_iter().copied());
    }
}

impl<T, S> FromIterator<T> for IndexSet<T, S>
where
    T: Hash + Eq,
    S: BuildHasher + Default,
{
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = T>>(iterable: I) -> Self {
        let elements = iterable.into_iter();
        let mut set = Self::with_capacity_and_hasher(elements.size_hint().0, S::default());
        set.fill(BatchDoor::FromIter, elements);
        set
    }
}

impl<T, const N: usize> From<[T; N]> for IndexSet<T, RandomState>
where
    T: Hash + Eq,
{
    #[track_caller]
    fn from(arr: [T; N]) -> Self {
        Self::from_iter(arr)
    }
}

impl<T, S> From<Plain<T, S>> for IndexSet<T, S> {
    /// Begins to trace a plain set. Costs nothing but one batch for the elements it has.
    ///
    /// How much the plain set holds can only be told from its `capacity()`.
    #[track_caller]
    fn from(set: Plain<T, S>) -> Self {
        let mut inner = Traced::new(set);
        inner.began_with_entries(BatchDoor::FromIter, None, 0);
        Self { inner }
    }
}

impl<T, S> From<IndexSet<T, S>> for Plain<T, S> {
    /// Gives up tracing: [`IndexSet::into_plain`].
    #[inline]
    fn from(set: IndexSet<T, S>) -> Self {
        IndexSet::into_plain(set)
    }
}

impl<T, S> Clone for IndexSet<T, S>
where
    T: Clone,
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
        batch.refill(full, |set| set.clone_from(&other.inner.map));
    }
}

/// The intersection, in a new set whose site is the operator's place.
impl<T, S1, S2> BitAnd<&IndexSet<T, S2>> for &IndexSet<T, S1>
where
    T: Eq + Hash + Clone,
    S1: BuildHasher + Default,
    S2: BuildHasher,
{
    type Output = IndexSet<T, S1>;

    #[track_caller]
    fn bitand(self, other: &IndexSet<T, S2>) -> Self::Output {
        IndexSet::from_iter(self.intersection(other).cloned())
    }
}

/// The union, in a new set whose site is the operator's place.
impl<T, S1, S2> BitOr<&IndexSet<T, S2>> for &IndexSet<T, S1>
where
    T: Eq + Hash + Clone,
    S1: BuildHasher + Default,
    S2: BuildHasher,
{
    type Output = IndexSet<T, S1>;

    #[track_caller]
    fn bitor(self, other: &IndexSet<T, S2>) -> Self::Output {
        IndexSet::from_iter(self.union(other).cloned())
    }
}

/// The symmetric difference, in a new set whose site is the operator's place.
impl<T, S1, S2> BitXor<&IndexSet<T, S2>> for &IndexSet<T, S1>
where
    T: Eq + Hash + Clone,
    S1: BuildHasher + Default,
    S2: BuildHasher,
{
    type Output = IndexSet<T, S1>;

    #[track_caller]
    fn bitxor(self, other: &IndexSet<T, S2>) -> Self::Output {
        IndexSet::from_iter(self.symmetric_difference(other).cloned())
    }
}

/// The difference, in a new set whose site is the operator's place.
impl<T, S1, S2> Sub<&IndexSet<T, S2>> for &IndexSet<T, S1>
where
    T: Eq + Hash + Clone,
    S1: BuildHasher + Default,
    S2: BuildHasher,
{
    type Output = IndexSet<T, S1>;

    #[track_caller]
    fn sub(self, other: &IndexSet<T, S2>) -> Self::Output {
        IndexSet::from_iter(self.difference(other).cloned())
    }
}

impl<T, S> PutAll<T> for IndexSet<T, S>
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
