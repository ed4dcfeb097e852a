//! Each kind of map: two writers, a writer and a reader, a reader and a writer.

use std::hash::{BuildHasher, RandomState};

use maptrace_runtime::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use maptrace_runtime::{hashbrown, indexmap};

use crate::alone::alone;
use crate::support::{Key, Torn, assert_told, at_once, blocks, done, pause, races};

/// A step, and the line that it is in.
macro_rules! at {
    ($step:expr) => {
        (line!(), Box::new(move || done($step)) as Box<dyn FnOnce() + Send>)
    };
}

/// A line with an operation in it.
type Step<'a> = (u32, Box<dyn FnOnce() + Send + 'a>);

/// A pair of operations, in the words that they are told in.
struct Pair<'a> {
    first: Step<'a>,
    does: &'static str,
    second: Step<'a>,
    meanwhile: &'static str,
    what: &'static str,
}

const WRITES: &str = "map writes";
const READ: &str = "map read and map write";

/// Plays each pair in a process of their own, and compares what is told.
fn told(test: &str, map: &str, pairs: impl FnOnce() -> Vec<Pair<'static>>) {
    let variables = [("MAPTRACE_RACE", "report")];
    let mut lines = Vec::new();
    let output = alone(module_path!(), test, &variables, || {
        for (n, pair) in pairs().into_iter().enumerate() {
            println!("pair {} {} {}", pair.first.0, pair.second.0, pair.what);
            println!("does {}; {}", pair.does, pair.meanwhile);
            at_once(pair.first.1, pair.second.1);
            assert_eq!(races(), n as u64 + 1);
        }
    });
    let Some(output) = output else { return };
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut words = out
        .lines()
        .filter_map(|line| line.split_once("does ").map(|(_, words)| words.split_once("; ")));
    for line in out
        .lines()
        .filter_map(|line| line.split_once("pair ").map(|(_, pair)| pair))
    {
        let mut parts = line.splitn(3, ' ');
        let mut next = || parts.next().expect("three parts").to_owned();
        let (first, second, what) = (next(), next(), next());
        let (does, meanwhile) = words.next().flatten().expect("its words");
        lines.push((first, second, what, does.to_owned(), meanwhile.to_owned()));
    }
    let blocks = blocks(&output);
    assert_eq!(blocks.len(), lines.len(), "{blocks:#?}");
    assert!(lines.len() >= 3, "{out}");
    for (block, (first, second, what, does, meanwhile)) in blocks.iter().zip(&lines) {
        let file = file!();
        assert_told(
            block,
            what,
            &[
                map,
                " UTC\n",
                "thread 'second' (",
                &format!(") is to {meanwhile}, at {file}:{second}:"),
                "while thread 'first' (",
                &format!(") is to {does}, at {file}:{first}:"),
                "Mutex",
            ],
        );
    }
}

fn pair<'a>(what: &'static str, first: (&'static str, Step<'a>), second: (&'static str, Step<'a>)) -> Pair<'a> {
    Pair {
        does: first.0,
        first: first.1,
        meanwhile: second.0,
        second: second.1,
        what,
    }
}

/// Three pairs of a map of std's interface: `insert`, `get` and others take the key by reference.
macro_rules! map_pairs {
    ($map:expr, $remove:ident) => {{
        let torn: &'static Torn<_> = Box::leak(Box::new(Torn::new($map)));
        torn.get().extend([(Key(1), 1), (Key(2), 2)]);
        vec![
            pair(
                WRITES,
                ("assign", at!(torn.get().insert(Key(1), 3))),
                ("assign", at!(torn.get().insert(Key(1), 4))),
            ),
            pair(
                WRITES,
                ("delete", at!(torn.get().$remove(&Key(7)))),
                ("clear", at!(torn.get().clear())),
            ),
            pair(
                READ,
                ("assign", at!(torn.get().insert(Key(1), 5))),
                ("get", at!(torn.get().contains_key(&Key(1)))),
            ),
            pair(
                READ,
                ("get", at!(torn.get().get(&Key(9)))),
                ("assign", at!(torn.get().insert(Key(1), 6))),
            ),
            pair(
                WRITES,
                ("entry", at!(torn.get().entry(Key(1)).or_insert(7))),
                ("change a value", at!(torn.get().get_mut(&Key(1)))),
            ),
            pair(
                READ,
                (
                    "retain",
                    at!(torn.get().retain(|_, _| {
                        pause();
                        true
                    })),
                ),
                ("iterate", at!(torn.get().iter())),
            ),
            pair(
                READ,
                ("extend", at!(torn.get().extend([(Key(1), 8)]))),
                ("look at its size", at!(torn.get().len())),
            ),
        ]
    }};
}

