//! The run: processes of all variants, asked in turn, so that what disturbs the machine disturbs all alike.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::{Duration, Instant, SystemTime};

use crate::child::{Again, Process};
use crate::cores::Placement;
use crate::estimate;
use crate::machine::{self, Machine};
use crate::plan::{self, Planned};
use crate::progress::Progress;
use crate::protocol::{HealthDelta, Job, Outcome, Pair};
use crate::report::{About, Events, Noise, Report, Row, SCHEMA, Settings};
use crate::stats::Summary;
use crate::suite::{AGAIN, Suite, TRACED};
use crate::variant::{OFF, WITHOUT};

/// Pairs that are measured at one go, before it is the next variant's turn.
const PAIRS: usize = 3;
/// Processes of each variant, one after the other: the kernel lays each one's memory out anew, which is good for several per
/// cent either way.
const PROCESSES: usize = 3;

/// What was measured of one row so far.
#[derive(Default)]
struct Measured {
    pairs: Vec<Pair>,
    health: HealthDelta,
    background_ns: Option<u64>,
    repeated: usize,
    placement: Option<Placement>,
}

impl Measured {
    fn add(&mut self, outcome: Outcome, placement: Placement) {
        let first = self.pairs.is_empty();
        self.pairs.extend(outcome.pairs);
        self.health.add(&outcome.health);
        self.background_ns = match (self.background_ns, outcome.background_ns) {
            (Some(sum), Some(more)) => Some(sum + more),
            (None, more) if first => more,
            _ => None,
        };
        self.repeated += outcome.repeated;
        self.placement = Some(placement);
    }
}

/// Runs all entries, and returns the report.
pub(crate) fn run(suite: &Suite, entries: &[Planned], settings: &Settings, again: &Again) -> Result<Report, String> {
    let mut machine = Machine::here();
    let begun = Instant::now();
    let mut measured: BTreeMap<&Planned, Measured> = BTreeMap::new();
    let shares = shares(settings);
    let jobs: usize = shares.iter().map(|jobs| jobs.len() * entries.len()).sum();
    let progress = Progress::new(jobs);
    for (number, jobs) in shares.iter().enumerate() {
        for of_threads in entries.chunk_by(|a, b| a.threads == b.threads) {
            measure(
                suite,
                of_threads,
                (number, jobs),
                settings,
                again,
                &mut measured,
                &progress,
            )?;
        }
    }
    progress.done();
    machine.load_after = machine::load();
    let rows = entries
        .iter()
        .filter_map(|entry| row(suite, entry, measured.get(entry)?))
        .collect::<Vec<_>>();
    let since_1970 = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let used = |name: &str| rows.iter().any(|row| row.of.variant == name);
    Ok(Report {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        taken_at: since_1970.as_secs(),
        elapsed_seconds: begun.elapsed().as_secs_f64(),
        machine,
        settings: settings.clone(),
        noise: noise(suite, &rows),
        variants: suite
            .variants()
            .iter()
            .filter(|variant| used(&variant.name))
            .map(|variant| About {
                name: variant.name.clone(),
                about: if again.off.is_some() && variant.name == OFF {
                    WITHOUT.to_owned()
                } else {
                    variant.about.clone()
                },
            })
            .collect(),
        rows,
    })
}

/// The pairs of each job of each process.
fn shares(settings: &Settings) -> Vec<Vec<usize>> {
    (0..settings.processes)
        .map(|n| {
            let pairs = settings.rounds / settings.processes + usize::from(n < settings.rounds % settings.processes);
            let mut jobs = vec![PAIRS; pairs / PAIRS];
            if !pairs.is_multiple_of(PAIRS) {
                jobs.push(pairs % PAIRS);
            }
            jobs
        })
        .collect()
}

/// How long all rows will take, roughly.
pub(crate) fn estimate(entries: &[Planned], settings: &Settings, processors: usize) -> Duration {
    estimate::estimate(
        entries,
        settings,
        shares(settings).iter().map(Vec::len).sum(),
        processors,
    )
}

/// The processes that so many rounds are spread over.
pub(crate) fn processes(rounds: usize) -> usize {
    rounds.clamp(1, PROCESSES)
}

