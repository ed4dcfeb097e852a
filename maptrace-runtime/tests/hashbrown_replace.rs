//! `replace_entry_with` in tables that are as full as they can be, with tombstones among the entries: the same places in the
//! table, and the same number of hashes, as hashbrown's own.
#![cfg(feature = "hashbrown")]

use std::cell::Cell;
use std::fmt::Debug;
use std::hash::{BuildHasher, Hash, Hasher};

thread_local! {
    static HASHES: Cell<u64> = const { Cell::new(0) };
}

/// Counts, and places entries in the same way in each run.
#[derive(Clone, Default)]
struct Counting;

struct Placing(u64);

impl BuildHasher for Counting {
    type Hasher = Placing;

    fn build_hasher(&self) -> Placing {
        HASHES.set(HASHES.get() + 1);
        Placing(0)
    }
}

impl Hasher for Placing {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(31).wrapping_add(u64::from(*byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(20)
    }
}

/// Random numbers, the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// What is seen after a replacement: the hashes computed in it, and the entries in the order of the table with its capacity.
type Seen<K> = (u64, usize, Vec<(K, u32)>);

macro_rules! replaced {
    ($name:ident, $($home:ident)::+) => {
        /// Each entry of a table replaced, and each taken out, alone.
        fn $name<K: Hash + Eq + Clone + Debug>(seed: u64, key: impl Fn(u64) -> K) -> Vec<Seen<K>> {
            use $($home)::+::hash_map::{Entry, HashMap};
            let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let mut map = HashMap::<K, u32, Counting>::with_capacity_and_hasher(50, Counting);
            for _ in 0..random.below(6) {
                while map.len() < map.capacity() {
                    map.insert(key(random.below(200)), 0);
                }
                for _ in 0..random.below(40) {
                    map.remove(&key(random.below(200)));
                }
            }
            // As full as it can be.
            while map.len() < map.capacity() {
                map.insert(key(random.below(200)), 0);
            }
            let mut seen = Vec::new();
            for picked in map.clone().into_keys() {
                for by in [Some(1), None] {
                    // With the same places and tombstones.
                    let mut map = map.clone();
                    let before = HASHES.get();
                    let entry = map.entry(picked.clone()).and_replace_entry_with(|found, value| {
                        assert_eq!((found, value), (&picked, 0));
                        by
                    });
                    let hashes = HASHES.get() - before;
                    match (entry, by) {
                        (Entry::Occupied(entry), Some(_)) => assert_eq!((entry.key(), entry.get()), (&picked, &1)),
                        (Entry::Vacant(entry), None) => assert_eq!(entry.into_key(), picked),
                        (entry, _) => panic!("{entry:?}"),
                    }
                    assert_eq!(map.get(&picked).copied(), by);
                    seen.push((hashes, map.capacity(), map.into_iter().collect()));
                }
            }
            seen
        }
    };
}

replaced!(plain, hashbrown);
replaced!(traced, maptrace_runtime::hashbrown);

#[test]
fn keys_with_nothing_to_drop_stay_where_they_are_and_are_hashed_once() {
    let texts: Vec<String> = (0..200).map(|number: u64| number.to_string()).collect();
    let word = |number: u64| texts[number as usize].as_str();
    for seed in 1..60 {
        let seen = traced(seed, |number| number);
        assert!(seen.iter().all(|(hashes, ..)| *hashes == 1), "seed {seed}");
        assert_eq!(seen, plain(seed, |number| number), "seed {seed}");
        assert_eq!(traced(seed, word), plain(seed, word), "seed {seed}");
    }
}

/// What is said of the others at `OccupiedEntry::replace_entry_with`: they may move, and all are hashed if the table has to
/// be resized for that. If this finds none any more, say there that it is no longer so.
#[test]
fn other_keys_may_move_and_be_hashed_again() {
    let text = |number: u64| number.to_string();
    let (mut moved, mut resized, mut all) = (0, 0, 0);
    for seed in 1..60 {
        for (mut seen, mut expected) in traced(seed, text).into_iter().zip(plain(seed, text)) {
            all += 1;
            assert_eq!(expected.0, 1);
            moved += usize::from(seen.2 != expected.2);
            if seen.0 != 1 {
                resized += 1;
                assert!(
                    seen.0 as usize >= seen.2.len(),
                    "{} hashes in a table of {}",
                    seen.0,
                    seen.2.len()
                );
            }
            seen.2.sort();
            expected.2.sort();
            assert_eq!(seen.2, expected.2);
        }
    }
    if cfg!(feature = "enable") {
        assert!(
            moved > 0 && resized > 0 && resized < all / 10,
            "of {all} {moved} moved, {resized} resized the table"
        );
    }
}
