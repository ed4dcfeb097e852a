//! Two clocks. The coarse tick is a word that the collector publishes and every event copies: reading a clock for
//! each operation would cost more than the operation. Episodes read the precise clock, at both ends.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
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
    ANCHOR.get_or_init(|| {
        let look = || Anchor {
            instant: Instant::now(),
            system: SystemTime::now(),
        };
        let mut anchor = look();
        // A thread may have to wait for the processor between the two.
        for _ in 0..8 {
            if anchor.instant.elapsed() < Duration::from_millis(1) {
                break;
            }
            anchor = look();
        }
        anchor
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

/// A step of the time of day of this many nanoseconds or more is one; what is less may be the time between two looks.
const LEAST_STEP: u64 = 100_000_000;

/// Nanoseconds by which the time of day was stepped since the anchor.
static STEPPED: AtomicI64 = AtomicI64::new(0);
/// How often.
static STEPS: AtomicU64 = AtomicU64::new(0);

/// Turns nanoseconds since the anchor into the time of day, as it is now.
///
/// The time of day is looked at when somebody wants to know all there is, and for nothing that lasts: durations stay right when an
/// administrator or the network's time steps the system clock, or a machine wakes up.
pub(crate) fn to_system_time(ns: u64) -> SystemTime {
    // Relaxed: a number; a step that is just being found is one that the caller may have missed.
    let stepped = STEPPED.load(Ordering::Relaxed);
    let at = anchor().system + Duration::from_nanos(ns);
    let by = Duration::from_nanos(stepped.unsigned_abs());
    if stepped < 0 { at.checked_sub(by) } else { at.checked_add(by) }.unwrap_or(at)
}

/// The time of day now, and how often it was stepped until now. Takes note of a step.
pub(crate) fn time_of_day() -> (SystemTime, u64) {
    let before = now_ns();
    let now = SystemTime::now();
    // A thread may have waited for the processor between the two clocks.
    let between = now_ns().saturating_sub(before);
    let known = STEPPED.load(Ordering::Relaxed);
    let step = since(now, to_system_time(before));
    if step.unsigned_abs() >= LEAST_STEP.saturating_add(between) {
        let stepped = known.saturating_add(step);
        // Of several that find it, one.
        if STEPPED.compare_exchange(known, stepped, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            STEPS.fetch_add(1, Ordering::Relaxed);
        }
    }
    (now, STEPS.load(Ordering::Relaxed))
}

/// Nanoseconds from `other` to `time`.
fn since(time: SystemTime, other: SystemTime) -> i64 {
    let nanos = |time: Duration| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX);
    time.duration_since(other).map_or_else(|error| -nanos(error.duration()), nanos)
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
