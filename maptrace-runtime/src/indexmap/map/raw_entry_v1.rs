//! Opt-in access to entries by hash, as in [`indexmap::map::raw_entry_v1`].

use std::fmt;
use std::hash::{BuildHasher, Hash};

use ::indexmap::Equivalent;
use ::indexmap::map::raw_entry_v1 as plain_raw;
use ::indexmap::map::raw_entry_v1::RawEntryApiV1 as _;
pub use ::indexmap::map::raw_entry_v1::RawEntryBuilder;

use super::entry::fill;
use super::{Full, IndexMap};
use crate::traced::Door;

/// Entries by hash: [`indexmap::map::RawEntryApiV1`](plain_raw::RawEntryApiV1), for the traced map.
#[expect(private_bounds, reason = "sealed, as indexmap's")]
pub trait RawEntryApiV1<K, V, S>: Sealed {
    /// To look for an entry. Not recorded.
    fn raw_entry_v1(&self) -> RawEntryBuilder<'_, K, V, S>;

    /// To look for an entry and to put in, to change or to take out. Records what is then done through it, as
    /// [`IndexMap::entry`] does.
    ///
    /// ```
    /// # use maptrace_runtime::indexmap::IndexMap;
    /// use maptrace_runtime::indexmap::map::RawEntryApiV1;
    /// let mut map = IndexMap::from([("a", 1)]);
    /// let (_, value) = map.raw_entry_mut_v1().from_key("b").or_insert("b", 2);
    /// *value += 1;
    /// assert_eq!(map["b"], 3);
    /// ```
    fn raw_entry_mut_v1(&mut self) -> RawEntryBuilderMut<'_, K, V, S>;
}

impl<K, V, S> RawEntryApiV1<K, V, S> for IndexMap<K, V, S> {
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn raw_entry_v1(&self) -> RawEntryBuilder<'_, K, V, S> {
        reads!(self.inner, Get);
        self.inner.map.raw_entry_v1()
    }

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn raw_entry_mut_v1(&mut self) -> RawEntryBuilderMut<'_, K, V, S> {
        let full = self.before_vacant();
        let (map, door) = self.inner.entry_parts();
        RawEntryBuilderMut { base: map.raw_entry_mut_v1(), door, full }
    }
}

/// Looks for an entry to be changed:
/// [`indexmap::map::raw_entry_v1::RawEntryBuilderMut`](plain_raw::RawEntryBuilderMut), traced.
pub struct RawEntryBuilderMut<'a, K, V, S> {
    base: plain_raw::RawEntryBuilderMut<'a, K, V, S>,
    door: Door<'a>,
    full: Option<Full>,
}

impl<'a, K, V, S> RawEntryBuilderMut<'a, K, V, S> {
    /// The entry of `key`. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn from_key<Q>(self, key: &Q) -> RawEntryMut<'a, K, V, S>
    where
        S: BuildHasher,
        Q: ?Sized + Hash + Equivalent<K>,
    {
        writes!(self.door, Entry);
        RawEntryMut::new(self.base.from_key(key), self.door, self.full)
    }

    /// The entry of `key`, whose hash this is. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn from_key_hashed_nocheck<Q>(self, hash: u64, key: &Q) -> RawEntryMut<'a, K, V, S>
    where
        Q: ?Sized + Equivalent<K>,
    {
        writes!(self.door, Entry);
        RawEntryMut::new(self.base.from_key_hashed_nocheck(hash, key), self.door, self.full)
    }

    /// The entry with this hash and a key for which `is_match` says yes. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn from_hash<F>(self, hash: u64, is_match: F) -> RawEntryMut<'a, K, V, S>
    where
        F: FnMut(&K) -> bool,
    {
        writes!(self.door, Entry);
        RawEntryMut::new(self.base.from_hash(hash, is_match), self.door, self.full)
    }
}

impl<K, V, S> fmt::Debug for RawEntryBuilderMut<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)
    }
}

