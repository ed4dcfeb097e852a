//! A server that is slow, dead or hostile costs its timeout, and every loss is counted once.

use std::time::{Duration, Instant};

use maptrace_otel::ExporterHealth;
use maptrace_runtime::{Health, MapSnapshot, Sink};
use opentelemetry_proto::tonic::collector::metrics::v1::{ExportMetricsPartialSuccess, ExportMetricsServiceResponse};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::metrics::v1::metric;

use crate::alone::alone;
use crate::episodes::{episode, grow, site};
use crate::server::{Behaviour, Server, refusing};
use crate::snapshots::snapshot;
use crate::{exporter, returns, soon};

mod busy;

const HOUR: Duration = Duration::from_secs(3600);

/// Sends five episodes in one batch to a server, and says what became of them.
fn outcome(server: &Server, timeout: Duration) -> ExporterHealth {
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.timeout(timeout));
    returns(move || {
        for _ in 0..5 {
            assert!(exporter.episode(&episode(grow())));
        }
        assert_eq!(exporter.flush(soon()), 0);
        assert_eq!(exporter.failed(), health.read().failed);
        let health = health.read();
        assert_eq!((health.accepted, health.queued, health.restarts), (5, 0, 0));
        health
    })
}

#[test]
fn what_the_server_does_not_take_is_lost_at_once_and_counted() {
    let other = Server::start(|_| Behaviour::ok());
    let redirect = format!("Location: {}/v1/traces\r\n", other.url());
    for (behaviour, reason) in [
        (Behaviour::status("400 Bad Request", ""), "answered 400"),
        (Behaviour::status("404 Not Found", ""), "answered 404"),
        (
            Behaviour::status("500 Internal Server Error", "Retry-After: 0\r\n"),
            "answered 500",
        ),
        (Behaviour::status("301 Moved Permanently", &redirect), "answered 301"),
        (Behaviour::status("307 Temporary Redirect", &redirect), "answered 307"),
        (Behaviour::status("308 Permanent Redirect", &redirect), "answered 308"),
        (Behaviour::Answer(b"220 smtp.example ESMTP\r\n".to_vec()), "not HTTP"),
        (
            Behaviour::Answer(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n".to_vec()),
            "not HTTP",
        ),
        (Behaviour::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()), "longer than"),
        (Behaviour::Endless(b"HTTP/1.1 200 OK\r\na: ".to_vec()), "not HTTP"),
        (
            Behaviour::Endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec()),
            "not HTTP",
        ),
        (Behaviour::Endless(b"HTTP/1.1 500 No\r\n\r\n".to_vec()), "answered 500"),
    ] {
        let shown = format!("{behaviour:?}");
        let server = Server::start(move |_| behaviour.clone());
        // None of these takes its time: an hour is never waited for.
        let health = outcome(&server, HOUR);
        assert_eq!((health.exported, health.failed), (0, 5), "{shown}");
        assert_eq!(
            (health.requests, health.retries, server.connections()),
            (1, 0, 1),
            "{shown}"
        );
        let error = health.last_error.expect("an error");
        assert!(error.contains(reason), "{error:?} lacks {reason:?}");
    }
    assert_eq!(other.connections(), 0, "a redirect was followed");
}

/// As much of a request's body as a server takes that has a limit, and the requests it has taken.
fn limited(limit: usize) -> Server {
    Server::start_with(move |_, request| {
        if request.body.len() > limit {
            Behaviour::status("413 Content Too Large", "")
        } else {
            Behaviour::ok()
        }
    })
}

#[test]
fn a_request_too_long_for_the_server_is_sent_in_pieces() {
    const EPISODES: u64 = 2_000;
    let server = limited(100_000);
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.queue_size(5_000));
    let counted = health.clone();
    returns(move || {
        for number in 0..EPISODES {
            let mut episode = episode(grow());
            episode.instance = Some(number);
            assert!(exporter.episode(&episode));
        }
        exporter.snapshot(&long_page());
        assert_eq!(exporter.flush(soon()), 0);
        assert_eq!(exporter.shutdown(soon()), 0);
    });
    let health = counted.read();
    assert_eq!((health.exported, health.failed, health.retries), (EPISODES, 0, 0));
    assert_eq!((health.metric_pushes, health.metric_pushes_failed), (1, 0));
    let (taken, refused): (Vec<_>, Vec<_>) = server
        .requests()
        .into_iter()
        .partition(|request| request.body.len() <= 100_000);
    // It is remembered what the server takes: few are sent in vain.
    assert!((1..=8).contains(&refused.len()), "{} of {}", refused.len(), taken.len());
    let mut instances: Vec<_> = taken
        .iter()
        .filter(|request| request.path() == "/v1/traces")
        .flat_map(|request| request.traces().resource_spans)
        .flat_map(|resource| resource.scope_spans)
        .flat_map(|scope| scope.spans)
        .map(|span| {
            format!(
                "{:?}",
                span.attributes.iter().find(|attribute| attribute.key == "map.instance")
            )
        })
        .collect();
    instances.sort();
    instances.dedup();
    assert_eq!(instances.len() as u64, EPISODES);
    let metrics = taken.iter().filter(|request| request.path() == "/v1/metrics");
    let points: usize = metrics
        .flat_map(|request| request.metrics().resource_metrics)
        .flat_map(|resource| resource.scope_metrics)
        .flat_map(|scope| scope.metrics)
        .filter(|metric| metric.name == "map.entries")
        .map(|metric| match metric.data {
            Some(metric::Data::Sum(sum)) => sum.data_points.len(),
            other => panic!("{other:?}"),
        })
        .sum();
    assert_eq!(points, 1_000);
}

