//! Publishing: what is known, as a snapshot, for whoever asks.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Core, Tally, tally};
use crate::clock;
use crate::hub::{Hub, lock};
use crate::registry::{self, drained};
use crate::site;
use crate::snapshot::{Cause, Snapshot};
use crate::thread::AtWork;

/// The last settled snapshot, while somebody waits for one that may have it.
#[derive(Default)]
pub(super) struct Published {
    /// How many had asked for a snapshot when this one was begun: all of them may have it.
    pub(super) covers: u64,
    pub(super) snapshot: Option<Arc<Snapshot>>,
    /// How many have had their turn.
    pub(super) served: u64,
}

impl Core {
    /// Settles, and puts a new snapshot in the place of the one before for all who have asked by now.
    pub(super) fn publish(&mut self, hub: &'static Hub) -> Arc<Snapshot> {
        // Acquire: pairs with `snapshot`. What they did before they asked is in the rings that are drained below.
        let covers = hub.snapshots_asked.load(Ordering::Acquire);
        // Asked under the lock: an event that is drained as delivered is so before the sinks' leftovers are counted.
        let lost = hub.cause_of_silence();
        self.settle(hub, lost);
        let snapshot = Arc::new(self.snapshot(hub));
        // Both together: were there a panic before, the snapshot of earlier callers would go to these.
        (self.published.covers, self.published.snapshot) = (covers, Some(Arc::clone(&snapshot)));
        snapshot
    }

    /// Everything that is known now.
    pub(crate) fn snapshot(&mut self, hub: &'static Hub) -> Snapshot {
        let mut sites = Vec::new();
        for site in site::all() {
            sites.push(site);
        }
        if let Some(last) = sites.len().checked_sub(1) {
            self.tally(last as u32);
        }
        let mut live: Vec<Tally> = Vec::with_capacity(self.tallies.len());
        for tally in &self.tallies {
            live.push(tally.clone());
        }
        let mut instances = 0;
        for id in 0..hub.generation.ids.high_water() {
            let Some(record) = registry::known(id).filter(|it| it.owner.load(Ordering::Acquire) == hub.number) else {
                continue;
            };
            // Still counted with its site: it began with this word set, which is behind the Acquire above. Acquire: pairs with
            // the Release store of a thread that has moved the counts itself.
            if record.moving.load(Ordering::Acquire) != 0 {
                continue;
            }
            let site_id = record.site.load(Ordering::Relaxed);
            let Some(site) = site::get(site_id) else { continue };
            let counts = drained(id).ops();
            if site_id as usize >= live.len() {
                tally::make_room(&mut live, site_id);
            }
            let shared = hub.known_shared_record(site_id) == Some(id);
            if shared {
                live[site_id as usize].young_untold(hub.untold.of(site_id));
            }
            live[site_id as usize].add_live(record, counts, site.entry_size, site.info.kind, shared);
            instances += u64::from(!shared);
        }
        // What a live map came to stays known when it is less again.
        for (site, tally) in self.tallies.iter_mut().enumerate() {
            tally.largest = tally.largest.max(live[site].largest);
        }
        let mut health = hub.health();
        // Two sinks may fail the same episode, and a freed map's last episode may stand for a lost event.
        let failed = hub.export_failed().min(self.offered);
        health.dropped[Cause::ExportFailed as usize] += failed;
        health.dropped[Cause::Fork as usize] += self.forked;
        health.delivered = self.delivered - failed;
        health.emitted = health.delivered + health.dropped_total() + health.sampled_out;
        health.gaps = self.gaps;
        health.damaged = self.damaged;
        let (taken_at, steps) = clock::time_of_day();
        health.clock_steps = steps;
        health.instances = instances;
        for tally in &live {
            health.instances_young += tally.young_now();
        }
        health.passes = self.passes;
        health.busy = self.busy;
        let mut maps = Vec::with_capacity(sites.len());
        for (site, tally) in sites.iter().zip(&live) {
            // The site of maps for which none could be had is of interest only if there are any.
            if site.info.id != site::OVERFLOW_SITE || tally.is_used() {
                maps.push(tally.snapshot(site));
            }
        }
        Snapshot {
            taken_at,
            started_at: hub.started_at(),
            pid: std::process::id(),
            program: program(),
            maps,
            health,
        }
    }
}

/// The program's name, without its folder.
pub(crate) fn program() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    std::path::Path::new(&path).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A settled snapshot of a hub. The caller drains for itself: it waits for a pass of the collector's thread at most,
/// and never for a sink.
///
/// Who had to wait for another caller gets the snapshot that one made, if it was begun after the call: it has
/// everything that one of its own would have. So a crowd of callers costs one or two walks over the maps, not one each.
pub(crate) fn snapshot(hub: &'static Hub) -> Arc<Snapshot> {
    let _at_work = AtWork::begin();
    // Release: whoever reads this number or a later one in `covers` sees what this thread wrote to its ring.
    let number = hub.snapshots_asked.fetch_add(1, Ordering::Release) + 1;
    let mut core = lock(&hub.core);
    // Before anything can panic, as one who never had a turn would be waited for.
    core.published.served += 1;
    let snapshot = match &core.published.snapshot {
        Some(published) if core.published.covers >= number => Arc::clone(published),
        _ => core.publish(hub),
    };
    if core.published.served == core.published.covers {
        // Nobody is left who may have it.
        core.published.snapshot = None;
    }
    snapshot
}
