//! Which rows are run.

use std::collections::BTreeSet;

use crate::options::Options;
use crate::report::Key;
use crate::suite::{Case, Suite};
use crate::workload::{SHORT, Workload};

/// Entries that all threads together may hold in one measurement.
const MOST_ENTRIES: usize = 8_000_000;

/// Which part of the cases is run when nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preset {
    Quick,
    Usual,
    Full,
}

/// All combinations of some values. What is not said is all that the suite has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub(crate) maps: Option<Vec<String>>,
    pub(crate) keys: Option<Vec<String>>,
    pub(crate) hashers: Option<Vec<String>>,
    pub(crate) workloads: Option<Vec<Workload>>,
    pub(crate) variants: Option<Vec<String>>,
    pub(crate) sizes: Vec<usize>,
    pub(crate) threads: Vec<usize>,
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
pub(crate) fn plan(suite: &Suite, options: &Options, preset: &[Block]) -> Result<Vec<Planned>, String> {
    let named = options.block(suite)?;
    let blocks = named.as_ref().map_or(preset, std::slice::from_ref);
    let mut entries = BTreeSet::new();
    for block in blocks {
        add(suite, block, &mut entries);
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

fn add(suite: &Suite, block: &Block, entries: &mut BTreeSet<Planned>) {
    let holds =
        |list: &Option<Vec<String>>, name: &str| list.as_ref().is_none_or(|list| list.iter().any(|n| n == name));
    let workloads = block.workloads.as_deref().unwrap_or(&Workload::ALL);
    for (case_number, case) in suite.cases().iter().enumerate() {
        if !holds(&block.maps, &case.map) || !holds(&block.keys, &case.key) || !holds(&block.hashers, &case.hasher) {
            continue;
        }
        for (number, variant) in suite.variants().iter().enumerate() {
            if !holds(&block.variants, &variant.name) || !suite.fits(variant, case) {
                continue;
            }
            for &workload in workloads.iter().filter(|workload| case.can(**workload)) {
                for &size in &block.sizes {
                    for &threads in block.threads.iter().filter(|threads| *threads * size <= MOST_ENTRIES) {
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
pub(crate) fn preset_of_others(preset: Preset) -> Vec<Block> {
    let sizes = match preset {
        Preset::Quick => vec![1_000],
        Preset::Usual => vec![1_000, 100_000],
        Preset::Full => vec![1_000, 10_000, 100_000, 1_000_000],
    };
    let threads = if preset == Preset::Full {
        vec![1, 2, 8, 32]
    } else {
        vec![1]
    };
    vec![Block {
        sizes,
        threads,
        ..Block::default()
    }]
}
