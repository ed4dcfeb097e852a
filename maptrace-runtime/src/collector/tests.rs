//! The collector's arithmetic, and maps that are used under another collector than their own. What it promises as a
//! whole is in `tests/law`.

use super::*;
use crate::collections::BTreeMap;
use crate::episode::EpisodeKind;
use crate::event::{EventKind, map_bits};
use crate::testing::Capture;
use crate::{registry, table, thread};

mod damaged;
mod histograms;
mod snapshots;

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

/// Of many maps and in whatever order of their ids, as they come where many were made under another collector.
#[test]
fn many_maps_used_under_another_collector_are_counted_by_their_own() {
    const MAPS: usize = 300;
    let outer = Capture::install();
    // Of more entries than young maps have, so that each has an id of its own.
    let mut maps: Vec<crate::collections::HashMap<usize, ()>> = (0..MAPS).map(|_| (0..300).map(|key| (key, ())).collect()).collect();
    {
        let inner = Capture::install();
        for round in 0..3 {
            for at in (0..MAPS).rev() {
                let at = (at * 7 + round) % MAPS;
                // An operation of each kind.
                maps[at].insert(5, ());
                maps[at].insert(1_000 + round, ());
                maps[at].remove(&round);
                maps[at].remove(&10_000);
            }
        }
        let now = inner.snapshot();
        assert_eq!(now.maps.iter().map(|map| map.totals.assigns_new).sum::<u64>(), 0);
    }
    let now = outer.snapshot();
    let totals = |of: fn(&crate::MapSnapshot) -> u64| now.maps.iter().map(of).sum::<u64>();
    let each = 3 * MAPS as u64;
    let collected = 300 * MAPS as u64;
    assert_eq!(totals(|map| map.totals.assigns_new + map.totals.assigns_replaced), collected + 2 * each);
    assert_eq!((totals(|map| map.totals.deletes_hit), totals(|map| map.totals.deletes_miss)), (each, each));
    assert_eq!((totals(|map| map.live), totals(|map| map.entries)), (MAPS as u64, 300 * MAPS as u64));
    // Each map's own share: what is dropped takes its entries along.
    maps.truncate(MAPS / 2);
    drop(maps);
    let now = outer.snapshot();
    assert_eq!(now.maps.iter().map(|map| map.live + map.entries).sum::<u64>(), 0);
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

/// Where a thread goes back to when captures end first in, first out.
#[test]
fn no_thread_stays_in_a_capture_that_has_ended() {
    let outer = Capture::install();
    let captures = [Capture::install(), Capture::install(), Capture::install()];
    let mut inside = BTreeMap::new();
    inside.insert(0_u32, 0);
    drop(captures);
    let mut after = BTreeMap::new();
    after.insert(0_u32, 0);
    assert_eq!(outer.snapshot().map_at(file!()).map(|site| site.created), Some(1));
}

/// A thread that was refused a ring in a capture is not refused elsewhere.
#[test]
fn a_refusal_ends_with_its_capture() {
    let outer = Capture::install();
    let poor = Capture::builder().memory(0).install();
    let mut map = BTreeMap::new();
    map.insert(0_u32, 0);
    assert!(poor.snapshot().health.dropped[Cause::Disabled as usize] > 0);
    drop(poor);
    let mut map = BTreeMap::new();
    map.insert(0_u32, 0);
    let health = outer.snapshot().health;
    assert_eq!((health.delivered, health.dropped_total()), (2, 0));
}

/// What nobody asks for takes no room, however long it is not asked for.
#[test]
fn lost_pauses_are_sums() {
    let capture = Capture::with_ring_bytes(1 << 10);
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

/// What was reserved was never there; and the hint is for the table the map came to, not for the one before.
#[test]
fn the_largest_map_is_as_large_as_it_was_seen() {
    let capture = Capture::install();
    let mut reserved = crate::collections::HashMap::<u32, u32>::new();
    reserved.reserve(100);
    let mut grown = crate::collections::HashMap::new();
    for key in 0..1_793_u32 {
        grown.insert(key, [0_u64; 2]);
    }
    grown.clear();
    let now = capture.snapshot();
    let of = |entry: &str| {
        let map = now.maps.iter().find(|map| map.site.file == file!() && map.created > 0 && map.site.type_name.contains(entry));
        map.expect("the map's site").clone()
    };
    assert_eq!(of("u32 -> u32").largest, 0);
    let mut grown = of("[u64");
    // Cleared before anyone looked: 1,792 were moved, and one more made them move.
    assert_eq!(grown.largest, 1_792);
    grown.pause_total = Duration::from_secs(1);
    let hint = crate::hints(&grown).into_iter().next().expect("it grew often");
    let crate::Hint::Presize { capacity, .. } = hint else { panic!("{hint}") };
    assert_eq!(table::full_for(capacity, 24), 3_584);
}

/// Whether there was time for the clock says nothing of the bytes.
#[test]
fn a_peak_needs_no_clock() {
    let mut spread = Spread::default();
    spread.add_pause(Moment { start: 1, duration: 0, context: None }, 100);
    assert_eq!((spread.peak_bytes, spread.pauses.count()), (100, 0));
}

/// A forgotten `Drain` takes the table with it; whatever `shrink_to` is asked for, it is no rehash.
#[test]
fn tables_that_go_or_stay_unseen() {
    let capture = Capture::install();
    let mut map: crate::collections::HashMap<u32, u32> = (0..100).map(|key| (key, key)).collect();
    std::mem::forget(map.drain());
    map.insert(1, 1);
    for wanted in [1 << 61, usize::MAX] {
        map.shrink_to(wanted);
    }
    let now = capture.snapshot();
    let [site] = now.maps.iter().filter(|map| map.created > 0).collect::<Vec<_>>()[..] else {
        panic!("one site: {:?}", now.maps)
    };
    assert_eq!((site.shrinks, site.rehashes, site.entries, site.tombstones), (0, 0, 1, Some(0)));
    let last = capture.episodes().pop().expect("the grow");
    assert!(matches!(last.kind, EpisodeKind::Grow { old_capacity: 0, new_capacity: 3, .. }), "{last:?}");
}

/// Keys lie where they were counted, so that each removed one leaves a tombstone.
#[derive(Default)]
struct Itself(u64);

impl std::hash::Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// A table of 28 without a free place.
fn full_of_28() -> crate::collections::HashMap<u64, u64, std::hash::BuildHasherDefault<Itself>> {
    let mut map = crate::collections::HashMap::with_capacity_and_hasher(28, Default::default());
    for key in 0..28 {
        map.insert(key, 0);
    }
    map
}

/// What an entry left is known with the next entry, also if that one finds the table full.
#[test]
fn tombstones_of_a_full_table_are_known() {
    let capture = Capture::install();
    let mut map = full_of_28();
    let crate::collections::hash_map::Entry::Occupied(entry) = map.entry(3) else { panic!("it is there") };
    entry.remove();
    assert_eq!((map.len(), map.capacity()), (27, 27));
    map.entry(4).or_insert(0);
    assert_eq!(capture.snapshot().map_at(file!()).expect("the map's site").tombstones, Some(1));
}

/// Also of a map whose site is sampled, which takes another way.
#[test]
fn tombstones_of_a_sampled_map_are_known() {
    let capture = Capture::builder().sample(1 << 10).install();
    let mut map = crate::collections::HashMap::<u64, u64, std::hash::BuildHasherDefault<Itself>>::default();
    map.reserve(28);
    for key in 0..20 {
        map.insert(key, 0);
    }
    // In the middle of full places.
    map.remove(&3);
    let known = || capture.snapshot().map_at(file!()).expect("the map's site").tombstones;
    assert_eq!((map.len(), map.capacity(), known()), (19, 27, Some(1)));
    map.insert(3, 0);
    assert_eq!((map.len(), map.capacity(), known()), (20, 28, Some(0)));
}

/// All tombstones, and then no table: that is a shrink, and the bytes it gave back are told.
#[test]
fn a_table_of_tombstones_alone_shrinks() {
    let capture = Capture::install();
    let mut map = full_of_28();
    for key in 0..28 {
        map.remove(&key);
    }
    assert_eq!(map.capacity(), 0);
    map.shrink_to_fit();
    let now = capture.snapshot();
    let site = now.map_at(file!()).expect("the map's site");
    assert_eq!((site.shrinks, site.rehashes, site.held_bytes), (1, 0, Some(0)));
    let last = capture.episodes().pop().expect("the shrink");
    assert!(matches!(last.kind, EpisodeKind::Shrink { old_capacity: 28, new_capacity: 0, .. }), "{last:?}");
}

/// A map that has drawn a lot at a high rate hears of a lower one in time, and is sampled at the rate that it is to be.
#[test]
fn a_map_hears_of_another_rate() {
    let capture = Capture::builder().sample(crate::config::SAMPLE_AUTO).install();
    let mut map = BTreeMap::new();
    let mut left_out = |times: u32| {
        let before = capture.snapshot().health.sampled_out;
        for _ in 0..times {
            map.insert(0_u16, 0_u8);
        }
        capture.snapshot().health.sampled_out - before
    };
    assert_eq!(left_out(1), 0);
    let site = capture.snapshot().maps.iter().find(|map| map.created > 0).expect("the map's site").site.id;
    let rate = &site::get(site).expect("it is there").sample;
    rate.store(1 << 10, Ordering::Relaxed);
    // 391 are events; five times the standard deviation is 99.
    let share = left_out(400_000);
    assert!((400_000 - 490..400_000 - 292).contains(&share), "{share} are left out");
    rate.store(1 << 16, Ordering::Relaxed);
    left_out(10_000);
    rate.store(1, Ordering::Relaxed);
    let late = left_out(400);
    assert!(late <= 257, "{late} are left out yet");
    assert_eq!(left_out(400), 0);
}

/// `sample = "auto"`: less is recorded as soon as events are lost, and all again when none are.
#[test]
fn sampling_follows_the_load() {
    let capture = Capture::builder().ring_bytes(1 << 10).sample(crate::config::SAMPLE_AUTO).install();
    let mut map = BTreeMap::new();
    let mut change = |times: u32| {
        for _ in 0..times {
            map.insert(0_u8, 0_u8);
        }
        let now = capture.snapshot();
        let site = now.map_at(file!()).expect("the map's site").site.id;
        (site::sample(site), now.health.sampled_out)
    };
    assert_eq!(change(10), (1, 0));
    // A ring has 128 words, and each holds eight operations.
    assert_eq!(change(4_000), (2, 0));
    let (rate, left_out) = change(4_000);
    assert!(rate == 4 && left_out > 1_200, "one in {rate}, {left_out} left out");
    // Each snapshot is two passes, of which one finds something.
    let quiet = (0..300).map(|_| change(10).0).position(|rate| rate == 1);
    assert!(quiet.is_some(), "the rate does not come down");
    // What the map has drawn before is passed over still, and from then on all is recorded.
    let (_, left_out) = change(400);
    assert_eq!(change(400), (1, left_out));
}

/// A quarter of a ring is a reason to wake the collector: later is too late.
#[test]
fn a_ring_that_fills_wakes_the_collector() {
    let _capture = Capture::with_ring_bytes(8 << 10);
    let hub = thread::hub().expect("the capture's");
    let mut map = BTreeMap::new();
    let mut change = |times: u32| {
        for _ in 0..times {
            map.insert(0_u8, 0_u8);
        }
        hub.asleep().load(Ordering::Relaxed)
    };
    hub.asleep().store(true, Ordering::Relaxed);
    // A ring has 1,024 words, and each holds eight operations.
    assert!(change(1_600), "woken for less than a quarter of a ring");
    assert!(!change(2_600), "half a ring, and nobody was woken");
    assert_eq!(hub.health().dropped[Cause::Full as usize], 0);
}

/// A thread that had to drain a ring for itself leaves the rest of that to the collector, and wakes it.
#[test]
fn a_ring_drained_out_of_turn_wakes_the_collector() {
    let capture = Capture::install();
    let handle = capture.handle();
    let hub = thread::hub().expect("the capture's");
    let change = || {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let _entered = handle.enter();
                BTreeMap::new().insert(0_u8, 0_u8);
            });
        });
    };
    change();
    hub.asleep().store(true, Ordering::Relaxed);
    change();
    assert!(!hub.asleep().load(Ordering::Relaxed));
}

