//! `splice`: elements out at once, others in at the end.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::iter::FusedIterator;
use std::ops::Bound;
use std::vec;

use ::indexmap::IndexSet as Plain;

use crate::traced::Batch;

/// Takes out elements of an [`IndexSet`](super::IndexSet) and puts in others when it is dropped:
/// [`indexmap::set::Splice`], traced.
///
/// Made by [`IndexSet::splice`](super::IndexSet::splice).
pub struct Splice<'a, I, T, S>
where
    I: Iterator<Item = T>,
    T: Hash + Eq,
    S: BuildHasher,
{
    /// What was taken out. The set has it no longer, so that others can be counted as they are put in: indexmap's own
    /// iterator would hold on to the set until it is gone itself.
    drain: vec::IntoIter<T>,
    replace_with: I,
    at: usize,
    batch: Batch<'a, Plain<T, S>>,
}

impl<'a, I, T, S> Splice<'a, I, T, S>
where
    I: Iterator<Item = T>,
    T: Hash + Eq,
    S: BuildHasher,
{
    pub(super) fn new(
        mut batch: Batch<'a, Plain<T, S>>,
        range: (Bound<usize>, Bound<usize>),
        replace_with: I,
    ) -> Self {
        let at = match range.0 {
            Bound::Included(first) => first,
            Bound::Excluded(before) => before + 1,
            Bound::Unbounded => 0,
        };
        let drain: Vec<T> = batch.map().drain(range).collect();
        batch.count_removed();
        Self { drain: drain.into_iter(), replace_with, at, batch }
    }
}

impl<I, T, S> Drop for Splice<'_, I, T, S>
where
    I: Iterator<Item = T>,
    T: Hash + Eq,
    S: BuildHasher,
{
    fn drop(&mut self) {
        let Self { drain, replace_with, at, batch } = self;
        batch.assign_each(*at, |set| {
            let mut offered = 0;
            // The rest of what was taken out goes first, and a panic in that leaves what it leaves with indexmap.
            let nothing = drain.filter_map(|gone| {
                drop(gone);
                None
            });
            drop(set.splice(*at..*at, nothing.chain(replace_with.inspect(|_| offered += 1))));
            offered
        });
    }
}

impl<I, T, S> Iterator for Splice<'_, I, T, S>
where
    I: Iterator<Item = T>,
    T: Hash + Eq,
    S: BuildHasher,
{
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.drain.next()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.drain.size_hint()
    }
}

impl<I, T, S> DoubleEndedIterator for Splice<'_, I, T, S>
where
    I: Iterator<Item = T>,
    T: Hash + Eq,
    S: BuildHasher,
{
    #[inline]
    fn next_back(&mut self) -> Option<T> {
        self.drain.next_back()
    }
}

impl<I, T, S> ExactSizeIterator for Splice<'_, I, T, S>
where
    I: Iterator<Item = T>,
    T: Hash + Eq,
    S: BuildHasher,
{
    #[inline]
    fn len(&self) -> usize {
        self.drain.len()
    }
}

impl<I, T, S> FusedIterator for Splice<'_, I, T, S>
where
    I: Iterator<Item = T>,
    T: Hash + Eq,
    S: BuildHasher,
{
}

impl<I, T, S> fmt::Debug for Splice<'_, I, T, S>
where
    I: fmt::Debug + Iterator<Item = T>,
    T: fmt::Debug + Hash + Eq,
    S: BuildHasher,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Splice").field("drain", &self.drain).field("replace_with", &self.replace_with).finish()
    }
}
