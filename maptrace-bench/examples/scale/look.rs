//! What it costs to look: a settled snapshot and the page for Prometheus.

use std::time::Duration;

use serde_json::json;

use crate::places;
use crate::row;
use crate::system::{cpu_time, median};

/// Milliseconds of CPU time, all of which is this thread's: the median of some.
fn timed(mut work: impl FnMut()) -> f64 {
    let times = (0..21).map(|_| {
        let from = cpu_time();
        work();
        (cpu_time() - from) as f64 / 1e6
    });
    median(times.collect())
}

/// Maps of one site and of many.
pub(crate) fn run(_: Duration) {
    let _guard = maptrace_runtime::builder().instances(200_000).memory(1 << 30).start();
    let mut kept = Vec::new();
    for (maps, sites) in [(100, 64), (1_000, 64), (10_000, 64), (100_000, 64), (110_000, 10_000)] {
        while kept.len() < maps {
            kept.push(places::grown(kept.len() % sites));
        }
        let snapshot = maptrace_runtime::snapshot();
        assert_eq!(
            snapshot.health.instances, maps as u64,
            "each map has a record of its own"
        );
        row([
            ("maps", json!(maps)),
            ("sites", json!(snapshot.maps.len())),
            ("snapshot ms", json!(timed(|| drop(maptrace_runtime::snapshot())))),
            (
                "page ms",
                json!(timed(|| drop(maptrace_runtime::openmetrics::render(&snapshot)))),
            ),
            (
                "page kB",
                json!(maptrace_runtime::openmetrics::render(&snapshot).len() as f64 / 1e3),
            ),
        ]);
    }
}
