//! Who a map is: the one field a traced collection has beside the plain one.
//!
//! Sixteen plain bytes, without an atomic or a cell, so that the collection keeps its auto traits, its variance and
//! its `const` constructors. `Drop` is here, on a private type without parameters, and not on the generic wrapper,
//! where it would forbid borrows that std's maps allow.

use std::panic::Location;

use crate::event::{EventKind, id_of, map_bits};
use crate::registry::{MAX_RECORDS, Record, Writers, add, record};
use crate::site::TypeInfo;
use crate::thread::{self, Begun, Grown, Lot};
use crate::traced::Young;
use crate::{clock, hub, race, table, work};

/// A map's state of being traced.
#[derive(Clone, Copy)]
enum State {
    /// Has a record of its own, and an operation is an event, and nothing more. The hot path. `unseen`: see
    /// [`Identity::unseen`]. `behind`: [`Identity::is_behind`]. `map`: [`map_bits`] of its id, which is all that an event asks for.
    Swift { behind: bool, unseen: Unseen, map: u64 },
    /// Has a record of its own, and most operations are counted in it and no more: its site is sampled. `left` are passed
    /// over before the next that is an event, or may be one. While something is [unseen](Identity::unseen) it is `Timed`.
    Sampled { id: Id, left: u32, record: &'static Record },
    /// Never changed. Knows where it was made.
    New(&'static Location<'static>),
    /// Has a record of its own, and operations are looked at: they are told of if they take long, or if another thread is in
    /// the map.
    Timed { id: u32, unseen: Unseen },
    /// Past the cap on records: counted in the record of its site, and keeps here what that cannot tell apart.
    Shared { id: u32, len: u32, full: u32 },
    /// Has no record of its own yet, and is counted in that of its site.
    Young(Young),
    /// Tracing is switched off, or the map does not count any more.
    Off,
}

impl State {
    /// That of a map with this record, if no operation is timed. `lot`: see [`thread::lot_for`].
    fn own(id: u32, lot: Option<Lot>) -> Self {
        match lot {
            // Operations of a map that is watched are looked at, so they do not go the shortest way.
            _ if race::is_watching() => Self::timed(id),
            None => Self::Swift { behind: true, unseen: Unseen::NO, map: map_bits(id) },
            Some(lot) => Self::Sampled { id: Id::of(id, lot.open, true), left: lot.left, record: record(id) },
        }
    }

    fn timed(id: u32) -> Self {
        Self::Timed { id, unseen: Unseen::NO }
    }
}

/// The id of a record, in the three bytes that are left beside the rest, [`Lot::open`] and [`Identity::is_behind`].
#[derive(Clone, Copy)]
struct Id([u8; 3]);
/// Where [`Lot::open`] is.
const OPEN: u32 = 1 << 23;
/// Where [`Identity::is_behind`] is, and in the last byte alone.
const BEHIND: u32 = 1 << 22;
const BEHIND_IN_LAST: u8 = (BEHIND >> 16) as u8;
const _: () = assert!(MAX_RECORDS <= BEHIND);

impl Id {
    const fn of(id: u32, open: bool, behind: bool) -> Self {
        let [a, b, c, _] = (id | if open { OPEN } else { 0 } | if behind { BEHIND } else { 0 }).to_le_bytes();
        Self([a, b, c])
    }

    const fn bits(self) -> u32 {
        let [a, b, c] = self.0;
        u32::from_le_bytes([a, b, c, 0])
    }

    const fn get(self) -> u32 {
        self.bits() & !(OPEN | BEHIND)
    }

    const fn is_open(self) -> bool {
        self.bits() & OPEN != 0
    }

    const fn is_behind(self) -> bool {
        self.0[2] & BEHIND_IN_LAST != 0
    }

    const fn set_behind(&mut self, behind: bool) {
        self.0[2] = self.0[2] & !BEHIND_IN_LAST | if behind { BEHIND_IN_LAST } else { 0 };
    }
}

/// A number of entries, if there is one: plus one, so that none takes no room of its own.
#[derive(Clone, Copy)]
struct Unseen(u32);

impl Unseen {
    const NO: Self = Self(0);

    fn of(entries: usize) -> Self {
        Self(clamp(entries as u64).saturating_add(1))
    }

    #[inline(always)]
    fn get(self) -> Option<u32> {
        self.0.checked_sub(1)
    }
}

/// See the module's text.
pub(crate) struct Identity {
    state: State,
}

const _: () = assert!(size_of::<Identity>() == 16);

impl Identity {
    /// The identity of a map that is being made at `caller`. Costs a copy of a pointer.
    #[inline]
    pub(crate) const fn new(caller: &'static Location<'static>) -> Self {
        Self { state: State::New(caller) }
    }

