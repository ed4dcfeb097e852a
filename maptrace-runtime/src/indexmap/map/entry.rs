//! Entries: indexmap's own, and a note of what is done through them.

use std::cmp::Ordering;
use std::fmt;

use ::indexmap::map as plain_map;

use super::Full;
use crate::traced::Door;

use self::Entry::{Occupied, Vacant};

/// The place of a key in an [`IndexMap`](super::IndexMap): [`indexmap::map::Entry`](plain_map::Entry), traced.
///
/// Made by [`IndexMap::entry`](super::IndexMap::entry).
pub enum Entry<'a, K, V> {
    /// The key is there.
    Occupied(OccupiedEntry<'a, K, V>),
    /// The key is not there.
    Vacant(VacantEntry<'a, K, V>),
}

/// An entry that is there. It is part of [`Entry`].
pub struct OccupiedEntry<'a, K, V> {
    pub(super) base: plain_map::OccupiedEntry<'a, K, V>,
    door: Door<'a>,
}

/// A place where an entry may be put. It is part of [`Entry`].
pub struct VacantEntry<'a, K, V> {
    pub(super) base: plain_map::VacantEntry<'a, K, V>,
    door: Door<'a>,
    full: Option<Full>,
}

/// An entry that was found by its index: [`indexmap::map::IndexedEntry`](plain_map::IndexedEntry), traced.
///
/// Made by [`IndexMap::get_index_entry`](super::IndexMap::get_index_entry).
pub struct IndexedEntry<'a, K, V> {
    pub(super) base: plain_map::IndexedEntry<'a, K, V>,
    door: Door<'a>,
}

impl<'a, K, V> Entry<'a, K, V> {
    #[inline]
    pub(super) fn new(base: plain_map::Entry<'a, K, V>, door: Door<'a>, full: Option<Full>) -> Self {
        match base {
            plain_map::Entry::Occupied(base) => Occupied(OccupiedEntry { base, door }),
            plain_map::Entry::Vacant(base) => Vacant(VacantEntry { base, door, full }),
        }
    }

    /// The entry's index, or the one that it would have at the end. Not recorded.
    #[inline]
    pub fn index(&self) -> usize {
        match self {
            Occupied(entry) => entry.index(),
            Vacant(entry) => entry.index(),
        }
    }

    /// Puts in the value, whether the key is there or not, and returns the entry. Records an assign, new or replaced.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_entry(self, value: V) -> OccupiedEntry<'a, K, V> {
        match self {
            Occupied(mut entry) => {
                entry.insert(value);
                entry
            }
            Vacant(entry) => entry.insert_entry(value),
        }
    }

    /// Puts in `default` if the key is not there, and returns the value. Records an assign (new), or nothing.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert(self, default: V) -> &'a mut V {
        match self {
            Occupied(entry) => entry.into_mut(),
            Vacant(entry) => entry.insert(default),
        }
    }

    /// Puts in what `call` makes if the key is not there, and returns the value. Records an assign (new), or nothing.
    ///
    /// # Panics
    /// If `call` does; then nothing is put in.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert_with<F>(self, call: F) -> &'a mut V
    where
        F: FnOnce() -> V,
    {
        match self {
            Occupied(entry) => entry.into_mut(),
            Vacant(entry) => entry.insert(call()),
        }
    }

    /// Puts in what `call` makes of the key if it is not there, and returns the value. Records an assign (new), or
    /// nothing.
    ///
    /// # Panics
    /// If `call` does; then nothing is put in.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert_with_key<F>(self, call: F) -> &'a mut V
    where
        F: FnOnce(&K) -> V,
    {
        match self {
            Occupied(entry) => entry.into_mut(),
            Vacant(entry) => {
                let value = call(entry.key());
                entry.insert(value)
            }
        }
    }

    /// The key asked for, or the one that is there. Not recorded.
    #[inline]
    pub fn key(&self) -> &K {
        match self {
            Occupied(entry) => entry.key(),
            Vacant(entry) => entry.key(),
        }
    }

    /// Changes the value in place if the key is there. Not recorded: no entry comes or goes.
    #[inline]
    pub fn and_modify<F>(mut self, f: F) -> Self
    where
        F: FnOnce(&mut V),
    {
        if let Occupied(entry) = &mut self {
            f(entry.get_mut());
        }
        self
    }

    /// Puts in the default value if the key is not there, and returns the value. Records an assign (new), or nothing.
    ///
    /// A traced collection made by this has the caller's place as its site.
    #[inline]
    #[track_caller]
    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        match self {
            Occupied(entry) => entry.into_mut(),
            Vacant(entry) => entry.insert(V::default()),
        }
    }
}

