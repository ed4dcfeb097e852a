//! What the traced B-trees record: for each door exactly which events, counts and episodes.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

use std::collections as plain;
use std::thread;

use maptrace_runtime::collections::{BTreeMap, BTreeSet, btree_map::Entry};
use maptrace_runtime::testing::{Capture, EventType};
use maptrace_runtime::{BatchDoor, EpisodeKind, Kind, MapSnapshot, OpTotals, PutAll};

use EventType::{AssignNew, AssignReplaced, Create, DeleteHit, DeleteMiss};

/// The events so far.
fn events(capture: &Capture) -> Vec<EventType> {
    capture.events().into_iter().map(|event| event.what).collect()
}

/// The episodes so far.
fn episodes(capture: &Capture) -> Vec<EpisodeKind> {
    capture.episodes().into_iter().map(|episode| episode.kind).collect()
}

/// A batch without grows, as every batch of a B-tree is.
fn batch(door: BatchDoor, offered: u64, new: u64, replaced: u64, removed: u64) -> EpisodeKind {
    EpisodeKind::Batch {
        door,
        offered,
        new,
        replaced,
        removed,
        grows_avoided: 0,
    }
}

/// The site of the one line that made maps.
fn site_at(capture: &Capture, line: u32) -> MapSnapshot {
    let snapshot = capture.snapshot();
    let mut used = snapshot
        .maps
        .into_iter()
        .filter(|map| map.created > 0 && map.site.line == line);
    let site = used.next().expect("a map was made on this line");
    assert!(used.next().is_none(), "one site on this line");
    site
}

/// Totals of all maps of the capture, live and freed.
fn totals(capture: &Capture) -> OpTotals {
    let mut sum = OpTotals::default();
    for map in capture.snapshot().maps {
        sum.assigns_new += map.totals.assigns_new;
        sum.assigns_replaced += map.totals.assigns_replaced;
        sum.deletes_hit += map.totals.deletes_hit;
        sum.deletes_miss += map.totals.deletes_miss;
        sum.cleared += map.totals.cleared;
    }
    sum
}

/// Entries in the live maps of the capture.
fn entries(capture: &Capture) -> u64 {
    capture.snapshot().maps.iter().map(|map| map.entries).sum()
}

/// A traced map of `n` keys from 0 on; its making is one batch.
fn map_of(n: u32) -> BTreeMap<u32, u32> {
    (0..n).map(|key| (key, key)).collect()
}

#[test]
fn single_operations_are_events() {
    let capture = Capture::install();
    let mut map = BTreeMap::new();
    map.insert(1, "a");
    map.insert(1, "b");
    map.remove(&1);
    map.remove(&1);
    map.insert(2, "c");
    map.remove_entry(&2);
    map.remove_entry(&2);
    map.insert(3, "d");
    map.insert(4, "e");
    map.pop_first();
    map.pop_last();
    map.pop_first();
    map.pop_last();
    let expected = [
        Create,
        AssignNew,
        AssignReplaced,
        DeleteHit,
        DeleteMiss,
        AssignNew,
        DeleteHit,
        DeleteMiss,
        AssignNew,
        AssignNew,
        DeleteHit,
        DeleteHit,
        DeleteMiss,
        DeleteMiss,
    ];
    assert_eq!(events(&capture), expected);
    assert_eq!(episodes(&capture), []);
}

#[test]
fn single_operations_of_a_set_are_events() {
    let capture = Capture::install();
    let mut set = BTreeSet::new();
    set.insert("a");
    set.insert("a");
    set.replace("a");
    set.replace("b");
    set.remove("a");
    set.remove("a");
    set.take("b");
    set.take("b");
    set.insert("c");
    set.pop_first();
    set.pop_last();
    let expected = [
        Create,
        AssignNew,
        AssignReplaced,
        AssignReplaced,
        AssignNew,
        DeleteHit,
        DeleteMiss,
        DeleteHit,
        DeleteMiss,
        AssignNew,
        DeleteHit,
        DeleteMiss,
    ];
    assert_eq!(events(&capture), expected);
}

