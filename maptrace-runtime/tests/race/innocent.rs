//! Whatever threads do with a map that something puts in order is never told of.
#![expect(unsafe_code, reason = "std has no fork")]

use std::collections::hash_map::RandomState;
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex, PoisonError, RwLock};
use std::thread;

use maptrace_runtime::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use maptrace_runtime::{PutAll, hashbrown, indexmap};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::alone::alone;
use crate::support::{Key, Torn, at_once, blocks, done, in_the_next_key, races};

/// Runs `body` with maps watched, and fails if anything is told.
fn never(test: &str, body: fn()) {
    never_in(module_path!(), test, body);
}

/// As [`never`], of a test in another module.
pub(crate) fn never_in(module: &str, test: &str, body: fn()) {
    let Some(output) = alone(module, test, &[("MAPTRACE_RACE", "report")], || {
        body();
        assert_eq!(races(), 0);
    }) else {
        return;
    };
    assert_eq!(blocks(&output), [] as [&str; 0]);
}

/// All kinds, as one piece of state.
#[derive(Clone, Default, PartialEq)]
struct All {
    map: HashMap<u8, u32>,
    set: HashSet<u8>,
    tree: BTreeMap<u8, u32>,
    tree_set: BTreeSet<u8>,
    brown: hashbrown::HashMap<u8, u32>,
    brown_set: hashbrown::HashSet<u8>,
    index: indexmap::IndexMap<u8, u32, RandomState>,
    index_set: indexmap::IndexSet<u8, RandomState>,
}

/// Something that is done to all maps.
#[derive(Clone, Copy, Debug)]
enum Step {
    Insert(u8),
    Remove(u8),
    Entry(u8),
    Extend(u8),
    PutAll(u8),
    Retain(u8),
    Clear,
    Reserve(u8),
    Shrink,
    Clone,
    Replace,
    /// Iterators that take entries out, begun and forgotten.
    Forget,
    ExtractIf(u8),
    ChangeAll,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => any::<u8>().prop_map(Step::Insert),
        3 => any::<u8>().prop_map(Step::Remove),
        3 => any::<u8>().prop_map(Step::Entry),
        1 => any::<u8>().prop_map(Step::Extend),
        1 => any::<u8>().prop_map(Step::PutAll),
        1 => any::<u8>().prop_map(Step::Retain),
        1 => Just(Step::Clear),
        1 => any::<u8>().prop_map(Step::Reserve),
        1 => Just(Step::Shrink),
        1 => Just(Step::Clone),
        1 => Just(Step::Replace),
        1 => Just(Step::Forget),
        1 => any::<u8>().prop_map(Step::ExtractIf),
        1 => Just(Step::ChangeAll),
    ]
}

