//! The atomics that the lock-free parts are built of: std's, or loom's under `--cfg maptrace_loom`.
//!
//! Every ordering that matters has a name here, so that the model tests can weaken one at a time and show that the
//! model notices.
#![cfg_attr(
    maptrace_loom,
    expect(unsafe_code, reason = "lets loom watch accesses to a slot; never compiled otherwise")
)]

#[cfg(maptrace_loom)]
pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
#[cfg(all(feature = "race", not(maptrace_loom)))]
pub(crate) use std::sync::atomic::fence;
#[cfg(not(maptrace_loom))]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

/// A fence, or none if it is weakened.
#[cfg(maptrace_loom)]
pub(crate) fn fence(order: Ordering) {
    if order != Ordering::Relaxed {
        loom::sync::atomic::fence(order);
    }
}

/// Defines a function for each named ordering. Under loom it can be weakened to `Relaxed`.
macro_rules! orderings {
    ($($(#[$doc:meta])* $name:ident = $order:ident;)*) => {
        $(
            $(#[$doc])*
            #[cfg_attr(
                not(any(feature = "race", maptrace_loom)),
                allow(dead_code, reason = "those of marks are of the feature `race`")
            )]
            #[inline(always)]
            pub(crate) fn $name() -> Ordering {
                #[cfg(maptrace_loom)]
                if weaken::is(stringify!($name)) {
                    return Ordering::Relaxed;
                }
                Ordering::$order
            }
        )*
        /// All names, for the tests that weaken them.
        #[cfg(all(test, maptrace_loom))]
        pub(crate) const ORDERINGS: &[&str] = &[$(stringify!($name)),*];
    };
}

orderings! {
    /// A ring's `head` as the producer publishes words. Pairs with [`head_seen`].
    head_published = Release;
    /// A ring's `head` as the consumer reads it before it reads the words.
    head_seen = Acquire;
    /// A ring's `tail` as the consumer gives slots back. Pairs with [`tail_seen`].
    tail_published = Release;
    /// A ring's `tail` as the producer reads it before it writes over slots.
    tail_seen = Acquire;
    /// `closed`, the producer's last act. Pairs with [`close_seen`].
    close_published = Release;
    /// `closed`, before the drain that is to be the last.
    close_seen = Acquire;
    /// The freed stack's head as an id is pushed. Pairs with [`freed_taken`].
    freed_pushed = Release;
    /// The freed stack's head as everything is taken.
    freed_taken = Acquire;
    /// A place's address as it is added. Pairs with [`place_seen`].
    place_published = Release;
    /// A place's address, before its site is read.
    place_seen = Acquire;
    /// A place for a mark as a thread takes it. Pairs with [`mark_left`]: the words there are the thread's alone then.
    mark_taken = Acquire;
    /// A mark's key as its thread leaves the map.
    mark_left = Release;
    /// A mark's number, once its key and words are written. Pairs with [`mark_seen`].
    mark_shown = Release;
    /// A mark's number, before its key and words are read.
    mark_seen = Acquire;
    /// A window's turnstile: who passes later sees what was shown by who passed before.
    turnstile_passed = AcqRel;
    /// The fence between the number of a mark that is being made and its words. Pairs with [`mark_reread`].
    mark_renumbered = Release;
    /// The fence between the reading of a mark's words and that of its number.
    mark_reread = Acquire;
}

/// A word of a ring: relaxed atomic moves. Under loom every access is also checked for being ordered with the others,
/// which relaxed moves alone would not show; but for those to the open word, which both sides may look at at any time.
#[cfg(not(maptrace_loom))]
#[repr(transparent)]
pub(crate) struct Slot(AtomicU64);

#[cfg(not(maptrace_loom))]
impl Slot {
    pub(crate) const fn new() -> Self {
        Self::holding(0)
    }

    pub(crate) const fn holding(word: u64) -> Self {
        Self(AtomicU64::new(word))
    }

    /// Writes to a slot that the consumer does not look at.
    #[inline(always)]
    pub(crate) fn write(&self, word: u64) {
        self.rewrite(word);
    }

    /// Reads a word that stays as it is.
    #[inline(always)]
    pub(crate) fn read(&self) -> u64 {
        self.peek()
    }

    /// Writes to the open slot.
    #[inline(always)]
    pub(crate) fn rewrite(&self, word: u64) {
        self.0.store(word, Ordering::Relaxed);
    }

    /// Reads the open slot, or as its writer.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(maptrace_loom)]
pub(crate) struct Slot {
    word: AtomicU64,
    watch: loom::cell::UnsafeCell<()>,
}

// SAFETY: the cell holds nothing and its pointer is never followed; loom only records who touches it when. Kept by
// `write` and `read` below.
#[cfg(maptrace_loom)]
unsafe impl Sync for Slot {}

#[cfg(maptrace_loom)]
impl Slot {
    pub(crate) fn new() -> Self {
        Self {
            word: AtomicU64::new(0),
            watch: loom::cell::UnsafeCell::new(()),
        }
    }

    pub(crate) fn write(&self, word: u64) {
        self.watch.with_mut(|_| self.word.store(word, Ordering::Relaxed));
    }

    pub(crate) fn read(&self) -> u64 {
        self.watch.with(|_| self.word.load(Ordering::Relaxed))
    }

    pub(crate) fn rewrite(&self, word: u64) {
        self.word.store(word, Ordering::Relaxed);
    }

    pub(crate) fn peek(&self) -> u64 {
        self.word.load(Ordering::Relaxed)
    }
}

/// Which ordering a model test has weakened. loom runs a model's threads on one thread of the system.
#[cfg(maptrace_loom)]
pub(crate) mod weaken {
    use std::cell::Cell;

    std::thread_local! {
        static WEAKENED: Cell<Option<&'static str>> = const { Cell::new(None) };
    }

    pub(crate) fn is(name: &str) -> bool {
        WEAKENED.get().is_some_and(|weakened| weakened == name)
    }

    #[cfg(test)]
    pub(crate) fn set(name: Option<&'static str>) {
        WEAKENED.set(name);
    }
}
