//! Tracing libraries that keep the active span themselves.

use maptrace_runtime::COMPILED_IN;
use maptrace_runtime::context::{SpanContext, add_source};

/// Makes the spans of episodes children of the span that is active in OpenTelemetry's own context, for applications that use
/// [`opentelemetry`]'s `Context::attach`, `Tracer::in_span` or `FutureExt::with_context` without `tracing`.
///
/// Call it once, when the program starts; to call it again does nothing. With `tracing` use
/// [`ContextLayer`](crate::ContextLayer), and both if the program has both kinds of spans: the inner one counts.
///
/// # What it costs
///
/// Each episode (a grow, rehash, shrink, batch, clear or drop) looks at the current context, some nanoseconds. Operations on
/// maps pay nothing. With tracing not [compiled in](COMPILED_IN) it does nothing.
///
/// # Examples
///
/// ```
/// use opentelemetry::trace::{Tracer as _, TracerProvider as _};
///
/// maptrace_otel::follow_opentelemetry();
///
/// let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
/// provider.tracer("service").in_span("request", |_| {
///     // A map that grows here does so in the span `request`.
///     assert!(maptrace_runtime::context::current().is_some_and(|context| context.sampled));
/// });
/// assert_eq!(maptrace_runtime::context::current(), None);
/// ```
#[cfg(feature = "opentelemetry")]
pub fn follow_opentelemetry() {
    fn active() -> Option<SpanContext> {
        use opentelemetry::trace::TraceContextExt as _;
        opentelemetry::Context::map_current(|context| {
            // Without an active span it is one that is not valid.
            let span = context.span();
            let span = span.span_context();
            span.is_valid().then(|| SpanContext {
                trace_id: span.trace_id().to_bytes(),
                span_id: span.span_id().to_bytes(),
                sampled: span.is_sampled(),
            })
        })
    }
    follow(active);
}

/// Makes the spans of episodes children of the local parent span of [`fastrace`], for applications that use it.
///
/// Call it once, when the program starts; to call it again does nothing. fastrace's feature `enable` is the application's
/// to turn on; without it there are no spans.
///
/// # What it costs
///
/// Each episode (a grow, rehash, shrink, batch, clear or drop) looks at the local parent, some nanoseconds. Operations on maps
/// pay nothing. With tracing not [compiled in](COMPILED_IN) it does nothing.
///
/// # Panics
///
/// Not itself. But fastrace panics if it is asked while one of its own closures runs, as that of
/// `LocalSpan::add_properties`, which should not change maps: such a panic is caught, and fastrace is not asked again on
/// that thread.
///
/// # Examples
///
/// ```
/// use fastrace::prelude::{Span, SpanContext};
///
/// maptrace_otel::follow_fastrace();
///
/// let request = Span::root("request", SpanContext::random());
/// let entered = request.set_local_parent();
/// // A map that grows here does so in the span `request`.
/// assert!(maptrace_runtime::context::current().is_some_and(|context| context.sampled));
/// drop(entered);
/// assert_eq!(maptrace_runtime::context::current(), None);
/// ```
#[cfg(feature = "fastrace")]
pub fn follow_fastrace() {
    fn active() -> Option<SpanContext> {
        let span = fastrace::collector::SpanContext::current_local_parent()?;
        // As fastrace's own exporter to OpenTelemetry has them. Zero is no id there.
        (span.trace_id.0 != 0 && span.span_id.0 != 0).then(|| SpanContext {
            trace_id: span.trace_id.0.to_be_bytes(),
            span_id: span.span_id.0.to_be_bytes(),
            sampled: span.sampled,
        })
    }
    follow(active);
}

fn follow(active: fn() -> Option<SpanContext>) {
    if COMPILED_IN && !add_source(active) {
        crate::warn(
            &"maptrace: four other sources of the active span were added before, so this one is not asked; add fewer",
        );
    }
}
