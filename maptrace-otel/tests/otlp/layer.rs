//! The `tracing` layer with a real `tracing-opentelemetry` subscriber: an episode gets the span it happened in for a
//! parent.

use std::collections::BTreeMap;

use maptrace_otel::ContextLayer;
use maptrace_runtime::context::{SpanContext, current, set_current};
use maptrace_runtime::{Episode, Sink};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler, SdkTracer, SdkTracerProvider, SpanData};
use tracing::dispatcher::Dispatch;
use tracing::instrument::WithSubscriber;
use tracing::{Instrument, Span, Subscriber, info_span};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

use crate::contexts::{identity, others_run};
use crate::episodes::{episode, grow};
use crate::server::{Behaviour, Server};
use crate::{exporter, soon};

/// `tracing-opentelemetry`'s layer, which is not told of spans called `hidden`.
fn otel<S>(tracer: SdkTracer) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_filter(filter_fn(|metadata| metadata.name() != "hidden"))
}

/// A subscriber with both layers, and where its spans go.
struct Traced {
    dispatch: Dispatch,
    provider: SdkTracerProvider,
    spans: InMemorySpanExporter,
}

impl Traced {
    fn new(sampler: Sampler, ours_first: bool) -> Self {
        let spans = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder()
            .with_simple_exporter(spans.clone())
            .with_sampler(sampler)
            .build();
        let tracer = provider.tracer("test");
        let dispatch = if ours_first {
            Dispatch::new(
                tracing_subscriber::registry()
                    .with(ContextLayer::new())
                    .with(otel(tracer)),
            )
        } else {
            Dispatch::new(
                tracing_subscriber::registry()
                    .with(otel(tracer))
                    .with(ContextLayer::new()),
            )
        };
        Self {
            dispatch,
            provider,
            spans,
        }
    }

    fn sampled() -> Self {
        Self::new(Sampler::AlwaysOn, false)
    }

    fn run<T>(&self, work: impl FnOnce() -> T) -> T {
        tracing::dispatcher::with_default(&self.dispatch, work)
    }

    /// The finished spans, by name.
    fn finished(self) -> BTreeMap<String, SpanData> {
        self.provider.force_flush().expect("a flush");
        let spans = self.spans.get_finished_spans().expect("spans");
        spans.into_iter().map(|span| (span.name.to_string(), span)).collect()
    }
}

/// What an episode that happens now would carry, as the runtime makes it.
fn happens() -> Episode {
    let mut episode = episode(grow());
    episode.context = current();
    episode
}

#[test]
fn an_episode_in_a_span_is_sent_as_its_child() {
    for ours_first in [false, true] {
        let traced = Traced::new(Sampler::AlwaysOn, ours_first);
        let server = Server::start(|_| Behaviour::ok());
        let (mut exporter, _) = exporter(&server.url(), |otlp| otlp);
        traced.run(|| {
            let _request = info_span!("request").entered();
            let _command = info_span!("command").entered();
            assert!(exporter.episode(&happens()));
        });
        assert_eq!(exporter.shutdown(soon()), 0);
        let finished = traced.finished();
        let command = &finished["command"].span_context;
        let sent = server.spans();
        let [span] = &sent[..] else { panic!("{sent:?}") };
        assert_eq!(span.parent_span_id, command.span_id().to_bytes());
        assert_eq!(span.trace_id, command.trace_id().to_bytes());
        assert_eq!(
            finished["command"].parent_span_id,
            finished["request"].span_context.span_id()
        );
    }
}

#[test]
fn the_context_before_is_restored() {
    let traced = Traced::sampled();
    let outside = SpanContext {
        trace_id: [9; 16],
        span_id: [9; 8],
        sampled: true,
    };
    traced.run(|| {
        set_current(Some(outside));
        let outer = info_span!("outer");
        let inner = info_span!("inner");
        let outer_entered = outer.enter();
        let in_outer = current();
        assert_ne!(in_outer, Some(outside));
        {
            let _inner = inner.enter();
            let in_inner = current();
            assert_ne!(in_inner, in_outer);
            {
                // The same span once more, in itself and in another.
                let _again = inner.enter();
                assert_eq!(current(), in_inner);
                let _outer = outer.enter();
                assert_eq!(current(), in_outer);
            }
            assert_eq!(current(), in_inner);
        }
        assert_eq!(current(), in_outer);
        drop(outer_entered);
        assert_eq!(current(), Some(outside));
        // Entered again, a span is what it was.
        let _again = outer.enter();
        assert_eq!(current(), in_outer);
    });
    assert_eq!(set_current(None), Some(outside));
}

