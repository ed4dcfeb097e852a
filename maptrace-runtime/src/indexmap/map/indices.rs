//! Entries by their index, and as slices.

use std::ops::RangeBounds;

use ::indexmap::GetDisjointMutError;

use super::{IndexMap, IndexedEntry, Slice};

impl<K, V, S> IndexMap<K, V, S> {
    /// The entries as a slice. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn as_slice(&self) -> &Slice<K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.as_slice()
    }

    /// The entries as a slice, with values to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn as_mut_slice(&mut self) -> &mut Slice<K, V> {
        writes!(self.inner, Change);
        self.inner.map.as_mut_slice()
    }

    /// Consumes the map and gives its entries as a slice. The map counts as freed, with its entries.
    #[inline]
    pub fn into_boxed_slice(self) -> Box<Slice<K, V>> {
        self.inner.into_plain().into_boxed_slice()
    }

    /// The entry at `index`. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_index(&self, index: usize) -> Option<(&K, &V)> {
        reads!(self.inner, Get);
        self.inner.map.get_index(index)
    }

    /// The entry at `index`, with the value to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_index_mut(&mut self, index: usize) -> Option<(&K, &mut V)> {
        writes!(self.inner, Change);
        self.inner.map.get_index_mut(index)
    }

    /// The entry at `index`, to look at, to change or to take out. Records what is then done through it.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_index_entry(&mut self, index: usize) -> Option<IndexedEntry<'_, K, V>> {
        if index >= self.inner.map.len() {
            return None;
        }
        let (map, door) = self.inner.entry_parts();
        Some(IndexedEntry::new(map.get_index_entry(index)?, door))
    }

    /// The entries at several indices, with values to be changed in place. Not recorded: no entry comes or goes.
    ///
    /// # Errors
    /// If an index is past the end, or there twice.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_disjoint_indices_mut<const N: usize>(
        &mut self,
        indices: [usize; N],
    ) -> Result<[(&K, &mut V); N], GetDisjointMutError> {
        writes!(self.inner, Change);
        self.inner.map.get_disjoint_indices_mut(indices)
    }

    /// The entries in `range` of indices, if it is within the map. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_range<R: RangeBounds<usize>>(&self, range: R) -> Option<&Slice<K, V>> {
        reads!(self.inner, Get);
        self.inner.map.get_range(range)
    }

    /// The entries in `range` of indices, if it is within the map, with values to be changed in place. Not recorded: no
    /// entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_range_mut<R: RangeBounds<usize>>(&mut self, range: R) -> Option<&mut Slice<K, V>> {
        writes!(self.inner, Change);
        self.inner.map.get_range_mut(range)
    }

    /// The first entry. Not recorded.
    #[inline]
    #[doc(alias = "first_key_value")] // like `BTreeMap`
    #[cfg_attr(feature = "race", track_caller)]
    pub fn first(&self) -> Option<(&K, &V)> {
        reads!(self.inner, Get);
        self.inner.map.first()
    }

    /// The first entry, with the value to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn first_mut(&mut self) -> Option<(&K, &mut V)> {
        writes!(self.inner, Change);
        self.inner.map.first_mut()
    }

    /// The first entry, to look at, to change or to take out. Records what is then done through it.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn first_entry(&mut self) -> Option<IndexedEntry<'_, K, V>> {
        self.get_index_entry(0)
    }

    /// The last entry. Not recorded.
    #[inline]
    #[doc(alias = "last_key_value")] // like `BTreeMap`
    #[cfg_attr(feature = "race", track_caller)]
    pub fn last(&self) -> Option<(&K, &V)> {
        reads!(self.inner, Get);
        self.inner.map.last()
    }

    /// The last entry, with the value to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn last_mut(&mut self) -> Option<(&K, &mut V)> {
        writes!(self.inner, Change);
        self.inner.map.last_mut()
    }

    /// The last entry, to look at, to change or to take out. Records what is then done through it.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn last_entry(&mut self) -> Option<IndexedEntry<'_, K, V>> {
        self.get_index_entry(self.inner.map.len().checked_sub(1)?)
    }

    /// Takes out the entry at `index`; the last one comes to its place. Records a delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn swap_remove_index(&mut self, index: usize) -> Option<(K, V)> {
        self.inner.delete(|map| map.swap_remove_index(index))
    }

    /// Takes out the entry at `index`; those after it move up. Records a delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shift_remove_index(&mut self, index: usize) -> Option<(K, V)> {
        self.inner.delete(|map| map.shift_remove_index(index))
    }

    /// Moves an entry to another index. Not recorded: no entry comes or goes.
    ///
    /// # Panics
    /// If there is no such index.
    #[inline]
    #[track_caller]
    pub fn move_index(&mut self, from: usize, to: usize) {
        writes!(self.inner, Change);
        self.inner.map.move_index(from, to)
    }

    /// Swaps two entries. Not recorded: no entry comes or goes.
    ///
    /// # Panics
    /// If there is no such index.
    #[inline]
    #[track_caller]
    pub fn swap_indices(&mut self, a: usize, b: usize) {
        writes!(self.inner, Change);
        self.inner.map.swap_indices(a, b)
    }
}
