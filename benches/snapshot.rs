//! What it costs to look: a settled snapshot of many live maps, and the page for Prometheus made of it.
//!
//! `cargo bench --bench snapshot` prints medians of one run, by the number of live maps. The maps are of 64 sites, empty
//! but for one entry, and nothing else is done meanwhile: what is measured is the walk over the maps.

use std::time::{Duration, Instant};

use maptrace::collections::HashMap;

const ROUNDS: usize = 41;

/// A map of a site of its own: a site is a place and a type.
fn keep<const N: usize>(kept: &mut Vec<Box<dyn Send>>) {
    let mut map = HashMap::new();
    map.insert([0_u8; N], 0_u8);
    // Small, but not young: each has a record of its own.
    map.reserve(0);
    kept.push(Box::new(map));
}

macro_rules! makers {
    ($($n:literal)*) => { [$(keep::<{ $n }>, keep::<{ $n + 16 }>, keep::<{ $n + 32 }>, keep::<{ $n + 48 }>),*] };
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}

fn main() {
    let _guard = maptrace::builder().instances(200_000).memory(1 << 30).start();
    let makers = makers!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    let mut kept = Vec::new();
    println!("{:>8} {:>6} {:>12} {:>12}", "maps", "sites", "snapshot", "page");
    for maps in [100, 1_000, 10_000, 100_000] {
        while kept.len() < maps {
            makers[kept.len() % makers.len()](&mut kept);
        }
        let snapshot = maptrace::snapshot();
        assert_eq!(
            snapshot.health.instances, maps as u64,
            "each map has a record of its own"
        );
        let page = median(|| drop(maptrace_runtime::openmetrics::render(&snapshot)));
        println!(
            "{maps:>8} {:>6} {:>12.1?} {page:>12.1?}",
            snapshot.maps.len(),
            median(|| drop(maptrace::snapshot())),
        );
    }
}
