//! Elements by ranges of indices: each of these is one batch.

use std::hash::{BuildHasher, Hash};
use std::ops::{Bound, RangeBounds};

use super::{Drain, ExtractIf, IndexSet, Splice};
use crate::episode::BatchDoor;
use crate::indexmap::bounds;
use crate::traced::{Traced, clock_before};

impl<T, S> IndexSet<T, S> {
    /// Removes the elements past the first `len`. Records one batch, if there are any.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn truncate(&mut self, len: usize) {
        let elements = self.inner.map.len();
        if len < elements {
            let mut batch = self.inner.batch(BatchDoor::Truncate, elements - len);
            batch.offer(elements - len);
            batch.map().truncate(len);
        }
    }

    /// Takes out the elements in `range` of indices. Records one batch at the call, for all of them: those the iterator
    /// is dropped with are removed as well.
    ///
    /// # Panics
    /// If the range is not within the set.
    #[inline]
    #[track_caller]
    pub fn drain<R>(&mut self, range: R) -> Drain<'_, T>
    where
        R: RangeBounds<usize>, {
        let range = bounds(&range);
        let removed = self.width(range);
        self.inner.drained(removed);
        self.inner.map.drain(range)
    }

    /// Takes out the elements in `range` of indices for which `pred` says so, as the iterator gets to them. Each
    /// removal is counted when it happens; one batch is recorded when the iterator is dropped.
    ///
    /// # Panics
    /// If the range is not within the set.
    #[inline]
    #[track_caller]
    pub fn extract_if<F, R>(&mut self, range: R, pred: F) -> ExtractIf<'_, T, F>
    where
        F: FnMut(&T) -> bool,
        R: RangeBounds<usize>, {
        let range = bounds(&range);
        let elements = self.width(range);
        let (set, removals) = self.inner.removals(BatchDoor::ExtractIf, elements);
        ExtractIf::new(set.extract_if(range, pred), removals)
    }

    /// Takes the elements from index `at` on into a set of its own, whose site is the caller's place. Records one batch
    /// on each set: elements removed, and elements assigned.
    ///
    /// # Panics
    /// If `at` is past the end.
    #[inline]
    #[track_caller]
    pub fn split_off(&mut self, at: usize) -> Self
    where
        S: Clone, {
        if at > self.inner.map.len() {
            // Panics, in the plain set's words.
            self.inner.map.split_off(at);
        }
        let offered = self.inner.map.len() - at;
        let start = clock_before(offered);
        let mut batch = self.inner.batch(BatchDoor::Append, offered);
        batch.offer(offered);
        let mut inner = Traced::new(batch.map().split_off(at));
        drop(batch);
        inner.began_with_entries(BatchDoor::Append, None, start);
        Self { inner }
    }

    /// How many elements are in `range`. Panics in the plain set's words if it is not within the set.
    #[track_caller]
    pub(super) fn width(&mut self, range: (Bound<usize>, Bound<usize>)) -> usize {
        writes!(self.inner, Change);
        match self.get_range(range) {
            Some(slice) => slice.len(),
            None => self.inner.map.drain(range).len(),
        }
    }
}

impl<T, S> IndexSet<T, S>
where
    T: Hash + Eq,
    S: BuildHasher,
{
    /// Takes out the elements in `range` of indices and, when the iterator is dropped, puts others in at their place;
    /// one that is elsewhere in the set stays there, and counts as replaced. Records one batch, when the iterator is
    /// dropped.
    ///
    /// # Panics
    /// If the range is not within the set.
    #[inline]
    #[track_caller]
    pub fn splice<R, I>(&mut self, range: R, replace_with: I) -> Splice<'_, I::IntoIter, T, S>
    where
        R: RangeBounds<usize>,
        I: IntoIterator<Item = T>, {
        let range = bounds(&range);
        let removed = self.width(range);
        Splice::new(self.inner.batch(BatchDoor::Splice, removed), range, replace_with.into_iter())
    }
}
