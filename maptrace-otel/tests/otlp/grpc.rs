//! OTLP over gRPC.

#[cfg(feature = "spool")]
use std::sync::Arc;
use std::time::{Duration, Instant};

use maptrace_otel::{ExporterHealth, Otlp};
use maptrace_runtime::{Health, MapSnapshot, Sink};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceResponse};
use tonic::{Code, Status};

use crate::episodes::{episode, grow, site};
use crate::grpc_server::{Collector, Said, retry_after};
use crate::notices::storm;
use crate::server::{Behaviour, Server, refusing};
use crate::snapshots::snapshot;
use crate::{exporter, returns, soon};

const HOUR: Duration = Duration::from_secs(3600);

/// Sends five episodes in one batch, and says what became of them.
fn outcome(url: &str, timeout: Duration, also: impl FnOnce(Otlp) -> Otlp) -> ExporterHealth {
    let (mut exporter, health) = exporter(url, |otlp| also(otlp.grpc(true).timeout(timeout)));
    returns(move || {
        for _ in 0..5 {
            assert!(exporter.episode(&episode(grow())));
        }
        assert_eq!(exporter.flush(soon()), 0);
        let health = health.read();
        assert_eq!((health.accepted, health.queued, health.restarts), (5, 0, 0));
        health
    })
}

#[test]
fn spans_metrics_and_log_records_go_over_grpc() {
    let server = Collector::start(|_| Ok(Said::Nothing));
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.grpc(true).header("Authorization", "sesame"));
    returns(move || {
        for _ in 0..5 {
            assert!(exporter.episode(&episode(grow())));
        }
        let maps = vec![MapSnapshot::new(site(1, "sessions", "a_b"))];
        exporter.snapshot(&snapshot(maps, Health::default()));
        exporter.notice(&storm());
        assert_eq!(exporter.shutdown(soon()), 0);
    });
    let health = health.read();
    assert_eq!(
        (health.exported, health.metric_pushes, health.logs_exported),
        (5, 1, 1),
        "{health:?}"
    );
    assert_eq!((health.failed, health.retries, health.unreadable_answers), (0, 0, 0));
    let seen = server.seen();
    assert_eq!((seen.spans, seen.logs), (5, 1));
    assert!(seen.metrics.iter().any(|name| name == "map.entries"));
    for metadata in seen.metadata {
        assert_eq!(metadata.get("authorization").expect("the header"), "sesame");
        assert!(metadata.get("grpc-timeout").is_some(), "{metadata:?}");
        let agent = metadata.get("user-agent").and_then(|value| value.to_str().ok());
        assert!(
            agent.is_some_and(|agent| agent.starts_with("maptrace-otel/")),
            "{metadata:?}"
        );
    }
}

#[test]
fn the_environment_chooses_the_protocol_of_each_signal() {
    let (grpc, http) = (
        Collector::start(|_| Ok(Said::Nothing)),
        Server::start(|_| Behaviour::ok()),
    );
    let lookup = |name: &str| {
        Some(match name {
            "OTEL_EXPORTER_OTLP_PROTOCOL" => "grpc".into(),
            "OTEL_EXPORTER_OTLP_ENDPOINT" => grpc.url().into(),
            "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL" => "http/protobuf".into(),
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT" => format!("{}/v1/metrics", http.url()).into(),
            _ => return None,
        })
    };
    let (mut exporter, warnings) = Otlp::builder().min_entries(0).build_with(lookup).expect("an exporter");
    assert_eq!(warnings, [""; 0]);
    returns(move || {
        assert!(exporter.episode(&episode(grow())));
        let maps = vec![MapSnapshot::new(site(1, "sessions", "a_b"))];
        exporter.snapshot(&snapshot(maps, Health::default()));
        assert_eq!(exporter.shutdown(soon()), 0);
    });
    assert_eq!((grpc.seen().spans, grpc.seen().metrics.len()), (1, 0));
    assert!(!http.metrics().is_empty());
}