#[test]
fn reads_record_nothing() {
    let capture = Capture::install();
    let mut untouched = BTreeMap::<u32, u32>::new();
    let _ = (untouched.get(&1), untouched.len(), untouched.iter().count());
    assert_eq!(untouched.get_mut(&1), None);
    untouched.values_mut().for_each(|value| *value += 1);
    drop(untouched);
    assert_eq!(events(&capture), []);

    let mut map = BTreeMap::from([(1, 1), (2, 2)]);
    let _ = (
        map.get(&1),
        map.contains_key(&2),
        map.first_key_value(),
        map.range(1..).count(),
        map[&1],
    );
    map.get_mut(&1).unwrap().clone_from(&9);
    map.iter_mut().for_each(|(_, value)| *value += 1);
    map.range_mut(..).for_each(|(_, value)| *value += 1);
    map.entry(1).and_modify(|value| *value += 1);
    assert_eq!(map.entry(7).key(), &7);
    *map.first_entry().unwrap().get_mut() += 1;
    let set = BTreeSet::<u32>::new();
    let _ = (set.union(&set).count(), set.is_subset(&set), set.range(..).count());
    assert_eq!(events(&capture), [Create]);
    assert_eq!(episodes(&capture).len(), 1);
}

#[test]
fn entries_are_recorded_by_what_they_are_used_for() {
    let capture = Capture::install();
    let mut map = BTreeMap::new();
    map.entry("a").or_insert(1);
    map.entry("a").or_insert(2);
    map.entry("b").or_insert_with(|| 3);
    map.entry("c").or_insert_with_key(|key| key.len());
    map.entry("d").or_default();
    map.entry("d").insert_entry(5);
    map.entry("e").insert_entry(6).insert(7);
    match map.entry("e") {
        Entry::Occupied(entry) => drop(entry.remove_entry()),
        Entry::Vacant(_) => unreachable!("it was assigned"),
    }
    map.last_entry().unwrap().insert(8);
    map.first_entry().unwrap().remove();
    let expected = [
        Create,
        AssignNew,
        AssignNew,
        AssignNew,
        AssignNew,
        AssignReplaced,
        AssignNew,
        AssignReplaced,
        DeleteHit,
        AssignReplaced,
        DeleteHit,
    ];
    assert_eq!(events(&capture), expected);
    assert_eq!(entries(&capture), map.len() as u64);
}

#[test]
fn clear_is_an_episode() {
    let capture = Capture::install();
    let mut map = map_of(100);
    map.clear();
    map.clear();
    assert_eq!(
        episodes(&capture)[1..],
        [EpisodeKind::Clear { entries: 100 }, EpisodeKind::Clear { entries: 0 }]
    );
    assert!(capture.episodes()[1].duration.is_some(), "100 entries are worth timing");
    let clears: u64 = capture.snapshot().maps.iter().map(|map| map.clears).sum();
    assert_eq!((entries(&capture), clears, totals(&capture).cleared), (0, 2, 100));
}

#[test]
fn assigning_many_is_one_batch() {
    let capture = Capture::install();
    let mut map: BTreeMap<u32, u32> = [(1, 1), (1, 2), (2, 2)].into_iter().collect();
    map.extend([(2, 3), (3, 3)]);
    map.extend(&plain::BTreeMap::from([(4, 4)]));
    let report = map.put_all((4..8).map(|key| (key, key)));
    assert_eq!((report.offered, report.new, report.replaced), (4, 3, 1));
    let array = BTreeMap::from([(1, 1), (1, 1), (1, 1)]);
    assert_eq!(
        episodes(&capture),
        [
            batch(BatchDoor::FromIter, 3, 2, 1, 0),
            batch(BatchDoor::Extend, 2, 1, 1, 0),
            batch(BatchDoor::Extend, 1, 1, 0, 0),
            batch(BatchDoor::PutAll, 4, 3, 1, 0),
            batch(BatchDoor::FromIter, 3, 1, 2, 0),
        ]
    );
    assert_eq!(events(&capture), [Create, Create], "no event for each entry");
    let totals = totals(&capture);
    assert_eq!((totals.assigns_new, totals.assigns_replaced), (8, 5));
    assert_eq!(totals.assigns_new, (map.len() + array.len()) as u64);
}

