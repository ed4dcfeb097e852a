//! Many elements by one call: each of these is one batch.

use std::hash::{BuildHasher, Hash};
use std::ops::{BitAndAssign, BitOrAssign, BitXorAssign, SubAssign};

use ::hashbrown::HashSet as Plain;
use allocator_api2::alloc::Allocator;

use super::{DefaultHashBuilder, HashSet};
use crate::hashbrown::{HashMap, half_unless_empty};
use crate::episode::BatchDoor;
use crate::put_all::{PutAll, PutAllReport};
use crate::set_operators::set_operators;
use crate::traced::{Batch, Traced, clock_before};

impl<T, S, A> HashSet<T, S, A>
where
    T: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
{
    /// Puts in what the iterator gives, as one batch.
    #[cfg_attr(feature = "race", track_caller)]
    fn fill<I: Iterator<Item = T>>(&mut self, door: BatchDoor, elements: I) {
        let mut batch = self.inner.batch(door, elements.size_hint().0);
        pour(&mut batch, elements);
    }
}

/// Puts in what the iterator gives, in the course of a batch.
pub(super) fn pour<T, S, A, I>(batch: &mut Batch<'_, Plain<T, S, A>>, elements: I)
where
    T: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
    I: Iterator<Item = T>,
{
    let additional = half_unless_empty(batch, elements.size_hint().0);
    batch.reserve(additional, |set| set.reserve(additional));
    elements.for_each(|element| {
        batch.assign(|set| set.insert(element));
    });
}

impl<T, S, A> Extend<T> for HashSet<T, S, A>
where
    T: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<I: IntoIterator<Item = T>>(&mut self, iter: I) {
        self.fill(BatchDoor::Extend, iter.into_iter());
    }
}

impl<'a, T, S, A> Extend<&'a T> for HashSet<T, S, A>
where
    T: 'a + Eq + Hash + Copy,
    S: BuildHasher,
    A: Allocator,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, iter: I) {
        self.extend(iter.into_iter().cloned());
    }
}

impl<T, S, A> FromIterator<T> for HashSet<T, S, A>
where
    T: Eq + Hash,
    S: BuildHasher + Default,
    A: Allocator + Default,
{
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = T>>(iter: I) -> Self {
        let mut set = Self::with_hasher_in(S::default(), A::default());
        set.fill(BatchDoor::FromIter, iter.into_iter());
        set
    }
}

impl<T, A, const N: usize> From<[T; N]> for HashSet<T, DefaultHashBuilder, A>
where
    T: Eq + Hash,
    A: Default + Allocator,
{
    #[track_caller]
    fn from(arr: [T; N]) -> Self {
        Self::from_iter(arr)
    }
}

impl<T, S, A: Allocator> From<Plain<T, S, A>> for HashSet<T, S, A> {
    /// Begins to trace a plain set. Costs nothing but one batch for the elements it has.
    ///
    /// How large the plain set's table is can only be told from its `capacity()`, which tombstones lessen: of a set that
    /// had many deletes, the capacity may be published too small until it is next resized, and a rehash in place then
    /// be told as a grow.
    #[track_caller]
    fn from(set: Plain<T, S, A>) -> Self {
        let mut inner = Traced::new(set);
        inner.began_with_entries(BatchDoor::FromIter, None, 0);
        Self { inner }
    }
}

impl<T, S, A: Allocator> From<HashSet<T, S, A>> for Plain<T, S, A> {
    /// Gives up tracing: [`HashSet::into_hashbrown`].
    #[inline]
    fn from(set: HashSet<T, S, A>) -> Self {
        HashSet::into_hashbrown(set)
    }
}

impl<T, S, A> Clone for HashSet<T, S, A>
where
    T: Clone,
    S: Clone,
    A: Allocator + Clone,
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
    impl[T, S, A] HashSet<T, S, A>, HashSet<T, S, A>
    where
        T: Eq + Hash + Clone,
        S: BuildHasher + Default,
        A: Allocator + Default,
}

/// Puts in what `rhs` has and this does not, as one batch.
impl<T, S, A> BitOrAssign<&HashSet<T, S, A>> for HashSet<T, S, A>
where
    T: Eq + Hash + Clone,
    S: BuildHasher,
    A: Allocator,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn bitor_assign(&mut self, rhs: &HashSet<T, S, A>) {
        let mut batch = self.inner.batch(BatchDoor::Extend, rhs.inner.map.len());
        for element in rhs {
            if !batch.map().contains(element) {
                batch.assign(|set| set.insert(element.clone()));
            }
        }
    }
}

/// Takes out what `rhs` does not have, as one batch.
impl<T, S, A> BitAndAssign<&HashSet<T, S, A>> for HashSet<T, S, A>
where
    T: Eq + Hash + Clone,
    S: BuildHasher,
    A: Allocator,
{
    fn bitand_assign(&mut self, rhs: &HashSet<T, S, A>) {
        self.retain(|element| rhs.contains(element));
    }
}

/// Takes out what both have and puts in what only `rhs` has, as one batch.
impl<T, S, A> BitXorAssign<&HashSet<T, S, A>> for HashSet<T, S, A>
where
    T: Eq + Hash + Clone,
    S: BuildHasher,
    A: Allocator,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn bitxor_assign(&mut self, rhs: &HashSet<T, S, A>) {
        reads!(rhs.inner, Iterate);
        let mut batch = self.inner.batch(BatchDoor::Extend, rhs.inner.map.len());
        batch.toggle(rhs.inner.map.len(), |set| *set ^= &rhs.inner.map);
    }
}

/// Takes out what `rhs` has, as one batch.
impl<T, S, A> SubAssign<&HashSet<T, S, A>> for HashSet<T, S, A>
where
    T: Eq + Hash + Clone,
    S: BuildHasher,
    A: Allocator,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn sub_assign(&mut self, rhs: &HashSet<T, S, A>) {
        reads!(rhs.inner, Iterate);
        let mut batch = self.inner.batch(BatchDoor::Retain, rhs.inner.map.len());
        batch.offer(rhs.inner.map.len());
        *batch.map() -= &rhs.inner.map;
    }
}

/// The map's keys, by the map's own table.
impl<T, S, A: Allocator> From<HashMap<T, (), S, A>> for HashSet<T, S, A> {
    /// The map counts as freed; the set begins with one batch for its elements.
    #[track_caller]
    fn from(map: HashMap<T, (), S, A>) -> Self {
        let full = map.inner.full();
        let mut inner = Traced::new(Plain::from(HashMap::into_hashbrown(map)));
        inner.began_with_entries(BatchDoor::FromIter, Some(full), 0);
        Self { inner }
    }
}

impl<T, S, A> PutAll<T> for HashSet<T, S, A>
where
    T: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
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
