//! A process that does nothing but change maps, at a pace or as fast as it can.

use std::hint::black_box;
use std::time::{Duration, Instant};

use maptrace_runtime::Cause;
use serde_json::json;

use crate::places::{self, Map};
use crate::row;
use crate::system::{cores, cpu_time, median, used};

/// Events a second of each thread, where there is a pace.
const PACE: f64 = 10e6;

/// What a thread does over and over.
type Work = fn(&mut State, usize);

/// What each thread has.
struct State {
    one: Map,
    many: Vec<Map>,
}

impl State {
    fn new() -> Self {
        let mut one = places::map(0);
        for key in 0..1_000 {
            one.insert(key, key);
        }
        Self {
            one,
            many: (0..64).map(|_| places::grown(1)).collect(),
        }
    }
}

/// Overwrites one map.
fn one_map(state: &mut State, round: usize) {
    for key in 0..1_000 {
        black_box(state.one.insert(key, round as u64));
    }
}

/// Overwrites one map after the other.
fn map_to_map(state: &mut State, round: usize) {
    for n in 0..1_000 {
        black_box(state.many[n % 64].insert(1, round as u64));
    }
}

/// Makes and drops maps of three entries.
fn come_and_go(_: &mut State, round: usize) {
    for _ in 0..200 {
        let mut map = places::map(2);
        for key in 0..3 {
            map.insert(key, round as u64);
        }
        black_box(&map);
    }
}

/// Makes and drops a map that grows to a thousand entries.
fn grow(_: &mut State, round: usize) {
    let mut map = places::map(3);
    for key in 0..1_000 {
        map.insert(key, round as u64);
    }
    black_box(&map);
}

/// Name, work and how many events a round of it is at least.
const WORKS: [(&str, Work, f64); 4] = [
    ("overwrite one map", one_map, 1_000.0),
    ("overwrite map after map", map_to_map, 1_000.0),
    ("create, 3 inserts, drop", come_and_go, 1_000.0),
    ("create, 1,000 inserts, drop", grow, 1_000.0),
];

/// Each kind of work, at a pace and as fast as it goes, on one thread and on as many as there are processors.
pub(crate) fn run(time: Duration) {
    let _guard = maptrace_runtime::start();
    let mut counts = vec![1, cores()];
    counts.dedup();
    for (name, work, events) in WORKS {
        for pace in [Some(PACE), None] {
            for &threads in &counts {
                measure(name, work, events, pace, threads, time / 4);
            }
        }
    }
}

fn measure(name: &str, work: Work, events: f64, pace: Option<f64>, threads: usize, time: Duration) {
    let before = maptrace_runtime::snapshot().health.clone();
    let collector = used("maptrace");
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut state = State::new();
                let begun = Instant::now();
                for round in 0.. {
                    work(&mut state, round);
                    if begun.elapsed() >= time {
                        break;
                    }
                    let Some(pace) = pace else { continue };
                    // Busy waiting: a service that does other work meanwhile.
                    while begun.elapsed().as_secs_f64() < (round + 1) as f64 * events / pace {
                        std::hint::spin_loop();
                    }
                }
            });
        }
    });
    let took = begun.elapsed().as_secs_f64();
    let cpu = (used("maptrace").cpu - collector.cpu) as f64;
    let after = maptrace_runtime::snapshot().health.clone();
    let emitted = (after.emitted - before.emitted) as f64;
    let lost = after.dropped[Cause::Full as usize] - before.dropped[Cause::Full as usize];
    row([
        ("work", json!(name)),
        ("pace", json!(if pace.is_some() { "10 M/s" } else { "none" })),
        ("threads", json!(threads)),
        ("M events/s", json!(emitted / took / 1e6)),
        ("lost", json!(lost)),
        ("lost %", json!(100.0 * lost as f64 / emitted)),
        ("collector ns/event", json!(cpu / (emitted - lost as f64))),
        ("collector CPU %", json!(cpu / took / 1e7)),
        ("passes/s", json!((after.passes - before.passes) as f64 / took)),
    ]);
}

/// What is in a ring is drained by whoever takes a snapshot, so its CPU time is that of the draining: with rings that hold
/// some hundred thousand events, nothing else is in it.
pub(crate) fn drain(time: Duration) {
    let _guard = maptrace_runtime::builder().ring_bytes(64 << 20).memory(1 << 30).start();
    let mut state = State::new();
    for (name, work, _) in WORKS {
        let mut costs = Vec::new();
        let begun = Instant::now();
        while begun.elapsed() < time / 4 || costs.len() < 5 {
            let before = maptrace_runtime::snapshot().health.clone();
            (0..500).for_each(|round| work(&mut state, round));
            let from = cpu_time();
            let after = maptrace_runtime::snapshot().health.clone();
            let took = cpu_time() - from;
            // Two passes are the snapshot's own; with one more, the collector's thread has been there.
            if after.passes - before.passes == 2 {
                costs.push(took as f64 / (after.delivered - before.delivered) as f64);
            }
        }
        row([
            ("work", json!(name)),
            ("rounds", json!(costs.len())),
            ("ns/event", json!(median(costs))),
        ]);
    }
}
