//! OpenTelemetry's own context, without `tracing`.

use opentelemetry::Context;
use opentelemetry::context::FutureExt as _;
use opentelemetry::trace::{Span as _, SpanContext, TraceContextExt as _, TraceFlags, Tracer as _};

use crate::{grown, grows, identity, on_both_runtimes, request, start, tracer};

#[test]
fn a_grow_is_in_the_span_that_is_attached() {
    start();
    let tracer = tracer(true);
    let mut spans = Vec::new();
    tracer.in_span("request", |context| {
        spans.push((identity(context.span().span_context()), 3));
        drop(grown(2));
        tracer.in_span("command", |context| {
            spans.push((identity(context.span().span_context()), 4));
            drop(grown(4));
        });
        drop(grown(1));
        // A context without a span, as for work of the process's own.
        let _none = Context::new().attach();
        drop(grown(7));
    });
    drop(grown(7));
    let contexts: Vec<_> = spans.iter().map(|(span, _)| *span).collect();
    let expected = spans.iter().map(|(span, grows)| (span.span_id, *grows)).collect();
    assert_eq!(grows(&contexts), expected);
}

#[test]
fn contexts_may_be_left_in_any_order() {
    start();
    let tracer = tracer(true);
    let [outer, inner] = ["outer", "inner"].map(|name| Context::new().with_span(tracer.start(name)));
    let spans = [&outer, &inner].map(|context| identity(context.span().span_context()));
    let outer = outer.attach();
    let inner = inner.attach();
    drop(outer);
    drop(grown(2));
    drop(inner);
    drop(grown(5));
    assert_eq!(grows(&spans), [(spans[1].span_id, 2)].into());
}

#[test]
fn a_span_of_another_process_is_as_good_as_any() {
    start();
    let remote = SpanContext::new(
        0xabcd_u128.into(),
        0x1234_u64.into(),
        TraceFlags::SAMPLED,
        true,
        Default::default(),
    );
    let _entered = Context::new().with_remote_span_context(remote.clone()).attach();
    drop(grown(3));
    let span = identity(&remote);
    assert_eq!(grows(&[span]), [(span.span_id, 3)].into());
}

#[test]
fn an_episode_of_an_unsampled_trace_says_so() {
    start();
    let span = tracer(false).start("request");
    let unsampled = identity(span.span_context());
    assert!(!unsampled.sampled);
    let _entered = Context::new().with_span(span).attach();
    drop(grown(3));
    assert_eq!(grows(&[unsampled]), [(unsampled.span_id, 3)].into());
}

#[test]
fn the_context_of_a_future_goes_with_it() {
    let tracer = tracer(true);
    on_both_runtimes(|| {
        let tracer = tracer.clone();
        let context = Context::new().with_span(tracer.start("request"));
        let own = identity(context.span().span_context());
        request(own, move |work| {
            let context = Context::current_with_span(tracer.start("command"));
            let inner = identity(context.span().span_context());
            async move { (inner, work.await) }.with_context(context)
        })
        .with_context(context)
    });
}
