//! What a traced index map or set leaves behind: events, episodes and counts; and that its sizes are the allocator's.
#![cfg(all(
    feature = "enable",
    feature = "indexmap",
    any(not(feature = "release_off"), debug_assertions)
))]
#![expect(unsafe_code, reason = "an allocator is needed to see what a map really takes")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use maptrace_runtime::indexmap::map::raw_entry_v1::{RawEntryMut, RawOccupiedEntryMut, RawVacantEntryMut};
use maptrace_runtime::indexmap::map::{Entry, MutableEntryKey, MutableKeys, OccupiedEntry, RawEntryApiV1, VacantEntry};
use maptrace_runtime::indexmap::set::MutableValues;
use maptrace_runtime::indexmap::{IndexMap, IndexSet};
use maptrace_runtime::testing::{Capture, EventType};
use maptrace_runtime::{BatchDoor, EpisodeKind, Kind, MapSnapshot, OpTotals, PutAll};

use EventType::{AssignNew, AssignReplaced, Create, DeleteHit, DeleteMiss};

/// Places its entries in the same way in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;
type Map = IndexMap<u64, u64, Fixed>;

thread_local! {
    /// What this thread has allocated and not freed, and the most of it since [`peak`] was asked to begin.
    static HELD: Cell<u64> = const { Cell::new(0) };
    static PEAK: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

impl Counting {
    fn add(bytes: usize) {
        HELD.set(HELD.get().wrapping_add(bytes as u64));
        PEAK.set(PEAK.get().max(HELD.get()));
    }
}

// SAFETY: hands every call on to the system's allocator, unchanged; counting touches thread-locals without a destructor
// and cannot unwind. `realloc` is left to the trait: it allocates, copies and frees, so that both sizes are held at
// once.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::add(layout.size());
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.set(HELD.get().wrapping_sub(layout.size() as u64));
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes that `work` leaves allocated, and the most that it had allocated beyond what there was before.
fn held<R>(work: impl FnOnce() -> R) -> (i64, u64, R) {
    let before = HELD.get();
    PEAK.set(before);
    let result = work();
    (HELD.get().wrapping_sub(before) as i64, PEAK.get() - before, result)
}

/// Bytes of an index map with room for `full` entries of key and value, 16 bytes, each with its hash.
fn bytes(full: u64, buckets: u64) -> u64 {
    let table = if buckets == 0 { 0 } else { buckets * 8 + buckets + 16 };
    full * 24 + table
}

fn numbers(count: u64) -> Map {
    (0..count).map(|n| (n, n)).collect()
}

fn events(capture: &Capture) -> Vec<EventType> {
    capture.events().into_iter().map(|event| event.what).collect()
}

/// The episodes since the last look.
fn since(capture: &Capture, seen: &mut usize) -> Vec<EpisodeKind> {
    let new = capture.episodes().split_off(*seen);
    *seen += new.len();
    new.into_iter().map(|episode| episode.kind).collect()
}

/// The one site that was used.
fn only(capture: &Capture) -> MapSnapshot {
    let maps = capture.snapshot().maps.clone();
    let mut used: Vec<_> = maps.into_iter().filter(|map| map.created > 0).collect();
    assert_eq!(used.len(), 1, "{used:?}");
    used.remove(0)
}

fn totals(assigns_new: u64, assigns_replaced: u64, deletes_hit: u64, deletes_miss: u64, cleared: u64) -> OpTotals {
    let mut totals = OpTotals::default();
    (totals.assigns_new, totals.assigns_replaced) = (assigns_new, assigns_replaced);
    (totals.deletes_hit, totals.deletes_miss, totals.cleared) = (deletes_hit, deletes_miss, cleared);
    totals
}

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

/// A grow from full capacity and buckets of the table of indices to others.
fn grow(entries: u64, (old, old_buckets): (u64, u64), (new, new_buckets): (u64, u64)) -> EpisodeKind {
    EpisodeKind::Grow {
        old_capacity: old,
        new_capacity: new,
        entries,
        old_bytes: bytes(old, old_buckets),
        new_bytes: bytes(new, new_buckets),
        // The old table is gone when the entries move.
        peak_bytes: bytes(new, new_buckets) + old * 24,
    }
}

#[test]
fn reads_and_moves_leave_nothing() {
    let capture = Capture::install();
    let mut map = Map::with_capacity_and_hasher(10, Fixed::default());
    assert_eq!(
        (map.get(&1), map.len(), map.first(), map.iter().len()),
        (None, 0, None, 0)
    );
    map.sort_keys();
    map.reverse();
    map.values_mut().for_each(|value| *value += 1);
    map.iter_mut2().for_each(|(_, value)| *value += 1);
    assert!(map.get_full_mut(&1).is_none() && map.raw_entry_v1().from_key(&1).is_none());
    assert!(map.get_index_entry(0).is_none());
    assert_eq!(map, map.clone());
    drop(map.into_iter());
    drop(IndexSet::<u64>::new());
    assert!(capture.events().is_empty() && capture.episodes().is_empty());

    let mut map = numbers(5);
    let (before, episodes) = (events(&capture), capture.episodes().len());
    map.sort_by(|a, _, b, _| b.cmp(a));
    map.sort_unstable_by_key(|key, _| *key);
    map.swap_indices(0, 3);
    map.move_index(1, 2);
    map.first_entry().unwrap().move_index(3);
    map[&1] += 1;
    map[2] += 1;
    map.as_mut_slice()[0] += 1;
    *map.entry(2).key_mut() = 2;
    assert_eq!((events(&capture), capture.episodes().len()), (before, episodes));
}

#[test]
fn single_operations_are_events() {
    let capture = Capture::install();
    let mut expected = vec![];
    let mut expect = |more: &[EventType]| {
        expected.extend(more);
        assert_eq!(events(&capture), expected);
    };
    let mut map = Map::with_capacity_and_hasher(20, Fixed::default());
    map.insert(1, 1);
    map.insert(1, 2);
    map.insert_full(2, 2);
    map.insert_sorted(3, 3);
    map.insert_before(0, 4, 4);
    map.shift_insert(0, 4, 5);
    expect(&[
        Create,
        AssignNew,
        AssignReplaced,
        AssignNew,
        AssignNew,
        AssignNew,
        AssignReplaced,
    ]);
    map.replace_index(0, 5).unwrap();
    map.replace_index(0, 1).unwrap_err();
    expect(&[AssignReplaced]);
    map.swap_remove(&1);
    map.shift_remove(&1);
    map.swap_remove_full(&2);
    map.shift_remove_index(0);
    map.shift_remove_index(7);
    expect(&[DeleteHit, DeleteMiss, DeleteHit, DeleteHit, DeleteMiss]);
    map.pop_if(|_, _| false);
    map.pop();
    map.pop();
    map.pop_if(|_, _| true);
    expect(&[DeleteHit, DeleteMiss]);

    let mut set: IndexSet<u64> = IndexSet::with_capacity(10);
    set.insert(1);
    set.insert(1);
    set.replace(1);
    set.replace_index(0, 2).unwrap();
    set.shift_take(&1);
    set.swap_remove(&2);
    expect(&[
        Create,
        AssignNew,
        AssignReplaced,
        AssignReplaced,
        AssignReplaced,
        DeleteMiss,
        DeleteHit,
    ]);
    assert!(capture.episodes().is_empty());

    let snapshot = capture.snapshot();
    let maps: Vec<_> = snapshot.maps.iter().filter(|map| map.created > 0).collect();
    assert_eq!(
        (maps[0].site.kind, maps[0].totals),
        (Kind::IndexMap, totals(4, 3, 4, 3, 0))
    );
    assert_eq!(
        (maps[1].site.kind, maps[1].totals),
        (Kind::IndexSet, totals(1, 3, 1, 1, 0))
    );
    assert_eq!((maps[0].capacity, maps[0].tombstones), (Some(20), Some(0)));
    assert_eq!(
        (maps[0].site.type_label.as_str(), maps[1].site.type_label.as_str()),
        ("int_int", "int")
    );
}

#[test]
fn entries_record_what_is_done_through_them() {
    let capture = Capture::install();
    let mut map = Map::with_capacity_and_hasher(20, Fixed::default());
    let mut expected = vec![Create];
    let mut expect = |more: &[EventType]| {
        expected.extend(more);
        assert_eq!(events(&capture), expected);
    };
    map.entry(1).or_insert(1);
    expect(&[AssignNew]);
    map.entry(1).or_insert(2);
    map.entry(1).and_modify(|value| *value += 1).or_default();
    assert_eq!((map.entry(1).index(), map.entry(2).index()), (0, 1));
    expect(&[]);
    map.entry(2).insert_entry(2).insert(6);
    expect(&[AssignNew, AssignReplaced]);
    let Entry::Vacant(entry) = map.entry(3) else {
        panic!("it is not there")
    };
    entry.shift_insert(0, 3);
    let Entry::Vacant(entry) = map.entry(4) else {
        panic!("it is not there")
    };
    entry.replace_index(0).1.into_mut();
    expect(&[AssignNew, AssignReplaced]);
    let mut entry = map.first_entry().unwrap();
    entry.insert(9);
    entry.shift_remove();
    map.raw_entry_mut_v1().from_key(&7).or_insert(7, 7);
    map.raw_entry_mut_v1().from_key(&7).or_insert(7, 8);
    expect(&[AssignReplaced, DeleteHit, AssignNew]);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        map.entry(8).or_insert_with(|| resume_unwind(Box::new(())));
    }));
    assert!(panicked.is_err());
    expect(&[]);
    let seen = only(&capture);
    assert_eq!((seen.totals, seen.entries), (totals(4, 3, 1, 0, 0), map.len() as u64));
}

