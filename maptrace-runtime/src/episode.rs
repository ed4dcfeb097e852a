//! Episodes: what happened to a map that took time or is worth a line in a trace.
//!
//! A single assign or delete is an *event*, two bits of a word in a ring, or a word of its own. An *episode* carries more: when it began,
//! how long it took, and what it did. Sinks receive episodes one by one and counts as a [`Snapshot`](crate::Snapshot).

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::context::SpanContext;
use crate::snapshot::SiteInfo;

/// One episode, as a [`Sink`](crate::Sink) or the capture collector sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Episode {
    /// The place in the source the map comes from.
    pub site: Arc<SiteInfo>,
    /// The number of the live map this happened to; unique within the process and never used twice.
    /// `None` for maps past the cap on instances, which are only known by their site.
    pub instance: Option<u64>,
    /// maptrace's own number of the thread it happened on (1 is the first thread that wrote an event). A number goes,
    /// with the ring, to a later thread once its thread has ended.
    pub thread: u32,
    /// What that thread was called when it wrote its first event, as the system knows it: 15 bytes at most. `None` if it has no
    /// name, and on systems other than Linux.
    pub thread_name: Option<Arc<str>>,
    /// When it began. Exact to the clock where [`duration`](Self::duration) is `Some`, else to the collector's tick.
    pub start: SystemTime,
    /// How long it took. `None` where reading the clock would have cost more than the work itself:
    /// tables of fewer than 28 entries that grow, and removals that happen lazily.
    pub duration: Option<Duration>,
    /// The span that was active on the thread when it happened.
    pub context: Option<SpanContext>,
    /// The spans that it was linked to, each once; see [`context::link`](crate::context::link). If none of them is sampled,
    /// one stands for all.
    pub links: Arc<[SpanContext]>,
    /// How many spans more it was to be linked to.
    pub links_dropped: u64,
    /// What happened.
    pub kind: EpisodeKind,
}

impl Episode {
    /// An episode that began at `start`, on thread 1, of no instance, with no duration and no span.
    ///
    /// For the tests of a [`Sink`](crate::Sink), which cannot wait for the collector to see the one they need; set the
    /// public fields afterwards.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::time::{Duration, SystemTime};
    /// use maptrace_runtime::{Episode, EpisodeKind, Kind, SiteInfo};
    ///
    /// let site = Arc::new(SiteInfo::new(1, "sessions", Kind::HashMap));
    /// let mut cleared = Episode::new(site, EpisodeKind::Clear { entries: 3 }, SystemTime::now());
    /// cleared.duration = Some(Duration::from_micros(2));
    /// assert_eq!((cleared.thread, cleared.instance), (1, None));
    /// ```
    #[must_use]
    pub fn new(site: Arc<SiteInfo>, kind: EpisodeKind, start: SystemTime) -> Self {
        Self {
            site,
            instance: None,
            thread: 1,
            thread_name: None,
            start,
            duration: None,
            context: None,
            links: Arc::default(),
            links_dropped: 0,
            kind,
        }
    }
}

