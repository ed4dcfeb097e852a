//! Words of a ring, and what they say.

use std::time::Duration;

/// How words are divided. A file says so too, and another way is refused.
pub(crate) const LOW_BITS: u32 = 18;
pub(crate) const ID_BITS: u32 = 22;
pub(crate) const TICK_BITS: u32 = 24;
/// Nanoseconds of a tick are two to this.
pub(crate) const TICK_SHIFT: u32 = 20;
pub(crate) const PACKED: u32 = 8;
/// Kinds of operations.
pub(crate) const OPS: usize = 4;

/// Set in heads; not set in words of operations.
const HEAD: u64 = 1 << (LOW_BITS - 1);
const IN_SPAN: u64 = 1 << 4;
const NOTED: u64 = 1 << 5;
/// The most words of one event, a gap before it included.
pub(crate) const MAX_WORDS: u64 = 14;

/// Something that a thread did to a map.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// When, in nanoseconds since [`Process::started`](crate::Process::started). Of operations that is the time of the
    /// collector's pass before it, which under load is a few milliseconds ago, and a quarter of a second at most.
    pub at: u64,
    /// The [`Map::site`](crate::Map::site) of its map; `None` if the map is gone and nobody knows which it was.
    pub site: Option<u32>,
    /// The [`Instance::serial`](crate::Instance::serial) of its map, if the map has a record of its own.
    pub instance: Option<u64>,
    /// Where in its thread's stream: of two events of a thread the later one has the larger place.
    pub place: u64,
    /// Whether it was not this thread but an earlier one, which is gone, and whose ring this thread has.
    pub earlier: bool,
    /// What it did.
    pub what: What,
}

/// What a thread did to a map.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "fields are named for what they are")]
pub enum What {
    /// An entry was put in: a new one, or in the place of another with that key.
    Assign { new: bool },
    /// An entry was taken out, or was not there.
    Delete { hit: bool },
    /// The map was changed for the first time.
    Create,
    /// The map was dropped.
    Free { capacity: u64 },
    /// Its table was made larger. The duration is `None` if it was not timed.
    Grow {
        duration: Option<Duration>,
        entries: u64,
        old_capacity: u64,
        new_capacity: u64,
        tombstones: u64,
    },
    /// Its table was laid out anew without becoming larger.
    RehashInPlace {
        duration: Option<Duration>,
        entries: u64,
        capacity: u64,
        tombstones: u64,
    },
    /// Its table was made smaller.
    Shrink {
        duration: Option<Duration>,
        entries: u64,
        old_capacity: u64,
        new_capacity: u64,
    },
    /// It was cleared.
    Clear { duration: Option<Duration>, entries: u64 },
    /// Many entries at once went in or out.
    Batch {
        duration: Option<Duration>,
        door: &'static str,
        offered: u64,
        new: u64,
        replaced: u64,
        removed: u64,
    },
    /// A single operation took long.
    Slow {
        duration: Option<Duration>,
        operation: &'static str,
        entries: u64,
    },
    /// A map without a record of its own was changed for the first time.
    YoungBegins,
    /// A map without a record of its own was dropped.
    YoungEnds { entries: u64 },
    /// Such a map has grown, and has a record of its own from now on.
    Promoted,
    /// Events were lost here.
    Gap { lost: u64 },
}

impl What {
    /// A word for it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Assign { .. } => "assign",
            Self::Delete { .. } => "delete",
            Self::Create | Self::YoungBegins => "create",
            Self::Free { .. } | Self::YoungEnds { .. } => "free",
            Self::Grow { .. } => "grow",
            Self::RehashInPlace { .. } => "rehash",
            Self::Shrink { .. } => "shrink",
            Self::Clear { .. } => "clear",
            Self::Batch { .. } => "batch",
            Self::Slow { .. } => "slow",
            Self::Promoted => "promoted",
            Self::Gap { .. } => "gap",
        }
    }

    /// How an operation went: `new` or `replaced`, `hit` or `miss`.
    #[must_use]
    pub fn result(&self) -> Option<&'static str> {
        match self {
            Self::Assign { new: true } => Some("new"),
            Self::Assign { new: false } => Some("replaced"),
            Self::Delete { hit: true } => Some("hit"),
            Self::Delete { hit: false } => Some("miss"),
            _ => None,
        }
    }

    /// How long it took, if that is known.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        match self {
            Self::Grow { duration, .. }
            | Self::RehashInPlace { duration, .. }
            | Self::Shrink { duration, .. }
            | Self::Clear { duration, .. }
            | Self::Batch { duration, .. }
            | Self::Slow { duration, .. } => *duration,
            _ => None,
        }
    }

    pub(crate) fn of_op(op: usize) -> Self {
        match op {
            0 => Self::Assign { new: true },
            1 => Self::Assign { new: false },
            2 => Self::Delete { hit: true },
            _ => Self::Delete { hit: false },
        }
    }
}

pub(crate) fn is_ops(word: u64) -> bool {
    word & HEAD == 0
}

fn low_bits(word: u64) -> u64 {
    word & (HEAD - 1)
}

pub(crate) fn ops_in(word: u64) -> u32 {
    ((u64::BITS - 1 - (low_bits(word) | 1).leading_zeros()) / 2).min(PACKED)
}

/// The operations of a word but for the first `n`, oldest first.
pub(crate) fn ops_after(word: u64, n: u32) -> impl Iterator<Item = usize> {
    (0..ops_in(word).saturating_sub(n))
        .rev()
        .map(move |i| ((word >> (2 * i)) & 3) as usize)
}

