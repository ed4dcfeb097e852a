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
            Entry::Occupied(entry) => rows[*entry.get()].map.add(map),
        }
    }
    rows
}
