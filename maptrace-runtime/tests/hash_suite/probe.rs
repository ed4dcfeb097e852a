//! Keys and values that tell what is done to them, and that panic on demand.

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

thread_local! {
    /// Calls until the panic; `None` if none is wanted.
    static FUSE: Cell<Option<u32>> = const { Cell::new(None) };
    static CALLS: Cell<u32> = const { Cell::new(0) };
    static LIVE: Cell<i64> = const { Cell::new(0) };
}

/// What the fuse panics with.
struct Blown;

/// Called by everything that a collection may call of its user's.
pub(crate) fn call() {
    CALLS.set(CALLS.get() + 1);
    if let Some(left) = FUSE.get()
        && !std::thread::panicking()
    {
        FUSE.set(left.checked_sub(1));
        if left == 0 {
            // Without the hook: there are thousands of these, and each is wanted.
            resume_unwind(Box::new(Blown));
        }
    }
}

/// Runs `work` so that its `k`-th call panics; says whether it did.
pub(crate) fn blows(k: u32, work: impl FnOnce()) -> bool {
    FUSE.set(Some(k));
    let result = catch_unwind(AssertUnwindSafe(work));
    FUSE.set(None);
    match result {
        Ok(()) => false,
        Err(payload) if payload.is::<Blown>() => true,
        Err(payload) => resume_unwind(payload),
    }
}

/// The number of calls that `work` leads to.
pub(crate) fn calls(work: impl FnOnce()) -> u32 {
    let before = CALLS.get();
    work();
    CALLS.get() - before
}

/// Keys and values that were made and not dropped.
pub(crate) fn live() -> i64 {
    LIVE.get()
}

/// A key or a value. Equal and ordered by its first number only, so that the second tells which of two equals it is.
#[derive(Debug)]
pub(crate) struct Probe(pub(crate) u32, pub(crate) u32);

impl Probe {
    pub(crate) fn new(number: u32) -> Self {
        Self::marked(number, 0)
    }

    pub(crate) fn marked(number: u32, mark: u32) -> Self {
        LIVE.set(LIVE.get() + 1);
        Self(number, mark)
    }
}

impl Clone for Probe {
    fn clone(&self) -> Self {
        call();
        Self::marked(self.0, self.1)
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        LIVE.set(LIVE.get() - 1);
        call();
    }
}

impl Hash for Probe {
    fn hash<H: Hasher>(&self, state: &mut H) {
        call();
        self.0.hash(state);
    }
}

impl PartialEq for Probe {
    fn eq(&self, other: &Self) -> bool {
        call();
        self.0 == other.0
    }
}

impl Eq for Probe {}

impl PartialOrd for Probe {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Probe {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        call();
        self.0.cmp(&other.0)
    }
}
