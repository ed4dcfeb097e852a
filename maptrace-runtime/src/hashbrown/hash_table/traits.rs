//! What a table is to the rest of the program.

use std::any::type_name;
use std::fmt;
use std::ops::Deref;

use ::hashbrown::HashTable as Plain;
use allocator_api2::alloc::Allocator;

use super::{HashTable, IntoIter, Iter, IterMut};
use crate::episode::BatchDoor;
use crate::site::{Traceable, TypeInfo};
use crate::snapshot::Kind;
use crate::traced::{self, Traced, clock_before};

impl<T, A: Allocator> traced::Plain for Plain<T, A> {
    const INFO: &'static TypeInfo = &TypeInfo {
        kind: Kind::HashTable,
        entry_size: size_of::<T>(),
        type_name: type_name::<Self>,
        key_name: type_name::<T>,
        value_name: None,
    };
    const TABLE: bool = true;

    #[inline]
    fn entries(&self) -> usize {
        self.len()
    }

    #[inline]
    fn room(&self) -> usize {
        self.capacity()
    }
}

impl<T, A: Allocator> Traceable for HashTable<T, A> {
    const INFO: &'static TypeInfo = <Plain<T, A> as traced::Plain>::INFO;
}

/// `&HashTable` goes wherever `&hashbrown::HashTable` is asked for. There is no `DerefMut`: a change that maptrace does
/// not see would make its counts wrong.
impl<T, A: Allocator> Deref for HashTable<T, A> {
    type Target = Plain<T, A>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn deref(&self) -> &Self::Target {
        reads!(self.inner, Borrow);
        &self.inner.map
    }
}

impl<T, A: Allocator> From<Plain<T, A>> for HashTable<T, A> {
    /// Begins to trace a plain table. Costs nothing but one batch for the elements it has.
    #[track_caller]
    fn from(table: Plain<T, A>) -> Self {
        let mut inner = Traced::new(table);
        inner.began_with_entries(BatchDoor::FromIter, None, 0);
        Self { inner }
    }
}

impl<T, A: Allocator> From<HashTable<T, A>> for Plain<T, A> {
    /// Gives up tracing: [`HashTable::into_hashbrown`].
    #[inline]
    fn from(table: HashTable<T, A>) -> Self {
        HashTable::into_hashbrown(table)
    }
}

impl<T, A> Clone for HashTable<T, A>
where
    T: Clone,
    A: Allocator + Clone,
{
    #[inline]
    #[track_caller]
    fn clone(&self) -> Self {
        reads!(self.inner, Clone);
        let start = clock_before(self.inner.map.len());
        let mut inner = Traced::new(self.inner.map.clone());
        inner.began_with_entries(BatchDoor::Clone, Some(self.inner.full()), start);
        Self { inner }
    }

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn clone_from(&mut self, source: &Self) {
        reads!(source.inner, Clone);
        let mut batch = self.inner.batch(BatchDoor::Clone, source.inner.map.len());
        batch.refill(source.inner.full(), |table| table.clone_from(&source.inner.map));
    }
}

impl<T, A> Default for HashTable<T, A>
where
    A: Allocator + Default,
{
    #[inline]
    #[track_caller]
    fn default() -> Self {
        Self::new_in(A::default())
    }
}

impl<T, A> fmt::Debug for HashTable<T, A>
where
    T: fmt::Debug,
    A: Allocator,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        reads!(self.inner, Iterate);
        self.inner.map.fmt(f)
    }
}

impl<'a, T, A> IntoIterator for &'a HashTable<T, A>
where
    A: Allocator,
{
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> Iter<'a, T> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }
}

impl<'a, T, A> IntoIterator for &'a mut HashTable<T, A>
where
    A: Allocator,
{
    type Item = &'a mut T;
    type IntoIter = IterMut<'a, T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> IterMut<'a, T> {
        writes!(self.inner, Change);
        self.inner.map.iter_mut()
    }
}

impl<T, A> IntoIterator for HashTable<T, A>
where
    A: Allocator,
{
    type Item = T;
    type IntoIter = IntoIter<T, A>;

    /// Consumes the table, which counts as freed, with its elements.
    #[inline]
    fn into_iter(self) -> IntoIter<T, A> {
        self.inner.into_plain().into_iter()
    }
}
