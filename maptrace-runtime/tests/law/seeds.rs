//! What somebody who sees every figure can learn of a map's hasher: docs/reliability.md, row 23.

use std::hash::{BuildHasher, RandomState};

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::testing::Capture;
use maptrace_runtime::{MapSnapshot, Snapshot};

use crate::alone::scale;

/// Home groups of a table of 1,024 buckets, as std's tables are searched.
const GROUPS: u64 = 1_024 / 16;

fn sum(now: &Snapshot, of: fn(&MapSnapshot) -> u64) -> u64 {
    now.maps.iter().map(of).sum()
}

/// Pairs of keys that begin their search in the same group.
fn collisions(keys: &[u64], hasher: &RandomState) -> u64 {
    let mut homes = vec![0_u64; GROUPS as usize];
    for key in keys {
        homes[(hasher.hash_one(key) % 1_024 / 16) as usize] += 1;
    }
    homes.iter().map(|n| n * n.saturating_sub(1) / 2).sum()
}

/// Everything but tombstones is the same whatever the seed.
#[test]
fn figures_do_not_depend_on_the_seed() {
    let figures = || {
        let capture = Capture::install();
        let mut map: HashMap<u64, u64> = HashMap::new();
        for key in 0..3_000 {
            map.insert(key % 700 * 31, key);
            if key % 5 == 0 {
                map.remove(&(key * 7 % 900));
            }
        }
        map.shrink_to_fit();
        map.extend((0..500).map(|key| (key, 1)));
        let now = capture.snapshot();
        let map = now.maps.iter().find(|map| map.live > 0).expect("the map");
        format!(
            "{:?}",
            (
                map.totals,
                map.entries,
                map.capacity,
                map.held_bytes,
                map.needed_bytes,
                map.clears,
                map.batches
            )
        )
    };
    let first = figures();
    for _ in 0..20 {
        assert_eq!(figures(), first);
    }
}

/// An attacker who adds one key, takes it away again, and looks at the tombstones after each: one is left where the table is
/// full around the key. Are the keys that leave one more likely than others to collide?
#[test]
#[ignore = "a measurement: docs/reliability.md, row 23"]
fn tombstones_tell_where_the_table_is_full() {
    let maps = 2 * scale();
    let (mut found, mut forced, mut expected) = (0, 0, 0.0);
    for seed in 0..u64::from(maps) {
        let capture = Capture::install();
        let mut map: HashMap<u64, ()> = HashMap::with_capacity(896);
        let first = seed << 32;
        for key in first..first + 860 {
            map.insert(key, ());
        }
        let tombstones = || sum(&capture.snapshot(), |map| map.tombstones.unwrap_or(0));
        let mut chosen = Vec::new();
        let mut before = tombstones();
        for key in first + 10_000..first + 12_000 {
            if map.len() + 1 >= map.capacity() || chosen.len() == 30 {
                break;
            }
            map.insert(key, ());
            map.remove(&key);
            let after = tombstones();
            if after > before {
                chosen.push(key);
            }
            before = after;
        }
        let n = chosen.len() as f64;
        found += chosen.len();
        forced += collisions(&chosen, map.hasher());
        expected += n * (n - 1.0) / 2.0 / GROUPS as f64;
    }
    let sigma = expected.sqrt();
    println!(
        "measured: {maps} maps, {found} keys chosen by the tombstones they left: {forced} of them collide in pairs, where {expected:.0} would by chance (sigma {sigma:.0})"
    );
}
