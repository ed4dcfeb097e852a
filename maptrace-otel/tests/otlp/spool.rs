//! With a spool an endpoint that is away costs nothing but delay.

mod processes;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use maptrace_otel::{BuildError, ExporterHealth, HealthReader, Otlp, OtlpExporter};
use maptrace_runtime::{Health, MapSnapshot, Sink};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceResponse};

use crate::alone::alone;
use crate::episodes::{episode, grow, site, start};
use crate::server::{Behaviour, Request, Server};
use crate::spans::attributes;
use crate::{eventually, returns, soon};

const HOUR: Duration = Duration::from_secs(3600);
const MIB: u64 = 1024 * 1024;

#[track_caller]
fn holds(health: &ExporterHealth) {
    assert_eq!(
        health.accepted + health.recovered,
        health.exported + health.failed + health.queued + health.spooled,
        "{health:?}"
    );
    assert_eq!(
        health.logs_accepted + health.logs_recovered,
        health.logs_exported + health.logs_failed + health.logs_queued + health.logs_spooled,
        "{health:?}"
    );
}

fn spooling(url: &str, dir: &Path, also: impl FnOnce(Otlp) -> Otlp) -> (OtlpExporter, HealthReader) {
    crate::exporter(url, |otlp| also(otlp.spool(dir, 16 * MIB).timeout(HOUR)))
}

fn send(exporter: &mut OtlpExporter, numbers: std::ops::Range<u64>) {
    for number in numbers {
        let mut episode = episode(grow());
        episode.instance = Some(number);
        assert!(exporter.episode(&episode));
    }
}

/// A snapshot of one map, taken so many seconds after the others began.
fn push(exporter: &mut OtlpExporter, second: u64) {
    let snapshot = crate::snapshots::snapshot(vec![MapSnapshot::new(site(1, "sessions", "a_b"))], Health::default());
    let mut snapshot = Arc::unwrap_or_clone(snapshot);
    snapshot.taken_at = start() + Duration::from_secs(second);
    exporter.snapshot(&Arc::new(snapshot));
}

/// A server whose behaviour is the one of this number.
fn switched(behaviours: Vec<Behaviour>) -> (Server, Arc<AtomicUsize>) {
    let switch = Arc::new(AtomicUsize::new(0));
    let read = Arc::clone(&switch);
    let server = Server::start(move |_| behaviours[read.load(Ordering::SeqCst)].clone());
    (server, switch)
}

fn busy() -> Behaviour {
    Behaviour::status("503 Service Unavailable", "")
}

/// The instances of the spans in the requests, and how many there were of each.
fn instances<'a>(requests: impl IntoIterator<Item = &'a Request>) -> BTreeMap<u64, usize> {
    let traces = requests.into_iter().filter(|request| request.path() == "/v1/traces");
    let spans = traces
        .flat_map(|request| request.traces().resource_spans)
        .flat_map(|resource| resource.scope_spans)
        .flat_map(|scope| scope.spans);
    let mut instances = BTreeMap::new();
    for span in spans {
        let number = attributes(&span.attributes)["map.instance"].parse().expect("a number");
        *instances.entry(number).or_default() += 1;
    }
    instances
}

