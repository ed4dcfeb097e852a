//! The collector: drains every ring, counts, finishes maps that were freed, and hands episodes to sinks.
//!
//! [`Core`] is what one collector knows, behind a mutex that is the ring's single-consumer rule made visible: whoever
//! holds it is the consumer. The global hub's core is driven by a thread ([`run`]); a capture's by the test itself.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, TryLockError};
use std::time::{Duration, Instant};

use crate::clock;
use crate::context::SpanContext;
use crate::episode::{BatchDoor, Episode, EpisodeKind, Operation};
use crate::event::{
    CONTEXT_WORDS, EventKind, IN_SPAN, NOTED, OPS, Promotion, each_op, id_of, is_ops, ops_in, read_note, tick_of,
};
use crate::hub::{Hub, Phase, lock};
use crate::linked::Links;
use crate::registry::{self, record};
use crate::ring::{Cursor, Part};
use crate::say::say;
use crate::site;
use crate::snapshot::{Cause, Snapshot};
use crate::testing::Event;
use crate::thread::{self, Producer};

mod count;
mod names;
mod outlet;
mod tally;
mod young;

pub(crate) use outlet::Outlet;
use tally::Tally;
pub(crate) use tally::{Moment, Spread};

/// How often a collector is started again after a panic in a sink.
const RESTARTS: u32 = 3;
/// Sleep between passes under load, and at most when nothing happens (four wake-ups a second).
const BUSY_SLEEP: Duration = Duration::from_millis(4);
/// The shortest sleep worth its system call.
const LEAST_SLEEP: Duration = Duration::from_micros(20);
const IDLE_SLEEP: Duration = Duration::from_millis(250);
/// Episodes that may wait for sinks, whether taken out for them already or not; more are counted as failed. Sinks do not
/// block, so it holds what one pass drains.
const WAITING: u64 = 65_536;

/// What one collector knows.
#[derive(Default)]
pub(crate) struct Core {
    /// By id.
    drained: Vec<Drained>,
    /// By site.
    tallies: Vec<Tally>,
    /// Maps whose Free was seen in the pass before, and in this one.
    closing: Vec<Closing>,
    closed_now: Vec<Closing>,
    delivered: u64,
    gaps: u64,
    forked: u64,
    passes: u64,
    busy: Duration,
    /// Episodes for the sinks.
    waiting: VecDeque<Episode>,
    /// Delivered events that became episodes for the sinks: no more than these can fail to be exported.
    offered: u64,
    /// Whether this pass only takes account of what nobody will deliver.
    silent: bool,
    producers: Vec<&'static Producer>,
    names: names::Names,
    /// How full the fullest ring was at the last pass, 0 to 1.
    fullest: f64,
    /// Everything that is drained, for a capture.
    pub(crate) captured: Option<Captured>,
    /// Events that full rings had lost at the last look, for `sample = "auto"`.
    last_loss: u64,
    /// Passes with events since it changed a rate.
    calm: u32,
    published: Published,
}

/// The last settled snapshot, while somebody waits for one that may have it.
#[derive(Default)]
struct Published {
    /// How many had asked for a snapshot when this one was begun: all of them may have it.
    covers: u64,
    snapshot: Option<Arc<Snapshot>>,
    /// How many have had their turn.
    served: u64,
}

/// What was drained of one map.
#[derive(Clone, Copy, Default)]
struct Drained {
    /// By kind. Below zero, wrapped, while operations of a map that has gone over to a record of its own are taken off here
    /// and not yet drained.
    ops: [u64; OPS],
    /// Whether the map's record is known to be this hub's.
    ours: bool,
}

