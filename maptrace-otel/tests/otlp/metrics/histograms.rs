//! Histograms in each form, and their exemplars.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use maptrace_otel::{HistogramForm, Temporality};
use maptrace_runtime::context::SpanContext;
use maptrace_runtime::{Health, MapSnapshot, Sink};
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, Exemplar, Metric, exemplar, metric};

use super::backend::metrics;
use super::{BEGAN, busy};
use crate::episodes::{site, start};
use crate::server::{Behaviour, Server};
use crate::snapshots::snapshot;
use crate::{exporter, soon};

/// The histograms of one push, by name.
fn pushed(form: HistogramForm, maps: Vec<MapSnapshot>) -> BTreeMap<String, Metric> {
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, _) = exporter(&server.url(), |otlp| otlp.histograms(form));
    exporter.snapshot(&snapshot(maps, Health::default()));
    assert_eq!(exporter.shutdown(soon()), 0);
    let all = server.requests().iter().flat_map(metrics).collect::<Vec<_>>();
    let is_histogram = |metric: &Metric| {
        matches!(
            metric.data,
            Some(metric::Data::Histogram(_) | metric::Data::ExponentialHistogram(_))
        )
    };
    all.into_iter()
        .filter(is_histogram)
        .map(|metric| (metric.name.clone(), metric))
        .collect()
}

/// Pauses, and batches as well.
fn batched() -> MapSnapshot {
    let mut map = busy(1, "sessions", 1);
    map.batch_sizes.record(0);
    map.batch_sizes.record(1_000);
    map.batch_durations.record(5_000_000);
    map
}

#[test]
fn the_ladder_has_the_bounds_of_the_page() {
    let idle = MapSnapshot::new(site(2, "idle", "a_b"));
    let found = pushed(HistogramForm::Explicit, vec![batched(), idle]);
    let units: Vec<_> = found
        .iter()
        .map(|(name, metric)| (name.as_str(), metric.unit.as_str()))
        .collect();
    assert_eq!(
        units,
        [
            ("map.batch.duration", "s"),
            ("map.batch.size", "{entry}"),
            ("map.grow.duration", "s")
        ]
    );
    let points = |name: &str| {
        let Some(metric::Data::Histogram(histogram)) = &found[name].data else {
            panic!("{:?}", found[name])
        };
        let cumulative = AggregationTemporality::Cumulative as i32;
        assert_eq!(histogram.aggregation_temporality, cumulative);
        histogram.data_points.clone()
    };
    let [pauses, none] = &points("map.grow.duration")[..] else {
        panic!("a map and an idle one")
    };
    assert_eq!(pauses.explicit_bounds, [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0]);
    assert_eq!(pauses.bucket_counts, [0, 1, 2, 1, 1, 0, 1, 0, 1]);
    assert_eq!((pauses.count, pauses.sum), (7, Some(11.120_089_001)));
    assert_eq!((pauses.min, pauses.max), (Some(9e-6), Some(11.0)));
    assert_eq!(
        (pauses.start_time_unix_nano, pauses.time_unix_nano),
        (BEGAN, BEGAN + 60_000_000_001)
    );
    // A table may grow at any time; that a map is ever batched is not to be expected.
    assert_eq!((none.count, none.sum, none.min, none.max), (0, Some(0.0), None, None));
    assert_eq!(none.bucket_counts, [0; 9]);
    let [sizes] = &points("map.batch.size")[..] else {
        panic!("a map with batches")
    };
    assert_eq!(sizes.explicit_bounds, [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e7]);
    assert_eq!(
        (&sizes.bucket_counts[..5], sizes.sum),
        (&[1, 0, 0, 1, 0][..], Some(1_000.0))
    );
}

#[test]
fn the_exponential_form_is_that_of_the_specification() {
    let found = pushed(HistogramForm::Exponential, vec![batched()]);
    let names: Vec<_> = found.keys().map(String::as_str).collect();
    assert_eq!(names, ["map.batch.duration", "map.batch.size", "map.grow.duration"]);
    for (name, zeros, values) in [
        (
            "map.grow.duration",
            0,
            &[9e-6, 9e-5, 9e-5, 9e-4, 2e-3, 0.117_000_001, 11.0][..],
        ),
        ("map.batch.duration", 0, &[5e-3]),
        ("map.batch.size", 1, &[1_000.0]),
    ] {
        let Some(metric::Data::ExponentialHistogram(histogram)) = &found[name].data else {
            panic!("{:?}", found[name])
        };
        let [point] = &histogram.data_points[..] else {
            panic!("one map")
        };
        let count = values.len() as u64 + zeros;
        assert_eq!(
            (point.count, point.zero_count, point.negative.clone()),
            (count, zeros, None)
        );
        assert_eq!(point.zero_threshold, 0.0);
        // Every value is in the bucket that has it between its bounds: base^index and base^(index + 1).
        let positive = point.positive.as_ref().expect("positive values");
        let mut expected = vec![0; positive.bucket_counts.len()];
        for value in values {
            let index = (f64::log2(*value) * f64::from(point.scale).exp2()).ceil() as i32 - 1;
            expected[usize::try_from(index - positive.offset).expect("no lower one")] += 1;
        }
        assert_eq!(positive.bucket_counts, expected);
        assert_eq!(point.scale == 20, values.len() == 1, "{}", point.scale);
    }
}