/// A hub that is left while the thread is in another one, entered from it.
#[test]
fn a_ring_is_closed_in_whatever_order_hubs_are_left() {
    let capture = Capture::install();
    let handle = capture.handle();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let entered = handle.enter();
            BTreeMap::new().insert(0_u8, 0_u8);
            let inner = Capture::install();
            assert_eq!(capture_rings(&handle), 1);
            drop(entered);
            assert_eq!(capture_rings(&handle), 0);
            drop(inner);
        });
    });
}

/// Rings in use of the capture behind `handle`, which this thread enters to look.
fn capture_rings(handle: &crate::testing::CaptureHandle) -> u64 {
    let _entered = handle.enter();
    snapshot(thread::hub().expect("the capture's")).health.rings
}

/// Rare calls do not stay rare for the years that a service runs.
#[test]
fn counts_do_not_wrap() {
    let capture = Capture::builder().instances(0).install();
    let mut map = BTreeMap::from([(1_u32, 1)]);
    let beyond = u64::from(u32::MAX);
    let site = capture.snapshot().map_at(file!()).expect("the map's site").site.id;
    let shared = (0..registry::MAX_RECORDS).filter_map(registry::known).find(|record| {
        let [created, _] = record.past_cap();
        let of_site = record.site.load(Ordering::Relaxed) == site && record.serial.load(Ordering::Relaxed) == 0;
        of_site && created.load(Ordering::Relaxed) == 1
    });
    let record = shared.expect("a map past the cap");
    for word in [&record.clears, &record.batches, &record.grows].into_iter().chain(record.past_cap()) {
        word.fetch_add(beyond, Ordering::Relaxed);
    }
    map.clear();
    drop(map);
    let now = capture.snapshot();
    let site = now.map_at(file!()).expect("the map's site");
    assert_eq!([site.clears, site.batches, site.created, site.freed], [beyond + 1; 4]);
    assert_eq!(site.live, 0);
}

