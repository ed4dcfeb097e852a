//! Lines of the exposition formats, and what has to be escaped in them.

use std::fmt::{Display, Write as _};
use std::time::{Duration, UNIX_EPOCH};

use crate::histogram::{Exemplar, HistogramUnit};
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
    /// the text format, else text. Wildcards ask for nothing in particular, so `curl` and browsers get text; and whoever
    /// asks for another version of a form does not ask for this one.
    #[must_use]
    pub fn accepted(accept: &str) -> Self {
        let open = quality(accept, ("application", "openmetrics-text"), "1.0.0").filter(|(named, _)| *named);
        let text = quality(accept, ("text", "plain"), "0.0.4");
        let [open, text] = [open, text].map(|found| found.map_or(0.0, |(_, quality)| quality));
        if open > 0.0 && open >= text {
            Self::OpenMetrics
        } else {
            Self::Text
        }
    }
}

/// How well a media type is liked by the header `Accept`, and whether it is named there. As RFC 9110 has it, what is more
/// specific counts: the type by its name, then `type/*`, then `*/*`; of several alike, the best.
fn quality(accept: &str, media: (&str, &str), version: &str) -> Option<(bool, f64)> {
    let range = |range: &str| {
        let mut parts = range.split(';');
        let (kind, subtype) = parts.next()?.trim().split_once('/')?;
        let specific = match (kind, subtype) {
            (k, s) if k.eq_ignore_ascii_case(media.0) && s.eq_ignore_ascii_case(media.1) => 2,
            (k, "*") if k.eq_ignore_ascii_case(media.0) => 1,
            ("*", "*") => 0,
            _ => return None,
        };
        let mut quality = 1.0_f64;
        for (name, value) in parts.filter_map(|parameter| parameter.split_once('=')) {
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            if name.eq_ignore_ascii_case("q") {
                let parsed = value.parse().ok();
                quality = parsed.filter(|q| (0.0..=1.0).contains(q)).unwrap_or(0.0);
            } else if name.eq_ignore_ascii_case("version") && value != version {
                return None;
            }
        }
        Some((specific, quality))
    };
    let found = accept.split(',').filter_map(range);
    let best = found.max_by(|(a, p), (b, q)| a.cmp(b).then(p.total_cmp(q)))?;
    Some((best.0 == 2, best.1))
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
    /// Bytes that exemplars may still take, and those that they have taken.
    exemplars: usize,
    spent: usize,
}

impl Page {
    pub(super) fn new(format: Format, exemplars: usize) -> Self {
        Self {
            format,
            out: String::new(),
            exemplars,
            spent: 0,
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

    /// A histogram's samples: how many values are in each bucket, with an exemplar for some.
    ///
    /// `spell` writes a value; bounds are written beforehand, by [`bounds`], and so is the sum.
    pub(super) fn histogram(
        &mut self,
        name: &str,
        labels: &str,
        bounds: &[String],
        buckets: &[(u64, Option<Exemplar>)],
        sum: &str,
        spell: fn(u64) -> String,
    ) {
        let mut count = 0_u64;
        for (bound, (n, exemplar)) in bounds.iter().zip(buckets) {
            count = count.saturating_add(*n);
            self.sample(name, "_bucket", &format!("{labels},{}", label("le", bound)), count);
            if let Some(exemplar) = exemplar {
                self.exemplar(exemplar, spell);
            }
        }
        self.sample(name, "_sum", labels, sum);
        self.sample(name, "_count", labels, count);
    }

    /// Adds an exemplar to the sample before, if the form has any and there is room. Its labels take 63 of the 128
    /// characters that OpenMetrics allows.
    fn exemplar(&mut self, exemplar: &Exemplar, spell: fn(u64) -> String) {
        if self.format != Format::OpenMetrics {
            return;
        }
        let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let context = &exemplar.context;
        let time = exemplar.time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let text = format!(
            " # {{trace_id=\"{}\",span_id=\"{}\"}} {} {}",
            hex(&context.trace_id),
            hex(&context.span_id),
            spell(exemplar.value),
            seconds(time)
        );
        if let Some(left) = self.exemplars.checked_sub(text.len()) {
            (self.exemplars, self.spent) = (left, self.spent + text.len());
            self.out.insert_str(self.out.len() - 1, &text);
        }
    }

    /// The page, and how many bytes of it are exemplars.
    pub(super) fn finish(mut self) -> (String, usize) {
        self.out.push_str("# EOF\n");
        (self.out, self.spent)
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

/// What a histogram counts in, spelt.
pub(super) fn speller(unit: HistogramUnit) -> fn(u64) -> String {
    match unit {
        HistogramUnit::Seconds => |nanos| seconds(Duration::from_nanos(nanos)),
        HistogramUnit::Entries => |entries| entries.to_string(),
    }
}

/// The bounds of a histogram's ladder, and of the bucket that has none.
pub(super) fn bounds(unit: HistogramUnit) -> Vec<String> {
    let power = match unit {
        HistogramUnit::Seconds => -9,
        HistogramUnit::Entries => 0,
    };
    let mut bounds: Vec<_> = unit
        .bounds()
        .iter()
        .map(|bound| canonical(bound.ilog10() as i32 + power))
        .collect();
    bounds.push("+Inf".to_owned());
    bounds
}

/// A power of ten the way OpenMetrics spells numbers: `1e-06`, `0.001`, `10.0`, `1e+06`.
fn canonical(power: i32) -> String {
    match power {
        ..-4 => format!("1e-{:02}", -power),
        -4..0 => format!("0.{}1", "0".repeat((-power - 1) as usize)),
        0..6 => format!("1{}.0", "0".repeat(power as usize)),
        6.. => format!("1e+{power:02}"),
    }
}
