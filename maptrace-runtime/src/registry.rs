//! The table of live maps: one record each, in memory of our own.
//!
//! A record is made at the first change of a map and found by its id, which is what events carry. Everything in it is
//! an atomic word, so that it can be read at any time, from a panic hook or another process's mapping as well. Most
//! words have a single writer at a time, the thread that holds `&mut` to the map: the borrow checker serialises these
//! writers and whatever handed the map from one thread to the next ordered their writes, so a load and a store do for
//! an addition. The records of *sites* (for maps past the cap) have many writers, and are added to atomically.
#![expect(unsafe_code, reason = "says that what it is of may begin as zeros")]

use std::ops::Range;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::event::{MAX_ID, OPS};
use crate::global;
use crate::lasting::{Lasting, Zeroed, zeroed};

mod drained;

pub(crate) use drained::{DRAINED_BYTES, Drained, Nearby, drained, known_drained};

/// Records of one chunk; chunks are allocated as they are needed.
pub(crate) const CHUNK: usize = 1024;
/// Chunks at most: ids have 22 bits, and the largest is no map's.
pub(crate) const CHUNKS: usize = 4095;
/// Records at most, whatever the configured cap.
pub(crate) const MAX_RECORDS: u32 = (CHUNK * CHUNKS) as u32;
const _: () = assert!(MAX_RECORDS <= MAX_ID);

/// Bytes of a record.
pub(crate) const RECORD_BYTES: u64 = size_of::<Record>() as u64;

/// What is known about one live map, or about all maps of a site that are past the cap.
///
/// In a fixed order, as records may lie in a file that other processes read: [`flight`](crate::flight).
#[derive(Default)]
#[repr(C, align(128))]
pub(crate) struct Record {
    /// Operations that wrote no event: sampled out, lost, or part of a batch. By event kind.
    pub(crate) counts: [AtomicU64; OPS],
    /// Entries removed by `clear`.
    pub(crate) cleared: AtomicU64,
    /// Entries that went some other way: lost in a panic, or freed with a map that has no record of its own.
    pub(crate) lost: AtomicU64,
    /// Full capacity of the table.
    pub(crate) full: AtomicU64,
    /// `full` less the table's `capacity()`, as last published. In a record of a site: see [`Record::past_cap`].
    pub(crate) tombstones: AtomicU64,
    /// Nanoseconds since the clock's anchor at the first change. In a record of a site: see [`Record::past_cap`].
    pub(crate) born: AtomicU64,
    /// Number of this map, unique in the process.
    pub(crate) serial: AtomicU64,
    /// Index of the site.
    pub(crate) site: AtomicU32,
    /// Number of the hub whose collector this record belongs to; 0 for a record that is not in use.
    pub(crate) owner: AtomicU32,
    /// Link of the stack of freed maps, then of those ids that are free.
    pub(crate) next_freed: AtomicU32,
    /// Rare calls, counted here whether or not their episodes were delivered. Half a word is enough for the two that
    /// allocate or lay out a whole table and that no map does as a habit.
    pub(crate) rehashes: AtomicU32,
    pub(crate) shrinks: AtomicU32,
    /// Not 0 while the map is still counted with its site, as the collector has not read that it has this record.
    pub(crate) moving: AtomicU32,
    pub(crate) grows: AtomicU64,
    pub(crate) clears: AtomicU64,
    pub(crate) batches: AtomicU64,
}

const _: () = assert!(size_of::<Record>() == 128);

// SAFETY: it is of atomic words, and zero is a value of each.
unsafe impl Zeroed for Record {}

/// How a word may be added to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writers {
    /// One at a time: the holder of `&mut`.
    One,
    /// Any number.
    Many,
}

/// Adds to a counter; see [`Writers`].
#[inline]
pub(crate) fn add(counter: &AtomicU64, n: u64, writers: Writers) {
    // Relaxed: counters; nothing is inferred from their order. The one thing inferred, that a freed map's counts are
    // complete, follows from the Free event's or the freed stack's own Release.
    if writers == Writers::One {
        counter.store(counter.load(Ordering::Relaxed).wrapping_add(n), Ordering::Relaxed);
    } else {
        counter.fetch_add(n, Ordering::Relaxed);
    }
}

