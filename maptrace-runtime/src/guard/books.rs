//! The books as a dump finds them: records, what the collector has counted, and what waits in rings. Read only, but for
//! room of the dump's own; nothing is allocated, and nobody is waited for beyond a few milliseconds.

use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, TryLockError};

use super::file::rest;
use super::scratch::{self, GONE, PROMOTED, Scratch, scratch};
use super::walk::{Found, walk_unread};
use crate::clock;
use crate::collector::{Core, Live, Young};
use crate::event::{EventKind, OPS, Promotion, YoungWord, each_op, id_of};
use crate::hub::Hub;
use crate::registry::{self, Record, known_drained};
use crate::site::{self, Site};

/// How often, and how far apart, the collector's core is asked for. A pass takes less, if its thread gets the processor.
const TRIES: u32 = 200;
/// In nanoseconds.
const BETWEEN_TRIES: u32 = 100_000;

/// One live map, or those that share a record.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) id: u32,
    pub(super) site: &'static Site,
    /// The map's number; 0 if it is of several.
    pub(super) serial: u64,
    pub(super) age_ns: u64,
    pub(super) live: Live,
    /// Operations a second, lately.
    pub(super) rate: Option<u64>,
}

impl Row {
    /// Whether it is of several maps that share a record.
    pub(super) const fn is_shared(&self) -> bool {
        self.serial == 0
    }
}

/// See the module's text.
pub(super) struct Books {
    pub(super) hub: &'static Hub,
    /// The collector's, which stands still meanwhile; `None` if it could not be had.
    pub(super) core: Option<MutexGuard<'static, Core>>,
    pub(super) now: u64,
    end: u32,
    /// Whether there was room for each map.
    has_room: bool,
    /// Whether all that waited in rings could be read.
    all_read: bool,
    /// Operations and the like that were counted where they wait in rings.
    waiting: u64,
}

/// Why counts may not be what they would be if nothing had moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The collector did not stand still. What it was just counting may be counted twice: this many operations at most, of all
    /// maps together, if that is known.
    Collector(Option<u64>),
    /// There was no memory for the room that a dump needs.
    Memory,
}

impl Doubt {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Collector(_) => "collector",
            Self::Memory => "memory",
        }
    }

    /// By how many operations counts may be off at most.
    pub(super) const fn most(self) -> Option<u64> {
        if let Self::Collector(most) = self { most } else { None }
    }
}

impl Books {
    pub(super) fn open(hub: &'static Hub) -> Self {
        let mut books = Self {
            hub,
            core: try_core(hub),
            now: clock::now_ns(),
            end: 0,
            has_room: true,
            all_read: true,
            waiting: 0,
        };
        scratch::clear();
        books.count_unread();
        // After that, so that all ids that rings told of are below it.
        books.end = hub.generation.ids.high_water();
        books
    }

    /// Why counts may be off, if they may.
    pub(super) const fn doubt(&self) -> Option<Doubt> {
        if !self.has_room {
            Some(Doubt::Memory)
        } else if self.core.is_none() {
            Some(Doubt::Collector(if self.all_read { Some(self.waiting) } else { None }))
        } else {
            None
        }
    }

    /// Counts what waits in rings, and notes which maps are gone.
    fn count_unread(&mut self) {
        let hub = self.hub;
        let mut room = true;
        for producer in hub.each_producer() {
            self.all_read &= walk_unread(&producer.ring, self.core.is_some(), |found| match count(hub, found) {
                Some(n) => self.waiting += n,
                None => room = false,
            });
        }
        let most = hub.generation.ids.high_water();
        let link = |id| registry::known(id).map(|record| &record.next_freed);
        hub.freed.look(link, most, |id| room &= flag(id, GONE));
        if let Some(core) = &self.core {
            core.dropped().for_each(|id| room &= flag(id, GONE));
        }
        self.has_room = room;
    }

    /// Hands on each live map that has a record of its own, and what those have together that share one.
    pub(super) fn each(&self, mut each: impl FnMut(&Row)) {
        for id in 0..self.end {
            if let Some(row) = self.row(id) {
                each(&row);
            }
        }
    }

