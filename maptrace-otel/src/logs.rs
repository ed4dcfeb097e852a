//! Notices as log records.

use std::time::SystemTime;

use maptrace_runtime::{Figure, FigureValue, Notice, Severity};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs, SeverityNumber};
use opentelemetry_proto::tonic::resource::v1::Resource;

use crate::proto::{SAMPLED, bounded, integer, nanos, number, scope, text};
use crate::spans;

/// A sentence longer than this is cut. A map's name is shorter, and the rest of a sentence is ours.
const BODY_LIMIT: usize = 4 * 1024;

/// A request with a record for each of the notices.
pub(crate) fn request(notices: &[Notice], resource: &Resource) -> ExportLogsServiceRequest {
    let observed = nanos(SystemTime::now());
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(resource.clone()),
            scope_logs: vec![ScopeLogs {
                scope: Some(scope()),
                log_records: notices.iter().map(|notice| record(notice, observed)).collect(),
                ..ScopeLogs::default()
            }],
            ..ResourceLogs::default()
        }],
    }
}

fn record(notice: &Notice, observed: u64) -> LogRecord {
    // A trace that is not sampled is nowhere to be found.
    let context = notice.context.filter(|context| context.sampled);
    LogRecord {
        time_unix_nano: nanos(notice.time),
        observed_time_unix_nano: observed,
        severity_number: severity(notice.severity) as i32,
        severity_text: notice.severity.as_str().to_owned(),
        body: Some(AnyValue {
            value: Some(any_value::Value::StringValue(body(notice).to_owned())),
        }),
        attributes: attributes(notice),
        flags: if context.is_some() { SAMPLED } else { 0 },
        trace_id: context.map_or_else(Vec::new, |context| context.trace_id.to_vec()),
        span_id: context.map_or_else(Vec::new, |context| context.span_id.to_vec()),
        event_name: notice.kind.event_name().to_owned(),
        ..LogRecord::default()
    }
}

/// The sentence, cut at the last character that fits.
pub(crate) fn body(notice: &Notice) -> &str {
    &notice.body[..notice.body.floor_char_boundary(BODY_LIMIT)]
}

fn severity(severity: Severity) -> SeverityNumber {
    match severity {
        Severity::Info => SeverityNumber::Info,
        _ => SeverityNumber::Warn,
    }
}

/// What of a notice is a log record's attributes: the map as in its spans, the state, and the figures.
pub(crate) fn attributes(notice: &Notice) -> Vec<KeyValue> {
    let mut attributes = vec![text("maptrace.notice.state", notice.state.as_str())];
    if notice.suppressed > 0 {
        attributes.push(integer("maptrace.notice.suppressed", notice.suppressed));
    }
    if let Some(site) = &notice.map {
        attributes.extend([
            text("map.name", bounded(&site.name)),
            text("map.type", bounded(&site.type_label)),
            text("map.kind", site.kind.as_str()),
        ]);
        attributes.extend(spans::code(site));
    }
    attributes.extend(notice.figures.iter().filter_map(figure));
    attributes
}

fn figure(figure: &Figure) -> Option<KeyValue> {
    Some(match figure.value {
        FigureValue::Count(count) => integer(figure.key, count),
        FigureValue::Rate(rate) => number(figure.key, rate),
        FigureValue::Time(time) => number(figure.key, time.as_secs_f64()),
        // One that this version does not know.
        _ => return None,
    })
}
