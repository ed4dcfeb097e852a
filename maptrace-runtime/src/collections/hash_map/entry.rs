//! Entries: std's own, and a note of what is done through them.

use std::collections::{HashMap as Plain, hash_map as std_map};
use std::fmt;

use crate::traced::{Door, Plain as _, Resize};

use self::Entry::{Occupied, Vacant};

/// The place of a key in a [`HashMap`](super::HashMap): [`std::collections::hash_map::Entry`], traced.
///
/// Made by [`HashMap::entry`](super::HashMap::entry).
pub enum Entry<'a, K, V> {
    /// The key is there.
    Occupied(OccupiedEntry<'a, K, V>),
    /// The key is not there.
    Vacant(VacantEntry<'a, K, V>),
}

/// An entry that is there. It is part of [`Entry`].
pub struct OccupiedEntry<'a, K, V> {
    base: std_map::OccupiedEntry<'a, K, V>,
    door: Door<'a>,
}

/// A place where an entry may be put. It is part of [`Entry`].
pub struct VacantEntry<'a, K, V> {
    base: std_map::VacantEntry<'a, K, V>,
    door: Door<'a>,
}

impl<'a, K, V> Entry<'a, K, V> {
    /// `resize` is what was to be known before, if the table was full.
    #[inline]
    pub(super) fn new<S>(base: std_map::Entry<'a, K, V>, mut door: Door<'a>, resize: Option<&Resize>) -> Self {
        match base {
            std_map::Entry::Occupied(base) => Occupied(OccupiedEntry { base, door }),
            std_map::Entry::Vacant(base) => {
                if let Some(before) = resize {
                    door.vacant_entry_resized(before, Plain::<K, V, S>::INFO);
                }
                Vacant(VacantEntry { base, door })
            }
        }
    }

    /// Puts in `default` if the key is not there, and returns the value. Records an assign (new), or nothing.
    ///
    /// ```
    /// # use maptrace_runtime::collections::HashMap;
    /// let mut map = HashMap::new();
    /// *map.entry("a").or_insert(1) += 1;
    /// assert_eq!(map["a"], 2);
    /// ```
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert(self, default: V) -> &'a mut V {
        match self {
            Occupied(entry) => entry.into_mut(),
            Vacant(entry) => entry.insert(default),
        }
    }

    /// Puts in what `default` makes if the key is not there, and returns the value. Records an assign (new), or
    /// nothing.
    ///
    /// # Panics
    /// If `default` does; then nothing is put in.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert_with<F: FnOnce() -> V>(self, default: F) -> &'a mut V {
        match self {
            Occupied(entry) => entry.into_mut(),
            Vacant(entry) => entry.insert(default()),
        }
    }

    /// Puts in what `default` makes of the key if it is not there, and returns the value. Records an assign (new), or
    /// nothing.
    ///
    /// # Panics
    /// If `default` does; then nothing is put in.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert_with_key<F: FnOnce(&K) -> V>(self, default: F) -> &'a mut V {
        match self {
            Occupied(entry) => entry.into_mut(),
            Vacant(entry) => {
                let value = default(entry.key());
                entry.insert(value)
            }
        }
    }

    /// The key asked for. Not recorded.
    #[inline]
    pub fn key(&self) -> &K {
        match self {
            Occupied(entry) => entry.key(),
            Vacant(entry) => entry.key(),
        }
    }

    /// Changes the value in place if the key is there. Not recorded: no entry comes or goes.
    #[inline]
    pub fn and_modify<F>(self, f: F) -> Self
    where
        F: FnOnce(&mut V),
    {
        match self {
            Occupied(mut entry) => {
                f(entry.get_mut());
                Occupied(entry)
            }
            Vacant(entry) => Vacant(entry),
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
}

impl<'a, K, V: Default> Entry<'a, K, V> {
    /// Puts in the default value if the key is not there, and returns the value. Records an assign (new), or nothing.
    ///
    /// A traced collection made by this has the caller's place as its site.
    #[inline]
    #[track_caller]
    pub fn or_default(self) -> &'a mut V {
        match self {
            Occupied(entry) => entry.into_mut(),
            Vacant(entry) => entry.insert(V::default()),
        }
    }
}

impl<'a, K, V> OccupiedEntry<'a, K, V> {
    /// The key as the map has it. Not recorded.
    #[inline]
    pub fn key(&self) -> &K {
        self.base.key()
    }

    /// Takes out the entry and returns it. Records a delete (hit).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove_entry(mut self) -> (K, V) {
        writes!(self.door, Delete);
        let entry = self.base.remove_entry();
        self.door.deleted();
        entry
    }

    /// The value. Not recorded.
    #[inline]
    pub fn get(&self) -> &V {
        self.base.get()
    }

    /// The value, to be changed in place. Not recorded: no entry comes or goes.
    #[inline]
    pub fn get_mut(&mut self) -> &mut V {
        self.base.get_mut()
    }

    /// The value, to be changed in place for as long as the map is borrowed. Not recorded.
    #[inline]
    pub fn into_mut(self) -> &'a mut V {
        self.base.into_mut()
    }

    /// Puts another value in place of the one there, which it returns. Records an assign (replaced).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(&mut self, value: V) -> V {
        writes!(self.door, Assign);
        self.door.assigned_replaced();
        self.base.insert(value)
    }

    /// Takes out the entry and returns its value. Records a delete (hit).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove(self) -> V {
        self.remove_entry().1
    }
}

impl<'a, K, V> VacantEntry<'a, K, V> {
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
    pub fn insert(mut self, value: V) -> &'a mut V {
        writes!(self.door, Assign);
        let value = self.base.insert(value);
        self.door.assigned_new();
        value
    }

    /// Puts in the value and returns the entry. Records an assign (new).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_entry(mut self, value: V) -> OccupiedEntry<'a, K, V> {
        writes!(self.door, Assign);
        let base = self.base.insert_entry(value);
        self.door.assigned_new();
        OccupiedEntry { base, door: self.door }
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
