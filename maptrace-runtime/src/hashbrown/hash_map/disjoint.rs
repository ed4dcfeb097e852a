//! What the caller has to promise something for, and several values at once.
#![expect(unsafe_code, reason = "hashbrown's methods are unsafe functions, and so are ours")]

use std::hash::{BuildHasher, Hash};

use allocator_api2::alloc::Allocator;

use super::{HashMap, spot};
use crate::hashbrown::Equivalent;

impl<K, V, S, A> HashMap<K, V, S, A>
where
    K: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
{
    /// Puts in an entry without a look whether its key is there. Records an assign (new); if the table has no room,
    /// also the grow or rehash in place, timed.
    ///
    /// # Safety
    /// The key must not be in the map.
    #[inline]
    pub unsafe fn insert_unique_unchecked(&mut self, k: K, v: V) -> (&K, &mut V) {
        let hash = self.hasher().hash_one(&k);
        let (key, value) = spot::put(&mut self.inner, hash, k, v);
        (key, value)
    }

    /// The values of several keys, to be changed in place. One hash a key, and a comparison of each with each; not
    /// recorded: no entry comes or goes.
    ///
    /// # Panics
    /// If two keys are equal and there.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_disjoint_mut<Q, const N: usize>(&mut self, ks: [&Q; N]) -> [Option<&'_ mut V>; N]
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        writes!(self.inner, Change);
        self.inner.map.get_disjoint_mut(ks)
    }

    /// [`get_disjoint_mut`](Self::get_disjoint_mut), by its old name.
    #[deprecated(note = "use `get_disjoint_mut` instead")]
    #[inline]
    pub fn get_many_mut<Q, const N: usize>(&mut self, ks: [&Q; N]) -> [Option<&'_ mut V>; N]
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        self.get_disjoint_mut(ks)
    }

    /// [`get_disjoint_mut`](Self::get_disjoint_mut), without a check that the keys differ.
    ///
    /// # Safety
    /// The keys must not be equal to one another, even if the values are not used.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub unsafe fn get_disjoint_unchecked_mut<Q, const N: usize>(&mut self, ks: [&Q; N]) -> [Option<&'_ mut V>; N]
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        writes!(self.inner, Change);
        // SAFETY: the caller promises what the plain map's method asks for: keys that differ.
        unsafe { self.inner.map.get_disjoint_unchecked_mut(ks) }
    }

    /// [`get_disjoint_unchecked_mut`](Self::get_disjoint_unchecked_mut), by its old name.
    ///
    /// # Safety
    /// The keys must not be equal to one another, even if the values are not used.
    #[deprecated(note = "use `get_disjoint_unchecked_mut` instead")]
    #[inline]
    pub unsafe fn get_many_unchecked_mut<Q, const N: usize>(&mut self, ks: [&Q; N]) -> [Option<&'_ mut V>; N]
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        // SAFETY: the caller promises the same.
        unsafe { self.get_disjoint_unchecked_mut(ks) }
    }

    /// [`get_disjoint_mut`](Self::get_disjoint_mut), with the keys as the map has them.
    ///
    /// # Panics
    /// If two keys are equal and there.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub fn get_disjoint_key_value_mut<Q, const N: usize>(&mut self, ks: [&Q; N]) -> [Option<(&'_ K, &'_ mut V)>; N]
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        writes!(self.inner, Change);
        self.inner.map.get_disjoint_key_value_mut(ks)
    }

    /// [`get_disjoint_key_value_mut`](Self::get_disjoint_key_value_mut), by its old name.
    #[deprecated(note = "use `get_disjoint_key_value_mut` instead")]
    #[inline]
    pub fn get_many_key_value_mut<Q, const N: usize>(&mut self, ks: [&Q; N]) -> [Option<(&'_ K, &'_ mut V)>; N]
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        self.get_disjoint_key_value_mut(ks)
    }

    /// [`get_disjoint_key_value_mut`](Self::get_disjoint_key_value_mut), without a check that the keys differ.
    ///
    /// # Safety
    /// The keys must not be equal to one another, even if the values are not used.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub unsafe fn get_disjoint_key_value_unchecked_mut<Q, const N: usize>(
        &mut self,
        ks: [&Q; N],
    ) -> [Option<(&'_ K, &'_ mut V)>; N]
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        writes!(self.inner, Change);
        // SAFETY: the caller promises what the plain map's method asks for: keys that differ.
        unsafe { self.inner.map.get_disjoint_key_value_unchecked_mut(ks) }
    }

    /// [`get_disjoint_key_value_unchecked_mut`](Self::get_disjoint_key_value_unchecked_mut), by its old name.
    ///
    /// # Safety
    /// The keys must not be equal to one another, even if the values are not used.
    #[deprecated(note = "use `get_disjoint_key_value_unchecked_mut` instead")]
    #[inline]
    pub unsafe fn get_many_key_value_unchecked_mut<Q, const N: usize>(
        &mut self,
        ks: [&Q; N],
    ) -> [Option<(&'_ K, &'_ mut V)>; N]
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        // SAFETY: the caller promises the same.
        unsafe { self.get_disjoint_key_value_unchecked_mut(ks) }
    }
}