pub(crate) fn id_of(word: u64) -> u32 {
    ((word >> LOW_BITS) as u32) & ((1 << ID_BITS) - 1)
}

/// The time of a word that was written before `now`, in nanoseconds.
pub(crate) fn time_of(word: u64, now: u64) -> u64 {
    let now_tick = now >> TICK_SHIFT;
    let mask = u32::MAX >> (u32::BITS - TICK_BITS);
    let age = (now_tick as u32).wrapping_sub((word >> (LOW_BITS + ID_BITS)) as u32) & mask;
    // One that was published a moment after is of now.
    let age = if age > mask / 2 { 0 } else { age };
    now_tick.saturating_sub(u64::from(age)) << TICK_SHIFT
}

/// A head and what is behind it.
#[derive(Clone)]
pub(crate) struct Episode {
    pub(crate) kind: Kind,
    pub(crate) id: u32,
    /// When it began, if it says so; 0 if not.
    pub(crate) start: u64,
    pub(crate) what: What,
}

/// What concerns the counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Free,
    /// Took so long, and moved a table of so many entries to one of so many.
    Pause {
        duration: u64,
        old: u64,
        new: u64,
    },
    YoungBegins {
        class: u8,
        grew: bool,
    },
    YoungEnds {
        class: u8,
        entries: u64,
    },
    Promoted {
        to: u32,
        class: u8,
        counts: [u8; OPS],
    },
    Gap,
    Other,
}

const DOORS: [&str; 10] = [
    "put_all",
    "extend",
    "from_iter",
    "clone",
    "append",
    "retain",
    "drain",
    "extract_if",
    "truncate",
    "splice",
];
const OPERATIONS: [&str; 3] = ["assign", "delete", "entry"];

/// How many words there are with this head; `None` if it is no head that is known.
pub(crate) fn words_of(head: u64) -> Option<u64> {
    let payload = match head & (IN_SPAN - 1) {
        4 | 13 => 0,
        11 | 14 => 1,
        5 => 2,
        6..=8 => 6,
        9 => 3,
        12 => 4,
        10 => 7,
        _ => return None,
    };
    // What these say is in the bits that others have flags in.
    if matches!(head & (IN_SPAN - 1), 4 | 11 | 13 | 14) {
        return Some(1 + payload);
    }
    Some(1 + payload + 3 * u64::from(head & IN_SPAN != 0) + u64::from(head & NOTED != 0))
}

/// What a head and its payload say. There are as many words as [`words_of`] has said.
pub(crate) fn read(head: u64, word: impl Fn(u64) -> u64) -> Episode {
    let timed = |duration: u64| (duration != 0).then(|| Duration::from_nanos(duration));
    let [start, duration, a, b, c, d] = [1, 2, 3, 4, 5, 6].map(&word);
    let (kind, start, what) = match head & (IN_SPAN - 1) {
        4 => (Kind::Other, 0, What::Create),
        5 => (Kind::Free, start, What::Free { capacity: duration }),
        6 => {
            let what = What::Grow {
                duration: timed(duration),
                entries: a,
                old_capacity: b,
                new_capacity: c,
                tombstones: d,
            };
            (
                Kind::Pause {
                    duration,
                    old: b,
                    new: c,
                },
                start,
                what,
            )
        }
        7 => {
            let what = What::RehashInPlace {
                duration: timed(duration),
                entries: a,
                capacity: c,
                tombstones: d,
            };
            (
                Kind::Pause {
                    duration,
                    old: 0,
                    new: 0,
                },
                start,
                what,
            )
        }
        8 => (
            Kind::Other,
            start,
            What::Shrink {
                duration: timed(duration),
                entries: a,
                old_capacity: b,
                new_capacity: c,
            },
        ),
        9 => (
            Kind::Other,
            start,
            What::Clear {
                duration: timed(duration),
                entries: a,
            },
        ),
        10 => {
            let door = DOORS.get((a & 0xFF) as usize).copied().unwrap_or("batch");
            let what = What::Batch {
                duration: timed(duration),
                door,
                offered: b,
                new: c,
                replaced: d,
                removed: word(7),
            };
            (Kind::Other, start, what)
        }
        11 => (Kind::Gap, 0, What::Gap { lost: start }),
        12 => {
            let operation = OPERATIONS.get(a as usize).copied().unwrap_or("operation");
            (
                Kind::Other,
                start,
                What::Slow {
                    duration: timed(duration),
                    operation,
                    entries: b,
                },
            )
        }
        13 => {
            let rest = low_bits(head) >> 6;
            let class = (rest & 7) as u8;
            if rest & (1 << 10) == 0 {
                (
                    Kind::YoungBegins {
                        class,
                        grew: rest & 8 != 0,
                    },
                    0,
                    What::YoungBegins,
                )
            } else {
                let entries = rest >> 3 & 0x7F;
                (Kind::YoungEnds { class, entries }, 0, What::YoungEnds { entries })
            }
        }
        14 => {
            let to = start as u32 & ((1 << ID_BITS) - 1);
            let counts = ((start >> 32) as u32).to_le_bytes();
            (
                Kind::Promoted {
                    to,
                    class: (start >> ID_BITS) as u8 & 7,
                    counts,
                },
                0,
                What::Promoted,
            )
        }
        _ => (Kind::Other, 0, What::Create),
    };
    Episode {
        kind,
        id: id_of(head),
        start,
        what,
    }
}
