//! The iterator of `extract_if`: std's own, with the recorder of what it removes.

use std::collections::btree_set as plain;
use std::fmt;
use std::iter::FusedIterator;
use std::ops::RangeBounds;

use crate::traced::Removals;

/// Removes and gives the elements that a closure chooses; made by [`extract_if`](super::BTreeSet::extract_if).
///
/// Each removal is counted as it happens, and one batch is recorded when the iterator is dropped.
#[must_use = "iterators are lazy and do nothing unless consumed; \
    use `retain` or `extract_if().for_each(drop)` to remove and discard elements"]
pub struct ExtractIf<'a, T, R, F> {
    plain: plain::ExtractIf<'a, T, R, F>,
    removals: Removals<'a>,
}

impl<'a, T, R, F> ExtractIf<'a, T, R, F> {
    pub(super) fn new(plain: plain::ExtractIf<'a, T, R, F>, removals: Removals<'a>) -> Self {
        Self { plain, removals }
    }
}

impl<T, R, F> Iterator for ExtractIf<'_, T, R, F>
where
    T: PartialOrd,
    R: RangeBounds<T>,
    F: FnMut(&T) -> bool,
{
    type Item = T;

    #[cfg_attr(feature = "race", track_caller)]
    fn next(&mut self) -> Option<T> {
        writes!(self.removals, ExtractIf);
        let next = self.plain.next();
        // The plain iterator's upper bound is the number of elements in the set, not of those it will look at: so
        // the elements it has kept do not count as looked at.
        let left = self.plain.size_hint().1.unwrap_or_default();
        self.removals.looked(next.is_some(), left);
        next
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.plain.size_hint()
    }
}

impl<T, R, F> FusedIterator for ExtractIf<'_, T, R, F>
where
    T: PartialOrd,
    R: RangeBounds<T>,
    F: FnMut(&T) -> bool,
{
}

impl<T: fmt::Debug, R, F> fmt::Debug for ExtractIf<'_, T, R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plain.fmt(f)
    }
}
