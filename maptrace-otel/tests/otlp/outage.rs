//! An endpoint that takes connections and answers nothing, while maps are changed as fast as can be.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::{Cause, builder, flush, snapshot};

use crate::alone::{alone_within, scale};
use crate::server::{Behaviour, Server};
use crate::{eventually, exporter};

const THREADS: u64 = 2;

/// Bytes of memory that this process has.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .expect("a line");
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib << 10
}

/// Changes maps for so long, and returns how many operations that were.
fn work(time: Duration) -> u64 {
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            thread::spawn(move || {
                let mut map = HashMap::new();
                let (began, mut operations) = (Instant::now(), 0);
                while began.elapsed() < time {
                    for key in 0..1_000_u64 {
                        map.insert(key, operations);
                        operations += 1;
                    }
                    if operations % 100_000 == 0 {
                        map.clear();
                    }
                }
                operations
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
}

#[test]
#[ignore = "long, and of use in a release build on a quiet machine alone"]
fn an_endpoint_that_answers_nothing() {
    let rounds = 5 * scale();
    let hour = Duration::from_secs(86_400);
    alone_within(hour, module_path!(), "an_endpoint_that_answers_nothing", &[], || {
        let is_up = Arc::new(AtomicBool::new(true));
        let server = Server::start({
            let is_up = Arc::clone(&is_up);
            move |_| {
                if is_up.load(Ordering::Relaxed) {
                    Behaviour::ok()
                } else {
                    Behaviour::Silent
                }
            }
        });
        let (sink, health) = exporter(&server.url(), |otlp| {
            otlp.timeout(Duration::from_secs(2))
                .span_delay(Duration::from_millis(100))
        });
        let _guard = builder().sink(sink).interval(Duration::from_millis(500)).start();
        let time = Duration::from_secs(2);
        work(time);
        let before = resident();
        let (mut with, mut without, mut most, mut all) = (Vec::new(), Vec::new(), 0, 0);
        for _ in 0..rounds {
            for (up, into) in [(true, &mut with), (false, &mut without)] {
                is_up.store(up, Ordering::Relaxed);
                into.push(work(time));
                all += into.last().expect("one");
                most = most.max(resident());
            }
        }
        is_up.store(true, Ordering::Relaxed);
        // What was lost is said to the endpoint that is there again.
        eventually(|| {
            let _ = flush(Duration::from_secs(10));
            health.read().queued == 0
        });
        let now = snapshot();
        let health_now = &now.health;
        assert_eq!(health_now.emitted, health_now.delivered + health_now.dropped_total());
        assert_eq!(
            health_now.dropped[Cause::ExportFailed as usize],
            health.read().failed + health.read().refused
        );
        with.sort_unstable();
        without.sort_unstable();
        let middle = with.len() / 2;
        println!(
            "measured: {} operations, {:.1} M a second: {:.3} of the throughput with an endpoint that answers; {} bytes more; {} of {} episodes lost and counted",
            all,
            without[middle] as f64 / time.as_secs_f64() / 1e6,
            without[middle] as f64 / with[middle] as f64,
            most.saturating_sub(before),
            health.read().failed + health.read().refused,
            health.read().accepted + health.read().refused
        );
        assert!(most.saturating_sub(before) <= 8 << 20, "{most} bytes, after {before}");
    });
}
