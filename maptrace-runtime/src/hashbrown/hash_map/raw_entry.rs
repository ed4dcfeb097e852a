//! Entries looked up by a hash of the caller's.

use std::fmt;
use std::hash::{BuildHasher, Hash};

use allocator_api2::alloc::{Allocator, Global};

pub use ::hashbrown::hash_map::RawEntryBuilder;

use super::{Equivalent, HashMap, Spot, spot};

/// Looks up a [`RawEntryMut`]: [hashbrown's `hash_map::RawEntryBuilderMut`](::hashbrown::hash_map::RawEntryBuilderMut),
/// traced.
///
/// Made by [`HashMap::raw_entry_mut`].
pub struct RawEntryBuilderMut<'a, K, V, S, A: Allocator = Global> {
    map: &'a mut HashMap<K, V, S, A>,
}

/// The place of a key in a [`HashMap`]: [hashbrown's `hash_map::RawEntryMut`](::hashbrown::hash_map::RawEntryMut),
/// traced.
pub enum RawEntryMut<'a, K, V, S, A: Allocator = Global> {
    /// The key is there.
    Occupied(RawOccupiedEntryMut<'a, K, V, S, A>),
    /// The key is not there.
    Vacant(RawVacantEntryMut<'a, K, V, S, A>),
}

/// An entry that is there. It is part of [`RawEntryMut`].
pub struct RawOccupiedEntryMut<'a, K, V, S, A: Allocator = Global> {
    spot: Spot<'a, K, V, S, A>,
}

/// A place where an entry may be put. It is part of [`RawEntryMut`].
pub struct RawVacantEntryMut<'a, K, V, S, A: Allocator = Global> {
    map: &'a mut HashMap<K, V, S, A>,
}

impl<'a, K, V, S, A: Allocator> RawEntryBuilderMut<'a, K, V, S, A> {
    #[inline]
    pub(super) fn new(map: &'a mut HashMap<K, V, S, A>) -> Self {
        Self { map }
    }

    /// The entry of `k`. One hash; not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn from_key<Q>(self, k: &Q) -> RawEntryMut<'a, K, V, S, A>
    where
        S: BuildHasher,
        Q: Hash + Equivalent<K> + ?Sized,
    {
        let hash = self.map.hasher().hash_one(k);
        self.from_key_hashed_nocheck(hash, k)
    }

    /// The entry of `k`, which has this hash. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn from_key_hashed_nocheck<Q>(self, hash: u64, k: &Q) -> RawEntryMut<'a, K, V, S, A>
    where
        Q: Equivalent<K> + ?Sized,
    {
        self.from_hash(hash, |key| k.equivalent(key))
    }

    /// The entry with this hash whose key is the one looked for. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn from_hash<F>(self, hash: u64, is_match: F) -> RawEntryMut<'a, K, V, S, A>
    where
        for<'b> F: FnMut(&'b K) -> bool,
    {
        match Spot::find(self.map, hash, is_match) {
            Ok(spot) => RawEntryMut::Occupied(RawOccupiedEntryMut { spot }),
            Err(map) => RawEntryMut::Vacant(RawVacantEntryMut { map }),
        }
    }
}

impl<'a, K, V, S, A: Allocator> RawEntryMut<'a, K, V, S, A> {
    /// Puts in the value, whether the key is there or not, and returns the entry. Records an assign, new or replaced.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(self, key: K, value: V) -> RawOccupiedEntryMut<'a, K, V, S, A>
    where
        K: Hash,
        S: BuildHasher,
    {
        match self {
            RawEntryMut::Occupied(mut entry) => {
                entry.insert(value);
                entry
            }
            RawEntryMut::Vacant(RawVacantEntryMut { map }) => {
                let hash = map.hasher().hash_one(&key);
                RawOccupiedEntryMut { spot: Spot::put(map, hash, key, value) }
            }
        }
    }

    /// Puts in the key and value if the key is not there, and returns what is. Records an assign (new), or nothing.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert(self, default_key: K, default_val: V) -> (&'a mut K, &'a mut V)
    where
        K: Hash,
        S: BuildHasher,
    {
        match self {
            RawEntryMut::Occupied(entry) => entry.into_key_value(),
            RawEntryMut::Vacant(entry) => entry.insert(default_key, default_val),
        }
    }

    /// Puts in what `default` makes if the key is not there, and returns what is. Records an assign (new), or nothing.
    ///
    /// # Panics
    /// If `default` does; then nothing is put in.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert_with<F>(self, default: F) -> (&'a mut K, &'a mut V)
    where
        F: FnOnce() -> (K, V),
        K: Hash,
        S: BuildHasher,
    {
        match self {
            RawEntryMut::Occupied(entry) => entry.into_key_value(),
            RawEntryMut::Vacant(entry) => {
                let (key, value) = default();
                entry.insert(key, value)
            }
        }
    }

    /// Changes key and value in place if the key is there. Not recorded: no entry comes or goes.
    #[inline]
    pub fn and_modify<F>(self, f: F) -> Self
    where
        F: FnOnce(&mut K, &mut V),
    {
        match self {
            RawEntryMut::Occupied(mut entry) => {
                let (key, value) = entry.get_key_value_mut();
                f(key, value);
                RawEntryMut::Occupied(entry)
            }
            RawEntryMut::Vacant(entry) => RawEntryMut::Vacant(entry),
        }
    }

