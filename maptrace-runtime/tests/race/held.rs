//! What lasts longer than a call, what runs inside one, and maps that change their address are never told of either.

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::mem::swap;
use std::sync::mpsc::sync_channel;
use std::sync::{Barrier, LazyLock, Mutex, RwLock};
use std::thread;

use maptrace_runtime::collections::hash_map::Entry;
use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::indexmap::IndexMap;

use crate::innocent::never_in;
use crate::support::done;

fn never(test: &str, body: fn()) {
    never_in(module_path!(), test, body);
}

#[test]
fn entries_and_iterators_that_are_held_for_long() {
    never("entries_and_iterators_that_are_held_for_long", || {
        let pairs = || (0..100_u32).map(|key| (key, key));
        let (map, tree) = (
            RwLock::new(pairs().collect::<HashMap<_, _>>()),
            RwLock::new(pairs().collect::<BTreeMap<_, _>>()),
        );
        let together = &Barrier::new(3);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for round in 0..50 {
                        {
                            // Each is in the middle of its iterators while the others look things up.
                            let (map, tree) = (map.read().expect("no panic"), tree.read().expect("no panic"));
                            let (mut entries, mut keys) = (map.iter(), tree.range(10..));
                            done((entries.next(), keys.next()));
                            together.wait();
                            assert!(map.contains_key(&0) && tree.contains_key(&0) && !map.is_empty());
                            together.wait();
                            done((entries.count(), keys.count()));
                        }
                        {
                            let mut map = map.write().expect("no panic");
                            // The lock is held by this entry, and by what it lends, until it is over.
                            let value = match map.entry(100 + round) {
                                Entry::Occupied(entry) => entry.into_mut(),
                                Entry::Vacant(entry) => entry.insert(0),
                            };
                            thread::yield_now();
                            *value += 1;
                            let mut tree = tree.write().expect("no panic");
                            let mut first = tree.first_entry().expect("there is one");
                            *first.get_mut() += 1;
                        }
                        // Nobody reads on before all have written.
                        together.wait();
                    }
                });
            }
        });
        assert_eq!(map.into_inner().expect("no panic")[&149], 3);
    });
}

#[test]
fn maps_in_a_map_that_threads_have_shared_out() {
    never("maps_in_a_map_that_threads_have_shared_out", || {
        let mut outer: HashMap<u8, IndexMap<u32, u32>> = (0..4).map(|key| (key, IndexMap::default())).collect();
        for round in 0..50 {
            thread::scope(|scope| {
                for inner in outer.values_mut() {
                    scope.spawn(move || (0..50).for_each(|key| done(inner.insert(key, round))));
                }
            });
        }
        assert!(outer.values().all(|inner| inner.len() == 50));
    });
}

#[test]
fn maps_that_change_their_address() {
    never("maps_that_change_their_address", || {
        let (left, right) = (Mutex::new(HashMap::new()), Mutex::new(HashMap::new()));
        let many = Mutex::new(Vec::<HashMap<u32, u32>>::new());
        // What one thread has just freed is what another one gets next, at the same address.
        let (give, take) = sync_channel::<Box<HashMap<u32, u32>>>(2);
        let take = Mutex::new(take);
        thread::scope(|scope| {
            for n in 0..4 {
                let give = give.clone();
                let (left, right, many, take) = (&left, &right, &many, &take);
                scope.spawn(move || {
                    for round in 0..500_u32 {
                        {
                            let (mut left, mut right) =
                                (left.lock().expect("no panic"), right.lock().expect("no panic"));
                            left.insert(round, n);
                            swap(&mut *left, &mut *right);
                            left.remove(&round.wrapping_sub(7));
                        }
                        let mut boxed = Box::new(HashMap::from([(n, round)]));
                        boxed.insert(round, n);
                        if n % 2 == 0 {
                            give.send(boxed).expect("somebody takes it");
                        } else {
                            let mut other = take.lock().expect("no panic").recv().expect("somebody gives it");
                            other.extend(boxed.drain());
                        }
                        let mut many = many.lock().expect("no panic");
                        // Moves all the others, each time the vector grows.
                        many.push(HashMap::from([(round, n)]));
                        many[(round / 2) as usize].insert(n, n);
                        if round % 100 == 99 {
                            many.shrink_to_fit();
                        }
                    }
                });
            }
        });
        assert_eq!(many.into_inner().expect("no panic").len(), 2000);
    });
}

