//! Vacant entries: hashbrown's own, and the way back to the traced table.
#![expect(
    unsafe_code,
    reason = "a place that a removal left can be filled by hashbrown's own entry alone, which has the plain table borrowed, \
              while `into_table` gives back the traced one"
)]

use std::fmt;
use std::marker::PhantomData;
use std::mem::{MaybeUninit, forget};
use std::ptr::NonNull;

use ::hashbrown::{HashTable as Plain, hash_table as plain};
use allocator_api2::alloc::{Allocator, Global};

use super::{Entry, HashTable, OccupiedEntry};
use crate::traced::Door;

/// A place where an element may be put. It is part of [`Entry`].
///
/// `base` is always there, and has the plain table inside `table` borrowed. It is in a `MaybeUninit` because it must not
/// claim to be the only way to that table when an entry is handed to `into_table`; it is two numbers and a reference, so
/// there is nothing to be dropped.
pub struct VacantEntry<'a, T, A = Global>
where
    A: Allocator,
{
    base: MaybeUninit<plain::VacantEntry<'a, T, A>>,
    table: NonNull<HashTable<T, A>>,
    lent: PhantomData<&'a mut HashTable<T, A>>,
}

// SAFETY: it is a unique reference to the table, twice.
unsafe impl<T: Send, A: Allocator + Send> Send for VacantEntry<'_, T, A> {}
// SAFETY: as above; and a shared reference to it gives nothing of the table.
unsafe impl<T: Sync, A: Allocator + Sync> Sync for VacantEntry<'_, T, A> {}

/// Looks at the table again if the user's code unwinds: an entry may be gone.
struct Unwind<T, A: Allocator> {
    table: NonNull<HashTable<T, A>>,
    entries: usize,
}

impl<T, A: Allocator> Drop for Unwind<T, A> {
    #[cold]
    fn drop(&mut self) {
        // SAFETY: made in `or_occupied` from a unique reference that outlives it. It is dropped only by a panic in the
        // plain table, after which nothing that was derived from that reference is alive.
        let table = unsafe { self.table.as_mut() };
        table.inner.reconcile(self.entries);
    }
}

impl<'a, T, A: Allocator> VacantEntry<'a, T, A> {
    /// The entry that `find` finds in the plain table.
    #[inline]
    pub(super) fn or_occupied(
        table: &'a mut HashTable<T, A>,
        find: impl FnOnce(&'a mut Plain<T, A>) -> plain::Entry<'a, T, A>,
    ) -> Entry<'a, T, A> {
        let entries = table.len();
        let mut table = NonNull::from(table);
        let unwind = Unwind { table, entries };
        // SAFETY: the reference is unique for `'a`, and nothing but what `find` gives uses the plain table as long as that
        // is alive.
        let found = find(unsafe { &mut (*table.as_ptr()).inner.map });
        forget(unwind);
        match found {
            plain::Entry::Occupied(entry) => {
                let index = entry.bucket_index();
                // SAFETY: the plain entry was used for the last time.
                Entry::Occupied(OccupiedEntry::new(unsafe { table.as_mut() }, index))
            }
            plain::Entry::Vacant(base) => {
                Entry::Vacant(Self { base: MaybeUninit::new(base), table, lent: PhantomData })
            }
        }
    }

    /// As [`or_occupied`](Self::or_occupied), of an entry that is taken out, which is recorded.
    #[inline]
    pub(super) fn removed(table: &'a mut HashTable<T, A>, index: usize) -> (T, Self) {
        let table = NonNull::from(table);
        // SAFETY: the reference is unique for `'a`, and nothing but the entry uses the plain table as long as that is
        // alive.
        let plain = unsafe { &mut (*table.as_ptr()).inner.map };
        let entry = plain.get_bucket_entry(index).ok().expect("nothing has moved since it was found");
        let (element, base) = entry.remove();
        let mut vacant = Self { base: MaybeUninit::new(base), table, lent: PhantomData };
        vacant.door().deleted();
        (element, vacant)
    }

    /// The recorder, which lies beside the plain table.
    pub(super) fn door(&mut self) -> Door<'_> {
        // SAFETY: the table is lent to this entry alone, and the plain entry does not use this field.
        Door::new(unsafe { &mut (*self.table.as_ptr()).inner.identity })
    }

    /// Puts in the element and returns the entry. Records an assign (new).
    #[inline]
    pub fn insert(self, value: T) -> OccupiedEntry<'a, T, A> {
        // SAFETY: it is always there.
        let base = unsafe { self.base.assume_init() };
        let index = base.insert(value).bucket_index();
        let mut table = self.table;
        // SAFETY: the table is lent to this entry for `'a`, and the plain entry was used for the last time.
        let table = unsafe { table.as_mut() };
        let (_, mut door) = table.inner.entry_parts();
        door.assigned_new();
        OccupiedEntry::new(table, index)
    }

    /// Gives back the table. Not recorded.
    #[inline]
    pub fn into_table(self) -> &'a mut HashTable<T, A> {
        let mut table = self.table;
        // SAFETY: the table is lent to this entry for `'a`, and the plain entry is not used any more.
        unsafe { table.as_mut() }
    }
}

impl<T: fmt::Debug, A: Allocator> fmt::Debug for VacantEntry<'_, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VacantEntry")
    }
}