#[test]
fn both_forms_have_names_of_their_own() {
    let found = pushed(HistogramForm::Both, vec![batched()]);
    for name in ["map.grow.duration", "map.batch.duration", "map.batch.size"] {
        assert!(matches!(found[name].data, Some(metric::Data::Histogram(_))));
        let exponential = &found[&format!("{name}.exponential")];
        assert!(matches!(exponential.data, Some(metric::Data::ExponentialHistogram(_))));
        assert_eq!(
            (&exponential.unit, &exponential.description),
            (&found[name].unit, &found[name].description)
        );
    }
    assert_eq!(found.len(), 6);
}

/// The exemplars of each push, of each form.
fn exemplars(server: &Server) -> Vec<[Vec<Exemplar>; 2]> {
    let of_push = |request: &crate::server::Request| {
        let mut found = [Vec::new(), Vec::new()];
        for metric in metrics(request) {
            match metric.data {
                Some(metric::Data::Histogram(it)) => {
                    found[0].extend(it.data_points.into_iter().flat_map(|point| point.exemplars));
                }
                Some(metric::Data::ExponentialHistogram(it)) => {
                    found[1].extend(it.data_points.into_iter().flat_map(|point| point.exemplars));
                }
                _ => {}
            }
        }
        found
    };
    server.requests().iter().map(of_push).collect()
}

/// Each leads to its trace once: with the first push after it that the server takes.
#[test]
fn exemplars_lead_to_the_span_and_are_told_once() {
    let context = |n: u8| SpanContext {
        trace_id: [n; 16],
        span_id: [n; 8],
        sampled: true,
    };
    let nanos = |time: SystemTime| u64::try_from(time.duration_since(UNIX_EPOCH).expect("after 1970").as_nanos());
    for temporality in [Temporality::Cumulative, Temporality::Delta] {
        let server = Server::start(|connection| match connection {
            2 => Behaviour::status("400 Bad Request", ""),
            _ => Behaviour::ok(),
        });
        let (mut exporter, _) = exporter(&server.url(), |otlp| otlp.temporality(temporality));
        let mut map = MapSnapshot::new(site(1, "sessions", "string_int"));
        let mut push = |map: &MapSnapshot, seconds| {
            let mut snapshot = std::sync::Arc::unwrap_or_clone(snapshot(vec![map.clone()], Health::default()));
            snapshot.taken_at = start() + Duration::from_secs(seconds);
            exporter.snapshot(&snapshot.into());
            exporter.flush(soon());
        };
        let first = start() + Duration::from_nanos(1_500_000_001);
        map.pauses.record_in(117_000_001, first, Some(context(1)));
        push(&map, 2);
        push(&map, 3);
        let second = start() + Duration::from_secs(3);
        map.pauses.record_in(117_000_002, second, Some(context(2)));
        map.batch_sizes.record_in(4_000, second, Some(context(3)));
        push(&map, 4);
        push(&map, 5);
        push(&map, 6);

        let seen = |n: u8, time, value| Exemplar {
            time_unix_nano: nanos(time).expect("before 2554"),
            trace_id: vec![n; 16],
            span_id: vec![n; 8],
            value: Some(value),
            ..Exemplar::default()
        };
        let old = vec![seen(1, first, exemplar::Value::AsDouble(0.117_000_001))];
        let new = vec![
            seen(2, second, exemplar::Value::AsDouble(0.117_000_002)),
            seen(3, second, exemplar::Value::AsInt(4_000)),
        ];
        let [a, b, refused, again, last @ ..] = &exemplars(&server)[..] else {
            panic!("five pushes")
        };
        assert_eq!(*a, [old.clone(), old]);
        assert_eq!(*b, [vec![], vec![]]);
        assert_eq!(*refused, [new.clone(), new]);
        assert_eq!(refused, again, "the server did not take it");
        assert!(!last.is_empty() && last.iter().all(|push| *push == [vec![], vec![]]));
    }
}
