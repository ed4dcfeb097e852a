//! Entries, as hashbrown has them, and a note of what is done through them.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::mem::needs_drop;
use std::ptr;

use ::hashbrown::HashMap as Plain;
use allocator_api2::alloc::{Allocator, Global};

use super::{DefaultHashBuilder, Equivalent, HashMap, Spot, spot};

/// The place of a key in a [`HashMap`]: [hashbrown's `hash_map::Entry`](::hashbrown::hash_map::Entry), traced.
///
/// Made by [`HashMap::entry`].
pub enum Entry<'a, K, V, S, A = Global>
where
    A: Allocator,
{
    /// The key is there.
    Occupied(OccupiedEntry<'a, K, V, S, A>),
    /// The key is not there.
    Vacant(VacantEntry<'a, K, V, S, A>),
}

/// An entry that is there. It is part of [`Entry`] and of [`EntryRef`](super::EntryRef).
pub struct OccupiedEntry<'a, K, V, S = DefaultHashBuilder, A: Allocator = Global> {
    spot: Spot<'a, K, V, S, A>,
    hash: u64,
    /// What `replace_entry_with` puts the entry back by, which asks for nothing that hashes: that was asked for when
    /// this was made.
    put_back: PutBack<K, V, S, A>,
}

/// Puts in what is not there, by its hash, and gives the address of the key.
type PutBack<K, V, S, A> = fn(&mut Plain<K, V, S, A>, u64, K, V) -> *const K;

/// A place where an entry may be put. It is part of [`Entry`].
pub struct VacantEntry<'a, K, V, S = DefaultHashBuilder, A: Allocator = Global> {
    map: &'a mut HashMap<K, V, S, A>,
    hash: u64,
    key: K,
}

/// Why [`HashMap::try_insert`] has put in nothing.
pub struct OccupiedError<'a, K, V, S, A: Allocator = Global> {
    /// The entry of the key, which was there.
    pub entry: OccupiedEntry<'a, K, V, S, A>,
    /// What was to be put in.
    pub value: V,
}

impl<'a, K, V, S, A: Allocator> Entry<'a, K, V, S, A> {
    /// Puts in the value, whether the key is there or not, and returns the entry. Records an assign, new or replaced.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(self, value: V) -> OccupiedEntry<'a, K, V, S, A>
    where
        K: Hash,
        S: BuildHasher,
    {
        match self {
            Entry::Occupied(mut entry) => {
                entry.insert(value);
                entry
            }
            Entry::Vacant(entry) => entry.insert_entry(value),
        }
    }

    /// Puts in `default` if the key is not there, and returns the value. Records an assign (new), or nothing.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert(self, default: V) -> &'a mut V
    where
        K: Hash,
        S: BuildHasher,
    {
        match self {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(default),
        }
    }

    /// Puts in `default` if the key is not there, and returns the entry. Records an assign (new), or nothing.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert_entry(self, default: V) -> OccupiedEntry<'a, K, V, S, A>
    where
        K: Hash,
        S: BuildHasher,
    {
        match self {
            Entry::Occupied(entry) => entry,
            Entry::Vacant(entry) => entry.insert_entry(default),
        }
    }

    /// Puts in what `default` makes if the key is not there, and returns the value. Records an assign (new), or
    /// nothing.
    ///
    /// # Panics
    /// If `default` does; then nothing is put in.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert_with<F: FnOnce() -> V>(self, default: F) -> &'a mut V
    where
        K: Hash,
        S: BuildHasher,
    {
        match self {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(default()),
        }
    }

