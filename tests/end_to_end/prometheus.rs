//! A real Prometheus reads the page and answers questions on it.

use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::http;
use crate::kv::KvServer;
use crate::process::{Folder, Running, clean, eventually};

/// A Prometheus that scrapes one page every second, and keeps its exemplars.
struct Prometheus {
    api: SocketAddr,
    _process: Running,
    _folder: Folder,
}

impl Prometheus {
    fn scraping(page: SocketAddr) -> Self {
        let folder = Folder::new("prometheus");
        let config = folder.write(
            "prometheus.yml",
            &format!(
                "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\n\
                 scrape_configs: [{{job_name: kv, static_configs: [{{targets: [\"{page}\"]}}]}}]\n"
            ),
        );
        let mut process = Running::start(
            clean("prometheus")
                .arg(format!("--config.file={}", config.display()))
                .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
                .arg("--web.listen-address=127.0.0.1:0")
                .arg("--enable-feature=exemplar-storage"),
        );
        let api: SocketAddr = process.wait_for("where it listens", |line| {
            // Version 2 writes `msg="Listening on" address=…` and no more, version 3 may put other words around it.
            let (_, after) = line.split_once("Listening on")?.1.split_once("address=")?;
            after.split_whitespace().next()?.trim_matches('"').parse().ok()
        });
        Self {
            api,
            _process: process,
            _folder: folder,
        }
    }

    /// What its API answers. It has none before it is ready.
    fn get(&self, path: &str) -> Result<Value, String> {
        let answer = http::get(self.api, path)?;
        serde_json::from_str(&answer).map_err(|error| format!("{error}: {answer}"))
    }

    /// The one value that a query gives, once it does.
    fn query(&self, what: &str) -> String {
        eventually(what, || {
            let answer = self.get(&format!("/api/v1/query?query={what}"))?;
            match answer["data"]["result"].as_array().map(Vec::as_slice) {
                Some([one]) => Ok(one["value"][1].as_str().expect("a number").to_owned()),
                _ => Err(answer.to_string()),
            }
        })
    }
}

#[test]
#[ignore = "needs prometheus; ci/e2e.sh runs it"]
fn prometheus_has_the_exact_counts() {
    const SETS: usize = 12_345;

    let server = KvServer::start();
    let sets = (0..SETS).map(|n| vec!["SET".to_owned(), format!("key:{}", n % 10_000), "v".to_owned()]);
    assert_eq!(server.connect().pipeline(sets).len(), SETS);

    let prometheus = Prometheus::scraping(server.page);
    let query = |what: &str| prometheus.query(what);
    assert_eq!(query("map_assign_total{map=%22keyspace%22,result=%22new%22}"), "10000");
    assert_eq!(
        query("map_assign_total{map=%22keyspace%22,result=%22replaced%22}"),
        "2345"
    );
    assert_eq!(query("map_entries{map=%22keyspace%22}"), "10000");
    assert_eq!(
        query("map_grow_duration_seconds_count{map=%22keyspace%22}"),
        query("map_grow_total{map=%22keyspace%22}")
    );
    // It reads the types too, which it would drop with the page if it were not well-formed.
    let metadata = prometheus.get("/api/v1/metadata?metric=map_grow_duration_seconds");
    let metadata = metadata.expect("metadata").to_string();
    assert!(metadata.contains("\"type\":\"histogram\""), "{metadata}");
}

/// From a slow grow in Prometheus to the request that paid for it.
#[test]
#[ignore = "needs prometheus; ci/e2e.sh runs it"]
fn prometheus_has_the_exemplars() {
    let _guard = maptrace::builder()
        .listen(SocketAddr::from(([127, 0, 0, 1], 0)))
        .start();
    let page = maptrace::local_addr().expect("the page");
    let context = maptrace::context::SpanContext {
        trace_id: [0x5a; 16],
        span_id: [0xa5; 8],
        sampled: true,
    };
    maptrace::context::set_current(Some(context));
    let mut map = maptrace::collections::HashMap::new();
    map.extend((0..100_000_u32).map(|key| (key, key)));
    map.reserve(1_000_000);
    maptrace::context::set_current(None);

    let prometheus = Prometheus::scraping(page);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs();
    for (family, values) in [
        ("map_grow_duration_seconds", f64::MIN_POSITIVE..60.0),
        ("map_batch_duration_seconds", f64::MIN_POSITIVE..60.0),
        ("map_batch_size", 100_000.0..100_001.0),
    ] {
        let path = format!(
            "/api/v1/query_exemplars?query={family}_bucket&start={}&end={}",
            now - 3_600,
            now + 3_600
        );
        let found = eventually("its exemplars", || {
            let answer = prometheus.get(&path)?;
            let series = answer["data"].as_array().into_iter().flatten();
            let found = series.filter_map(|series| series["exemplars"].as_array()).flatten();
            let found: Vec<_> = found.cloned().collect();
            if found.is_empty() {
                Err(answer.to_string())
            } else {
                Ok(found)
            }
        });
        for exemplar in &found {
            let labels = serde_json::json!({"trace_id": "5a".repeat(16), "span_id": "a5".repeat(8)});
            assert_eq!(exemplar["labels"], labels);
            let value: f64 = exemplar["value"]
                .as_str()
                .and_then(|value| value.parse().ok())
                .expect("a number");
            assert!(values.contains(&value), "{family}: {exemplar}");
            // A moment before it was scraped.
            let age = now as f64 - exemplar["timestamp"].as_f64().expect("a time");
            assert!((-60.0..600.0).contains(&age), "{age} s: {exemplar}");
        }
    }
    drop(map);
}