    /// If the key is there, replaces the value by what `f` makes of it, or takes out the entry if that is nothing.
    /// Records an assign (replaced) or a delete (hit).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn and_replace_entry_with<F>(self, f: F) -> Self
    where
        F: FnOnce(&K, V) -> Option<V>,
    {
        match self {
            RawEntryMut::Occupied(entry) => entry.replace_entry_with(f),
            RawEntryMut::Vacant(_) => self,
        }
    }
}

impl<'a, K, V, S, A: Allocator> RawOccupiedEntryMut<'a, K, V, S, A> {
    /// The key as the map has it. Not recorded.
    #[inline]
    pub fn key(&self) -> &K {
        self.spot.get().0
    }

    /// The key, to be changed in place. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn key_mut(&mut self) -> &mut K {
        self.spot.get_mut().0
    }

    /// The key, to be changed in place for as long as the map is borrowed. Not recorded.
    #[inline]
    pub fn into_key(self) -> &'a mut K {
        self.spot.into_mut().0
    }

    /// The value. Not recorded.
    #[inline]
    pub fn get(&self) -> &V {
        self.spot.get().1
    }

    /// The value, to be changed in place for as long as the map is borrowed. Not recorded.
    #[inline]
    pub fn into_mut(self) -> &'a mut V {
        self.spot.into_mut().1
    }

    /// The value, to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    pub fn get_mut(&mut self) -> &mut V {
        self.spot.get_mut().1
    }

    /// The key and the value. Not recorded.
    #[inline]
    pub fn get_key_value(&self) -> (&K, &V) {
        self.spot.get()
    }

    /// The key and the value, to be changed in place. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_key_value_mut(&mut self) -> (&mut K, &mut V) {
        self.spot.get_mut()
    }

    /// The key and the value, to be changed in place for as long as the map is borrowed. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn into_key_value(self) -> (&'a mut K, &'a mut V) {
        self.spot.into_mut()
    }

    /// Puts another value in place of the one there, which it returns. Records an assign (replaced).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(&mut self, value: V) -> V {
        self.spot.replace(value)
    }

    /// Puts another key in place of the one there, which it returns. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_key(&mut self, key: K) -> K {
        self.spot.replace_key(key)
    }

    /// Takes out the entry and returns its value. Records a delete (hit).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove(self) -> V {
        self.remove_entry().1
    }

    /// Takes out the entry and returns it. Records a delete (hit).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove_entry(self) -> (K, V) {
        self.spot.remove()
    }

    /// Replaces the value by what `f` makes of it, or takes out the entry if that is nothing. Records an assign
    /// (replaced) or a delete (hit).
    ///
    /// # Panics
    /// If `f` does; the entry is gone then.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn replace_entry_with<F>(self, f: F) -> RawEntryMut<'a, K, V, S, A>
    where
        F: FnOnce(&K, V) -> Option<V>,
    {
        match self.spot.replace_with(f) {
            Ok(spot) => RawEntryMut::Occupied(Self { spot }),
            Err(map) => RawEntryMut::Vacant(RawVacantEntryMut { map }),
        }
    }
}

impl<'a, K, V, S, A: Allocator> RawVacantEntryMut<'a, K, V, S, A> {
    /// Puts in the key and value and returns them. One hash. Records an assign (new); if the table has no room, also
    /// the grow or rehash in place, timed.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(self, key: K, value: V) -> (&'a mut K, &'a mut V)
    where
        K: Hash,
        S: BuildHasher,
    {
        let hash = self.map.hasher().hash_one(&key);
        self.insert_hashed_nocheck(hash, key, value)
    }

    /// Puts in the key, which has this hash, and the value, and returns them. Records as [`insert`](Self::insert).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_hashed_nocheck(self, hash: u64, key: K, value: V) -> (&'a mut K, &'a mut V)
    where
        K: Hash,
        S: BuildHasher,
    {
        spot::put(&mut self.map.inner, hash, key, value)
    }

    /// As [`insert_hashed_nocheck`](Self::insert_hashed_nocheck), with a hasher of the caller's for a table that is to
    /// be resized.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_with_hasher<H>(self, hash: u64, key: K, value: V, hasher: H) -> (&'a mut K, &'a mut V)
    where
        H: Fn(&K) -> u64,
    {
        let inner = &mut self.map.inner;
        inner.assign_entry(|map| spot::vacant(map, hash).insert_with_hasher(hash, key, value, hasher))
    }
}

impl<K, V, S, A: Allocator> fmt::Debug for RawEntryBuilderMut<'_, K, V, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawEntryBuilder").finish()
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S, A: Allocator> fmt::Debug for RawEntryMut<'_, K, V, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RawEntryMut::Vacant(entry) => f.debug_tuple("RawEntry").field(entry).finish(),
            RawEntryMut::Occupied(entry) => f.debug_tuple("RawEntry").field(entry).finish(),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S, A: Allocator> fmt::Debug for RawOccupiedEntryMut<'_, K, V, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawOccupiedEntryMut").field("key", self.key()).field("value", self.get()).finish()
    }
}

impl<K, V, S, A: Allocator> fmt::Debug for RawVacantEntryMut<'_, K, V, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawVacantEntryMut").finish()
    }
}
