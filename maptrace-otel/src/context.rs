//! The `tracing` layer that tells episodes which span they happen in.

use std::cell::RefCell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use maptrace_runtime::COMPILED_IN;
use maptrace_runtime::context::{MapWork, Published, SpanContext, Work, publish, restore};
use opentelemetry::trace::TraceContextExt;
use tracing::dispatcher::WeakDispatch;
use tracing::span::Id;
use tracing::{Dispatch, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

mod work;

use work::WorkOf;

/// Publishes the OpenTelemetry context of the active `tracing` span, so that the span of an episode becomes its child.
///
/// Add it to the subscriber beside `tracing_opentelemetry`'s layer, before or after it. While a span is entered on a
/// thread, [`maptrace_runtime::context::current`] is that span's context there; when it is left, it is what it was
/// before. Spans may be nested, entered again and left in any order, and futures instrumented with a span carry it
/// across `.await` to whichever thread polls them.
///
/// A span that `tracing_opentelemetry` does not know (filtered out, or no such layer) changes nothing: an episode in it
/// belongs to the nearest span around it that is known. If a trace is not sampled, neither are its episodes.
///
/// # What it costs
///
/// Entering a span reads its context from the registry (the first time: takes it from `tracing_opentelemetry` and keeps
/// it there) and pushes 64 bytes onto a stack of the thread; leaving it pops them. Operations on maps pay nothing. With
/// tracing not [compiled in](COMPILED_IN) it does nothing.
///
/// With [`with_map_work`](Self::with_map_work) each entering and leaving also counts the operations on maps since the last, one to
/// three nanoseconds each.
///
/// Entering a span for the first time fixes its OpenTelemetry ids and parent, as `tracing_opentelemetry` itself does
/// unless its `with_context_activation(false)` is used: `set_parent` is for before that.
///
/// # Examples
///
/// ```
/// use maptrace_otel::ContextLayer;
/// use opentelemetry::trace::TracerProvider as _;
/// use tracing_subscriber::layer::SubscriberExt;
///
/// let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
/// let subscriber = tracing_subscriber::registry()
///     .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("service")))
///     .with(ContextLayer::new());
///
/// tracing::subscriber::with_default(subscriber, || {
///     let request = tracing::info_span!("request").entered();
///     // A map that grows here does so in the span `request`.
///     assert!(maptrace_runtime::context::current().is_some_and(|context| context.sampled));
///     drop(request);
///     assert_eq!(maptrace_runtime::context::current(), None);
/// });
/// ```
#[derive(Debug)]
pub struct ContextLayer {
    /// Two subscribers on one thread may give the same id to different spans.
    number: u64,
    /// Weak, as the subscriber owns this layer.
    dispatch: OnceLock<WeakDispatch>,
    work_of: WorkOf,
}

impl ContextLayer {
    /// A layer that is ready to be added.
    #[must_use]
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            dispatch: OnceLock::new(),
            work_of: WorkOf::Nothing,
        }
    }

    /// Whether the local root span of each trace says, when it is closed, what the request did to maps; it does not by
    /// default. It then has these attributes, unless nothing was done:
    ///
    /// | attribute | |
    /// |---|---|
    /// | `map.assigns` | entries put in, by single operations and by batches |
    /// | `map.deletes` | deletes, of keys that were there and of those that were not |
    /// | `map.pause_ns` | nanoseconds of grows and rehashes in place |
    /// | `map.cleared.entries` | entries removed by `clear`, if there were any |
    ///
    /// The figures are exact, whatever becomes of single events, and are those of the span and of all spans below it, on
    /// whatever threads and in however many polls they ran: a span is closed after those below it. What runs while none of its
    /// spans is entered, as in a task that was spawned without one, is not in them.
    ///
    /// Add this layer before that of `tracing_opentelemetry`, as in `registry().with(ContextLayer::new()...).with(otel)`: the one
    /// that is added first is told first that a span is closed, and after `tracing_opentelemetry`'s was, nothing can
    /// be added to the span. A line on standard error says so if they are the other way round.
    ///
    /// # Examples
    ///
    /// ```
    /// use maptrace_otel::ContextLayer;
    /// use maptrace_runtime::collections::HashMap;
    /// use opentelemetry::trace::TracerProvider as _;
    /// use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
    /// use tracing_subscriber::layer::SubscriberExt;
    ///
    /// let spans = InMemorySpanExporter::default();
    /// let provider = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
    /// let subscriber = tracing_subscriber::registry()
    ///     .with(ContextLayer::new().with_map_work(true))
    ///     .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("service")));
    /// let mut sessions = HashMap::new();
    /// tracing::subscriber::with_default(subscriber, || {
    ///     let _request = tracing::info_span!("request").entered();
    ///     sessions.insert("ann", 1);
    /// });
    /// let spans = spans.get_finished_spans().unwrap();
    /// assert!(spans[0].attributes.iter().any(|attribute| attribute.key.as_str() == "map.assigns"));
    /// ```
    #[must_use]
    pub fn with_map_work(mut self, on: bool) -> Self {
        self.work_of = if on { WorkOf::LocalRoots } else { WorkOf::Nothing };
        self
    }

    /// As [`with_map_work`](Self::with_map_work), for every span and not only for local roots. As each has what those below it
    /// did as well, the sum over all spans is no figure of anything.
    #[must_use]
    pub fn with_map_work_in_all_spans(mut self, on: bool) -> Self {
        self.work_of = if on { WorkOf::AllSpans } else { WorkOf::Nothing };
        self
    }

    fn counts_work(&self) -> bool {
        self.work_of != WorkOf::Nothing
    }

    /// OpenTelemetry's own context of the span.
    fn otel_context(&self, id: &Id) -> Option<opentelemetry::Context> {
        let dispatch = self.dispatch.get()?.upgrade()?;
        tracing_opentelemetry::get_otel_context(id, &dispatch)
    }

    /// What OpenTelemetry knows of the span.
    fn ask(&self, id: &Id) -> Option<SpanContext> {
        let context = self.otel_context(id)?;
        let span = context.span();
        let span = span.span_context();
        span.is_valid().then(|| SpanContext {
            trace_id: span.trace_id().to_bytes(),
            span_id: span.span_id().to_bytes(),
            sampled: span.is_sampled(),
        })
    }
}