/// Three pairs of a set.
macro_rules! set_pairs {
    ($set:expr, $remove:ident) => {{
        let torn: &'static Torn<_> = Box::leak(Box::new(Torn::new($set)));
        torn.get().extend([Key(1), Key(2)]);
        vec![
            pair(
                WRITES,
                ("assign", at!(torn.get().insert(Key(1)))),
                ("delete", at!(torn.get().$remove(&Key(7)))),
            ),
            pair(
                READ,
                ("assign", at!(torn.get().insert(Key(1)))),
                ("get", at!(torn.get().contains(&Key(1)))),
            ),
            pair(
                READ,
                ("get", at!(torn.get().contains(&Key(1)))),
                ("assign", at!(torn.get().insert(Key(1)))),
            ),
            pair(
                READ,
                (
                    "retain",
                    at!(torn.get().retain(|_| {
                        pause();
                        true
                    })),
                ),
                ("iterate", at!(torn.get().iter())),
            ),
        ]
    }};
}

#[test]
fn hash_map() {
    told("hash_map", "(HashMap<Key, i32>) of ", || {
        map_pairs!(HashMap::new(), remove)
    });
}

#[test]
fn hash_set() {
    told("hash_set", "(HashSet<Key>) of ", || set_pairs!(HashSet::new(), remove));
}

#[test]
fn btree_map() {
    told("btree_map", "(BTreeMap<Key, i32>) of ", || {
        let mut pairs = map_pairs!(BTreeMap::new(), remove);
        // It would take the tree away under the other's feet.
        pairs.remove(1);
        pairs
    });
}

#[test]
fn btree_set() {
    told("btree_set", "(BTreeSet<Key>) of ", || {
        set_pairs!(BTreeSet::new(), remove)
    });
}

#[test]
fn hashbrown_map() {
    told("hashbrown_map", "(HashMap<Key, i32>) of ", || {
        map_pairs!(hashbrown::HashMap::new(), remove)
    });
}

#[test]
fn hashbrown_set() {
    told("hashbrown_set", "(HashSet<Key>) of ", || {
        set_pairs!(hashbrown::HashSet::new(), remove)
    });
}

#[test]
fn index_map() {
    told("index_map", "(IndexMap<Key, i32>) of ", || {
        map_pairs!(indexmap::IndexMap::new(), swap_remove)
    });
}

#[test]
fn index_set() {
    told("index_set", "(IndexSet<Key>) of ", || {
        set_pairs!(indexmap::IndexSet::new(), swap_remove)
    });
}

#[test]
fn hash_table() {
    told("hash_table", "(HashTable<u32>) of ", || {
        let torn: &'static Torn<hashbrown::HashTable<u32>> =
            Box::leak(Box::new(Torn::new(hashbrown::HashTable::new())));
        let hasher: &'static RandomState = Box::leak(Box::new(RandomState::new()));
        let hash = |n: &u32| hasher.hash_one(n);
        let eq = |n: &u32| {
            pause();
            *n == 1
        };
        torn.get().insert_unique(hash(&1), 1, hash);
        vec![
            pair(
                WRITES,
                ("entry", at!(torn.get().entry(hash(&1), eq, hash).or_insert(1))),
                ("change a value", at!(torn.get().find_mut(hash(&1), eq))),
            ),
            pair(
                READ,
                ("entry", at!(torn.get().entry(hash(&1), eq, hash).or_insert(1))),
                ("get", at!(torn.get().find(hash(&1), eq))),
            ),
            pair(
                READ,
                ("get", at!(torn.get().find(hash(&1), eq))),
                ("assign", at!(torn.get().insert_unique(hash(&5), 5, hash))),
            ),
        ]
    });
}