#[test]
fn a_busy_server_is_asked_again_with_the_same_spans() {
    for code in [
        Code::Cancelled,
        Code::DeadlineExceeded,
        Code::Aborted,
        Code::OutOfRange,
        Code::Unavailable,
        Code::DataLoss,
    ] {
        let server = Collector::start(move |call| match call {
            0 | 1 => Err(Status::new(code, "busy")),
            _ => Ok(Said::Nothing),
        });
        let health = outcome(&server.url(), HOUR, |otlp| otlp);
        assert_eq!((health.exported, health.failed, health.retries), (5, 0, 2), "{code:?}");
        assert_eq!(server.seen().spans, 15, "{code:?}");
    }
    let server = Collector::start(|call| match call {
        0 => Err(retry_after(Code::ResourceExhausted, Duration::ZERO)),
        _ => Ok(Said::Nothing),
    });
    let health = outcome(&server.url(), HOUR, |otlp| otlp);
    assert_eq!((health.exported, health.failed, health.retries), (5, 0, 1));
}

#[test]
fn a_server_that_wants_to_be_left_alone_for_longer_than_there_is_time_is() {
    let server = Collector::start(|_| Err(retry_after(Code::Unavailable, HOUR)));
    let health = outcome(&server.url(), Duration::from_secs(600), |otlp| otlp);
    assert_eq!((health.exported, health.failed, health.requests), (0, 5, 1));
}

#[test]
fn what_the_server_does_not_take_is_lost_at_once_and_counted() {
    for code in [
        Code::InvalidArgument,
        Code::Unauthenticated,
        Code::PermissionDenied,
        Code::Unimplemented,
        Code::Internal,
        Code::Unknown,
        Code::ResourceExhausted,
    ] {
        let server = Collector::start(move |_| Err(Status::new(code, "sesame")));
        let health = outcome(&server.url(), HOUR, |otlp| otlp.header("authorization", "sesame"));
        assert_eq!((health.exported, health.failed, health.requests), (0, 5, 1), "{code:?}");
        assert_eq!(health.last_error, Some(format!("the server answered {code:?}")));
    }
}

#[test]
fn a_server_that_has_no_place_for_a_signal_is_no_mystery() {
    let server = Collector::start(|_| Err(Status::unimplemented("unknown service")));
    for (what, cure) in [
        ("metrics", Some("OTEL_METRICS_EXPORTER=none")),
        ("logs", Some("OTEL_LOGS_EXPORTER=none")),
        ("traces", None),
    ] {
        let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.grpc(true).timeout(HOUR));
        let why = returns(move || {
            match what {
                "metrics" => {
                    let maps = vec![MapSnapshot::new(site(1, "sessions", "a_b"))];
                    exporter.snapshot(&snapshot(maps, Health::default()));
                }
                "logs" => exporter.notice(&storm()),
                _ => assert!(exporter.episode(&episode(grow()))),
            }
            assert_eq!(exporter.flush(soon()), 0);
            let now = health.read();
            assert_eq!(now.retries, 0, "{what}: {now:?}");
            now.last_error.expect("it was refused")
        });
        assert!(why.contains("answered Unimplemented"), "{what}: {why}");
        match cure {
            Some(cure) => assert!(why.contains(cure) && why.contains(what), "{what}: {why}"),
            None => assert!(!why.contains("_EXPORTER"), "{what}: {why}"),
        }
    }
}

#[test]
fn a_request_too_long_for_the_server_is_sent_in_pieces() {
    let server = Collector::with_limit(60_000, |_| Ok(Said::Nothing));
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.grpc(true));
    returns(move || {
        for _ in 0..500 {
            assert!(exporter.episode(&episode(grow())));
        }
        assert_eq!(exporter.shutdown(soon()), 0);
    });
    let health = health.read();
    assert_eq!(
        (health.exported, health.failed, health.retries),
        (500, 0, 0),
        "{health:?}"
    );
    assert!(health.requests > 1);
    assert_eq!(server.seen().spans, 500);
}

