//! Draining: what one ring has, event by event, and the end of maps that were dropped.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{Closing, Core, Moment, Spread, Tally, WAITING, count, names, set_closing, site_of, tally, tell_young, touch};
use crate::clock;
use crate::context::SpanContext;
use crate::episode::{BatchDoor, Episode, EpisodeKind, Operation};
use crate::event::{
    CONTEXT_WORDS, EventKind, IN_SPAN, NOTED, Promotion, each_op, id_of, is_ops, ops_in, read_note, sixteen_bytes, tick_of,
};
use crate::hub::Hub;
use crate::linked::Links;
use crate::registry::{self, Nearby, drained, record};
use crate::ring::{Cursor, Part};
use crate::site;
use crate::testing::Event;
use crate::thread::Producer;

/// Whose a map is.
pub(super) enum Owner {
    This,
    Other(&'static Hub),
    /// Nobody's: it is finished. Its events are as good as any.
    Nobody,
    /// Of a hub that is not this process's: a forked child inherited the map, and its events are lost.
    Parent,
}

impl Core {
    /// Takes an event, or as many operations as come together.
    #[inline]
    pub(super) fn read(&mut self, hub: &'static Hub, producer: &Producer, part: Part<'_, '_>, now: u64) {
        let cursor = match part {
            Part::Ops(word) => return self.read_ops(hub, producer, word),
            Part::Words(cursor) => cursor,
        };
        if self.captured.is_none() {
            let mut nearby = Nearby::default();
            let ours = |id| nearby.get(id).filter(|it| it.is_of(hub.number));
            let (flight, touched) = (self.flight, &mut self.touched);
            let told = |tallies: &mut [Tally], site| {
                touch(flight, tallies, touched, site);
                tell_young(hub, tallies, site);
            };
            let (words, events) = count::run(ours, &mut self.tallies, cursor.run(), told);
            self.delivered += events;
            cursor.skip(words);
            if words > 0 {
                return;
            }
        }
        let word = cursor.word();
        if is_ops(word) {
            self.read_ops(hub, producer, word);
        } else {
            self.read_event(hub, producer, word, cursor, now);
        }
    }

    /// Whose map it is that a word is about; `None` if there can be no such map.
    fn owner(&self, hub: &Hub, id: u32) -> Option<Owner> {
        let known = registry::known_drained(id)?.is_of(hub.number);
        let owner = if known { hub.number } else { adopt(hub, id)? };
        if owner == hub.number {
            return Some(Owner::This);
        }
        Some(match hub.generation.hub(owner) {
            Some(other) => Owner::Other(other),
            None if owner == 0 => Owner::Nobody,
            None => Owner::Parent,
        })
    }

    /// Takes the operations of a word, of whatever map.
    fn read_ops(&mut self, hub: &'static Hub, producer: &Producer, word: u64) {
        let (id, n) = (id_of(word), u64::from(ops_in(word)));
        let Some(owner) = self.owner(hub, id) else {
            self.damaged += 1;
            return;
        };
        match owner {
            Owner::This => each_op(word).for_each(|op| drained(id).add(op, 1)),
            Owner::Other(other) => each_op(word).for_each(|op| other.stray(id, op)),
            Owner::Nobody => {}
            Owner::Parent => {
                self.forked += n;
                return;
            }
        }
        self.delivered += n;
        if let Some(captured) = &mut self.captured {
            let serial = record(id).serial.load(Ordering::Relaxed);
            for op in each_op(word) {
                captured.events.push(Event::op(op, self::site_of(id), serial, producer.number()));
            }
        }
    }

