//! The peers: each records an operation as its documentation has it for a function that is called often.

#[cfg(feature = "lttng")]
pub mod lttng;
#[cfg(feature = "usdt")]
pub mod usdt;

use std::cell::RefCell;
use std::sync::LazyLock;

use maptrace_bench::{OtlpServer, Running};
use opentelemetry::KeyValue;
use opentelemetry::metrics::Counter;
use opentelemetry::trace::TracerProvider as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::recorded::Recorder;

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// A span of `tracing` around each operation; what becomes of it is the subscriber's.
pub struct Tracing;

impl Recorder for Tracing {
    #[inline]
    fn assign<T>(operation: impl FnOnce() -> T) -> T {
        tracing::trace_span!("assign", map = "sessions").in_scope(operation)
    }
    #[inline]
    fn delete<T>(operation: impl FnOnce() -> T) -> T {
        tracing::trace_span!("delete", map = "sessions").in_scope(operation)
    }
}

/// Nobody looks at the spans.
pub fn tracing_registry() -> Result<Running, String> {
    tracing_subscriber::registry().try_init().map_err(said)?;
    Ok(Box::new(()))
}

/// They are sent over OTLP in batches, as far as the batch processor takes them.
pub fn tracing_otlp() -> Result<Running, String> {
    use opentelemetry_otlp::WithExportConfig as _;
    let server = OtlpServer::start().map_err(said)?;
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{}/v1/traces", server.url()))
        .build()
        .map_err(said)?;
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .build();
    spans_to(&provider).try_init().map_err(said)?;
    Ok(Box::new((provider, server)))
}

/// A subscriber that hands spans to OpenTelemetry.
pub fn spans_to(
    provider: &opentelemetry_sdk::trace::SdkTracerProvider,
) -> impl tracing::Subscriber + Send + Sync + use<> {
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("peers"));
    // Not the spans of the exporter's own HTTP client.
    let own = tracing_subscriber::filter::Targets::new().with_target("peers", tracing::Level::TRACE);
    tracing_subscriber::registry().with(own).with(layer)
}

/// A local span of fastrace around each operation, a hundred of them in a request.
pub struct Fastrace;

/// Operations of a request: without one, fastrace records nothing.
pub const REQUEST: u32 = 100;

struct Request {
    left: u32,
    /// Dropped before the root.
    _parent: fastrace::local::LocalParentGuard,
    _root: fastrace::Span,
}

thread_local! {
    static RUNNING: RefCell<Option<Request>> = const { RefCell::new(None) };
}

/// Ends this thread's request, so that its spans are handed over.
#[cfg(test)]
pub fn end_request() {
    RUNNING.with_borrow_mut(|request| *request = None);
}

impl Request {
    fn begin() -> Self {
        let root = fastrace::Span::root("request", fastrace::collector::SpanContext::random());
        Self {
            left: REQUEST,
            _parent: root.set_local_parent(),
            _root: root,
        }
    }

    #[inline]
    fn within<T>(name: &'static str, operation: impl FnOnce() -> T) -> T {
        RUNNING.with_borrow_mut(|request| match request {
            Some(request) if request.left > 0 => request.left -= 1,
            ended => {
                // The one before has to be over before the next one begins.
                *ended = None;
                *ended = Some(Self::begin());
            }
        });
        let _span = fastrace::local::LocalSpan::enter_with_local_parent(name);
        operation()
    }
}

impl Recorder for Fastrace {
    #[inline]
    fn assign<T>(operation: impl FnOnce() -> T) -> T {
        Request::within("assign", operation)
    }
    #[inline]
    fn delete<T>(operation: impl FnOnce() -> T) -> T {
        Request::within("delete", operation)
    }
}

pub fn fastrace() -> Result<Running, String> {
    struct Nowhere;
    impl fastrace::collector::Reporter for Nowhere {
        fn report(&mut self, spans: Vec<fastrace::collector::SpanRecord>) {
            std::hint::black_box(spans);
        }
    }
    fastrace::set_reporter(Nowhere, fastrace::collector::Config::default());
    Ok(Box::new(()))
}

/// A counter of `metrics`, by its macro, with a label.
pub struct Metrics;