#[test]
fn every_way_through_an_entry_is_one_event() {
    type Way = fn(&mut Map);
    fn occupied(map: &mut Map) -> OccupiedEntry<'_, u64, u64> {
        map.first_entry().expect("it is not empty").into()
    }
    fn vacant(map: &mut Map) -> VacantEntry<'_, u64, u64> {
        let Entry::Vacant(entry) = map.entry(100) else {
            panic!("it is not there")
        };
        entry
    }
    fn raw(map: &mut Map) -> RawOccupiedEntryMut<'_, u64, u64, Fixed> {
        let RawEntryMut::Occupied(entry) = map.raw_entry_mut_v1().from_key(&1) else {
            panic!("it is there")
        };
        entry
    }
    fn raw_vacant(map: &mut Map) -> RawVacantEntryMut<'_, u64, u64, Fixed> {
        let RawEntryMut::Vacant(entry) = map.raw_entry_mut_v1().from_key(&100) else {
            panic!("it is not there")
        };
        entry
    }
    #[expect(deprecated, reason = "they are there as well")]
    let ways: [(EventType, &[Way]); 3] = [
        (
            DeleteHit,
            &[
                |map| _ = occupied(map).remove(),
                |map| _ = occupied(map).remove_entry(),
                |map| _ = occupied(map).swap_remove(),
                |map| _ = occupied(map).swap_remove_entry(),
                |map| _ = occupied(map).shift_remove(),
                |map| _ = occupied(map).shift_remove_entry(),
                |map| _ = map.last_entry().unwrap().swap_remove(),
                |map| _ = map.last_entry().unwrap().swap_remove_entry(),
                |map| _ = map.last_entry().unwrap().shift_remove(),
                |map| _ = map.last_entry().unwrap().shift_remove_entry(),
                |map| _ = raw(map).remove(),
                |map| _ = raw(map).remove_entry(),
                |map| _ = raw(map).swap_remove(),
                |map| _ = raw(map).swap_remove_entry(),
                |map| _ = raw(map).shift_remove(),
                |map| _ = raw(map).shift_remove_entry(),
            ],
        ),
        (
            AssignNew,
            &[
                |map| _ = map.entry(100).or_insert(0),
                |map| _ = map.entry(100).or_insert_with(|| 0),
                |map| _ = map.entry(100).or_insert_with_key(|key| *key),
                |map| _ = map.entry(100).or_default(),
                |map| _ = map.entry(100).insert_entry(0),
                |map| _ = vacant(map).insert(0),
                |map| _ = vacant(map).insert_entry(0),
                |map| _ = vacant(map).insert_sorted(0),
                |map| _ = vacant(map).insert_sorted_by(0, |a, _, b, _| a.cmp(b)),
                |map| _ = vacant(map).insert_sorted_by_key(0, |key, _| *key),
                |map| _ = vacant(map).shift_insert(0, 0),
                |map| _ = raw_vacant(map).insert(100, 0),
                |map| _ = raw_vacant(map).insert_hashed_nocheck(7, 100, 0),
                |map| _ = raw_vacant(map).shift_insert(0, 100, 0),
                |map| _ = raw_vacant(map).shift_insert_hashed_nocheck(0, 7, 100, 0),
                |map| _ = map.raw_entry_mut_v1().from_key(&100).or_insert(100, 0),
                |map| _ = map.raw_entry_mut_v1().from_key(&100).or_insert_with(|| (100, 0)),
            ],
        ),
        (
            AssignReplaced,
            &[
                |map| _ = map.entry(1).insert_entry(0),
                |map| _ = occupied(map).insert(0),
                |map| _ = map.last_entry().unwrap().insert(0),
                |map| _ = raw(map).insert(0),
                |map| _ = vacant(map).replace_index(0),
            ],
        ),
    ];
    for (expected, ways) in ways {
        for (at, way) in ways.iter().enumerate() {
            let capture = Capture::install();
            let mut map = numbers(5);
            let before = events(&capture).len();
            way(&mut map);
            assert_eq!(events(&capture)[before..], [expected], "{at}");
            assert_eq!(only(&capture).entries, map.len() as u64);
        }
    }
}

