//! What a program can say about its exporter.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::BuildError;
use crate::exporter::OtlpExporter;
use crate::metrics::{HistogramForm, Temporality};
use crate::settings;

/// The settings of an [`OtlpExporter`].
///
/// The environment wins over what is set here, and what is set here over the defaults. These variables are read, once,
/// by [`build`](Self::build):
///
/// | variable | accepted | here | default |
/// |---|---|---|---|
/// | `OTEL_EXPORTER_OTLP_ENDPOINT` | URL, `/v1/traces`, `/v1/metrics` and `/v1/logs` are appended, but for gRPC | [`endpoint`](Self::endpoint) | `http://localhost:4318`, over gRPC `http://localhost:4317` |
/// | `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` | URL, used as it is | [`traces_endpoint`](Self::traces_endpoint) | |
/// | `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` | URL, used as it is | [`metrics_endpoint`](Self::metrics_endpoint) | |
/// | `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT` | URL, used as it is | [`logs_endpoint`](Self::logs_endpoint) | |
/// | `OTEL_EXPORTER_OTLP_HEADERS` | `name=value,name=value`, percent-encoded | [`header`](Self::header) | none |
/// | `OTEL_EXPORTER_OTLP_TIMEOUT` | milliseconds | [`timeout`](Self::timeout) | 10 s |
/// | `OTEL_EXPORTER_OTLP_COMPRESSION` | `none`, and `gzip` with the feature `gzip` | `gzip` | `none` |
/// | `OTEL_EXPORTER_OTLP_CERTIFICATE` | a PEM file, with the feature `tls` | `certificate` | whom the system trusts |
/// | `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`, `_CLIENT_KEY` | PEM files, with the feature `tls` | `client_certificate` | none |
/// | `OTEL_EXPORTER_OTLP_PROTOCOL` | `http/protobuf`, and `grpc` with the feature `grpc` | `grpc` | `http/protobuf` |
/// | `OTEL_EXPORTER_OTLP_TRACES_HEADERS`, `_TIMEOUT`, `_COMPRESSION`, `_CERTIFICATE`, `_CLIENT_CERTIFICATE`, `_CLIENT_KEY`, `_PROTOCOL` | as above | | as above |
/// | `OTEL_EXPORTER_OTLP_METRICS_HEADERS`, `_TIMEOUT`, `_COMPRESSION`, `_CERTIFICATE`, `_CLIENT_CERTIFICATE`, `_CLIENT_KEY`, `_PROTOCOL` | as above | | as above |
/// | `OTEL_EXPORTER_OTLP_LOGS_HEADERS`, `_TIMEOUT`, `_COMPRESSION`, `_CERTIFICATE`, `_CLIENT_CERTIFICATE`, `_CLIENT_KEY`, `_PROTOCOL` | as above | | as above |
/// | `OTEL_TRACES_EXPORTER` | `otlp`, `none` | [`traces`](Self::traces) | `otlp` |
/// | `OTEL_METRICS_EXPORTER` | `otlp`, `none` | [`metrics`](Self::metrics) | `otlp` |
/// | `OTEL_LOGS_EXPORTER` | `otlp`, `none` | [`logs`](Self::logs) | `otlp` |
/// | `OTEL_SDK_DISABLED` | `true`, `false` | | `false` |
/// | `OTEL_METRIC_EXPORT_INTERVAL` | milliseconds | [`metric_interval`](Self::metric_interval) | 60 s |
/// | `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE` | `cumulative`, `delta`, `lowmemory` | [`temporality`](Self::temporality) | `cumulative` |
/// | `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION` | `explicit_bucket_histogram`, `base2_exponential_bucket_histogram` | [`histograms`](Self::histograms) | both, under two names |
/// | `OTEL_BSP_SCHEDULE_DELAY` | milliseconds | [`span_delay`](Self::span_delay) | 5 s |
/// | `OTEL_BSP_MAX_QUEUE_SIZE` | 1 to 1,000,000 | [`queue_size`](Self::queue_size) | 2,048 |
/// | `OTEL_BSP_MAX_EXPORT_BATCH_SIZE` | 1 to 1,000,000, at most the queue | | 512 |
/// | `MAPTRACE_SPOOL` | a folder, with the feature `spool` | `spool` | none |
/// | `MAPTRACE_SPOOL_BYTES` | 262,144 and more | `spool` | 64 MiB |
/// | `OTEL_SERVICE_NAME` | text | [`service_name`](Self::service_name) | the program's name |
/// | `OTEL_RESOURCE_ATTRIBUTES` | `name=value,name=value`, percent-encoded | [`resource_attribute`](Self::resource_attribute) | none |
///
/// A variable for one signal replaces the one for all, headers as a whole. Headers set here are sent to all, but for
/// those that the environment names again.
///
/// A variable with a bad value is one warning on stderr that names it, its value (never a header's) and what is
/// accepted; the exporter goes on as if it were not set. An empty variable counts as not set.
#[derive(Clone, Default)]
#[must_use = "settings do nothing until `build` makes an exporter of them"]
pub struct Otlp {
    pub(crate) endpoint: Option<String>,
    pub(crate) traces_endpoint: Option<String>,
    pub(crate) metrics_endpoint: Option<String>,
    pub(crate) logs_endpoint: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) gzip: Option<bool>,
    pub(crate) grpc: Option<bool>,
    pub(crate) certificate: Option<PathBuf>,
    pub(crate) client: Option<(PathBuf, PathBuf)>,
    pub(crate) interval: Option<Duration>,
    pub(crate) span_delay: Option<Duration>,
    pub(crate) queue: Option<usize>,
    pub(crate) min_entries: Option<u64>,
    pub(crate) sizes_in_names: Option<bool>,
    pub(crate) service_name: Option<String>,
    pub(crate) resource: Vec<(String, String)>,
    pub(crate) spool: Option<(PathBuf, u64)>,
    pub(crate) traces: Option<bool>,
    pub(crate) metrics: Option<bool>,
    pub(crate) logs: Option<bool>,
    pub(crate) temporality: Option<Temporality>,
    pub(crate) histograms: Option<HistogramForm>,
    pub(crate) stale_after: Option<Duration>,
}

