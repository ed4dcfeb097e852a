//! The bounded single-producer, single-consumer ring of one thread.
//!
//! The thread that owns the ring writes words into slots and publishes them by moving `head`; the collector reads
//! them in place and gives the slots back by moving `tail`. Both indices only ever grow (64 bits, so they do not
//! wrap in the life of a machine, and are correct if they do); a slot is `index & mask`. The slots are themselves
//! atomics, written and read relaxed: plain moves on every machine, no `unsafe`, and nothing for a race detector to
//! find. The scheme is Lamport's queue with the producer's cached copy of the consumer's index, as in
//! "B-Queue" (Wang et al., 2013) and rtrb.
//!
//! There is no growing, no overwriting and no waiting: a push that does not fit is refused, and the caller counts it.

use std::cell::Cell;

use crate::sync::{self, AtomicBool, AtomicU64, Ordering, Slot};

/// Fields one side writes, away from the lines the other side writes. Two lines, because x86 prefetches in pairs.
#[repr(align(128))]
struct Padded<T>(T);

/// A ring of 64-bit words. See the module's text.
pub(crate) struct Ring {
    /// Index of the next word to be written. Range: any; `tail <= head <= tail + capacity`. Written by the producer alone.
    head: Padded<AtomicU64>,
    /// Index of the next word to be read. Written by the consumer alone.
    tail: Padded<AtomicU64>,
    /// Set by the producer when its thread ends, cleared by the consumer when it has reaped the ring.
    closed: AtomicBool,
    slots: Box<[Slot]>,
}

impl Ring {
    /// A ring of `words` slots, rounded up to a power of two, whose indices begin at `first`.
    pub(crate) fn new(words: usize, first: u64) -> Self {
        let words = words.max(2).next_power_of_two();
        Self {
            head: Padded(AtomicU64::new(first)),
            tail: Padded(AtomicU64::new(first)),
            closed: AtomicBool::new(false),
            slots: (0..words).map(|_| Slot::new()).collect(),
        }
    }

    /// Number of slots.
    #[cfg(not(maptrace_loom))]
    pub(crate) fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// Words that are written and not yet read. Exact only when producer or consumer stands still.
    pub(crate) fn len(&self) -> u64 {
        let tail = self.tail.0.load(Ordering::Acquire);
        self.head.0.load(Ordering::Acquire).wrapping_sub(tail)
    }

    /// The producer's last act: nothing is pushed after it. Producer only.
    pub(crate) fn close(&self) {
        // Release: pairs with the Acquire load in `drain_and_reap`, which then sees every push before it.
        self.closed.store(true, sync::close_published());
    }

    /// Whether the producer has closed the ring and nobody has reaped it yet.
    #[cfg(not(maptrace_loom))]
    pub(crate) fn is_closed(&self) -> bool {
        // Relaxed: a hint; `drain_and_reap` looks for itself.
        self.closed.load(Ordering::Relaxed)
    }

    /// Drains, and returns `true` if the producer had closed the ring before the drain began: then it is empty, and
    /// may be given to another thread. Consumer only.
    pub(crate) fn drain_and_reap(&self, read: impl FnMut(&mut Cursor<'_>)) -> bool {
        // The order is the point: asking after the drain would lose what was pushed between the drain and `close`.
        let closed = self.closed.load(sync::close_seen());
        self.drain(read);
        if closed {
            // Relaxed: the next producer gets the ring through a mutex.
            self.closed.store(false, Ordering::Relaxed);
        }
        closed
    }

    /// Hands every published word to `read`, in order, then gives the slots back. Consumer only.
    ///
    /// `read` gets an iterator-like cursor, because an event spans several words. Slots are given back in steps of
    /// an eighth of the ring, so that a full ring opens early while the index's line is not fought over.
    pub(crate) fn drain(&self, mut read: impl FnMut(&mut Cursor<'_>)) {
        let tail = self.tail.0.load(Ordering::Relaxed);
        // Acquire: pairs with the Release stores of `head`.
        let head = self.head.0.load(sync::head_seen());
        let step = (self.slots.len() as u64 / 8).max(1);
        let mut given_back = tail;
        let mut cursor = Cursor {
            slots: &self.slots,
            index: tail,
            end: tail,
        };
        // Not `!=`: a reader that takes too many words must not run round the ring for ever.
        while head.wrapping_sub(cursor.index).cast_signed() > 0 {
            if cursor.end.wrapping_sub(cursor.index).cast_signed() <= 0 {
                cursor.end = cursor.index.wrapping_add(step.min(head.wrapping_sub(cursor.index)));
            }
            read(&mut cursor);
            if cursor.index.wrapping_sub(given_back) >= step {
                given_back = cursor.index;
                // Release: pairs with the Acquire load of `tail` in `push`; our reads are done.
                self.tail.0.store(given_back, sync::tail_published());
            }
        }
        self.tail.0.store(head, sync::tail_published());
    }
}

/// The slot of an index. There must be slots: their number is a power of two.
#[inline(always)]
fn slot(slots: &[Slot], index: u64) -> &Slot {
    &slots[(index as usize) & slots.len().wrapping_sub(1)]
}

/// The producer's end of a ring, or of none: what the owning thread needs for a write, on a line of its own.
///
/// It repeats the ring's `head`, so that nothing has to be read from a line that the consumer reads as well. At most one
/// writer is attached to a ring at a time; a ring may be left and attached again, as nothing but `room` is kept here
/// alone, and that is only a permission to go on without asking.
#[repr(align(64))]
pub(crate) struct Writer<'r> {
    /// The slots that may be written without asking, side by side, from the last look at the consumer's index on.
    room: Cell<&'r [Slot]>,
    /// How many of them are written: the slice's own bound is the only check that a write needs.
    used: Cell<usize>,
    /// The ring's `head` where `room` begins.
    base: Cell<u64>,
    /// How many of the `used` the owner has looked back at.
    seen: Cell<usize>,
    ring: Cell<Option<&'r Ring>>,
}

impl<'r> Writer<'r> {
    /// A writer of no ring: everything is refused.
    pub(crate) const fn new() -> Self {
        Self {
            room: Cell::new(&[]),
            used: Cell::new(0),
            base: Cell::new(0),
            seen: Cell::new(0),
            ring: Cell::new(None),
        }
    }

