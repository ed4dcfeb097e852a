//! A handler of a signal that uses a traced map, in the midst of whatever its thread does with another one.
#![expect(unsafe_code, reason = "std has no signals")]

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{io, mem, ptr};

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::{Cause, snapshot};

use crate::alone::{alone, scale};

/// The handler's own map, with room for all that it is given: the handler allocates nothing.
struct Of(UnsafeCell<Option<HashMap<u64, [u8; 5]>>>);

// SAFETY: only the handler touches it while signals come, and it does not interrupt itself: the signal is blocked while
// its handler runs, and is sent to one thread alone. Kept by the test below.
unsafe impl Sync for Of {}

static MAP: Of = Of(UnsafeCell::new(None));
static CALLS: AtomicU64 = AtomicU64::new(0);

extern "C" fn handle(_: libc::c_int) {
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    // SAFETY: see `Of`.
    let map = unsafe { &mut *MAP.0.get() };
    if let Some(map) = map {
        map.insert(call % 100, [0; 5]);
        map.remove(&(call % 100));
        if call.is_multiple_of(8) {
            // An event of several words.
            map.clear();
        }
    }
}

/// Sends this thread a signal each 20 us, until it is dropped.
struct Timer(libc::timer_t);

impl Timer {
    fn start() -> Self {
        // SAFETY: all zeroes are a valid event.
        let mut event: libc::sigevent = unsafe { mem::zeroed() };
        event.sigev_notify = libc::SIGEV_THREAD_ID;
        event.sigev_signo = libc::SIGUSR1;
        // SAFETY: has no preconditions.
        event.sigev_notify_thread_id = unsafe { libc::gettid() };
        let mut timer = ptr::null_mut();
        // SAFETY: both places are valid; the event is copied.
        let made = unsafe { libc::timer_create(libc::CLOCK_MONOTONIC, &raw mut event, &raw mut timer) };
        assert_eq!(made, 0, "{}", io::Error::last_os_error());
        let often = libc::timespec {
            tv_sec: 0,
            tv_nsec: 20_000,
        };
        let times = libc::itimerspec {
            it_interval: often,
            it_value: often,
        };
        // SAFETY: the timer is there, and the times are copied.
        let set = unsafe { libc::timer_settime(timer, 0, &raw const times, ptr::null_mut()) };
        assert_eq!(set, 0);
        Self(timer)
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // SAFETY: it is there, and nobody else has it.
        unsafe { libc::timer_delete(self.0) };
    }
}

/// Whatever the handler interrupts, both maps are counted exactly. What it comes into the midst of loses it the event, which
/// is counted.
#[test]
fn a_handler_of_a_signal_uses_a_map() {
    let signals = 5_000 * u64::from(scale());
    alone(module_path!(), "a_handler_of_a_signal_uses_a_map", &[], || {
        let mut map = HashMap::with_capacity(200);
        map.insert(0, [0; 5]);
        // SAFETY: no signal comes yet.
        unsafe { *MAP.0.get() = Some(map) };
        // SAFETY: the handler is a plain function that allocates nothing and does not unwind.
        let before = unsafe { libc::signal(libc::SIGUSR1, handle as *const () as libc::sighandler_t) };
        assert_ne!(before, libc::SIG_ERR);
        let (mut operations, mut clears) = (0_u64, 0_u64);
        let mut mine = BTreeMap::new();
        let timer = Timer::start();
        while CALLS.load(Ordering::Relaxed) < signals {
            // Maps that get rings' words, numbers and records, and that are dropped.
            let mut other = BTreeMap::new();
            for _ in 0..1_000 {
                if operations % 3 < 2 {
                    mine.insert(operations % 50, ());
                } else {
                    mine.remove(&(operations % 50));
                }
                operations += 1;
                if operations.is_multiple_of(10) {
                    other.insert(operations, [0_u8; 3]);
                }
            }
            mine.clear();
            clears += 1;
        }
        drop(timer);
        let calls = CALLS.load(Ordering::Relaxed);
        let now = snapshot();
        let health = &now.health;
        assert_eq!(
            health.emitted,
            health.delivered + health.dropped.iter().sum::<u64>() + health.sampled_out,
            "{health:?}"
        );
        let of = |type_name: &str| {
            let map = now
                .maps
                .iter()
                .find(|map| map.site.type_name.contains(type_name))
                .expect("a site");
            let totals = map.totals;
            let operations = totals.assigns_new + totals.assigns_replaced + totals.deletes_hit + totals.deletes_miss;
            (operations, map.clears, map.created, map.live)
        };
        println!(
            "measured: {calls} signals within {operations} operations and {clears} clears: {} of {} events lost, {} words damaged, {} restarts",
            health.dropped_total(),
            health.emitted,
            health.damaged,
            health.restarts
        );
        assert_eq!(of("[u8; 5]"), (2 * calls + 1, calls.div_ceil(8), 1, 1), "{health:?}");
        assert_eq!(of("()"), (operations, clears, 1, 1), "{health:?}");
        assert_eq!(of("[u8; 3]"), (operations / 10, 0, clears, 0), "{health:?}");
        assert_eq!((health.damaged, health.restarts), (0, 0));
        let causes = [Cause::Reentrant, Cause::Full].map(|cause| health.dropped[cause as usize]);
        assert_eq!(causes.iter().sum::<u64>(), health.dropped_total(), "{health:?}");
        // SAFETY: no signal comes any more.
        unsafe { *MAP.0.get() = None };
    });
}
