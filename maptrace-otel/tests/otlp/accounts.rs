//! `accepted = exported + failed + queued`, whatever happens.

use std::time::{Duration, Instant};

use maptrace_otel::ExporterHealth;
use maptrace_runtime::Sink;
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceResponse};

use crate::episodes::{episode, grow};
use crate::server::{Behaviour, Server};
use crate::{exporter, returns, soon};

#[track_caller]
fn holds(health: &ExporterHealth) {
    assert_eq!(
        health.accepted,
        health.exported + health.failed + health.queued,
        "{health:?}"
    );
}

#[test]
fn a_full_queue_refuses_and_counts() {
    let server = Server::start(|_| Behaviour::Silent);
    let (mut exporter, health) = exporter(&server.url(), |otlp| {
        otlp.queue_size(10)
            .timeout(Duration::from_secs(3600))
            .traces_endpoint(server.url())
    });
    returns(move || {
        let mut taken = 0;
        for _ in 0..100 {
            taken += u64::from(exporter.episode(&episode(grow())));
            holds(&health.read());
        }
        // The queue and, if the exporter's thread was quick, one batch on its way.
        assert!((10..=20).contains(&taken), "{taken}");
        let now = health.read();
        assert_eq!((now.accepted, now.refused, now.queued), (taken, 100 - taken, taken));
        // A refusal is told at once, so it is no later failure.
        assert_eq!(exporter.failed(), 0);
        assert_eq!(exporter.shutdown(Instant::now()), taken);
        holds(&health.read());
        assert_eq!((exporter.failed(), health.read().refused), (taken, 100 - taken));
    });
}

#[test]
fn a_batch_is_sent_when_it_is_full() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.queue_size(600));
    for _ in 0..512 {
        assert!(exporter.episode(&episode(grow())));
    }
    crate::eventually(|| health.read().exported == 512);
    assert_eq!(server.spans().len(), 512);
}

#[test]
fn a_delay_sends_what_is_less_than_a_batch() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.span_delay(Duration::from_millis(1)));
    assert!(exporter.episode(&episode(grow())));
    crate::eventually(|| health.read().exported == 1);
    assert_eq!(server.spans().len(), 1);
}

#[test]
fn the_servers_count_is_ours() {
    const EPISODES: u64 = 5_000;
    let partial = ExportTracePartialSuccess {
        rejected_spans: 1,
        error_message: String::new(),
    };
    let partial = Behaviour::protobuf(&ExportTraceServiceResponse {
        partial_success: Some(partial),
    });
    let server = Server::start(move |connection| match connection % 3 {
        0 => Behaviour::ok(),
        1 => Behaviour::status("400 Bad Request", ""),
        _ => partial.clone(),
    });
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.queue_size(700));
    let counted = health.clone();
    let lost = returns(move || {
        let mut refused = 0;
        for number in 0..EPISODES {
            let mut episode = episode(grow());
            episode.instance = Some(number);
            refused += u64::from(!exporter.episode(&episode));
            if number % 97 == 0 {
                holds(&health.read());
            }
            if number % 1_000 == 999 {
                assert_eq!(exporter.flush(soon()), 0);
            }
        }
        exporter.shutdown(soon());
        refused + exporter.failed()
    });
    let now = counted.read();
    holds(&now);
    assert_eq!((now.queued, now.exported + lost), (0, EPISODES));
    let spans = |index: usize, request: &crate::server::Request| {
        let sent = request.traces().resource_spans[0].scope_spans[0].spans.len() as u64;
        match index % 3 {
            0 => sent,
            1 => 0,
            _ => sent - 1,
        }
    };
    // One connection after the other, so the requests are in the order of the connections.
    let requests = server.requests();
    let taken: u64 = requests
        .iter()
        .enumerate()
        .map(|(index, request)| spans(index, request))
        .sum();
    assert_eq!(taken, now.exported);
    assert!(requests.len() > 3 && now.failed > 0, "{now:?}");
}
