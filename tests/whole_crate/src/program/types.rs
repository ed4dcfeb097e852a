//! Maps in types, with entries, iterators, hashers and derives.

use std::collections::hash_map::Entry;
use std::collections::{self, BTreeMap, BTreeSet, HashMap, HashSet, btree_map, hash_map};
use std::hash::{BuildHasherDefault, DefaultHasher, RandomState};

#[derive(Clone, Debug, Default, PartialEq)]
struct Index {
    by_name: HashMap<String, u32>,
    ordered: BTreeMap<u32, String>,
    tags: BTreeSet<&'static str>,
    seen: HashSet<u32, RandomState>,
}

type Fixed<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<DefaultHasher>>;

trait Describe {
    fn describe(&self) -> String;
}

impl<K, V, S> Describe for HashMap<K, V, S> {
    fn describe(&self) -> String {
        format!("a map of {}", self.len())
    }
}

fn sum<'a>(values: hash_map::Values<'a, String, u32>) -> u32 {
    values.copied().sum()
}

fn first(map: &btree_map::BTreeMap<u32, String>) -> Option<(&u32, &String)> {
    map.first_key_value()
}

pub fn run() {
    let mut index = Index::default();
    for (number, name) in (1..).zip(["ann", "bob", "cid"]) {
        match index.by_name.entry(name.to_owned()) {
            Entry::Vacant(entry) => *entry.insert(number),
            Entry::Occupied(entry) => *entry.get(),
        };
        index.ordered.insert(number, name.to_owned());
        index.seen.insert(number * 2);
    }
    // Needs an inherent method that the borrow checker knows to read `len` before it borrows the map.
    index.ordered.insert(index.ordered.len() as u32 + 9, "len".to_owned());
    index.tags.extend(["new", "old"]);
    println!(
        "{} {:?} {:#?}",
        sum(index.by_name.values()),
        first(&index.ordered),
        index.tags
    );
    println!("{} {}", index.by_name.describe(), index == index.clone());

    let mut fixed: Fixed<_, _> = [(1, 'a'), (2, 'b')].into_iter().collect();
    fixed.retain(|key, _| *key > 1);
    println!("{fixed:?} {}", collections::VecDeque::from([1, 2]).len());

    let nested: HashMap<&str, BTreeMap<u8, Vec<HashSet<u8>>>> =
        HashMap::from([("one", BTreeMap::from([(1, vec![HashSet::from([7])])]))]);
    println!("{nested:?}");
}
