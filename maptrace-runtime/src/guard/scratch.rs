//! Room for what is worked out of each map while a dump is written, and for what its rate is told by. It is made by the
//! collector, before there is any need of it, as a dump may not ask for memory.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::event::OPS;
use crate::hub::Hub;
use crate::registry::{self, CHUNK, CHUNKS, drained};
use crate::table::CLASSES;

/// How often the collector notes how many operations each map has seen.
const MARK_NS: u64 = 5_000_000_000;
/// A rate of less than this is none.
const LEAST_NS: u64 = 100_000_000;

/// What belongs to one id. Whoever [writes a dump](super::dump) has all but `mark` for himself.
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
}

/// The map was dropped, and the collector has not read so.
pub(super) const GONE: u32 = 1;
/// The map got its own record, and the collector has not read so; what it did before is in `ops`.
pub(super) const PROMOTED: u32 = 2;

static TABLE: [OnceLock<Box<[Scratch]>>; CHUNKS] = [const { OnceLock::new() }; CHUNKS];
/// Chunks that are there, from the first on.
static CHUNKS_READY: AtomicU32 = AtomicU32::new(0);
/// When the last mark was made, in nanoseconds since the anchor; 0 if there was none.
static MARKED: AtomicU64 = AtomicU64::new(0);

/// That of an id, if there is room for it.
pub(super) fn scratch(id: u32) -> Option<&'static Scratch> {
    TABLE.get(id as usize / CHUNK)?.get()?.get(id as usize % CHUNK)
}

/// Adds, wrapping.
pub(super) fn add(word: &AtomicU32, n: u32) {
    // Relaxed, as all here: the claim to write a dump orders those who write.
    word.store(word.load(Ordering::Relaxed).wrapping_add(n), Ordering::Relaxed);
}

/// Sets to zero what the last dump left, of ids below `end`.
pub(super) fn clear(end: u32) {
    for id in 0..end {
        let Some(it) = scratch(id) else { continue };
        for word in it.ops.iter().chain(&it.tables).chain([&it.flags, &it.lost]) {
            word.store(0, Ordering::Relaxed);
        }
    }
}

/// Called by the collector's thread after each pass: makes room for new ids and one chunk more, and marks now and then.
pub(super) fn tend(hub: &Hub, now: u64) {
    let end = hub.generation.ids.high_water();
    let wanted = (end as usize / CHUNK + 2).min(CHUNKS);
    let mut ready = CHUNKS_READY.load(Ordering::Relaxed) as usize;
    while ready < wanted && hub.reserve((CHUNK * size_of::<Scratch>()) as u64) {
        TABLE[ready].get_or_init(|| (0..CHUNK).map(|_| Scratch::default()).collect());
        ready += 1;
    }
    CHUNKS_READY.store(ready as u32, Ordering::Relaxed);
    if now.saturating_sub(MARKED.load(Ordering::Relaxed)) < MARK_NS {
        return;
    }
    for id in 0..end {
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
