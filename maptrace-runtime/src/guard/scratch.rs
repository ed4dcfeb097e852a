//! Room for what is worked out of each map while a dump is written, and for what its rate is told by. It is made together
//! with the records of maps, as a dump may not ask for memory.
#![expect(unsafe_code, reason = "says that what it is of may begin as zeros")]

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use crate::event::OPS;
use crate::hub::Hub;
use crate::lasting::{Lasting, Zeroed};
use crate::registry::{self, CHUNK, CHUNKS, IdPool, drained};
use crate::table::CLASSES;

/// How often the collector notes how many operations each map has seen.
const MARK_NS: u64 = 5_000_000_000;
/// A rate of less than this is none.
const LEAST_NS: u64 = 100_000_000;

/// What belongs to one id. Whoever [writes a dump](super::dump) has all but the last two for himself.
#[derive(Default)]
pub(super) struct Scratch {
    /// Operations that wait in rings, by kind. Wrapped if it is fewer than none.
    pub(super) ops: [AtomicU32; OPS],
    /// See [`GONE`] and [`PROMOTED`].
    pub(super) flags: AtomicU32,
    /// Of a site's record: young maps more than are counted, by their tables' [`CLASSES`], and the entries that those that
    /// ended took with them.
    pub(super) tables: [AtomicU32; CLASSES.len()],
    pub(super) lost: AtomicU32,
    /// Operations of the map at the last mark, as far as they fit. The collector's.
    mark: AtomicU32,
    /// Not 0 once the collector has read that the map was dropped, until it is finished. The collector's.
    closing: AtomicU32,
}

// SAFETY: it is of atomic words, and zero is a value of each.
unsafe impl Zeroed for Scratch {}

/// The map was dropped, and the collector has not read so.
pub(super) const GONE: u32 = 1;
/// The map got its own record, and the collector has not read so; what it did before is in `ops`.
pub(super) const PROMOTED: u32 = 2;

static TABLE: [Lasting<[Scratch; CHUNK]>; CHUNKS] = [const { Lasting::new() }; CHUNKS];
/// Whether there may be dumps, so that there is to be room.
static WANTED: AtomicBool = AtomicBool::new(false);
/// When the last mark was made, in nanoseconds since the anchor; 0 if there was none.
static MARKED: AtomicU64 = AtomicU64::new(0);

/// Whether there may be dumps.
#[inline]
pub(crate) fn is_installed() -> bool {
    // Relaxed: what must not be missed is seen by the lock of the ids.
    WANTED.load(Ordering::Relaxed)
}

/// Bytes for each id.
pub(crate) fn bytes_of_an_id() -> u64 {
    if is_installed() { size_of::<Scratch>() as u64 } else { 0 }
}

/// Makes room for the ids of this one's chunk, before the first of them is handed out. If there is no memory for it, a dump says
/// of these that it could not count all.
pub(crate) fn prepare(id: u32) {
    if is_installed() {
        make(id);
    }
}

/// Whether there is room. Under the lock of the ids.
fn make(id: u32) -> bool {
    registry::made(&TABLE[id as usize / CHUNK], &|| None)
}

/// From now on there is room for each id: for those that are there by now, as far as there is memory for it, as for those that
/// come.
pub(super) fn want(ids: Option<&IdPool>, hub: Option<&Hub>) {
    // Behind the lock of the ids, below, nobody makes a chunk without seeing this.
    WANTED.store(true, Ordering::Relaxed);
    if let Some(ids) = ids {
        ids.each_chunk(|first| {
            let bytes = (CHUNK * size_of::<Scratch>()) as u64;
            // Where there is no hub yet the ids are those of captures, which may become the hub's.
            if hub.is_none_or(|hub| hub.reserve(bytes))
                && !make(first)
                && let Some(hub) = hub
            {
                hub.release(bytes);
            }
        });
    }
}

/// That of an id, if there is room for it.
pub(super) fn scratch(id: u32) -> Option<&'static Scratch> {
    TABLE.get(id as usize / CHUNK)?.get()?.get(id as usize % CHUNK)
}

/// Adds, wrapping.
pub(super) fn add(word: &AtomicU32, n: u32) {
    // Relaxed, as all here: the claim to write a dump orders those who write.
    word.store(word.load(Ordering::Relaxed).wrapping_add(n), Ordering::Relaxed);
}

/// Sets to zero what the last dump left.
pub(super) fn clear() {
    for it in TABLE.iter().filter_map(Lasting::get).flatten() {
        for word in it.ops.iter().chain(&it.tables).chain([&it.flags, &it.lost]) {
            word.store(0, Ordering::Relaxed);
        }
    }
}

/// The map was dropped and is not finished, or no more so. Collector only.
pub(crate) fn set_closing(id: u32, closing: bool) {
    if let Some(it) = scratch(id) {
        // Release: pairs with the Acquire load in `is_closing`. Who sees that the map is finished sees that its record is free.
        it.closing.store(u32::from(closing), Ordering::Release);
    }
}

/// Whether the collector has read that the map was dropped. To be asked before whose the record is.
pub(super) fn is_closing(id: u32) -> bool {
    scratch(id).is_some_and(|it| it.closing.load(Ordering::Acquire) != 0)
}

/// Called by the collector's thread after each pass: marks now and then.
pub(super) fn tend(hub: &Hub, now: u64) {
    if now.saturating_sub(MARKED.load(Ordering::Relaxed)) < MARK_NS {
        return;
    }
    for id in 0..hub.generation.ids.high_water() {
        if let Some(it) = scratch(id) {
            it.mark.store(operations(id), Ordering::Relaxed);
        }
    }
    MARKED.store(now, Ordering::Relaxed);
}

/// Operations of a map so far that are counted, as far as they fit.
fn operations(id: u32) -> u32 {
    let Some(record) = registry::known(id) else { return 0 };
    let left_out = record.counts.iter().map(|count| count.load(Ordering::Relaxed));
    drained(id)
        .ops()
        .into_iter()
        .chain(left_out)
        .fold(0, |sum, n| sum.wrapping_add(n as u32))
}

/// Operations a second, since the last mark or since the map, of which there were `operations`, was `born`. `None` if
/// that is too short a time ago.
pub(super) fn rate(id: u32, operations: u64, born: u64, now: u64) -> Option<u64> {
    let marked = MARKED.load(Ordering::Relaxed);
    let (n, since) = if marked == 0 || born >= marked {
        (operations, born)
    } else {
        let before = scratch(id)?.mark.load(Ordering::Relaxed);
        (u64::from((operations as u32).wrapping_sub(before)), marked)
    };
    let time = now.checked_sub(since).filter(|&time| time >= LEAST_NS)?;
    u64::try_from(u128::from(n) * 1_000_000_000 / u128::from(time)).ok()
}