    #[inline(always)]
    pub(crate) fn is_new(&self) -> bool {
        matches!(self.state, State::New(_))
    }

    /// Whether it has no record that it can be sure of to the end: it was never changed, or is young.
    #[inline(always)]
    pub(crate) fn is_before_record(&self) -> bool {
        matches!(self.state, State::New(_) | State::Young(_))
    }

    /// Whether nothing is recorded of it, now and later.
    #[inline(always)]
    pub(crate) fn is_off(&self) -> bool {
        matches!(self.state, State::Off)
    }

    /// Whether it is being changed for the first time while tracing is switched off: then it [is off](Self::is_off) from now
    /// on, with no more work than to see that.
    #[inline]
    pub(crate) fn is_newly_off(&mut self) -> bool {
        let off = self.is_new() && thread::is_switched_off();
        if off {
            self.state = State::Off;
        }
        off
    }

    /// Where it was made, if it was never changed.
    #[inline]
    pub(crate) fn caller(&self) -> Option<&'static Location<'static>> {
        if let State::New(caller) = self.state { Some(caller) } else { None }
    }

    #[inline]
    pub(crate) fn young(&self) -> Option<Young> {
        if let State::Young(young) = self.state { Some(young) } else { None }
    }

    #[inline]
    pub(crate) fn set_young(&mut self, young: Young) {
        self.state = State::Young(young);
    }

    /// Registers the map. `full` is the full capacity of its table.
    #[cold]
    #[inline(never)]
    pub(crate) fn begin(&mut self, info: &'static TypeInfo, full: u64) {
        let caller = match self.state {
            State::New(caller) => caller,
            State::Young(young) => return self.grow_up(young),
            _ => return,
        };
        let begun = thread::begin_map(caller, info, full);
        self.state = match begun {
            Begun::Off => State::Off,
            Begun::Own { id, lot } if !thread::is_timing() => State::own(id, lot),
            Begun::Own { id, .. } => State::timed(id),
            Begun::Shared { id } => {
                hub::count_shared(record(id), true);
                let full = clamp(full);
                record(id).full.fetch_add(u64::from(full), std::sync::atomic::Ordering::Relaxed);
                State::Shared { id, len: 0, full }
            }
        };
    }

    fn grow_up(&mut self, young: Young) {
        let (id, class) = (young.id, young.class());
        self.state = match thread::promote(id, class, young.counts()) {
            Grown::Own { id, lot } => State::own(id, lot),
            Grown::Shared => {
                State::Shared { id, len: u32::from(young.entries()), full: clamp(table::CLASSES[class as usize]) }
            }
        };
    }

    /// The [bits](map_bits) of a map whose operations are each an event.
    #[inline(always)]
    fn swift(&self) -> Option<&u64> {
        match &self.state {
            State::Swift { map, .. } => Some(map),
            _ => None,
        }
    }

    /// Whether an operation is an event, or counted and perhaps an event, and nothing more: then comes [`short_op`](Self::short_op).
    #[inline(always)]
    pub(crate) fn is_short(&self) -> bool {
        matches!(self.state, State::Swift { .. } | State::Sampled { .. })
    }

    /// Records one operation, by its number, of a map that [goes the short way](Self::is_short).
    #[inline(always)]
    pub(crate) fn short_op(&mut self, op: u64) {
        match self.swift() {
            Some(map) => thread::emit_own(op, map),
            None => self.count_or_emit(op),
        }
    }

    /// Whether it counts, and may be one whose operations are timed.
    #[inline]
    pub(crate) fn may_be_timed(&self) -> bool {
        matches!(self.state, State::Timed { .. } | State::Shared { .. })
    }

    /// Records one operation, by its number, of a sampled map: the common case is three additions.
    #[inline(always)]
    pub(crate) fn count_or_emit(&mut self, op: u64) {
        if let State::Sampled { left, record, .. } = &mut self.state
            && let Some(rest) = left.checked_sub(1)
            && thread::leave_out_quickly(record, op)
        {
            *left = rest;
            return;
        }
        self.draw_or_emit(op);
    }

    /// Records one operation of a sampled map that is an event, or that finds no ring.
    #[cold]
    #[inline(never)]
    fn draw_or_emit(&mut self, op: u64) {
        if let State::Sampled { id, left, .. } = &mut self.state {
            let lot = thread::emit_sampled(op, id.get(), Lot { left: *left, open: id.is_open() });
            (*id, *left) = (Id::of(id.get(), lot.open, id.is_behind()), lot.left);
        }
    }

