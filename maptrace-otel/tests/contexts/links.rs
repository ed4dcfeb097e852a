//! A worker that puts in at once what many requests have queued: its batch has a link to each of them.

use std::sync::mpsc;

use maptrace_otel::{HealthReader, Otlp, OtlpExporter};
use maptrace_runtime::collections::HashMap;
use maptrace_runtime::context::{SpanContext, current, link};
use maptrace_runtime::testing::Capture;
use maptrace_runtime::{Episode, EpisodeKind, PutAll, Sink as _};
use opentelemetry::trace::{TraceContextExt as _, Tracer as _};
use opentelemetry_proto::tonic::trace::v1::Span;

use crate::server::{Behaviour, Server};
use crate::{PATIENCE, identity, start, tracer};

fn exporter(url: &str) -> (OtlpExporter, HealthReader) {
    let builder = Otlp::builder().endpoint(url).span_delay(PATIENCE).min_entries(0);
    let (exporter, warnings) = builder.build_with(|_| None).expect("an exporter");
    assert_eq!(warnings, [""; 0]);
    let health = exporter.health();
    (exporter, health)
}

/// What the episodes of a capture become at an OTLP server.
fn sent(episodes: &[Episode]) -> Vec<Span> {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, _) = exporter(&server.url());
    for episode in episodes {
        assert!(exporter.episode(episode));
    }
    assert_eq!(exporter.shutdown(std::time::Instant::now() + PATIENCE), 0);
    server.spans()
}

/// A span, and one of a trace that is not sampled if so.
fn span(n: u64, sampled: bool) -> SpanContext {
    let mut trace_id = [1; 16];
    trace_id[..8].copy_from_slice(&n.to_be_bytes());
    SpanContext {
        trace_id,
        span_id: (n + 1).to_be_bytes(),
        sampled,
    }
}

fn is_batch(episode: &Episode) -> bool {
    matches!(episode.kind, EpisodeKind::Batch { .. })
}

/// The links of a span, as contexts.
fn links(span: &Span) -> Vec<SpanContext> {
    let link = |link: &opentelemetry_proto::tonic::trace::v1::span::Link| SpanContext {
        trace_id: link.trace_id.as_slice().try_into().expect("16 bytes"),
        span_id: link.span_id.as_slice().try_into().expect("8 bytes"),
        sampled: link.flags & 1 == 1,
    };
    span.links.iter().map(link).collect()
}

#[test]
fn a_batch_is_linked_to_the_requests_whose_entries_it_has() {
    start();
    let (queue, queued) = mpsc::channel();
    // Requests, each in its own span on a thread of its own, that queue two entries each.
    let requests: Vec<_> = (0..5_u64)
        .map(|n| {
            let queue = queue.clone();
            let request = move || {
                tracer(n != 3).in_span("request", |context| {
                    for key in [n, n + 100] {
                        queue.send((key, key, current())).expect("a worker");
                    }
                    identity(context.span().span_context())
                })
            };
            std::thread::spawn(request).join().expect("a request")
        })
        .collect();
    drop(queue);
    let worker = std::thread::spawn(move || {
        let capture = Capture::install();
        let queued: Vec<_> = queued.iter().collect();
        let mut stock = HashMap::with_capacity(100);
        let own = tracer(true).in_span("flush", |context| {
            let linked = link(queued.iter().map(|(.., from)| *from));
            stock.put_all(queued.iter().map(|(key, value, _)| (*key, *value)));
            drop(linked);
            // Nobody's but the worker's.
            stock.retain(|key, _| *key < 100);
            identity(context.span().span_context())
        });
        (own, capture.episodes().into_iter().filter(is_batch).collect::<Vec<_>>())
    });
    let (own, episodes) = worker.join().expect("a worker");
    let spans = sent(&episodes);
    let [put, retained] = &spans[..] else {
        panic!("{spans:?}")
    };
    let sampled: Vec<_> = requests.into_iter().filter(|request| request.sampled).collect();
    assert_eq!((links(put), put.dropped_links_count), (sampled, 0));
    assert!(links(retained).is_empty());
    for span in [put, retained] {
        assert_eq!(
            (span.trace_id.as_slice(), span.parent_span_id.as_slice()),
            (&own.trace_id[..], &own.span_id[..])
        );
    }
}

#[test]
fn links_are_bounded_and_the_others_counted() {
    let capture = Capture::install();
    let mut stock: HashMap<u64, u64> = HashMap::new();
    // Some of them twice, and some not sampled.
    let requests = (0..400).map(|n| span(n % 200, n % 200 >= 10));
    let linked = link(requests);
    stock.put_all((0..50).map(|n| (n, n)));
    drop(linked);
    let episodes: Vec<_> = capture.episodes().into_iter().filter(is_batch).collect();
    let spans = sent(&episodes);
    let [put] = &spans[..] else { panic!("{spans:?}") };
    let expected: Vec<_> = (10..138).map(|n| span(n, true)).collect();
    assert_eq!(links(put), expected);
    // Those past the bound are not remembered, so each counts as often as it comes.
    assert_eq!(put.dropped_links_count, 62 * 2);
    assert!(put.parent_span_id.is_empty());
}

