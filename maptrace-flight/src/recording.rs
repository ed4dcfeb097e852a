//! What is in a recording.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Options;
use crate::bytes::Bytes;
use crate::error::Error;
use crate::events::Event;
use crate::file::{self, Header, Kind as SegmentKind};
use crate::maps::{Changes, assemble};
use crate::records::{self, Records};
use crate::rings;

/// Causes for which events are lost, in the order of [`Thread::dropped`].
pub const CAUSES: [&str; 8] = [
    "full",
    "reentrant",
    "tls_dead",
    "fork",
    "collector_dead",
    "export_failed",
    "shutdown",
    "disabled",
];

/// Damages that are told one by one.
const MOST_DAMAGES: usize = 100;

/// What a process has left, or has so far.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recording {
    /// The process.
    pub process: Process,
    /// Places where maps come from, with the sums of their maps.
    pub maps: Vec<Map>,
    /// Live maps with a record of their own, those that hold most first.
    pub instances: Vec<Instance>,
    /// Threads that have, or had, a ring. A ring whose thread is gone is told of until another thread has it.
    pub threads: Vec<Thread>,
    /// What could not be read.
    pub damage: Damage,
}

/// The process that a recording is of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Process {
    /// The name of its program.
    pub program: String,
    /// Its number.
    pub pid: u32,
    /// The version of its maptrace.
    pub version: String,
    /// When its clock began: times in a recording are nanoseconds since then.
    pub started: SystemTime,
    /// When the collector last came, in nanoseconds since `started`.
    pub last_pass: u64,
    /// How often the collector came.
    pub passes: u64,
    /// What became of it.
    pub ending: Ending,
    /// Whether the collector was at work at the end: then totals may have up to what it had in hand twice, or not at all.
    pub collector_was_busy: bool,
    /// Events that were delivered.
    pub delivered: u64,
    /// Places at which events were lost, as far as the collector has come.
    pub gaps: u64,
    /// Maps that were past the cap on records.
    pub past_cap: u64,
    /// Parts that could not be kept in the file, as there was no room.
    pub missing: u64,
    /// Events that were lost outside any ring, by [`CAUSES`].
    pub dropped: [u64; CAUSES.len()],
}

impl Process {
    /// The time of day so many nanoseconds after it began.
    #[must_use]
    pub fn time(&self, ns: u64) -> SystemTime {
        self.started
            .checked_add(Duration::from_nanos(ns))
            .unwrap_or(self.started)
    }
}

/// What became of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// It goes on.
    Running,
    /// It ended by itself: `main` returned, or `exit` was called.
    Ended,
    /// It was killed, or aborted: nobody was told that it would end.
    Killed,
    /// It did not come so far as to record anything.
    Starting,
}

/// Which collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    HashMap,
    HashSet,
    BTreeMap,
    BTreeSet,
    HashTable,
    IndexMap,
    IndexSet,
}

impl Kind {
    pub(crate) fn of(number: u32) -> Option<Self> {
        const ALL: [Kind; 7] = [
            Kind::HashMap,
            Kind::HashSet,
            Kind::BTreeMap,
            Kind::BTreeSet,
            Kind::HashTable,
            Kind::IndexMap,
            Kind::IndexSet,
        ];
        ALL.get(number as usize).copied()
    }

    /// The type's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
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

    pub(crate) fn is_table(self) -> bool {
        !matches!(self, Self::BTreeMap | Self::BTreeSet)
    }
}

/// Operations on a map, or on all of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// Assigns whose key was not there.
    pub assigns_new: u64,
    /// Assigns whose key was there.
    pub assigns_replaced: u64,
    /// Deletes that removed an entry.
    pub deletes_hit: u64,
    /// Deletes whose key was not there.
    pub deletes_miss: u64,
    /// Entries removed by `clear`.
    pub cleared: u64,
}

impl Totals {
    /// All assigns.
    #[must_use]
    pub fn assigns(&self) -> u64 {
        self.assigns_new.wrapping_add(self.assigns_replaced)
    }

    /// All deletes.
    #[must_use]
    pub fn deletes(&self) -> u64 {
        self.deletes_hit.wrapping_add(self.deletes_miss)
    }

    pub(crate) fn add(&mut self, more: Self) {
        for (sum, more) in [
            (&mut self.assigns_new, more.assigns_new),
            (&mut self.assigns_replaced, more.assigns_replaced),
            (&mut self.deletes_hit, more.deletes_hit),
            (&mut self.deletes_miss, more.deletes_miss),
            (&mut self.cleared, more.cleared),
        ] {
            *sum = sum.wrapping_add(more);
        }
    }
}