#[test]
fn spans_may_be_left_in_any_order() {
    // Each order of leaving three spans that were entered one in the other.
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let traced = Traced::sampled();
        traced.run(|| {
            let spans = [info_span!("a"), info_span!("b"), info_span!("c")];
            let mut entered: Vec<_> = spans.iter().map(|span| Some((span.enter(), current()))).collect();
            for left in order {
                entered[left] = None;
                let innermost = entered.iter().flatten().next_back();
                assert_eq!(current(), innermost.and_then(|(_, context)| *context), "{order:?}");
            }
        });
    }
}

#[test]
fn a_span_that_opentelemetry_does_not_know_changes_nothing() {
    let traced = Traced::sampled();
    traced.run(|| {
        let _hidden = info_span!("hidden").entered();
        assert_eq!(current(), None);
        let _known = info_span!("known").entered();
        let known = current();
        assert!(known.is_some());
        {
            let _hidden = info_span!("hidden").entered();
            assert_eq!(current(), known);
        }
        assert_eq!(current(), known);
    });
    assert_eq!(current(), None);
}

#[test]
fn without_an_opentelemetry_layer_there_is_no_context() {
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(ContextLayer::new()));
    tracing::dispatcher::with_default(&dispatch, || {
        let _span = info_span!("plain").entered();
        assert_eq!(current(), None);
    });
    let noop = Dispatch::new(
        tracing_subscriber::registry()
            .with(tracing_opentelemetry::layer())
            .with(ContextLayer::new()),
    );
    tracing::dispatcher::with_default(&noop, || {
        let _span = info_span!("noop").entered();
        assert_eq!(current(), None);
    });
}

#[test]
fn two_subscribers_on_one_thread_do_not_mix_their_spans() {
    let (one, two) = (Traced::sampled(), Traced::sampled());
    // Both registries give their first span the same id.
    let outer = one.run(|| info_span!("outer"));
    let inner = two.run(|| info_span!("inner"));
    assert_eq!(outer.id().map(|id| id.into_u64()), inner.id().map(|id| id.into_u64()));
    let outer_entered = outer.enter();
    let in_outer = current();
    let inner_entered = inner.enter();
    let in_inner = current();
    assert_ne!(in_inner, in_outer);
    drop(outer_entered);
    assert_eq!(current(), in_inner);
    drop(inner_entered);
    assert_eq!(current(), None);
}

#[test]
fn an_episode_of_an_unsampled_trace_is_counted_and_not_sent() {
    let traced = Traced::new(Sampler::AlwaysOff, false);
    let server = Server::start(|_| Behaviour::ok());
    let (mut exporter, health) = exporter(&server.url(), |otlp| otlp);
    traced.run(|| {
        let _request = info_span!("request").entered();
        let context = current().expect("a context");
        assert!(!context.sampled);
        assert!(exporter.episode(&happens()));
    });
    assert_eq!(exporter.shutdown(soon()), 0);
    assert_eq!((health.read().unsampled, server.connections()), (1, 0));
}

/// Many tasks, each with spans across many awaits, on the runtime given: the context is right after each of them.
fn tasks(runtime: &tokio::runtime::Runtime) {
    let traced = Traced::sampled();
    let seen = runtime.block_on(
        async {
            let work = |number: usize| {
                async move {
                    let request = current();
                    for _ in 0..20 {
                        others_run().await;
                        assert_eq!(current(), request);
                        let command = async {
                            let command = current();
                            assert_ne!(command, request);
                            others_run().await;
                            assert_eq!(current(), command);
                            command
                        };
                        command.instrument(info_span!("command")).await;
                        // On another thread, in the same span.
                        let span = Span::current();
                        let blocking = tokio::task::spawn_blocking(move || span.in_scope(current));
                        assert_eq!(blocking.await.expect("a task"), request);
                        assert_eq!(current(), request);
                    }
                    (number, request.expect("a context"))
                }
                .instrument(tracing::info_span!("request", otel.name = format!("request {number}")))
                .with_current_subscriber()
            };
            let tasks: Vec<_> = (0..16).map(|number| tokio::spawn(work(number))).collect();
            let mut seen = Vec::new();
            for task in tasks {
                seen.push(task.await.expect("a task"));
            }
            assert_eq!(current(), None);
            seen
        }
        .with_subscriber(traced.dispatch.clone()),
    );
    let finished = traced.finished();
    for (number, context) in seen {
        assert_eq!(identity(&finished[&format!("request {number}")].span_context), context);
    }
}

#[test]
fn the_context_follows_a_task_across_awaits_on_one_thread() {
    tasks(
        &tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime"),
    );
}

#[test]
fn the_context_follows_a_task_across_awaits_from_thread_to_thread() {
    tasks(
        &tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .build()
            .expect("a runtime"),
    );
}
