//! What comes out of a run, as a value: this is what `--json` writes and `--compare` reads.

use serde::{Deserialize, Serialize};

use crate::cores::Placement;
use crate::machine::Machine;
use crate::workload::Workload;

/// The number of this form of the JSON; a field that goes or changes its meaning raises it.
pub(crate) const SCHEMA: u32 = 1;

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) schema: u32,
    pub(crate) version: String,
    /// Seconds since 1970.
    pub(crate) taken_at: u64,
    pub(crate) elapsed_seconds: f64,
    pub(crate) machine: Machine,
    pub(crate) settings: Settings,
    /// How far the plain map is from itself; none if `off` was not measured.
    pub(crate) noise: Option<Noise>,
    pub(crate) variants: Vec<About>,
    pub(crate) rows: Vec<Row>,
}

/// How it was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// Pairs of a row.
    pub(crate) rounds: usize,
    /// Processes that the rounds of a row are spread over.
    pub(crate) processes: usize,
    /// Operations of each side in a round, at least.
    pub(crate) operations: u64,
}

/// A variant, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) name: String,
    pub(crate) about: String,
}

/// The plain map beside itself: what a ratio of 1 looks like on this machine and in this run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Noise {
    /// The median of the ratios of all such rows.
    pub(crate) ratio: f64,
    /// The distance from 1 that nine in ten of those rows stay within.
    pub(crate) nine_in_ten_within: f64,
    /// The median width of a row's quartiles.
    pub(crate) width: f64,
}

/// What tells one row from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) workload: Workload,
    pub(crate) variant: String,
    pub(crate) map: String,
    pub(crate) key: String,
    pub(crate) hasher: String,
    pub(crate) size: usize,
    pub(crate) threads: usize,
}

impl Key {
    /// `overwrite events HashMap u64 std 1000x1`, which is also what `--filter` looks at.
    pub(crate) fn text(&self) -> String {
        let Self {
            workload,
            variant,
            map,
            key,
            hasher,
            size,
            threads,
        } = self;
        format!("{} {variant} {map} {key} {hasher} {size}x{threads}", workload.as_str())
    }
}

/// One workload on one map, recorded in one way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    #[serde(flatten)]
    pub(crate) of: Key,
    /// The median round. With more threads than processors, of the time that a thread was given.
    pub(crate) ns_per_op: f64,
    /// The plain map in the same rounds.
    pub(crate) plain_ns_per_op: f64,
    /// The median of the rounds' ratios.
    pub(crate) ratio: f64,
    /// Their quartiles.
    pub(crate) ratio_spread: [f64; 2],
    /// The median of the rounds' differences, in nanoseconds an operation.
    pub(crate) added_ns: f64,
    pub(crate) rounds: usize,
    /// Rounds that were run again, as the system took the processor away meanwhile. If there are many, the last ones count
    /// nevertheless.
    #[serde(default)]
    pub(crate) repeated: usize,
    /// Of this side, in all rounds.
    pub(crate) operations: u64,
    pub(crate) placement: Placement,
    /// What maptrace counted meanwhile; of another recorder it knows nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) events: Option<Events>,
    /// CPU time that other threads of the process took, an operation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) background_ns_per_op: Option<f64>,
    /// Instructions of the measured thread, by callgrind.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) instructions_per_op: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) plain_instructions_per_op: Option<f64>,
}

/// Rows that are shown together: of one map type, at one size. Of maps that live shortly there is no other size, so they
/// are with the first.
pub(crate) fn groups(rows: &[Row]) -> impl Iterator<Item = &[Row]> {
    rows.chunk_by(|Row { of: a, .. }, Row { of: b, .. }| {
        let type_of = |key: &Key| (key.map.clone(), key.key.clone(), key.hasher.clone(), key.threads);
        type_of(a) == type_of(b) && (a.size == b.size || a.workload == Workload::ShortLived)
    })
}

/// What such rows have in common.
pub(crate) fn title(rows: &[Row]) -> String {
    // The last one: the first may live shortly.
    let Some(Row {
        of:
            Key {
                map,
                key,
                hasher,
                size,
                threads,
                ..
            },
        ..
    }) = rows.last()
    else {
        return String::new();
    };
    let threads = if *threads == 1 {
        String::new()
    } else {
        format!(", {threads} threads")
    };
    format!(
        "{map}, key {key}, hasher {hasher}, {} entries{threads}",
        crate::table::thousands(*size as u64)
    )
}

/// Events of a row.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Events {
    pub(crate) emitted: u64,
    pub(crate) lost: u64,
    pub(crate) sampled_out: u64,
    /// Time the collector was at work, an event delivered. None if there were few.
    pub(crate) collector_ns_per_event: Option<f64>,
}

impl Events {
    /// The share that was lost, 0 to 1.
    pub(crate) fn lost_share(&self) -> f64 {
        self.lost as f64 / self.emitted.max(1) as f64
    }
}

#[cfg(test)]
pub(crate) mod fixture {
    use super::*;

    /// A row of `overwrite` on a plain 10 ns map.
    pub(crate) fn row(variant: &str, ratio: f64, ratio_spread: [f64; 2]) -> Row {
        Row {
            of: Key {
                workload: Workload::Overwrite,
                variant: variant.into(),
                map: "HashMap".into(),
                key: "u64".into(),
                hasher: "std".into(),
                size: 1_000,
                threads: 1,
            },
            ns_per_op: 10.0 * ratio,
            plain_ns_per_op: 10.0,
            ratio,
            ratio_spread,
            added_ns: 10.0 * ratio - 10.0,
            rounds: 3,
            repeated: 0,
            operations: 3_000,
            placement: Placement::Apart,
            events: Some(Events {
                emitted: 3_000,
                lost: 300,
                sampled_out: 0,
                collector_ns_per_event: Some(2.5),
            }),
            background_ns_per_op: Some(3.0),
            instructions_per_op: None,
            plain_instructions_per_op: None,
        }
    }

    pub(crate) fn report(rows: Vec<Row>) -> Report {
        let mut machine = Machine::here();
        machine.load_before = Some(0.0);
        Report {
            schema: SCHEMA,
            version: "0.0.0".into(),
            taken_at: 1_700_000_000,
            elapsed_seconds: 1.5,
            machine,
            settings: Settings {
                rounds: 3,
                processes: 3,
                operations: 1_000,
            },
            noise: Some(Noise {
                ratio: 1.0,
                nine_in_ten_within: 0.01,
                width: 0.02,
            }),
            variants: vec![About {
                name: "events".into(),
                about: "every operation is an event".into(),
            }],
            rows,
        }
    }
}
