//! Of maps and threads that are gone maptrace keeps nothing: after as many again the allocator has given out as many bytes as
//! before.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
#![expect(unsafe_code, reason = "an allocator that counts is one that passes on")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::{Episode, Sink, builder, flush, report, snapshot};

use alone::{alone, scale};

#[path = "support/alone.rs"]
mod alone;

/// Bytes that are given out, and pieces.
static BYTES: AtomicI64 = AtomicI64::new(0);
static PIECES: AtomicI64 = AtomicI64::new(0);

struct Counting;

// SAFETY: all is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as i64, Ordering::Relaxed);
        PIECES.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise is this one's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as i64, Ordering::Relaxed);
        PIECES.fetch_sub(1, Ordering::Relaxed);
        // SAFETY: the caller's promise is this one's.
        unsafe { System.dealloc(at, layout) };
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Takes and refuses by turns.
struct Flaps(AtomicU64);

impl Sink for Flaps {
    fn episode(&mut self, _: &Episode) -> bool {
        !(self.0.fetch_add(1, Ordering::Relaxed) / 1_000).is_multiple_of(3)
    }
}

/// Maps of each thread.
const MAPS: u64 = 50;

/// Threads, four at a time, that make maps which live for a few operations, grow, shrink and are cleared.
fn live(threads: u64) {
    for round in 0..threads / 4 {
        thread::scope(|scope| {
            for thread in 0..4 {
                scope.spawn(move || {
                    for map in 0..MAPS {
                        let mut short = BTreeMap::new();
                        short.insert(map, thread);
                        short.clear();
                        // Some stay young, some get a record.
                        let mut long = HashMap::new();
                        for key in 0..(map * 10 % 230) {
                            long.insert(key, round);
                        }
                        long.retain(|key, _| key % 3 == 0);
                        long.shrink_to_fit();
                    }
                });
            }
        });
        if round % 50 == 0 {
            assert!(!report().to_string().is_empty());
            let _ = flush(Duration::from_secs(60));
        }
    }
}

/// What is given out when all is at rest, but for the bytes of rings and records, which are as many as were in use at once.
fn at_rest() -> (i64, i64) {
    let _ = flush(Duration::from_secs(60));
    // Maps that were dropped are finished one pass after it was read, and the snapshot before this one is given up.
    for _ in 0..3 {
        drop(snapshot());
    }
    let others = snapshot().health.memory_bytes as i64;
    (BYTES.load(Ordering::Relaxed) - others, PIECES.load(Ordering::Relaxed))
}

#[test]
fn of_maps_and_threads_that_are_gone() {
    let threads = 400 * u64::from(scale());
    alone(module_path!(), "of_maps_and_threads_that_are_gone", &[], || {
        let _guard = builder().sink(Flaps(AtomicU64::new(0))).start();
        // Every place, ring and histogram once.
        live(400);
        let mut kept = vec![at_rest()];
        for _ in 0..5 {
            live(threads);
            kept.push(at_rest());
        }
        let health = snapshot().health.clone();
        println!(
            "measured: {kept:?} bytes and pieces kept, {} rings, {} passes",
            health.rings, health.passes
        );
        let grown: Vec<i64> = kept.windows(2).map(|two| two[1].0 - two[0].0).collect();
        println!(
            "measured: {threads} threads and {} maps, five times: {grown:?} bytes more each time",
            2 * MAPS * threads
        );
        assert_eq!(
            health.emitted,
            health.delivered + health.dropped_total() + health.sampled_out,
            "{health:?}"
        );
        // What is kept for more at once than there were before, some threads or a burst of episodes, is kept once. What is
        // kept of each thread or map is so each time: ten bytes of a thread, and a tenth of a byte of a map, would be found.
        let least = *grown.iter().min().expect("five");
        assert!(least < 10 * threads as i64, "{kept:?}");
    });
}
