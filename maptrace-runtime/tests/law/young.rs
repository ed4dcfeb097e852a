//! Maps without a record of their own: what is counted of a site does not depend on which of its maps have one.

use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::Mutex;
use std::thread;

use maptrace_runtime::collections::{BTreeMap, HashMap, HashSet};
use maptrace_runtime::testing::{Capture, CaptureBuilder};
use maptrace_runtime::{MapSnapshot, Snapshot};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Action {
    New(usize, u16),
    Insert(usize, u16),
    Remove(usize, u16),
    Entry(usize, u16),
    Extend(usize, u16),
    Clear(usize),
    Shrink(usize),
    Clone(usize),
    Drop(usize),
    Look,
}

const MAPS: usize = 6;

fn action() -> impl Strategy<Value = Action> {
    let map = 0..MAPS;
    prop_oneof![
        3 => (map.clone(), prop_oneof![6 => Just(0_u16), 1 => 1_u16..200]).prop_map(|(map, room)| Action::New(map, room)),
        30 => (map.clone(), 0_u16..12).prop_map(|(map, key)| Action::Insert(map, key)),
        6 => (map.clone(), 0_u16..60).prop_map(|(map, key)| Action::Insert(map, key)),
        20 => (map.clone(), 0_u16..12).prop_map(|(map, key)| Action::Remove(map, key)),
        2 => (map.clone(), 0_u16..12).prop_map(|(map, key)| Action::Entry(map, key)),
        1 => (map.clone(), 0_u16..40).prop_map(|(map, n)| Action::Extend(map, n)),
        1 => map.clone().prop_map(Action::Clear),
        1 => map.clone().prop_map(Action::Shrink),
        1 => map.clone().prop_map(Action::Clone),
        4 => map.prop_map(Action::Drop),
        2 => Just(Action::Look),
    ]
}

macro_rules! play {
    ($name:ident, $map:ty, $new:expr) => {
        /// Plays the script on maps of one site, and returns what is known of them at each look and at the end.
        fn $name(capture: &CaptureBuilder, script: &[Action]) -> Vec<Snapshot> {
            let capture = capture.clone().install();
            let mut seen = Vec::new();
            let new = $new;
            let mut maps: [$map; MAPS] = std::array::from_fn(|_| new(0));
            for action in script {
                match *action {
                    Action::New(map, room) => maps[map] = new(room.into()),
                    Action::Insert(map, key) => drop(maps[map].insert(key, key)),
                    Action::Remove(map, key) => drop(maps[map].remove(&key)),
                    Action::Entry(map, key) => *maps[map].entry(key).or_default() += 1,
                    Action::Extend(map, n) => maps[map].extend((0..n).map(|key| (key, key))),
                    Action::Clear(map) => maps[map].clear(),
                    Action::Shrink(map) => maps[map].retain(|key, _| key % 2 == 0),
                    Action::Clone(map) => maps[(map + 1) % MAPS] = maps[map].clone(),
                    Action::Drop(map) => drop(std::mem::replace(&mut maps[map], new(0))),
                    Action::Look => seen.push(capture.snapshot()),
                }
            }
            seen.push(capture.snapshot());
            drop(maps);
            seen.push(capture.snapshot());
            seen
        }
    };
}
/// The same for both, or it would be chance which of them finds a tombstone to put an entry in its place.
type Hasher = BuildHasherDefault<DefaultHasher>;
play!(play_hash, HashMap<u16, u16, Hasher>, |room| HashMap::with_capacity_and_hasher(room, Hasher::default()));
play!(play_tree, BTreeMap<u16, u16>, |_: usize| BTreeMap::new());
// Of a site of its own: a site's sampling is that of the capture that saw it first.
play!(play_sampled, HashMap<u16, u16, Hasher>, |room| HashMap::with_capacity_and_hasher(room, Hasher::default()));

/// All that is to be the same, of all sites of this file together.
fn figures(snapshot: &Snapshot) -> impl PartialEq + std::fmt::Debug + use<> {
    let of = |get: fn(&MapSnapshot) -> u64| snapshot.maps.iter().map(get).sum::<u64>();
    (
        [
            of(|map| map.created),
            of(|map| map.freed),
            of(|map| map.live),
            of(|map| map.entries),
        ],
        [
            of(|map| map.totals.assigns_new),
            of(|map| map.totals.assigns_replaced),
            of(|map| map.totals.deletes_hit),
            of(|map| map.totals.deletes_miss),
            of(|map| map.totals.cleared),
        ],
        [
            of(|map| map.grows),
            of(|map| map.rehashes),
            of(|map| map.clears),
            of(|map| map.batches),
        ],
        [
            of(|map| map.capacity.unwrap_or(0)),
            of(|map| map.held_bytes.unwrap_or(0)),
        ],
    )
}

