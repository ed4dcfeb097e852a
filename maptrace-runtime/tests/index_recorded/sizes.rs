//! Grows, shrinks and tombstones, and that sizes are the allocator's.

use maptrace_runtime::EpisodeKind;
use maptrace_runtime::indexmap::map::RawEntryApiV1;
use maptrace_runtime::testing::Capture;

use crate::support::{Fixed, Map, bytes, grow, held, numbers, only, since};

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
        tombstones: 112 - entries,
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
        tombstones: 0,
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
