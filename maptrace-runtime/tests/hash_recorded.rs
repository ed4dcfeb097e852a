//! What a traced hash map or set leaves behind: for each way in and out, exactly which events, episodes and counts.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

use std::hash::{BuildHasherDefault, DefaultHasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use maptrace_runtime::collections::hash_map::Entry;
use maptrace_runtime::collections::{HashMap, HashSet};
use maptrace_runtime::testing::{Capture, EventType};
use maptrace_runtime::{BatchDoor, EpisodeKind, Kind, MapSnapshot, OpTotals, PutAll};

use EventType::{AssignNew, AssignReplaced, Create, DeleteHit, DeleteMiss};

/// Places its entries in the same way in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;

/// Bytes of an entry of the maps below.
const ENTRY: u64 = 16;

/// Bytes of a table of this many buckets: entries, control bytes, and one group of these again.
fn bytes(buckets: u64) -> u64 {
    if buckets == 0 {
        0
    } else {
        buckets * ENTRY + buckets + 16
    }
}

fn numbers(count: u64) -> HashMap<u64, u64, Fixed> {
    (0..count).map(|n| (n, n)).collect()
}

fn events(capture: &Capture) -> Vec<EventType> {
    capture.events().into_iter().map(|event| event.what).collect()
}

fn episodes(capture: &Capture) -> Vec<EpisodeKind> {
    capture.episodes().into_iter().map(|episode| episode.kind).collect()
}

/// The episodes since the last look.
fn since(capture: &Capture, seen: &mut usize) -> Vec<EpisodeKind> {
    let new = episodes(capture).split_off(*seen);
    *seen += new.len();
    new
}

/// The one site that was used.
fn only(capture: &Capture) -> MapSnapshot {
    let mut used: Vec<_> = capture
        .snapshot()
        .maps
        .into_iter()
        .filter(|map| map.created > 0)
        .collect();
    assert_eq!(used.len(), 1, "{used:?}");
    used.remove(0)
}

fn totals(assigns_new: u64, assigns_replaced: u64, deletes_hit: u64, deletes_miss: u64, cleared: u64) -> OpTotals {
    let mut totals = OpTotals::default();
    (totals.assigns_new, totals.assigns_replaced) = (assigns_new, assigns_replaced);
    (totals.deletes_hit, totals.deletes_miss, totals.cleared) = (deletes_hit, deletes_miss, cleared);
    totals
}

fn batch(door: BatchDoor, offered: u64, new: u64, replaced: u64, removed: u64, grows_avoided: u64) -> EpisodeKind {
    EpisodeKind::Batch {
        door,
        offered,
        new,
        replaced,
        removed,
        grows_avoided,
    }
}

fn grow(old_capacity: u64, new_capacity: u64, entries: u64, old_buckets: u64, new_buckets: u64) -> EpisodeKind {
    EpisodeKind::Grow {
        old_capacity,
        new_capacity,
        entries,
        old_bytes: bytes(old_buckets),
        new_bytes: bytes(new_buckets),
        peak_bytes: bytes(old_buckets) + bytes(new_buckets),
        tombstones: 0,
    }
}

#[test]
fn reads_and_empty_maps_leave_nothing() {
    let capture = Capture::install();
    let mut map: HashMap<u64, u64> = HashMap::with_capacity(10);
    assert_eq!(
        (map.get(&1), map.len(), map.contains_key(&1), map.iter().len()),
        (None, 0, false, 0)
    );
    map.values_mut().for_each(|value| *value += 1);
    assert!(map.get_mut(&1).is_none());
    assert_eq!(map, map.clone());
    drop(map.into_iter());
    drop(HashSet::<u64>::new());
    assert!(capture.events().is_empty() && capture.episodes().is_empty());
}

#[test]
fn single_operations_are_events() {
    let capture = Capture::install();
    let mut map = HashMap::with_capacity(10);
    map.insert(1, 1);
    map.insert(1, 2);
    map.remove(&1);
    map.remove(&1);
    map.insert(2, 2);
    map.remove_entry(&2);
    map.remove_entry(&2);
    let map_events = [
        Create,
        AssignNew,
        AssignReplaced,
        DeleteHit,
        DeleteMiss,
        AssignNew,
        DeleteHit,
        DeleteMiss,
    ];
    assert_eq!(events(&capture), map_events);
    let mut set = HashSet::with_capacity(10);
    set.insert("a");
    set.insert("a");
    set.replace("a");
    set.take("a");
    set.remove("a");
    let set_events = [Create, AssignNew, AssignReplaced, AssignReplaced, DeleteHit, DeleteMiss];
    assert_eq!(events(&capture)[map_events.len()..], set_events);
    assert!(capture.episodes().is_empty());

    let snapshot = capture.snapshot();
    let maps: Vec<_> = snapshot.maps.iter().filter(|map| map.created > 0).collect();
    assert_eq!(
        (maps[0].site.kind, maps[0].totals),
        (Kind::HashMap, totals(2, 1, 2, 2, 0))
    );
    assert_eq!(
        (maps[1].site.kind, maps[1].totals),
        (Kind::HashSet, totals(1, 2, 1, 1, 0))
    );
    assert_eq!((maps[0].entries, maps[0].live, maps[0].capacity), (0, 1, Some(14)));
}

#[test]
fn entries_record_what_is_done_through_them() {
    let capture = Capture::install();
    let mut map: HashMap<u64, u64> = HashMap::with_capacity(10);
    let mut expected = vec![Create];
    let mut expect = |more: &[EventType]| {
        expected.extend(more);
        assert_eq!(events(&capture), expected);
    };
    map.entry(1).or_insert(1);
    expect(&[AssignNew]);
    map.entry(1).or_insert(2);
    map.entry(1).and_modify(|value| *value += 1).or_default();
    assert_eq!(map.entry(1).key(), &1);
    assert_eq!(map.entry(2).key(), &2);
    expect(&[]);
    map.entry(2).or_default();
    map.entry(3).or_insert_with(|| 3);
    map.entry(4).or_insert_with_key(|key| *key);
    expect(&[AssignNew; 3]);
    map.entry(5).insert_entry(5).insert(6);
    expect(&[AssignNew, AssignReplaced]);
    map.entry(5).insert_entry(7);
    expect(&[AssignReplaced]);
    if let Entry::Occupied(mut entry) = map.entry(5) {
        *entry.get_mut() = 8;
        assert_eq!((entry.key(), entry.get()), (&5, &8));
        *entry.into_mut() = 9;
    }
    if let Entry::Vacant(entry) = map.entry(6) {
        entry.into_key();
    }
    expect(&[]);
    if let Entry::Vacant(entry) = map.entry(6) {
        entry.insert_entry(6).remove();
    }
    if let Entry::Occupied(entry) = map.entry(5) {
        entry.remove_entry();
    }
    expect(&[AssignNew, DeleteHit, DeleteHit]);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        map.entry(7).or_insert_with(|| resume_unwind(Box::new(())));
    }));
    assert!(panicked.is_err());
    expect(&[]);
    let seen = only(&capture);
    assert_eq!((seen.totals, seen.entries), (totals(6, 2, 2, 0, 0), map.len() as u64));
}