#[test]
fn a_sort_rids_of_tombstones() {
    let capture = Capture::install();
    let mut map = numbers(28);
    (0..20).for_each(|n| _ = map.swap_remove(&n));
    let tombstones = only(&capture).tombstones.unwrap();
    assert_eq!((tombstones > 0, tombstones), (true, 28 - map.capacity() as u64));
    map.sort_keys();
    assert_eq!((only(&capture).tombstones, map.capacity()), (Some(0), 28));
}

/// A map that is full of tombstones, and the next new key. There was room for 112.
fn choked(capture: &Capture) -> (Map, u64) {
    let mut map = numbers(112);
    for n in 0.. {
        if n >= 70 && map.len() == map.capacity() {
            assert!(map.len() < 56 || only(capture).tombstones > Some(0));
            return (map, n + 112);
        }
        map.swap_remove(&n);
        if n >= 70 && map.len() < map.capacity() {
            map.insert(n + 112, n);
        }
    }
    unreachable!("keys do not end")
}

#[test]
fn a_table_full_of_tombstones_is_laid_out_anew() {
    let capture = Capture::install();
    let (mut map, n) = choked(&capture);
    let mut seen = capture.episodes().len();
    let entries = map.len() as u64;
    map.insert(n, n);
    let expected = EpisodeKind::RehashInPlace {
        capacity: 112,
        entries,
        bytes: bytes(112, 128),
    };
    assert_eq!((since(&capture, &mut seen), map.capacity()), (vec![expected], 112));
    assert!(capture.episodes()[seen - 1].duration.is_some());
    let seen = only(&capture);
    assert_eq!(
        (seen.rehashes, seen.tombstones, seen.entries),
        (1, Some(0), entries + 1)
    );
}

