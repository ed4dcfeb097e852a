//! One row for each map name and type: sites that share both are one series to whoever reads the metrics.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use maptrace_runtime::{MapSnapshot, Snapshot};
use opentelemetry_proto::tonic::common::v1::KeyValue;

use crate::proto::{bounded, text};

pub(super) struct Row {
    /// The sum of its sites; `site` is the first of them.
    pub(super) map: MapSnapshot,
}

impl Row {
    pub(super) fn attributes(&self) -> Vec<KeyValue> {
        let site = &self.map.site;
        vec![
            text("map", bounded(&site.name)),
            text("type", bounded(&site.type_label)),
        ]
    }
}

/// The rows, in the order of their first sites.
pub(super) fn rows(snapshot: &Snapshot) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut known = HashMap::new();
    for map in &snapshot.maps {
        match known.entry((bounded(&map.site.name), bounded(&map.site.type_label))) {
            Entry::Vacant(entry) => {
                entry.insert(rows.len());
                rows.push(Row { map: map.clone() });
            }
            Entry::Occupied(entry) => add(&mut rows[*entry.get()].map, map),
        }
    }
    rows
}

/// Adds one site to another.
pub(super) fn add(sum: &mut MapSnapshot, map: &MapSnapshot) {
    for (sum, value) in [
        (&mut sum.live, map.live),
        (&mut sum.created, map.created),
        (&mut sum.freed, map.freed),
        (&mut sum.totals.assigns_new, map.totals.assigns_new),
        (&mut sum.totals.assigns_replaced, map.totals.assigns_replaced),
        (&mut sum.totals.deletes_hit, map.totals.deletes_hit),
        (&mut sum.totals.deletes_miss, map.totals.deletes_miss),
        (&mut sum.totals.cleared, map.totals.cleared),
        (&mut sum.entries, map.entries),
        (&mut sum.needed_bytes, map.needed_bytes),
        (&mut sum.grows, map.grows),
        (&mut sum.rehashes, map.rehashes),
        (&mut sum.shrinks, map.shrinks),
        (&mut sum.clears, map.clears),
        (&mut sum.batches, map.batches),
    ] {
        *sum += value;
    }
    for (sum, value) in [
        (&mut sum.capacity, map.capacity),
        (&mut sum.tombstones, map.tombstones),
        (&mut sum.held_bytes, map.held_bytes),
    ] {
        if let Some(value) = value {
            *sum = Some(sum.unwrap_or(0) + value);
        }
    }
    for (sum, value) in sum.pause_buckets.iter_mut().zip(map.pause_buckets) {
        *sum += value;
    }
    sum.pause_total += map.pause_total;
    sum.pause_max = sum.pause_max.max(map.pause_max);
    sum.peak_bytes = sum.peak_bytes.max(map.peak_bytes);
    sum.largest = sum.largest.max(map.largest);
}
