//! Where an entry is, for as long as the whole traced map is borrowed.
//!
//! hashbrown's own entries have the plain map borrowed. Ours have the traced one, as `into_map` has to give it back and
//! as a change is recorded by a look at the map after it. So they remember the hash and the address of the key, and
//! find it again by those: that calls no code of the user's, neither `Hash` nor `Eq`.

use std::hash::{BuildHasher, Hash};
use std::ptr;

use ::hashbrown::HashMap as Plain;
use ::hashbrown::hash_map::{RawEntryMut, RawOccupiedEntryMut, RawVacantEntryMut};
use allocator_api2::alloc::Allocator;

use super::HashMap;
use crate::event::EventKind;
use crate::hashbrown::Equivalent;
use crate::traced::Traced;

/// An entry that is there.
pub(super) struct Spot<'a, K, V, S, A: Allocator> {
    pub(super) map: &'a mut HashMap<K, V, S, A>,
    pub(super) hash: u64,
    /// [`address`] of the key.
    pub(super) at: usize,
}

/// The address of a key. Entries without a size have all the same one, and nothing else that tells them apart.
pub(super) fn address<K>(key: &K) -> usize {
    ptr::from_ref(key).addr()
}

/// The address of the key that `key` is equivalent to, if it is there.
#[inline]
pub(super) fn address_of<K, V, S, A, Q>(map: &Plain<K, V, S, A>, hash: u64, key: &Q) -> Option<usize>
where
    A: Allocator,
    Q: Equivalent<K> + ?Sized,
{
    map.raw_entry().from_key_hashed_nocheck(hash, key).map(|(key, _)| address(key))
}

/// A place for what is known not to be there.
#[inline]
pub(super) fn vacant<K, V, S, A: Allocator>(
    map: &mut Plain<K, V, S, A>,
    hash: u64,
) -> RawVacantEntryMut<'_, K, V, S, A> {
    match map.raw_entry_mut().from_hash(hash, |_| false) {
        RawEntryMut::Vacant(entry) => entry,
        RawEntryMut::Occupied(_) => unreachable!("no key was said to match"),
    }
}

/// Puts in what is known not to be there, and records it.
#[inline]
pub(super) fn put<K, V, S, A>(
    traced: &mut Traced<Plain<K, V, S, A>>,
    hash: u64,
    key: K,
    value: V,
) -> (&mut K, &mut V)
where
    K: Hash,
    S: BuildHasher,
    A: Allocator,
{
    traced.assign_entry(|map| vacant(map, hash).insert_hashed_nocheck(hash, key, value))
}

/// An entry that is there.
pub(super) fn found<K, V, S, A: Allocator>(
    map: &mut Plain<K, V, S, A>,
    hash: u64,
    at: usize,
) -> RawOccupiedEntryMut<'_, K, V, S, A> {
    match map.raw_entry_mut().from_hash(hash, |key| address(key) == at) {
        RawEntryMut::Occupied(entry) => entry,
        RawEntryMut::Vacant(_) => unreachable!("nothing has moved since it was found"),
    }
}

impl<'a, K, V, S, A: Allocator> Spot<'a, K, V, S, A> {
    #[inline]
    pub(super) fn new(map: &'a mut HashMap<K, V, S, A>, hash: u64, at: usize) -> Self {
        Self { map, hash, at }
    }

    /// [`put`], for what goes on with the entry.
    #[inline]
    pub(super) fn put(map: &'a mut HashMap<K, V, S, A>, hash: u64, key: K, value: V) -> Self
    where
        K: Hash,
        S: BuildHasher,
    {
        let at = address(put(&mut map.inner, hash, key, value).0);
        Self { map, hash, at }
    }

    #[inline]
    pub(super) fn get(&self) -> (&K, &V) {
        let found = self.map.inner.map.raw_entry().from_hash(self.hash, |key| address(key) == self.at);
        found.expect("nothing has moved since it was found")
    }

    #[inline]
    pub(super) fn get_mut(&mut self) -> (&mut K, &mut V) {
        found(&mut self.map.inner.map, self.hash, self.at).into_key_value()
    }

    #[inline]
    pub(super) fn into_mut(self) -> (&'a mut K, &'a mut V) {
        found(&mut self.map.inner.map, self.hash, self.at).into_key_value()
    }

    #[inline]
    pub(super) fn replace_key(&mut self, key: K) -> K {
        std::mem::replace(self.get_mut().0, key)
    }

    /// Puts in another value, and records it.
    #[inline]
    pub(super) fn replace(&mut self, value: V) -> V {
        let (_, mut door) = self.map.inner.entry_parts();
        door.assigned_replaced();
        std::mem::replace(self.get_mut().1, value)
    }

    /// Takes out the entry, and records it.
    #[inline]
    pub(super) fn remove(self) -> (K, V) {
        let (hash, at) = (self.hash, self.at);
        self.map.inner.delete(|map| found(map, hash, at).remove_entry())
    }

    /// Replaces the value by what `f` makes of it, or takes out the entry if that is nothing, and records which.
    pub(super) fn replace_with<F>(&mut self, f: F) -> bool
    where
        F: FnOnce(&K, V) -> Option<V>,
    {
        let (hash, at) = (self.hash, self.at);
        self.map.inner.delete_or(EventKind::AssignReplaced, |map| {
            matches!(found(map, hash, at).replace_entry_with(f), RawEntryMut::Occupied(_))
        })
    }
}
