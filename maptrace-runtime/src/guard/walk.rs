//! Reading a ring's words from aside, event by event.

use std::sync::atomic::Ordering;

use crate::clock;
use crate::event::{CONTEXT_WORDS, EventKind, IN_SPAN, NOTED, each_op, head, id_of, is_ops, key, stamp_of, tick_of};
use crate::registry;
use crate::ring::{Pages, Ring};

/// What stands in a ring.
pub(super) enum Found {
    /// A word of operations.
    Ops(u64),
    /// Another event: its head, and the word behind that.
    Event(EventKind, u64, u64),
}

/// Hands on what is in these pages, oldest first, as long as `each` wants more. Where an event begins is told as well, by how
/// many words are before it. Returns whether all was wanted.
fn walk(pages: &Pages<'_>, mut each: impl FnMut(u64, Found) -> bool) -> bool {
    let len = pages.len();
    let mut at = 0;
    while at < len {
        let word = pages.word(at);
        if is_ops(word) {
            if !each(at, Found::Ops(word)) {
                return false;
            }
            at += 1;
            continue;
        }
        // Of a word that is no head the producer has written over it: who asks what is lost is told so.
        let Some(kind) = EventKind::from_head(word) else {
            at += 1;
            continue;
        };
        if !each(at, Found::Event(kind, word, pages.word(at + 1))) {
            return false;
        }
        let context = if word & IN_SPAN == 0 { 0 } else { CONTEXT_WORDS };
        at += 1 + (kind.payload_words() + context) as u64 + u64::from(word & NOTED != 0);
    }
    let open = pages.word(len);
    !is_ops(open) || each(len, Found::Ops(open))
}

/// How often a ring is begun with anew whose consumer has gone past the reader.
const MOST_BEGUN: u32 = 16;

/// Hands on what the consumer of a ring has not read, oldest first. Returns whether that was all.
///
/// Unless the consumer `stands_still` it may read the same meanwhile; what the producer may have written over since is not
/// handed on, but the rest from where the consumer is by then.
pub(super) fn walk_unread(ring: &Ring, stands_still: bool, mut each: impl FnMut(Found)) -> bool {
    for _ in 0..MOST_BEGUN {
        let pages = ring.unread();
        let all = walk(&pages, |at, found| {
            let is_there = stands_still || pages.is_unread(at);
            if is_there {
                each(found);
            }
            is_there
        });
        if all {
            return true;
        }
    }
    false
}

/// Most of a thread's operations that are kept.
pub(super) const MOST: usize = 64;

/// One operation or episode: its map's id and its tick as in a head, and what it is.
#[derive(Clone, Copy)]
pub(super) struct Deed(u64);

impl Deed {
    pub(super) const NONE: Self = Self(0);

    pub(super) const fn word(self) -> u64 {
        self.0
    }

    pub(super) const fn of(word: u64) -> Self {
        Self(word)
    }

    /// Whether there is one.
    pub(super) const fn is_some(self) -> bool {
        self.0 != 0
    }

    fn new(kind: u64, word: u64) -> Self {
        let key = key(id_of(word), stamp_of(tick_of(word)));
        // With the bit that heads have, so that it is never 0.
        Self(head(EventKind::AssignNew, key) | kind)
    }

    pub(super) const fn id(self) -> u32 {
        id_of(self.0)
    }

    /// When, in nanoseconds since the anchor: to a few milliseconds.
    pub(super) fn at(self, now: u64) -> u64 {
        clock::tick_to_ns(tick_of(self.0), now)
    }

    /// What it is, and with what result.
    pub(super) const fn what(self) -> (&'static str, Option<&'static str>) {
        match self.0 & 0xF {
            0 => ("assign", Some("new")),
            1 => ("assign", Some("replaced")),
            2 => ("delete", Some("hit")),
            3 => ("delete", Some("miss")),
            4 => ("create", None),
            5 => ("free", None),
            6 => ("grow", None),
            7 => ("rehash_in_place", None),
            8 => ("shrink", None),
            9 => ("clear", None),
            10 => ("batch", None),
            11 => ("lost", None),
            12 => ("slow", None),
            13 => ("young", None),
            _ => ("promoted", None),
        }
    }

