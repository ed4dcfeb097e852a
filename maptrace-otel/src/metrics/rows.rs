//! One row for each map name and type: sites that share both are one series to whoever reads the metrics.

use std::collections::HashMap;
use std::sync::Arc;

use maptrace_runtime::{MapSnapshot, Snapshot};
use opentelemetry_proto::tonic::common::v1::KeyValue;

use crate::proto::{bounded, text};

pub(super) struct Row {
    /// What is known of it from one push to the next.
    pub(super) number: u32,
    /// The sum of its sites; `site` is one of them, with a table if any has one.
    pub(super) map: MapSnapshot,
    /// Nothing lives there and nothing has happened for long.
    pub(super) stale: bool,
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

/// Every row there ever was, in the order in which they came. No more than there are sites, of which the runtime knows
/// 16,384 at most.
#[derive(Default)]
pub(super) struct Known {
    numbers: HashMap<(String, String), u32>,
    /// By number.
    lately: Vec<Lately>,
}

/// When a row was last at work.
struct Lately {
    /// A number that changes with whatever happens to its maps.
    activity: u64,
    /// Nanoseconds since 1970.
    at: u64,
    /// Whether a push has told of it.
    told: bool,
}

impl Known {
    /// The rows of a snapshot that was taken at `now`, in the order of their numbers. Stale are those that have no map and
    /// were at rest for `stale_after` nanoseconds, once the server has their last figures.
    pub(super) fn rows(&mut self, snapshot: &Snapshot, now: u64, stale_after: u64) -> Vec<Row> {
        let mut rows: Vec<Option<Row>> = Vec::new();
        for map in &snapshot.maps {
            let number = self.number(map, now);
            rows.resize_with(self.lately.len(), || None);
            match &mut rows[number as usize] {
                Some(row) => add(&mut row.map, map),
                none => {
                    *none = Some(Row {
                        number,
                        map: map.clone(),
                        stale: false,
                    });
                }
            }
        }
        let mut rows: Vec<_> = rows.into_iter().flatten().collect();
        for row in &mut rows {
            let lately = &mut self.lately[row.number as usize];
            let activity = activity(&row.map);
            if row.map.live > 0 || activity != lately.activity {
                *lately = Lately {
                    activity,
                    at: now,
                    told: false,
                };
            }
            row.stale = lately.told && now - lately.at >= stale_after;
        }
        rows
    }

    /// The server has everything that the last rows said.
    pub(super) fn told(&mut self) {
        self.lately.iter_mut().for_each(|lately| lately.told = true);
    }

    fn number(&mut self, map: &MapSnapshot, now: u64) -> u32 {
        let site = &map.site;
        let names = [&site.name, &site.type_label].map(|name| bounded(name).to_owned());
        *self.numbers.entry(names.into()).or_insert_with(|| {
            let number = self.lately.len();
            self.lately.push(Lately {
                activity: 0,
                at: now,
                told: false,
            });
            u32::try_from(number).unwrap_or(u32::MAX)
        })
    }
}

/// Adds another site that shares the labels.
pub(crate) fn add(sum: &mut MapSnapshot, map: &MapSnapshot) {
    sum.add(map);
    if map.site.kind.is_table() {
        // Then it has all that a table has.
        sum.site = Arc::clone(&map.site);
    }
}

/// The sum of all that only rises: whatever happens to a map makes one of them rise.
fn activity(map: &MapSnapshot) -> u64 {
    let totals = &map.totals;
    [
        totals.assigns_new,
        totals.assigns_replaced,
        totals.deletes_hit,
        totals.deletes_miss,
        totals.cleared,
        map.created,
        map.freed,
        map.grows,
        map.rehashes,
        map.shrinks,
        map.clears,
        map.batches,
        map.races,
        map.pauses.count(),
        map.batch_sizes.count(),
    ]
    .into_iter()
    .fold(0, u64::wrapping_add)
}
