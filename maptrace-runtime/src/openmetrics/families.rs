//! The metric families, in the order of the page.

use super::groups::{Batches, Group, Groups};
use super::page::{Page, Type, bounds, label, seconds, speller};
use crate::histogram::{Exemplar, Histogram, HistogramUnit};
use crate::snapshot::{Cause, MapSnapshot, Snapshot};

/// How a number is read off the sums of a group.
type Reading = fn(&MapSnapshot) -> u64;

/// A counter of one number per group, and whether only tables have it.
struct Count {
    name: &'static str,
    help: &'static str,
    table: bool,
    of: Reading,
}

const COUNTS: [Count; 8] = [
    Count {
        name: "map_cleared_entries",
        help: "Entries removed by clear.",
        table: false,
        of: |m| m.totals.cleared,
    },
    Count {
        name: "map_clear",
        help: "Calls of clear.",
        table: false,
        of: |m| m.clears,
    },
    Count {
        name: "map_batch",
        help: "Calls that assigned or removed many entries.",
        table: false,
        of: |m| m.batches,
    },
    Count {
        name: "map_created",
        help: "Maps made and changed at least once.",
        table: false,
        of: |m| m.created,
    },
    Count {
        name: "map_freed",
        help: "Maps dropped.",
        table: false,
        of: |m| m.freed,
    },
    Count {
        name: "map_grow",
        help: "Tables replaced by larger ones.",
        table: true,
        of: |m| m.grows,
    },
    Count {
        name: "map_rehash",
        help: "Tables laid out anew in place.",
        table: true,
        of: |m| m.rehashes,
    },
    Count {
        name: "map_shrink",
        help: "Tables replaced by smaller ones.",
        table: true,
        of: |m| m.shrinks,
    },
];

/// A gauge of one number per group, and whether only tables have it.
struct Level {
    name: &'static str,
    unit: Option<&'static str>,
    help: &'static str,
    table: bool,
    of: Reading,
}

const LEVELS: [Level; 8] = [
    Level {
        name: "map_instances",
        unit: None,
        help: "Live maps.",
        table: false,
        of: |m| m.live,
    },
    Level {
        name: "map_entries",
        unit: None,
        help: "Entries in live maps.",
        table: false,
        of: |m| m.entries,
    },
    Level {
        name: "map_entries_largest",
        unit: None,
        help: "Most entries ever seen in one map.",
        table: false,
        of: |m| m.largest,
    },
    Level {
        name: "map_memory_needed_bytes",
        unit: Some("bytes"),
        help: "Bytes of the smallest tables that could hold the entries.",
        table: false,
        of: |m| m.needed_bytes,
    },
    Level {
        name: "map_memory_held_bytes",
        unit: Some("bytes"),
        help: "Bytes of the tables of live maps, without what keys and values own elsewhere.",
        table: true,
        of: |m| m.held_bytes.unwrap_or(0),
    },
    Level {
        name: "map_memory_peak_bytes",
        unit: Some("bytes"),
        help: "Largest sum of an old and a new table during one grow.",
        table: true,
        of: |m| m.peak_bytes,
    },
    Level {
        name: "map_capacity",
        unit: None,
        help: "Entries the tables of live maps can hold.",
        table: true,
        of: |m| m.capacity.unwrap_or(0),
    },
    Level {
        name: "map_tombstones",
        unit: None,
        help: "Slots that hold nothing but cannot be used until a rehash.",
        table: true,
        of: |m| m.tombstones.unwrap_or(0),
    },
];

/// Writes every family.
pub(super) fn write(page: &mut Page, snapshot: &Snapshot, groups: &Groups) {
    if !groups.is_empty() {
        operations(page, groups);
        for count in &COUNTS {
            page.family(count.name, Type::Counter, None, count.help);
            for group in groups.iter(count.table) {
                page.sample(count.name, "_total", &group.labels, (count.of)(&group.sum));
            }
        }
        races(page, groups);
        pauses(page, groups);
        if !groups.batches().is_empty() {
            batches(page, groups);
        }
        for level in &LEVELS {
            page.family(level.name, Type::Gauge, level.unit, level.help);
            for group in groups.iter(level.table) {
                page.sample(level.name, "", &group.labels, (level.of)(&group.sum));
            }
        }
    }
    health(page, snapshot, groups);
}

/// Assigns and deletes, by their results.
fn operations(page: &mut Page, groups: &Groups) {
    let mut split = |name, help, results: [(&str, Reading); 2]| {
        page.family(name, Type::Counter, None, help);
        for group in groups.iter(false) {
            for (result, of) in &results {
                let labels = format!("{},{}", group.labels, label("result", result));
                page.sample(name, "_total", &labels, of(&group.sum));
            }
        }
    };
    split(
        "map_assign",
        "Assigns, by whether the key was new or its value was replaced.",
        [
            ("new", |m| m.totals.assigns_new),
            ("replaced", |m| m.totals.assigns_replaced),
        ],
    );
    split(
        "map_delete",
        "Deletes, by whether the key was there.",
        [("hit", |m| m.totals.deletes_hit), ("miss", |m| m.totals.deletes_miss)],
    );
}

/// Two threads in one map at once. A program that is right has none, and most do not look, so that there is a family only
/// where there were any.
fn races(page: &mut Page, groups: &Groups) {
    let raced = || groups.iter(false).filter(|group| group.sum.races != 0);
    if raced().next().is_some() {
        let name = "map_race";
        page.family(
            name,
            Type::Counter,
            None,
            "Times that two threads were found in one map at once.",
        );
        for group in raced() {
            page.sample(name, "_total", &group.labels, group.sum.races);
        }
    }
}

