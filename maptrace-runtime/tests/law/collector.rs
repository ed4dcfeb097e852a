//! A collector with sinks that panic, refuse, block, or call back; and the end of it.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use maptrace_runtime::collections::BTreeMap;
use maptrace_runtime::testing::Capture;
use maptrace_runtime::{
    Cause, Episode, EpisodeKind, FlushOutcome, Health, MapSnapshot, Sink, Snapshot, builder, flush, shutdown, snapshot,
};

use crate::alone::alone;

/// Longer than any of these takes: a call that only returns because time is up fails on what it then says.
const LONG: Duration = Duration::from_secs(60);

/// A sink made of closures.
struct Fake {
    episode: Box<dyn FnMut(&Episode) -> bool + Send>,
    flush: Box<dyn FnMut() -> u64 + Send>,
    snapshot: Box<dyn FnMut() + Send>,
    failed: Arc<Mutex<u64>>,
}

impl Fake {
    fn new(episode: impl FnMut(&Episode) -> bool + Send + 'static) -> Self {
        Self {
            episode: Box::new(episode),
            flush: Box::new(|| 0),
            snapshot: Box::new(|| ()),
            failed: Arc::default(),
        }
    }
}

impl Sink for Fake {
    fn episode(&mut self, episode: &Episode) -> bool {
        (self.episode)(episode)
    }

    fn snapshot(&mut self, _: &Arc<Snapshot>) {
        (self.snapshot)();
    }

    fn flush(&mut self, _: Instant) -> u64 {
        (self.flush)()
    }

    fn failed(&self) -> u64 {
        *self.failed.lock().expect("no panic")
    }
}

/// A map that lives on, and what was done to it.
struct Host {
    map: BTreeMap<u64, ()>,
    events: u64,
}

impl Host {
    fn new() -> Self {
        let mut map = BTreeMap::new();
        map.insert(0, ());
        Self { map, events: 2 }
    }

    /// One episode, a Clear of `entries`, after as many assigns.
    fn clear(&mut self, entries: u64) {
        self.map.remove(&0);
        for key in 1..=entries {
            self.map.insert(key, ());
        }
        self.map.clear();
        self.events += entries + 2;
    }

    /// Compares maptrace's books with the host's.
    fn check(&self) -> Health {
        let now = snapshot();
        let health = now.health.clone();
        assert_eq!(health.emitted, self.events, "{health:?}");
        assert_eq!(
            health.emitted,
            health.delivered + health.dropped.iter().sum::<u64>(),
            "{health:?}"
        );
        let map = now.map_at(file!()).expect("the host's site");
        let totals = map.totals;
        let ops = totals.assigns_new + totals.assigns_replaced + totals.deletes_hit + totals.deletes_miss;
        assert_eq!(
            (ops + map.clears + map.created, map.entries),
            (self.events, self.map.len() as u64)
        );
        health
    }
}

/// A list of what a sink was given, and a closure that adds to it.
fn list() -> (Arc<Mutex<Vec<u64>>>, impl FnMut(&Episode) + Send) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&seen);
    (seen, move |episode: &Episode| {
        let EpisodeKind::Clear { entries } = episode.kind else {
            panic!("the host only clears: {episode:?}")
        };
        into.lock().expect("no panic").push(entries);
    })
}

fn dropped(health: &Health, cause: Cause) -> u64 {
    health.dropped[cause as usize]
}

/// A sink that panics at its first `panics` episodes: each costs one episode and one restart.
fn panicking(name: &str, panics: u64) {
    alone(module_path!(), name, &[], || {
        let (seen, mut add) = list();
        let mut left = panics;
        let sink = Fake::new(move |episode| {
            if left > 0 {
                left -= 1;
                panic!("a sink's");
            }
            add(episode);
            true
        });
        let _guard = builder().sink(sink).start();
        let mut host = Host::new();
        for entries in 1..=20 {
            host.clear(entries);
        }
        let outcome = flush(LONG);
        assert!(outcome.complete && outcome.left == 0, "{outcome:?}");
        let health = host.check();
        assert_eq!(
            (health.restarts, dropped(&health, Cause::ExportFailed)),
            (panics, panics),
            "{health:?}"
        );
        // In order, none twice, none but the first missing.
        assert_eq!(*seen.lock().expect("no panic"), (panics + 1..=20).collect::<Vec<_>>());
    });
}

#[test]
fn a_sink_that_panics_once() {
    panicking("a_sink_that_panics_once", 1);
}

#[test]
fn a_sink_that_panics_three_times() {
    panicking("a_sink_that_panics_three_times", 3);
}

