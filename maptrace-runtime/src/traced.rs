//! The core under every traced collection: the plain collection, whole and unchanged, and its identity.
//!
//! A collection's own file is only its API; each method that changes the collection goes through one of these:
//!
//! | method | for | records |
//! |---|---|---|
//! | [`assign`](Traced::assign) | one entry in | an assign, new or replaced; a grow if there is one |
//! | [`delete`](Traced::delete) | one entry out | a delete, hit or miss |
//! | [`resize`](Traced::resize) | `reserve`, `shrink_to_fit`, ... | a grow, rehash in place or shrink |
//! | [`clear`](Traced::clear) | `clear` | a clear |
//! | [`batch`](Traced::batch) | many entries in or out | one batch, and the grows inside it |
//! | [`entry_parts`](Traced::entry_parts) | the entry API | what the entry is used for, through [`Door`] |
//!
//! Every operation runs the user's code (`Hash`, `Eq`, closures) inside the plain collection, and may unwind out of
//! it. Nothing of ours is half done then: a guard compares the collection with what it was and records the difference.

use std::mem::forget;
use std::panic::Location;

use crate::episode::Operation;
use crate::event::EventKind;
use crate::identity::{Identity, since};
use crate::registry::{add, add_one};
use crate::site::TypeInfo;
use crate::{thread, work};

mod batch;
#[cfg(feature = "indexmap")]
mod indexed;
#[cfg(feature = "hashbrown")]
mod lent;
mod removals;
mod slow;
#[cfg(test)]
mod tests;
mod young;

#[cfg(any(feature = "hashbrown", feature = "indexmap"))]
pub(crate) use batch::Batch;
pub(crate) use batch::clock_before;
pub(crate) use removals::Removals;
pub(crate) use young::Young;

/// A plain collection, as far as recording needs to know it.
pub(crate) trait Plain {
    /// What is known at compile time.
    const INFO: &'static TypeInfo;
    /// Whether it is a hash table, with a capacity.
    const TABLE: bool;
    /// Whether it has operations that may resize the table and cannot be looked behind: the next change tells.
    const RESIZES_UNSEEN: bool = false;
    /// Number of entries.
    fn entries(&self) -> usize;
    /// `capacity()`, or 0 if it has none.
    fn room(&self) -> usize;
}

/// Grows that move fewer entries are timed only while the thread's clock budget lasts: they take less time than two
/// readings of the clock.
pub(crate) const WORTH_TIMING: usize = 28;

/// See the module's text.
pub(crate) struct Traced<M> {
    pub(crate) map: M,
    pub(crate) identity: Identity,
}

/// Takes note if an operation unwinds.
struct Unwind<'a, M: Plain> {
    traced: &'a mut Traced<M>,
    entries: usize,
}

impl<M: Plain> Drop for Unwind<'_, M> {
    // So that the guard is no place in memory, but two values at hand, and in the way of nothing.
    #[inline(always)]
    fn drop(&mut self) {
        self.traced.reconcile(self.entries);
    }
}

impl<M> Traced<M> {
    /// Wraps a new, empty collection. Costs a copy of a pointer.
    #[inline]
    #[track_caller]
    pub(crate) const fn new(map: M) -> Self {
        Self { map, identity: Identity::new(Location::caller()) }
    }

    /// Gives up the plain collection; the map counts as freed.
    #[inline]
    pub(crate) fn into_plain(self) -> M {
        self.map
    }
}

impl<M: Plain> Traced<M> {
    /// Full capacity of the table: as published, or as far as it can be told from outside.
    pub(crate) fn full(&self) -> u64 {
        self.identity.full().unwrap_or_else(|| self.guess_full())
    }

    /// Full capacity as far as it can be told from outside, for a collection that no record knows.
    fn guess_full(&self) -> u64 {
        if M::TABLE { M::INFO.shape().least_for(self.map.room() as u64) } else { 0 }
    }

