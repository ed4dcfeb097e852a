//! `extract_if`: indexmap's iterator, and a count of what it takes out.

use std::fmt;
use std::iter::FusedIterator;

use ::indexmap::set as plain_set;

use crate::traced::Removals;

/// Takes elements out of an [`IndexSet`](super::IndexSet): [`indexmap::set::ExtractIf`](plain_set::ExtractIf), traced.
///
/// Made by [`IndexSet::extract_if`](super::IndexSet::extract_if).
pub struct ExtractIf<'a, T, F> {
    base: plain_set::ExtractIf<'a, T, F>,
    removals: Removals<'a>,
}

impl<'a, T, F> ExtractIf<'a, T, F> {
    #[inline]
    pub(super) fn new(base: plain_set::ExtractIf<'a, T, F>, removals: Removals<'a>) -> Self {
        Self { base, removals }
    }
}

impl<T, F> Iterator for ExtractIf<'_, T, F>
where
    F: FnMut(&T) -> bool,
{
    type Item = T;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn next(&mut self) -> Option<T> {
        writes!(self.removals, ExtractIf);
        let element = self.base.next();
        // The upper bound is the number of elements that were not looked at.
        self.removals.looked(element.is_some(), self.base.size_hint().1.unwrap_or(0));
        element
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.base.size_hint()
    }
}

impl<T, F> FusedIterator for ExtractIf<'_, T, F> where F: FnMut(&T) -> bool {}

impl<T: fmt::Debug, F> fmt::Debug for ExtractIf<'_, T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)
    }
}
