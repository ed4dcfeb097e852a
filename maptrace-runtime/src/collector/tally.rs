//! Sums of one site: what its dropped maps left, and, in a snapshot, what its live maps have.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use crate::clock;
use crate::context::SpanContext;
use crate::episode::OpTotals;
use crate::event::{EventKind, OPS, YoungWord};
use crate::flight::TALLY_WORDS;
use crate::histogram::{Histogram, HistogramUnit};
use crate::registry::Record;
use crate::site::Site;
use crate::snapshot::{Kind, MapSnapshot};
use crate::table::{self, Shape};

#[cfg(feature = "guard")]
pub(super) mod live;

#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    created: u64,
    freed: u64,
    live: u64,
    totals: OpTotals,
    entries: u64,
    capacity: u64,
    tombstones: u64,
    held_bytes: u64,
    needed_bytes: u64,
    pub(super) largest: u64,
    /// Entries for which the largest table was made that the entry after the last made grow; see [`MapSnapshot`].
    pub(super) presize: u64,
    grows: u64,
    rehashes: u64,
    shrinks: u64,
    clears: u64,
    batches: u64,
    pub(super) young: YoungMaps,
    pub(super) spread: Spread,
    /// Whether the recording is to be told.
    pub(super) touched: bool,
}

/// Makes `tallies` reach up to this site.
pub(super) fn make_room(tallies: &mut Vec<Tally>, site: u32) {
    while tallies.len() <= site as usize {
        tallies.push(Tally::default());
    }
}

/// Maps without a record of their own, as far as their events tell. Sums of all that began and ended: those of a map may
/// come in another order, so each may be below zero for a moment.
#[derive(Clone, Debug, Default)]
pub(super) struct YoungMaps {
    made: u64,
    freed: u64,
    /// Entries that were freed with them.
    lost: u64,
    /// How many there are now, by [`table::CLASSES`].
    tables: [u64; table::CLASSES.len()],
}

/// How the pauses and the batches of a site are spread, and what the largest grow held, timed or not.
#[derive(Clone, Debug)]
pub(crate) struct Spread {
    /// Largest sum of an old and a new table.
    pub(super) peak_bytes: u64,
    /// Timed grows and rehashes in place.
    pub(super) pauses: Histogram,
    pub(super) batch_durations: Histogram,
    pub(super) batch_sizes: Histogram,
}

impl Default for Spread {
    fn default() -> Self {
        Self {
            peak_bytes: 0,
            pauses: Histogram::new(HistogramUnit::Seconds),
            batch_durations: Histogram::new(HistogramUnit::Seconds),
            batch_sizes: Histogram::new(HistogramUnit::Entries),
        }
    }
}

/// When an episode began and how long it took, in nanoseconds, and the span it was in. It was not timed if the duration
/// is 0.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) start: u64,
    pub(crate) duration: u64,
    pub(crate) context: Option<SpanContext>,
}

impl Moment {
    fn record(self, into: &mut Histogram, value: u64) {
        into.record_in(value, clock::to_system_time(self.start.saturating_add(self.duration)), self.context);
    }
}

impl Spread {
    /// One more grow or rehash in place.
    pub(crate) fn add_pause(&mut self, moment: Moment, peak_bytes: u64) {
        self.peak_bytes = self.peak_bytes.max(peak_bytes);
        if moment.duration != 0 {
            moment.record(&mut self.pauses, moment.duration);
        }
    }

