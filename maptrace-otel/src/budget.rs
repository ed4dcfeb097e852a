//! How long a push may take.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A blocking call waits at most this long before it looks at its budget again, because a shutdown may have shortened it.
pub(crate) const SLICE: Duration = Duration::from_millis(50);

/// What a delivery may take while there is a hurry.
const HURRIED: Duration = Duration::from_secs(1);

/// `now + wait`, for any `wait` a program can come up with.
pub(crate) fn after(now: Instant, wait: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(365 * 24 * 3600);
    now.checked_add(wait).unwrap_or_else(|| now + FAR)
}

/// The moment after which the exporter's thread has nothing left to do, set by a shutdown.
#[derive(Debug)]
pub(crate) struct Cutoff {
    base: Instant,
    /// Nanoseconds after `base`; `u64::MAX` for as long as no shutdown was asked for. Nothing else is published by it.
    nanos: AtomicU64,
    /// Whether more waits than can wait for a server that does not answer. Nothing else is published by it.
    hurry: AtomicBool,
}

impl Cutoff {
    pub(crate) fn new() -> Self {
        Self {
            base: Instant::now(),
            nanos: AtomicU64::new(u64::MAX),
            hurry: AtomicBool::new(false),
        }
    }

    pub(crate) fn set(&self, at: Instant) {
        let nanos = at.saturating_duration_since(self.base).as_nanos();
        let nanos = u64::try_from(nanos).unwrap_or(u64::MAX - 1);
        self.nanos.store(nanos, Ordering::Relaxed);
    }

    /// Whether a delivery that takes its time is to end, as what waits behind it has a place on disk.
    pub(crate) fn hurry(&self, on: bool) {
        self.hurry.store(on, Ordering::Relaxed);
    }

    fn get(&self) -> Option<Instant> {
        match self.nanos.load(Ordering::Relaxed) {
            u64::MAX => None,
            nanos => Some(after(self.base, Duration::from_nanos(nanos))),
        }
    }
}

/// The total time of one delivery: connecting, writing, reading, waiting and all retries.
#[derive(Debug)]
pub(crate) struct Budget<'a> {
    end: Instant,
    /// Where it ends if there is a hurry: a server that answers sooner is not slow.
    hurried: Instant,
    cutoff: &'a Cutoff,
}

impl<'a> Budget<'a> {
    pub(crate) fn new(timeout: Duration, cutoff: &'a Cutoff) -> Self {
        let now = Instant::now();
        Self {
            end: after(now, timeout),
            hurried: after(now, timeout.min(HURRIED)),
            cutoff,
        }
    }

    /// What is left of it, never zero; `None` when it is spent.
    pub(crate) fn remaining(&self) -> Option<Duration> {
        let end = if self.cutoff.hurry.load(Ordering::Relaxed) {
            self.hurried
        } else {
            self.end
        };
        let end = self.cutoff.get().map_or(end, |cutoff| cutoff.min(end));
        let left = end.saturating_duration_since(Instant::now());
        (left > Duration::ZERO).then_some(left)
    }

    /// As [`remaining`](Self::remaining), but at most [`SLICE`].
    pub(crate) fn slice(&self) -> Option<Duration> {
        // The socket options round down to microseconds, and zero means "for ever" to them.
        self.remaining().map(|left| left.clamp(Duration::from_micros(1), SLICE))
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, Cutoff, after};
    use std::time::{Duration, Instant};

    #[test]
    fn a_cutoff_shortens_a_budget_and_never_lengthens_it() {
        let cutoff = Cutoff::new();
        let budget = Budget::new(Duration::from_secs(3600), &cutoff);
        assert!(budget.remaining().is_some());
        cutoff.set(after(Instant::now(), Duration::from_secs(7200)));
        assert!(budget.remaining().expect("an hour") <= Duration::from_secs(3600));
        cutoff.set(Instant::now());
        assert_eq!(budget.remaining(), None);
        assert_eq!(budget.slice(), None);
    }

    #[test]
    fn a_hurry_leaves_a_second() {
        let cutoff = Cutoff::new();
        let budget = Budget::new(Duration::from_secs(3600), &cutoff);
        cutoff.hurry(true);
        assert!(budget.remaining().is_none_or(|left| left <= Duration::from_secs(1)));
        cutoff.hurry(false);
        assert!(budget.remaining().expect("an hour") > Duration::from_secs(60));
    }

    #[test]
    fn absurd_timeouts_do_not_overflow() {
        let cutoff = Cutoff::new();
        assert!(Budget::new(Duration::MAX, &cutoff).remaining().is_some());
        cutoff.set(after(Instant::now(), Duration::MAX));
        assert!(Budget::new(Duration::MAX, &cutoff).remaining().is_some());
    }
}
