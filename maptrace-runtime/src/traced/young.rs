//! Maps that are young: small, and in their first table.
//!
//! Most maps that a service makes are dropped after a few entries. A record for each, with a number, an age and a history,
//! would cost more than the map. So a map begins with its site's record, as one of those that are past the cap do for good, and
//! gets its own when it outgrows its first table, has seen more than a hundred operations of a kind, or does anything but
//! assign and delete single entries. What it did before that goes with it.

use super::{Plain, Traced, Unwind, forget_guard};
use crate::event::{EventKind, OPS, YoungWord};
use crate::{table, thread};

/// What a young map knows of itself.
#[derive(Clone, Copy)]
pub(crate) struct Young {
    /// Its site's record.
    pub(crate) id: u32,
    /// Which of [`table::CLASSES`] its table is. A whole word, so that it is copied as one, without what a byte has beside it.
    class: u32,
    /// Its operations by kind, a byte each. The upper bit of each is not set while it is young.
    counts: u32,
}

impl Young {
    pub(crate) const fn new(id: u32) -> Self {
        Self { id, class: 0, counts: 0 }
    }

    /// Which of [`table::CLASSES`] its table is.
    pub(crate) const fn class(self) -> u8 {
        self.class as u8
    }

    /// Its operations, by kind.
    pub(crate) const fn counts(self) -> [u8; OPS] {
        self.counts.to_le_bytes()
    }

    /// Entries in it.
    pub(crate) const fn entries(self) -> u8 {
        let counts = self.counts();
        counts[EventKind::AssignNew as usize] - counts[EventKind::DeleteHit as usize]
    }

    /// Whether there may be one operation more of any kind.
    const fn is_quiet(self) -> bool {
        self.counts & 0x8080_8080 == 0
    }

    const fn add(&mut self, op: u64) {
        self.counts += 1 << (8 * op);
    }
}

/// A B-tree has no table to outgrow.
const MOST_IN_A_TREE: usize = 28;
const _: () = assert!(table::CLASSES[table::CLASSES.len() - 1] <= YoungWord::MAX_ENTRIES as u64);

impl<M: Plain> Traced<M> {
    /// How young the map is, if it is and one operation more leaves it so.
    #[inline(always)]
    pub(super) fn young(&self) -> Option<Young> {
        let entries = self.map.entries();
        // A table without room is resized by the next insert.
        let has_room = if M::TABLE { entries != self.map.room() } else { entries < MOST_IN_A_TREE };
        self.identity.young().filter(|young| has_room && young.is_quiet())
    }

    /// How young the map is, if one operation more leaves it so; and what one begins with that was never changed.
    #[inline]
    pub(super) fn young_or_newborn(&self) -> Option<Young> {
        let entries = self.map.entries();
        if self.identity.young().is_some() {
            return self.young();
        }
        let caller = self.identity.caller()?;
        let is_small = !M::TABLE || table::class_of(self.map.room() as u64).is_some();
        if M::RESIZES_UNSEEN || entries != 0 || !is_small {
            return None;
        }
        thread::nursery(caller, M::INFO).map(Young::new)
    }

    /// Runs one operation of a young map, which is its first if it `BEGINS`, and records it: as `same` if there are as many
    /// entries after it, else as `other`.
    #[inline]
    pub(super) fn op_of_young<const BEGINS: bool, R>(
        &mut self,
        mut young: Young,
        (same, other): (EventKind, EventKind),
        op: impl FnOnce(&mut M) -> R,
    ) -> R {
        let (entries, room) = (self.map.entries(), self.map.room());
        let guard = Unwind { traced: self, entries };
        let result = op(&mut guard.traced.map);
        forget_guard(guard);
        let kind = if self.map.entries() == entries { same } else { other };
        if BEGINS && self.identity.is_new() {
            let now = self.map.room();
            let Some(class) = (if M::TABLE { table::class_of(now as u64) } else { Some(0) }) else {
                // No table begins that large; should one do so some day, its map is no young one.
                self.begin();
                self.identity.op(kind);
                return result;
            };
            young.class = u32::from(class);
            thread::begin_young(young.id, class, now != room);
        }
        young.add(kind as u64);
        self.identity.set_young(young);
        thread::emit_shared_op(kind as u64, young.id);
        result
    }
}