/// The place of a key: [`indexmap::map::raw_entry_v1::RawEntryMut`](plain_raw::RawEntryMut), traced.
pub enum RawEntryMut<'a, K, V, S> {
    /// The key is there.
    Occupied(RawOccupiedEntryMut<'a, K, V, S>),
    /// The key is not there.
    Vacant(RawVacantEntryMut<'a, K, V, S>),
}

impl<'a, K, V, S> RawEntryMut<'a, K, V, S> {
    #[inline]
    fn new(base: plain_raw::RawEntryMut<'a, K, V, S>, door: Door<'a>, full: Option<Full>) -> Self {
        match base {
            plain_raw::RawEntryMut::Occupied(base) => Self::Occupied(RawOccupiedEntryMut { base, door }),
            plain_raw::RawEntryMut::Vacant(base) => Self::Vacant(RawVacantEntryMut { base, door, full }),
        }
    }

    /// The entry's index, or the one that it would have at the end. Not recorded.
    #[inline]
    pub fn index(&self) -> usize {
        match self {
            Self::Occupied(entry) => entry.index(),
            Self::Vacant(entry) => entry.index(),
        }
    }

    /// Puts in this entry if the key is not there, and returns the entry. Records an assign (new), or nothing.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert(self, default_key: K, default_value: V) -> (&'a mut K, &'a mut V)
    where
        K: Hash,
        S: BuildHasher,
    {
        match self {
            Self::Occupied(entry) => entry.into_key_value_mut(),
            Self::Vacant(entry) => entry.insert(default_key, default_value),
        }
    }

    /// Puts in what `call` makes if the key is not there, and returns the entry. Records an assign (new), or nothing.
    ///
    /// # Panics
    /// If `call` does; then nothing is put in.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert_with<F>(self, call: F) -> (&'a mut K, &'a mut V)
    where
        F: FnOnce() -> (K, V),
        K: Hash,
        S: BuildHasher,
    {
        match self {
            Self::Occupied(entry) => entry.into_key_value_mut(),
            Self::Vacant(entry) => {
                let (key, value) = call();
                entry.insert(key, value)
            }
        }
    }

    /// Changes the entry in place if the key is there. Not recorded: no entry comes or goes.
    #[inline]
    pub fn and_modify<F>(mut self, f: F) -> Self
    where
        F: FnOnce(&mut K, &mut V),
    {
        if let Self::Occupied(entry) = &mut self {
            let (key, value) = entry.get_key_value_mut();
            f(key, value);
        }
        self
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Debug for RawEntryMut<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vacant(entry) => f.debug_tuple("RawEntryMut").field(entry).finish(),
            Self::Occupied(entry) => f.debug_tuple("RawEntryMut").field(entry).finish(),
        }
    }
}

/// An entry that is there. It is part of [`RawEntryMut`].
pub struct RawOccupiedEntryMut<'a, K, V, S> {
    base: plain_raw::RawOccupiedEntryMut<'a, K, V, S>,
    door: Door<'a>,
}

super::occupied::methods!(RawOccupiedEntryMut<'a, K, V, S>);
super::occupied::deprecated_methods!(RawOccupiedEntryMut<K, V, S>);

impl<'a, K, V, S> RawOccupiedEntryMut<'a, K, V, S> {
    /// The key, to be changed in place to one that is equal and has the same hash. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn key_mut(&mut self) -> &mut K {
        self.base.key_mut()
    }

    /// The key, as from [`key_mut`](Self::key_mut), for as long as the map is borrowed. Not recorded.
    #[inline]
    pub fn into_key(self) -> &'a mut K {
        self.base.into_key()
    }

    /// The key and the value. Not recorded.
    #[inline]
    pub fn get_key_value(&self) -> (&K, &V) {
        self.base.get_key_value()
    }

    /// The key and the value, to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_key_value_mut(&mut self) -> (&mut K, &mut V) {
        self.base.get_key_value_mut()
    }

    /// The key and the value, to be changed in place for as long as the map is borrowed. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn into_key_value_mut(self) -> (&'a mut K, &'a mut V) {
        self.base.into_key_value_mut()
    }

    /// Puts another key in place of the one there, which it returns; it must be equal to that. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_key(&mut self, key: K) -> K {
        self.base.insert_key(key)
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Debug for RawOccupiedEntryMut<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)
    }
}

/// A place where an entry may be put. It is part of [`RawEntryMut`].
pub struct RawVacantEntryMut<'a, K, V, S> {
    base: plain_raw::RawVacantEntryMut<'a, K, V, S>,
    door: Door<'a>,
    full: Option<Full>,
}

impl<'a, K, V, S> RawVacantEntryMut<'a, K, V, S> {
    /// The index that the entry would have at the end. Not recorded.
    #[inline]
    pub fn index(&self) -> usize {
        self.base.index()
    }

    /// Puts in the entry and returns it. Records an assign (new).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(self, key: K, value: V) -> (&'a mut K, &'a mut V)
    where
        K: Hash,
        S: BuildHasher,
    {
        let Self { base, mut door, full } = self;
        fill(&mut door, full, || base.insert(key, value))
    }

    /// Puts in the entry, whose hash this is, and returns it. Records an assign (new).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_hashed_nocheck(self, hash: u64, key: K, value: V) -> (&'a mut K, &'a mut V) {
        let Self { base, mut door, full } = self;
        fill(&mut door, full, || base.insert_hashed_nocheck(hash, key, value))
    }

    /// Puts in the entry at `index` and returns it. Records an assign (new).
    ///
    /// # Panics
    /// If `index` is past the end.
    #[inline]
    #[track_caller]
    pub fn shift_insert(self, index: usize, key: K, value: V) -> (&'a mut K, &'a mut V)
    where
        K: Hash,
        S: BuildHasher,
    {
        let Self { base, mut door, full } = self;
        fill(&mut door, full, || base.shift_insert(index, key, value))
    }

    /// Puts in the entry, whose hash this is, at `index` and returns it. Records an assign (new).
    ///
    /// # Panics
    /// If `index` is past the end.
    #[inline]
    #[track_caller]
    pub fn shift_insert_hashed_nocheck(
        self,
        index: usize,
        hash: u64,
        key: K,
        value: V,
    ) -> (&'a mut K, &'a mut V) {
        let Self { base, mut door, full } = self;
        fill(&mut door, full, || base.shift_insert_hashed_nocheck(index, hash, key, value))
    }
}

impl<K, V, S> fmt::Debug for RawVacantEntryMut<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)
    }
}

trait Sealed {}

impl<K, V, S> Sealed for IndexMap<K, V, S> {}
