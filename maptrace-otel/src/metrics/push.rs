//! The requests that carry one snapshot.

use maptrace_runtime::{Histogram, Snapshot};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::{
    self as proto, AggregationTemporality, ExponentialHistogram, Gauge, Metric, NumberDataPoint, ResourceMetrics,
    ScopeMetrics, Sum, metric,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use super::instruments::{
    HEALTH, HISTOGRAMS, HealthInstrument, HistogramInstrument, Labelled, MAPS, MapInstrument, Shape, Value,
};
use super::points::{self, Span};
use super::rows::Row;
use super::streams::{Change, Key, Slot, Streams, Update};
use super::{Batch, HistogramForm, Metrics, Preferences, Temporality};
use crate::health::ExporterHealth;
use crate::proto::{boolean, scope, text};

/// Series of one instrument; what is beyond goes into one more, marked `otel.metric.overflow`.
const MAX_SERIES: usize = 2_000;
/// A request is sent when it has grown past this, so that none comes near the 4 MiB that servers take.
const REQUEST_BYTES: usize = 1024 * 1024;

/// Makes the requests one after the other, so that only one is in memory.
pub(crate) struct Push {
    page: Page,
    /// By instrument, the figures of maptrace itself.
    health: Vec<Vec<Labelled>>,
    sources: Vec<Source>,
    /// The first one that was not made a metric of.
    next: usize,
}

/// What a metric is made of.
#[derive(Clone, Copy)]
enum Source {
    Map(&'static MapInstrument),
    Explicit(&'static HistogramInstrument),
    /// Whether the plain name is another's.
    Exponential(&'static HistogramInstrument, bool),
    Health(&'static HealthInstrument, usize),
}

impl Push {
    pub(super) fn new(
        preferences: Preferences,
        [start, now]: [u64; 2],
        last: u64,
        rows: Vec<Row>,
        snapshot: &Snapshot,
        health: &ExporterHealth,
    ) -> Self {
        let form = preferences.form;
        let histograms = HISTOGRAMS.iter().flat_map(|instrument| {
            let explicit = (form != HistogramForm::Exponential).then_some(Source::Explicit(instrument));
            let exponential = Source::Exponential(instrument, form == HistogramForm::Both);
            explicit
                .into_iter()
                .chain((form != HistogramForm::Explicit).then_some(exponential))
        });
        Self {
            sources: MAPS
                .iter()
                .map(Source::Map)
                .chain(histograms)
                .chain(
                    HEALTH
                        .iter()
                        .enumerate()
                        .map(|(index, instrument)| Source::Health(instrument, index)),
                )
                .collect(),
            health: HEALTH
                .iter()
                .map(|instrument| (instrument.read)(snapshot, health))
                .collect(),
            page: Page {
                temporality: preferences.temporality,
                start: start.min(now),
                now,
                last,
                rows,
            },
            next: 0,
        }
    }

    /// The next request, if there is anything left to say.
    pub(crate) fn next(&mut self, metrics: &mut Metrics, resource: &Resource) -> Option<Batch> {
        let mut bytes = 0;
        let (mut batch, mut updates) = (Vec::new(), Vec::new());
        while bytes < REQUEST_BYTES
            && let Some(source) = self.sources.get(self.next)
        {
            let before = updates.len();
            let metric = self.metric(
                *source,
                &mut Told {
                    streams: &mut metrics.streams,
                    updates: &mut updates,
                },
            );
            self.next += 1;
            if updates.len() > before {
                bytes += metric.encoded_len();
                batch.push(metric);
            }
        }
        (!batch.is_empty()).then(|| Batch {
            request: ExportMetricsServiceRequest {
                resource_metrics: vec![ResourceMetrics {
                    resource: Some(resource.clone()),
                    scope_metrics: vec![ScopeMetrics {
                        scope: Some(scope()),
                        metrics: batch,
                        ..ScopeMetrics::default()
                    }],
                    ..ResourceMetrics::default()
                }],
            },
            updates,
        })
    }

    fn metric(&self, source: Source, told: &mut Told<'_>) -> Metric {
        let (page, metric) = (&self.page, self.next);
        match source {
            Source::Map(instrument) => page.of_maps(metric, instrument, told),
            Source::Explicit(instrument) => {
                let data_points = page.histograms(metric, instrument, told, points::explicit);
                let data = metric::Data::Histogram(proto::Histogram {
                    data_points,
                    aggregation_temporality: page.kind(page.temporality.histograms_are_deltas()),
                });
                named(instrument.name, instrument.unit, instrument.description, data)
            }
            Source::Exponential(instrument, both) => {
                let data_points = page.histograms(metric, instrument, told, points::exponential);
                let data = metric::Data::ExponentialHistogram(ExponentialHistogram {
                    data_points,
                    aggregation_temporality: page.kind(page.temporality.histograms_are_deltas()),
                });
                let name = if both {
                    instrument.exponential_name
                } else {
                    instrument.name
                };
                named(name, instrument.unit, instrument.description, data)
            }
            Source::Health(instrument, index) => page.of_health(metric, instrument, &self.health[index], told),
        }
    }
}

/// What the server has been told and what it is told now: a point and an update at a time, so that they go together.
struct Told<'a> {
    streams: &'a mut Streams,
    updates: &'a mut Vec<Update>,
}

/// What all points of a push share.
struct Page {
    temporality: Temporality,
    start: u64,
    now: u64,
    /// When the push before this one was.
    last: u64,
    rows: Vec<Row>,
}

impl Page {
    fn of_maps(&self, metric: usize, instrument: &MapInstrument, told: &mut Told<'_>) -> Metric {
        let mut points = Vec::new();
        let (mut series, mut overflow) = (0, None);
        for row in &self.rows {
            let values = (instrument.read)(&row.map);
            let values = values.iter().flatten();
            // Rows have numbers in the order in which they came and keep them, also while they are stale, so a row never
            // moves into the overflow later on. Those that have points at all have as many as the others, so none slips
            // in after one did not fit.
            if series + values.clone().count() <= MAX_SERIES {
                for (point, &(result, value)) in (0..).zip(values) {
                    series += 1;
                    let slot = Slot::Row {
                        number: row.number,
                        point,
                    };
                    let attributes = || {
                        let mut attributes = row.attributes();
                        attributes.extend(result.map(|result| text("result", result)));
                        attributes
                    };
                    let value = (!row.stale).then_some(Value::Count(value));
                    points.extend(self.number(Key { metric, slot }, instrument.shape, attributes, value, told));
                }
            } else {
                for &(_, value) in values {
                    let sum = overflow.get_or_insert(0_u64);
                    *sum = instrument.shape.sum(*sum, value);
                }
            }
        }
        if let Some(sum) = overflow {
            let key = Key {
                metric,
                slot: Slot::Overflow,
            };
            points.extend(self.number(
                key,
                instrument.shape,
                overflow_attributes,
                Some(Value::Count(sum)),
                told,
            ));
        }
        let data = self.data(instrument.shape, points);
        named(instrument.name, instrument.unit, instrument.description, data)
    }

    fn of_health(
        &self,
        metric: usize,
        instrument: &HealthInstrument,
        values: &[Labelled],
        told: &mut Told<'_>,
    ) -> Metric {
        let mut points = Vec::new();
        for (place, &(label, value)) in values.iter().enumerate() {
            let key = Key {
                metric,
                slot: Slot::Health(place),
            };
            let attributes = || label.map(|(key, value)| text(key, value)).into_iter().collect();
            points.extend(self.number(key, instrument.shape, attributes, Some(value), told));
        }
        let data = self.data(instrument.shape, points);
        named(instrument.name, instrument.unit, instrument.description, data)
    }

    /// One number; `None` in place of a value if there is none any more. No point if there is nothing to say.
    fn number(
        &self,
        key: Key,
        shape: Shape,
        attributes: impl Fn() -> Vec<KeyValue>,
        value: Option<Value>,
        told: &mut Told<'_>,
    ) -> Option<NumberDataPoint> {
        let (start, value, change) = if let Some(value) = value.filter(|_| self.is_delta(shape)) {
            let stream = told.streams.delta(key, self.last);
            let more = value.whole().saturating_sub(stream.value);
            if more == 0 {
                stream.since = self.now;
                return None;
            }
            let change = Change::Value {
                value: value.whole(),
                at: self.now,
            };
            (stream.since, Some(value.of(more)), change)
        } else {
            let change = self.total(key, value.is_some(), self.is_delta(shape), told.streams)?;
            let start = if matches!(shape, Shape::Gauge) { 0 } else { self.start };
            (start, value, change)
        };
        told.updates.push(Update { key, change });
        Some(points::number(Span { start, end: self.now }, attributes(), value))
    }

    /// What a point without a difference to another changes; `None` if there is nothing to say.
    fn total(&self, key: Key, is_there: bool, delta: bool, streams: &mut Streams) -> Option<Change> {
        if is_there {
            streams.is_back(key);
            return Some(Change::Nothing);
        }
        // Of deltas none is enough.
        (!delta && !streams.is_gone(key)).then_some(Change::Gone)
    }

    fn histograms<P>(
        &self,
        metric: usize,
        instrument: &HistogramInstrument,
        told: &mut Told<'_>,
        point: fn(Span, Vec<KeyValue>, Option<&Histogram>, Vec<proto::Exemplar>) -> P,
    ) -> Vec<P> {
        let mut points = Vec::new();
        let mut overflow: Option<Histogram> = None;
        let rows = self
            .rows
            .iter()
            .filter(|row| !instrument.of_tables || row.map.site.kind.is_table());
        for (place, row) in rows.enumerate() {
            let histogram = (instrument.read)(&row.map);
            if place < MAX_SERIES {
                let slot = Slot::Row {
                    number: row.number,
                    point: 0,
                };
                if !histogram.is_empty() || instrument.of_tables {
                    let histogram = (!row.stale).then_some(histogram);
                    points.extend(self.histogram(Key { metric, slot }, || row.attributes(), histogram, told, point));
                }
            } else {
                overflow
                    .get_or_insert_with(|| Histogram::new(histogram.unit()))
                    .merge(histogram);
            }
        }
        if let Some(sum) = overflow.filter(|sum| !sum.is_empty() || instrument.of_tables) {
            let key = Key {
                metric,
                slot: Slot::Overflow,
            };
            points.extend(self.histogram(key, overflow_attributes, Some(&sum), told, point));
        }
        points
    }

    /// As [`number`](Self::number).
    fn histogram<P>(
        &self,
        key: Key,
        attributes: impl Fn() -> Vec<KeyValue>,
        histogram: Option<&Histogram>,
        told: &mut Told<'_>,
        point: fn(Span, Vec<KeyValue>, Option<&Histogram>, Vec<proto::Exemplar>) -> P,
    ) -> Option<P> {
        let delta = self.temporality.histograms_are_deltas();
        let until = told.streams.exemplars_until(key);
        let (exemplars, last) = histogram.map_or_else(Default::default, |it| points::exemplars(it, until));
        let (start, rest, change) = match histogram {
            Some(histogram) if delta => {
                let stream = told.streams.delta(key, self.last);
                let rest = stream
                    .histogram
                    .as_ref()
                    .map_or_else(|| histogram.clone(), |has| histogram.since(has));
                if rest.is_empty() {
                    stream.since = self.now;
                    return None;
                }
                let has = Some((histogram.clone(), self.now));
                (stream.since, Some(rest), Change::Histogram { has, exemplars: last })
            }
            _ => {
                let change = match self.total(key, histogram.is_some(), delta, told.streams)? {
                    Change::Nothing => Change::Histogram {
                        has: None,
                        exemplars: last,
                    },
                    change => change,
                };
                (self.start, histogram.cloned(), change)
            }
        };
        told.updates.push(Update { key, change });
        Some(point(
            Span { start, end: self.now },
            attributes(),
            rest.as_ref(),
            exemplars,
        ))
    }

    fn is_delta(&self, shape: Shape) -> bool {
        matches!(shape, Shape::Counter) && self.temporality.counters_are_deltas()
    }

    fn kind(&self, delta: bool) -> i32 {
        let kind = if delta {
            AggregationTemporality::Delta
        } else {
            AggregationTemporality::Cumulative
        };
        kind as i32
    }

    fn data(&self, shape: Shape, data_points: Vec<NumberDataPoint>) -> metric::Data {
        match shape {
            Shape::Gauge => metric::Data::Gauge(Gauge { data_points }),
            Shape::Counter | Shape::UpDown => metric::Data::Sum(Sum {
                data_points,
                aggregation_temporality: self.kind(self.is_delta(shape)),
                is_monotonic: matches!(shape, Shape::Counter),
            }),
        }
    }
}

fn overflow_attributes() -> Vec<KeyValue> {
    vec![boolean("otel.metric.overflow", true)]
}

fn named(name: &str, unit: &str, description: &str, data: metric::Data) -> Metric {
    Metric {
        name: name.to_owned(),
        description: description.to_owned(),
        unit: unit.to_owned(),
        data: Some(data),
        ..Metric::default()
    }
}