#[test]
fn a_grow_is_foreseen_and_told_with_its_sizes() {
    let capture = Capture::install();
    let mut map: HashMap<u64, u64> = HashMap::new();
    for n in 0..57 {
        map.insert(n, n);
    }
    let expected = [
        grow(0, 3, 0, 0, 4),
        grow(3, 7, 3, 4, 8),
        grow(7, 14, 7, 8, 16),
        grow(14, 28, 14, 16, 32),
        grow(28, 56, 28, 32, 64),
        grow(56, 112, 56, 64, 128),
    ];
    assert_eq!(episodes(&capture), expected);
    let timed = capture.episodes().iter().filter(|grow| grow.duration.is_some()).count() as u64;
    let seen = only(&capture);
    assert_eq!((seen.grows, seen.capacity, seen.entries), (6, Some(112), 57));
    assert_eq!(
        (seen.held_bytes, seen.peak_bytes),
        (Some(bytes(128)), bytes(64) + bytes(128))
    );
    // Those of 28 entries and more are timed without fail.
    assert!(capture.episodes()[4..].iter().all(|grow| grow.duration.is_some()));
    assert_eq!(seen.pause_buckets.iter().sum::<u64>(), timed);
    assert!(seen.pause_max <= seen.pause_total);
}

#[test]
fn an_entry_of_a_vacant_key_resizes_a_full_table() {
    let capture = Capture::install();
    let mut map = numbers(28);
    let mut seen = episodes(&capture).len();
    assert_eq!((map.len(), map.capacity()), (28, 28));
    map.entry(3).or_insert(0);
    assert_eq!((since(&capture, &mut seen), map.capacity()), (vec![], 28));
    // At the call, even if nothing is put in.
    assert_eq!(map.entry(100).key(), &100);
    assert_eq!(
        (since(&capture, &mut seen), map.capacity()),
        (vec![grow(28, 56, 28, 32, 64)], 56)
    );
    map.entry(100).or_insert(0);
    assert_eq!(since(&capture, &mut seen), []);
    assert_eq!(only(&capture).capacity, Some(56));
}

