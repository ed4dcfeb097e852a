//! The hub: what the threads that record and the collector that reads have in common.
//!
//! There is one global hub for a process (one more for each forked child), and one for each capture in a test. A hub
//! is never freed: threads hold plain references to it.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant, SystemTime};

use crate::clock;
use crate::collector::{self, Core, Outlet, Spread};
use crate::config::Config;
use crate::event::OPS;
use crate::freed::FreedStack;
use crate::global::Generation;
use crate::lasting::Lasting;
use crate::lean::search;
use crate::linked::LinkSets;
use crate::memory::{boxed, room};
use crate::registry::{DRAINED_BYTES, Record, Writers, add, record};
use crate::ring::{Ends, Ring};
use crate::sink::Sink;
use crate::site::OVERFLOW_SITE;
use crate::snapshot::{Cause, Health};
use crate::thread::{self, AtWork, Producer, Told};

mod by_site;
#[cfg(feature = "guard")]
mod nurseries;
mod untold;

use by_site::{BySite, CHUNK};
#[cfg(feature = "guard")]
use nurseries::Nurseries;
use untold::Untold;

/// Bytes of the largest ring that a thread is given for one that filled: 13 ms of ten million events a second, each of another
/// map than the one before.
const LARGEST_RING: usize = 1 << 20;

/// "No record yet" in [`Hub::shared`].
const NO_RECORD: u32 = u32::MAX;

/// Lifecycle of a hub's collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    Running,
    /// `shutdown` was called.
    Shutdown,
    /// The collector panicked too often, or its thread could not be started.
    Dead,
}

/// As many ids as have their strays together.
pub(crate) const STRAYS: usize = 256;
type Strays = [[u64; OPS]; STRAYS];

/// See the module's text.
pub(crate) struct Hub {
    /// Unique in the process and its forks; never 0.
    pub(crate) number: u32,
    pub(crate) config: &'static Config,
    /// Nanoseconds from which on a single operation is told of; 0 if none is.
    pub(crate) slow: u64,
    pub(crate) generation: &'static Generation,
    /// When it was made, in nanoseconds since the anchor.
    started: u64,
    /// Events lost outside any ring, by cause.
    pub(crate) dropped: [AtomicU64; Cause::ALL.len()],
    pub(crate) freed: FreedStack,
    /// What episodes on their way are linked to.
    pub(crate) links: LinkSets,
    pub(crate) core: Mutex<Core>,
    /// How often a snapshot was asked for.
    pub(crate) snapshots_asked: AtomicU64,
    /// Where episodes and snapshots go. Locked by the collector's thread alone, before `core`.
    pub(crate) outlet: Mutex<Outlet>,
    pub(crate) new_sinks: Mutex<Vec<Box<dyn Sink>>>,
    exports: AtomicBool,
    /// Episodes that wait for the sinks.
    pub(crate) waiting: AtomicU64,
    /// Episodes that a sink refused, or that came to no sink any more.
    pub(crate) refused: AtomicU64,
    /// Episodes that sinks took and failed to deliver, as they last said.
    pub(crate) sinks_failed: AtomicU64,
    /// Notices that were told, and that were held back.
    pub(crate) notices: AtomicU64,
    pub(crate) notices_suppressed: AtomicU64,
    /// By site, the record that its maps past the cap share; [`NO_RECORD`] until there is one.
    shared: BySite<AtomicU32>,
    pub(crate) untold: Untold,
    /// By site, what the collector knows of young maps.
    #[cfg(feature = "guard")]
    pub(crate) nurseries: Nurseries,
    /// Ids taken for maps with records of their own, those that threads keep at hand included.
    ids_in_use: AtomicU32,
    producers: Mutex<Producers>,
    /// The first of all producers, which leads to the others without the lock.
    first_producer: Lasting<Producer>,
    memory: AtomicU64,
    phase: AtomicU8,
    pub(crate) past_cap: AtomicU64,
    pub(crate) restarts: AtomicU64,
    /// By id, [`STRAYS`] together, operations that another hub's collector found in its rings. See [`Hub::stray`]. A tree of them
    /// would be 5,000 lines of LLVM IR.
    strays: Mutex<Vec<Option<Box<Strays>>>>,
    /// By site, in order, the figures of pauses and batches whose episodes were lost. Sums, so that they take no more
    /// room the longer nobody looks.
    missed: Mutex<Vec<(u32, Spread)>>,
    /// For one at a time to make records of sites: of two for one site the collector would take one for a map.
    making: Mutex<()>,
    /// The collector's thread, and whether it sleeps for longer than a ring takes to fill.
    thread: Lasting<Thread>,
    asleep: AtomicBool,
    /// Requests to the collector's thread and its answers.
    pub(crate) requests: Mutex<Requests>,
    pub(crate) answered: Condvar,
}

