//! What the collector knows at one moment, as a value: counts of every site and the health of maptrace itself.

use std::time::{Duration, SystemTime};

use crate::episode::OpTotals;
use crate::histogram::{Histogram, HistogramUnit};

/// Which collection a site makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `std::collections::HashMap`, or another crate's.
    HashMap,
    /// `std::collections::HashSet`, or another crate's.
    HashSet,
    /// `std::collections::BTreeMap`.
    BTreeMap,
    /// `std::collections::BTreeSet`.
    BTreeSet,
    /// `hashbrown::HashTable`.
    HashTable,
    /// `indexmap::IndexMap`.
    IndexMap,
    /// `indexmap::IndexSet`.
    IndexSet,
}

impl Kind {
    /// The type's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HashMap => "HashMap",
            Self::HashSet => "HashSet",
            Self::BTreeMap => "BTreeMap",
            Self::BTreeSet => "BTreeSet",
            Self::HashTable => "HashTable",
            Self::IndexMap => "IndexMap",
            Self::IndexSet => "IndexSet",
        }
    }

    /// Whether it is a hash table, so that it has a capacity, tombstones and held bytes.
    #[must_use]
    pub const fn is_table(self) -> bool {
        !matches!(self, Self::BTreeMap | Self::BTreeSet)
    }
}

/// A place in the source where traced maps come from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SiteInfo {
    /// Its number within this process.
    pub id: u32,
    /// The name people see: `name = "..."`, else the declared item (`Cache.entries`, `SESSIONS`), else `file:line`.
    pub name: String,
    /// Which collection.
    pub kind: Kind,
    /// The short type label, as in `type="string_int"`.
    pub type_label: String,
    /// Full type names of key and value, for people: `String -> u64`. Empty for a declared site that was never used.
    pub type_name: String,
    /// The file of the declaration or of the constructor call.
    pub file: String,
    /// The line there.
    pub line: u32,
    /// The function that makes its maps, with all its path: `shop::Cache::new`. `None` where none is known: for fields,
    /// aliases, statics and imports, and without an attribute.
    pub function: Option<String>,
    /// Whether an attribute declared it; else it was found by its caller.
    pub declared: bool,
    /// One in how many operations is recorded as an event: 1 is all of them, 0 is `auto`.
    pub sample: u32,
}

impl SiteInfo {
    /// A site with a number, a name and a kind, undeclared, with every operation recorded and nothing else known.
    ///
    /// For sinks and tests that build a [`Snapshot`] of their own; set the public fields afterwards.
    #[must_use]
    pub fn new(id: u32, name: impl Into<String>, kind: Kind) -> Self {
        Self {
            id,
            name: name.into(),
            kind,
            type_label: String::new(),
            type_name: String::new(),
            file: String::new(),
            line: 0,
            function: None,
            declared: false,
            sample: 1,
        }
    }
}

/// Counts and sizes of all maps of one site. Counts are totals since the process began.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MapSnapshot {
    /// The site.
    pub site: std::sync::Arc<SiteInfo>,
    /// Whether maps that may well come from this declaration are counted under another site, because several
    /// declarations have their type: then nothing can be said of how often this one was used.
    pub ambiguous: bool,
    /// Live maps (`map_instances`).
    pub live: u64,
    /// Maps made. A map that was never changed is not counted.
    pub created: u64,
    /// Maps dropped.
    pub freed: u64,
    /// Operations.
    pub totals: OpTotals,
    /// Entries in live maps.
    pub entries: u64,
    /// Entries the live maps' tables can hold, tombstones not taken off. `None` where the kind has no table.
    pub capacity: Option<u64>,
    /// Slots that hold nothing but cannot be used until a rehash.
    pub tombstones: Option<u64>,
    /// Bytes of the live maps' tables (what keys and values own elsewhere is not included).
    pub held_bytes: Option<u64>,
    /// Bytes of the smallest tables that could hold the entries. For B-trees, the size of the entries.
    pub needed_bytes: u64,
    /// Largest sum of an old and a new table during one grow.
    pub peak_bytes: u64,
    /// Most entries ever seen in one map of this site.
    pub largest: u64,
    /// Entries that the largest table was made for, as far as maps grew one entry at a time: [`hints`](crate::hints)
    /// advises on it. Not public, as `largest` is what was seen.
    pub(crate) presize: u64,
    /// Grows.
    pub grows: u64,
    /// Rehashes in place.
    pub rehashes: u64,
    /// Shrinks.
    pub shrinks: u64,
    /// Calls of `clear`.
    pub clears: u64,
    /// Batches.
    pub batches: u64,
    /// How often two threads were found in one map at once: with the feature `race` and `MAPTRACE_RACE`, else 0. Of the
    /// process, whoever's snapshot this is.
    pub races: u64,
    /// Sum of timed grows and rehashes in place.
    pub pause_total: Duration,
    /// The longest of them.
    pub pause_max: Duration,
    /// Number of timed grows and rehashes in place, by upper bound: the last bucket has no bound.
    /// Bounds are [`PAUSE_BOUNDS`]. Not cumulative.
    pub pause_buckets: [u64; PAUSE_BOUNDS.len() + 1],
    /// How long timed grows and rehashes in place took, with exemplars: what the three fields before are figures of.
    pub pauses: Histogram,
    /// How long batches took, with exemplars. Of small ones (fewer than 28 entries) only those that were timed, and of
    /// removals that happen lazily, as `drain` and `extract_if` have them, none.
    pub batch_durations: Histogram,
    /// How many entries batches were about: offered, looked at or removed. A small one whose event was lost is in
    /// [`batches`](Self::batches) only.
    pub batch_sizes: Histogram,
}

