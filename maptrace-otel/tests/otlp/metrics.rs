//! Snapshots arrive as metrics, exact to the unit.

mod backend;
mod deltas;
mod histograms;
mod real;
mod service;
mod stale;

use std::collections::BTreeMap;
use std::time::Duration;

use maptrace_runtime::{Cause, Health, Kind, MapSnapshot, Sink};
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, Metric, metric, number_data_point};

use crate::episodes::{episode, grow, site, site_of};
use crate::notices::storm;
use crate::server::{Behaviour, Server};
use crate::snapshots::snapshot;
use crate::spans::attributes;
use crate::{eventually, exporter, soon};

const BEGAN: u64 = 1_732_161_906_123_456_789;

/// A site with every figure different. `factor` makes two of them different from each other.
pub(crate) fn busy(id: u32, name: &str, factor: u64) -> MapSnapshot {
    let mut map = MapSnapshot::new(site(id, name, "string_int"));
    map.live = 2 * factor;
    map.created = 5 * factor;
    map.freed = 3 * factor;
    map.totals.assigns_new = 1_000 * factor;
    map.totals.assigns_replaced = 200 * factor;
    map.totals.deletes_hit = 30 * factor;
    map.totals.deletes_miss = 4 * factor;
    map.totals.cleared = 70 * factor;
    map.entries = 900 * factor;
    map.capacity = Some(1_792 * factor);
    map.tombstones = Some(11 * factor);
    map.held_bytes = Some(34_832 * factor);
    map.needed_bytes = 17_424 * factor;
    map.peak_bytes = 52_000 * factor;
    map.largest = 901 * factor;
    map.grows = 6 * factor;
    map.rehashes = 7 * factor;
    map.shrinks = 8 * factor;
    map.clears = 9 * factor;
    map.batches = 10 * factor;
    map.races = 12 * factor;
    for _ in 0..factor {
        for nanos in [9_000, 90_000, 90_000, 900_000, 2_000_000, 117_000_001, 11_000_000_000] {
            map.pauses.record(nanos);
        }
    }
    map
}

/// What Prometheus calls a metric: see the OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility".
fn prometheus_name(metric: &Metric) -> String {
    let mut name = metric.name.replace('.', "_");
    name.push_str(match metric.unit.as_str() {
        "By" => "_bytes",
        "s" => "_seconds",
        unit if unit.starts_with('{') => "",
        unit => panic!("{unit}"),
    });
    if matches!(&metric.data, Some(metric::Data::Sum(sum)) if sum.is_monotonic) {
        name.push_str("_total");
    }
    name
}

/// All number points as `name{labels} -> value`, as Prometheus would show them.
fn numbers(metrics: &[Metric]) -> BTreeMap<String, f64> {
    let mut all = BTreeMap::new();
    for metric in metrics {
        let points = match metric.data.as_ref().expect("data") {
            metric::Data::Sum(sum) => {
                assert_eq!(sum.aggregation_temporality, AggregationTemporality::Cumulative as i32);
                assert!(sum.data_points.iter().all(|point| point.start_time_unix_nano == BEGAN));
                &sum.data_points
            }
            metric::Data::Gauge(gauge) => &gauge.data_points,
            _ => continue,
        };
        for point in points {
            assert_eq!(point.time_unix_nano, BEGAN + 60_000_000_001);
            let labels: Vec<_> = attributes(&point.attributes)
                .into_iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            #[allow(clippy::cast_precision_loss, reason = "the numbers of these tests are small")]
            let value = match point.value.expect("a value") {
                number_data_point::Value::AsInt(number) => number as f64,
                number_data_point::Value::AsDouble(number) => number,
            };
            let series = format!("{}{{{}}}", prometheus_name(metric), labels.join(","));
            assert_eq!(all.insert(series.clone(), value), None, "{series} twice");
        }
    }
    all
}

fn pushed(maps: Vec<MapSnapshot>, health: Health) -> Vec<Metric> {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, exported) = exporter(&server.url(), |otlp| otlp);
    exporter.snapshot(&snapshot(maps, health));
    assert_eq!(exporter.shutdown(soon()), 0);
    assert_eq!(
        (exported.read().metric_pushes, exported.read().metric_pushes_failed),
        (1, 0)
    );
    server.metrics()
}

