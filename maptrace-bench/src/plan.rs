//! Which rows are run.

use std::collections::BTreeSet;

use crate::options::Options;
use crate::report::Key;
use crate::suite::{Case, Suite};
use crate::which::{Which, allows};
use crate::workload::{SHORT, Workload};

/// Entries that all threads together may hold in one measurement.
const MOST_ENTRIES: usize = 8_000_000;

/// Which part of the cases is run when nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preset {
    Quick,
    /// What docs/performance.md shows.
    Documented,
    Usual,
    Full,
}

/// One measurement: a row but for its variant, and the variants that it is measured with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Planned {
    // Rows of as many threads share their processes.
    pub(crate) threads: usize,
    pub(crate) case: usize,
    pub(crate) size: usize,
    pub(crate) workload: Workload,
    pub(crate) variant: usize,
}

/// The rows that the options ask for: a preset's, or every combination of what they name. Each once, in their order.
pub(crate) fn plan(suite: &Suite, options: &Options, preset: &[Which]) -> Result<Vec<Planned>, String> {
    let named = options.which(suite)?;
    let combinations = named.as_ref().map_or(preset, std::slice::from_ref);
    let mut entries = BTreeSet::new();
    for which in combinations {
        add(suite, which, &mut entries);
    }
    let entries: Vec<_> = entries
        .into_iter()
        .filter(|entry| {
            let text = key(suite, entry).text();
            options.filter.iter().all(|part| text.contains(part.as_str()))
        })
        .collect();
    if entries.is_empty() {
        return Err("no row is left of what was asked for; --list without --filter shows what there is".into());
    }
    Ok(entries)
}

/// All combinations of these values.
fn add(suite: &Suite, which: &Which, entries: &mut BTreeSet<Planned>) {
    let workloads = if which.workload.is_empty() {
        &Workload::ALL[..]
    } else {
        &which.workload
    };
    for (case_number, case) in suite.cases().iter().enumerate() {
        if !allows(&which.map, &case.map) || !allows(&which.key, &case.key) || !allows(&which.hasher, &case.hasher) {
            continue;
        }
        for (number, variant) in suite.variants().iter().enumerate() {
            if !allows(&which.variant, &variant.name) || !suite.fits(variant, case) {
                continue;
            }
            for &workload in workloads.iter().filter(|workload| case.can(**workload)) {
                for &size in &which.size {
                    for &threads in which.threads.iter().filter(|threads| *threads * size <= MOST_ENTRIES) {
                        // Its maps have three entries, however many there are of them.
                        let size = if workload == Workload::ShortLived { SHORT } else { size };
                        entries.insert(Planned {
                            threads,
                            case: case_number,
                            size,
                            workload,
                            variant: number,
                        });
                    }
                }
            }
        }
    }
}

/// What the row is called.
pub(crate) fn key(suite: &Suite, entry: &Planned) -> Key {
    let case: &Case = &suite.cases()[entry.case];
    Key {
        workload: entry.workload,
        variant: suite.variants()[entry.variant].name.clone(),
        map: case.map.clone(),
        key: case.key.clone(),
        hasher: case.hasher.clone(),
        size: entry.size,
        threads: entry.threads,
    }
}

/// The rows of a user's own cases.
pub(crate) fn preset_of_others(preset: Preset) -> Vec<Which> {
    let size = match preset {
        Preset::Quick => vec![1_000],
        Preset::Documented | Preset::Usual => vec![1_000, 100_000],
        Preset::Full => vec![1_000, 10_000, 100_000, 1_000_000],
    };
    let threads = if preset == Preset::Full {
        vec![1, 2, 8, 32]
    } else {
        vec![1]
    };
    vec![Which {
        size,
        threads,
        ..Which::default()
    }]
}
