//! What the caller has to promise something for.
#![expect(unsafe_code, reason = "hashbrown's methods are unsafe functions, and so are ours")]

use allocator_api2::alloc::Allocator;

use super::{HashTable, OccupiedEntry};

impl<T, A> HashTable<T, A>
where
    A: Allocator,
{
    /// The entry in this bucket, without a check. Records what is then done through it.
    ///
    /// # Safety
    /// The bucket must be there and have an element.
    #[inline]
    pub unsafe fn get_bucket_entry_unchecked(&mut self, index: usize) -> OccupiedEntry<'_, T, A> {
        OccupiedEntry::new(self, index)
    }

    /// The element in this bucket, without a check. Not recorded.
    ///
    /// # Safety
    /// The bucket must be there and have an element.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub unsafe fn get_bucket_unchecked(&self, index: usize) -> &T {
        reads!(self.inner, Get);
        // SAFETY: the caller promises what the plain table's method asks for.
        unsafe { self.inner.map.get_bucket_unchecked(index) }
    }

    /// The element in this bucket, to be changed in place, without a check. Not recorded.
    ///
    /// # Safety
    /// The bucket must be there and have an element.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub unsafe fn get_bucket_unchecked_mut(&mut self, index: usize) -> &mut T {
        writes!(self.inner, Change);
        // SAFETY: the caller promises what the plain table's method asks for.
        unsafe { self.inner.map.get_bucket_unchecked_mut(index) }
    }

    /// Several elements, to be changed in place, without a check that they differ. Not recorded.
    ///
    /// # Safety
    /// They must differ.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub unsafe fn get_disjoint_unchecked_mut<const N: usize>(
        &mut self,
        hashes: [u64; N],
        eq: impl FnMut(usize, &T) -> bool,
    ) -> [Option<&'_ mut T>; N] {
        writes!(self.inner, Change);
        // SAFETY: the caller promises what the plain table's method asks for.
        unsafe { self.inner.map.get_disjoint_unchecked_mut(hashes, eq) }
    }

    /// [`get_disjoint_unchecked_mut`](Self::get_disjoint_unchecked_mut), by its old name.
    ///
    /// # Safety
    /// They must differ.
    #[deprecated(note = "use `get_disjoint_unchecked_mut` instead")]
    #[inline]
    pub unsafe fn get_many_unchecked_mut<const N: usize>(
        &mut self,
        hashes: [u64; N],
        eq: impl FnMut(usize, &T) -> bool,
    ) -> [Option<&'_ mut T>; N] {
        // SAFETY: the caller promises the same.
        unsafe { self.get_disjoint_unchecked_mut(hashes, eq) }
    }
}
