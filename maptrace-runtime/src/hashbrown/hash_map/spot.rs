//! Where an entry is, for as long as the whole traced map is borrowed.
#![expect(unsafe_code, reason = "that nothing but the entry was made of the map is known here alone: see `Lent`")]

use std::hash::{BuildHasher, Hash};
use std::mem::needs_drop;
use std::ptr;

use ::hashbrown::HashMap as Plain;
use ::hashbrown::hash_map as plain;
use allocator_api2::alloc::Allocator;

use super::HashMap;
use crate::hashbrown::lent::Lent;
use crate::traced::{Door, Traced};

/// An entry that is there. A map that has entries was registered when the first came in.
pub(super) struct Spot<'a, K, V, S, A: Allocator> {
    /// The entry of the map that is lent, and all that is made of that: no other is ever put here, and what is borrowed
    /// of it is given out for no longer than this is.
    found: Found<'a, K, V, S, A>,
}

/// hashbrown's own entry, and the recorder of what is done with it.
type Part<'a, K, V, S, A> = (plain::RawOccupiedEntryMut<'a, K, V, S, A>, Door<'a>);
type Found<'a, K, V, S, A> = Lent<'a, HashMap<K, V, S, A>, Part<'a, K, V, S, A>>;

/// The map, and the key of an entry that is out of it.
type Gone<'a, K, V, S, A> = (&'a mut HashMap<K, V, S, A>, K);

/// A place for what is known not to be there.
#[inline]
#[cfg_attr(feature = "race", track_caller)]
pub(super) fn vacant<K, V, S, A: Allocator>(
    map: &mut Plain<K, V, S, A>,
    hash: u64,
) -> plain::RawVacantEntryMut<'_, K, V, S, A> {
    match map.raw_entry_mut().from_hash(hash, |_| false) {
        plain::RawEntryMut::Vacant(entry) => entry,
        plain::RawEntryMut::Occupied(_) => unreachable!("no key was said to match"),
    }
}

/// An entry that is known to be there, at the address of its key. Calls no code of the user's. Entries without a size
/// have all the same address, and nothing else that tells them apart.
#[inline]
#[cfg_attr(feature = "race", track_caller)]
pub(super) fn found<K, V, S, A: Allocator>(
    map: &mut Plain<K, V, S, A>,
    hash: u64,
    at: *const K,
) -> plain::RawOccupiedEntryMut<'_, K, V, S, A> {
    match map.raw_entry_mut().from_hash(hash, |key| ptr::from_ref(key) == at) {
        plain::RawEntryMut::Occupied(entry) => entry,
        plain::RawEntryMut::Vacant(_) => unreachable!("nothing has moved since it was found"),
    }
}

/// Puts in what is known not to be there, and records it.
#[inline]
#[cfg_attr(feature = "race", track_caller)]
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

