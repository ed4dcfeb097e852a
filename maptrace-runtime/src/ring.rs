//! The bounded single-producer, single-consumer ring of one thread.
//!
//! The thread that owns the ring writes words into slots and publishes them by moving `head`; the collector reads
//! them in place and gives the slots back by moving `tail`. Both indices only ever grow (64 bits, so they do not
//! wrap in the life of a machine, and are correct if they do); a slot is `index & mask`. The slots are themselves
//! atomics, written and read relaxed: plain moves on every machine, no `unsafe`, and nothing for a race detector to
//! find. The scheme is Lamport's queue with the producer's cached copy of the consumer's index, as in
//! "B-Queue" (Wang et al., 2013) and rtrb, with one thing more: the slot at `head` is *open*. All words before it are as
//! they will stay. The open one, if it is a [word of operations](crate::event), may still get operations, so that most of
//! them move no index and take no slot. The consumer reads it as well, and keeps in mind how many it has seen there.
//!
//! There is no growing, no overwriting and no waiting: a push that does not fit is refused, and the caller counts it.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::atomic::compiler_fence;

use crate::event::{NOTHING, first_op, is_ops, one_more_op, ops_in, without_first};
use crate::memory::boxed;
use crate::sync::{self, AtomicBool, AtomicU32, AtomicU64, Ordering, Slot};

#[cfg(all(feature = "guard", not(maptrace_loom)))]
pub(crate) use aside::Pages;
#[cfg(all(feature = "flight", target_os = "linux", not(maptrace_loom)))]
pub(crate) use marks::MARKS;
use marks::{Came, Marks};

/// Fields one side writes, away from the lines the other side writes. Two lines, because x86 prefetches in pairs.
#[repr(C, align(128))]
struct Padded<T>(T);

/// What producer and consumer tell each other. In a fixed order and without pointers, because it may lie in a file that
/// other processes read: [`flight`](crate::flight).
#[repr(C)]
pub(crate) struct Ends {
    /// Index of the open slot. Range: any; `tail <= head < tail + capacity`. Written by the producer alone.
    head: Padded<AtomicU64>,
    /// Index of the next word to be read. Written by the consumer alone.
    tail: Padded<AtomicU64>,
    /// How many operations of the word at `tail` are read. The consumer's own.
    seen: AtomicU32,
    /// Set by the producer when its thread ends, cleared by the consumer when it has reaped the ring.
    closed: AtomicBool,
    /// Where events begin, so that those that are read already can be told apart.
    marks: Marks,
}

impl Ends {
    fn new(first: u64) -> Self {
        Self {
            head: Padded(AtomicU64::new(first)),
            tail: Padded(AtomicU64::new(first)),
            seen: AtomicU32::new(0),
            closed: AtomicBool::new(false),
            marks: Marks::new(first),
        }
    }
}

/// Memory of the ring's own, or memory that outlives it.
enum Memory<T: ?Sized + 'static> {
    Own(Box<T>),
    #[cfg(all(feature = "flight", target_os = "linux", not(maptrace_loom)))]
    Lent(&'static T),
}

impl<T: ?Sized> Deref for Memory<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match self {
            Self::Own(own) => own,
            #[cfg(all(feature = "flight", target_os = "linux", not(maptrace_loom)))]
            Self::Lent(lent) => lent,
        }
    }
}

/// A ring of 64-bit words. See the module's text.
pub(crate) struct Ring {
    ends: Memory<Ends>,
    slots: Memory<[Slot]>,
    came: Came,
}

impl Ring {
    /// A ring of `words` slots, rounded up to a power of two, whose indices begin at `first`; `None` if there is no memory for
    /// it.
    pub(crate) fn try_new(words: usize, first: u64) -> Option<Self> {
        let words = words.max(2).next_power_of_two();
        let mut slots = Vec::new();
        slots.try_reserve_exact(words).ok()?;
        for _ in 0..words {
            slots.push(Slot::new());
        }
        slot(&slots, first).write(NOTHING);
        Some(Self {
            ends: Memory::Own(boxed(|| Ends::new(first))?),
            slots: Memory::Own(slots.into_boxed_slice()),
            came: Came::new(),
        })
    }