#[test]
fn an_entry_in_place_of_a_tombstone_resizes_nothing() {
    let put: [fn(&mut Map, u64); 3] = [
        |map, n| _ = map.entry(n).or_insert(n),
        |map, n| _ = map.insert_before(0, n, n),
        |map, n| _ = map.raw_entry_mut_v1().from_key(&n).or_insert(n, n),
    ];
    for put in put {
        let mut filled = 0;
        // Some keys find a tombstone first, others a slot that was never used.
        for further in 0..20 {
            let capture = Capture::install();
            let (mut map, n) = choked(&capture);
            let episodes = capture.episodes().len();
            put(&mut map, n + further);
            if map.len() == map.capacity() {
                filled += 1;
                assert_eq!(
                    (capture.episodes().len(), only(&capture).capacity),
                    (episodes, Some(112))
                );
            }
            assert_eq!(only(&capture).shrinks, 0);
            map.retain(|_, _| true);
            assert_eq!(only(&capture).tombstones, Some(112 - map.capacity() as u64));
        }
        assert!(filled > 0);
    }
}

#[test]
fn a_grow_is_foreseen_and_told_with_its_sizes() {
    const STEPS: [(u64, u64); 7] = [(0, 0), (3, 4), (7, 8), (14, 16), (28, 32), (56, 64), (112, 128)];
    let put: [fn(&mut Map, u64); 3] = [
        |map, n| _ = map.insert(n, n),
        |map, n| _ = map.entry(n).or_insert(n),
        |map, n| _ = map.raw_entry_mut_v1().from_key(&n).or_insert(n, n),
    ];
    for put in put {
        let capture = Capture::install();
        let mut map = Map::default();
        (0..57).for_each(|n| put(&mut map, n));
        let expected: Vec<_> = STEPS.windows(2).map(|step| grow(step[0].0, step[0], step[1])).collect();
        assert_eq!(since(&capture, &mut 0), expected);
        let seen = only(&capture);
        assert_eq!((seen.grows, seen.capacity, seen.entries), (6, Some(112), 57));
        assert_eq!(
            (seen.held_bytes, seen.peak_bytes),
            (Some(bytes(112, 128)), bytes(112, 128) + 56 * 24)
        );
        // Those of 28 entries and more are timed without fail.
        assert!(capture.episodes()[4..].iter().all(|grow| grow.duration.is_some()));
    }
}