proptest! {
    #[test]
    fn a_site_is_the_same_whichever_of_its_maps_have_records(script in proptest::collection::vec(action(), 1..400)) {
        for play in [play_hash, play_tree] {
            let with = play(&Capture::builder().ring_bytes(64 << 10).nursery(true), &script);
            let without = play(&Capture::builder().ring_bytes(64 << 10), &script);
            for (with, without) in with.iter().zip(&without) {
                prop_assert_eq!(figures(with), figures(without));
                let health = &with.health;
                prop_assert_eq!(health.emitted, health.delivered);
                prop_assert!(health.instances <= without.health.instances);
            }
            let largest = |seen: &[Snapshot]| seen.last().map(|now| now.maps.iter().map(|map| map.largest).max());
            prop_assert!(largest(&with) <= largest(&without));
        }
    }

    /// While a map is young each of its operations is an event. One that grows up at a site that is sampled is sampled.
    #[test]
    fn young_maps_of_a_sampled_site_are_counted_too(script in proptest::collection::vec(action(), 1..400)) {
        let sampled = play_sampled(&Capture::builder().ring_bytes(64 << 10).nursery(true).sample(4), &script);
        let every = play_hash(&Capture::builder().ring_bytes(64 << 10), &script);
        for (sampled, every) in sampled.iter().zip(&every) {
            prop_assert_eq!(figures(sampled), figures(every));
            let health = &sampled.health;
            prop_assert_eq!(health.emitted, health.delivered + health.sampled_out);
        }
    }

    /// With rings in which there is no room, and with no records to be had.
    #[test]
    fn nothing_is_missing_from_the_counts_if_events_are_lost(
        script in proptest::collection::vec(action(), 1..1_500),
        instances in prop_oneof![Just(0), Just(2), Just(1_000_u32)],
    ) {
        let script: Vec<_> = script.into_iter().filter(|action| !matches!(action, Action::Look)).collect();
        let with = play_hash(&Capture::builder().nursery(true).ring_bytes(1 << 10).instances(instances), &script);
        let without = play_hash(&Capture::builder().ring_bytes(256 << 10), &script);
        for (with, without) in with.iter().zip(&without) {
            let counts = |snapshot: &Snapshot| {
                let of = |get: fn(&MapSnapshot) -> u64| snapshot.maps.iter().map(get).sum::<u64>();
                (
                    [of(|map| map.created), of(|map| map.freed), of(|map| map.live), of(|map| map.entries)],
                    of(|map| map.totals.assigns_new),
                    of(|map| map.totals.assigns_replaced),
                    of(|map| map.totals.deletes_hit),
                    of(|map| map.totals.deletes_miss),
                    of(|map| map.capacity.unwrap_or(0)),
                )
            };
            prop_assert_eq!(counts(with), counts(without));
            let health = &with.health;
            prop_assert_eq!(health.emitted, health.delivered + health.dropped_total() + health.sampled_out);
        }
        // All are dropped: nothing is held, and none is young.
        let last = with.last().expect("a look at the end");
        let held: u64 = last.maps.iter().filter_map(|map| map.held_bytes).sum();
        prop_assert_eq!((held, last.health.instances_young), (0, 0));
    }
}

#[test]
fn a_map_of_a_sampled_site_is_sampled_when_it_is_grown_up() {
    let capture = Capture::builder().nursery(true).sample(64).install();
    // The thread has a ring, or its first map is not young.
    HashSet::<u8>::new().insert(1);
    let mut map = HashMap::new();
    let left_out = || capture.snapshot().health.sampled_out;
    let before = left_out();
    for key in 0..3 {
        map.insert(key, 0);
    }
    assert_eq!((capture.snapshot().health.instances_young, left_out()), (1, before));
    for _ in 0..64_000 {
        map.insert(0, 1);
    }
    let now = capture.snapshot();
    let mut totals = now
        .maps
        .iter()
        .map(|map| (map.totals.assigns_new, map.totals.assigns_replaced));
    assert!(totals.any(|it| it == (3, 64_000)));
    assert_eq!(now.health.instances_young, 0);
    // One in 64 is an event, a thousand: by chance, but not a third more or less.
    assert!((62_000..64_000).contains(&left_out()), "{}", left_out());
}

