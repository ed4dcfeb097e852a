//! The producer's side: the ring of this thread, and every way in which an event may fail to get into it.
//!
//! The thread-local on the hot path, the ring's [`Writer`], is const-initialised and has no destructor, so that it is
//! plain memory at a fixed place and can be used at any time of a thread's life. Another thread-local, touched once, has
//! the destructor that closes the ring.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use crate::clock;
use crate::context;
use crate::event::{EventKind, MAX_WORDS, OPS, first_op, head, id_of, key};
use crate::global;
use crate::hub::Hub;
use crate::lasting::Lasting;
use crate::linked;
use crate::registry::{Record, Writers, add, record};
use crate::ring::{Pushed, Ring, Writer};
use crate::snapshot::Cause;
use crate::work;

mod begin;
mod chance;
mod episodes;
mod name;
mod sampled;
mod successor;
mod told;
mod young;

#[cfg(feature = "race")]
pub(crate) use begin::site_of;
pub(crate) use begin::{Begun, begin_map};
pub(crate) use chance::Lot;
pub(crate) use episodes::{emit_batch, emit_episode, emit_free, is_timing, missed_pause, slow_since, slow_start};

pub(crate) use name::BYTES as NAME_BYTES;
#[cfg(feature = "guard")]
pub(crate) use name::of_this_thread as this_thread_name;
#[cfg(feature = "race")]
pub(crate) use name::{of as name_of, system_number};
pub(crate) use sampled::{emit_sampled, emit_thinned, leave_out_quickly, lot_for};
pub(crate) use told::Told;
pub(crate) use young::{Grown, begin_young, emit_shared_op, end_young, nursery, promote};

/// Ids a thread keeps at hand, so that a short-lived map takes no lock.
const ID_CACHE: usize = 32;
/// Map numbers a thread takes at once.
const SERIALS: u32 = 1024;
/// Precise clock readings a thread may spend in one tick on episodes that are shorter than the reading.
const CLOCK_BUDGET: u32 = 64;
/// Nanoseconds until a thread that was refused a ring asks again.
const RETRY_NS: u64 = 1_000_000_000;

/// One thread's side of the way to the collector. Never freed: reused by later threads.
pub(crate) struct Producer {
    pub(crate) ring: Ring,
    /// maptrace's number of the thread that has it, and so of the ring; it goes with a thread to its next ring.
    number: AtomicU32,
    pub(crate) told: &'static Told,
    pub(crate) hub: &'static Hub,
    /// Whether it waits for its next thread.
    pub(crate) idle: AtomicBool,
    /// The one made after this one.
    pub(crate) next: Lasting<Producer>,
    /// Operations left out by sampling, by kind. Added to by the owner alone.
    left_out: [AtomicU64; OPS],
    /// A larger one for the same thread.
    pub(crate) successor: successor::Successor,
    /// Words of the owner alone; atomics only so that a `&'static Producer` may be shared.
    own: Own,
}

/// What only the owning thread looks at.
struct Own {
    /// Events lost since the last one that was written. Taken by the collector once the thread has closed the ring.
    gap: AtomicU64,
    random: AtomicU64,
    clock_tick: AtomicU32,
    clock_left: AtomicU32,
    ids: [AtomicU32; ID_CACHE],
    ids_len: AtomicU32,
    /// Numbers for new maps: the next one, and how many are left of those this thread was given.
    serial: AtomicU64,
    serials_left: AtomicU32,
}

