//! A worker that prints what it has done, counted by itself: to hold against what arrives at the other end.
//!
//! ```console
//! $ cargo run --release --example worker -- --otlp http://127.0.0.1:4318 --busy 10
//! ```
//!
//! Each line on its standard input is a number of rounds. After them it prints, as one line of JSON, its totals and what
//! has become of the episodes that maptrace's exporter was given. With `--busy` it works on its own account as well, until
//! its standard input ends. Then its maps end, what is left is sent, and the last line is printed. With `MAPTRACE_SPOOL` what
//! cannot be sent waits in that folder.

#[maptrace]
use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use maptrace::{PutAll as _, maptrace};
use maptrace_otel::{ExporterHealth, Otlp};
use serde::Serialize;
use serde_json::json;

/// Does jobs and counts what it does.
#[derive(Parser)]
struct Args {
    /// Send all that maptrace sees to this OTLP/HTTP endpoint, as in http://127.0.0.1:4318
    #[arg(long, value_name = "URL")]
    otlp: String,
    /// Which jobs it gets
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Do rounds all the time, one every so many milliseconds
    #[arg(long, value_name = "MILLISECONDS")]
    busy: Option<u64>,
}

/// Jobs that were done already, by number.
#[maptrace(name = "done")]
type Done = HashSet<u64>;

/// Who works on which job.
#[maptrace(name = "owners")]
type Owners = HashMap<u64, u32>;

/// The results of one round.
#[maptrace(name = "results")]
type Results = HashMap<u64, [u64; 4]>;

/// What was done to the maps of one name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Counts {
    new: u64,
    replaced: u64,
    hit: u64,
    miss: u64,
    cleared: u64,
    batches: u64,
    created: u64,
    freed: u64,
    /// Of maps that nothing is removed from: with tombstones the capacity does not tell.
    grows: Option<u64>,
    entries: usize,
}

impl Counts {
    /// Counts of maps whose grows are counted or not.
    fn new(grows: bool) -> Self {
        Self {
            grows: grows.then_some(0),
            ..Self::default()
        }
    }

    fn assigned(&mut self, is_new: bool) {
        *if is_new { &mut self.new } else { &mut self.replaced } += 1;
    }

    fn grown(&mut self, before: usize, after: usize) {
        if let Some(grows) = self.grows.as_mut().filter(|_| after > before) {
            *grows += 1;
        }
    }
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Totals {
    rounds: u64,
    done: Counts,
    owners: Counts,
    results: Counts,
}

struct Worker {
    seed: u64,
    done: Done,
    owners: Owners,
    totals: Totals,
}

impl Worker {
    /// Jobs of one round, and how many of them had their turn in the round before, too.
    const JOBS: u64 = 500;
    const REPEATED: u64 = 100;
    /// Entries at which a map is cleared.
    const MOST: usize = 50_000;

    fn new(seed: u64) -> Self {
        Self {
            seed,
            // Grows from here on are timed, each of them, and so each is a span.
            done: Done::with_capacity(28),
            owners: Owners::with_capacity(28),
            totals: Totals {
                rounds: 0,
                done: Counts::new(true),
                owners: Counts::new(false),
                results: Counts::new(true),
            },
        }
    }

    fn round(&mut self) {
        let first = self.totals.rounds * (Self::JOBS - Self::REPEATED);
        let mut results = Results::with_capacity(28);
        for job in first..first + Self::JOBS {
            self.own(job);
            self.finish(job);
            let capacity = results.capacity();
            let old = results.insert(job, [self.seed, job, self.seed ^ job, 0]);
            self.totals.results.assigned(old.is_none());
            self.totals.results.grown(capacity, results.capacity());
        }
        // Half of them turn out otherwise.
        let capacity = results.capacity();
        let report = results.put_all((first..first + Self::JOBS / 2).map(|job| (job, [self.seed, job, 0, 1])));
        let counts = &mut self.totals.results;
        counts.grown(capacity, results.capacity());
        counts.new += report.new;
        counts.replaced += report.replaced;
        counts.batches += 1;
        counts.created += 1;
        counts.freed += 1;
        self.totals.rounds += 1;
    }

    /// Every other job is taken on and given back, the others are kept.
    fn own(&mut self, job: u64) {
        let counts = &mut self.totals.owners;
        if self.owners.len() >= Self::MOST {
            counts.cleared += self.owners.len() as u64;
            self.owners.clear();
        }
        counts.assigned(self.owners.insert(job, std::process::id()).is_none());
        if job.is_multiple_of(2) {
            // There is no job of the second number.
            for number in [job, u64::MAX - job] {
                let was_there = self.owners.remove(&number).is_some();
                *if was_there { &mut counts.hit } else { &mut counts.miss } += 1;
            }
        }
    }