/// Upper bounds of [`MapSnapshot::pause_buckets`], in nanoseconds.
pub const PAUSE_BOUNDS: [u64; 8] = [
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
    10_000_000_000,
];

impl MapSnapshot {
    /// A site whose maps did nothing yet: every count is zero, and the sizes of a table are there if its kind has one.
    #[must_use]
    pub fn new(site: std::sync::Arc<SiteInfo>) -> Self {
        let table = site.kind.is_table().then_some(0);
        Self {
            site,
            ambiguous: false,
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
            presize: 0,
            grows: 0,
            rehashes: 0,
            shrinks: 0,
            clears: 0,
            batches: 0,
            races: 0,
            pause_total: Duration::ZERO,
            pause_max: Duration::ZERO,
            pause_buckets: [0; PAUSE_BOUNDS.len() + 1],
            pauses: Histogram::new(HistogramUnit::Seconds),
            batch_durations: Histogram::new(HistogramUnit::Seconds),
            batch_sizes: Histogram::new(HistogramUnit::Entries),
        }
    }

    /// Adds another site's counts and sizes to this one, whose site it stays.
    ///
    /// Sums stop at the largest number there is. Of what is a maximum, the larger one is kept. For those who show sites
    /// that share their labels as one; not public API: it changes without notice.
    #[doc(hidden)]
    #[inline]
    pub fn add(&mut self, other: &Self) {
        for (sum, n) in &mut [
            (&mut self.live, other.live),
            (&mut self.created, other.created),
            (&mut self.freed, other.freed),
            (&mut self.totals.assigns_new, other.totals.assigns_new),
            (&mut self.totals.assigns_replaced, other.totals.assigns_replaced),
            (&mut self.totals.deletes_hit, other.totals.deletes_hit),
            (&mut self.totals.deletes_miss, other.totals.deletes_miss),
            (&mut self.totals.cleared, other.totals.cleared),
            (&mut self.entries, other.entries),
            (&mut self.needed_bytes, other.needed_bytes),
            (&mut self.grows, other.grows),
            (&mut self.rehashes, other.rehashes),
            (&mut self.shrinks, other.shrinks),
            (&mut self.clears, other.clears),
            (&mut self.batches, other.batches),
            (&mut self.races, other.races),
        ] {
            **sum = sum.saturating_add(*n);
        }
        for (sum, n) in self.pause_buckets.iter_mut().zip(&other.pause_buckets) {
            *sum = sum.saturating_add(*n);
        }
        for (sum, n) in &mut [
            (&mut self.capacity, other.capacity),
            (&mut self.tombstones, other.tombstones),
            (&mut self.held_bytes, other.held_bytes),
        ] {
            if let Some(n) = n {
                **sum = Some(sum.unwrap_or(0).saturating_add(*n));
            }
        }
        self.ambiguous |= other.ambiguous;
        self.largest = self.largest.max(other.largest);
        self.presize = self.presize.max(other.presize);
        self.peak_bytes = self.peak_bytes.max(other.peak_bytes);
        self.pause_total = self.pause_total.saturating_add(other.pause_total);
        self.pause_max = self.pause_max.max(other.pause_max);
        self.pauses.merge(&other.pauses);
        self.batch_durations.merge(&other.batch_durations);
        self.batch_sizes.merge(&other.batch_sizes);
    }

