//! Entries: hashbrown's own, and a note of what is done through them.

use std::fmt;
use std::hash::{BuildHasher, Hash};

use ::hashbrown::{HashSet as Plain, hash_set as plain};
use allocator_api2::alloc::{Allocator, Global};

use crate::traced::{Door, Plain as _, Resize};

/// The place of an element in a [`HashSet`](super::HashSet):
/// [hashbrown's `hash_set::Entry`](::hashbrown::hash_set::Entry), traced.
///
/// Made by [`HashSet::entry`](super::HashSet::entry).
pub enum Entry<'a, T, S, A = Global>
where
    A: Allocator,
{
    /// The element is there.
    Occupied(OccupiedEntry<'a, T, S, A>),
    /// The element is not there.
    Vacant(VacantEntry<'a, T, S, A>),
}

/// An element that is there. It is part of [`Entry`].
pub struct OccupiedEntry<'a, T, S, A: Allocator = Global> {
    base: plain::OccupiedEntry<'a, T, S, A>,
    door: Door<'a>,
}

/// A place where an element may be put. It is part of [`Entry`].
pub struct VacantEntry<'a, T, S, A: Allocator = Global> {
    base: plain::VacantEntry<'a, T, S, A>,
    door: Door<'a>,
    /// What was to be known before, if putting in the element may resize the table.
    grow: Option<Resize>,
}

impl<'a, T, S, A: Allocator> Entry<'a, T, S, A> {
    #[inline]
    pub(super) fn new(base: plain::Entry<'a, T, S, A>, door: Door<'a>, grow: Option<Resize>) -> Self {
        match base {
            plain::Entry::Occupied(base) => Entry::Occupied(OccupiedEntry { base, door }),
            plain::Entry::Vacant(base) => Entry::Vacant(VacantEntry { base, door, grow }),
        }
    }

    /// Puts in the element if it is not there, and returns the entry. Records an assign (new), or nothing.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(self) -> OccupiedEntry<'a, T, S, A>
    where
        T: Hash,
        S: BuildHasher,
    {
        match self {
            Entry::Occupied(entry) => entry,
            Entry::Vacant(entry) => entry.insert(),
        }
    }

    /// Puts in the element if it is not there. Records an assign (new), or nothing.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert(self)
    where
        T: Hash,
        S: BuildHasher,
    {
        if let Entry::Vacant(entry) = self {
            entry.insert();
        }
    }

    /// The element asked for, or as the set has it. Not recorded.
    #[inline]
    pub fn get(&self) -> &T {
        match self {
            Entry::Occupied(entry) => entry.get(),
            Entry::Vacant(entry) => entry.get(),
        }
    }
}

impl<T, S, A: Allocator> OccupiedEntry<'_, T, S, A> {
    /// The element as the set has it. Not recorded.
    #[inline]
    pub fn get(&self) -> &T {
        self.base.get()
    }

    /// Takes out the element and returns it. Records a delete (hit).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove(mut self) -> T {
        let element = self.base.remove();
        self.door.deleted();
        element
    }
}

impl<'a, T, S, A: Allocator> VacantEntry<'a, T, S, A> {
    /// The element asked for. Not recorded.
    #[inline]
    pub fn get(&self) -> &T {
        self.base.get()
    }

    /// Gives back the element asked for. Not recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn into_value(self) -> T {
        self.base.into_value()
    }

    /// Puts in the element and returns the entry. Records an assign (new); if the table was full, also the grow, timed.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(mut self) -> OccupiedEntry<'a, T, S, A>
    where
        T: Hash,
        S: BuildHasher,
    {
        if let Some(grow) = &mut self.grow {
            self.door.fills(grow);
        }
        let base = self.base.insert();
        if let Some(grow) = &self.grow {
            self.door.filled(grow, Plain::<T, S, A>::INFO);
        }
        self.door.assigned_new();
        OccupiedEntry { base, door: self.door }
    }
}

impl<T: fmt::Debug, S, A: Allocator> fmt::Debug for Entry<'_, T, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Vacant(entry) => f.debug_tuple("Entry").field(entry).finish(),
            Entry::Occupied(entry) => f.debug_tuple("Entry").field(entry).finish(),
        }
    }
}

impl<T: fmt::Debug, S, A: Allocator> fmt::Debug for OccupiedEntry<'_, T, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)
    }
}

impl<T: fmt::Debug, S, A: Allocator> fmt::Debug for VacantEntry<'_, T, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)
    }
}
