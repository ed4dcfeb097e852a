//! One request: what it holds, how it is halved, and what its answer says.

use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::{ExportMetricsServiceRequest, ExportMetricsServiceResponse};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::logs::v1::{ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogram, Gauge, Histogram, Metric, ResourceMetrics, ScopeMetrics, Sum, Summary, metric,
};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans};
use prost::{DecodeError, Message};

use crate::shared::Signal;

/// No request is longer, unless a single item is. Servers take 4 MiB, and some less: those say so, and get less.
pub(crate) const MAX_BYTES: usize = 2 * 1024 * 1024;

/// A request of one signal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Request {
    Traces(ExportTraceServiceRequest),
    Metrics(ExportMetricsServiceRequest),
    Logs(ExportLogsServiceRequest),
}

/// What a server says about a request that it has taken.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Partial {
    /// How many items it has not taken: never more than there were.
    pub(crate) rejected: u64,
    pub(crate) message: String,
}

impl Request {
    pub(crate) fn signal(&self) -> Signal {
        match self {
            Self::Traces(_) => Signal::Traces,
            Self::Metrics(_) => Signal::Metrics,
            Self::Logs(_) => Signal::Logs,
        }
    }

    pub(crate) fn decode(signal: Signal, bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(match signal {
            Signal::Traces => Self::Traces(ExportTraceServiceRequest::decode(bytes)?),
            Signal::Metrics => Self::Metrics(ExportMetricsServiceRequest::decode(bytes)?),
            Signal::Logs => Self::Logs(ExportLogsServiceRequest::decode(bytes)?),
        })
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Traces(request) => request.encode_to_vec(),
            Self::Metrics(request) => request.encode_to_vec(),
            Self::Logs(request) => request.encode_to_vec(),
        }
    }

    pub(crate) fn encoded_len(&self) -> usize {
        match self {
            Self::Traces(request) => request.encoded_len(),
            Self::Metrics(request) => request.encoded_len(),
            Self::Logs(request) => request.encoded_len(),
        }
    }

    /// Spans, data points, or log records.
    pub(crate) fn items(&self) -> u64 {
        let items: usize = match self {
            Self::Traces(request) => spans(request).map(|scope| scope.spans.len()).sum(),
            Self::Metrics(request) => scopes(request).flat_map(|scope| &scope.metrics).map(points).sum(),
            Self::Logs(request) => logs(request).map(|scope| scope.log_records.len()).sum(),
        };
        items as u64
    }

    /// Two requests with the same items in the same order, about half of them each; itself if it has one item only.
    pub(crate) fn halved(mut self) -> Result<[Self; 2], Self> {
        let half = match &mut self {
            Self::Traces(request) => half_of_spans(request).map(Self::Traces),
            Self::Metrics(request) => half_of_metrics(request).map(Self::Metrics),
            Self::Logs(request) => half_of_logs(request).map(Self::Logs),
        };
        match half {
            Some(half) => Ok([self, half]),
            None => Err(self),
        }
    }
}

impl Signal {
    /// What the answer to a request with so many items says. An empty one has nothing to say.
    pub(crate) fn partial(self, answer: &[u8], items: u64) -> Result<Partial, DecodeError> {
        let said = match self {
            Self::Traces => ExportTraceServiceResponse::decode(answer)?
                .partial_success
                .map(|partial| (partial.rejected_spans, partial.error_message)),
            Self::Metrics => ExportMetricsServiceResponse::decode(answer)?
                .partial_success
                .map(|partial| (partial.rejected_data_points, partial.error_message)),
            Self::Logs => ExportLogsServiceResponse::decode(answer)?
                .partial_success
                .map(|partial| (partial.rejected_log_records, partial.error_message)),
        };
        // A server may say anything: it cannot have rejected fewer than none or more than all.
        Ok(said.map_or_else(Partial::default, |(rejected, message)| Partial {
            rejected: u64::try_from(rejected).unwrap_or(0).min(items),
            message,
        }))
    }

    /// What its items are called.
    pub(crate) fn items(self) -> &'static str {
        match self {
            Self::Traces => "spans",
            Self::Metrics => "data points",
            Self::Logs => "log records",
        }
    }
}

fn spans(request: &ExportTraceServiceRequest) -> impl Iterator<Item = &ScopeSpans> {
    request.resource_spans.iter().flat_map(|resource| &resource.scope_spans)
}