impl Otlp {
    /// The defaults.
    pub fn builder() -> Self {
        Self::default()
    }

    /// The OTLP server's base URL; `/v1/traces`, `/v1/metrics` and `/v1/logs` are appended.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// The URL for spans, used as it is.
    pub fn traces_endpoint(mut self, url: impl Into<String>) -> Self {
        self.traces_endpoint = Some(url.into());
        self
    }

    /// The URL for metrics, used as it is.
    pub fn metrics_endpoint(mut self, url: impl Into<String>) -> Self {
        self.metrics_endpoint = Some(url.into());
        self
    }

    /// The URL for log records, used as it is.
    pub fn logs_endpoint(mut self, url: impl Into<String>) -> Self {
        self.logs_endpoint = Some(url.into());
        self
    }

    /// A header for each request, such as an `authorization`. A later one of the same name replaces an earlier one.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// How long the delivery of one batch may take in all: connecting, sending, the answer, waiting and retries.
    ///
    /// A server that answers 429, 502, 503 or 504 with a `Retry-After` is asked again after that, if there is time. If
    /// not, the batch has failed, and the server gets nothing more of that signal until then, for five minutes at most.
    /// With a [spool](Self#method.spool) there is one attempt, and what fails goes to disk at once.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Whether requests are packed with gzip; they are not by default, as OpenTelemetry has it.
    ///
    /// Costs the exporter's thread some time for each request, and the network less than half of the bytes: names are most
    /// of a request.
    #[cfg(feature = "gzip")]
    pub fn gzip(mut self, on: bool) -> Self {
        self.gzip = Some(on);
        self
    }

    /// Whether requests go over gRPC; they go over HTTP/1.1 by default.
    ///
    /// An endpoint then has no path, and is `http://localhost:4317` by default. Each request has a connection of its own and,
    /// on the exporter's thread, an async runtime of its own that ends with it; the application's runtime has no part in it.
    /// A server that answers `UNAVAILABLE`, `CANCELLED`, `DEADLINE_EXCEEDED`, `ABORTED`, `OUT_OF_RANGE`, `DATA_LOSS`, or
    /// `RESOURCE_EXHAUSTED` with a `RetryInfo`, is asked again, not before the time that it names; what else it does not
    /// take has failed.
    #[cfg(feature = "grpc")]
    pub fn grpc(mut self, on: bool) -> Self {
        self.grpc = Some(on);
        self
    }

