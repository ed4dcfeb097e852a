//! Notices on their way to the sinks.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::clock;
use crate::episode::Episode;
use crate::hub::Hub;
use crate::notice::Notice;
use crate::notices::Watch;
use crate::sink::Sink;
use crate::snapshot::Snapshot;

/// What is watched, and what is to be told.
#[derive(Default)]
pub(super) struct Tidings {
    watch: Watch,
    /// Empty between two calls, unless a sink panicked.
    queue: VecDeque<Notice>,
}

impl Tidings {
    /// An episode, before the snapshot that counts it.
    pub(super) fn saw(&mut self, episode: &Episode) {
        self.watch.saw(episode, now());
    }

    /// Looks for what follows from a new snapshot, and counts it.
    pub(super) fn look(&mut self, snapshot: &Snapshot, hub: &Hub) {
        self.watch.look(snapshot, now(), &mut self.queue);
        let (told, suppressed) = self.watch.counts();
        hub.notices.store(told, Ordering::Relaxed);
        hub.notices_suppressed.store(suppressed, Ordering::Relaxed);
    }

    /// Tells each sink. If one panics, the next call goes on with the notice after it.
    pub(super) fn tell(&mut self, sinks: &mut [Box<dyn Sink>]) {
        while let Some(notice) = self.queue.pop_front() {
            for sink in sinks.iter_mut() {
                sink.notice(&notice);
            }
        }
    }
}

/// Time that goes on evenly, whatever becomes of the time of day.
fn now() -> Duration {
    Duration::from_nanos(clock::now_ns())
}
