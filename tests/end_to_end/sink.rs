//! A whole program before an OTLP server that decodes and counts everything: its totals are the program's own.

#[expect(dead_code, reason = "it can do more than is needed here")]
#[allow(unexpected_cfgs, reason = "the features are those of the crate it belongs to")]
#[path = "../../maptrace-otel/tests/otlp/server.rs"]
pub(crate) mod server;

use std::collections::{HashMap, HashSet};

use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint, metric, number_data_point};

use crate::worker::{Account, Worker};
use server::{Behaviour, Server};

#[test]
#[ignore = "needs the examples; ci/e2e.sh runs it"]
fn a_program_s_totals_arrive_to_the_unit() {
    let server = Server::start(|_| Behaviour::ok());
    let mut worker = Worker::start(&server.url(), |command| {
        command.args(["--busy", "2"]);
        // Room for all that happens between two passes of maptrace's collector, however late it comes.
        command.env("MAPTRACE_RING_BYTES", "8m");
    });
    // It is at work for some pushes.
    let pushes = || {
        server
            .requests()
            .iter()
            .filter(|request| request.path() == "/v1/metrics")
            .count()
    };
    while pushes() < 4 {
        worker.work(20);
    }
    assert_eq!(has_all(&server, &worker.end()), 0, "each once");
}

/// What the server was sent is what the program counted itself, to the unit: each count, and each span. Returns how many
/// spans came once more, which those out of a spool may.
pub(crate) fn has_all(server: &Server, account: &Account) -> usize {
    let metrics = server.metrics();
    let last = |name| last(&metrics, name);
    for (map, instrument, result, count) in account.instruments() {
        let points = last(instrument).into_iter().filter(|point| {
            let label = |key| text(&point.attributes, key);
            label("map").as_deref() == Some(map) && label("result").as_deref() == result
        });
        let found: Vec<u64> = points.map(|point| number(&point)).collect();
        assert_eq!(found, [count], "{instrument} {result:?} of {map}: {account:?}");
    }

    let fates = ["accepted", "exported", "failed", "queued"].map(|fate| account.exporter(fate));
    let mut spans = server.spans();
    let arrived = spans.len();
    let mut ids = HashSet::new();
    spans.retain(|span| ids.insert(span.span_id.clone()));
    assert_eq!(fates, [spans.len() as u64, spans.len() as u64, 0, 0], "{account:?}");
    let dropped: u64 = last("maptrace.events.dropped").iter().map(number).sum();
    assert_eq!(
        (dropped, account.exporter("refused")),
        (0, 0),
        "there was room for all: {account:?}"
    );
    let mut kinds = HashMap::<(String, String), u64>::new();
    for span in &spans {
        let text = |key| text(&span.attributes, key).unwrap_or_else(|| panic!("no {key} in {span:?}"));
        *kinds.entry((text("map.episode"), text("map.name"))).or_default() += 1;
    }
    for (kind, map, count) in [
        ("grow", "done", account.of("done", "grows")),
        ("grow", "results", account.of("results", "grows")),
        ("batch", "results", account.of("results", "batches")),
        ("lifetime", "results", account.of("results", "freed")),
        ("lifetime", "done", 1),
        ("lifetime", "owners", 1),
    ] {
        let arrived = kinds.get(&(kind.to_owned(), map.to_owned())).copied();
        assert_eq!(arrived, Some(count), "{kind} of {map}: {account:?}");
    }
    // Of each kind there is a count, too.
    let counts = [
        "map.grow",
        "map.rehash",
        "map.shrink",
        "map.batch",
        "map.clear",
        "map.freed",
    ];
    let counted: u64 = counts
        .iter()
        .flat_map(|name| last(name))
        .map(|point| number(&point))
        .sum();
    assert_eq!(counted, spans.len() as u64, "{kinds:?}");
    arrived - spans.len()
}

/// The points of a sum as they were pushed last.
fn last(metrics: &[Metric], name: &str) -> Vec<NumberDataPoint> {
    match metrics
        .iter()
        .rev()
        .find(|metric| metric.name == name)
        .and_then(|metric| metric.data.clone())
    {
        Some(metric::Data::Sum(sum)) => sum.data_points,
        None => Vec::new(),
        _ => panic!("{name} is no sum"),
    }
}

fn number(point: &NumberDataPoint) -> u64 {
    match point.value {
        Some(number_data_point::Value::AsInt(number)) => number.try_into().expect("a count"),
        _ => panic!("no whole number: {point:?}"),
    }
}

fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    let value = attributes.iter().find(|pair| pair.key == key)?.value.as_ref()?;
    match value.value.as_ref()? {
        any_value::Value::StringValue(text) => Some(text.clone()),
        _ => None,
    }
}