#[test]
fn churn_ends_in_a_rehash_in_place() {
    for through_entries in [false, true] {
        let capture = Capture::install();
        let mut map = numbers(112);
        let mut seen = episodes(&capture).len();
        for n in 0..70 {
            map.remove(&n);
        }
        let tombstones = only(&capture).tombstones.unwrap();
        assert!(tombstones > 0);
        assert_eq!(tombstones, 112 - map.capacity() as u64);
        let mut rehashed = Vec::new();
        for n in 70..10_000 {
            map.remove(&n);
            if through_entries {
                map.entry(n + 42).or_insert(n);
            } else {
                map.insert(n + 42, n);
            }
            rehashed = since(&capture, &mut seen);
            if !rehashed.is_empty() {
                break;
            }
        }
        let expected = EpisodeKind::RehashInPlace {
            capacity: 112,
            entries: map.len() as u64 - 1,
            bytes: bytes(128),
            // A full table: what is no entry is one.
            tombstones: 112 - (map.len() as u64 - 1),
        };
        assert_eq!((rehashed, map.capacity()), (vec![expected], 112));
        assert!(capture.episodes()[seen - 1].duration.is_some());
        let seen = only(&capture);
        assert_eq!((seen.rehashes, seen.tombstones, seen.capacity), (1, Some(0), Some(112)));
        assert_eq!(seen.entries, map.len() as u64);
    }
}

#[test]
fn reserve_and_shrink_tell_what_became_of_the_table() {
    let capture = Capture::install();
    let mut map: HashMap<u64, u64> = HashMap::new();
    let mut seen = 0;
    map.reserve(20);
    assert_eq!(since(&capture, &mut seen), [grow(0, 28, 0, 0, 32)]);
    map.reserve(28);
    assert_eq!(since(&capture, &mut seen), []);
    map.insert(1, 1);
    map.try_reserve(28).unwrap();
    assert_eq!(since(&capture, &mut seen), [grow(28, 56, 1, 32, 64)]);
    map.try_reserve(usize::MAX).unwrap_err();
    map.shrink_to(30);
    assert_eq!(since(&capture, &mut seen), []);
    let shrink = |old_capacity, new_capacity, entries, old_buckets, new_buckets| EpisodeKind::Shrink {
        old_capacity,
        new_capacity,
        entries,
        old_bytes: bytes(old_buckets),
        new_bytes: bytes(new_buckets),
        tombstones: 0,
    };
    map.shrink_to(10);
    assert_eq!(since(&capture, &mut seen), [shrink(56, 14, 1, 64, 16)]);
    map.shrink_to_fit();
    assert_eq!(since(&capture, &mut seen), [shrink(14, 3, 1, 16, 4)]);
    map.shrink_to_fit();
    map.remove(&1);
    assert_eq!(since(&capture, &mut seen), []);
    map.shrink_to_fit();
    assert_eq!(since(&capture, &mut seen), [shrink(3, 0, 0, 4, 0)]);
    let at_last = only(&capture);
    assert_eq!(
        (at_last.grows, at_last.shrinks, at_last.capacity, at_last.held_bytes),
        (2, 3, Some(0), Some(0))
    );
}

