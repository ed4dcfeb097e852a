//! Keys and values, and a hasher, that count how often they are hashed and compared.

use std::cell::Cell;
use std::cmp::Ordering;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher};

thread_local! {
    static COUNTS: Cell<Counts> = const { Cell::new(Counts { hashers: 0, hashes: 0, eqs: 0 }) };
}

/// Hashers made, and calls of `Hash::hash` and of `PartialEq::eq`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Counts {
    hashers: u32,
    hashes: u32,
    eqs: u32,
}

fn count(add: impl FnOnce(&mut Counts)) {
    let mut counts = COUNTS.get();
    add(&mut counts);
    COUNTS.set(counts);
}

/// What `work` leads to.
pub(crate) fn counts(work: impl FnOnce()) -> Counts {
    let before = COUNTS.get();
    work();
    let after = COUNTS.get();
    Counts {
        hashers: after.hashers - before.hashers,
        hashes: after.hashes - before.hashes,
        eqs: after.eqs - before.eqs,
    }
}

/// Called by the closures of deeds, which are not counted.
pub(crate) fn call() {}

/// Places its entries in the same way in each run.
#[derive(Clone, Default)]
pub(crate) struct Fixed;

impl BuildHasher for Fixed {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> DefaultHasher {
        count(|counts| counts.hashers += 1);
        DefaultHasher::new()
    }
}

/// A key or a value. Equal and ordered by its first number only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Probe(pub(crate) u32, pub(crate) u32);

impl Probe {
    pub(crate) fn new(number: u32) -> Self {
        Self(number, 0)
    }

    pub(crate) fn marked(number: u32, mark: u32) -> Self {
        Self(number, mark)
    }
}

impl Hash for Probe {
    fn hash<H: Hasher>(&self, state: &mut H) {
        count(|counts| counts.hashes += 1);
        self.0.hash(state);
    }
}

impl PartialEq for Probe {
    fn eq(&self, other: &Self) -> bool {
        count(|counts| counts.eqs += 1);
        self.0 == other.0
    }
}

impl Eq for Probe {}

impl PartialOrd for Probe {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Probe {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
