//! Packed requests.

use std::io::Read as _;

use maptrace_runtime::{Health, MapSnapshot, Sink};

use crate::episodes::{episode, grow, site};
use crate::exporter;
use crate::server::{Behaviour, Request, Server};
use crate::snapshots::snapshot;
use crate::soon;

/// The request with its body unpacked, if it says that it is packed.
fn unpacked(mut request: Request) -> (bool, Request) {
    let gzip = request.head.contains("\r\nContent-Encoding: gzip\r\n");
    if gzip {
        let mut body = Vec::new();
        flate2::read::GzDecoder::new(request.body.as_slice())
            .read_to_end(&mut body)
            .expect("gzip");
        assert!(
            request.body.len() < body.len() / 2,
            "{} of {}",
            request.body.len(),
            body.len()
        );
        request.body = body;
    }
    (gzip, request)
}

/// Which of spans and metrics come packed.
fn packs(on: bool, variable: Option<(&'static str, &'static str)>) -> [bool; 2] {
    let server = Server::start(|_| Behaviour::ok());
    let otlp = maptrace_otel::Otlp::builder()
        .endpoint(server.url())
        .min_entries(0)
        .gzip(on);
    let lookup = |name: &str| {
        variable
            .filter(|(known, _)| *known == name)
            .map(|(_, value)| value.into())
    };
    let (mut exporter, warnings) = otlp.build_with(lookup).expect("an exporter");
    assert_eq!(warnings, [""; 0]);
    for _ in 0..50 {
        assert!(exporter.episode(&episode(grow())));
    }
    let maps = (0..50).map(|id| MapSnapshot::new(site(id, &format!("map{id}"), "a_b")));
    exporter.snapshot(&snapshot(maps.collect(), Health::default()));
    assert_eq!(exporter.shutdown(soon()), 0);
    let (mut traces, mut metrics) = (None, None);
    for request in server.requests() {
        let (gzip, request) = unpacked(request);
        if request.path() == "/v1/traces" {
            assert_eq!(request.traces().resource_spans[0].scope_spans[0].spans.len(), 50);
            traces = Some(gzip);
        } else {
            assert!(
                !request.metrics().resource_metrics[0].scope_metrics[0]
                    .metrics
                    .is_empty()
            );
            metrics = Some(gzip);
        }
    }
    [traces, metrics].map(|gzip| gzip.expect("both were sent"))
}

#[test]
fn requests_are_packed_if_the_program_or_the_environment_says_so() {
    const ALL: &str = "OTEL_EXPORTER_OTLP_COMPRESSION";
    assert_eq!(packs(false, None), [false, false]);
    assert_eq!(packs(true, None), [true, true]);
    assert_eq!(packs(false, Some((ALL, "gzip"))), [true, true]);
    assert_eq!(packs(true, Some((ALL, "none"))), [false, false]);
    assert_eq!(
        packs(false, Some(("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "gzip"))),
        [false, true]
    );
    assert_eq!(
        packs(true, Some(("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "none"))),
        [false, true]
    );
}

#[test]
fn a_retry_is_packed_as_well() {
    let server = Server::start(|connection| match connection {
        0 => Behaviour::status("503 Busy", "Retry-After: 0\r\n"),
        _ => Behaviour::ok(),
    });
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.gzip(true));
    for _ in 0..50 {
        assert!(exporter.episode(&episode(grow())));
    }
    assert_eq!(exporter.flush(soon()), 0);
    assert_eq!((health.read().exported, health.read().retries), (50, 1));
    let [first, second] = <[Request; 2]>::try_from(server.requests()).expect("two requests");
    assert_eq!(first.body, second.body);
    assert!(unpacked(first).0 && unpacked(second).0);
}