/// When the pushes of metrics in the requests were made.
fn moments<'a>(requests: impl IntoIterator<Item = &'a Request>) -> BTreeSet<u64> {
    let metrics = requests.into_iter().filter(|request| request.path() == "/v1/metrics");
    metrics
        .flat_map(|request| request.metrics().resource_metrics)
        .flat_map(|resource| resource.scope_metrics)
        .flat_map(|scope| scope.metrics)
        .filter(|metric| metric.name == "map.entries")
        .map(|metric| match metric.data {
            Some(opentelemetry_proto::tonic::metrics::v1::metric::Data::Sum(sum)) => sum.data_points[0].time_unix_nano,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn what_waits_on_disk_is_said_once_a_signal_and_is_called_no_loss() {
    let test = "what_waits_on_disk_is_said_once_a_signal_and_is_called_no_loss";
    let Some(output) = alone(module_path!(), test, &[], wait_on_disk) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    for signal in ["traces", "metrics", "logs"] {
        let lines: Vec<_> = said
            .lines()
            .filter(|line| line.contains(&format!("/v1/{signal} ")))
            .collect();
        let [line] = lines[..] else {
            panic!("{signal} in {said}")
        };
        assert!(line.starts_with("maptrace: http://127.0.0.1:"), "{line}");
        assert!(line.contains(" cannot be reached (") && line.contains("503"), "{line}");
        assert!(
            line.ends_with(&format!("; the {signal} that are to be sent wait in the spool")),
            "{line}"
        );
    }
    assert!(!said.contains("lost") && !said.contains("failed"), "{said}");
}

/// Sends twice of each signal to a server that is too busy.
fn wait_on_disk() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(|_| busy());
    let (mut exporter, health) = spooling(&server.url(), dir.path(), |otlp| otlp);
    for second in 0..2 {
        send(&mut exporter, second..second + 1);
        exporter.notice(&crate::notices::storm());
        push(&mut exporter, second);
        assert_eq!(exporter.flush(soon()), 0);
    }
    let now = health.read();
    holds(&now);
    assert_eq!((now.spooled, now.logs_spooled), (2, 2), "{now:?}");
}

#[test]
fn an_endpoint_that_was_away_gets_everything_once() {
    const EPISODES: u64 = 10_000;
    for away in [
        busy(),
        Behaviour::Answer(Vec::new()),
        Behaviour::status("429 No", "Retry-After: 1\r\n"),
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let (server, switch) = switched(vec![away, Behaviour::ok()]);
        let (mut exporter, health) = spooling(&server.url(), dir.path(), |otlp| otlp);
        returns(move || {
            for round in 0..10 {
                // More than the queue takes, if it waited for the server.
                send(&mut exporter, round * 1_000..(round + 1) * 1_000);
                push(&mut exporter, round);
                assert_eq!(exporter.flush(soon()), 0);
                holds(&health.read());
            }
            let now = health.read();
            assert_eq!(
                (now.accepted, now.spooled, now.exported, now.failed),
                (EPISODES, EPISODES, 0, 0)
            );
            assert_eq!(
                (now.metric_pushes_spooled, now.metric_pushes, now.metric_pushes_failed),
                (10, 0, 0)
            );
            assert!(now.spool_requests >= 20 && now.spool_bytes > EPISODES * 100, "{now:?}");
            let refused = server.requests().len();
            switch.store(1, Ordering::SeqCst);
            eventually(|| {
                let now = health.read();
                holds(&now);
                now.spool_requests == 0
            });
            let now = health.read();
            assert_eq!(
                (now.exported, now.failed, now.spooled, now.spool_bytes),
                (EPISODES, 0, 0, 0)
            );
            assert_eq!(
                (
                    now.spool_dropped,
                    now.spool_damaged,
                    now.spool_errors,
                    exporter.failed()
                ),
                (0, 0, 0, 0)
            );
            let taken = &server.requests()[refused..];
            // What was on its way when the switch was turned may have been refused.
            let found = instances(taken);
            assert_eq!(found.len() as u64, EPISODES);
            assert_eq!(moments(taken).len(), 10);
            // And what comes then goes its direct way.
            send(&mut exporter, EPISODES..EPISODES + 1);
            assert_eq!(exporter.flush(soon()), 0);
            assert_eq!((health.read().exported, exporter.shutdown(soon())), (EPISODES + 1, 0));
        });
        assert_eq!(std::fs::read_dir(dir.path()).expect("a folder").count(), 0);
    }
}

#[test]
fn a_server_that_wants_to_be_left_alone_is_and_the_queue_does_not_fill_up() {
    const EPISODES: u64 = 20_000;
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(|_| Behaviour::status("503 Busy", "Retry-After: 1000000000\r\n"));
    let (mut exporter, health) = spooling(&server.url(), dir.path(), |otlp| otlp.metrics(false));
    returns(move || {
        for round in 0..20 {
            send(&mut exporter, round * 1_000..(round + 1) * 1_000);
            assert_eq!(exporter.flush(soon()), 0);
        }
        assert_eq!(exporter.shutdown(soon()), 0);
        let now = health.read();
        holds(&now);
        assert_eq!(
            (now.spooled, now.failed, now.refused, now.requests),
            (EPISODES, 0, 0, 1)
        );
        assert_eq!((server.connections(), exporter.failed()), (1, 0));
    });
}

#[test]
fn the_next_process_sends_what_the_last_one_could_not_as_the_last_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let (server, switch) = switched(vec![busy(), Behaviour::ok()]);
    returns({
        let (url, dir) = (server.url(), dir.path().to_owned());
        move || {
            let (mut first, health) =
                spooling(&url, &dir, |otlp| otlp.resource_attribute("service.instance.id", "one"));
            send(&mut first, 0..700);
            push(&mut first, 1);
            first.notice(&crate::notices::storm());
            assert_eq!((first.shutdown(soon()), first.failed()), (0, 0));
            let now = health.read();
            holds(&now);
            assert_eq!(
                (now.accepted, now.spooled, now.queued, now.metric_pushes_spooled),
                (700, 700, 0, 1)
            );
            assert_eq!((now.logs_accepted, now.logs_spooled, now.logs_queued), (1, 1, 0));
        }
    });
    switch.store(1, Ordering::SeqCst);
    let refused = server.requests().len();
    let (mut second, health) = spooling(&server.url(), dir.path(), |otlp| {
        otlp.resource_attribute("service.instance.id", "two")
    });
    returns(move || {
        send(&mut second, 700..701);
        assert_eq!(second.flush(soon()), 0);
        eventually(|| health.read().exported == 701);
        let now = health.read();
        holds(&now);
        assert_eq!(
            (now.accepted, now.recovered, now.spooled, second.failed()),
            (1, 700, 0, 0)
        );
        eventually(|| health.read().spool_requests == 0);
        let requests = server.requests().split_off(refused);
        let found = instances(&requests);
        assert_eq!((found.len(), found.values().all(|&times| times == 1)), (701, true));
        assert_eq!(moments(&requests).len(), 1);
        assert_eq!(
            (
                server.logs().len(),
                requests.iter().filter(|request| request.path() == "/v1/logs").count()
            ),
            (2, 1)
        );
        let now = health.read();
        assert_eq!(
            (now.logs_recovered, now.logs_exported, now.logs_spooled, now.logs_failed),
            (1, 1, 0, 0)
        );
        for request in requests.iter().filter(|request| request.path() == "/v1/traces") {
            let resource = request.traces().resource_spans.remove(0).resource.expect("a resource");
            let expected = if instances([request]).contains_key(&700) {
                "two"
            } else {
                "one"
            };
            assert_eq!(attributes(&resource.attributes)["service.instance.id"], expected);
        }
    });
}

#[test]
fn a_server_that_does_not_answer_does_not_let_the_queue_fill_up() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(|_| Behaviour::Silent);
    // It has an hour for each request.
    let (mut exporter, health) = spooling(&server.url(), dir.path(), |otlp| otlp);
    returns(move || {
        // All that the queue takes; one batch of it is on its way.
        send(&mut exporter, 0..2_048);
        eventually(|| health.read().spooled >= 512);
        holds(&health.read());
        assert_eq!((health.read().refused, health.read().failed), (0, 0));
    });
}

