//! Who is in which map at this moment: a place each, taken at the beginning of an operation and left at its end.
//!
//! A map has nothing of this in itself: its address says in which [`Window`] to look. So what is compared does not depend on
//! the map, which two threads may just be tearing up.
//!
//! Who enters shows a mark, then goes through the window's *turnstile*, then looks at the other marks. Turnstiles are passed one
//! after the other, so of two threads that are in one map at once the later one at least sees the mark of the other. Two
//! operations that something else has put in order, as a lock does, never see each other: the first has taken its mark away
//! before the second one looks, and no thread can see an older value than one that was written before in that order.

use crate::sync::{self, AtomicU64, Ordering, fence};

/// Marks of one window. With more threads in it at once, the last ones look and are not seen.
#[cfg(not(maptrace_loom))]
pub(crate) const PLACES: usize = 15;
#[cfg(maptrace_loom)]
pub(crate) const PLACES: usize = 2;

/// In a key beside the map's address: it is being written. Addresses are multiples of eight.
const WRITES: u64 = 1;
/// A key whose mark is being made. No map is there.
const TAKEN: u64 = 2;

/// An operation, as others see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Act {
    /// The thread.
    pub(crate) who: u64,
    /// What it does.
    pub(crate) deed: u64,
    /// Where in the source.
    pub(crate) place: u64,
    /// The type of the map; 0 if that is not known there.
    pub(crate) info: u64,
}

/// The marks of the maps that an address leads to.
#[repr(align(128))]
pub(crate) struct Window {
    /// Beside the keys, so that a look at all of them is one at two lines.
    turnstile: AtomicU64,
    keys: [AtomicU64; PLACES],
    notes: [Note; PLACES],
}

/// What is known of a mark. Written by the thread that has it.
struct Note {
    /// Of the mark in this place: another one has another number. Odd while the mark is being made.
    number: AtomicU64,
    who: AtomicU64,
    deed: AtomicU64,
    place: AtomicU64,
    info: AtomicU64,
    /// Which map it is, once its thread knows that nobody else is in it; 0 until then.
    subject: AtomicU64,
    /// Whether it was told of already.
    told: AtomicU64,
}

/// Another thread's mark that should not be there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Met {
    at: usize,
    number: u64,
    pub(crate) act: Act,
    pub(crate) writes: bool,
}

impl Note {
    #[cfg(not(maptrace_loom))]
    const fn new() -> Self {
        Self {
            number: AtomicU64::new(0),
            who: AtomicU64::new(0),
            deed: AtomicU64::new(0),
            place: AtomicU64::new(0),
            info: AtomicU64::new(0),
            subject: AtomicU64::new(0),
            told: AtomicU64::new(0),
        }
    }

    #[cfg(maptrace_loom)]
    fn new() -> Self {
        let zero = || AtomicU64::new(0);
        Self {
            number: zero(),
            who: zero(),
            deed: zero(),
            place: zero(),
            info: zero(),
            subject: zero(),
            told: zero(),
        }
    }
}

impl Window {
    #[cfg(not(maptrace_loom))]
    pub(crate) const fn new() -> Self {
        Self {
            turnstile: AtomicU64::new(0),
            keys: [const { AtomicU64::new(0) }; PLACES],
            notes: [const { Note::new() }; PLACES],
        }
    }

    #[cfg(maptrace_loom)]
    pub(crate) fn new() -> Self {
        Self {
            turnstile: AtomicU64::new(0),
            keys: std::array::from_fn(|_| AtomicU64::new(0)),
            notes: std::array::from_fn(|_| Note::new()),
        }
    }

    /// Marks the map at `address` as being used, and returns the place of the mark; `None` if all are taken.
    pub(crate) fn enter(&self, address: u64, writes: bool, act: &Act) -> Option<usize> {
        let taken = self.take(act.who);
        if let Some(at) = taken {
            let Act { who, deed, place, info } = *act;
            let note = &self.notes[at];
            // Relaxed: the thread that had the place before was seen to leave it.
            let number = note.number.load(Ordering::Relaxed) | 1;
            note.number.store(number, Ordering::Relaxed);
            // Whoever reads a word of this mark for one of the mark before also reads the odd number: pairs with the fence in
            // `read`.
            fence(sync::mark_renumbered());
            for (word, now) in [
                (&note.who, who),
                (&note.deed, deed),
                (&note.place, place),
                (&note.info, info),
                (&note.subject, 0),
                (&note.told, 0),
            ] {
                word.store(now, Ordering::Relaxed);
            }
            self.keys[at].store(key(address, writes), Ordering::Relaxed);
            note.number.store(number.wrapping_add(1), sync::mark_shown());
        }
        // Of two that pass, the second one sees what the first had written before.
        self.turnstile.fetch_add(1, sync::turnstile_passed());
        taken
    }

