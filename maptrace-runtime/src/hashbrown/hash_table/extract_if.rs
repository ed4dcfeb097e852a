//! `extract_if`: hashbrown's iterator, and a count of what it takes out.

use std::iter::FusedIterator;

use ::hashbrown::hash_table as plain;
use allocator_api2::alloc::{Allocator, Global};

use crate::traced::Removals;

/// Takes elements out of a [`HashTable`](super::HashTable):
/// [hashbrown's `hash_table::ExtractIf`](::hashbrown::hash_table::ExtractIf), traced.
///
/// Made by [`HashTable::extract_if`](super::HashTable::extract_if).
#[must_use = "Iterators are lazy unless consumed"]
pub struct ExtractIf<'a, T, F, A: Allocator = Global> {
    base: plain::ExtractIf<'a, T, F, A>,
    removals: Removals<'a>,
}

impl<'a, T, F, A: Allocator> ExtractIf<'a, T, F, A> {
    #[inline]
    pub(super) fn new(base: plain::ExtractIf<'a, T, F, A>, removals: Removals<'a>) -> Self {
        Self { base, removals }
    }
}

impl<T, F, A> Iterator for ExtractIf<'_, T, F, A>
where
    F: FnMut(&mut T) -> bool,
    A: Allocator,
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

impl<T, F, A: Allocator> FusedIterator for ExtractIf<'_, T, F, A> where F: FnMut(&mut T) -> bool {}