#[test]
fn a_drop_puts_on_disk_what_is_queued() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(|_| Behaviour::Silent);
    let (mut exporter, health) = spooling(&server.url(), dir.path(), |otlp| otlp);
    send(&mut exporter, 0..100);
    returns(move || drop(exporter));
    let now = health.read();
    holds(&now);
    // A disk that takes longer than a second is a loss that is counted.
    assert_eq!((now.queued, now.spooled + now.failed), (0, 100));
}

#[test]
fn what_is_refused_for_good_does_not_keep_the_rest_from_being_sent() {
    let dir = tempfile::tempdir().expect("a folder");
    let phase = Arc::new(AtomicUsize::new(0));
    let read = Arc::clone(&phase);
    // It never takes the spans of the first request, and a part of those of the third.
    let server = Server::start_with(move |_, request| {
        let of = instances([request]);
        match read.load(Ordering::SeqCst) {
            0 => busy(),
            _ if of.contains_key(&0) => Behaviour::status("400 Bad Request", ""),
            _ if of.contains_key(&200) => Behaviour::protobuf(&ExportTraceServiceResponse {
                partial_success: Some(ExportTracePartialSuccess {
                    rejected_spans: 7,
                    error_message: "too old".to_owned(),
                }),
            }),
            _ => Behaviour::ok(),
        }
    });
    let (mut exporter, health) = spooling(&server.url(), dir.path(), |otlp| otlp.metrics(false));
    returns(move || {
        for round in 0..4 {
            send(&mut exporter, round * 100..(round + 1) * 100);
            assert_eq!(exporter.flush(soon()), 0);
        }
        assert_eq!(health.read().spooled, 400);
        phase.store(1, Ordering::SeqCst);
        eventually(|| health.read().spool_requests == 0);
        let now = health.read();
        holds(&now);
        assert_eq!((now.exported, now.failed, now.spool_replayed), (293, 107, 4));
        assert_eq!(exporter.failed(), 107);
    });
}

