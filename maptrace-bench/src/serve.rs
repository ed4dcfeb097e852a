//! The process of a variant: measures what it is told on standard input, and answers on standard output.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::sync::{Barrier, Mutex};
use std::thread;

use maptrace_runtime::{Health, snapshot};

use crate::cores::{Plan, cpu_time};
use crate::protocol::{Answer, HealthDelta, Hello, Job, Outcome, Pair};
use crate::suite::{PLAIN, Prepared, Suite, TRACED};
use crate::variant::{COMPILED_IN, Variant};
use crate::workload::{Bench, Timed};

/// Serves until standard input ends.
pub(crate) fn serve(suite: &Suite, variant: &str, threads: usize) -> ExitCode {
    // A panic in a measured thread would leave the others waiting for it.
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        report(info);
        std::process::exit(101);
    }));
    match talk(suite, variant, threads) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mapbench: {variant}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn talk(suite: &Suite, variant: &str, threads: usize) -> Result<(), String> {
    let variant = suite.variant(variant).ok_or("there is no such variant")?;
    let mut plan = Plan::of_this_machine(threads);
    // maptrace's threads and the exporter's inherit where they may run from this one.
    if !plan.keep_off() {
        plan = Plan::of_this_machine(0);
    }
    let _running = (variant.start)()?;
    let mut out = io::stdout().lock();
    let mut say = |line: serde_json::Result<String>| -> Result<(), String> {
        let line = line.map_err(|error| error.to_string())?;
        writeln!(out, "{line}")
            .and_then(|()| out.flush())
            .map_err(|error| error.to_string())
    };
    say(serde_json::to_string(&Hello {
        placement: plan.placement,
    }))?;
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let job: Job = serde_json::from_str(&line).map_err(|error| format!("{line}: {error}"))?;
        let answer: Answer = measure(suite, variant, &plan, job);
        say(serde_json::to_string(&answer))?;
    }
    Ok(())
}

/// What all threads of one measurement share.
struct Shared<'a> {
    prepared: &'a dyn Prepared,
    variant: &'a Variant,
    plan: &'a Plan,
    job: Job,
    barrier: Barrier,
    /// What each thread needed for the phase that is over.
    results: Mutex<Vec<Worked>>,
}

/// What one thread did in one phase.
#[derive(Clone, Copy, Default)]
struct Worked {
    timed: Timed,
    cpu_ns: u64,
}

fn measure(suite: &Suite, variant: &Variant, plan: &Plan, job: Job) -> Answer {
    let case = suite.cases().get(job.case).ok_or("there is no such case")?;
    if !suite.fits(variant, case) {
        return Err(format!("{case:?} has no side for {}", variant.name));
    }
    let prepared = case.prepare(job.size);
    let shared = Shared {
        prepared: &*prepared,
        variant,
        plan,
        job,
        barrier: Barrier::new(job.threads + 1),
        results: Mutex::default(),
    };
    thread::scope(|scope| {
        for n in 0..job.threads {
            let shared = &shared;
            scope.spawn(move || work(shared, n));
        }
        Ok(lead(&shared))
    })
}

/// Whether the variant's side is the first of a pair. They take turns, so that a drift favours none.
fn other_first(job: &Job, pair: usize) -> bool {
    job.other_first == pair.is_multiple_of(2)
}

/// A measured thread.
fn work(shared: &Shared<'_>, n: usize) {
    shared.plan.pin_worker(n);
    let job = &shared.job;
    let begin = |side: &str| -> Box<dyn Bench> {
        let bench = shared.prepared.bench(side, job.workload);
        // It was asked for before the threads were started.
        let mut bench = bench.unwrap_or_else(|| unreachable!("the case has no side {side}"));
        // Warms up caches, branch predictors, the allocator and, where there is one, this thread's ring.
        bench.run(job.operations / 4);
        bench
    };
    let (mut plain, mut other) = (begin(PLAIN), begin(shared.variant.side));
    // What is measured begins when all are warm.
    shared.barrier.wait();
    for pair in 0..job.pairs {
        for is_other in [other_first(job, pair), !other_first(job, pair)] {
            let side = if is_other { &mut other } else { &mut plain };
            shared.barrier.wait();
            let before = cpu_time();
            let timed = side.run(job.operations);
            let cpu_ns = before.zip(cpu_time()).map_or(0, |(before, after)| after.1 - before.1);
            if let Ok(mut results) = shared.results.lock() {
                results.push(Worked { timed, cpu_ns });
            }
            shared.barrier.wait();
        }
    }
    // No map is dropped while others are still being measured.
    shared.barrier.wait();
}

/// The thread that waits for the measured ones, and asks maptrace what it did meanwhile.
fn lead(shared: &Shared<'_>) -> Outcome {
    let job = &shared.job;
    // With one thread for each processor a thread's own clock is right. With more of them it runs while others do.
    let at_once = thread::available_parallelism().map_or(1, |n| n.get().min(job.threads));
    let share = at_once as f64 / job.threads as f64;
    let mut outcome = Outcome {
        background_ns: Some(0),
        ..Outcome::default()
    };
    shared.barrier.wait();
    for pair in 0..job.pairs {
        let (mut plain, mut other) = (Timed::default(), Timed::default());
        for is_other in [other_first(job, pair), !other_first(job, pair)] {
            let before = health(shared.variant);
            let cpu = cpu_time();
            shared.barrier.wait();
            shared.barrier.wait();
            // Settled: what the phase left in the rings is drained, and does not run on into the next one.
            let after = health(shared.variant);
            let worked = shared
                .results
                .lock()
                .map(|mut results| std::mem::take(&mut *results))
                .unwrap_or_default();
            let mut sum = Timed::default();
            for worked in &worked {
                sum.time += worked.timed.time;
                sum.operations += worked.timed.operations;
            }
            if !is_other {
                plain = sum;
                continue;
            }
            other = sum;
            outcome.health.add(&delta(before, after));
            let spent = cpu.zip(cpu_time()).map(|(before, after)| {
                let measured: u64 = worked.iter().map(|worked| worked.cpu_ns).sum();
                (after.0 - before.0).saturating_sub(measured)
            });
            outcome.background_ns = outcome.background_ns.zip(spent).map(|(sum, spent)| sum + spent);
        }
        let per_operation = |timed: Timed| timed.time.as_nanos() as f64 * share / timed.operations.max(1) as f64;
        outcome.pairs.push(Pair {
            plain: per_operation(plain),
            other: per_operation(other),
            operations: other.operations,
        });
    }
    shared.barrier.wait();
    outcome
}

fn health(variant: &Variant) -> Option<Health> {
    (COMPILED_IN && variant.side == TRACED).then(|| snapshot().health.clone())
}

fn delta(before: Option<Health>, after: Option<Health>) -> HealthDelta {
    let Some((before, after)) = before.zip(after) else {
        return HealthDelta::default();
    };
    HealthDelta {
        emitted: after.emitted.saturating_sub(before.emitted),
        delivered: after.delivered.saturating_sub(before.delivered),
        lost: after.dropped_total().saturating_sub(before.dropped_total()),
        sampled_out: after.sampled_out.saturating_sub(before.sampled_out),
        busy_ns: u64::try_from(after.busy.saturating_sub(before.busy).as_nanos()).unwrap_or(u64::MAX),
    }
}