impl Producer {
    pub(crate) fn new(hub: &'static Hub, number: u32, ring: Ring, told: &'static Told) -> Self {
        Self {
            ring,
            number: AtomicU32::new(number),
            told,
            hub,
            idle: AtomicBool::new(false),
            next: Lasting::new(),
            left_out: [const { AtomicU64::new(0) }; OPS],
            successor: successor::Successor::new(),
            own: Own {
                gap: AtomicU64::new(0),
                // Any odd number; threads differ so that they do not sample in step.
                random: AtomicU64::new(u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
                clock_tick: AtomicU32::new(0),
                clock_left: AtomicU32::new(CLOCK_BUDGET),
                ids: [const { AtomicU32::new(0) }; ID_CACHE],
                ids_len: AtomicU32::new(0),
                serial: AtomicU64::new(0),
                serials_left: AtomicU32::new(0),
            },
        }
    }

    /// Operations left out by sampling.
    pub(crate) fn sampled_out(&self) -> u64 {
        self.left_out().iter().sum()
    }

    fn left_out(&self) -> [u64; OPS] {
        self.left_out.each_ref().map(|count| count.load(Ordering::Relaxed))
    }

    /// maptrace's number of the thread that has it.
    pub(crate) fn number(&self) -> u32 {
        // Relaxed: a name; what is left in the ring of a thread that has gone over to another goes by that one's number.
        self.number.load(Ordering::Relaxed)
    }

    /// Writes an event, after a gap marker if events were lost before it; if it is an operation, more may be added to it. Only
    /// for the thread that has this producer.
    fn write(&self, words: &[u64], is_op: bool) -> bool {
        look_back();
        let gap = self.own.gap.load(Ordering::Relaxed);
        let pushed = if gap == 0 {
            WRITER.with(|writer| writer.push(words, is_op))
        } else {
            let mut marked = [0; MAX_WORDS + 2];
            marked[0] = head(EventKind::Gap, key(0, clock::stamp()));
            marked[1] = gap;
            marked[2..2 + words.len()].copy_from_slice(words);
            let pushed = WRITER.with(|writer| writer.push(&marked[..2 + words.len()], is_op));
            if matches!(pushed, Pushed::Written | Pushed::Filling) {
                self.own.gap.fetch_sub(gap, Ordering::Relaxed);
            }
            pushed
        };
        let lost = match pushed {
            Pushed::Written | Pushed::Filling => None,
            Pushed::Refused => Some(self.hub.cause_of_full_ring()),
            Pushed::Nested => Some(Cause::Reentrant),
        };
        if let Some(cause) = lost {
            // In one step each, as the handler of a signal may lose events in the midst of this.
            self.told.dropped[cause as usize].fetch_add(1, Ordering::Relaxed);
            self.own.gap.fetch_add(1, Ordering::Relaxed);
        }
        if matches!(pushed, Pushed::Filling | Pushed::Refused) {
            self.hub.wake_if_asleep();
            self.move_on();
        }
        lost.is_none()
    }

    /// Events lost after the last one that was written. Collector only, between the ring's close and its reuse.
    pub(crate) fn take_gap(&self) -> u64 {
        // Relaxed: closing the ring published it, and the next owner gets the producer through a mutex.
        self.own.gap.swap(0, Ordering::Relaxed)
    }

    /// The precise clock, or 0 if this thread has read it too often in this tick.
    fn spend_clock(&self) -> u64 {
        let own = &self.own;
        let tick = clock::tick();
        let left = if own.clock_tick.load(Ordering::Relaxed) == tick {
            own.clock_left.load(Ordering::Relaxed)
        } else {
            own.clock_tick.store(tick, Ordering::Relaxed);
            CLOCK_BUDGET
        };
        if left == 0 {
            return 0;
        }
        own.clock_left.store(left - 1, Ordering::Relaxed);
        clock::now_ns()
    }

    /// A number for a new map.
    fn next_serial(&self) -> u64 {
        let own = &self.own;
        let next = undisturbed(|| {
            let left = own.serials_left.load(Ordering::Relaxed);
            let (next, left) = if left == 0 {
                (take_serials(SERIALS), SERIALS)
            } else {
                (own.serial.load(Ordering::Relaxed), left)
            };
            own.serial.store(next + 1, Ordering::Relaxed);
            own.serials_left.store(left - 1, Ordering::Relaxed);
            next
        });
        next.unwrap_or_else(|| take_serials(1))
    }

    /// An id for a new map, or `None` past the cap, and where a handler of a signal has interrupted what takes one.
    fn take_id(&self) -> Option<u32> {
        if let Some(id) = undisturbed(|| self.pop_id())? {
            return Some(id);
        }
        let mut fresh = [0; ID_CACHE];
        let len = {
            let _at_work = AtWork::begin();
            self.hub.take_ids(&mut fresh)
        };
        let fresh = &fresh[..len];
        let kept = undisturbed(|| {
            let none = self.own.ids_len.load(Ordering::Relaxed) == 0;
            if none {
                let ids = &self.own.ids;
                for i in 0..len {
                    ids[i].store(fresh[i], Ordering::Relaxed);
                }
                self.own.ids_len.store(len as u32, Ordering::Relaxed);
            }
            (none, self.pop_id())
        });
        if kept.is_none_or(|(kept, _)| !kept) {
            // A handler of a signal has been here meanwhile, or this is one.
            let _at_work = AtWork::begin();
            self.hub.give_back_ids(fresh);
        }
        kept?.1
    }

    /// One of those at hand.
    fn pop_id(&self) -> Option<u32> {
        let own = &self.own;
        let last = own.ids_len.load(Ordering::Relaxed).checked_sub(1)?;
        own.ids_len.store(last, Ordering::Relaxed);
        Some(own.ids[last as usize].load(Ordering::Relaxed))
    }
}

/// See [`Writer::undisturbed`].
#[inline]
fn undisturbed<R>(act: impl FnOnce() -> R) -> Option<R> {
    WRITER.with(|writer| writer.undisturbed(act))
}

/// Takes `n` numbers for new maps, which no map of this process has, and returns the first.
fn take_serials(n: u32) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    // Relaxed: only that no number comes twice.
    NEXT.fetch_add(u64::from(n), Ordering::Relaxed)
}

