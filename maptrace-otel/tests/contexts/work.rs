//! Spans say what was done to maps in them: exactly what the application knows that it did.

use std::collections::BTreeMap;
use std::time::Duration;

use maptrace_otel::ContextLayer;
use maptrace_runtime::EpisodeKind;
use maptrace_runtime::collections::HashMap;
use maptrace_runtime::context::{MapWork, work_of};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing::instrument::WithSubscriber as _;
use tracing::{Dispatch, Instrument as _, Span, info_span};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{others_run, start};

/// What an application did by its own account.
type Did = (i64, i64, i64);

struct Traced {
    dispatch: Dispatch,
    provider: SdkTracerProvider,
    spans: InMemorySpanExporter,
}

impl Traced {
    fn new(layer: ContextLayer, ours_first: bool) -> Self {
        start();
        let spans = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
        let tracer = provider.tracer("test");
        let dispatch = if ours_first {
            let otel = tracing_opentelemetry::layer().with_tracer(tracer);
            let otel = otel.with_filter(filter_fn(|metadata| metadata.name() != "hidden"));
            Dispatch::new(tracing_subscriber::registry().with(layer).with(otel))
        } else {
            let otel = tracing_opentelemetry::layer().with_tracer(tracer);
            Dispatch::new(tracing_subscriber::registry().with(otel).with(layer))
        };
        Self {
            dispatch,
            provider,
            spans,
        }
    }

    fn run<T>(&self, work: impl FnOnce() -> T) -> T {
        tracing::dispatcher::with_default(&self.dispatch, work)
    }

    fn finished(self) -> Vec<SpanData> {
        self.provider.force_flush().expect("a flush");
        self.spans.get_finished_spans().expect("spans")
    }

    /// What the spans say, by their names, and their pauses.
    fn said(self) -> BTreeMap<String, Option<Did>> {
        let finished = self.finished();
        finished
            .iter()
            .map(|span| (span.name.to_string(), said(span)))
            .collect()
    }
}

/// What the span says was done in it.
fn said(span: &SpanData) -> Option<Did> {
    let assigns = attribute(span, "map.assigns")?;
    // All or none.
    let deletes = attribute(span, "map.deletes").expect("deletes");
    assert!(attribute(span, "map.pause_ns").expect("a pause") >= 0);
    Some((assigns, deletes, attribute(span, "map.cleared.entries").unwrap_or(0)))
}

/// An attribute that is there at most once.
fn attribute(span: &SpanData, key: &str) -> Option<i64> {
    let mut values = span.attributes.iter().filter(|it| it.key.as_str() == key);
    let value = values.next()?;
    assert!(values.next().is_none(), "{key} is there twice: {:?}", span.attributes);
    match value.value {
        opentelemetry::Value::I64(n) => Some(n),
        ref other => panic!("{key} is {other:?}"),
    }
}

/// Puts in `n` entries one by one, as many in a batch, takes out half of them, and clears the rest.
fn work(n: usize) -> Did {
    let mut map: HashMap<usize, usize> = HashMap::new();
    for key in 0..n {
        map.insert(key, key);
    }
    map.extend((n..2 * n).map(|key| (key, key)));
    for key in 0..n {
        map.remove(&key);
    }
    let left = map.len();
    map.clear();
    (2 * n as i64, n as i64, left as i64)
}

fn sum(did: &[Did]) -> Did {
    did.iter()
        .fold((0, 0, 0), |sum, did| (sum.0 + did.0, sum.1 + did.1, sum.2 + did.2))
}

/// A request with spans in and beside one another, on whatever threads. Returns what was done in all.
async fn request(number: usize) -> Did {
    let mut did = vec![work(number)];
    for round in 0..3 {
        others_run().await;
        did.push(work(round + 1));
        let command = async {
            others_run().await;
            let did = work(100 + number);
            others_run().await;
            // A span that OpenTelemetry does not know.
            let hidden = info_span!("hidden").in_scope(|| work(7));
            sum(&[did, hidden])
        };
        did.push(command.instrument(info_span!("command")).await);
        // Beside the request, in a span below it. It is closed while its subscriber is the default, or it would never let
        // go of the one above.
        let span = info_span!("spawned");
        let spawned = async move {
            let work = async {
                others_run().await;
                work(number)
            };
            work.instrument(span).await
        };
        let spawned = tokio::spawn(spawned.with_current_subscriber());
        did.push(work(3));
        did.push(spawned.await.expect("a task"));
        // On another thread, in the request's own span.
        let span = Span::current();
        let blocking = tokio::task::spawn_blocking(move || span.in_scope(|| work(11)));
        did.push(blocking.await.expect("a task"));
        // In a trace of its own, and in none: neither is the request's.
        info_span!(parent: None, "aside").in_scope(|| work(13));
        tokio::task::spawn_blocking(|| work(17)).await.expect("a task");
    }
    sum(&did)
}