/// Whose a map is.
enum Owner {
    This,
    Other(&'static Hub),
    /// Nobody's: it is finished. Its events are as good as any.
    Nobody,
    /// Of a hub that is not this process's: a forked child inherited the map, and its events are lost.
    Parent,
}

/// What a capture keeps.
#[derive(Default)]
pub(crate) struct Captured {
    pub(crate) events: Vec<Event>,
    pub(crate) episodes: Vec<Episode>,
}

/// A map that was dropped and whose last operations may still wait in another thread's ring.
struct Closing {
    id: u32,
    at: u64,
    capacity: u64,
    thread: names::Of,
    context: Option<SpanContext>,
    /// Whether its Free event was delivered; else it was lost, and counted so.
    told: bool,
}

impl Core {
    pub(crate) fn for_capture() -> Self {
        Self { captured: Some(Captured::default()), ..Self::default() }
    }

    /// Drains every ring once. Returns the number of events.
    ///
    /// `lost` turns the pass into an account of what nobody will deliver: events still count as operations, but as
    /// events they are lost for this cause.
    pub(crate) fn pass(&mut self, hub: &'static Hub, lost: Option<Cause>) -> u64 {
        let begun = Instant::now();
        let now = clock::now_ns();
        clock::publish_tick(now);
        // Those whose Free was seen in an earlier pass: everything that happened to them before is in rings that this
        // pass drains, because the drop came after it and we read the rings' heads after seeing the drop.
        let finished = std::mem::take(&mut self.closing);
        // As with these: what was written while they held is in rings that this pass drains.
        let unlinked = hub.links.take_ended();
        let before = self.delivered;
        self.silent = lost.is_some();
        let mut producers = std::mem::take(&mut self.producers);
        hub.copy_producers(&mut producers);
        self.fullest = 0.0;
        for producer in &producers {
            let filled = producer.ring.len() as f64 / producer.ring.capacity() as f64;
            self.fullest = self.fullest.max(filled);
            let reaped = producer.ring.drain_and_reap(|part| self.read(hub, producer, part, now));
            if reaped {
                // What the thread lost at its very end, after its last event: the ring's next thread has no part in it.
                self.note_gap(producer, producer.take_gap());
                hub.reuse(producer);
            }
        }
        self.producers = producers;
        hub.links.forget(&unlinked);
        let closed_now = &mut self.closed_now;
        hub.freed.take_all(
            |id| &record(id).next_freed,
            |id| closed_now.push(Closing { id, at: now, capacity: 0, thread: names::Of::default(), context: None, told: false }),
        );
        for (id, strays) in hub.take_strays() {
            // The map may be finished, and its id another's: it was used outside its capture, and what of that comes
            // after its end is not counted.
            if record(id).owner.load(Ordering::Acquire) != hub.number {
                continue;
            }
            for (count, strays) in self.counts(id).iter_mut().zip(strays) {
                *count = count.wrapping_add(strays);
            }
        }
        for (site, missed) in hub.take_missed() {
            self.tally(site).spread.merge(&missed);
        }
        let mut freed = Vec::with_capacity(finished.len());
        for closing in finished {
            self.finish(hub, &closing);
            freed.push(closing.id);
        }
        if !freed.is_empty() {
            hub.give_back_ids(&freed);
        }
        std::mem::swap(&mut self.closing, &mut self.closed_now);
        self.passes += 1;
        let drained = self.account(hub, before, lost);
        if drained > 0 {
            self.adapt_samples(hub);
        }
        self.busy += begun.elapsed();
        drained
    }

    /// Returns how many events were drained since there were `before`; if they are `lost`, they were not delivered.
    fn account(&mut self, hub: &Hub, before: u64, lost: Option<Cause>) -> u64 {
        let drained = self.delivered - before;
        if let Some(cause) = lost {
            self.delivered = before;
            hub.dropped[cause as usize].fetch_add(drained, Ordering::Relaxed);
        }
        drained
    }

