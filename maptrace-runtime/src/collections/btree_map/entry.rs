//! Entries: std's own, with the recorder of what they are used for.

use std::collections::btree_map as plain;
use std::fmt;

use crate::traced::Door;

use Entry::{Occupied, Vacant};

/// A key's place in a [`BTreeMap`](super::BTreeMap), vacant or occupied; made by [`entry`](super::BTreeMap::entry).
///
/// ```
/// use maptrace_runtime::collections::btree_map::{BTreeMap, Entry};
///
/// let mut map = BTreeMap::from([("a", 1)]);
/// if let Entry::Occupied(entry) = map.entry("a") {
///     assert_eq!(entry.remove(), 1);
/// }
/// assert!(map.is_empty());
/// ```
pub enum Entry<'a, K, V> {
    /// There is no entry of this key.
    Vacant(VacantEntry<'a, K, V>),
    /// There is one.
    Occupied(OccupiedEntry<'a, K, V>),
}

/// The place of a key that is not in the map.
pub struct VacantEntry<'a, K, V> {
    plain: plain::VacantEntry<'a, K, V>,
    door: Door<'a>,
}

/// The place of a key that is in the map.
pub struct OccupiedEntry<'a, K, V> {
    plain: plain::OccupiedEntry<'a, K, V>,
    door: Door<'a>,
}

impl<'a, K, V> Entry<'a, K, V> {
    pub(super) fn new(entry: plain::Entry<'a, K, V>, door: Door<'a>) -> Self {
        match entry {
            plain::Entry::Vacant(plain) => Vacant(VacantEntry { plain, door }),
            plain::Entry::Occupied(plain) => Occupied(OccupiedEntry { plain, door }),
        }
    }
}

impl<'a, K: Ord, V> Entry<'a, K, V> {
    /// Assigns `default` if the entry is vacant, and gives the value. Records an assign if it was vacant.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert(self, default: V) -> &'a mut V {
        match self {
            Occupied(entry) => entry.into_mut(),
            Vacant(entry) => entry.insert(default),
        }
    }

    /// Assigns what `default` makes if the entry is vacant, and gives the value. Records an assign if it was vacant.
    ///
    /// # Panics
    /// If `default` does; nothing is assigned then.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert_with<F: FnOnce() -> V>(self, default: F) -> &'a mut V {
        match self {
            Occupied(entry) => entry.into_mut(),
            Vacant(entry) => entry.insert(default()),
        }
    }

    /// Assigns what `default` makes of the key if the entry is vacant, and gives the value. Records an assign if it
    /// was vacant.
    ///
    /// # Panics
    /// If `default` does; nothing is assigned then.
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

    /// The key: the stored one if the entry is occupied. Not recorded.
    pub fn key(&self) -> &K {
        match self {
            Occupied(entry) => entry.key(),
            Vacant(entry) => entry.key(),
        }
    }

    /// Lets `f` change the value if there is one. Not recorded, as nothing is assigned.
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

    /// Assigns `value` whether or not there was one, and gives the entry. Records an assign, new or replaced.
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

impl<'a, K: Ord, V: Default> Entry<'a, K, V> {
    /// Assigns the default value if the entry is vacant, and gives the value. Records an assign if it was vacant.
    ///
    /// A traced collection made by this has the caller's place as its site.
    #[track_caller]
    pub fn or_default(self) -> &'a mut V {
        match self {
            Occupied(entry) => entry.into_mut(),
            Vacant(entry) => entry.insert(V::default()),
        }
    }
}

impl<'a, K: Ord, V> VacantEntry<'a, K, V> {
    /// The key that would be used. Not recorded.
    pub fn key(&self) -> &K {
        self.plain.key()
    }

    /// Gives the key back. Not recorded.
    pub fn into_key(self) -> K {
        self.plain.into_key()
    }

    /// Assigns `value`, and gives it. Records an assign, new.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(mut self, value: V) -> &'a mut V {
        writes!(self.door, Assign);
        let value = self.plain.insert(value);
        self.door.assigned_new();
        value
    }

    /// Assigns `value`, and gives the entry. Records an assign, new.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert_entry(mut self, value: V) -> OccupiedEntry<'a, K, V> {
        writes!(self.door, Assign);
        let plain = self.plain.insert_entry(value);
        self.door.assigned_new();
        OccupiedEntry { plain, door: self.door }
    }
}

impl<'a, K, V> OccupiedEntry<'a, K, V> {
    pub(super) fn new(plain: plain::OccupiedEntry<'a, K, V>, door: Door<'a>) -> Self {
        Self { plain, door }
    }
}

impl<'a, K: Ord, V> OccupiedEntry<'a, K, V> {
    /// The stored key. Not recorded.
    #[must_use]
    pub fn key(&self) -> &K {
        self.plain.key()
    }

    /// Removes the entry, and gives its key and value. Records a delete, hit.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove_entry(mut self) -> (K, V) {
        writes!(self.door, Delete);
        let removed = self.plain.remove_entry();
        self.door.deleted();
        removed
    }

    /// The value. Not recorded.
    #[must_use]
    pub fn get(&self) -> &V {
        self.plain.get()
    }

    /// The value, for change in place. Not recorded.
    pub fn get_mut(&mut self) -> &mut V {
        self.plain.get_mut()
    }

    /// The value, for change in place, for as long as the map is borrowed. Not recorded.
    #[must_use = "`self` will be dropped if the result is not used"]
    pub fn into_mut(self) -> &'a mut V {
        self.plain.into_mut()
    }

    /// Assigns `value`, and returns the value that was there. Records an assign, replaced.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(&mut self, value: V) -> V {
        writes!(self.door, Assign);
        let old = self.plain.insert(value);
        self.door.assigned_replaced();
        old
    }

    /// Removes the entry, and gives its value. Records a delete, hit.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove(self) -> V {
        self.remove_entry().1
    }
}

impl<K: fmt::Debug + Ord, V: fmt::Debug> fmt::Debug for Entry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Vacant(entry) => f.debug_tuple("Entry").field(entry).finish(),
            Occupied(entry) => f.debug_tuple("Entry").field(entry).finish(),
        }
    }
}

impl<K: fmt::Debug + Ord, V> fmt::Debug for VacantEntry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plain.fmt(f)
    }
}

impl<K: fmt::Debug + Ord, V: fmt::Debug> fmt::Debug for OccupiedEntry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plain.fmt(f)
    }
}
