//! What the program and the processes of its variants say to each other: JSON, a message a line.

use serde::{Deserialize, Serialize};

use crate::cores::Placement;
use crate::workload::Workload;

/// The first line that a process of a variant writes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    pub(crate) placement: Placement,
    /// Whether tracing is in this program.
    #[serde(default)]
    pub(crate) compiled_in: bool,
}

/// What is to be measured.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    /// Number of the case in the suite.
    pub(crate) case: usize,
    pub(crate) workload: Workload,
    pub(crate) size: usize,
    pub(crate) threads: usize,
    /// Operations of each thread and side, at least.
    pub(crate) operations: u64,
    pub(crate) pairs: usize,
    /// Whether the variant's side is to go first in the first pair; then they take turns.
    pub(crate) other_first: bool,
}

/// What came out, or what was wrong.
pub(crate) type Answer = Result<Outcome, String>;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) pairs: Vec<Pair>,
    pub(crate) health: HealthDelta,
    /// CPU time of threads other than the measured ones while the variant's side ran and until all was drained.
    pub(crate) background_ns: Option<u64>,
    /// Pairs that were measured again, as the system took the processor away meanwhile.
    pub(crate) repeated: usize,
}

/// Nanoseconds an operation, plain and recorded, one right after the other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pair {
    pub(crate) plain: f64,
    pub(crate) other: f64,
    /// Operations of the variant's side, of all threads.
    pub(crate) operations: u64,
}

/// What maptrace said of itself about the measured parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HealthDelta {
    pub(crate) emitted: u64,
    pub(crate) delivered: u64,
    pub(crate) lost: u64,
    pub(crate) sampled_out: u64,
    pub(crate) busy_ns: u64,
}

impl HealthDelta {
    pub(crate) fn add(&mut self, other: &Self) {
        self.emitted += other.emitted;
        self.delivered += other.delivered;
        self.lost += other.lost;
        self.sampled_out += other.sampled_out;
        self.busy_ns += other.busy_ns;
    }
}
