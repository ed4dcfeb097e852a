//! That each peer records each operation: what its exporter or registry got is counted. One that records nothing costs
//! nothing.

#[cfg(feature = "lttng")]
mod lttng;
#[cfg(feature = "tracy")]
mod tracy;
#[cfg(feature = "usdt")]
mod usdt;

use std::collections::HashMap;
use std::hash::RandomState;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use maptrace_bench::{Map as _, Plain};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use serde_json::Value;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

use crate::peers;
use crate::recorded::{Recorded, Recorder};

/// Assigns, and as many deletes.
const EACH: u64 = 1_000;

fn work<R: Recorder>() {
    let mut map = Recorded::<Plain<HashMap<u64, u64, RandomState>>, R>::with_capacity(0);
    for i in 0..EACH / 2 {
        map.insert(i, i);
        map.entry_or_insert(EACH + i, i);
        map.remove(&i);
        map.remove(&(EACH + i));
    }
    // Reads are not recorded, by none of them.
    map.insert(0, 0);
    map.remove(&0);
    for _ in 0..10 {
        assert_eq!(map.get(&0), None);
    }
}

/// What [`work`] does of each.
const WORK: u64 = EACH + 1;

#[test]
fn metrics_counters_are_on_the_page_of_the_exporter() {
    let handle = metrics_exporter_prometheus::PrometheusBuilder::new()
        .install_recorder()
        .unwrap();
    work::<peers::Metrics>();
    work::<peers::MetricsHeld>();
    let page = handle.render();
    for name in ["map_assign_total", "map_delete_total"] {
        let line = format!("{name}{{map=\"sessions\"}} {}", 2 * WORK);
        assert!(page.lines().any(|found| found == line), "{line} in {page}");
    }
}

#[test]
fn the_counter_of_opentelemetry_is_exported() {
    let exporter = InMemoryMetricExporter::default();
    let provider = SdkMeterProvider::builder()
        .with_periodic_exporter(exporter.clone())
        .build();
    opentelemetry::global::set_meter_provider(provider.clone());
    work::<peers::OpenTelemetry>();
    provider.force_flush().unwrap();
    let mut counts = HashMap::new();
    for resource in exporter.get_finished_metrics().unwrap() {
        for metric in resource.scope_metrics().flat_map(|scope| scope.metrics()) {
            let AggregatedMetrics::U64(MetricData::Sum(sum)) = metric.data() else {
                panic!("{metric:?}");
            };
            for point in sum.data_points() {
                assert_eq!(
                    point.attributes().map(|a| a.value.to_string()).collect::<Vec<_>>(),
                    ["sessions"]
                );
                counts.insert(metric.name().to_owned(), point.value());
            }
        }
    }
    let expected = ["map.assigns", "map.deletes"].map(|name| (name.to_owned(), WORK));
    assert_eq!(counts, HashMap::from(expected));
}

#[test]
fn spans_of_tracing_reach_the_subscriber() {
    #[derive(Default)]
    struct Count([AtomicU64; 2]);
    impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for &'static Count {
        fn on_new_span(&self, attributes: &tracing::span::Attributes<'_>, _: &tracing::span::Id, _: Context<'_, S>) {
            let n = ["assign", "delete"]
                .iter()
                .position(|name| *name == attributes.metadata().name());
            self.0[n.unwrap()].fetch_add(1, Ordering::Relaxed);
        }
    }
    let count: &'static Count = Box::leak(Box::default());
    let subscriber = tracing_subscriber::registry().with(count);
    tracing::subscriber::with_default(subscriber, work::<peers::Tracing>);
    assert_eq!([0, 1].map(|n| count.0[n].load(Ordering::Relaxed)), [WORK; 2]);
}

#[test]
fn spans_of_tracing_are_exported_by_opentelemetry() {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    tracing::subscriber::with_default(peers::spans_to(&provider), work::<peers::Tracing>);
    provider.force_flush().unwrap();
    let spans = exporter.get_finished_spans().unwrap();
    let count = |name: &str| spans.iter().filter(|span| span.name == name).count() as u64;
    assert_eq!([count("assign"), count("delete")], [WORK; 2]);
}

#[test]
fn spans_of_fastrace_are_reported() {
    static SPANS: Mutex<Vec<String>> = Mutex::new(Vec::new());
    struct Keep;
    impl fastrace::collector::Reporter for Keep {
        fn report(&mut self, spans: Vec<fastrace::collector::SpanRecord>) {
            SPANS
                .lock()
                .unwrap()
                .extend(spans.into_iter().map(|span| span.name.into_owned()));
        }
    }
    fastrace::set_reporter(Keep, fastrace::collector::Config::default());
    work::<peers::Fastrace>();
    peers::end_request();
    fastrace::flush();
    let spans = SPANS.lock().unwrap();
    let count = |name: &str| spans.iter().filter(|span| *span == name).count() as u64;
    let requests = (2 * WORK).div_ceil(u64::from(peers::REQUEST) + 1);
    assert_eq!(
        [count("assign"), count("delete"), count("request")],
        [WORK, WORK, requests]
    );
}

#[test]
fn blocks_of_hotpath_are_in_its_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let guard = hotpath::HotpathGuardBuilder::new("peers")
        .format(hotpath::Format::Json)
        .output_path(&path)
        .build();
    work::<peers::Hotpath>();
    drop(guard);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(
        ["assign", "delete"].map(|name| calls(&report, name)),
        [Some(WORK); 2],
        "{report:#}"
    );
}

/// `calls` of the entry of this name, wherever it is.
fn calls(report: &Value, name: &str) -> Option<u64> {
    match report {
        Value::Object(fields) => match (&report["name"], &report["calls"]) {
            (Value::String(found), calls) if found.ends_with(name) => calls.as_u64(),
            _ => fields.values().find_map(|value| calls(value, name)),
        },
        Value::Array(values) => values.iter().find_map(|value| calls(value, name)),
        _ => None,
    }
}