    /// Records one operation of a map that [`begin`](Self::begin) was called for.
    #[inline(always)]
    pub(crate) fn op(&mut self, kind: EventKind) {
        match self.swift() {
            Some(map) => thread::emit_own(kind as u64, map),
            None => self.op_slow(kind),
        }
    }

    /// As [`op`](Self::op), of what comes or goes through an entry: the tombstones cannot be looked at then.
    #[inline(always)]
    pub(crate) fn op_of_entry(&mut self, kind: EventKind) {
        self.set_behind(true);
        self.op(kind);
    }

    /// Whether the tombstones may be others than were published: a map without a record of its own publishes none.
    #[inline(always)]
    pub(crate) fn is_behind(&self) -> bool {
        match self.state {
            State::Swift { behind, .. } => behind,
            State::Sampled { id, .. } => id.is_behind(),
            State::Timed { .. } => true,
            State::Shared { .. } | State::New(_) | State::Young(_) | State::Off => false,
        }
    }

    /// See [`is_behind`](Self::is_behind).
    #[inline(always)]
    pub(crate) fn set_behind(&mut self, is_behind: bool) {
        match &mut self.state {
            State::Swift { behind, .. } => *behind = is_behind,
            State::Sampled { id, .. } => id.set_behind(is_behind),
            State::Timed { .. } | State::Shared { .. } | State::New(_) | State::Young(_) | State::Off => {}
        }
    }

    #[inline(never)]
    fn op_slow(&mut self, kind: EventKind) {
        match &mut self.state {
            State::Sampled { .. } => self.count_or_emit(kind as u64),
            State::Timed { id, .. } => thread::emit_thinned(kind as u64, *id, Writers::One),
            State::Shared { id, len, .. } => {
                match kind {
                    EventKind::AssignNew => *len = len.saturating_add(1),
                    EventKind::DeleteHit => *len = len.saturating_sub(1),
                    _ => {}
                }
                thread::emit_thinned(kind as u64, *id, Writers::Many);
            }
            // What comes here has called `begin`.
            State::Swift { .. } | State::New(_) | State::Young(_) | State::Off => {}
        }
    }

    /// The record to count rare things in, with how it may be written.
    pub(crate) fn record(&self) -> Option<(&'static Record, Writers)> {
        match self.state {
            State::Shared { id, .. } => Some((record(id), Writers::Many)),
            _ => self.own_record().map(|record| (record, Writers::One)),
        }
    }

    /// The record, if it is this map's alone.
    #[inline]
    pub(crate) fn own_record(&self) -> Option<&'static Record> {
        self.own_id().map(record)
    }

    /// The id of the record, if it is this map's alone.
    #[inline]
    fn own_id(&self) -> Option<u32> {
        match self.state {
            State::Swift { map, .. } => Some(id_of(map)),
            State::Timed { id, .. } => Some(id),
            State::Sampled { id, .. } => Some(id.get()),
            State::Shared { .. } | State::New(_) | State::Young(_) | State::Off => None,
        }
    }

    /// The id of the record that its episodes are of.
    fn id(&self) -> Option<u32> {
        match self.state {
            State::Shared { id, .. } => Some(id),
            _ => self.own_id(),
        }
    }

    /// The record's id, and the serial number that tells this map from a later one with the same id.
    pub(crate) fn subject(&self) -> Option<(u32, u64)> {
        self.id().map(|id| (id, record(id).serial.load(std::sync::atomic::Ordering::Relaxed)))
    }

    /// Counts `n` operations that are no events of their own.
    pub(crate) fn count(&self, kind: EventKind, n: u64) {
        if let Some((record, writers)) = self.record() {
            add(&record.counts[kind as usize], n, writers);
            work::count(kind, n);
        }
    }

    pub(crate) fn count_batch(&self) {
        if let Some((record, writers)) = self.record() {
            add(&record.batches, 1, writers);
        }
    }

    /// Counts an entry removed in the course of a batch: it is not an event of its own.
    pub(crate) fn count_removed(&mut self) {
        self.count(EventKind::DeleteHit, 1);
        self.one_less();
    }

    /// Counts an entry that is gone because the user's code has unwound.
    #[cfg(feature = "hashbrown")]
    pub(crate) fn count_lost(&mut self) {
        if let Some((record, writers)) = self.record() {
            add(&record.lost, 1, writers);
        }
        self.set_behind(true);
        self.one_less();
    }

    /// Keeps how many entries there are, for a map that has to know that at its end.
    pub(crate) fn set_entries(&mut self, entries: usize) {
        if let State::Shared { len, .. } = &mut self.state {
            *len = clamp(entries as u64);
        }
    }

    fn one_less(&mut self) {
        if let State::Shared { len, .. } = &mut self.state {
            *len = len.saturating_sub(1);
        }
    }

