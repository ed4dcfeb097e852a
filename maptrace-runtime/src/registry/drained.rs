//! What collectors have counted of each map's events, beside the records: in memory that stays where it is and is made of
//! atomic words, so that it can be read while a collector is at work, or stuck, or gone.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::{CHUNK, CHUNKS, first_of, made};
use crate::event::OPS;
use crate::global;
use crate::lasting::{Lasting, Zeroed};

/// Bytes of [`Drained`].
pub(crate) const DRAINED_BYTES: u64 = size_of::<Drained>() as u64;

/// What was drained of one map. It has one writer at a time, whoever holds the core of the hub that the map belongs to:
/// plain loads and stores do for an addition, and the core's mutex orders those of one holder before those of the next.
///
/// In a fixed order, as it may lie in a file that other processes read: [`flight`](crate::flight).
#[derive(Default)]
#[repr(C)]
pub(crate) struct Drained {
    /// By kind. Below zero, wrapped, while operations of a map that has gone over to a record of its own are taken off here
    /// and not yet drained.
    ops: [AtomicU64; OPS],
    /// Number of the hub whose collector knows the map to be its own; 0 until one does.
    owner: AtomicU32,
    /// The site of the record, if so.
    site: AtomicU32,
}

// SAFETY: it is of atomic words, and zero is a value of each.
unsafe impl Zeroed for Drained {}

impl Drained {
    /// Whether the collector of the hub with this number knows the map to be its own.
    #[inline(always)]
    pub(crate) fn is_of(&self, hub: u32) -> bool {
        // Relaxed: no other collector ever writes this one's number here.
        self.owner.load(Ordering::Relaxed) == hub
    }

    /// Makes the collector of the hub with this number, whose map it is, know that, and of which site its record is.
    pub(crate) fn adopt(&self, hub: u32, site: u32) {
        self.site.store(site, Ordering::Relaxed);
        self.owner.store(hub, Ordering::Relaxed);
    }

    /// The site of the record. For a collector that knows the map to be its own.
    #[inline(always)]
    pub(crate) fn site(&self) -> u32 {
        self.site.load(Ordering::Relaxed)
    }

    /// Adds so many operations of one kind; fewer than none, wrapped, are taken off.
    #[inline(always)]
    pub(crate) fn add(&self, op: usize, n: u64) {
        let count = &self.ops[op];
        count.store(count.load(Ordering::Relaxed).wrapping_add(n), Ordering::Relaxed);
    }

    /// The operations by kind. Of one moment for whoever holds the core.
    pub(crate) fn ops(&self) -> [u64; OPS] {
        let mut ops = [0; OPS];
        let counts = &self.ops;
        for op in 0..OPS {
            ops[op] = counts[op].load(Ordering::Relaxed);
        }
        ops
    }

    /// The map is finished: what its id's next map does is counted from zero.
    pub(crate) fn reset(&self) {
        self.ops.iter().for_each(|count| count.store(0, Ordering::Relaxed));
        self.owner.store(0, Ordering::Relaxed);
    }
}

static TABLE: [Lasting<[Drained; CHUNK]>; CHUNKS] = [const { Lasting::new() }; CHUNKS];

/// What was drained of the map with this id.
///
/// # Panics
/// If the id was never handed out.
#[inline]
pub(crate) fn drained(id: u32) -> &'static Drained {
    known_drained(id).expect("an id in use has its chunk")
}

/// The same of any id, if its chunk was ever made.
#[inline(always)]
pub(crate) fn known_drained(id: u32) -> Option<&'static Drained> {
    Some(&TABLE.get(id as usize / CHUNK)?.get()?[id as usize % CHUNK])
}

/// As [`known_drained`], for many ids one after the other, most of which lie near the last one.
#[derive(Default)]
pub(crate) struct Nearby {
    /// Which chunk it is.
    at: usize,
    chunk: Option<&'static [Drained; CHUNK]>,
}

impl Nearby {
    #[inline(always)]
    pub(crate) fn get(&mut self, id: u32) -> Option<&'static Drained> {
        let at = id as usize / CHUNK;
        if self.at != at || self.chunk.is_none() {
            *self = Self { at, chunk: TABLE.get(at)?.get() };
        }
        Some(&self.chunk?[id as usize % CHUNK])
    }
}

/// Makes room for the ids of this one's chunk, if there is none; `false` if there is no memory for it.
pub(super) fn prepare(id: u32) -> bool {
    made(&TABLE[id as usize / CHUNK], &|| global::recording()?.drained(first_of(id), CHUNK))
}
