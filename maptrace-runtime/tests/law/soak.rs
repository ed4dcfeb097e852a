//! A long life with everything at once: threads and maps that come and go, forks, a sink that refuses and panics at times, and
//! those who look on. Memory and descriptors stay as they are, and the law holds all the time.
#![expect(unsafe_code, reason = "std has no fork")]

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::{Episode, MapSnapshot, Sink, builder, flush, report, shutdown, snapshot};

use crate::alone::{alone_within, scale};
use crate::process::resident;

/// Refuses for a while, takes for a while.
struct Flaps(AtomicU64);

impl Sink for Flaps {
    fn episode(&mut self, _: &Episode) -> bool {
        !(self.0.fetch_add(1, Ordering::Relaxed) / 1_000).is_multiple_of(3)
    }
}

fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").expect("Linux").count()
}

fn churn(round: u64) {
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            thread::spawn(move || {
                let mut long = HashMap::new();
                for key in 0..2_000 {
                    long.insert(key % (100 + round % 900), key);
                    if key % 50 == 0 {
                        let mut short = BTreeMap::new();
                        short.insert(key, thread);
                        short.clear();
                    }
                    if key % 3 == 0 {
                        long.remove(&(key / 2));
                    }
                }
                if round.is_multiple_of(2) {
                    long.shrink_to_fit();
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
}

fn fork() {
    // SAFETY: the child uses maps of its own, and ends by `_exit`.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: has no preconditions.
        unsafe { libc::alarm(60) };
        let mut map = HashMap::new();
        map.insert(1, 1);
        let health = snapshot().health.clone();
        let good = health.emitted == health.delivered + health.dropped_total();
        // SAFETY: has no preconditions.
        unsafe { libc::_exit(i32::from(!good)) };
    }
    let mut status = 0;
    // SAFETY: `status` may be written to, and the child is ours.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0, "the child failed or hung");
}

#[test]
#[ignore = "long; ci/promises.sh large 18"]
fn a_long_life() {
    let rounds = 100 * u64::from(scale());
    alone_within(Duration::from_secs(86_400), module_path!(), "a_long_life", &[], || {
        let _guard = builder().sink(Flaps(AtomicU64::new(0))).start();
        // Memory at the end of each hundredth, without rings and records: these have a limit of their own.
        let (mut memory, mut open) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            churn(round);
            if round % 10 == 0 {
                fork();
                assert!(!report().to_string().is_empty());
                let _ = flush(Duration::from_secs(60));
            }
            if round % (rounds / 100) == 0 {
                memory.push(resident().saturating_sub(snapshot().health.memory_bytes));
                open.push(descriptors());
            }
        }
        let now = snapshot();
        let health = &now.health;
        assert_eq!(
            health.emitted,
            health.delivered + health.dropped_total() + health.sampled_out,
            "{health:?}"
        );
        let sum = |of: fn(&MapSnapshot) -> u64| now.maps.iter().map(of).sum::<u64>();
        assert_eq!((sum(|map| map.live), sum(|map| map.entries)), (0, 0));
        // The first fifth is for getting warm.
        let mean = |part: &[u64]| part.iter().sum::<u64>() / part.len() as u64;
        let (early, late) = (mean(&memory[20..40]), mean(&memory[80..]));
        println!(
            "measured: {} events in {rounds} rounds: {early} bytes after a quarter, {late} at the end, {} and {} descriptors; {health:?}",
            health.emitted, open[20], open[99]
        );
        assert!(late <= early + (1 << 20), "{memory:?}");
        assert_eq!(open[20], open[99], "{open:?}");
        assert!(shutdown(Duration::from_secs(60)).complete);
    });
}
