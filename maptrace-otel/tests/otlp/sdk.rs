//! Through an application's own providers comes the same as over OTLP, exactly; and its providers outlive the sink.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use maptrace_otel::SdkSink;
use maptrace_runtime::context::SpanContext;
use maptrace_runtime::{BatchDoor, Cause, Episode, EpisodeKind, Health, Kind, MapSnapshot, OpTotals, Sink};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::{Context, KeyValue, SpanId, TraceId};
use opentelemetry_sdk::logs::{InMemoryLogExporter, SdkLoggerProvider};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler, SdkTracerProvider, Span, SpanData, SpanProcessor};

use crate::episodes::{episode, grow, site, site_of, start};
use crate::notices::{loss, storm};
use crate::server::{Behaviour, Server};
use crate::snapshots::snapshot;
use crate::spans::attributes;
use crate::{exporter, soon};

fn context(sampled: bool) -> SpanContext {
    SpanContext {
        trace_id: [0xab; 16],
        span_id: [0xcd; 8],
        sampled,
    }
}

/// An episode of each kind, in a sampled span.
fn episodes() -> Vec<Episode> {
    let batch = EpisodeKind::Batch {
        door: BatchDoor::Extend,
        offered: 1_000,
        new: 900,
        replaced: 100,
        removed: 0,
        grows_avoided: 3,
    };
    let mut totals = OpTotals::default();
    (totals.assigns_new, totals.deletes_hit) = (500, 400);
    let kinds = [
        grow(),
        EpisodeKind::RehashInPlace {
            capacity: 7_168,
            entries: 3_000,
            bytes: 139_280,
            tombstones: 4_168,
        },
        EpisodeKind::Shrink {
            old_capacity: 448,
            new_capacity: 28,
            entries: 20,
            old_bytes: 8_720,
            new_bytes: 560,
            tombstones: 3,
        },
        EpisodeKind::Clear { entries: 1_000 },
        batch,
        EpisodeKind::Lifetime {
            entries: 100,
            capacity: 448,
            totals,
            grows: 8,
        },
    ];
    let in_span = |kind| {
        let mut episode = episode(kind);
        episode.context = Some(context(true));
        // Of these one is sampled, and not its parent.
        let other = SpanContext {
            span_id: [0xef; 8],
            ..context(true)
        };
        episode.links = vec![context(true), context(false), other].into();
        episode
    };
    kinds.map(in_span).into()
}

fn tracing(sampler: Sampler) -> (SdkTracerProvider, InMemorySpanExporter) {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .with_sampler(sampler)
        .build();
    (provider, exporter)
}

fn spans(exporter: &InMemorySpanExporter) -> Vec<SpanData> {
    exporter.get_finished_spans().expect("spans")
}

fn named(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    attributes
        .iter()
        .map(|pair| (pair.key.to_string(), pair.value.to_string()))
        .collect()
}

fn nanos(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .expect("after 1970")
        .as_nanos() as u64
}