    /// Takes an event that is no operation off the cursor. What cannot have been written is counted as damaged, and the next
    /// word is taken for a head: whatever lies in a ring, draining it comes to an end.
    fn read_event(&mut self, hub: &'static Hub, producer: &Producer, head: u64, cursor: &mut Cursor<'_>, now: u64) {
        let id = id_of(head);
        let Some(kind) = EventKind::from_head(head) else {
            self.damaged += 1;
            return;
        };
        if kind == EventKind::Gap {
            let lost = cursor.word();
            self.note_gap(producer, lost);
            return;
        }
        let Some(owner) = self.owner(hub, id) else {
            self.damaged += 1;
            return;
        };
        if kind == EventKind::Young {
            return self.read_young(producer, owner, head);
        }
        if kind == EventKind::Promoted {
            let promotion = Promotion::of(cursor.word());
            return self.read_promotion(hub, owner, id, promotion);
        }
        if kind == EventKind::Create {
            self.delivered += 1;
            if let Some(captured) = &mut self.captured {
                let serial = record(id).serial.load(Ordering::Relaxed);
                captured.events.push(Event::create(self::site_of(id), serial, producer.number()));
            }
            return;
        }
        let mut payload = [0; 8];
        let words = kind.payload_words();
        for word in &mut payload[..words] {
            *word = cursor.word();
        }
        let (context, links) = read_context(head, cursor);
        if !is_sound(kind, &payload) {
            self.damaged += 1;
            return;
        }
        if matches!(owner, Owner::Parent) {
            self.forked += 1;
            return;
        }
        self.delivered += 1;
        if kind == EventKind::Free {
            match owner {
                Owner::This => {}
                Owner::Other(other) => return other.freed.push(id, |id| &record(id).next_freed),
                Owner::Nobody | Owner::Parent => return,
            }
            let [at, capacity, ..] = payload;
            let at = if at == 0 { clock::tick_to_ns(tick_of(head), now) } else { at };
            set_closing(id, true);
            return self.close(hub, Closing { id, at, capacity, thread: of(producer), context, told: true });
        }
        let [start, duration, a, b, c, d, e, _] = payload;
        let shape = site::shape(record(id).site.load(Ordering::Relaxed));
        let bytes = |full| shape.bytes(full);
        let what = match kind {
            EventKind::Grow => EpisodeKind::Grow {
                old_capacity: b,
                new_capacity: c,
                entries: a,
                old_bytes: bytes(b),
                new_bytes: bytes(c),
                peak_bytes: shape.peak(b, c),
                tombstones: d,
            },
            EventKind::RehashInPlace => EpisodeKind::RehashInPlace { capacity: c, entries: a, bytes: bytes(c), tombstones: d },
            EventKind::Shrink => EpisodeKind::Shrink {
                old_capacity: b,
                new_capacity: c,
                entries: a,
                old_bytes: bytes(b),
                new_bytes: bytes(c),
                tombstones: d,
            },
            EventKind::Clear => EpisodeKind::Clear { entries: a },
            EventKind::Slow => EpisodeKind::SlowOperation {
                operation: Operation::ALL.get(a as usize).copied().unwrap_or(Operation::Assign),
                entries: b,
            },
            _ => EpisodeKind::Batch {
                door: BatchDoor::ALL.get((a & 0xFF) as usize).copied().unwrap_or(BatchDoor::Extend),
                offered: b,
                new: c,
                replaced: d,
                removed: e,
                grows_avoided: a >> 8,
            },
        };
        if kind == EventKind::Grow {
            // A table one step larger was most likely made for one entry more, which may never have come.
            let one_more = c == shape.grown_for(a.max(b) + 1);
            let tally = self.tally(record(id).site.load(Ordering::Relaxed));
            tally.largest = tally.largest.max(a);
            tally.presize = tally.presize.max(a + u64::from(one_more));
        }
        let start = if start == 0 { clock::tick_to_ns(tick_of(head), now) } else { start };
        let moment = Moment { start, duration, context };
        match what {
            EpisodeKind::Grow { peak_bytes, .. } => self.spread(id).add_pause(moment, peak_bytes),
            EpisodeKind::RehashInPlace { .. } => self.spread(id).add_pause(moment, 0),
            EpisodeKind::Batch { offered, removed, .. } => self.spread(id).add_batch(moment, offered.max(removed)),
            _ => {}
        }
        self.offered += u64::from(hub.exports() && !self.silent);
        let links = if links == 0 { Links::default() } else { hub.links.get(links) };
        self.deliver(hub, id, of(producer), start, (duration != 0).then_some(duration), (context, links), what);
    }

