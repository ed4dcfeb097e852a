//! Instructions an operation, by callgrind: the figure that does not wobble.
//!
//! One process of each variant runs all rows under callgrind, on its first thread. Before and after each part that is timed
//! otherwise it calls a function that callgrind knows by name, and at which it writes down what was run since: so what is
//! counted is the workload, and neither the start of the process nor what is made ready for a pass.

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use crate::child::Again;
use crate::plan::{self, Planned};
use crate::protocol::Job;
use crate::report::Report;
use crate::suite::{PLAIN, Suite};
use crate::variant::COMPILED_IN;

/// Larger maps take callgrind minutes, and their instructions are those of smaller ones.
const MOST_ENTRIES: usize = 100_000;
/// Room for all events of a part: callgrind runs one thread at a time, so the collector does not keep up.
const RING_BYTES: &str = "16m";

/// Passes of each side that are counted: what does not happen in each of them, as the ring's end, counts in proportion.
const PASSES: usize = 4;

/// Operations of one row that were counted, plain and recorded.
#[derive(Serialize, Deserialize)]
struct Counted([u64; 2]);

/// Whether what is timed is to be marked for callgrind.
static COUNTING: AtomicBool = AtomicBool::new(false);

/// Whether this is a process under callgrind, in a pass that counts.
pub(crate) fn is_counting() -> bool {
    // Relaxed: the thread that sets it is the one that asks.
    COUNTING.load(Ordering::Relaxed)
}

/// Puts the counts into the report's rows of one thread.
pub(crate) fn count(suite: &Suite, entries: &[Planned], again: &Again, report: &mut Report) -> Result<(), String> {
    if !Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
    {
        return Err("--instructions needs valgrind, which is not here; install it, or leave the option out".into());
    }
    let mut of_variants: BTreeMap<usize, Vec<&Planned>> = BTreeMap::new();
    for entry in entries
        .iter()
        .filter(|entry| entry.threads == 1 && entry.size <= MOST_ENTRIES)
    {
        of_variants.entry(entry.variant).or_default().push(entry);
    }
    for (variant, entries) in of_variants {
        let counts = count_variant(suite, variant, &entries, again)
            .map_err(|error| format!("counting instructions of {}: {error}", suite.variants()[variant].name))?;
        for (entry, [plain, other]) in entries.iter().zip(counts) {
            let key = plan::key(suite, entry);
            for row in report.rows.iter_mut().filter(|row| row.of == key) {
                row.plain_instructions_per_op = Some(plain);
                row.instructions_per_op = Some(other);
            }
        }
    }
    Ok(())
}

fn count_variant(suite: &Suite, variant: usize, entries: &[&Planned], again: &Again) -> Result<Vec<[f64; 2]>, String> {
    let variant = &suite.variants()[variant];
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let jobs: Vec<Job> = entries
        .iter()
        .map(|entry| Job {
            case: entry.case,
            workload: entry.workload,
            size: entry.size,
            threads: 1,
            operations: 1,
            pairs: 1,
            other_first: false,
        })
        .collect();
    let (asked, out) = (folder.path().join("jobs.json"), folder.path().join("out"));
    let text = serde_json::to_string(&jobs).map_err(|error| error.to_string())?;
    fs::write(&asked, text).map_err(|error| error.to_string())?;

    let mut valgrind = Command::new("valgrind");
    valgrind
        .args([
            "--quiet",
            "--tool=callgrind",
            "--separate-threads=yes",
            "--dump-before=*mapbench_mark*",
        ])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(again.program_of(variant));
    let mut command = again.command(valgrind, variant);
    command
        .env("MAPTRACE_RING_BYTES", RING_BYTES)
        .args(["--serve", &variant.name, "--count"])
        .arg(&asked);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    if !output.status.success() {
        return Err(format!("valgrind: {}", output.status));
    }
    let operations: Vec<Counted> = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    if operations.len() != entries.len() {
        return Err(format!("{} rows were counted of {}", operations.len(), entries.len()));
    }
    let mut counts = Vec::new();
    // Two marks for each pass; what is between the second and the next first is not counted.
    let mut marks = (2..).step_by(2);
    for Counted(operations) in operations {
        let mut per_operation = [0.0; 2];
        for (side, operations) in per_operation.iter_mut().zip(operations) {
            let mut sum = 0;
            for mark in marks.by_ref().take(PASSES) {
                sum += read_part(&out, mark)?;
            }
            *side = sum as f64 / operations.max(1) as f64;
        }
        counts.push(per_operation);
    }
    Ok(counts)
}

/// Instructions of the first thread up to the mark with this number, from 1, since the one before.
fn read_part(out: &Path, number: usize) -> Result<u64, String> {
    let file = format!("{}.{number}-01", out.display());
    let text = fs::read_to_string(&file).map_err(|_| {
        format!("callgrind did not see mark {number}; a program that is stripped of its symbols cannot be counted")
    })?;
    let total = text
        .lines()
        .find_map(|line| line.strip_prefix("summary: ").or(line.strip_prefix("totals: ")));
    total
        .and_then(|total| total.trim().parse().ok())
        .ok_or_else(|| format!("{file} has no total"))
}

/// Where callgrind writes down what was run since the last time. Known to it by this name.
#[inline(never)]
pub(crate) fn mapbench_mark() {
    black_box(());
}

/// The process under callgrind: runs all rows of a file, and prints their operations.
pub(crate) fn serve(suite: &Suite, variant: &str, jobs: &Path) -> ExitCode {
    match run(suite, variant, jobs) {
        Ok(parts) => {
            println!("{parts}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("mapbench: {variant}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(suite: &Suite, variant: &str, jobs: &Path) -> Result<String, String> {
    let variant = suite.variant(variant).ok_or("there is no such variant")?;
    let text = fs::read_to_string(jobs).map_err(|error| error.to_string())?;
    let jobs: Vec<Job> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let _running = (variant.start)()?;
    let mut all = Vec::new();
    for job in jobs {
        let case = suite.cases().get(job.case).ok_or("there is no such case")?;
        let prepared = case.prepare(job.size);
        let mut counted = [0; 2];
        for (operations, side) in counted.iter_mut().zip([PLAIN, variant.side]) {
            let mut bench = prepared.bench(side, job.workload).ok_or("the case has no such side")?;
            // Warm, so that no pass that counts has the thread's first event or a buffer that grows.
            bench.run(1);
            for _ in 0..PASSES {
                if COMPILED_IN {
                    // The ring is empty.
                    drop(maptrace_runtime::snapshot());
                }
                COUNTING.store(true, Ordering::Relaxed);
                *operations += bench.run(1).operations;
                COUNTING.store(false, Ordering::Relaxed);
            }
        }
        all.push(Counted(counted));
    }
    serde_json::to_string(&all).map_err(|error| error.to_string())
}
