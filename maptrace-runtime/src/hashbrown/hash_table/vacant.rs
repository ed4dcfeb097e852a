//! Vacant entries: hashbrown's own, and the way back to the traced table.
#![expect(unsafe_code, reason = "that nothing but the entry was made of the table is known here alone: see `Lent`")]

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
    /// hashbrown's own, as it alone can fill a place that a removal left. All that is made of the table that is lent.
    place: Lent<'a, HashTable<T, A>, (plain::VacantEntry<'a, T, A>, Door<'a>)>,
}

impl<'a, T, A: Allocator> VacantEntry<'a, T, A> {
    /// The entry of an element, or its place.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn look_up(
        table: &'a mut HashTable<T, A>,
        hash: u64,
        eq: impl FnMut(&T) -> bool,
        hasher: impl Fn(&T) -> u64,
    ) -> Entry<'a, T, A> {
        writes!(table.inner, Entry);
        let found = Lent::new(table, |table| {
            let (table, door) = table.inner.parts();
            (table.entry(hash, eq, hasher), door)
        });
        // SAFETY: the entry and the recorder are all that was made of the table.
        unsafe { Self::or_occupied(found) }
    }

    /// The entry of an element that is replaced by what `f` makes of it, or its place if that is nothing. Records
    /// which.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn or_replaced(
        table: &'a mut HashTable<T, A>,
        index: usize,
        f: impl FnOnce(T) -> Option<T>,
    ) -> Entry<'a, T, A> {
        writes!(table.inner, Entry);
        let replaced = Lent::new(table, |table| {
            let (table, mut door) = table.inner.parts();
            let entry = table.get_bucket_entry(index).ok().expect("nothing has moved since it was found");
            let gone = door.gone_if_unwinding();
            let entry = entry.replace_entry_with(f);
            gone.not();
            match entry {
                plain::Entry::Occupied(_) => door.assigned_replaced(),
                plain::Entry::Vacant(_) => door.deleted(),
            }
            (entry, door)
        });
        // SAFETY: the entry and the recorder are all that was made of the table; `f` has the element by value.
        unsafe { Self::or_occupied(replaced) }
    }

    /// The entry that is in a place.
    ///
    /// # Safety
    /// As for [`Lent::into_whole`].
    #[inline]
    unsafe fn or_occupied(found: Lent<'a, HashTable<T, A>, (plain::Entry<'a, T, A>, Door<'a>)>) -> Entry<'a, T, A> {
        let mut index = 0;
        let go_on = |(entry, door)| match entry {
            plain::Entry::Vacant(entry) => Some((entry, door)),
            plain::Entry::Occupied(entry) => {
                index = entry.bucket_index();
                None
            }
        };
        // SAFETY: the caller's promise; the number of a bucket has nothing of the table.
        match unsafe { found.and_then(go_on) } {
            Ok(place) => Entry::Vacant(Self { place }),
            Err(table) => Entry::Occupied(OccupiedEntry::new(table, index)),
        }
    }

    /// The place of an element that is taken out, which is recorded.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn removed(table: &'a mut HashTable<T, A>, index: usize) -> (T, Self) {
        writes!(table.inner, Delete);
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
    #[cfg_attr(feature = "race", track_caller)]
    pub fn insert(self, value: T) -> OccupiedEntry<'a, T, A> {
        writes!(self.place.part().1, Assign);
        // SAFETY: `place` is all that was made of the table, and the number of a bucket has nothing of it.
        let (index, table) = unsafe { self.place.finish(|(place, _)| place.insert(value).bucket_index()) };
        let (_, mut door) = table.inner.entry_parts();
        door.assigned_new();
        OccupiedEntry::new(table, index)
    }

    /// Gives back the table. Not recorded.
    #[inline]
    pub fn into_table(self) -> &'a mut HashTable<T, A> {
        // SAFETY: `place` is all that was made of the table.
        unsafe { self.place.into_whole() }
    }
}

impl<T: fmt::Debug, A: Allocator> fmt::Debug for VacantEntry<'_, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VacantEntry")
    }
}
