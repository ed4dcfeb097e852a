//! Elements in order: sorting, and searching what is sorted.

use std::cmp::Ordering;

use super::{IndexSet, IntoIter};

impl<T, S> IndexSet<T, S> {
    /// Sorts the elements. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort(&mut self)
    where
        T: Ord, {
        self.inner.moved(|set| set.sort())
    }

    /// Sorts the elements by `cmp`. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort_by<F>(&mut self, cmp: F)
    where
        F: FnMut(&T, &T) -> Ordering, {
        self.inner.moved(|set| set.sort_by(cmp))
    }

    /// Consumes the set and iterates over its elements, sorted by `cmp`. The set counts as freed, with its elements.
    #[inline]
    pub fn sorted_by<F>(self, cmp: F) -> IntoIter<T>
    where
        F: FnMut(&T, &T) -> Ordering, {
        self.inner.into_plain().sorted_by(cmp)
    }

    /// Sorts the elements by `sort_key`. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort_by_key<K, F>(&mut self, sort_key: F)
    where
        K: Ord,
        F: FnMut(&T) -> K, {
        self.inner.moved(|set| set.sort_by_key(sort_key))
    }

    /// Sorts the elements, without regard to the order of equals. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort_unstable(&mut self)
    where
        T: Ord, {
        self.inner.moved(|set| set.sort_unstable())
    }

    /// Sorts the elements by `cmp`, without regard to the order of equals. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort_unstable_by<F>(&mut self, cmp: F)
    where
        F: FnMut(&T, &T) -> Ordering, {
        self.inner.moved(|set| set.sort_unstable_by(cmp))
    }

    /// Consumes the set and iterates over its elements, sorted by `cmp` without regard to the order of equals. The set
    /// counts as freed, with its elements.
    #[inline]
    pub fn sorted_unstable_by<F>(self, cmp: F) -> IntoIter<T>
    where
        F: FnMut(&T, &T) -> Ordering, {
        self.inner.into_plain().sorted_unstable_by(cmp)
    }

    /// Sorts the elements by `sort_key`, without regard to the order of equals. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort_unstable_by_key<K, F>(&mut self, sort_key: F)
    where
        K: Ord,
        F: FnMut(&T) -> K, {
        self.inner.moved(|set| set.sort_unstable_by_key(sort_key))
    }

    /// Sorts the elements by `sort_key`, which is called once for each. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn sort_by_cached_key<K, F>(&mut self, sort_key: F)
    where
        K: Ord,
        F: FnMut(&T) -> K, {
        self.inner.moved(|set| set.sort_by_cached_key(sort_key))
    }

    /// Looks for an element in a set that is sorted. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn binary_search(&self, x: &T) -> Result<usize, usize>
    where
        T: Ord, {
        reads!(self.inner, Get);
        self.inner.map.binary_search(x)
    }

    /// Looks for an element in a set that is sorted by `f`. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn binary_search_by<'a, F>(&'a self, f: F) -> Result<usize, usize>
    where
        F: FnMut(&'a T) -> Ordering, {
        reads!(self.inner, Get);
        self.inner.map.binary_search_by(f)
    }

    /// Looks for an element in a set that is sorted by what `f` makes of each. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn binary_search_by_key<'a, B, F>(&'a self, b: &B, f: F) -> Result<usize, usize>
    where
        F: FnMut(&'a T) -> B,
        B: Ord, {
        reads!(self.inner, Get);
        self.inner.map.binary_search_by_key(b, f)
    }

    /// Whether the elements are sorted. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_sorted(&self) -> bool
    where
        T: PartialOrd, {
        reads!(self.inner, Iterate);
        self.inner.map.is_sorted()
    }

    /// Whether the elements are sorted by `cmp`. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_sorted_by<'a, F>(&'a self, cmp: F) -> bool
    where
        F: FnMut(&'a T, &'a T) -> bool, {
        reads!(self.inner, Iterate);
        self.inner.map.is_sorted_by(cmp)
    }

    /// Whether the elements are sorted by `sort_key`. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn is_sorted_by_key<'a, F, K>(&'a self, sort_key: F) -> bool
    where
        F: FnMut(&'a T) -> K,
        K: PartialOrd, {
        reads!(self.inner, Iterate);
        self.inner.map.is_sorted_by_key(sort_key)
    }

    /// The index of the first element for which `pred` says no, in a set where those for which it says yes come first.
    /// Not recorded.
    #[inline]
    #[must_use]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn partition_point<P>(&self, pred: P) -> usize
    where
        P: FnMut(&T) -> bool, {
        reads!(self.inner, Get);
        self.inner.map.partition_point(pred)
    }

    /// Turns the order of the elements round. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn reverse(&mut self) {
        self.inner.moved(|set| set.reverse())
    }
}