    /// Puts in what `default` makes of the key if it is not there, and returns the value. Records an assign (new), or
    /// nothing.
    ///
    /// # Panics
    /// If `default` does; then nothing is put in.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert_with_key<F: FnOnce(&K) -> V>(self, default: F) -> &'a mut V
    where
        K: Hash,
        S: BuildHasher,
    {
        match self {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let value = default(entry.key());
                entry.insert(value)
            }
        }
    }

    /// The key asked for, or as the map has it. Not recorded.
    #[inline]
    pub fn key(&self) -> &K {
        match self {
            Entry::Occupied(entry) => entry.key(),
            Entry::Vacant(entry) => entry.key(),
        }
    }

    /// Changes the value in place if the key is there. Not recorded: no entry comes or goes.
    #[inline]
    pub fn and_modify<F>(self, f: F) -> Self
    where
        F: FnOnce(&mut V),
    {
        match self {
            Entry::Occupied(mut entry) => {
                f(entry.get_mut());
                Entry::Occupied(entry)
            }
            Entry::Vacant(entry) => Entry::Vacant(entry),
        }
    }

    /// If the key is there, replaces the value by what `f` makes of it, or takes out the entry if that is nothing.
    /// Records an assign (replaced) or a delete (hit). What it costs is said at
    /// [`OccupiedEntry::replace_entry_with`].
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn and_replace_entry_with<F>(self, f: F) -> Self
    where
        F: FnOnce(&K, V) -> Option<V>,
    {
        match self {
            Entry::Occupied(entry) => entry.replace_entry_with(f),
            Entry::Vacant(_) => self,
        }
    }

    /// Gives back the map. Not recorded.
    #[inline]
    pub fn into_map(self) -> &'a mut HashMap<K, V, S, A> {
        match self {
            Entry::Occupied(entry) => entry.into_map(),
            Entry::Vacant(entry) => entry.into_map(),
        }
    }
}

impl<'a, K, V: Default, S, A: Allocator> Entry<'a, K, V, S, A> {
    /// Puts in the default value if the key is not there, and returns the value. Records an assign (new), or nothing.
    ///
    /// A traced collection made by this has the caller's place as its site.
    #[inline]
    #[track_caller]
    pub fn or_default(self) -> &'a mut V
    where
        K: Hash,
        S: BuildHasher,
    {
        match self {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(V::default()),
        }
    }
}

impl<'a, K, V, S, A: Allocator> OccupiedEntry<'a, K, V, S, A> {
    #[inline]
    pub(super) fn new(spot: Spot<'a, K, V, S, A>, hash: u64) -> Self
    where
        K: Hash,
        S: BuildHasher,
    {
        let put_back = |map: &mut Plain<K, V, S, A>, hash, key, value| {
            let (key, _) = spot::vacant(map, hash).insert_hashed_nocheck(hash, key, value);
            ptr::from_ref(key)
        };
        Self { spot, hash, put_back }
    }

    /// The key as the map has it. Not recorded.
    #[inline]
    pub fn key(&self) -> &K {
        self.spot.get().0
    }

    /// Puts an equal key in place of the one there, which it returns. Not recorded: no entry comes or goes.
    ///
    /// # Panics
    /// If the keys are not equal.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn replace_key(&mut self, key: K) -> K
    where
        K: Equivalent<K>,
    {
        assert!(self.key().equivalent(&key), "replaced key is not equivalent to the one in the entry");
        self.spot.replace_key(key)
    }

    /// Puts a key in place of the one there, which it returns, without a check. Not recorded: no entry comes or goes.
    ///
    /// # Safety
    /// The keys must be equal.
    #[inline]
    #[expect(unsafe_code, reason = "hashbrown's method is an unsafe function, and so is ours")]
    #[cfg_attr(feature = "race", track_caller)]
    pub unsafe fn replace_key_unchecked(&mut self, key: K) -> K {
        self.spot.replace_key(key)
    }

    /// Takes out the entry and returns it. Records a delete (hit).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove_entry(self) -> (K, V) {
        self.spot.remove()
    }

    /// The value. Not recorded.
    #[inline]
    pub fn get(&self) -> &V {
        self.spot.get().1
    }