    /// Share of deletes that found their key, 0 to 1; `None` before the first delete.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a ratio for people")]
    #[inline]
    pub fn hit_rate(&self) -> Option<f64> {
        let all = self.totals.deletes_hit + self.totals.deletes_miss;
        (all > 0).then(|| self.totals.deletes_hit as f64 / all as f64)
    }
}

/// Why an event was not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Cause {
    /// The thread's ring was full.
    Full,
    /// It was emitted while maptrace itself was at work on this thread.
    Reentrant,
    /// The thread's locals were gone.
    TlsDead,
    /// It concerns a map that a forked child inherited.
    Fork,
    /// The collector had died.
    CollectorDead,
    /// A sink could not deliver it.
    ExportFailed,
    /// It came after `shutdown`.
    Shutdown,
    /// There was no memory left for it under the cap.
    Disabled,
}

impl Cause {
    /// All causes, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Full,
        Self::Reentrant,
        Self::TlsDead,
        Self::Fork,
        Self::CollectorDead,
        Self::ExportFailed,
        Self::Shutdown,
        Self::Disabled,
    ];

    /// The label value, as in `cause="full"`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Reentrant => "reentrant",
            Self::TlsDead => "tls_dead",
            Self::Fork => "fork",
            Self::CollectorDead => "collector_dead",
            Self::ExportFailed => "export_failed",
            Self::Shutdown => "shutdown",
            Self::Disabled => "disabled",
        }
    }
}

/// maptrace about itself. After quiescence `emitted = delivered + dropped + sampled_out`, exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// Events that the application's maps gave rise to: the sum of the terms below, which are counted where each event
    /// ends up. Only who knows what the application did can check the law against it.
    pub emitted: u64,
    /// Events that reached the collector and every sink that wanted them. It falls when a sink reports afterwards that it
    /// failed: those move to [`Cause::ExportFailed`].
    pub delivered: u64,
    /// Events lost, by cause; index with `Cause as usize`.
    pub dropped: [u64; Cause::ALL.len()],
    /// Events left out by sampling.
    pub sampled_out: u64,
    /// Gap markers seen in the stream: places where events were lost.
    pub gaps: u64,
    /// Words in rings that were not what any thread writes, and were passed over: 0, unless maptrace has an error or somebody
    /// else writes to its memory. What they stood for, if anything, is not in the counts.
    pub damaged: u64,
    /// How often the time of day was found stepped, by a tenth of a second or more: set by somebody, or by the network's time, or
    /// the machine was asleep. What is told from then on has the new time; durations do not notice.
    pub clock_steps: u64,
    /// Rings in use.
    pub rings: u64,
    /// Bytes of memory maptrace holds for rings and instances. Sites come on top: some 1.2 KiB for each place in
    /// the source that makes maps, 16,384 places at most, and up to 2 KiB for each of their histograms that has values.
    pub memory_bytes: u64,
    /// The cap on it. Beyond it no ring and no record is made; only what a start takes, some 9 KiB, is not asked for.
    pub memory_limit_bytes: u64,
    /// Instances that have a record of their own.
    pub instances: u64,
    /// Instances that have no record of their own yet, as they are small and in their first table: known by their site
    /// only.
    pub instances_young: u64,
    /// Instances past the cap, known by their site only.
    pub instances_past_cap: u64,
    /// How often the collector was restarted after a panic in a sink.
    pub restarts: u64,
    /// [Notices](crate::Notice) that sinks were given before this snapshot.
    pub notices: u64,
    /// Notices that were held back, as there were too many.
    pub notices_suppressed: u64,
    /// Passes over all rings.
    pub passes: u64,
    /// Time the collector spent draining and aggregating.
    pub busy: Duration,
}

impl Health {
    /// Events lost for whatever cause.
    #[must_use]
    pub fn dropped_total(&self) -> u64 {
        self.dropped.iter().sum()
    }
}