#[test]
fn spans_are_those_that_go_over_otlp() {
    let server = Server::start(|_| Behaviour::ok());
    let (mut otlp, _) = exporter(&server.url(), |otlp| otlp);
    let (provider, seen) = tracing(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)));
    let mut sink = SdkSink::new().tracer_provider(&provider).min_entries(0);
    // What is active on this thread has nothing to do with them.
    let other = provider.tracer("service");
    let other = opentelemetry::trace::Tracer::start(&other, "other");
    let _active = opentelemetry::trace::TraceContextExt::with_span(&Context::new(), other).attach();
    for episode in episodes() {
        assert!(otlp.episode(&episode) && sink.episode(&episode));
    }
    assert_eq!(otlp.shutdown(soon()), 0);
    let (wire, sdk) = (server.spans(), spans(&seen));
    assert_eq!((wire.len(), sdk.len()), (6, 6));
    for (wire, sdk) in wire.iter().zip(&sdk) {
        assert_eq!(sdk.name, wire.name);
        assert_eq!(named(&sdk.attributes), attributes(&wire.attributes), "{}", wire.name);
        assert_eq!(nanos(sdk.start_time), wire.start_time_unix_nano);
        assert_eq!(nanos(sdk.end_time), wire.end_time_unix_nano);
        assert_eq!(
            sdk.parent_span_id.to_bytes().to_vec(),
            match &wire.parent_span_id[..] {
                [] => vec![0; 8],
                parent => parent.to_vec(),
            }
        );
        assert!(!sdk.parent_span_is_remote);
        assert_eq!(sdk.links.len(), wire.links.len());
        for (sdk, wire) in sdk.links.iter().zip(&wire.links) {
            assert_eq!(sdk.span_context.trace_id().to_bytes()[..], wire.trace_id);
            assert_eq!(sdk.span_context.span_id().to_bytes()[..], wire.span_id);
        }
        assert_eq!(sdk.instrumentation_scope.name(), "maptrace");
    }
    let [grow, .., lifetime] = &sdk[..] else { panic!("six") };
    assert_eq!(nanos(grow.start_time), 1_732_161_906_123_456_789);
    assert_eq!(nanos(grow.end_time), 1_732_161_906_240_456_790);
    assert_eq!(grow.span_context.trace_id(), TraceId::from_bytes([0xab; 16]));
    assert_eq!(grow.parent_span_id, SpanId::from_bytes([0xcd; 8]));
    assert_ne!(
        lifetime.span_context.trace_id(),
        grow.span_context.trace_id(),
        "a trace of its own"
    );
}

#[test]
fn the_decision_to_sample_is_kept() {
    let made = |sampler: Sampler, context: Option<SpanContext>| {
        let (provider, seen) = tracing(sampler);
        let mut sink = SdkSink::new().tracer_provider(&provider);
        let mut episode = episode(grow());
        episode.context = context;
        assert!(sink.episode(&episode), "it is nobody's loss");
        spans(&seen).len()
    };
    let by_parent = |root| Sampler::ParentBased(Box::new(root));
    assert_eq!(made(by_parent(Sampler::AlwaysOff), Some(context(true))), 1);
    assert_eq!(made(by_parent(Sampler::AlwaysOn), Some(context(false))), 0);
    // Without a request the application's sampler decides.
    assert_eq!(made(by_parent(Sampler::AlwaysOff), None), 0);
    assert_eq!(made(by_parent(Sampler::AlwaysOn), None), 1);
    // Whatever it would say, there is no half of a trace.
    assert_eq!(made(Sampler::AlwaysOn, Some(context(false))), 0);
}

#[test]
fn small_things_are_kept_out_and_names_are_as_asked_for() {
    let (provider, seen) = tracing(Sampler::AlwaysOn);
    let mut sink = SdkSink::new()
        .sizes_in_names(false)
        .tracer_provider(&provider)
        .min_entries(1_001);
    for episode in episodes() {
        assert!(sink.episode(&episode));
    }
    let names: Vec<_> = spans(&seen).into_iter().map(|span| span.name).collect();
    assert_eq!(
        names,
        ["map.grow sessions", "map.rehash sessions", "map.shrink sessions"]
    );
}

#[derive(Debug)]
struct Bad;

impl SpanProcessor for Bad {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, _: SpanData) {
        // `resume_unwind`, so that the panic hook does not write to the test's output.
        std::panic::resume_unwind(Box::new("the application's"));
    }

    fn force_flush(&self) -> opentelemetry_sdk::error::OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> opentelemetry_sdk::error::OTelSdkResult {
        Ok(())
    }
}

#[test]
fn a_processor_that_panics_costs_its_episode() {
    let provider = SdkTracerProvider::builder().with_span_processor(Bad).build();
    let mut sink = SdkSink::new().tracer_provider(&provider);
    assert!(!sink.episode(&episode(grow())));
    assert!(
        sink.episode(&episode(EpisodeKind::Clear { entries: 1 })),
        "too small to be a span"
    );
}

/// A reader that collects when it is told to, and what it has seen.
struct Reader {
    provider: SdkMeterProvider,
    exporter: InMemoryMetricExporter,
}

