//! Maps to look at, what to look for, and an allocator that tells what a map really takes.
#![expect(unsafe_code, reason = "an allocator is needed to see what a map really takes")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hash::{BuildHasherDefault, DefaultHasher};

use maptrace_runtime::indexmap::IndexMap;
use maptrace_runtime::testing::{Capture, EventType};
use maptrace_runtime::{BatchDoor, EpisodeKind, MapSnapshot, OpTotals};

/// Places its entries in the same way in each run.
pub(crate) type Fixed = BuildHasherDefault<DefaultHasher>;

pub(crate) type Map = IndexMap<u64, u64, Fixed>;

thread_local! {
    /// What this thread has allocated and not freed, and the most of it since [`peak`] was asked to begin.
    static HELD: Cell<u64> = const { Cell::new(0) };
    static PEAK: Cell<u64> = const { Cell::new(0) };
    /// How often this thread has allocated.
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

impl Counting {
    fn add(bytes: usize) {
        HELD.set(HELD.get().wrapping_add(bytes as u64));
        PEAK.set(PEAK.get().max(HELD.get()));
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
    }
}

// SAFETY: hands every call on to the system's allocator, unchanged; counting touches thread-locals without a destructor
// and cannot unwind. `realloc` is left to the trait: it allocates, copies and frees, so that both sizes are held at
// once.

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::add(layout.size());
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.set(HELD.get().wrapping_sub(layout.size() as u64));
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes that `work` leaves allocated, and the most that it had allocated beyond what there was before.
pub(crate) fn held<R>(work: impl FnOnce() -> R) -> (i64, u64, R) {
    let before = HELD.get();
    PEAK.set(before);
    let result = work();
    (HELD.get().wrapping_sub(before) as i64, PEAK.get() - before, result)
}

/// Bytes that this thread has allocated and not freed.
pub(crate) fn held_now() -> u64 {
    HELD.get()
}

/// How often `work` allocates.
pub(crate) fn allocations(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

/// Bytes of an index map with room for `full` entries of key and value, 16 bytes, each with its hash.
pub(crate) fn bytes(full: u64, buckets: u64) -> u64 {
    let table = if buckets == 0 { 0 } else { buckets * 8 + buckets + 16 };
    full * 24 + table
}

pub(crate) fn numbers(count: u64) -> Map {
    (0..count).map(|n| (n, n)).collect()
}

pub(crate) fn events(capture: &Capture) -> Vec<EventType> {
    capture.events().into_iter().map(|event| event.what).collect()
}

/// The episodes since the last look.
pub(crate) fn since(capture: &Capture, seen: &mut usize) -> Vec<EpisodeKind> {
    let new = capture.episodes().split_off(*seen);
    *seen += new.len();
    new.into_iter().map(|episode| episode.kind).collect()
}

/// The one site that was used.
pub(crate) fn only(capture: &Capture) -> MapSnapshot {
    let maps = capture.snapshot().maps.clone();
    let mut used: Vec<_> = maps.into_iter().filter(|map| map.created > 0).collect();
    assert_eq!(used.len(), 1, "{used:?}");
    used.remove(0)
}

pub(crate) fn totals(
    assigns_new: u64,
    assigns_replaced: u64,
    deletes_hit: u64,
    deletes_miss: u64,
    cleared: u64,
) -> OpTotals {
    let mut totals = OpTotals::default();
    (totals.assigns_new, totals.assigns_replaced) = (assigns_new, assigns_replaced);
    (totals.deletes_hit, totals.deletes_miss, totals.cleared) = (deletes_hit, deletes_miss, cleared);
    totals
}

pub(crate) fn batch(door: BatchDoor, offered: u64, new: u64, replaced: u64, removed: u64) -> EpisodeKind {
    EpisodeKind::Batch {
        door,
        offered,
        new,
        replaced,
        removed,
        grows_avoided: 0,
    }
}

/// A grow from full capacity and buckets of the table of indices to others.
pub(crate) fn grow(entries: u64, (old, old_buckets): (u64, u64), (new, new_buckets): (u64, u64)) -> EpisodeKind {
    EpisodeKind::Grow {
        old_capacity: old,
        new_capacity: new,
        entries,
        old_bytes: bytes(old, old_buckets),
        new_bytes: bytes(new, new_buckets),
        // The old table is gone when the entries move.
        peak_bytes: bytes(new, new_buckets) + old * 24,
        tombstones: 0,
    }
}
