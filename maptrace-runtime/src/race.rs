//! Two threads in one map at once: `MAPTRACE_RACE`.
//!
//! Safe code cannot come to that: it takes `unsafe`, FFI or a `static mut`. Then the map is torn up without a word, and what
//! goes wrong goes wrong later. With this each operation marks its map for as long as it lasts ([`marks`]), and whoever
//! finds another thread's mark there says so before the map's own operation runs.
//!
//! A mark is for the time of a call, never for as long as an iterator or an entry lives: those may be forgotten, and their mark
//! would accuse the next thread, which has done nothing wrong. What is ordered by a lock, a channel or a join is never reported,
//! as a mark is gone before the lock is: the calls do not overlap.
//!
//! Maps that are watched are never in the state in which all operations go the shortest way, so that this needs no look of
//! its own at the variable for `insert` and `remove`. All others look: docs/race.md has what that costs.
#![expect(unsafe_code, reason = "a mark has addresses of statics as words, which are made references again to be told")]

use std::cell::Cell;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::config::{Config, OnRace};
use crate::identity::Identity;
use crate::marks::{Act, Met, PLACES, Window};
use crate::site::TypeInfo;
use crate::thread;
use crate::traced::{Door, Plain, Removals, Traced};

mod deed;
mod tell;

pub(crate) use deed::Deed;

/// Windows that maps are spread over by their addresses. Two maps that share one only share its places.
const WINDOWS: usize = 128;
static MARKS: [Window; WINDOWS] = [const { Window::new() }; WINDOWS];

/// The variable was not asked for yet.
const UNKNOWN: u8 = 0;
/// No map is watched.
const OFF: u8 = 1;
const REPORT: u8 = 2;
const ABORT: u8 = 3;
static MODE: AtomicU8 = AtomicU8::new(UNKNOWN);

const fn number(on_race: Option<OnRace>) -> u8 {
    match on_race {
        None => OFF,
        Some(OnRace::Report) => REPORT,
        Some(OnRace::Abort) => ABORT,
    }
}

/// Whether maps are watched, as far as anybody has asked.
#[inline(always)]
pub(crate) fn is_watching() -> bool {
    // Relaxed: nothing is read on the strength of it.
    MODE.load(Ordering::Relaxed) >= REPORT
}

/// Called with the settings once they are known.
pub(crate) fn know(config: &Config) {
    let mode = if config.enabled { number(config.race) } else { OFF };
    MODE.store(mode, Ordering::Relaxed);
}

/// Asks for the variable, ahead of all other settings: the first change of a map is to be marked as well.
#[cold]
fn ask() -> bool {
    // Off meanwhile: reading it allocates, and an allocator may have a traced map. A map of another thread that is changed for the
    // first time in these microseconds is not watched.
    if MODE.compare_exchange(UNKNOWN, OFF, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
        let mode = thread::at_work(|| {
            let text = std::env::var_os("MAPTRACE_RACE").unwrap_or_default();
            number(OnRace::parse(text.to_string_lossy().trim_ascii()).flatten())
        });
        MODE.store(mode, Ordering::Relaxed);
    }
    is_watching()
}

thread_local! {
    /// What [`who`] says; 0 until it is asked.
    static WHO: Cell<u64> = const { Cell::new(0) };
}

/// The number of this thread, which no other one of this process has now. The system's, where that is known.
fn who() -> u64 {
    if WHO.get() == 0 {
        WHO.set(thread::system_number());
    }
    WHO.get()
}

/// In a forked child, by its only thread: the other marks are those of threads that it does not have.
pub(crate) fn after_fork() {
    let before = WHO.replace(0);
    if !is_watching() {
        return;
    }
    // A thread that never had a mark has nothing to keep, and may not need a number either.
    let now = if before == 0 { 0 } else { who() };
    for window in &MARKS {
        window.keep_only(before, now);
    }
    crate::site::all().for_each(|site| site.races.store(0, Ordering::Relaxed));
}

