//! `entry()` on a full table: it lays out or moves every entry, and so calls the user's `Hash` for each of them.
#![expect(
    unsafe_code,
    reason = "if `entry()` unwinds the map has to be looked at again, and the borrow checker takes it to be borrowed for as \
              long as the entry that never came to be"
)]

use std::collections::{HashMap as Plain, hash_map as std_map};
use std::hash::{BuildHasher, Hash};
use std::mem::forget;

use crate::traced::{Door, Plain as _, Traced};

/// Looks at the map again if `entry()` unwinds: std 1.95 then loses the entries it had not laid out yet.
struct Unwind<K, V, S> {
    traced: *mut Traced<Plain<K, V, S>>,
    entries: usize,
}

impl<K, V, S> Drop for Unwind<K, V, S> {
    #[cold]
    fn drop(&mut self) {
        // SAFETY: made in `entry_resizing` from a unique reference that outlives it. It is dropped only by a panic in
        // `entry()`, after which nothing that was derived from that reference is alive: there is no entry.
        let traced = unsafe { &mut *self.traced };
        traced.reconcile(self.entries);
    }
}

impl<K: Eq + Hash, V, S: BuildHasher> Traced<Plain<K, V, S>> {
    /// As `map.entry(key)` and the recorder of what is done with it.
    #[cold]
    #[cfg_attr(feature = "race", track_caller)]
    pub(super) fn entry_resizing(&mut self, key: K) -> (std_map::Entry<'_, K, V>, Door<'_>) {
        writes!(self, Entry);
        self.publish_tombstones();
        let entries = self.map.entries();
        let traced: *mut Self = self;
        let unwind = Unwind { traced, entries };
        // SAFETY: `traced` is unique for as long as `self` is borrowed, and `unwind` does not use it unless this unwinds.
        let map = unsafe { &mut (*traced).map };
        let entry = map.entry(key);
        forget(unwind);
        // SAFETY: as above; and the entry borrows the other field.
        let identity = unsafe { &mut (*traced).identity };
        (entry, Door::new(identity))
    }
}
