//! The sink for applications that have an OpenTelemetry SDK of their own.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use maptrace_runtime::context::SpanContext;
use maptrace_runtime::{COMPILED_IN, Episode, Notice, Sink, Snapshot};
use opentelemetry::logs::{LogRecord as _, Logger, LoggerProvider};
use opentelemetry::metrics::MeterProvider;
use opentelemetry::trace::{
    Link, Span as _, SpanBuilder, SpanKind, TraceContextExt as _, TraceState, Tracer, TracerProvider,
};
use opentelemetry::{Context, InstrumentationScope, TraceFlags};

use crate::logs::body;
use crate::spans::{Described, Fate, described, fate};
use instruments::Instruments;

mod instruments;
mod values;

/// Makes a span of an episode, with sizes in its name or without.
type Spans = Box<dyn FnMut(&Episode, bool) + Send>;
/// Makes a log record of a notice.
type Logs = Box<dyn FnMut(&Notice) + Send>;

/// Sends episodes, snapshots and notices through the providers that an application has: one set of exporters, one resource,
/// one way to sample, for maptrace as for everything else.
///
/// Each provider is optional. What is not given is not made: with a tracer provider alone there are spans and no metrics,
/// and [`Otlp`](crate::Otlp) with `traces(false)` may send the metrics beside it.
///
/// - **Spans** are those of [`OtlpExporter`](crate::OtlpExporter): the same names, attributes, parents, links and times, to
///   the nanosecond. An episode in a trace that is not sampled is not made a span; about those without a parent the
///   provider's sampler decides.
/// - **Metrics** are those of `OtlpExporter`, as observable instruments that read the newest snapshot when the application's
///   reader collects, but for `maptrace.export.*`. The SDK takes no histograms that are made already, so
///   `map.grow.duration`, `map.batch.duration` and `map.batch.size` are recorded episode by episode, with the bounds of the
///   classic ladder: episodes that were lost are missing in them, and an exemplar they have none. The instruments stay as
///   long as the provider does, as OpenTelemetry has it.
/// - **Logs** are those of `OtlpExporter`, with the map as `map.name` and the kind as the event's name.
///
/// # What it costs
///
/// All is made on the collector's thread, and the application's threads pay nothing. A processor that blocks, such as the
/// SDK's simple span processor with an exporter that uses the network, keeps the collector from draining: use the batch
/// processors. Snapshots are summed up when a reader collects, on its thread.
///
/// # What is lost, and where it is counted
///
/// A processor that panics costs its episode, which is counted as `export_failed`. What the SDK loses afterwards it does not
/// say; [`OtlpExporter`](crate::OtlpExporter) counts.
///
/// # The end
///
/// To flush and to shut down the providers is the application's: do it after maptrace's guard was dropped, and before
/// [`maptrace_runtime::shutdown`], if that is called at all. After a [`shutdown`](Sink::shutdown), and when the sink is
/// dropped, nothing is made any more, and the instruments report nothing.
///
/// With tracing not [compiled in](COMPILED_IN) the providers are not touched.
///
/// # Examples
///
/// ```
/// use maptrace_otel::SdkSink;
/// use opentelemetry_sdk::metrics::SdkMeterProvider;
/// use opentelemetry_sdk::trace::SdkTracerProvider;
///
/// # fn main() {
/// // With the exporters that the service has anyway.
/// let (traces, metrics) = (SdkTracerProvider::default(), SdkMeterProvider::default());
/// let sink = SdkSink::new().tracer_provider(&traces).meter_provider(&metrics);
/// let guard = maptrace_runtime::builder().sink(sink).start();
/// // The service.
/// drop(guard);
/// let _ = (traces.shutdown(), metrics.shutdown());
/// # }
/// ```
#[must_use = "a sink does nothing until it is given to the collector"]
pub struct SdkSink {
    spans: Option<Spans>,
    logs: Option<Logs>,
    instruments: Option<Instruments>,
    min_entries: u64,
    sizes_in_names: bool,
    pid: u32,
}

impl SdkSink {
    /// A sink without a provider, which does nothing.
    pub fn new() -> Self {
        Self {
            spans: None,
            logs: None,
            instruments: None,
            min_entries: crate::settings::DEFAULT_MIN_ENTRIES,
            sizes_in_names: true,
            pid: std::process::id(),
        }
    }

    /// Makes spans of episodes with a tracer of this provider, `maptrace`.
    pub fn tracer_provider<P>(mut self, provider: &P) -> Self
    where
        P: TracerProvider,
        P::Tracer: Send + 'static,
    {
        if COMPILED_IN {
            let tracer = provider.tracer_with_scope(scope());
            self.spans = Some(Box::new(move |episode, sizes| span(&tracer, episode, sizes)));
        }
        self
    }

    /// Reports metrics by instruments of a meter of this provider, `maptrace`.
    pub fn meter_provider(mut self, provider: &impl MeterProvider) -> Self {
        if COMPILED_IN {
            self.instruments = Some(Instruments::new(&provider.meter_with_scope(scope())));
        }
        self
    }

    /// Makes log records of notices with a logger of this provider, `maptrace`.
    pub fn logger_provider<P>(mut self, provider: &P) -> Self
    where
        P: LoggerProvider,
        P::Logger: Send + 'static,
    {
        if COMPILED_IN {
            let logger = provider.logger_with_scope(scope());
            self.logs = Some(Box::new(move |notice| record(&logger, notice)));
        }
        self
    }

