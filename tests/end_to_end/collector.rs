//! The OpenTelemetry Collector between a program and both backends, at work, and gone for a while.

use std::process::Command;
use std::time::{Duration, Instant, UNIX_EPOCH};

use maptrace::context::SpanContext;
use maptrace::{Figure, FigureValue, Notice, NoticeKind, NoticeState, Sink as _};
use maptrace_otel::Otlp;
use serde_json::Value;

use crate::backends::{Collector, Jaeger, Prometheus, Span, free_addresses};
use crate::http;
use crate::kv::KvServer;
use crate::process::{Folder, eventually, run};
use crate::worker::{Account, Worker, question};

#[test]
#[ignore = "needs Jaeger, the Collector, Prometheus and redis-benchmark; ci/e2e.sh runs it"]
fn both_backends_have_what_kv_server_counted_under_load() {
    let jaeger = Jaeger::start();
    let collector = Collector::before(jaeger.otlp);
    let prometheus = Prometheus::reading(collector.page());
    let server = KvServer::start_with(|command| {
        command.args(["--otlp", &collector.url()]);
        command.env("OTEL_METRIC_EXPORT_INTERVAL", "500");
        // No span of a command may be lost: their exporter's own queue is shorter than this load.
        command.env("OTEL_BSP_MAX_QUEUE_SIZE", "65536");
    });
    let port = server.address.port().to_string();
    let common = ["-p", &port, "-r", "30000", "-n", "20000", "-c", "4", "-q"];
    println!(
        "{}",
        run(Command::new("redis-benchmark").args(common).args(["-t", "set"]))
    );
    println!(
        "{}",
        run(Command::new("redis-benchmark")
            .args(common)
            .args(["DEL", "key:__rand_int__"]))
    );
    eventually("all clients to be gone", || {
        match server.metric("map_entries", &[("map", "clients")]) {
            0 => Ok(()),
            clients => Err(format!("{clients} are there")),
        }
    });

    // Every number of every map, as the program shows it itself.
    let page = http::get(server.page, "/metrics").expect("its page");
    // Over OTLP a histogram has its largest value, which Prometheus has no place for.
    let is_sent = |line: &&str| line.starts_with("map_") && !line.contains("_max_");
    let samples = page.lines().filter(is_sent);
    let mut compared = 0;
    for sample in samples {
        let (series, value) = sample.rsplit_once(' ').expect("a value");
        // The Collector writes bounds its own way.
        let series = &series.replace(".0\"}", "\"}");
        let value: f64 = value.parse().expect("a number");
        eventually(series, || match &prometheus.ask(series)?[..] {
            [(_, found)] if found.parse() == Ok(value) => Ok(()),
            found => Err(format!("not {value} but {found:?}")),
        });
        compared += 1;
    }
    assert!(compared > 50, "{compared} samples in:\n{page}");

    let maps: Value = serde_json::from_str(&http::get(server.page, "/maps.json").expect("its maps")).expect("JSON");
    // Everything is sent by the end of the program.
    server.process.interrupt();
    let grows = all_within_their_commands(&jaeger);
    let keyspace = maps["maps"]
        .as_array()
        .expect("maps")
        .iter()
        .find(|map| map["name"] == "keyspace");
    has_taken(&grows, keyspace.expect("it is used"));
}

/// The grows and rehashes of the keyspace in Jaeger. Each is in the SET that paid for it.
fn all_within_their_commands(jaeger: &Jaeger) -> Vec<Span> {
    eventually("the grows", || {
        let mut grows = Vec::new();
        for trace in jaeger.grows("kv_server", "keyspace")? {
            let spans: Vec<Span> = trace["spans"]
                .as_array()
                .ok_or("no spans")?
                .iter()
                .cloned()
                .map(Span)
                .collect();
            for grow in spans.iter().filter(|span| span.is_episode("grow", "keyspace")) {
                let command = spans
                    .iter()
                    .find(|span| Some(span.id()) == grow.parent())
                    .ok_or("no parent yet")?;
                assert_eq!(command.name(), "SET");
                assert!(grow.is_within(command), "{trace:#}");
                grows.push(grow.clone());
            }
        }
        // A table for 13,000 keys has grown that often, from 112 on.
        if grows.len() < 7 {
            Err(format!("{} grows", grows.len()))
        } else {
            Ok(grows)
        }
    })
}

