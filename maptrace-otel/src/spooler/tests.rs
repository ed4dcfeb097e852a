use std::time::{Duration, Instant};

use super::{Ended, FIRST_PAUSE, MAX_PAUSE, MAX_STUCK, Spooler};
use crate::shared::{Limits, MAX_REST, Shared, Signal};
use crate::spool::Spool;

const HOUR: Duration = Duration::from_secs(3600);

fn shared() -> Shared {
    Shared::new(Limits {
        queue: 10,
        batch: 1,
        span_delay: HOUR,
        interval: HOUR,
        spooling: true,
    })
}

/// A spooler in which so many requests, of one episode each, are kept.
fn keeping(root: &std::path::Path, shared: &Shared, requests: u8) -> Spooler {
    let mut spooler = Spooler::new(Spool::open(root, 1024 * 1024).expect("a spool"));
    for request in 0..requests {
        shared.note(|health| health.accepted += 1);
        assert!(spooler.keep(shared, Signal::Traces, 1, &[request]));
    }
    spooler
}

/// Makes everything due.
fn wait(spooler: &mut Spooler) {
    let on = spooler.on.as_mut().expect("on");
    on.paced = Instant::now();
    for lane in &mut on.lanes {
        (lane.away, lane.oldest_at) = (on.paced, on.paced);
    }
}

#[test]
fn what_the_server_stumbles_over_is_given_up_after_a_long_time() {
    let root = tempfile::tempdir().expect("a folder");
    let shared = shared();
    let mut spooler = keeping(root.path(), &shared, 2);
    let stumble = |spooler: &mut Spooler, times: u32| {
        for _ in 0..times {
            wait(spooler);
            assert_eq!(spooler.next(&shared).expect("the oldest").body, [0]);
            spooler.reached(Signal::Traces);
            spooler.ended(&shared, Ended::Away(None));
        }
    };
    stumble(&mut spooler, 10 * MAX_STUCK);
    assert_eq!((shared.health().failed, shared.health().spooled), (0, 2));
    // A server that is away takes no other either, and is waited for without end.
    spooler.on.as_mut().expect("on").patience = Duration::ZERO;
    spooler.on.as_mut().expect("on").lanes[0].stuck = 0;
    for _ in 0..10 * MAX_STUCK {
        wait(&mut spooler);
        assert_eq!(spooler.next(&shared).expect("the oldest").body, [0]);
        spooler.ended(&shared, Ended::Away(None));
    }
    assert_eq!((shared.health().failed, shared.health().spooled), (0, 2));
    stumble(&mut spooler, MAX_STUCK);
    assert_eq!((shared.health().failed, shared.health().spooled), (1, 1));
    wait(&mut spooler);
    assert_eq!(spooler.next(&shared).expect("the next").body, [1]);
    spooler.ended(&shared, Ended::Met { taken: 1, lost: 0 });
    let health = shared.health();
    assert_eq!((health.exported, health.spooled, health.spool_requests), (1, 0, 0));
}

#[test]
fn a_server_that_is_away_is_asked_less_and_less_often() {
    let root = tempfile::tempdir().expect("a folder");
    let shared = shared();
    let mut spooler = keeping(root.path(), &shared, 1);
    let oldest_at = |spooler: &Spooler| spooler.on.as_ref().expect("on").lanes[Signal::Traces as usize].oldest_at;
    // Bounds below are from before and those above from after, so that it does not matter how long a step takes.
    let mut least = FIRST_PAUSE / 2;
    for _ in 0..10 {
        wait(&mut spooler);
        assert!(spooler.next(&shared).is_some());
        let before = Instant::now();
        spooler.ended(&shared, Ended::Away(None));
        let at = oldest_at(&spooler);
        assert!(at >= before + least && at <= Instant::now() + MAX_PAUSE);
        // Nothing is tried before.
        assert!(spooler.next(&shared).is_none() || Instant::now() >= at);
        least = (least * 2).min(MAX_PAUSE / 2);
    }
    assert!(!spooler.is_away(Signal::Metrics));
    // A server that says when has its way, within limits.
    for (asked, least) in [
        (Duration::from_secs(60), Duration::from_secs(60)),
        (Duration::from_secs(u64::MAX), MAX_REST),
    ] {
        wait(&mut spooler);
        assert!(spooler.next(&shared).is_some());
        let before = Instant::now();
        spooler.ended(&shared, Ended::Away(Some(asked)));
        assert!(spooler.is_away(Signal::Traces));
        let at = oldest_at(&spooler);
        assert!(at >= before + least && at <= Instant::now() + MAX_REST);
    }
    // It is taken at its word as soon as it takes anything.
    spooler.reached(Signal::Traces);
    assert!(!spooler.is_away(Signal::Traces) && spooler.next(&shared).is_some());
}

#[test]
fn what_goes_out_is_paced() {
    let root = tempfile::tempdir().expect("a folder");
    let shared = shared();
    let mut spooler = keeping(root.path(), &shared, 0);
    for _ in 0..2 {
        assert!(spooler.keep(&shared, Signal::Metrics, 0, &vec![0; 400_000]));
    }
    assert!(spooler.next(&shared).is_some());
    let now = Instant::now();
    spooler.ended(&shared, Ended::Met { taken: 0, lost: 0 });
    let due = spooler.due().expect("another");
    assert!(due >= now + Duration::from_millis(90), "{:?}", due - now);
}
