//! What somebody finds who looks into why a request was slow, in an HTTP service under load.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::backends::{Collector, Jaeger, Prometheus, Span};
use crate::http;
use crate::process::{Running, eventually, example, run};

/// A table of so many entries is full: one more, and it grows.
const FULL: u64 = 458_752;

struct Shop {
    process: Running,
    address: SocketAddr,
    page: SocketAddr,
}

impl Shop {
    fn start(otlp: &str, sessions: u64) -> Self {
        let mut command = example("shop");
        command.args(["--port", "0", "--listen", "127.0.0.1:0", "--otlp", otlp]);
        command.args(["--sessions", &sessions.to_string()]);
        command.env("OTEL_METRIC_EXPORT_INTERVAL", "500");
        // No span of a request may be lost: their exporter's own queue is shorter than this load.
        command.env("OTEL_BSP_MAX_QUEUE_SIZE", "262144");
        let mut process = Running::start(&mut command);
        let page = process.wait_for("where it shows its maps", |line| {
            let address = line.strip_prefix("maptrace: maps are shown at http://")?;
            address.strip_suffix('/')?.parse().ok()
        });
        let address = process.wait_for("where it listens", |line| {
            line.strip_prefix("shop listening on ")?.parse().ok()
        });
        Self { process, address, page }
    }