    /// Goes over to another ring, or to none.
    pub(crate) fn attach(&self, ring: Option<&'r Ring>) {
        // Relaxed: written by this thread, or by one whose ring came here through a mutex.
        self.open(ring.map_or(0, |ring| ring.head.0.load(Ordering::Relaxed)), &[]);
        self.ring.set(ring);
    }

    fn open(&self, head: u64, room: &'r [Slot]) {
        self.base.set(head);
        self.used.set(0);
        self.seen.set(0);
        self.room.set(room);
    }

    /// The words that were written by [`try_push_word`](Self::try_push_word) since this was last asked. Those before the last
    /// [`push`](Self::push) or [`attach`](Self::attach) are not among them: ask before these.
    ///
    /// The consumer has perhaps read them and given them back, and nobody else writes to a ring, so they are still there.
    pub(crate) fn look_back(&self) -> &'r [Slot] {
        let used = self.used.get();
        // Out of bounds only if a signal's handler comes into the midst of `open`.
        self.room.get().get(self.seen.replace(used)..used).unwrap_or_default()
    }

    /// Writes one word, or returns `false` if that needs a look at the consumer's index, or there is no ring: then call
    /// [`push`](Self::push).
    #[inline(always)]
    pub(crate) fn try_push_word(&self, word: u64) -> bool {
        let used = self.used.get();
        let (Some(slot), Some(ring)) = (self.room.get().get(used), self.ring.get()) else {
            return false;
        };
        slot.write(word);
        self.used.set(used + 1);
        // Release: pairs with the Acquire load of `head` in `drain`, which then sees the word.
        ring.head
            .0
            .store(self.base.get().wrapping_add(used as u64 + 1), sync::head_published());
        true
    }

    /// Writes all of `words` or none.
    pub(crate) fn push(&self, words: &[u64]) -> Pushed {
        let Some(ring) = self.ring.get() else {
            return Pushed::Refused;
        };
        let head = self.base.get().wrapping_add(self.used.get() as u64);
        let needed = words.len() as u64;
        let capacity = ring.slots.len() as u64;
        // Acquire: pairs with the Release store of `tail` in `drain`, so the consumer's reads of the slots come
        // before our writes.
        let free = ring
            .tail
            .0
            .load(sync::tail_seen())
            .wrapping_add(capacity)
            .wrapping_sub(head);
        if free < needed {
            // Shut the fast path, even if a single word would still fit: what was lost must be marked in the stream
            // before the next event, and only the caller of this method can do that.
            self.open(head, &[]);
            return Pushed::Refused;
        }
        let mut index = head;
        for &word in words {
            slot(&ring.slots, index).write(word);
            index = index.wrapping_add(1);
        }
        // Release: as in `try_push_word`; all words of one event become visible together.
        ring.head.0.store(index, sync::head_published());
        // The next look comes after half a ring, or at the end of the slots, so that somebody notices in time when the
        // consumer does not come.
        let from = (index & (capacity - 1)) as usize;
        let room = (free - needed).min(capacity / 2).min(capacity - from as u64) as usize;
        self.open(index, &ring.slots[from..from + room]);
        if free - needed < capacity / 2 {
            Pushed::HalfFull
        } else {
            Pushed::Written
        }
    }
}

/// What became of a [`Writer::push`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pushed {
    Written,
    /// Written, and the ring turned out to be half full or more: time for the consumer to come.
    HalfFull,
    /// There is no room for it.
    Refused,
}

/// Reads the words of one drain, in order.
pub(crate) struct Cursor<'a> {
    slots: &'a [Slot],
    index: u64,
    /// How far [`run`](Self::run) may go before slots are given back.
    end: u64,
}

impl<'a> Cursor<'a> {
    /// The next words as far as they lie side by side: at least one, and not necessarily all. To be read, and then
    /// [skipped](Self::skip).
    #[inline(always)]
    pub(crate) fn run(&self) -> &'a [Slot] {
        let from = (self.index as usize) & self.slots.len().wrapping_sub(1);
        let words = self.end.wrapping_sub(self.index) as usize;
        &self.slots[from..self.slots.len().min(from + words)]
    }

    /// Goes on behind the first `words` of a [`run`](Self::run).
    #[inline(always)]
    pub(crate) fn skip(&mut self, words: usize) {
        self.index = self.index.wrapping_add(words as u64);
    }

    /// The next word. An event is published as a whole, so the words after its head are there.
    #[inline(always)]
    pub(crate) fn word(&mut self) -> u64 {
        let word = slot(self.slots, self.index).read();
        self.index = self.index.wrapping_add(1);
        word
    }
}

#[cfg(all(test, maptrace_loom))]
mod loom_tests;
#[cfg(all(test, not(maptrace_loom)))]
mod tests;