    /// A file with the certificates to trust, in the PEM format, instead of those that the system trusts.
    ///
    /// It is read once, by [`build`](Self::build), and only if an endpoint is `https://`. One that comes from
    /// `OTEL_EXPORTER_OTLP_CERTIFICATE` and cannot be used is a warning, and nothing is sent: whom to trust instead was not said.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails if the file cannot be used.
    #[cfg(feature = "tls")]
    pub fn certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.certificate = Some(path.into());
        self
    }

    /// Files with a certificate and its key, in the PEM format, for servers that want to know who we are.
    ///
    /// They are read once, by [`build`](Self::build), and only if an endpoint is `https://`. The certificate's file has those
    /// of its authorities as well, if the server does not have them; the key has no password.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails if a file cannot be used. If they come from the environment that is a warning, and the
    /// server is not told who we are.
    #[cfg(feature = "tls")]
    pub fn client_certificate(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.client = Some((certificate.into(), key.into()));
        self
    }

    /// How often metrics are pushed.
    pub fn metric_interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }

    /// Whether counters and histograms are sent as totals, as they are by default, or as what has come since.
    pub fn temporality(mut self, temporality: Temporality) -> Self {
        self.temporality = Some(temporality);
        self
    }

    /// In which form histograms are sent; both by default.
    pub fn histograms(mut self, form: HistogramForm) -> Self {
        self.histograms = Some(form);
        self
    }

    /// When the series of maps that are gone end: 15 minutes after the last change by default; never, if it is
    /// [`Duration::MAX`].
    ///
    /// A name of which no map lives and to which nothing has happened for so long, and of which the server has the last
    /// figures, is told once more, with the flag that there is no value any more, and then no longer. When it is used
    /// again its series go on with its totals. What is summed up as `otel.metric.overflow` stays.
    pub fn stale_after(mut self, time: Duration) -> Self {
        self.stale_after = Some(time);
        self
    }

    /// How long an episode, or a notice, waits for others before their batch is sent.
    pub fn span_delay(mut self, delay: Duration) -> Self {
        self.span_delay = Some(delay);
        self
    }

    /// How many episodes may wait to be sent; those that come when it is full are refused and counted.
    pub fn queue_size(mut self, episodes: usize) -> Self {
        self.queue = Some(episodes);
        self
    }

    /// Keeps what could not be sent in a folder, until it can be, also by another process: an endpoint that is away costs
    /// nothing but delay for as long as what it misses fits into so many bytes, 256 KiB at least.
    ///
    /// Spans and metrics that the server cannot be reached with are written there, and sent, the oldest first, when it
    /// can be reached again. What a process has left when it ends is taken over by the next one that has the folder, or by
    /// another that has it now, with its resource, `service.instance.id` included, as it was. When there is no room the
    /// oldest goes, in files of a sixteenth of the room, 4 MiB at most; [`ExporterHealth`](crate::ExporterHealth) counts
    /// it. What a server refuses for good is not kept.
    ///
    /// The folder is made if it is not there. It has to belong to the process's user alone, as names of maps are in it;
    /// each process has a folder of its own in it, with a lock, and the room is for each of them. A record is written with
    /// one call, which costs the exporter's thread a copy into the system's cache, and nobody else anything. It survives
    /// the process from then on, and the machine once the system has put it on the disk in its own time: nothing is synced.
    /// If a process is killed after the server has answered and before that is noted, or the answer never comes, a request
    /// is sent twice, with the same ids. A disk that is full, slow or gone is counted, and what cannot be written is lost as
    /// without a spool.
    ///
    /// A [`shutdown`](maptrace_runtime::Sink::shutdown) gives the disk the last second, or the last half of a shorter time.
    /// The figures for all this are in the metrics `maptrace.export.spool.*`.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails if the folder cannot be used. If it comes from `MAPTRACE_SPOOL` that is a warning, and
    /// there is no spool.
    ///
    /// # Examples
    ///
    /// ```
    /// # use maptrace_otel::Otlp;
    /// # let state = std::env::temp_dir().join(format!("maptrace-doc-{}", std::process::id()));
    /// let exporter = Otlp::builder()
    ///     .spool(state.join("maptrace"), 256 * 1024 * 1024)
    ///     .build()?;
    /// assert_eq!(exporter.health().read().spooled, 0);
    /// # drop(exporter);
    /// # let _ = std::fs::remove_dir_all(state);
    /// # Ok::<(), maptrace_otel::BuildError>(())
    /// ```
    #[cfg(feature = "spool")]
    pub fn spool(mut self, dir: impl Into<PathBuf>, max_bytes: u64) -> Self {
        self.spool = Some((dir.into(), max_bytes));
        self
    }

    /// Keeps small things out of the traces; 100 by default, 0 lets everything in.
    ///
    /// Below so many entries no span is made for
    /// - the lifetime of a map that so few new entries were assigned to in its whole life,
    /// - a batch that offered and removed, or a clear that removed, so few,
    /// - a grow, shrink or rehash that moved so few and took less than 50 microseconds.
    ///
    /// One that took longer is always a span. What is kept out still counts in the metrics.
    pub fn min_entries(mut self, entries: u64) -> Self {
        self.min_entries = Some(entries);
        self
    }

    /// Whether the spans of grows, shrinks and rehashes have the table's sizes in their names, as in
    /// `map.grow sessions 1.8M -> 3.7M`; they have by default, so that a trace can be read without opening a span.
    ///
    /// Tables have few sizes, so a map has a few dozen names at most. Say `false` for a backend that makes a series of each
    /// name: then it is `map.grow sessions`. The attributes are the same, and `map.episode` and `map.name` together are what
    /// to search for in either case.
    pub fn sizes_in_names(mut self, on: bool) -> Self {
        self.sizes_in_names = Some(on);
        self
    }

    /// The service's name, `service.name`.
    pub fn service_name(mut self, name: impl Into<String>) -> Self {
        self.service_name = Some(name.into());
        self
    }

    /// An attribute of the resource, such as `deployment.environment.name`.
    pub fn resource_attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.resource.push((name.into(), value.into()));
        self
    }

    /// Whether episodes are sent as spans; they are by default.
    pub fn traces(mut self, on: bool) -> Self {
        self.traces = Some(on);
        self
    }

    /// Whether snapshots are sent as metrics; they are by default.
    pub fn metrics(mut self, on: bool) -> Self {
        self.metrics = Some(on);
        self
    }

    /// Whether notices are sent as log records; they are by default. A few in a minute at most.
    pub fn logs(mut self, on: bool) -> Self {
        self.logs = Some(on);
        self
    }

    /// Reads the environment and starts the exporter's thread. Nothing is sent yet, so an endpoint that does not
    /// answer is no error here. With all signals switched off, or tracing not
    /// [compiled in](maptrace_runtime::COMPILED_IN), there is no thread.
    ///
    /// # Errors
    ///
    /// A [`BuildError`] for each mistake in what was set here, or if the system gives no thread or no random numbers.
    pub fn build(self) -> Result<OtlpExporter, BuildError> {
        let (exporter, warnings) = self.build_with(|name| std::env::var_os(name))?;
        for warning in warnings {
            crate::warn(&warning);
        }
        Ok(exporter)
    }

    /// As [`build`](Self::build), with `lookup` for an environment and the warnings returned instead of printed: for
    /// tests that run in parallel, and for programs with a configuration of their own.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn build_with(
        self,
        lookup: impl Fn(&str) -> Option<OsString>,
    ) -> Result<(OtlpExporter, Vec<String>), BuildError> {
        let (settings, mut warnings) = settings::resolve(self, &lookup)?;
        Ok((OtlpExporter::start(settings, &mut warnings)?, warnings))
    }
}