/// Whether this thread has, may have, or cannot have a producer.
#[derive(Clone, Copy)]
enum Phase {
    /// Nothing was tried yet, or a second ago.
    Open,
    /// Being attached: what is emitted now comes from inside maptrace or the allocator.
    Busy,
    /// There was no memory for a ring, at this time.
    Refused(u64),
    /// The thread's locals are being destroyed.
    Dead,
}

/// Closes the ring when the thread's locals are destroyed.
struct CloseOnExit;

impl Drop for CloseOnExit {
    fn drop(&mut self) {
        PHASE.set(Phase::Dead);
        if let Some(producer) = take_seat(None) {
            producer.ring.close();
        }
        // Hubs that are left after this, or never: there is no ring to go back to.
        let _ = LEVELS.try_with(Levels::close);
    }
}

/// What to go back to as hubs are left, innermost last.
struct Levels(RefCell<Vec<Level>>);

impl Levels {
    /// Closes the rings that nobody will come back to.
    fn close(&self) {
        for producer in self.0.borrow_mut().iter_mut().filter_map(|level| level.producer.take()) {
            producer.ring.close();
        }
    }
}

impl Drop for Levels {
    fn drop(&mut self) {
        // Which of a thread's locals is destroyed first depends on which was used first.
        self.close();
    }
}

thread_local! {
    static PRODUCER: Cell<Option<&'static Producer>> = const { Cell::new(None) };
    /// Attached to the ring of `PRODUCER`, always: [`take_seat`] changes both.
    static WRITER: Writer<'static> = const { Writer::new() };
    static PHASE: Cell<Phase> = const { Cell::new(Phase::Open) };
    /// Whether this is the thread of a collector.
    static COLLECTOR: Cell<bool> = const { Cell::new(false) };
    /// The hub a capture has put in the place of the global one.
    static LOCAL_HUB: Cell<Option<&'static Hub>> = const { Cell::new(None) };
    static LEVELS: Levels = const { Levels(RefCell::new(Vec::new())) };
    static CLOSE: CloseOnExit = const { CloseOnExit };
}

/// Makes `producer` this thread's, and returns the one it had; unless a handler of a signal has interrupted the writer: that
/// takes nothing as long as the handler runs, and is left as it is.
fn take_seat(producer: Option<&'static Producer>) -> Option<&'static Producer> {
    look_back();
    look_back_at_left_out();
    let ring = producer.map(|producer| &producer.ring);
    let before = WRITER.with(|writer| writer.attach_and(ring, || PRODUCER.replace(producer)))?;
    if work::is_on() {
        work::goes_on_from(left_out_here());
    }
    before
}

/// What [the thread's ring](Producer) counts of what it left out; none if it has no ring.
pub(crate) fn left_out_here() -> [u64; OPS] {
    PRODUCER.get().map_or([0; OPS], Producer::left_out)
}

/// Counts for [`work`] what this thread has left out, before it has another ring.
#[inline]
pub(crate) fn look_back_at_left_out() {
    if work::is_on() {
        work::left_out(left_out_here());
    }
}

/// Counts for [`work`] what this thread's writer would else forget.
#[inline]
pub(crate) fn look_back() {
    if work::is_on() {
        WRITER.with(|writer| writer.look_back(work::count_word));
    }
}

/// The hub that this thread's maps belong to, if tracing is on.
pub(crate) fn hub() -> Option<&'static Hub> {
    LOCAL_HUB.get().or_else(global::hub)
}

/// Whether it is known by now that nothing is to be traced on this thread. Takes no lock and starts nothing.
#[inline]
pub(crate) fn is_switched_off() -> bool {
    global::is_switched_off() && LOCAL_HUB.get().is_none()
}

/// The hub that this thread writes to, if anybody is to hear of its episodes.
#[inline]
pub(crate) fn hub_to_tell() -> Option<&'static Hub> {
    let hub = producer().ok()?.hub;
    (LOCAL_HUB.get().is_some() || hub.exports()).then_some(hub)
}

