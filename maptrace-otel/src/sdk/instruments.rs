//! Metrics by the application's meter: instruments that read the newest snapshot.
//!
//! An instrument cannot be taken back, and one whose callback panics ends the reader for good. So each looks into a place
//! that is emptied at the end, and catches whatever goes wrong.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use maptrace_runtime::{Episode, EpisodeKind, HistogramUnit, MapSnapshot, SiteInfo, Snapshot};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};

use crate::health::ExporterHealth;
use crate::metrics::{HEALTH, HealthInstrument, MAPS, MapInstrument, Shape, Value, add_site};
use crate::proto::{bounded, signed};

/// Series of one instrument, and one more for the sum of all others: the SDK counts up to 2,000, and what it sums up itself
/// of values that are totals already would be wrong.
const MAX_SERIES: usize = 1_999;

/// The exporter is another sink, if there is one.
const OF_THE_EXPORTER: &str = "maptrace.export.";

pub(super) struct Instruments {
    place: Arc<Place>,
    grows: Histogram<f64>,
    batches: Histogram<f64>,
    sizes: Histogram<u64>,
}

/// Where the callbacks find what they report.
#[derive(Default)]
struct Place(Mutex<Found>);

#[derive(Default)]
struct Found {
    snapshot: Option<Arc<Snapshot>>,
    /// Its rows, once somebody has asked for them.
    rows: Option<Arc<Vec<Row>>>,
}

/// Sites that share their labels.
struct Row {
    attributes: Vec<KeyValue>,
    map: MapSnapshot,
}

/// A value with its attributes.
type Point = (Vec<KeyValue>, Value);

impl Place {
    fn lock(&self) -> MutexGuard<'_, Found> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rows(&self) -> Option<Arc<Vec<Row>>> {
        let snapshot = {
            let found = self.lock();
            if let Some(rows) = &found.rows {
                return Some(Arc::clone(rows));
            }
            found.snapshot.clone()?
        };
        // Not under the lock, as the collector's thread would wait for it.
        let rows = Arc::new(rows(&snapshot));
        let mut found = self.lock();
        if found
            .snapshot
            .as_ref()
            .is_some_and(|newest| Arc::ptr_eq(newest, &snapshot))
        {
            found.rows = Some(Arc::clone(&rows));
        }
        found.snapshot.is_some().then_some(rows)
    }

    fn of_maps(&self, instrument: &MapInstrument) -> Vec<Point> {
        self.rows().map_or_else(Vec::new, |rows| of_maps(instrument, &rows))
    }

    fn of_health(&self, instrument: &HealthInstrument) -> Vec<Point> {
        let Some(snapshot) = self.lock().snapshot.clone() else {
            return Vec::new();
        };
        (instrument.read)(&snapshot, &ExporterHealth::default())
            .into_iter()
            .map(|(label, value)| {
                (
                    label
                        .map(|(key, value)| KeyValue::new(key, value))
                        .into_iter()
                        .collect(),
                    value,
                )
            })
            .collect()
    }
}

impl Instruments {
    pub(super) fn new(meter: &Meter) -> Self {
        let place = Arc::new(Place::default());
        for instrument in MAPS {
            let place = Arc::clone(&place);
            let named = (instrument.name, instrument.unit, instrument.description);
            observable(meter, named, instrument.shape, false, move || place.of_maps(instrument));
        }
        for instrument in HEALTH
            .iter()
            .filter(|instrument| !instrument.name.starts_with(OF_THE_EXPORTER))
        {
            let place = Arc::clone(&place);
            let named = (instrument.name, instrument.unit, instrument.description);
            observable(meter, named, instrument.shape, instrument.unit == "s", move || {
                place.of_health(instrument)
            });
        }
        let seconds = |name, description| {
            meter
                .f64_histogram(name)
                .with_unit("s")
                .with_description(description)
                .with_boundaries(bounds(HistogramUnit::Seconds))
                .build()
        };
        Self {
            grows: seconds(
                "map.grow.duration",
                "Pauses of grows and rehashes in place that were timed and not lost",
            ),
            batches: seconds(
                "map.batch.duration",
                "Durations of batches that were timed and not lost",
            ),
            sizes: meter
                .u64_histogram("map.batch.size")
                .with_unit("{entry}")
                .with_description("Entries that a batch offered, looked at or removed, if it was not lost")
                .with_boundaries(bounds(HistogramUnit::Entries))
                .build(),
            place,
        }
    }

    pub(super) fn publish(&self, snapshot: &Arc<Snapshot>) {
        *self.place.lock() = Found {
            snapshot: Some(Arc::clone(snapshot)),
            rows: None,
        };
    }

    /// What has a duration or a size that no snapshot has one by one.
    pub(super) fn record(&self, episode: &Episode) {
        let labels = || labels(&episode.site);
        let seconds = episode.duration.map(|duration| duration.as_secs_f64());
        match episode.kind {
            EpisodeKind::Grow { .. } | EpisodeKind::RehashInPlace { .. } => {
                if let Some(seconds) = seconds {
                    self.grows.record(seconds, &labels());
                }
            }
            EpisodeKind::Batch { offered, removed, .. } => {
                let labels = labels();
                self.sizes.record(offered.max(removed), &labels);
                if let Some(seconds) = seconds {
                    self.batches.record(seconds, &labels);
                }
            }
            _ => {}
        }
    }
}