#[test]
fn a_shrink_that_only_rids_of_tombstones_is_seen() {
    // A table of 28 with three entries and so many tombstones that `capacity()` is what it will be.
    let capture = Capture::install();
    let mut map = numbers(28);
    let mut n = 0;
    while map.capacity() > 14 {
        assert!(map.remove(&n).is_some(), "no tombstones came about: {}", map.capacity());
        n += 1;
    }
    let mut seen = episodes(&capture).len();
    let room = map.capacity();
    map.shrink_to(room);
    let told = since(&capture, &mut seen);
    assert!(
        matches!(told[..], [EpisodeKind::Shrink { tombstones: 14, .. }]),
        "{told:?}"
    );
    assert_eq!(
        (only(&capture).capacity, only(&capture).tombstones),
        (Some(map.capacity() as u64), Some(0))
    );
}

/// What an entry does to the tombstones cannot be looked at while it has the map, and not every entry does anything.
#[test]
fn the_next_entry_publishes_what_the_last_one_did_to_the_tombstones() {
    for sample in [1, 1_000_000] {
        let capture = Capture::builder().sample(sample).install();
        let mut map = numbers(112);
        for n in 0..70 {
            if let Entry::Occupied(entry) = map.entry(n) {
                entry.remove();
            }
            // It is there.
            map.entry(100).or_insert(0);
            let seen = only(&capture);
            assert_eq!(
                seen.capacity.unwrap() - seen.tombstones.unwrap(),
                map.capacity() as u64,
                "{n}, sample {sample}"
            );
        }
        assert!(only(&capture).tombstones.unwrap() > 0, "sample {sample}");
    }
}

#[test]
fn clear_is_told_with_what_it_removed() {
    let capture = Capture::install();
    let mut map = numbers(10);
    let mut seen = episodes(&capture).len();
    map.clear();
    assert_eq!(since(&capture, &mut seen), [EpisodeKind::Clear { entries: 10 }]);
    map.clear();
    assert_eq!(since(&capture, &mut seen), [EpisodeKind::Clear { entries: 0 }]);
    let seen = only(&capture);
    assert_eq!(
        (seen.totals, seen.clears, seen.entries),
        (totals(10, 0, 0, 0, 10), 2, 0)
    );
    assert_eq!((seen.capacity, seen.tombstones), (Some(14), Some(0)));
}

#[test]
fn many_entries_at_once_are_one_batch() {
    let capture = Capture::install();
    // Six grows, had they been put in one by one; one by the reservation.
    let mut map = numbers(100);
    assert_eq!(
        episodes(&capture),
        [grow(0, 112, 0, 0, 128), batch(BatchDoor::FromIter, 100, 100, 0, 0, 5)]
    );
    let mut seen = 2;
    map.extend((90..110).map(|n| (n, 0)));
    assert_eq!(since(&capture, &mut seen), [batch(BatchDoor::Extend, 20, 10, 10, 0, 0)]);
    let other = HashMap::from([(1, 1)]);
    since(&capture, &mut seen);
    map.extend(&other);
    assert_eq!(since(&capture, &mut seen), [batch(BatchDoor::Extend, 1, 0, 1, 0, 0)]);
    let report = map.put_all((0..300).map(|n| (n, n)));
    assert_eq!((report.offered, report.new, report.replaced), (300, 190, 110));
    // From 112 by 224 to 448 by single inserts, and in one step by the reservation.
    let told = since(&capture, &mut seen);
    assert_eq!(told.last(), Some(&batch(BatchDoor::PutAll, 300, 190, 110, 0, 1)));
    assert_eq!(events(&capture).iter().filter(|event| **event != Create).count(), 0);
    let map_at = capture.snapshot();
    let seen = map_at.maps.iter().find(|map| map.batches == 4).unwrap();
    assert_eq!((seen.totals, seen.entries), (totals(300, 121, 0, 0, 0), 300));
}

