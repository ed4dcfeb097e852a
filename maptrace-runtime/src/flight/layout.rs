//! What lies where in a file of the flight recorder, as `docs/flight-format.md` has it. Whoever changes anything here
//! changes it there, and [`VERSION`].

use std::sync::atomic::{AtomicU32, AtomicU64};

use crate::event::{ID_BITS, LOW_BITS, OPS, PACKED, TICK_BITS};
use crate::registry::{Drained, Record};
use crate::ring::{Ends, MARKS};
use crate::snapshot::Cause;
use crate::table::CLASSES;
use crate::thread::Told;

/// At the beginning of the file.
pub(super) const MAGIC: [u8; 8] = *b"MAPTRACE";
/// At the beginning of each segment.
pub(super) const SEGMENT_MAGIC: [u8; 8] = *b"MTSEGMNT";
/// Major and minor. A reader refuses a major version that it does not know, and need not care for the minor one.
pub(super) const VERSION: [u16; 2] = [1, 1];
/// As bytes it tells the order of all others.
pub(super) const ENDIANNESS: u32 = 0x0403_0201;
/// How words of a ring are divided.
pub(super) const WORDS: [u8; 8] =
    [LOW_BITS as u8, ID_BITS as u8, TICK_BITS as u8, crate::clock::TICK_SHIFT as u8, PACKED as u8, OPS as u8, 0, 0];

/// Where in the file the [`Live`] block is. What is before it is written once.
pub(super) const LIVE_AT: u64 = 512;
/// Most bytes of the program's name.
pub(super) const PROGRAM_BYTES: usize = 64;

/// Most bytes of maptrace's version.
pub(super) const VERSION_BYTES: usize = 32;

/// The state of the recording.
#[derive(Clone, Copy)]
#[repr(u32)]
pub(super) enum State {
    Running = 1,
    /// The process ended by itself: the handlers of its exit were run.
    Ended = 2,
}

/// What the collector last said.
#[repr(C)]
pub(super) struct Live {
    pub(super) state: AtomicU32,
    /// The number of the hub whose maps these are: a record's `owner`.
    pub(super) hub: AtomicU32,
    /// When the last pass began, in nanoseconds since the anchor.
    pub(super) pass_at: AtomicU64,
    pub(super) passes: AtomicU64,
    /// 1 while the collector is at work: what it moves from one place to another may then be in both or in neither.
    pub(super) busy: AtomicU64,
    pub(super) delivered: AtomicU64,
    pub(super) gaps: AtomicU64,
    pub(super) past_cap: AtomicU64,
    /// Segments that could not be made.
    pub(super) missing: AtomicU64,
    /// Events lost outside any ring, by cause.
    pub(super) dropped: [AtomicU64; Cause::ALL.len()],
    /// Bytes of the file that are in use: one that is shorter was cut off.
    pub(super) used: AtomicU64,
}

/// What a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum SegmentKind {
    /// Text, without an order.
    Names = 1,
    /// [`SITES`] sites; its number is that of the first one.
    Sites = 2,
    /// Records of maps; its number is the id of the first one.
    Records = 3,
    /// What was drained of maps; its number is the id of the first one.
    Drained = 4,
    /// The ring of a thread.
    Ring = 5,
}

/// The first bytes of each segment.
pub(super) const SEGMENT_HEADER: u64 = 128;
/// Where in a segment its state is.
pub(super) const SEGMENT_STATE: u64 = 40;

/// The state of a segment.
#[derive(Clone, Copy)]
#[repr(u32)]
pub(super) enum SegmentState {
    InUse = 1,
}

/// Sites of one segment.
pub(super) const SITES: u32 = 64;

/// Figures of a site; see [`Filed::tally`].
pub(crate) const TALLY_WORDS: usize = 17 + CLASSES.len() + 3;

/// A site.
#[repr(C, align(128))]
pub(super) struct Filed {
    /// 1 once all of the first part is there.
    pub(super) state: AtomicU32,
    /// The place of its kind in the enumeration of kinds.
    pub(super) kind: AtomicU32,
    pub(super) line: AtomicU32,
    pub(super) sample: AtomicU32,
    pub(super) entry_size: AtomicU64,
    /// 1 if an attribute declared it.
    pub(super) declared: AtomicU64,
    /// Name, label of the type, name of the type, file, function: where in the file, and how many bytes.
    pub(super) texts: [[AtomicU64; 2]; 5],
    /// Maps that are gone, and the histograms' sums: what the collector knows of the site beside the records.
    pub(super) tally: [AtomicU64; TALLY_WORDS],
    rest: [u64; 23],
}

/// What is before the slots in the segment of a ring.
#[repr(C, align(128))]
pub(super) struct RingHead {
    pub(super) ends: Ends,
    pub(super) told: Told,
}

/// Where the slots of a ring are in its segment.
pub(super) const SLOTS_AT: u64 = 1024;

/// Types of which each pattern of bits is a value, and all of whose words are atomics: they may lie in memory that is zero
/// so far and that other processes read.
pub(super) trait Shared {}
impl Shared for Live {}
impl Shared for Filed {}
impl Shared for RingHead {}
impl Shared for Record {}
impl Shared for Drained {}
impl Shared for AtomicU32 {}
impl Shared for crate::sync::Slot {}

const _: () = {
    use std::mem::offset_of;
    assert!(offset_of!(Live, dropped) == 64 && Cause::ALL.len() == 8 && offset_of!(Live, used) == 128);
    assert!(LIVE_AT + size_of::<Live>() as u64 <= 4096);
    assert!(offset_of!(Filed, texts) == 32 && offset_of!(Filed, tally) == 112);
    assert!(size_of::<Filed>() == 512 && TALLY_WORDS == 27);
    assert!(offset_of!(RingHead, told) == 512 && MARKS == 8);
    assert!(SEGMENT_HEADER as usize + size_of::<RingHead>() <= SLOTS_AT as usize);
    assert!(size_of::<crate::sync::Slot>() == 8);
};
