//! Random sequences of operations on every wrapped map and set, with a panic at one of the calls of the user's code: what is to
//! be seen afterwards, what was returned before, and what is dropped are as with the plain type, and the books are right.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

use std::hash::{BuildHasher, DefaultHasher};

use maptrace_runtime::testing::Capture;
use maptrace_runtime::{MapSnapshot, collections};

use suite::probe::{Probe, blows, call, calls, hashes, live};

#[path = "support/alone.rs"]
#[allow(dead_code, reason = "how large tests are is all that is needed")]
mod alone;
#[path = "support/suite.rs"]
#[macro_use]
#[allow(dead_code, unused_macros, reason = "the probe is all that is needed")]
mod suite;

/// Keys are below this.
const KEYS: u32 = 40;
const STEPS: usize = 24;

/// A hasher whose making and cloning are calls of the user's code.
#[derive(Default)]
struct Builder;

impl BuildHasher for Builder {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> DefaultHasher {
        hashes();
        DefaultHasher::new()
    }
}

impl Clone for Builder {
    fn clone(&self) -> Self {
        call();
        Self
    }
}

/// An operation by its number, and a key.
type Step = (u32, u32);

struct Random(u64);

impl Random {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n)) as u32
    }
}

/// What is to be seen of a sequence.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    blown: bool,
    /// What operations returned.
    returned: Vec<Option<u32>>,
    len: usize,
    room: usize,
    /// Entries in the order of iteration.
    listed: Vec<(u32, u32)>,
    found: Vec<Option<u32>>,
    /// Keys and values alive, before and after the map's end.
    alive: (i64, i64),
}

/// Plays `steps` on a map of a type, with a panic at call `k`. Keys are looked up afterwards if they can be `$found`: indexmap's
/// own index may be broken by a panic, and then its `len()` panics.
macro_rules! map {
    ($name:ident, $map:ty, $remove:ident, $found:expr, $room:expr, $rare:expr) => {
        fn $name(steps: &[Step], k: u32) -> Outcome {
            let before = live();
            let mut map = <$map>::default();
            let mut returned = Vec::new();
            let mark = |probe: Probe| probe.1;
            let blown = blows(k, || {
                for &(step, key) in steps {
                    match step % 16 {
                        0..6 => returned.push(map.insert(Probe::new(key), Probe::marked(key, step)).map(mark)),
                        6 | 7 => returned.push(map.$remove(&Probe::new(key)).map(mark)),
                        8 => drop(map.entry(Probe::new(key)).or_insert_with(|| {
                            call();
                            Probe::marked(key, 1_000)
                        })),
                        9 => drop(map.entry(Probe::new(key)).and_modify(|it| it.1 += 1).or_default()),
                        10 => map.retain(|it, _| {
                            call();
                            it.0 % 4 != key % 4
                        }),
                        11 => map.extend((key..key + 9).map(|key| {
                            call();
                            (Probe::new(key), Probe::marked(key, 2_000))
                        })),
                        12 if key < 8 => map.clear(),
                        12 => map = map.clone(),
                        13 => returned.push(map.get(&Probe::new(key)).map(|it| it.1)),
                        _ => ($rare)(&mut map, step, key),
                    }
                }
            });
            let listed = map.iter().map(|(key, value)| (key.0, value.1)).collect();
            let looks = if $found { 0..KEYS + 9 } else { 0..0 };
            let found = looks
                .map(|key| map.get(&Probe::new(key)).map(|it| it.1))
                .collect();
            let (len, room) = (map.iter().count(), ($room)(&map));
            let at_end = live() - before;
            drop(map);
            Outcome {
                blown,
                returned,
                len,
                room,
                listed,
                found,
                alive: (at_end, live() - before),
            }
        }
    };
}

