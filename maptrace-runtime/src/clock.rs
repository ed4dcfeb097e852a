//! Two clocks. The coarse tick is a word that the collector publishes and every event copies: reading a clock for
//! each operation would cost more than the operation. Episodes read the precise clock, at both ends.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crate::event::{TICK_BITS, stamp_of, tick_of};

/// Nanoseconds of one coarse tick: 2^20, about a millisecond; a new one is published with each pass. 24 bits of them last
/// 4.9 hours; the collector extends them, because an event is never older than the ring it waits in.
pub(crate) const TICK_SHIFT: u32 = 20;

/// On a cache line of its own: it is read by every event and written at each pass of the collector.
#[repr(align(128))]
struct Line(AtomicU64);

/// The tick where it stands in the head of an event.
static STAMP: Line = Line(AtomicU64::new(0));

/// The tick as the collector last published it, where it stands in the head of an event.
#[inline(always)]
pub(crate) fn stamp() -> u64 {
    // Relaxed: a timestamp; nothing else is read on the strength of it.
    STAMP.0.load(Ordering::Relaxed)
}

/// The tick as the collector last published it.
pub(crate) fn tick() -> u32 {
    tick_of(stamp())
}

/// The time behind the tick, to the nanosecond, for those who read it rarely.
static COARSE: AtomicU64 = AtomicU64::new(0);

/// Publishes the tick of `now`, as the collector does at each pass.
pub(crate) fn publish_tick(now: u64) {
    STAMP.0.store(stamp_of((now >> TICK_SHIFT) as u32), Ordering::Relaxed);
    COARSE.store(now, Ordering::Relaxed);
}

/// Nanoseconds since the anchor at the collector's last pass.
pub(crate) fn coarse_ns() -> u64 {
    COARSE.load(Ordering::Relaxed)
}

/// The time of a tick that was published at or before `now`, in nanoseconds since the anchor. A tick that another
/// collector published a moment after `now` is not hours old, but of now.
pub(crate) fn tick_to_ns(tick: u32, now: u64) -> u64 {
    let now_tick = now >> TICK_SHIFT;
    let mask = u32::MAX >> (u32::BITS - TICK_BITS);
    let age = Some((now_tick as u32).wrapping_sub(tick) & mask).filter(|&age| age <= mask / 2).unwrap_or(0);
    now_tick.saturating_sub(u64::from(age)) << TICK_SHIFT
}

/// Where this process's nanoseconds begin.
struct Anchor {
    instant: Instant,
    system: SystemTime,
}

fn anchor() -> &'static Anchor {
    static ANCHOR: OnceLock<Anchor> = OnceLock::new();
    ANCHOR.get_or_init(|| Anchor {
        instant: Instant::now(),
        system: SystemTime::now(),
    })
}

/// Sets the anchor, if nobody has.
pub(crate) fn start() {
    anchor();
}

/// Nanoseconds since the anchor, from the monotonic clock: never 0, so that 0 can stand for "not timed".
pub(crate) fn now_ns() -> u64 {
    let ns = anchor().instant.elapsed().as_nanos();
    u64::try_from(ns).unwrap_or(u64::MAX).max(1)
}

/// Turns nanoseconds since the anchor into the time of day.
///
/// The time of day is taken once, so that durations stay right when an administrator steps the system clock.
pub(crate) fn to_system_time(ns: u64) -> SystemTime {
    anchor().system + Duration::from_nanos(ns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_is_of_the_past_or_of_now() {
        let wrap = 1_u64 << TICK_BITS;
        for now_tick in [5, wrap - 1, wrap, wrap + 5] {
            let at = |tick: u64| tick_to_ns((tick % wrap) as u32, now_tick << TICK_SHIFT) >> TICK_SHIFT;
            assert_eq!(at(now_tick), now_tick);
            assert_eq!(at(now_tick - 5), now_tick - 5);
            assert_eq!(at(now_tick + 1), now_tick, "the next tick, at {now_tick}");
        }
    }
}
