//! Made-up snapshots for the tests of everything that shows one. Integration tests include this file as well, so it
//! names the public types through its parent module.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use super::context::SpanContext;
use super::{Cause, Kind, MapSnapshot, SiteInfo, Snapshot};

/// A name with everything that has to be escaped somewhere.
pub(crate) const HOSTILE: &str = "a\"b\\c\nd\0e\u{1b}[31mf</script><b>&\u{2028}\u{202e}g'{}é名";

/// A service after an hour: six sites of every kind, one never used, one wasteful, one with a hostile name, some losses.
pub(crate) fn service() -> Snapshot {
    let mut snapshot = Snapshot::new("kv_server");
    snapshot.started_at = UNIX_EPOCH + Duration::from_secs(1_795_234_200);
    snapshot.taken_at = snapshot.started_at + Duration::from_secs(3_725);
    snapshot.pid = 4_242;
    snapshot.maps = vec![sessions(), index(), tags(), routes(), unused(), hostile()];
    let health = &mut snapshot.health;
    (health.emitted, health.delivered, health.sampled_out) = (15_834_002, 15_830_000, 4_000);
    health.dropped[Cause::Full as usize] = 2;
    (health.gaps, health.rings) = (1, 8);
    (health.memory_bytes, health.memory_limit_bytes) = (3_200_000, 64_000_000);
    (health.instances, health.passes, health.busy) = (44, 37_250, Duration::from_millis(14_900));
    snapshot
}

/// A site with its number, name, kind and types, made at line `id` of a file.
pub(crate) fn site(id: u32, name: &str, kind: Kind, type_label: &str, type_name: &str) -> MapSnapshot {
    let mut site = SiteInfo::new(id, name, kind);
    type_label.clone_into(&mut site.type_label);
    type_name.clone_into(&mut site.type_name);
    "src/state.rs".clone_into(&mut site.file);
    (site.line, site.declared) = (id, true);
    MapSnapshot::new(Arc::new(site))
}

fn sessions() -> MapSnapshot {
    let mut m = site(1, "sessions", Kind::HashMap, "string_session", "String -> Session");
    (m.live, m.created, m.entries, m.largest) = (1, 1, 199_730, 199_730);
    (m.totals.assigns_new, m.totals.assigns_replaced) = (1_200_000, 600_001);
    (m.totals.deletes_hit, m.totals.deletes_miss, m.totals.cleared) = (1_000_270, 30, 0);
    (m.capacity, m.tombstones) = (Some(229_376), Some(12_000));
    (m.held_bytes, m.needed_bytes, m.peak_bytes) = (Some(14_942_224), 14_942_224, 22_413_352);
    (m.grows, m.rehashes) = (14, 0);
    (m.pause_total, m.pause_max) = (Duration::from_micros(31_400), Duration::from_micros(17_250));
    m.pause_buckets = [0, 2, 4, 2, 1, 1, 0, 0, 0];
    // Two of them in requests that were sampled.
    let context = SpanContext {
        trace_id: *b"\x0a\xf7\x65\x19\x16\xcd\x43\xdd\x84\x48\xeb\x21\x1c\x80\x31\x9c",
        span_id: *b"\xb7\xad\x6b\x71\x69\x20\x33\x31",
        sampled: true,
    };
    let at = UNIX_EPOCH + Duration::new(1_795_237_000, 250_000_000);
    m.pauses.record_in(4_750_000, at, Some(context));
    m.pauses.record_in(17_250_000, at, Some(context));
    m.batches = 3;
    for (entries, nanos) in [(100_000, 9_400_000), (50, 2_100), (1, 0)] {
        m.batch_sizes.record(entries);
        if nanos > 0 {
            m.batch_durations.record_in(nanos, at, Some(context));
        }
    }
    m
}

fn index() -> MapSnapshot {
    let mut m = site(
        2,
        "index.by_user_and_region",
        Kind::HashMap,
        "u64_vec_u64",
        "u64 -> Vec<u64>",
    );
    (m.live, m.created, m.freed, m.entries, m.largest) = (1, 2, 1, 100, 29_000_000);
    (m.totals.assigns_new, m.totals.deletes_hit) = (29_000_100, 29_000_000);
    (m.capacity, m.tombstones) = (Some(29_360_128), Some(0));
    (m.held_bytes, m.needed_bytes, m.peak_bytes) = (Some(570_425_360), 4_112, 855_638_040);
    (m.grows, m.batches, m.shrinks) = (1, 1, 1);
    (m.pause_total, m.pause_max) = (Duration::from_millis(948), Duration::from_millis(948));
    m.pause_buckets[6] = 1;
    m
}

fn tags() -> MapSnapshot {
    let mut m = site(3, "tags", Kind::HashSet, "string", "String");
    (m.live, m.created, m.freed, m.entries, m.largest) = (40, 900, 860, 52, 9_000);
    (m.totals.assigns_new, m.totals.deletes_hit, m.totals.deletes_miss) = (15_000, 5_048, 9_900);
    m.totals.cleared = 9_900;
    (m.capacity, m.tombstones) = (Some(14_336), Some(12_500));
    (m.held_bytes, m.needed_bytes, m.peak_bytes) = (Some(409_616), 1_552, 819_232);
    (m.grows, m.rehashes, m.clears) = (11, 3, 12);
    (m.pause_total, m.pause_max) = (Duration::from_micros(812), Duration::from_micros(91));
    m.pause_buckets = [0, 9, 5, 0, 0, 0, 0, 0, 0];
    m
}

fn routes() -> MapSnapshot {
    let mut m = site(
        4,
        "Router.routes",
        Kind::BTreeMap,
        "string_handler",
        "String -> Arc<dyn Handler + Send + Sync>",
    );
    (m.live, m.created, m.entries, m.largest) = (1, 1, 212, 212);
    (m.totals.assigns_new, m.needed_bytes) = (212, 8_480);
    m
}

fn unused() -> MapSnapshot {
    site(5, "quarantine", Kind::HashMap, "u32_string", "")
}

fn hostile() -> MapSnapshot {
    let mut m = site(6, HOSTILE, Kind::BTreeSet, "u8", "u8");
    (m.live, m.created, m.entries, m.largest, m.needed_bytes) = (1, 1, 3, 3, 3);
    m.totals.assigns_new = 3;
    m
}
