//! The books when the collector does not give them up.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::books::{Books, Doubt};
use super::scratch;
use crate::collections::{BTreeMap, HashMap};
use crate::hub::{Hub, lock};
use crate::testing::Capture;
use crate::thread;

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

/// A hub whose dumps have room, and what keeps other tests away from it.
fn hub_with_room() -> (&'static Hub, Capture, MutexGuard<'static, ()>) {
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let capture = Capture::builder().nursery(true).install();
    let hub = thread::hub().expect("a capture has one");
    scratch::want(Some(&hub.generation.ids), Some(hub));
    (hub, capture, alone)
}

#[test]
fn there_is_room_for_each_map_from_its_beginning() {
    let (hub, capture, _alone) = hub_with_room();
    let mut maps: Vec<HashMap<u32, u32>> = (0..3_000).map(|_| HashMap::with_capacity(200)).collect();
    maps.iter_mut().for_each(|map| _ = map.insert(1, 1));
    let books = Books::open(hub);
    assert_eq!(books.doubt(), None);
    assert_eq!(sums(&books), (3_000, 3_000, 3_000));
    drop((books, maps, capture));
}

#[test]
fn a_core_that_is_held_is_done_without() {
    let (hub, capture, _alone) = hub_with_room();
    let mut hashed: Vec<HashMap<u32, u32>> = (0..10).map(|_| HashMap::new()).collect();
    let mut sorted = BTreeMap::new();
    for key in 0..100 {
        hashed.iter_mut().for_each(|map| _ = map.insert(key, key));
    }
    // Counted, and then some that wait in the ring.
    drop(capture.snapshot());
    for key in 0..50 {
        hashed.iter_mut().for_each(|map| _ = map.insert(key, key));
        sorted.insert(key, key);
    }
    let core = lock(&hub.core);
    let books = Books::open(hub);
    assert!(matches!(books.doubt(), Some(Doubt::Collector(Some(550..)))), "{:?}", books.doubt());
    // Nobody moves here, so they are right all the same.
    assert_eq!(sums(&books), (11, 1_050, 1_550));
    drop((books, core));
    let books = Books::open(hub);
    assert_eq!(books.doubt(), None);
    assert_eq!(sums(&books), (11, 1_050, 1_550));
    drop(books);
    // One that is gone, which nobody has read yet.
    drop(hashed.pop());
    let books = Books::open(hub);
    assert_eq!(sums(&books), (10, 950, 1_400));
    drop(books);
    // The collector has read it, and has not finished the map.
    let mut core = lock(&hub.core);
    core.pass(hub, None);
    let books = Books::open(hub);
    assert!(books.core.is_none());
    assert_eq!(sums(&books), (10, 950, 1_400));
    drop(books);
    core.pass(hub, None);
    let books = Books::open(hub);
    assert_eq!(sums(&books), (10, 950, 1_400));
    drop((books, core, hashed, sorted));
}

/// Maps that share a record are in the collector's books alone, but for what it tells of them.
#[test]
fn small_maps_are_known_without_the_core() {
    let (hub, capture, _alone) = hub_with_room();
    let small = |n: usize| {
        let insert = |i| {
            let mut map = HashMap::new();
            map.insert(i, i);
            map.insert(i + 1, i);
            map
        };
        (0..n).map(insert).collect::<Vec<HashMap<usize, usize>>>()
    };
    let mut maps = small(300);
    let mut core = lock(&hub.core);
    let held = |hub| {
        let books = Books::open(hub);
        assert!(books.core.is_none());
        sums(&books)
    };
    // All wait, all are read, and some wait again.
    assert_eq!(held(hub), (300, 600, 600));
    core.pass(hub, None);
    assert_eq!(held(hub), (300, 600, 600));
    maps.truncate(200);
    // One is promoted.
    (0..100).for_each(|key| _ = maps[0].insert(key + 1_000, key));
    assert_eq!(held(hub), (200, 500, 700));
    core.pass(hub, None);
    assert_eq!(held(hub), (200, 500, 700));
    drop(core);
    drop((maps, capture));
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