    /// Drains one ring whose thread is gone, out of turn. A map whose Free is in it is finished no earlier for that:
    /// one whole pass lies between.
    fn reap(&mut self, hub: &'static Hub) -> Option<&'static Producer> {
        let producer = hub.closed_producer()?;
        let lost = hub.cause_of_silence();
        self.silent = lost.is_some();
        let (now, before) = (clock::now_ns(), self.delivered);
        let reaped = producer.ring.drain_and_reap(|part| self.read(hub, producer, part, now));
        if reaped {
            self.note_gap(producer, producer.take_gap());
        }
        self.account(hub, before, lost);
        reaped.then_some(producer)
    }

    /// Passes until everything emitted before the call is counted and every freed map is finished.
    pub(crate) fn settle(&mut self, hub: &'static Hub, lost: Option<Cause>) {
        self.pass(hub, lost);
        self.pass(hub, lost);
    }

    /// Events were lost here, if any were.
    fn note_gap(&mut self, producer: &Producer, lost: u64) {
        if lost == 0 {
            return;
        }
        self.gaps += 1;
        if let Some(captured) = &mut self.captured {
            captured.events.push(Event::gap(producer.number, lost));
        }
    }

    /// Takes an event, or as many operations as come together.
    #[inline]
    fn read(&mut self, hub: &'static Hub, producer: &Producer, part: Part<'_, '_>, now: u64) {
        let cursor = match part {
            Part::Ops(word) => return self.read_ops(hub, producer, word),
            Part::Words(cursor) => cursor,
        };
        if self.captured.is_none() {
            let (words, ops) = count::run(&mut self.drained, cursor.run());
            self.delivered += ops;
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

    /// Whose map it is that a word is about.
    fn owner(&mut self, hub: &Hub, id: u32) -> Owner {
        let known = self.drained.get(id as usize).is_some_and(|it| it.ours);
        let owner = if known { hub.number } else { self.adopt(hub, id) };
        if owner == hub.number {
            return Owner::This;
        }
        match hub.generation.hub(owner) {
            Some(other) => Owner::Other(other),
            None if owner == 0 => Owner::Nobody,
            None => Owner::Parent,
        }
    }

    /// Takes the operations of a word, of whatever map.
    fn read_ops(&mut self, hub: &'static Hub, producer: &Producer, word: u64) {
        let (id, n) = (id_of(word), u64::from(ops_in(word)));
        match self.owner(hub, id) {
            Owner::This => each_op(word).for_each(|op| {
                let count = &mut self.drained[id as usize].ops[op];
                *count = count.wrapping_add(1);
            }),
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
            captured.events.extend(each_op(word).map(|op| Event::op(op, self::site_of(id), serial, producer.number)));
        }
    }

    /// Takes an event that is no operation off the cursor.
    fn read_event(&mut self, hub: &'static Hub, producer: &Producer, head: u64, cursor: &mut Cursor<'_>, now: u64) {
        let id = id_of(head);
        let Some(kind) = EventKind::from_head(head) else {
            debug_assert!(false, "a word that is no head: {head:#x}");
            return;
        };
        if kind == EventKind::Gap {
            let lost = cursor.word();
            self.note_gap(producer, lost);
            return;
        }
        let owner = self.owner(hub, id);
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
                captured.events.push(Event::create(self::site_of(id), serial, producer.number));
            }
            return;
        }
        let mut payload = [0; 8];
        let words = kind.payload_words();
        for word in &mut payload[..words] {
            *word = cursor.word();
        }
        let (context, links) = read_context(head, cursor);
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
            self.closed_now.push(Closing { id, at, capacity, thread: of(producer), context, told: true });
            return;
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

    /// Finishes a map that was dropped: its counts go to its site, its id may be used again.
    fn finish(&mut self, hub: &'static Hub, closing: &Closing) {
        let id = closing.id;
        let record = record(id);
        let counts = *self.counts(id);
        let site = record.site.load(Ordering::Relaxed);
        let born = record.born.load(Ordering::Relaxed);
        let (totals, entries) = tally::totals(record, counts);
        let grows = record.grows.load(Ordering::Relaxed);
        self.tally(site).retire(record, totals, entries);
        self.offered += u64::from(closing.told && hub.exports() && !self.silent);
        let lifetime = EpisodeKind::Lifetime { entries, capacity: closing.capacity, totals, grows };
        let age = closing.at.saturating_sub(born);
        self.deliver(hub, id, closing.thread, born, Some(age), (closing.context, Links::default()), lifetime);
        self.drained[id as usize] = Drained::default();
        debug_assert_eq!(record.owner.load(Ordering::Relaxed), hub.number);
        record.owner.store(0, Ordering::Release);
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
        if hub.waiting.load(Ordering::Relaxed) >= WAITING {
            hub.refused.fetch_add(1, Ordering::Relaxed);
        } else {
            hub.waiting.fetch_add(1, Ordering::Relaxed);
            self.waiting.push_back(episode);
        }
    }

    fn counts(&mut self, id: u32) -> &mut [u64; OPS] {
        let len = self.drained.len();
        if len <= id as usize {
            // In steps of an eighth, so that no more is taken than `COLLECTOR_BYTES_PER_ID` says.
            let longer = (id as usize + 1).next_multiple_of(1024).max(len + len / 8);
            self.drained.reserve_exact(longer - len);
            self.drained.resize(longer, Drained::default());
        }
        &mut self.drained[id as usize].ops
    }

    fn tally(&mut self, site: u32) -> &mut Tally {
        let needed = site as usize + 1;
        if self.tallies.len() < needed {
            self.tallies.resize_with(needed, Tally::default);
        }
        &mut self.tallies[site as usize]
    }

    /// That of the site of this map.
    fn spread(&mut self, id: u32) -> &mut Spread {
        &mut self.tally(site_of(id)).spread
    }

    /// First event of an id: the number of the hub that the map belongs to.
    #[cold]
    fn adopt(&mut self, hub: &Hub, id: u32) -> u32 {
        self.counts(id);
        let owner = record(id).owner.load(Ordering::Acquire);
        self.drained[id as usize].ours = owner == hub.number;
        owner
    }

    /// `sample = "auto"`: if events were lost since the last look, each such site records half as many from now on; if
    /// none were, twice as many.
    fn adapt_samples(&mut self, hub: &Hub) {
        if !site::any_auto() {
            return;
        }
        let lost = hub.health().dropped[Cause::Full as usize];
        let more = lost > self.last_loss;
        // A loss is answered at once; to try more again, every 64th pass is soon enough.
        self.calm = if more { 0 } else { self.calm + 1 };
        if !more && self.calm < 64 {
            return;
        }
        (self.last_loss, self.calm) = (lost, 0);
        for site in site::all().filter(|site| site.auto) {
            let rate = site.sample.load(Ordering::Relaxed);
            let next = if more { (rate * 2).min(1 << 16) } else { (rate / 2).max(1) };
            site.sample.store(next, Ordering::Relaxed);
        }
    }

    /// Settles, and puts a new snapshot in the place of the one before for all who have asked by now.
    fn publish(&mut self, hub: &'static Hub) -> Arc<Snapshot> {
        // Acquire: pairs with `snapshot`. What they did before they asked is in the rings that are drained below.
        let covers = hub.snapshots_asked.load(Ordering::Acquire);
        // Asked under the lock: an event that is drained as delivered is so before the sinks' leftovers are counted.
        let lost = hub.cause_of_silence();
        self.settle(hub, lost);
        let snapshot = Arc::new(self.snapshot(hub));
        // Both together: were there a panic before, the snapshot of earlier callers would go to these.
        (self.published.covers, self.published.snapshot) = (covers, Some(Arc::clone(&snapshot)));
        snapshot
    }

    /// Everything that is known now.
    pub(crate) fn snapshot(&mut self, hub: &'static Hub) -> Snapshot {
        let sites: Vec<_> = site::all().collect();
        if let Some(last) = sites.len().checked_sub(1) {
            self.tally(last as u32);
        }
        let mut live: Vec<Tally> = self.tallies.clone();
        let mut instances = 0;
        for id in 0..hub.generation.ids.high_water() {
            let Some(record) = registry::known(id).filter(|it| it.owner.load(Ordering::Acquire) == hub.number) else {
                continue;
            };
            // Still counted with its site: it began with this word set, which is behind the Acquire above. Acquire: pairs with
            // the Release store of a thread that has moved the counts itself.
            if record.moving.load(Ordering::Acquire) != 0 {
                continue;
            }
            let site_id = record.site.load(Ordering::Relaxed);
            let Some(site) = site::get(site_id) else { continue };
            let counts = *self.counts(id);
            if site_id as usize >= live.len() {
                live.resize_with(site_id as usize + 1, Tally::default);
            }
            let shared = hub.known_shared_record(site_id) == Some(id);
            if shared {
                live[site_id as usize].young_untold(hub.untold.of(site_id));
            }
            live[site_id as usize].add_live(record, counts, site.entry_size, site.info.kind, shared);
            instances += u64::from(!shared);
        }
        // What a live map came to stays known when it is less again.
        for (tally, current) in self.tallies.iter_mut().zip(&live) {
            tally.largest = tally.largest.max(current.largest);
        }
        let mut health = hub.health();
        // Two sinks may fail the same episode, and a freed map's last episode may stand for a lost event.
        let failed = hub.export_failed().min(self.offered);
        health.dropped[Cause::ExportFailed as usize] += failed;
        health.dropped[Cause::Fork as usize] += self.forked;
        health.delivered = self.delivered - failed;
        health.emitted = health.delivered + health.dropped_total() + health.sampled_out;
        health.gaps = self.gaps;
        health.instances = instances;
        health.instances_young = live.iter().map(Tally::young_now).sum();
        health.passes = self.passes;
        health.busy = self.busy;
        Snapshot {
            taken_at: std::time::SystemTime::now(),
            started_at: hub.started_at,
            pid: std::process::id(),
            program: program(),
            maps: sites
                .iter()
                .zip(&live)
                // The site of maps for which none could be had is of interest only if there are any.
                .filter(|(site, tally)| site.info.id != site::OVERFLOW_SITE || tally.is_used())
                .map(|(site, tally)| tally.snapshot(site))
                .collect(),
            health,
        }
    }
}

/// The program's name, without its folder.
fn program() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    std::path::Path::new(&path).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn of(producer: &Producer) -> names::Of {
    names::Of { number: producer.number, name: producer.name.get() }
}

fn site_of(id: u32) -> u32 {
    record(id).site.load(Ordering::Relaxed)
}

/// The span that an episode is in, and the number of the set of those it is linked to.
fn read_context(head: u64, cursor: &mut Cursor<'_>) -> (Option<SpanContext>, u64) {
    let ids = (head & IN_SPAN != 0)
        .then(|| std::array::from_fn::<_, CONTEXT_WORDS, _>(|_| cursor.word().to_ne_bytes()));
    let (unsampled, links) = if head & NOTED == 0 { (false, 0) } else { read_note(cursor.word()) };
    let context = ids.map(|[high, low, span_id]| {
        let mut trace_id = [0; 16];
        trace_id[..8].copy_from_slice(&high);
        trace_id[8..].copy_from_slice(&low);
        SpanContext { trace_id, span_id, sampled: !unsampled }
    });
    (context, links)
}

/// The collector's thread: runs until `shutdown`, and is run again, a bounded number of times, if a sink panics.
pub(crate) fn run(hub: &'static Hub) {
    hub.set_thread(std::thread::current());
    thread::be_collector();
    let mut restarts = 0;
    while catch_unwind(AssertUnwindSafe(|| drain_until_stopped(hub))).is_err() {
        restarts += 1;
        if restarts > RESTARTS {
            hub.set_phase(Phase::Dead);
            say(format_args!(
                "the collector panicked {restarts} times and is off; counts go on, spans and exports do not"
            ));
            break;
        }
        hub.restarts.fetch_add(1, Ordering::Relaxed);
    }
    outlet::abandon(hub);
}

fn drain_until_stopped(hub: &'static Hub) {
    let mut sleep = BUSY_SLEEP;
    let mut published = Instant::now();
    loop {
        let (drained, fullest) = {
            let mut core = lock(&hub.core);
            (core.pass(hub, None), core.fullest)
        };
        outlet::feed(hub);
        if published.elapsed() >= hub.config.interval {
            published = Instant::now();
            outlet::publish(hub);
        }
        let stop = answer(hub);
        if stop {
            return;
        }
        sleep = next_sleep(sleep, drained, fullest);
        if sleep < LEAST_SLEEP {
            // The rings fill faster than a sleep takes to end.
            std::thread::yield_now();
        } else {
            hub.sleep(sleep);
        }
    }
}

/// How long to sleep after a sleep of `last`, in which `drained` events came and the fullest ring filled to `fullest`:
/// until that ring should be a quarter full again, if the load stays as it is.
fn next_sleep(last: Duration, drained: u64, fullest: f64) -> Duration {
    if drained == 0 {
        return (last.max(BUSY_SLEEP) * 2).min(IDLE_SLEEP);
    }
    last.max(LEAST_SLEEP).min(BUSY_SLEEP).mul_f64((0.25 / fullest.max(1e-6)).min(64.0)).min(BUSY_SLEEP)
}

/// Answers what callers asked for. Returns whether it was to stop.
fn answer(hub: &'static Hub) -> bool {
    let (asked, until, stop) = {
        let requests = lock(&hub.requests);
        if requests.asked == requests.done {
            return false;
        }
        (requests.asked, requests.sinks_until, requests.stop)
    };
    lock(&hub.core).settle(hub, None);
    outlet::feed(hub);
    let mut left = 0;
    if let Some(until) = until {
        outlet::publish(hub);
        left = outlet::deliver(hub, until, stop);
    }
    // All under one lock, so that nobody sees the end of the collector before the answer. A sink that panicked has
    // not come here: its request is still open, and tried again.
    let mut requests = lock(&hub.requests);
    requests.done = asked;
    requests.left = left;
    if requests.asked == asked {
        requests.sinks_until = None;
    }
    if stop {
        hub.set_phase(Phase::Shutdown);
    }
    drop(requests);
    hub.answered.notify_all();
    stop
}

/// For a new thread: the ring of one that is gone and that the collector, asleep, has not come to yet. Otherwise a burst
/// of short threads would take a ring each. Costs the draining of that ring, less than making another; waits for
/// nobody: whoever holds the core drains these rings now.
pub(crate) fn reap(hub: &'static Hub) -> Option<&'static Producer> {
    let mut core = match hub.core.try_lock() {
        Ok(core) => core,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return None,
    };
    let reaped = core.reap(hub)?;
    // What is left of the dropped maps, their ids above all, is for a whole pass to give back.
    hub.wake_if_asleep();
    Some(reaped)
}

/// A settled snapshot of a hub. The caller drains for itself: it waits for a pass of the collector's thread at most,
/// and never for a sink.
///
/// Who had to wait for another caller gets the snapshot that one made, if it was begun after the call: it has
/// everything that one of its own would have. So a crowd of callers costs one or two walks over the maps, not one each.
pub(crate) fn snapshot(hub: &'static Hub) -> Arc<Snapshot> {
    thread::at_work(|| {
        // Release: whoever reads this number or a later one in `covers` sees what this thread wrote to its ring.
        let number = hub.snapshots_asked.fetch_add(1, Ordering::Release) + 1;
        let mut core = lock(&hub.core);
        // Before anything can panic, as one who never had a turn would be waited for.
        core.published.served += 1;
        let snapshot = match &core.published.snapshot {
            Some(published) if core.published.covers >= number => Arc::clone(published),
            _ => core.publish(hub),
        };
        if core.published.served == core.published.covers {
            // Nobody is left who may have it.
            core.published.snapshot = None;
        }
        snapshot
    })
}

#[cfg(test)]
mod tests;