    /// As [`try_new`](Self::try_new), for tests, which have memory.
    #[cfg(test)]
    pub(crate) fn new(words: usize, first: u64) -> Self {
        Self::try_new(words, first).expect("memory")
    }

    /// A ring in memory that is zero so far. There is a power of two of slots.
    #[cfg(all(feature = "flight", target_os = "linux", not(maptrace_loom)))]
    pub(crate) fn lent(ends: &'static Ends, slots: &'static [Slot]) -> Self {
        debug_assert!(slots.len().is_power_of_two());
        slot(slots, 0).write(NOTHING);
        Self {
            ends: Memory::Lent(ends),
            slots: Memory::Lent(slots),
            came: Came::new(),
        }
    }

    /// The index of the next event that is written. Producer only.
    #[cfg(all(feature = "flight", target_os = "linux", not(maptrace_loom)))]
    pub(crate) fn next(&self) -> u64 {
        // Relaxed: as in `Writer::attach`.
        let head = self.ends.head.0.load(Ordering::Relaxed);
        head.wrapping_add(u64::from(slot(&self.slots, head).peek() != NOTHING))
    }

    /// Says that the drain after this begins now, in nanoseconds. Consumer only.
    #[cfg(not(maptrace_loom))]
    #[inline]
    pub(crate) fn come(&self, now: u64) {
        self.came.set(now);
    }

    /// An event begins here. Consumer only.
    #[inline]
    fn mark(&self, index: u64) {
        self.ends.marks.add(index, self.slots.len(), &self.came);
    }

    /// Number of slots.
    #[cfg(not(maptrace_loom))]
    pub(crate) fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// Words that are written and not yet read, the open one aside. Exact only when producer or consumer stands still.
    pub(crate) fn len(&self) -> u64 {
        let tail = self.ends.tail.0.load(Ordering::Acquire);
        self.ends.head.0.load(Ordering::Acquire).wrapping_sub(tail)
    }

    /// The producer's last act: nothing is pushed after it. Producer only.
    pub(crate) fn close(&self) {
        // Release: pairs with the Acquire load in `drain_and_reap`, which then sees every push before it.
        self.ends.closed.store(true, sync::close_published());
    }

    /// Whether the producer has closed the ring and nobody has reaped it yet.
    #[cfg(not(maptrace_loom))]
    pub(crate) fn is_closed(&self) -> bool {
        // Relaxed: a hint; `drain_and_reap` looks for itself.
        self.ends.closed.load(Ordering::Relaxed)
    }

    /// Drains, and returns `true` if the producer had closed the ring before the drain began: then it is empty, and
    /// may be given to another thread. Consumer only.
    pub(crate) fn drain_and_reap(&self, read: impl FnMut(Part<'_, '_>)) -> bool {
        // The order is the point: asking after the drain would lose what was pushed between the drain and `close`.
        let closed = self.ends.closed.load(sync::close_seen());
        self.drain(read);
        if closed {
            // Relaxed: the next producer gets the ring through a mutex.
            self.ends.closed.store(false, Ordering::Relaxed);
        }
        closed
    }

