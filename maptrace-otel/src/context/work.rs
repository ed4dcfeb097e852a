//! What a request did to maps, as attributes of its span.

use std::sync::Once;

use maptrace_runtime::context::MapWork;
use opentelemetry::KeyValue;
use opentelemetry::trace::TraceContextExt as _;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::{ContextLayer, Known};

/// Which spans say what was done in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WorkOf {
    Nothing,
    LocalRoots,
    AllSpans,
}

/// Kept with a span: what was done in it so far, and in those below it that are closed.
struct Total(MapWork);

/// Adds to what was done in a span.
pub(super) fn add<'s, R: LookupSpan<'s>>(span: &SpanRef<'s, R>, work: MapWork) {
    let mut extensions = span.extensions_mut();
    match extensions.get_mut::<Total>() {
        Some(Total(total)) => *total += work,
        None => extensions.insert(Total(work)),
    }
}

impl ContextLayer {
    /// A span is closed: says what was done, if it is one to say so, and hands it up.
    pub(super) fn tell_work<'s, R: LookupSpan<'s>>(&self, span: &SpanRef<'s, R>) {
        let Some(Total(work)) = span.extensions_mut().remove::<Total>() else {
            return;
        };
        if self.work_of == WorkOf::AllSpans || self.is_local_root(span) {
            match self.otel_context(&span.id()) {
                Some(context) => tell(&context, work),
                // It was known when it was entered.
                None if is_known(span) => warn_of_order(),
                None => {}
            }
        }
        if let Some(parent) = span.parent() {
            add(&parent, work);
        }
    }

    /// Whether OpenTelemetry knows no span above it.
    fn is_local_root<'s, R: LookupSpan<'s>>(&self, span: &SpanRef<'s, R>) -> bool {
        let knows = |above: &SpanRef<'s, R>| is_known(above) || self.ask(&above.id()).is_some();
        !span.scope().skip(1).any(|above| knows(&above))
    }
}

fn is_known<'s, R: LookupSpan<'s>>(span: &SpanRef<'s, R>) -> bool {
    matches!(span.extensions().get::<Known>(), Some(Known(Some(_))))
}

fn tell(context: &opentelemetry::Context, work: MapWork) {
    let span = context.span();
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let pause = u64::try_from(work.pause.as_nanos()).unwrap_or(u64::MAX);
    span.set_attribute(KeyValue::new("map.assigns", signed(work.assigns)));
    span.set_attribute(KeyValue::new("map.deletes", signed(work.deletes)));
    span.set_attribute(KeyValue::new("map.pause_ns", signed(pause)));
    if work.cleared > 0 {
        span.set_attribute(KeyValue::new("map.cleared.entries", signed(work.cleared)));
    }
}

/// Once: as it is of one span, so it is of all.
fn warn_of_order() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        crate::warn(
            &"maptrace: spans are over before ContextLayer can say what was done to maps in them; \
              add it to the subscriber before tracing_opentelemetry's layer",
        );
    });
}
