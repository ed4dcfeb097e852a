//! What the allocator and the system gave for tracing, beside what the documentation says.

use std::sync::Barrier;
use std::time::Duration;

use serde_json::json;

use crate::places::{self, PLACES};
use crate::row;
use crate::system::{allocated, resident};

/// Bytes by the formula in docs/reference.md.
fn formula(threads: u64, maps: u64, sites: u64) -> u64 {
    let records = (maps + sites + 32 * threads).next_multiple_of(1_024);
    (32 << 10) + threads * ((64 << 10) + (1 << 10)) + records * 168 + sites * 1_229
}

/// One after the other: a thread, maps, sites, and threads.
pub(crate) fn run(_: Duration) {
    let plain: u64 = {
        let before = allocated();
        let _plain = places::plain();
        allocated() - before
    };
    let (bytes, pages) = (allocated(), resident());
    let _guard = maptrace_runtime::builder().instances(200_000).memory(1 << 30).start();
    let look = |threads: u64, maps: u64, sites: u64, others: u64| {
        let health = maptrace_runtime::snapshot().health.clone();
        let used = allocated().saturating_sub(bytes + others) as f64;
        let says = formula(threads, maps, sites) as f64;
        row([
            ("threads", json!(threads)),
            ("maps", json!(maps)),
            ("sites", json!(sites)),
            ("formula kB", json!(says / 1e3)),
            ("allocated kB", json!(used / 1e3)),
            ("allocated / formula", json!(used / says)),
            ("own figure kB", json!(health.memory_bytes as f64 / 1e3)),
            ("resident kB", json!((resident() - pages) as f64 / 1e3)),
        ]);
    };
    let mut kept = Vec::with_capacity(200_000);
    let vector = (kept.capacity() * size_of::<places::Map>()) as u64;
    for maps in [1, 1_000, 10_000, 100_000] {
        while kept.len() < maps {
            kept.push(places::grown(0));
        }
        look(1, maps as u64, 2, vector + maps as u64 * plain);
    }
    for site in 1..PLACES {
        kept.push(places::grown(site));
    }
    look(
        1,
        kept.len() as u64,
        PLACES as u64 + 1,
        vector + kept.len() as u64 * plain,
    );
    for threads in [32, 256] {
        let (ready, done) = (Barrier::new(threads + 1), Barrier::new(threads + 1));
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let mut map = places::grown(0);
                    // A whole ring, so that each page of it is there.
                    for n in 0..20_000 {
                        map.insert(n % 2, n);
                        map.reserve(0);
                    }
                    drop(map);
                    ready.wait();
                    done.wait();
                });
            }
            ready.wait();
            look(
                threads as u64 + 1,
                kept.len() as u64,
                PLACES as u64 + 1,
                vector + kept.len() as u64 * plain,
            );
            done.wait();
        });
    }
}