#[test]
fn the_root_span_says_what_the_request_did() {
    use tokio::runtime::Builder;
    for runtime in [
        Builder::new_current_thread().build(),
        Builder::new_multi_thread().worker_threads(4).build(),
    ] {
        let traced = Traced::new(ContextLayer::new().with_map_work(true), true);
        let did = runtime.expect("a runtime").block_on(async {
            let tasks: Vec<_> = (0..16)
                .map(|number| {
                    let name = format!("request {number}");
                    let request = async move { (name, request(number).await) };
                    let span = traced.run(|| info_span!("request", otel.name = format!("request {number}")));
                    tokio::spawn(request.instrument(span).with_subscriber(traced.dispatch.clone()))
                })
                .collect();
            let mut did = BTreeMap::new();
            for task in tasks {
                let (name, done) = task.await.expect("a task");
                did.insert(name, done);
            }
            did
        });
        let finished = traced.finished();
        let mut roots = 0;
        for span in &finished {
            match span.name.as_ref() {
                "command" | "spawned" => assert_eq!(said(span), None, "it is no root"),
                "aside" => assert_eq!(said(span), Some((26, 13, 13))),
                name => {
                    assert_eq!(said(span), Some(did[name]), "{name}");
                    roots += 1;
                }
            }
        }
        assert_eq!((roots, finished.len()), (16, 16 + 16 * 3 * 3));
    }
}

#[test]
fn every_span_has_what_those_below_it_did() {
    let traced = Traced::new(ContextLayer::new().with_map_work_in_all_spans(true), true);
    traced.run(|| {
        let outer = info_span!("outer");
        let inner = info_span!(parent: &outer, "inner");
        // In another order than they are nested, left and entered again.
        let inner_entered = inner.enter();
        work(1);
        let outer_entered = outer.enter();
        work(2);
        drop(inner_entered);
        work(4);
        drop(outer_entered);
        inner.in_scope(|| work(8));
        info_span!(parent: &inner, "idle").in_scope(|| {});
    });
    let (inner, outer) = (sum(&[work(1), work(8)]), sum(&[work(1), work(2), work(4), work(8)]));
    let expected = [("idle", None), ("inner", Some(inner)), ("outer", Some(outer))];
    assert_eq!(traced.said(), expected.map(|(name, did)| (name.to_owned(), did)).into());
}

#[test]
fn the_pause_is_that_of_the_grows_in_the_trace() {
    let traced = Traced::new(ContextLayer::new().with_map_work(true), true);
    traced.run(|| {
        let _request = info_span!("request").entered();
        work(1000);
        info_span!("command").in_scope(|| work(3000));
    });
    let finished = traced.finished();
    let root = finished.iter().find(|span| span.name == "request").expect("a root");
    assert!(maptrace_runtime::flush(crate::PATIENCE).complete);
    let episodes = start().0.lock().expect("nobody panicked");
    let trace = root.span_context.trace_id().to_bytes();
    let pause: Duration = episodes
        .iter()
        .filter(|it| it.context.is_some_and(|context| context.trace_id == trace))
        .filter(|it| matches!(it.kind, EpisodeKind::Grow { .. } | EpisodeKind::RehashInPlace { .. }))
        .filter_map(|it| it.duration)
        .sum();
    assert!(!pause.is_zero());
    assert_eq!(attribute(root, "map.pause_ns"), i64::try_from(pause.as_nanos()).ok());
}

#[test]
fn spans_say_nothing_unless_they_are_asked_to() {
    let done = Some(work(5));
    for (layer, ours_first, expected) in [
        (ContextLayer::new(), true, None),
        (ContextLayer::new().with_map_work(true).with_map_work(false), true, None),
        (ContextLayer::new().with_map_work(true), true, done),
        // Too late: a line on standard error says so.
        (ContextLayer::new().with_map_work(true), false, None),
    ] {
        let traced = Traced::new(layer, ours_first);
        traced.run(|| info_span!("request").in_scope(|| work(5)));
        assert_eq!(traced.said(), [("request".to_owned(), expected)].into());
    }
}

#[test]
fn two_subscribers_on_one_thread_count_the_same() {
    let [one, two] = [(); 2].map(|()| Traced::new(ContextLayer::new().with_map_work(true), true));
    let outer = one.run(|| info_span!("outer"));
    let inner = two.run(|| info_span!("inner"));
    let outer_entered = outer.enter();
    work(1);
    let inner_entered = inner.enter();
    work(2);
    drop(outer_entered);
    work(4);
    drop(inner_entered);
    drop((outer, inner));
    assert_eq!(
        one.said(),
        [("outer".to_owned(), Some(sum(&[work(1), work(2)])))].into()
    );
    assert_eq!(
        two.said(),
        [("inner".to_owned(), Some(sum(&[work(2), work(4)])))].into()
    );
}

#[test]
fn a_future_can_be_asked_without_any_span() {
    start();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build();
    runtime.expect("a runtime").block_on(async {
        let tasks: Vec<_> = (0..16)
            .map(|number| {
                tokio::spawn(async move {
                    let request = async {
                        let mut did = Vec::new();
                        for n in 0..10 {
                            did.push(work(number + n));
                            others_run().await;
                        }
                        sum(&did)
                    };
                    let (
                        did,
                        MapWork {
                            assigns,
                            deletes,
                            cleared,
                            ..
                        },
                    ) = work_of(request).await;
                    assert_eq!((assigns as i64, deletes as i64, cleared as i64), did);
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("a task");
        }
    });
}
