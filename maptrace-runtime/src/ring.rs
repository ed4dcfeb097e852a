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

use crate::sync::{self, AtomicBool, AtomicU64, Ordering, Slot};

/// Fields one side writes, away from the lines the other side writes. Two lines, because x86 prefetches in pairs.
#[repr(align(128))]
struct Padded<T>(T);

/// What only the producer writes.
struct ProducerSide {
    /// Index of the next word to be written. Range: any; `tail <= head <= tail + capacity`.
    head: AtomicU64,
    /// `tail + capacity` as the producer last saw it: it may write while `head < limit`. Read by the producer alone.
    limit: AtomicU64,
}

/// A ring of 64-bit words. See the module's text.
pub(crate) struct Ring {
    producer: Padded<ProducerSide>,
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
            producer: Padded(ProducerSide {
                head: AtomicU64::new(first),
                limit: AtomicU64::new(first.wrapping_add(words as u64)),
            }),
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

    #[inline(always)]
    fn slot(&self, index: u64) -> &Slot {
        // The mask is derived from the slice's length, so the compiler sees that the index is in bounds.
        let mask = self.slots.len() - 1;
        &self.slots[(index as usize) & mask]
    }

    /// Writes one word, or returns `false` if that needs a look at the consumer's index: then call
    /// [`push`](Self::push). Producer only.
    #[inline(always)]
    pub(crate) fn try_push_word(&self, word: u64) -> bool {
        let side = &self.producer.0;
        // Relaxed: both are written by this thread alone.
        let head = side.head.load(Ordering::Relaxed);
        if head == side.limit.load(Ordering::Relaxed) {
            return false;
        }
        self.slot(head).write(word);
        // Release: pairs with the Acquire load of `head` in `drain`, which then sees the word.
        side.head.store(head.wrapping_add(1), sync::head_published());
        true
    }

    /// Writes all of `words` or none. Producer only.
    pub(crate) fn push(&self, words: &[u64]) -> bool {
        let side = &self.producer.0;
        let head = side.head.load(Ordering::Relaxed);
        let needed = words.len() as u64;
        if side.limit.load(Ordering::Relaxed).wrapping_sub(head) < needed {
            // Acquire: pairs with the Release store of `tail` in `drain`, so the consumer's reads of the slots come
            // before our writes.
            let limit = self
                .tail
                .0
                .load(sync::tail_seen())
                .wrapping_add(self.slots.len() as u64);
            if limit.wrapping_sub(head) < needed {
                // Shut the fast path, even if a single word would still fit: what was lost must be marked in the
                // stream before the next event, and only the caller of this method can do that.
                side.limit.store(head, Ordering::Relaxed);
                return false;
            }
            side.limit.store(limit, Ordering::Relaxed);
        }
        let mut index = head;
        for &word in words {
            self.slot(index).write(word);
            index = index.wrapping_add(1);
        }
        // Release: as in `try_push_word`; all words of one event become visible together.
        side.head.store(index, sync::head_published());
        true
    }

    /// Words that are written and not yet read. Exact only when producer or consumer stands still.
    pub(crate) fn len(&self) -> u64 {
        let tail = self.tail.0.load(Ordering::Acquire);
        self.producer.0.head.load(Ordering::Acquire).wrapping_sub(tail)
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
        let head = self.producer.0.head.load(sync::head_seen());
        let step = (self.slots.len() as u64 / 8).max(1);
        let mut given_back = tail;
        let mut cursor = Cursor {
            ring: self,
            index: tail,
        };
        // Not `!=`: a reader that takes too many words must not run round the ring for ever.
        while head.wrapping_sub(cursor.index).cast_signed() > 0 {
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

/// Reads the words of one drain, in order.
pub(crate) struct Cursor<'a> {
    ring: &'a Ring,
    index: u64,
}

impl Cursor<'_> {
    /// The next word. An event is published as a whole, so the words after its head are there.
    #[inline(always)]
    pub(crate) fn word(&mut self) -> u64 {
        let word = self.ring.slot(self.index).read();
        self.index = self.index.wrapping_add(1);
        word
    }
}

#[cfg(all(test, maptrace_loom))]
mod loom_tests;
#[cfg(all(test, not(maptrace_loom)))]
mod tests;
