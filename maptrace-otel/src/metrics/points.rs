//! Data points, one at a time.

use maptrace_runtime::{Exemplar, Histogram, HistogramUnit};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::{
    self as proto, DataPointFlags, ExponentialHistogramDataPoint, HistogramDataPoint, NumberDataPoint, exemplar,
    number_data_point,
};

use super::instruments::Value;
use crate::proto::{nanos, signed};

/// "There is no value any more".
const NO_VALUE: u32 = DataPointFlags::NoRecordedValueMask as u32;

/// From when until when a point holds.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) start: u64,
    pub(super) end: u64,
}

/// A number; `None` if there is no value any more.
pub(super) fn number(span: Span, attributes: Vec<KeyValue>, value: Option<Value>) -> NumberDataPoint {
    NumberDataPoint {
        attributes,
        start_time_unix_nano: span.start,
        time_unix_nano: span.end,
        flags: if value.is_none() { NO_VALUE } else { 0 },
        value: value.map(|value| match value {
            Value::Count(count) => number_data_point::Value::AsInt(signed(count)),
            Value::Seconds(time) => number_data_point::Value::AsDouble(time.as_secs_f64()),
        }),
        ..NumberDataPoint::default()
    }
}

/// A histogram with the bounds of its ladder; `None` if there is no value any more.
pub(super) fn explicit(
    span: Span,
    attributes: Vec<KeyValue>,
    histogram: Option<&Histogram>,
    exemplars: Vec<proto::Exemplar>,
) -> HistogramDataPoint {
    let point = HistogramDataPoint {
        attributes,
        start_time_unix_nano: span.start,
        time_unix_nano: span.end,
        ..HistogramDataPoint::default()
    };
    let Some(histogram) = histogram else {
        return HistogramDataPoint {
            flags: NO_VALUE,
            ..point
        };
    };
    let in_unit = |value| histogram.unit().in_unit(value);
    HistogramDataPoint {
        count: histogram.count(),
        sum: Some(in_unit(histogram.sum())),
        bucket_counts: histogram.ladder().to_vec(),
        explicit_bounds: histogram.unit().bounds().iter().copied().map(in_unit).collect(),
        min: histogram.min().map(in_unit),
        max: histogram.max().map(in_unit),
        exemplars,
        ..point
    }
}

/// A histogram with exponential buckets; `None` if there is no value any more.
pub(super) fn exponential(
    span: Span,
    attributes: Vec<KeyValue>,
    histogram: Option<&Histogram>,
    exemplars: Vec<proto::Exemplar>,
) -> ExponentialHistogramDataPoint {
    let point = ExponentialHistogramDataPoint {
        attributes,
        start_time_unix_nano: span.start,
        time_unix_nano: span.end,
        ..ExponentialHistogramDataPoint::default()
    };
    let Some(histogram) = histogram else {
        return ExponentialHistogramDataPoint {
            flags: NO_VALUE,
            ..point
        };
    };
    let in_unit = |value| histogram.unit().in_unit(value);
    let buckets = histogram.buckets();
    // What came since a point may have left the ends empty.
    let used = |(_, count): &(usize, &u64)| **count > 0;
    let first = buckets.counts.iter().enumerate().find(used).map_or(0, |(i, _)| i);
    let end = buckets.counts.iter().enumerate().rfind(used).map_or(0, |(i, _)| i + 1);
    ExponentialHistogramDataPoint {
        count: histogram.count(),
        sum: Some(in_unit(histogram.sum())),
        scale: buckets.scale,
        zero_count: buckets.zero,
        positive: Some(Buckets {
            offset: buckets.offset + i32::try_from(first).unwrap_or(0),
            bucket_counts: buckets.counts[first..end].to_vec(),
        }),
        min: histogram.min().map(in_unit),
        max: histogram.max().map(in_unit),
        exemplars,
        ..point
    }
}

/// The exemplars that were seen after `since`, and when the last one was.
pub(super) fn exemplars(histogram: &Histogram, since: u64) -> (Vec<proto::Exemplar>, u64) {
    let all = histogram.exemplars();
    let new = all.iter().flatten().filter(|seen| nanos(seen.time) > since);
    let last = new.clone().map(|seen| nanos(seen.time)).max().unwrap_or(0);
    (new.map(|seen| exemplar(histogram.unit(), seen)).collect(), last)
}

fn exemplar(unit: HistogramUnit, seen: &Exemplar) -> proto::Exemplar {
    proto::Exemplar {
        time_unix_nano: nanos(seen.time),
        span_id: seen.context.span_id.to_vec(),
        trace_id: seen.context.trace_id.to_vec(),
        value: Some(match unit {
            HistogramUnit::Entries => exemplar::Value::AsInt(signed(seen.value)),
            _ => exemplar::Value::AsDouble(unit.in_unit(seen.value)),
        }),
        ..proto::Exemplar::default()
    }
}