#[test]
fn removing_many_is_one_batch() {
    let capture = Capture::install();
    let mut map = map_of(40);
    map.retain(|key, _| key % 4 == 0);
    map.retain(|_, _| true);
    assert_eq!(
        episodes(&capture)[1..],
        [
            batch(BatchDoor::Retain, 40, 0, 0, 30),
            batch(BatchDoor::Retain, 10, 0, 0, 0)
        ]
    );
    assert_eq!(totals(&capture).deletes_hit, 30);
    assert!(capture.episodes()[1].duration.is_some(), "40 entries are worth timing");
}

#[test]
fn extract_if_counts_each_removal_and_is_one_batch() {
    let capture = Capture::install();
    let mut map = map_of(10);
    assert_eq!(map.extract_if(.., |key, _| key % 2 == 0).count(), 5);
    assert_eq!(map.extract_if(5.., |_, _| true).next(), Some((5, 5)));
    let removed = map.extract_if(.., |_, _| false);
    drop(removed);
    assert_eq!(
        episodes(&capture)[1..],
        [
            batch(BatchDoor::ExtractIf, 5, 0, 0, 5),
            batch(BatchDoor::ExtractIf, 1, 0, 0, 1),
            batch(BatchDoor::ExtractIf, 0, 0, 0, 0),
        ]
    );
    assert_eq!(events(&capture), [Create]);

    // Counted as it happens: an iterator that is leaked has told what it removed.
    let mut leaked = map.extract_if(.., |_, _| true);
    leaked.next();
    std::mem::forget(leaked);
    assert_eq!(entries(&capture), map.len() as u64);
    assert_eq!(totals(&capture).deletes_hit, 7);

    let mut set = BTreeSet::from([1, 2, 3]);
    assert_eq!(set.extract_if(2.., |_| true).count(), 2);
    assert_eq!(
        episodes(&capture).last(),
        Some(&batch(BatchDoor::ExtractIf, 2, 0, 0, 2))
    );
}

#[test]
fn append_is_a_batch_on_both_maps() {
    let capture = Capture::install();
    let mut a = map_of(3);
    let mut b: BTreeMap<u32, u32> = [(2, 0), (3, 0), (4, 0)].into();
    a.append(&mut b);
    assert_eq!(
        episodes(&capture)[2..],
        [
            batch(BatchDoor::Append, 3, 2, 1, 0),
            batch(BatchDoor::Append, 3, 0, 0, 3)
        ]
    );
    let mut empty = BTreeMap::new();
    empty.append(&mut a);
    assert_eq!(
        episodes(&capture)[4..],
        [
            batch(BatchDoor::Append, 5, 5, 0, 0),
            batch(BatchDoor::Append, 5, 0, 0, 5)
        ]
    );
    assert_eq!(entries(&capture), 5);

    let (mut a, mut b) = (BTreeSet::from([1, 2]), BTreeSet::from([2, 3]));
    a.append(&mut b);
    assert_eq!(
        episodes(&capture)[8..],
        [
            batch(BatchDoor::Append, 2, 1, 1, 0),
            batch(BatchDoor::Append, 2, 0, 0, 2)
        ]
    );
}

#[test]
fn split_off_is_a_batch_on_both_maps() {
    let capture = Capture::install();
    let mut left = map_of(10);
    let line = line!() + 1;
    let right = left.split_off(&7);
    assert_eq!(
        episodes(&capture)[1..],
        [
            batch(BatchDoor::Append, 3, 0, 0, 3),
            batch(BatchDoor::Append, 3, 3, 0, 0)
        ]
    );
    assert_eq!(
        site_at(&capture, line).entries,
        right.len() as u64,
        "its site is where it was split off"
    );
    // What gets no entry is not a map that was made.
    drop(left.split_off(&100));
    assert_eq!(events(&capture), [Create, Create]);

    let mut set = BTreeSet::from([1, 2]);
    drop(set.split_off(&2));
    assert_eq!(
        episodes(&capture)[5..7],
        [
            batch(BatchDoor::Append, 1, 0, 0, 1),
            batch(BatchDoor::Append, 1, 1, 0, 0)
        ]
    );
}

