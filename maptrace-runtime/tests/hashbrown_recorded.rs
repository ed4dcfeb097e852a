//! What hashbrown's traced collections leave behind where they differ from std's: for each such way in and out, exactly
//! which events, episodes and counts.
#![cfg(all(
    feature = "hashbrown",
    feature = "enable",
    any(not(feature = "release_off"), debug_assertions)
))]

#[path = "hashbrown_recorded/entries.rs"]
mod entries;
#[path = "hashbrown_recorded/sets.rs"]
mod sets;
#[path = "hashbrown_recorded/support.rs"]
mod support;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use maptrace_runtime::hashbrown::hash_map::{Entry, EntryRef, RawEntryMut};
use maptrace_runtime::hashbrown::hash_table::Entry as TableEntry;
use maptrace_runtime::hashbrown::{HashMap, HashSet, HashTable};
use maptrace_runtime::testing::{Capture, EventType};
use maptrace_runtime::{EpisodeKind, Kind, MapSnapshot};

use EventType::{AssignNew, AssignReplaced, Create, DeleteHit};
use support::{Fixed, events, numbers, only, resizes};

#[test]
fn operators_that_assign_are_batches() {
    let capture = Capture::install();
    let mut set: HashSet<u64, Fixed> = (0..10).collect();
    let other: HashSet<u64, Fixed> = (5..50).collect();
    let batches = |capture: &Capture| {
        let batch = |kind: &EpisodeKind| match kind {
            EpisodeKind::Batch {
                new, replaced, removed, ..
            } => Some((*new, *replaced, *removed)),
            _ => None,
        };
        capture
            .episodes()
            .iter()
            .filter_map(|episode| batch(&episode.kind))
            .skip(2)
            .collect::<Vec<_>>()
    };
    set ^= &other;
    assert_eq!(batches(&capture), [(40, 0, 5)]);
    set |= &other;
    set &= &other;
    set -= &(7..60).collect();
    let all = batches(&capture);
    assert_eq!((all[1], all[2], all.last()), ((5, 0, 0), (0, 0, 5), Some(&(0, 0, 43))));
    assert_eq!(set, HashSet::from_iter([5, 6]));
    let sets = capture.snapshot().maps.clone();
    assert_eq!(
        sets.iter()
            .filter(|set| set.live > 0)
            .map(|set| set.entries)
            .sum::<u64>(),
        2 + 45
    );
}

#[test]
fn a_map_goes_on_as_a_set() {
    let capture = Capture::install();
    let map: HashMap<u64, (), Fixed> = (0..10).map(|n| (n, ())).collect();
    let set = HashSet::from(map);
    let maps = capture.snapshot().maps.clone();
    let kinds: Vec<_> = maps
        .iter()
        .filter(|map| map.created > 0)
        .map(|map| (map.site.kind, map.live, map.entries))
        .collect();
    assert_eq!(kinds, [(Kind::HashMap, 0, 0), (Kind::HashSet, 1, 10)]);
    assert_eq!(HashSet::into_hashbrown(set).len(), 10);
}

/// The table and its bytes are what hashbrown says itself.
#[test]
fn bytes_held_are_the_allocation() {
    let capture = Capture::install();
    let mut map: HashMap<u64, [u8; 3], Fixed> = HashMap::default();
    for n in 0..1_000 {
        map.entry(n).or_default();
        assert_eq!(only(&capture).held_bytes, Some(map.allocation_size() as u64));
    }
}

#[test]
fn tables_record_what_is_done_to_them() {
    let hash = |n: &u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let capture = Capture::install();
    let mut table = HashTable::with_capacity(14);
    let mut expected = vec![];
    let mut expect = |more: &[EventType]| {
        expected.extend(more);
        assert_eq!(events(&capture), expected);
    };
    assert!(table.find_entry(hash(&1), |n| *n == 1).is_err());
    assert!(matches!(
        table.entry(hash(&1), |n| *n == 1, hash),
        TableEntry::Vacant(_)
    ));
    expect(&[]);
    table.entry(hash(&1), |n| *n == 1, hash).or_insert(1);
    expect(&[Create, AssignNew]);
    table.entry(hash(&1), |n| *n == 1, hash).or_insert(1);
    table.entry(hash(&1), |n| *n == 1, hash).insert(1);
    table.insert_unique(hash(&2), 2, hash);
    expect(&[AssignReplaced, AssignNew]);
    let (two, place) = table.find_entry(hash(&2), |n| *n == 2).ok().unwrap().remove();
    let index = place.insert(two).bucket_index();
    expect(&[DeleteHit, AssignNew]);
    match table.get_bucket_entry(index).ok().unwrap().replace_entry_with(Some) {
        TableEntry::Occupied(entry) => assert!(matches!(entry.replace_entry_with(|_| None), TableEntry::Vacant(_))),
        TableEntry::Vacant(_) => panic!("it is there"),
    }
    expect(&[AssignReplaced, DeleteHit]);
    for n in 10..23 {
        table.insert_unique(hash(&n), n, hash);
    }
    expect(&[AssignNew; 13]);
    let mut seen = capture.episodes().len();
    assert_eq!((table.len(), table.capacity()), (14, 14));
    // At the call, although it is there.
    assert!(matches!(
        table.entry(hash(&1), |n| *n == 1, hash),
        TableEntry::Occupied(_)
    ));
    assert_eq!(resizes(&capture, &mut seen), [("grow", 28)]);
    table.retain(|n| *n < 12);
    table.shrink_to_fit(hash);
    assert_eq!(resizes(&capture, &mut seen), [("shrink", 3)]);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let entry = table.find_entry(hash(&1), |n| *n == 1).ok().unwrap();
        entry.replace_entry_with(|_| resume_unwind(Box::new(())));
    }));
    assert!(panicked.is_err());
    let seen = only(&capture);
    assert_eq!((seen.site.kind, seen.entries), (Kind::HashTable, 2));
    assert_eq!(
        (seen.capacity, seen.held_bytes),
        (Some(3), Some(table.allocation_size() as u64))
    );
}