#[test]
fn removals_of_many_are_one_batch() {
    let capture = Capture::install();
    let mut map = numbers(20);
    let mut seen = episodes(&capture).len();
    map.retain(|key, _| *key < 15);
    assert_eq!(since(&capture, &mut seen), [batch(BatchDoor::Retain, 20, 0, 0, 5, 0)]);
    assert_eq!(map.extract_if(|key, _| *key < 5).count(), 5);
    assert_eq!(
        since(&capture, &mut seen),
        [batch(BatchDoor::ExtractIf, 15, 0, 0, 5, 0)]
    );
    // One that stops half-way has looked at what it has looked at.
    let mut some = map.extract_if(|_, _| true);
    assert!(some.next().is_some() && some.next().is_some());
    drop(some);
    assert_eq!(since(&capture, &mut seen), [batch(BatchDoor::ExtractIf, 2, 0, 0, 2, 0)]);
    // One that is thrown away has removed everything.
    map.drain();
    assert_eq!(since(&capture, &mut seen), [batch(BatchDoor::Drain, 8, 0, 0, 8, 0)]);
    let seen = only(&capture);
    assert_eq!(
        (seen.totals, seen.entries, seen.batches),
        (totals(20, 0, 20, 0, 0), 0, 5)
    );
    assert_eq!((seen.capacity, seen.tombstones), (Some(28), Some(0)));
}

#[test]
fn an_iterator_may_outlive_its_map() {
    let capture = Capture::install();
    let next = {
        let mut map = numbers(4);
        let mut taken = map.extract_if(|_, _| true);
        assert!(taken.next().is_some());
        drop(map);
        assert_eq!(only(&capture).totals, totals(4, 0, 1, 0, 0));
        // It may well get the number that the map before had; `taken` must not speak of it at its end, which is here.
        numbers(3)
    };
    let doors: Vec<_> = capture
        .episodes()
        .into_iter()
        .filter_map(|episode| match episode.kind {
            EpisodeKind::Batch { door, .. } => Some((door, episode.instance)),
            _ => None,
        })
        .collect();
    let makers: Vec<_> = capture
        .events()
        .iter()
        .map(|create| (BatchDoor::FromIter, create.instance))
        .collect();
    assert_eq!(doors, makers);
    assert_eq!(only(&capture).entries, next.len() as u64);
}

#[test]
fn a_clone_that_panics_leaves_an_empty_map_and_right_sizes() {
    #[derive(Debug, PartialEq, Eq, Hash)]
    struct Fragile(u64);
    impl Clone for Fragile {
        fn clone(&self) -> Self {
            unwind_unless(self.0 != 7);
            Self(self.0)
        }
    }
    let capture = Capture::install();
    let mut map: HashMap<Fragile, u64> = (100..150).map(|n| (Fragile(n), n)).collect();
    let live = |capture: &Capture| capture.snapshot().maps.into_iter().find(|map| map.live > 0).unwrap();
    let source = HashMap::from(
        (0..20)
            .map(|n| (Fragile(n), n))
            .collect::<std::collections::HashMap<_, _>>(),
    );
    assert!(catch_unwind(AssertUnwindSafe(|| map.clone_from(&source))).is_err());
    let seen = live(&capture);
    assert_eq!((seen.entries, seen.totals), (map.len() as u64, totals(50, 0, 50, 0, 0)));
    assert_eq!((seen.capacity, seen.tombstones), (Some(map.capacity() as u64), Some(0)));
}

