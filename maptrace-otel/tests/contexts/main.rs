//! Real maps that grow inside the spans of real tracing libraries: each episode has the span it happened in.
#![cfg(all(feature = "fastrace", feature = "opentelemetry", feature = "tracing"))]

#[path = "../support/contexts.rs"]
mod contexts;
mod fastrace;
mod links;
mod mixed;
mod opentelemetry;
#[path = "../otlp/server.rs"]
#[expect(dead_code, reason = "the tests of the exporter need more of it")]
mod server;
mod teardown;
mod tracing;
mod work;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use ::opentelemetry::trace::TracerProvider as _;
use maptrace_runtime::collections::HashMap;
use maptrace_runtime::context::SpanContext;
use maptrace_runtime::{Episode, EpisodeKind, Sink};
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};

use contexts::{identity, others_run};

/// Ends a test that would hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// Keeps every episode of the process.
#[derive(Clone, Default)]
struct Keep(Arc<Mutex<Vec<Episode>>>);

impl Sink for Keep {
    fn episode(&mut self, episode: &Episode) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(episode.clone());
        true
    }
}

/// Tracing as an application has it, once for the process: with all that there is to follow.
fn start() -> &'static Keep {
    static KEEP: OnceLock<Keep> = OnceLock::new();
    KEEP.get_or_init(|| {
        maptrace_otel::follow_opentelemetry();
        maptrace_otel::follow_fastrace();
        // Once is enough.
        maptrace_otel::follow_opentelemetry();
        let keep = Keep::default();
        // Its flush at the end is what the tests do.
        std::mem::forget(maptrace_runtime::builder().sink(keep.clone()).start());
        keep
    })
}

/// How many grows there were in each span of these traces.
fn grows(of: &[SpanContext]) -> BTreeMap<[u8; 8], usize> {
    let keep = start();
    assert!(maptrace_runtime::flush(PATIENCE).complete);
    let mut grows = BTreeMap::new();
    for episode in keep.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        let Some(context) = episode.context else { continue };
        if let EpisodeKind::Grow { .. } = episode.kind
            && let Some(known) = of.iter().find(|it| it.trace_id == context.trace_id)
        {
            assert_eq!(context.sampled, known.sampled);
            *grows.entry(context.span_id).or_default() += 1;
        }
    }
    grows
}

/// Fills `map` to `entries`.
fn fill(map: &mut HashMap<usize, usize>, entries: usize) {
    for n in map.len()..entries {
        map.insert(n, n);
    }
}

/// A map that has grown as often as it says, in steps 3, 7, 14, 28, ...
fn grown(times: u32) -> HashMap<usize, usize> {
    let mut map = HashMap::new();
    // So that it has a record of its own, and its first table is an episode.
    map.reserve(0);
    grow_on(&mut map, 0, times);
    map
}

/// Has a map that has grown `from` times grow until it has `to` times.
fn grow_on(map: &mut HashMap<usize, usize>, from: u32, to: u32) {
    for times in from..to {
        let room = map.capacity();
        fill(map, room + 1);
        assert!(map.capacity() > room, "grow {times}");
    }
}

/// A tracer that samples, or not.
fn tracer(sampled: bool) -> SdkTracer {
    let sampler = if sampled { Sampler::AlwaysOn } else { Sampler::AlwaysOff };
    SdkTracerProvider::builder()
        .with_sampler(sampler)
        .build()
        .tracer("test")
}

/// What a request of these tests does on its map, in its own span and in one inside, across awaits.
///
/// `command` runs a future in a span inside the active one, and says which. Returns the spans and how many grows each has.
async fn request<F>(own: SpanContext, command: impl Fn(Commanded) -> F) -> Vec<(SpanContext, usize)>
where
    F: Future<Output = (SpanContext, HashMap<usize, usize>)>,
{
    let mut map = grown(2);
    others_run().await;
    grow_on(&mut map, 2, 3);
    let (inner, mut map) = command(Box::pin(async move {
        others_run().await;
        grow_on(&mut map, 3, 5);
        others_run().await;
        grow_on(&mut map, 5, 6);
        map
    }))
    .await;
    others_run().await;
    grow_on(&mut map, 6, 8);
    assert_ne!(inner, own);
    assert_eq!(inner.trace_id, own.trace_id);
    vec![(own, 5), (inner, 3)]
}

/// What a command of [`request`] does.
type Commanded = std::pin::Pin<Box<dyn Future<Output = HashMap<usize, usize>> + Send>>;

/// Runs many requests on both kinds of runtimes, and compares what was seen with what they say.
fn on_both_runtimes<F>(one: impl Fn() -> F)
where
    F: Future<Output = Vec<(SpanContext, usize)>> + Send + 'static,
{
    use tokio::runtime::Builder;
    start();
    let runtimes = [
        Builder::new_current_thread().build(),
        Builder::new_multi_thread().worker_threads(4).build(),
    ];
    for runtime in runtimes {
        let said = runtime.expect("a runtime").block_on(async {
            let tasks: Vec<_> = (0..16).map(|_| tokio::spawn(one())).collect();
            let mut said = Vec::new();
            for task in tasks {
                said.extend(task.await.expect("a task"));
            }
            assert_eq!(maptrace_runtime::context::current(), None);
            said
        });
        let spans: Vec<_> = said.iter().map(|(span, _)| *span).collect();
        let expected: BTreeMap<_, _> = said.iter().map(|(span, grows)| (span.span_id, *grows)).collect();
        assert_eq!(expected.len(), 32);
        assert_eq!(grows(&spans), expected);
    }
}