    /// Registers the map if this is its first change.
    #[inline(always)]
    pub(crate) fn begin(&mut self) {
        if self.identity.is_before_record() {
            self.begin_slow();
        } else if M::RESIZES_UNSEEN && self.identity.unseen().is_some() {
            self.see();
        }
    }

    #[cold]
    #[inline(never)]
    fn begin_slow(&mut self) {
        let full = self.guess_full();
        self.identity.begin(M::INFO, full);
    }

    /// Runs an operation that puts in at most one entry, and records it. In a set, finding the element there already
    /// counts as replaced.
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn assign<R>(&mut self, op: impl FnOnce(&mut M) -> R) -> R {
        let entries = self.map.entries();
        let room = self.map.room();
        // A full table is resized by the next insert, of any key: the one moment that has to be timed.
        let is_full = M::TABLE && entries == room;
        if !self.identity.is_short() || is_full || (M::RESIZES_UNSEEN && self.identity.unseen().is_some()) {
            return self.assign_otherwise(op);
        }
        let guard = Unwind { traced: self, entries };
        let result = op(&mut guard.traced.map);
        forget_guard(guard);
        // As numbers, without a branch, which would be one to be guessed wrong; and in half the bits, as the compiler else
        // adds up all four of the words that it needs two by two of.
        let new = (self.map.entries() as u32).wrapping_sub(entries as u32);
        const { assert!(EventKind::AssignNew as u64 == 0 && EventKind::AssignReplaced as u64 == 1) };
        let op = u64::from(new ^ 1);
        // Room for one more, and one more in it: it went where a tombstone was.
        if self.has_other_tombstones(room, entries.wrapping_add(new as usize)) {
            self.op_and_tombstones(op);
        } else {
            self.identity.short_op(op);
        }
        result
    }

    /// [`assign`](Self::assign) to a full table, or with anything but one event to record. What a map that is not traced takes
    /// is this way: a function of its own, without the registers that the other needs.
    #[inline(never)]
    #[cfg_attr(feature = "race", track_caller)]
    fn assign_otherwise<R>(&mut self, op: impl FnOnce(&mut M) -> R) -> R {
        if self.identity.is_off() {
            op(&mut self.map)
        } else if self.identity.young().is_some() {
            self.assign_young(op)
        } else {
            self.assign_slowly(op)
        }
    }

    /// [`assign`](Self::assign) to a young map, which is most of what a map sees that lives shortly: apart, without the
    /// registers that all else needs.
    #[inline(never)]
    #[cfg_attr(feature = "race", track_caller)]
    fn assign_young<R>(&mut self, op: impl FnOnce(&mut M) -> R) -> R {
        let Some(young) = self.young() else { return self.assign_slowly(op) };
        writes!(self, Assign);
        self.op_of_young::<false, R>(young, (EventKind::AssignReplaced, EventKind::AssignNew), op)
    }

    #[inline(never)]
    #[cfg_attr(feature = "race", track_caller)]
    fn assign_slowly<R>(&mut self, op: impl FnOnce(&mut M) -> R) -> R {
        if self.identity.is_newly_off() {
            return op(&mut self.map);
        }
        writes!(self, Assign);
        let (entries, room) = (self.map.entries(), self.map.room());
        let is_full = M::TABLE && entries == room;
        if let Some(young) = self.young_or_newborn() {
            return self.op_of_young::<true, R>(young, (EventKind::AssignReplaced, EventKind::AssignNew), op);
        }
        self.begin();
        let start = self.identity.slow_start();
        let resize = is_full.then(|| self.before_assign());
        let guard = Unwind { traced: self, entries };
        let result = op(&mut guard.traced.map);
        forget_guard(guard);
        // A timed resize tells how long it took itself.
        let is_told = self.map.room() != room && resize.as_ref().is_some_and(|it| it.start != 0);
        if !is_told {
            self.identity.over(Operation::Assign, start, entries);
        }
        match &resize {
            Some(resize) => self.after_assign(resize),
            None if M::TABLE && self.map.room() != room => self.publish_tombstones(),
            None => {}
        }
        let new = self.map.entries() != entries;
        self.identity.op(if new { EventKind::AssignNew } else { EventKind::AssignReplaced });
        // A resize has published it already, and the operation has added to it.
        self.identity.set_entries(self.map.entries());
        result
    }