/// All maps of one site: what a snapshot of the process would have said.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Map {
    /// The number of the site.
    pub site: u32,
    /// The name people see.
    pub name: String,
    /// Which collection.
    pub kind: Kind,
    /// The short label of its type.
    pub type_label: String,
    /// Key and value.
    pub type_name: String,
    /// The file of the declaration or of the constructor call.
    pub file: String,
    /// The line there.
    pub line: u32,
    /// The function that makes its maps, if it is known.
    pub function: Option<String>,
    /// Whether an attribute declared it.
    pub declared: bool,
    /// One in how many operations is an event; 0 is `auto`.
    pub sample: u32,
    /// Live maps.
    pub live: u64,
    /// Maps made.
    pub created: u64,
    /// Maps dropped.
    pub freed: u64,
    /// Entries in live maps.
    pub entries: u64,
    /// Most entries seen in one map.
    pub largest: u64,
    /// Entries the live maps' tables can hold; `None` for trees, as the next two.
    pub capacity: Option<u64>,
    /// Slots that cannot be used until a rehash.
    pub tombstones: Option<u64>,
    /// Bytes of the live maps' tables.
    pub held_bytes: Option<u64>,
    /// Bytes of the smallest tables that could hold the entries.
    pub needed_bytes: u64,
    /// Largest sum of an old and a new table during one grow.
    pub peak_bytes: u64,
    /// Operations.
    pub totals: Totals,
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
    /// Grows and rehashes in place that were timed.
    pub pauses: u64,
    /// How long they took together, in nanoseconds.
    pub pause_ns: u64,
    /// How long the longest took, in nanoseconds.
    pub pause_max_ns: u64,
}

/// A live map that has a record of its own.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Instance {
    /// The [`Map::site`] it is of.
    pub site: u32,
    /// Its number, unique in the process.
    pub serial: u64,
    /// When it was first changed, in nanoseconds since [`Process::started`].
    pub born: u64,
    /// Entries.
    pub entries: u64,
    /// Entries its table can hold; `None` for trees, as the next two.
    pub capacity: Option<u64>,
    /// Slots that cannot be used until a rehash.
    pub tombstones: Option<u64>,
    /// Bytes of its table.
    pub held_bytes: Option<u64>,
    /// Bytes of the smallest table that could hold its entries.
    pub needed_bytes: u64,
    /// Operations.
    pub totals: Totals,
    /// Grows.
    pub grows: u64,
    /// Rehashes in place.
    pub rehashes: u64,
}

/// A thread, and what it did last.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Thread {
    /// maptrace's number of the thread's ring.
    pub number: u32,
    /// What the system calls it.
    pub name: String,
    /// The system's number of it.
    pub system_id: u32,
    /// Whether it had not ended.
    pub alive: bool,
    /// The last events, oldest first.
    pub events: VecDeque<Event>,
    /// Events that the collector had not come to. They are counted all the same.
    pub undrained: u64,
    /// Events left out by sampling, as far as the collector has come.
    pub sampled_out: u64,
    /// Events lost, by [`CAUSES`].
    pub dropped: [u64; CAUSES.len()],
}

/// What could not be read of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// Where in the file, and what; the first hundred.
    pub parts: Vec<(u64, String)>,
    /// How many more there are.
    pub more: u64,
}

impl Damage {
    /// Whether all could be read.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.parts.is_empty()
    }

    pub(crate) fn add(&mut self, at: u64, what: String) {
        if self.parts.len() < MOST_DAMAGES {
            self.parts.push((at, what));
        } else {
            self.more += 1;
        }
    }
}

/// Where in the segment of a ring its head is.
const RING_HEAD: u64 = 128;

/// Reads a recording. `later` reads a word of the file again.
pub(crate) fn parse(bytes: &[u8], options: Options, later: &dyn Fn(u64) -> Option<u64>) -> Result<Recording, Error> {
    let bytes = Bytes(bytes);
    let header = Header::read(bytes)?;
    let mut damage = Damage::default();
    let segments = file::segments(bytes, &header, &mut damage);
    let sites = records::sites(bytes, &segments, &mut damage);
    let records = Records::new(&segments);
    let mut changes = Changes::default();
    let rings = segments.iter().filter(|segment| segment.kind == SegmentKind::Ring);
    let threads = rings.filter_map(|segment| {
        let later = later(segment.at + RING_HEAD);
        rings::read(
            segment,
            &header,
            &records,
            &mut changes,
            (options.last, later),
            &mut damage,
        )
    });
    let threads: Vec<Thread> = threads.collect();
    let (maps, instances) = assemble(&header, &sites, &records, changes, &mut damage);
    Ok(Recording {
        process: process(header),
        maps,
        instances,
        threads,
        damage,
    })
}

fn process(header: Header) -> Process {
    Process {
        program: header.program,
        pid: header.pid,
        version: header.version,
        started: UNIX_EPOCH
            .checked_add(Duration::from_nanos(header.started))
            .unwrap_or(UNIX_EPOCH),
        last_pass: header.pass_at,
        passes: header.passes,
        ending: match header.state {
            0 => Ending::Starting,
            2 => Ending::Ended,
            _ => Ending::Killed,
        },
        collector_was_busy: header.busy,
        delivered: header.delivered,
        gaps: header.gaps,
        past_cap: header.past_cap,
        missing: header.missing,
        dropped: header.dropped,
    }
}