impl<'a, K, V, S, A: Allocator> Spot<'a, K, V, S, A> {
    /// The entry with this hash whose key is the one looked for; else gives back the map.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn find(
        map: &'a mut HashMap<K, V, S, A>,
        hash: u64,
        is_match: impl FnMut(&K) -> bool,
    ) -> Result<Self, &'a mut HashMap<K, V, S, A>> {
        writes!(map.inner, Entry);
        let looked_up = Lent::new(map, |map| {
            let (map, door) = map.inner.parts();
            (map.raw_entry_mut().from_hash(hash, is_match), door)
        });
        let go_on = |(entry, door)| match entry {
            plain::RawEntryMut::Occupied(entry) => Some((entry, door)),
            plain::RawEntryMut::Vacant(_) => None,
        };
        // SAFETY: a vacant entry and the recorder are all that was made of the map, and are given up.
        let found = unsafe { looked_up.and_then(go_on) }?;
        Ok(Self { found })
    }

    /// The entry that is known to be there: [`found`].
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn again(map: &'a mut HashMap<K, V, S, A>, hash: u64, at: *const K) -> Self {
        let found = Lent::new(map, |map| {
            let (map, door) = map.inner.parts();
            (found(map, hash, at), door)
        });
        Self { found }
    }

    /// [`put`], for what goes on with the entry. It is looked for again, as recording looks at the map once it is in.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn put(map: &'a mut HashMap<K, V, S, A>, hash: u64, key: K, value: V) -> Self
    where
        K: Hash,
        S: BuildHasher,
    {
        let at = ptr::from_ref(put(&mut map.inner, hash, key, value).0);
        Self::again(map, hash, at)
    }

    #[inline]
    pub(super) fn get(&self) -> (&K, &V) {
        self.found.part().0.get_key_value()
    }

    #[inline]
    pub(super) fn get_mut(&mut self) -> (&mut K, &mut V) {
        self.found.part_mut().0.get_key_value_mut()
    }

    #[inline]
    pub(super) fn into_mut(self) -> (&'a mut K, &'a mut V) {
        self.found.into_part().0.into_key_value()
    }

    #[inline]
    pub(super) fn into_map(self) -> &'a mut HashMap<K, V, S, A> {
        // SAFETY: `found` is all that was made of the map.
        unsafe { self.found.into_whole() }
    }

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn replace_key(&mut self, key: K) -> K {
        std::mem::replace(self.get_mut().0, key)
    }

    /// Puts in another value, and records it.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn replace(&mut self, value: V) -> V {
        writes!(self.found.part().1, Assign);
        let (entry, door) = self.found.part_mut();
        door.assigned_replaced();
        entry.insert(value)
    }

    /// Takes out the entry, and records it.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn remove(self) -> (K, V) {
        writes!(self.found.part().1, Delete);
        let take_out = |(entry, mut door): Part<'a, K, V, S, A>| {
            let entry = entry.remove_entry();
            door.deleted();
            entry
        };
        // SAFETY: `found` is all that was made of the map, and a key and a value have nothing of it.
        let (entry, map) = unsafe { self.found.finish(take_out) };
        map.inner.publish_tombstones();
        entry
    }

    /// Replaces the value by what `f` makes of it, or takes out the entry if that is nothing, and records which. Gives
    /// the map if the entry is gone.
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn replace_with<F>(self, f: F) -> Result<Self, &'a mut HashMap<K, V, S, A>>
    where
        F: FnOnce(&K, V) -> Option<V>,
    {
        writes!(self.found.part().1, Entry);
        let replace = |(entry, mut door): Part<'a, K, V, S, A>| {
            let gone = door.gone_if_unwinding();
            let replaced = entry.replace_entry_with(f);
            gone.not();
            match replaced {
                plain::RawEntryMut::Occupied(entry) => {
                    door.assigned_replaced();
                    Some((entry, door))
                }
                plain::RawEntryMut::Vacant(_) => {
                    door.deleted();
                    None
                }
            }
        };
        // SAFETY: `found` is all that was made of the map; `f` has the value, and sees the key while it runs.
        match unsafe { self.found.and_then(replace) } {
            Ok(found) => Ok(Self { found }),
            Err(map) => {
                map.inner.publish_tombstones();
                Err(map)
            }
        }
    }

    /// [`replace_with`](Self::replace_with), which gives the key as well if the entry is gone. For keys that have nothing to
    /// drop: hashbrown's raw entry drops the key then.
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn replace_with_key<F>(self, f: F) -> Result<Self, Gone<'a, K, V, S, A>>
    where
        F: FnOnce(&K, V) -> Option<V>,
    {
        debug_assert!(!needs_drop::<K>(), "it would be dropped twice");
        let mut taken = None;
        let replaced = self.replace_with(|key, value| {
            let replaced = f(key, value);
            if replaced.is_none() {
                // SAFETY: the key is there to be read. The entry is out of the table and does not come back, so that its
                // key is given up as soon as this returns; with nothing to drop, that does not touch it.
                taken = Some(unsafe { ptr::read(key) });
            }
            replaced
        });
        replaced.map_err(|map| (map, taken.expect("it was read when the entry was given up")))
    }
}
