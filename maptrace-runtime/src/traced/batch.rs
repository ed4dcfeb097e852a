//! Many entries by one call: counted as they go, told as one episode.

use crate::episode::BatchDoor;
use crate::event::EventKind;
use crate::identity::since;
use crate::put_all::PutAllReport;
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
    /// Removed and counted already.
    removed: u64,
    grows: u64,
    /// Entries that [`assign`](Self::assign) was given, those of `left` among them.
    granted: usize,
    /// How many more can be put in before the table can resize: it is looked at only then.
    left: usize,
    /// Until the batch is over, or its iterator is given to the user.
    #[cfg(feature = "race")]
    #[cfg_attr(not(feature = "indexmap"), expect(dead_code, reason = "it is there for its end"))]
    mark: crate::race::Mark,
}

impl<M: Plain> Traced<M> {
    /// Begins a batch. `expected` is how many entries it is likely about, and decides whether it is worth timing.
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn batch(&mut self, door: BatchDoor, expected: usize) -> Batch<'_, M> {
        #[cfg(feature = "race")]
        let mark = self.writing(door.into());
        self.begin();
        let start = thread::clock_for_episode(expected >= WORTH_TIMING);
        let full = self.identity.full().unwrap_or(0);
        Batch {
            entries: self.map.entries(),
            full,
            traced: self,
            door,
            #[cfg(feature = "race")]
            mark,
            start,
            offered: 0,
            new: 0,
            replaced: 0,
            removed: 0,
            grows: 0,
            granted: 0,
            left: 0,
        }
    }

    /// Records that `drain` takes out `removed` entries: it does, whether its iterator is used or not.
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn drained(&mut self, removed: usize) {
        writes!(self, Drain);
        self.begin();
        let left = self.map.entries() - removed;
        let removed = removed as u64;
        self.identity.count(EventKind::DeleteHit, removed);
        self.identity.count_batch();
        let full = self.full();
        // A table that is emptied has no tombstones. What it has else can be seen by the next change.
        let tombstones = if left == 0 { 0 } else { full.saturating_sub(self.map.room() as u64) };
        self.identity.publish(full, tombstones, left);
        self.identity.batch(&[0, 0, BatchDoor::Drain as u64, removed, 0, 0, removed]);
    }

    /// Records a collection that came into being with entries in it: by `clone`, or from a plain one.
    pub(crate) fn began_with_entries(&mut self, door: BatchDoor, full: Option<u64>, start: u64) {
        self.began_with_entries_of(self.map.entries(), door, full, start);
    }

    /// As [`began_with_entries`](Self::began_with_entries), for a collection made at once of `offered` entries, some
    /// of which may have replaced others.
    pub(crate) fn began_with_entries_of(&mut self, offered: usize, door: BatchDoor, full: Option<u64>, start: u64) {
        let entries = self.map.entries() as u64;
        let room = self.map.room() as u64;
        let full = full.unwrap_or(0).max(self.guess_full());
        if entries == 0 && full == room {
            return;
        }
        // A clone has its source's tombstones, even if it has nothing else.
        self.begin();
        self.identity.publish(full, full - room, self.map.entries());
        if entries == 0 {
            return;
        }
        let replaced = (offered as u64).saturating_sub(entries);
        self.identity.count(EventKind::AssignNew, entries);
        self.identity.count(EventKind::AssignReplaced, replaced);
        self.identity.count_batch();
        let words = [start, since(start), door as u64, offered as u64, entries, replaced, 0];
        self.identity.batch(&words);
    }
}

