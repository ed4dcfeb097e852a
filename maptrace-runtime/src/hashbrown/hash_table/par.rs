//! rayon's traits, as hashbrown has them for the plain table.

use ::rayon::iter::IntoParallelIterator;
use allocator_api2::alloc::Allocator;

use super::HashTable;
use super::rayon::{IntoParIter, ParDrain, ParIter, ParIterMut};

impl<T: Send, A: Allocator> HashTable<T, A> {
    /// Takes out all elements, in parallel, and keeps the table. Records one batch at the call, for all elements.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn par_drain(&mut self) -> ParDrain<'_, T, A> {
        self.inner.drained(self.inner.map.len());
        self.inner.map.par_drain()
    }
}

impl<T: Send, A: Allocator + Send> IntoParallelIterator for HashTable<T, A> {
    type Item = T;
    type Iter = IntoParIter<T, A>;

    /// Consumes the table, which counts as freed, with its elements.
    #[inline]
    fn into_par_iter(self) -> Self::Iter {
        self.inner.into_plain().into_par_iter()
    }
}

impl<'a, T: Sync, A: Allocator> IntoParallelIterator for &'a HashTable<T, A> {
    type Item = &'a T;
    type Iter = ParIter<'a, T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        reads!(self.inner, Iterate);
        (&self.inner.map).into_par_iter()
    }
}

impl<'a, T: Send, A: Allocator> IntoParallelIterator for &'a mut HashTable<T, A> {
    type Item = &'a mut T;
    type Iter = ParIterMut<'a, T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_par_iter(self) -> Self::Iter {
        writes!(self.inner, Change);
        (&mut self.inner.map).into_par_iter()
    }
}