#[derive(Default)]
struct Producers {
    all: Vec<&'static Producer>,
    /// Those whose threads are gone, drained, for the next thread.
    idle: Vec<&'static Producer>,
}

/// What callers asked of the collector's thread.
#[derive(Default)]
pub(crate) struct Requests {
    /// Number of the last request.
    pub(crate) asked: u64,
    /// Number of the last request that is done.
    pub(crate) done: u64,
    /// Until when sinks may take to deliver.
    pub(crate) sinks_until: Option<Instant>,
    /// Whether this is the last request.
    pub(crate) stop: bool,
    /// Episodes the sinks still held when the request was done.
    pub(crate) left: u64,
}

impl Hub {
    pub(crate) fn new(config: &'static Config, generation: &'static Generation, core: Core) -> Self {
        let number = generation.next_hub_number();
        let slow = match config.slow {
            Some(slow) => u64::try_from(slow.as_nanos()).unwrap_or(u64::MAX).max(1),
            None => 0,
        };
        let hub = Self {
            number,
            slow,
            config,
            generation,
            started: clock::now_ns(),
            dropped: [const { AtomicU64::new(0) }; Cause::ALL.len()],
            freed: FreedStack::new(),
            links: LinkSets::default(),
            core: Mutex::new(core),
            snapshots_asked: AtomicU64::new(0),
            outlet: Mutex::default(),
            new_sinks: Mutex::default(),
            exports: AtomicBool::new(false),
            waiting: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            sinks_failed: AtomicU64::new(0),
            notices: AtomicU64::new(0),
            notices_suppressed: AtomicU64::new(0),
            memory: AtomicU64::new(size_of::<Self>() as u64),
            shared: BySite::new(),
            untold: Untold::new(),
            #[cfg(feature = "guard")]
            nurseries: Nurseries::new(),
            ids_in_use: AtomicU32::new(0),
            producers: Mutex::default(),
            first_producer: Lasting::new(),
            phase: AtomicU8::new(Phase::Running as u8),
            past_cap: AtomicU64::new(0),
            restarts: AtomicU64::new(0),
            strays: Mutex::default(),
            missed: Mutex::default(),
            making: Mutex::default(),
            thread: Lasting::new(),
            asleep: AtomicBool::new(false),
            requests: Mutex::default(),
            answered: Condvar::new(),
        };
        // The last resort is there from the start, so that it can be had without memory and without a lock.
        hub.make_shared_record(OVERFLOW_SITE);
        hub
    }

    /// When it was made, in the time of day that it is now.
    pub(crate) fn started_at(&self) -> SystemTime {
        clock::to_system_time(self.started)
    }

    /// Adds a sink for episodes from now on.
    #[inline]
    pub(crate) fn add_sink(&self, sink: Box<dyn Sink>) {
        lock(&self.new_sinks).push(sink);
        self.exports.store(true, Ordering::Release);
    }

    /// Whether there is any sink.
    pub(crate) fn exports(&self) -> bool {
        self.exports.load(Ordering::Acquire)
    }

    /// Episodes that came to a sink in vain.
    pub(crate) fn export_failed(&self) -> u64 {
        self.refused.load(Ordering::Relaxed) + self.sinks_failed.load(Ordering::Relaxed)
    }

    /// Gives the calling thread a producer: an idle one, or a new one if memory allows.
    pub(crate) fn attach(&'static self) -> Option<&'static Producer> {
        if let Some(producer) = self.idle_producer().or_else(|| collector::reap(self)) {
            return Some(producer);
        }
        let mut producers = lock(&self.producers);
        let words = (self.config.ring_bytes / 8).next_power_of_two();
        self.new_producer(&mut producers, words, self.config.memory)
    }

    fn idle_producer(&self) -> Option<&'static Producer> {
        let producer = lock(&self.producers).idle.pop()?;
        producer.idle.store(false, Ordering::Relaxed);
        Some(producer)
    }

