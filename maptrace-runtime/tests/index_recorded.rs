//! What a traced index map or set leaves behind: events, episodes and counts; and that its sizes are the allocator's.
#![cfg(all(
    feature = "enable",
    feature = "indexmap",
    any(not(feature = "release_off"), debug_assertions)
))]

#[path = "index_recorded/batches.rs"]
mod batches;
#[path = "index_recorded/entries.rs"]
mod entries;
#[path = "index_recorded/sizes.rs"]
mod sizes;
#[path = "index_recorded/support.rs"]
mod support;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use maptrace_runtime::Kind;
use maptrace_runtime::indexmap::map::{MutableEntryKey, MutableKeys, RawEntryApiV1};
use maptrace_runtime::indexmap::{IndexMap, IndexSet};
use maptrace_runtime::testing::Capture;
use maptrace_runtime::testing::EventType::{self, AssignNew, AssignReplaced, Create, DeleteHit, DeleteMiss};

use support::{Fixed, Map, events, numbers, only, totals};

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
