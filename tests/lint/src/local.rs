//! Items in a function.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Counts how often it was called with each number.
pub fn count(number: u8) -> u64 {
    use maptrace::maptrace;

    #[maptrace]
    type Counts = BTreeMap<u8, u64>;
    #[maptrace(skip)]
    static PLAIN: Mutex<BTreeMap<u8, u64>> = Mutex::new(BTreeMap::new());
    #[maptrace]
    static COUNTS: Mutex<Counts> = Mutex::new(BTreeMap::new());

    *PLAIN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .entry(number)
        .or_default() += 1;
    *COUNTS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .entry(number)
        .and_modify(|count| *count += 1)
        .or_insert(1)
}