/// What an [`Episode`] is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EpisodeKind {
    /// The table was replaced by a larger one and every entry moved.
    Grow {
        /// Entries the old table could hold.
        old_capacity: u64,
        /// Entries the new table can hold.
        new_capacity: u64,
        /// Entries that were moved.
        entries: u64,
        /// Bytes of the old table.
        old_bytes: u64,
        /// Bytes of the new table.
        new_bytes: u64,
        /// Bytes held while both tables existed.
        peak_bytes: u64,
        /// Tombstones of the old table, which the new one has none of.
        tombstones: u64,
    },
    /// The table kept its size and its entries were laid out again, to be rid of tombstones.
    RehashInPlace {
        /// Entries the table can hold.
        capacity: u64,
        /// Entries that were laid out again.
        entries: u64,
        /// Bytes of the table.
        bytes: u64,
        /// Tombstones that it was rid of.
        tombstones: u64,
    },
    /// The table was replaced by a smaller one.
    Shrink {
        /// Entries the old table could hold.
        old_capacity: u64,
        /// Entries the new table can hold.
        new_capacity: u64,
        /// Entries that were moved.
        entries: u64,
        /// Bytes of the old table.
        old_bytes: u64,
        /// Bytes of the new table.
        new_bytes: u64,
        /// Tombstones of the old table, which the new one has none of.
        tombstones: u64,
    },
    /// Every entry was removed by `clear`.
    Clear {
        /// Entries removed.
        entries: u64,
    },
    /// Many entries were offered or removed by one call.
    Batch {
        /// The call.
        door: BatchDoor,
        /// Entries offered to the map (or looked at, by `retain`).
        offered: u64,
        /// Entries whose key was new.
        new: u64,
        /// Entries whose key was there already.
        replaced: u64,
        /// Entries removed.
        removed: u64,
        /// Grows that a loop of single assigns would have caused and this call did not.
        grows_avoided: u64,
    },
    /// A single operation took long, see [`Builder::slow`](crate::Builder::slow), and that was not because it resized the table.
    SlowOperation {
        /// What it was.
        operation: Operation,
        /// Entries there were before.
        entries: u64,
    },
    /// The map was dropped. Its start is the first change of the map, its duration the map's age.
    Lifetime {
        /// Entries at the end.
        entries: u64,
        /// The table's capacity at the end.
        capacity: u64,
        /// What happened to the map in its whole life.
        totals: OpTotals,
        /// How often it grew.
        grows: u64,
    },
}

/// What took long in a [`EpisodeKind::SlowOperation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Operation {
    /// An entry was put in: `insert`, ...
    Assign,
    /// An entry was taken out, or was not there: `remove`, `take`, `pop_first`, ...
    Delete,
    /// An entry was looked up: `entry` of maps of std and indexmap, and of sets of hashbrown.
    Entry,
}

impl Operation {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Assign, Self::Delete, Self::Entry];

    /// Its name, as in `map.slow_assign`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assign => "assign",
            Self::Delete => "delete",
            Self::Entry => "entry",
        }
    }
}

/// Which call made a [`EpisodeKind::Batch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum BatchDoor {
    /// [`PutAll::put_all`](crate::PutAll::put_all).
    PutAll,
    /// `Extend::extend`.
    Extend,
    /// `FromIterator::from_iter`, `collect`, `From` an array, the set operators.
    FromIter,
    /// `Clone::clone` or `clone_from`.
    Clone,
    /// `append`, `split_off`.
    Append,
    /// `retain`.
    Retain,
    /// `drain`.
    Drain,
    /// `extract_if`.
    ExtractIf,
    /// indexmap's `truncate`.
    Truncate,
    /// indexmap's `splice`.
    Splice,
}

impl BatchDoor {
    /// All doors, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::PutAll,
        Self::Extend,
        Self::FromIter,
        Self::Clone,
        Self::Append,
        Self::Retain,
        Self::Drain,
        Self::ExtractIf,
        Self::Truncate,
        Self::Splice,
    ];

    /// The method's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PutAll => "put_all",
            Self::Extend => "extend",
            Self::FromIter => "from_iter",
            Self::Clone => "clone",
            Self::Append => "append",
            Self::Retain => "retain",
            Self::Drain => "drain",
            Self::ExtractIf => "extract_if",
            Self::Truncate => "truncate",
            Self::Splice => "splice",
        }
    }
}

/// Exact totals of single and batched operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpTotals {
    /// Assigns whose key was not there.
    pub assigns_new: u64,
    /// Assigns whose key was there: the value was replaced (in a set: the element was there already).
    pub assigns_replaced: u64,
    /// Deletes that removed an entry.
    pub deletes_hit: u64,
    /// Deletes of a key that was not there.
    pub deletes_miss: u64,
    /// Entries removed by `clear`.
    pub cleared: u64,
}