#[test]
fn no_map_of_another_capture_has_this_number() {
    let number = || {
        let capture = Capture::install();
        let mut map = BTreeMap::new();
        map.insert(1, 1);
        capture.events()[0].instance
    };
    assert_ne!(number(), number());
}

/// What is told of a map that is finished is nobody's; only a map of an unknown owner was lost in a fork.
#[test]
fn a_map_of_nobody_was_not_forked() {
    let capture = Capture::install();
    let mut id = [0];
    let ids = &crate::global::generation().expect("memory").ids;
    assert_eq!(ids.take(&mut id, |_| true), 1);
    let tell = || {
        thread::emit_own(EventKind::AssignNew as u64, &map_bits(id[0]));
        thread::emit_episode(EventKind::Clear, id[0], &[0; 3]);
        let health = capture.snapshot().health;
        (health.delivered, health.dropped[Cause::Fork as usize])
    };
    assert_eq!(tell(), (2, 0));
    record(id[0]).owner.store(u32::MAX, Ordering::Release);
    assert_eq!(tell(), (2, 2));
    record(id[0]).owner.store(0, Ordering::Release);
    ids.give_back(&id);
    assert_eq!(capture.snapshot().maps.iter().map(|map| map.totals.assigns_new + map.clears).sum::<u64>(), 0);
}
