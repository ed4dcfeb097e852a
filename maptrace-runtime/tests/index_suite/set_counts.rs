// How often an IndexSet hashes and compares. Included twice, with indexmap's types in scope and with the traced ones;
// what this gives must be the same.

use std::fmt::Debug;

use crate::counted::{Counts, Fixed, Probe, call, counts};

type Set<T> = IndexSet<T, Fixed>;

include!("set_deeds.rs");

fn filled(capacity: usize, count: u32) -> Set<Probe> {
    let mut set = Set::with_capacity_and_hasher(capacity, Fixed);
    (0..count).for_each(|n| _ = set.insert(Probe::new(n)));
    set
}

/// Full of entries and tombstones.
fn choked() -> Set<Probe> {
    let mut set = filled(0, 56);
    for n in 30.. {
        if n >= 40 && set.len() == set.capacity() {
            return set;
        }
        set.swap_remove(&Probe::new(n));
        if n >= 40 && set.len() < set.capacity() {
            set.insert(Probe::new(n + 56));
        }
    }
    unreachable!("keys do not end")
}

/// What each deed leads to in each state of a set.
pub(crate) fn made() -> Vec<(&'static str, [Counts; 5])> {
    let states: [fn() -> Set<Probe>; 5] = [
        || filled(7, 7),
        || filled(0, 28),
        || filled(30, 30),
        || filled(100, 20),
        choked,
    ];
    let made = |deed: &fn(&mut Set<Probe>) -> String| {
        states.map(|state| {
            let mut set = state();
            counts(|| drop(deed(&mut set)))
        })
    };
    DEEDS.iter().map(|(name, deed)| (*name, made(deed))).collect()
}