    /// The map's number, if it has one of its own, and its site. `None` if the record has gone to a later map.
    pub(super) fn subject(self, now: u64) -> Option<(Option<u64>, u32)> {
        /// A tick is no newer than the event, and this much older at most, while the collector is at work.
        const BLUR_NS: u64 = 2_000_000_000;
        let record = registry::known(self.id())?;
        if record.born.load(Ordering::Relaxed) > self.at(now).saturating_add(BLUR_NS)
            && record.serial.load(Ordering::Relaxed) != 0
        {
            return None;
        }
        let serial = record.serial.load(Ordering::Relaxed);
        Some(((serial != 0).then_some(serial), record.site.load(Ordering::Relaxed)))
    }
}

/// The last deeds of a thread, oldest first.
pub(super) struct Last {
    deeds: [Deed; MOST],
    /// How many there were.
    all: usize,
    /// How many are wanted.
    wanted: usize,
    /// Whether the thread wrote over them while they were read, time and again.
    pub(super) torn: bool,
}

impl Last {
    pub(super) const fn new() -> Self {
        Self {
            deeds: [Deed::NONE; MOST],
            all: 0,
            wanted: 0,
            torn: false,
        }
    }

    fn push(&mut self, deed: Deed) {
        self.deeds[self.all % MOST] = deed;
        self.all += 1;
    }

    /// Reads the last `wanted` of the thread that has this ring.
    pub(super) fn read(&mut self, ring: &Ring, wanted: usize) {
        self.wanted = wanted.min(MOST);
        for _ in 0..3 {
            self.all = 0;
            let pages = ring.history(2 * self.wanted as u64);
            walk(&pages, |_, found| {
                match found {
                    Found::Ops(word) => each_op(word).for_each(|op| self.push(Deed::new(op as u64, word))),
                    Found::Event(kind, head, _) => self.push(Deed::new(kind as u64, head)),
                }
                true
            });
            self.torn = pages.lost() > 0;
            if !self.torn {
                return;
            }
        }
    }

    pub(super) fn each(&self) -> impl Iterator<Item = Deed> {
        (self.all.saturating_sub(self.wanted)..self.all).map(|i| self.deeds[i % MOST])
    }

    /// The very last, if it is known.
    pub(super) fn latest(&self) -> Deed {
        self.each().last().unwrap_or(Deed::NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::first_op;
    use crate::ring::{Part, Pushed, Writer};

    /// Reading beside a consumer that goes on: what the producer writes over is not taken for something else, and what it
    /// writes then is found.
    #[test]
    fn what_is_written_over_is_not_handed_on() {
        let ring = Ring::new(64, 0);
        let writer = Writer::new();
        writer.attach(Some(&ring));
        // A payload that looks like operations; and so that events begin in another place in each round, one more word.
        let event = [head(EventKind::Clear, key(7, stamp_of(3))), first_op(key(8, 0), 1), 5, 6];
        let fill = || {
            let mut n = 0;
            while writer.push(&event, false) != Pushed::Refused
                && writer.push(&[first_op(key(7, 0), 1)], true) != Pushed::Refused
            {
                n += 1;
            }
            n
        };
        let drain = || {
            ring.drain(|part| {
                if let Part::Words(cursor) = part
                    && !is_ops(cursor.word())
                {
                    event[1..].iter().for_each(|_| _ = cursor.word());
                }
            });
        };
        for round in 0..50 {
            drain();
            fill();
            let (mut seen, mut last) = (0, 0);
            let all = walk_unread(&ring, false, |found| {
                let (Found::Ops(word) | Found::Event(_, word, _)) = found;
                assert_eq!(id_of(word), 7, "round {round}");
                seen += 1;
                if seen == 3 {
                    drain();
                    last = fill();
                }
            });
            // Three, and then all that is there.
            assert!(all && seen >= 3 + last, "round {round}: {seen}");
        }
    }
}