impl Reader {
    fn new() -> Self {
        let exporter = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(exporter.clone())
            .with_interval(Duration::from_secs(3_600))
            .build();
        Self {
            provider: SdkMeterProvider::builder().with_reader(reader).build(),
            exporter,
        }
    }

    /// Each value by name and attributes; of a histogram its count and sum.
    fn collect(&self) -> BTreeMap<String, f64> {
        self.exporter.reset();
        self.provider.force_flush().expect("the reader is alive");
        let mut values = BTreeMap::new();
        for resource in self.exporter.get_finished_metrics().expect("metrics") {
            for metric in resource.scope_metrics().flat_map(|scope| scope.metrics()) {
                let mut add = |attributes: Vec<&KeyValue>, suffix: &str, value: f64| {
                    let mut labels: Vec<_> = attributes
                        .iter()
                        .map(|pair| format!("{}={}", pair.key, pair.value))
                        .collect();
                    labels.sort();
                    let series = format!("{}{suffix}{{{}}}", metric.name(), labels.join(","));
                    assert!(
                        values.insert(series.clone(), value).is_none(),
                        "{series} is there twice"
                    );
                };
                macro_rules! read {
                    ($data:expr) => {
                        match $data {
                            MetricData::Gauge(data) => {
                                data.data_points()
                                    .for_each(|it| add(it.attributes().collect(), "", it.value() as f64));
                            }
                            MetricData::Sum(data) => {
                                data.data_points()
                                    .for_each(|it| add(it.attributes().collect(), "", it.value() as f64));
                            }
                            MetricData::Histogram(data) => data.data_points().for_each(|it| {
                                add(it.attributes().collect(), ".count", it.count() as f64);
                                add(it.attributes().collect(), ".sum", it.sum() as f64);
                            }),
                            MetricData::ExponentialHistogram(_) => panic!("there is none"),
                        }
                    };
                }
                match metric.data() {
                    AggregatedMetrics::F64(data) => read!(data),
                    AggregatedMetrics::U64(data) => read!(data),
                    AggregatedMetrics::I64(data) => read!(data),
                }
            }
        }
        values
    }
}

fn busy(id: u32, name: &str, entries: u64) -> MapSnapshot {
    let mut map = MapSnapshot::new(site(id, name, "string_int"));
    (map.created, map.live, map.entries, map.largest) = (2, 1, entries, entries);
    (map.totals.assigns_new, map.totals.assigns_replaced) = (entries + 10, 5);
    (map.totals.deletes_hit, map.totals.deletes_miss) = (10, 3);
    (map.grows, map.capacity, map.held_bytes) = (4, Some(entries * 2), Some(entries * 40));
    map
}

