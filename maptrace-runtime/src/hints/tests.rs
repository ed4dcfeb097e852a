use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::snapshot::{Kind, SiteInfo};

fn map(kind: Kind) -> MapSnapshot {
    let mut map = MapSnapshot::new(Arc::new(SiteInfo::new(0, "sessions", kind)));
    (map.created, map.live) = (1, 1);
    map
}

/// The hints of a hash map after `change`.
fn names(change: impl FnOnce(&mut MapSnapshot)) -> Vec<&'static str> {
    let mut map = map(Kind::HashMap);
    change(&mut map);
    hints(&map).iter().map(Hint::name).collect()
}

fn text(change: impl FnOnce(&mut MapSnapshot)) -> String {
    let mut map = map(Kind::HashMap);
    change(&mut map);
    let hints = hints(&map);
    assert_eq!(hints.len(), 1, "{hints:?}");
    hints[0].to_string()
}

fn none() -> Vec<&'static str> {
    Vec::new()
}

fn grown(map: &mut MapSnapshot) {
    (map.grows, map.largest, map.pause_total) = (4, 1_000, WORTHWHILE_PAUSE);
}

#[test]
fn presize_is_due_from_its_thresholds_on() {
    assert_eq!(names(grown), ["presize"]);
    assert_eq!(names(|m| (grown(m), m.grows -= 1).1), none());
    assert_eq!(names(|m| (grown(m), m.largest -= 1).1), none());
    assert_eq!(
        names(|m| (grown(m), m.pause_total -= Duration::from_nanos(1)).1),
        none()
    );
    // Two maps that grew twice each did nothing wrong.
    assert_eq!(names(|m| (grown(m), m.created = 2).1), none());
    assert_eq!(names(|m| (grown(m), (m.created, m.grows) = (2, 8)).1), ["presize"]);
}

#[test]
fn presize_says_what_to_write_and_what_it_saves() {
    let saved = Duration::from_millis(31);
    let grown = |m: &mut MapSnapshot| (m.grows, m.largest, m.pause_total) = (14, 199_730, saved);
    assert_eq!(
        text(grown),
        "grew 14 times: with_capacity(200000) would have saved 31 ms"
    );
    assert_eq!(
        text(|m| (grown(m), m.rehashes = 1).1),
        "grew 14 times: with_capacity(200000) would have saved up to 31 ms"
    );
    assert_eq!(
        text(|m| (grown(m), (m.created, m.grows) = (3, 42)).1),
        "3 maps grew 42 times: with_capacity, up to 200000 as in the largest, would have saved up to 31 ms"
    );
}

#[test]
fn a_b_tree_has_nothing_to_presize() {
    let mut tree = map(Kind::BTreeMap);
    grown(&mut tree);
    assert_eq!(hints(&tree), []);
}

#[test]
fn shrink_is_due_from_its_thresholds_on() {
    let sizes = |held, needed| names(|m| (m.held_bytes, m.needed_bytes, m.entries) = (Some(held), needed, 100));
    assert_eq!(sizes(WORTHWHILE_BYTES + 9, 9), ["shrink_to_fit"]);
    assert_eq!(sizes(WORTHWHILE_BYTES + 8, 9), none());
    assert_eq!(sizes(80_000_000, 20_000_000), ["shrink_to_fit"]);
    assert_eq!(sizes(79_999_999, 20_000_000), none());
    assert_eq!(sizes(80_000_000, 20_000_001), none());
    assert_eq!(
        text(|m| (m.held_bytes, m.needed_bytes, m.entries) = (Some(570_425_360), 2_320, 100)),
        "holds 570 MB for 100 entries: shrink_to_fit would give back 570 MB"
    );
    assert_eq!(
        text(|m| (m.live, m.held_bytes, m.needed_bytes, m.entries) = (1_200, Some(4_000_000), 34, 1)),
        "holds 4 MB for 1 entry in 1,200 maps: shrink_to_fit would give back 4 MB"
    );
}

#[test]
fn tombstones_are_due_from_their_thresholds_on() {
    let table = |capacity, tombstones| names(|m| (m.capacity, m.tombstones) = (Some(capacity), Some(tombstones)));
    assert_eq!(table(SMALL_TABLE, 500), ["tombstones"]);
    assert_eq!(table(SMALL_TABLE, 499), none());
    assert_eq!(table(SMALL_TABLE - 1, 999), none());
    assert!(text(|m| (m.capacity, m.tombstones) = (Some(100_000), Some(87_000))).starts_with("87 % tombstones: "));
}

#[test]
fn misses_are_due_from_their_thresholds_on() {
    let deletes = |hit, miss| names(|m| (m.totals.deletes_hit, m.totals.deletes_miss) = (hit, miss));
    assert_eq!(deletes(500, 500), ["misses"]);
    assert_eq!(deletes(501, 500), none());
    assert_eq!(deletes(0, 999), none());
    assert_eq!(
        text(|m| (m.totals.deletes_hit, m.totals.deletes_miss) = (100, 9_900)),
        "9,900 misses of 10,000 deletes (99 %): the keys were gone already or never there"
    );
}

