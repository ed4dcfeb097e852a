//! A real Jaeger shows a grow inside the command that paid for it.

use std::time::{Duration, Instant, SystemTime};

use maptrace::{Episode, EpisodeKind, Kind, Sink as _, SiteInfo, context};
use serde_json::Value;

use crate::backends::{Jaeger, free_addresses};
use crate::kv::KvServer;
use crate::process::{PATIENCE, eventually};
use crate::telemetry;

#[test]
#[ignore = "needs Jaeger; ci/e2e.sh runs it"]
fn a_grow_is_a_child_of_the_command_that_paid_for_it() {
    let jaeger = Jaeger::start();
    let server = KvServer::start_with(|command| {
        command.args(["--otlp", &format!("http://{}", jaeger.otlp)]);
        // No span of a command may be lost: their exporter's own queue is shorter than this load.
        command.env("OTEL_BSP_MAX_QUEUE_SIZE", "65536");
    });
    let mut client = server.connect();
    // Grows of a table are timed from 28 entries on: there are at least five of them.
    for n in 0..1_000 {
        assert_eq!(client.ask(&["SET", &format!("key:{n}"), "v"]), "+OK");
    }
    drop(client);
    // Everything is sent by the end of the program.
    server.process.interrupt();

    let (trace, grow, set) = eventually("a grow within a SET", || {
        for trace in jaeger.grows("kv_server", "keyspace")? {
            let spans = trace["spans"].as_array().ok_or("no spans")?;
            let named = |of: &str| {
                let is = |span: &&Value| span["operationName"].as_str().is_some_and(|name| name.starts_with(of));
                spans.iter().find(is)
            };
            if let (Some(grow), Some(set)) = (named("map.grow keyspace "), named("SET")) {
                return Ok((trace.clone(), grow.clone(), set.clone()));
            }
        }
        Err("there is none yet".to_owned())
    });
    let parent = &grow["references"][0];
    assert_eq!(
        (&parent["refType"], &parent["spanID"]),
        (&Value::from("CHILD_OF"), &set["spanID"]),
        "{trace:#}"
    );
    // Within its parent's time too; Jaeger cuts to microseconds.
    let (start, duration) = (|span: &Value| span["startTime"].as_u64().expect("a time"), "duration");
    let end = |span: &Value| start(span) + span[duration].as_u64().expect("a duration");
    assert!(start(&set) <= start(&grow) && end(&grow) <= end(&set) + 1, "{trace:#}");
    let tags = grow["tags"].as_array().expect("tags");
    let has = |key: &str, value: Value| tags.iter().any(|tag| tag["key"] == key && tag["value"] == value);
    assert!(
        has("map.name", "keyspace".into()) && has("code.file.path", "examples/kv_server/db.rs".into()),
        "{trace:#}"
    );
    // The command says what it did to maps in all.
    let of_set = |key: &str| {
        let tag = set["tags"].as_array()?.iter().find(|tag| tag["key"] == key)?;
        tag["value"].as_u64()
    };
    assert_eq!(
        (of_set("map.assigns"), of_set("map.deletes")),
        (Some(1), Some(0)),
        "{trace:#}"
    );
    let pause = of_set("map.pause_ns").expect("a pause") / 1_000;
    assert!(
        pause.abs_diff(grow[duration].as_u64().expect("a duration")) <= 1,
        "{trace:#}"
    );
}