impl Default for ContextLayer {
    fn default() -> Self {
        Self::new()
    }
}

/// Kept with a span, so that OpenTelemetry is asked once: a span's ids do not change after it was started.
#[derive(Clone, Copy)]
struct Known(Option<SpanContext>);

/// One entry of a span on this thread.
struct Entered {
    layer: u64,
    id: Id,
    /// What was published before; nothing was published for a span that OpenTelemetry does not know.
    previous: Option<Published>,
    /// What was done while this was the innermost entry of its layer, up to `since`.
    work: MapWork,
    since: Option<Work>,
}

impl Entered {
    fn lap(&mut self) {
        self.work += self.since.as_mut().map(Work::lap).unwrap_or_default();
    }
}

thread_local! {
    static STACK: RefCell<Vec<Entered>> = const { RefCell::new(Vec::new()) };
}

impl<S> Layer<S> for ContextLayer
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        // A layer belongs to one subscriber; were it registered twice, the first dispatcher would do as well.
        let _ = self.dispatch.set(dispatch.downgrade());
    }

    fn on_enter(&self, id: &Id, ctx: Context<'_, S>) {
        if !COMPILED_IN {
            return;
        }
        let Some(span) = ctx.span(id) else { return };
        let known = span.extensions().get::<Known>().copied();
        let Known(context) = known.unwrap_or_else(|| {
            // No lock on the extensions may be held here: OpenTelemetry takes it, and may call the application.
            let known = Known(self.ask(id));
            span.extensions_mut().replace(known);
            known
        });
        if context.is_none() && !self.counts_work() {
            return;
        }
        // Without a stack, in a thread that is being torn down, there is no way back, so nothing is published.
        if STACK.try_with(|_| ()).is_err() {
            return;
        }
        // Before the stack is borrowed, as somebody is perhaps asked.
        let previous = context.map(publish);
        STACK.with_borrow_mut(|stack| {
            if let Some(innermost) = self.innermost(stack) {
                innermost.lap();
            }
            stack.push(Entered {
                layer: self.number,
                id: id.clone(),
                previous,
                work: MapWork::default(),
                since: self.counts_work().then(Work::begin),
            });
        });
    }

    fn on_exit(&self, id: &Id, ctx: Context<'_, S>) {
        if !COMPILED_IN {
            return;
        }
        let left = STACK.try_with(|stack| {
            let mut stack = stack.borrow_mut();
            let ours = |entered: &Entered| entered.layer == self.number;
            let index = stack.iter().rposition(|entered| ours(entered) && entered.id == *id)?;
            let is_innermost = !stack[index + 1..].iter().any(ours);
            let mut left = stack.remove(index);
            if is_innermost {
                left.lap();
                if let Some(innermost) = self.innermost(&mut stack) {
                    // What was done since it was left off is that of the one inside.
                    let _ = innermost.since.as_mut().map(Work::lap);
                }
            }
            if let Some(previous) = left.previous {
                match stack[index..].iter_mut().find_map(|inner| inner.previous.as_mut()) {
                    // The innermost span was left.
                    None => restore(previous),
                    // A span around the active one was left first: when the active one is left, it is gone too.
                    Some(inner) => *inner = previous,
                }
            }
            Some(left.work)
        });
        if let Ok(Some(work)) = left
            && !work.is_none()
            && let Some(span) = ctx.span(id)
        {
            work::add(&span, work);
        }
    }

    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        if COMPILED_IN
            && self.counts_work()
            && let Some(span) = ctx.span(&id)
        {
            self.tell_work(&span);
        }
    }
}

impl ContextLayer {
    /// The innermost entry of this layer.
    fn innermost<'s>(&self, stack: &'s mut [Entered]) -> Option<&'s mut Entered> {
        stack.iter_mut().rfind(|entered| entered.layer == self.number)
    }
}
