//! The collector: drains every ring, counts, finishes maps that were freed, and hands episodes to sinks.
//!
//! [`Core`] is what one collector knows, behind a mutex that is the ring's single-consumer rule made visible: whoever
//! holds it is the consumer. The global hub's core is driven by a thread ([`run`]); a capture's by the test itself.
//!
//! Here is a pass as a whole; what is read in it is in `draining`, what comes of it in `publishing`, and when there is
//! one in `running`.

use std::sync::TryLockError;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::clock;
use crate::context::SpanContext;
use crate::episode::Episode;
use crate::event::OPS;
use crate::flight::Flight;
use crate::hub::{Hub, STRAYS};
use crate::registry::{drained, record};
use crate::site;
use crate::snapshot::Cause;
use crate::testing::Event;
use crate::thread::Producer;

#[cfg(feature = "guard")]
mod aside;
mod count;
mod draining;
mod names;
mod outlet;
mod publishing;
mod running;
mod tally;
mod young;

pub(crate) use outlet::Outlet;
#[cfg(all(feature = "flight", target_os = "linux"))]
pub(crate) use publishing::program;
use publishing::Published;
pub(crate) use publishing::snapshot;
pub(crate) use running::run;
use tally::Tally;
#[cfg(feature = "guard")]
pub(crate) use tally::live::{Live, YOUNG_WORDS, Young};
pub(crate) use tally::{Moment, Spread};

/// How full a ring is that its thread is to have a larger one for: a collector that is woken at a quarter came late.
const LATE: f64 = 0.5;
/// Episodes that may wait for sinks, whether taken out for them already or not; more are counted as failed. Sinks do not
/// block, so it holds what one pass drains.
const WAITING: u64 = 65_536;

/// What one collector knows.
#[derive(Default)]
pub(crate) struct Core {
    /// Where what is known is told as well, if there is a recording.
    flight: Option<&'static Flight>,
    /// By site.
    tallies: Vec<Tally>,
    /// Sites whose tallies the recording is to be told of.
    touched: Vec<u32>,
    /// Maps whose Free was seen in the pass before, and in this one.
    closing: Vec<Closing>,
    closed_now: Vec<Closing>,
    delivered: u64,
    gaps: u64,
    /// Words that cannot be what a thread has written.
    damaged: u64,
    forked: u64,
    passes: u64,
    busy: Duration,
    /// Episodes for the sinks.
    waiting: Vec<Episode>,
    /// Delivered events that became episodes for the sinks: no more than these can fail to be exported.
    offered: u64,
    /// Whether panic dumps know what young maps there were before they were installed.
    #[cfg(feature = "guard")]
    young_are_told: bool,
    /// Whether this pass only takes account of what nobody will deliver.
    silent: bool,
    producers: Vec<&'static Producer>,
    names: names::Names,
    /// How full the fullest ring was at the last pass, 0 to 1.
    fullest: f64,
    /// Those whose rings the last pass found half full or more, for larger ones: they filled faster than it came.
    late: Vec<&'static Producer>,
    /// Everything that is drained, for a capture.
    pub(crate) captured: Option<Captured>,
    /// Events that full rings had lost at the last look, for `sample = "auto"`.
    last_loss: u64,
    /// Passes with events since it changed a rate.
    calm: u32,
    published: Published,
    /// How many of the next passes are to panic.
    #[cfg(test)]
    panics: u32,
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
    #[inline]
    pub(crate) fn for_capture() -> Self {
        Self { captured: Some(Captured::default()), ..Self::default() }
    }

    /// One that tells the recording, if there is one.
    pub(crate) fn filed(flight: Option<&'static Flight>) -> Self {
        Self { flight, ..Self::default() }
    }