impl Drop for Instruments {
    fn drop(&mut self) {
        *self.place.lock() = Found::default();
    }
}

fn bounds(unit: HistogramUnit) -> Vec<f64> {
    unit.bounds().iter().map(|&bound| unit.in_unit(bound)).collect()
}

fn labels(site: &SiteInfo) -> Vec<KeyValue> {
    vec![
        KeyValue::new("map", bounded(&site.name).to_owned()),
        KeyValue::new("type", bounded(&site.type_label).to_owned()),
    ]
}

/// Registers an instrument that reports what `points` says.
fn observable(
    meter: &Meter,
    (name, unit, description): (&'static str, &'static str, &'static str),
    shape: Shape,
    seconds: bool,
    points: impl Fn() -> Vec<Point> + Send + Sync + 'static,
) {
    // A panic would end the reader for good, with all that the application reports by it.
    let points = move || catch_unwind(AssertUnwindSafe(&points)).unwrap_or_default();
    macro_rules! build {
        ($instrument:ident, $as:expr) => {{
            let builder = meter.$instrument(name).with_unit(unit).with_description(description);
            // What is returned only stands for it: it is registered, and stays so.
            let _ = builder
                .with_callback(move |observer| {
                    for (attributes, value) in points() {
                        observer.observe($as(value), &attributes);
                    }
                })
                .build();
        }};
    }
    match shape {
        Shape::Counter if seconds => build!(f64_observable_counter, in_seconds),
        Shape::Counter => build!(u64_observable_counter, whole),
        Shape::UpDown => build!(i64_observable_up_down_counter, |value| signed(whole(value))),
        Shape::Gauge => build!(u64_observable_gauge, whole),
    }
}

fn whole(value: Value) -> u64 {
    match value {
        Value::Count(count) => count,
        Value::Seconds(time) => time.as_secs(),
    }
}

#[allow(clippy::cast_precision_loss, reason = "what a float is for")]
fn in_seconds(value: Value) -> f64 {
    match value {
        Value::Count(count) => count as f64,
        Value::Seconds(time) => time.as_secs_f64(),
    }
}

/// Sites that share their labels are one series to whoever reads the metrics. In the order of their first sites.
fn rows(snapshot: &Snapshot) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut known = HashMap::new();
    for map in &snapshot.maps {
        let next = rows.len();
        let index = *known
            .entry((bounded(&map.site.name), bounded(&map.site.type_label)))
            .or_insert(next);
        match rows.get_mut(index) {
            Some(row) => add_site(&mut row.map, map),
            None => rows.push(Row {
                attributes: labels(&map.site),
                map: map.clone(),
            }),
        }
    }
    rows
}

/// The points of an instrument, and one for the sum of those that are too many.
fn of_maps(instrument: &MapInstrument, rows: &[Row]) -> Vec<Point> {
    let mut points = Vec::new();
    let mut overflow = None;
    for row in rows {
        let values = (instrument.read)(&row.map);
        let values = values.iter().flatten();
        // Rows come in the order in which their sites were made, so a row never moves into the overflow later on.
        if points.len() + values.clone().count() <= MAX_SERIES {
            points.extend(values.map(|&(result, value)| {
                let mut attributes = row.attributes.clone();
                attributes.extend(result.map(|result| KeyValue::new("result", result)));
                (attributes, Value::Count(value))
            }));
        } else {
            for &(_, value) in values {
                let sum = overflow.get_or_insert(0_u64);
                *sum = instrument.shape.sum(*sum, value);
            }
        }
    }
    points.extend(overflow.map(|sum| (vec![KeyValue::new("otel.metric.overflow", true)], Value::Count(sum))));
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However a callback fails, the reader goes on with the others.
    #[test]
    fn a_callback_that_panics_reports_nothing() {
        let exporter = opentelemetry_sdk::metrics::InMemoryMetricExporter::default();
        let provider = opentelemetry_sdk::metrics::SdkMeterProvider::builder()
            .with_reader(opentelemetry_sdk::metrics::PeriodicReader::builder(exporter.clone()).build())
            .build();
        let meter = opentelemetry::metrics::MeterProvider::meter(&provider, "test");
        // `resume_unwind`, so that the panic hook does not write to the test's output.
        observable(&meter, ("bad", "", ""), Shape::Counter, false, || {
            std::panic::resume_unwind(Box::new("a bug"))
        });
        observable(&meter, ("good", "", ""), Shape::Counter, false, || {
            vec![(Vec::new(), Value::Count(7))]
        });
        for _ in 0..2 {
            provider.force_flush().expect("the reader is alive");
        }
        let seen = exporter.get_finished_metrics().expect("metrics");
        let last = seen.last().expect("one");
        let names: Vec<_> = last
            .scope_metrics()
            .flat_map(|scope| scope.metrics())
            .map(|metric| metric.name())
            .collect();
        assert_eq!(names, ["good"]);
    }
}
