//! Spans of OpenTelemetry, and tasks that take turns.

use std::future::poll_fn;
use std::task::Poll;

use maptrace_runtime::context::SpanContext;

/// The identity of a span of OpenTelemetry.
pub(crate) fn identity(span: &opentelemetry::trace::SpanContext) -> SpanContext {
    assert!(span.is_valid());
    SpanContext {
        trace_id: span.trace_id().to_bytes(),
        span_id: span.span_id().to_bytes(),
        sampled: span.is_sampled(),
    }
}

/// Gives the thread to whoever else is ready.
pub(crate) async fn others_run() {
    let mut polled = false;
    poll_fn(|context| {
        if std::mem::replace(&mut polled, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