    /// Drains every ring once. Returns the number of events.
    ///
    /// `lost` turns the pass into an account of what nobody will deliver: events still count as operations, but as
    /// events they are lost for this cause. Without memory there is none: what rings cannot hold until the next one is lost,
    /// and counted.
    pub(crate) fn pass(&mut self, hub: &'static Hub, lost: Option<Cause>) -> u64 {
        let begun = Instant::now();
        let now = clock::now_ns();
        clock::publish_tick(now);
        if !self.make_room(hub) {
            return 0;
        }
        self.begin_filing(now);
        // Those whose Free was seen in an earlier pass: everything that happened to them before is in rings that this
        // pass drains, because the drop came after it and we read the rings' heads after seeing the drop.
        let finished = std::mem::take(&mut self.closing);
        // As with these: what was written while they held is in rings that this pass drains.
        let unlinked = hub.links.take_ended();
        let before = self.delivered;
        self.silent = lost.is_some();
        #[cfg(feature = "guard")]
        self.tell_all_young(hub);
        let producers = std::mem::take(&mut self.producers);
        self.fullest = 0.0;
        self.late.clear();
        for producer in &producers {
            producer.ring.come(now);
            let filled = producer.ring.len() as f64 / producer.ring.capacity() as f64;
            self.fullest = self.fullest.max(filled);
            let reaped = self.drain(hub, producer, now);
            producer.told.sampled_out.store(producer.sampled_out(), Ordering::Relaxed);
            if reaped {
                // What the thread lost at its very end, after its last event: the ring's next thread has no part in it.
                self.note_gap(producer, producer.take_gap());
                hub.reuse(producer);
                if let Some(unused) = producer.successor.take() {
                    hub.reuse(unused);
                }
            } else if filled >= LATE {
                self.late.push(producer);
            }
        }
        self.producers = producers;
        hub.links.forget(&unlinked);
        hub.freed.take_all(
            |id| &record(id).next_freed,
            |id| {
                set_closing(id, true);
                let thread = names::Of::default();
                self.close(hub, Closing { id, at: now, capacity: 0, thread, context: None, told: false });
            },
        );
        let mut id = 0;
        for counts in &hub.take_strays() {
            match counts {
                Some(counts) => {
                    for counts in &**counts {
                        add_strays(hub, id, counts);
                        id += 1;
                    }
                }
                None => id += STRAYS as u32,
            }
        }
        for (site, missed) in &hub.take_missed() {
            self.tally(*site).spread.merge(missed);
        }
        for some in finished.chunks(64) {
            // So many, as they are given back under a lock.
            let (mut freed, mut len) = ([0; 64], 0);
            for closing in some {
                if self.finish(hub, closing) {
                    freed[len] = closing.id;
                    len += 1;
                }
            }
            hub.give_back_ids(&freed[..len]);
        }
        std::mem::swap(&mut self.closing, &mut self.closed_now);
        self.passes += 1;
        let drained = self.account(hub, before, lost);
        if drained > 0 {
            self.adapt_samples(hub);
        }
        self.end_filing(hub);
        self.busy += begun.elapsed();
        drained
    }

    /// Reads a ring to its end. Returns whether its thread is gone.
    fn drain(&mut self, hub: &'static Hub, producer: &Producer, now: u64) -> bool {
        producer.ring.drain_and_reap(|part| self.read(hub, producer, part, now))
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
        if !self.make_room(hub) {
            return None;
        }
        let lost = hub.cause_of_silence();
        self.silent = lost.is_some();
        let (now, before) = (clock::now_ns(), self.delivered);
        self.begin_filing(now);
        producer.ring.come(now);
        let reaped = self.drain(hub, producer, now);
        if reaped {
            self.note_gap(producer, producer.take_gap());
        }
        self.account(hub, before, lost);
        self.end_filing(hub);
        reaped.then_some(producer)
    }

    /// Says in the recording, if there is one, that things are being moved about.
    fn begin_filing(&self, now: u64) {
        if let Some(flight) = self.flight {
            flight.begin_pass(now);
        }
    }

    /// Says in the recording that all is in its place.
    fn end_filing(&mut self, hub: &Hub) {
        self.file_tallies();
        if let Some(flight) = self.flight {
            flight.end_pass(hub, self.passes, self.delivered, self.gaps);
        }
    }

    /// Tells the recording of the sites that something was added to.
    fn file_tallies(&mut self) {
        let Some(flight) = self.flight else { return };
        while let Some(site) = self.touched.pop() {
            let tally = &mut self.tallies[site as usize];
            tally.touched = false;
            flight.set_tally(site, tally.words());
        }
    }

    /// Passes until everything emitted before the call is counted and every freed map is finished.
    pub(crate) fn settle(&mut self, hub: &'static Hub, lost: Option<Cause>) {
        #[cfg(test)]
        if let Some(left) = self.panics.checked_sub(1) {
            self.panics = left;
            panic!("as the test asks");
        }
        let before = self.passes;
        self.pass(hub, lost);
        self.pass(hub, lost);
        if self.passes < before + 2 {
            // There was no memory for one of them.
            self.pass(hub, lost);
        }
    }