    /// One more batch, about so many entries.
    pub(crate) fn add_batch(&mut self, moment: Moment, entries: u64) {
        moment.record(&mut self.batch_sizes, entries);
        if moment.duration != 0 {
            moment.record(&mut self.batch_durations, moment.duration);
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.peak_bytes = self.peak_bytes.max(other.peak_bytes);
        self.pauses.merge(&other.pauses);
        self.batch_durations.merge(&other.batch_durations);
        self.batch_sizes.merge(&other.batch_sizes);
    }
}

fn get(word: &AtomicU64) -> u64 {
    word.load(Ordering::Relaxed)
}

/// A sum of which something may have been taken before it was added.
fn at_least_0(sum: u64) -> u64 {
    u64::try_from(sum.cast_signed()).unwrap_or(0)
}

fn small(word: &AtomicU32) -> u64 {
    u64::from(word.load(Ordering::Relaxed))
}

/// Operations of a map, drained and counted, and the entries that follow from them.
pub(super) fn totals(record: &Record, drained: [u64; OPS]) -> (OpTotals, u64) {
    // Of a map's first operations those that were counted with its site are taken off there, perhaps before they came.
    let sum = |kind: EventKind| at_least_0(drained[kind as usize].wrapping_add(get(&record.counts[kind as usize])));
    let totals = OpTotals {
        assigns_new: sum(EventKind::AssignNew),
        assigns_replaced: sum(EventKind::AssignReplaced),
        deletes_hit: sum(EventKind::DeleteHit),
        deletes_miss: sum(EventKind::DeleteMiss),
        cleared: get(&record.cleared),
    };
    // While threads are at work the words are not of one moment, and the difference may be off for an instant.
    let gone = totals.deletes_hit + totals.cleared + get(&record.lost);
    (totals, totals.assigns_new.saturating_sub(gone))
}

impl Tally {
    /// A young map began or ended.
    #[inline]
    pub(super) fn young(&mut self, word: YoungWord) {
        match word {
            YoungWord::Begin { class, grew } => self.young_began(class, grew),
            YoungWord::End { class, entries } => self.young_ended(class, entries),
        }
    }

    fn young_began(&mut self, class: u8, grew: bool) {
        self.young.made = self.young.made.wrapping_add(1);
        let tables = &mut self.young.tables[class as usize];
        *tables = tables.wrapping_add(1);
        self.grows += u64::from(grew);
    }

    fn young_ended(&mut self, class: u8, entries: u8) {
        self.young.freed += 1;
        self.young.lost += u64::from(entries);
        let tables = &mut self.young.tables[class as usize];
        *tables = tables.wrapping_sub(1);
        self.largest = self.largest.max(u64::from(entries));
    }

    /// There are so many more than events told of.
    pub(super) fn young_untold(&mut self, untold: [u64; table::CLASSES.len()]) {
        let tables = &mut self.young.tables;
        for class in 0..tables.len() {
            tables[class] = tables[class].wrapping_add(untold[class]);
        }
    }

    /// How many there are now.
    pub(super) fn young_now(&self) -> u64 {
        let mut sum = 0_u64;
        for n in &self.young.tables {
            sum = sum.wrapping_add(*n);
        }
        at_least_0(sum)
    }

    /// One has a record of its own from now on.
    pub(super) fn young_promoted(&mut self, class: u8) {
        self.young.made = self.young.made.wrapping_sub(1);
        let tables = &mut self.young.tables[class as usize];
        *tables = tables.wrapping_sub(1);
    }

    /// What a recording has of it, in the order of `docs/flight-format.md`.
    pub(super) fn words(&self) -> [u64; TALLY_WORDS] {
        let (totals, young, pauses) = (&self.totals, &self.young, &self.spread.pauses);
        let [a, b, c, d, e, f, g] = young.tables;
        [
            self.created,
            self.freed,
            totals.assigns_new,
            totals.assigns_replaced,
            totals.deletes_hit,
            totals.deletes_miss,
            totals.cleared,
            self.largest,
            self.spread.peak_bytes,
            self.grows,
            self.rehashes,
            self.shrinks,
            self.clears,
            self.batches,
            young.made,
            young.freed,
            young.lost,
            a,
            b,
            c,
            d,
            e,
            f,
            g,
            pauses.count(),
            pauses.sum(),
            pauses.max().unwrap_or(0),
        ]
    }

    /// Whether there ever was a map.
    pub(super) fn is_used(&self) -> bool {
        self.created > 0
    }

