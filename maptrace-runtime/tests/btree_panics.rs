//! A panic in the user's `Ord`, `Clone`, `Drop`, iterator or closure, at each k-th call: the traced B-trees are left as
//! std's own are, after the same calls of the user's code, and what is recorded still adds up.

use std::cell::Cell;
use std::cmp::Ordering;
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use maptrace_runtime::testing::Capture;

thread_local! {
    /// Calls of the user's code until it panics; 0 is never.
    static FUSE: Cell<u32> = const { Cell::new(0) };
}

/// The user's code is called.
fn tick() {
    let left = FUSE.get();
    if left > 0 {
        FUSE.set(left - 1);
        if left == 1 {
            // Without the panic hook: thousands of these are meant to happen.
            resume_unwind(Box::new("the fuse has blown"));
        }
    }
}

/// Key, element and value: every trait that a B-tree calls may panic.
#[derive(Debug)]
struct Touchy(u32);

impl PartialEq for Touchy {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Touchy {}

impl PartialOrd for Touchy {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Touchy {
    fn cmp(&self, other: &Self) -> Ordering {
        tick();
        self.0.cmp(&other.0)
    }
}

impl Clone for Touchy {
    fn clone(&self) -> Self {
        tick();
        Self(self.0)
    }
}

impl Drop for Touchy {
    fn drop(&mut self) {
        tick();
    }
}

/// The same programs for std's types and for the traced ones. Each gets a map and a set of 24 entries.
macro_rules! programs {
    ($name:ident, $subject:path) => {
        mod $name {
            use super::{Touchy, tick};
            use subject::btree_map::Entry;
            use subject::{BTreeMap, BTreeSet};
            use $subject as subject;

            pub(super) type Map = BTreeMap<Touchy, Touchy>;
            pub(super) type Set = BTreeSet<Touchy>;

            pub(super) fn map(keys: impl Iterator<Item = u32>) -> Map {
                keys.map(|key| (Touchy(key), Touchy(key + 100))).collect()
            }

            pub(super) fn set(elements: impl Iterator<Item = u32>) -> Set {
                elements.map(Touchy).collect()
            }

            pub(super) const ON_MAPS: &[(&str, fn(&mut Map))] = &[
                ("insert new", |map| drop(map.insert(Touchy(7), Touchy(0)))),
                ("insert replaced", |map| drop(map.insert(Touchy(8), Touchy(0)))),
                ("remove", |map| drop(map.remove(&Touchy(8)))),
                ("remove nothing", |map| drop(map.remove(&Touchy(7)))),
                ("remove_entry", |map| drop(map.remove_entry(&Touchy(0)))),
                ("pop_first", |map| drop(map.pop_first())),
                ("pop_last", |map| drop(map.pop_last())),
                ("clear", Map::clear),
                ("retain", |map| {
                    map.retain(|key, _| {
                        tick();
                        key.0 % 3 == 0
                    });
                }),
                ("extract_if", |map| {
                    let removed = map.extract_if(Touchy(4)..Touchy(30), |key, _| {
                        tick();
                        key.0 % 4 == 0
                    });
                    removed.for_each(drop);
                }),
                ("append", |map| map.append(&mut self::map(5..15))),
                ("append to what is empty", |map| self::map(0..0).append(map)),
                (super::SPLIT_OFF, |map| drop(map.split_off(&Touchy(20)))),
                ("extend", |map| {
                    map.extend((0..60).step_by(7).map(|key| {
                        tick();
                        (Touchy(key), Touchy(0))
                    }));
                }),
                ("clone", |map| *map = map.clone()),
                ("clone_from", |map| map.clone_from(&self::map(0..9))),
                ("entry or_insert_with", |map| {
                    map.entry(Touchy(9)).or_insert_with(|| {
                        tick();
                        Touchy(1)
                    });
                }),
                ("entry or_insert_with_key", |map| {
                    map.entry(Touchy(11)).or_insert_with_key(|key| key.clone());
                }),
                ("entry and_modify", |map| {
                    map.entry(Touchy(8)).and_modify(|_| tick()).or_insert(Touchy(1));
                }),
                ("entry insert_entry", |map| {
                    assert_eq!(map.entry(Touchy(8)).insert_entry(Touchy(1)).get().0, 1)
                }),
                ("entry remove", |map| {
                    if let Entry::Occupied(entry) = map.entry(Touchy(10)) {
                        drop(entry.remove());
                    }
                }),
                ("last_entry insert", |map| {
                    drop(map.last_entry().map(|mut entry| entry.insert(Touchy(1))))
                }),
                ("from_iter", |map| {
                    *map = std::mem::take(map).into_iter().chain(self::map(0..9)).collect()
                }),
                ("from array", |map| {
                    *map = Map::from([
                        (Touchy(2), Touchy(1)),
                        (Touchy(1), Touchy(1)),
                        (Touchy(2), Touchy(2)),
                    ]);
                }),
                ("get_mut", |map| {
                    drop(
                        map.get_mut(&Touchy(8))
                            .map(|value| std::mem::replace(value, Touchy(5))),
                    )
                }),
            ];

            pub(super) const ON_SETS: &[(&str, fn(&mut Set))] = &[
                ("insert", |set| {
                    assert!(set.insert(Touchy(7)) && !set.insert(Touchy(8)))
                }),
                ("replace", |set| {
                    drop((set.replace(Touchy(8)), set.replace(Touchy(9))))
                }),
                ("remove", |set| {
                    assert!(set.remove(&Touchy(8)) && !set.remove(&Touchy(7)))
                }),
                ("take", |set| drop((set.take(&Touchy(8)), set.take(&Touchy(7))))),
                ("pop", |set| drop((set.pop_first(), set.pop_last()))),
                ("clear", Set::clear),
                ("retain", |set| {
                    set.retain(|element| {
                        tick();
                        element.0 % 3 == 0
                    });
                }),
                ("extract_if", |set| {
                    let removed = set.extract_if(Touchy(4)..Touchy(30), |element| {
                        tick();
                        element.0 % 4 == 0
                    });
                    removed.for_each(drop);
                }),
                ("append", |set| set.append(&mut self::set(5..15))),
                (super::SPLIT_OFF, |set| drop(set.split_off(&Touchy(20)))),
                ("extend", |set| set.extend((0..60).step_by(7).map(Touchy))),
                ("clone", |set| *set = set.clone()),
                ("clone_from", |set| set.clone_from(&self::set(0..9))),
                ("union", |set| *set = &*set | &self::set(15..30)),
                ("intersection", |set| *set = &*set & &self::set(15..30)),
                ("difference", |set| *set = &*set - &self::set(15..30)),
                ("symmetric_difference", |set| *set = &*set ^ &self::set(15..30)),
            ];
        }
    };
}

programs!(plain, std::collections);
programs!(traced, maptrace_runtime::collections);

/// A panic in `Ord` half way through std 1.95's `split_off` leaves a map whose `len()` is more than it holds: it can
/// neither be walked nor dropped.
const SPLIT_OFF: &str = "split_off";

/// Runs a program with a fuse of `k`; returns whether it has blown.
fn blown<T>(program: fn(&mut T), subject: &mut T, k: u32) -> bool {
    FUSE.set(k);
    let result = catch_unwind(AssertUnwindSafe(|| program(subject)));
    FUSE.set(0);
    result.is_err()
}

/// Entries in the live maps of a capture.
fn recorded_entries(capture: &Capture) -> u64 {
    capture.snapshot().maps.iter().map(|map| map.entries).sum()
}

/// Whether anything is recorded at all in this build.
const RECORDS: bool = cfg!(all(
    feature = "enable",
    any(not(feature = "release_off"), debug_assertions)
));

#[test]
fn maps_are_left_as_std_leaves_them() {
    for ((name, plain_program), (_, traced_program)) in plain::ON_MAPS.iter().zip(traced::ON_MAPS) {
        let capture = Capture::install();
        let mut forgotten = 0;
        for k in 1.. {
            let mut plain = plain::map((0..48).step_by(2));
            let mut traced = traced::map((0..48).step_by(2));

            let panicked = blown(*plain_program, &mut plain, k);
            assert_eq!(
                blown(*traced_program, &mut traced, k),
                panicked,
                "{name}, call {k}: as many calls as std"
            );
            assert_eq!(traced.len(), plain.len(), "{name}, call {k}");
            if RECORDS {
                let recorded = recorded_entries(&capture) - forgotten;
                assert_eq!(recorded, traced.len() as u64, "{name}, call {k}: entries recorded");
            }
            if panicked && *name == SPLIT_OFF {
                forgotten += traced.len() as u64;
                forget((plain, traced));
                continue;
            }
            let left: Vec<_> = traced.iter().map(|(key, value)| (key.0, value.0)).collect();
            let expected: Vec<_> = plain.iter().map(|(key, value)| (key.0, value.0)).collect();
            assert_eq!(left, expected, "{name}, call {k}");
            if !panicked {
                assert!(k > 1, "{name} calls no code of the user");
                break;
            }
        }
    }
}

#[test]
fn sets_are_left_as_std_leaves_them() {
    for ((name, plain_program), (_, traced_program)) in plain::ON_SETS.iter().zip(traced::ON_SETS) {
        let capture = Capture::install();
        let mut forgotten = 0;
        for k in 1.. {
            let mut plain = plain::set((0..48).step_by(2));
            let mut traced = traced::set((0..48).step_by(2));

            let panicked = blown(*plain_program, &mut plain, k);
            assert_eq!(
                blown(*traced_program, &mut traced, k),
                panicked,
                "{name}, call {k}: as many calls as std"
            );
            assert_eq!(traced.len(), plain.len(), "{name}, call {k}");
            if RECORDS {
                let recorded = recorded_entries(&capture) - forgotten;
                assert_eq!(recorded, traced.len() as u64, "{name}, call {k}: entries recorded");
            }
            if panicked && *name == SPLIT_OFF {
                forgotten += traced.len() as u64;
                forget((plain, traced));
                continue;
            }
            let left: Vec<_> = traced.iter().map(|element| element.0).collect();
            let expected: Vec<_> = plain.iter().map(|element| element.0).collect();
            assert_eq!(left, expected, "{name}, call {k}");
            if !panicked {
                assert!(k > 1, "{name} calls no code of the user");
                break;
            }
        }
    }
}

/// A drop that panics half way through a map's own drop: the rest is dropped, and the map counts as freed.
#[test]
fn a_panic_while_the_map_is_dropped() {
    for k in 1..=48 {
        let capture = Capture::with_ring_bytes(4096);
        let mut traced = Some(traced::map(0..24));
        assert!(blown(|map: &mut Option<traced::Map>| drop(map.take()), &mut traced, k));
        if RECORDS {
            let maps = capture.snapshot().maps;
            assert_eq!(
                maps.iter()
                    .map(|map| (map.live, map.freed))
                    .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)),
                (0, 1)
            );
            assert_eq!(recorded_entries(&capture), 0);
        }
    }
}