/// The spans of all pauses have taken as long as the map's own figures say, to the microsecond, but for those of the first
/// few entries: they are too short to be spans.
fn has_taken(pauses: &[Span], map: &Value) {
    let nanos = |what: &str| map[what].as_u64().unwrap_or_else(|| panic!("no {what} in {map:#}"));
    let longest = pauses.iter().map(Span::duration).max().expect("some");
    assert_eq!(longest, nanos("pause_max_ns") / 1_000, "{map:#}");
    let (sum, count) = (pauses.iter().map(Span::duration).sum::<u64>(), pauses.len() as u64);
    let total = nanos("pause_total_ns") / 1_000;
    // Of fewer than 100 entries: 3, 7, 14, 28 and 56, of 50 us at most each.
    const SMALL: u64 = 5;
    assert!(
        (sum..=sum + count + SMALL * 50).contains(&total),
        "{sum} us of {count} spans: {map:#}"
    );
}

#[test]
#[ignore = "needs Jaeger, the Collector and Prometheus; ci/e2e.sh runs it"]
fn while_the_collector_is_away_what_fails_is_missing_and_nothing_else() {
    let (account, arrived) = with_the_collector_away(Collector::terminate, None);
    assert_eq!(
        account.exporter("accepted") - arrived,
        account.exporter("failed"),
        "{account:?}"
    );
    assert!(account.exporter("failed") > 0, "{account:?}");
}

#[test]
#[ignore = "needs Jaeger, the Collector and Prometheus; ci/e2e.sh runs it"]
fn a_collector_that_is_killed_has_passed_on_at_most_one_batch_that_it_did_not_confirm() {
    const BATCH: u64 = 512;
    let (account, arrived) = with_the_collector_away(Collector::kill, None);
    let unconfirmed = arrived - account.exporter("exported");
    assert!(
        unconfirmed <= BATCH.min(account.exporter("failed")),
        "{arrived} spans: {account:?}"
    );
    assert!(account.exporter("failed") > 0, "{account:?}");
}

#[test]
#[ignore = "needs Jaeger, the Collector and Prometheus; ci/e2e.sh runs it"]
fn with_a_spool_nothing_is_lost_though_the_collector_is_killed() {
    let spool = Folder::new("spool");
    let (account, arrived) = with_the_collector_away(Collector::kill, Some(&spool));
    let lost = ["failed", "refused", "spooled"].map(|fate| account.exporter(fate));
    assert_eq!(
        (arrived, lost),
        (account.exporter("accepted"), [0, 0, 0]),
        "{account:?}"
    );
}

#[test]
#[ignore = "needs Jaeger, the Collector and Prometheus; ci/e2e.sh runs it"]
fn what_a_program_leaves_in_its_spool_the_next_one_sends() {
    let spool = Folder::new("spool");
    let jaeger = Jaeger::start();
    let mut collector = Collector::before(jaeger.otlp);
    let prometheus = Prometheus::reading(collector.page());

    let mut first = start(&collector, Some(&spool));
    until(&mut first, "spans to arrive", |account| {
        account.exporter("exported") > 500
    });
    collector.kill();
    until(&mut first, "spans to wait on disk", |account| {
        account.exporter("spooled") > 500
    });
    let first = first.end();
    let left = first.exporter("spooled");
    assert!(left > 500, "{first:?}");

    collector.start_again();
    let mut second = start(&collector, Some(&spool));
    until(&mut second, "what was left to be sent", |account| {
        account.exporter("recovered") == left && account.exporter("spooled") == 0
    });
    let second = second.end();
    for account in [&first, &second] {
        assert_eq!(
            (account.exporter("failed"), account.exporter("refused")),
            (0, 0),
            "{account:?}"
        );
    }
    assert_eq!(second.exporter("spooled"), 0, "{second:?}");

    let accepted = first.exporter("accepted") + second.exporter("accepted");
    assert_eq!(
        jaeger.spans("worker").expect("its spans").len() as u64,
        accepted,
        "{first:?} {second:?}"
    );
    // The last totals of the first were in the spool too, and are still those of another process.
    for ((map, instrument, result, count), other) in first.instruments().zip(second.instruments()) {
        prometheus.comes_to(&format!("sum({})", question(map, instrument, result)), count + other.3);
    }
    println!("{left} spans were left: {second:?}");
}

/// A worker that is busy, with a spool or without.
fn start(collector: &Collector, spool: Option<&Folder>) -> Worker {
    Worker::start(&collector.url(), |command| {
        command.args(["--busy", "2"]);
        // Long enough that an answer comes in time whenever there is somebody to answer, however busy the machine is.
        command.env("OTEL_EXPORTER_OTLP_TIMEOUT", "3000");
        // Room for all that happens between two passes of maptrace's collector, however late it comes.
        command.env("MAPTRACE_RING_BYTES", "8m");
        if let Some(spool) = spool {
            command.env("MAPTRACE_SPOOL", spool.path());
            // And here nothing is to be refused, either.
            command.env("OTEL_BSP_MAX_QUEUE_SIZE", "65536");
        }
    })
}