#[test]
fn the_application_s_reader_sees_the_totals() {
    let reader = Reader::new();
    let mut sink = SdkSink::new().meter_provider(&reader.provider);
    assert_eq!(reader.collect(), BTreeMap::new(), "nothing is known yet");

    let tree = site_of(Kind::BTreeMap, 3, "tree", "u32_u32");
    let mut tree = MapSnapshot::new(tree);
    (tree.created, tree.live, tree.entries) = (1, 1, 7);
    let mut health = Health::default();
    (health.emitted, health.delivered, health.busy) = (1_000, 900, Duration::from_millis(2_500));
    health.dropped[Cause::Full as usize] = 100;
    // Three sites share their labels. The first one is no table, which takes nothing from those that are.
    let unused = MapSnapshot::new(site_of(Kind::BTreeMap, 4, "sessions", "string_int"));
    sink.snapshot(&snapshot(
        vec![unused, busy(1, "sessions", 100), busy(2, "sessions", 50), tree],
        health,
    ));
    for episode in episodes() {
        assert!(sink.episode(&episode));
    }
    let seen = reader.collect();
    let labels = "map=sessions,type=string_int";
    for (series, value) in [
        ("map.assign{map=sessions,result=new,type=string_int}".to_owned(), 170.0),
        (
            "map.assign{map=sessions,result=replaced,type=string_int}".to_owned(),
            10.0,
        ),
        ("map.delete{map=sessions,result=hit,type=string_int}".to_owned(), 20.0),
        ("map.delete{map=sessions,result=miss,type=string_int}".to_owned(), 6.0),
        (format!("map.grow{{{labels}}}"), 8.0),
        (format!("map.instances{{{labels}}}"), 2.0),
        (format!("map.entries{{{labels}}}"), 150.0),
        (format!("map.entries.largest{{{labels}}}"), 100.0),
        (format!("map.capacity{{{labels}}}"), 300.0),
        (format!("map.memory.held{{{labels}}}"), 6_000.0),
        ("map.entries{map=tree,type=u32_u32}".to_owned(), 7.0),
        (format!("map.grow.duration.count{{{labels}}}"), 2.0),
        (format!("map.batch.size.count{{{labels}}}"), 1.0),
        (format!("map.batch.size.sum{{{labels}}}"), 1_000.0),
        (format!("map.batch.duration.count{{{labels}}}"), 1.0),
        ("maptrace.events.emitted{}".to_owned(), 1_000.0),
        ("maptrace.events.delivered{}".to_owned(), 900.0),
        ("maptrace.events.dropped{cause=full}".to_owned(), 100.0),
        ("maptrace.collector.busy{}".to_owned(), 2.5),
    ] {
        assert_eq!(seen.get(&series), Some(&value), "{series} in {seen:#?}");
    }
    let grows = seen[&format!("map.grow.duration.sum{{{labels}}}")];
    assert!((grows - 0.234_000_002).abs() < 1e-12, "{grows}");
    assert!(
        !seen.contains_key("map.capacity{map=tree,type=u32_u32}"),
        "a tree has none"
    );
    assert!(
        !seen.keys().any(|series| series.starts_with("maptrace.export.")),
        "the exporter is another sink"
    );

    // Later ones replace it: these are totals.
    sink.snapshot(&snapshot(vec![busy(1, "sessions", 101)], Health::default()));
    assert_eq!(reader.collect()["map.entries{map=sessions,type=string_int}"], 101.0);
}

#[test]
fn after_the_end_nothing_is_made_and_the_providers_go_on() {
    type End = fn(SdkSink) -> Option<SdkSink>;
    let ends: [End; 2] = [
        |mut sink| {
            assert_eq!(sink.shutdown(soon()), 0);
            Some(sink)
        },
        |_| None,
    ];
    for end in ends {
        let (reader, (tracers, traced)) = (Reader::new(), tracing(Sampler::AlwaysOn));
        let logged = InMemoryLogExporter::default();
        let loggers = SdkLoggerProvider::builder()
            .with_simple_exporter(logged.clone())
            .build();
        let requests = reader.provider.meter("service").u64_counter("requests").build();
        requests.add(3, &[]);
        let mut sink = SdkSink::new()
            .meter_provider(&reader.provider)
            .tracer_provider(&tracers)
            .logger_provider(&loggers);
        let feed = |sink: &mut SdkSink| {
            sink.snapshot(&snapshot(vec![busy(1, "sessions", 100)], Health::default()));
            sink.notice(&storm());
            sink.episode(&episode(grow()))
        };
        assert!(feed(&mut sink));
        assert!(reader.collect().len() > 20);
        let counts = || (spans(&traced).len(), logged.get_emitted_logs().expect("logs").len());
        assert_eq!(counts(), (1, 1));

        if let Some(mut sink) = end(sink) {
            feed(&mut sink);
        }
        assert_eq!(counts(), (1, 1));
        requests.add(4, &[]);
        let seen = reader.collect();
        assert_eq!(seen["requests{}"], 7.0);
        // What a histogram has counted the SDK goes on to report; nothing is added.
        let left: Vec<_> = seen.keys().filter(|series| series.starts_with("map")).collect();
        assert_eq!(
            left,
            [
                "map.grow.duration.count{map=sessions,type=string_int}",
                "map.grow.duration.sum{map=sessions,type=string_int}"
            ]
        );
        assert_eq!(seen[left[0]], 1.0);
        reader.provider.shutdown().expect("it works to the end");
    }
}

