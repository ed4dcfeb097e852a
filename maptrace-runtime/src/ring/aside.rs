//! A look at a ring from aside: by neither its producer nor its consumer, and while both may be at work.
//!
//! What the consumer has read stays in its slot until the producer comes round, so the last words of a thread can be read
//! from there, from one of the places on where the consumer has left behind that an event begins.

use std::sync::atomic::{Ordering, fence};

use super::Ring;
use crate::event::{MAX_WORDS, without_first};
use crate::sync;

/// Words of a ring between two indices, the open one at the end among them, to be read from aside.
pub(crate) struct Pages<'r> {
    ring: &'r Ring,
    from: u64,
    head: u64,
    /// How many operations of the first word do not count.
    seen: u32,
}

impl Ring {
    /// What the consumer has not read. Right if the consumer stands still; else all of it, and what it reads meanwhile.
    pub(crate) fn unread(&self) -> Pages<'_> {
        // Acquire: pairs with the Release stores of `tail`. What the consumer has counted of the words before it is seen to be
        // counted, and `head`, which is read later, is not before it.
        let from = self.ends.tail.0.load(Ordering::Acquire);
        let seen = self.ends.seen.load(Ordering::Relaxed);
        // Acquire: pairs with the Release stores of `head`, as in `drain`.
        let head = self.ends.head.0.load(sync::head_seen());
        Pages {
            ring: self,
            from,
            head,
            seen,
        }
    }

    /// The last words, read or not: `least` of them if a place is known from which there are as many, and that the producer
    /// is a quarter of the ring away from; else as many as there are.
    pub(crate) fn history(&self, least: u64) -> Pages<'_> {
        let head = self.ends.head.0.load(sync::head_seen());
        let most = self.slots.len() as u64 / 4 * 3;
        let ages = self.ends.marks.indices().map(|index| head.wrapping_sub(index));
        let ages = ages.filter(|&age| age <= most);
        let known = ages.clone().filter(|&age| age >= least).min().or_else(|| ages.max());
        // A consumer that has not come for long: it has read up to here, and what is behind waits for it.
        let back = known.unwrap_or_else(|| head.wrapping_sub(self.ends.tail.0.load(Ordering::Acquire)));
        Pages {
            ring: self,
            from: head.wrapping_sub(back),
            head,
            seen: 0,
        }
    }
}

impl Pages<'_> {
    /// How many words there are, the open one aside.
    pub(crate) fn len(&self) -> u64 {
        // Of two indices that were not read at once the first may be ahead.
        let len = self.head.wrapping_sub(self.from);
        if len <= self.ring.slots.len() as u64 { len } else { 0 }
    }

    /// The word so many behind the first.
    pub(crate) fn word(&self, at: u64) -> u64 {
        let word = super::slot(&self.ring.slots, self.from.wrapping_add(at)).peek();
        if at == 0 && self.seen > 0 && crate::event::is_ops(word) {
            without_first(word, self.seen)
        } else {
            word
        }
    }

    /// Whether the word so many behind the first is not read by the consumer, and so was not written over. Asked after it was
    /// read.
    pub(crate) fn is_unread(&self, at: u64) -> bool {
        // Acquire fence: the word was read before the index is. The producer writes to a slot again only after it has seen the
        // index behind it, and whoever sees what it wrote sees that index as well: so it is on x86 and ARMv8, on which there is
        // one order of writes for all. By the language alone it would take a Release of the producer's with each word; elsewhere
        // a dump may take a word for an older one.
        fence(Ordering::Acquire);
        self.ring.ends.tail.0.load(Ordering::Relaxed).wrapping_sub(self.from) <= at
    }

    /// How many of the first words the producer may have written over by now. Asked after they were read.
    pub(crate) fn lost(&self) -> u64 {
        // Acquire fence: the words were read before the index is. A producer that is in the midst of an event has written
        // a few words more than its index tells. With the reservation of `is_unread`.
        fence(Ordering::Acquire);
        let head = self
            .ring
            .ends
            .head
            .0
            .load(Ordering::Relaxed)
            .wrapping_add(MAX_WORDS as u64 + 2);
        head.wrapping_sub(self.from)
            .saturating_sub(self.ring.slots.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Part, Ring, Writer};
    use crate::event::{EventKind, first_op, head, key, stamp_of};

    /// Words of a history, oldest first, the open one among them.
    fn words(ring: &Ring) -> Vec<u64> {
        let pages = ring.history(u64::MAX);
        (0..=pages.len()).map(|at| pages.word(at)).collect()
    }

    fn drain(ring: &Ring) {
        ring.drain(|part| {
            if let Part::Words(cursor) = part {
                cursor.word();
            }
        });
    }

    #[test]
    fn what_was_read_is_there_still() {
        let ring = Ring::new(64, 0);
        let writer = Writer::new();
        writer.attach(Some(&ring));
        let mut written = vec![];
        for round in 0..100 {
            for id in 0..3 {
                let word = first_op(key(id, stamp_of(round)), 1);
                assert_ne!(writer.push(&[word], true), super::super::Pushed::Refused);
                written.push(word);
            }
            drain(&ring);
            let seen = words(&ring);
            assert!(written.ends_with(&seen), "{seen:x?}");
            // Half of the ring at least, if there was as much.
            assert!(
                seen.len() >= written.len().min(32),
                "{} of {}",
                seen.len(),
                written.len()
            );
            assert!(seen.len() <= 64 / 4 * 3 + 1);
            assert_eq!(ring.unread().len(), 0);
            // No more than what is asked for and what lies between two places.
            let few = ring.history(5).len();
            assert!(
                few >= (written.len() as u64 - 1).min(5) && few < 5 + 2 * 64 / 8,
                "{few}"
            );
        }
    }

    #[test]
    fn a_history_begins_where_an_event_does() {
        let ring = Ring::new(128, 0);
        let writer = Writer::new();
        writer.attach(Some(&ring));
        // Payloads that look like operations.
        let event = [
            head(EventKind::Clear, key(7, stamp_of(3))),
            first_op(key(8, 0), 1),
            5,
            6,
        ];
        for _ in 0..200 {
            assert_ne!(writer.push(&event, false), super::super::Pushed::Refused);
            if ring.len() > 80 {
                ring.drain(|part| {
                    if let Part::Words(cursor) = part {
                        event.iter().for_each(|&word| assert_eq!(cursor.word(), word));
                    }
                });
            }
            let seen = words(&ring);
            assert_eq!(seen.len() % event.len(), 1, "an open word that is nothing");
            assert!(seen.chunks_exact(event.len()).all(|words| words == event));
        }
    }

    #[test]
    fn what_was_written_over_is_told() {
        let ring = Ring::new(64, 0);
        let writer = Writer::new();
        writer.attach(Some(&ring));
        let write = |n: u32| {
            for id in 0..n {
                writer.push(&[first_op(key(id, 0), 1)], true);
                drain(&ring);
            }
        };
        write(40);
        let pages = ring.history(u64::MAX);
        assert_eq!(pages.lost(), 0);
        write(64);
        assert!(pages.lost() >= 40, "{}", pages.lost());
    }
}
