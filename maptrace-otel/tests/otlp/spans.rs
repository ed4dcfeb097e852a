//! Episodes arrive as spans, exact to the nanosecond.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use maptrace_runtime::__private::declare;
use maptrace_runtime::collections::BTreeMap as TracedMap;
use maptrace_runtime::context::SpanContext;
use maptrace_runtime::testing::Capture;
use maptrace_runtime::{BatchDoor, Episode, EpisodeKind, OpTotals, Operation, Sink, SiteInfo};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::Span;

use crate::episodes::{episode, grow, site};
use crate::server::{Behaviour, Server};
use crate::{exporter, soon};

/// Attributes as `key -> value`, integers in decimal.
pub(crate) fn attributes(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    attributes
        .iter()
        .map(|pair| {
            let value = pair.value.as_ref().and_then(|value| value.value.as_ref());
            let value = match value.expect("a value") {
                any_value::Value::StringValue(text) => text.clone(),
                any_value::Value::IntValue(number) => number.to_string(),
                any_value::Value::BoolValue(bool) => bool.to_string(),
                any_value::Value::DoubleValue(number) => number.to_string(),
                other => panic!("{other:?}"),
            };
            (pair.key.clone(), value)
        })
        .collect()
}

fn sent(episodes: &[Episode]) -> (Vec<Span>, Server) {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, _) = exporter(&server.url(), |otlp| otlp);
    for episode in episodes {
        assert!(exporter.episode(episode));
    }
    assert_eq!(exporter.shutdown(soon()), 0);
    (server.spans(), server)
}

fn totals() -> OpTotals {
    let mut totals = OpTotals::default();
    totals.assigns_new = 1;
    totals.assigns_replaced = 2;
    totals.deletes_hit = 3;
    totals.deletes_miss = 4;
    totals.cleared = 5;
    totals
}

/// A lifetime of a map that was dropped in a span, if `sampled` says something.
fn lifetime(sampled: Option<bool>) -> Episode {
    let mut episode = episode(EpisodeKind::Lifetime {
        entries: 6,
        capacity: 7,
        totals: totals(),
        grows: 8,
    });
    episode.context = sampled.map(|sampled| SpanContext {
        trace_id: [0xab; 16],
        span_id: [0xcd; 8],
        sampled,
    });
    episode
}

#[test]
fn each_kind_is_a_span_with_its_numbers() {
    let kinds = [
        (
            grow(),
            "map.grow sessions 1.8M -> 3.7M",
            "map.capacity.old=1835008 map.capacity.new=3670016 map.entries=1835008 \
             map.bytes.old=35651600 map.bytes.new=71303184 map.bytes.peak=106954784 map.tombstones=17",
        ),
        (
            EpisodeKind::RehashInPlace {
                capacity: 7168,
                entries: 3000,
                bytes: 139_280,
                tombstones: 4168,
            },
            "map.rehash sessions 7.2k",
            "map.capacity=7168 map.entries=3000 map.bytes=139280 map.tombstones=4168",
        ),
        (
            EpisodeKind::Shrink {
                old_capacity: 448,
                new_capacity: 28,
                entries: 20,
                old_bytes: 8720,
                new_bytes: 560,
                tombstones: 3,
            },
            "map.shrink sessions 448 -> 28",
            "map.capacity.old=448 map.capacity.new=28 map.entries=20 map.bytes.old=8720 map.bytes.new=560 \
             map.tombstones=3",
        ),
        (EpisodeKind::Clear { entries: 9 }, "map.clear sessions", "map.entries=9"),
        (
            EpisodeKind::Batch {
                door: BatchDoor::PutAll,
                offered: 10,
                new: 6,
                replaced: 4,
                removed: 0,
                grows_avoided: 2,
            },
            "map.batch sessions",
            "map.batch.door=put_all map.batch.offered=10 map.batch.new=6 map.batch.replaced=4 map.batch.removed=0 \
             map.batch.grows_avoided=2",
        ),
        (
            EpisodeKind::SlowOperation {
                operation: Operation::Delete,
                entries: 11,
            },
            "map.slow_delete sessions",
            "map.operation=delete map.entries=11",
        ),
        (
            EpisodeKind::Lifetime {
                entries: 6,
                capacity: 7,
                totals: totals(),
                grows: 8,
            },
            "map.lifetime sessions",
            "map.entries=6 map.capacity=7 map.assigns.new=1 map.assigns.replaced=2 map.deletes.hit=3 \
             map.deletes.miss=4 map.cleared.entries=5 map.grows=8",
        ),
    ];
    let common = " map.name=sessions map.type=string_int map.kind=HashMap map.instance=42 \
                  code.file.path=src/shop.rs code.line.number=7 thread.id=3 thread.name=worker-3";
    let episodes: Vec<_> = kinds.iter().map(|(kind, ..)| episode(kind.clone())).collect();
    let (spans, _server) = sent(&episodes);
    assert_eq!(spans.len(), kinds.len());
    for (span, (_, name, own)) in spans.iter().zip(kinds) {
        assert_eq!(span.name, name);
        let verb = name.split_whitespace().next().expect("a word");
        let episode = verb.replace("map.", "map.episode=");
        let expected: BTreeMap<_, _> = own
            .split_whitespace()
            .chain(common.split_whitespace())
            .chain([episode.as_str()])
            .map(|pair| pair.split_once('=').expect("a pair"))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(attributes(&span.attributes), expected, "{name}");
        assert_eq!(span.kind, 1, "internal");
        assert_eq!(span.start_time_unix_nano, 1_732_161_906_123_456_789);
        assert_eq!(span.end_time_unix_nano, 1_732_161_906_240_456_790);
    }
}