/// A thousand maps with long names.
fn long_page() -> std::sync::Arc<maptrace_runtime::Snapshot> {
    let maps = (0..1_000).map(|id| MapSnapshot::new(site(id, &format!("{id:0>512}"), "a_b")));
    snapshot(maps.collect(), Health::default())
}

#[test]
fn a_server_that_takes_nothing_at_all_loses_each_span_once() {
    let server = limited(0);
    let health = outcome(&server, HOUR);
    assert_eq!((health.exported, health.failed), (0, 5));
    // Five, three, two, one, one, one, two, one, one.
    assert_eq!(health.requests, 9);
    assert!(health.last_error.is_some_and(|error| error.contains("answered 413")));
}

#[test]
fn no_request_comes_near_what_servers_take() {
    const EPISODES: u64 = 3_000;
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, health) = {
        let otlp = maptrace_otel::Otlp::builder()
            .endpoint(server.url())
            .min_entries(0)
            .queue_size(10_000);
        let (exporter, _) = otlp
            .build_with(|name| (name == "OTEL_BSP_MAX_EXPORT_BATCH_SIZE").then(|| "10000".into()))
            .expect("an exporter");
        let health = exporter.health();
        (exporter, health)
    };
    returns(move || {
        let site = site(1, &"n".repeat(10_000), &"t".repeat(10_000));
        for _ in 0..EPISODES {
            let mut episode = episode(grow());
            episode.site = std::sync::Arc::clone(&site);
            assert!(exporter.episode(&episode));
        }
        exporter.snapshot(&long_page());
        assert_eq!(exporter.shutdown(soon()), 0);
        assert_eq!(health.read().exported, EPISODES);
    });
    assert_eq!(server.spans().len() as u64, EPISODES);
    let longest = server.requests().iter().map(|request| request.body.len()).max();
    assert!(
        (500_000..=2_100_000).contains(&longest.expect("requests")),
        "{longest:?}"
    );
}

#[test]
fn a_packed_answer_is_not_unpacked() {
    // What it says it is does not matter, as nobody looks; nor how long it is, as only so much of it is read.
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: gzip\r\n";
    let short = format!("{head}Content-Length: 4\r\n\r\n\x1f\x7f\x08\x00").into_bytes();
    let server = Server::start(move |_| Behaviour::Answer(short.clone()));
    let health = outcome(&server, HOUR);
    assert_eq!((health.exported, health.failed, health.unreadable_answers), (5, 0, 1));
    let endless = format!("{head}\r\n").into_bytes();
    let server = Server::start(move |_| Behaviour::Endless(endless.clone()));
    let health = outcome(&server, HOUR);
    assert_eq!((health.exported, health.failed, health.requests), (0, 5, 1));
}

#[test]
fn no_header_is_shown_whatever_goes_wrong() {
    let answer = |status: &str| {
        let text = format!(
            "HTTP/1.1 {status}\r\nLocation: http://sesame/\r\nWWW-Authenticate: sesame\r\nContent-Length: 0\r\n\r\n"
        );
        Behaviour::Answer(text.into_bytes())
    };
    let garbage = Behaviour::Answer(b"HTTP/1.1 200 OK\r\nsesame\r\n\r\n".to_vec());
    for behaviour in [answer("302 Found"), answer("401 sesame"), answer("503 sesame"), garbage] {
        let server = Server::start(move |_| behaviour.clone());
        let (mut exporter, health) = exporter(&server.url(), |otlp| {
            otlp.header("authorization", "sesame")
                .timeout(Duration::from_millis(200))
        });
        assert!(exporter.episode(&episode(grow())));
        assert_eq!(exporter.flush(soon()), 0);
        let shown = format!("{exporter:?} {health:?}");
        assert!(
            shown.contains("last_error: Some") && !shown.contains("sesame"),
            "{shown}"
        );
        assert!(server.requests()[0].head.contains("authorization: sesame"));
    }
}