    /// Keeps small things out of the traces, as [`Otlp::min_entries`](crate::Otlp::min_entries) does; 100 by default.
    pub fn min_entries(mut self, entries: u64) -> Self {
        self.min_entries = entries;
        self
    }

    /// Whether names of spans have the table's sizes in them, as [`Otlp::sizes_in_names`](crate::Otlp::sizes_in_names) has it.
    pub fn sizes_in_names(mut self, on: bool) -> Self {
        self.sizes_in_names = on;
        self
    }

    /// Whether in a forked child: the locks of the providers may be held there by threads that do not exist.
    fn is_forked(&self) -> bool {
        self.pid != std::process::id()
    }
}

impl Default for SdkSink {
    fn default() -> Self {
        Self::new()
    }
}

impl Sink for SdkSink {
    fn episode(&mut self, episode: &Episode) -> bool {
        if self.is_forked() {
            return false;
        }
        // Both are the application's code, which may panic; what it holds then is its own affair.
        catch_unwind(AssertUnwindSafe(|| {
            if let Some(instruments) = &self.instruments {
                instruments.record(episode);
            }
            if let Some(spans) = &mut self.spans
                && fate(episode, self.min_entries) == Fate::Span
            {
                spans(episode, self.sizes_in_names);
            }
        }))
        .is_ok()
    }

    fn snapshot(&mut self, snapshot: &Arc<Snapshot>) {
        if let Some(instruments) = self.instruments.as_ref().filter(|_| !self.is_forked()) {
            instruments.publish(snapshot);
        }
    }

    fn notice(&mut self, notice: &Notice) {
        if self.is_forked() {
            return;
        }
        if let Some(logs) = &mut self.logs {
            // As above. A notice that is lost is no episode, and nothing counts it.
            let _ = catch_unwind(AssertUnwindSafe(|| logs(notice)));
        }
    }

    /// Nothing is made any more, and the instruments report nothing. To flush the providers is the application's.
    fn shutdown(&mut self, _: Instant) -> u64 {
        (self.spans, self.logs) = (None, None);
        // Dropping it silences its instruments.
        if !self.is_forked() {
            self.instruments = None;
        }
        0
    }
}

impl fmt::Debug for SdkSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SdkSink")
            .field("spans", &self.spans.is_some())
            .field("metrics", &self.instruments.is_some())
            .field("logs", &self.logs.is_some())
            .field("min_entries", &self.min_entries)
            .finish_non_exhaustive()
    }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("maptrace")
        .with_version(env!("CARGO_PKG_VERSION"))
        .build()
}

/// A span that is over when it is made.
fn span(tracer: &impl Tracer, episode: &Episode, sizes_in_names: bool) {
    let Described {
        name,
        parent,
        links,
        // The interface has no place for it.
        links_dropped: _,
        attributes,
    } = described(episode, sizes_in_names);
    let links = links
        .into_iter()
        .map(|context| Link::new(foreign(context), Vec::new(), 0))
        .collect();
    let builder = SpanBuilder::from_name(name)
        .with_kind(SpanKind::Internal)
        .with_start_time(episode.start)
        .with_attributes(values::attributes(attributes))
        .with_links(links);
    // An empty context, whatever is active on the collector's thread.
    let around = Context::new();
    let around = parent.map_or_else(
        || around.clone(),
        |parent| around.with_remote_span_context(foreign(parent)),
    );
    let mut span = tracer.build_with_context(builder, &around);
    // An episode that was not timed begins and ends at the same moment; one that ends when time does, too.
    span.end_with_timestamp(
        episode
            .start
            .checked_add(episode.duration.unwrap_or_default())
            .unwrap_or(episode.start),
    );
}

fn record(logger: &impl Logger, notice: &Notice) {
    let severity = match notice.severity {
        maptrace_runtime::Severity::Info => opentelemetry::logs::Severity::Info,
        _ => opentelemetry::logs::Severity::Warn,
    };
    let name = notice.kind.event_name();
    if !logger.event_enabled(severity, "maptrace", Some(name)) {
        return;
    }
    let mut record = logger.create_log_record();
    record.set_event_name(name);
    record.set_target("maptrace");
    record.set_timestamp(notice.time);
    record.set_severity_number(severity);
    record.set_severity_text(notice.severity.as_str());
    record.set_body(body(notice).to_owned().into());
    record.add_attributes(values::log_attributes(crate::logs::attributes(notice)));
    if let Some(context) = notice.context.filter(|context| context.sampled) {
        let context = foreign(context);
        record.set_trace_context(context.trace_id(), context.span_id(), Some(context.trace_flags()));
    }
    logger.emit(record);
}

/// The context as OpenTelemetry has it: of a span of this process.
fn foreign(context: SpanContext) -> opentelemetry::trace::SpanContext {
    opentelemetry::trace::SpanContext::new(
        opentelemetry::TraceId::from_bytes(context.trace_id),
        opentelemetry::SpanId::from_bytes(context.span_id),
        if context.sampled {
            TraceFlags::SAMPLED
        } else {
            TraceFlags::default()
        },
        false,
        TraceState::NONE,
    )
}
