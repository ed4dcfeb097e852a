//! A real Prometheus reads the page and answers questions on it.

use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::backends::Prometheus;
use crate::kv::KvServer;
use crate::process::eventually;

#[test]
#[ignore = "needs prometheus; ci/e2e.sh runs it"]
fn prometheus_has_the_exact_counts() {
    const SETS: usize = 12_345;

    let server = KvServer::start();
    let sets = (0..SETS).map(|n| vec!["SET".to_owned(), format!("key:{}", n % 10_000), "v".to_owned()]);
    assert_eq!(server.connect().pipeline(sets).len(), SETS);

    let prometheus = Prometheus::reading(server.page);
    prometheus.comes_to(r#"map_assign_total{map="keyspace",result="new"}"#, 10_000);
    prometheus.comes_to(r#"map_assign_total{map="keyspace",result="replaced"}"#, 2_345);
    prometheus.comes_to(r#"map_entries{map="keyspace"}"#, 10_000);
    let grows = server.metric("map_grow_total", &[("map", "keyspace")]);
    // The first table, of three entries, has no time if the map was young, which the first of a thread is not.
    let timed = server.metric("map_grow_duration_seconds_count", &[("map", "keyspace")]);
    assert!((grows - 1..=grows).contains(&timed), "{timed} of {grows}");
    prometheus.comes_to(r#"map_grow_duration_seconds_count{map="keyspace"}"#, timed);
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

    let prometheus = Prometheus::reading(page);
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