#[test]
fn no_total_is_lost_to_the_limit_of_series() {
    const SITES: u32 = 2_500;
    let reader = Reader::new();
    let mut sink = SdkSink::new().meter_provider(&reader.provider);
    let maps = || {
        (0..SITES)
            .map(|id| busy(id, &format!("map {id}"), u64::from(id)))
            .collect()
    };
    // Twice, as a collection may have something to do with the one before.
    for _ in 0..2 {
        sink.snapshot(&snapshot(maps(), Health::default()));
        let seen = reader.collect();
        let of = |name: &str| {
            let family = format!("{name}{{");
            seen.iter().filter(move |(series, _)| series.starts_with(&family))
        };
        let sum = |name: &str| of(name).map(|(_, value)| value).sum::<f64>();
        let entries = f64::from(SITES * (SITES - 1) / 2);
        assert_eq!(sum("map.entries"), entries);
        assert_eq!(sum("map.assign"), entries + f64::from(SITES * 15));
        assert_eq!(of("map.entries").count(), 2_000);
        assert_eq!(of("map.assign").count(), 1_999, "two each, and one for the rest");
        assert!(seen.contains_key("map.entries{otel.metric.overflow=true}"));
    }
}

#[test]
fn notices_are_log_records_with_their_trace() {
    let exporter = InMemoryLogExporter::default();
    let provider = SdkLoggerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let mut sink = SdkSink::new().logger_provider(&provider);
    sink.notice(&storm());
    sink.notice(&loss());
    let logs = exporter.get_emitted_logs().expect("logs");
    let [storm, loss] = &logs[..] else {
        panic!("two records")
    };
    let record = &storm.record;
    assert_eq!(record.event_name(), Some("map.delete_storm"));
    assert_eq!(record.timestamp(), Some(start()));
    assert!(record.observed_timestamp() >= Some(start()));
    assert_eq!(record.severity_number(), Some(opentelemetry::logs::Severity::Warn));
    assert_eq!(record.severity_text(), Some("WARN"));
    assert_eq!(
        record.body(),
        Some(&"sessions: delete storm: 360k deletes at 120k/s for 3 s".into())
    );
    let trace = record.trace_context().expect("a trace");
    assert_eq!(
        (trace.trace_id, trace.span_id),
        (TraceId::from_bytes([0xab; 16]), SpanId::from_bytes([0xcd; 8]))
    );
    let pairs: BTreeMap<_, _> = record
        .attributes_iter()
        .map(|(key, value)| (key.to_string(), format!("{value:?}")))
        .collect();
    assert_eq!(pairs["map.name"], "String(Owned(\"sessions\"))");
    assert_eq!(pairs["map.deletes"], "Int(360000)");
    assert_eq!(pairs["map.deletes.rate"], "Double(120000.5)");
    assert_eq!(pairs["map.duration"], "Double(3.0)");
    assert_eq!(pairs["code.function.name"], "String(Owned(\"shop::Cart::new\"))");
    assert_eq!(pairs.len(), 11, "{pairs:?}");
    assert_eq!(loss.record.severity_text(), Some("INFO"));
    assert!(loss.record.trace_context().is_none());
}

/// Each provider by itself, and none.
#[test]
fn what_is_not_given_is_not_made() {
    let mut sink = SdkSink::new();
    sink.snapshot(&snapshot(vec![busy(1, "sessions", 100)], Health::default()));
    sink.notice(&storm());
    assert!(sink.episode(&episode(grow())));
    assert_eq!((sink.flush(soon()), sink.failed(), sink.shutdown(soon())), (0, 0, 0));

    let (provider, seen) = tracing(Sampler::AlwaysOn);
    let mut sink = SdkSink::new().tracer_provider(&provider);
    assert!(sink.episode(&episode(grow())));
    sink.snapshot(&snapshot(Vec::new(), Health::default()));
    assert_eq!(spans(&seen).len(), 1);
}
