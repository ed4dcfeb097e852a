//! Servers that are busy: what was not taken is sent again, after a rest if they ask for one.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use maptrace_runtime::{Health, Sink};

use super::{HOUR, outcome};
use crate::episodes::{episode, grow};
use crate::server::{Behaviour, Server};
use crate::snapshots::snapshot;
use crate::{eventually, exporter, returns, soon};

#[test]
fn a_busy_server_is_asked_again_with_the_same_spans() {
    for status in [
        "429 Too Many Requests",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
    ] {
        let server = Server::start(move |connection| match connection {
            0 | 1 => Behaviour::status(status, "Retry-After: 0\r\n"),
            _ => Behaviour::ok(),
        });
        let health = outcome(&server, HOUR);
        assert_eq!(
            (health.exported, health.failed, health.requests, health.retries),
            (5, 0, 3, 2),
            "{status}"
        );
        let requests = server.requests();
        assert!(
            requests.iter().all(|request| request.body == requests[0].body),
            "the spans got other ids"
        );
    }
}

#[test]
fn a_broken_connection_is_tried_again() {
    for cut in [
        &b""[..],
        b"HTTP/1.1 2",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
    ] {
        let server = Server::start(move |connection| match connection {
            0 => Behaviour::Answer(cut.to_vec()),
            _ => Behaviour::ok(),
        });
        let health = outcome(&server, HOUR);
        assert_eq!((health.exported, health.failed, health.retries), (5, 0, 1), "{cut:?}");
    }
}

#[test]
fn a_server_cannot_make_us_wait_for_ever() {
    let busy = |seconds: u64| Behaviour::status("429 Too Many Requests", &format!("Retry-After: {seconds}\r\n"));
    // There is no time left for that, and the server is not troubled sooner than it asked.
    for seconds in [3_601, 1_000_000_000, u64::MAX] {
        let server = Server::start(move |_| busy(seconds));
        let health = outcome(&server, HOUR);
        assert_eq!((health.exported, health.failed, health.requests), (0, 5, 1));
    }
    // There is.
    let server = Server::start(move |connection| if connection == 0 { busy(1) } else { Behaviour::ok() });
    let health = outcome(&server, HOUR);
    assert_eq!((health.exported, health.failed, health.requests), (5, 0, 2));
}

#[test]
fn a_server_that_asks_for_no_rest_at_all_is_not_run_over() {
    let server = Server::start(|_| Behaviour::status("503 Service Unavailable", "Retry-After: 0\r\n"));
    let health = outcome(&server, Duration::from_secs(1));
    assert_eq!((health.exported, health.failed), (0, 5));
    // After an eighth of a second at least, then a quarter, then half of one.
    assert!((2..=4).contains(&health.requests), "{} requests", health.requests);
}

#[test]
fn a_server_that_asks_for_a_rest_loses_one_batch_and_gets_no_other() {
    const EPISODES: u64 = 20_000;
    const BATCH: u64 = 512;
    const QUEUE: u64 = 2_048;
    // The largest number there is does not silence the exporter for longer than any other.
    for seconds in [3_600, u64::MAX] {
        let answer = format!("Retry-After: {seconds}\r\n");
        let server = Server::start(move |_| Behaviour::status("503 Service Unavailable", &answer));
        let metrics = Server::start(|_| Behaviour::ok());
        let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.metrics_endpoint(metrics.url()));
        returns(move || {
            // One batch fails; then the queue fills up, and refuses what does not fit.
            let mut refused = 0;
            for number in 0..EPISODES {
                refused += u64::from(!exporter.episode(&episode(grow())));
                if number == BATCH - 1 {
                    eventually(|| health.read().failed == BATCH);
                }
            }
            assert_eq!(refused, EPISODES - BATCH - QUEUE);
            // No flush changes that, and the other signal does not mind.
            exporter.snapshot(&snapshot(Vec::new(), Health::default()));
            assert_eq!(exporter.flush(Instant::now()), QUEUE);
            assert_eq!(exporter.flush(Instant::now() + Duration::from_millis(100)), QUEUE);
            eventually(|| health.read().metric_pushes == 1);
            let now = health.read();
            assert_eq!((now.failed, now.queued, now.refused), (BATCH, QUEUE, refused));
            assert_eq!(server.connections(), 1);
            // The end is the last chance: one attempt for each batch.
            assert_eq!(exporter.shutdown(soon()), QUEUE);
            let now = health.read();
            assert_eq!((now.failed, now.queued), (BATCH + QUEUE, 0));
            assert_eq!((server.connections() as u64, now.retries), (1 + QUEUE / BATCH, 0));
        });
    }
}

#[test]
fn after_its_rest_a_server_gets_what_was_queued() {
    let first = OnceLock::new();
    let server = Server::start(move |_| {
        if first.get_or_init(Instant::now).elapsed() < Duration::from_secs(1) {
            Behaviour::status("503 Service Unavailable", "Retry-After: 1\r\n")
        } else {
            Behaviour::ok()
        }
    });
    // There is no time to wait for it with the first batch.
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.timeout(Duration::from_secs(1)));
    returns(move || {
        assert!(exporter.episode(&episode(grow())));
        assert_eq!(exporter.flush(soon()), 0);
        assert_eq!(health.read().failed, 1);
        for _ in 0..1_500 {
            assert!(exporter.episode(&episode(grow())));
        }
        assert_eq!(exporter.flush(soon()), 0);
        let now = health.read();
        assert_eq!((now.exported, now.failed, now.requests), (1_500, 1, 4));
        assert_eq!(server.spans().len(), 1_501);
    });
}

#[test]
fn a_rest_from_metrics_is_none_from_spans() {
    let server = Server::start(|_| Behaviour::ok());
    let metrics = Server::start(|_| Behaviour::status("429 Too Many Requests", "Retry-After: 3600\r\n"));
    let (mut exporter, health) = exporter(&server.url(), |otlp| {
        otlp.metrics_endpoint(metrics.url())
            .metric_interval(Duration::from_millis(1))
    });
    returns(move || {
        exporter.snapshot(&snapshot(Vec::new(), Health::default()));
        eventually(|| health.read().metric_pushes_failed == 1);
        assert!(exporter.episode(&episode(grow())));
        let _ = exporter.flush(Instant::now() + Duration::from_millis(100));
        eventually(|| health.read().exported == 1);
        assert_eq!(metrics.connections(), 1);
        // The end is the last chance.
        assert_eq!(exporter.shutdown(soon()), 0);
        assert_eq!((metrics.connections(), health.read().metric_pushes_failed), (2, 2));
    });
}
