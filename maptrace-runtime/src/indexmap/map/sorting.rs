//! Entries in order: sorting, and searching what is sorted.

use std::cmp::Ordering;

use super::{IndexMap, IntoIter};

impl<K, V, S> IndexMap<K, V, S> {
    /// Sorts the entries by key. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort_keys(&mut self)
    where
        K: Ord, {
        self.inner.moved(|map| map.sort_keys())
    }

    /// Sorts the entries by `cmp`. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort_by<F>(&mut self, cmp: F)
    where
        F: FnMut(&K, &V, &K, &V) -> Ordering, {
        self.inner.moved(|map| map.sort_by(cmp))
    }

    /// Consumes the map and iterates over its entries, sorted by `cmp`. The map counts as freed, with its entries.
    #[inline]
    pub fn sorted_by<F>(self, cmp: F) -> IntoIter<K, V>
    where
        F: FnMut(&K, &V, &K, &V) -> Ordering, {
        self.inner.into_plain().sorted_by(cmp)
    }

    /// Sorts the entries by `sort_key`. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort_by_key<T, F>(&mut self, sort_key: F)
    where
        T: Ord,
        F: FnMut(&K, &V) -> T, {
        self.inner.moved(|map| map.sort_by_key(sort_key))
    }

    /// Sorts the entries by key. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort_unstable_keys(&mut self)
    where
        K: Ord, {
        self.inner.moved(|map| map.sort_unstable_keys())
    }

    /// Sorts the entries by `cmp`, without regard to the order of equals. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort_unstable_by<F>(&mut self, cmp: F)
    where
        F: FnMut(&K, &V, &K, &V) -> Ordering, {
        self.inner.moved(|map| map.sort_unstable_by(cmp))
    }

    /// Consumes the map and iterates over its entries, sorted by `cmp` without regard to the order of equals. The map
    /// counts as freed, with its entries.
    #[inline]
    pub fn sorted_unstable_by<F>(self, cmp: F) -> IntoIter<K, V>
    where
        F: FnMut(&K, &V, &K, &V) -> Ordering, {
        self.inner.into_plain().sorted_unstable_by(cmp)
    }

    /// Sorts the entries by `sort_key`, without regard to the order of equals. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort_unstable_by_key<T, F>(&mut self, sort_key: F)
    where
        T: Ord,
        F: FnMut(&K, &V) -> T, {
        self.inner.moved(|map| map.sort_unstable_by_key(sort_key))
    }

    /// Sorts the entries by `sort_key`, which is called once for each. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort_by_cached_key<T, F>(&mut self, sort_key: F)
    where
        T: Ord,
        F: FnMut(&K, &V) -> T, {
        self.inner.moved(|map| map.sort_by_cached_key(sort_key))
    }

    /// Looks for a key in a map that is sorted by key. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn binary_search_keys(&self, x: &K) -> Result<usize, usize>
    where
        K: Ord, {
        reads!(self.inner, Get);
        self.inner.map.binary_search_keys(x)
    }

    /// Looks for an entry in a map that is sorted by `f`. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn binary_search_by<'a, F>(&'a self, f: F) -> Result<usize, usize>
    where
        F: FnMut(&'a K, &'a V) -> Ordering, {
        reads!(self.inner, Get);
        self.inner.map.binary_search_by(f)
    }

    /// Looks for an entry in a map that is sorted by what `f` makes of each. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn binary_search_by_key<'a, B, F>(&'a self, b: &B, f: F) -> Result<usize, usize>
    where
        F: FnMut(&'a K, &'a V) -> B,
        B: Ord, {
        reads!(self.inner, Get);
        self.inner.map.binary_search_by_key(b, f)
    }

    /// Whether the entries are sorted by key. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_sorted(&self) -> bool
    where
        K: PartialOrd, {
        reads!(self.inner, Iterate);
        self.inner.map.is_sorted()
    }

    /// Whether the entries are sorted by `cmp`. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_sorted_by<'a, F>(&'a self, cmp: F) -> bool
    where
        F: FnMut(&'a K, &'a V, &'a K, &'a V) -> bool, {
        reads!(self.inner, Iterate);
        self.inner.map.is_sorted_by(cmp)
    }

    /// Whether the entries are sorted by `sort_key`. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_sorted_by_key<'a, F, T>(&'a self, sort_key: F) -> bool
    where
        F: FnMut(&'a K, &'a V) -> T,
        T: PartialOrd, {
        reads!(self.inner, Iterate);
        self.inner.map.is_sorted_by_key(sort_key)
    }

    /// The index of the first entry for which `pred` says no, in a map where those for which it says yes come first.
    /// Not recorded.
    #[inline]
    #[must_use]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn partition_point<P>(&self, pred: P) -> usize
    where
        P: FnMut(&K, &V) -> bool, {
        reads!(self.inner, Get);
        self.inner.map.partition_point(pred)
    }

    /// Turns the order of the entries round. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn reverse(&mut self) {
        self.inner.moved(|map| map.reverse())
    }
}
