//! Several kinds of spans, one in the other: the inner one counts.

use maptrace_otel::ContextLayer;
use maptrace_runtime::context::{SpanContext, current, publish, restore};
use opentelemetry::Context;
use opentelemetry::trace::{TraceContextExt as _, Tracer as _};
use tracing::{Dispatch, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{identity, start, tracer};

#[test]
fn spans_of_tracing_and_of_opentelemetry_may_be_nested() {
    start();
    let tracer = tracer(true);
    for activation in [true, false] {
        let otel = tracing_opentelemetry::layer()
            .with_tracer(tracer.clone())
            .with_context_activation(activation);
        let dispatch = Dispatch::new(tracing_subscriber::registry().with(otel).with(ContextLayer::new()));
        tracing::dispatcher::with_default(&dispatch, || {
            let outer = info_span!("outer").entered();
            let in_outer = current().expect("a span");
            tracer.in_span("plain", |context| {
                let plain = identity(context.span().span_context());
                assert_eq!(current(), Some(plain));
                let inner = info_span!("inner").entered();
                let in_inner = current().expect("a span");
                assert!(in_inner != plain && in_inner != in_outer);
                tracer.in_span("plainer", |context| {
                    assert_eq!(current(), Some(identity(context.span().span_context())));
                });
                assert_eq!(current(), Some(in_inner));
                drop(inner);
                assert_eq!(current(), Some(plain));
            });
            assert_eq!(current(), Some(in_outer));
            drop(outer);
            assert_eq!(current(), None);
        });
    }
}

#[test]
fn what_is_published_in_a_span_is_inside_it() {
    start();
    let own = SpanContext {
        trace_id: [7; 16],
        span_id: [7; 8],
        sampled: true,
    };
    let context = Context::new().with_span(tracer(true).start("plain"));
    let plain = identity(context.span().span_context());
    let entered = context.clone().attach();
    let before = publish(own);
    assert_eq!(current(), Some(own));
    {
        let root = fastrace::prelude::Span::root("fast", fastrace::prelude::SpanContext::random());
        let _local = root.set_local_parent();
        // OpenTelemetry was added first and knows a span, the one around what is published.
        assert_eq!(current(), Some(own));
    }
    drop(entered);
    assert_eq!(current(), Some(own));
    restore(before);
    assert_eq!(current(), None);
    // Published first, and the plain span inside it.
    let before = publish(own);
    let entered = context.attach();
    assert_eq!(current(), Some(plain));
    drop(entered);
    assert_eq!(current(), Some(own));
    restore(before);
}