    fn take(&self, who: u64) -> Option<usize> {
        // Threads begin in different places, so as not to fight over one.
        let first = who as usize % PLACES;
        (first..PLACES).chain(0..first).find(|&at| {
            let key = &self.keys[at];
            // A look first, as the exchange takes the line from others.
            key.load(Ordering::Relaxed) == 0
                && key
                    .compare_exchange(0, TAKEN, sync::mark_taken(), Ordering::Relaxed)
                    .is_ok()
        })
    }

    /// Says which map the mark is on. Only for the thread that has it, and has met nobody.
    pub(crate) fn introduce(&self, at: usize, subject: u64) {
        // Release: pairs with the Acquire load in `subject`. What the words of a site or a record are was known before.
        self.notes[at].subject.store(subject, Ordering::Release);
    }

    /// Another thread in the map at `address` that must not be there while this one, whose mark is at `mine`, is. One that can
    /// say which map it is, if there is one.
    pub(crate) fn meet(&self, address: u64, writes: bool, mine: Option<usize>, who: u64) -> Option<Met> {
        let mut met: Option<Met> = None;
        for at in (0..PLACES).filter(|&at| Some(at) != mine) {
            // Relaxed: who came first is behind the turnstile, and the words of the mark are read with more care.
            let key = self.keys[at].load(Ordering::Relaxed);
            let theirs = key & WRITES != 0;
            if key & !WRITES != address || !(writes || theirs) {
                continue;
            }
            let Some((number, act)) = self.read(at, key).filter(|(_, act)| act.who != who) else {
                continue;
            };
            let other = Met {
                at,
                number,
                act,
                writes: theirs,
            };
            if self.subject(&other) != 0 {
                return Some(other);
            }
            met = met.or(Some(other));
        }
        met
    }

    /// What the mark at `at` says, if it has this key from the beginning to the end of the reading.
    fn read(&self, at: usize, key: u64) -> Option<(u64, Act)> {
        let note = &self.notes[at];
        let number = note.number.load(sync::mark_seen());
        let same_key = self.keys[at].load(Ordering::Relaxed) == key;
        let [who, deed, place, info] =
            [&note.who, &note.deed, &note.place, &note.info].map(|word| word.load(Ordering::Relaxed));
        // Pairs with the fence in `enter`: no word above is of a later mark, if the number still is the same.
        fence(sync::mark_reread());
        let same = number.is_multiple_of(2) && same_key && note.number.load(Ordering::Relaxed) == number;
        same.then_some((number, Act { who, deed, place, info }))
    }

    /// Which map this thread has said that its mark is on; 0 if it has not.
    pub(crate) fn own_subject(&self, mine: usize) -> u64 {
        self.notes[mine].subject.load(Ordering::Relaxed)
    }

    /// Which map a mark is on; 0 if that was not said, or the mark is gone.
    pub(crate) fn subject(&self, met: &Met) -> u64 {
        let note = &self.notes[met.at];
        let subject = note.subject.load(Ordering::Acquire);
        fence(sync::mark_reread());
        if note.number.load(Ordering::Relaxed) == met.number {
            subject
        } else {
            0
        }
    }

    /// Whether this thread is to tell of the meeting: if both see each other, one does, and the same one says which map it is.
    pub(crate) fn is_first(&self, mine: Option<usize>, met: &Met) -> bool {
        mine.is_some_and(|mine| mine < met.at)
    }

    /// Whether nobody has told of the meeting yet. Only the first who asks gets `true`.
    pub(crate) fn claim(&self, mine: Option<usize>, met: &Met) -> bool {
        let at = mine.map_or(met.at, |mine| mine.min(met.at));
        // Relaxed: a flag, of which nothing else follows.
        self.notes[at].told.swap(1, Ordering::Relaxed) == 0
    }

    /// Takes the mark away. Only for the thread that has it.
    pub(crate) fn leave(&self, at: usize) {
        self.keys[at].store(0, sync::mark_left());
    }

    /// Takes away the marks of all threads but one, which has another number `now`. In a forked child, which has no others.
    pub(crate) fn keep_only(&self, before: u64, now: u64) {
        for (key, note) in self.keys.iter().zip(&self.notes) {
            // Relaxed: there is one thread.
            if note.who.load(Ordering::Relaxed) == before && key.load(Ordering::Relaxed) != TAKEN {
                note.who.store(now, Ordering::Relaxed);
            } else {
                key.store(0, Ordering::Relaxed);
            }
        }
    }
}

fn key(address: u64, writes: bool) -> u64 {
    address | if writes { WRITES } else { 0 }
}

#[cfg(all(test, maptrace_loom))]
pub(crate) mod loom_tests;
#[cfg(all(test, not(maptrace_loom)))]
mod tests;
