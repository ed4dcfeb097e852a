//! What a backend knows after it has taken some requests: the last of totals, the sum of deltas.

use std::collections::BTreeMap;

use maptrace_runtime::Histogram;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, ExponentialHistogramDataPoint, HistogramDataPoint, Metric, NumberDataPoint, metric,
    number_data_point,
};

use super::BEGAN;
use crate::server::Request;
use crate::spans::attributes;

/// `name{labels}`.
pub(super) type Series = String;

#[derive(Default)]
pub(super) struct Backend {
    /// When the service began.
    began: u64,
    pub(super) numbers: BTreeMap<Series, Points<NumberDataPoint>>,
    pub(super) explicit: BTreeMap<Series, Points<HistogramDataPoint>>,
    pub(super) exponential: BTreeMap<Series, Points<ExponentialHistogramDataPoint>>,
}

/// What came of one series.
#[derive(Clone)]
pub(super) struct Points<P> {
    pub(super) delta: bool,
    /// By the end of what each is about, then by its beginning: the same point again is no other point.
    pub(super) points: BTreeMap<(u64, u64), P>,
}

pub(super) fn series(name: &str, labels: &[KeyValue]) -> Series {
    let labels: Vec<_> = attributes(labels)
        .into_iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    format!("{name}{{{}}}", labels.join(","))
}

impl Backend {
    /// Takes these requests of a service that was made up, and no others.
    pub(super) fn of(taken: impl IntoIterator<Item = Request>) -> Self {
        Self::of_service(BEGAN, taken)
    }

    /// The same of a real one, whose first point of a sum tells when it began.
    pub(super) fn from_real(taken: impl IntoIterator<Item = Request>) -> Self {
        let taken: Vec<_> = taken.into_iter().collect();
        let sums = taken.iter().flat_map(metrics).filter_map(|metric| match metric.data {
            Some(metric::Data::Sum(sum)) => Some(sum.data_points),
            _ => None,
        });
        let began = sums.flatten().map(|point| point.start_time_unix_nano).min();
        Self::of_service(began.expect("a sum"), taken)
    }

    fn of_service(began: u64, taken: impl IntoIterator<Item = Request>) -> Self {
        let mut this = Self {
            began,
            ..Self::default()
        };
        for request in taken.into_iter().filter(|request| request.path() == "/v1/metrics") {
            for metric in metrics(&request) {
                this.take(metric);
            }
        }
        this
    }

    fn take(&mut self, metric: Metric) {
        let (name, delta) = (metric.name, AggregationTemporality::Delta as i32);
        match metric.data.expect("data") {
            metric::Data::Sum(sum) => {
                let delta = sum.aggregation_temporality == delta;
                assert!(!delta || sum.is_monotonic, "{name} falls, so it is always what it is");
                for point in sum.data_points {
                    let times = (point.time_unix_nano, point.start_time_unix_nano);
                    put(&mut self.numbers, series(&name, &point.attributes), delta, times, point);
                }
            }
            metric::Data::Gauge(gauge) => {
                for point in gauge.data_points {
                    let times = (point.time_unix_nano, self.began);
                    put(&mut self.numbers, series(&name, &point.attributes), false, times, point);
                }
            }
            metric::Data::Histogram(histogram) => {
                let delta = histogram.aggregation_temporality == delta;
                for point in histogram.data_points {
                    let times = (point.time_unix_nano, point.start_time_unix_nano);
                    put(
                        &mut self.explicit,
                        series(&name, &point.attributes),
                        delta,
                        times,
                        point,
                    );
                }
            }
            metric::Data::ExponentialHistogram(histogram) => {
                let delta = histogram.aggregation_temporality == delta;
                for point in histogram.data_points {
                    let times = (point.time_unix_nano, point.start_time_unix_nano);
                    put(
                        &mut self.exponential,
                        series(&name, &point.attributes),
                        delta,
                        times,
                        point,
                    );
                }
            }
            metric::Data::Summary(_) => panic!("{name} is a summary"),
        }
    }

    /// What a series has come to, in whole units or nanoseconds.
    pub(super) fn number(&self, series: &str) -> u64 {
        // Of deltas there is none before the first change.
        let points = self.numbers.get(series).into_iter();
        points.flat_map(|points| points.counted(self.began)).map(number).sum()
    }

    /// The sum of all series of a metric.
    pub(super) fn total(&self, name: &str) -> u64 {
        let of_name = self
            .numbers
            .keys()
            .filter(|series| series.starts_with(&format!("{name}{{")));
        of_name.map(|series| self.number(series)).sum()
    }