fn scopes(request: &ExportMetricsServiceRequest) -> impl Iterator<Item = &ScopeMetrics> {
    request
        .resource_metrics
        .iter()
        .flat_map(|resource| &resource.scope_metrics)
}

fn logs(request: &ExportLogsServiceRequest) -> impl Iterator<Item = &ScopeLogs> {
    request.resource_logs.iter().flat_map(|resource| &resource.scope_logs)
}

/// Our requests have one resource and one scope, of which each half needs a copy.
fn half_of_spans(request: &mut ExportTraceServiceRequest) -> Option<ExportTraceServiceRequest> {
    let [resource] = request.resource_spans.as_mut_slice() else {
        return None;
    };
    let [scope] = resource.scope_spans.as_mut_slice() else {
        return None;
    };
    let spans = second_half(&mut scope.spans)?;
    Some(ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: resource.resource.clone(),
            scope_spans: vec![ScopeSpans {
                scope: scope.scope.clone(),
                spans,
                schema_url: scope.schema_url.clone(),
            }],
            schema_url: resource.schema_url.clone(),
        }],
    })
}

fn half_of_metrics(request: &mut ExportMetricsServiceRequest) -> Option<ExportMetricsServiceRequest> {
    let [resource] = request.resource_metrics.as_mut_slice() else {
        return None;
    };
    let [scope] = resource.scope_metrics.as_mut_slice() else {
        return None;
    };
    let metrics = match scope.metrics.as_mut_slice() {
        [metric] => vec![half_of_points(metric)?],
        _ => second_half(&mut scope.metrics)?,
    };
    Some(ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: resource.resource.clone(),
            scope_metrics: vec![ScopeMetrics {
                scope: scope.scope.clone(),
                metrics,
                schema_url: scope.schema_url.clone(),
            }],
            schema_url: resource.schema_url.clone(),
        }],
    })
}

fn half_of_logs(request: &mut ExportLogsServiceRequest) -> Option<ExportLogsServiceRequest> {
    let [resource] = request.resource_logs.as_mut_slice() else {
        return None;
    };
    let [scope] = resource.scope_logs.as_mut_slice() else {
        return None;
    };
    let log_records = second_half(&mut scope.log_records)?;
    Some(ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: resource.resource.clone(),
            scope_logs: vec![ScopeLogs {
                scope: scope.scope.clone(),
                log_records,
                schema_url: scope.schema_url.clone(),
            }],
            schema_url: resource.schema_url.clone(),
        }],
    })
}

fn points(metric: &Metric) -> usize {
    match &metric.data {
        Some(metric::Data::Gauge(data)) => data.data_points.len(),
        Some(metric::Data::Sum(data)) => data.data_points.len(),
        Some(metric::Data::Histogram(data)) => data.data_points.len(),
        Some(metric::Data::ExponentialHistogram(data)) => data.data_points.len(),
        Some(metric::Data::Summary(data)) => data.data_points.len(),
        None => 0,
    }
}

/// The same metric with the second half of its points.
fn half_of_points(metric: &mut Metric) -> Option<Metric> {
    let data = match metric.data.as_mut()? {
        metric::Data::Gauge(data) => metric::Data::Gauge(Gauge {
            data_points: second_half(&mut data.data_points)?,
        }),
        metric::Data::Sum(data) => metric::Data::Sum(Sum {
            data_points: second_half(&mut data.data_points)?,
            ..*data
        }),
        metric::Data::Histogram(data) => metric::Data::Histogram(Histogram {
            data_points: second_half(&mut data.data_points)?,
            ..*data
        }),
        metric::Data::ExponentialHistogram(data) => metric::Data::ExponentialHistogram(ExponentialHistogram {
            data_points: second_half(&mut data.data_points)?,
            ..*data
        }),
        metric::Data::Summary(data) => metric::Data::Summary(Summary {
            data_points: second_half(&mut data.data_points)?,
        }),
    };
    Some(Metric {
        name: metric.name.clone(),
        description: metric.description.clone(),
        unit: metric.unit.clone(),
        metadata: metric.metadata.clone(),
        data: Some(data),
    })
}

fn second_half<T>(items: &mut Vec<T>) -> Option<Vec<T>> {
    (items.len() > 1).then(|| items.split_off(items.len().div_ceil(2)))
}

#[cfg(test)]
mod tests;
