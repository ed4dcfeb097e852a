//! The exporter about itself: what it delivered, what it lost, and how long that took.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::shared::Shared;
#[cfg(feature = "spool")]
use crate::shared::Signal;

/// What became of everything the exporter was given.
///
/// At any moment, exactly: `accepted + recovered = exported + failed + queued + spooled`. An episode that was not accepted
/// is in one of `refused`, `unsampled` and `small`. Without a [spool](crate::Otlp#method.spool) `recovered` and `spooled`
/// stay 0; with one, what a process leaves as `spooled` is `recovered` by the one that takes it over.
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
    /// Episodes that are on disk, until they can be sent.
    pub spooled: u64,
    /// Episodes that other processes had left on disk, and that this one has taken over.
    pub recovered: u64,
    /// Episodes that were turned away because the queue was full or the exporter had ended.
    pub refused: u64,
    /// Episodes of traces that are not sampled, lifetimes of up to a second that ended in one included. They are in the
    /// metrics.
    pub unsampled: u64,
    /// Episodes below [`Otlp::min_entries`](crate::Otlp::min_entries), or all of them if spans are switched off.
    pub small: u64,
    /// Pushes of all metrics that succeeded.
    pub metric_pushes: u64,
    /// Pushes of all metrics that were put off, at least in part: they went to disk.
    pub metric_pushes_spooled: u64,
    /// Pushes of all metrics that failed, at least in part. The next push makes up for it.
    pub metric_pushes_failed: u64,
    /// Data points that the server said it did not take. As the protocol wants it they are not sent again: of deltas they
    /// are missing there.
    pub metric_points_rejected: u64,
    /// Notices that were taken to be sent as log records. At any moment, exactly:
    /// `logs_accepted + logs_recovered = logs_exported + logs_failed + logs_queued + logs_spooled`.
    pub logs_accepted: u64,
    /// Notices of those that the server has confirmed.
    pub logs_exported: u64,
    /// Notices of those that were lost.
    pub logs_failed: u64,
    /// Notices of those that are still to be sent, or being sent.
    pub logs_queued: u64,
    /// Notices that are on disk, until they can be sent.
    pub logs_spooled: u64,
    /// Notices that other processes had left on disk, and that this one has taken over.
    pub logs_recovered: u64,
    /// Notices that were turned away because 1,024 waited already or the exporter had ended.
    pub logs_refused: u64,
    /// HTTP requests, retries included.
    pub requests: u64,
    /// How many of them were retries.
    pub retries: u64,
    /// Successes whose answer could not be decoded, so that the server's own losses would not be seen.
    pub unreadable_answers: u64,
    /// Requests that are on disk.
    pub spool_requests: u64,
    /// Bytes of the files that they are in.
    pub spool_bytes: u64,
    /// Requests from disk that the server has answered, or that were in vain too often.
    pub spool_replayed: u64,
    /// Requests that were dropped from disk, the oldest first, because there was no more room.
    pub spool_dropped: u64,
    /// Requests, and ends of files, that were not what was written.
    pub spool_damaged: u64,
    /// Their bytes.
    pub spool_damaged_bytes: u64,
    /// Requests that could not be written to disk.
    pub spool_errors: u64,
    /// Time spent delivering.
    pub busy: Duration,
    /// How often the exporter's thread had to be restarted after a panic. Past three it stays down.
    pub restarts: u64,
    /// Why the last delivery that failed did, or that had to be put off.
    pub last_error: Option<String>,
    /// Whether there is a spool.
    pub(crate) spooling: bool,
}

/// What is accounted for one by one, of one signal.
#[cfg(feature = "spool")]
pub(crate) struct Account<'a> {
    pub(crate) exported: &'a mut u64,
    pub(crate) failed: &'a mut u64,
    pub(crate) spooled: &'a mut u64,
    pub(crate) recovered: &'a mut u64,
}

#[cfg(feature = "spool")]
impl ExporterHealth {
    /// The account of a signal. Data points have none: the next ones say it all again.
    pub(crate) fn account(&mut self, signal: Signal) -> Option<Account<'_>> {
        match signal {
            Signal::Traces => Some(Account {
                exported: &mut self.exported,
                failed: &mut self.failed,
                spooled: &mut self.spooled,
                recovered: &mut self.recovered,
            }),
            Signal::Logs => Some(Account {
                exported: &mut self.logs_exported,
                failed: &mut self.logs_failed,
                spooled: &mut self.logs_spooled,
                recovered: &mut self.logs_recovered,
            }),
            Signal::Metrics => None,
        }
    }
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
