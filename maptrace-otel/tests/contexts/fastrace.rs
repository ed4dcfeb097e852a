//! fastrace's local parent.

use fastrace::collector::{Config, SpanContext as Fast, TestReporter};
use fastrace::future::FutureExt as _;
use fastrace::prelude::{LocalSpan, Span};
use maptrace_runtime::context::SpanContext;

use crate::{grown, grows, on_both_runtimes, request, start};

/// As fastrace's exporter to OpenTelemetry has it.
fn identity(span: Fast) -> SpanContext {
    SpanContext {
        trace_id: span.trace_id.0.to_be_bytes(),
        span_id: span.span_id.0.to_be_bytes(),
        sampled: span.sampled,
    }
}

/// The identity of a span that may be a child of the current one, which is in the same trace.
fn of(span: &Span) -> SpanContext {
    identity(Fast::from_span(span).expect("a span that is recorded"))
}

#[test]
fn a_grow_is_in_the_local_parent() {
    start();
    let (reporter, reported) = TestReporter::new();
    fastrace::set_reporter(reporter, Config::default());
    let request = Span::root("request", Fast::random());
    let outer = of(&request);
    let inner = {
        let _entered = request.set_local_parent();
        drop(grown(2));
        let inner = {
            let _command = LocalSpan::enter_with_local_parent("command");
            drop(grown(4));
            identity(Fast::current_local_parent().expect("a span"))
        };
        drop(grown(1));
        inner
    };
    drop(grown(7));
    drop(request);
    assert_ne!(outer, inner);
    let expected = [(outer.span_id, 3), (inner.span_id, 4)].into();
    assert_eq!(grows(&[outer]), expected);

    // The ids are those that fastrace itself reports.
    fastrace::flush();
    let reported = reported.lock();
    for (name, span) in [("request", outer), ("command", inner)] {
        let is =
            |it: &&fastrace::collector::SpanRecord| it.name == name && it.trace_id.0.to_be_bytes() == span.trace_id;
        let record = reported.iter().find(is).expect("it is reported");
        assert_eq!(record.span_id.0.to_be_bytes(), span.span_id);
    }
}

#[test]
fn an_episode_of_an_unsampled_trace_says_so() {
    start();
    let request = Span::root("request", Fast::random().sampled(false));
    let _entered = request.set_local_parent();
    let unsampled = identity(Fast::current_local_parent().expect("a span"));
    assert!(!unsampled.sampled);
    drop(grown(3));
    assert_eq!(grows(&[unsampled]), [(unsampled.span_id, 3)].into());
}

#[test]
fn the_span_of_a_future_goes_with_it() {
    on_both_runtimes(|| {
        let span = Span::root("request", Fast::random());
        let own = of(&span);
        let work = request(own, |work| {
            let span = Span::enter_with_local_parent("command");
            let inner = of(&span);
            async move { (inner, work.await) }.in_span(span)
        });
        // `in_span` is for what is spawned: it sets the local parent at each poll.
        work.in_span(span)
    });
}
