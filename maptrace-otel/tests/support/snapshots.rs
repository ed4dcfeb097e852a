//! Made-up snapshots.
#![expect(
    unsafe_code,
    reason = "`make!` expands here: the runtime has no constructors for what its collector alone makes"
)]

use std::sync::Arc;
use std::time::Duration;

use maptrace_runtime::{Health, MapSnapshot, OpTotals, PAUSE_BOUNDS, SiteInfo, Snapshot};

use crate::episodes::start;
use crate::make::make;

/// A site that was never used.
pub(crate) fn unused(site: Arc<SiteInfo>) -> MapSnapshot {
    let table = site.kind.is_table().then_some(0);
    make!(MapSnapshot {
        site: site,
        live: 0,
        created: 0,
        freed: 0,
        totals: OpTotals::default(),
        entries: 0,
        capacity: table,
        tombstones: table,
        held_bytes: table,
        needed_bytes: 0,
        peak_bytes: 0,
        largest: 0,
        grows: 0,
        rehashes: 0,
        shrinks: 0,
        clears: 0,
        batches: 0,
        pause_total: Duration::ZERO,
        pause_max: Duration::ZERO,
        pause_buckets: [0; PAUSE_BOUNDS.len() + 1],
    })
}

/// Taken a minute and a nanosecond after tracing began.
pub(crate) fn snapshot(maps: Vec<MapSnapshot>, health: Health) -> Arc<Snapshot> {
    Arc::new(make!(Snapshot {
        taken_at: start() + Duration::new(60, 1),
        started_at: start(),
        pid: 4711,
        program: "shop".to_owned(),
        maps: maps,
        health: health,
    }))
}