#[test]
fn a_server_that_never_answers_costs_the_timeout() {
    let slow = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec();
    for behaviour in [Behaviour::Silent, Behaviour::Deaf, Behaviour::Trickle(slow)] {
        let shown = format!("{behaviour:?}");
        let server = Server::start(move |_| behaviour.clone());
        let health = outcome(&server, Duration::from_millis(300));
        assert_eq!((health.exported, health.failed, health.requests), (0, 5, 1), "{shown}");
        assert_eq!(
            health.last_error.as_deref(),
            Some("no complete answer in time"),
            "{shown}"
        );
    }
}

#[test]
fn a_closed_port_is_tried_again_until_the_timeout() {
    let (url, _guard) = refusing();
    let (mut exporter, health) = exporter(&url, |otlp| otlp.timeout(Duration::from_secs(2)));
    returns(move || {
        assert!(exporter.episode(&episode(grow())));
        assert_eq!(exporter.flush(soon()), 0);
        let health = health.read();
        assert_eq!((health.exported, health.failed), (0, 1));
        assert!(
            health.retries >= 1 && health.requests == health.retries + 1,
            "{health:?}"
        );
        assert!(
            health
                .last_error
                .is_some_and(|error| error.starts_with("cannot connect"))
        );
    });
}

#[test]
fn flush_and_shutdown_return_in_time_and_say_what_is_left() {
    let slow = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec();
    let servers: Vec<_> = [Behaviour::Silent, Behaviour::Deaf, Behaviour::Trickle(slow)]
        .map(|behaviour| Server::start(move |_| behaviour.clone()))
        .into();
    let (refused, _guard) = refusing();
    let busy = Server::start(|_| Behaviour::status("503 Busy", "Retry-After: 1800\r\n"));
    let urls = servers.iter().chain([&busy]).map(Server::url).chain([refused]);
    for url in urls {
        // A call that waited for the exporter's own timeout would not return.
        let (mut exporter, health) = exporter(&url, |otlp| otlp.timeout(HOUR));
        returns(move || {
            for _ in 0..7 {
                assert!(exporter.episode(&episode(grow())));
            }
            exporter.snapshot(&snapshot(
                vec![MapSnapshot::new(site(1, "sessions", "a_b"))],
                Health::default(),
            ));
            assert_eq!(exporter.flush(Instant::now()), 7, "{url}");
            assert_eq!(exporter.flush(Instant::now() + Duration::from_millis(100)), 7, "{url}");
            assert_eq!((health.read().queued, exporter.failed()), (7, 0), "{url}");
            assert_eq!(
                exporter.shutdown(Instant::now() + Duration::from_millis(100)),
                7,
                "{url}"
            );
            assert_eq!((health.read().queued, exporter.failed()), (0, 7), "{url}");
            // Nothing is counted twice, and nothing is taken any more.
            assert_eq!(exporter.shutdown(soon()), 0, "{url}");
            assert_eq!(exporter.flush(soon()), 0, "{url}");
            assert!(!exporter.episode(&episode(grow())), "{url}");
            assert_eq!((exporter.failed(), health.read().refused), (7, 1), "{url}");
        });
    }
}

#[test]
fn a_drop_does_not_wait() {
    let server = Server::start(|_| Behaviour::Silent);
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.timeout(HOUR));
    assert!(exporter.episode(&episode(grow())));
    returns(move || drop(exporter));
    assert_eq!((health.read().failed, health.read().queued), (1, 0));
}

#[test]
fn what_the_server_rejects_is_counted_as_failed() {
    for (said, rejected) in [(2, 2), (5, 5), (0, 0), (-1, 0), (i64::MAX, 5)] {
        let partial = ExportTracePartialSuccess {
            rejected_spans: said,
            error_message: "too old".to_owned(),
        };
        let answer = Behaviour::protobuf(&ExportTraceServiceResponse {
            partial_success: Some(partial),
        });
        let server = Server::start(move |_| answer.clone());
        let health = outcome(&server, HOUR);
        assert_eq!((health.exported, health.failed), (5 - rejected, rejected), "{said}");
        assert_eq!(
            health.last_error.is_some_and(|error| error.contains("too old")),
            rejected > 0,
            "{said}"
        );
    }
}

#[test]
fn rejected_data_points_are_counted() {
    let partial = ExportMetricsPartialSuccess {
        rejected_data_points: 3,
        error_message: "no".to_owned(),
    };
    let answer = Behaviour::protobuf(&ExportMetricsServiceResponse {
        partial_success: Some(partial),
    });
    let server = Server::start(move |_| answer.clone());
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp);
    exporter.snapshot(&snapshot(Vec::new(), Health::default()));
    assert_eq!(exporter.shutdown(soon()), 0);
    assert_eq!(
        (health.read().metric_points_rejected, health.read().metric_pushes),
        (3, 1)
    );
}

