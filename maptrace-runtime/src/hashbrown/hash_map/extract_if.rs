//! `extract_if`: hashbrown's iterator, and a count of what it takes out.

use std::iter::FusedIterator;

use ::hashbrown::hash_map as plain;
use allocator_api2::alloc::{Allocator, Global};

use crate::traced::Removals;

/// Takes entries out of a [`HashMap`](super::HashMap):
/// [hashbrown's `hash_map::ExtractIf`](::hashbrown::hash_map::ExtractIf), traced.
///
/// Made by [`HashMap::extract_if`](super::HashMap::extract_if).
#[must_use = "Iterators are lazy unless consumed"]
pub struct ExtractIf<'a, K, V, F, A: Allocator = Global> {
    base: plain::ExtractIf<'a, K, V, F, A>,
    removals: Removals<'a>,
}

impl<'a, K, V, F, A: Allocator> ExtractIf<'a, K, V, F, A> {
    #[inline]
    pub(super) fn new(base: plain::ExtractIf<'a, K, V, F, A>, removals: Removals<'a>) -> Self {
        Self { base, removals }
    }
}

impl<K, V, F, A> Iterator for ExtractIf<'_, K, V, F, A>
where
    F: FnMut(&K, &mut V) -> bool,
    A: Allocator,
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
