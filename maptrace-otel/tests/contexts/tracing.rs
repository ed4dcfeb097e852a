//! `tracing` with `tracing-opentelemetry` and the layer, while OpenTelemetry's own context is followed as well.

use maptrace_otel::ContextLayer;
use maptrace_runtime::context::current;
use tracing::instrument::WithSubscriber as _;
use tracing::{Dispatch, Instrument as _, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{on_both_runtimes, request, tracer};

/// `activation`: whether `tracing-opentelemetry` makes its spans OpenTelemetry's current ones as well.
fn subscriber(activation: bool, ours_first: bool) -> Dispatch {
    let otel = tracing_opentelemetry::layer()
        .with_tracer(tracer(true))
        .with_context_activation(activation);
    if ours_first {
        Dispatch::new(tracing_subscriber::registry().with(ContextLayer::new()).with(otel))
    } else {
        let otel = tracing_opentelemetry::layer()
            .with_tracer(tracer(true))
            .with_context_activation(activation);
        Dispatch::new(tracing_subscriber::registry().with(otel).with(ContextLayer::new()))
    }
}

#[test]
fn the_span_of_a_future_goes_with_it() {
    for (activation, ours_first) in [(true, true), (true, false), (false, true), (false, false)] {
        let dispatch = subscriber(activation, ours_first);
        on_both_runtimes(|| {
            tracing::dispatcher::with_default(&dispatch, || {
                async {
                    request(current().expect("a span"), |work| {
                        async { (current().expect("a span"), work.await) }.instrument(info_span!("command"))
                    })
                    .await
                }
                .instrument(info_span!("request"))
                .with_current_subscriber()
            })
        });
    }
}
