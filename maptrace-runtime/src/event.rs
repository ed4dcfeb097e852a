//! The layout of what is written into a ring.
//!
//! A ring is a sequence of 64-bit words. Single operations are packed: a word has those that one map saw in one tick, one
//! after the other, two bits each, at most [`PACKED`]; a one bit in front of them says how many there are. An episode is a
//! *head*, and behind it a number of further words that the head tells: what its kind has, the active span if there is
//! one, and a note if there is more to say:
//!
//! ```text
//! bit 63       40 39       18   17   16         0
//!     | tick      | map id    | 0  | 1, operations  |     a word of operations, the latest in bits 0 and 1
//!     | tick      | map id    | 1  | rest, flags, kind |  a head
//!     | kind-specific ...                           |     0 to 11 further words
//! ```
//!
//! A thread that goes on with the same map rewrites its last word instead of taking another one: a quarter byte an
//! operation is an eighth and less of the traffic between the cores that a word each is, and with it half of the price went. What
//! is known of each operation is the same: which map, which kind, in which order, in which tick. The tick and the id fit
//! because the tick is coarse and ids are slots of a bounded table.

/// Bits of a word below the id.
pub(crate) const LOW_BITS: u32 = 18;
/// Bits of a word that hold the map's id.
pub(crate) const ID_BITS: u32 = 22;
/// Set in heads; not set in words of operations.
const HEAD: u64 = 1 << (LOW_BITS - 1);
/// Set in the head of an episode that has its active span's three words behind the others.
pub(crate) const IN_SPAN: u64 = 1 << 4;
/// Set in the head of an episode that has a note behind all others: its [`note`].
pub(crate) const NOTED: u64 = 1 << 5;
/// The largest id a word can hold.
pub(crate) const MAX_ID: u32 = (1 << ID_BITS) - 1;
/// Bits of the tick.
pub(crate) const TICK_BITS: u32 = u64::BITS - LOW_BITS - ID_BITS;

/// Operations that fit into one word.
pub(crate) const PACKED: u32 = 8;
/// The low bits of a word of operations to which one more can be added are below this.
const FULL: u64 = 1 << (2 * PACKED - 1);
const _: () = assert!(
    2 * PACKED < LOW_BITS - 1,
    "eight operations and the bit in front of them"
);

/// No operation and no head: where the next word of operations will be written. Its low bits are above [`FULL`], whatever
/// the map, so that nothing is ever added to it.
pub(crate) const NOTHING: u64 = u64::MAX;

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
    /// A map without a record of its own begins or ends: [`YoungWord`].
    Young = 13,
    /// Such a map got a record: [`Promotion`].
    Promoted = 14,
}

/// Number of kinds that are single operations; their numbers come first, are two bits and index count arrays.
pub(crate) const OPS: usize = 4;

/// The most words one event takes: a head, seven words of a batch, three of its active span and a note.
pub(crate) const MAX_WORDS: usize = 12;

impl EventKind {
    /// What a head says.
    pub(crate) const fn from_head(head: u64) -> Option<Self> {
        Some(match head & (IN_SPAN - 1) {
            4 => Self::Create,
            5 => Self::Free,
            6 => Self::Grow,
            7 => Self::RehashInPlace,
            8 => Self::Shrink,
            9 => Self::Clear,
            10 => Self::Batch,
            11 => Self::Gap,
            12 => Self::Slow,
            13 => Self::Young,
            14 => Self::Promoted,
            _ => return None,
        })
    }