#[test]
fn a_sink_that_always_panics() {
    alone(
        module_path!(),
        "a_sink_that_always_panics",
        &[("MAPTRACE_RING_BYTES", "1k")],
        || {
            let _guard = builder().sink(Fake::new(|_| panic!("a sink's"))).start();
            let mut host = Host::new();
            for entries in 1..=20 {
                host.clear(entries);
            }
            assert!(!flush(LONG).complete, "nobody is there to flush");
            let health = host.check();
            assert_eq!(health.restarts, 3, "{health:?}");
            assert!(dropped(&health, Cause::ExportFailed) >= 4, "{health:?}");
            let before = dropped(&health, Cause::CollectorDead);
            // Drained by those who look, or not drained and lost in a full ring: either way the collector is dead.
            for entries in [10, 500, 3] {
                host.clear(entries);
            }
            let health = host.check();
            assert_eq!(
                dropped(&health, Cause::CollectorDead) - before,
                10 + 500 + 3 + 6,
                "{health:?}"
            );
            assert!(!shutdown(LONG).complete);
            host.check();
        },
    );
}

#[test]
fn a_sink_that_panics_in_flush_is_flushed_again() {
    alone(
        module_path!(),
        "a_sink_that_panics_in_flush_is_flushed_again",
        &[],
        || {
            let mut calls = 0;
            let mut sink = Fake::new(|_| true);
            sink.flush = Box::new(move || {
                calls += 1;
                assert_ne!(calls, 1, "a sink's");
                7
            });
            let _guard = builder().sink(sink).start();
            let host = Host::new();
            let outcome = flush(LONG);
            assert_eq!(
                (outcome.complete, outcome.left),
                (false, 7),
                "what the second call said"
            );
            assert_eq!(host.check().restarts, 1);
        },
    );
}

#[test]
fn a_sink_that_panics_at_every_snapshot() {
    alone(module_path!(), "a_sink_that_panics_at_every_snapshot", &[], || {
        let mut sink = Fake::new(|_| true);
        sink.snapshot = Box::new(|| panic!("a sink's"));
        let _guard = builder().sink(sink).start();
        let mut host = Host::new();
        host.clear(5);
        assert!(!flush(LONG).complete);
        assert_eq!(host.check().restarts, 3);
    });
}

/// A sink that refuses is told so, as every other is, by a notice; and what it says is in the next snapshot's books.
#[cfg(feature = "notices")]
#[test]
fn a_sink_gets_the_notices() {
    use maptrace_runtime::{Notice, NoticeKind, NoticeState};

    struct Told(Sender<Option<Notice>>);
    impl Sink for Told {
        fn episode(&mut self, _: &Episode) -> bool {
            false
        }
        fn snapshot(&mut self, _: &Arc<Snapshot>) {
            // Nobody listens any more when the test is over.
            let _ = self.0.send(None);
        }
        fn notice(&mut self, notice: &Notice) {
            let _ = self.0.send(Some(notice.clone()));
        }
    }
    alone(module_path!(), "a_sink_gets_the_notices", &[], || {
        let (tell, told) = channel();
        let _guard = builder().sink(Told(tell)).start();
        let mut host = Host::new();
        assert_eq!(
            told.recv_timeout(LONG),
            Ok(None),
            "the first snapshot, to which the next one is compared"
        );
        host.clear(3);
        let notice = loop {
            if let Some(notice) = told.recv_timeout(LONG).expect("a notice") {
                break notice;
            }
        };
        assert_eq!(
            (notice.kind, notice.state),
            (NoticeKind::ExportLoss, NoticeState::Began),
            "{notice:?}"
        );
        let health = host.check();
        assert_eq!((health.notices, health.notices_suppressed), (1, 0), "{health:?}");
    });
}

#[test]
fn sinks_that_refuse() {
    alone(module_path!(), "sinks_that_refuse", &[], || {
        let (seen, mut add) = list();
        let taking = Fake::new(move |episode| {
            add(episode);
            true
        });
        // Two that refuse: an episode fails once all the same, and the third sink gets it.
        let _guard = builder()
            .sink(Fake::new(|_| false))
            .sink(Fake::new(|_| false))
            .sink(taking)
            .start();
        let mut host = Host::new();
        for entries in 1..=30 {
            host.clear(entries);
        }
        assert!(flush(LONG).complete);
        let health = host.check();
        assert_eq!(dropped(&health, Cause::ExportFailed), 30, "{health:?}");
        assert_eq!(*seen.lock().expect("no panic"), (1..=30).collect::<Vec<_>>());
    });
}