    fn finish(&mut self, job: u64) {
        let counts = &mut self.totals.done;
        if self.done.len() >= Self::MOST {
            counts.cleared += self.done.len() as u64;
            self.done.clear();
        }
        let capacity = self.done.capacity();
        counts.assigned(self.done.insert(job));
        counts.grown(capacity, self.done.capacity());
    }

    fn totals(&self) -> Totals {
        let mut totals = self.totals;
        // A map is one from its first change on.
        let is_there = u64::from(totals.rounds > 0);
        for (counts, entries) in [
            (&mut totals.done, self.done.len()),
            (&mut totals.owners, self.owners.len()),
        ] {
            (counts.created, counts.entries) = (is_there, entries);
        }
        totals
    }

    /// Ends its maps.
    fn end(self) -> Totals {
        let mut totals = self.totals();
        for counts in [&mut totals.done, &mut totals.owners] {
            (counts.freed, counts.entries) = (counts.created, 0);
        }
        totals
    }
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("worker: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let exporter = Otlp::builder()
        .endpoint(&args.otlp)
        .service_name("worker")
        // So that each is a span.
        .min_entries(0)
        .build()?;
    let health = exporter.health();
    let guard = maptrace::builder().sink(exporter).start();

    let mut worker = Worker::new(args.seed);
    let (sender, orders) = channel();
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    let pause = args.busy.map(Duration::from_millis);
    let mut due = Instant::now();
    while let Some(order) = next(&orders, pause.map(|_| due)) {
        match order {
            Some(line) => {
                let rounds: u64 = line
                    .trim()
                    .parse()
                    .map_err(|_| format!("'{line}' is no number of rounds"))?;
                (0..rounds).for_each(|_| worker.round());
                say(&worker.totals(), &health.read())?;
            }
            None => {
                worker.round();
                // Orders do not put off what it does on its own account.
                due = Instant::now() + pause.unwrap_or_default();
            }
        }
    }
    // The maps end before the exporter does, so that it hears of that too.
    let totals = worker.end();
    drop(guard);
    Ok(say(&totals, &health.read())?)
}

/// The next line, or nothing if it is time for a round; the end when there are no more lines.
fn next(orders: &Receiver<String>, due: Option<Instant>) -> Option<Option<String>> {
    let Some(due) = due else {
        return orders.recv().ok().map(Some);
    };
    match orders.recv_timeout(due.saturating_duration_since(Instant::now())) {
        Ok(line) => Some(Some(line)),
        Err(RecvTimeoutError::Timeout) => Some(None),
        Err(RecvTimeoutError::Disconnected) => None,
    }
}

fn say(totals: &Totals, health: &ExporterHealth) -> io::Result<()> {
    let exporter = json!({
        "accepted": health.accepted,
        "exported": health.exported,
        "failed": health.failed,
        "queued": health.queued,
        "spooled": health.spooled,
        "recovered": health.recovered,
        "refused": health.refused,
        "unsampled": health.unsampled,
        "small": health.small,
        "metric_pushes": health.metric_pushes,
        "metric_pushes_failed": health.metric_pushes_failed,
        "metric_pushes_spooled": health.metric_pushes_spooled,
        "requests": health.requests,
        "retries": health.retries,
        "last_error": health.last_error,
    });
    let mut out = io::stdout().lock();
    writeln!(out, "{}", json!({ "totals": totals, "exporter": exporter }))?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_totals_are_what_maptrace_counts() {
        let capture = maptrace::testing::Capture::install();
        let mut worker = Worker::new(7);
        (0..300).for_each(|_| worker.round());
        let snapshot = capture.snapshot();
        let totals = worker.totals;
        for (name, own) in [
            ("done", totals.done),
            ("owners", totals.owners),
            ("results", totals.results),
        ] {
            let map = snapshot.map(name).expect("it is traced");
            assert_eq!(
                (map.totals.assigns_new, map.totals.assigns_replaced),
                (own.new, own.replaced),
                "{name}"
            );
            assert_eq!(
                (map.totals.deletes_hit, map.totals.deletes_miss),
                (own.hit, own.miss),
                "{name}"
            );
            assert_eq!(map.totals.cleared, own.cleared, "{name}");
            assert_eq!(map.batches, own.batches, "{name}");
            if let Some(grows) = own.grows {
                assert_eq!(map.grows, grows, "{name}");
            }
        }
        assert!(
            totals.done.cleared > 0 && totals.owners.cleared > 0 && totals.owners.replaced > 0,
            "{totals:?}"
        );
        assert_eq!(totals.results.grows, Some(5 * 300));
    }
}
