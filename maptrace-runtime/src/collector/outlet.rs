//! The way out: episodes, snapshots and notices to the sinks.
//!
//! The sinks are apart from what the collector knows, behind a lock that only the collector's thread takes: a sink
//! that blocks, or that itself asks for a snapshot, keeps nobody else from draining, counting and reporting.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::episode::Episode;
use crate::hub::{Hub, lock};
use crate::sink::Sink;

#[cfg(feature = "notices")]
mod tidings;

/// Room for so many episodes is kept between two calls; what a burst took beyond is given back.
const KEPT: usize = 1_024;

/// The sinks, and what is on its way to them.
#[derive(Default)]
pub(crate) struct Outlet {
    sinks: Vec<Box<dyn Sink>>,
    /// Taken from the collector, and how many of them were offered. Empty between two calls, unless a sink panicked.
    queue: Vec<Episode>,
    offered: usize,
    #[cfg(feature = "notices")]
    tidings: tidings::Tidings,
}

impl Outlet {
    /// Takes in the sinks that were given since the last call. They are given apart, so that whoever gives one never
    /// waits for another.
    fn adopt(&mut self, hub: &Hub) {
        self.sinks.append(&mut lock(&hub.new_sinks));
    }

    /// Offers what was taken from the collector.
    fn offer(&mut self, hub: &Hub) {
        while let Some(episode) = self.queue.get(self.offered) {
            self.offered += 1;
            hub.waiting.fetch_sub(1, Ordering::Relaxed);
            let refused = Refused(hub);
            #[cfg(feature = "notices")]
            self.tidings.saw(episode);
            // Each sink is asked, whatever the one before it said.
            let mut taken = true;
            for sink in &mut self.sinks {
                taken &= sink.episode(episode);
            }
            if taken {
                std::mem::forget(refused);
            }
        }
        self.forget();
    }

    /// Lets go of what was offered, or will not be.
    fn forget(&mut self) {
        self.queue.clear();
        self.offered = 0;
        if self.queue.capacity() > KEPT {
            self.queue = Vec::new();
        }
    }

    fn note_failed(&self, hub: &Hub) {
        let mut failed = 0;
        for sink in &self.sinks {
            failed += sink.failed();
        }
        hub.sinks_failed.store(failed, Ordering::Relaxed);
    }
}

/// Counts an episode as refused when it is dropped, also by a sink's panic.
struct Refused<'a>(&'a Hub);

impl Drop for Refused<'_> {
    fn drop(&mut self) {
        self.0.refused.fetch_add(1, Ordering::Relaxed);
    }
}

/// Offers the waiting episodes to the sinks. If a sink panics, its episode counts as failed and the next call goes on
/// with the one after it.
pub(super) fn feed(hub: &Hub) {
    if !hub.exports() {
        return;
    }
    let mut outlet = lock(&hub.outlet);
    outlet.adopt(hub);
    // What a sink's panic has left.
    outlet.offer(hub);
    std::mem::swap(&mut outlet.queue, &mut lock(&hub.core).waiting);
    outlet.offer(hub);
    outlet.note_failed(hub);
}

/// Gives the sinks a snapshot, and the notices that follow from it.
pub(super) fn publish(hub: &'static Hub) {
    if !hub.exports() {
        return;
    }
    let mut outlet = lock(&hub.outlet);
    outlet.adopt(hub);
    let snapshot = Arc::new(lock(&hub.core).snapshot(hub));
    let outlet = &mut *outlet;
    #[cfg(feature = "notices")]
    outlet.tidings.look(&snapshot, hub);
    for sink in &mut outlet.sinks {
        sink.snapshot(&snapshot);
    }
    #[cfg(feature = "notices")]
    outlet.tidings.tell(&mut outlet.sinks);
}

/// Lets the sinks deliver, for the last time if `last`. Returns the number of episodes they had left.
pub(super) fn deliver(hub: &Hub, until: Instant, last: bool) -> u64 {
    let mut outlet = lock(&hub.outlet);
    outlet.adopt(hub);
    let mut left = 0;
    for sink in &mut outlet.sinks {
        left += if last { sink.shutdown(until) } else { sink.flush(until) };
    }
    outlet.note_failed(hub);
    left
}

/// The collector's thread has come to its end: nobody will offer to a sink what still waits.
pub(super) fn abandon(hub: &Hub) {
    let mut outlet = lock(&hub.outlet);
    let mut core = lock(&hub.core);
    let left = (outlet.queue.len() - outlet.offered + core.waiting.len()) as u64;
    outlet.forget();
    core.waiting.clear();
    hub.waiting.fetch_sub(left, Ordering::Relaxed);
    hub.refused.fetch_add(left, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Capture;
    use crate::thread;

    struct Takes;

    impl Sink for Takes {
        fn episode(&mut self, _: &Episode) -> bool {
            true
        }
    }

    #[test]
    fn what_a_burst_of_episodes_took_is_given_back() {
        let capture = Capture::install();
        let hub = thread::hub().expect("the capture's");
        hub.add_sink(Box::new(Takes));
        drop((0..300).map(|key| (key, ())).collect::<crate::collections::HashMap<u32, ()>>());
        let episode = capture.episodes().into_iter().next().expect("a grow or the end of the map");
        {
            let mut core = lock(&hub.core);
            let burst = vec![episode; 20 * KEPT];
            hub.waiting.fetch_add(burst.len() as u64, Ordering::Relaxed);
            core.waiting.extend(burst);
        }
        feed(hub);
        let room = |queue: &Vec<Episode>| (queue.len(), queue.capacity() < 2 * KEPT);
        assert_eq!(room(&lock(&hub.core).waiting), (0, true));
        assert_eq!(room(&lock(&hub.outlet).queue), (0, true));
    }
}