#[test]
fn a_request_that_the_server_stumbles_over_does_not_keep_new_ones_from_being_sent() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start_with(move |_, request| {
        if instances([request]).contains_key(&0) {
            busy()
        } else {
            Behaviour::ok()
        }
    });
    let (mut exporter, health) = spooling(&server.url(), dir.path(), |otlp| otlp.metrics(false));
    returns(move || {
        send(&mut exporter, 0..10);
        assert_eq!(exporter.flush(soon()), 0);
        assert_eq!(health.read().spooled, 10);
        let mut number = 10;
        eventually(|| {
            send(&mut exporter, number..number + 1);
            number += 1;
            assert_eq!(exporter.flush(soon()), 0);
            health.read().exported >= 100
        });
        // It may be that the server only needs time, so nothing is given up yet.
        let now = health.read();
        holds(&now);
        assert_eq!((now.failed, now.spooled + now.exported), (0, number));
    });
}

#[test]
fn the_oldest_is_dropped_first_to_the_unit() {
    const EPISODES: u64 = 5_000;
    let dir = tempfile::tempdir().expect("a folder");
    let (server, switch) = switched(vec![busy(), Behaviour::ok()]);
    let (mut exporter, health) = spooling(&server.url(), dir.path(), |otlp| {
        otlp.spool(dir.path(), 256 * 1024).metrics(false)
    });
    let path = dir.path().to_owned();
    returns(move || {
        for first in (0..EPISODES).step_by(10) {
            send(&mut exporter, first..first + 10);
            assert_eq!(exporter.flush(soon()), 0);
            holds(&health.read());
        }
        let now = health.read();
        assert!(now.spool_bytes <= 256 * 1024, "{now:?}");
        assert!(now.failed > 0 && now.spool_dropped == now.failed / 10, "{now:?}");
        assert_eq!((exporter.failed(), now.failed + now.spooled), (now.failed, EPISODES));
        let refused = server.requests().len();
        switch.store(1, Ordering::SeqCst);
        eventually(|| health.read().spool_requests == 0);
        let found = instances(&server.requests()[refused..]);
        assert!(found.keys().copied().eq(now.failed..EPISODES), "not the newest");
        drop(exporter);
        assert_eq!(std::fs::read_dir(path).expect("a folder").count(), 0);
    });
}

#[test]
fn losses_of_another_process_are_not_our_collectors() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(|_| busy());
    returns({
        let (url, dir) = (server.url(), dir.path().to_owned());
        move || {
            let (mut first, _) = spooling(&url, &dir, |otlp| otlp.metrics(false));
            send(&mut first, 0..50);
            assert_eq!(first.shutdown(soon()), 0);
        }
    });
    let refusing = Server::start(|_| Behaviour::status("400 Bad Request", ""));
    let (mut second, health) = spooling(&refusing.url(), dir.path(), |otlp| otlp.metrics(false));
    returns(move || {
        send(&mut second, 50..53);
        assert_eq!(second.flush(soon()), 0);
        eventually(|| health.read().failed == 53);
        holds(&health.read());
        // Its collector has delivered three.
        assert_eq!(second.failed(), 3);
        assert_eq!((second.shutdown(soon()), second.failed()), (0, 3));
    });
}

