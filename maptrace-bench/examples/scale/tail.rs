//! How long the slowest of many single operations take: what a caller may meet, where a mean says nothing.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::row;

/// Operations of one side before the other has its turn.
const BLOCK: u64 = 20_000;
const ENTRIES: u64 = 1_000;
/// Durations below this are told apart, in nanoseconds.
const MOST: usize = 100_000;

/// How many operations took how many nanoseconds, each with one reading of the clock in it.
struct Durations {
    counts: Vec<u64>,
    all: u64,
}

impl Durations {
    fn new() -> Self {
        Self {
            counts: vec![0; MOST + 1],
            all: 0,
        }
    }

    fn time<R>(&mut self, operations: u64, mut work: impl FnMut(u64) -> R) {
        for i in 0..operations {
            let begun = Instant::now();
            black_box(work(black_box(i)));
            let took = begun.elapsed().as_nanos() as usize;
            self.counts[took.min(MOST)] += 1;
        }
        self.all += operations;
    }

    /// What so many of a million take at most.
    fn of_a_million(&self, share: u64) -> usize {
        let wanted = (self.all as u128 * u128::from(share)).div_ceil(1_000_000) as u64;
        let mut sum = 0;
        let found = self.counts.iter().position(|count| {
            sum += count;
            sum >= wanted
        });
        found.unwrap_or(MOST)
    }

    fn row(&self, work: &str, side: &str) {
        row([
            ("work", json!(work)),
            ("map", json!(side)),
            ("operations", json!(self.all)),
            ("50 % ns", json!(self.of_a_million(500_000))),
            ("99 % ns", json!(self.of_a_million(990_000))),
            ("99.9 % ns", json!(self.of_a_million(999_000))),
            ("99.99 % ns", json!(self.of_a_million(999_900))),
        ]);
    }
}

/// The same work on a plain and a traced map in turns, all of it recorded.
macro_rules! compare {
    ($time:expr, $name:literal, |$map:ident, $i:ident| $work:expr) => {{
        let mut plain: std::collections::HashMap<u64, u64> = (0..ENTRIES).map(|key| (key, 0)).collect();
        let mut traced: maptrace_runtime::collections::HashMap<u64, u64> = (0..ENTRIES).map(|key| (key, 0)).collect();
        let (mut of_plain, mut of_traced) = (Durations::new(), Durations::new());
        let begun = Instant::now();
        while begun.elapsed() < $time {
            let $map = &mut plain;
            of_plain.time(BLOCK, |$i| $work);
            let $map = &mut traced;
            of_traced.time(BLOCK, |$i| $work);
        }
        of_plain.row($name, "plain");
        of_traced.row($name, "traced");
    }};
}

pub(crate) fn run(time: Duration) {
    let _guard = maptrace_runtime::start();
    compare!(time / 2, "overwrite", |map, i| map.insert(i % ENTRIES, i));
    compare!(time / 2, "insert one, delete one", |map, i| {
        // The key that is not there takes turns with the oldest.
        let key = ENTRIES + i / 2;
        if i % 2 == 0 {
            map.insert(key, i)
        } else {
            map.remove(&(key - ENTRIES))
        }
    });
}