#[test]
fn what_the_server_rejects_of_a_request_is_counted() {
    let server = Collector::start(|_| {
        Ok(Said::Traces(ExportTraceServiceResponse {
            partial_success: Some(ExportTracePartialSuccess {
                rejected_spans: 2,
                error_message: "too old".to_owned(),
            }),
        }))
    });
    let health = outcome(&server.url(), HOUR, |otlp| otlp);
    assert_eq!((health.exported, health.failed, health.retries), (3, 2, 0));
    assert!(health.last_error.is_some_and(|error| error.contains("too old")));
}

#[test]
fn an_answer_longer_than_is_read_is_no_answer() {
    let server = Collector::start(|_| {
        Ok(Said::Traces(ExportTraceServiceResponse {
            partial_success: Some(ExportTracePartialSuccess {
                rejected_spans: 0,
                error_message: "x".repeat(3_000_000),
            }),
        }))
    });
    let is_refused = |health: ExporterHealth| {
        assert_eq!(
            (health.exported, health.failed, health.requests),
            (0, 5, 1),
            "{health:?}"
        );
        let error = health.last_error.expect("an error");
        assert_eq!(error, "the answer is longer than 65536 bytes");
    };
    is_refused(outcome(&server.url(), HOUR, |otlp| otlp));
    // Three thousand bytes, until they are unpacked.
    #[cfg(feature = "gzip")]
    is_refused(outcome(&server.url(), HOUR, |otlp| otlp.gzip(true)));
}

#[cfg(feature = "gzip")]
#[test]
fn requests_are_packed_if_they_are_to_be() {
    for on in [false, true] {
        let server = Collector::start(|_| Ok(Said::Nothing));
        let health = outcome(&server.url(), HOUR, |otlp| otlp.gzip(on));
        assert_eq!((health.exported, server.seen().spans), (5, 5));
        let packed = server.seen().metadata[0].get("grpc-encoding").cloned();
        assert_eq!(packed.is_some_and(|encoding| encoding == "gzip"), on);
    }
}

#[test]
fn it_is_said_that_nobody_speaks_it_there() {
    let (url, _guard) = refusing();
    let health = outcome(&url, Duration::from_millis(300), |otlp| otlp);
    assert_eq!((health.exported, health.failed), (0, 5));
    assert!(
        health
            .last_error
            .is_some_and(|error| error.starts_with("cannot connect"))
    );
    // What answers something else.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
    });
    let health = outcome(&url, Duration::from_millis(300), |otlp| otlp);
    assert_eq!((health.exported, health.failed), (0, 5));
    let error = health.last_error.expect("an error");
    assert!(error.contains("4317"), "{error}");
}

/// What nobody answers: a server that takes connections and reads nothing.
fn black_hole() -> Server {
    Server::start(|_| Behaviour::Deaf)
}

#[test]
fn a_server_that_never_answers_costs_the_timeout() {
    let health = outcome(&black_hole().url(), Duration::from_millis(300), |otlp| otlp);
    assert_eq!((health.exported, health.failed, health.requests), (0, 5, 1));
    assert_eq!(health.last_error.as_deref(), Some("no complete answer in time"));
    // Nor is a server waited for that has the request, and thinks.
    let server = Collector::start(|_| Ok(Said::Never));
    let health = outcome(&server.url(), Duration::from_millis(300), |otlp| otlp);
    assert_eq!((health.exported, health.failed, health.requests), (0, 5, 1));
}

/// What is called with an exporter whose server never answers.
fn returns_in_time(url: &str) {
    let (mut exporter, health) = exporter(url, |otlp| otlp.grpc(true).timeout(HOUR));
    for _ in 0..7 {
        assert!(exporter.episode(&episode(grow())));
    }
    assert_eq!(exporter.flush(Instant::now() + Duration::from_millis(50)), 7);
    assert_eq!(exporter.shutdown(Instant::now() + Duration::from_millis(100)), 7);
    assert_eq!((health.read().queued, health.read().failed), (0, 7));
    drop(exporter);
}

