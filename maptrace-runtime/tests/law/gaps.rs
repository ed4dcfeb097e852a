//! Losses are marked in the stream where they happened.

use std::collections::BTreeMap as Plain;
use std::sync::Barrier;
use std::thread;

use maptrace_runtime::Cause;
use maptrace_runtime::collections::BTreeMap;
use maptrace_runtime::testing::{Capture, EventType};

const THREADS: usize = 8;

/// What each thread's map does, in order. The same for all, so that a thread's stream is known without its name; and
/// irregular, so that a stream that is shifted by one does not pass for it.
fn script(steps: usize) -> (Vec<(u32, bool)>, Vec<EventType>) {
    let mut random = 7_u64;
    let mut model = Plain::new();
    let mut kinds = vec![EventType::Create];
    let steps = (0..steps)
        .map(|_| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let (key, insert) = ((random >> 40) as u32 % 64, random >> 63 == 0);
            kinds.push(
                match (
                    insert,
                    if insert {
                        model.insert(key, ())
                    } else {
                        model.remove(&key)
                    },
                ) {
                    (true, None) => EventType::AssignNew,
                    (true, Some(())) => EventType::AssignReplaced,
                    (false, Some(())) => EventType::DeleteHit,
                    (false, None) => EventType::DeleteMiss,
                },
            );
            (key, insert)
        })
        .collect();
    (steps, kinds)
}

/// Lets threads play the script in `rounds`, draining after each, and follows each thread's stream.
fn follow(ring_bytes: usize, rounds: usize) -> u64 {
    let capture = Capture::builder().ring_bytes(ring_bytes).install();
    let handle = capture.handle();
    let (steps, kinds) = script(32_000);
    let round = Barrier::new(THREADS + 1);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let _entered = handle.enter();
                let mut map = BTreeMap::new();
                for part in steps.chunks(steps.len().div_ceil(rounds)) {
                    for &(key, insert) in part {
                        if insert {
                            map.insert(key, ());
                        } else {
                            map.remove(&key);
                        }
                    }
                    round.wait();
                    // Here the collector reads.
                    round.wait();
                }
            });
        }
        for _ in 0..steps.chunks(steps.len().div_ceil(rounds)).len() {
            round.wait();
            let _ = capture.snapshot();
            round.wait();
        }
    });
    let events = capture.events();
    let health = capture.snapshot().health;
    let mut threads: Vec<u32> = events.iter().map(|event| event.thread).collect();
    threads.sort_unstable();
    threads.dedup();
    assert_eq!(threads.len(), THREADS, "each thread has a ring of its own");
    let (mut gaps, mut delivered) = (0, 0);
    for thread in threads {
        let mut at = 0;
        for event in events.iter().filter(|event| event.thread == thread) {
            if let EventType::Gap(lost) = event.what {
                assert!(lost > 0);
                gaps += 1;
                at += usize::try_from(lost).expect("small");
            } else {
                assert_eq!(event.what, kinds[at], "event {at} of thread {thread}");
                at += 1;
                delivered += 1;
            }
        }
        // Free comes last, is no event of this list, and may have a gap before it.
        assert!(at <= kinds.len(), "more was marked as lost than there was");
    }
    assert_eq!(gaps, health.gaps);
    // Each thread's map has been freed: delivered or dropped as well.
    assert_eq!(health.emitted, (THREADS * (kinds.len() + 1)) as u64);
    assert!(health.delivered >= delivered && health.delivered <= delivered + THREADS as u64);
    if gaps == 0 {
        assert_eq!(health.dropped[Cause::Full as usize], 0);
        assert_eq!(delivered, (THREADS * kinds.len()) as u64);
    }
    gaps
}

#[test]
fn each_gap_is_where_events_were_lost() {
    // One gap for each round but the first, and before the last event.
    assert!(follow(1 << 10, 10) >= 9 * THREADS as u64);
    assert!(follow(2048, 3) >= 2 * THREADS as u64);
}

#[test]
fn no_loss_no_gap() {
    assert_eq!(follow(64 << 10, 1), 0);
    assert_eq!(follow(4 << 10, 10), 0);
}

#[test]
fn what_a_thread_loses_at_its_end_is_marked_before_the_next_one_has_its_ring() {
    let capture = Capture::with_ring_bytes(1 << 10);
    let handle = capture.handle();
    let play = |keys: u32| {
        thread::scope(|scope| {
            scope.spawn(|| {
                let _entered = handle.enter();
                let mut map = BTreeMap::new();
                for key in 0..keys {
                    map.insert(key, ());
                }
            });
        });
        let _ = capture.snapshot();
    };
    play(5_000);
    let health = capture.snapshot().health;
    assert_eq!(
        (health.gaps, health.delivered + health.dropped[Cause::Full as usize]),
        (1, 5_002)
    );
    play(3);
    let events = capture.events();
    let at = |what| events.iter().position(|event| event.what == what);
    let lost = health.dropped[Cause::Full as usize];
    let gap = at(EventType::Gap(lost)).expect("all that was lost, in one gap");
    let next = events.iter().rposition(|event| event.what == EventType::Create);
    assert_eq!((Some(gap + 1), events[gap].thread), (next, events[0].thread));
    assert_eq!(capture.snapshot().health.gaps, 1);
}
