use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{MAX_RESTARTS, Worker};
use crate::budget::Budget;
use crate::episodes::{episode, grow};
use crate::health::ExporterHealth;
use crate::shared::{Limits, Shared, Signal};
use crate::transport::{Answer, Failure, Transport};

/// Panics so often, then succeeds.
struct Panics(u64);

impl Transport for Panics {
    fn timeout(&mut self, _: Signal) -> Duration {
        Duration::from_secs(3600)
    }

    fn url(&mut self, _: Signal) -> String {
        "http://localhost".to_owned()
    }

    fn post(&mut self, _: Signal, _: &[u8], _: &Budget<'_>) -> Result<Answer, Failure> {
        if self.0 > 0 {
            self.0 -= 1;
            // `resume_unwind`, so that the panic hook does not write to the test's output.
            std::panic::resume_unwind(Box::new("a bug in the exporter"));
        }
        Ok(Answer { body: None })
    }
}

/// Sends six batches of one episode, one after the other, over a transport that panics so often.
fn six_batches(panics: u64) -> ExporterHealth {
    let shared = Arc::new(Shared::new(Limits {
        queue: 10,
        batch: 1,
        span_delay: Duration::from_secs(3600),
        interval: Duration::from_secs(3600),
        spooling: false,
    }));
    let worker = Worker::new(
        Arc::clone(&shared),
        Panics(panics),
        Default::default(),
        Default::default(),
    );
    let thread = std::thread::spawn(move || worker.run());
    let soon = Instant::now() + Duration::from_secs(60);
    for _ in 0..6 {
        shared.offer(&episode(grow()));
        assert_eq!(shared.flush(soon), 0);
    }
    shared.shutdown(soon);
    thread.join().expect("the thread catches its panics");
    shared.health()
}

#[test]
fn a_panic_costs_its_batch_and_the_thread_goes_on() {
    for panics in 0..=MAX_RESTARTS {
        let health = six_batches(panics);
        assert_eq!(
            (health.restarts, health.failed, health.exported),
            (panics, panics, 6 - panics)
        );
        assert_eq!((health.accepted, health.refused, health.queued), (6, 0, 0));
    }
}

#[test]
fn a_thread_that_panics_too_often_stays_down_and_nobody_waits_for_it() {
    let health = six_batches(u64::MAX);
    let died = MAX_RESTARTS + 1;
    assert_eq!(
        (health.restarts, health.failed, health.exported),
        (MAX_RESTARTS, died, 0)
    );
    assert_eq!((health.accepted, health.refused, health.queued), (died, 6 - died, 0));
}