impl Recorder for Metrics {
    #[inline]
    fn assign<T>(operation: impl FnOnce() -> T) -> T {
        metrics::counter!("map_assign_total", "map" => "sessions").increment(1);
        operation()
    }
    #[inline]
    fn delete<T>(operation: impl FnOnce() -> T) -> T {
        metrics::counter!("map_delete_total", "map" => "sessions").increment(1);
        operation()
    }
}

/// The same counters, looked up once and kept: a map that is known when the program is written.
pub struct MetricsHeld;

static ASSIGNED: LazyLock<metrics::Counter> =
    LazyLock::new(|| metrics::counter!("map_assign_total", "map" => "sessions"));
static DELETED: LazyLock<metrics::Counter> =
    LazyLock::new(|| metrics::counter!("map_delete_total", "map" => "sessions"));

impl Recorder for MetricsHeld {
    #[inline]
    fn assign<T>(operation: impl FnOnce() -> T) -> T {
        ASSIGNED.increment(1);
        operation()
    }
    #[inline]
    fn delete<T>(operation: impl FnOnce() -> T) -> T {
        DELETED.increment(1);
        operation()
    }
}

pub fn prometheus() -> Result<Running, String> {
    let handle = metrics_exporter_prometheus::PrometheusBuilder::new()
        .install_recorder()
        .map_err(said)?;
    Ok(Box::new(handle))
}

/// A counter of OpenTelemetry, with an attribute.
pub struct OpenTelemetry;

struct Counters {
    assigned: Counter<u64>,
    deleted: Counter<u64>,
}

static COUNTERS: LazyLock<Counters> = LazyLock::new(|| {
    let meter = opentelemetry::global::meter("peers");
    Counters {
        assigned: meter.u64_counter("map.assigns").build(),
        deleted: meter.u64_counter("map.deletes").build(),
    }
});

impl Recorder for OpenTelemetry {
    #[inline]
    fn assign<T>(operation: impl FnOnce() -> T) -> T {
        COUNTERS.assigned.add(1, &[KeyValue::new("map", "sessions")]);
        operation()
    }
    #[inline]
    fn delete<T>(operation: impl FnOnce() -> T) -> T {
        COUNTERS.deleted.add(1, &[KeyValue::new("map", "sessions")]);
        operation()
    }
}

pub fn opentelemetry() -> Result<Running, String> {
    use opentelemetry_otlp::WithExportConfig as _;
    let server = OtlpServer::start().map_err(said)?;
    let exporter = opentelemetry_otlp::MetricExporter::builder()
        .with_http()
        .with_endpoint(format!("{}/v1/metrics", server.url()))
        .build()
        .map_err(said)?;
    let provider = opentelemetry_sdk::metrics::SdkMeterProvider::builder()
        .with_periodic_exporter(exporter)
        .build();
    opentelemetry::global::set_meter_provider(provider.clone());
    Ok(Box::new((provider, server)))
}

/// A measured block of hotpath.
pub struct Hotpath;

impl Recorder for Hotpath {
    #[inline]
    fn assign<T>(operation: impl FnOnce() -> T) -> T {
        hotpath::measure_block!("assign", operation())
    }
    #[inline]
    fn delete<T>(operation: impl FnOnce() -> T) -> T {
        hotpath::measure_block!("delete", operation())
    }
}

pub fn hotpath() -> Result<Running, String> {
    let guard = hotpath::HotpathGuardBuilder::new("peers")
        .format(hotpath::Format::None)
        .build();
    Ok(Box::new(guard))
}

/// A zone of Tracy; no profiler is connected, and the client keeps all for when one is.
#[cfg(feature = "tracy")]
pub struct Tracy;

#[cfg(feature = "tracy")]
impl Recorder for Tracy {
    #[inline]
    fn assign<T>(operation: impl FnOnce() -> T) -> T {
        let _zone = tracy_client::span!("assign");
        operation()
    }
    #[inline]
    fn delete<T>(operation: impl FnOnce() -> T) -> T {
        let _zone = tracy_client::span!("delete");
        operation()
    }
}

#[cfg(feature = "tracy")]
pub fn tracy() -> Result<Running, String> {
    Ok(Box::new(tracy_client::Client::start()))
}