    /// The value, to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    pub fn get_mut(&mut self) -> &mut V {
        self.spot.get_mut().1
    }

    /// The value, to be changed in place for as long as the map is borrowed. Not recorded.
    #[inline]
    pub fn into_mut(self) -> &'a mut V {
        self.spot.into_mut().1
    }

    /// The key and the value, to be changed in place for as long as the map is borrowed. Not recorded.
    #[inline]
    pub fn into_entry(self) -> (&'a K, &'a mut V) {
        let (key, value) = self.spot.into_mut();
        (key, value)
    }

    /// Puts another value in place of the one there, which it returns. Records an assign (replaced).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(&mut self, value: V) -> V {
        self.spot.replace(value)
    }

    /// Takes out the entry and returns its value. Records a delete (hit).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove(self) -> V {
        self.remove_entry().1
    }

    /// Replaces the value by what `f` makes of it, or takes out the entry if that is nothing. Records an assign
    /// (replaced) or a delete (hit).
    ///
    /// Computes no hash and moves nothing, as hashbrown's, if the keys have nothing to drop: numbers, `&str`, arrays of them.
    ///
    /// With other keys, as `String`, the entry is out of the map while `f` runs, as the key may have to be given back, which
    /// hashbrown's own entry alone can do in place (docs/adr/0020). It is then put where an entry that is new would be. Unlike
    /// hashbrown's, that may be another place in the order of the map if there are tombstones; and if the map was as full as
    /// it can be (`len() == capacity()`), the table may be resized, which hashes every key and is recorded.
    ///
    /// # Panics
    /// If `f` does; the entry is gone then.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn replace_entry_with<F>(self, f: F) -> Entry<'a, K, V, S, A>
    where
        F: FnOnce(&K, V) -> Option<V>,
    {
        let Self { spot, hash, put_back } = self;
        if !needs_drop::<K>() {
            return match spot.replace_with_key(f) {
                Ok(spot) => Entry::Occupied(Self { spot, hash, put_back }),
                Err((map, key)) => Entry::Vacant(VacantEntry { map, hash, key }),
            };
        }
        let at = ptr::from_ref(spot.get().0);
        let map = spot.into_map();
        let outcome = map.inner.replace_or_delete(|plain| {
            let (key, value) = spot::found(plain, hash, at).remove_entry();
            match f(&key, value) {
                Some(value) => Ok(put_back(plain, hash, key, value)),
                None => Err(key),
            }
        });
        match outcome {
            Ok(at) => Entry::Occupied(Self { spot: Spot::again(map, hash, at), hash, put_back }),
            Err(key) => Entry::Vacant(VacantEntry { map, hash, key }),
        }
    }

    /// Gives back the map. Not recorded.
    #[inline]
    pub fn into_map(self) -> &'a mut HashMap<K, V, S, A> {
        self.spot.into_map()
    }
}

impl<'a, K, V, S, A: Allocator> VacantEntry<'a, K, V, S, A> {
    #[inline]
    pub(super) fn new(map: &'a mut HashMap<K, V, S, A>, hash: u64, key: K) -> Self {
        Self { map, hash, key }
    }

    /// The key asked for. Not recorded.
    #[inline]
    pub fn key(&self) -> &K {
        &self.key
    }

    /// Gives back the key asked for. Not recorded.
    #[inline]
    pub fn into_key(self) -> K {
        self.key
    }

    /// Puts in the value and returns it. Records an assign (new); if the table has no room, also the grow or rehash
    /// in place, timed.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(self, value: V) -> &'a mut V
    where
        K: Hash,
        S: BuildHasher,
    {
        spot::put(&mut self.map.inner, self.hash, self.key, value).1
    }

    /// Puts in the value and returns the entry. Records as [`insert`](Self::insert).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_entry(self, value: V) -> OccupiedEntry<'a, K, V, S, A>
    where
        K: Hash,
        S: BuildHasher,
    {
        OccupiedEntry::new(Spot::put(self.map, self.hash, self.key, value), self.hash)
    }

    /// Gives back the map. Not recorded.
    #[inline]
    pub fn into_map(self) -> &'a mut HashMap<K, V, S, A> {
        self.map
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S, A: Allocator> fmt::Debug for Entry<'_, K, V, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Vacant(entry) => f.debug_tuple("Entry").field(entry).finish(),
            Entry::Occupied(entry) => f.debug_tuple("Entry").field(entry).finish(),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S, A: Allocator> fmt::Debug for OccupiedEntry<'_, K, V, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OccupiedEntry").field("key", self.key()).field("value", self.get()).finish()
    }
}

impl<K: fmt::Debug, V, S, A: Allocator> fmt::Debug for VacantEntry<'_, K, V, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VacantEntry").field(self.key()).finish()
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S, A: Allocator> fmt::Debug for OccupiedError<'_, K, V, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OccupiedError")
            .field("key", self.entry.key())
            .field("old_value", self.entry.get())
            .field("new_value", &self.value)
            .finish()
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S, A: Allocator> fmt::Display for OccupiedError<'_, K, V, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "failed to insert {:?}, key {:?} already exists with value {:?}",
            self.value,
            self.entry.key(),
            self.entry.get(),
        )
    }
}
