//! Opt-in access to keys.

use std::hash::{BuildHasher, Hash};

use ::indexmap::Equivalent;
use ::indexmap::map::{MutableEntryKey as _, MutableKeys as _};

use super::{Entry, IndexMap, IndexedEntry, IterMut2, OccupiedEntry, VacantEntry};
use crate::episode::BatchDoor;

/// Keys that can be changed in place: [`indexmap::map::MutableKeys`], for the traced map.
///
/// A key must not be changed so that it is equal to another or hashes to another value. Nothing of this is recorded,
/// but for [`retain2`](Self::retain2): no entry comes or goes.
#[expect(private_bounds, reason = "sealed, as indexmap's")]
pub trait MutableKeys: Sealed {
    /// The map's key.
    type Key;
    /// The map's value.
    type Value;

    /// The index of `key`, the key as the map has it, and its value.
    fn get_full_mut2<Q>(&mut self, key: &Q) -> Option<(usize, &mut Self::Key, &mut Self::Value)>
    where
        Q: ?Sized + Hash + Equivalent<Self::Key>;

    /// The entry at `index`.
    fn get_index_mut2(&mut self, index: usize) -> Option<(&mut Self::Key, &mut Self::Value)>;

    /// The entries, in their order.
    fn iter_mut2(&mut self) -> IterMut2<'_, Self::Key, Self::Value>;

    /// As [`IndexMap::retain`], and records the same batch.
    fn retain2<F>(&mut self, keep: F)
    where
        F: FnMut(&mut Self::Key, &mut Self::Value) -> bool;
}

impl<K, V, S> MutableKeys for IndexMap<K, V, S>
where
    S: BuildHasher,
{
    type Key = K;
    type Value = V;

    #[cfg_attr(feature = "race", track_caller)]
    fn get_full_mut2<Q>(&mut self, key: &Q) -> Option<(usize, &mut K, &mut V)>
    where
        Q: ?Sized + Hash + Equivalent<K>,
    {
        writes!(self.inner, Change);
        self.inner.map.get_full_mut2(key)
    }

    #[cfg_attr(feature = "race", track_caller)]
    fn get_index_mut2(&mut self, index: usize) -> Option<(&mut K, &mut V)> {
        writes!(self.inner, Change);
        self.inner.map.get_index_mut2(index)
    }

    #[cfg_attr(feature = "race", track_caller)]
    fn iter_mut2(&mut self) -> IterMut2<'_, Self::Key, Self::Value> {
        writes!(self.inner, Change);
        self.inner.map.iter_mut2()
    }

    #[cfg_attr(feature = "race", track_caller)]
    fn retain2<F>(&mut self, keep: F)
    where
        F: FnMut(&mut K, &mut V) -> bool,
    {
        let entries = self.inner.map.len();
        let mut batch = self.inner.batch(BatchDoor::Retain, entries);
        batch.offer(entries);
        batch.map().retain2(keep);
    }
}

/// The key of an entry, to be changed in place:
/// [`indexmap::map::MutableEntryKey`], for the traced map's entries. Not recorded.
#[expect(private_bounds, reason = "sealed, as indexmap's")]
pub trait MutableEntryKey: Sealed {
    /// The map's key.
    type Key;

    /// The entry's key, or the key that it was asked for by if it is vacant.
    fn key_mut(&mut self) -> &mut Self::Key;
}

impl<K, V> MutableEntryKey for Entry<'_, K, V> {
    type Key = K;

    fn key_mut(&mut self) -> &mut Self::Key {
        match self {
            Entry::Occupied(entry) => entry.key_mut(),
            Entry::Vacant(entry) => entry.key_mut(),
        }
    }
}

impl<K, V> MutableEntryKey for OccupiedEntry<'_, K, V> {
    type Key = K;

    fn key_mut(&mut self) -> &mut Self::Key {
        self.base.key_mut()
    }
}

impl<K, V> MutableEntryKey for VacantEntry<'_, K, V> {
    type Key = K;

    fn key_mut(&mut self) -> &mut Self::Key {
        self.base.key_mut()
    }
}

impl<K, V> MutableEntryKey for IndexedEntry<'_, K, V> {
    type Key = K;

    fn key_mut(&mut self) -> &mut Self::Key {
        self.base.key_mut()
    }
}

trait Sealed {}

impl<K, V, S> Sealed for IndexMap<K, V, S> {}
impl<K, V> Sealed for Entry<'_, K, V> {}
impl<K, V> Sealed for OccupiedEntry<'_, K, V> {}
impl<K, V> Sealed for VacantEntry<'_, K, V> {}
impl<K, V> Sealed for IndexedEntry<'_, K, V> {}