/// How long grows and rehashes in place took.
fn pauses(page: &mut Page, groups: &Groups) {
    let name = "map_grow_duration_seconds";
    page.family(
        name,
        Type::Histogram,
        Some("seconds"),
        "Timed grows and rehashes in place.",
    );
    let bounds = bounds(HistogramUnit::Seconds);
    for Group { labels, sum, .. } in groups.iter(true) {
        let buckets = buckets(sum.pause_buckets, &sum.pauses);
        let spell = speller(HistogramUnit::Seconds);
        page.histogram(name, labels, &bounds, &buckets, &seconds(sum.pause_total), spell);
    }
    let name = "map_grow_duration_max_seconds";
    page.family(
        name,
        Type::Gauge,
        Some("seconds"),
        "The longest timed grow or rehash in place.",
    );
    for group in groups.iter(true) {
        page.sample(name, "", &group.labels, seconds(group.sum.pause_max));
    }
}

/// How long batches took, and how many entries they were about. Where there was none there is no histogram.
fn batches(page: &mut Page, groups: &Groups) {
    type Of = fn(&Batches) -> &Histogram;
    let families: [(_, _, _, Of); 2] = [
        (
            "map_batch_duration_seconds",
            Some("seconds"),
            "Timed batches.",
            |batches| &batches.durations,
        ),
        (
            "map_batch_size",
            None,
            "Entries that a batch offered, looked at or removed.",
            |batches| &batches.sizes,
        ),
    ];
    for (name, unit, help, of) in families {
        page.family(name, Type::Histogram, unit, help);
        for batches in groups.batches() {
            let histogram = of(batches);
            let (bounds, spell) = (bounds(histogram.unit()), speller(histogram.unit()));
            let buckets = buckets(histogram.ladder(), histogram);
            page.histogram(name, &batches.labels, &bounds, &buckets, &spell(histogram.sum()), spell);
        }
    }
}

/// Counts with the exemplars that go with them.
fn buckets<const N: usize>(counts: [u64; N], histogram: &Histogram) -> Vec<(u64, Option<Exemplar>)> {
    counts.into_iter().zip(histogram.exemplars()).collect()
}

/// maptrace about itself.
fn health(page: &mut Page, snapshot: &Snapshot, groups: &Groups) {
    let health = &snapshot.health;
    let name = "maptrace_events_dropped";
    page.family(name, Type::Counter, None, "Events lost, by cause.");
    for cause in Cause::ALL {
        page.sample(
            name,
            "_total",
            &label("cause", cause.as_str()),
            health.dropped[cause as usize],
        );
    }
    for &(name, help, value) in &[
        (
            "maptrace_events_emitted",
            "Events that the maps gave rise to.",
            health.emitted,
        ),
        (
            "maptrace_events_sampled_out",
            "Events left out by sampling.",
            health.sampled_out,
        ),
        (
            "maptrace_gaps",
            "Places in the stream where events were lost.",
            health.gaps,
        ),
        (
            "maptrace_damaged_words",
            "Words in rings that no thread writes, passed over.",
            health.damaged,
        ),
        (
            "maptrace_clock_steps",
            "Times that the time of day was stepped.",
            health.clock_steps,
        ),
        (
            "maptrace_collector_restarts",
            "Restarts of the collector after a panic in a sink.",
            health.restarts,
        ),
        (
            "maptrace_collector_passes",
            "Passes of the collector over all rings.",
            health.passes,
        ),
        ("maptrace_notices", "Notices that sinks were given.", health.notices),
        (
            "maptrace_notices_suppressed",
            "Notices that were held back, as there were too many.",
            health.notices_suppressed,
        ),
    ] {
        page.family(name, Type::Counter, None, help);
        page.sample(name, "_total", "", value);
    }
    let name = "maptrace_collector_busy_seconds";
    page.family(
        name,
        Type::Counter,
        Some("seconds"),
        "Time the collector spent draining and aggregating.",
    );
    page.sample(name, "_total", "", seconds(health.busy));
    for &(name, unit, help, value) in &[
        ("maptrace_rings", None, "Rings in use.", health.rings),
        // No counter: it falls when a sink reports afterwards that it failed.
        (
            "maptrace_events_delivered",
            None,
            "Events that reached the collector and its sinks.",
            health.delivered,
        ),
        (
            "maptrace_memory_bytes",
            Some("bytes"),
            "Memory held for rings, instances and sites.",
            health.memory_bytes,
        ),
        (
            "maptrace_memory_limit_bytes",
            Some("bytes"),
            "The cap on it.",
            health.memory_limit_bytes,
        ),
        (
            "maptrace_instances",
            None,
            "Maps that have a record of their own.",
            health.instances,
        ),
        (
            "maptrace_instances_young",
            None,
            "Small maps that have no record of their own yet.",
            health.instances_young,
        ),
        (
            "maptrace_instances_past_cap",
            None,
            "Maps past the cap, known by their site only.",
            health.instances_past_cap,
        ),
        ("maptrace_sites", None, "Sites known.", snapshot.maps.len() as u64),
        (
            "maptrace_sites_folded",
            None,
            "Sites summed up as (other).",
            groups.folded,
        ),
    ] {
        page.family(name, Type::Gauge, unit, help);
        page.sample(name, "", "", value);
    }
}
