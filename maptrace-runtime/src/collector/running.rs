//! The collector's thread: how long it sleeps between two passes, and what it answers to those who ask.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::outlet;
use crate::hub::{Hub, Phase, lock};
use crate::say::say;
use crate::thread;

/// How often a collector is started again after a panic in a sink.
const RESTARTS: u32 = 3;
/// Sleep between passes under load, and at most when nothing happens (four wake-ups a second).
const BUSY_SLEEP: Duration = Duration::from_millis(4);
/// The shortest sleep worth its system call.
const LEAST_SLEEP: Duration = Duration::from_micros(20);
const IDLE_SLEEP: Duration = Duration::from_millis(250);

/// The collector's thread: runs until `shutdown`, and is run again, a bounded number of times, if a sink panics.
pub(crate) fn run(hub: &'static Hub) {
    thread::be_collector();
    hub.set_thread(std::thread::current());
    let mut restarts = 0;
    while catch_unwind(AssertUnwindSafe(|| drain_until_stopped(hub))).is_err() {
        restarts += 1;
        if restarts > RESTARTS {
            hub.set_phase(Phase::Dead);
            say(format_args!(
                "the collector panicked {restarts} times and is off; counts go on, spans and exports do not"
            ));
            break;
        }
        hub.restarts.fetch_add(1, Ordering::Relaxed);
    }
    outlet::abandon(hub);
}

fn drain_until_stopped(hub: &'static Hub) {
    let mut sleep = BUSY_SLEEP;
    let mut published = Instant::now();
    loop {
        let (drained, fullest) = {
            let mut core = lock(&hub.core);
            let drained = core.pass(hub, None);
            core.enlarge(hub);
            (drained, core.fullest)
        };
        #[cfg(feature = "guard")]
        crate::guard::tend(hub);
        outlet::feed(hub);
        if published.elapsed() >= hub.config.interval {
            published = Instant::now();
            outlet::publish(hub);
        }
        let stop = answer(hub);
        if stop {
            return;
        }
        sleep = next_sleep(sleep, drained, fullest);
        if sleep < LEAST_SLEEP {
            // The rings fill faster than a sleep takes to end.
            std::thread::yield_now();
        } else {
            hub.sleep(sleep);
        }
    }
}

/// How long to sleep after a sleep of `last`, in which `drained` events came and the fullest ring filled to `fullest`:
/// until that ring should be a quarter full again, if the load stays as it is.
fn next_sleep(last: Duration, drained: u64, fullest: f64) -> Duration {
    if drained == 0 {
        return (last.max(BUSY_SLEEP) * 2).min(IDLE_SLEEP);
    }
    last.max(LEAST_SLEEP).min(BUSY_SLEEP).mul_f64((0.25 / fullest.max(1e-6)).min(64.0)).min(BUSY_SLEEP)
}

/// Answers what callers asked for. Returns whether it was to stop.
fn answer(hub: &'static Hub) -> bool {
    let (asked, until, stop) = {
        let requests = lock(&hub.requests);
        if requests.asked == requests.done {
            return false;
        }
        (requests.asked, requests.sinks_until, requests.stop)
    };
    lock(&hub.core).settle(hub, None);
    outlet::feed(hub);
    let mut left = 0;
    if let Some(until) = until {
        outlet::publish(hub);
        left = outlet::deliver(hub, until, stop);
    }
    // All under one lock, so that nobody sees the end of the collector before the answer. A sink that panicked has
    // not come here: its request is still open, and tried again.
    let mut requests = lock(&hub.requests);
    requests.done = asked;
    requests.left = left;
    if requests.asked == asked {
        requests.sinks_until = None;
    }
    if stop {
        hub.set_phase(Phase::Shutdown);
    }
    drop(requests);
    hub.answered.notify_all();
    stop
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_sleeps_shorter_the_fuller_the_rings() {
        // Nothing came: longer and longer, up to a bound.
        assert_eq!(next_sleep(Duration::ZERO, 0, 0.0), BUSY_SLEEP * 2);
        assert_eq!(next_sleep(IDLE_SLEEP, 0, 0.0), IDLE_SLEEP);
        // A full ring: a quarter of the time, and then a quarter of that.
        let first = next_sleep(BUSY_SLEEP, 1, 1.0);
        assert_eq!(first, BUSY_SLEEP / 4);
        assert!(next_sleep(first, 1, 1.0) < first);
        // A quarter full is as it should be; next to empty, the sleep is the longest under load.
        assert_eq!(next_sleep(first, 1, 0.25), first);
        assert_eq!(next_sleep(first, 1, 0.0), BUSY_SLEEP);
        assert_eq!(next_sleep(IDLE_SLEEP, 1, 0.0), BUSY_SLEEP);
    }
}