#[test]
fn a_grow_is_told_where_the_entry_comes_in() {
    let capture = Capture::install();
    let mut map = numbers(28);
    let mut seen = capture.episodes().len();
    // Not by looking, nor for a key that is there.
    assert_eq!(map.entry(100).key(), &100);
    map.entry(3).or_insert(0);
    assert_eq!((since(&capture, &mut seen), map.capacity()), (vec![], 28));
    map.entry(100).or_insert(0);
    assert_eq!(since(&capture, &mut seen), [grow(28, (28, 32), (56, 64))]);
    assert_eq!((only(&capture).capacity, map.capacity()), (Some(56), 56));
}

#[test]
fn an_insert_of_what_is_there_grows_nothing_that_shows() {
    let capture = Capture::install();
    let mut map = numbers(28);
    let mut seen = capture.episodes().len();
    map.insert(3, 0);
    assert_eq!((since(&capture, &mut seen), map.capacity()), (vec![], 28));
    map.insert(100, 0);
    assert_eq!(since(&capture, &mut seen), [grow(28, (28, 32), (56, 64))]);
}

#[test]
fn a_map_made_for_so_many_grows_into_the_rest_of_its_table() {
    let capture = Capture::install();
    let mut map = Map::with_capacity_and_hasher(100, Fixed::default());
    (0..101).for_each(|n| _ = map.insert(n, n));
    assert_eq!(since(&capture, &mut 0), [grow(100, (100, 128), (112, 128))]);
    assert!(
        capture.episodes()[0].duration.is_some(),
        "the clock's budget is not spent"
    );
    assert_eq!(map.capacity(), 112);
}

#[test]
fn a_grow_that_leaves_no_room_to_spare_is_told() {
    let capture = Capture::install();
    let mut map = Map::with_capacity_and_hasher(27, Fixed::default());
    (0..28).for_each(|n| _ = map.insert(n, n));
    assert_eq!(since(&capture, &mut 0), [grow(27, (27, 32), (28, 32))]);
    assert_eq!((only(&capture).capacity, map.capacity()), (Some(28), 28));
}

#[test]
fn reserve_and_shrink_tell_what_became_of_the_map() {
    let capture = Capture::install();
    let mut map = Map::default();
    let mut seen = 0;
    map.reserve(20);
    assert_eq!(since(&capture, &mut seen), [grow(0, (0, 0), (28, 32))]);
    map.reserve(28);
    assert_eq!(since(&capture, &mut seen), []);
    map.insert(1, 1);
    map.try_reserve(28).unwrap();
    assert_eq!(since(&capture, &mut seen), [grow(1, (28, 32), (56, 64))]);
    map.try_reserve(usize::MAX).unwrap_err();
    map.try_reserve_exact(59).unwrap();
    assert_eq!(since(&capture, &mut seen), [grow(1, (56, 64), (60, 128))]);
    let shrink = |entries, (old, old_buckets), (new, new_buckets)| EpisodeKind::Shrink {
        old_capacity: old,
        new_capacity: new,
        entries,
        old_bytes: bytes(old, old_buckets),
        new_bytes: bytes(new, new_buckets),
    };
    map.shrink_to(70);
    assert_eq!(since(&capture, &mut seen), []);
    map.shrink_to(10);
    assert_eq!(since(&capture, &mut seen), [shrink(1, (60, 128), (10, 16))]);
    map.shrink_to_fit();
    assert_eq!(since(&capture, &mut seen), [shrink(1, (10, 16), (1, 4))]);
    map.shrink_to_fit();
    assert_eq!(since(&capture, &mut seen), []);
    map.swap_remove(&1);
    map.shrink_to_fit();
    assert_eq!(since(&capture, &mut seen), [shrink(0, (1, 4), (0, 0))]);
    let at_last = only(&capture);
    assert_eq!(
        (at_last.grows, at_last.shrinks, at_last.capacity, at_last.held_bytes),
        (3, 3, Some(0), Some(0))
    );
}

