//! A panic in the user's code, at each of its calls: the books agree with the map afterwards.

use std::cell::Cell;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

use maptrace_runtime::PutAll;
use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::testing::Capture;

thread_local! {
    /// Calls of the user's code until one panics; 0 is never.
    static FUSE: Cell<u64> = const { Cell::new(0) };
}

/// The user's code was called.
fn spark() {
    let left = FUSE.get();
    if left > 0 {
        FUSE.set(left - 1);
        assert_ne!(left, 1, "the user's");
    }
}

/// A key whose every method may panic.
struct Key(u32);

impl Hash for Key {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        spark();
        self.0.hash(hasher);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        spark();
        self.0 == other.0
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        spark();
        self.0.cmp(&other.0)
    }
}

impl Clone for Key {
    fn clone(&self) -> Self {
        spark();
        Self(self.0)
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // A second panic while the first one unwinds would end the process, as it would without us.
        if !std::thread::panicking() {
            spark();
        }
    }
}

type Hashed = HashMap<Key, u32, BuildHasherDefault<DefaultHasher>>;
type Sorted = BTreeMap<Key, u32>;

/// Runs `op` on fresh maps with a panic at its first call of the user's code, its second and so on, until it runs
/// through; and compares the books after each. Returns the number of panics.
fn every_call<M>(what: &str, make: impl Fn() -> M, len: impl Fn(&M) -> usize, op: impl Fn(&mut M)) -> u64 {
    let capture = Capture::install();
    for fuse in 1.. {
        let mut map = make();
        FUSE.set(fuse);
        let ended = catch_unwind(AssertUnwindSafe(|| op(&mut map)));
        FUSE.set(0);
        let now = capture.snapshot();
        let sum = |of: fn(&maptrace_runtime::MapSnapshot) -> u64| now.maps.iter().map(of).sum::<u64>();
        assert_eq!(sum(|map| map.entries), len(&map) as u64, "{what}, panic {fuse}");
        let totals = sum(|map| map.totals.assigns_new + map.totals.assigns_replaced);
        assert!(
            sum(|map| map.totals.deletes_hit + map.totals.cleared) <= totals,
            "{what}, panic {fuse}"
        );
        drop(map);
        let now = capture.snapshot();
        let sum = |of: fn(&maptrace_runtime::MapSnapshot) -> u64| now.maps.iter().map(of).sum::<u64>();
        assert_eq!(
            (sum(|map| map.live), sum(|map| map.entries)),
            (0, 0),
            "{what}, panic {fuse}, after the end"
        );
        let health = &now.health;
        assert_eq!(health.emitted, health.delivered, "{what}, panic {fuse}: {health:?}");
        if ended.is_ok() {
            return fuse - 1;
        }
    }
    unreachable!("an operation makes a finite number of calls")
}

/// A table with `entries` of 28 taken.
fn hashed(entries: u32) -> Hashed {
    let mut map = Hashed::with_capacity_and_hasher(28, BuildHasherDefault::default());
    for key in 0..entries {
        map.insert(Key(key), key);
    }
    map
}

/// A table that the next insert lays out again, at the same size: it is full of tombstones.
fn littered() -> Hashed {
    let mut map = Hashed::with_capacity_and_hasher(448, BuildHasherDefault::default());
    for key in 0..448 {
        map.insert(Key(key), key);
    }
    for key in 0..348 {
        map.remove(&Key(key));
    }
    // One in, one out, until tombstones have taken all the room.
    for next in 448.. {
        if map.len() == map.capacity() {
            break;
        }
        map.insert(Key(next), next);
        map.remove(&Key(next - 100));
    }
    assert!(map.len() < 448 / 2, "few enough entries that the table will not grow");
    map
}

fn sorted(entries: u32) -> Sorted {
    let mut map = Sorted::new();
    for key in 0..entries {
        map.insert(Key(key), key);
    }
    map
}

/// Silence: thousands of panics are meant here, and each would print its message.
fn quietly(test: impl FnOnce()) {
    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: std::sync::Once = std::sync::Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let meant = info.payload_as_str().is_some_and(|text| text.contains("the user's"));
            if !(QUIET.get() && meant) {
                before(info);
            }
        }));
    });
    QUIET.set(true);
    test();
    QUIET.set(false);
}