#[test]
fn a_sink_that_fails_later() {
    alone(module_path!(), "a_sink_that_fails_later", &[], || {
        let sink = Fake::new(|_| true);
        let failed = Arc::clone(&sink.failed);
        let _guard = builder().sink(sink).start();
        let mut host = Host::new();
        for entries in 1..=10 {
            host.clear(entries);
        }
        *failed.lock().expect("no panic") = 4;
        assert!(flush(LONG).complete);
        assert_eq!(dropped(&host.check(), Cause::ExportFailed), 4);
        // More than it was ever given: the books stay balanced.
        *failed.lock().expect("no panic") = 1_000;
        assert!(flush(LONG).complete);
        assert_eq!(dropped(&host.check(), Cause::ExportFailed), 10);
    });
}

/// A sink that says when it has an episode, and then holds it until it is let go.
fn blocking() -> (Fake, Receiver<()>, Sender<()>) {
    let (entered, inside) = channel();
    let (release, released) = channel();
    let sink = Fake::new(move |_| {
        entered.send(()).expect("the test listens");
        // An error says that the sender is gone: nothing blocks any more.
        let _ = released.recv();
        true
    });
    (sink, inside, release)
}

/// Nothing here returns because the sink did: it is let go at the end.
#[test]
fn nobody_waits_for_a_sink_that_blocks() {
    alone(module_path!(), "nobody_waits_for_a_sink_that_blocks", &[], || {
        let (sink, inside, release) = blocking();
        let _guard = builder().sink(sink).start();
        let mut host = Host::new();
        host.clear(3);
        inside.recv().expect("the sink is called");
        host.clear(4);
        // Counts are exact while the collector's thread hangs.
        host.check();
        for deadline in [Duration::ZERO, Duration::from_millis(20)] {
            let outcome = flush(deadline);
            assert!(!outcome.complete, "{outcome:?}");
            assert_eq!(outcome.left, 1, "the second clear waits: {outcome:?}");
        }
        // One more sink, given while the first one blocks.
        let _second = builder().sink(Fake::new(|_| true)).start();
        assert!(!shutdown(Duration::from_millis(20)).complete);
        host.check();
        drop(release);
        assert!(shutdown(LONG).complete);
        assert_eq!(dropped(&host.check(), Cause::ExportFailed), 0);
    });
}

#[test]
fn a_sink_that_calls_back() {
    alone(module_path!(), "a_sink_that_calls_back", &[], || {
        let (tell, told) = channel::<(FlushOutcome, FlushOutcome, Health)>();
        let mut own = BTreeMap::new();
        let sink = Fake::new(move |_| {
            // A map of the sink's own is not traced: an exporter that causes events would never come to an end.
            own.insert(own.len(), ());
            let outcomes = (flush(LONG), shutdown(LONG), snapshot().health.clone());
            tell.send(outcomes).expect("the test listens");
            true
        });
        let _guard = builder().sink(sink).start();
        let mut host = Host::new();
        host.clear(3);
        let (flushed, shut, health) = told.recv().expect("the sink is called");
        // It cannot wait for itself, and says so.
        assert!(!flushed.complete && !shut.complete);
        // What a sink is busy with has not failed: a count of failures that falls again would be read as a restart.
        assert_eq!((health.emitted, health.dropped_total()), (host.events, 0));
        assert!(flush(LONG).complete, "the sink's call of shutdown has shut nothing");
        host.check();
    });
}

#[test]
fn flush_and_shutdown_by_eight_threads_twice() {
    alone(module_path!(), "flush_and_shutdown_by_eight_threads_twice", &[], || {
        let (seen, mut add) = list();
        let sink = Fake::new(move |episode| {
            add(episode);
            true
        });
        let guard = builder().sink(sink).start();
        let mut host = Host::new();
        host.clear(3);
        for finish in [flush, shutdown] {
            let threads: Vec<_> = (0..8)
                .map(|_| thread::spawn(move || [finish(LONG), finish(LONG)]))
                .collect();
            for thread in threads {
                for outcome in thread.join().expect("no panic") {
                    assert!(outcome.complete && outcome.left == 0, "{outcome:?}");
                }
            }
        }
        assert_eq!(*seen.lock().expect("no panic"), [3]);
        assert_eq!(dropped(&host.check(), Cause::Shutdown), 0);
        drop(guard);
    });
}

