use std::sync::Arc;
use std::time::{Duration, Instant};

use maptrace_runtime::Snapshot;

use super::{Limits, MAX_REST, Shared, Signal, Work};
use crate::episodes::{episode, grow};

const HOUR: Duration = Duration::from_secs(3600);

fn shared(queue: usize, batch: usize) -> Shared {
    Shared::new(Limits {
        queue,
        batch,
        span_delay: HOUR,
        interval: HOUR,
        spooling: false,
    })
}

#[track_caller]
fn next_batch(shared: &Shared) -> usize {
    match shared.next(None) {
        Work::Spans(batch) => batch.len(),
        _ => panic!("no batch"),
    }
}

/// Accepted, exported, failed, queued.
fn counts(shared: &Shared) -> [u64; 4] {
    let health = shared.health();
    assert_eq!(health.accepted, health.exported + health.failed + health.queued);
    [health.accepted, health.exported, health.failed, health.queued]
}

#[test]
fn the_queue_takes_exactly_its_size() {
    let shared = shared(3, 10);
    let taken = (0..5).filter(|_| shared.offer(&episode(grow()))).count();
    assert_eq!(taken, 3);
    assert_eq!((counts(&shared), shared.health().refused), ([3, 0, 0, 3], 2));
}

#[test]
fn what_is_being_sent_counts_as_queued_and_makes_room() {
    let shared = shared(2, 2);
    assert!(shared.offer(&episode(grow())) && shared.offer(&episode(grow())));
    assert_eq!(next_batch(&shared), 2);
    assert!(shared.offer(&episode(grow())));
    assert_eq!(counts(&shared), [3, 0, 0, 3]);
    shared.resolve(1, 1);
    assert_eq!(counts(&shared), [3, 1, 1, 1]);
}

#[test]
fn a_result_after_the_shutdown_changes_nothing() {
    let shared = shared(10, 2);
    for _ in 0..3 {
        assert!(shared.offer(&episode(grow())));
    }
    assert_eq!(next_batch(&shared), 2);
    assert_eq!(shared.shutdown(Instant::now()), 3);
    assert_eq!(counts(&shared), [3, 0, 3, 0]);
    shared.resolve(2, 0);
    assert_eq!(counts(&shared), [3, 0, 3, 0]);
    assert!(matches!(shared.next(None), Work::Stop));
}

#[test]
fn a_shutdown_reports_only_what_it_lost_itself() {
    let shared = shared(10, 1);
    assert!(shared.offer(&episode(grow())) && shared.offer(&episode(grow())));
    assert_eq!(next_batch(&shared), 1);
    shared.resolve(0, 1);
    assert_eq!(shared.shutdown(Instant::now()), 1);
    assert_eq!((shared.failed(), shared.shutdown(Instant::now())), (2, 0));
}

#[test]
fn a_shutdown_hands_out_what_is_queued_without_delay_and_then_stops() {
    let shared = shared(10, 4);
    for _ in 0..6 {
        assert!(shared.offer(&episode(grow())));
    }
    std::thread::scope(|scope| {
        let shutdown = scope.spawn(|| shared.shutdown(Instant::now() + HOUR));
        for batch in [4, 2] {
            assert_eq!(next_batch(&shared), batch);
            shared.resolve(batch as u64, 0);
        }
        // The second batch was less than a full one, so it was the shutdown that handed it out.
        assert!(matches!(shared.next(None), Work::Stop));
        shared.end();
        assert_eq!(shutdown.join().expect("no panic"), 0);
    });
    assert_eq!(counts(&shared), [6, 6, 0, 0]);
}

#[test]
fn a_pause_ends_when_a_shutdown_begins() {
    let shared = shared(1, 1);
    assert!(shared.pause(Duration::ZERO));
    std::thread::scope(|scope| {
        let pause = scope.spawn(|| shared.pause(HOUR));
        assert_eq!(shared.shutdown(Instant::now()), 0);
        assert!(!pause.join().expect("no panic"));
    });
}

#[test]
fn no_rest_is_longer_than_documented() {
    let shared = shared(1, 1);
    for signal in [Signal::Traces, Signal::Metrics, Signal::Logs] {
        assert!(!shared.is_resting(signal));
        for asked in [MAX_REST, Duration::from_secs(u64::MAX)] {
            shared.rest(signal, asked);
            assert!(shared.is_resting(signal));
            assert!(shared.lock().rest[signal as usize] <= Instant::now() + MAX_REST);
        }
        // The server's last word counts.
        shared.rest(signal, Duration::ZERO);
        assert!(!shared.is_resting(signal));
    }
}

#[test]
fn metrics_get_their_turn_however_many_spans_wait() {
    let shared = shared(8, 2);
    let fill = || while shared.offer(&episode(grow())) {};
    let snapshot = Arc::new(Snapshot::new("shop"));
    // Neither server answers in time, so that whatever is handed out, both are due again when it has failed.
    let mut turns = [0, 0];
    for _ in 0..10 {
        fill();
        shared.publish(&snapshot);
        match shared.next(None) {
            Work::Spans(batch) => {
                turns[0] += 1;
                shared.resolve(0, batch.len() as u64);
            }
            Work::Metrics(snapshot) => {
                turns[1] += 1;
                shared.put_back(&snapshot);
                shared.lock().metrics_due = Instant::now();
            }
            Work::Spool | Work::Logs(_) | Work::Stop => panic!("there is nothing else"),
        }
    }
    assert_eq!(turns, [5, 5]);
    // At the end spans go first.
    let before = shared.lock().waiting_since.checked_sub(Duration::from_nanos(1));
    shared.lock().metrics_due = before.expect("the machine was up");
    shared.lock().closing = true;
    assert!(matches!(shared.next(None), Work::Spans(_)));
}
