//! The law: whatever becomes of an event, it is counted once, and no operation is missing from the counts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Barrier, Mutex};
use std::thread;

use maptrace_runtime::testing::{Capture, CaptureBuilder};
use maptrace_runtime::{Cause, Snapshot};

use crate::counted::{Books, Work, check};

const THREADS: usize = 16;
const STEPS: usize = 8_000;

/// How the collector goes about its work.
#[derive(Clone, Copy, Debug)]
enum Pace {
    /// Not before all is done.
    Paused,
    /// All the time.
    Fast,
    /// Whenever some thousands of events have come together.
    Bursty,
}

/// Sixteen threads at work under `capture`, and a check of the books, before the maps are dropped (if `look`) and after.
fn run<V: Default + Send + 'static>(capture: &CaptureBuilder, pace: Pace, look: bool) -> Snapshot {
    let what = format!("{capture:?}, {pace:?}");
    let capture = capture.clone().install();
    let handle = capture.handle();
    let left = AtomicUsize::new(THREADS);
    let start = Barrier::new(THREADS);
    let done = Mutex::new(Vec::new());
    let (report, progress) = channel();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (report, start, left, done) = (report.clone(), &start, &left, &done);
            scope.spawn(move || {
                let _entered = handle.enter();
                let mut work = Work::<V>::new(thread as u64);
                // The first step asks for a ring: all have asked before any has ended.
                work.step();
                start.wait();
                for step in 1..=STEPS {
                    work.step();
                    if step % 500 == 0 {
                        report.send(()).expect("somebody listens");
                    }
                }
                done.lock().expect("no panic").push(work);
                left.fetch_sub(1, Ordering::Release);
            });
        }
        drop(report);
        match pace {
            Pace::Paused => {}
            Pace::Fast => {
                while left.load(Ordering::Acquire) > 0 {
                    let _ = capture.snapshot();
                }
            }
            Pace::Bursty => {
                while progress.iter().take(8).count() == 8 {
                    let _ = capture.snapshot();
                }
            }
        }
    });
    let done = done.into_inner().expect("no panic");
    assert_eq!(done.len(), THREADS);
    let (mut books, mut batched, mut len) = (Books::default(), 0, 0);
    for work in &done {
        books.add(&work.books);
        batched += work.batched;
        len += work.map.len();
    }
    if look {
        check(&capture.snapshot(), &books, batched, len, &what);
    }
    let mut closed = Books::default();
    for work in done {
        // On this thread: made on one, dropped on another.
        closed.add(&work.close().0);
    }
    let snapshot = capture.snapshot();
    check(&snapshot, &closed, batched, 0, &what);
    snapshot
}

fn dropped(snapshot: &Snapshot, cause: Cause) -> u64 {
    snapshot.health.dropped[cause as usize]
}

#[test]
fn a_paused_collector() {
    for ring_bytes in [1 << 10, 4 << 10, 8 << 10, 512 << 10] {
        let snapshot = run::<u8>(&Capture::builder().ring_bytes(ring_bytes), Pace::Paused, true);
        assert_eq!(
            dropped(&snapshot, Cause::Full) > 0,
            ring_bytes < 512 << 10,
            "{:?}",
            snapshot.health
        );
        assert!(snapshot.health.delivered > 0);
    }
}

#[test]
fn a_fast_collector() {
    for ring_bytes in [1 << 10, 8 << 10, 64 << 10] {
        run::<u16>(&Capture::builder().ring_bytes(ring_bytes), Pace::Fast, true);
    }
}

#[test]
fn a_bursty_collector() {
    for ring_bytes in [1 << 10, 8 << 10, 64 << 10] {
        let snapshot = run::<u32>(&Capture::builder().ring_bytes(ring_bytes), Pace::Bursty, true);
        assert!(snapshot.health.delivered > 0);
    }
}

#[test]
fn sampling_thins_events_and_never_counts() {
    for pace in [Pace::Paused, Pace::Fast, Pace::Bursty] {
        let snapshot = run::<[u8; 3]>(&Capture::builder().ring_bytes(4 << 10).sample(8), pace, true);
        let health = &snapshot.health;
        // One in eight of some 48,000 operations: far outside of what chance does.
        assert!(health.sampled_out > health.emitted / 2, "{health:?}");
        assert!(health.sampled_out < health.emitted, "{health:?}");
    }
}

#[test]
fn sampling_by_load() {
    let snapshot = run::<[u8; 5]>(&Capture::builder().ring_bytes(1 << 10).sample(0), Pace::Fast, true);
    assert!(snapshot.health.delivered > 0);
}

#[test]
fn past_the_cap_on_instances() {
    for (instances, pace) in [(0, Pace::Paused), (4, Pace::Bursty), (40, Pace::Fast)] {
        let snapshot = run::<[u8; 7]>(
            &Capture::builder().ring_bytes(4 << 10).instances(instances),
            pace,
            false,
        );
        assert!(snapshot.health.instances_past_cap > 0, "{:?}", snapshot.health);
        assert_eq!(snapshot.health.instances, 0);
    }
    // Past the cap all live maps share records, so their entries can be looked at before they are dropped.
    let capture = Capture::builder().instances(0).install();
    let mut works: Vec<_> = (0..8).map(Work::<[u8; 9]>::new).collect();
    works.iter_mut().for_each(|work| (0..STEPS).for_each(|_| work.step()));
    let entries: usize = works.iter().map(|work| work.map.len()).sum();
    let snapshot = capture.snapshot();
    assert_eq!(snapshot.maps.iter().map(|map| map.entries).sum::<u64>(), entries as u64);
    let capacity = works.iter().map(|work| work.map.capacity() as u64).sum::<u64>();
    let known: u64 = snapshot.maps.iter().filter_map(|map| map.capacity).sum();
    assert!(
        known >= capacity,
        "{known} slots cannot be fewer than the {capacity} that may be used"
    );
}

#[test]
fn threads_without_a_ring() {
    for pace in [Pace::Paused, Pace::Fast] {
        // Room for some six rings.
        let builder = Capture::builder().ring_bytes(16 << 10).memory(128 << 10);
        // Maps may be past the cap as well, as there is no memory for more records.
        let snapshot = run::<[u8; 11]>(&builder, pace, false);
        let health = &snapshot.health;
        assert!(dropped(&snapshot, Cause::Disabled) > 0, "{health:?}");
        assert!(health.delivered > 0, "{health:?}");
    }
}