    /// Runs an operation that takes out at most one entry, and records it.
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn delete<R>(&mut self, op: impl FnOnce(&mut M) -> R) -> R {
        self.delete_or(EventKind::DeleteMiss, op)
    }

    /// As [`delete`](Self::delete); if no entry is taken out, what is recorded is `otherwise`.
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    fn delete_or<R>(&mut self, otherwise: EventKind, op: impl FnOnce(&mut M) -> R) -> R {
        let entries = self.map.entries();
        let room = self.map.room();
        if !self.identity.is_short() || (M::RESIZES_UNSEEN && self.identity.unseen().is_some()) {
            return self.delete_otherwise(otherwise, op);
        }
        let guard = Unwind { traced: self, entries };
        let result = op(&mut guard.traced.map);
        forget_guard(guard);
        // As in `assign`.
        let gone = (entries as u32).wrapping_sub(self.map.entries() as u32);
        let op = u64::from(otherwise as u32 ^ gone.wrapping_mul(otherwise as u32 ^ EventKind::DeleteHit as u32));
        if self.has_other_tombstones(room, entries.wrapping_sub(gone as usize)) {
            self.op_and_tombstones(op);
        } else {
            self.identity.short_op(op);
        }
        result
    }

    /// [`delete_or`](Self::delete_or), with anything but one event to record. As [`assign_otherwise`](Self::assign_otherwise).
    #[inline(never)]
    #[cfg_attr(feature = "race", track_caller)]
    fn delete_otherwise<R>(&mut self, otherwise: EventKind, op: impl FnOnce(&mut M) -> R) -> R {
        if self.identity.is_off() { op(&mut self.map) } else { self.delete_slowly(otherwise, op) }
    }

    #[inline(never)]
    #[cfg_attr(feature = "race", track_caller)]
    fn delete_slowly<R>(&mut self, otherwise: EventKind, op: impl FnOnce(&mut M) -> R) -> R {
        if self.identity.is_newly_off() {
            return op(&mut self.map);
        }
        writes!(self, Delete);
        if let Some(young) = self.young_or_newborn() {
            return self.op_of_young::<true, R>(young, (otherwise, EventKind::DeleteHit), op);
        }
        self.begin();
        let (entries, room) = (self.map.entries(), self.map.room());
        let start = self.identity.slow_start();
        let guard = Unwind { traced: self, entries };
        let result = op(&mut guard.traced.map);
        forget_guard(guard);
        let hit = self.map.entries() != entries;
        self.identity.over(Operation::Delete, start, entries);
        self.identity.op(if hit { EventKind::DeleteHit } else { otherwise });
        if M::TABLE && self.map.room() != room {
            self.publish_tombstones();
        }
        result
    }

    /// Runs an operation that takes out one entry, and may put it back elsewhere, and records which.
    #[cfg(feature = "hashbrown")]
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn replace_or_delete<R>(&mut self, op: impl FnOnce(&mut M) -> R) -> R {
        writes!(self, Entry);
        self.begin();
        let entries = self.map.entries();
        let resize = (entries == self.map.room()).then(|| self.before_resize(entries + 1));
        let result = self.delete_or(EventKind::AssignReplaced, op);
        // There may be room for one more without a resize: if the entry left a place free and took that of a tombstone.
        if let Some(resize) = resize.filter(|before| self.map.room() > before.room + 1) {
            self.after_resize(&resize);
        }
        result
    }

    /// Runs an operation that makes room for `wanted` entries, and records what became of the table.
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn resize<R>(&mut self, wanted: usize, op: impl FnOnce(&mut M) -> R) -> R {
        writes!(self, Reserve);
        self.begin();
        let entries = self.map.entries();
        let resize = self.before_resize(wanted);
        let guard = Unwind { traced: self, entries };
        let result = op(&mut guard.traced.map);
        forget_guard(guard);
        self.after_resize(&resize);
        result
    }

