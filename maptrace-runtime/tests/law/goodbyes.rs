//! `flush` and `shutdown` return in time wherever they are called, whatever the sink does, and what is left is counted.

use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use maptrace_runtime::collections::BTreeMap;
use maptrace_runtime::{Cause, Episode, FlushOutcome, Sink, builder, flush, shutdown, snapshot};

use crate::alone::alone;

const DEADLINE: Duration = Duration::from_millis(100);
/// Nothing but a call that hangs takes so long.
const HANG: Duration = Duration::from_secs(60);
const CLEARS: u64 = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behaviour {
    Takes,
    Refuses,
    /// For ever.
    Hangs,
    /// Longer for one episode than there is time.
    Dawdles,
    Panics,
    PanicsInFlush,
}

impl Sink for Behaviour {
    fn episode(&mut self, _: &Episode) -> bool {
        match self {
            Self::Hangs => loop {
                thread::park();
            },
            Self::Dawdles => {
                let until = Instant::now() + 3 * DEADLINE;
                while Instant::now() < until {
                    thread::park_timeout(until.saturating_duration_since(Instant::now()));
                }
            }
            Self::Panics => panic!("a sink's"),
            Self::Takes | Self::Refuses | Self::PanicsInFlush => {}
        }
        *self != Self::Refuses
    }

    fn flush(&mut self, _: Instant) -> u64 {
        assert_ne!(*self, Self::PanicsInFlush, "a sink's");
        0
    }
}

type Call = fn(Duration) -> FlushOutcome;
/// What calls returned, and how long they took.
type Outcomes = Arc<Mutex<Vec<(FlushOutcome, Duration)>>>;

fn call(finish: Call, outcomes: &Outcomes) {
    let began = Instant::now();
    let outcome = finish(DEADLINE);
    outcomes.lock().expect("no panic").push((outcome, began.elapsed()));
}

/// Calls when it is dropped.
struct AtDrop(Call, Outcomes);

impl Drop for AtDrop {
    fn drop(&mut self) {
        call(self.0, &self.1);
    }
}

/// Calls from everywhere, and returns how many times.
fn from_everywhere(finish: Call, outcomes: &Outcomes) -> usize {
    // Here, and again.
    (0..2).for_each(|_| call(finish, outcomes));
    // While a panic unwinds.
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let _at_drop = AtDrop(finish, Arc::clone(outcomes));
        panic::resume_unwind(Box::new(()));
    }));
    assert!(unwound.is_err());
    // In a panic hook.
    let before = panic::take_hook();
    let hooked = Arc::clone(outcomes);
    panic::set_hook(Box::new(move |_| {
        if thread::current().name() == Some("panics") {
            call(finish, &hooked);
        }
    }));
    let panics = thread::Builder::new().name("panics".to_owned());
    assert!(panics.spawn(|| panic!("a host's")).expect("a thread").join().is_err());
    panic::set_hook(before);
    // While a thread's locals are destroyed.
    thread_local! {
        static LAST: std::cell::RefCell<Option<AtDrop>> = const { std::cell::RefCell::new(None) };
    }
    let last = AtDrop(finish, Arc::clone(outcomes));
    thread::spawn(move || LAST.set(Some(last))).join().expect("no panic");
    // By eight at once.
    let threads: [_; 8] = std::array::from_fn(|_| {
        let outcomes = Arc::clone(outcomes);
        thread::spawn(move || call(finish, &outcomes))
    });
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    2 + 3 + 8
}

fn says_goodbye(test: &str, sink: Behaviour) {
    alone(module_path!(), test, &[], || {
        let guard = builder().sink(sink).start();
        let mut map = BTreeMap::new();
        for _ in 0..CLEARS {
            map.insert(0, ());
            map.clear();
        }
        let events = 1 + 2 * CLEARS;
        let outcomes = Outcomes::default();
        let mut calls = 0;
        for finish in [flush as Call, shutdown] {
            calls += from_everywhere(finish, &outcomes);
        }
        let outcomes = outcomes.lock().expect("no panic").clone();
        assert_eq!(outcomes.len(), calls, "each call has returned");
        let longest = outcomes.iter().map(|(_, took)| *took).max().expect("calls");
        assert!(longest < HANG, "{longest:?}");
        println!("measured: {sink:?}: {calls} calls with {DEADLINE:?} each, the longest took {longest:?}");
        let is_well = matches!(sink, Behaviour::Takes | Behaviour::Refuses);
        if sink == Behaviour::Hangs {
            assert!(outcomes.iter().all(|(outcome, _)| !outcome.complete), "{outcomes:?}");
            assert!(
                outcomes.iter().all(|(outcome, _)| outcome.left <= CLEARS),
                "{outcomes:?}"
            );
        }
        let health = snapshot().health.clone();
        assert_eq!(health.emitted, events, "{health:?}");
        assert_eq!(health.emitted, health.delivered + health.dropped_total(), "{health:?}");
        let failed = health.dropped[Cause::ExportFailed as usize];
        assert_eq!(
            failed > 0,
            matches!(sink, Behaviour::Refuses | Behaviour::Panics),
            "{health:?}"
        );
        assert!(!is_well || health.restarts == 0, "{health:?}");
        // One that hangs is never waited for, and its thread goes with the process.
        if sink == Behaviour::Hangs {
            std::mem::forget(guard);
        }
    });
}

macro_rules! goodbyes {
    ($($name:ident: $sink:ident;)*) => { $(
        #[test]
        fn $name() {
            says_goodbye(stringify!($name), Behaviour::$sink);
        }
    )* };
}

goodbyes! {
    to_a_sink_that_takes: Takes;
    to_a_sink_that_refuses: Refuses;
    to_a_sink_that_hangs: Hangs;
    to_a_sink_that_dawdles: Dawdles;
    to_a_sink_that_panics: Panics;
    to_a_sink_that_panics_in_flush: PanicsInFlush;
}