#[test]
fn many_at_once_are_one_batch() {
    let capture = Capture::install();
    let mut seen = 0;
    let mut map = Map::with_capacity_and_hasher(100, Fixed::default());
    let mut expect = |expected: &[EpisodeKind]| assert_eq!(since(&capture, &mut seen), expected);
    map.extend((0..10).map(|n| (n, n)));
    expect(&[batch(BatchDoor::Extend, 10, 10, 0, 0)]);
    let report = map.put_all((5..15).map(|n| (n, n)));
    assert_eq!((report.offered, report.new, report.replaced), (10, 5, 5));
    expect(&[batch(BatchDoor::PutAll, 10, 5, 5, 0)]);
    map.retain(|key, _| key % 5 != 0);
    expect(&[batch(BatchDoor::Retain, 15, 0, 0, 3)]);
    map.retain2(|key, _| *key != 1);
    expect(&[batch(BatchDoor::Retain, 12, 0, 0, 1)]);
    map.truncate(20);
    expect(&[]);
    map.truncate(10);
    expect(&[batch(BatchDoor::Truncate, 1, 0, 0, 1)]);
    assert_eq!(map.drain(2..4).next(), Some((4, 4)));
    expect(&[batch(BatchDoor::Drain, 2, 0, 0, 2)]);
    assert_eq!(map.extract_if(1..5, |key, _| key % 2 == 0).count(), 1);
    expect(&[batch(BatchDoor::ExtractIf, 4, 0, 0, 1)]);
    // 2, 7, 9, 11, 12, 13, 8... are left: two go, of four that come one is elsewhere.
    let last = *map.last().unwrap().0;
    drop(map.splice(..2, [(100, 0), (101, 0), (last, 0), (102, 0)]));
    expect(&[batch(BatchDoor::Splice, 4, 3, 1, 2)]);
    let entries = map.len() as u64;
    let mut other = map.split_off(5);
    expect(&[
        batch(BatchDoor::Append, entries - 5, 0, 0, entries - 5),
        batch(BatchDoor::Append, entries - 5, entries - 5, 0, 0),
    ]);
    map.append(&mut other);
    expect(&[
        batch(BatchDoor::Drain, entries - 5, 0, 0, entries - 5),
        batch(BatchDoor::Append, entries - 5, entries - 5, 0, 0),
    ]);
    let copy = map.clone();
    expect(&[batch(BatchDoor::Clone, entries, entries, 0, 0)]);
    map.clone_from(&copy);
    expect(&[batch(BatchDoor::Clone, entries, entries, 0, entries)]);
    map.clear();
    expect(&[EpisodeKind::Clear { entries }]);

    let mut set: IndexSet<u64, Fixed> = (0..10).collect();
    expect(&[batch(BatchDoor::FromIter, 10, 10, 0, 0)]);
    set.retain2(|element| *element < 5);
    expect(&[batch(BatchDoor::Retain, 10, 0, 0, 5)]);
    drop(set.splice(1..2, [7, 4]));
    expect(&[batch(BatchDoor::Splice, 2, 1, 1, 1)]);
    let union = &set | &IndexSet::<u64, Fixed>::default();
    assert_eq!(union.len(), 5);
    expect(&[batch(BatchDoor::FromIter, 5, 5, 0, 0)]);
}

