//! What a thread has done to maps, for those who ask how much of it a request did.
//!
//! Nothing is counted for it where it would cost something. A thread's ring has the very words that the thread wrote, so
//! it looks back at them when it gives up the piece of the ring that it may write to, once for a quarter of a ring at most, and
//! when it is asked. What it left out by sampling it counts beside its ring in any case. What else did not become a word there,
//! such as what is lost or part of a batch, is counted in the slow paths that it takes. Figures only ever grow; whoever asks takes the difference of two.
//!
//! Until somebody asks for the first time nothing is counted at all.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::context::MapWork;
use crate::event::{EventKind, OPS, each_op};
use crate::thread;

static ON: AtomicBool = AtomicBool::new(false);

/// Of one thread, since somebody first asked on it.
struct Done {
    ops: [Cell<u64>; OPS],
    cleared: Cell<u64>,
    paused: Cell<u64>,
    /// How much of what its ring counts as left out is among `ops`; `None` until somebody has asked.
    left_out: Cell<Option<[u64; OPS]>>,
}

thread_local! {
    // Without a destructor, as the ring's writer.
    static DONE: Done = const {
        Done {
            ops: [const { Cell::new(0) }; OPS],
            cleared: Cell::new(0),
            paused: Cell::new(0),
            left_out: Cell::new(None),
        }
    };
}

fn add(to: &Cell<u64>, n: u64) {
    to.set(to.get().wrapping_add(n));
}

#[inline]
pub(crate) fn is_on() -> bool {
    // Relaxed: who turned it on sees so on its own thread, and nobody else has asked yet.
    ON.load(Ordering::Relaxed)
}

/// Counts what a word of operations says.
#[cold]
pub(crate) fn count_word(word: u64) {
    DONE.with(|done| each_op(word).for_each(|op| add(&done.ops[op], 1)));
}

/// Counts what this thread has left out by sampling, which comes to `now` by the count of the ring that it has.
#[cold]
pub(crate) fn left_out(now: [u64; OPS]) {
    DONE.with(|done| {
        if let Some(before) = done.left_out.get() {
            for (op, now) in now.iter().enumerate() {
                add(&done.ops[op], now.wrapping_sub(before[op]));
            }
            done.left_out.set(Some(now));
        }
    });
}

/// This thread has another ring, whose count of what was left out is `now`.
#[cold]
pub(crate) fn goes_on_from(now: [u64; OPS]) {
    DONE.with(|done| done.left_out.set(done.left_out.get().and(Some(now))));
}

/// Counts what is no word in the ring.
#[inline]
pub(crate) fn count(kind: EventKind, n: u64) {
    if kind.is_op() {
        count_op(kind as usize, n);
    }
}

/// As [`count`], of an operation by its number.
#[inline]
pub(crate) fn count_op(op: usize, n: u64) {
    if is_on() {
        DONE.with(|done| add(&done.ops[op], n));
    }
}

/// Counts entries removed by `clear`.
#[inline]
pub(crate) fn cleared(entries: u64) {
    if is_on() {
        DONE.with(|done| add(&done.cleared, entries));
    }
}

/// Counts the time of a grow or rehash in place.
#[inline]
pub(crate) fn paused(nanoseconds: u64) {
    if is_on() {
        DONE.with(|done| add(&done.paused, nanoseconds));
    }
}

/// All that this thread has done, since any moment before the first call.
#[inline]
pub(crate) fn so_far() -> MapWork {
    ON.store(true, Ordering::Relaxed);
    thread::look_back();
    DONE.with(|done| done.left_out.set(Some(done.left_out.get().unwrap_or_else(thread::left_out_here))));
    thread::look_back_at_left_out();
    DONE.with(|done| {
        let of = |kind: EventKind| done.ops[kind as usize].get();
        MapWork {
            assigns: of(EventKind::AssignNew).wrapping_add(of(EventKind::AssignReplaced)),
            deletes: of(EventKind::DeleteHit).wrapping_add(of(EventKind::DeleteMiss)),
            cleared: done.cleared.get(),
            pause: Duration::from_nanos(done.paused.get()),
        }
    })
}
