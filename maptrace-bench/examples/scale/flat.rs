//! Whether an operation costs the same however many threads, maps and sites there are: CPU time of the threads that do
//! them, on the plain and the traced map in turns.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::places::{self, Map, Plain};
use crate::row;
use crate::system::{cpu_time, median};

/// Operations between two readings of the clock.
const BLOCK: usize = 20_000;

/// Nanoseconds of an operation, plain and traced, pair by pair.
#[derive(Default)]
struct Pairs(Vec<(f64, f64)>);

impl Pairs {
    /// Runs both in turns for `time`, and in turns first.
    fn measure(time: Duration, mut plain: impl FnMut(usize), mut traced: impl FnMut(usize)) -> Self {
        let mut pairs = Self::default();
        let begun = Instant::now();
        let timed = |work: &mut dyn FnMut(usize)| {
            let from = cpu_time();
            work(BLOCK);
            (cpu_time() - from) as f64 / BLOCK as f64
        };
        plain(BLOCK);
        traced(BLOCK);
        while begun.elapsed() < time || pairs.0.len() < 11 {
            let pair = if pairs.0.len() % 2 == 0 {
                let plain = timed(&mut plain);
                (plain, timed(&mut traced))
            } else {
                let traced = timed(&mut traced);
                (timed(&mut plain), traced)
            };
            pairs.0.push(pair);
        }
        pairs
    }

    /// The row of these.
    fn row(&self, what: &str, n: usize, work: &str) {
        let of = |value: fn(&(f64, f64)) -> f64| median(self.0.iter().map(value).collect());
        row([
            (what, json!(Value::from(n))),
            ("work", json!(work)),
            ("plain ns", json!(of(|it| it.0))),
            ("traced ns", json!(of(|it| it.1))),
            ("added ns", json!(of(|it| it.1 - it.0))),
            ("ratio", json!(of(|it| it.1 / it.0))),
        ]);
    }
}

/// Does something so many times.
fn repeat<R>(times: usize, mut work: impl FnMut(u64) -> R) {
    for i in 0..times as u64 {
        black_box(work(i));
    }
}

/// Each thread overwrites a map of its own.
pub(crate) fn threads(time: Duration) {
    let _guard = maptrace_runtime::start();
    for threads in [1, 2, 4, 8, 16, 32] {
        let ready = Barrier::new(threads);
        let all: Vec<Pairs> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|_| {
                    scope.spawn(|| {
                        let mut plain: std::collections::HashMap<u64, u64> = (0..1_000).map(|key| (key, 0)).collect();
                        let mut traced: maptrace_runtime::collections::HashMap<u64, u64> =
                            (0..1_000).map(|key| (key, 0)).collect();
                        ready.wait();
                        Pairs::measure(
                            time / 6,
                            |n| repeat(n, |i| plain.insert(i % 1_000, i)),
                            |n| repeat(n, |i| traced.insert(i % 1_000, i)),
                        )
                    })
                })
                .collect();
            workers
                .into_iter()
                .map(|worker| worker.join().expect("no panic"))
                .collect()
        });
        Pairs(all.into_iter().flat_map(|pairs| pairs.0).collect()).row("threads", threads, "overwrite");
    }
}

/// Goes over all numbers below `n` in an order that nothing foresees.
fn next(at: &mut u64, n: usize) -> usize {
    *at = at
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (((*at >> 32) * n as u64) >> 32) as usize
}

/// An overwrite of one after the other of these maps.
fn overwrite(time: Duration, what: &str, plain: &mut [Plain], traced: &mut [Map]) {
    let n = traced.len();
    let (mut at, mut same) = (1, 1);
    let one = |key: u64| black_box(key % 3);
    Pairs::measure(
        time,
        |times| repeat(times, |i| plain[next(&mut at, n)].insert(one(i), i)),
        |times| repeat(times, |i| traced[next(&mut same, n)].insert(one(i), i)),
    )
    .row(what, n, "overwrite");
}

/// Maps of one site.
pub(crate) fn maps(time: Duration) {
    let _guard = maptrace_runtime::builder().instances(200_000).memory(1 << 30).start();
    let (mut plain, mut traced) = (Vec::new(), Vec::new());
    for maps in [1, 2, 10, 100, 1_000, 10_000, 100_000] {
        plain.resize_with(maps, places::plain);
        traced.resize_with(maps, || places::grown(0));
        overwrite(time / 7, "maps", &mut plain, &mut traced);
    }
}

/// Maps of as many sites.
pub(crate) fn sites(time: Duration) {
    let _guard = maptrace_runtime::builder().memory(1 << 30).start();
    let (mut plain, mut traced) = (Vec::new(), Vec::new());
    for sites in [2, 10, 100, 1_000, 10_000] {
        plain.resize_with(sites, places::plain);
        // First, so that what is kept of a site does not come between the tables: the plain ones lie side by side.
        (traced.len()..sites).for_each(|site| drop(places::grown(site)));
        while traced.len() < sites {
            traced.push(places::grown(traced.len()));
        }
        overwrite(time / 10, "sites", &mut plain, &mut traced);
        let used = maptrace_runtime::snapshot()
            .maps
            .iter()
            .filter(|map| map.created > 0)
            .count();
        assert_eq!(used, sites, "each place is a site");
    }
    for sites in [2, 10, 100, 1_000, 10_000] {
        let (mut at, mut same) = (1, 1);
        let fill = |key: u64| black_box(key);
        Pairs::measure(
            time / 10,
            |times| {
                for i in 0..times {
                    // As far to go for the code of so many places; what is made there costs nothing, as it is never changed.
                    black_box(places::map(next(&mut at, sites)));
                    let mut map = Plain::default();
                    for key in 0..3 {
                        map.insert(fill(key), i as u64);
                    }
                    black_box(&map);
                }
            },
            |times| {
                for i in 0..times {
                    let mut map = places::map(next(&mut same, sites));
                    for key in 0..3 {
                        map.insert(fill(key), i as u64);
                    }
                    black_box(&map);
                }
            },
        )
        .row("sites", sites, "create, 3 inserts, drop");
    }
}