/// As `map`, for a set.
macro_rules! set {
    ($name:ident, $set:ty, $take:ident, $found:expr, $room:expr, $rare:expr) => {
        fn $name(steps: &[Step], k: u32) -> Outcome {
            let before = live();
            let mut set = <$set>::default();
            let mut returned = Vec::new();
            let blown = blows(k, || {
                for &(step, key) in steps {
                    match step % 16 {
                        0..6 => returned.push(Some(u32::from(set.insert(Probe::marked(key, step))))),
                        6 | 7 => returned.push(set.$take(&Probe::new(key)).map(|it| it.1)),
                        8 | 9 => returned.push(set.replace(Probe::marked(key, step)).map(|it| it.1)),
                        10 => set.retain(|it| {
                            call();
                            it.0 % 4 != key % 4
                        }),
                        11 => set.extend((key..key + 9).map(|key| {
                            call();
                            Probe::new(key)
                        })),
                        12 if key < 8 => set.clear(),
                        12 => set = set.clone(),
                        13 => returned.push(set.get(&Probe::new(key)).map(|it| it.1)),
                        _ => ($rare)(&mut set, step, key),
                    }
                }
            });
            let listed = set.iter().map(|it| (it.0, it.1)).collect();
            let looks = if $found { 0..KEYS + 9 } else { 0..0 };
            let found = looks
                .map(|key| set.get(&Probe::new(key)).map(|it| it.1))
                .collect();
            let (len, room) = (set.iter().count(), ($room)(&set));
            let at_end = live() - before;
            drop(set);
            Outcome {
                blown,
                returned,
                len,
                room,
                listed,
                found,
                alive: (at_end, live() - before),
            }
        }
    };
}

/// What hash tables have and trees do not.
macro_rules! table {
    ($map:ty) => {
        |map: &mut $map, step: u32, key: u32| match step % 32 {
            14 => map.reserve(key as usize),
            15 => map.shrink_to_fit(),
            30 => drop(map.drain().take(3).count()),
            _ => map.clone_from(&map.clone()),
        }
    };
}

macro_rules! tree {
    ($map:ty) => {
        |map: &mut $map, step: u32, key: u32| match step % 32 {
            14 => drop(map.pop_first()),
            15 => drop(map.pop_last()),
            // Not `split_off`, which a panic leaves in std 1.95 as what can neither be walked nor dropped.
            30 => drop(map.range(..Probe::new(key)).count()),
            _ => map.append(&mut map.clone()),
        }
    };
}

/// The functions for a module that has std's types.
macro_rules! std_types {
    ($module:ident, $($path:tt)+) => {
        mod $module {
            use super::*;
            use $($path)+::{BTreeMap, BTreeSet, HashMap, HashSet};

            type Map = HashMap<Probe, Probe, Builder>;
            type Set = HashSet<Probe, Builder>;
            type Tree = BTreeMap<Probe, Probe>;
            type Sorted = BTreeSet<Probe>;
            map!(hash_map, Map, remove, true, |map: &Map| map.capacity(), table!(Map));
            set!(hash_set, Set, take, true, |set: &Set| set.capacity(), table!(Set));
            map!(btree_map, Tree, remove, true, |_: &Tree| 0, tree!(Tree));
            set!(btree_set, Sorted, take, true, |_: &Sorted| 0, tree!(Sorted));
            pub(super) const ALL: &[fn(&[Step], u32) -> Outcome] = &[hash_map, hash_set, btree_map, btree_set];
        }
    };
}

std_types!(plain_std, std::collections);
std_types!(traced_std, collections);

#[cfg(feature = "hashbrown")]
macro_rules! hashbrown_types {
    ($module:ident, $($path:tt)+) => {
        mod $module {
            use super::*;
            use $($path)+::{HashMap, HashSet};

            type Map = HashMap<Probe, Probe, Builder>;
            type Set = HashSet<Probe, Builder>;
            map!(hash_map, Map, remove, true, |map: &Map| map.capacity(), table!(Map));
            set!(hash_set, Set, take, true, |set: &Set| set.capacity(), table!(Set));
            pub(super) const ALL: &[fn(&[Step], u32) -> Outcome] = &[hash_map, hash_set];
        }
    };
}

