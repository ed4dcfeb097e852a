//! Tracing libraries that keep the active span themselves, and are asked for it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::LocalKey;

use super::SpanContext;
use crate::lasting::Lasting;

type Source = fn() -> Option<SpanContext>;

/// Sources at most. One is usual, two are possible.
const MOST: usize = 4;

static SOURCES: [Lasting<Source>; MOST] = [const { Lasting::new() }; MOST];
/// How many of them are there, or a few less for a moment.
static ADDED: AtomicUsize = AtomicUsize::new(0);

/// What is known of a source on one thread.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Here {
    /// It was never asked.
    New,
    /// It was asked before, and its thread-local is there for as long as our sentinel is.
    Alive,
    /// Its thread-local may be gone, or it panicked: it is not asked again.
    Over,
}

/// Its destruction says that a source must not be asked any more on this thread.
///
/// A library that keeps the active span in a thread-local may panic if it is asked after that is destroyed, as
/// `opentelemetry` does, and maps are changed and dropped until the very end of a thread. Thread-locals are destroyed in
/// the opposite order of their first use; the sentinel's comes after the library's, when the source was asked.
struct Sentinel(usize);

impl Drop for Sentinel {
    fn drop(&mut self) {
        set(self.0, Here::Over);
    }
}

thread_local! {
    // Without a destructor, so it is there until the end.
    static HERE: Cell<[Here; MOST]> = const { Cell::new([Here::New; MOST]) };
    /// Whether a source is being asked: what happens to maps inside it belongs to no span.
    static ASKING: Cell<bool> = const { Cell::new(false) };
    static SENTINEL_0: Sentinel = const { Sentinel(0) };
    static SENTINEL_1: Sentinel = const { Sentinel(1) };
    static SENTINEL_2: Sentinel = const { Sentinel(2) };
    static SENTINEL_3: Sentinel = const { Sentinel(3) };
}

static SENTINELS: [&LocalKey<Sentinel>; MOST] = [&SENTINEL_0, &SENTINEL_1, &SENTINEL_2, &SENTINEL_3];

fn set(index: usize, here: Here) {
    let mut all = HERE.get();
    all[index] = here;
    HERE.set(all);
}

/// Adds a way to ask for the active span of the calling thread, for tracing libraries that cannot tell when it changes.
/// For ever; once is enough, and the same function is not added again. Returns `false` if there are four already.
///
/// `source` is asked whenever an episode is written, and by [`current`](super::current): a grow, rehash, shrink, batch, clear
/// or drop of a map costs one call of it more, single operations nothing. It should take no lock, and return `None` where
/// it cannot tell. One that panics is caught and not asked again on that thread. While a thread's locals are being destroyed it is
/// asked for as long as a thread-local of its own is sure to be there.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use maptrace_runtime::context::{SpanContext, add_source, current};
///
/// thread_local!(static ACTIVE: Cell<Option<SpanContext>> = const { Cell::new(None) });
///
/// assert!(add_source(|| ACTIVE.get()));
/// let span = SpanContext { trace_id: [1; 16], span_id: [2; 8], sampled: true };
/// ACTIVE.set(Some(span));
/// assert_eq!(current(), Some(span));
/// ```
#[inline]
pub fn add_source(source: fn() -> Option<SpanContext>) -> bool {
    for (index, slot) in SOURCES.iter().enumerate() {
        let known = match slot.get() {
            Some(known) => known,
            None => slot.keep(Box::new(source)),
        };
        if std::ptr::fn_addr_eq(*known, source) {
            // Release is not needed: the cell itself is what is read next.
            ADDED.fetch_max(index + 1, Ordering::Relaxed);
            return true;
        }
    }
    false
}

/// What the first source that knows a span says. Those that were never asked on this thread are only if `anew`.
pub(super) fn ask(anew: bool) -> Option<SpanContext> {
    let added = ADDED.load(Ordering::Relaxed);
    if added == 0 || ASKING.get() {
        return None;
    }
    for index in 0..added {
        let found = ask_one(index, anew);
        if found.is_some() {
            return found;
        }
    }
    None
}

fn ask_one(index: usize, anew: bool) -> Option<SpanContext> {
    let here = HERE.get()[index];
    if here == Here::Over || (here == Here::New && !anew) {
        return None;
    }
    let source = SOURCES[index].get()?;
    ASKING.set(true);
    // It holds nothing of ours.
    let answer = catch_unwind(AssertUnwindSafe(source));
    ASKING.set(false);
    // Only now, so that it is destroyed before what the source has.
    let over = answer.is_err() || (here == Here::New && SENTINELS[index].try_with(|_| ()).is_err());
    if over {
        set(index, Here::Over);
    } else if here == Here::New {
        set(index, Here::Alive);
    }
    answer.ok().flatten()
}

/// Asks all sources for the first time on this thread, while it is sure to be in the middle of its life.
#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
pub(crate) fn prepare() {
    for index in 0..ADDED.load(Ordering::Relaxed) {
        if HERE.get()[index] == Here::New {
            ask_one(index, true);
        }
    }
}
