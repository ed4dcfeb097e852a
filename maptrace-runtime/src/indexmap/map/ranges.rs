//! Entries by ranges of indices: each of these is one batch.

use std::hash::{BuildHasher, Hash};
use std::ops::{Bound, RangeBounds};

use super::{Drain, ExtractIf, IndexMap, Splice};
use crate::episode::BatchDoor;
use crate::indexmap::bounds;
use crate::traced::{Traced, clock_before};

impl<K, V, S> IndexMap<K, V, S> {
    /// Removes the entries past the first `len`. Records one batch, if there are any.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn truncate(&mut self, len: usize) {
        let entries = self.inner.map.len();
        if len < entries {
            let mut batch = self.inner.batch(BatchDoor::Truncate, entries - len);
            batch.offer(entries - len);
            batch.map().truncate(len);
        }
    }

    /// Takes out the entries in `range` of indices. Records one batch at the call, for all of them: those the iterator
    /// is dropped with are removed as well.
    ///
    /// # Panics
    /// If the range is not within the map.
    ///
    /// ```
    /// # use maptrace_runtime::indexmap::IndexMap;
    /// let mut map = IndexMap::from([(1, "a"), (2, "b"), (3, "c")]);
    /// assert!(map.drain(..2).eq([(1, "a"), (2, "b")]));
    /// assert_eq!(map.len(), 1);
    /// ```
    #[inline]
    #[track_caller]
    pub fn drain<R>(&mut self, range: R) -> Drain<'_, K, V>
    where
        R: RangeBounds<usize>, {
        let range = bounds(&range);
        let removed = self.width(range);
        self.inner.drained(removed);
        self.inner.map.drain(range)
    }

    /// Takes out the entries in `range` of indices for which `pred` says so, as the iterator gets to them. Each removal
    /// is counted when it happens; one batch is recorded when the iterator is dropped.
    ///
    /// # Panics
    /// If the range is not within the map.
    #[inline]
    #[track_caller]
    pub fn extract_if<F, R>(&mut self, range: R, pred: F) -> ExtractIf<'_, K, V, F>
    where
        F: FnMut(&K, &mut V) -> bool,
        R: RangeBounds<usize>, {
        let range = bounds(&range);
        let entries = self.width(range);
        let (map, removals) = self.inner.removals(BatchDoor::ExtractIf, entries);
        ExtractIf::new(map.extract_if(range, pred), removals)
    }

    /// Takes the entries from index `at` on into a map of its own, whose site is the caller's place. Records one batch
    /// on each map: entries removed, and entries assigned.
    ///
    /// # Panics
    /// If `at` is past the end.
    #[inline]
    #[track_caller]
    pub fn split_off(&mut self, at: usize) -> Self
    where
        S: Clone, {
        if at > self.inner.map.len() {
            // Panics, in the plain map's words.
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

    /// How many entries are in `range`. Panics in the plain map's words if it is not within the map.
    #[track_caller]
    pub(super) fn width(&mut self, range: (Bound<usize>, Bound<usize>)) -> usize {
        writes!(self.inner, Change);
        match self.get_range(range) {
            Some(slice) => slice.len(),
            None => self.inner.map.drain(range).len(),
        }
    }
}

impl<K, V, S> IndexMap<K, V, S>
where
    K: Hash + Eq,
    S: BuildHasher,
{
    /// Takes out the entries in `range` of indices and, when the iterator is dropped, puts others in at their place; a
    /// key that is elsewhere in the map has its value replaced there. Records one batch, when the iterator is dropped.
    ///
    /// # Panics
    /// If the range is not within the map.
    ///
    /// ```
    /// # use maptrace_runtime::indexmap::IndexMap;
    /// let mut map = IndexMap::from([(1, "a"), (2, "b"), (3, "c")]);
    /// assert!(map.splice(1..2, [(7, "x"), (3, "y")]).eq([(2, "b")]));
    /// assert!(map.into_iter().eq([(1, "a"), (7, "x"), (3, "y")]));
    /// ```
    #[inline]
    #[track_caller]
    pub fn splice<R, I>(&mut self, range: R, replace_with: I) -> Splice<'_, I::IntoIter, K, V, S>
    where
        R: RangeBounds<usize>,
        I: IntoIterator<Item = (K, V)>, {
        let range = bounds(&range);
        let removed = self.width(range);
        Splice::new(self.inner.batch(BatchDoor::Splice, removed), range, replace_with.into_iter())
    }
}