    /// Hands everything that is published to `read`, in order, then gives the slots back. Consumer only.
    ///
    /// `read` gets an iterator-like cursor, because an event spans several words, or a word of operations that is not in a
    /// slot as it is. Slots are given back in steps of an eighth of the ring, so that a full ring opens early while the
    /// index's line is not fought over.
    pub(crate) fn drain(&self, mut read: impl FnMut(Part<'_, '_>)) {
        let tail = self.ends.tail.0.load(Ordering::Relaxed);
        // Acquire: pairs with the Release stores of `head`.
        let head = self.ends.head.0.load(sync::head_seen());
        let step = (self.slots.len() as u64 / 8).max(1);
        let mut given_back = tail;
        let mut cursor = Cursor {
            slots: &self.slots,
            index: tail,
            end: tail,
        };
        // Relaxed, here and below: the consumer's own.
        let mut seen = self.ends.seen.load(Ordering::Relaxed);
        let before = (tail, seen);
        if seen > 0 && head != tail {
            // It was open the last time, and is not now.
            give_ops(cursor.word(), seen, &mut read);
            seen = 0;
        }
        // Not `!=`: a reader that takes too many words must not run round the ring for ever.
        while head.wrapping_sub(cursor.index).cast_signed() > 0 {
            if cursor.end.wrapping_sub(cursor.index).cast_signed() <= 0 {
                cursor.end = cursor.index.wrapping_add(step.min(head.wrapping_sub(cursor.index)));
            }
            read(Part::Words(&mut cursor));
            if cursor.index.wrapping_sub(given_back) >= step {
                given_back = cursor.index;
                // Release: pairs with the Acquire load of `tail` in `push`; our reads are done.
                self.ends.tail.0.store(given_back, sync::tail_published());
                self.mark(given_back);
            }
        }
        // The producer may be writing to it: it is one atomic word, of which each version says more than the last. It is
        // in this slot as long as `head` was seen here, as the slot is given back by nobody but this.
        let open = slot(&self.slots, head).peek();
        if is_ops(open) {
            give_ops(open, seen, &mut read);
            seen = ops_in(open);
        }
        self.ends.seen.store(seen, Ordering::Relaxed);
        self.ends.tail.0.store(head, sync::tail_published());
        self.mark(head);
        if (head, seen) != before {
            self.ends.marks.found(&self.came);
        }
    }
}

/// Gives the operations of a word but for the first `seen`, if there are any.
fn give_ops(word: u64, seen: u32, read: &mut impl FnMut(Part<'_, '_>)) {
    if ops_in(word) > seen {
        read(Part::Ops(without_first(word, seen)));
    }
}

/// What [`Ring::drain`] hands to its reader.
pub(crate) enum Part<'c, 'a> {
    /// A word of operations.
    Ops(u64),
    /// Words in their slots, at least one: the reader takes at least one event.
    Words(&'c mut Cursor<'a>),
}

/// The slot of an index. There must be slots: their number is a power of two.
#[inline(always)]
fn slot(slots: &[Slot], index: u64) -> &Slot {
    &slots[(index as usize) & slots.len().wrapping_sub(1)]
}

/// The producer's end of a ring, or of none: what the owning thread needs for a write, on a line of its own.
///
/// It repeats the ring's `head`, so that nothing has to be read from a line that the consumer reads as well. At most one
/// writer is attached to a ring at a time; a ring may be left and attached again, as nothing but `piece` is kept here
/// alone, and that is only a permission to go on without asking.
///
/// A handler of a signal may come into the midst of any of this, and write as well. So whoever writes says that it is
/// [at work](Self::depth), and whoever finds somebody at work leaves all as it is: what it has to write is
/// [`Nested`](Pushed::Nested). Only an operation that goes to the open word does not ask: that word is of its own map, so
/// that whoever it has interrupted is not about to rewrite it, and it is published only when another is open.
#[repr(align(64))]
pub(crate) struct Writer<'r> {
    /// How many are at work here: more than one if a handler of a signal has interrupted another.
    depth: Cell<u32>,
    /// The open slot, if it may be rewritten.
    open: Cell<Open<'r>>,
    /// The slots that may be written without asking, side by side, from the last look at the consumer's index on. The
    /// first is the one that was open then; there is none if it may not be rewritten.
    piece: Cell<&'r [Slot]>,
    /// Which of them is the open one.
    at: Cell<usize>,
    /// The ring's `head` where `piece` begins.
    base: Cell<u64>,
    /// How far the owner has looked back at them: which slot, and how many operations in it.
    seen: Cell<(u32, u32)>,
    ring: Cell<Option<&'r Ring>>,
    /// That ring's `head`.
    head: Cell<Head<'r>>,
}

/// A slot to rewrite. In the place of none is one that nothing can be added to, so that a write has no case more.
#[cfg(not(maptrace_loom))]
type Open<'r> = &'r Slot;
#[cfg(not(maptrace_loom))]
static SHUT: Slot = Slot::holding(NOTHING);

/// A ring's `head`. In the place of none is one that nobody writes to, as without a ring there is no `piece`.
#[cfg(not(maptrace_loom))]
type Head<'r> = &'r AtomicU64;
#[cfg(not(maptrace_loom))]
static NO_HEAD: AtomicU64 = AtomicU64::new(0);