impl All {
    #[expect(clippy::too_many_lines, reason = "a list")]
    fn take(&mut self, step: Step) {
        let some = |from: u8| (0..9_u8).map(move |n| from.wrapping_add(n));
        let pairs = |from: u8| some(from).map(|key| (key, 1));
        match step {
            Step::Insert(key) => {
                self.map.insert(key, 1);
                self.set.insert(key);
                self.tree.insert(key, 1);
                self.tree_set.insert(key);
                self.brown.insert(key, 1);
                self.brown_set.insert(key);
                self.index.insert(key, 1);
                self.index_set.insert(key);
            }
            Step::Remove(key) => {
                self.map.remove(&key);
                self.set.take(&key);
                self.tree.remove_entry(&key);
                self.tree_set.remove(&key);
                self.brown.remove(&key);
                self.brown_set.remove(&key);
                self.index.swap_remove(&key);
                self.index_set.shift_remove(&key);
                self.tree.pop_first();
            }
            Step::Entry(key) => {
                *self.map.entry(key).or_default() += 1;
                *self.tree.entry(key).or_insert(2) += 1;
                *self.brown.entry(key).or_insert_with(|| 3) += 1;
                *self.index.entry(key).or_default() += 1;
                self.brown_set.entry(key).or_insert();
                if let indexmap::map::Entry::Occupied(entry) = self.index.entry(key) {
                    entry.swap_remove();
                }
            }
            Step::Extend(from) => {
                self.map.extend(pairs(from));
                self.set.extend(some(from));
                self.tree.extend(pairs(from));
                self.tree_set.extend(some(from));
                self.brown.extend(pairs(from));
                self.brown_set.extend(some(from));
                self.index.extend(pairs(from));
                self.index_set.extend(some(from));
            }
            Step::PutAll(from) => {
                self.map.put_all(pairs(from));
                self.tree.put_all(pairs(from));
                self.index.splice(0..0, pairs(from));
            }
            Step::Retain(key) => {
                self.map.retain(|&other, _| other > key);
                self.set.retain(|&other| other > key);
                self.tree.retain(|&other, _| other > key);
                self.brown.retain(|&other, _| other > key);
                self.index.retain(|&other, _| other > key);
            }
            Step::Clear => {
                self.map.clear();
                self.tree.clear();
                self.brown.clear();
                self.index.clear();
            }
            Step::Reserve(n) => {
                self.map.reserve(n.into());
                self.set.reserve(n.into());
                self.brown.reserve(n.into());
                self.index.reserve(n.into());
            }
            Step::Shrink => {
                self.map.shrink_to_fit();
                self.brown_set.shrink_to_fit();
                self.index_set.shrink_to_fit();
            }
            Step::Clone => {
                let mut other = self.clone();
                other.map.clone_from(&self.map);
                assert!(other == *self);
                self.tree.append(&mut other.tree);
            }
            Step::Replace => {
                *self = Self {
                    map: std::mem::take(&mut self.map),
                    ..Self::default()
                }
            }
            Step::Forget => {
                forget(self.map.extract_if(|_, _| true));
                forget(self.tree.extract_if(.., |_, _| true));
                forget(self.set.drain());
                forget(self.index.splice(0..0, [(1, 1)]));
            }
            Step::ExtractIf(key) => {
                self.map.extract_if(|&other, _| other < key).for_each(drop);
                self.set.extract_if(|&other| other < key).next();
                self.tree.extract_if(.., |&other, _| other < key).for_each(drop);
                self.brown.extract_if(|&other, _| other < key).next();
                self.index.extract_if(.., |&other, _| other < key).for_each(drop);
            }
            Step::ChangeAll => {
                self.map.values_mut().for_each(|value| *value += 1);
                self.tree.iter_mut().for_each(|(_, value)| *value += 1);
                self.brown.get_mut(&1);
                self.index.get_index_mut(0);
            }
        }
    }

    fn read(&self, key: u8) -> usize {
        let found = usize::from(self.map.contains_key(&key))
            + usize::from(self.set.contains(&key))
            + usize::from(self.tree.get(&key).is_some())
            + usize::from(self.brown.get(&key).is_some())
            + self.index.get_index_of(&key).unwrap_or(0);
        let iterated = self.map.iter().count() + self.tree.keys().count() + (&self.index_set).into_iter().count();
        found + iterated + self.brown_set.len() + self.tree_set.range(key..).count() + self.map.keys().len()
    }
}

#[test]
fn threads_that_take_turns() {
    never("threads_that_take_turns", || {
        let mut runner = TestRunner::new(Config {
            cases: 48,
            failure_persistence: None,
            ..Config::default()
        });
        let programs = proptest::collection::vec(proptest::collection::vec(step(), 0..40), 2..5);
        runner
            .run(&programs, |programs| {
                let (lock, readers) = (Mutex::new(All::default()), RwLock::new(All::default()));
                thread::scope(|scope| {
                    for program in &programs {
                        scope.spawn(|| {
                            for (n, &step) in program.iter().enumerate() {
                                lock.lock().expect("no panic").take(step);
                                match n % 4 {
                                    0 => readers.write().expect("no panic").take(step),
                                    _ => done(readers.read().expect("no panic").read(n as u8)),
                                }
                            }
                        });
                    }
                });
                prop_assert_eq!(races(), 0);
                Ok(())
            })
            .expect("nobody is accused");
    });
}

#[test]
fn maps_that_go_from_thread_to_thread() {
    never("maps_that_go_from_thread_to_thread", || {
        let (first, mut from) = channel::<Box<All>>();
        thread::scope(|scope| {
            for _ in 0..4 {
                let (next, coming) = channel();
                let from = std::mem::replace(&mut from, coming);
                scope.spawn(move || {
                    for (n, mut all) in from.into_iter().enumerate() {
                        all.take(Step::Insert(n as u8));
                        all.take(Step::Entry(n as u8 ^ 1));
                        assert!(all.read(n as u8) > 0);
                        next.send(all).expect("somebody takes it");
                    }
                });
            }
            scope.spawn(move || {
                for _ in 0..500 {
                    // Made here, changed on the way, dropped at its end.
                    first.send(Box::default()).expect("somebody takes it");
                }
            });
            assert_eq!(from.into_iter().count(), 500);
        });
    });
}

