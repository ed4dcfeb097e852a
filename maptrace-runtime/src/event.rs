//! The layout of what is written into a ring.
//!
//! A ring is a sequence of 64-bit words. A single operation is one word, the *head*; an episode is a head followed by
//! a number of further words that the head tells: what its kind has, the active span if there is one, and a note if there is
//! more to say:
//!
//! ```text
//! bit 63            32 31          6 5      0
//!     | coarse tick   | map id      | flags, kind |      head
//!     | kind-specific ...                         |      0 to 11 further words
//! ```
//!
//! One word an operation halves the traffic between the cores compared with a 16-byte record; the tick, the id and
//! the kind fit because the tick is coarse and ids are slots of a bounded table.

/// Bits of a head below the id: four for the kind and two flags.
const KIND_BITS: u32 = 6;
/// Set in the head of an episode that has its active span's three words behind the others.
pub(crate) const IN_SPAN: u64 = 1 << 4;
/// Set in the head of an episode that has a note behind all others: its [`note`].
pub(crate) const NOTED: u64 = 1 << 5;
/// Bits of a head that hold the map's id.
const ID_BITS: u32 = 26;
/// The largest id a head can hold.
pub(crate) const MAX_ID: u32 = (1 << ID_BITS) - 1;

/// What a head stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum EventKind {
    AssignNew = 0,
    AssignReplaced = 1,
    DeleteHit = 2,
    DeleteMiss = 3,
    Create = 4,
    Free = 5,
    Grow = 6,
    RehashInPlace = 7,
    Shrink = 8,
    Clear = 9,
    Batch = 10,
    /// Events were lost here. Not an event itself: it is neither emitted nor delivered.
    Gap = 11,
    /// A single operation took long. The operation itself is an event, or a count, of its own.
    Slow = 12,
}

/// Number of kinds that are single operations; their numbers come first and index count arrays.
pub(crate) const OPS: usize = 4;

/// The most words one event takes: a head, seven words of a batch, three of its active span and a note.
pub(crate) const MAX_WORDS: usize = 12;

impl EventKind {
    pub(crate) const fn from_head(head: u64) -> Option<Self> {
        Some(match head & (IN_SPAN - 1) {
            0 => Self::AssignNew,
            1 => Self::AssignReplaced,
            2 => Self::DeleteHit,
            3 => Self::DeleteMiss,
            4 => Self::Create,
            5 => Self::Free,
            6 => Self::Grow,
            7 => Self::RehashInPlace,
            8 => Self::Shrink,
            9 => Self::Clear,
            10 => Self::Batch,
            11 => Self::Gap,
            12 => Self::Slow,
            _ => return None,
        })
    }

    /// Words after the head, those of the active span aside.
    pub(crate) const fn payload_words(self) -> usize {
        match self {
            Self::AssignNew | Self::AssignReplaced | Self::DeleteHit | Self::DeleteMiss | Self::Create => 0,
            // The count of lost events.
            Self::Gap => 1,
            // Time of the drop, capacity.
            Self::Free => 2,
            // Start, duration, entries, old and new capacity, tombstones.
            Self::Grow | Self::RehashInPlace | Self::Shrink => 6,
            // Start, duration, entries.
            Self::Clear => 3,
            // Start, duration, operation, entries.
            Self::Slow => 4,
            // Start, duration, door and grows avoided, offered, new, replaced, removed.
            Self::Batch => 7,
        }
    }

    pub(crate) const fn is_op(self) -> bool {
        (self as usize) < OPS
    }
}

/// Words of an active span: trace id (two) and span id.
pub(crate) const CONTEXT_WORDS: usize = 3;

/// What is rarely to be said of an episode: that its active span is not sampled, and the number of the set of spans it
/// is linked to, if it is not 0. An episode of which neither is so has no such word.
pub(crate) const fn note(unsampled: bool, links: u64) -> u64 {
    (links << 1) | unsampled as u64
}

/// What a [`note`] says.
pub(crate) const fn read_note(note: u64) -> (bool, u64) {
    (note & 1 == 1, note >> 1)
}

/// Builds a head out of [`stamp_of`] a tick, and what happened to which map.
#[inline(always)]
pub(crate) const fn head(kind: EventKind, id: u32, stamp: u64) -> u64 {
    (kind as u64) | ((id as u64) << KIND_BITS) | stamp
}

/// A tick where it stands in a head.
pub(crate) const fn stamp_of(tick: u32) -> u64 {
    (tick as u64) << (KIND_BITS + ID_BITS)
}

/// What a head stands for, as an index, if it is a single operation.
#[inline(always)]
pub(crate) const fn op_of(head: u64) -> Option<usize> {
    let kind = (head & ((1 << KIND_BITS) - 1)) as usize;
    if kind < OPS { Some(kind) } else { None }
}

/// The id in a head.
#[inline(always)]
pub(crate) const fn id_of(head: u64) -> u32 {
    ((head >> KIND_BITS) as u32) & MAX_ID
}

/// The tick in a head.
#[inline(always)]
pub(crate) const fn tick_of(head: u64) -> u32 {
    (head >> (KIND_BITS + ID_BITS)) as u32
}
