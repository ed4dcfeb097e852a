//! The `tracing` layer that tells episodes which span they happen in.

use std::cell::RefCell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use maptrace_runtime::COMPILED_IN;
use maptrace_runtime::context::{Published, SpanContext, publish, restore};
use opentelemetry::trace::TraceContextExt;
use tracing::dispatcher::WeakDispatch;
use tracing::span::Id;
use tracing::{Dispatch, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

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
}

impl ContextLayer {
    /// A layer that is ready to be added.
    #[must_use]
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            dispatch: OnceLock::new(),
        }
    }

    /// What OpenTelemetry knows of the span.
    fn ask(&self, id: &Id) -> Option<SpanContext> {
        let dispatch = self.dispatch.get()?.upgrade()?;
        let context = tracing_opentelemetry::get_otel_context(id, &dispatch)?;
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
    /// What was published before.
    previous: Published,
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
        let Some(context) = context else { return };
        // Without a stack, in a thread that is being torn down, there is no way back, so nothing is published.
        let _ = STACK.try_with(|stack| {
            stack.borrow_mut().push(Entered {
                layer: self.number,
                id: id.clone(),
                previous: publish(context),
            });
        });
    }

    fn on_exit(&self, id: &Id, _: Context<'_, S>) {
        if !COMPILED_IN {
            return;
        }
        let _ = STACK.try_with(|stack| {
            let mut stack = stack.borrow_mut();
            let entry = stack
                .iter()
                .rposition(|entered| entered.layer == self.number && entered.id == *id);
            let Some(index) = entry else { return };
            let left = stack.remove(index);
            match stack.get_mut(index) {
                // The innermost span was left.
                None => restore(left.previous),
                // A span around the active one was left first: when the active one is left, it is gone too.
                Some(inner) => inner.previous = left.previous,
            }
        });
    }
}