#[test]
fn exporters_share_a_folder_and_keep_out_of_each_others_way() {
    const EACH: u64 = 600;
    let dir = tempfile::tempdir().expect("a folder");
    let (server, switch) = switched(vec![busy(), Behaviour::ok()]);
    let url = server.url();
    returns(move || {
        let mut exporters: Vec<_> = (0..4)
            .map(|_| spooling(&url, dir.path(), |otlp| otlp.metrics(false)))
            .collect();
        for (index, (exporter, _)) in exporters.iter_mut().enumerate() {
            let first = index as u64 * EACH;
            send(exporter, first..first + EACH);
            assert_eq!(exporter.flush(soon()), 0);
        }
        let refused = server.requests().len();
        switch.store(1, Ordering::SeqCst);
        for (_, health) in &exporters {
            eventually(|| health.read().spool_requests == 0);
            let now = health.read();
            assert_eq!((now.recovered, now.exported, now.failed), (0, EACH, 0));
        }
        assert_eq!(instances(&server.requests()[refused..]).len() as u64, 4 * EACH);
        // Not just dropped: that waits for the disk for a second, and no longer.
        for (exporter, _) in &mut exporters {
            assert_eq!(exporter.shutdown(soon()), 0);
        }
        assert_eq!(std::fs::read_dir(dir.path()).expect("a folder").count(), 0);
    });
}

#[test]
fn a_disk_that_goes_away_costs_what_it_was_to_keep() {
    let dir = tempfile::tempdir().expect("a folder");
    let inner = dir.path().join("spool");
    let server = Server::start(|_| busy());
    let (mut exporter, health) = spooling(&server.url(), &inner, |otlp| otlp);
    returns(move || {
        std::fs::remove_dir_all(inner).expect("a folder");
        for round in 0..5 {
            send(&mut exporter, round * 10..(round + 1) * 10);
            push(&mut exporter, round);
            assert_eq!(exporter.flush(soon()), 0);
        }
        let now = health.read();
        holds(&now);
        assert_eq!((now.failed, now.spooled, now.restarts), (50, 0, 0));
        assert!(now.spool_errors >= 5 && now.metric_pushes_failed > 0, "{now:?}");
        assert_eq!((exporter.failed(), exporter.shutdown(soon())), (50, 0));
    });
}

#[test]
fn a_folder_that_cannot_be_used_is_an_error_in_code_and_a_warning_in_the_environment() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("file");
    std::fs::write(&file, "mine").expect("a file");
    let error = Otlp::builder()
        .spool(&file, MIB)
        .build_with(|_| None)
        .expect_err("no folder");
    assert!(
        matches!(&error, BuildError::Spool { dir, .. } if *dir == file),
        "{error}"
    );
    assert!(error.to_string().contains("cannot be used for the spool"), "{error}");
    let error = Otlp::builder()
        .spool(dir.path(), 1_000)
        .build_with(|_| None)
        .expect_err("too little");
    assert!(matches!(error, BuildError::Range { option: "spool", .. }), "{error}");

    let lookup = |dir: &Path, bytes: &str| {
        let (dir, bytes) = (dir.as_os_str().to_owned(), bytes.to_owned());
        move |name: &str| match name {
            "MAPTRACE_SPOOL" => Some(dir.clone()),
            "MAPTRACE_SPOOL_BYTES" => Some(bytes.clone().into()),
            _ => None,
        }
    };
    let (_exporter, warnings) = Otlp::builder()
        .build_with(lookup(&file, "1000000"))
        .expect("an exporter");
    assert!(
        matches!(&warnings[..], [warning] if warning.contains("MAPTRACE_SPOOL is")),
        "{warnings:?}"
    );
    let inner = dir.path().join("spool");
    let (_exporter, warnings) = Otlp::builder().build_with(lookup(&inner, "1000")).expect("an exporter");
    assert!(
        matches!(&warnings[..], [warning] if warning.contains("MAPTRACE_SPOOL_BYTES is \"1000\"")),
        "{warnings:?}"
    );
    assert!(inner.is_dir());
    // The environment wins.
    let other = dir.path().join("other");
    let (_exporter, warnings) = Otlp::builder()
        .spool(&file, MIB)
        .build_with(lookup(&other, "1000000"))
        .expect("an exporter");
    assert!(other.is_dir() && warnings.is_empty(), "{warnings:?}");
}