/// A map that is made in a function which has an attribute, as that declares it.
#[test]
fn the_function_that_makes_a_map_is_told_if_it_is_known() {
    let known = of_a_function();
    assert_eq!(known.function, Some("otlp::spans::of_a_function".to_owned()));
    let mut grown = episode(grow());
    grown.site = known;
    let (spans, _server) = sent(&[grown, episode(grow())]);
    let told: Vec<_> = spans
        .iter()
        .map(|span| attributes(&span.attributes).remove("code.function.name"))
        .collect();
    assert_eq!(told, [Some("otlp::spans::of_a_function".to_owned()), None]);
}

fn of_a_function() -> Arc<SiteInfo> {
    declare! {
        name: "of_a_function::map", path: "of_a_function::map", named: false, kind: BTreeMap, scope: Place, sample: default,
        line: 1, from: (1, 1), to: (1_000_000, 1), ty: []
    }
    let capture = Capture::install();
    let map = TracedMap::from([(1_u8, 1_u8)]);
    let snapshot = capture.snapshot();
    drop(map);
    snapshot.map("of_a_function::map").expect("it is declared").site.clone()
}

#[test]
fn names_are_without_sizes_if_so_asked() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, _) = exporter(&server.url(), |otlp| otlp.sizes_in_names(false));
    let rehash = EpisodeKind::RehashInPlace {
        capacity: 7168,
        entries: 3000,
        bytes: 139_280,
        tombstones: 4168,
    };
    for kind in [grow(), rehash] {
        assert!(exporter.episode(&episode(kind)));
    }
    assert_eq!(exporter.shutdown(soon()), 0);
    let names: Vec<_> = server.spans().into_iter().map(|span| span.name).collect();
    assert_eq!(names, ["map.grow sessions", "map.rehash sessions"]);
}

#[test]
fn a_span_is_the_child_of_what_was_active_or_a_root_of_its_own() {
    let mut child = episode(grow());
    child.context = Some(SpanContext {
        trace_id: [0xab; 16],
        span_id: [0xcd; 8],
        sampled: true,
    });
    let (spans, _server) = sent(&[child.clone(), child, episode(grow()), episode(grow())]);
    let [one, two, three, four] = &spans[..] else {
        panic!("{spans:?}")
    };
    for child in [one, two] {
        assert_eq!(
            (child.trace_id.as_slice(), child.parent_span_id.as_slice()),
            (&[0xab; 16][..], &[0xcd; 8][..])
        );
    }
    for root in [three, four] {
        assert_eq!(root.parent_span_id, [0; 0]);
        assert_eq!(root.trace_id.len(), 16);
        assert_ne!(root.trace_id, [0; 16]);
    }
    assert!(spans.iter().all(|span| span.links.is_empty()));
    let traces: HashSet<_> = spans.iter().map(|span| &span.trace_id).collect();
    assert_eq!(traces.len(), 3);
    let ids: HashSet<_> = spans.iter().map(|span| span.span_id.clone()).collect();
    assert!(ids.iter().all(|id| id.len() == 8 && *id != [0; 8] && *id != [0xcd; 8]));
    assert_eq!(ids.len(), 4);
    // Sampled, and known not to be remote.
    assert!(spans.iter().all(|span| span.flags == 0x101));
}

