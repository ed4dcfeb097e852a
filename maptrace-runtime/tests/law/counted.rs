//! Maps whose owner keeps books of its own, to compare maptrace's with.

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::{Health, OpTotals, PutAll, Snapshot};

/// What an application did, as it knows itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Books {
    pub(crate) totals: OpTotals,
    pub(crate) created: u64,
    pub(crate) freed: u64,
    /// Grows, rehashes in place, clears and batches.
    pub(crate) episodes: u64,
}

impl Books {
    fn ops(&self) -> u64 {
        // The entries of a batch are no events of their own; `Work` never counts them here.
        let OpTotals {
            assigns_new,
            assigns_replaced,
            deletes_hit,
            deletes_miss,
            ..
        } = self.totals;
        assigns_new + assigns_replaced + deletes_hit + deletes_miss
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.totals.assigns_new += other.totals.assigns_new;
        self.totals.assigns_replaced += other.totals.assigns_replaced;
        self.totals.deletes_hit += other.totals.deletes_hit;
        self.totals.deletes_miss += other.totals.deletes_miss;
        self.totals.cleared += other.totals.cleared;
        self.created += other.created;
        self.freed += other.freed;
        self.episodes += other.episodes;
    }
}

/// A thread's work on maps whose values are `V`: the type tells the sites of one test from another's.
pub(crate) struct Work<V> {
    pub(crate) books: Books,
    /// Entries that came in batches: counted as assigns, but not as events.
    pub(crate) batched: u64,
    pub(crate) map: HashMap<u32, V>,
    random: u64,
}

impl<V: Default> Work<V> {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            books: Books::default(),
            batched: 0,
            map: HashMap::new(),
            random: seed * 2 + 1,
        }
    }

    fn random(&mut self, below: u64) -> u64 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % below
    }

    /// Notes that the map is about to be changed.
    fn touch(&mut self, insert: bool) {
        self.books.created += u64::from(self.books.created == self.books.freed);
        // The one moment a table is resized by an insert.
        self.books.episodes += u64::from(insert && self.map.len() == self.map.capacity());
    }

    /// One step: mostly an operation on the thread's own map, now and then something rarer.
    pub(crate) fn step(&mut self) {
        match self.random(256) {
            0 => self.short_map(),
            1 => {
                self.touch(false);
                self.books.totals.cleared += self.map.len() as u64;
                self.books.episodes += 1;
                self.map.clear();
            }
            2 => self.batch(),
            n if n % 2 == 0 => {
                let key = self.random(300) as u32;
                self.touch(true);
                if self.map.insert(key, V::default()).is_none() {
                    self.books.totals.assigns_new += 1;
                } else {
                    self.books.totals.assigns_replaced += 1;
                }
            }
            _ => {
                let key = self.random(300) as u32;
                self.touch(false);
                if self.map.remove(&key).is_some() {
                    self.books.totals.deletes_hit += 1;
                } else {
                    self.books.totals.deletes_miss += 1;
                }
            }
        }
    }

    /// A map that lives for three inserts.
    fn short_map(&mut self) {
        let mut short = BTreeMap::new();
        for key in 0..3_u8 {
            short.insert(key, V::default());
        }
        self.books.created += 1;
        self.books.freed += 1;
        self.books.totals.assigns_new += 3;
    }

    /// Ten entries by one call, half of which may be there.
    fn batch(&mut self) {
        let first = self.random(300) as u32;
        self.touch(false);
        let room = self.map.capacity();
        self.books.episodes += 1 + u64::from(self.map.len() + 10 > room);
        let report = self.map.put_all((first..first + 10).map(|key| (key, V::default())));
        self.books.totals.assigns_new += report.new;
        self.books.totals.assigns_replaced += report.replaced;
        self.batched += report.offered;
    }

    /// Drops the map and closes the books.
    pub(crate) fn close(mut self) -> (Books, u64) {
        self.books.freed = self.books.created;
        drop(self.map);
        (self.books, self.batched)
    }
}

/// The totals of all sites.
pub(crate) fn totals(snapshot: &Snapshot) -> Books {
    let mut sum = Books::default();
    for map in &snapshot.maps {
        sum.add(&Books {
            totals: map.totals,
            created: map.created,
            freed: map.freed,
            episodes: map.grows + map.rehashes + map.shrinks + map.clears + map.batches,
        });
    }
    sum
}

/// Checks maptrace's books against the application's: `batched` entries were assigned in batches, and live maps have
/// `len` entries.
pub(crate) fn check(snapshot: &Snapshot, books: &Books, batched: u64, len: usize, what: &str) {
    let health: &Health = &snapshot.health;
    assert_eq!(totals(snapshot), *books, "{what}: counts of operations");
    // Maps past the cap have no lifetime of their own, so neither their making nor their end is an event.
    let past_cap = health.instances_past_cap;
    let live = books.created - books.freed;
    assert!(
        past_cap == 0 || live == 0,
        "{what}: which of the live maps are past the cap cannot be told"
    );
    let lifetimes = books.created + books.freed - 2 * past_cap;
    let emitted = books.ops() - batched + books.episodes + lifetimes;
    assert_eq!(
        health.emitted, emitted,
        "{what}: emitted, as the application knows it; {health:?}"
    );
    let dropped: u64 = health.dropped.iter().sum();
    assert_eq!(
        health.emitted,
        health.delivered + dropped + health.sampled_out,
        "{what}: the law; {health:?}"
    );
    assert_eq!(
        snapshot.maps.iter().map(|map| map.live).sum::<u64>(),
        live,
        "{what}: live maps"
    );
    assert_eq!(
        snapshot.maps.iter().map(|map| map.entries).sum::<u64>(),
        len as u64,
        "{what}: entries"
    );
    assert!(health.memory_bytes <= health.memory_limit_bytes, "{what}: {health:?}");
}
