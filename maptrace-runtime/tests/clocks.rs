//! Clocks that do what clocks do: the time of day is stepped, processors do not agree, a machine is stopped for an hour. This
//! program has its own `clock_gettime`, which std calls, so that no other program's clock is touched.
#![cfg(all(
    feature = "enable",
    any(not(feature = "release_off"), debug_assertions),
    target_os = "linux"
))]
#![expect(unsafe_code, reason = "stands in for the C library's clock")]

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::testing::Capture;
use maptrace_runtime::{Episode, Sink, builder, flush, snapshot};

use alone::alone;

#[path = "support/alone.rs"]
mod alone;

/// Nanoseconds that each clock is off.
static REALTIME: AtomicI64 = AtomicI64::new(0);
static MONOTONIC: AtomicI64 = AtomicI64::new(0);
/// Whether the monotonic clock is at each look that of another processor, ten milliseconds away.
static SKEWED: AtomicBool = AtomicBool::new(false);
static LOOKS: AtomicU64 = AtomicU64::new(0);

const SECOND: i64 = 1_000_000_000;
const HOUR: i64 = 3_600 * SECOND;
const SKEW: Duration = Duration::from_millis(10);

/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
unsafe extern "C" fn clock_gettime(clock: libc::clockid_t, time: *mut libc::timespec) -> libc::c_int {
    // SAFETY: the caller's promise is the system's.
    let result = unsafe { libc::syscall(libc::SYS_clock_gettime, clock, time) };
    let off = match clock {
        libc::CLOCK_REALTIME => REALTIME.load(Ordering::Relaxed),
        libc::CLOCK_MONOTONIC => {
            let behind = SKEWED.load(Ordering::Relaxed) && LOOKS.fetch_add(1, Ordering::Relaxed) % 2 == 1;
            MONOTONIC.load(Ordering::Relaxed) - if behind { SKEW.as_nanos() as i64 } else { 0 }
        }
        _ => 0,
    };
    if result == 0 && off != 0 {
        // SAFETY: the system has just written to it.
        let time = unsafe { &mut *time };
        let nanos = time.tv_nsec + off;
        time.tv_sec += nanos.div_euclid(SECOND);
        time.tv_nsec = nanos.rem_euclid(SECOND);
    }
    result as libc::c_int
}

/// Grows, shrinks, clears, batches and ends of maps, each an episode.
fn work() {
    for entries in 1..200_u32 {
        let mut map = HashMap::new();
        for key in 0..entries {
            map.insert(key, ());
        }
        map.extend((0..entries).map(|key| (key + 100, ())));
        map.shrink_to_fit();
        map.clear();
    }
}

fn step(clock: &AtomicI64, by: i64) {
    clock.fetch_add(by, Ordering::Relaxed);
}

#[test]
fn this_is_the_clock_that_is_looked_at() {
    alone(module_path!(), "this_is_the_clock_that_is_looked_at", &[], || {
        let (day, monotonic) = (SystemTime::now(), Instant::now());
        step(&REALTIME, HOUR);
        step(&MONOTONIC, 2 * HOUR);
        assert!(day.elapsed().expect("later").as_secs() >= 3_600);
        assert!(monotonic.elapsed().as_secs() >= 7_200);
        step(&REALTIME, -2 * HOUR);
        assert!(day.elapsed().is_err());
    });
}

/// No duration is negative, which would be centuries, and none is longer than it was by more than the clocks are apart.
#[test]
fn processors_that_do_not_agree() {
    alone(module_path!(), "processors_that_do_not_agree", &[], || {
        let capture = Capture::install();
        let began = Instant::now();
        SKEWED.store(true, Ordering::Relaxed);
        work();
        let episodes = capture.episodes();
        let now = capture.snapshot();
        SKEWED.store(false, Ordering::Relaxed);
        let most = began.elapsed() + SKEW;
        assert!(episodes.len() > 1_000, "{}", episodes.len());
        for episode in &episodes {
            assert!(
                episode.duration.is_none_or(|duration| duration <= most),
                "{most:?}: {episode:?}"
            );
        }
        let site = now.map_at(file!()).expect("its site");
        assert!(
            site.pause_max <= most && site.pauses.max() <= Some(most.as_nanos() as u64),
            "{most:?}: {site:?}"
        );
        assert!(
            now.uptime() <= most && now.health.busy <= most,
            "{most:?}: {:?}",
            now.health
        );
        assert_eq!(now.health.clock_steps, 0);
    });
}

/// As where a whole machine is stopped and goes on: what was under way took that long, and nothing else did.
#[test]
fn a_machine_that_was_stopped() {
    alone(module_path!(), "a_machine_that_was_stopped", &[], || {
        let capture = Capture::install();
        work();
        let mut waits = HashMap::new();
        for key in 0..300_u32 {
            waits.insert(key, 0_u8);
        }
        step(&MONOTONIC, HOUR);
        step(&REALTIME, HOUR);
        // The coarse time is that of the last pass.
        let _ = capture.snapshot();
        work();
        drop(waits);
        let hour = Duration::from_secs(3_600);
        let long: Vec<_> = capture
            .episodes()
            .into_iter()
            .filter(|it| it.duration >= Some(hour))
            .collect();
        assert_eq!(long.len(), 1, "the life of one map: {long:?}");
        assert!(long[0].duration < Some(hour + hour), "{long:?}");
        let now = capture.snapshot();
        assert!(now.maps.iter().all(|map| map.pause_max < hour));
        assert!((hour..hour + hour).contains(&now.uptime()), "{:?}", now.uptime());
        assert_eq!(now.health.clock_steps, 0, "both clocks went on together");
    });
}

/// Notes what it is told and when.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<(Episode, SystemTime)>>>);

impl Sink for Notes {
    fn episode(&mut self, episode: &Episode) -> bool {
        self.0
            .lock()
            .expect("no panic")
            .push((episode.clone(), SystemTime::now()));
        true
    }
}

/// Set by an hour, set back by two, and a night's sleep, in which the monotonic clock stands still: each is found once, and what
/// happens after it is told in the new time.
#[test]
fn a_time_of_day_that_is_stepped() {
    alone(module_path!(), "a_time_of_day_that_is_stepped", &[], || {
        let notes = Notes::default();
        let began = Instant::now();
        let _guard = builder().sink(notes.clone()).start();
        let long = Duration::from_secs(60);
        for (steps, by) in [(0, 0), (1, HOUR), (2, -2 * HOUR), (3, 9 * HOUR)] {
            step(&REALTIME, by);
            let now = snapshot();
            assert_eq!(now.health.clock_steps, steps);
            assert!(now.uptime() <= began.elapsed(), "{:?}", now.uptime());
            let before = SystemTime::now();
            work();
            assert!(flush(long).complete);
            let told = std::mem::take(&mut *notes.0.lock().expect("no panic"));
            assert!(told.len() > 1_000, "{}", told.len());
            // The anchor's two clocks, and a step's, are not looked at at once.
            let apart = Duration::from_millis(100) + began.elapsed();
            for (episode, at) in &told {
                assert!(
                    episode.start + apart >= before && episode.start <= *at + apart,
                    "{before:?}, {at:?}: {episode:?}"
                );
                assert!(
                    episode.duration.is_none_or(|duration| duration <= began.elapsed()),
                    "{episode:?}"
                );
            }
        }
        let now = snapshot();
        assert_eq!(
            (now.health.clock_steps, now.health.damaged, now.health.restarts),
            (3, 0, 0)
        );
        let said = maptrace_runtime::report().to_json();
        assert!(said.contains("\"clock_steps\":3"), "{said}");
    });
}
