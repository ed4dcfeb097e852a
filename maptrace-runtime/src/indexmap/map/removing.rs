//! Entries out, one by one or by a closure.

use std::hash::{BuildHasher, Hash};

use ::indexmap::Equivalent;

use super::IndexMap;
use crate::episode::BatchDoor;

impl<K, V, S> IndexMap<K, V, S>
where
    S: BuildHasher,
{
    /// Takes out the entry of `key` and returns its value; the last entry comes to its place. Records a delete, hit or
    /// miss.
    #[inline]
    #[deprecated(note = "`remove` disrupts the map order -- \
        use `swap_remove` or `shift_remove` for explicit behavior.")]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        self.swap_remove(key)
    }

    /// Takes out the entry of `key` and returns it; the last entry comes to its place. Records a delete, hit or miss.
    #[inline]
    #[deprecated(note = "`remove_entry` disrupts the map order -- \
        use `swap_remove_entry` or `shift_remove_entry` for explicit behavior.")]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove_entry<Q>(&mut self, key: &Q) -> Option<(K, V)>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        self.swap_remove_entry(key)
    }

    /// Takes out the entry of `key` and returns its value; the last entry comes to its place. Records a delete, hit or
    /// miss.
    ///
    /// ```
    /// # use maptrace_runtime::indexmap::IndexMap;
    /// let mut map = IndexMap::from([(1, "a"), (2, "b"), (3, "c")]);
    /// assert_eq!(map.swap_remove(&1), Some("a"));
    /// assert!(map.keys().eq(&[3, 2]));
    /// ```
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn swap_remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        self.inner.delete(|map| map.swap_remove(key))
    }

    /// Takes out the entry of `key` and returns it; the last entry comes to its place. Records a delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn swap_remove_entry<Q>(&mut self, key: &Q) -> Option<(K, V)>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        self.inner.delete(|map| map.swap_remove_entry(key))
    }

    /// Takes out the entry of `key` and returns it with its index; the last entry comes to its place. Records a delete,
    /// hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn swap_remove_full<Q>(&mut self, key: &Q) -> Option<(usize, K, V)>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        self.inner.delete(|map| map.swap_remove_full(key))
    }

    /// Takes out the entry of `key` and returns its value; those after it move up. Records a delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shift_remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        self.inner.delete(|map| map.shift_remove(key))
    }

    /// Takes out the entry of `key` and returns it; those after it move up. Records a delete, hit or miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shift_remove_entry<Q>(&mut self, key: &Q) -> Option<(K, V)>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        self.inner.delete(|map| map.shift_remove_entry(key))
    }

    /// Takes out the entry of `key` and returns it with its index; those after it move up. Records a delete, hit or
    /// miss.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn shift_remove_full<Q>(&mut self, key: &Q) -> Option<(usize, K, V)>
    where
        Q: ?Sized + Hash + Equivalent<K>, {
        self.inner.delete(|map| map.shift_remove_full(key))
    }
}

impl<K, V, S> IndexMap<K, V, S> {
    /// Takes out the last entry. Records a delete, hit or miss.
    #[inline]
    #[doc(alias = "pop_last")] // like `BTreeMap`
    #[cfg_attr(feature = "race", track_caller)]
    pub fn pop(&mut self) -> Option<(K, V)> {
        self.inner.delete(|map| map.pop())
    }

    /// Takes out the last entry if `predicate` says so. Records a delete (hit), or nothing.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn pop_if(&mut self, predicate: impl FnOnce(&K, &mut V) -> bool) -> Option<(K, V)> {
        writes!(self.inner, Delete);
        let (map, mut door) = self.inner.entry_parts();
        let last = map.pop_if(predicate);
        if last.is_some() {
            door.deleted();
        }
        last
    }

    /// Removes the entries for which `keep` says no, and keeps what is allocated. Records one batch.
    ///
    /// # Panics
    /// If `keep` does; entries removed before stay removed and are counted.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn retain<F>(&mut self, keep: F)
    where
        F: FnMut(&K, &mut V) -> bool,
    {
        let entries = self.inner.map.len();
        let mut batch = self.inner.batch(BatchDoor::Retain, entries);
        batch.offer(entries);
        batch.map().retain(keep);
    }
}