#[test]
fn a_range_that_is_not_there_leaves_nothing() {
    let capture = Capture::install();
    let mut map = numbers(5);
    let (before, episodes) = (only(&capture), capture.episodes().len());
    let refused: [fn(&mut Map); 4] = [
        |map| drop(map.drain(..9)),
        |map| drop(map.extract_if(9.., |_, _| true)),
        |map| drop(map.splice(..9, [])),
        |map| drop(map.split_off(9)),
    ];
    for refused in refused {
        catch_unwind(AssertUnwindSafe(|| refused(&mut map))).unwrap_err();
    }
    let after = only(&capture);
    assert_eq!(
        (after.totals, after.batches, after.entries),
        (before.totals, before.batches, 5)
    );
    assert_eq!(capture.episodes().len(), episodes);
}

#[test]
fn grows_inside_a_splice_are_counted() {
    let capture = Capture::install();
    let mut map = numbers(7);
    drop(map.splice(2..3, (100..130).map(|n| (n, n))));
    let seen = only(&capture);
    assert_eq!((seen.totals, seen.entries), (totals(37, 0, 1, 0, 0), 36));
    assert_eq!((seen.capacity, seen.grows), (Some(map.capacity() as u64), 1));
}

#[test]
fn a_splice_that_is_forgotten_has_taken_out_what_it_took() {
    let capture = Capture::install();
    let mut map = numbers(7);
    std::mem::forget(map.splice(2..5, [(100, 0)]));
    let seen = only(&capture);
    assert_eq!((seen.totals, seen.entries, map.len()), (totals(7, 0, 3, 0, 0), 4, 4));
    map.insert(9, 9);
    assert_eq!(only(&capture).entries, 5);
}

type Routes = IndexMap<u32, [u8; 11]>;
type Seen = IndexSet<[u8; 13]>;
maptrace_runtime::__private::declare! {
    name: "Routes", path: "Routes", named: false, kind: IndexMap, scope: Type, sample: default,
    line: 1, from: (1, 1), to: (1, 999), ty: [Routes],
}
maptrace_runtime::__private::declare! {
    name: "Seen", path: "Seen", named: false, kind: IndexSet, scope: Type, sample: default,
    line: 2, from: (2, 1), to: (2, 999), ty: [Seen],
}

#[test]
fn declarations_name_maps_and_sets() {
    let capture = Capture::install();
    let mut routes = Routes::new();
    routes.insert(1, [0; 11]);
    let seen: Seen = [[1; 13], [2; 13]].into_iter().collect();
    let snapshot = capture.snapshot();
    let site = |name| snapshot.map(name).expect("it is declared");
    assert_eq!((site("Routes").site.kind, site("Routes").entries), (Kind::IndexMap, 1));
    assert_eq!(
        (site("Seen").site.kind, site("Seen").entries),
        (Kind::IndexSet, seen.len() as u64)
    );
    assert_eq!(site("Routes").site.kind.as_str(), "IndexMap");
}

