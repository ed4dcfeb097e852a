//! Sends what maptrace sees to OpenTelemetry: spans for episodes, metrics for every map, log records for what somebody on
//! call should know.
//!
//! [`OtlpExporter`] is a [`Sink`](maptrace_runtime::Sink). It speaks OTLP over HTTP with protobuf, or over gRPC, to an OpenTelemetry
//! Collector, to Jaeger, to Prometheus, or to whatever else takes it, from a thread of its own: it needs no async runtime
//! and never makes the application wait.
//!
//! The span of an episode is a child of the request that it happened in, if the request's spans are those of
//!
//! | | feature | |
//! |---|---|---|
//! | `tracing` with `tracing-opentelemetry` | `tracing` (on by default) | add `ContextLayer` to the subscriber |
//! | `opentelemetry`'s own `Context` | `opentelemetry` | call `follow_opentelemetry` once |
//! | `fastrace` | `fastrace` | call `follow_fastrace` once |
//! | anything else | | call [`publish`](maptrace_runtime::context::publish) when a span is entered |
//! | nothing | | it is the root of a trace of its own |
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `tracing` | on | `ContextLayer`, `TracingEvents` |
//! | `opentelemetry` | | `follow_opentelemetry` |
//! | `fastrace` | | `follow_fastrace` |
//! | `sdk` | | `SdkSink` |
//! | `gzip` | | packed requests: [`Otlp::gzip`](Otlp#method.gzip), `OTEL_EXPORTER_OTLP_COMPRESSION` |
//! | `spool` | | what cannot be sent waits on disk: [`Otlp::spool`](Otlp#method.spool), `MAPTRACE_SPOOL` |
//! | `tls` | | `https://` endpoints, by rustls with ring, 13 crates: [`Otlp::certificate`](Otlp#method.certificate), `OTEL_EXPORTER_OTLP_CERTIFICATE` |
//! | `grpc` | | OTLP over gRPC, by tonic, 27 crates: [`Otlp::grpc`](Otlp#method.grpc), `OTEL_EXPORTER_OTLP_PROTOCOL` |
//!
//! # Examples
//!
//! ```
//! use std::sync::Arc;
//! use std::time::{Duration, Instant};
//!
//! use maptrace_otel::Otlp;
//! use maptrace_runtime::{Episode, Sink, Snapshot};
//!
//! # fn main() -> Result<(), maptrace_otel::BuildError> {
//! let mut exporter = Otlp::builder()
//!     .endpoint("http://localhost:4318")
//!     .service_name("shop")
//!     .resource_attribute("deployment.environment.name", "staging")
//!     .timeout(Duration::from_secs(2))
//!     .build()?;
//! let health = exporter.health();
//!
//! // The collector does this with each sink.
//! fn collect(sink: &mut dyn Sink, episodes: &[Episode], snapshot: Option<&Arc<Snapshot>>) {
//!     for episode in episodes {
//!         if !sink.episode(episode) {
//!             // The queue is full; the collector counts it as `export_failed`.
//!         }
//!     }
//!     if let Some(snapshot) = snapshot {
//!         sink.snapshot(snapshot);
//!     }
//! }
//! collect(&mut exporter, &[], None);
//!
//! // At the end: what is left is sent by the deadline, or counted.
//! let lost = exporter.shutdown(Instant::now() + Duration::from_millis(200));
//! let health = health.read();
//! assert_eq!((lost, health.queued), (0, 0));
//! assert_eq!(health.accepted, health.exported + health.failed);
//! # Ok(())
//! # }
//! ```
//!
//! # Spans
//!
//! A span is made when its episode is over, exact to the nanosecond, and has ids of its own. Its parent is the span that
//! was active on the thread; without one, it is the root of a trace of its own. An episode in a trace that is not sampled
//! is not sent. An episode that was not timed begins and ends at the same moment.
//! A lifetime is the exception: it belongs to no request, so it is always the root of a trace of its own, with a link to
//! the span in which the map was dropped. If that span is not sampled the lifetime is sent without a link, and only if
//! the map lived longer than a second: a shorter one was most likely made for that request.
//! What a worker does for several requests at once has a link to each of them, at most 128; see
//! [`link`](maptrace_runtime::context::link). If none of them is sampled and the worker has no span of its own, it is not sent.
//! [`Otlp::min_entries`] says which episodes are too small to be shown.
//!
//! | name | what | attributes of its own |
//! |---|---|---|
//! | `map.grow NAME OLD -> NEW` | a larger table | `map.capacity.old`, `map.capacity.new`, `map.entries`, `map.bytes.old`, `map.bytes.new`, `map.bytes.peak`, `map.tombstones` |
//! | `map.rehash NAME SIZE` | the same table, laid out again | `map.capacity`, `map.entries`, `map.bytes`, `map.tombstones` |
//! | `map.shrink NAME OLD -> NEW` | a smaller table | as grow, without the peak |
//! | `map.clear NAME` | all entries removed | `map.entries` |
//! | `map.batch NAME` | many entries by one call | `map.batch.door`, `.offered`, `.new`, `.replaced`, `.removed`, `.grows_avoided` |
//! | `map.slow_assign NAME`, `map.slow_delete NAME`, `map.slow_entry NAME` | a single operation that took long, if [`Builder::slow`](maptrace_runtime::Builder::slow) asks for them | `map.operation`, `map.entries` |
//! | `map.lifetime NAME` | from the first change to the drop | `map.entries`, `map.capacity`, `map.assigns.new`, `map.assigns.replaced`, `map.deletes.hit`, `map.deletes.miss`, `map.cleared.entries`, `map.grows` |
//!
//! Each has `map.episode` (`grow`, `rehash`, ...), `map.name`, `map.type`, `map.kind`, `map.instance` (if known),
//! `code.file.path` and `code.line.number` of the map's declaration (if known), `code.function.name` of the function that makes it (if
//! an attribute stands on that or around it: `shop::Cache::new`), `thread.id`, maptrace's own number of the thread, and
//! `thread.name` (on Linux, if it has one).
//! Sizes in names are rounded, as in `map.grow sessions 1.8M -> 3.7M`; [`Otlp::sizes_in_names`] leaves them out.
//!
//! The root span of a request can say what the request did to maps in all, with no span for any of it: see
//! `ContextLayer::with_map_work`.
//!
//! # Metrics
//!
//! Totals since the process began to trace, or what came since ([`Temporality`]), with the attributes `map` and `type`;
//! sites that share both are one series. An instrument has at most 2,000 series; the sum of all others is one more, marked
//! `otel.metric.overflow=true`. The series of a map that is gone end after a while ([`Otlp::stale_after`]).
//!
//! | name | Prometheus | |
//! |---|---|---|
//! | `map.assign`, `result` = `new`, `replaced` | `map_assign_total` | counter |
//! | `map.delete`, `result` = `hit`, `miss` | `map_delete_total` | counter |
//! | `map.clear`, `map.cleared.entries`, `map.batch` | `map_clear_total`, ... | counters |
//! | `map.race` | `map_race_total` | counter, where two threads were found in one map (`MAPTRACE_RACE`) |
//! | `map.grow`, `map.rehash`, `map.shrink` | `map_grow_total`, ... | counters, tables only |
//! | `map.grow.duration` | `map_grow_duration_seconds` | histogram of pauses, rehashes in place included, tables only |
//! | `map.batch.duration`, `map.batch.size` | `map_batch_duration_seconds`, `map_batch_size` | histograms of batches, where there were any |
//! | the three with `.exponential` behind | `map_grow_duration_exponential_seconds`, ... | the same as base-2 exponential histograms ([`HistogramForm`]) |
//! | `map.created`, `map.freed`, `map.instances` | `map_created_total`, ..., `map_instances` | |
//! | `map.entries`, `map.entries.largest` | `map_entries`, `map_entries_largest` | |
//! | `map.capacity`, `map.tombstones` | `map_capacity`, `map_tombstones` | tables only |
//! | `map.memory.held`, `.needed`, `.peak` | `map_memory_held_bytes`, ... | |
//! | `maptrace.*` | `maptrace_*` | maptrace itself: events, losses by cause, memory, the exporter |
//!
//! The points of a histogram have exemplars: for each bucket of the ladder the latest value that was seen in a sampled
//! span, told once. They lead from a slow grow to the request that paid for it.
//!
//! A push is one or more requests, and each may fail. What the server has is known point by point, so the next push says
//! what is missing and nothing twice. Of deltas that the server may have taken without saying so the same points are sent
//! again, with the same times, so that it can tell: before anything else, and until it answers. It is believed not to have
//! them when it has refused them eight times.
//!
//! # Logs
//!
//! A record for each [`Notice`](maptrace_runtime::Notice): a delete storm, memory that is wasted, events that were lost,
//! ... [`NoticeKind`](maptrace_runtime::NoticeKind) says when. Its event name is the kind's (`map.delete_storm`), its body
//! a sentence, its severity `INFO` or `WARN`. Its attributes are `maptrace.notice.state` (`began`, `ended` or `once`),
//! `maptrace.notice.suppressed` (how many of the kind were held back before, if any), `map.name`, `map.type`,
//! `map.kind`, `code.file.path`, `code.line.number` and `code.function.name` as in spans, and the figures (`map.deletes.rate`,
//! `map.entries.before`, ...; durations in seconds). Trace and span ids lead to the span in which the map was last laid
//! out anew, cleared or filled, if there was a sampled one in the last ten minutes.
//!
//! `TracingEvents` (feature `tracing`) is a sink that tells the same in the service's own log.
//!
//! # With an SDK of your own
//!
//! An application that has OpenTelemetry providers may pass them in instead: `SdkSink` (feature `sdk`) makes spans,
//! metrics and log records through them, with its exporters, its resource and its sampler. What the SDK loses it does not
//! say, and there are no exponential histograms and no exemplars: what it cannot do is the reason for [`OtlpExporter`].
//!
//! # Types of other crates
//!
//! Each 0.x of OpenTelemetry is another world, so its types are in few places of this interface, all behind features:
//!
//! | feature | type | where |
//! |---|---|---|
//! | `tracing` | `tracing_subscriber::Layer` and `registry::LookupSpan`, `tracing::Subscriber` | `ContextLayer` is such a layer |
//! | `sdk` | `opentelemetry::trace::TracerProvider` and `Tracer` | bounds of `SdkSink::tracer_provider` |
//! | `sdk` | `opentelemetry::metrics::MeterProvider` | bound of `SdkSink::meter_provider` |
//! | `sdk` | `opentelemetry::logs::LoggerProvider` and `Logger` | bounds of `SdkSink::logger_provider` |
//!
//! # Without tracing
//!
//! The crate asks the runtime whether tracing is [compiled in](maptrace_runtime::COMPILED_IN), and needs no feature of
//! its own. If it is not, [`Otlp::build`] still reads and checks the settings, then makes an exporter that has no
//! thread, opens no connection and takes nothing in; [`maptrace_runtime::Builder::sink`] drops it at once; and
//! `ContextLayer` does nothing. What is left: this crate and its dependencies are still compiled, and the reading of
//! the settings and an empty queue stay in the program; its client and its encoder do not, as nothing in the program
//! calls them. To be rid of the rest too make the dependency optional and have your own feature turn both on:
//!
//! ```toml
//! [dependencies]
//! maptrace-otel = { version = "0.1", optional = true }
//!
//! [features]
//! trace-maps = ["maptrace/enable", "dep:maptrace-otel"]
//! ```
//!
//! # Security
//!
//! Names of maps and types, file names and numbers are sent; keys, values, hashes and addresses never are. `https://` needs
//! the feature `tls`; without it send to a Collector on the same machine. A server has to show a certificate for the endpoint's
//! host, by an authority that the system trusts or the one that is named, before it is sent a byte; whether it was revoked is
//! not looked at. Answers are read with limits on size and time, redirects are not
//! followed, and header values are never shown.