/// What the collector knows at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// When it was taken.
    pub taken_at: SystemTime,
    /// When this process (or forked child) began to trace, in the time of day that it is now: see [`Health::clock_steps`].
    pub started_at: SystemTime,
    /// The process.
    pub pid: u32,
    /// Name of the program, from its first argument.
    pub program: String,
    /// Every site, declared ones included even if never used, in the order of their numbers.
    pub maps: Vec<MapSnapshot>,
    /// maptrace about itself.
    pub health: Health,
}

impl Snapshot {
    /// A snapshot of this process, taken now, in which no map and no event was seen yet.
    ///
    /// For sinks and tests that build one of their own; set the public fields afterwards.
    #[must_use]
    pub fn new(program: impl Into<String>) -> Self {
        let now = SystemTime::now();
        Self {
            taken_at: now,
            started_at: now,
            pid: std::process::id(),
            program: program.into(),
            maps: Vec::new(),
            health: Health::default(),
        }
    }

    /// What there is to say when nothing is traced.
    #[must_use]
    pub fn empty() -> Self {
        Self::new(String::new())
    }

    /// Time from the start of tracing to this snapshot, whatever became of the time of day in between.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.taken_at.duration_since(self.started_at).unwrap_or_default()
    }

    /// The first site of this name. A declared one is there before it is used, with zeros: a test that expects a map looks
    /// at [`created`](MapSnapshot::created) too. If [`ambiguous`](MapSnapshot::ambiguous) is set its maps may be under
    /// another name, `A or B (...)`.
    #[must_use]
    #[inline]
    pub fn map(&self, name: &str) -> Option<&MapSnapshot> {
        self.maps.iter().find(|map| map.site.name == name)
    }

    /// The first site in this file that was used; `file` as [`file!`] gives it. With several, ask by name.
    #[must_use]
    #[inline]
    pub fn map_at(&self, file: &str) -> Option<&MapSnapshot> {
        self.maps.iter().find(|map| map.site.file == file && map.created > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn map(kind: Kind, n: u64) -> MapSnapshot {
        let mut map = MapSnapshot::new(Arc::new(SiteInfo::new(0, "sessions", kind)));
        (map.live, map.totals.assigns_new, map.largest, map.peak_bytes) = (n, n, n, n);
        (map.pause_total, map.pause_max) = (Duration::from_secs(n), Duration::from_secs(n));
        map.pause_buckets = [n; PAUSE_BOUNDS.len() + 1];
        map.capacity = kind.is_table().then_some(n);
        map
    }

    #[test]
    fn counts_are_summed_and_the_larger_maximum_is_kept() {
        let mut sum = map(Kind::HashMap, 2);
        sum.add(&map(Kind::HashMap, 3));
        assert_eq!((sum.live, sum.totals.assigns_new, sum.capacity), (5, 5, Some(5)));
        assert_eq!((sum.largest, sum.peak_bytes), (3, 3));
        assert_eq!(
            (sum.pause_total, sum.pause_max),
            (Duration::from_secs(5), Duration::from_secs(3))
        );
        assert_eq!(sum.pause_buckets, [5; PAUSE_BOUNDS.len() + 1]);
    }

    #[test]
    fn a_sum_of_tables_and_trees_has_the_sizes_of_the_tables() {
        let mut sum = map(Kind::BTreeMap, 2);
        sum.add(&map(Kind::BTreeMap, 3));
        assert_eq!((sum.live, sum.capacity), (5, None));
        sum.add(&map(Kind::HashMap, 4));
        assert_eq!((sum.live, sum.capacity), (9, Some(4)));
        sum.add(&map(Kind::BTreeMap, 1));
        assert_eq!((sum.live, sum.capacity), (10, Some(4)));
    }

    #[test]
    fn a_sum_stops_at_the_largest_number() {
        let mut sum = map(Kind::HashMap, u64::MAX);
        sum.add(&map(Kind::HashMap, u64::MAX));
        assert_eq!((sum.live, sum.capacity), (u64::MAX, Some(u64::MAX)));
        assert_eq!(sum.pause_buckets, [u64::MAX; PAUSE_BOUNDS.len() + 1]);
        assert_eq!(sum.pause_total, Duration::MAX);
    }
}
