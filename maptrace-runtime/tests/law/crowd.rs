//! Very many threads and maps take what docs/reference.md says they do, and no more; past the cap they are counted.

use std::collections::HashMap as Plain;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::{Cause, MapSnapshot, snapshot};

use crate::alone::{alone_within, scale};
use crate::process::resident;

const RING: u64 = 4 << 10;
/// Maps of a thread.
const EACH: u64 = 100;

/// What the process has when all threads and maps are there.
fn crowd(test: &str, threads: u64, variables: &[(&str, &str)]) -> Option<u64> {
    let output = alone_within(Duration::from_secs(3_600), module_path!(), test, variables, || {
        let barrier = Barrier::new(threads as usize + 1);
        thread::scope(|scope| {
            for _ in 0..threads {
                let work = || {
                    let mut maps: Vec<HashMap<u64, u64>> = Vec::with_capacity(EACH as usize);
                    maps.extend((0..EACH).map(|key| {
                        let mut map = HashMap::from(Plain::with_capacity(3));
                        // With a record of its own.
                        map.reserve(0);
                        map.insert(key, key);
                        map
                    }));
                    barrier.wait();
                    // Here the others are counted.
                    barrier.wait();
                    drop(maps);
                };
                let thread = thread::Builder::new().stack_size(64 << 10);
                thread.spawn_scoped(scope, work).expect("a thread");
            }
            barrier.wait();
            let now = snapshot();
            println!("measured: {} bytes", resident());
            if now.health.memory_limit_bytes > 0 {
                let sum = |of: fn(&MapSnapshot) -> u64| now.maps.iter().map(of).sum::<u64>();
                assert_eq!(
                    (sum(|map| map.live), sum(|map| map.entries)),
                    (threads * EACH, threads * EACH)
                );
                let health = &now.health;
                assert_eq!(health.emitted, health.delivered + health.dropped_total(), "{health:?}");
                assert!(health.memory_bytes <= health.memory_limit_bytes, "{health:?}");
                println!(
                    "measured: {} maps have records, {} do not, {} threads have rings, {} events were lost for want of one",
                    health.instances,
                    health.instances_past_cap,
                    health.rings,
                    health.dropped[Cause::Disabled as usize]
                );
            }
            barrier.wait();
        });
    })?;
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, rest) = out.split_once("measured: ").expect("a figure");
    Some(rest.split(' ').next()?.parse().expect("a number"))
}

#[test]
#[ignore = "many threads; ci/promises.sh large 16"]
fn ten_thousand_threads_and_a_million_maps() {
    let test = "ten_thousand_threads_and_a_million_maps";
    let threads = 1_000 * u64::from(scale());
    let ring = RING.to_string();
    let figure = |variables: &[(&str, &str)]| crowd(test, threads, variables);
    let Some(plain) = figure(&[("MAPTRACE_ENABLED", "0")]) else {
        return;
    };
    let all = [
        ("MAPTRACE_MEMORY", "1g"),
        ("MAPTRACE_INSTANCES", "2000000"),
        ("MAPTRACE_RING_BYTES", ring.as_str()),
    ];
    let traced = figure(&all).expect("it is not that process");
    let capped = figure(&[]).expect("it is not that process");
    // docs/reference.md.
    let said = (32 << 10)
        + threads * (RING + (1 << 10))
        + (threads * EACH + 1 + 32 * threads).next_multiple_of(1_024) * 168
        + 1_229;
    let limit: u64 = 64 << 20;
    let (more, within) = (traced.saturating_sub(plain), capped.saturating_sub(plain));
    println!(
        "measured: {threads} threads, {} maps: {more} bytes more than with tracing off, {said} said; {within} with the default cap of {limit}",
        threads * EACH
    );
    // What the system and the allocator round up comes on top: a page or two of each thread.
    assert!(
        more <= said + said / 20 + (1 << 20),
        "{more} bytes, where {said} are said"
    );
    assert!(
        within <= limit + limit / 20 + (1 << 20),
        "{within} bytes, where {limit} are allowed"
    );
}
