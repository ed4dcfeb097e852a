//! Made-up snapshots.

use std::sync::Arc;
use std::time::Duration;

use maptrace_runtime::{Health, MapSnapshot, Snapshot};

use crate::episodes::start;

/// Taken a minute and a nanosecond after tracing began.
pub(crate) fn snapshot(maps: Vec<MapSnapshot>, health: Health) -> Arc<Snapshot> {
    let mut snapshot = Snapshot::new("shop");
    snapshot.taken_at = start() + Duration::new(60, 1);
    snapshot.started_at = start();
    snapshot.pid = 4711;
    snapshot.maps = maps;
    snapshot.health = health;
    Arc::new(snapshot)
}