#[test]
fn many_readers() {
    never("many_readers", || {
        let mut all = All::default();
        (0..200).for_each(|key| all.take(Step::Insert(key)));
        let all = &all;
        // More than there are places for their marks.
        let together = &Barrier::new(32);
        thread::scope(|scope| {
            for n in 0..32 {
                scope.spawn(move || {
                    together.wait();
                    assert!((0..50).map(|key| all.read(key + n)).sum::<usize>() > 0);
                });
            }
        });
    });
}

/// Panics where it is looked at, every now and then.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Fragile(u32);

impl std::hash::Hash for Fragile {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        assert!(!self.0.is_multiple_of(3), "every third");
        self.0.hash(state);
    }
}

#[test]
fn a_panic_takes_the_mark_away() {
    never("a_panic_takes_the_mark_away", || {
        let map = Arc::new(Mutex::new(HashMap::from([(Fragile(1), 1)])));
        std::panic::set_hook(Box::new(|_| {}));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let map = Arc::clone(&map);
                thread::spawn(move || {
                    let mut panics = 0;
                    for n in 0..300 {
                        let step = || {
                            let mut map = map.lock().unwrap_or_else(PoisonError::into_inner);
                            match n % 5 {
                                0 => done(map.insert(Fragile(n), 1)),
                                1 => done(map.remove(&Fragile(n))),
                                2 => done(map.contains_key(&Fragile(n))),
                                3 => *map.entry(Fragile(n)).or_default() += 1,
                                _ => map.extend([(Fragile(n), 1)]),
                            }
                        };
                        panics += u32::from(catch_unwind(AssertUnwindSafe(step)).is_err());
                    }
                    panics
                })
            })
            .collect();
        let panics: u32 = threads
            .into_iter()
            .map(|thread| thread.join().expect("it catches them"))
            .sum();
        assert!(panics > 100, "{panics}");
    });
}

static NESTED: Torn<Option<HashMap<Key, u32>>> = Torn::new(None);

/// A bug, but not one of two threads.
#[test]
fn a_thread_that_comes_back_into_its_own_map() {
    never("a_thread_that_comes_back_into_its_own_map", || {
        *NESTED.get() = Some(HashMap::from([(Key(1), 1)]));
        let map = || NESTED.get().as_mut().expect("it was made");
        let came = || {
            static CAME: AtomicBool = AtomicBool::new(false);
            CAME.swap(true, Ordering::Relaxed)
        };
        in_the_next_key(|| {
            let map = NESTED.get().as_mut().expect("it was made");
            assert_eq!(map.get(&Key(1)), Some(&1));
            map.insert(Key(1), 2);
        });
        map().insert(Key(1), 3);
        assert!(!came());
        map().retain(|_, value| {
            *value += NESTED.get().as_ref().expect("it was made").len() as u32;
            true
        });
        assert_eq!(map().get(&Key(1)), Some(&4));
    });
}

static LEFT: Torn<Option<HashMap<Key, u32>>> = Torn::new(None);

/// The thread that is in the map at the fork does not exist in the child.
#[test]
fn a_forked_child_does_not_meet_the_threads_of_its_parent() {
    never("a_forked_child_does_not_meet_the_threads_of_its_parent", || {
        *LEFT.get() = Some(HashMap::from([(Key(1), 1)]));
        let map = || LEFT.get().as_mut().expect("it was made");
        at_once(
            || done(map().contains_key(&Key(1))),
            || {
                // SAFETY: the child changes one map and ends by `_exit`.
                let child = unsafe { libc::fork() };
                assert!(child >= 0, "fork: {}", std::io::Error::last_os_error());
                if child == 0 {
                    map().insert(Key(1), 2);
                    // What is told goes to the same standard error, and is found there.
                    // SAFETY: has no preconditions; runs no handlers of the parent's.
                    unsafe { libc::_exit(0) };
                }
                let mut status = 0;
                // SAFETY: `status` is a valid place to write to, and the child is ours.
                let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
                assert_eq!((ended, status), (child, 0));
            },
        );
    });
}
