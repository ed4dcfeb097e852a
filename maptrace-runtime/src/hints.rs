//! What a person should look into, read off one site's counts.
//!
//! A hint is due only where acting on it saves something one can feel: milliseconds in which a caller waited, or
//! megabytes. Small tables get none, whatever their ratios are. Each threshold is a constant with its reason.

use std::fmt;
use std::time::Duration;

use crate::report::units::{bytes, count, duration, grouped, percent};
use crate::snapshot::MapSnapshot;
use crate::table;

/// Fewer pauses than this in sum are not worth a line of code: 1 ms.
const WORTHWHILE_PAUSE: Duration = Duration::from_millis(1);

/// Grows per map from which asking for room once is better. A table reaches 28 entries at its fourth grow.
const MANY_GROWS: u64 = 4;

/// Waste below this is not worth a call: 1 MB.
const WORTHWHILE_BYTES: u64 = 1_000_000;

/// Held to needed bytes from which a table counts as wasteful. A table that just grew holds up to 2.3 times what it
/// needs, and one that lost entries may well get them back; four times is neither.
const WASTE_FACTOR: u64 = 4;

/// Tables that can hold fewer entries than this get no hint on tombstones: they are laid out anew in microseconds.
const SMALL_TABLE: u64 = 1_000;

/// Percentage of a table that tombstones take before it is worth a word.
const MANY_TOMBSTONES: u64 = 50;

/// Deletes below this say nothing about a habit.
const FEW_DELETES: u64 = 1_000;

/// Percentage of deletes that find nothing from which they are worth a word.
const MANY_MISSES: u64 = 50;

/// Percentage of deletes from which a map that never got smaller looks like a leak: hardly a key is taken out.
const NEARLY_ALL_MISSES: u64 = 90;

/// Rehashes in place per map from which they are a habit.
const MANY_REHASHES: u64 = 8;

/// One pause that a request can feel: 10 ms.
const LONG_PAUSE: Duration = Duration::from_millis(10);

/// Advice on the maps of one site; its `Display` is the sentence a person reads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hint {
    /// The maps grew step by step to a size that one call could have asked for.
    Presize {
        /// Grows of all maps.
        grows: u64,
        /// Maps made.
        maps: u64,
        /// What to pass to `with_capacity`: it gives the table that the largest map came to.
        capacity: u64,
        /// Time that would have been saved, at most.
        saved: Duration,
        /// Whether [`saved`](Self::Presize::saved) is exact; else other pauses may be part of it.
        exact: bool,
    },
    /// The tables are far larger than what is in them.
    ShrinkToFit {
        /// Bytes of the tables.
        held: u64,
        /// Entries in them.
        entries: u64,
        /// Live maps.
        maps: u64,
        /// Bytes that `shrink_to_fit` would give back.
        freed: u64,
    },
    /// Much of the table is slots that hold nothing and cannot be used.
    Tombstones {
        /// Such slots.
        tombstones: u64,
        /// Entries the tables can hold.
        capacity: u64,
    },
    /// Many deletes are of keys that are not there.
    Misses {
        /// Deletes that found nothing.
        misses: u64,
        /// All deletes.
        deletes: u64,
    },
    /// The maps are laid out again and again to be rid of tombstones.
    RehashStorm {
        /// Rehashes in place.
        rehashes: u64,
        /// Time they took; grows, if there were any, are part of it.
        pause: Duration,
    },
    /// One operation kept its caller waiting for long.
    LongPause {
        /// How long.
        pause: Duration,
    },
}

