//! The books when the collector does not give them up.

use std::sync::{Mutex, PoisonError};

use super::books::Books;
use super::scratch;
use crate::collections::{BTreeMap, HashMap};
use crate::hub::lock;
use crate::testing::Capture;
use crate::{clock, thread};

/// There is one scratch for all.
static ALONE: Mutex<()> = Mutex::new(());

/// Maps, entries and assigns of all rows.
fn sums(books: &Books) -> (u64, u64, u64) {
    let mut sums = (0, 0, 0);
    books.each(|row| {
        sums.0 += row.live.maps;
        sums.1 += row.live.entries;
        sums.2 += row.live.totals.assigns_new + row.live.totals.assigns_replaced;
    });
    sums
}

#[test]
fn a_core_that_is_held_is_done_without() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let capture = Capture::install();
    let hub = thread::hub().expect("a capture has one");
    let mut hashed: Vec<HashMap<u32, u32>> = (0..10).map(|_| HashMap::new()).collect();
    let mut sorted = BTreeMap::new();
    for key in 0..100 {
        hashed.iter_mut().for_each(|map| _ = map.insert(key, key));
    }
    scratch::tend(hub, clock::now_ns());
    // Counted, and then some that wait in the ring.
    drop(capture.snapshot());
    for key in 0..50 {
        hashed.iter_mut().for_each(|map| _ = map.insert(key, key));
        sorted.insert(key, key);
    }
    let core = lock(&hub.core);
    let books = Books::open(hub);
    assert!(!books.are_exact());
    // Nobody moves here, so they are right all the same.
    assert_eq!(sums(&books), (11, 1_050, 1_550));
    drop((books, core));
    let books = Books::open(hub);
    assert!(books.are_exact());
    assert_eq!(sums(&books), (11, 1_050, 1_550));
    drop(books);
    // One that is gone, which nobody has read yet.
    drop(hashed.pop());
    let books = Books::open(hub);
    assert_eq!(sums(&books), (10, 950, 1_400));
    drop((books, hashed, sorted));
}

#[test]
fn a_rate_is_of_the_time_since_the_mark_or_since_the_map() {
    // Numbers of ids that no map has here.
    let id = u32::MAX;
    let second = 1_000_000_000;
    assert_eq!(scratch::rate(id, 500, u64::MAX - 2 * second, u64::MAX), Some(250));
    assert_eq!(scratch::rate(id, 500, u64::MAX - second / 20, u64::MAX), None, "too short");
    assert_eq!(scratch::rate(id, 500, 7, 6), None, "the clock of another processor");
}
