//! Two clocks. The coarse tick is a word that the collector publishes and every event copies: reading a clock for
//! each operation would cost more than the operation. Episodes read the precise clock, at both ends.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// Nanoseconds of one coarse tick: 2^20, about a millisecond. 32 bits of them last 52 days; the collector extends
/// them, because an event is never older than the ring it waits in.
const TICK_SHIFT: u32 = 20;

/// On a cache line of its own: it is read by every event and written about once a millisecond.
#[repr(align(128))]
struct Line(AtomicU32);

static TICK: Line = Line(AtomicU32::new(0));

/// The tick as the collector last published it.
#[inline(always)]
pub(crate) fn tick() -> u32 {
    // Relaxed: a timestamp; nothing else is read on the strength of it.
    TICK.0.load(Ordering::Relaxed)
}

/// The time behind the tick, to the nanosecond, for those who read it rarely.
static COARSE: AtomicU64 = AtomicU64::new(0);

/// Publishes the tick of `now`, as the collector does at each pass.
pub(crate) fn publish_tick(now: u64) {
    TICK.0.store((now >> TICK_SHIFT) as u32, Ordering::Relaxed);
    COARSE.store(now, Ordering::Relaxed);
}

/// Nanoseconds since the anchor at the collector's last pass.
pub(crate) fn coarse_ns() -> u64 {
    COARSE.load(Ordering::Relaxed)
}

/// The time of a tick that was published at or before `now`, in nanoseconds since the anchor.
pub(crate) fn tick_to_ns(tick: u32, now: u64) -> u64 {
    let now_tick = now >> TICK_SHIFT;
    let age = (now_tick as u32).wrapping_sub(tick);
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
