//! The process of a variant: measures what it is told on standard input, and answers on standard output.

use std::io::{self, BufRead, Write};
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;

use maptrace_runtime::{Health, snapshot};

use crate::cores::{self, Plan, cpu_time};
use crate::protocol::{Answer, HealthDelta, Hello, Job, Outcome, Pair};
use crate::suite::{PLAIN, Prepared, Suite, TRACED};
use crate::variant::{COMPILED_IN, Variant};
use crate::workload::{Bench, Timed, share_processors};

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
        compiled_in: COMPILED_IN,
    }))?;
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let job: Job = serde_json::from_str(&line).map_err(|error| format!("{line}: {error}"))?;
        let answer: Answer = measure(suite, variant, &plan, job);
        say(serde_json::to_string(&answer))?;
    }
    Ok(())
}

/// Most pairs that are measured again because the system took the processor away meanwhile, for each one that counts.
const MORE: usize = 1;
/// The share of a side's time for which a thread may have waited for its processor.
const WAITED: f64 = 0.01;

/// What all threads of one measurement share.
struct Shared<'a> {
    /// Whether there are more threads than processors.
    sharing: bool,
    prepared: &'a dyn Prepared,
    variant: &'a Variant,
    plan: &'a Plan,
    job: Job,
    barrier: Barrier,
    /// What is to be done after the next barrier.
    phase: Mutex<Phase>,
    /// What each thread needed for the phase that is over.
    results: Mutex<Vec<Worked>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Plain,
    Other,
    Done,
}

/// What one thread did in one phase, or all of them.
#[derive(Clone, Copy, Default)]
struct Worked {
    timed: Timed,
    cpu_ns: u64,
    /// How long it waited for a processor that it could have run on.
    waited_ns: u64,
}

fn measure(suite: &Suite, variant: &Variant, plan: &Plan, job: Job) -> Answer {
    let case = suite.cases().get(job.case).ok_or("there is no such case")?;
    if !suite.fits(variant, case) {
        return Err(format!("{case:?} has no side for {}", variant.name));
    }
    let prepared = case.prepare(job.size);
    let sharing = thread::available_parallelism().map_or(1, NonZero::get) < job.threads;
    share_processors(sharing);
    let shared = Shared {
        sharing,
        prepared: &*prepared,
        variant,
        plan,
        job,
        barrier: Barrier::new(job.threads + 1),
        phase: Mutex::new(Phase::Done),
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

/// What a lock protects, whoever has panicked with it: then the process is about to end.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
    let (mut plain, mut other) = if job.other_first {
        // Which map is made first changes too: where its memory lies may matter.
        let other = begin(shared.variant.side);
        (begin(PLAIN), other)
    } else {
        (begin(PLAIN), begin(shared.variant.side))
    };
    // What is measured begins when all are warm.
    shared.barrier.wait();
    loop {
        shared.barrier.wait();
        let phase = *lock(&shared.phase);
        let side = match phase {
            Phase::Plain => &mut plain,
            Phase::Other => &mut other,
            // No map is dropped while others are still being measured.
            Phase::Done => return,
        };
        let before = (cpu_time(), cores::waited());
        let timed = side.run(job.operations);
        let (cpu, waited) = (cpu_time(), cores::waited());
        lock(&shared.results).push(Worked {
            timed,
            cpu_ns: before.0.zip(cpu).map_or(0, |(before, after)| after.1 - before.1),
            waited_ns: waited.saturating_sub(before.1),
        });
        shared.barrier.wait();
    }
}

/// The thread that waits for the measured ones, and asks maptrace what it did meanwhile.
fn lead(shared: &Shared<'_>) -> Outcome {
    let job = &shared.job;
    let per_operation = |timed: Timed| timed.time.as_nanos() as f64 / timed.operations.max(1) as f64;
    let mut outcome = Outcome {
        background_ns: Some(0),
        ..Outcome::default()
    };
    let mut more = job.pairs * MORE;
    shared.barrier.wait();
    while outcome.pairs.len() < job.pairs {
        // They take turns, so that a drift favours none.
        let other_first = job.other_first == outcome.pairs.len().is_multiple_of(2);
        let (plain, (other, health, background)) = if other_first {
            let other = recorded(shared);
            (phase(shared, Phase::Plain), other)
        } else {
            let plain = phase(shared, Phase::Plain);
            (plain, recorded(shared))
        };
        // Where threads share processors they wait for each other, and there is nothing to be gained.
        let waited = !shared.sharing && [plain, other].iter().any(Worked::waited_too_long);
        if waited && more > 0 {
            more -= 1;
            outcome.repeated += 1;
            continue;
        }
        outcome.health.add(&health);
        outcome.background_ns = outcome.background_ns.zip(background).map(|(sum, spent)| sum + spent);
        outcome.pairs.push(Pair {
            plain: per_operation(plain.timed),
            other: per_operation(other.timed),
            operations: other.timed.operations,
        });
    }
    *lock(&shared.phase) = Phase::Done;
    shared.barrier.wait();
    outcome
}

impl Worked {
    fn waited_too_long(&self) -> bool {
        self.waited_ns as f64 > self.timed.time.as_nanos() as f64 * WAITED
    }
}

/// Has all threads do one side, and sums up what they did.
fn phase(shared: &Shared<'_>, phase: Phase) -> Worked {
    *lock(&shared.phase) = phase;
    shared.barrier.wait();
    shared.barrier.wait();
    let mut sum = Worked::default();
    for worked in lock(&shared.results).drain(..) {
        sum.timed.time += worked.timed.time;
        sum.timed.operations += worked.timed.operations;
        sum.cpu_ns += worked.cpu_ns;
        sum.waited_ns += worked.waited_ns;
    }
    sum
}

/// The variant's side; with it what maptrace did for it, and what other threads of this process took.
fn recorded(shared: &Shared<'_>) -> (Worked, HealthDelta, Option<u64>) {
    let (health_before, cpu) = (health(shared.variant), cpu_time());
    let worked = phase(shared, Phase::Other);
    // Settled: what the phase left in the rings is drained, and does not run on into the next one.
    let health_after = health(shared.variant);
    let background = cpu
        .zip(cpu_time())
        .map(|(before, after)| (after.0 - before.0).saturating_sub(worked.cpu_ns));
    (worked, delta(health_before, health_after), background)
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