/// Lets the worker go on until it is so.
fn until(worker: &mut Worker, what: &str, is_so: impl Fn(&Account) -> bool) -> Account {
    eventually(what, || {
        let account = worker.work(1);
        if is_so(&account) {
            Ok(account)
        } else {
            Err(format!("{account:?}"))
        }
    })
}

/// Has a worker send through a Collector that goes away under load, and comes back. Returns the worker's own account, and
/// how many of its spans Jaeger has. Whatever was lost of those, no count was.
fn with_the_collector_away(go_away: fn(&mut Collector), spool: Option<&Folder>) -> (Account, u64) {
    let jaeger = Jaeger::start();
    let mut collector = Collector::before(jaeger.otlp);
    let prometheus = Prometheus::reading(collector.page());
    let mut worker = start(&collector, spool);
    until(&mut worker, "spans to arrive", |account| {
        account.exporter("exported") > 1_000
    });
    go_away(&mut collector);
    let missed = if spool.is_some() { "spooled" } else { "failed" };
    let away = until(&mut worker, "spans not to arrive", |account| {
        account.exporter(missed) > 1_000
    });
    collector.start_again();
    until(&mut worker, "all to arrive again", |account| {
        account.exporter("exported") > away.exporter("exported") + 1_000 && account.exporter("spooled") == 0
    });

    let account = worker.end();
    let fates = ["exported", "failed", "queued", "spooled"].map(|fate| account.exporter(fate));
    assert_eq!(account.exporter("accepted"), fates.iter().sum::<u64>(), "{account:?}");
    let none = ["queued", "unsampled", "small", "recovered"].map(|fate| account.exporter(fate));
    assert_eq!(none, [0; 4], "{account:?}");
    for (map, instrument, result, count) in account.instruments() {
        prometheus.comes_to(&question(map, instrument, result), count);
    }
    // Each of them was an episode, and was given to the exporter.
    let episodes = r#"sum({__name__=~"map_(grow|rehash|shrink|batch|clear|freed)_total"})"#;
    prometheus.comes_to(episodes, account.exporter("accepted") + account.exporter("refused"));
    let arrived = jaeger.spans("worker").expect("its spans").len() as u64;
    println!("{arrived} spans arrived: {account:?}");
    (account, arrived)
}

/// What somebody on call is to know is where the service's other log records are, and leads to the trace.
#[test]
#[ignore = "needs the Collector; ci/e2e.sh runs it"]
fn a_notice_is_a_log_record_with_its_span() {
    let [nobody] = free_addresses();
    let collector = Collector::before(nobody);
    let url = collector.url();
    let built = Otlp::builder().endpoint(url).service_name("shop").build_with(|_| None);
    let (mut exporter, warnings) = built.expect("an exporter");
    assert_eq!(warnings, [""; 0]);
    let mut notice = Notice::new(NoticeKind::DeleteStorm, "sessions: delete storm");
    notice.state = NoticeState::Began;
    notice.time = UNIX_EPOCH + Duration::new(1_732_161_906, 123_456_789);
    notice.context = Some(SpanContext {
        trace_id: [0xab; 16],
        span_id: [0xcd; 8],
        sampled: true,
    });
    notice.figures = vec![Figure::new("map.deletes.rate", FigureValue::Rate(120_000.5))];
    exporter.notice(&notice);
    assert_eq!(exporter.shutdown(Instant::now() + Duration::from_secs(60)), 0);
    assert_eq!(exporter.health().read().logs_exported, 1);

    let record = eventually("the record", || match &collector.records()[..] {
        [record] => Ok(record.clone()),
        records => Err(format!("{} records", records.len())),
    });
    assert_eq!(record["eventName"], "map.delete_storm", "{record:#}");
    assert_eq!(record["timeUnixNano"], "1732161906123456789");
    assert_eq!(
        (&record["severityNumber"], &record["severityText"]),
        (&13.into(), &"WARN".into())
    );
    assert_eq!(record["body"]["stringValue"], "sessions: delete storm");
    assert_eq!(record["traceId"], "ab".repeat(16));
    assert_eq!(record["spanId"], "cd".repeat(8));
    let attributes = record["attributes"].as_array().expect("attributes");
    let value = |key: &str| {
        let attribute = attributes.iter().find(|attribute| attribute["key"] == key);
        &attribute.unwrap_or_else(|| panic!("no {key} in {record:#}"))["value"]
    };
    assert_eq!(value("maptrace.notice.state")["stringValue"], "began");
    assert_eq!(value("map.deletes.rate")["doubleValue"], 120_000.5);
}