/// A mark, taken away when this is dropped, also by a panic. On no account part of what users get: see the module's text.
#[must_use = "the map is marked for as long as this lives"]
pub(crate) struct Mark(u32);

impl Mark {
    pub(crate) const NONE: Self = Self(0);

    fn new(window: usize, place: Option<usize>) -> Self {
        Self(place.map_or(0, |place| (window * PLACES + place + 1) as u32))
    }

    fn leave(&self) {
        if let Some(at) = self.0.checked_sub(1) {
            MARKS[at as usize / PLACES].leave(at as usize % PLACES);
        }
    }
}

impl Drop for Mark {
    #[inline]
    fn drop(&mut self) {
        if self.0 != 0 {
            self.leave();
        }
    }
}

/// An operation that begins.
#[derive(Clone, Copy)]
struct Begins {
    deed: Deed,
    writes: bool,
    info: Option<&'static TypeInfo>,
    /// Where in the source; `None` where that is not known.
    place: Option<&'static Location<'static>>,
}

impl Begins {
    fn act(&self) -> Act {
        let place = self.place.map_or(0, |place| ptr::from_ref(place).expose_provenance());
        let info = self.info.map_or(0, |info| ptr::from_ref(info).expose_provenance());
        Act { who: who(), deed: self.deed as u64, place: place as u64, info: info as u64 }
    }
}

fn window_of(address: u64) -> usize {
    // Fibonacci hashing: the upper bits of the product depend on all of the address.
    const SHIFT: u32 = u64::BITS - WINDOWS.trailing_zeros();
    ((address >> 3).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> SHIFT) as usize
}

fn address_of(identity: &Identity) -> u64 {
    ptr::from_ref(identity).addr() as u64
}

/// Marks a map as being used, and tells if another thread is in it.
#[cold]
#[inline(never)]
fn enter(identity: &Identity, begins: &Begins) -> Mark {
    let is_watched = is_watching() || MODE.load(Ordering::Relaxed) == UNKNOWN && ask();
    if !is_watched {
        return Mark::NONE;
    }
    let address = address_of(identity);
    let number = window_of(address);
    let window = &MARKS[number];
    let act = begins.act();
    let mine = window.enter(address, begins.writes, &act);
    let mark = Mark::new(number, mine);
    match window.meet(address, begins.writes, mine, act.who) {
        // Only now: as far as can be known nobody else is writing what is read for it.
        None => introduce(window, mine, identity),
        Some(met) => {
            if window.is_first(mine, &met) && window.subject(&met) == 0 {
                introduce(window, mine, identity);
            }
            meeting(window, mine, begins, &act, &met);
        }
    }
    mark
}

fn introduce(window: &Window, mine: Option<usize>, identity: &Identity) {
    if let Some(mine) = mine {
        window.introduce(mine, subject_word(identity));
    }
}

/// How often the other thread's word for which map it is may be looked for: it comes within nanoseconds, unless the thread
/// was just put to sleep.
const LOOKS: u32 = 10_000;

#[cold]
fn meeting(window: &Window, mine: Option<usize>, begins: &Begins, act: &Act, met: &Met) {
    if !window.claim(mine, met) {
        return;
    }
    let mut subject = 0;
    for _ in 0..LOOKS {
        subject = window.subject(met);
        if subject == 0 && window.is_first(mine, met) {
            subject = mine.map_or(0, |mine| window.own_subject(mine));
        }
        if subject != 0 {
            break;
        }
        std::hint::spin_loop();
    }
    tell::found(&tell::Meeting {
        second: Side::of(act, begins.writes),
        first: Side::of(&met.act, met.writes),
        subject: Subject::of(subject),
    });
}

/// One of the two threads.
struct Side {
    who: u64,
    deed: Deed,
    writes: bool,
    place: Option<&'static Location<'static>>,
    info: Option<&'static TypeInfo>,
}

