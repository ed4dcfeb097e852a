//! Who has panicked, for the dump that is written next: a few places that any thread may write to at any time.

use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::walk::{Deed, Last};
use crate::clock;
use crate::thread::{self, NAME_BYTES};

/// Panics that are kept, the latest.
const SLOTS: u32 = 64;
/// Bytes of a file's path that are kept: its end.
const PATH: usize = 96;

/// One panic. The message is not kept: it may have anything in it, such as a key.
struct Slot {
    /// Its number, from 1 on; 0 while it is written.
    number: AtomicU32,
    /// The ring of its thread; 0 if it has none.
    ring: AtomicU32,
    line: AtomicU32,
    column: AtomicU32,
    /// In nanoseconds since the anchor.
    at: AtomicU64,
    /// What its thread did last, as [`Deed::word`].
    deed: AtomicU64,
    name: [AtomicU64; NAME_BYTES / 8],
    path: [AtomicU64; PATH / 8],
}

static PANICS: [Slot; SLOTS as usize] = [const {
    Slot {
        number: AtomicU32::new(0),
        ring: AtomicU32::new(0),
        line: AtomicU32::new(0),
        column: AtomicU32::new(0),
        at: AtomicU64::new(0),
        deed: AtomicU64::new(0),
        name: [const { AtomicU64::new(0) }; NAME_BYTES / 8],
        path: [const { AtomicU64::new(0) }; PATH / 8],
    }
}; SLOTS as usize];

/// Panics so far.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// What is known of a panic.
#[derive(Clone, Copy)]
pub(super) struct Panicked {
    pub(super) number: u32,
    /// The number of its thread's ring; 0 if it has none.
    pub(super) ring: u32,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) at: u64,
    /// What its thread did last.
    pub(super) deed: Deed,
    name: [u8; NAME_BYTES],
    path: [u8; PATH],
}

impl Panicked {
    /// The thread's name, as the system knows it.
    pub(super) fn name(&self) -> &str {
        text(&self.name)
    }

    /// The end of the path of the file in which it was.
    pub(super) fn path(&self) -> &str {
        text(&self.path)
    }
}

/// What stands before the first zero, and what of it is text: names and paths may be cut in the middle of a letter.
pub(super) fn text(bytes: &[u8]) -> &str {
    let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

fn store(words: &[AtomicU64], bytes: &[u8]) {
    for (i, word) in words.iter().enumerate() {
        let mut eight = [0; 8];
        let from = bytes.get(i * 8..).unwrap_or_default();
        let n = from.len().min(8);
        eight[..n].copy_from_slice(&from[..n]);
        word.store(u64::from_ne_bytes(eight), Ordering::Relaxed);
    }
}

fn load<const N: usize>(words: &[AtomicU64]) -> [u8; N] {
    let mut bytes = [0; N];
    for (eight, word) in bytes.chunks_exact_mut(8).zip(words) {
        eight.copy_from_slice(&word.load(Ordering::Relaxed).to_ne_bytes());
    }
    bytes
}

/// Notes a panic of this thread, and returns what is known of it.
pub(super) fn note(info: &PanicHookInfo<'_>) -> Panicked {
    // Relaxed: only that each has a number of its own.
    let number = COUNT.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
    let slot = &PANICS[(number % SLOTS) as usize];
    slot.number.store(0, Ordering::Relaxed);
    let producer = thread::existing_producer();
    let deed = producer.map_or(Deed::NONE, |producer| {
        let mut last = Last::new();
        last.read(&producer.ring, 1);
        last.latest()
    });
    let (file, line, column) = info
        .location()
        .map_or(("", 0, 0), |at| (at.file(), at.line(), at.column()));
    let mut from = file.len().saturating_sub(PATH);
    while !file.is_char_boundary(from) {
        from += 1;
    }
    slot.ring
        .store(producer.map_or(0, |producer| producer.number()), Ordering::Relaxed);
    slot.line.store(line, Ordering::Relaxed);
    slot.column.store(column, Ordering::Relaxed);
    slot.at.store(clock::now_ns(), Ordering::Relaxed);
    slot.deed.store(deed.word(), Ordering::Relaxed);
    store(&slot.name, &thread::this_thread_name());
    store(&slot.path, &file.as_bytes()[from..]);
    // Release: pairs with the Acquire load in `get`.
    slot.number.store(number, Ordering::Release);
    read(slot, number)
}

fn read(slot: &Slot, number: u32) -> Panicked {
    Panicked {
        number,
        ring: slot.ring.load(Ordering::Relaxed),
        line: slot.line.load(Ordering::Relaxed),
        column: slot.column.load(Ordering::Relaxed),
        at: slot.at.load(Ordering::Relaxed),
        deed: Deed::of(slot.deed.load(Ordering::Relaxed)),
        name: load(&slot.name),
        path: load(&slot.path),
    }
}

/// The panics after number `after`, as far as they are written and kept, oldest first. Returns the number of the last one
/// before the first that is still being written.
pub(super) fn after(after: u32, mut each: impl FnMut(&Panicked)) -> u32 {
    let end = COUNT.load(Ordering::Relaxed);
    let mut told = after.max(end.saturating_sub(SLOTS));
    while told < end {
        let slot = &PANICS[((told + 1) % SLOTS) as usize];
        // Acquire: pairs with the Release store in `note`.
        match slot.number.load(Ordering::Acquire).cmp(&(told + 1)) {
            std::cmp::Ordering::Less => break,
            std::cmp::Ordering::Equal => each(&read(slot, told + 1)),
            // A later one has its place.
            std::cmp::Ordering::Greater => {}
        }
        told += 1;
    }
    told
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn what_is_cut_in_a_letter_is_text_up_to_there() {
        assert_eq!(text(b"worker\0\0"), "worker");
        assert_eq!(text("größe".as_bytes().split_at(3).0), "gr");
        assert_eq!(text(&[0; 4]), "");
    }
}