/// This thread's producer; makes it if there is none.
fn producer() -> Result<&'static Producer, Cause> {
    if let Some(producer) = PRODUCER.get() {
        return Ok(producer);
    }
    let producer = first_producer()?;
    context::prepare();
    Ok(producer)
}

/// This thread's producer if it has one; makes none.
#[cfg(feature = "guard")]
pub(crate) fn existing_producer() -> Option<&'static Producer> {
    PRODUCER.get()
}

/// As [`producer`], for what may well come while the thread's locals are being destroyed: those who know the active span
/// are not asked for the first time then.
fn producer_at_end() -> Result<&'static Producer, Cause> {
    PRODUCER.get().map_or_else(first_producer, Ok)
}

fn first_producer() -> Result<&'static Producer, Cause> {
    match PHASE.get() {
        Phase::Dead => return Err(Cause::TlsDead),
        Phase::Busy => return Err(Cause::Reentrant),
        Phase::Refused(at) if clock::coarse_ns().wrapping_sub(at) < RETRY_NS => return Err(Cause::Disabled),
        Phase::Refused(_) | Phase::Open => {}
    }
    // One that has interrupted the writer finds no ring, but there may be one in a moment.
    undisturbed(|| ()).ok_or(Cause::Reentrant)?;
    // To the end, so that nobody who comes into the midst of this makes another.
    let mut work = AtWork::begin();
    // Arm the destructor first: if it cannot be armed, the ring would never be closed.
    if CLOSE.try_with(|_| ()).is_err() {
        work.phase = Phase::Dead;
        return Err(Cause::TlsDead);
    }
    work.producer = hub().and_then(Hub::attach);
    if let Some(producer) = work.producer {
        producer.told.begin(&producer.ring);
    }
    work.phase = if work.producer.is_some() { Phase::Open } else { Phase::Refused(clock::coarse_ns()) };
    work.producer.ok_or(Cause::Disabled)
}

/// Marks this thread as at work as long as it lives; then puts back what was before.
pub(crate) struct AtWork {
    phase: Phase,
    producer: Option<&'static Producer>,
}

impl AtWork {
    /// Marks this thread as at work.
    pub(crate) fn begin() -> Self {
        Self { phase: PHASE.replace(Phase::Busy), producer: take_seat(None) }
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        // In this order, so that a handler of a signal never finds a thread that has no ring and is not at work.
        take_seat(self.producer);
        PHASE.set(self.phase);
    }
}

/// Runs `work` with "at work" marked on this thread, so that a traced map inside it, such as the allocator's, is
/// counted as reentrant and comes near no lock that `work` may hold.
pub(crate) fn at_work<R>(work: impl FnOnce() -> R) -> R {
    // Apart, as the compiler makes a copy of this one for each `work`. Our own code has the other alone, for there is none then.
    let _at_work = AtWork::begin();
    work()
}

/// As [`at_work`], unless the thread is at work already.
fn guarded<R>(work: impl FnOnce() -> R) -> Result<R, Cause> {
    match PHASE.get() {
        Phase::Busy => Err(Cause::Reentrant),
        Phase::Dead | Phase::Open | Phase::Refused(_) => Ok(at_work(work)),
    }
}

/// Marks this thread as a collector's, for ever: it is always at work, and maps that sinks make on it are not traced.
pub(crate) fn be_collector() {
    COLLECTOR.set(true);
    PHASE.set(Phase::Busy);
}

/// Whether this is a collector's thread.
pub(crate) fn is_collector() -> bool {
    COLLECTOR.get()
}

/// Records one operation of a map that has a record for itself; `map` is where it keeps its [bits](map_bits).
///
/// The common case adds it to the thread's open word, which is of the same map and tick and has room.
#[inline(always)]
pub(crate) fn emit_own(op: u64, map: &u64) {
    WRITER.with(|writer| {
        if !writer.try_add(*map | clock::stamp(), op) {
            emit_next(map, op, writer);
        }
    });
}

/// `writer` is this thread's. Its place is known to the caller; to look it up here is a call, around which registers are to
/// be saved. The map's bits are read again here, and the tick too, so that the caller need not keep them.
///
/// One operation in eight comes here, which is not rare. But what is kept in registers is moved out of their way only on the
/// way to a call that is marked so, and not for the other seven.
#[cold]
#[inline(never)]
fn emit_next(map: &u64, op: u64, writer: &Writer<'_>) {
    let key = *map | clock::stamp();
    if !writer.try_next(key, op) {
        emit_slowly(key, op, Writers::One);
    }
}

