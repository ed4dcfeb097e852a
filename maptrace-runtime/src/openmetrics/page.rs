//! Lines of the exposition formats, and what has to be escaped in them.

use std::fmt::{Display, Write as _};
use std::time::Duration;

use crate::report::text::{cut_middle, escape};

/// Label values wider than this are cut in their middle.
const LABEL_MAX: usize = 120;

/// A form of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// OpenMetrics 1.0.
    OpenMetrics,
    /// The Prometheus text format 0.0.4.
    Text,
}

impl Format {
    /// The value of the header `Content-Type`.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
        }
    }

    /// The form that suits the header `Accept` of a request: OpenMetrics if it is named there and not liked less than
    /// plain text, else text. Wildcards ask for nothing in particular, so `curl` and browsers get text.
    #[must_use]
    pub fn accepted(accept: &str) -> Self {
        let quality = |wanted: &str| {
            let ranges = accept.split(',').map(|range| {
                let mut parts = range.split(';').map(str::trim);
                (parts.next().unwrap_or(""), parts.collect::<Vec<_>>())
            });
            ranges
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, parameters)| quality_of(&parameters))
                .fold(0.0, f64::max)
        };
        let open = quality("application/openmetrics-text");
        if open > 0.0 && open >= quality("text/plain") {
            Self::OpenMetrics
        } else {
            Self::Text
        }
    }
}

/// The `q` among the parameters of a media range: 1 if it is not there, 0 if it is not a number.
fn quality_of(parameters: &[&str]) -> f64 {
    let is_q = |(name, value): (&str, &str)| name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse());
    parameters
        .iter()
        .filter_map(|parameter| parameter.split_once('='))
        .find_map(is_q)
        .map_or(1.0, |q| q.unwrap_or(0.0))
}

/// What a family's samples are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Counter,
    Gauge,
    Histogram,
}

/// A page that is being written.
pub(super) struct Page {
    format: Format,
    out: String,
}

impl Page {
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            out: String::new(),
        }
    }

    /// Declares a family. `name` is without `_total`; a unit is the end of the name. `help` is one plain line.
    pub(super) fn family(&mut self, name: &str, kind: Type, unit: Option<&str>, help: &str) {
        debug_assert!(
            unit.is_none_or(|unit| name.ends_with(&format!("_{unit}"))),
            "{name} has to end in {unit:?}"
        );
        debug_assert!(!help.contains(['\\', '\n', '"']), "{help:?} would have to be escaped");
        // The text format knows a counter by the name of its samples, OpenMetrics by that of its family.
        let suffix = if kind == Type::Counter && self.format == Format::Text {
            "_total"
        } else {
            ""
        };
        let kind = match kind {
            Type::Counter => "counter",
            Type::Gauge => "gauge",
            Type::Histogram => "histogram",
        };
        _ = writeln!(self.out, "# HELP {name}{suffix} {help}");
        if let (Some(unit), Format::OpenMetrics) = (unit, self.format) {
            _ = writeln!(self.out, "# UNIT {name} {unit}");
        }
        _ = writeln!(self.out, "# TYPE {name}{suffix} {kind}");
    }

    /// One sample. `labels` are written by [`label`], with commas between them, or empty.
    pub(super) fn sample(&mut self, name: &str, suffix: &str, labels: &str, value: impl Display) {
        _ = if labels.is_empty() {
            writeln!(self.out, "{name}{suffix} {value}")
        } else {
            writeln!(self.out, "{name}{suffix}{{{labels}}} {value}")
        };
    }

    pub(super) fn finish(mut self) -> String {
        self.out.push_str("# EOF\n");
        self.out
    }
}

/// `name="value"`, escaped. A newline, a quote and a backslash come out of the parser as they went in; what a terminal
/// would act upon (a page is often looked at with `curl`) is spelt out.
pub(super) fn label(name: &str, value: &str) -> String {
    let mut out = format!("{name}=\"");
    for (i, line) in cut_middle(value, LABEL_MAX).split('\n').enumerate() {
        if i > 0 {
            out.push_str("\\n");
        }
        for c in escape(line).chars() {
            if matches!(c, '\\' | '"') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out.push('"');
    out
}

/// Seconds to the nanosecond, exactly, with no digit too many.
pub(super) fn seconds(d: Duration) -> String {
    let text = format!("{}.{:09}", d.as_secs(), d.subsec_nanos());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