    /// Words after the head, those of the active span aside.
    pub(crate) const fn payload_words(self) -> usize {
        match self {
            Self::AssignNew | Self::AssignReplaced | Self::DeleteHit | Self::DeleteMiss => 0,
            // All that is to be said is in the head.
            Self::Create | Self::Young => 0,
            // The count of lost events.
            Self::Gap => 1,
            // Whose record, and what is counted there from now on.
            Self::Promoted => 1,
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

/// What the head of a [`Young`](EventKind::Young) event says: the bits between flags and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum YoungWord {
    /// The map was changed for the first time; its table has this size now, and was made by that change if it `grew`.
    Begin { class: u8, grew: bool },
    /// It was dropped, with so many entries in it and a table of this size.
    End { class: u8, entries: u8 },
}

impl YoungWord {
    /// The most entries that can be told.
    pub(crate) const MAX_ENTRIES: usize = 127;
    const SHIFT: u32 = 6;
    const END: u64 = 1 << 10;

    pub(crate) const fn head(self, key: u64) -> u64 {
        let rest = match self {
            Self::Begin { class, grew } => class as u64 | (grew as u64) << 3,
            Self::End { class, entries } => Self::END | class as u64 | (entries as u64) << 3,
        };
        head(EventKind::Young, key) | rest << Self::SHIFT
    }

    /// Whether the head tells of a table of a size that there is.
    #[cfg(not(maptrace_loom))]
    #[inline(always)]
    pub(crate) const fn is_sound(head: u64) -> bool {
        (low_bits(head) >> Self::SHIFT & 7) < crate::table::CLASSES.len() as u64
    }

    pub(crate) const fn of(head: u64) -> Self {
        let rest = low_bits(head) >> Self::SHIFT;
        let class = (rest & 7) as u8;
        if rest & Self::END == 0 {
            Self::Begin {
                class,
                grew: rest & 8 != 0,
            }
        } else {
            Self::End {
                class,
                entries: (rest >> 3 & 0x7F) as u8,
            }
        }
    }
}

/// What the second word of a [`Promoted`](EventKind::Promoted) event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Promotion {
    /// The record that the map has from now on.
    pub(crate) id: u32,
    /// The size of its table.
    pub(crate) class: u8,
    /// Its operations so far.
    pub(crate) counts: [u8; OPS],
}

impl Promotion {
    pub(crate) const fn word(self) -> u64 {
        let [a, b, c, d] = self.counts;
        self.id as u64 | (self.class as u64) << ID_BITS | (u32::from_le_bytes([a, b, c, d]) as u64) << 32
    }