/// One process of each variant, through all rows.
fn measure<'a>(
    suite: &Suite,
    entries: &'a [Planned],
    (number, jobs): (usize, &[usize]),
    settings: &Settings,
    again: &Again,
    measured: &mut BTreeMap<&'a Planned, Measured>,
    progress: &Progress,
) -> Result<(), String> {
    let mut processes: BTreeMap<usize, Process> = BTreeMap::new();
    for entry in entries {
        if let Entry::Vacant(place) = processes.entry(entry.variant) {
            place.insert(Process::start(again, &suite.variants()[entry.variant], entry.threads)?);
        }
    }
    // Rows that differ in their variant alone lie beside each other.
    for row in entries.chunk_by(|a, b| (a.case, a.size, a.workload) == (b.case, b.size, b.workload)) {
        for (turn, &pairs) in jobs.iter().enumerate() {
            for n in 0..row.len() {
                // Each variant comes first at some time.
                let entry = &row[(n + turn + number) % row.len()];
                let Some(process) = processes.get_mut(&entry.variant) else {
                    continue;
                };
                progress.show(|| plan::key(suite, entry).text());
                let outcome = process.measure(Job {
                    case: entry.case,
                    workload: entry.workload,
                    size: entry.size,
                    threads: entry.threads,
                    operations: (settings.operations / entry.threads as u64).max(1),
                    pairs,
                    other_first: (turn + number) % 2 == 1,
                });
                let outcome = outcome.map_err(|error| format!("{}: {error}", plan::key(suite, entry).text()))?;
                measured.entry(entry).or_default().add(outcome, process.hello.placement);
                progress.step();
            }
        }
    }
    Ok(())
}

fn row(suite: &Suite, entry: &Planned, measured: &Measured) -> Option<Row> {
    let summary = |of: fn(&Pair) -> f64| Summary::of(measured.pairs.iter().map(of));
    let ratio = summary(|pair| pair.other / pair.plain)?;
    let operations: u64 = measured.pairs.iter().map(|pair| pair.operations).sum();
    let is_traced = suite.is_ours() && suite.variants()[entry.variant].side == TRACED;
    let HealthDelta {
        emitted,
        delivered,
        lost,
        sampled_out,
        busy_ns,
    } = measured.health;
    Some(Row {
        of: plan::key(suite, entry),
        ns_per_op: summary(|pair| pair.other)?.median,
        plain_ns_per_op: summary(|pair| pair.plain)?.median,
        ratio: ratio.median,
        ratio_spread: ratio.quartiles,
        added_ns: summary(|pair| pair.other - pair.plain)?.median,
        rounds: measured.pairs.len(),
        repeated: measured.repeated,
        operations,
        placement: measured.placement?,
        events: is_traced.then(|| Events {
            emitted,
            lost,
            sampled_out,
            // Of a handful of events it would be the price of looking whether there are any.
            collector_ns_per_event: (delivered > operations / 10).then(|| busy_ns as f64 / delivered as f64),
        }),
        background_ns_per_op: measured.background_ns.map(|ns| ns as f64 / operations.max(1) as f64),
        instructions_per_op: None,
        plain_instructions_per_op: None,
    })
}

/// Of the rows in which the plain map is beside itself.
fn noise(suite: &Suite, rows: &[Row]) -> Option<Noise> {
    let is_again = |row: &&Row| {
        suite
            .variant(&row.of.variant)
            .is_some_and(|variant| variant.side == AGAIN)
    };
    let rows: Vec<&Row> = rows.iter().filter(is_again).collect();
    let mut distances: Vec<f64> = rows.iter().map(|row| (row.ratio - 1.0).abs()).collect();
    distances.sort_by(f64::total_cmp);
    Some(Noise {
        ratio: Summary::of(rows.iter().map(|row| row.ratio))?.median,
        nine_in_ten_within: crate::stats::quantile(&distances, 0.9)?,
        width: Summary::of(rows.iter().map(|row| row.ratio_spread[1] - row.ratio_spread[0]))?.median,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_is_run_once() {
        for rounds in 1..100 {
            let settings = Settings {
                rounds,
                processes: processes(rounds),
                operations: 1,
            };
            let shares = shares(&settings);
            assert_eq!(shares.len(), rounds.min(PROCESSES));
            assert_eq!(shares.iter().flatten().sum::<usize>(), rounds);
            assert!(
                shares.iter().flatten().all(|pairs| (1..=PAIRS).contains(pairs)),
                "{shares:?}"
            );
        }
    }
}
