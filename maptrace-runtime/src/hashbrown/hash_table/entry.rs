//! Entries, as hashbrown has them, and a note of what is done through them.

use std::fmt;

use allocator_api2::alloc::{Allocator, Global};

use super::{HashTable, VacantEntry};

/// The place of an element in a [`HashTable`]: [hashbrown's `Entry`](::hashbrown::hash_table::Entry), traced.
///
/// Made by [`HashTable::entry`].
pub enum Entry<'a, T, A = Global>
where
    A: Allocator,
{
    /// The element is there.
    Occupied(OccupiedEntry<'a, T, A>),
    /// The element is not there.
    Vacant(VacantEntry<'a, T, A>),
}

/// An element that is there. It is part of [`Entry`].
///
/// It knows its bucket, by which it is reached as fast as by its address.
pub struct OccupiedEntry<'a, T, A = Global>
where
    A: Allocator,
{
    table: &'a mut HashTable<T, A>,
    index: usize,
}

/// What [`HashTable::find_entry`] gives if there is no such element: the table.
pub struct AbsentEntry<'a, T, A = Global>
where
    A: Allocator,
{
    table: &'a mut HashTable<T, A>,
}

impl<'a, T, A> Entry<'a, T, A>
where
    A: Allocator,
{
    /// Puts in the element, whether one is there or not, and returns the entry. Records an assign, new or replaced.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(self, value: T) -> OccupiedEntry<'a, T, A> {
        match self {
            Entry::Occupied(mut entry) => {
                let (_, mut door) = entry.table.inner.entry_parts();
                door.assigned_replaced();
                *entry.get_mut() = value;
                entry
            }
            Entry::Vacant(entry) => entry.insert(value),
        }
    }

    /// Puts in `default` if there is no element, and returns the entry. Records an assign (new), or nothing.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert(self, default: T) -> OccupiedEntry<'a, T, A> {
        match self {
            Entry::Occupied(entry) => entry,
            Entry::Vacant(entry) => entry.insert(default),
        }
    }

    /// Puts in what `default` makes if there is no element, and returns the entry. Records an assign (new), or nothing.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn or_insert_with(self, default: impl FnOnce() -> T) -> OccupiedEntry<'a, T, A> {
        match self {
            Entry::Occupied(entry) => entry,
            Entry::Vacant(entry) => entry.insert(default()),
        }
    }

    /// Changes the element in place if it is there. Not recorded.
    #[inline]
    pub fn and_modify(self, f: impl FnOnce(&mut T)) -> Self {
        match self {
            Entry::Occupied(mut entry) => {
                f(entry.get_mut());
                Entry::Occupied(entry)
            }
            Entry::Vacant(entry) => Entry::Vacant(entry),
        }
    }

    /// Gives back the table. Not recorded.
    #[inline]
    pub fn into_table(self) -> &'a mut HashTable<T, A> {
        match self {
            Entry::Occupied(entry) => entry.into_table(),
            Entry::Vacant(entry) => entry.into_table(),
        }
    }
}

impl<'a, T, A> OccupiedEntry<'a, T, A>
where
    A: Allocator,
{
    #[inline]
    pub(super) fn new(table: &'a mut HashTable<T, A>, index: usize) -> Self {
        Self { table, index }
    }

    /// Takes out the element and returns it, and its place. Records a delete (hit).
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn remove(self) -> (T, VacantEntry<'a, T, A>) {
        VacantEntry::removed(self.table, self.index)
    }

    /// The element. Not recorded.
    #[inline]
    pub fn get(&self) -> &T {
        self.table.get_bucket(self.index).expect("nothing has moved since it was found")
    }

    /// The element, to be changed in place. Not recorded.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.table.get_bucket_mut(self.index).expect("nothing has moved since it was found")
    }

    /// The element, to be changed in place for as long as the table is borrowed. Not recorded.
    #[inline]
    pub fn into_mut(self) -> &'a mut T {
        self.table.get_bucket_mut(self.index).expect("nothing has moved since it was found")
    }

    /// Gives back the table. Not recorded.
    #[inline]
    pub fn into_table(self) -> &'a mut HashTable<T, A> {
        self.table
    }

    /// The element's bucket. Not recorded.
    #[inline]
    pub fn bucket_index(&self) -> usize {
        self.index
    }

    /// Replaces the element by what `f` makes of it, or takes it out if that is nothing. Records an assign (replaced) or
    /// a delete (hit).
    ///
    /// # Panics
    /// If `f` does; the element is gone then.
    #[cfg_attr(feature = "race", track_caller)]
    pub fn replace_entry_with<F>(self, f: F) -> Entry<'a, T, A>
    where
        F: FnOnce(T) -> Option<T>,
    {
        VacantEntry::or_replaced(self.table, self.index, f)
    }
}

impl<'a, T, A> AbsentEntry<'a, T, A>
where
    A: Allocator,
{
    #[inline]
    pub(super) fn new(table: &'a mut HashTable<T, A>) -> Self {
        Self { table }
    }

    /// Gives back the table. Not recorded.
    #[inline]
    pub fn into_table(self) -> &'a mut HashTable<T, A> {
        self.table
    }
}

impl<T: fmt::Debug, A: Allocator> fmt::Debug for Entry<'_, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Vacant(entry) => f.debug_tuple("Entry").field(entry).finish(),
            Entry::Occupied(entry) => f.debug_tuple("Entry").field(entry).finish(),
        }
    }
}

impl<T: fmt::Debug, A: Allocator> fmt::Debug for OccupiedEntry<'_, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OccupiedEntry").field("value", self.get()).finish()
    }
}

impl<T: fmt::Debug, A: Allocator> fmt::Debug for AbsentEntry<'_, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AbsentEntry")
    }
}