    fn add_counts(&mut self, record: &Record, totals: OpTotals) {
        self.totals.assigns_new += totals.assigns_new;
        self.totals.assigns_replaced += totals.assigns_replaced;
        self.totals.deletes_hit += totals.deletes_hit;
        self.totals.deletes_miss += totals.deletes_miss;
        self.totals.cleared += totals.cleared;
        self.grows += get(&record.grows);
        self.rehashes += small(&record.rehashes);
        self.shrinks += small(&record.shrinks);
        self.clears += get(&record.clears);
        self.batches += get(&record.batches);
    }

    /// A map was dropped: its counts stay.
    pub(super) fn retire(&mut self, record: &Record, totals: OpTotals, entries: u64) {
        self.created += 1;
        self.freed += 1;
        self.largest = self.largest.max(entries);
        self.add_counts(record, totals);
    }

    /// A live map, or the record that maps past the cap share.
    pub(super) fn add_live(&mut self, record: &Record, drained: [u64; OPS], entry_size: u64, kind: Kind, shared: bool) {
        let (totals, mut entries) = totals(record, drained);
        self.add_counts(record, totals);
        let maps = if shared {
            let [made, freed] = record.past_cap();
            let made = at_least_0(get(made).wrapping_add(self.young.made));
            let freed = get(freed) + self.young.freed;
            self.created += made;
            self.freed += freed;
            entries = entries.saturating_sub(self.young.lost);
            let maps = made.saturating_sub(freed);
            // The largest is no smaller than they are on average.
            self.largest = self.largest.max(entries.div_ceil(maps.max(1)));
            maps
        } else {
            self.created += 1;
            self.largest = self.largest.max(entries);
            1
        };
        self.live += maps;
        self.entries += entries;
        if kind.is_table() {
            let full = get(&record.full);
            let shape = Shape::new(kind, entry_size);
            // Maps that share a record have tables of unknown sizes: as if they were alike.
            let each = |entries: u64, maps: u64| shape.bytes(shape.least_for(entries / maps.max(1))) * maps;
            self.needed_bytes += each(entries, maps);
            if shared {
                // But for those of the young.
                let (mut young, mut held) = (0_u64, 0);
                for i in 0..table::CLASSES.len() {
                    let (class, n) = (table::CLASSES[i], self.young.tables[i]);
                    young = young.wrapping_add(class.wrapping_mul(n));
                    held += shape.bytes(class) * at_least_0(n);
                }
                let others = maps.saturating_sub(self.young_now());
                self.capacity += at_least_0(full.wrapping_add(young));
                self.held_bytes += held + each(at_least_0(full), others);
            } else {
                self.capacity += full;
                self.tombstones += get(&record.tombstones);
                self.held_bytes += shape.bytes(full);
            }
        } else {
            self.needed_bytes += entries * entry_size;
        }
    }

    pub(super) fn snapshot(&self, site: &Site) -> MapSnapshot {
        let table = site.info.kind.is_table();
        MapSnapshot {
            site: Arc::clone(&site.info),
            ambiguous: site.ambiguous.load(Ordering::Relaxed),
            live: self.live,
            created: self.created,
            freed: self.freed,
            totals: self.totals,
            entries: self.entries,
            capacity: table.then_some(self.capacity),
            tombstones: table.then_some(self.tombstones),
            held_bytes: table.then_some(self.held_bytes),
            needed_bytes: self.needed_bytes,
            peak_bytes: self.spread.peak_bytes,
            largest: self.largest,
            presize: self.presize,
            grows: self.grows,
            rehashes: self.rehashes,
            shrinks: self.shrinks,
            clears: self.clears,
            batches: self.batches,
            races: site.races(),
            pause_total: Duration::from_nanos(self.spread.pauses.sum()),
            pause_max: Duration::from_nanos(self.spread.pauses.max().unwrap_or(0)),
            pause_buckets: self.spread.pauses.ladder(),
            pauses: self.spread.pauses.clone(),
            batch_durations: self.spread.batch_durations.clone(),
            batch_sizes: self.spread.batch_sizes.clone(),
        }
    }
}