#[test]
#[ignore = "needs Jaeger; ci/e2e.sh runs it"]
fn times_and_attributes_arrive_as_they_were_sent() {
    let jaeger = Jaeger::start();
    let url = format!("http://{}", jaeger.otlp);
    let spans = telemetry::start("kv_server", &url).expect("no other test here has a subscriber");
    let (mut exporter, warnings) = maptrace_otel::Otlp::builder()
        .endpoint(&url)
        .build_with(|_| None)
        .expect("an exporter");
    assert_eq!(warnings, [""; 0]);

    let parent = {
        let _request = tracing::info_span!("request").entered();
        let _command = tracing::info_span!("command").entered();
        context::current().expect("a span is active")
    };
    // Jaeger hides what is too old, so this happens now, at a full microsecond, which is all that its API shows.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let start = u64::try_from(now.expect("a clock after 1970").as_micros()).expect("a clock before 2554");
    let mut grow = grow(SystemTime::UNIX_EPOCH + Duration::from_micros(start));
    grow.duration = Some(Duration::from_micros(117_001));
    grow.context = Some(parent);
    assert!(exporter.episode(&grow));
    assert_eq!(exporter.shutdown(Instant::now() + PATIENCE), 0);
    let health = exporter.health().read();
    assert_eq!(health.exported, 1, "{health:?}");
    spans.shutdown().expect("all spans are sent");

    let path = format!("/api/traces/{}", hex(&parent.trace_id));
    let found = eventually("all of the trace", || {
        let traces = jaeger.ask(&path)?;
        match traces.first().and_then(|trace| trace["spans"].as_array()) {
            Some(spans) if spans.len() == 3 => Ok(spans.clone()),
            _ => Err(format!("{traces:?}")),
        }
    });
    let named = |name: &str| {
        let span = found.iter().find(|span| span["operationName"] == name);
        span.unwrap_or_else(|| panic!("no {name} in {found:?}"))
    };
    let (request, command, grow) = (
        named("request"),
        named("command"),
        named("map.grow sessions 1.8M -> 3.7M"),
    );
    for (child, parent) in [(command, request), (grow, command)] {
        let reference = &child["references"][0];
        assert_eq!(
            (&reference["refType"], &reference["traceID"], &reference["spanID"]),
            (&Value::from("CHILD_OF"), &parent["traceID"], &parent["spanID"])
        );
    }
    assert_eq!(command["spanID"], hex(&parent.span_id));
    assert_eq!(
        (&grow["startTime"], &grow["duration"]),
        (&start.into(), &117_001.into())
    );
    let tags = grow["tags"].as_array().expect("tags");
    for (key, value) in [
        ("map.name", Value::from("sessions")),
        ("map.type", "string_int".into()),
        ("map.capacity.old", 1_835_008.into()),
        ("map.capacity.new", 3_670_016.into()),
        ("code.file.path", "src/shop.rs".into()),
        ("code.line.number", 7.into()),
    ] {
        assert!(
            tags.iter().any(|tag| tag["key"] == key && tag["value"] == value),
            "no {key}={value} in {tags:?}"
        );
    }
}

/// A made-up episode, so that every number of it is known.
fn grow(start: SystemTime) -> Episode {
    let mut site = SiteInfo::new(1, "sessions", Kind::HashMap);
    site.type_label = "string_int".to_owned();
    site.file = "src/shop.rs".to_owned();
    site.line = 7;
    let kind = EpisodeKind::Grow {
        old_capacity: 1_835_008,
        new_capacity: 3_670_016,
        entries: 1_835_008,
        old_bytes: 35_651_600,
        new_bytes: 71_303_184,
        peak_bytes: 106_954_784,
        tombstones: 0,
    };
    Episode::new(site.into(), kind, start)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
#[ignore = "needs the examples; ci/e2e.sh runs it"]
fn an_endpoint_that_is_not_there_costs_nothing_but_its_spans() {
    let [nobody] = free_addresses();
    let server = KvServer::start_with(|command| {
        command.args(["--otlp", &format!("http://{nobody}")]);
    });
    let mut client = server.connect();
    let sets = (0..10_000).map(|n| vec!["SET".to_owned(), format!("key:{n}"), "v".to_owned()]);
    assert!(client.pipeline(sets).iter().all(|reply| reply == "+OK"));
    assert_eq!(server.metric("map_entries", &[("map", "keyspace")]), 10_000);
    drop(client);
    let said = server.process.interrupt();
    assert!(
        said.lines().any(|line| line.starts_with("keyspace")),
        "the report comes all the same:\n{said}"
    );
}