#[test]
fn after_shutdown_events_are_lost_and_operations_counted() {
    alone(
        module_path!(),
        "after_shutdown_events_are_lost_and_operations_counted",
        &[("MAPTRACE_RING_BYTES", "1k")],
        || {
            let (seen, mut add) = list();
            let sink = Fake::new(move |episode| {
                add(episode);
                true
            });
            let _guard = builder().sink(sink).start();
            let mut host = Host::new();
            host.clear(3);
            // For ever is a deadline, too.
            assert!(shutdown(Duration::MAX).complete);
            let before = host.events;
            // Fewer than the ring holds, and more.
            for entries in [10, 1_000] {
                host.clear(entries);
                let health = host.check();
                assert_eq!(dropped(&health, Cause::Shutdown), host.events - before, "{health:?}");
            }
            let late = thread::spawn(|| {
                let mut map = BTreeMap::new();
                map.insert("late", ());
                map
            });
            let late = late.join().expect("no panic");
            let now = snapshot();
            let map = now
                .maps
                .iter()
                .find(|map| map.site.type_label.contains("str"))
                .expect("the thread's map");
            assert_eq!((map.entries, map.live), (1, 1));
            assert_eq!(now.health.emitted, host.events + 2);
            drop(late);
            assert!(flush(Duration::ZERO).complete, "there is nothing that could be flushed");
            assert_eq!(*seen.lock().expect("no panic"), [3]);
        },
    );
}

#[test]
fn before_the_first_map() {
    alone(module_path!(), "before_the_first_map", &[], || {
        for outcome in [flush(LONG), shutdown(LONG)] {
            assert!(outcome.complete && outcome.left == 0, "{outcome:?}");
        }
        let host = Host::new();
        assert_eq!(host.check().delivered, 2);
    });
}

/// The process's collector counts operations in runs, but not those of a map that is a capture's; and an id that was one
/// of its own may be that map's by now.
#[test]
fn a_map_of_a_capture_is_counted_by_the_capture() {
    alone(
        module_path!(),
        "a_map_of_a_capture_is_counted_by_the_capture",
        &[],
        || {
            const MAPS: usize = 100;
            let own: Vec<_> = (0..MAPS).map(|key| BTreeMap::from([(key, ())])).collect();
            drop(own);
            let freed = |now: &Snapshot| now.maps.iter().map(|map| map.freed).sum::<u64>();
            assert_eq!(freed(&snapshot()), MAPS as u64);
            let capture = Capture::install();
            let mut maps: Vec<BTreeMap<u32, u32>> = (0..MAPS).map(|_| BTreeMap::new()).collect();
            maps.iter_mut().for_each(|map| assert_eq!(map.insert(0, 0), None));
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let mut own = BTreeMap::new();
                    for key in 1..=100 {
                        for map in &mut maps {
                            map.insert(key, 0);
                            own.insert(key, 0);
                        }
                    }
                    maps.iter_mut().for_each(|map| assert_eq!(map.remove(&7), Some(0)));
                });
            });
            let sum = |now: &Snapshot, of: fn(&MapSnapshot) -> u64| now.maps.iter().map(of).sum::<u64>();
            let outside = snapshot();
            // Its own maps of before and that of the thread, whose assigns all came to the same hundred keys.
            assert_eq!(sum(&outside, |map| map.totals.assigns_new), MAPS as u64 + 100);
            assert_eq!(sum(&outside, |map| map.totals.deletes_hit), 0);
            let inside = capture.snapshot();
            assert_eq!(sum(&inside, |map| map.totals.assigns_new), 101 * MAPS as u64);
            assert_eq!(sum(&inside, |map| map.totals.deletes_hit), MAPS as u64);
            assert_eq!(sum(&inside, |map| map.entries), 100 * MAPS as u64);
        },
    );
}

/// The lifetime of a map is told to the sinks even if the event of its drop was lost; a sink that refuses it then has lost
/// nothing that was not lost before.
#[test]
fn what_was_lost_on_its_way_to_a_sink_is_not_lost_again_there() {
    alone(
        module_path!(),
        "what_was_lost_on_its_way_to_a_sink_is_not_lost_again_there",
        &[],
        || {
            const MAPS: u64 = 100;
            let (tell, told) = channel();
            let sink = Fake::new(move |episode| {
                tell.send(episode.kind.clone()).expect("the test listens");
                false
            });
            // No ring fits into that.
            let _guard = builder().memory(1 << 20).ring_bytes(64 << 20).sink(sink).start();
            for _ in 0..MAPS {
                BTreeMap::new().insert((), ());
            }
            assert!(flush(LONG).complete);
            let health = snapshot().health.clone();
            assert_eq!(told.try_iter().count() as u64, MAPS);
            assert_eq!((health.emitted, health.delivered), (3 * MAPS, 0), "{health:?}");
            assert_eq!(
                (dropped(&health, Cause::Disabled), dropped(&health, Cause::ExportFailed)),
                (3 * MAPS, 0),
                "{health:?}"
            );
        },
    );
}
