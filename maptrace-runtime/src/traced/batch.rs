//! Many entries by one call: counted as they go, told as one episode.

use crate::episode::BatchDoor;
use crate::event::EventKind;
use crate::identity::since;
use crate::registry::{add, add_one};
use crate::table;
use crate::thread;

use super::{Plain, Traced, WORTH_TIMING};

/// A batch in progress. What it has done is recorded when it is dropped, also by a panic in the user's iterator.
pub(crate) struct Batch<'a, M: Plain> {
    traced: &'a mut Traced<M>,
    door: BatchDoor,
    start: u64,
    entries: usize,
    full: u64,
    offered: u64,
    new: u64,
    replaced: u64,
    grows: u64,
}

impl<M: Plain> Traced<M> {
    /// Begins a batch. `expected` is how many entries it is likely about, and decides whether it is worth timing.
    pub(crate) fn batch(&mut self, door: BatchDoor, expected: usize) -> Batch<'_, M> {
        self.begin();
        let start = thread::clock_for_episode(expected >= WORTH_TIMING);
        let full = self.identity.full().unwrap_or(0);
        Batch {
            entries: self.map.entries(),
            full,
            traced: self,
            door,
            start,
            offered: 0,
            new: 0,
            replaced: 0,
            grows: 0,
        }
    }

    /// Records a collection that came into being with entries in it: by `clone`, or from a plain one.
    pub(crate) fn began_with_entries(&mut self, door: BatchDoor, full: Option<u64>, start: u64) {
        let entries = self.map.entries() as u64;
        if entries == 0 {
            return;
        }
        self.begin();
        let room = self.map.room() as u64;
        let full = full.unwrap_or(0).max(self.guess_full());
        self.identity.publish(full, full - room, self.map.entries());
        if let Some((record, writers)) = self.identity.record() {
            add(&record.counts[EventKind::AssignNew as usize], entries, writers);
            add_one(&record.batches, writers);
        }
        let words = [start, since(start), door as u64, entries, entries, 0, 0];
        self.identity.episode(EventKind::Batch, &words);
    }
}

impl<M: Plain> Batch<'_, M> {
    /// The plain collection, for an operation that only removes.
    pub(crate) fn map(&mut self) -> &mut M {
        &mut self.traced.map
    }

    /// Makes room, as `reserve(additional)` does by `op`.
    pub(crate) fn reserve(&mut self, additional: usize, op: impl FnOnce(&mut M)) {
        let before = self.traced.before_resize(self.traced.map.entries().saturating_add(additional));
        let full = self.traced.identity.full();
        op(&mut self.traced.map);
        self.traced.after_resize(&before);
        self.grows += u64::from(self.traced.identity.full() != full);
    }

    /// Puts in at most one entry.
    #[inline]
    pub(crate) fn assign<R>(&mut self, op: impl FnOnce(&mut M) -> R) -> R {
        let entries = self.traced.map.entries();
        let result = if M::TABLE && entries == self.traced.map.room() {
            self.assign_resizing(op)
        } else {
            op(&mut self.traced.map)
        };
        self.offered += 1;
        if self.traced.map.entries() == entries {
            self.replaced += 1;
        } else {
            self.new += 1;
        }
        result
    }

    #[cold]
    #[inline(never)]
    fn assign_resizing<R>(&mut self, op: impl FnOnce(&mut M) -> R) -> R {
        let before = self.traced.before_resize(self.traced.map.entries() + 1);
        let full = self.traced.identity.full();
        let result = op(&mut self.traced.map);
        self.traced.after_resize(&before);
        self.grows += u64::from(self.traced.identity.full() != full);
        result
    }

    /// Says how many entries an operation that only removes has looked at, or that a bulk assign was offered.
    pub(crate) fn offer(&mut self, offered: usize) {
        self.offered += offered as u64;
    }
}

impl<M: Plain> Drop for Batch<'_, M> {
    fn drop(&mut self) {
        let now = self.traced.map.entries();
        // What went in is counted one by one; what the difference does not explain was removed, or came in bulk.
        let expected = self.entries as u64 + self.new;
        let (removed, bulk) = ((expected).saturating_sub(now as u64), (now as u64).saturating_sub(expected));
        self.new += bulk;
        if let Some((record, writers)) = self.traced.identity.record() {
            add(&record.counts[EventKind::AssignNew as usize], self.new, writers);
            add(&record.counts[EventKind::AssignReplaced as usize], self.replaced, writers);
            add(&record.counts[EventKind::DeleteHit as usize], removed, writers);
            add_one(&record.batches, writers);
        }
        self.traced.publish();
        let avoided = if M::TABLE {
            table::grows_between(self.full, now as u64, M::INFO.entry_size as u64).saturating_sub(self.grows)
        } else {
            0
        };
        let door = (self.door as u64) | (avoided << 8);
        let words = [self.start, since(self.start), door, self.offered, self.new, self.replaced, removed];
        self.traced.identity.episode(EventKind::Batch, &words);
    }
}