#[test]
fn a_panic_half_way_is_counted_as_far_as_it_came() {
    let capture = Capture::install();
    let mut map = numbers(20);
    let mut seen = episodes(&capture).len();
    let mut looked = 0;
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        map.retain(|_, _| {
            looked += 1;
            unwind_unless(looked < 8);
            false
        });
    }));
    assert!(panicked.is_err());
    assert_eq!(map.len(), 13);
    assert_eq!(since(&capture, &mut seen), [batch(BatchDoor::Retain, 20, 0, 0, 7, 0)]);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        map.extend((100..).map(|n| {
            unwind_unless(n < 103);
            (n, n)
        }));
    }));
    assert!(panicked.is_err());
    assert_eq!(since(&capture, &mut seen), [batch(BatchDoor::Extend, 3, 3, 0, 0, 0)]);
    let seen = only(&capture);
    assert_eq!((seen.totals, seen.entries), (totals(23, 0, 7, 0, 0), map.len() as u64));
}

/// Unwinds without the noise of a panic.
fn unwind_unless(fine: bool) {
    if !fine {
        resume_unwind(Box::new(()));
    }
}

#[test]
fn a_clone_begins_with_a_batch_and_the_tombstones_of_its_source() {
    let capture = Capture::install();
    let mut map = numbers(28);
    (0..20).for_each(|n| assert_eq!(map.remove(&n), Some(n)));
    let mut seen = episodes(&capture).len();
    let mut copy = map.clone();
    assert_eq!(since(&capture, &mut seen), [batch(BatchDoor::Clone, 8, 8, 0, 0, 0)]);
    let of_copy = |capture: &Capture| {
        let maps = capture.snapshot().maps;
        maps.into_iter().filter(|map| map.created > 0).nth(1).unwrap()
    };
    let room = copy.capacity() as u64;
    assert!(room < 28);
    assert_eq!(
        (of_copy(&capture).capacity, of_copy(&capture).tombstones),
        (Some(28), Some(28 - room))
    );

    map.extend((100..150).map(|n| (n, n)));
    seen = episodes(&capture).len();
    copy.clone_from(&map);
    assert_eq!(since(&capture, &mut seen), [batch(BatchDoor::Clone, 58, 58, 0, 8, 0)]);
    let seen = of_copy(&capture);
    assert_eq!((seen.totals, seen.entries), (totals(66, 0, 8, 0, 0), 58));
    let room = copy.capacity() as u64;
    assert_eq!(seen.capacity.unwrap() - seen.tombstones.unwrap(), room);
    copy.clone_from(&HashMap::default());
    assert_eq!((of_copy(&capture).entries, of_copy(&capture).capacity), (0, Some(0)));
}

#[test]
fn the_end_tells_of_the_whole_life() {
    let capture = Capture::install();
    let mut map = numbers(10);
    map.insert(1, 1);
    map.insert(100, 1);
    map.remove(&3);
    map.remove(&3);
    let mut seen = episodes(&capture).len();
    drop(map);
    let lifetime = |entries, capacity, totals, grows| EpisodeKind::Lifetime {
        entries,
        capacity,
        totals,
        grows,
    };
    assert_eq!(
        since(&capture, &mut seen),
        [lifetime(10, 14, totals(11, 1, 1, 1, 0), 1)]
    );
    assert!(capture.episodes()[seen - 1].duration.is_some(), "its age");
    let at_last = only(&capture);
    assert_eq!(
        (at_last.live, at_last.created, at_last.freed, at_last.entries),
        (0, 1, 1, 0)
    );
    assert_eq!((at_last.capacity, at_last.held_bytes), (Some(0), Some(0)));

    // Those that consume a map free it; the entries go on without it.
    type End = fn(HashMap<u64, u64, Fixed>) -> usize;
    let ends: [End; 5] = [
        |map| map.into_iter().count(),
        |map| map.into_keys().count(),
        |map| map.into_values().count(),
        |map| HashMap::into_std(map).len(),
        |map| std::collections::HashMap::from(map).len(),
    ];
    for end in ends {
        let map = numbers(5);
        seen = episodes(&capture).len();
        assert_eq!(end(map), 5);
        assert_eq!(since(&capture, &mut seen), [lifetime(5, 7, totals(5, 0, 0, 0, 0), 1)]);
    }
}