#[cfg(feature = "hashbrown")]
hashbrown_types!(plain_hashbrown, ::hashbrown);
#[cfg(feature = "hashbrown")]
hashbrown_types!(traced_hashbrown, maptrace_runtime::hashbrown);

#[cfg(feature = "indexmap")]
macro_rules! indexmap_types {
    ($module:ident, $($path:tt)+) => {
        mod $module {
            use super::*;
            use $($path)+::{IndexMap, IndexSet};

            type Map = IndexMap<Probe, Probe, Builder>;
            type Set = IndexSet<Probe, Builder>;
            map!(index_map, Map, shift_remove, false, |map: &Map| map.capacity(), |map: &mut Map, step: u32, key: u32| match step % 32 {
                14 => map.reserve(key as usize),
                15 => map.shrink_to_fit(),
                30 => drop(map.swap_remove(&Probe::new(key))),
                _ => map.sort_keys(),
            });
            set!(index_set, Set, shift_take, false, |set: &Set| set.capacity(), |set: &mut Set, step: u32, key: u32| match step % 32 {
                14 => set.reserve(key as usize),
                15 => set.shrink_to_fit(),
                30 => drop(set.swap_remove(&Probe::new(key))),
                _ => set.sort(),
            });
            pub(super) const ALL: &[fn(&[Step], u32) -> Outcome] = &[index_map, index_set];
        }
    };
}

#[cfg(feature = "indexmap")]
indexmap_types!(plain_indexmap, ::indexmap);
#[cfg(feature = "indexmap")]
indexmap_types!(traced_indexmap, maptrace_runtime::indexmap);

/// Plays sequences on a plain type and on its traced one.
fn alike(plain: &[fn(&[Step], u32) -> Outcome], traced: &[fn(&[Step], u32) -> Outcome]) {
    const PANICS: u32 = 8;
    let sequences = 100 * alone::scale();
    for (which, (plain, traced)) in plain.iter().zip(traced).enumerate() {
        let capture = Capture::builder()
            .ring_bytes(256 << 10)
            .nursery(which % 2 == 0)
            .install();
        let mut random = Random(which as u64 + 1);
        let (mut played, mut panicked) = (0, 0);
        for sequence in 0..sequences {
            // Many are long, so that tables are full of tombstones at times.
            let steps = STEPS * (1 + sequence as usize % 4 * 4);
            let steps: Vec<Step> = (0..steps)
                .map(|_| (random.below(1 << 16), random.below(KEYS)))
                .collect();
            let mut whole = None;
            let all = calls(|| whole = Some(plain(&steps, u32::MAX)));
            assert_eq!(whole, Some(traced(&steps, u32::MAX)), "type {which}, {steps:?}");
            for _ in 0..PANICS {
                let k = random.below(all.all());
                let (plain, traced) = (plain(&steps, k), traced(&steps, k));
                assert_eq!(plain, traced, "type {which}, a panic at call {k} of {steps:?}");
                panicked += u32::from(plain.blown);
                played += 1;
            }
            if sequence % 50 == 49 {
                let now = capture.snapshot();
                let all = |of: fn(&MapSnapshot) -> u64| now.maps.iter().map(of).sum::<u64>();
                assert_eq!((all(|map| map.live), all(|map| map.entries)), (0, 0), "type {which}");
                let health = &now.health;
                assert_eq!(health.emitted, health.delivered + health.dropped_total(), "{health:?}");
            }
        }
        assert!(panicked > played / 2, "{panicked} of {played}");
        println!("measured: type {which}: {played} sequences, {panicked} panicked, all alike");
    }
}

#[test]
fn of_std() {
    alike(plain_std::ALL, traced_std::ALL);
}

#[cfg(feature = "hashbrown")]
#[test]
fn of_hashbrown() {
    alike(plain_hashbrown::ALL, traced_hashbrown::ALL);
}

#[cfg(feature = "indexmap")]
#[test]
fn of_indexmap() {
    alike(plain_indexmap::ALL, traced_indexmap::ALL);
}