    /// Runs an operation that gives back room beyond `wanted` entries, and records what became of the table.
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn shrink(&mut self, wanted: usize, op: impl FnOnce(&mut M)) {
        writes!(self, Shrink);
        self.begin();
        let entries = self.map.entries();
        let full = self.full();
        // hashbrown's `shrink_to`: another table only if fewer buckets will do. `capacity()` alone would not tell,
        // as it may be the same after a shrink that got rid of tombstones. `wanted` may be any number.
        let wanted = entries.max(wanted);
        let shrunk = M::INFO.shape().least_for(wanted as u64);
        if !M::TABLE || shrunk >= full {
            return op(&mut self.map);
        }
        let start = thread::clock_for_episode(full >= WORTH_TIMING as u64);
        let before = Resize { full, entries, room: self.map.room(), wanted, start };
        let guard = Unwind { traced: self, entries };
        op(&mut guard.traced.map);
        forget_guard(guard);
        let duration = since(before.start);
        self.note_resize(&before, duration, shrunk);
    }

    /// Runs `clear` and records it.
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn clear(&mut self, op: impl FnOnce(&mut M)) {
        writes!(self, Clear);
        self.begin();
        let entries = self.map.entries();
        let start = thread::clock_for_episode(entries >= WORTH_TIMING);
        let guard = Unwind { traced: self, entries };
        op(&mut guard.traced.map);
        forget_guard(guard);
        if let Some((record, writers)) = self.identity.record() {
            add(&record.cleared, entries as u64, writers);
            add(&record.clears, 1, writers);
            work::cleared(entries as u64);
        }
        self.publish();
        self.identity.episode(EventKind::Clear, &[start, since(start), entries as u64]);
    }

    /// The plain collection and the recorder of what an entry does to it. Registers the map.
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn entry_parts(&mut self) -> (&mut M, Door<'_>) {
        writes!(self, Entry);
        self.begin();
        self.short_entry_parts()
    }

    /// As [`entry_parts`](Self::entry_parts), of a map that has [begun](Self::begin), or is off.
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn short_entry_parts(&mut self) -> (&mut M, Door<'_>) {
        writes!(self, Entry);
        if M::TABLE && (M::RESIZES_UNSEEN || self.identity.is_behind()) {
            self.publish_tombstones();
        }
        (&mut self.map, Door::new(&mut self.identity))
    }

    /// As [`entry_parts`](Self::entry_parts), for a collection that is registered if the entry is to record anything. What
    /// is there was put in by a change, so that one that was never changed has nothing that could be taken out by the entry.
    #[cfg(feature = "hashbrown")]
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn parts(&mut self) -> (&mut M, Door<'_>) {
        writes!(self, Entry);
        if self.identity.young().is_some() {
            self.begin_slow();
        }
        (&mut self.map, Door::new(&mut self.identity))
    }