    /// Finishes a map that was dropped: its counts go to its site, its id may be used again. Returns whether it was there.
    pub(super) fn finish(&mut self, hub: &'static Hub, closing: &Closing) -> bool {
        let id = closing.id;
        let record = record(id);
        if record.owner.load(Ordering::Acquire) != hub.number {
            // Dropped twice, as no map is.
            self.damaged += 1;
            return false;
        }
        let counts = drained(id).ops();
        let site = record.site.load(Ordering::Relaxed);
        let born = record.born.load(Ordering::Relaxed);
        let (totals, entries) = tally::totals(record, counts);
        let grows = record.grows.load(Ordering::Relaxed);
        self.tally(site).retire(record, totals, entries);
        self.file_tallies();
        self.offered += u64::from(closing.told && hub.exports() && !self.silent);
        let lifetime = EpisodeKind::Lifetime { entries, capacity: closing.capacity, totals, grows };
        let age = closing.at.saturating_sub(born);
        self.deliver(hub, id, closing.thread, born, Some(age), (closing.context, Links::default()), lifetime);
        drained(id).reset();
        record.owner.store(0, Ordering::Release);
        set_closing(id, false);
        true
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of an episode")]
    fn deliver(
        &mut self,
        hub: &Hub,
        id: u32,
        thread: names::Of,
        start: u64,
        duration: Option<u64>,
        (context, links): (Option<SpanContext>, Links),
        kind: EpisodeKind,
    ) {
        let exports = hub.exports() && !self.silent;
        if !exports && self.captured.is_none() {
            return;
        }
        let Some(site) = site::get(record(id).site.load(Ordering::Relaxed)) else { return };
        let serial = record(id).serial.load(Ordering::Relaxed);
        let episode = Episode {
            site: Arc::clone(&site.info),
            instance: (serial != 0).then_some(serial),
            thread: thread.number,
            thread_name: self.names.get(thread),
            start: clock::to_system_time(start),
            duration: duration.map(Duration::from_nanos),
            context,
            links: links.spans,
            links_dropped: links.dropped,
            kind,
        };
        if let Some(captured) = &mut self.captured {
            captured.episodes.push(episode.clone());
        }
        if !exports {
            return;
        }
        if hub.waiting.load(Ordering::Relaxed) >= WAITING || self.waiting.try_reserve(1).is_err() {
            hub.refused.fetch_add(1, Ordering::Relaxed);
        } else {
            hub.waiting.fetch_add(1, Ordering::Relaxed);
            self.waiting.push(episode);
        }
    }

    /// That of the site of this map.
    fn spread(&mut self, id: u32) -> &mut Spread {
        &mut self.tally(site_of(id)).spread
    }
}

/// First event of an id: the number of the hub that the map belongs to; `None` if the id was never anybody's.
#[cold]
pub(super) fn adopt(hub: &Hub, id: u32) -> Option<u32> {
    let owner = registry::known(id)?.owner.load(Ordering::Acquire);
    if owner == hub.number {
        drained(id).adopt(owner, site_of(id));
    }
    Some(owner)
}

/// Whether what an event tells can be: no table is larger than memory, and nobody waits for a year.
fn is_sound(kind: EventKind, payload: &[u64; 8]) -> bool {
    const LARGEST: u64 = 1 << 48;
    const LONGEST: u64 = 365 * 24 * 60 * 60 * 1_000_000_000;
    let [start, duration, door, rest @ ..] = payload;
    // Of a batch it is no size.
    let mut largest = if kind == EventKind::Batch { 0 } else { *door };
    for n in rest {
        largest = largest.max(*n);
    }
    kind == EventKind::Free || (*start < 1 << 62 && *duration < LONGEST && largest < LARGEST)
}

fn of(producer: &Producer) -> names::Of {
    names::Of { number: producer.number(), name: producer.told.name.get() }
}

/// The span that an episode is in, and the number of the set of those it is linked to.
fn read_context(head: u64, cursor: &mut Cursor<'_>) -> (Option<SpanContext>, u64) {
    let mut words = [0; CONTEXT_WORDS];
    let in_span = head & IN_SPAN != 0;
    if in_span {
        for word in &mut words {
            *word = cursor.word();
        }
    }
    let (unsampled, links) = if head & NOTED == 0 { (false, 0) } else { read_note(cursor.word()) };
    let [high, low, span_id] = words;
    let context = SpanContext {
        trace_id: sixteen_bytes([high, low]),
        span_id: span_id.to_ne_bytes(),
        sampled: !unsampled,
    };
    (if in_span { Some(context) } else { None }, links)
}
