//! `extract_if`: std's iterator, and a count of what it takes out.

use std::collections::hash_set as std_set;
use std::fmt;
use std::iter::FusedIterator;

use crate::traced::Removals;

/// Takes elements out of a [`HashSet`](super::HashSet): [`std::collections::hash_set::ExtractIf`], traced.
///
/// Made by [`HashSet::extract_if`](super::HashSet::extract_if).
#[must_use = "iterators are lazy and do nothing unless consumed; \
    use `retain` to remove and discard elements"]
pub struct ExtractIf<'a, K, F> {
    base: std_set::ExtractIf<'a, K, F>,
    removals: Removals<'a>,
}

impl<'a, K, F> ExtractIf<'a, K, F> {
    #[inline]
    pub(super) fn new(base: std_set::ExtractIf<'a, K, F>, removals: Removals<'a>) -> Self {
        Self { base, removals }
    }
}

impl<K, F> Iterator for ExtractIf<'_, K, F>
where
    F: FnMut(&K) -> bool,
{
    type Item = K;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn next(&mut self) -> Option<K> {
        writes!(self.removals, ExtractIf);
        let element = self.base.next();
        // The upper bound is the number of elements that were not looked at.
        self.removals
            .looked(element.is_some(), self.base.size_hint().1.unwrap_or(0));
        element
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.base.size_hint()
    }
}

impl<K, F> FusedIterator for ExtractIf<'_, K, F> where F: FnMut(&K) -> bool {}

impl<K: fmt::Debug, F> fmt::Debug for ExtractIf<'_, K, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)
    }
}