#[test]
fn a_lifetime_is_a_trace_of_its_own_that_links_to_where_the_map_was_dropped() {
    let (spans, _server) = sent(&[lifetime(Some(true)), lifetime(Some(true)), lifetime(None)]);
    for span in &spans {
        assert_eq!((span.trace_id.len(), span.parent_span_id.len()), (16, 0));
        assert_ne!(span.trace_id, [0xab; 16]);
        assert_eq!(span.flags, 0x101);
    }
    let traces: HashSet<_> = spans.iter().map(|span| &span.trace_id).collect();
    assert_eq!(traces.len(), 3);
    for linked in &spans[..2] {
        let [link] = &linked.links[..] else {
            panic!("{:?}", linked.links)
        };
        assert_eq!(
            (link.trace_id.as_slice(), link.span_id.as_slice(), link.flags),
            (&[0xab; 16][..], &[0xcd; 8][..], 0x101)
        );
    }
    assert_eq!(spans[2].links, []);
}

#[test]
fn the_lifetime_of_a_map_dropped_in_an_unsampled_request_is_sent_if_it_was_long_and_links_to_nothing() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp);
    let second = Duration::from_secs(1);
    for (age, sampled) in [
        (Some(second), Some(false)),
        (None, Some(false)),
        (Some(second + Duration::from_nanos(1)), Some(false)),
        (Some(Duration::ZERO), Some(true)),
        (Some(Duration::ZERO), None),
    ] {
        let mut lifetime = lifetime(sampled);
        lifetime.duration = age;
        assert!(exporter.episode(&lifetime));
    }
    assert_eq!(exporter.shutdown(soon()), 0);
    let now = health.read();
    assert_eq!((now.unsampled, now.exported), (2, 3));
    let spans = server.spans();
    let [long, sampled, alone] = &spans[..] else {
        panic!("{spans:?}")
    };
    // That the request is not sampled says nothing about a map that served others before it.
    assert_eq!(long.end_time_unix_nano - long.start_time_unix_nano, 1_000_000_001);
    assert_eq!(
        (long.trace_id.len(), long.parent_span_id.len(), long.flags),
        (16, 0, 0x101)
    );
    assert_ne!(long.trace_id, [0xab; 16]);
    assert_eq!([&long.links, &sampled.links, &alone.links].map(Vec::len), [0, 1, 0]);
}

#[test]
fn what_is_not_known_is_left_out() {
    let mut untimed = episode(grow());
    untimed.duration = None;
    untimed.instance = None;
    untimed.thread_name = None;
    let mut early = episode(grow());
    early.start = UNIX_EPOCH - Duration::from_secs(1);
    early.duration = Some(Duration::from_nanos(5));
    let mut long = episode(grow());
    long.site = site(2, &"\u{e9}".repeat(1000), "a_b");
    // A map that was collected somewhere is known by its type alone.
    let mut collected = episode(grow());
    let site = Arc::make_mut(&mut collected.site);
    (site.file, site.line) = (String::new(), 0);
    let (spans, _server) = sent(&[untimed, early, long, collected]);
    assert_eq!(spans[0].start_time_unix_nano, 1_732_161_906_123_456_789);
    assert_eq!(spans[0].end_time_unix_nano, spans[0].start_time_unix_nano);
    for unknown in ["map.instance", "thread.name"] {
        assert!(!attributes(&spans[0].attributes).contains_key(unknown), "{unknown}");
    }
    for unknown in ["code.file.path", "code.line.number"] {
        assert!(!attributes(&spans[3].attributes).contains_key(unknown), "{unknown}");
    }
    assert_eq!((spans[1].start_time_unix_nano, spans[1].end_time_unix_nano), (0, 5));
    assert_eq!(spans[2].name, format!("map.grow {} 1.8M -> 3.7M", "\u{e9}".repeat(256)));
}