    /// What is to be known before `entry()`, if it resizes the table when its key is vacant.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn before_entry(&mut self) -> Option<Resize> {
        let entries = self.map.entries();
        if !M::TABLE || entries != self.map.room() {
            return None;
        }
        writes!(self, Entry);
        self.begin();
        Some(self.before_resize(entries + 1))
    }

    /// What is to be known before a vacant entry is filled, if that is what resizes the table, and not the look-up:
    /// there is no room, and no tombstone to put the entry in its place. If there may be one, that is for
    /// [`see`](Self::see) to say. Then comes [`Door::fills`].
    #[cfg(any(feature = "hashbrown", feature = "indexmap"))]
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn before_vacant(&mut self) -> Option<Resize> {
        let entries = self.map.entries();
        if entries < self.map.room() {
            return None;
        }
        writes!(self, Entry);
        self.begin();
        self.catch_up();
        let full = self.full();
        let concerns = M::RESIZES_UNSEEN || entries as u64 >= full;
        concerns.then(|| Resize { full, entries, room: entries, wanted: entries + 1, start: 0 })
    }

    /// What is to be known before an entry is put into a collection that is full.
    fn before_assign(&mut self) -> Resize {
        self.catch_up();
        let (entries, room, full) = (self.map.entries(), self.map.room(), self.full());
        // An insert that may well resize nothing is timed on the budget: it can be any number of them.
        let sure = M::INFO.shape().any_insert_resizes(room as u64, full, self.identity.unseen().is_some());
        let start = thread::clock_for_episode(sure && entries >= WORTH_TIMING);
        Resize { full, entries, room, wanted: entries + 1, start }
    }

    /// Records what became of a full collection that was given an entry.
    fn after_assign(&mut self, before: &Resize) {
        if (self.map.entries(), self.map.room()) == (before.entries, before.room) {
            self.identity.set_unseen(before.entries);
        }
        self.after_resize(before);
    }

    /// What is to be known before an operation that may resize the table so that it holds `wanted` entries.
    pub(crate) fn before_resize(&mut self, wanted: usize) -> Resize {
        self.catch_up();
        let full = self.full();
        let entries = self.map.entries();
        let will = M::TABLE && wanted > self.map.room();
        let start = if will { thread::clock_for_episode(entries >= WORTH_TIMING) } else { 0 };
        Resize { full, entries, room: self.map.room(), wanted, start }
    }

    /// Whether there are more or fewer tombstones than there were with this room, after an operation that did not resize the
    /// table and has left so many entries.
    #[inline(always)]
    fn has_other_tombstones(&self, room: usize, entries: usize) -> bool {
        if !M::TABLE {
            return false;
        }
        if M::RESIZES_UNSEEN {
            return self.map.room() != room;
        }
        // What is left of the room is a word of the table, where `capacity()` is a sum.
        self.map.room().wrapping_sub(self.map.entries()) != room.wrapping_sub(entries)
    }

    /// Records one operation, by its number, after which there are more or fewer tombstones.
    #[cold]
    #[inline(never)]
    fn op_and_tombstones(&mut self, op: u64) {
        self.identity.short_op(op);
        self.publish_tombstones();
    }

    /// Records what an operation did to the table, if anything.
    pub(crate) fn after_resize(&mut self, before: &Resize) {
        let room = self.map.room() as u64;
        if !M::TABLE || room == before.room as u64 {
            return;
        }
        if !M::INFO.shape().is_resized(before.full, room, self.map.entries() as u64) {
            return self.publish_tombstones();
        }
        let duration = since(before.start);
        self.note_resize(before, duration, room);
    }

    /// A table whose `capacity()` has become `room` was resized: to another size if that is not its full capacity.
    fn note_resize(&mut self, before: &Resize, duration: u64, room: u64) {
        // Nothing in it and no room: all tombstones, or the map gave up its table unseen, as it does to a `Drain` that
        // is forgotten. A table made for what was wanted, and no more, tells.
        let anew = before.entries == 0
            && before.room == 0
            && room > 0
            && room == M::INFO.shape().grown_for(before.wanted as u64);
        let before = &Resize { full: if anew { 0 } else { before.full }, ..*before };
        // After a resize there are no tombstones, so `capacity()` is the full capacity.
        let kind = match room.cmp(&before.full) {
            std::cmp::Ordering::Less => EventKind::Shrink,
            std::cmp::Ordering::Equal => EventKind::RehashInPlace,
            std::cmp::Ordering::Greater => EventKind::Grow,
        };
        self.identity.publish(room, room.saturating_sub(self.map.room() as u64), self.map.entries());
        self.identity.resized(kind, before, duration, room);
    }

    /// Publishes the table's tombstones: full capacity less `capacity()`. What an entry leaves or fills is behind until
    /// the next change that is none, or the next `entry()`.
    #[inline]
    pub(crate) fn publish_tombstones(&mut self) {
        self.catch_up();
        self.identity.publish_tombstones(self.map.room() as u64);
    }

    /// Publishes what can be seen of the table after an operation that kept its size.
    pub(crate) fn publish(&mut self) {
        self.catch_up();
        let room = self.map.room() as u64;
        // A table is never larger than it was published; a `capacity()` beyond that is a resize nobody foresaw.
        let full = self.identity.full().unwrap_or(0).max(room);
        self.identity.publish(full, full - room, self.map.entries());
    }

    /// Records what filling an entry did to a table that had no room but tombstones, without its time.
    #[cold]
    #[inline(never)]
    fn see(&mut self) {
        let (entries, room, full) = (self.map.entries(), self.map.room(), self.full());
        let before = self.identity.unseen().map_or(entries, |before| before as usize);
        // If a panic cut it short it has lost entries. One that is taken out by the same entry again was put in before.
        if let Some((record, writers)) = self.identity.record() {
            add(&record.lost, before.saturating_sub(entries) as u64, writers);
        }
        self.catch_up();
        // One that takes the place of a tombstone leaves no room, and if it is taken out again that for one at most.
        if room as u64 <= full && room > entries + 1 {
            let before = Resize { full, entries: before, room: before, wanted: before + 1, start: 0 };
            self.identity.resized(EventKind::RehashInPlace, &before, 0, full);
        }
        self.publish();
    }

    /// Records the grows that could not be seen when they happened, without their time.
    fn catch_up(&mut self) {
        if !M::RESIZES_UNSEEN {
            return;
        }
        let (entries, room) = (self.map.entries(), self.map.room() as u64);
        let Some(mut full) = self.identity.full() else { return };
        while full < room {
            let grown = M::INFO.shape().grown_for(full + 1);
            self.note_unseen_grow(full, entries, grown);
            full = grown;
        }
    }

    /// Records a grow that could not be seen when it happened, when there were so many entries.
    fn note_unseen_grow(&mut self, full: u64, entries: usize, grown: u64) {
        let before = Resize { full, entries, room: full as usize, wanted: entries, start: 0 };
        let room = self.map.room() as u64;
        self.identity.publish(grown, grown.saturating_sub(room), self.map.entries());
        self.identity.resized(EventKind::Grow, &before, 0, grown);
    }

    /// After an unwinding operation: records how the number of entries differs from before.
    #[cold]
    #[inline(never)]
    pub(crate) fn reconcile(&mut self, before: usize) {
        let now = self.map.entries();
        // The operation of a young map was none that it may have as such.
        self.begin();
        if let Some((record, writers)) = self.identity.record() {
            if now > before {
                self.identity.count(EventKind::AssignNew, (now - before) as u64);
            } else {
                // Removed, or lost by a rehash in place that a panic cut short.
                add(&record.lost, (before - now) as u64, writers);
            }
        }
        self.publish();
    }
}

