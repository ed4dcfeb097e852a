//! Spans of a program's own, sent over OTLP.

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use maptrace_otel::ContextLayer;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// Installs a subscriber that sends this program's spans to `endpoint`, as those of `service`. The caller shuts the
/// provider down.
///
/// # Errors
/// If `endpoint` is no URL, or a subscriber is installed already.
pub(crate) fn start(service: &'static str, endpoint: &str) -> Result<SdkTracerProvider, Box<dyn Error>> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Blocking::new())
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .build()?;
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name(service).build())
        .build();
    tracing_subscriber::registry()
        // The exporter's own HTTP client is instrumented too: it must not be heard, or it would export itself.
        .with(Targets::new().with_target(env!("CARGO_CRATE_NAME"), LevelFilter::DEBUG))
        // What happens to a map within a span becomes a child of that span, and the span of a request says how much it was.
        // Before the next: it is to be told first that a span is over.
        .with(ContextLayer::new().with_map_work(true))
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer(service)))
        .try_init()?;
    Ok(provider)
}

/// The SDK exports on a thread of its own, outside of any runtime, where an async client would panic.
#[derive(Debug)]
struct Blocking(ureq::Agent);

impl Blocking {
    fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(10)))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Self(config.into())
    }
}

#[async_trait]
impl HttpClient for Blocking {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        /// An endpoint's answer is a few bytes.
        const LONGEST_ANSWER: u64 = 64 << 10;
        let (head, body) = request.into_parts();
        let (head, mut body) = self.0.run(Request::from_parts(head, &*body))?.into_parts();
        let body = body.with_config().limit(LONGEST_ANSWER).read_to_vec()?;
        Ok(Response::from_parts(head, body.into()))
    }
}