#[test]
fn every_figure_of_a_site_arrives() {
    let tree = {
        let mut tree = MapSnapshot::new(site_of(Kind::BTreeMap, 3, "index", "int_int"));
        tree.entries = 5;
        tree.needed_bytes = 80;
        tree
    };
    // Two sites share name and type: they are one series.
    let metrics = pushed(
        vec![busy(1, "sessions", 1), busy(2, "sessions", 10), tree],
        Health::default(),
    );
    let of_maps: BTreeMap<_, _> = numbers(&metrics)
        .into_iter()
        .filter(|(series, _)| series.starts_with("map_"))
        .collect();
    let sessions = "map=sessions,type=string_int";
    let results = |result: &str| format!("map=sessions,result={result},type=string_int");
    let mut expected = BTreeMap::new();
    for (name, labels, value) in [
        ("map_assign_total", results("new"), 11_000.0),
        ("map_assign_total", results("replaced"), 2_200.0),
        ("map_delete_total", results("hit"), 330.0),
        ("map_delete_total", results("miss"), 44.0),
        ("map_clear_total", sessions.into(), 99.0),
        ("map_cleared_entries_total", sessions.into(), 770.0),
        ("map_batch_total", sessions.into(), 110.0),
        ("map_race_total", sessions.into(), 132.0),
        ("map_grow_total", sessions.into(), 66.0),
        ("map_rehash_total", sessions.into(), 77.0),
        ("map_shrink_total", sessions.into(), 88.0),
        ("map_created_total", sessions.into(), 55.0),
        ("map_freed_total", sessions.into(), 33.0),
        ("map_instances", sessions.into(), 22.0),
        ("map_entries", sessions.into(), 9_900.0),
        ("map_capacity", sessions.into(), 19_712.0),
        ("map_tombstones", sessions.into(), 121.0),
        ("map_memory_held_bytes", sessions.into(), 383_152.0),
        ("map_memory_needed_bytes", sessions.into(), 191_664.0),
        // The largest of one grow and of one map, so not their sums.
        ("map_memory_peak_bytes", sessions.into(), 520_000.0),
        ("map_entries_largest", sessions.into(), 9_010.0),
    ] {
        expected.insert(format!("{name}{{{labels}}}"), value);
    }
    // A tree has no table, so nothing that only a table has; and races are told of where there were any.
    for name in [
        "map_clear_total",
        "map_cleared_entries_total",
        "map_batch_total",
        "map_created_total",
        "map_freed_total",
        "map_instances",
        "map_entries_largest",
    ] {
        expected.insert(format!("{name}{{map=index,type=int_int}}"), 0.0);
    }
    for (name, result) in [
        ("assign", "new"),
        ("assign", "replaced"),
        ("delete", "hit"),
        ("delete", "miss"),
    ] {
        expected.insert(
            format!("map_{name}_total{{map=index,result={result},type=int_int}}"),
            0.0,
        );
    }
    expected.insert("map_entries{map=index,type=int_int}".into(), 5.0);
    expected.insert("map_memory_needed_bytes{map=index,type=int_int}".into(), 80.0);
    assert_eq!(of_maps, expected);
}

#[test]
fn maptrace_tells_of_itself() {
    let mut health = Health::default();
    health.emitted = 1_000;
    health.delivered = 900;
    health.dropped = [1, 2, 3, 4, 5, 6, 7, 8];
    health.sampled_out = 64;
    (health.gaps, health.damaged, health.clock_steps) = (9, 20, 21);
    health.rings = 10;
    health.memory_bytes = 11;
    health.memory_limit_bytes = 12;
    health.instances = 13;
    (health.instances_past_cap, health.instances_young) = (14, 19);
    health.restarts = 15;
    health.passes = 16;
    (health.notices, health.notices_suppressed) = (17, 18);
    health.busy = Duration::from_millis(2_500);

    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, _) = exporter(&server.url(), |otlp| otlp);
    assert!(exporter.episode(&episode(grow())));
    exporter.notice(&storm());
    assert_eq!(exporter.flush(soon()), 0);
    exporter.snapshot(&snapshot(Vec::new(), health));
    assert_eq!(exporter.flush(soon()), 0);

    let mut numbers = numbers(&server.metrics());
    assert!(
        numbers
            .remove("maptrace_export_busy_seconds_total{}")
            .is_some_and(|busy| busy > 0.0)
    );
    let mut expected: BTreeMap<_, _> = [
        ("events_emitted_total{}", 1_000.0),
        ("events_delivered{}", 900.0),
        ("events_sampled_out_total{}", 64.0),
        ("gaps_total{}", 9.0),
        ("damaged_words_total{}", 20.0),
        ("clock_steps_total{}", 21.0),
        ("rings{}", 10.0),
        ("memory_bytes{}", 11.0),
        ("memory_limit_bytes{}", 12.0),
        ("instances{}", 13.0),
        ("instances_past_cap{}", 14.0),
        ("instances_young{}", 19.0),
        ("collector_restarts_total{}", 15.0),
        ("collector_passes_total{}", 16.0),
        ("collector_busy_seconds_total{}", 2.5),
        ("notices_total{}", 17.0),
        ("notices_suppressed_total{}", 18.0),
        ("export_episodes_total{result=exported}", 1.0),
        ("export_episodes_total{result=failed}", 0.0),
        ("export_episodes_total{result=refused}", 0.0),
        ("export_episodes_total{result=unsampled}", 0.0),
        ("export_episodes_total{result=small}", 0.0),
        ("export_queued{}", 0.0),
        ("export_metric_pushes_total{result=succeeded}", 0.0),
        ("export_metric_pushes_total{result=failed}", 0.0),
        ("export_points_rejected_total{}", 0.0),
        ("export_logs_total{result=exported}", 1.0),
        ("export_logs_total{result=failed}", 0.0),
        ("export_logs_total{result=refused}", 0.0),
        ("export_requests_total{}", 2.0),
        ("export_retries_total{}", 0.0),
        ("export_unreadable_answers_total{}", 0.0),
        ("export_restarts_total{}", 0.0),
    ]
    .map(|(name, value)| (format!("maptrace_{name}"), value))
    .into();
    for (cause, value) in Cause::ALL.iter().zip([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]) {
        expected.insert(
            format!("maptrace_events_dropped_total{{cause={}}}", cause.as_str()),
            value,
        );
    }
    assert_eq!(numbers, expected);
}