    /// One whose thread is gone and whose ring waits to be drained.
    pub(crate) fn closed_producer(&self) -> Option<&'static Producer> {
        lock(&self.producers).all.iter().find(|producer| producer.ring.is_closed()).copied()
    }

    /// Every producer there ever was; copied into `into` so that the lock is not held while they are drained. Those of before, and
    /// `false`, if there is no memory for all.
    pub(crate) fn copy_producers(&self, into: &mut Vec<&'static Producer>) -> bool {
        let producers = lock(&self.producers);
        // The first of them are those of before, always.
        let new = &producers.all[into.len()..];
        let is_room = into.try_reserve(new.len()).is_ok();
        if is_room {
            into.extend_from_slice(new);
        }
        is_room
    }

    /// Every producer there ever was, without a lock.
    #[cfg(feature = "guard")]
    pub(crate) fn each_producer(&self) -> impl Iterator<Item = &'static Producer> {
        std::iter::successors(self.first_producer.get(), |producer| producer.next.get())
    }

    /// Takes back a producer whose thread has gone and whose ring is empty.
    pub(crate) fn reuse(&self, producer: &'static Producer) {
        producer.idle.store(true, Ordering::Relaxed);
        producer.told.taken.store(0, Ordering::Relaxed);
        lock(&self.producers).idle.push(producer);
    }

    /// Offers a ring four times as large to the thread that has this one, at most [`LARGEST_RING`]: one that nobody has, or a
    /// new one as long as half of the memory is free. What there is room for else comes first.
    pub(crate) fn enlarge(&'static self, producer: &'static Producer) {
        let words = producer.ring.capacity() * 4;
        if words * 8 > LARGEST_RING || producer.ring.is_closed() || producer.successor.is_offered() {
            return;
        }
        let mut producers = lock(&self.producers);
        let found = producers.idle.iter().position(|idle| idle.ring.capacity() >= words);
        let larger = match found {
            Some(at) => Some(producers.idle.swap_remove(at)),
            None => self.new_producer(&mut producers, words, self.config.memory / 2),
        };
        if let Some(larger) = larger {
            // Until the thread takes it.
            larger.idle.store(true, Ordering::Relaxed);
            producer.successor.offer(larger);
        }
    }

    /// Makes a producer if that leaves the memory that is used below `limit`.
    fn new_producer(&'static self, producers: &mut Producers, words: usize, limit: u64) -> Option<&'static Producer> {
        let bytes = words * 8 + size_of::<Producer>() + size_of::<Ends>() + size_of::<Told>();
        if !self.reserve_below(bytes as u64, limit) {
            return None;
        }
        let number = producers.all.len() as u32 + 1;
        let Some(producer) = self.make_producer(producers, number, words) else {
            // The system has none, whatever the limit says.
            self.release(bytes as u64);
            return None;
        };
        // Set once each, as the lock is held.
        let link = producers.all.last().map_or(&self.first_producer, |last| &last.next);
        link.set(producer);
        producers.all.push(producer);
        Some(producer)
    }

    /// A producer, and room for it in the lists.
    fn make_producer(
        &'static self,
        producers: &mut Producers,
        number: u32,
        words: usize,
    ) -> Option<&'static Producer> {
        producers.all.try_reserve(1).ok()?;
        let idle = producers.all.len() + 1 - producers.idle.len();
        producers.idle.try_reserve(idle).ok()?;
        let place = room()?;
        let filed = self.generation.flight.get().and_then(|flight| flight.ring(self, number, words));
        let (ring, told) = match filed {
            Some(filed) => filed,
            None => (Ring::try_new(words, 0)?, &*Box::leak(boxed(Told::default)?)),
        };
        Some(Box::leak(Box::write(place, Producer::new(self, number, ring, told))))
    }

    /// Gives back what was [reserved](Self::reserve) and could not be had.
    pub(crate) fn release(&self, bytes: u64) {
        self.memory.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Takes `bytes` off what the configuration allows.
    pub(crate) fn reserve(&self, bytes: u64) -> bool {
        self.reserve_below(bytes, self.config.memory)
    }

    fn reserve_below(&self, bytes: u64, limit: u64) -> bool {
        self.memory
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                used.checked_add(bytes).filter(|&total| total <= limit)
            })
            .is_ok()
    }

    /// Takes ids from the pool, and for each chunk of records that it makes what that costs: the records, and what the
    /// collector and a panic dump keep for each.
    fn ids(&self, into: &mut [u32]) -> usize {
        #[cfg(feature = "guard")]
        let room = crate::guard::bytes_of_an_id();
        #[cfg(not(feature = "guard"))]
        let room = 0;
        let costs = |bytes: u64| bytes + bytes / crate::registry::RECORD_BYTES * (DRAINED_BYTES + room);
        let pool = &self.generation.ids;
        pool.take_or_release(into, |bytes| self.reserve(costs(bytes)), |bytes| self.release(costs(bytes)))
    }

    /// Takes ids for maps with records of their own, as far as cap and memory allow, and returns how many.
    pub(crate) fn take_ids(&self, into: &mut [u32]) -> usize {
        let wanted = into.len() as u32;
        let grant = |used: u32| wanted.min(self.config.instances.saturating_sub(used));
        // Relaxed: a count; the ids themselves come out of a mutex.
        let used = self
            .ids_in_use
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| Some(used + grant(used)))
            .unwrap_or_else(|used| used);
        let granted = grant(used);
        let taken = self.ids(&mut into[..granted as usize]);
        self.ids_in_use.fetch_sub(granted - taken as u32, Ordering::Relaxed);
        taken
    }

    /// Gives back ids of maps that are finished.
    pub(crate) fn give_back_ids(&self, freed: &[u32]) {
        self.generation.ids.give_back(freed);
        self.ids_in_use.fetch_sub(freed.len() as u32, Ordering::Relaxed);
    }

    /// The record that a site's maps share once there are too many for records of their own. Takes a lock the first time
    /// only; none for [`OVERFLOW_SITE`], which stands in where no record can be had.
    pub(crate) fn shared_record(&self, site: u32) -> Option<u32> {
        let known = self.known_shared_record(site);
        let made = if known.is_some() { known } else { self.make_shared_record(site) };
        if made.is_some() { made } else { self.known_shared_record(OVERFLOW_SITE) }
    }

    /// The same, with the thread marked as at work only for the lock that making the record takes.
    pub(crate) fn shared_record_at_work(&self, site: u32) -> Option<u32> {
        let known = self.known_shared_record(site);
        if known.is_some() {
            return known;
        }
        let _at_work = AtWork::begin();
        self.shared_record(site)
    }

    pub(crate) fn known_shared_record(&self, site: u32) -> Option<u32> {
        let id = self.shared.get(site)?.load(Ordering::Acquire);
        (id != NO_RECORD).then_some(id)
    }

    fn make_shared_record(&self, site: u32) -> Option<u32> {
        let slot = self.shared.make(site, || [const { AtomicU32::new(NO_RECORD) }; CHUNK])?;
        let _alone = lock(&self.making);
        if let Some(known) = self.known_shared_record(site) {
            return Some(known);
        }
        // Sites are few and bounded, so theirs come on top of the caps on instances and, if need be, on memory.
        let mut id = [0];
        let id = match self.ids(&mut id) {
            0 => self.generation.ids.take_for_site()?,
            _ => id[0],
        };
        if self.untold.prepare(site).is_none() {
            self.generation.ids.give_back(&[id]);
            return None;
        }
        record(id).begin(site, self.number, 0, 0, 0, false);
        // Release: pairs with the Acquire load in `known_shared_record`, behind which the record is read.
        slot.store(id, Ordering::Release);
        Some(id)
    }

    /// Why a push into a full ring failed, now.
    pub(crate) fn cause_of_full_ring(&self) -> Cause {
        self.cause_of_silence().unwrap_or(Cause::Full)
    }

    /// Why nobody will deliver what is drained now; `None` if the collector does.
    pub(crate) fn cause_of_silence(&self) -> Option<Cause> {
        match self.phase() {
            Phase::Running => None,
            Phase::Shutdown => Some(Cause::Shutdown),
            Phase::Dead => Some(Cause::CollectorDead),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Acquire) {
            0 => Phase::Running,
            1 => Phase::Shutdown,
            _ => Phase::Dead,
        }
    }

    pub(crate) fn set_phase(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Release);
    }

    /// An operation on a map of this hub that was emitted on a thread of another hub, whose collector calls this.
    pub(crate) fn stray(&self, id: u32, kind: usize) {
        let mut strays = lock(&self.strays);
        let (chunk, at) = (id as usize / STRAYS, id as usize % STRAYS);
        while strays.len() <= chunk {
            strays.push(None);
        }
        let chunk = &mut strays[chunk];
        match chunk {
            Some(counts) => counts[at][kind] += 1,
            None => {
                let mut counts = Box::new([[0; OPS]; STRAYS]);
                counts[at][kind] = 1;
                *chunk = Some(counts);
            }
        }
    }

    pub(crate) fn take_strays(&self) -> Vec<Option<Box<Strays>>> {
        std::mem::take(&mut lock(&self.strays))
    }

    /// Adds the figures of a pause or a batch whose episode was lost. It took longer than this lock does.
    pub(crate) fn missed(&self, site: u32, add: &dyn Fn(&mut Spread)) {
        let mut missed = lock(&self.missed);
        let at = match search(missed.len(), &|i| missed[i].0.cmp(&site)) {
            Ok(at) => at,
            // So the pause is in no figure.
            Err(_) if missed.try_reserve(1).is_err() => return,
            Err(at) => {
                missed.insert(at, (site, Spread::default()));
                at
            }
        };
        add(&mut missed[at].1);
    }

    pub(crate) fn take_missed(&self) -> Vec<(u32, Spread)> {
        std::mem::take(&mut lock(&self.missed))
    }

    /// Called by the collector's thread, once. Without memory nobody can wake it: it comes four times a second in any case.
    pub(crate) fn set_thread(&self, thread: Thread) {
        // A restarted collector runs on the same thread.
        if let Some(thread) = boxed(|| thread) {
            self.thread.keep(thread);
        }
    }

    /// Sleeps on the collector's thread until woken, or for `time`.
    pub(crate) fn sleep(&self, time: Duration) {
        // SeqCst: pairs with the swap in `wake_if_asleep`. A producer that misses it loses at most the events of one
        // sleep, and those are counted.
        self.asleep.store(true, Ordering::SeqCst);
        std::thread::park_timeout(time);
        self.asleep.store(false, Ordering::SeqCst);
    }

    /// Called when a ring is a quarter full or more, or when threads come and go: wakes the collector, once for each of its sleeps.
    pub(crate) fn wake_if_asleep(&self) {
        if self.asleep.load(Ordering::Relaxed) && self.asleep.swap(false, Ordering::SeqCst) {
            self.wake();
        }
    }

    /// Whether the collector sleeps and may be woken; a test may say that it does.
    #[cfg(test)]
    pub(crate) fn asleep(&self) -> &AtomicBool {
        &self.asleep
    }

    pub(crate) fn wake(&self) {
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }

    /// Asks the collector's thread to drain and its sinks to deliver, and waits for it until `deadline`.
    /// Returns what sinks had left, or `None` if the deadline passed or nobody answers.
    #[inline]
    pub(crate) fn request(&self, deadline: Instant, stop: bool) -> Option<u64> {
        if thread::is_collector() {
            // A sink that calls flush would wait for itself.
            return None;
        }
        let mut requests = lock(&self.requests);
        requests.asked += 1;
        let mine = requests.asked;
        requests.stop |= stop;
        requests.sinks_until = Some(requests.sinks_until.map_or(deadline, |until| until.max(deadline)));
        self.wake();
        while requests.done < mine {
            match self.phase() {
                Phase::Running => {}
                // It has done all that it will ever do, and this is what was left then.
                Phase::Shutdown => break,
                Phase::Dead => return None,
            }
            let left = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
            // Wakes now and then, in case the collector died between the check and the wait.
            let step = left.min(Duration::from_millis(50));
            requests = self.answered.wait_timeout(requests, step).unwrap_or_else(PoisonError::into_inner).0;
        }
        Some(requests.left)
    }

    /// The part of [`Health`] that lives here.
    pub(crate) fn health(&self) -> Health {
        let producers = lock(&self.producers);
        let mut health = Health {
            rings: (producers.all.len() - producers.idle.len()) as u64,
            memory_bytes: self.memory.load(Ordering::Relaxed),
            memory_limit_bytes: self.config.memory,
            instances_past_cap: self.past_cap.load(Ordering::Relaxed),
            restarts: self.restarts.load(Ordering::Relaxed),
            notices: self.notices.load(Ordering::Relaxed),
            notices_suppressed: self.notices_suppressed.load(Ordering::Relaxed),
            ..Health::default()
        };
        let mut add = |dropped: &[AtomicU64; Cause::ALL.len()]| {
            let sums = &mut health.dropped;
            for cause in 0..sums.len() {
                sums[cause] += dropped[cause].load(Ordering::Relaxed);
            }
        };
        add(&self.dropped);
        for producer in &producers.all {
            add(&producer.told.dropped);
            health.sampled_out += producer.sampled_out();
        }
        health
    }
}

/// Locks, whatever happened to the last holder: what our mutexes guard is right after each single step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts a map past the cap as made or freed.
pub(crate) fn count_shared(record: &Record, made: bool) {
    add(record.past_cap()[usize::from(!made)], 1, Writers::Many);
}

#[cfg(test)]
mod tests;