super::occupied::methods!(OccupiedEntry<'a, K, V>);
super::occupied::deprecated_methods!(OccupiedEntry<K, V>);

impl<'a, K, V> VacantEntry<'a, K, V> {
    /// The index that the entry would have at the end. Not recorded.
    #[inline]
    pub fn index(&self) -> usize {
        self.base.index()
    }

    /// The key asked for. Not recorded.
    #[inline]
    pub fn key(&self) -> &K {
        self.base.key()
    }

    /// Gives back the key asked for. Not recorded.
    #[inline]
    pub fn into_key(self) -> K {
        self.base.into_key()
    }

    /// Puts in the value and returns it. Records an assign (new).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(self, value: V) -> &'a mut V {
        self.fill(|entry| entry.insert(value)).0
    }

    /// Puts in the value and returns the entry. Records an assign (new).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_entry(self, value: V) -> OccupiedEntry<'a, K, V> {
        let (base, door) = self.fill(|entry| entry.insert_entry(value));
        OccupiedEntry { base, door }
    }

    /// Puts in the value at its place in a map that is sorted by key. Records an assign (new).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_sorted(self, value: V) -> (usize, &'a mut V)
    where
        K: Ord,
    {
        self.fill(|entry| entry.insert_sorted(value)).0
    }

    /// Puts in the value at its place in a map that is sorted by `cmp`. Records an assign (new).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_sorted_by<F>(self, value: V, cmp: F) -> (usize, &'a mut V)
    where
        F: FnMut(&K, &V, &K, &V) -> Ordering,
    {
        self.fill(|entry| entry.insert_sorted_by(value, cmp)).0
    }

    /// Puts in the value at its place in a map that is sorted by `sort_key`. Records an assign (new).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_sorted_by_key<B, F>(self, value: V, sort_key: F) -> (usize, &'a mut V)
    where
        B: Ord,
        F: FnMut(&K, &V) -> B,
    {
        self.fill(|entry| entry.insert_sorted_by_key(value, sort_key)).0
    }

    /// Puts in the value at `index`. Records an assign (new).
    ///
    /// # Panics
    /// If `index` is past the end.
    #[inline]
    #[track_caller]
    pub fn shift_insert(self, index: usize, value: V) -> &'a mut V {
        self.fill(|entry| entry.shift_insert(index, value)).0
    }

    /// Puts the key in place of the one at `index`, which it returns with the entry. Records an assign (replaced).
    ///
    /// # Panics
    /// If there is no such index.
    #[inline]
    #[track_caller]
    pub fn replace_index(mut self, index: usize) -> (K, OccupiedEntry<'a, K, V>) {
        writes!(self.door, Assign);
        let (key, base) = self.base.replace_index(index);
        self.door.assigned_replaced();
        (key, OccupiedEntry { base, door: self.door })
    }

    /// Puts in the entry by `op` and records it, with the resize if the map was full.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn fill<R>(self, op: impl FnOnce(plain_map::VacantEntry<'a, K, V>) -> R) -> (R, Door<'a>) {
        let Self { base, mut door, full } = self;
        let result = fill(&mut door, full, || op(base));
        (result, door)
    }
}

/// Runs an operation that puts in an entry and records it, with the resize if the map was full.
#[inline]
#[cfg_attr(feature = "race", track_caller)]
pub(super) fn fill<R>(door: &mut Door<'_>, mut full: Option<Full>, op: impl FnOnce() -> R) -> R {
    writes!(door, Assign);
    if let Some(full) = &mut full {
        door.fills(&mut full.resize);
    }
    let result = op();
    if let Some(full) = &full {
        door.filled(&full.resize, full.info);
    }
    door.assigned_new();
    result
}

impl<'a, K, V> IndexedEntry<'a, K, V> {
    #[inline]
    pub(super) fn new(base: plain_map::IndexedEntry<'a, K, V>, door: Door<'a>) -> Self {
        Self { base, door }
    }
}

super::occupied::methods!(IndexedEntry<'a, K, V>);

impl<'a, K, V> From<OccupiedEntry<'a, K, V>> for IndexedEntry<'a, K, V> {
    #[inline]
    fn from(other: OccupiedEntry<'a, K, V>) -> Self {
        Self { base: other.base.into(), door: other.door }
    }
}

impl<'a, K, V> From<IndexedEntry<'a, K, V>> for OccupiedEntry<'a, K, V> {
    #[inline]
    fn from(other: IndexedEntry<'a, K, V>) -> Self {
        Self { base: other.base.into(), door: other.door }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Entry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Vacant(entry) => f.debug_tuple("Entry").field(entry).finish(),
            Occupied(entry) => f.debug_tuple("Entry").field(entry).finish(),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for OccupiedEntry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)
    }
}

impl<K: fmt::Debug, V> fmt::Debug for VacantEntry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for IndexedEntry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)
    }
}