impl std::fmt::Debug for Otlp {
    /// Shows everything but what may be a secret: the headers' values, and what stands before an `@` in a URL.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use crate::endpoint::redacted;
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Otlp")
            .field("endpoint", &self.endpoint.as_deref().map(redacted))
            .field("traces_endpoint", &self.traces_endpoint.as_deref().map(redacted))
            .field("metrics_endpoint", &self.metrics_endpoint.as_deref().map(redacted))
            .field("logs_endpoint", &self.logs_endpoint.as_deref().map(redacted))
            .field("headers", &headers)
            .field("timeout", &self.timeout)
            .field("gzip", &self.gzip)
            .field("grpc", &self.grpc)
            .field("certificate", &self.certificate)
            .field("client_certificate", &self.client)
            .field("metric_interval", &self.interval)
            .field("span_delay", &self.span_delay)
            .field("queue_size", &self.queue)
            .field("min_entries", &self.min_entries)
            .field("sizes_in_names", &self.sizes_in_names)
            .field("spool", &self.spool)
            .field("service_name", &self.service_name)
            .field("resource", &self.resource)
            .field("traces", &self.traces)
            .field("metrics", &self.metrics)
            .field("logs", &self.logs)
            .field("temporality", &self.temporality)
            .field("histograms", &self.histograms)
            .field("stale_after", &self.stale_after)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Otlp;

    #[test]
    fn debug_shows_no_secret() {
        let builder = Otlp::builder()
            .header("authorization", "secret")
            .endpoint("http://user:secret@h")
            .traces_endpoint("http://secret@h")
            .metrics_endpoint("http://secret@h")
            .logs_endpoint("http://secret@h");
        let text = format!("{builder:?}");
        assert!(text.contains("authorization") && !text.contains("secret"), "{text}");
    }
}
