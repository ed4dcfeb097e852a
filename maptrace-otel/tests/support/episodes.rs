//! Made-up sites and episodes.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use maptrace_runtime::{Episode, EpisodeKind, Kind, SiteInfo};

/// A hash map's site at `src/shop.rs:7`.
pub(crate) fn site(id: u32, name: &str, type_label: &str) -> Arc<SiteInfo> {
    site_of(Kind::HashMap, id, name, type_label)
}

pub(crate) fn site_of(kind: Kind, id: u32, name: &str, type_label: &str) -> Arc<SiteInfo> {
    let mut site = SiteInfo::new(id, name, kind);
    site.type_label = type_label.to_owned();
    site.type_name = "String -> u64".to_owned();
    site.file = "src/shop.rs".to_owned();
    site.line = 7;
    site.declared = true;
    Arc::new(site)
}

/// An episode on the map `sessions`, with a start and a length that need every nanosecond, and no context.
pub(crate) fn episode(kind: EpisodeKind) -> Episode {
    let mut episode = Episode::new(site(1, "sessions", "string_int"), kind, start());
    episode.instance = Some(42);
    episode.thread = 3;
    episode.thread_name = Some("worker-3".into());
    episode.duration = Some(Duration::from_nanos(117_000_001));
    episode
}

/// 2024-11-21T04:05:06.123456789Z.
pub(crate) fn start() -> SystemTime {
    UNIX_EPOCH + Duration::new(1_732_161_906, 123_456_789)
}

pub(crate) fn grow() -> EpisodeKind {
    EpisodeKind::Grow {
        old_capacity: 1_835_008,
        new_capacity: 3_670_016,
        entries: 1_835_008,
        old_bytes: 35_651_600,
        new_bytes: 71_303_184,
        peak_bytes: 106_954_784,
        tombstones: 17,
    }
}