#[test]
fn rehash_storm_is_due_from_its_thresholds_on() {
    let storm = |maps, rehashes, pause| {
        names(|m| (m.created, m.rehashes, m.pause_total, m.pause_max) = (maps, rehashes, pause, WORTHWHILE_PAUSE))
    };
    assert_eq!(storm(1, 8, LONG_PAUSE), ["rehash_storm"]);
    assert_eq!(storm(1, 7, LONG_PAUSE), none());
    assert_eq!(storm(2, 15, LONG_PAUSE), none());
    assert_eq!(storm(2, 16, LONG_PAUSE), ["rehash_storm"]);
    assert_eq!(storm(1, 8, LONG_PAUSE - Duration::from_nanos(1)), none());
}

#[test]
fn the_pause_of_a_storm_is_not_credited_to_presizing_too() {
    let storm = |m: &mut MapSnapshot| {
        (
            grown(m),
            (m.grows, m.rehashes, m.pause_total) = (15, 69, Duration::from_micros(47_500)),
        )
            .1
    };
    assert_eq!(names(storm), ["rehash_storm"]);
    // Where grows are as many, room asked for once is worth it as well.
    assert_eq!(names(|m| (storm(m), m.grows = 69).1), ["presize", "rehash_storm"]);
    // A few rehashes are no storm.
    assert_eq!(names(|m| (storm(m), (m.grows, m.rehashes) = (4, 7)).1), ["presize"]);
}

#[test]
fn a_leak_comes_before_what_its_growth_cost() {
    let leak = |m: &mut MapSnapshot| {
        grown(m);
        m.entries = m.largest;
        (m.totals.deletes_hit, m.totals.deletes_miss) = (100, 900);
    };
    assert_eq!(names(leak), ["misses", "presize"]);
    assert_eq!(
        names(|m| (leak(m), m.totals.deletes_hit = 101).1),
        ["presize", "misses"]
    );
    assert_eq!(names(|m| (leak(m), m.entries -= 1).1), ["presize", "misses"]);
}

#[test]
fn a_long_pause_is_told_once() {
    let paused = |m: &mut MapSnapshot| (m.pause_total, m.pause_max) = (LONG_PAUSE, LONG_PAUSE);
    assert_eq!(names(paused), ["long_pause"]);
    assert_eq!(names(|m| (paused(m), m.pause_max -= Duration::from_nanos(1)).1), none());
    assert_eq!(names(|m| (paused(m), (m.grows, m.largest) = (4, 1_000)).1), ["presize"]);
    assert_eq!(names(|m| (paused(m), m.rehashes = 8).1), ["rehash_storm"]);
    assert_eq!(
        text(|m| (m.pause_total, m.pause_max) = (LONG_PAUSE, Duration::from_millis(117))),
        "one operation waited 117 ms for its table: reserve ahead, where nobody waits"
    );
}

#[test]
fn the_suggested_capacity_is_round_but_never_a_larger_table() {
    assert_eq!(round_capacity(1_001), 1_100);
    assert_eq!(round_capacity(199_730), 200_000);
    // Seven eighths of 131,072 buckets are 114,688: 120,000 would double the table.
    assert_eq!(round_capacity(113_000), 113_000);
    assert_eq!(round_capacity(113_001), 114_000);
    // 58,000 are more than the 57,344 of the table.
    assert_eq!(round_capacity(57_001), 57_100);
    assert_eq!(round_capacity(57_344), 57_344);
    assert_eq!(round_capacity(u64::MAX), u64::MAX);
}

proptest! {
    #[test]
    fn the_suggested_capacity_gives_the_table_of_std(entries in 1_000_u64..300_000) {
        let suggested = round_capacity(entries);
        let capacity = |n| std::collections::HashSet::<u8>::with_capacity(usize::try_from(n).unwrap()).capacity();
        prop_assert!(suggested >= entries);
        prop_assert_eq!(capacity(suggested), capacity(entries));
    }

    #[test]
    fn no_count_is_too_large(n: u64, m: u64) {
        let mut map = map(Kind::HashMap);
        (map.grows, map.rehashes, map.largest, map.entries, map.created) = (n, m, n, m, n);
        (map.held_bytes, map.needed_bytes, map.capacity, map.tombstones) = (Some(n), m, Some(m), Some(n));
        (map.totals.deletes_hit, map.totals.deletes_miss) = (n, m);
        (map.pause_total, map.pause_max) = (Duration::from_nanos(n), Duration::from_nanos(m));
        for hint in hints(&map) {
            prop_assert!(!hint.to_string().is_empty());
        }
    }
}
