//! Where the collector sends what it has seen.

use std::sync::Arc;
use std::time::Instant;

use crate::episode::Episode;
use crate::notice::Notice;
use crate::snapshot::Snapshot;

/// Receives episodes, snapshots and notices on the collector's thread.
///
/// A sink must not block: one that talks to a network hands over to a bounded queue and a thread of its own, and
/// counts what the queue refuses. A sink that panics is caught; the collector restarts a bounded number of times.
pub trait Sink: Send {
    /// One episode. Returns `false` if it was refused; it is then counted as `export_failed`.
    #[must_use]
    fn episode(&mut self, episode: &Episode) -> bool;

    /// A new snapshot, at most once per publishing interval and at every flush.
    fn snapshot(&mut self, _snapshot: &Arc<Snapshot>) {}

    /// Something that somebody on call should know; see [`NoticeKind`](crate::NoticeKind). After the snapshot that it was
    /// read off. Never called without the feature `notices`, which looks for it; maptrace-otel turns it on.
    fn notice(&mut self, _notice: &Notice) {}

    /// Delivers what is queued, by `deadline`. Returns the number of episodes that are still queued then.
    fn flush(&mut self, _deadline: Instant) -> u64 {
        0
    }

    /// As [`flush`](Self::flush), for the last time.
    fn shutdown(&mut self, deadline: Instant) -> u64 {
        self.flush(deadline)
    }

    /// Episodes that were accepted by [`episode`](Self::episode) and failed later, since the sink was made.
    fn failed(&self) -> u64 {
        0
    }
}