#[test]
fn a_success_whose_body_is_strange_is_a_success() {
    let with = |kind: &str, body: &str| {
        let length = body.len();
        format!("HTTP/1.1 202 Accepted\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
    };
    for (answer, unreadable) in [
        (with("application/json", "{\"partialSuccess\":{}}"), 0),
        (with("text/plain", "thanks"), 0),
        (with("application/x-protobuf", "\u{7f}\u{7f}"), 1),
        (b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(), 0),
    ] {
        let shown = String::from_utf8_lossy(&answer).into_owned();
        let server = Server::start(move |_| Behaviour::Answer(answer.clone()));
        let health = outcome(&server, HOUR);
        assert_eq!(
            (health.exported, health.failed, health.unreadable_answers),
            (5, 0, unreadable),
            "{shown}"
        );
    }
}

#[test]
fn of_each_signal_it_is_said_once_where_it_went_and_what_to_do() {
    let test = "of_each_signal_it_is_said_once_where_it_went_and_what_to_do";
    let Some(output) = alone(module_path!(), test, &[], send_in_vain) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("sesame"), "{said}");
    let about = |signal: &str| {
        let begin = |line: &&str| line.starts_with("maptrace: http://127.0.0.1:") && line.contains(signal);
        let lines: Vec<_> = said.lines().filter(begin).collect();
        let [line] = lines[..] else {
            panic!("{signal} in {said}")
        };
        line.to_owned()
    };
    let traces = about("/v1/traces does not take the traces ");
    assert!(
        traces.contains("answered 404)") && traces.ends_with("counted as export_failed"),
        "{traces}"
    );
    let metrics = about("/v1/metrics?*** does not take the metrics ");
    for part in ["answered 404: ", "OTEL_METRICS_EXPORTER=none", "metric_pushes_failed"] {
        assert!(metrics.contains(part), "{metrics}");
    }
    let logs = about("/v1/logs does not take the logs ");
    for part in ["answered 404: ", "OTEL_LOGS_EXPORTER=none", "logs_failed"] {
        assert!(logs.contains(part), "{logs}");
    }
    assert!(
        !metrics.contains("export_failed") && !logs.contains("export_failed"),
        "{said}"
    );
}

/// Sends twice of each signal to a server that knows none of them.
fn send_in_vain() {
    let server = Server::start(|_| Behaviour::status("404 Not Found", ""));
    let (mut exporter, health) = exporter(&server.url(), |otlp| {
        otlp.header("authorization", "sesame")
            .metrics_endpoint(format!("{}/v1/metrics?key=sesame", server.url()))
    });
    for _ in 0..2 {
        assert!(exporter.episode(&episode(grow())));
        exporter.notice(&crate::notices::storm());
        exporter.snapshot(&snapshot(
            vec![MapSnapshot::new(site(1, "sessions", "string_int"))],
            Health::default(),
        ));
        assert_eq!(exporter.flush(soon()), 0);
    }
    let health = health.read();
    assert_eq!((health.failed, health.logs_failed), (2, 2));
    // The first snapshot may have been tried before the flush, too.
    assert!(health.metric_pushes_failed >= 2, "{health:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_hostile_server_costs_no_memory() {
    alone(
        module_path!(),
        "a_hostile_server_costs_no_memory",
        &[],
        ask_hostile_servers,
    );
}

#[cfg(target_os = "linux")]
fn ask_hostile_servers() {
    /// The most memory that this process ever had, in KiB.
    fn peak() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
        line.split_whitespace()
            .nth(1)
            .expect("a number")
            .parse()
            .expect("a number")
    }
    let hostile = || {
        let gzip = "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: gzip\r\n\r\n\x1f\x7f";
        [
            Behaviour::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
            Behaviour::Endless(gzip.as_bytes().to_vec()),
            Behaviour::Endless(b"HTTP/1.1 200 OK\r\na: ".to_vec()),
            Behaviour::Endless(b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n".to_vec()),
            Behaviour::Endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n".to_vec()),
            Behaviour::Endless(b"HTTP/1.1 503 No\r\nRetry-After: 1000000000\r\n\r\n".to_vec()),
            Behaviour::Endless(b"garbage".to_vec()),
        ]
    };
    let ask = || {
        for behaviour in hostile() {
            let server = Server::start(move |_| behaviour.clone());
            assert_eq!(outcome(&server, Duration::from_secs(20)).exported, 0);
        }
    };
    // What threads and the like cost is there after the first round; then it stays as it is.
    ask();
    let before = peak();
    (0..20).for_each(|_| ask());
    let more = peak() - before;
    assert!(more <= 4 * 1024, "{more} KiB");
}