    fn row(&self, id: u32) -> Option<Row> {
        // First, as it says so until the record is free.
        let is_closing = scratch::is_closing(id);
        let record = registry::known(id).filter(|it| it.owner.load(Ordering::Acquire) == self.hub.number)?;
        let scratch = scratch(id);
        let flags = scratch.map_or(0, |it| it.flags.load(Ordering::Relaxed));
        // Acquire: as in a snapshot. While this is set its counts are with its site.
        let moving = record.moving.load(Ordering::Acquire) != 0 && flags & PROMOTED == 0;
        if moving || is_closing || flags & GONE != 0 {
            return None;
        }
        let number = record.site.load(Ordering::Relaxed);
        let site = site::get(number)?;
        let ops = operations(id, scratch);
        let is_shared = self.hub.known_shared_record(number) == Some(id);
        let young = is_shared.then(|| self.young(number, scratch));
        let live = Live::of(record, ops, site, young.as_ref());
        if is_shared && live.maps == 0 && live.entries == 0 {
            return None;
        }
        let born = if is_shared {
            0
        } else {
            record.born.load(Ordering::Relaxed)
        };
        let rate = scratch::rate(id, all_operations(record, ops), born, self.now);
        let serial = if is_shared {
            0
        } else {
            record.serial.load(Ordering::Relaxed)
        };
        Some(Row {
            id,
            site,
            serial,
            age_ns: self.now.saturating_sub(born),
            live,
            rate,
        })
    }

    fn young(&self, site: u32, scratch: Option<&Scratch>) -> Young {
        let mut young = match &self.core {
            Some(core) => core.young(site),
            None => self.hub.nurseries.of(site),
        };
        young.add(self.hub.untold.of(site), 0);
        if let Some(it) = scratch {
            let tables = it.tables.each_ref().map(|n| signed(n.load(Ordering::Relaxed)));
            young.add(tables, u64::from(it.lost.load(Ordering::Relaxed)));
        }
        young
    }
}

/// The core, unless its holder keeps it: it may be this very thread, or one that waits for something of the host's.
fn try_core(hub: &'static Hub) -> Option<MutexGuard<'static, Core>> {
    for _ in 0..TRIES {
        match hub.core.try_lock() {
            Ok(core) => return Some(core),
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => rest(BETWEEN_TRIES),
        }
    }
    None
}

fn signed(n: u32) -> u64 {
    i64::from(n.cast_signed()).cast_unsigned()
}

/// What a map's events come to, those that wait in rings among them.
fn operations(id: u32, scratch: Option<&Scratch>) -> [u64; OPS] {
    let mut ops = known_drained(id).map_or([0; OPS], registry::Drained::ops);
    if let Some(it) = scratch {
        for (n, more) in ops.iter_mut().zip(&it.ops) {
            *n = n.wrapping_add(signed(more.load(Ordering::Relaxed)));
        }
    }
    ops
}

fn all_operations(record: &Record, ops: [u64; OPS]) -> u64 {
    let left_out = record.counts.iter().map(|count| count.load(Ordering::Relaxed));
    ops.into_iter().chain(left_out).fold(0, u64::wrapping_add)
}

/// Whether there is room for this id, which then has the flag.
fn flag(id: u32, flag: u32) -> bool {
    scratch(id).is_some_and(|it| {
        it.flags
            .store(it.flags.load(Ordering::Relaxed) | flag, Ordering::Relaxed);
        true
    })
}

/// Counts what stands in a ring. Returns how much it was, `None` if there was no room for it.
fn count(hub: &Hub, found: Found) -> Option<u64> {
    let (Found::Ops(word) | Found::Event(_, word, _)) = found;
    let id = id_of(word);
    if registry::known(id).is_none_or(|record| record.owner.load(Ordering::Acquire) != hub.number) {
        return Some(0);
    }
    let it = scratch(id)?;
    match found {
        Found::Ops(word) => {
            each_op(word).for_each(|op| scratch::add(&it.ops[op], 1));
            Some(each_op(word).count() as u64)
        }
        Found::Event(EventKind::Free, ..) => flag(id, GONE).then_some(0),
        Found::Event(EventKind::Young, head, _) => match YoungWord::of(head) {
            YoungWord::Begin { class, .. } => {
                count_young(it, class, 1);
                Some(1)
            }
            YoungWord::End { class, entries } => {
                count_young(it, class, u32::MAX);
                scratch::add(&it.lost, u32::from(entries));
                Some(1 + u64::from(entries))
            }
        },
        Found::Event(EventKind::Promoted, _, more) => {
            let promotion = Promotion::of(more);
            let own = scratch(promotion.id)?;
            count_young(it, promotion.class, u32::MAX);
            for ((from, to), n) in it.ops.iter().zip(&own.ops).zip(promotion.counts) {
                scratch::add(from, u32::from(n).wrapping_neg());
                scratch::add(to, u32::from(n));
            }
            let moved = promotion.counts.into_iter().map(u64::from).sum::<u64>();
            flag(promotion.id, PROMOTED).then_some(1 + moved)
        }
        Found::Event(..) => Some(0),
    }
}

/// So many more young maps with a table of this size; fewer if wrapped.
fn count_young(it: &Scratch, class: u8, n: u32) {
    if let Some(tables) = it.tables.get(usize::from(class)) {
        scratch::add(tables, n);
    }
}