#[cold]
#[inline(never)]
fn emit_slowly(key: u64, op: u64, writers: Writers) {
    if !write(&[first_op(key, op)], true) {
        // Lost as an event, not as a count.
        count_lost(key, op, writers);
    }
}

#[cold]
fn count_lost(key: u64, op: u64, writers: Writers) {
    work::count_op(op as usize, 1);
    add(&record(id_of(key)).counts[op as usize], 1, writers);
}

/// Records one operation as an event, of a map or of those that share a record.
#[inline]
fn emit(op: u64, id: u32, writers: Writers) {
    let key = key(id, clock::stamp());
    if !WRITER.with(|writer| writer.try_op(key, op)) {
        emit_slowly(key, op, writers);
    }
}

/// The hub whose collector a map's record belongs to, if it is of this process. Takes a lock only if that is neither
/// this thread's nor the global one.
fn hub_of(record: &Record) -> Option<&'static Hub> {
    let owner = record.owner.load(Ordering::Relaxed);
    let own = PRODUCER.get().map(|producer| producer.hub);
    for near in &[own, LOCAL_HUB.get(), global::existing_hub()] {
        if near.is_some_and(|hub| hub.number == owner) {
            return *near;
        }
    }
    global::existing_generation()?.hub(owner)
}

fn write(words: &[u64], is_op: bool) -> bool {
    match producer() {
        Ok(producer) => producer.write(words, is_op),
        Err(cause) => {
            lost(cause);
            false
        }
    }
}

/// Writes words into this thread's ring that are no event, perhaps.
#[cfg(test)]
pub(crate) fn write_raw(words: &[u64]) {
    assert!(write(words, false), "there is room");
}

/// Counts an event that never came near a ring.
fn lost(cause: Cause) {
    if let Some(hub) = LOCAL_HUB.get().or_else(global::existing_hub) {
        hub.dropped[cause as usize].fetch_add(1, Ordering::Relaxed);
    }
}

/// The precise clock for an episode: always if `worth`, else while this thread's budget lasts; 0 if it does not.
#[inline]
pub(crate) fn clock_for_episode(worth: bool) -> u64 {
    match producer() {
        _ if worth => clock::now_ns(),
        Ok(producer) => producer.spend_clock(),
        // No ring, so no episode either: its time is of no use to anybody.
        Err(_) => 0,
    }
}

/// What a thread goes back to when it leaves a hub.
struct Level {
    /// Tells it from other levels of this thread.
    number: u64,
    hub: Option<&'static Hub>,
    producer: Option<&'static Producer>,
    phase: Phase,
}

/// The right to leave a hub: what [`enter_hub`] returns.
pub(crate) struct Entry {
    number: u64,
}

/// Puts `hub` in the place of the global one on this thread.
#[inline]
pub(crate) fn enter_hub(hub: &'static Hub) -> Entry {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    // Relaxed: only that no number comes twice.
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let phase = PHASE.get();
    let level = Level { number, hub: LOCAL_HUB.replace(Some(hub)), producer: take_seat(None), phase };
    if !matches!(phase, Phase::Dead) {
        PHASE.set(Phase::Open);
    }
    // At the very end of a thread there is no list any more, and nothing to go back to.
    let _ = LEVELS.try_with(|levels| levels.0.borrow_mut().push(level));
    Entry { number }
}

/// Leaves the hub that was entered with `entry`; this thread's ring in it is closed.
///
/// Hubs may be left in another order than they were entered in: then the thread stays in the one it is in, and goes back
/// past the one that is left. In a forked child every hub is left already.
#[inline]
pub(crate) fn leave_hub(entry: &Entry) {
    let closed = LEVELS.try_with(|levels| {
        let mut levels = levels.0.borrow_mut();
        let at = levels.iter().position(|level| level.number == entry.number)?;
        let below = levels.remove(at);
        match levels.get_mut(at) {
            // Entered from the hub that is left: from now on, from the one before that.
            Some(above) => {
                let left = above.producer;
                *above = Level { number: above.number, ..below };
                left
            }
            None => {
                LOCAL_HUB.set(below.hub);
                if !matches!(PHASE.get(), Phase::Dead) {
                    PHASE.set(below.phase);
                }
                take_seat(below.producer)
            }
        }
    });
    if let Some(producer) = closed.ok().flatten() {
        producer.ring.close();
    }
}

/// In a forked child: the parent's ring is the parent's.
pub(crate) fn forget_producer() {
    take_seat(None);
    linked::forget();
    LOCAL_HUB.set(None);
    let _ = LEVELS.try_with(|levels| levels.0.try_borrow_mut().map(|mut levels| levels.clear()));
    PHASE.set(Phase::Open);
}
