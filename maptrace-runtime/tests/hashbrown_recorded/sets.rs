//! What is done through entries of sets, which cannot be looked behind.

use std::panic::{AssertUnwindSafe, catch_unwind};

use maptrace_runtime::Kind;
use maptrace_runtime::hashbrown::HashSet;
use maptrace_runtime::testing::Capture;
use maptrace_runtime::testing::EventType::{AssignNew, AssignReplaced, Create, DeleteHit};

use crate::support::{FRAGILE, Fixed, Key, events, only, only_map, resizes};

#[test]
fn entries_of_sets_are_recorded() {
    let capture = Capture::install();
    let mut set: HashSet<u64, Fixed> = HashSet::with_capacity_and_hasher(14, Fixed::default());
    set.entry(1).or_insert();
    set.entry(1).or_insert();
    set.entry(2).insert().remove();
    set.get_or_insert(1);
    set.get_or_insert_with(&3, |asked| *asked);
    assert_eq!(
        events(&capture),
        [Create, AssignNew, AssignNew, DeleteHit, AssignReplaced, AssignNew]
    );
    let mut seen = 0;
    assert_eq!(resizes(&capture, &mut seen), []);
    (10..22).for_each(|n| assert!(set.insert(n)));
    assert_eq!((set.len(), set.capacity()), (14, 14));
    assert_eq!(set.entry(30).get(), &30);
    assert_eq!(resizes(&capture, &mut seen), []);
    set.entry(30).or_insert();
    assert_eq!(resizes(&capture, &mut seen), [("grow", 28)]);
    let seen = only(&capture);
    assert_eq!(
        (seen.site.kind, seen.entries, seen.capacity),
        (Kind::HashSet, 15, Some(28))
    );
}

/// What the entry does to the table can be seen by the next change alone.
#[test]
fn a_rehash_by_an_entry_of_a_set_is_told_by_the_next_change() {
    let (mut rehashed, mut reused) = (0, 0);
    for round in 0..6 {
        let capture = Capture::install();
        let mut set: HashSet<u64, Fixed> = (0..112).map(|n| n + round * 10_000).collect();
        (0..70).for_each(|n| assert!(set.remove(&(n + round * 10_000))));
        let mut seen = capture.episodes().len();
        for n in (70..5_000).map(|n| n + round * 10_000) {
            set.remove(&n);
            let crowded = set.len() == set.capacity();
            let entry = set.entry(n + 42).insert();
            if crowded && round % 2 == 0 {
                entry.remove();
            }
            let resized = crowded && set.capacity() > set.len() + 1;
            assert!(!set.remove(&u64::MAX));
            let told = resizes(&capture, &mut seen);
            assert_eq!(told, if resized { vec![("rehash", 112)] } else { vec![] });
            if resized {
                let told = only(&capture);
                assert_eq!(
                    (told.rehashes, told.entries, told.capacity, told.tombstones),
                    (1, set.len() as u64, Some(112), Some(112 - set.capacity() as u64))
                );
                rehashed += 1;
                break;
            }
            reused += u32::from(crowded);
        }
    }
    assert!(rehashed == 6 && reused > 0, "{rehashed} {reused}");
}

#[test]
fn elements_that_a_panic_in_a_rehash_loses_are_counted_by_the_next_change() {
    let capture = Capture::install();
    let mut set: HashSet<Key, Fixed> = (0..112).map(Key).collect();
    (0..70).for_each(|n| assert!(set.remove(&Key(n))));
    let mut lost = 0;
    for n in 70..5_000 {
        set.remove(&Key(n));
        let entry = set.entry(Key(n + 42));
        FRAGILE.set(true);
        let result = catch_unwind(AssertUnwindSafe(|| entry.or_insert()));
        FRAGILE.set(false);
        lost += u32::from(result.is_err());
        set.remove(&Key(0));
        assert_eq!(only_map(&capture).entries, set.len() as u64);
    }
    assert!(lost > 0);
}