#[test]
fn sizes_are_the_allocator_s() {
    type Way = (&'static str, fn() -> Map);
    let ways: [Way; 12] = [
        ("grown", || {
            let mut map = Map::default();
            (0..1_000).for_each(|n| _ = map.insert(n, n));
            map
        }),
        ("grown through entries", || {
            let mut map = Map::default();
            (0..1_000).for_each(|n| _ = map.entry(n).or_insert(n));
            map
        }),
        ("made for so many", || {
            let mut map = Map::with_capacity_and_hasher(1_000, Fixed::default());
            map.insert(1, 1);
            map
        }),
        ("made for too few", || {
            let mut map = Map::with_capacity_and_hasher(1_000, Fixed::default());
            (0..1_001).for_each(|n| _ = map.insert(n, n));
            map
        }),
        ("reserved", || {
            let mut map = Map::default();
            map.reserve(1_000);
            map
        }),
        ("reserved exactly", || {
            let mut map = Map::default();
            map.reserve_exact(1_000);
            map
        }),
        ("reserved exactly, then more", || {
            let mut map = Map::default();
            map.reserve_exact(1_000);
            map.insert(1, 1);
            map.reserve(1_100);
            map
        }),
        ("shrunk", || {
            let mut map = numbers(1_000);
            map.truncate(100);
            map.shrink_to(150);
            map
        }),
        ("shrunk to fit", || {
            let mut map = numbers(1_000);
            map.retain(|key, _| key % 7 == 0);
            map.shrink_to_fit();
            map
        }),
        ("cloned", || numbers(1_000).clone()),
        ("extended", || {
            let mut map = numbers(100);
            map.extend((50..1_000).map(|n| (n, n)));
            map
        }),
        ("split off", || numbers(1_000).split_off(300)),
    ];
    for (name, make) in ways {
        let capture = Capture::install();
        // Sites and rings are made once.
        drop(make());
        let (bytes, _, map) = held(make);
        let snapshot = capture.snapshot();
        let told: u64 = snapshot.maps.iter().filter_map(|map| map.held_bytes).sum();
        assert_eq!(told, bytes as u64, "{name}");
        drop(map);
    }
}

#[test]
fn the_peak_of_a_grow_is_the_allocator_s() {
    let capture = Capture::install();
    let mut map = numbers(896);
    let held_before = only(&capture).held_bytes.unwrap();
    let (_, peak, _) = held(|| map.insert(1_000, 0));
    let EpisodeKind::Grow { peak_bytes, .. } = capture.episodes().last().unwrap().kind else {
        panic!("it grew")
    };
    assert_eq!(peak_bytes, held_before + peak);
}

#[test]
fn a_panic_half_way_is_counted_as_far_as_it_came() {
    let capture = Capture::install();
    let mut map = Map::default();
    let entries = (0..10).map(|n| if n < 6 { (n, n) } else { resume_unwind(Box::new(())) });
    catch_unwind(AssertUnwindSafe(|| map.extend(entries))).unwrap_err();
    assert_eq!(
        (only(&capture).totals, only(&capture).entries),
        (totals(6, 0, 0, 0, 0), 6)
    );
    catch_unwind(AssertUnwindSafe(|| {
        map.insert_sorted_by(9, 9, |_, _, _, _| resume_unwind(Box::new(())));
    }))
    .unwrap_err();
    assert_eq!(only(&capture).totals, totals(6, 0, 0, 0, 0));
    let mut taken = map.splice(
        ..2,
        (20..30).map(|n| if n < 25 { (n, n) } else { resume_unwind(Box::new(())) }),
    );
    taken.next();
    catch_unwind(AssertUnwindSafe(|| drop(taken))).unwrap_err();
    assert_eq!(only(&capture).entries, map.as_slice().len() as u64);
}

#[test]
#[cfg(feature = "rayon")]
fn parallel_ways_in_and_out_are_batches() {
    use rayon::iter::{IntoParallelIterator, ParallelDrainRange, ParallelExtend, ParallelIterator};
    let capture = Capture::install();
    let mut map: Map = (0..100).into_par_iter().map(|n| (n, n)).collect();
    map.reserve(100);
    map.par_extend((90..120).into_par_iter().map(|n| (n, n)));
    assert_eq!((&mut map).par_drain(..50).count(), 50);
    let seen: Vec<_> = since(&capture, &mut 0);
    let batches: Vec<_> = seen
        .iter()
        .filter(|kind| matches!(kind, EpisodeKind::Batch { .. }))
        .collect();
    let expected = [
        batch(BatchDoor::FromIter, 100, 100, 0, 0),
        batch(BatchDoor::Extend, 30, 20, 10, 0),
        batch(BatchDoor::Drain, 50, 0, 0, 50),
    ];
    assert_eq!(batches, expected.iter().collect::<Vec<_>>());
}

/// A constructor that is passed on as a function is its own caller, and its place is not the user's.
#[test]
fn a_constructor_passed_on_names_its_map_by_the_type() {
    let map: fn() -> IndexMap<u8, [u8; 3]> = IndexMap::new;
    let set: fn() -> IndexSet<[u8; 3]> = IndexSet::new;
    let capture = Capture::install();
    map().insert(1, [0; 3]);
    set().insert([0; 3]);
    let maps = capture.snapshot().maps;
    let mut names: Vec<_> = maps
        .iter()
        .filter(|map| map.created > 0)
        .map(|map| &*map.site.name)
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["IndexMap<u8, [u8; 3]>", "IndexSet<[u8; 3]>"]);
}
