//! `splice`: entries out at once, others in at the end.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::iter::FusedIterator;
use std::ops::Bound;
use std::vec;

use ::indexmap::IndexMap as Plain;

use crate::traced::Batch;

/// Takes out entries of an [`IndexMap`](super::IndexMap) and puts in others when it is dropped:
/// [`indexmap::map::Splice`], traced.
///
/// Made by [`IndexMap::splice`](super::IndexMap::splice).
pub struct Splice<'a, I, K, V, S>
where
    I: Iterator<Item = (K, V)>,
    K: Hash + Eq,
    S: BuildHasher,
{
    /// What was taken out. The map has it no longer, so that others can be counted as they are put in: indexmap's own
    /// iterator would hold on to the map until it is gone itself.
    drain: vec::IntoIter<(K, V)>,
    replace_with: I,
    at: usize,
    batch: Batch<'a, Plain<K, V, S>>,
}

impl<'a, I, K, V, S> Splice<'a, I, K, V, S>
where
    I: Iterator<Item = (K, V)>,
    K: Hash + Eq,
    S: BuildHasher,
{
    pub(super) fn new(
        mut batch: Batch<'a, Plain<K, V, S>>,
        range: (Bound<usize>, Bound<usize>),
        replace_with: I,
    ) -> Self {
        let at = match range.0 {
            Bound::Included(first) => first,
            Bound::Excluded(before) => before + 1,
            Bound::Unbounded => 0,
        };
        let drain: Vec<(K, V)> = batch.map().drain(range).collect();
        batch.count_removed();
        Self { drain: drain.into_iter(), replace_with, at, batch }
    }
}

impl<I, K, V, S> Drop for Splice<'_, I, K, V, S>
where
    I: Iterator<Item = (K, V)>,
    K: Hash + Eq,
    S: BuildHasher,
{
    fn drop(&mut self) {
        let Self { drain, replace_with, at, batch } = self;
        batch.assign_each(*at, |map| {
            let mut offered = 0;
            // The rest of what was taken out goes first, and a panic in that leaves what it leaves with indexmap.
            let nothing = drain.filter_map(|gone| {
                drop(gone);
                None
            });
            drop(map.splice(*at..*at, nothing.chain(replace_with.inspect(|_| offered += 1))));
            offered
        });
    }
}

impl<I, K, V, S> Iterator for Splice<'_, I, K, V, S>
where
    I: Iterator<Item = (K, V)>,
    K: Hash + Eq,
    S: BuildHasher,
{
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        self.drain.next()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.drain.size_hint()
    }
}

impl<I, K, V, S> DoubleEndedIterator for Splice<'_, I, K, V, S>
where
    I: Iterator<Item = (K, V)>,
    K: Hash + Eq,
    S: BuildHasher,
{
    #[inline]
    fn next_back(&mut self) -> Option<(K, V)> {
        self.drain.next_back()
    }
}

impl<I, K, V, S> ExactSizeIterator for Splice<'_, I, K, V, S>
where
    I: Iterator<Item = (K, V)>,
    K: Hash + Eq,
    S: BuildHasher,
{
    #[inline]
    fn len(&self) -> usize {
        self.drain.len()
    }
}

impl<I, K, V, S> FusedIterator for Splice<'_, I, K, V, S>
where
    I: Iterator<Item = (K, V)>,
    K: Hash + Eq,
    S: BuildHasher,
{
}

impl<I, K, V, S> fmt::Debug for Splice<'_, I, K, V, S>
where
    I: fmt::Debug + Iterator<Item = (K, V)>,
    K: fmt::Debug + Hash + Eq,
    V: fmt::Debug,
    S: BuildHasher,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Splice").field("drain", &self.drain).field("replace_with", &self.replace_with).finish()
    }
}
