//! `extract_if`: indexmap's iterator, and a count of what it takes out.

use std::fmt;
use std::iter::FusedIterator;

use ::indexmap::map as plain_map;

use crate::traced::Removals;

/// Takes entries out of an [`IndexMap`](super::IndexMap): [`indexmap::map::ExtractIf`](plain_map::ExtractIf), traced.
///
/// Made by [`IndexMap::extract_if`](super::IndexMap::extract_if).
pub struct ExtractIf<'a, K, V, F> {
    base: plain_map::ExtractIf<'a, K, V, F>,
    removals: Removals<'a>,
}

impl<'a, K, V, F> ExtractIf<'a, K, V, F> {
    #[inline]
    pub(super) fn new(base: plain_map::ExtractIf<'a, K, V, F>, removals: Removals<'a>) -> Self {
        Self { base, removals }
    }
}

impl<K, V, F> Iterator for ExtractIf<'_, K, V, F>
where
    F: FnMut(&K, &mut V) -> bool,
{
    type Item = (K, V);

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn next(&mut self) -> Option<(K, V)> {
        writes!(self.removals, ExtractIf);
        let entry = self.base.next();
        // The upper bound is the number of entries that were not looked at.
        self.removals.looked(entry.is_some(), self.base.size_hint().1.unwrap_or(0));
        entry
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.base.size_hint()
    }
}

impl<K, V, F> FusedIterator for ExtractIf<'_, K, V, F> where F: FnMut(&K, &mut V) -> bool {}

impl<K: fmt::Debug, V: fmt::Debug, F> fmt::Debug for ExtractIf<'_, K, V, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)
    }
}