    /// Compares both forms with the application's own histogram, to the unit.
    pub(super) fn check_histogram(&self, [explicit, exponential, labels]: [&str; 3], own: &Histogram) {
        let per_unit = if explicit.contains("size") { 1.0 } else { 1e9 };
        let sum = |sum: Option<f64>| {
            // Each part is exact to the unit, so their sum is.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small sums")]
            let whole = (sum.expect("a sum") * per_unit).round() as u64;
            whole
        };
        if own.is_empty() {
            return;
        }
        let points = &self.explicit[&format!("{explicit}{{{labels}}}")];
        let mut ladder = [0; 9];
        for point in points.counted(self.began) {
            assert_eq!(point.bucket_counts.iter().sum::<u64>(), point.count);
            ladder
                .iter_mut()
                .zip(&point.bucket_counts)
                .for_each(|(sum, n)| *sum += n);
        }
        assert_eq!(ladder, own.ladder(), "{explicit}{{{labels}}}");
        assert_eq!(
            points.counted(self.began).map(|point| sum(point.sum)).sum::<u64>(),
            own.sum()
        );

        let points = &self.exponential[&format!("{exponential}{{{labels}}}")];
        let mut buckets: BTreeMap<i32, u64> = BTreeMap::new();
        let own_buckets = own.buckets();
        for point in points.counted(self.began) {
            // A part is as fine as the whole was then, and the whole never gets finer.
            assert!(
                point.scale >= own_buckets.scale,
                "{} {}",
                point.scale,
                own_buckets.scale
            );
            let positive = point.positive.as_ref().expect("positive values");
            assert_eq!(
                positive.bucket_counts.iter().sum::<u64>() + point.zero_count,
                point.count
            );
            assert!(positive.bucket_counts.len() <= 160);
            for (index, count) in (positive.offset..).zip(&positive.bucket_counts) {
                *buckets.entry(index >> (point.scale - own_buckets.scale)).or_default() += count;
            }
        }
        buckets.retain(|_, count| *count > 0);
        let own_counts = (own_buckets.offset..).zip(own_buckets.counts.iter().copied());
        assert_eq!(
            buckets,
            own_counts.filter(|(_, count)| *count > 0).collect(),
            "{exponential}{{{labels}}}"
        );
        assert_eq!(
            points.counted(self.began).map(|point| point.zero_count).sum::<u64>(),
            own_buckets.zero
        );
        assert_eq!(
            points.counted(self.began).map(|point| point.count).sum::<u64>(),
            own.count()
        );
        assert_eq!(
            points.counted(self.began).map(|point| sum(point.sum)).sum::<u64>(),
            own.sum()
        );
    }
}

/// The metrics of a request, in order.
pub(super) fn metrics(request: &Request) -> Vec<Metric> {
    let scopes = request
        .metrics()
        .resource_metrics
        .into_iter()
        .flat_map(|resource| resource.scope_metrics);
    scopes.flat_map(|scope| scope.metrics).collect()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]
pub(super) fn number(point: &NumberDataPoint) -> u64 {
    match point.value.expect("a value") {
        number_data_point::Value::AsInt(number) => u64::try_from(number).expect("none is negative"),
        number_data_point::Value::AsDouble(seconds) => (seconds * 1e9).round() as u64,
    }
}

fn put<P: PartialEq + std::fmt::Debug>(
    into: &mut BTreeMap<Series, Points<P>>,
    series: Series,
    delta: bool,
    times: (u64, u64),
    point: P,
) {
    assert!(times.1 <= times.0, "{series} ends before it begins: {point:?}");
    let points = into.entry(series.clone()).or_insert_with(|| Points {
        delta,
        points: BTreeMap::new(),
    });
    assert_eq!(points.delta, delta, "{series}");
    if let Some(before) = points.points.get(&times) {
        assert!(
            !delta || *before == point,
            "{series}: two different points of the same time"
        );
    }
    points.points.insert(times, point);
}

impl<P> Points<P> {
    /// Those that make up its value: all deltas, which must not overlap, or the last total.
    fn counted(&self, began: u64) -> impl Iterator<Item = &P> {
        let skip = if self.delta {
            let mut until = began;
            for (end, start) in self.points.keys() {
                assert!(*start >= until, "from {start} on twice, up to {until}");
                until = *end;
            }
            0
        } else {
            assert!(
                self.points.keys().all(|(_, start)| *start == began),
                "totals are from the beginning"
            );
            self.points.len() - 1
        };
        self.points.values().skip(skip)
    }
}
