//! What is in a ring: events that were drained and not yet written over, and those that nobody has drained.

use std::collections::VecDeque;

use crate::events::{self, Event, Kind, MAX_WORDS, What, is_ops, ops_after, time_of, words_of};
use crate::file::{Header, Segment};
use crate::maps::Changes;
use crate::recording::{Damage, Thread};
use crate::records::Records;

/// How many times a ring's slots may be divided to find where events begin.
const MARKS: u64 = 8;
/// Where the words of a ring's head are.
const HEAD: u64 = 128;
const TAIL: u64 = HEAD + 128;
const SEEN: u64 = HEAD + 256;
const FOUND: u64 = HEAD + 264;
const MARK: u64 = HEAD + 272;
const TOLD: u64 = HEAD + 512;

/// A ring, and what was found out about it.
struct Ring<'a> {
    segment: &'a Segment<'a>,
    head: u64,
    tail: u64,
    seen: u32,
    /// Places where events begin, in order, and when all before them was read.
    marks: Vec<(u64, u64)>,
    found: u64,
}

/// Reads a ring. What nobody has drained is added to `changes`. `later` is the ring's head after all of it was read.
pub(crate) fn read(
    segment: &Segment<'_>,
    header: &Header,
    records: &Records<'_>,
    changes: &mut Changes,
    (last, later): (usize, Option<u64>),
    damage: &mut Damage,
) -> Option<Thread> {
    let part = segment.head;
    let mut thread = Thread {
        number: segment.number,
        name: part.text(TOLD, 16)?,
        system_id: part.u32(TOLD + 28)?,
        alive: part.u32(TOLD + 24)? != 0,
        sampled_out: part.u64(TOLD + 32)?,
        dropped: part.words(TOLD + 40)?,
        events: VecDeque::new(),
        undrained: 0,
    };
    let begun = part.u64(TOLD + 16)?;
    let slots = segment.len;
    if segment.stride != 8 || !slots.is_power_of_two() || segment.body.len() < slots * 8 {
        damage.add(
            segment.at,
            format!(
                "the ring of thread {} cannot be read: it has {slots} slots",
                thread.number
            ),
        );
        return Some(thread);
    }
    let (head, tail) = (part.u64(HEAD)?, part.u64(TAIL)?);
    if head.wrapping_sub(tail) >= slots || head > 1 << 62 {
        damage.add(
            segment.at,
            format!(
                "the ring of thread {} cannot be read: it goes from {tail} to {head}",
                thread.number
            ),
        );
        return Some(thread);
    }
    // What may be there: the slots before the open one, but for those that the next event may have been written to.
    let most = later.unwrap_or(head).clamp(head, 1 << 62);
    let oldest = (most + 1)
        .saturating_sub(slots)
        .saturating_add(if most < slots { 0 } else { MAX_WORDS });
    let mut marks: Vec<(u64, u64)> = (0..MARKS)
        .filter_map(|i| part.words(MARK + 16 * i))
        .map(|[index, at]| (index, at))
        .filter(|(index, _)| (oldest..=tail).contains(index))
        .collect();
    let found = part.u64(FOUND)?;
    marks.push((tail, found));
    marks.sort_unstable();
    marks.dedup_by_key(|(index, _)| *index);
    let ring = Ring {
        segment,
        head,
        tail,
        seen: part.u32(SEEN)?,
        marks,
        found,
    };
    if tail < oldest {
        // It was written over while it was read, which is no damage: the process goes on.
        return Some(thread);
    }
    let mut sink = Sink {
        header,
        records,
        changes,
        thread: &mut thread,
        last,
        begun,
    };
    ring.walk(&mut sink, damage);
    Some(thread)
}

/// Where events go.
struct Sink<'s, 'a> {
    header: &'s Header,
    records: &'s Records<'a>,
    changes: &'s mut Changes,
    thread: &'s mut Thread,
    last: usize,
    /// The first index of the thread that has the ring now.
    begun: u64,
}

