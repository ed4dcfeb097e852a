//! Elements by their index, and as slices.

use std::ops::RangeBounds;

use super::{IndexSet, Slice};

impl<T, S> IndexSet<T, S> {
    /// The elements as a slice. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn as_slice(&self) -> &Slice<T> {
        reads!(self.inner, Iterate);
        self.inner.map.as_slice()
    }

    /// Consumes the set and gives its elements as a slice. The set counts as freed, with its elements.
    #[inline]
    pub fn into_boxed_slice(self) -> Box<Slice<T>> {
        self.inner.into_plain().into_boxed_slice()
    }

    /// The element at `index`. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_index(&self, index: usize) -> Option<&T> {
        reads!(self.inner, Get);
        self.inner.map.get_index(index)
    }

    /// The elements in `range` of indices, if it is within the set. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_range<R: RangeBounds<usize>>(&self, range: R) -> Option<&Slice<T>> {
        reads!(self.inner, Get);
        self.inner.map.get_range(range)
    }

    /// The first element. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn first(&self) -> Option<&T> {
        reads!(self.inner, Get);
        self.inner.map.first()
    }

    /// The last element. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn last(&self) -> Option<&T> {
        reads!(self.inner, Get);
        self.inner.map.last()
    }

    /// Takes out the element at `index`; the last one comes to its place. Records a delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn swap_remove_index(&mut self, index: usize) -> Option<T> {
        self.inner.delete(|set| set.swap_remove_index(index))
    }

    /// Takes out the element at `index`; those after it move up. Records a delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shift_remove_index(&mut self, index: usize) -> Option<T> {
        self.inner.delete(|set| set.shift_remove_index(index))
    }

    /// Moves an element to another index. Not recorded: no entry comes or goes.
    ///
    /// # Panics
    /// If there is no such index.
    #[inline]
    #[track_caller]
    pub fn move_index(&mut self, from: usize, to: usize) {
        writes!(self.inner, Change);
        self.inner.map.move_index(from, to)
    }

    /// Swaps two elements. Not recorded: no entry comes or goes.
    ///
    /// # Panics
    /// If there is no such index.
    #[inline]
    #[track_caller]
    pub fn swap_indices(&mut self, a: usize, b: usize) {
        writes!(self.inner, Change);
        self.inner.map.swap_indices(a, b)
    }
}
