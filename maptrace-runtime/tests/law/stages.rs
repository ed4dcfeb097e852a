//! A sink that panics once, in each of the calls that the collector makes, the first time or a later one: the host notices
//! nothing, the collector goes on, no episode is given twice, and what is missing is counted.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use maptrace_runtime::collections::BTreeMap;
use maptrace_runtime::{Cause, Episode, EpisodeKind, Sink, Snapshot, builder, flush, shutdown, snapshot};

use crate::alone::{alone, scale};
use crate::process::{sleeps, this_thread};

const LONG: Duration = Duration::from_secs(60);
const CLEARS: u64 = 40;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Episode,
    Snapshot,
    #[cfg(feature = "notices")]
    Notice,
    Flush,
    Failed,
}

struct Panics {
    at: Stage,
    /// Calls until the panic, and how many there were.
    left: AtomicU32,
    given: Arc<Mutex<Vec<u64>>>,
}

impl Panics {
    fn called(&self, stage: Stage) {
        // Relaxed: the collector's thread alone.
        if stage == self.at {
            let left = self.left.load(Ordering::Relaxed);
            self.left.store(left.saturating_sub(1), Ordering::Relaxed);
            assert_ne!(left, 1, "a sink's");
        }
    }
}

impl Sink for Panics {
    fn episode(&mut self, episode: &Episode) -> bool {
        self.called(Stage::Episode);
        if let EpisodeKind::Clear { entries } = episode.kind {
            self.given.lock().expect("no panic").push(entries);
        }
        true
    }

    fn snapshot(&mut self, _: &Arc<Snapshot>) {
        self.called(Stage::Snapshot);
    }

    #[cfg(feature = "notices")]
    fn notice(&mut self, _: &maptrace_runtime::Notice) {
        self.called(Stage::Notice);
    }

    fn flush(&mut self, _: Instant) -> u64 {
        self.called(Stage::Flush);
        0
    }

    fn failed(&self) -> u64 {
        self.called(Stage::Failed);
        0
    }
}

/// Which call is to panic, in the process of one run.
const CALL: &str = "MAPTRACE_TEST_CALL";

/// Runs it with a panic at the first call, and at later ones where tests are to be large: each time in a process of its own,
/// as it is the process's collector that is meant.
fn panics_at(stage: Stage, test: &str) {
    if let Ok(call) = std::env::var(CALL) {
        alone(module_path!(), test, &[], || {
            panics_at_call(stage, call.parse().expect("a number"))
        });
        return;
    }
    for run in 0..scale() {
        let call = (run % 20 + 1).to_string();
        alone(module_path!(), test, &[(CALL, &call)], || {
            unreachable!("this is not that process")
        });
    }
}

fn panics_at_call(stage: Stage, call: u32) {
    let given = Arc::<Mutex<Vec<u64>>>::default();
    let sink = Panics {
        at: stage,
        left: AtomicU32::new(call),
        given: Arc::clone(&given),
    };
    let _guard = builder().sink(sink).interval(Duration::from_millis(1)).start();
    let mut map = BTreeMap::new();
    let mut events = 1;
    for entries in 1..=CLEARS {
        for key in 0..entries {
            map.insert(key, ());
        }
        map.clear();
        events += entries + 1;
        // Many calls of each kind, and none may be the one that ends it all.
        let _ = flush(LONG);
    }
    map.insert(0, ());
    events += 1;
    let _ = flush(LONG);
    let now = snapshot();
    let health = &now.health;
    assert_eq!(health.emitted, events, "{health:?}");
    assert_eq!(health.emitted, health.delivered + health.dropped_total(), "{health:?}");
    let map_now = now.map_at(file!()).expect("the map's site");
    assert_eq!((map_now.entries, map_now.clears), (1, CLEARS));
    assert!(health.restarts <= 1, "{health:?}");
    let given = given.lock().expect("no panic");
    let lost = health.dropped[Cause::ExportFailed as usize];
    assert!(
        given.windows(2).all(|pair| pair[0] < pair[1]),
        "twice, or out of order: {given:?}"
    );
    assert_eq!(given.len() as u64 + lost, CLEARS, "{health:?}, {given:?}");
    drop(given);
    assert!(shutdown(LONG).complete, "the collector is there still");
}

#[test]
fn in_an_episode() {
    panics_at(Stage::Episode, "in_an_episode");
}

#[test]
fn in_a_snapshot() {
    panics_at(Stage::Snapshot, "in_a_snapshot");
}

#[cfg(feature = "notices")]
#[test]
fn in_a_notice() {
    panics_at(Stage::Notice, "in_a_notice");
}

#[test]
fn in_a_flush() {
    panics_at(Stage::Flush, "in_a_flush");
}

#[test]
fn when_asked_what_has_failed() {
    panics_at(Stage::Failed, "when_asked_what_has_failed");
}

/// What comes while the collector is busy with a sink is in its answer to whoever has asked meanwhile: the sinks are flushed
/// after they were given it.
#[test]
fn what_comes_while_a_sink_is_busy_is_in_the_goodbye() {
    struct Busy {
        entered: Sender<()>,
        released: Receiver<()>,
        given: Arc<AtomicU32>,
        at_flush: Sender<u32>,
    }
    impl Sink for Busy {
        fn episode(&mut self, episode: &Episode) -> bool {
            if matches!(episode.kind, EpisodeKind::Clear { .. }) {
                self.given.fetch_add(1, Ordering::Relaxed);
                let _ = self.entered.send(());
                // An error says that nobody holds it up any more.
                let _ = self.released.recv();
            }
            true
        }

        fn flush(&mut self, _: Instant) -> u64 {
            let _ = self.at_flush.send(self.given.load(Ordering::Relaxed));
            0
        }
    }
    alone(
        module_path!(),
        "what_comes_while_a_sink_is_busy_is_in_the_goodbye",
        &[],
        || {
            let ((entered, inside), (release, released), (at_flush, flushes)) = (channel(), channel(), channel());
            let sink = Busy {
                entered,
                released,
                given: Arc::default(),
                at_flush,
            };
            let _guard = builder().sink(sink).start();
            let mut clears = 0;
            let mut map = BTreeMap::new();
            let mut clear = || {
                map.insert(0, ());
                map.clear();
                clears += 1;
                clears
            };
            for _ in 0..20 {
                clear();
                inside.recv().expect("the sink is called");
                let made = clear();
                let (asks, asked) = channel();
                let flushing = thread::spawn(move || {
                    asks.send(this_thread()).expect("somebody listens");
                    flush(LONG)
                });
                // It sleeps once it has asked, as good as always: if not, this round shows nothing, and another one will.
                let asking = asked.recv().expect("it asks");
                while !sleeps(&asking) {
                    thread::yield_now();
                }
                // This one, and the one that came meanwhile.
                release.send(()).expect("the sink waits");
                release.send(()).expect("the sink will wait");
                inside.recv().expect("the sink is called again");
                assert!(flushing.join().expect("no panic").complete);
                assert_eq!(flushes.recv(), Ok(made), "clears given before the sink was flushed");
            }
        },
    );
}