#[test]
fn clones_are_maps_of_their_own() {
    let capture = Capture::install();
    let map = map_of(30);
    let line = line!() + 1;
    let mut copy = map.clone();
    assert_eq!(episodes(&capture)[1..], [batch(BatchDoor::Clone, 30, 30, 0, 0)]);
    assert!(capture.episodes()[1].duration.is_some(), "30 entries are worth timing");
    let (map_id, copy_id) = (capture.episodes()[0].instance, capture.episodes()[1].instance);
    assert!(map_id.is_some() && copy_id.is_some() && map_id != copy_id);

    // `clone_from` is one batch on the same map.
    copy.clone_from(&BTreeMap::from([(1, 1)]));
    assert_eq!(capture.episodes()[3].instance, copy_id);
    assert_eq!(capture.episodes()[3].kind, batch(BatchDoor::Clone, 1, 1, 0, 30));
    let site = site_at(&capture, line);
    assert_eq!(
        (site.entries, site.totals.assigns_new, site.totals.deletes_hit),
        (1, 31, 30)
    );
    assert!(BTreeMap::<u8, u8>::new().clone().is_empty());
    assert_eq!(site.site.kind, Kind::BTreeMap);
}

#[test]
fn set_operators_make_a_set_at_the_operator() {
    let capture = Capture::install();
    let (a, b) = (BTreeSet::from([1, 2]), BTreeSet::from([2, 3]));
    let line = line!() + 1;
    let union = &a | &b;
    let others = (&a & &b, &a - &b, &a ^ &b);
    assert_eq!(
        episodes(&capture)[2..],
        [
            batch(BatchDoor::FromIter, 3, 3, 0, 0),
            batch(BatchDoor::FromIter, 1, 1, 0, 0),
            batch(BatchDoor::FromIter, 1, 1, 0, 0),
            batch(BatchDoor::FromIter, 2, 2, 0, 0),
        ]
    );
    let site = site_at(&capture, line);
    assert_eq!((site.entries, site.site.kind), (union.len() as u64, Kind::BTreeSet));
    assert_eq!((others.0.len(), others.1.len(), others.2.len()), (1, 1, 2));
    // An empty result is not a set that was made.
    assert!((&a - &a).is_empty());
    assert_eq!(events(&capture).len(), 6);
}

#[test]
fn a_dropped_map_tells_its_life() {
    let capture = Capture::install();
    let mut map = BTreeMap::new();
    map.insert(1, 1);
    map.insert(1, 2);
    map.insert(2, 2);
    map.remove(&1);
    map.remove(&9);
    drop(map);
    let lives = capture.episodes();
    let [life] = lives.as_slice() else {
        panic!("one episode, not {lives:?}")
    };
    let EpisodeKind::Lifetime {
        entries,
        capacity,
        totals,
        grows,
        ..
    } = life.kind
    else {
        panic!("a life, not {life:?}");
    };
    assert_eq!((entries, capacity, grows), (1, 0, 0));
    assert_eq!((totals.assigns_new, totals.assigns_replaced), (2, 1));
    assert_eq!((totals.deletes_hit, totals.deletes_miss, totals.cleared), (1, 1, 0));
    let site = capture.snapshot();
    let site = site.map_at(file!()).unwrap();
    assert_eq!((site.live, site.created, site.freed, site.entries), (0, 1, 1, 0));
    assert_eq!((site.capacity, site.tombstones, site.held_bytes), (None, None, None));
}