impl Hint {
    /// A short name that does not change: `presize`, `shrink_to_fit`, `tombstones`, `misses`, `rehash_storm`, `long_pause`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Presize { .. } => "presize",
            Self::ShrinkToFit { .. } => "shrink_to_fit",
            Self::Tombstones { .. } => "tombstones",
            Self::Misses { .. } => "misses",
            Self::RehashStorm { .. } => "rehash_storm",
            Self::LongPause { .. } => "long_pause",
        }
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Presize {
                grows,
                maps,
                capacity,
                saved,
                exact,
            } => {
                let (grows, saved) = (grouped(grows), duration(saved));
                let up_to = if exact { "" } else { "up to " };
                if maps == 1 {
                    write!(
                        f,
                        "grew {grows} times: with_capacity({capacity}) would have saved {up_to}{saved}"
                    )
                } else {
                    let maps = grouped(maps);
                    write!(
                        f,
                        "{maps} maps grew {grows} times: with_capacity, up to {capacity} as in the largest, \
                         would have saved {up_to}{saved}"
                    )
                }
            }
            Self::ShrinkToFit {
                held,
                entries,
                maps,
                freed,
            } => {
                let (held, freed) = (bytes(held), bytes(freed));
                let noun = if entries == 1 { "entry" } else { "entries" };
                write!(f, "holds {held} for {} {noun}", count(entries))?;
                if maps > 1 {
                    write!(f, " in {} maps", grouped(maps))?;
                }
                write!(f, ": shrink_to_fit would give back {freed}")
            }
            Self::Tombstones { tombstones, capacity } => {
                let share = percent(tombstones, capacity);
                write!(
                    f,
                    "{share} tombstones: lookups walk past them and the next rehash is near; shrink_to_fit clears them"
                )
            }
            Self::Misses { misses, deletes } => {
                let share = percent(misses, deletes);
                write!(f, "{} misses of {} deletes ({share}): ", count(misses), count(deletes))?;
                f.write_str("the keys were gone already or never there")
            }
            Self::RehashStorm { rehashes, pause } => {
                let (rehashes, pause) = (grouped(rehashes), duration(pause));
                write!(
                    f,
                    "rehashed in place {rehashes} times, {pause}: deletes leave tombstones; "
                )?;
                f.write_str("a table with more room (reserve) is laid out anew less often")
            }
            Self::LongPause { pause } => {
                let pause = duration(pause);
                write!(
                    f,
                    "one operation waited {pause} for its table: reserve ahead, where nobody waits"
                )
            }
        }
    }
}

/// The hints that are due for one site, the most useful first.
///
/// Misses come before all else where they look like a leak: 90 % of the deletes, and the map is as large as it ever was.
///
/// | hint | due from |
/// |---|---|
/// | [`Presize`](Hint::Presize) | 4 grows per map, 1,000 entries in the largest, 1 ms of pauses, no storm of more rehashes than grows |
/// | [`RehashStorm`](Hint::RehashStorm) | 8 rehashes in place per map, 10 ms of pauses |
/// | [`LongPause`](Hint::LongPause) | one pause of 10 ms that none of the two above speaks of |
/// | [`ShrinkToFit`](Hint::ShrinkToFit) | 4 times the bytes needed, 1 MB to give back |
/// | [`Tombstones`](Hint::Tombstones) | 50 % of a capacity of 1,000 |
/// | [`Misses`](Hint::Misses) | 50 % of 1,000 deletes |
///
/// Costs a few comparisons; it allocates only for the hints it returns.
///
/// # Examples
///
/// ```
/// use std::{sync::Arc, time::Duration};
/// use maptrace_runtime::{Kind, MapSnapshot, SiteInfo, hints};
///
/// let mut map = MapSnapshot::new(Arc::new(SiteInfo::new(0, "sessions", Kind::HashMap)));
/// assert!(hints(&map).is_empty());
///
/// (map.created, map.live, map.grows) = (1, 1, 14);
/// (map.largest, map.pause_total) = (199_730, Duration::from_millis(31));
/// assert_eq!(
///     hints(&map)[0].to_string(),
///     "grew 14 times: with_capacity(200000) would have saved 31 ms",
/// );
/// ```
#[must_use]
pub fn hints(map: &MapSnapshot) -> Vec<Hint> {
    let leak = looks_like_a_leak(map);
    let mut due = Vec::new();
    let mut add = |hint: Option<Hint>| {
        if let Some(hint) = hint {
            due.push(hint);
        }
    };
    if leak {
        add(misses(map));
    }
    add(presize(map));
    add(rehash_storm(map));
    add(long_pause(map));
    add(shrink_to_fit(map));
    add(tombstones(map));
    if !leak {
        add(misses(map));
    }
    due
}