/// What all keys count themselves in, whoever's they are.
static KEYS: LazyLock<Mutex<HashMap<&'static str, u32>>> = LazyLock::new(Mutex::default);

/// Counts in another map whatever is done with it, its end included.
#[derive(Debug, Eq)]
struct Busy(u32);

fn count(what: &'static str) {
    thread_local!(static COUNTS: Cell<bool> = const { Cell::new(false) });
    // The keys of `KEYS` are not of this kind, so this comes back to nothing.
    assert!(!COUNTS.replace(true));
    *KEYS.lock().expect("no panic").entry(what).or_default() += 1;
    COUNTS.set(false);
}

impl Clone for Busy {
    fn clone(&self) -> Self {
        count("clone");
        Self(self.0)
    }
}

impl PartialEq for Busy {
    fn eq(&self, other: &Self) -> bool {
        count("eq");
        self.0 == other.0
    }
}

impl Hash for Busy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        count("hash");
        self.0.hash(state);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        count("drop");
    }
}

#[test]
fn keys_that_use_another_map_from_inside() {
    never("keys_that_use_another_map_from_inside", || {
        let map = Mutex::new(HashMap::new());
        thread::scope(|scope| {
            for n in 0..4 {
                let map = &map;
                scope.spawn(move || {
                    for round in 0..100 {
                        let copy = {
                            let mut map = map.lock().expect("no panic");
                            map.insert(Busy(round), n);
                            *map.entry(Busy(round + 1)).or_insert(n) += 1;
                            map.remove(&Busy(round + n));
                            map.clone()
                        };
                        // The end of all its keys, while another thread is in the map that they are copies of.
                        drop(copy);
                        if round % 30 == 29 {
                            map.lock().expect("no panic").clear();
                        }
                    }
                });
            }
        });
        drop(map);
        let keys = KEYS.lock().expect("no panic");
        assert!(
            ["clone", "eq", "hash", "drop"].iter().all(|what| keys[what] > 100),
            "{keys:?}"
        );
    });
}

#[cfg(feature = "rayon")]
#[test]
fn what_rayon_shares_out() {
    use rayon::prelude::*;

    use maptrace_runtime::hashbrown;

    never("what_rayon_shares_out", || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().expect("threads");
        pool.install(|| {
            let pairs = || (0..2000_u32).into_par_iter().map(|key| (key, key));
            let mut map: HashMap<u32, u32> = pairs().collect();
            let mut tree: BTreeMap<u32, u32> = pairs().collect();
            let mut brown: hashbrown::HashMap<u32, u32> = pairs().collect();
            let mut index: IndexMap<u32, u32> = pairs().collect();
            let seen = Mutex::new(HashMap::new());
            for round in 0..5 {
                // Workers read the very map that is shared out, and write to another, behind a lock.
                let sum: u32 = map
                    .par_iter()
                    .map(|(key, _)| map[key] - tree[key] + brown[key] - index[key])
                    .sum();
                assert_eq!(sum, 0);
                index
                    .par_iter()
                    .for_each(|(&key, _)| done(seen.lock().expect("no panic").insert(key, round)));
                map.par_iter_mut().for_each(|(_, value)| *value += 1);
                tree.par_iter_mut().for_each(|(_, value)| *value += 1);
                brown.par_iter_mut().for_each(|(_, value)| *value += 1);
                index.par_values_mut().for_each(|value| *value += 1);
                for key in 0..100 {
                    map.insert(key, key + round + 1);
                }
                map.par_extend((0..2000).into_par_iter().map(|key| (key, key + round + 1)));
            }
            assert_eq!(seen.into_inner().expect("no panic").len(), 2000);
            assert_eq!(brown.par_drain().count(), 2000);
        });
    });
}