#[test]
fn the_request_says_who_sends_it() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, _) = exporter(&server.url(), |otlp| {
        otlp.service_name("shop")
            .resource_attribute("deployment.environment.name", "staging")
            .header("authorization", "Bearer x")
            .traces_endpoint(format!("{}/own/path?tenant=1", server.url()))
    });
    assert!(exporter.episode(&episode(grow())));
    assert_eq!(exporter.flush(soon()), 0);
    let requests = server.requests();
    let [request] = &requests[..] else {
        panic!("{requests:?}")
    };
    let host = server.url().replace("http://", "Host: ");
    for line in [
        "POST /own/path?tenant=1 HTTP/1.1",
        host.as_str(),
        "Content-Type: application/x-protobuf",
        "authorization: Bearer x",
        "Connection: close",
    ] {
        assert!(
            request.head.lines().any(|is| is == line),
            "no {line:?} in {:?}",
            request.head
        );
    }
    let traces = request.traces();
    let [sent] = &traces.resource_spans[..] else {
        panic!("{traces:?}")
    };
    let mut resource = attributes(&sent.resource.as_ref().expect("a resource").attributes);
    let instance = resource.remove("service.instance.id").expect("an instance id");
    assert_eq!((instance.len(), &instance[14..15]), (36, "4"));
    let expected = [
        ("deployment.environment.name", "staging".to_owned()),
        ("process.pid", std::process::id().to_string()),
        ("service.name", "shop".to_owned()),
        ("telemetry.sdk.language", "rust".to_owned()),
        ("telemetry.sdk.name", "maptrace".to_owned()),
        ("telemetry.sdk.version", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    assert_eq!(resource, expected.map(|(key, value)| (key.to_owned(), value)).into());
    let scope = sent.scope_spans[0].scope.as_ref().expect("a scope");
    assert_eq!(
        (scope.name.as_str(), scope.version.as_str()),
        ("maptrace", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn small_and_unsampled_episodes_stay_out_of_the_traces() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.min_entries(100));
    let batch = |offered, removed| EpisodeKind::Batch {
        door: BatchDoor::Retain,
        offered,
        new: 0,
        replaced: 0,
        removed,
        grows_avoided: 0,
    };
    let lifetime = |assigns| {
        let mut totals = totals();
        totals.assigns_new = assigns;
        EpisodeKind::Lifetime {
            entries: 0,
            capacity: 0,
            totals,
            grows: 0,
        }
    };
    let moved = |entries| EpisodeKind::RehashInPlace {
        capacity: 200,
        entries,
        bytes: 0,
        tombstones: 0,
    };
    let grown = |entries| EpisodeKind::Grow {
        old_capacity: 56,
        new_capacity: 112,
        entries,
        old_bytes: 0,
        new_bytes: 0,
        peak_bytes: 0,
        tombstones: 0,
    };
    let shrunk = |entries| EpisodeKind::Shrink {
        old_capacity: 112,
        new_capacity: 56,
        entries,
        old_bytes: 0,
        new_bytes: 0,
        tombstones: 0,
    };
    let micros = |micros| Some(Duration::from_micros(micros));
    for (kind, duration, sent) in [
        (lifetime(99), micros(117_000), false),
        (lifetime(100), micros(117_000), true),
        (batch(60, 39), micros(117_000), false),
        (batch(60, 40), None, true),
        (EpisodeKind::Clear { entries: 99 }, micros(117_000), false),
        (EpisodeKind::Clear { entries: 100 }, micros(117_000), true),
        // Of those that change the table, however few entries they move, those that took 50 microseconds.
        (moved(3), micros(51), true),
        (moved(3), micros(50), true),
        (moved(99), micros(49), false),
        (moved(99), None, false),
        (moved(100), None, true),
        (moved(100), micros(1), true),
        (grown(99), micros(49), false),
        (grown(99), micros(51), true),
        (shrunk(99), micros(49), false),
        (shrunk(99), micros(51), true),
    ] {
        let mut episode = episode(kind);
        episode.duration = duration;
        let before = health.read();
        assert!(exporter.episode(&episode));
        let after = health.read();
        assert_eq!(after.accepted - before.accepted, u64::from(sent), "{episode:?}");
        assert_eq!(after.small - before.small, u64::from(!sent), "{episode:?}");
    }
    let mut unsampled = episode(grow());
    unsampled.context = Some(SpanContext {
        trace_id: [1; 16],
        span_id: [2; 8],
        sampled: false,
    });
    assert!(exporter.episode(&unsampled));
    assert_eq!(health.read().unsampled, 1);
    assert_eq!(exporter.flush(soon()), 0);
    assert_eq!(server.spans().len(), 9);
    assert_eq!(health.read().exported, 9);
}

#[test]
fn nothing_is_sent_for_a_signal_that_is_switched_off() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.traces(false).metrics(false));
    assert!(exporter.episode(&episode(grow())));
    assert_eq!(
        (exporter.flush(soon()), exporter.shutdown(soon()), exporter.failed()),
        (0, 0, 0)
    );
    assert_eq!((server.connections(), health.read().small), (0, 1));
}