    /// Makes larger rings for those that filled, as far as there is memory for them.
    fn enlarge(&mut self, hub: &'static Hub) {
        while let Some(producer) = self.late.pop() {
            hub.enlarge(producer);
        }
    }

    /// Events were lost here, if any were.
    fn note_gap(&mut self, producer: &Producer, lost: u64) {
        if lost == 0 {
            return;
        }
        self.gaps += 1;
        if let Some(captured) = &mut self.captured {
            captured.events.push(Event::gap(producer.number(), lost));
        }
    }

    /// Makes room for what a pass adds to, but for maps that are dropped, of which nobody knows how many there are. `false` if there
    /// is no memory for it.
    fn make_room(&mut self, hub: &Hub) -> bool {
        let sites = site::count().max(1);
        hub.copy_producers(&mut self.producers)
            && self.late.try_reserve(self.producers.len()).is_ok()
            && (self.flight.is_none() || self.touched.try_reserve(sites).is_ok())
            && self.make_tallies(sites)
    }

    /// Makes room for tallies of so many sites.
    fn make_tallies(&mut self, sites: usize) -> bool {
        let len = self.tallies.len();
        // In steps of an eighth: they are large, and twice as many as are needed would be a part of all there is.
        self.tallies.capacity() >= sites
            || self.tallies.try_reserve_exact(sites.max(len + len / 8) - len).is_ok()
    }

    /// Whether a site has a tally, or can have one: there is room for those that were there when the pass began.
    fn has_tally(&mut self, site: u32) -> bool {
        self.make_tallies(site as usize + 1)
    }

    /// The tally of a site. That of [`OVERFLOW_SITE`](site::OVERFLOW_SITE) if the site is newer than the pass and there is no memory.
    fn tally(&mut self, site: u32) -> &mut Tally {
        let site = if self.has_tally(site) { site } else { site::OVERFLOW_SITE };
        tally::make_room(&mut self.tallies, site);
        touch(self.flight, &mut self.tallies, &mut self.touched, site);
        &mut self.tallies[site as usize]
    }

    /// A map was dropped, and is to be finished in the next pass; or in the one after that, if there is no memory to keep it in mind.
    fn close(&mut self, hub: &Hub, closing: Closing) {
        if self.closed_now.try_reserve(1).is_ok() {
            self.closed_now.push(closing);
        } else {
            hub.freed.push(closing.id, |id| &record(id).next_freed);
        }
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
        for site in site::all() {
            if !site.auto {
                continue;
            }
            let rate = site.sample.load(Ordering::Relaxed);
            let next = if more { (rate * 2).min(1 << 16) } else { (rate / 2).max(1) };
            site.sample.store(next, Ordering::Relaxed);
        }
    }
}

/// The recording, if there is one, is to be told of this site at the end of the pass.
#[inline]
fn touch(flight: Option<&Flight>, tallies: &mut [Tally], touched: &mut Vec<u32>, site: u32) {
    // There is room for those that were there when the pass began; another is told of another time.
    if flight.is_some()
        && touched.len() < touched.capacity()
        && !std::mem::replace(&mut tallies[site as usize].touched, true)
    {
        touched.push(site);
    }
}

/// Says what is known of a site's young maps by now, for panic dumps, before their words are given back to their thread.
#[inline]
fn tell_young(_hub: &Hub, _tallies: &[Tally], _site: u32) {
    #[cfg(feature = "guard")]
    if crate::guard::is_installed() {
        _hub.nurseries.tell(_site, &Young::of(&_tallies[_site as usize]));
    }
}

/// Adds what other hubs' collectors found of a map.
fn add_strays(hub: &Hub, id: u32, strays: &[u64; OPS]) {
    // The map may be finished, and its id another's: it was used outside its capture, and what of that comes after its end is
    // not counted.
    if *strays == [0; OPS] || record(id).owner.load(Ordering::Acquire) != hub.number {
        return;
    }
    for (op, strays) in strays.iter().enumerate() {
        drained(id).add(op, *strays);
    }
}

fn site_of(id: u32) -> u32 {
    record(id).site.load(Ordering::Relaxed)
}

/// Says, for panic dumps, that a map was dropped and is not finished, or no more so.
#[inline]
fn set_closing(_id: u32, _closing: bool) {
    #[cfg(feature = "guard")]
    crate::guard::set_closing(_id, _closing);
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

#[cfg(test)]
mod tests;
