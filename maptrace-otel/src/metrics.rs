//! Snapshots as metrics.
//!
//! Sums are cumulative since the process began to trace, so a push that fails loses nothing. The names are chosen for
//! what Prometheus makes of them: `map.assign` becomes `map_assign_total`, `map.memory.held` in `By` becomes
//! `map_memory_held_bytes`, `map.grow.duration` in `s` becomes `map_grow_duration_seconds`.

mod instruments;
mod rows;

use maptrace_runtime::{MapSnapshot, PAUSE_BOUNDS, Snapshot};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics,
    ScopeMetrics, Sum, metric, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use crate::health::ExporterHealth;
use crate::proto::{boolean, nanos, scope, signed, text};
pub(crate) use instruments::{HEALTH, HealthInstrument, MAPS, MapInstrument, Shape, Value};
use rows::{Row, rows};

/// Series of one instrument; what is beyond goes into one more, marked `otel.metric.overflow`.
const MAX_SERIES: usize = 2_000;
/// A request is sent when it has grown past this, so that none comes near the 4 MiB that servers take.
const REQUEST_BYTES: usize = 1024 * 1024;

const CUMULATIVE: i32 = AggregationTemporality::Cumulative as i32;

/// The requests that carry a snapshot, made one after the other so that only one is in memory.
pub(crate) fn requests(
    snapshot: &Snapshot,
    health: &ExporterHealth,
    resource: &Resource,
) -> impl Iterator<Item = ExportMetricsServiceRequest> {
    let page = Page {
        start: nanos(snapshot.started_at),
        now: nanos(snapshot.taken_at),
        rows: rows(snapshot),
    };
    let mut metrics = (0..=MAPS.len() + HEALTH.len())
        .map(move |index| match index.checked_sub(MAPS.len()) {
            None => page.of_maps(&MAPS[index]),
            Some(0) => page.pauses(),
            Some(index) => page.of_health(&HEALTH[index - 1], snapshot, health),
        })
        .filter(has_points)
        .peekable();
    std::iter::from_fn(move || {
        metrics.peek()?;
        let mut bytes = 0;
        let mut batch = Vec::new();
        while bytes < REQUEST_BYTES
            && let Some(metric) = metrics.next()
        {
            bytes += metric.encoded_len();
            batch.push(metric);
        }
        Some(ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: Some(resource.clone()),
                scope_metrics: vec![ScopeMetrics {
                    scope: Some(scope()),
                    metrics: batch,
                    ..ScopeMetrics::default()
                }],
                ..ResourceMetrics::default()
            }],
        })
    })
}

fn has_points(metric: &Metric) -> bool {
    match &metric.data {
        Some(metric::Data::Sum(sum)) => !sum.data_points.is_empty(),
        Some(metric::Data::Gauge(gauge)) => !gauge.data_points.is_empty(),
        Some(metric::Data::Histogram(histogram)) => !histogram.data_points.is_empty(),
        _ => false,
    }
}

/// What all points of a push share.
struct Page {
    start: u64,
    now: u64,
    rows: Vec<Row>,
}

impl Page {
    fn of_maps(&self, instrument: &MapInstrument) -> Metric {
        let mut points = Vec::new();
        let mut overflow = None;
        for row in &self.rows {
            let values = (instrument.read)(&row.map);
            let values = values.iter().flatten();
            // Rows come in the order in which their sites were made, so a row never moves into the overflow later on.
            // Those that have points at all have as many as the others, so none slips in after one did not fit.
            if points.len() + values.clone().count() <= MAX_SERIES {
                points.extend(values.map(|&(result, value)| {
                    let mut attributes = row.attributes();
                    attributes.extend(result.map(|result| text("result", result)));
                    self.point(instrument.shape, attributes, Value::Count(value))
                }));
            } else {
                for &(_, value) in values {
                    let sum = overflow.get_or_insert(0_u64);
                    *sum = match instrument.shape {
                        Shape::Counter | Shape::UpDown => sum.saturating_add(value),
                        Shape::Gauge => value.max(*sum),
                    };
                }
            }
        }
        points.extend(overflow.map(|value| self.point(instrument.shape, overflow_attributes(), Value::Count(value))));
        metric(
            instrument.name,
            instrument.unit,
            instrument.description,
            data(instrument.shape, points),
        )
    }