#[test]
fn goes_to_hashbrown_s_type_and_back_by_value() {
    fn begun_and_gone(capture: &Capture) -> (u64, u64, u64) {
        let maps = &capture.snapshot().maps;
        let sum = |count: fn(&MapSnapshot) -> u64| maps.iter().map(count).sum::<u64>();
        assert_eq!(sum(|map| map.entries), 0);
        (sum(|map| map.created), sum(|map| map.freed), sum(|map| map.batches))
    }
    fn plain_len(map: &impl AsRef<hashbrown::HashMap<u64, u64, Fixed>>) -> usize {
        map.as_ref().len()
    }
    let capture = Capture::install();
    let map = numbers(10);
    assert_eq!(plain_len(&map), 10);
    let plain: hashbrown::HashMap<u64, u64, Fixed> = map.into();
    let again = HashMap::from(plain);
    assert_eq!(HashMap::into_hashbrown(again).len(), 10);
    assert_eq!(begun_and_gone(&capture), (2, 2, 2));

    let capture = Capture::install();
    let set: HashSet<u64, Fixed> = (0..10).collect();
    assert_eq!(AsRef::<hashbrown::HashSet<u64, Fixed>>::as_ref(&set).len(), 10);
    let plain: hashbrown::HashSet<u64, Fixed> = set.into();
    let again = HashSet::from(plain);
    assert_eq!(HashSet::into_hashbrown(again).len(), 10);
    assert_eq!(begun_and_gone(&capture), (2, 2, 2));

    let capture = Capture::install();
    let mut table = HashTable::new();
    table.insert_unique(7, 7_u64, |n| *n);
    assert_eq!(AsRef::<hashbrown::HashTable<u64>>::as_ref(&table).len(), 1);
    let plain: hashbrown::HashTable<u64> = table.into();
    let again = HashTable::from(plain);
    assert_eq!(HashTable::into_hashbrown(again).len(), 1);
    assert_eq!(begun_and_gone(&capture), (2, 2, 1));
}

/// A constructor that is passed on as a function is its own caller, and its place is not the user's.
#[test]
fn a_constructor_passed_on_names_its_map_by_the_type() {
    let map: fn() -> HashMap<u8, [u8; 3]> = HashMap::new;
    let set: fn() -> HashSet<[u8; 3]> = HashSet::new;
    let table: fn() -> HashTable<[u8; 3]> = HashTable::new;
    let capture = Capture::install();
    map().insert(1, [0; 3]);
    set().insert([0; 3]);
    table().insert_unique(0, [0; 3], |_| 0);
    let maps = capture.snapshot().maps;
    let mut names: Vec<_> = maps
        .iter()
        .filter(|map| map.created > 0)
        .map(|map| &*map.site.name)
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["HashMap<u8, [u8; 3]>", "HashSet<[u8; 3]>", "HashTable<[u8; 3]>"]
    );
}

/// A map that is young when an entry is looked up that is there: what is done through it is recorded all the same.
#[test]
fn entries_of_young_maps_are_recorded() {
    let capture = Capture::builder().nursery(true).install();
    // The thread has a ring, or its first map is not young.
    HashMap::<u64, u64>::new().insert(0, 0);
    let young = || capture.snapshot().health.instances_young;
    let mut map: HashMap<u64, u64, Fixed> = HashMap::default();
    let mut table = HashTable::new();
    for round in 0..6 {
        let fresh = |map: &mut HashMap<u64, u64, Fixed>| {
            *map = HashMap::default();
            map.insert(1, 1);
            assert_eq!(young(), 1);
        };
        fresh(&mut map);
        match round {
            0 => match map.entry(1) {
                Entry::Occupied(mut entry) => drop(entry.insert(2)),
                Entry::Vacant(_) => unreachable!(),
            },
            1 => match map.entry(1) {
                Entry::Occupied(entry) => drop(entry.remove()),
                Entry::Vacant(_) => unreachable!(),
            },
            2 => match map.entry_ref(&1) {
                EntryRef::Occupied(entry) => drop(entry.replace_entry_with(|_, _| None)),
                EntryRef::Vacant(_) => unreachable!(),
            },
            3 => match map.raw_entry_mut().from_key(&1) {
                RawEntryMut::Occupied(entry) => drop(entry.remove()),
                RawEntryMut::Vacant(_) => unreachable!(),
            },
            4 => drop(map.entry(2).or_insert(2)),
            _ => assert!(matches!(map.entry(2), Entry::Vacant(_))),
        }
    }
    drop(map);
    table.insert_unique(1, 1, |_| 1);
    assert_eq!(young(), 1);
    let _ = table.find_entry(1, |_| true).expect("it is there").remove();
    table.insert_unique(1, 1, |_| 1);
    let now = capture.snapshot();
    let sum = |get: fn(&MapSnapshot) -> u64| now.maps.iter().map(get).sum::<u64>();
    let totals = (
        sum(|map| map.totals.assigns_new),
        sum(|map| map.totals.assigns_replaced),
        sum(|map| map.totals.deletes_hit),
    );
    assert_eq!(totals, (1 + 6 + 1 + 2, 1, 3 + 1));
    assert_eq!((sum(|map| map.entries), sum(|map| map.live)), (1, 1));
    assert_eq!((sum(|map| map.created), sum(|map| map.freed)), (8, 7));
}