/// Gives up a guard without running it: the operation did not unwind.
#[inline(always)]
fn forget_guard<M: Plain>(guard: Unwind<'_, M>) {
    forget(guard);
}

/// A table before an operation that may resize it.
pub(crate) struct Resize {
    full: u64,
    pub(crate) entries: usize,
    room: usize,
    /// How many entries there had to be room for.
    wanted: usize,
    start: u64,
}

#[cfg(any(feature = "hashbrown", feature = "indexmap"))]
impl Resize {
    /// Whether the next new entry resizes the table, as there is no tombstone whose place it could take.
    fn is_sure(&self) -> bool {
        self.entries as u64 >= self.full
    }
}

impl Identity {
    /// Counts and writes a grow, rehash in place or shrink.
    pub(crate) fn resized(&self, kind: EventKind, before: &Resize, duration: u64, new_full: u64) {
        let Some((record, writers)) = self.record() else { return };
        match kind {
            EventKind::Grow => add(&record.grows, 1, writers),
            EventKind::RehashInPlace => add_one(&record.rehashes, writers),
            _ => add_one(&record.shrinks, writers),
        }
        if kind != EventKind::Shrink {
            work::paused(duration);
        }
        let tombstones = before.full.saturating_sub(before.room as u64);
        let written =
            self.episode(kind, &[before.start, duration, before.entries as u64, before.full, new_full, tombstones]);
        // Making a table this large takes longer than telling, also if it was not timed.
        if !written && kind != EventKind::Shrink && (duration != 0 || new_full >= WORTH_TIMING as u64) {
            thread::missed_pause(record, before.start, duration, before.full, new_full);
        }
    }
}