/// Grows and rehashes share one pause. Where most of it is a storm of rehashes, room asked for once saves little of it,
/// so the storm's hint alone speaks of it.
fn presize(map: &MapSnapshot) -> Option<Hint> {
    let maps = map.created.max(1);
    let stormy = map.rehashes > map.grows && rehash_storm(map).is_some();
    let due = !stormy
        && map.site.kind.is_table()
        && map.pause_total >= WORTHWHILE_PAUSE
        && map.grows / maps >= MANY_GROWS
        && map.largest >= SMALL_TABLE;
    due.then(|| Hint::Presize {
        grows: map.grows,
        maps,
        capacity: round_capacity(map.largest.max(map.presize)),
        saved: map.pause_total,
        // A map that is made with room for the largest pays nothing; the others cannot be told apart here.
        exact: maps == 1 && map.rehashes == 0,
    })
}

fn rehash_storm(map: &MapSnapshot) -> Option<Hint> {
    let due = map.rehashes / map.created.max(1) >= MANY_REHASHES && map.pause_total >= LONG_PAUSE;
    due.then_some(Hint::RehashStorm {
        rehashes: map.rehashes,
        pause: map.pause_total,
    })
}

/// Only where no other hint speaks of the same pause.
fn long_pause(map: &MapSnapshot) -> Option<Hint> {
    let due = map.pause_max >= LONG_PAUSE && presize(map).is_none() && rehash_storm(map).is_none();
    due.then_some(Hint::LongPause { pause: map.pause_max })
}

fn shrink_to_fit(map: &MapSnapshot) -> Option<Hint> {
    let held = map.held_bytes?;
    let freed = held.saturating_sub(map.needed_bytes);
    let due = freed >= WORTHWHILE_BYTES && held >= map.needed_bytes.saturating_mul(WASTE_FACTOR);
    due.then_some(Hint::ShrinkToFit {
        held,
        entries: map.entries,
        maps: map.live,
        freed,
    })
}

fn tombstones(map: &MapSnapshot) -> Option<Hint> {
    let (tombstones, capacity) = (map.tombstones?, map.capacity?);
    let due = capacity >= SMALL_TABLE && at_least(tombstones, capacity, MANY_TOMBSTONES);
    due.then_some(Hint::Tombstones { tombstones, capacity })
}

fn misses(map: &MapSnapshot) -> Option<Hint> {
    let misses = map.totals.deletes_miss;
    let deletes = misses.saturating_add(map.totals.deletes_hit);
    let due = deletes >= FEW_DELETES && at_least(misses, deletes, MANY_MISSES);
    due.then_some(Hint::Misses { misses, deletes })
}

/// Whether entries go in and, for all the deletes, hardly any comes out.
fn looks_like_a_leak(map: &MapSnapshot) -> bool {
    let misses = map.totals.deletes_miss;
    let deletes = misses.saturating_add(map.totals.deletes_hit);
    // Of several maps the entries are a sum and the largest is one's, which do not compare.
    map.live == 1
        && map.largest >= SMALL_TABLE
        && map.entries >= map.largest
        && at_least(misses, deletes, NEARLY_ALL_MISSES)
}

fn at_least(part: u64, whole: u64, percentage: u64) -> bool {
    u128::from(part) * 100 >= u128::from(whole) * u128::from(percentage)
}

/// `entries` rounded up to as few digits as a person would write, two at least, that do not ask for a larger table.
fn round_capacity(entries: u64) -> u64 {
    let mut step = 1_u64;
    while entries / step >= 100 {
        step *= 10;
    }
    loop {
        let round = entries.div_ceil(step).saturating_mul(step);
        // With a step of 1 the two are the same.
        if buckets(round) == buckets(entries) {
            return round;
        }
        step /= 10;
    }
}

/// Buckets of a hash table for so many entries. How large an entry is matters only below [`SMALL_TABLE`].
fn buckets(entries: u64) -> u64 {
    table::buckets_for(entries, size_of::<u64>() as u64)
}

#[cfg(test)]
mod tests;