    /// Has a second of visitors, and returns what the client says of it.
    fn visited(&self) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop/log_in.lua");
        let mut wrk = Command::new("wrk");
        wrk.args(["--threads", "1", "--connections", "4", "--duration", "1s", "--script"]);
        run(wrk.arg(script).arg(format!("http://{}", self.address)))
    }

    /// Has up to so many idle sessions closed, in the trace and span of `caller`.
    fn clean_up(&self, at_most: u64, caller: &str) {
        let path = format!("/sessions?idle_for=60&at_most={at_most}");
        let answer = http::ask(
            self.address,
            "DELETE",
            &path,
            &format!("traceparent: 00-{caller}-01\r\n"),
        );
        assert_eq!(answer, Ok(format!(r#"{{"closed":{at_most}}}"#)));
    }

    /// What it says of its sessions itself.
    fn stats(&self) -> Value {
        let answer = http::get(self.address, "/stats").expect("its own counts");
        serde_json::from_str::<Value>(&answer).expect("JSON")["sessions"].take()
    }

    /// What maptrace says of all maps.
    fn maps(&self) -> Value {
        let answer = http::get(self.page, "/maps.json").expect("its maps");
        serde_json::from_str(&answer).expect("JSON")
    }

    /// What maptrace says of the sessions.
    fn sessions(&self) -> Value {
        let mut maps = self.maps();
        let maps = maps["maps"].as_array_mut().expect("maps");
        maps.iter_mut()
            .find(|map| map["name"] == "sessions")
            .expect("it is used")
            .take()
    }
}

#[test]
#[ignore = "needs Jaeger, the Collector, Prometheus and wrk; ci/e2e.sh runs it"]
fn a_slow_request_leads_to_the_grow_the_map_and_the_delete_storm_before_it() {
    const STORM: u64 = 4_000;
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    let jaeger = Jaeger::start();
    let collector = Collector::before(jaeger.otlp);
    let prometheus = Prometheus::reading(collector.page());
    let shop = Shop::start(&collector.url(), FULL - 500);

    // Somebody cleans up, in a trace of his own.
    shop.clean_up(STORM, &format!("{TRACE}-b7ad6b7169203331"));
    // And others log in, until one of them has to wait.
    let before = shop.sessions()["grows"].as_u64().expect("a count");
    eventually("the table to grow", || {
        println!("{}", shop.visited());
        match shop.sessions()["grows"].as_u64() {
            Some(grows) if grows > before => Ok(()),
            _ => Err(shop.sessions().to_string()),
        }
    });

    // The map's metrics are what the shop has counted.
    let own = shop.stats();
    let count = |what: &str| own[what].as_u64().expect("a count");
    prometheus.comes_to(r#"map_assign_total{map="sessions",result="new"}"#, count("opened"));
    prometheus.comes_to(r#"map_delete_total{map="sessions",result="hit"}"#, count("closed"));
    prometheus.comes_to(r#"map_entries{map="sessions"}"#, count("open"));
    prometheus.comes_to(r#"map_grow_total{map="sessions"}"#, before + 1);
    assert_eq!(
        (count("closed"), count("open")),
        (STORM, FULL - 500 + count("opened") - (FULL - 500) - STORM)
    );
    let sessions = shop.sessions();
    // Everything is sent by the end of the program.
    shop.process.interrupt();

    let (grow, request) = eventually("the grow in its request", || {
        for trace in jaeger.grows("shop", "sessions")? {
            let spans: Vec<Span> = trace["spans"]
                .as_array()
                .ok_or("no spans")?
                .iter()
                .cloned()
                .map(Span)
                .collect();
            let grow = spans
                .iter()
                .find(|span| span.tag("map.capacity.old").is_some_and(|old| *old == FULL));
            let Some(grow) = grow else { continue };
            let request = spans.iter().find(|span| Some(span.id()) == grow.parent());
            return Ok((grow.clone(), request.ok_or("no request yet")?.clone()));
        }
        Err("it is not there".to_owned())
    });
    assert_eq!(
        (request.name(), grow.name()),
        ("POST /sessions", "map.grow sessions 459k -> 918k")
    );
    assert_eq!(request.tag("http.route"), Some(&"/sessions".into()));
    assert_eq!(request.tag("http.response.status_code"), Some(&201.into()));
    assert_eq!(grow.tag("map.capacity.new"), Some(&(2 * FULL).into()));
    assert!(grow.is_within(&request), "{grow:?} {request:?}");
    // How long it took is what the map's own figures say.
    let pauses: Vec<u64> = jaeger
        .spans("shop")
        .expect("its spans")
        .iter()
        .filter(|span| span.is_episode("grow", "sessions"))
        .map(Span::duration)
        .collect();
    let nanos = |what: &str| sessions[what].as_u64().expect("a duration");
    assert_eq!(
        pauses.iter().max(),
        Some(&(nanos("pause_max_ns") / 1_000)),
        "{sessions:#}"
    );
    let sum: u64 = pauses.iter().sum();
    // Five of fewer than 100 entries may be too short to be spans, of 50 us at most each.
    assert!(
        (sum..=sum + pauses.len() as u64 + 5 * 50).contains(&(nanos("pause_total_ns") / 1_000)),
        "{pauses:?} {sessions:#}"
    );

    // The clean-up was before it, and is found by its caller's trace.
    let trace = jaeger.ask(&format!("/api/traces/{TRACE}")).expect("its trace");
    let spans = trace[0]["spans"].as_array().expect("spans").iter().cloned().map(Span);
    let clean_up = spans
        .clone()
        .find(|span| span.name() == "DELETE /sessions")
        .expect("its request");
    assert_eq!(clean_up.parent(), Some("b7ad6b7169203331"));
    assert!(clean_up.start() + clean_up.duration() <= grow.start());
}

#[test]
#[ignore = "needs Jaeger, the Collector and Prometheus; ci/e2e.sh runs it"]
fn a_delete_storm_is_a_log_record_in_the_collector() {
    const SESSIONS: u64 = 50_000;
    const STORM: u64 = 20_000;
    const USUAL_AFTER: Duration = Duration::from_secs(62);

    let jaeger = Jaeger::start();
    let collector = Collector::before(jaeger.otlp);
    let prometheus = Prometheus::reading(collector.page());
    let shop = Shop::start(&collector.url(), SESSIONS);
    // Before that nobody knows what is usual.
    eventually("a minute to pass", || match shop.maps()["uptime_ns"].as_u64() {
        Some(nanos) if Duration::from_nanos(nanos) > USUAL_AFTER => Ok(()),
        up => Err(format!("{up:?} ns have passed")),
    });
    shop.clean_up(STORM, "0af7651916cd43dd8448eb211c80319d-b7ad6b7169203331");

    let record = eventually("the record of the storm", || {
        let records = collector.records();
        let storm = records.iter().find(|record| record["eventName"] == "map.delete_storm");
        storm.cloned().ok_or_else(|| format!("{records:#?}"))
    });
    let attribute = |key: &str| {
        let attributes = record["attributes"].as_array().into_iter().flatten();
        let value = attributes
            .clone()
            .find(|pair| pair["key"] == key)
            .map(|pair| &pair["value"]);
        // OTLP's JSON has whole numbers as text.
        value.and_then(|value| value["stringValue"].as_str().or(value["intValue"].as_str()))
    };
    assert_eq!(attribute("map.name"), Some("sessions"), "{record:#}");
    assert_eq!(attribute("map.deletes"), Some(&*STORM.to_string()), "{record:#}");
    assert_eq!(
        attribute("map.entries.before"),
        Some(&*SESSIONS.to_string()),
        "{record:#}"
    );
    // The map's metrics say the same.
    prometheus.comes_to(r#"map_delete_total{map="sessions",result="hit"}"#, STORM);
    prometheus.comes_to(r#"map_entries{map="sessions"}"#, SESSIONS - STORM);
    println!("{}", record["body"]["stringValue"]);
}