/// Records what happens through an entry, while the plain entry has the collection borrowed.
pub(crate) struct Door<'a> {
    identity: &'a mut Identity,
}

/// Counts an entry as lost if it is dropped.
#[cfg(feature = "hashbrown")]
pub(crate) struct Gone<'d> {
    identity: &'d mut Identity,
}

#[cfg(feature = "hashbrown")]
impl Gone<'_> {
    /// The entry is not lost.
    #[inline]
    pub(crate) fn not(self) {
        forget(self);
    }
}

#[cfg(feature = "hashbrown")]
impl Drop for Gone<'_> {
    #[cold]
    fn drop(&mut self) {
        self.identity.count_lost();
    }
}

impl<'a> Door<'a> {
    pub(crate) fn new(identity: &'a mut Identity) -> Self {
        Self { identity }
    }

    /// The map's identity, whose address is the map's.
    #[cfg(feature = "race")]
    #[inline]
    pub(crate) fn identity(&self) -> &Identity {
        self.identity
    }

    /// For an operation that takes out the entry before it calls the user's code, and puts it back after.
    #[cfg(feature = "hashbrown")]
    #[inline]
    pub(crate) fn gone_if_unwinding(&mut self) -> Gone<'_> {
        Gone { identity: self.identity }
    }

    /// The key was vacant and has a value now.
    #[inline]
    pub(crate) fn assigned_new(&mut self) {
        self.identity.op_of_entry(EventKind::AssignNew);
    }

    /// The value of an occupied entry was replaced.
    #[inline]
    pub(crate) fn assigned_replaced(&mut self) {
        self.identity.op(EventKind::AssignReplaced);
    }

    /// The entry was removed.
    #[inline]
    pub(crate) fn deleted(&mut self) {
        self.identity.op_of_entry(EventKind::DeleteHit);
    }

    /// A vacant entry of a full table is filled next: what is [to be known](Traced::before_vacant) before is `before`.
    #[cold]
    #[cfg(any(feature = "hashbrown", feature = "indexmap"))]
    pub(crate) fn fills(&mut self, before: &mut Resize) {
        if before.is_sure() {
            before.start = thread::clock_for_episode(before.entries >= WORTH_TIMING);
        } else {
            // Now, as the user's hasher may unwind.
            self.identity.set_unseen(before.entries);
        }
    }

    /// A vacant entry of a full table is filled. If that is sure to have resized it, it is recorded.
    #[cold]
    #[cfg(any(feature = "hashbrown", feature = "indexmap"))]
    pub(crate) fn filled(&mut self, before: &Resize, info: &TypeInfo) {
        if before.is_sure() {
            self.vacant_entry_resized(before, info);
        }
    }

    /// A vacant entry of a full table has resized it: when it was made, or when it was [filled](Self::filled). The
    /// collection is borrowed, so what became of it is worked out as hashbrown does (`RawTable::reserve_rehash`). This
    /// is a guess after a `Drain` that was forgotten, and after the hash table of an index map was larger than its
    /// entries need.
    #[cold]
    pub(crate) fn vacant_entry_resized(&mut self, before: &Resize, info: &TypeInfo) {
        let duration = since(before.start);
        let needed = before.entries as u64 + 1;
        let (kind, full) = if needed <= before.full / 2 {
            (EventKind::RehashInPlace, before.full)
        } else {
            (EventKind::Grow, info.shape().grown_for(needed.max(before.full + 1)))
        };
        self.identity.publish(full, 0, before.entries);
        self.identity.resized(kind, before, duration, full);
    }
}
