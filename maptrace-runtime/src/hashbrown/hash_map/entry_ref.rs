//! Entries of what is equivalent to a key, which is made only if it is put in.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{BuildHasher, Hash};

use allocator_api2::alloc::{Allocator, Global};

use super::{Equivalent, HashMap, OccupiedEntry, Spot, spot};

/// The place of a key in a [`HashMap`]: [hashbrown's `hash_map::EntryRef`](::hashbrown::hash_map::EntryRef), traced.
///
/// Made by [`HashMap::entry_ref`].
pub enum EntryRef<'a, 'b, K, Q: ?Sized, V, S, A = Global>
where
    A: Allocator,
{
    /// The key is there.
    Occupied(OccupiedEntry<'a, K, V, S, A>),
    /// The key is not there.
    Vacant(VacantEntryRef<'a, 'b, K, Q, V, S, A>),
}

/// A place where an entry may be put. It is part of [`EntryRef`].
pub struct VacantEntryRef<'map, 'key, K, Q: ?Sized, V, S, A: Allocator = Global> {
    map: &'map mut HashMap<K, V, S, A>,
    hash: u64,
    key: &'key Q,
}

impl<'a, 'b, K, Q: ?Sized, V, S, A: Allocator> EntryRef<'a, 'b, K, Q, V, S, A> {
    /// Puts in the value, whether the key is there or not, and returns the entry. Records an assign, new or replaced.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(self, value: V) -> OccupiedEntry<'a, K, V, S, A>
    where
        K: Hash,
        Q: ToOwned<Owned = K>,
        S: BuildHasher,
    {
        match self {
            EntryRef::Occupied(mut entry) => {
                entry.insert(value);
                entry
            }
            EntryRef::Vacant(entry) => entry.insert_entry(value),
        }
    }

    /// Puts in `default` if the key is not there, and returns the value. Records an assign (new), or nothing.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert(self, default: V) -> &'a mut V
    where
        K: Hash,
        Q: ToOwned<Owned = K>,
        S: BuildHasher,
    {
        match self {
            EntryRef::Occupied(entry) => entry.into_mut(),
            EntryRef::Vacant(entry) => entry.insert(default),
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
        Q: ToOwned<Owned = K>,
        S: BuildHasher,
    {
        match self {
            EntryRef::Occupied(entry) => entry.into_mut(),
            EntryRef::Vacant(entry) => entry.insert(default()),
        }
    }

    /// Puts in what `default` makes of the key asked for if it is not there, and returns the value. Records an assign
    /// (new), or nothing.
    ///
    /// # Panics
    /// If `default` does; then nothing is put in.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert_with_key<F: FnOnce(&Q) -> V>(self, default: F) -> &'a mut V
    where
        K: Hash + Borrow<Q>,
        Q: ToOwned<Owned = K>,
        S: BuildHasher,
    {
        match self {
            EntryRef::Occupied(entry) => entry.into_mut(),
            EntryRef::Vacant(entry) => {
                let value = default(entry.key);
                entry.insert(value)
            }
        }
    }

    /// The key asked for, or as the map has it. Not recorded.
    #[inline]
    pub fn key(&self) -> &Q
    where
        K: Borrow<Q>,
    {
        match self {
            EntryRef::Occupied(entry) => entry.key().borrow(),
            EntryRef::Vacant(entry) => entry.key(),
        }
    }

    /// Changes the value in place if the key is there. Not recorded: no entry comes or goes.
    #[inline]
    pub fn and_modify<F>(self, f: F) -> Self
    where
        F: FnOnce(&mut V),
    {
        match self {
            EntryRef::Occupied(mut entry) => {
                f(entry.get_mut());
                EntryRef::Occupied(entry)
            }
            EntryRef::Vacant(entry) => EntryRef::Vacant(entry),
        }
    }

    /// Gives back the map. Not recorded.
    #[inline]
    pub fn into_map(self) -> &'a mut HashMap<K, V, S, A> {
        match self {
            EntryRef::Occupied(entry) => entry.into_map(),
            EntryRef::Vacant(entry) => entry.into_map(),
        }
    }
}

impl<'a, 'b, K, Q: ?Sized, V: Default, S, A: Allocator> EntryRef<'a, 'b, K, Q, V, S, A> {
    /// Puts in the default value if the key is not there, and returns the value. Records an assign (new), or nothing.
    ///
    /// A traced collection made by this has the caller's place as its site.
    #[inline]
    #[track_caller]
    pub fn or_default(self) -> &'a mut V
    where
        K: Hash,
        Q: ToOwned<Owned = K>,
        S: BuildHasher,
    {
        match self {
            EntryRef::Occupied(entry) => entry.into_mut(),
            EntryRef::Vacant(entry) => entry.insert(V::default()),
        }
    }

    /// Puts in the default value if the key is not there, and returns the entry. Records an assign (new), or nothing.
    #[inline]
    #[track_caller]
    pub fn or_default_entry(self) -> OccupiedEntry<'a, K, V, S, A>
    where
        K: Hash,
        Q: ToOwned<Owned = K>,
        S: BuildHasher,
    {
        match self {
            EntryRef::Occupied(entry) => entry,
            EntryRef::Vacant(entry) => entry.insert_entry(V::default()),
        }
    }
}

impl<'map, 'key, K, Q: ?Sized, V, S, A: Allocator> VacantEntryRef<'map, 'key, K, Q, V, S, A> {
    #[inline]
    pub(super) fn new(map: &'map mut HashMap<K, V, S, A>, hash: u64, key: &'key Q) -> Self {
        Self { map, hash, key }
    }

    /// The key asked for. Not recorded.
    #[inline]
    pub fn key(&self) -> &'key Q {
        self.key
    }

    /// Puts in the value under an owned copy of the key, and returns it. Records an assign (new); if the table has no
    /// room, also the grow or rehash in place, timed.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(self, value: V) -> &'map mut V
    where
        K: Hash,
        Q: ToOwned<Owned = K>,
        S: BuildHasher,
    {
        spot::put(&mut self.map.inner, self.hash, self.key.to_owned(), value).1
    }

    /// Puts in the value under `key` and returns it. Records as [`insert`](Self::insert).
    ///
    /// # Panics
    /// If `key` is not equivalent to the one asked for.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_with_key(self, key: K, value: V) -> &'map mut V
    where
        K: Hash,
        Q: Equivalent<K>,
        S: BuildHasher,
    {
        self.check(&key);
        spot::put(&mut self.map.inner, self.hash, key, value).1
    }

    /// Puts in the value under `key`, without a check, and returns it. Records as [`insert`](Self::insert).
    ///
    /// # Safety
    /// `key` must be equivalent to the one asked for.
    #[inline]
    #[expect(unsafe_code, reason = "hashbrown's method is an unsafe function, and so is ours")]
    #[cfg_attr(feature = "race", track_caller)]
    pub unsafe fn insert_with_key_unchecked(self, key: K, value: V) -> &'map mut V
    where
        K: Hash,
        S: BuildHasher,
    {
        spot::put(&mut self.map.inner, self.hash, key, value).1
    }

    /// Puts in the value under an owned copy of the key, and returns the entry. Records as [`insert`](Self::insert).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_entry(self, value: V) -> OccupiedEntry<'map, K, V, S, A>
    where
        K: Hash,
        Q: ToOwned<Owned = K>,
        S: BuildHasher,
    {
        OccupiedEntry::new(Spot::put(self.map, self.hash, self.key.to_owned(), value), self.hash)
    }

    /// Puts in the value under `key` and returns the entry. Records as [`insert`](Self::insert).
    ///
    /// # Panics
    /// If `key` is not equivalent to the one asked for.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_entry_with_key(self, key: K, value: V) -> OccupiedEntry<'map, K, V, S, A>
    where
        K: Hash,
        Q: Equivalent<K>,
        S: BuildHasher,
    {
        self.check(&key);
        OccupiedEntry::new(Spot::put(self.map, self.hash, key, value), self.hash)
    }

    /// Puts in the value under `key`, without a check, and returns the entry. Records as [`insert`](Self::insert).
    ///
    /// # Safety
    /// `key` must be equivalent to the one asked for.
    #[inline]
    #[expect(unsafe_code, reason = "hashbrown's method is an unsafe function, and so is ours")]
    #[cfg_attr(feature = "race", track_caller)]
    pub unsafe fn insert_entry_with_key_unchecked(self, key: K, value: V) -> OccupiedEntry<'map, K, V, S, A>
    where
        K: Hash,
        S: BuildHasher,
    {
        OccupiedEntry::new(Spot::put(self.map, self.hash, key, value), self.hash)
    }

    fn check(&self, key: &K)
    where
        Q: Equivalent<K>,
    {
        assert!(
            self.key.equivalent(key),
            "key used for Entry creation is not equivalent to the one used for insertion"
        );
    }

    /// Gives back the map. Not recorded.
    #[inline]
    pub fn into_map(self) -> &'map mut HashMap<K, V, S, A> {
        self.map
    }
}

impl<K, Q, V, S, A> fmt::Debug for EntryRef<'_, '_, K, Q, V, S, A>
where
    K: fmt::Debug + Borrow<Q>,
    Q: fmt::Debug + ?Sized,
    V: fmt::Debug,
    A: Allocator,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EntryRef::Vacant(entry) => f.debug_tuple("EntryRef").field(entry).finish(),
            EntryRef::Occupied(entry) => f.debug_tuple("EntryRef").field(entry).finish(),
        }
    }
}

impl<K, Q, V, S, A> fmt::Debug for VacantEntryRef<'_, '_, K, Q, V, S, A>
where
    K: Borrow<Q>,
    Q: fmt::Debug + ?Sized,
    A: Allocator,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VacantEntryRef").field(&self.key()).finish()
    }
}