/// loom has no statics.
#[cfg(maptrace_loom)]
type Open<'r> = Option<&'r Slot>;
#[cfg(maptrace_loom)]
type Head<'r> = Option<&'r AtomicU64>;

impl<'r> Writer<'r> {
    #[cfg(not(maptrace_loom))]
    const SHUT: Open<'static> = &SHUT;
    #[cfg(maptrace_loom)]
    const SHUT: Open<'static> = None;
    #[cfg(not(maptrace_loom))]
    const NO_HEAD: Head<'static> = &NO_HEAD;
    #[cfg(maptrace_loom)]
    const NO_HEAD: Head<'static> = None;

    #[cfg(not(maptrace_loom))]
    const fn open(slot: &Slot) -> Open<'_> {
        slot
    }
    #[cfg(maptrace_loom)]
    const fn open(slot: &Slot) -> Open<'_> {
        Some(slot)
    }

    #[cfg(not(maptrace_loom))]
    fn head(ring: &Ring) -> Head<'_> {
        &ring.ends.head.0
    }
    #[cfg(maptrace_loom)]
    fn head(ring: &Ring) -> Head<'_> {
        Some(&ring.ends.head.0)
    }

    /// Says that somebody is at work. Then comes [`leave`](Self::leave).
    #[inline(always)]
    fn come(&self) {
        // What a handler of a signal adds it has taken off again when it returns.
        self.depth.set(self.depth.get().wrapping_add(1));
        // A handler of a signal finds this before anything that comes after it. To other threads it says nothing.
        compiler_fence(Ordering::SeqCst);
    }

    #[inline(always)]
    fn leave(&self) {
        // A handler of a signal finds all that came before it done.
        compiler_fence(Ordering::SeqCst);
        self.depth.set(self.depth.get().wrapping_sub(1));
    }

    /// As [`come`](Self::come), unless somebody is at work already, whom the caller has interrupted.
    #[inline(always)]
    fn enter(&self) -> bool {
        let alone = self.depth.get() == 0;
        if alone {
            self.come();
        }
        alone
    }

    /// Does what nothing of this thread's may come into the midst of and write; `None` if it has interrupted what may not be
    /// interrupted itself. Nothing is written meanwhile.
    #[cfg(not(maptrace_loom))]
    #[inline]
    pub(crate) fn undisturbed<R>(&self, act: impl FnOnce() -> R) -> Option<R> {
        if !self.enter() {
            return None;
        }
        let done = act();
        self.leave();
        Some(done)
    }

    /// Publishes that the words up to the open slot, at this index, are as they will stay. There is a ring.
    #[inline(always)]
    fn publish(&self, head: u64) {
        let index = self.head.get();
        #[cfg(maptrace_loom)]
        let index = index.expect("there is a ring");
        index.store(head, sync::head_published());
    }

    /// A writer of no ring: everything is refused.
    pub(crate) const fn new() -> Self {
        Self {
            depth: Cell::new(0),
            open: Cell::new(Self::SHUT),
            piece: Cell::new(&[]),
            at: Cell::new(0),
            base: Cell::new(0),
            seen: Cell::new((0, 0)),
            ring: Cell::new(None),
            head: Cell::new(Self::NO_HEAD),
        }
    }

    /// Goes over to another ring, or to none, and does `also` before anything is written there. Returns `None`, and does
    /// neither, if it has interrupted this writer.
    pub(crate) fn attach_and<R>(&self, ring: Option<&'r Ring>, also: impl FnOnce() -> R) -> Option<R> {
        if !self.enter() {
            return None;
        }
        self.open.set(Self::SHUT);
        self.head.set(ring.map_or(Self::NO_HEAD, Self::head));
        self.ring.set(ring);
        let done = also();
        // Relaxed: written by this thread, or by one whose ring came here through a mutex.
        self.go_on(ring.map_or(0, |ring| ring.ends.head.0.load(Ordering::Relaxed)), &[]);
        self.leave();
        Some(done)
    }

    /// Goes over to another ring, or to none.
    #[cfg(test)]
    pub(crate) fn attach(&self, ring: Option<&'r Ring>) {
        self.attach_and(ring, || ()).expect("nobody is interrupted");
    }

    fn go_on(&self, head: u64, piece: &'r [Slot]) {
        self.open.set(piece.first().map_or(Self::SHUT, Self::open));
        self.base.set(head);
        self.at.set(0);
        self.seen.set((0, 0));
        self.piece.set(piece);
    }

    /// Hands to `each` the operations that were written since this was last called, as words. Those before the last
    /// [`push`](Self::push) or [`attach`](Self::attach) are not among them: ask before these.
    ///
    /// The consumer has perhaps read them and given them back, and nobody else writes to a ring, so they are still there.
    pub(crate) fn look_back(&self, mut each: impl FnMut(u64)) {
        if !self.enter() {
            return;
        }
        let (from, mut seen) = self.seen.get();
        let at = self.at.get();
        // Out of bounds only if there is no piece.
        for slot in self.piece.get().get(from as usize..=at).unwrap_or_default() {
            let word = slot.peek();
            let ops = if is_ops(word) { ops_in(word) } else { 0 };
            if ops > seen {
                each(without_first(word, seen));
            }
            self.seen.set((at as u32, ops));
            seen = 0;
        }
        self.leave();
    }

    /// Adds an operation of a map with a record of its own to the open word. Returns `false` if it does not go there: then
    /// [`try_next`](Self::try_next) is to be called at once.
    #[inline(always)]
    pub(crate) fn try_add(&self, key: u64, op: u64) -> bool {
        self.come();
        let added = self.add_here(key, op);
        if added {
            self.leave();
        }
        added
    }

    /// As [`try_add`](Self::try_add) and then [`try_next`](Self::try_next), also of a map whose record others share: who is
    /// interrupted may be about to rewrite the very word.
    #[inline]
    #[cfg_attr(maptrace_loom, expect(dead_code, reason = "the models write by its parts"))]
    pub(crate) fn try_op(&self, key: u64, op: u64) -> bool {
        if !self.enter() {
            return false;
        }
        let written = self.add_here(key, op) || self.next_word(key, op).is_some();
        self.leave();
        written
    }

    #[inline(always)]
    fn add_here(&self, key: u64, op: u64) -> bool {
        let slot = self.open.get();
        #[cfg(maptrace_loom)]
        let Some(slot) = slot else { return false };
        let Some(word) = one_more_op(slot.peek(), key, op) else {
            return false;
        };
        // Relaxed: the consumer learns from this word alone, and of what is behind an operation of another thread that it
        // has seen it reads a version that has it, as writes to one word have one order.
        slot.rewrite(word);
        true
    }

    /// After [`try_add`](Self::try_add) did not: writes the operation into the next word, or returns `false` if that needs a look
    /// at the consumer's index, or there is no ring, or it has interrupted somebody who writes: then call
    /// [`push`](Self::push).
    #[inline(always)]
    pub(crate) fn try_next(&self, key: u64, op: u64) -> bool {
        // This one is.
        let alone = self.depth.get() == 1;
        let written = alone && self.next_word(key, op).is_some();
        self.leave();
        written
    }

    #[inline(always)]
    fn next_word(&self, key: u64, op: u64) -> Option<()> {
        let (piece, at) = (self.piece.get(), self.at.get());
        let slot = piece.get(at)?;
        if slot.peek() == NOTHING {
            slot.rewrite(first_op(key, op));
            return Some(());
        }
        let slot = piece.get(at + 1)?;
        slot.write(first_op(key, op));
        self.open.set(Self::open(slot));
        self.at.set(at + 1);
        // What a handler of a signal adds to the word before is there by now: this one is open.
        compiler_fence(Ordering::Release);
        // Release: pairs with the Acquire load of `head` in `drain`, which then sees the words up to this one.
        self.publish(self.base.get().wrapping_add(at as u64 + 1));
        Some(())
    }

    /// Writes an event of one word that is no operation, or returns `false` as [`try_next`](Self::try_next).
    #[inline]
    pub(crate) fn try_head(&self, head: u64) -> bool {
        if !self.enter() {
            return false;
        }
        let written = self.next_head(head).is_some();
        self.leave();
        written
    }

    #[inline(always)]
    fn next_head(&self, head: u64) -> Option<()> {
        let (piece, at) = (self.piece.get(), self.at.get());
        let open = piece.get(at)?;
        let is_free = open.peek() == NOTHING;
        let next = at + 2 - usize::from(is_free);
        let then = piece.get(next)?;
        if is_free {
            open.rewrite(head);
        } else {
            piece[at + 1].write(head);
        }
        then.write(NOTHING);
        self.open.set(Self::open(then));
        self.at.set(next);
        compiler_fence(Ordering::Release);
        // Release: as in `next_word`.
        self.publish(self.base.get().wrapping_add(next as u64));
        Some(())
    }

    /// Writes all of `words` or none. If the last is a word of operations (`ends_in_ops`), more may be added to it.
    pub(crate) fn push(&self, words: &[u64], ends_in_ops: bool) -> Pushed {
        if !self.enter() {
            return Pushed::Nested;
        }
        // Nobody adds to the word that is open now any more.
        self.open.set(Self::SHUT);
        compiler_fence(Ordering::SeqCst);
        let pushed = self.push_alone(words, ends_in_ops);
        self.leave();
        pushed
    }

    fn push_alone(&self, words: &[u64], ends_in_ops: bool) -> Pushed {
        let Some(ring) = self.ring.get() else {
            return Pushed::Refused;
        };
        let slots: &'r [Slot] = &ring.slots;
        let open = self.base.get().wrapping_add(self.at.get() as u64);
        let first = open.wrapping_add(u64::from(slot(slots, open).peek() != NOTHING));
        let head = first.wrapping_add(words.len() as u64 - u64::from(ends_in_ops));
        let capacity = slots.len() as u64;
        // Acquire: pairs with the Release store of `tail` in `drain`, so the consumer's reads of the slots come
        // before our writes.
        let end = ring.ends.tail.0.load(sync::tail_seen()).wrapping_add(capacity);
        // Behind the one that will be open.
        let free = end.wrapping_sub(head).cast_signed() - 1;
        if free < 0 {
            // Shut the fast path, even if the open word would take more: what was lost must be marked in the stream
            // before the next event, and only the caller of this method can do that.
            self.go_on(open, &[]);
            return Pushed::Refused;
        }
        let free = free as u64;
        let mut index = first;
        for &word in words {
            if index == open {
                // The consumer may look at it now.
                slot(slots, index).rewrite(word);
            } else {
                slot(slots, index).write(word);
            }
            index = index.wrapping_add(1);
        }
        if !ends_in_ops {
            slot(slots, head).write(NOTHING);
        }
        // Release: as in `next_word`; all words of one event become visible together.
        self.publish(head);
        // The next look comes after a quarter of the ring, or at the end of the slots, so that somebody notices in time
        // when the consumer does not come: it may take a millisecond to wake.
        let from = (head & (capacity - 1)) as usize;
        let more = free.min(capacity / 4).min(capacity - 1 - from as u64) as usize;
        self.go_on(head, &slots[from..=from + more]);
        if free < capacity - capacity / 4 {
            Pushed::Filling
        } else {
            Pushed::Written
        }
    }
}

/// What became of a [`Writer::push`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pushed {
    Written,
    /// Written, and the ring turned out to be a quarter full or more: time for the consumer to come.
    Filling,
    /// There is no room for it.
    Refused,
    /// It comes into the midst of another write of the same thread, in the handler of a signal.
    Nested,
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
    #[cfg(not(maptrace_loom))]
    #[inline(always)]
    pub(crate) fn run(&self) -> &'a [Slot] {
        let from = (self.index as usize) & self.slots.len().wrapping_sub(1);
        let words = self.end.wrapping_sub(self.index) as usize;
        &self.slots[from..self.slots.len().min(from + words)]
    }

    /// Goes on behind the first `words` of a [`run`](Self::run).
    #[cfg(not(maptrace_loom))]
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

#[cfg(all(feature = "guard", not(maptrace_loom)))]
mod aside;
#[cfg(all(test, maptrace_loom))]
mod loom_tests;
mod marks;
#[cfg(all(test, not(maptrace_loom)))]
mod tests;