#[test]
fn scopes_hold_for_what_happens_in_them() {
    let capture = Capture::install();
    let mut map: HashMap<u64, u64> = HashMap::with_capacity(100);
    let mut seen = Vec::new();
    let mut batch = |map: &mut HashMap<u64, u64>| {
        map.put_all([(1, 1)]);
        let episodes: Vec<_> = capture.episodes().into_iter().filter(is_batch).collect();
        let links: Vec<_> = episodes[seen.len()].links.iter().map(|link| link.trace_id[7]).collect();
        seen.push(links.clone());
        links
    };
    let outer = link([span(1, true), span(2, true)]);
    assert_eq!(batch(&mut map), [1, 2]);
    let inner = link([Some(span(3, true)), None]);
    assert_eq!(batch(&mut map), [3]);
    drop(inner);
    assert_eq!(batch(&mut map), [1, 2]);
    let none = link([None::<SpanContext>]);
    assert_eq!(batch(&mut map), [1, 2], "to link to nothing changes nothing");
    drop(none);
    // In another order than they began in.
    let inner = link([span(4, true)]);
    drop(outer);
    assert_eq!(batch(&mut map), [4]);
    drop(inner);
    assert_eq!(batch(&mut map), [0_u8; 0]);
    // Grows in a batch, and any episode.
    let _linked = link([span(5, true)]);
    map.clear();
    map.reserve(1000);
    map.shrink_to_fit();
    let all = capture.episodes();
    let linked = |wanted: fn(&EpisodeKind) -> bool| {
        let of = |episode: &&Episode| wanted(&episode.kind) && episode.links.len() == 1;
        all.iter().filter(of).count()
    };
    assert_eq!(linked(|kind| matches!(kind, EpisodeKind::Clear { .. })), 1);
    assert_eq!(linked(|kind| matches!(kind, EpisodeKind::Grow { .. })), 1);
    assert_eq!(linked(|kind| matches!(kind, EpisodeKind::Shrink { .. })), 1);
    drop(map);
    drop(capture.snapshot());
    let lifetime = capture.episodes().pop().expect("a lifetime");
    assert!(matches!(lifetime.kind, EpisodeKind::Lifetime { .. }) && lifetime.links.is_empty());
}

#[test]
fn links_wait_for_the_collector_and_then_are_gone() {
    let capture = Capture::install();
    let mut map: HashMap<u64, u64> = HashMap::with_capacity(100);
    for n in 0..300 {
        let _linked = link((0..100).map(|link| span(n * 100 + link, true)));
        map.put_all([(n, n)]);
        if n == 199 {
            // 163 times a hundred had room.
            let kept = |episodes: &[Episode]| {
                let batches = episodes.iter().filter(|it| is_batch(it));
                batches.map(|it| (it.links.len(), it.links_dropped)).collect::<Vec<_>>()
            };
            let batches = kept(&capture.episodes());
            assert_eq!(batches[..163], [(100, 0); 163]);
            assert_eq!(batches[163..], [(0, 100); 37]);
        }
    }
    let episodes: Vec<_> = capture.episodes().into_iter().filter(is_batch).collect();
    assert!(
        episodes[200..]
            .iter()
            .all(|it| it.links.len() == 100 && it.links_dropped == 0)
    );
    for (n, episode) in episodes.iter().enumerate() {
        assert!(
            episode
                .links
                .iter()
                .all(|link| *link == span(u64::from_be_bytes(link.span_id) - 1, true))
        );
        assert!(
            episode
                .links
                .first()
                .is_none_or(|first| *first == span(n as u64 * 100, true))
        );
    }
}

#[test]
fn requests_that_are_not_sampled_are_no_reason_to_send() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, health) = exporter(&server.url());
    let capture = Capture::install();
    let mut map: HashMap<u64, u64> = HashMap::with_capacity(100);
    for sampled in [[false, false], [false, true]] {
        let _linked = link([span(1, sampled[0]), span(2, sampled[1])]);
        map.put_all([(1, 1)]);
    }
    for episode in capture.episodes() {
        assert!(exporter.episode(&episode));
    }
    assert_eq!(exporter.shutdown(std::time::Instant::now() + PATIENCE), 0);
    assert_eq!(health.read().unsampled, 1);
    let spans: Vec<_> = server
        .spans()
        .into_iter()
        .filter(|it| it.name.starts_with("map.batch"))
        .collect();
    let [batch] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!(links(batch), [span(2, true)]);
}
