//! A service whose maps do what chance wants, and that keeps books of its own.

use std::sync::Arc;
use std::time::Duration;

use maptrace_runtime::{Health, Histogram, Kind, MapSnapshot, Snapshot};

use super::backend::Backend;
use crate::episodes::{site_of, start};
use crate::snapshots::snapshot;

/// Numbers that look like chance and are the same in every run: xorshift.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }
}

pub(super) struct Service {
    pub(super) maps: Vec<MapSnapshot>,
    chance: Chance,
    age: Duration,
}

impl Service {
    /// So many sites; of the names every fifth is another's too, and every third has a tree.
    pub(super) fn new(seed: u64, sites: u32) -> Self {
        let maps = (0..sites).map(|id| {
            let kind = if id % 3 == 2 { Kind::BTreeMap } else { Kind::HashMap };
            let name = if id % 5 == 4 { id - 1 } else { id };
            MapSnapshot::new(site_of(kind, id, &format!("map{name}"), "a_b"))
        });
        Self {
            maps: maps.collect(),
            chance: Chance::new(seed),
            age: Duration::ZERO,
        }
    }

    /// A second goes by; some of its maps are at work.
    pub(super) fn work(&mut self) {
        self.age += Duration::from_secs(1);
        for map in &mut self.maps {
            if self.chance.below(3) == 0 {
                continue;
            }
            let mut some = |n| self.chance.below(n);
            map.created += some(3);
            map.freed += some(map.created - map.freed + 1);
            map.live = map.created - map.freed;
            map.totals.assigns_new += some(1_000);
            map.totals.assigns_replaced += some(100);
            map.totals.deletes_hit += some(10);
            map.totals.deletes_miss += some(2);
            map.totals.cleared += some(50);
            map.clears += some(2);
            map.entries = some(5_000);
            map.needed_bytes = some(50_000);
            map.largest = map.largest.max(map.entries);
            let batches = some(3);
            map.batches += batches;
            for _ in 0..batches {
                let entries = some(2_000);
                map.batch_sizes.record(entries);
                if entries > 28 {
                    map.batch_durations.record(1 + entries * (1 + some(70)));
                }
            }
            if map.site.kind.is_table() {
                map.capacity = Some(some(9_000));
                let grows = some(3);
                map.grows += grows;
                for _ in 0..grows {
                    let order = 10_u64.pow(u32::try_from(some(9)).expect("below 9"));
                    map.pauses.record(order + some(order));
                }
            }
        }
    }

    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        let mut health = Health::default();
        health.emitted = self.total(|map| map.totals.assigns_new);
        health.busy = self.age / 7;
        let mut snapshot = Arc::unwrap_or_clone(snapshot(self.maps.clone(), health));
        snapshot.taken_at = start() + self.age;
        Arc::new(snapshot)
    }

    pub(super) fn total(&self, of: impl Fn(&MapSnapshot) -> u64) -> u64 {
        self.maps.iter().map(of).sum()
    }

    /// Compares everything that a backend knows with the service's own books.
    pub(super) fn check(&self, backend: &Backend) {
        let names: std::collections::BTreeSet<_> = self.maps.iter().map(|map| map.site.name.clone()).collect();
        for name in names {
            let sites: Vec<_> = self.maps.iter().filter(|map| map.site.name == name).collect();
            let labels = format!("map={name},type=a_b");
            let sum = |of: fn(&MapSnapshot) -> u64| sites.iter().map(|map| of(map)).sum::<u64>();
            let result = |result: &str| format!("map={name},result={result},type=a_b");
            for (metric, labels, own) in [
                ("map.assign", result("new"), sum(|map| map.totals.assigns_new)),
                ("map.assign", result("replaced"), sum(|map| map.totals.assigns_replaced)),
                ("map.delete", result("hit"), sum(|map| map.totals.deletes_hit)),
                ("map.delete", result("miss"), sum(|map| map.totals.deletes_miss)),
                ("map.cleared.entries", labels.clone(), sum(|map| map.totals.cleared)),
                ("map.clear", labels.clone(), sum(|map| map.clears)),
                ("map.batch", labels.clone(), sum(|map| map.batches)),
                ("map.created", labels.clone(), sum(|map| map.created)),
                ("map.freed", labels.clone(), sum(|map| map.freed)),
                ("map.instances", labels.clone(), sum(|map| map.live)),
                ("map.entries", labels.clone(), sum(|map| map.entries)),
                ("map.memory.needed", labels.clone(), sum(|map| map.needed_bytes)),
            ] {
                assert_eq!(
                    backend.number(&format!("{metric}{{{labels}}}")),
                    own,
                    "{metric}{{{labels}}}"
                );
            }
            if sites.iter().any(|map| map.site.kind.is_table()) {
                assert_eq!(backend.number(&format!("map.grow{{{labels}}}")), sum(|map| map.grows));
            }
            type Of = fn(&MapSnapshot) -> &Histogram;
            let histograms: [(_, _, Of); 3] = [
                ("map.grow.duration", "map.grow.duration.exponential", |map| &map.pauses),
                ("map.batch.duration", "map.batch.duration.exponential", |map| {
                    &map.batch_durations
                }),
                ("map.batch.size", "map.batch.size.exponential", |map| &map.batch_sizes),
            ];
            for (explicit, exponential, of) in histograms {
                let mut own = Histogram::new(of(sites[0]).unit());
                sites.iter().for_each(|map| own.merge(of(map)));
                backend.check_histogram([explicit, exponential, &labels], &own);
            }
        }
        assert_eq!(
            backend.number("maptrace.events.emitted{}"),
            self.total(|map| map.totals.assigns_new)
        );
        let busy = u64::try_from((self.age / 7).as_nanos()).expect("a short life");
        // As many parts as there were seconds, each rounded.
        assert!(backend.number("maptrace.collector.busy{}").abs_diff(busy) <= self.age.as_secs());
    }
}
