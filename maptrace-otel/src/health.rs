//! The exporter about itself: what it delivered, what it lost, and how long that took.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::shared::Shared;

/// What became of everything the exporter was given.
///
/// At any moment, exactly: `accepted = exported + failed + queued`. An episode that was not accepted is in one of
/// `refused`, `unsampled` and `small`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExporterHealth {
    /// Episodes that were taken into the queue.
    pub accepted: u64,
    /// Episodes of those that the server has confirmed.
    pub exported: u64,
    /// Episodes of those that were lost: refused by the server, not confirmed in time, left at a shutdown.
    /// One whose confirmation was lost may have arrived all the same.
    pub failed: u64,
    /// Episodes of those that are still to be sent, or being sent.
    pub queued: u64,
    /// Episodes that were turned away because the queue was full or the exporter had ended.
    pub refused: u64,
    /// Episodes of traces that are not sampled, lifetimes of up to a second that ended in one included. They are in the
    /// metrics.
    pub unsampled: u64,
    /// Episodes below [`Otlp::min_entries`](crate::Otlp::min_entries), or all of them if spans are switched off.
    pub small: u64,
    /// Pushes of all metrics that succeeded.
    pub metric_pushes: u64,
    /// Pushes of all metrics that failed. Metrics are totals, so the next push makes up for it.
    pub metric_pushes_failed: u64,
    /// Data points that the server said it did not take.
    pub metric_points_rejected: u64,
    /// Notices that were taken to be sent as log records. At any moment, exactly:
    /// `logs_accepted = logs_exported + logs_failed + logs_queued`.
    pub logs_accepted: u64,
    /// Notices of those that the server has confirmed.
    pub logs_exported: u64,
    /// Notices of those that were lost.
    pub logs_failed: u64,
    /// Notices of those that are still to be sent, or being sent.
    pub logs_queued: u64,
    /// Notices that were turned away because 1,024 waited already or the exporter had ended.
    pub logs_refused: u64,
    /// HTTP requests, retries included.
    pub requests: u64,
    /// How many of them were retries.
    pub retries: u64,
    /// Successes whose answer could not be decoded, so that the server's own losses would not be seen.
    pub unreadable_answers: u64,
    /// Time spent delivering.
    pub busy: Duration,
    /// How often the exporter's thread had to be restarted after a panic. Past three it stays down.
    pub restarts: u64,
    /// Why the last delivery that failed did.
    pub last_error: Option<String>,
}

/// Reads an exporter's [`ExporterHealth`], also after the exporter was given to a collector.
#[derive(Clone)]
pub struct HealthReader(pub(crate) Arc<Shared>);

impl HealthReader {
    /// The figures now. Costs one uncontended lock.
    #[must_use]
    pub fn read(&self) -> ExporterHealth {
        self.0.health()
    }
}

impl fmt::Debug for HealthReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HealthReader").field(&self.read()).finish()
    }
}