    pub(crate) const fn of(word: u64) -> Self {
        Self {
            id: word as u32 & MAX_ID,
            class: (word >> ID_BITS) as u8 & 7,
            counts: ((word >> 32) as u32).to_le_bytes(),
        }
    }
}

/// Words of an active span: trace id (two) and span id.
pub(crate) const CONTEXT_WORDS: usize = 3;

/// Sixteen bytes as the two words that they lie in. Without an iterator or a `try_into`, each of which is 200 lines of LLVM IR.
pub(crate) const fn two_words(bytes: [u8; 16]) -> [u64; 2] {
    let all = u128::from_le_bytes(bytes);
    [(all as u64).to_le(), ((all >> 64) as u64).to_le()]
}

/// The bytes of [`two_words`].
pub(crate) const fn sixteen_bytes([first, second]: [u64; 2]) -> [u8; 16] {
    (u64::from_le(first) as u128 | (u64::from_le(second) as u128) << 64).to_le_bytes()
}

/// What is rarely to be said of an episode: that its active span is not sampled, and the number of the set of spans it
/// is linked to, if it is not 0. An episode of which neither is so has no such word.
pub(crate) const fn note(unsampled: bool, links: u64) -> u64 {
    (links << 1) | unsampled as u64
}

/// What a [`note`] says.
pub(crate) const fn read_note(note: u64) -> (bool, u64) {
    (note & 1 == 1, note >> 1)
}

/// What stands above the low bits of each word about this map, at [`stamp_of`] a tick.
#[inline(always)]
pub(crate) const fn key(id: u32, stamp: u64) -> u64 {
    map_bits(id) | stamp
}

/// What each word about this map has of it.
#[inline(always)]
pub(crate) const fn map_bits(id: u32) -> u64 {
    (id as u64) << LOW_BITS
}

/// Builds a head.
pub(crate) const fn head(kind: EventKind, key: u64) -> u64 {
    key | HEAD | kind as u64
}

/// A word of one operation.
#[inline(always)]
pub(crate) const fn first_op(key: u64, op: u64) -> u64 {
    key | 1 << 2 | op
}

/// `word` with one operation more, if it is a word of operations of the same map and tick, and not full.
#[inline(always)]
pub(crate) const fn one_more_op(word: u64, key: u64, op: u64) -> Option<u64> {
    let ops = word ^ key;
    // The sum of bits that are apart: one instruction for two of them.
    if ops < FULL {
        Some(key + ((ops << 2) + op))
    } else {
        None
    }
}

/// Whether it is a word of operations.
#[inline(always)]
pub(crate) const fn is_ops(word: u64) -> bool {
    word & HEAD == 0
}

/// How many operations are in a word of operations.
#[inline]
pub(crate) const fn ops_in(word: u64) -> u32 {
    // All but the id and the tick; at least the bit in front, except in a slot that nobody has written to.
    (u64::BITS - 1 - (low_bits(word) | 1).leading_zeros()) / 2
}

/// A word of operations without the first `n` of those in it, which are the oldest.
pub(crate) const fn without_first(word: u64, n: u32) -> u64 {
    let left = ops_in(word).saturating_sub(n);
    (word >> LOW_BITS << LOW_BITS) | 1 << (2 * left) | (word & ((1 << (2 * left)) - 1))
}

/// The operations in a word of operations, oldest first, as indices.
pub(crate) fn each_op(word: u64) -> impl Iterator<Item = usize> {
    (0..ops_in(word)).rev().map(move |i| ((word >> (2 * i)) & 3) as usize)
}

/// What is below the id in a word of operations.
#[inline(always)]
pub(crate) const fn low_bits(word: u64) -> u64 {
    word & (HEAD - 1)
}

/// A tick where it stands in a word.
pub(crate) const fn stamp_of(tick: u32) -> u64 {
    (tick as u64) << (LOW_BITS + ID_BITS)
}

/// The id in a word.
#[inline(always)]
pub(crate) const fn id_of(word: u64) -> u32 {
    ((word >> LOW_BITS) as u32) & MAX_ID
}

/// The tick in a word.
#[inline(always)]
pub(crate) const fn tick_of(word: u64) -> u32 {
    (word >> (LOW_BITS + ID_BITS)) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn operations_come_out_as_they_went_in(
            id in 0..=MAX_ID,
            tick in 0_u32..1 << TICK_BITS,
            ops in proptest::collection::vec(0_u64..4, 1..40),
            seen in 0_u32..9,
        ) {
            let key = key(id, stamp_of(tick));
            let mut words = vec![];
            for &op in &ops {
                match words.last_mut().and_then(|last| one_more_op(*last, key, op).map(|word| *last = word)) {
                    Some(()) => {}
                    None => words.push(first_op(key, op)),
                }
            }
            prop_assert_eq!(words.len(), ops.len().div_ceil(PACKED as usize));
            prop_assert!(words.iter().all(|&word| is_ops(word) && id_of(word) == id && tick_of(word) == tick));
            prop_assert_eq!(words.iter().map(|&word| ops_in(word)).sum::<u32>(), ops.len() as u32);
            let out: Vec<u64> = words.iter().flat_map(|&word| each_op(word)).map(|op| op as u64).collect();
            prop_assert_eq!(&out, &ops);
            let rest = without_first(words[0], seen);
            let left: Vec<u64> = each_op(rest).map(|op| op as u64).collect();
            prop_assert_eq!(&left[..], &ops[seen.min(ops_in(words[0])) as usize..ops_in(words[0]) as usize]);
            prop_assert_eq!((id_of(rest), tick_of(rest), is_ops(rest)), (id, tick, true));
        }

        #[test]
        fn what_is_said_of_a_young_map_is_read(
            id in 0..=MAX_ID,
            class in 0_u8..8,
            entries in 0..=YoungWord::MAX_ENTRIES as u8,
            grew in any::<bool>(),
            counts in any::<[u8; OPS]>(),
        ) {
            let key = key(id, stamp_of(9));
            for said in [YoungWord::Begin { class, grew }, YoungWord::End { class, entries }] {
                let head = said.head(key);
                prop_assert_eq!(YoungWord::of(head), said);
                prop_assert_eq!((id_of(head), tick_of(head), is_ops(head)), (id, 9, false));
                prop_assert_eq!(EventKind::from_head(head), Some(EventKind::Young));
                prop_assert_eq!(head & (IN_SPAN | NOTED), 0);
            }
            let promotion = Promotion { id, class, counts };
            prop_assert_eq!(Promotion::of(promotion.word()), promotion);
        }

        #[test]
        fn nothing_is_added_to_what_is_not_of_the_same_map_and_tick(
            id in 0..=MAX_ID,
            tick in 0_u32..1 << TICK_BITS,
            other in 0..=MAX_ID,
            later in 0_u32..1 << TICK_BITS,
        ) {
            let (mine, theirs) = (key(id, stamp_of(tick)), key(other, stamp_of(later)));
            prop_assert_eq!(one_more_op(first_op(theirs, 0), mine, 0).is_some(), mine == theirs);
            for kind in 4..15 {
                let head = mine | HEAD | kind;
                prop_assert!(one_more_op(head, mine, 3).is_none());
                prop_assert!(!is_ops(head));
                prop_assert_eq!(EventKind::from_head(head).map(|kind| kind as u64), Some(kind));
            }
            prop_assert!(one_more_op(NOTHING, mine, 3).is_none());
            prop_assert!(!is_ops(NOTHING));
        }
    }
}