/// Reads the clock before a collection is made of at most `most` entries, for
/// [`began_with_entries`](Traced::began_with_entries).
pub(crate) fn clock_before(most: usize) -> u64 {
    if most == 0 { 0 } else { thread::clock_for_episode(most >= WORTH_TIMING) }
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

    /// Puts in at most one entry. A batch that does so takes none out, so that what is new can be told at its end, and here
    /// an entry is counted down and no more.
    #[inline]
    pub(crate) fn assign<R>(&mut self, op: impl FnOnce(&mut M) -> R) -> R {
        if self.left == 0 && self.is_full() {
            return self.assign_resizing(op);
        }
        let result = op(&mut self.traced.map);
        self.left -= 1;
        result
    }

    /// Whether the next entry may resize the table; if not, says how many cannot.
    #[cold]
    #[inline(never)]
    fn is_full(&mut self) -> bool {
        self.left = if M::TABLE { self.traced.map.room().saturating_sub(self.traced.map.entries()) } else { usize::MAX };
        self.granted = self.granted.wrapping_add(self.left);
        self.left == 0
    }

    #[cold]
    #[inline(never)]
    fn assign_resizing<R>(&mut self, op: impl FnOnce(&mut M) -> R) -> R {
        let before = self.traced.before_assign();
        let full = self.traced.identity.full();
        let result = op(&mut self.traced.map);
        self.traced.after_assign(&before);
        self.grows += u64::from(self.traced.identity.full() != full);
        self.granted = self.granted.wrapping_add(1);
        result
    }

    /// Runs an operation that takes out every entry and puts others in, in a table with full capacity `full`.
    pub(crate) fn refill(&mut self, full: u64, op: impl FnOnce(&mut M)) {
        // If `op` unwinds, the table is empty and has no tombstones: then it is published as it is found.
        self.traced.identity.publish(0, 0, 0);
        op(&mut self.traced.map);
        let entries = self.traced.map.entries() as u64;
        self.offered += entries;
        self.new += entries;
        self.full = full;
        self.traced.identity.publish(full, 0, 0);
    }

    /// Puts in `offered` entries by one operation that takes none out: those that are not new have replaced others.
    pub(crate) fn assign_all(&mut self, offered: usize, op: impl FnOnce(&mut M)) {
        let entries = self.traced.map.entries();
        op(&mut self.traced.map);
        let new = self.traced.map.entries().saturating_sub(entries) as u64;
        self.offered += offered as u64;
        self.new += new;
        self.replaced += (offered as u64).saturating_sub(new);
    }

    /// Runs an operation that takes out each of `offered` entries that is there and puts in each that is not.
    #[cfg(feature = "hashbrown")]
    pub(crate) fn toggle(&mut self, offered: usize, op: impl FnOnce(&mut M)) {
        let entries = self.traced.map.entries();
        op(&mut self.traced.map);
        self.offered += offered as u64;
        // As many more as there are now were put in than taken out, and all were one or the other.
        self.new += ((offered + self.traced.map.entries()).saturating_sub(entries) / 2) as u64;
    }

    /// Counts what was removed so far, for a batch that may be forgotten and then records nothing more.
    #[cfg(feature = "indexmap")]
    pub(crate) fn count_removed(&mut self) {
        // A mark that is forgotten would accuse others.
        #[cfg(feature = "race")]
        drop(std::mem::replace(&mut self.mark, crate::race::Mark::NONE));
        let now = self.traced.map.entries();
        let removed = (self.entries - now) as u64;
        self.traced.identity.count(EventKind::DeleteHit, removed);
        self.entries = now;
        self.removed += removed;
        self.traced.publish();
    }

    /// Runs an operation that puts in any number of entries at `at`, takes none out, and says how many it was offered.
    /// What they make the table grow is counted, not timed: the time is the user's iterator's as well.
    #[cfg(feature = "indexmap")]
    pub(crate) fn assign_each(&mut self, at: usize, op: impl FnOnce(&mut M) -> usize) {
        writes!(self.traced, Splice);
        let entries = self.traced.map.entries();
        let offered = op(&mut self.traced.map) as u64;
        let new = self.traced.map.entries() - entries;
        self.grows += self.traced.grew_unseen(at + new);
        self.offered += offered;
        self.new += new as u64;
        self.replaced += offered.saturating_sub(new as u64);
    }

    /// Says how many entries an operation that only removes has looked at.
    pub(crate) fn offer(&mut self, offered: usize) {
        self.offered += offered as u64;
    }
}

/// What a batch did: entries it was offered, new ones, replaced ones, and removed ones that are not counted yet.
struct Sums {
    offered: u64,
    new: u64,
    replaced: u64,
    removed: u64,
}

impl<M: Plain> Batch<'_, M> {
    fn sums(&self) -> Sums {
        let now = self.traced.map.entries() as u64;
        // What the difference does not explain was removed, or put in by `assign` or by an operation on many.
        let expected = self.entries as u64 + self.new;
        let put_in = now.saturating_sub(expected);
        let assigned = self.granted.wrapping_sub(self.left) as u64;
        Sums {
            offered: self.offered + assigned,
            new: self.new + put_in,
            replaced: self.replaced + assigned.saturating_sub(put_in),
            removed: expected.saturating_sub(now),
        }
    }

    /// What `put_all` did.
    pub(crate) fn report(&self) -> PutAllReport {
        let Sums { offered, new, replaced, .. } = self.sums();
        PutAllReport { offered, new, replaced }
    }
}

impl<M: Plain> Drop for Batch<'_, M> {
    fn drop(&mut self) {
        let Sums { offered, new, replaced, removed } = self.sums();
        let identity = &self.traced.identity;
        identity.count(EventKind::AssignNew, new);
        identity.count(EventKind::AssignReplaced, replaced);
        identity.count(EventKind::DeleteHit, removed);
        identity.count_batch();
        self.traced.publish();
        let avoided = if M::TABLE {
            let now = self.traced.map.entries() as u64;
            M::INFO.shape().grows_between(self.full, now).saturating_sub(self.grows)
        } else {
            0
        };
        let door = (self.door as u64) | (avoided << 8);
        let words = [self.start, since(self.start), door, offered, new, replaced, self.removed + removed];
        self.traced.identity.batch(&words);
    }
}