    fn of_health(&self, instrument: &HealthInstrument, snapshot: &Snapshot, health: &ExporterHealth) -> Metric {
        let points = (instrument.read)(snapshot, health)
            .into_iter()
            .map(|(label, value)| {
                let attributes = label.map(|(key, value)| text(key, value)).into_iter().collect();
                self.point(instrument.shape, attributes, value)
            })
            .collect();
        metric(
            instrument.name,
            instrument.unit,
            instrument.description,
            data(instrument.shape, points),
        )
    }

    /// Timed grows and rehashes in place.
    fn pauses(&self) -> Metric {
        let tables = || self.rows.iter().filter(|row| row.map.site.kind.is_table());
        let mut points: Vec<_> = tables()
            .take(MAX_SERIES)
            .map(|row| self.histogram(row.attributes(), &row.map))
            .collect();
        let mut rest = tables().skip(MAX_SERIES).map(|row| &row.map);
        if let Some(first) = rest.next() {
            let mut sum = first.clone();
            rest.for_each(|map| sum.add(map));
            points.push(self.histogram(overflow_attributes(), &sum));
        }
        metric(
            "map.grow.duration",
            "s",
            "Pauses of grows and rehashes in place that were timed (tables of 28 entries and more)",
            metric::Data::Histogram(Histogram {
                data_points: points,
                aggregation_temporality: CUMULATIVE,
            }),
        )
    }

    fn histogram(&self, attributes: Vec<KeyValue>, map: &MapSnapshot) -> HistogramDataPoint {
        let count = map.pause_buckets.iter().sum();
        HistogramDataPoint {
            attributes,
            start_time_unix_nano: self.start,
            time_unix_nano: self.now,
            count,
            sum: Some(map.pause_total.as_secs_f64()),
            bucket_counts: map.pause_buckets.to_vec(),
            explicit_bounds: PAUSE_BOUNDS.iter().map(|&nanos| seconds(nanos)).collect(),
            max: (count > 0).then_some(map.pause_max.as_secs_f64()),
            ..HistogramDataPoint::default()
        }
    }

    fn point(&self, shape: Shape, attributes: Vec<KeyValue>, value: Value) -> NumberDataPoint {
        NumberDataPoint {
            attributes,
            start_time_unix_nano: match shape {
                Shape::Counter | Shape::UpDown => self.start,
                Shape::Gauge => 0,
            },
            time_unix_nano: self.now,
            value: Some(match value {
                Value::Count(count) => number_data_point::Value::AsInt(signed(count)),
                Value::Seconds(duration) => number_data_point::Value::AsDouble(duration.as_secs_f64()),
            }),
            ..NumberDataPoint::default()
        }
    }
}

/// The bound as people write it: 0.001, not 0.0010000000000000002.
#[allow(clippy::cast_precision_loss, reason = "bounds are powers of ten below 2^53")]
fn seconds(nanos: u64) -> f64 {
    nanos as f64 / 1e9
}

fn overflow_attributes() -> Vec<KeyValue> {
    vec![boolean("otel.metric.overflow", true)]
}

fn data(shape: Shape, data_points: Vec<NumberDataPoint>) -> metric::Data {
    match shape {
        Shape::Gauge => metric::Data::Gauge(Gauge { data_points }),
        Shape::Counter | Shape::UpDown => metric::Data::Sum(Sum {
            data_points,
            aggregation_temporality: CUMULATIVE,
            is_monotonic: matches!(shape, Shape::Counter),
        }),
    }
}

fn metric(name: &str, unit: &str, description: &str, data: metric::Data) -> Metric {
    Metric {
        name: name.to_owned(),
        description: description.to_owned(),
        unit: unit.to_owned(),
        data: Some(data),
        ..Metric::default()
    }
}
