//! The iterator of `extract_if`: std's own, with the recorder of what it removes.

use std::collections::btree_map as plain;
use std::fmt;
use std::iter::FusedIterator;
use std::ops::RangeBounds;

use crate::traced::Removals;

/// Removes and gives the entries that a closure chooses; made by [`extract_if`](super::BTreeMap::extract_if).
///
/// Each removal is counted as it happens, and one batch is recorded when the iterator is dropped.
#[must_use = "iterators are lazy and do nothing unless consumed; \
    use `retain` or `extract_if().for_each(drop)` to remove and discard elements"]
pub struct ExtractIf<'a, K, V, R, F> {
    plain: plain::ExtractIf<'a, K, V, R, F>,
    removals: Removals<'a>,
}

impl<'a, K, V, R, F> ExtractIf<'a, K, V, R, F> {
    pub(super) fn new(plain: plain::ExtractIf<'a, K, V, R, F>, removals: Removals<'a>) -> Self {
        Self { plain, removals }
    }
}

impl<K, V, R, F> Iterator for ExtractIf<'_, K, V, R, F>
where
    K: PartialOrd,
    R: RangeBounds<K>,
    F: FnMut(&K, &mut V) -> bool,
{
    type Item = (K, V);

    #[cfg_attr(feature = "race", track_caller)]
    fn next(&mut self) -> Option<(K, V)> {
        writes!(self.removals, ExtractIf);
        let next = self.plain.next();
        // The plain iterator's upper bound is the number of entries in the map, not of those it will look at: so the
        // entries it has kept do not count as looked at.
        let left = self.plain.size_hint().1.unwrap_or_default();
        self.removals.looked(next.is_some(), left);
        next
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.plain.size_hint()
    }
}

impl<K, V, R, F> FusedIterator for ExtractIf<'_, K, V, R, F>
where
    K: PartialOrd,
    R: RangeBounds<K>,
    F: FnMut(&K, &mut V) -> bool,
{
}

impl<K: fmt::Debug, V: fmt::Debug, R, F> fmt::Debug for ExtractIf<'_, K, V, R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plain.fmt(f)
    }
}