#[test]
fn consuming_a_map_frees_it() {
    let capture = Capture::install();
    let consume: [fn(BTreeMap<u32, u32>); 5] = [
        |map| drop(map.into_iter()),
        |map| drop(map.into_keys()),
        |map| drop(map.into_values()),
        |map| drop(BTreeMap::into_std(map)),
        |map| drop(plain::BTreeMap::from(map)),
    ];
    for (freed, consume) in (1..).zip(consume) {
        consume(map_of(4));
        let snapshot = capture.snapshot();
        assert_eq!(snapshot.maps.iter().map(|map| map.freed).sum::<u64>(), freed);
        assert_eq!(snapshot.maps.iter().map(|map| map.live).sum::<u64>(), 0);
    }
    drop(BTreeSet::from([1]).into_iter());
    drop(plain::BTreeSet::from(BTreeSet::from([1])));
    assert_eq!(capture.snapshot().maps.iter().map(|map| map.freed).sum::<u64>(), 7);
}

#[test]
fn a_map_taken_away_leaves_a_new_one() {
    let capture = Capture::install();
    let mut map = map_of(3);
    let taken = std::mem::take(&mut map);
    map.insert(1, 1);
    assert_eq!(events(&capture), [Create, Create, AssignNew]);
    let instances: Vec<_> = capture.events().into_iter().map(|event| event.instance).collect();
    assert_ne!(instances[0], instances[1]);
    assert_eq!(taken.len(), 3);
    assert_eq!(entries(&capture), 4);
}

#[test]
fn a_plain_map_comes_with_its_entries() {
    let capture = Capture::install();
    let line = line!() + 1;
    let map = BTreeMap::from(plain::BTreeMap::from([("a", 1), ("b", 2)]));
    let set = BTreeSet::from(plain::BTreeSet::from([1, 2, 3]));
    assert_eq!(
        episodes(&capture),
        [
            batch(BatchDoor::FromIter, 2, 2, 0, 0),
            batch(BatchDoor::FromIter, 3, 3, 0, 0)
        ]
    );
    assert_eq!(capture.episodes()[0].duration, None, "wrapping takes no time");
    assert_eq!(site_at(&capture, line).entries, map.len() as u64);
    assert_eq!(site_at(&capture, line + 1).entries, set.len() as u64);
}

#[test]
fn what_never_held_an_entry_is_not_made() {
    let capture = Capture::install();
    drop(BTreeMap::<u8, u8>::new());
    drop(BTreeMap::<u8, u8>::from([]));
    drop(std::iter::empty::<(u8, u8)>().collect::<BTreeMap<_, _>>());
    drop(BTreeSet::<u8>::default().clone());
    drop(BTreeMap::<u8, u8>::from(plain::BTreeMap::new()));
    assert_eq!(events(&capture), []);
    assert_eq!(episodes(&capture), []);
}

#[test]
fn the_site_is_the_place_of_the_call() {
    let capture = Capture::install();
    let first = line!() + 1;
    let mut new = BTreeMap::new();
    let mut default: BTreeMap<u8, String> = BTreeMap::default();
    let from = BTreeMap::from([(1_u8, String::new())]);
    let from_iter = BTreeMap::from_iter([(1_u8, String::new())]);
    new.insert(1_u8, String::new());
    default.insert(1, String::new());
    for line in first..first + 4 {
        let site = site_at(&capture, line);
        assert_eq!(site.created, 1);
        assert_eq!(
            (site.site.kind, site.site.type_label.as_str()),
            (Kind::BTreeMap, "int_string")
        );
        assert_eq!(site.needed_bytes, size_of::<(u8, String)>() as u64);
    }
    assert_eq!(from, from_iter);
}

#[test]
fn a_map_may_change_threads() {
    let capture = Capture::install();
    let handle = capture.handle();
    let mut map = BTreeMap::new();
    map.insert(1, 1);
    let map = thread::spawn(move || {
        let _entered = handle.enter();
        map.insert(2, 2);
        map.remove(&1);
        map
    })
    .join()
    .unwrap();
    let site = capture.snapshot();
    let site = site.map_at(file!()).unwrap();
    assert_eq!(
        (
            site.live,
            site.entries,
            site.totals.assigns_new,
            site.totals.deletes_hit
        ),
        (1, 1, 2, 1)
    );
    assert_eq!(map.len(), 1);
}