mod budget;
mod builder;
#[cfg(feature = "tracing")]
mod context;
mod endpoint;
mod error;
#[cfg(feature = "tracing")]
mod events;
mod exporter;
#[cfg(any(feature = "opentelemetry", feature = "fastrace"))]
mod follow;
#[cfg(feature = "__fuzz")]
#[doc(hidden)]
pub mod fuzz;
#[cfg(feature = "grpc")]
mod grpc;
mod health;
mod http;
mod ids;
mod logs;
mod metrics;
mod proto;
mod request;
// By itself, as all else of gRPC is much to build.
#[cfg(all(feature = "__fuzz", not(feature = "grpc")))]
#[path = "grpc/retry.rs"]
mod retry;
#[cfg(feature = "sdk")]
mod sdk;
mod settings;
mod shared;
mod spans;
#[cfg(feature = "spool")]
mod spool;
mod spooler;
#[cfg_attr(not(feature = "tls"), path = "no_tls.rs")]
mod tls;
mod transport;
mod worker;

pub use builder::Otlp;
#[cfg(feature = "tracing")]
pub use context::ContextLayer;
pub use error::BuildError;
#[cfg(feature = "tracing")]
pub use events::TracingEvents;
pub use exporter::OtlpExporter;
#[cfg(feature = "fastrace")]
pub use follow::follow_fastrace;
#[cfg(feature = "opentelemetry")]
pub use follow::follow_opentelemetry;
pub use health::{ExporterHealth, HealthReader};
pub use metrics::{HistogramForm, Temporality};
#[cfg(feature = "sdk")]
pub use sdk::SdkSink;

#[cfg(test)]
#[path = "../tests/support/episodes.rs"]
mod episodes;

/// One line on standard error. Unlike `eprintln!` it does not panic where there is none.
fn warn(line: &dyn std::fmt::Display) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{line}");
}
