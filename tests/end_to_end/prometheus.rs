//! A real Prometheus reads the page and answers questions on it.

use std::net::SocketAddr;

use serde_json::Value;

use crate::http;
use crate::kv::KvServer;
use crate::process::{Folder, Running, clean, eventually};

#[test]
#[ignore = "needs prometheus; ci/e2e.sh runs it"]
fn prometheus_has_the_exact_counts() {
    const SETS: usize = 12_345;

    let server = KvServer::start();
    let sets = (0..SETS).map(|n| vec!["SET".to_owned(), format!("key:{}", n % 10_000), "v".to_owned()]);
    assert_eq!(server.connect().pipeline(sets).len(), SETS);

    let folder = Folder::new("prometheus");
    let config = folder.write(
        "prometheus.yml",
        &format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\n\
             scrape_configs: [{{job_name: kv, static_configs: [{{targets: [\"{}\"]}}]}}]\n",
            server.page
        ),
    );
    let mut prometheus = Running::start(
        clean("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .arg("--web.listen-address=127.0.0.1:0"),
    );
    let api: SocketAddr = prometheus.wait_for("where it listens", |line| {
        // Version 2 writes `msg="Listening on" address=…` and no more, version 3 may put other words around it.
        let (_, after) = line.split_once("Listening on")?.1.split_once("address=")?;
        after.split_whitespace().next()?.trim_matches('"').parse().ok()
    });

    let query = |what: &str| {
        eventually(what, || {
            let answer = http::get(api, &format!("/api/v1/query?query={what}"))?;
            let answer: Value = serde_json::from_str(&answer).map_err(|error| format!("{error}: {answer}"))?;
            match answer["data"]["result"].as_array().map(Vec::as_slice) {
                Some([one]) => Ok(one["value"][1].as_str().expect("a number").to_owned()),
                _ => Err(answer.to_string()),
            }
        })
    };
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
    let metadata = http::get(api, "/api/v1/metadata?metric=map_grow_duration_seconds").expect("metadata");
    assert!(metadata.contains("\"type\":\"histogram\""), "{metadata}");
}
