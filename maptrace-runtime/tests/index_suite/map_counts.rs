// How often an IndexMap hashes and compares. Included twice, with indexmap's types in scope and with the traced ones;
// what this gives must be the same.

use std::fmt::Debug;
use std::hash::BuildHasher;

use crate::counted::{Counts, Fixed, Probe, call, counts};

type Map<K, V> = IndexMap<K, V, Fixed>;

include!("map_deeds.rs");

fn filled(capacity: usize, count: u32) -> Map<Probe, Probe> {
    let mut map = Map::with_capacity_and_hasher(capacity, Fixed);
    (0..count).for_each(|n| _ = map.insert(Probe::new(n), Probe::new(n)));
    map
}

/// Full of entries and tombstones.
fn choked() -> Map<Probe, Probe> {
    let mut map = filled(0, 56);
    for n in 30.. {
        if n >= 40 && map.len() == map.capacity() {
            return map;
        }
        map.swap_remove(&Probe::new(n));
        if n >= 40 && map.len() < map.capacity() {
            map.insert(Probe::new(n + 56), Probe::new(n));
        }
    }
    unreachable!("keys do not end")
}

/// What each deed leads to in each state of a map.
pub(crate) fn made() -> Vec<(&'static str, [Counts; 5])> {
    let states: [fn() -> Map<Probe, Probe>; 5] = [
        || filled(7, 7),
        || filled(0, 28),
        || filled(30, 30),
        || filled(100, 20),
        choked,
    ];
    let made = |deed: &fn(&mut Map<Probe, Probe>) -> String| {
        states.map(|state| {
            let mut map = state();
            counts(|| drop(deed(&mut map)))
        })
    };
    DEEDS.iter().map(|(name, deed)| (*name, made(deed))).collect()
}
