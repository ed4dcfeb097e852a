//! Vacant entries: hashbrown's own, and the way back to the traced table.

use std::fmt;

use ::hashbrown::hash_table as plain;
use allocator_api2::alloc::{Allocator, Global};

use super::{Entry, HashTable, OccupiedEntry};
use crate::hashbrown::lent::Lent;
use crate::traced::Door;

/// A place where an element may be put. It is part of [`Entry`].
pub struct VacantEntry<'a, T, A = Global>
where
    A: Allocator,
{
    /// hashbrown's own, as it alone can fill a place that a removal left.
    place: Lent<'a, HashTable<T, A>, (plain::VacantEntry<'a, T, A>, Door<'a>)>,
}

impl<'a, T, A: Allocator> VacantEntry<'a, T, A> {
    /// The entry that is in this place, which is recorded already.
    #[inline]
    pub(super) fn or_occupied(
        found: Lent<'a, HashTable<T, A>, (plain::Entry<'a, T, A>, Door<'a>)>,
    ) -> Entry<'a, T, A> {
        let mut index = 0;
        let place = found.and_then(|(entry, door)| match entry {
            plain::Entry::Vacant(entry) => Some((entry, door)),
            plain::Entry::Occupied(entry) => {
                index = entry.bucket_index();
                None
            }
        });
        match place {
            Ok(place) => Entry::Vacant(Self { place }),
            Err(table) => Entry::Occupied(OccupiedEntry::new(table, index)),
        }
    }

    /// The place of an element that is taken out, which is recorded.
    #[inline]
    pub(super) fn removed(table: &'a mut HashTable<T, A>, index: usize) -> (T, Self) {
        let mut removed = None;
        let place = Lent::new(table, |table| {
            let (table, mut door) = table.inner.parts();
            let entry = table.get_bucket_entry(index).ok().expect("nothing has moved since it was found");
            let (element, place) = entry.remove();
            removed = Some(element);
            door.deleted();
            (place, door)
        });
        (removed.expect("it was there"), Self { place })
    }

    /// Puts in the element and returns the entry. Records an assign (new).
    #[inline]
    pub fn insert(self, value: T) -> OccupiedEntry<'a, T, A> {
        let (index, table) = self.place.finish(|(place, _)| place.insert(value).bucket_index());
        let (_, mut door) = table.inner.entry_parts();
        door.assigned_new();
        OccupiedEntry::new(table, index)
    }

    /// Gives back the table. Not recorded.
    #[inline]
    pub fn into_table(self) -> &'a mut HashTable<T, A> {
        self.place.into_whole()
    }
}

impl<T: fmt::Debug, A: Allocator> fmt::Debug for VacantEntry<'_, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VacantEntry")
    }
}
