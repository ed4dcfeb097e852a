//! `extract_if`: hashbrown's iterator, and a count of what it takes out.

use std::iter::FusedIterator;

use ::hashbrown::hash_set as plain;
use allocator_api2::alloc::{Allocator, Global};

use crate::traced::Removals;

/// Takes elements out of a [`HashSet`](super::HashSet):
/// [hashbrown's `hash_set::ExtractIf`](::hashbrown::hash_set::ExtractIf), traced.
///
/// Made by [`HashSet::extract_if`](super::HashSet::extract_if).
#[must_use = "Iterators are lazy unless consumed"]
pub struct ExtractIf<'a, K, F, A: Allocator = Global> {
    base: plain::ExtractIf<'a, K, F, A>,
    removals: Removals<'a>,
}

impl<'a, K, F, A: Allocator> ExtractIf<'a, K, F, A> {
    #[inline]
    pub(super) fn new(base: plain::ExtractIf<'a, K, F, A>, removals: Removals<'a>) -> Self {
        Self { base, removals }
    }
}

impl<K, F, A> Iterator for ExtractIf<'_, K, F, A>
where
    F: FnMut(&K) -> bool,
    A: Allocator,
{
    type Item = K;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn next(&mut self) -> Option<K> {
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

impl<K, F, A: Allocator> FusedIterator for ExtractIf<'_, K, F, A> where F: FnMut(&K) -> bool {}