#[test]
fn at_most_2000_series_and_no_total_is_lost() {
    const SITES: u32 = 2_500;
    // Names of a kilobyte in each point would be many megabytes.
    let maps = (0..SITES)
        .map(|id| busy(id, &format!("{id}-{}", "x".repeat(1_000)), 1))
        .collect();
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp);
    exporter.snapshot(&snapshot(maps, Health::default()));
    assert_eq!(exporter.shutdown(soon()), 0);
    assert_eq!(health.read().metric_pushes, 1);

    let requests = server.requests();
    assert!(requests.len() > 1);
    let largest = requests
        .iter()
        .map(|request| request.body.len())
        .max()
        .expect("requests");
    assert!(largest < 4 * 1024 * 1024, "{largest} bytes");

    let metrics = server.metrics();
    let numbers = numbers(&metrics);
    let overflow = "otel.metric.overflow=true";
    let total = |name: &str| -> (usize, f64) {
        let series = numbers
            .iter()
            .filter(|(series, _)| series.split('{').next() == Some(name));
        series.fold((0, 0.0), |(count, sum), (_, value)| (count + 1, sum + value))
    };
    assert_eq!(total("map_assign_total"), (2_001, 1_200.0 * f64::from(SITES)));
    assert_eq!(total("map_delete_total"), (2_001, 34.0 * f64::from(SITES)));
    assert_eq!(total("map_entries"), (2_001, 900.0 * f64::from(SITES)));
    assert_eq!(numbers[&format!("map_assign_total{{{overflow}}}")], 1_200.0 * 1_500.0);
    assert_eq!(numbers[&format!("map_grow_total{{{overflow}}}")], 6.0 * 500.0);
    // Not a sum: the largest of those in it.
    assert_eq!(numbers[&format!("map_entries_largest{{{overflow}}}")], 901.0);

    let pauses = metrics
        .iter()
        .find(|metric| metric.name == "map.grow.duration")
        .expect("pauses");
    let Some(metric::Data::Histogram(histogram)) = &pauses.data else {
        panic!("{pauses:?}")
    };
    assert_eq!(histogram.data_points.len(), 2_001);
    assert_eq!(
        histogram.data_points.iter().map(|point| point.count).sum::<u64>(),
        7 * u64::from(SITES)
    );
    let last = histogram.data_points.last().expect("points");
    assert_eq!(attributes(&last.attributes)["otel.metric.overflow"], "true");
    assert_eq!((last.count, last.bucket_counts[8]), (7 * 500, 500));
}

#[test]
fn a_flush_pushes_the_newest_snapshot_once() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp);
    for factor in 1..=3 {
        exporter.snapshot(&snapshot(vec![busy(1, "sessions", factor)], Health::default()));
    }
    assert_eq!(exporter.flush(soon()), 0);
    let pushes = health.read().metric_pushes;
    let last = server.requests().pop().expect("a push").metrics();
    let metrics = &last.resource_metrics[0].scope_metrics[0].metrics;
    assert_eq!(numbers(metrics)["map_entries{map=sessions,type=string_int}"], 2_700.0);
    // It was pushed, so there is nothing new to say.
    assert_eq!(exporter.flush(soon()), 0);
    assert_eq!(health.read().metric_pushes, pushes);
}

#[test]
fn a_failed_push_is_made_up_for_by_the_next() {
    let server = Server::start(|connection| match connection {
        0 => Behaviour::status("400 Bad Request", ""),
        _ => Behaviour::ok(),
    });
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp);
    // The first snapshot is pushed at once; the next push is due in a minute, or at a flush.
    exporter.snapshot(&snapshot(vec![busy(1, "sessions", 1)], Health::default()));
    eventually(|| health.read().metric_pushes_failed == 1);
    assert_eq!(health.read().metric_pushes, 0);
    assert_eq!(exporter.flush(soon()), 0);
    assert_eq!(
        (health.read().metric_pushes, health.read().metric_pushes_failed),
        (1, 1)
    );
    assert_eq!(exporter.failed(), 0);
}

#[test]
fn the_interval_pushes_without_a_flush() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp.metric_interval(Duration::from_millis(1)));
    eventually(|| {
        exporter.snapshot(&snapshot(vec![busy(1, "sessions", 1)], Health::default()));
        health.read().metric_pushes >= 3
    });
}