#[test]
fn in_single_operations() {
    quietly(|| {
        for entries in [0, 5, 27, 28] {
            let every = |what, op: fn(&mut Hashed)| every_call(what, || hashed(entries), |map| map.len(), op);
            let at_insert = every("insert", |map| {
                let _ = map.insert(Key(100), 0);
            });
            assert!(at_insert > 0);
            // A full table hashes every entry again.
            assert!(entries < 28 || at_insert >= 28, "{at_insert}");
            assert!(
                every("replace", |map| {
                    let _ = map.insert(Key(1), 0);
                }) > 0
            );
            assert!(
                entries == 0
                    || every("remove", |map| {
                        let _ = map.remove(&Key(1));
                    }) > 0
            );
            every("entry", |map| {
                let _ = map.entry(Key(100)).or_insert_with(|| {
                    spark();
                    1
                });
            });
            every("remove entry", |map| {
                let _ = map.remove_entry(&Key(2));
            });
            every("shrink", |map| map.shrink_to_fit());
            every("reserve", |map| map.reserve(100));
            let at_clear = every("clear", |map| map.clear());
            assert_eq!(at_clear, u64::from(entries), "each key is dropped");
        }
    });
}

#[test]
fn in_rehashes_in_place() {
    quietly(|| {
        let every = |what, op: fn(&mut Hashed)| every_call(what, littered, |map| map.len(), op);
        assert!(
            every("insert", |map| {
                let _ = map.insert(Key(9_999), 0);
            }) > 48
        );
        assert!(every("extend", |map| map.extend([(Key(9_999), 0)])) > 48);
        assert!(
            every("put_all", |map| {
                let _ = map.put_all([(Key(9_999), 0)]);
            }) > 48
        );
        assert!(
            every("entry", |map| {
                map.entry(Key(9_999)).or_insert(0);
            }) > 48
        );
        assert!(every("reserve", |map| map.reserve(1)) > 48);
    });
}

#[test]
fn in_batches() {
    quietly(|| {
        for entries in [0, 5, 28] {
            let every = |what, op: fn(&mut Hashed)| every_call(what, || hashed(entries), |map| map.len(), op);
            let offered = || {
                (0..40).map(|key| {
                    spark();
                    (Key(key), key)
                })
            };
            let at_extend = every("extend", |map| {
                map.extend((0..40).map(|key| {
                    spark();
                    (Key(key), key)
                }))
            });
            assert!(at_extend >= offered().count() as u64);
            assert!(
                every("put_all", |map| {
                    let _ = map.put_all((0..40).map(|key| (Key(key), key)));
                }) >= 40
            );
            every("retain", |map| {
                map.retain(|key, _| {
                    spark();
                    key.0 % 2 == 0
                })
            });
            every("drain", |map| map.drain().for_each(drop));
            every("extract_if", |map| {
                map.extract_if(|key, _| {
                    spark();
                    key.0 % 3 == 0
                })
                .for_each(drop)
            });
            every("clone_from", |map| map.clone_from(&hashed(3)));
        }
    });
}

#[test]
fn in_sorted_maps() {
    quietly(|| {
        for entries in [0, 5, 100] {
            let every = |what, op: fn(&mut Sorted)| every_call(what, || sorted(entries), |map| map.len(), op);
            assert!(
                entries == 0
                    || every("insert", |map| {
                        let _ = map.insert(Key(50), 0);
                    }) > 0
            );
            every("remove", |map| {
                let _ = map.remove(&Key(3));
            });
            every("entry", |map| {
                let _ = map.entry(Key(1_000)).or_insert_with(|| {
                    spark();
                    1
                });
            });
            every("pop_first", |map| {
                let _ = map.pop_first();
            });
            every("retain", |map| {
                map.retain(|key, _| {
                    spark();
                    key.0 % 2 == 0
                })
            });
            every("extend", |map| map.extend((0..20).map(|key| (Key(key), key))));
            every("clear", |map| map.clear());
            every("append", |map| map.append(&mut sorted(7)));
        }
    });
}

/// A collection that is being made has no owner yet: it is gone, and was never live for the books.
#[test]
fn while_a_map_is_made() {
    quietly(|| {
        let capture = Capture::install();
        for fuse in 1.. {
            FUSE.set(fuse);
            let made = catch_unwind(|| (0..20).map(|key| (Key(key), key)).collect::<Hashed>());
            FUSE.set(0);
            let entries = made.as_ref().map_or(0, |map| map.len());
            let now = capture.snapshot();
            assert_eq!(now.maps.iter().map(|map| map.entries).sum::<u64>(), entries as u64);
            if let Ok(map) = made {
                FUSE.set(5);
                assert!(catch_unwind(AssertUnwindSafe(|| map.clone())).is_err());
                FUSE.set(0);
                break;
            }
        }
        let now = capture.snapshot();
        assert_eq!(now.maps.iter().map(|map| map.live + map.entries).sum::<u64>(), 0);
    });
}