#[test]
fn flush_and_shutdown_return_in_time_whatever_runtime_the_application_has() {
    let thinking = Collector::start(|_| Ok(Said::Never));
    let deaf = black_hole();
    for url in [deaf.url(), thinking.url()] {
        for runtime in [
            None,
            Some(tokio::runtime::Builder::new_current_thread()),
            Some(tokio::runtime::Builder::new_multi_thread()),
        ] {
            let url = url.clone();
            returns(move || match runtime {
                None => returns_in_time(&url),
                Some(mut runtime) => {
                    let runtime = runtime.worker_threads(1).build().expect("a runtime");
                    // Also while the only thread of a runtime is held up by this.
                    runtime.block_on(async { returns_in_time(&url) });
                    runtime.block_on(async {
                        let task = tokio::spawn(async move { returns_in_time(&url) });
                        task.await.expect("no panic");
                    });
                }
            });
        }
    }
}

#[test]
fn what_is_sent_inside_a_runtime_arrives() {
    for mut runtime in [
        tokio::runtime::Builder::new_current_thread(),
        tokio::runtime::Builder::new_multi_thread(),
    ] {
        let server = Collector::start(|_| Ok(Said::Nothing));
        let runtime = runtime.worker_threads(1).build().expect("a runtime");
        let health = runtime.block_on(async { outcome(&server.url(), HOUR, |otlp| otlp) });
        assert_eq!((health.exported, server.seen().spans), (5, 5));
    }
}

#[cfg(feature = "spool")]
#[test]
fn what_cannot_be_sent_waits_on_disk() {
    let dir = tempfile::tempdir().expect("a folder");
    let up = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let server = Collector::start({
        let up = Arc::clone(&up);
        move |_| {
            if up.load(std::sync::atomic::Ordering::SeqCst) {
                Ok(Said::Nothing)
            } else {
                Err(Status::unavailable("not yet"))
            }
        }
    });
    let spool = |otlp: Otlp| otlp.grpc(true).spool(dir.path().join("spool"), 1 << 20);
    let (mut first, health) = exporter(&server.url(), spool);
    returns(move || {
        for _ in 0..5 {
            assert!(first.episode(&episode(grow())));
        }
        assert_eq!(first.shutdown(soon()), 0);
        assert_eq!((health.read().spooled, health.read().failed), (5, 0));
    });
    up.store(true, std::sync::atomic::Ordering::SeqCst);
    let (second, health) = exporter(&server.url(), spool);
    crate::eventually(|| health.read().exported == 5);
    assert_eq!((health.read().recovered, health.read().spooled), (5, 0));
    drop(second);
}

#[cfg(feature = "tls")]
mod secure {
    use super::{HOUR, outcome};
    use crate::grpc_server::{Collector, Said};
    use crate::tls::Authority;

    #[test]
    fn it_goes_over_tls() {
        let authority = Authority::new();
        for wants_client in [false, true] {
            let server = Collector::secure(&authority, "127.0.0.1", wants_client, |_| Ok(Said::Nothing));
            let client = authority.client();
            let health = outcome(&server.url(), HOUR, |otlp| {
                otlp.certificate(authority.file())
                    .client_certificate(&client.certificate, &client.key)
            });
            assert_eq!(
                (health.exported, health.failed, health.retries),
                (5, 0, 0),
                "{health:?}"
            );
            assert_eq!(server.seen().spans, 5);
        }
    }

    #[test]
    fn a_server_that_is_not_who_it_says_gets_nothing() {
        let (authority, another) = (Authority::new(), Authority::new());
        for (server, why) in [
            (
                Collector::secure(&another, "127.0.0.1", false, |_| Ok(Said::Nothing)),
                "not trusted here",
            ),
            (
                Collector::secure(&authority, "127.0.0.2", false, |_| Ok(Said::Nothing)),
                "another host",
            ),
        ] {
            // An hour is not waited for: it will be no other by then.
            let health = outcome(&server.url(), HOUR, |otlp| otlp.certificate(authority.file()));
            assert_eq!((health.exported, health.failed, health.requests), (0, 5, 1));
            let error = health.last_error.expect("an error");
            assert!(error.contains(why), "{error:?} lacks {why:?}");
            assert_eq!(server.seen().spans, 0);
        }
    }
}
