//! What is done through entries.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use maptrace_runtime::indexmap::map::raw_entry_v1::{RawEntryMut, RawOccupiedEntryMut, RawVacantEntryMut};
use maptrace_runtime::indexmap::map::{Entry, OccupiedEntry, RawEntryApiV1, VacantEntry};
use maptrace_runtime::testing::Capture;
use maptrace_runtime::testing::EventType::{self, AssignNew, AssignReplaced, Create, DeleteHit};

use crate::support::{Fixed, Map, events, numbers, only, totals};

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