    /// Full capacity of the table, as last published.
    pub(crate) fn full(&self) -> Option<u64> {
        match self.state {
            State::Shared { full, .. } => Some(u64::from(full)),
            State::Young(young) => Some(table::CLASSES[young.class() as usize]),
            _ => self.own_record().map(|record| record.full.load(std::sync::atomic::Ordering::Relaxed)),
        }
    }

    /// How many entries were in a table without room when it was given one, if nothing was seen then of what became of
    /// the table. That of an index map, if the key was there, has grown ahead of the entries, and is not to grow again;
    /// that of hashbrown's set, through an entry, may have been laid out anew.
    #[inline(always)]
    pub(crate) fn unseen(&self) -> Option<u32> {
        match self.state {
            State::Swift { unseen, .. } | State::Timed { unseen, .. } => unseen.get(),
            _ => None,
        }
    }

    /// See [`unseen`](Self::unseen). Holds until something is published of the table.
    pub(crate) fn set_unseen(&mut self, entries: usize) {
        if let State::Sampled { id, .. } = self.state {
            self.state = State::Timed { id: id.get(), unseen: Unseen::NO };
        }
        if let State::Swift { unseen, .. } | State::Timed { unseen, .. } = &mut self.state {
            *unseen = Unseen::of(entries);
        }
    }

    /// Publishes the table's full capacity and tombstones, and for a shared record the entries.
    pub(crate) fn publish(&mut self, new_full: u64, tombstones: u64, entries: usize) {
        use std::sync::atomic::Ordering::Relaxed;
        match &mut self.state {
            State::Timed { id, unseen } if unseen.get().is_some() && !thread::is_timing() => {
                let id = *id;
                self.state = State::own(id, thread::lot_for(record(id)));
                self.publish(new_full, tombstones, entries);
            }
            State::Swift { .. } | State::Sampled { .. } | State::Timed { .. } => {
                if let State::Swift { unseen, .. } | State::Timed { unseen, .. } = &mut self.state {
                    *unseen = Unseen::NO;
                }
                if let Some(record) = self.own_record() {
                    record.full.store(new_full, Relaxed);
                    record.tombstones.store(tombstones, Relaxed);
                }
            }
            State::Shared { id, len, full } => {
                let (old, new) = (u64::from(*full), clamp(new_full));
                *full = new;
                *len = clamp(entries as u64);
                record(*id).full.fetch_add(u64::from(new).wrapping_sub(old), Relaxed);
            }
            State::New(_) | State::Young(_) | State::Off => {}
        }
    }

    /// Publishes the tombstones of a table whose `capacity()` has become `room`: what is missing to its full capacity.
    #[inline(never)]
    pub(crate) fn publish_tombstones(&mut self, room: u64) {
        use std::sync::atomic::Ordering::Relaxed;
        self.set_behind(false);
        if let Some(record) = self.own_record() {
            record.tombstones.store(record.full.load(Relaxed).saturating_sub(room), Relaxed);
        }
    }

    /// Writes an episode. Its counts are in the record already.
    pub(crate) fn episode(&self, kind: EventKind, payload: &[u64]) -> bool {
        self.id().is_none_or(|id| thread::emit_episode(kind, id, payload))
    }

    /// Writes the episode of a batch.
    pub(crate) fn batch(&self, words: &[u64; 7]) {
        if let Some(id) = self.id() {
            thread::emit_batch(id, words);
        }
    }

    #[inline(never)]
    fn free(&mut self) {
        #[cfg(feature = "race")]
        race::free(self);
        match self.state {
            State::Young(young) => thread::end_young(young.id, young.class(), young.entries()),
            State::Swift { map, .. } => thread::emit_free(id_of(map)),
            State::Timed { id, .. } => thread::emit_free(id),
            State::Sampled { id, .. } => thread::emit_free(id.get()),
            State::Shared { id, len, full } => {
                use std::sync::atomic::Ordering::Relaxed;
                let record = record(id);
                hub::count_shared(record, false);
                record.lost.fetch_add(u64::from(len), Relaxed);
                record.full.fetch_sub(u64::from(full), Relaxed);
            }
            State::New(_) | State::Off => {}
        }
    }
}

/// Sizes of maps past the cap are kept in 32 bits; larger ones count as the largest.
fn clamp(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Drop for Identity {
    #[inline]
    fn drop(&mut self) {
        if !self.is_new() {
            self.free();
        }
    }
}

/// The time of an episode's end, if its beginning was timed.
pub(crate) fn since(start: u64) -> u64 {
    // At least one: zero stands for "not timed".
    if start == 0 { 0 } else { clock::now_ns().saturating_sub(start).max(1) }
}