/// All entries in one place, so that what is deleted leaves tombstones.
#[derive(Clone, Default)]
struct Constant;

impl std::hash::Hasher for Constant {
    fn write(&mut self, _: &[u8]) {}
    fn finish(&self) -> u64 {
        0
    }
}

/// The size of a young map's table is known, whatever its tombstones leave to be seen of it.
#[test]
fn a_clone_of_a_young_map_has_a_table_of_the_same_size() {
    type Map = HashMap<u16, u16, BuildHasherDefault<Constant>>;
    let capacities = |nursery: bool| {
        let capture = Capture::builder().nursery(nursery).install();
        // The thread has a ring, or its first map is not young.
        HashMap::<u8, u8>::new().insert(1, 1);
        let mut map = Map::with_capacity_and_hasher(28, BuildHasherDefault::default());
        for key in 0..27 {
            map.insert(key, key);
        }
        for key in 0..26 {
            map.remove(&key);
        }
        assert!(map.capacity() < 14, "no tombstones: {}", map.capacity());
        assert_eq!(capture.snapshot().health.instances_young > 0, nursery);
        let mut again = Map::default();
        again.clone_from(&map);
        let clone = map.clone();
        let now = capture.snapshot();
        drop((clone, again));
        // Sites of other tests come up meanwhile, without a map that is of this capture.
        let mut maps: Vec<_> = now
            .maps
            .iter()
            .filter(|map| map.live > 0)
            .map(|map| (map.live, map.capacity, map.held_bytes))
            .collect();
        maps.sort_unstable();
        maps
    };
    assert_eq!(capacities(true), capacities(false));
}

/// Totals of a site that is looked at while its maps go from thread to thread and get records of their own. None of them
/// ever goes back, as a scraper would take that for a restart.
#[test]
fn totals_never_go_back() {
    const ROUNDS: u64 = if cfg!(miri) { 20 } else { 3_000 };
    for ring_bytes in [8 << 20, 1 << 10] {
        let capture = Capture::builder().nursery(true).ring_bytes(ring_bytes).install();
        let handle = capture.handle();
        let passed_on: Mutex<Vec<HashSet<u64>>> = Mutex::default();
        thread::scope(|scope| {
            let workers: Vec<_> = (0..3_u64)
                .map(|worker| {
                    let passed_on = &passed_on;
                    scope.spawn(move || {
                        let _entered = handle.enter();
                        for round in 0..ROUNDS {
                            let taken = passed_on.lock().expect("no panic").pop();
                            let mut set = taken.unwrap_or_default();
                            for key in 0..(round + worker) % 7 {
                                set.insert(key * 31 + round % 5);
                                set.remove(&(key * 31));
                            }
                            if round % 3 != 0 {
                                passed_on.lock().expect("no panic").push(set);
                            }
                        }
                    })
                })
                .collect();
            let mut last = [0; 6];
            while !workers.iter().all(thread::ScopedJoinHandle::is_finished) {
                let now = capture.snapshot();
                let of = |get: fn(&MapSnapshot) -> u64| now.maps.iter().map(get).sum::<u64>();
                let totals = [
                    of(|map| map.created),
                    of(|map| map.freed),
                    of(|map| map.totals.assigns_new),
                    of(|map| map.totals.assigns_replaced),
                    of(|map| map.totals.deletes_hit),
                    of(|map| map.totals.deletes_miss),
                ];
                // With losses they may be off by one map's first operations for an instant.
                if ring_bytes > 1 << 10 {
                    assert!(
                        last.iter().zip(totals).all(|(last, now)| *last <= now),
                        "{last:?}, then {totals:?}"
                    );
                }
                last = totals;
            }
        });
        drop(passed_on);
        let now = capture.snapshot();
        let (created, freed): (u64, u64) = now
            .maps
            .iter()
            .fold((0, 0), |(c, f), map| (c + map.created, f + map.freed));
        assert_eq!(created, freed);
        assert!(created >= ROUNDS / 2, "{created}");
        assert_eq!(now.maps.iter().map(|map| map.entries + map.live).sum::<u64>(), 0);
    }
}
