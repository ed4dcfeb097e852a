//! The collector's arithmetic, and maps that are used under another collector than their own. What it promises as a
//! whole is in `tests/law`.

use super::*;
use crate::collections::BTreeMap;
use crate::testing::Capture;

#[test]
fn pauses_fall_into_the_bucket_of_their_upper_bound() {
    assert_eq!(bucket_of(1), 0);
    for (bucket, bound) in PAUSE_BOUNDS.into_iter().enumerate() {
        assert_eq!((bucket_of(bound), bucket_of(bound + 1)), (bucket, bucket + 1));
    }
    assert_eq!(bucket_of(u64::MAX), PAUSE_BOUNDS.len());
}

#[test]
fn a_collector_sleeps_shorter_the_fuller_the_rings() {
    // Nothing came: longer and longer, up to a bound.
    assert_eq!(next_sleep(Duration::ZERO, 0, 0.0), BUSY_SLEEP * 2);
    assert_eq!(next_sleep(IDLE_SLEEP, 0, 0.0), IDLE_SLEEP);
    // A full ring: a quarter of the time, and then a quarter of that.
    let first = next_sleep(BUSY_SLEEP, 1, 1.0);
    assert_eq!(first, BUSY_SLEEP / 4);
    assert!(next_sleep(first, 1, 1.0) < first);
    // A quarter full is as it should be; next to empty, the sleep is the longest under load.
    assert_eq!(next_sleep(first, 1, 0.25), first);
    assert_eq!(next_sleep(first, 1, 0.0), BUSY_SLEEP);
    assert_eq!(next_sleep(IDLE_SLEEP, 1, 0.0), BUSY_SLEEP);
}

/// A map belongs to the collector under which it was first changed, wherever it is used later.
#[test]
fn a_map_used_under_another_collector_is_counted_by_its_own() {
    let outer = Capture::install();
    let mut map = BTreeMap::new();
    map.insert(0_u32, 0);
    {
        let inner = Capture::install();
        for key in 1..1_000 {
            map.insert(key, 0);
        }
        map.remove(&1);
        map.clear();
        map.insert(7, 7);
        let now = inner.snapshot();
        assert_eq!(now.maps.iter().map(|map| map.created + map.totals.assigns_new).sum::<u64>(), 0);
        // As events they came through here: 999 assigns, a delete, the clear, and one assign more.
        assert_eq!((now.health.emitted, now.health.delivered), (1_002, 1_002));
    }
    let now = outer.snapshot();
    let site = now.map_at(file!()).expect("the map's site");
    assert_eq!((site.created, site.live, site.entries, site.clears), (1, 1, 1, 1));
    let totals = site.totals;
    assert_eq!((totals.assigns_new, totals.deletes_hit, totals.cleared), (1_001, 1, 999));
    assert_eq!(now.health.emitted, 2);
    // Dropped under a third one.
    let third = Capture::install();
    drop(map);
    assert_eq!(third.snapshot().health.delivered, 1);
    let now = outer.snapshot();
    let site = now.map_at(file!()).expect("the map's site");
    assert_eq!((site.created, site.freed, site.live, site.entries), (1, 1, 0, 0));
}

/// A ring that no collector has come to is drained by the next thread that needs one.
#[test]
fn threads_one_after_the_other_share_a_ring() {
    let capture = Capture::with_ring_bytes(1 << 10);
    let handle = capture.handle();
    let change = || {
        let mut map = BTreeMap::new();
        map.insert(0_u32, 0);
    };
    change();
    for _ in 0..2_000 {
        std::thread::spawn(move || {
            let _entered = handle.enter();
            change();
        })
        .join()
        .expect("no panic");
    }
    let rings = capture.events().into_iter().map(|event| event.thread).max();
    assert_eq!(rings, Some(2), "this thread's, and one for all others");
    let now = capture.snapshot();
    let site = now.map_at(file!()).expect("the map's site");
    assert_eq!((site.created, site.freed, site.totals.assigns_new), (2_001, 2_001, 2_001));
    assert_eq!((now.health.emitted, now.health.delivered), (3 * 2_001, 3 * 2_001));
}

/// Whichever of two captures ends first, the thread stays with the other one.
#[test]
fn captures_may_end_in_any_order() {
    let first = Capture::install();
    let second = Capture::install();
    drop(first);
    let mut map = BTreeMap::new();
    map.insert(0_u32, 0);
    let now = second.snapshot();
    assert_eq!(now.map_at(file!()).map(|site| (site.created, site.entries)), Some((1, 1)));
}

/// What nobody asks for takes no room, however long it is not asked for.
#[test]
fn lost_pauses_are_sums() {
    let capture = Capture::with_ring_bytes(64);
    let mut map = crate::collections::HashMap::new();
    map.insert(0_u32, 0_u32);
    for _ in 0..100 {
        map.reserve(1_000);
        map.shrink_to_fit();
    }
    let now = capture.snapshot();
    let site = now.map_at(file!()).expect("the map's site");
    assert_eq!((site.grows, site.shrinks), (101, 100));
    // The largest grow had both tables: of 3 entries and of 1,792.
    let bytes = |full| table::table_bytes(full, 8);
    assert_eq!(site.peak_bytes, bytes(3) + bytes(1_792));
    let timed: u64 = site.pause_buckets.iter().sum();
    assert!(timed > 0 && timed <= 101, "{timed}");
    assert!(site.pause_total >= site.pause_max && site.pause_max > Duration::ZERO);
    assert!(now.health.dropped[Cause::Full as usize] > 100, "{:?}", now.health);
}