impl Ring<'_> {
    fn word(&self, index: u64) -> u64 {
        self.segment.body.u64((index & (self.segment.len - 1)) * 8).unwrap_or(0)
    }

    /// A time at which the word at this index had been written, not long ago.
    fn now(&self, index: u64, header: &Header) -> u64 {
        if index >= self.tail {
            return header.pass_at.max(self.found);
        }
        self.marks
            .iter()
            .find(|(mark, _)| *mark > index)
            .map_or(self.found, |(_, at)| *at)
    }

    fn walk(&self, sink: &mut Sink<'_, '_>, damage: &mut Damage) {
        let mut next = 0;
        let mut index = self.marks[0].0;
        while index < self.head {
            // Events begin where marks are.
            while next < self.marks.len() && self.marks[next].0 < index {
                next += 1;
            }
            let border = self
                .marks
                .get(next)
                .filter(|(mark, _)| *mark > index)
                .map_or(self.head, |(mark, _)| *mark);
            let border = if index < self.tail {
                border.min(self.tail)
            } else {
                self.head
            };
            let word = self.word(index);
            let is_new = index >= self.tail;
            let now = self.now(index, sink.header);
            if is_ops(word) {
                let seen = if index == self.tail { self.seen } else { 0 };
                sink.ops(word, index, now, if is_new { Some(seen) } else { None });
                index += 1;
                continue;
            }
            let words = words_of(word).filter(|words| index + words <= border);
            let Some(words) = words else {
                damage.add(
                    self.segment.at,
                    format!(
                        "thread {}: {} words of its ring cannot be read",
                        self.segment.number,
                        border - index
                    ),
                );
                index = border;
                continue;
            };
            sink.episode(word, &|i| self.word(index + i), index, now, is_new);
            index += words;
        }
        // The open one.
        let word = self.word(self.head);
        if is_ops(word) {
            let seen = if self.head == self.tail { self.seen } else { 0 };
            sink.ops(word, self.head, self.now(self.head, sink.header), Some(seen));
        }
    }
}

impl Sink<'_, '_> {
    /// Operations of one word. Those after the first `seen` were not drained, if that is known of any.
    fn ops(&mut self, word: u64, index: u64, now: u64, seen: Option<u32>) {
        let id = events::id_of(word);
        let at = time_of(word, now);
        if let Some(seen) = seen {
            for op in ops_after(word, seen) {
                self.thread.undrained += 1;
                self.changes.add_op(id, op);
            }
        }
        for (i, op) in ops_after(word, 0).enumerate() {
            self.push(id, at, (index, i as u64), What::of_op(op));
        }
    }

    fn episode(&mut self, head: u64, word: &dyn Fn(u64) -> u64, index: u64, now: u64, is_new: bool) {
        let episode = events::read(head, word);
        let at = if episode.start == 0 {
            time_of(head, now)
        } else {
            episode.start
        };
        if is_new {
            self.thread.undrained += u64::from(episode.kind != Kind::Gap);
            self.changes.add_episode(&episode);
        }
        if episode.kind == Kind::Free {
            self.changes.freed(episode.id, at, is_new);
        }
        self.push(episode.id, at, (index, 0), episode.what);
    }

    fn push(&mut self, id: u32, at: u64, (index, op): (u64, u64), what: What) {
        if self.last == 0 {
            return;
        }
        if self.thread.events.len() == self.last {
            self.thread.events.pop_front();
        }
        // A record that another map has by now is not that of this event. Times of operations are coarse.
        const COARSE: u64 = 300_000_000;
        let record = self.records.get(id).filter(|record| record.owner == self.header.hub);
        let record = record.filter(|record| record.serial == 0 || record.born <= at.saturating_add(COARSE));
        self.thread.events.push_back(Event {
            at,
            site: record.map(|record| record.site),
            instance: record.map(|record| record.serial).filter(|&serial| serial != 0),
            place: index.wrapping_mul(u64::from(events::PACKED)).wrapping_add(op),
            earlier: index < self.begun,
            what,
        });
    }
}