impl Side {
    fn of(act: &Act, writes: bool) -> Self {
        // SAFETY: the word of a place is 0 or what `Begins::act` made of a reference to a static, which alone writes it: each
        // value that it ever had is one, whichever mark it is of.
        let place = unsafe { static_at(act.place) };
        // SAFETY: likewise for that of a type.
        let info = unsafe { static_at(act.info) };
        Self { who: act.who, deed: Deed::of(act.deed), writes, place, info }
    }
}

/// # Safety
/// `address` is 0 or the exposed address of a `T` that lives for ever and is not changed.
unsafe fn static_at<T>(address: u64) -> Option<&'static T> {
    let pointer = ptr::with_exposed_provenance::<T>(address as usize);
    // SAFETY: the caller promises what is asked for, and that null is the only other value.
    unsafe { pointer.as_ref() }
}

/// Which map it is.
enum Subject {
    /// That of, or one of those of, a record.
    Record(u32),
    /// One without a record, made here.
    Made(&'static Location<'static>),
    Unknown,
}

/// A word for it that is not 0.
fn subject_word(identity: &Identity) -> u64 {
    let record = || identity.subject().map(|(id, _)| id).or(identity.young().map(|young| young.id));
    match identity.caller() {
        // An even number, as places are aligned.
        Some(place) => ptr::from_ref(place).expose_provenance() as u64,
        None => record().map_or(0, |id| u64::from(id) + 1) << 1 | 1,
    }
}

impl Subject {
    fn of(word: u64) -> Self {
        if word & 1 == 1 {
            return (word >> 1).checked_sub(1).map_or(Self::Unknown, |id| Self::Record(id as u32));
        }
        // SAFETY: an even word is 0 or what `subject_word` made of a reference to a static.
        unsafe { static_at(word) }.map_or(Self::Unknown, Self::Made)
    }
}

/// A map is dropped, or gives up tracing: tells if another thread is in it. It has no place of its own, as `Drop` has not.
#[inline]
pub(crate) fn free(identity: &Identity) {
    if is_watching() {
        look(identity);
    }
}

#[cold]
fn look(identity: &Identity) {
    let address = address_of(identity);
    let window = &MARKS[window_of(address)];
    let begins = Begins { deed: Deed::Free, writes: true, info: None, place: None };
    let act = begins.act();
    if let Some(met) = window.meet(address, true, None, act.who) {
        meeting(window, None, &begins, &act, &met);
    }
}

/// Marks a map that is about to be changed.
#[inline]
#[track_caller]
fn writing(identity: &Identity, deed: Deed, info: Option<&'static TypeInfo>) -> Mark {
    if MODE.load(Ordering::Relaxed) == OFF {
        return Mark::NONE;
    }
    enter(identity, &Begins { deed, writes: true, info, place: Some(Location::caller()) })
}

impl<M: Plain> Traced<M> {
    /// Marks the map as being changed, until what this gives is dropped.
    #[inline]
    #[track_caller]
    pub(crate) fn writing(&self, deed: Deed) -> Mark {
        writing(&self.identity, deed, Some(M::INFO))
    }

    /// Marks the map as being read, until what this gives is dropped. Costs a load and a branch while no map is watched.
    #[inline]
    #[track_caller]
    pub(crate) fn reading(&self, deed: Deed) -> Mark {
        if !is_watching() {
            return Mark::NONE;
        }
        let place = Some(Location::caller());
        enter(&self.identity, &Begins { deed, writes: false, info: Some(M::INFO), place })
    }
}

impl Door<'_> {
    /// As [`Traced::writing`], for what is done through an entry.
    #[inline]
    #[track_caller]
    pub(crate) fn writing(&self, deed: Deed) -> Mark {
        writing(self.identity(), deed, None)
    }
}

impl Removals<'_> {
    /// As [`Traced::writing`], for one step of an iterator that removes.
    #[inline]
    #[track_caller]
    pub(crate) fn writing(&self, deed: Deed) -> Mark {
        writing(self.identity(), deed, None)
    }
}
