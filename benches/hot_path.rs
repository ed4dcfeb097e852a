//! What a traced map costs beside the plain one: the same work on both, in interleaved rounds of one run.
//!
//! `cargo bench --bench hot_path` prints, for each workload, nanoseconds an operation and the median of the rounds'
//! ratios with their quartiles. Ratios of one run can be compared; nanoseconds of a shared machine cannot.

use std::collections::HashMap as PlainMap;
use std::hash::{BuildHasher, RandomState};
use std::hint::black_box;
use std::time::Instant;

use maptrace::collections::HashMap as TracedMap;

const ROUNDS: usize = 41;

/// What the workloads need of a map, plain or traced.
trait Map<S> {
    fn make(capacity: usize) -> Self;
    fn assign(&mut self, key: u64, value: u64) -> Option<u64>;
    fn delete(&mut self, key: u64) -> Option<u64>;
    fn look(&self, key: u64) -> Option<u64>;
    fn sum(&self) -> u64;
}

macro_rules! map {
    ($name:ident) => {
        impl<S: BuildHasher + Default> Map<S> for $name<u64, u64, S> {
            #[inline(always)]
            fn make(capacity: usize) -> Self {
                Self::with_capacity_and_hasher(capacity, S::default())
            }
            #[inline(always)]
            fn assign(&mut self, key: u64, value: u64) -> Option<u64> {
                self.insert(key, value)
            }
            #[inline(always)]
            fn delete(&mut self, key: u64) -> Option<u64> {
                self.remove(&key)
            }
            #[inline(always)]
            fn look(&self, key: u64) -> Option<u64> {
                self.get(&key).copied()
            }
            #[inline(always)]
            fn sum(&self) -> u64 {
                self.values().sum()
            }
        }
    };
}
map!(PlainMap);
map!(TracedMap);

/// Spreads consecutive numbers, so that a poor hasher is not flattered.
fn key(i: u64) -> u64 {
    i.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[derive(Clone, Copy)]
enum Work {
    Insert,
    Overwrite,
    Churn,
    Get,
    Iterate,
    ShortLived,
}

impl Work {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Insert, "insert into reserved"),
        (Self::Overwrite, "overwrite"),
        (Self::Churn, "insert one, delete one"),
        (Self::Get, "get"),
        (Self::Iterate, "iterate"),
        (Self::ShortLived, "create, 3 inserts, drop"),
    ];

    /// Does the work once and returns nanoseconds an operation.
    fn run<S, M: Map<S>>(self, size: u64) -> f64 {
        let passes = (200_000 / size).max(1);
        let mut map = M::make(size as usize * 2);
        if !matches!(self, Self::Insert | Self::ShortLived) {
            for i in 0..size {
                map.assign(key(i), i);
            }
        }
        let begun = Instant::now();
        let mut operations = passes * size;
        match self {
            Self::Insert => {
                operations = 0;
                let mut time = 0.0;
                for _ in 0..passes {
                    let mut map = M::make(size as usize);
                    let begun = Instant::now();
                    for i in 0..size {
                        black_box(map.assign(key(i), i));
                    }
                    time += begun.elapsed().as_nanos() as f64;
                    operations += size;
                }
                return time / operations as f64;
            }
            Self::Overwrite => {
                for pass in 0..passes {
                    for i in 0..size {
                        black_box(map.assign(key(i), pass));
                    }
                }
            }
            Self::Churn => {
                for i in 0..passes * size / 2 {
                    black_box(map.assign(key(size + i), i));
                    black_box(map.delete(key(i)));
                }
            }
            Self::Get => {
                for _ in 0..passes {
                    for i in 0..size {
                        black_box(map.look(key(i)));
                    }
                }
            }
            Self::Iterate => {
                for _ in 0..passes {
                    black_box(map.sum());
                }
            }
            Self::ShortLived => {
                operations = passes * size / 16;
                for i in 0..operations {
                    let mut map = M::make(0);
                    for j in 0..3 {
                        black_box(map.assign(key(i + j), j));
                    }
                    black_box(&map);
                }
            }
        }
        begun.elapsed().as_nanos() as f64 / operations as f64
    }
}

fn quantile(sorted: &[f64], q: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * q).round() as usize]
}

fn compare<S: BuildHasher + Default>(hasher: &str, work: Work, name: &str, size: u64) {
    let mut plain = Vec::new();
    let mut traced = Vec::new();
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        // Which goes first changes, so that a drift of the machine does not favour one.
        let (a, b) = if round % 2 == 0 {
            let a = work.run::<S, PlainMap<u64, u64, S>>(size);
            (a, work.run::<S, TracedMap<u64, u64, S>>(size))
        } else {
            let b = work.run::<S, TracedMap<u64, u64, S>>(size);
            (work.run::<S, PlainMap<u64, u64, S>>(size), b)
        };
        plain.push(a);
        traced.push(b);
        ratios.push(b / a);
    }
    for list in [&mut plain, &mut traced, &mut ratios] {
        list.sort_by(f64::total_cmp);
    }
    println!(
        "{name:<24} {hasher:<8} {size:>7} {:>9.2} {:>9.2} {:>7.3}  [{:.3}, {:.3}]",
        quantile(&plain, 0.5),
        quantile(&traced, 0.5),
        quantile(&ratios, 0.5),
        quantile(&ratios, 0.25),
        quantile(&ratios, 0.75),
    );
}

fn main() {
    let filter = std::env::args()
        .skip(1)
        .find(|arg| !arg.starts_with('-'))
        .unwrap_or_default();
    println!(
        "{:<24} {:<8} {:>7} {:>9} {:>9} {:>7}  quartiles",
        "workload", "hasher", "size", "plain ns", "traced", "ratio"
    );
    for (work, name) in Work::ALL {
        if !name.contains(&filter) {
            continue;
        }
        for size in [1_000, 100_000] {
            compare::<RandomState>("std", work, name, size);
            compare::<foldhash::fast::RandomState>("foldhash", work, name, size);
            compare::<rustc_hash::FxBuildHasher>("fx", work, name, size);
        }
    }
    let health = &maptrace::snapshot().health;
    println!(
        "\n{} events, {} delivered, {} lost, collector {:.2} ns an event",
        health.emitted,
        health.delivered,
        health.dropped_total(),
        health.busy.as_nanos() as f64 / health.delivered.max(1) as f64,
    );
}
