//! Keys and values that tell what is done to them, and that panic on demand.

use std::cell::Cell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

thread_local! {
    /// Calls until the panic; `None` if none is wanted.
    static FUSE: Cell<Option<u32>> = const { Cell::new(None) };
    static CALLS: Cell<Calls> = const { Cell::new(Calls { all: 0, hashes: 0, comparisons: 0 }) };
    static LIVE: Cell<i64> = const { Cell::new(0) };
}

/// What the fuse panics with.
struct Blown;

/// How often a collection has called its user's code.
#[derive(Clone, Copy)]
pub(crate) struct Calls {
    all: u32,
    hashes: u32,
    comparisons: u32,
}

impl Calls {
    /// Of any kind.
    #[allow(dead_code, reason = "most users print them")]
    pub(crate) fn all(self) -> u32 {
        self.all
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({} to hash, {} to compare)",
            self.all, self.hashes, self.comparisons
        )
    }
}

/// Called by everything that a collection may call of its user's, but for [`hashes`] and [`compares`].
pub(crate) fn call() {
    count(|_| {});
}

/// Called by what makes a hash.
pub(crate) fn hashes() {
    count(|calls| calls.hashes += 1);
}

/// Called by what tells whether two are equal.
pub(crate) fn compares() {
    count(|calls| calls.comparisons += 1);
}

fn count(kind: impl FnOnce(&mut Calls)) {
    let mut calls = CALLS.get();
    calls.all += 1;
    kind(&mut calls);
    CALLS.set(calls);
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

/// The calls that `work` leads to.
pub(crate) fn calls(work: impl FnOnce()) -> Calls {
    let before = CALLS.get();
    work();
    let now = CALLS.get();
    Calls {
        all: now.all - before.all,
        hashes: now.hashes - before.hashes,
        comparisons: now.comparisons - before.comparisons,
    }
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

impl Default for Probe {
    fn default() -> Self {
        call();
        Self::new(0)
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
        hashes();
        self.0.hash(state);
    }
}

impl PartialEq for Probe {
    fn eq(&self, other: &Self) -> bool {
        compares();
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
        compares();
        self.0.cmp(&other.0)
    }
}