/// As [`add`], by one, for the rarest calls.
#[inline]
pub(crate) fn add_one(counter: &AtomicU32, writers: Writers) {
    if writers == Writers::One {
        counter.store(counter.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    } else {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

impl Record {
    /// Makes a free record into that of a new map. The caller alone holds the id.
    pub(crate) fn begin(&self, site: u32, owner: u32, serial: u64, born: u64, full: u64, moving: bool) {
        let Self { counts, cleared, lost, full: full_now, tombstones, born: born_at, serial: number, .. } = self;
        for count in counts {
            count.store(0, Ordering::Relaxed);
        }
        for word in &[cleared, lost, tombstones, &self.grows, &self.clears, &self.batches] {
            word.store(0, Ordering::Relaxed);
        }
        for word in &[&self.rehashes, &self.shrinks] {
            word.store(0, Ordering::Relaxed);
        }
        full_now.store(full, Ordering::Relaxed);
        born_at.store(born, Ordering::Relaxed);
        number.store(serial, Ordering::Relaxed);
        self.site.store(site, Ordering::Relaxed);
        self.moving.store(u32::from(moving), Ordering::Relaxed);
        // Release: pairs with the Acquire load in the collector's walk over live records.
        self.owner.store(owner, Ordering::Release);
    }

    /// In a record of a site: maps made and dropped past the cap. Such a record was not born, and its maps' tombstones
    /// cannot be told apart, so the counts are in these words.
    pub(crate) fn past_cap(&self) -> [&AtomicU64; 2] {
        [&self.born, &self.tombstones]
    }
}

/// The table. Chunks are never freed, so a record can be looked at whenever its id is known.
static TABLE: [Lasting<[Record; CHUNK]>; CHUNKS] = [const { Lasting::new() }; CHUNKS];

/// The record of an id that was handed out by [`IdPool::take`].
///
/// # Panics
/// If the id was never handed out.
#[inline]
pub(crate) fn record(id: u32) -> &'static Record {
    let chunk = TABLE[id as usize / CHUNK].get().expect("an id in use has its chunk");
    &chunk[id as usize % CHUNK]
}

/// The record of any id, if its chunk was ever made: a forked child skips some.
pub(crate) fn known(id: u32) -> Option<&'static Record> {
    Some(&TABLE.get(id as usize / CHUNK)?.get()?[id as usize % CHUNK])
}

/// Makes all that there is for the ids of this one's chunk, as far as it is not there; `false` if there is no memory for it. Under
/// the lock of the ids.
fn make_chunk(id: u32) -> bool {
    // First, so that whoever finds a record finds these as well.
    if !drained::prepare(id) {
        return false;
    }
    #[cfg(feature = "guard")]
    crate::guard::prepare(id);
    made(&TABLE[id as usize / CHUNK], &|| global::recording()?.records(first_of(id), CHUNK))
}

/// Whether a chunk is there, or can be made: as `filed` has it, or in memory of its own. Under the lock of the ids.
pub(crate) fn made<T: Zeroed>(
    chunk: &Lasting<[T; CHUNK]>,
    filed: &dyn Fn() -> Option<&'static [T]>,
) -> bool {
    if chunk.get().is_some() {
        return true;
    }
    let filed = match filed() {
        Some(filed) => filed.first_chunk(),
        None => zeroed(),
    };
    // Nobody else makes one, as the pool is locked.
    filed.is_some_and(|new| std::ptr::eq(chunk.set(new), new))
}

/// The first id of this one's chunk.
fn first_of(id: u32) -> u32 {
    id / CHUNK as u32 * CHUNK as u32
}

/// Ids that are free, and how far the table has been used.
pub(crate) struct IdPool {
    inner: Mutex<Ids>,
    /// One past the largest id ever handed out, so that the collector knows how far to look.
    high_water: AtomicU32,
}

/// None of it takes memory, so that an id can always be given back.
struct Ids {
    /// The first that is free, or [`NONE`]. Its record has the one after it, in the link that it needs as long as it is not free.
    free: u32,
    next: u32,
    /// Free as well, but for sites alone.
    for_sites: Range<u32>,
}

/// No id.
const NONE: u32 = u32::MAX;

impl Ids {
    fn pop(&mut self) -> Option<u32> {
        let id = self.free;
        if id == NONE {
            return None;
        }
        // Relaxed, here and below: under the lock of the ids.
        self.free = record(id).next_freed.load(Ordering::Relaxed);
        Some(id)
    }

    fn push(&mut self, id: u32) {
        record(id).next_freed.store(self.free, Ordering::Relaxed);
        self.free = id;
    }
}

impl IdPool {
    /// A pool that hands out ids from `first` on: a forked child's begins where its parent's ended.
    pub(crate) fn new(first: u32) -> Self {
        Self {
            inner: Mutex::new(Ids { free: NONE, next: first, for_sites: 0..0 }),
            high_water: AtomicU32::new(first),
        }
    }

    /// Takes up to `into.len()` ids and returns how many. `allocate` is asked before a new chunk is made, with its
    /// size in bytes, and `release` is told if there is no memory for it.
    pub(crate) fn take_or_release(
        &self,
        into: &mut [u32],
        allocate: impl Fn(u64) -> bool,
        release: impl Fn(u64),
    ) -> usize {
        let mut ids = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = 0;
        for slot in into {
            let id = if let Some(id) = ids.pop() {
                id
            } else {
                let id = ids.next;
                if id >= MAX_RECORDS {
                    break;
                }
                if TABLE[id as usize / CHUNK].get().is_none() {
                    let bytes = CHUNK as u64 * RECORD_BYTES;
                    if !allocate(bytes) {
                        break;
                    }
                    if !make_chunk(id) {
                        release(bytes);
                        break;
                    }
                }
                ids.next = id + 1;
                self.high_water.store(id + 1, Ordering::Release);
                id
            };
            *slot = id;
            taken += 1;
        }
        taken
    }

    /// As [`take_or_release`](Self::take_or_release), where there is memory.
    #[cfg(test)]
    pub(crate) fn take(&self, into: &mut [u32], allocate: impl Fn(u64) -> bool) -> usize {
        self.take_or_release(into, allocate, |_| unreachable!("there is memory"))
    }

    /// Takes an id for the record of a site, which no limit is asked for: sites are few, so that theirs come on top. The
    /// rest of the chunk made for it is kept for other sites, or maps would come on top as well. `None` if there are
    /// [`MAX_RECORDS`], or no memory at all.
    pub(crate) fn take_for_site(&self) -> Option<u32> {
        let mut ids = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if ids.for_sites.is_empty() {
            let first = ids.next.next_multiple_of(CHUNK as u32);
            let end = first + CHUNK as u32;
            if end > MAX_RECORDS || !make_chunk(first) {
                return None;
            }
            // What is left of the chunk at hand has been paid for.
            for id in ids.next..first {
                ids.push(id);
            }
            ids.for_sites = first..end;
            ids.next = end;
            self.high_water.store(end, Ordering::Release);
        }
        ids.for_sites.next()
    }

    /// Gives ids back. Nothing that mentions them is left in any ring.
    pub(crate) fn give_back(&self, freed: &[u32]) {
        let mut ids = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        for id in freed {
            ids.push(*id);
        }
    }

    /// Where the ids of a forked child begin. Its parent may have been making the next chunk at the fork, and nobody in
    /// the child would finish that, so the child's begin one chunk further on.
    pub(crate) fn first_of_child(&self) -> u32 {
        let chunk = CHUNK as u32;
        (self.high_water().div_ceil(chunk) + 1).saturating_mul(chunk).min(MAX_RECORDS)
    }

    /// Hands on the first id of each chunk that there is, while nobody makes another.
    #[cfg(feature = "guard")]
    pub(crate) fn each_chunk(&self, each: impl FnMut(u32)) {
        let ids = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let firsts = (0..self.high_water()).step_by(CHUNK);
        firsts.filter(|&first| known(first).is_some()).for_each(each);
        drop(ids);
    }

    /// One past the largest id ever handed out.
    pub(crate) fn high_water(&self) -> u32 {
        self.high_water.load(Ordering::Acquire)
    }
}
