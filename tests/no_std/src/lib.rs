//! A library without std, as others are: its maps are annotated, and whether they are traced is the program's to say.
//!
//! `ci/no_std.sh` builds it with tracing off in a way that fails if std is anywhere below it; `tests/counts.rs` uses it
//! from programs with std, with tracing off and on.
#![no_std]

extern crate alloc;

#[cfg(maptrace_freestanding)]
mod freestanding;

use alloc::vec::Vec;

use hashbrown::DefaultHashBuilder;
use maptrace::maptrace;

#[maptrace]
use alloc::collections::{BTreeMap, BTreeSet, btree_map::Entry};
#[maptrace]
use hashbrown::HashMap;
#[maptrace]
use indexmap::IndexMap;

/// Maps of each crate, behind imports and full paths.
#[maptrace]
#[derive(Clone, Debug, Default)]
pub struct Stock {
    prices: BTreeMap<&'static str, u32>,
    kinds: BTreeSet<u8>,
    amounts: HashMap<&'static str, u64>,
    order: IndexMap<&'static str, (), DefaultHashBuilder>,
    sold: alloc::collections::BTreeMap<u64, Option<u8>>,
    seen: hashbrown::HashSet<u16>,
}

impl Stock {
    /// Two of each that are new, one that is replaced; one that is deleted, and one that is not there.
    pub fn work(&mut self) {
        for (name, price) in [("pear", 3), ("fig", 5), ("pear", 4)] {
            match self.prices.entry(name) {
                Entry::Vacant(vacant) => _ = vacant.insert(price),
                Entry::Occupied(mut there) => _ = there.insert(price),
            }
            self.amounts.insert(name, 1);
            self.order.insert(name, ());
        }
        for number in [1, 2, 1] {
            self.kinds.insert(number);
            self.sold.insert(number.into(), None);
            self.seen.insert(number.into());
        }
        for name in ["fig", "plum"] {
            self.prices.remove(name);
            self.amounts.remove(name);
            self.order.swap_remove(name);
        }
        for number in [2, 9] {
            self.kinds.remove(&number);
            self.sold.remove(&u64::from(number));
            self.seen.remove(&u16::from(number));
        }
    }
}

/// An empty one to start from.
#[maptrace]
pub const NOTHING: BTreeMap<u32, [u8; 4]> = BTreeMap::new();

/// How many different words there are, and how often the most frequent one stands there.
#[maptrace]
#[must_use]
pub fn words(text: &str) -> (usize, u32) {
    let mut often = hashbrown::HashMap::new();
    for word in text.split(' ') {
        *often.entry(word).or_insert(0) += 1;
    }
    let counts: Vec<u32> = often.values().copied().collect();
    (often.len(), counts.into_iter().max().unwrap_or_default())
}

/// With no prelude and with `alloc` brought by the module itself.
#[maptrace]
#[no_implicit_prelude]
pub mod bare {
    extern crate alloc;

    use alloc::collections::BTreeSet;

    /// How many different numbers there are.
    #[must_use]
    pub fn different(numbers: alloc::vec::Vec<u32>) -> usize {
        let mut met = BTreeSet::new();
        for number in numbers {
            met.insert(number);
        }
        met.len()
    }
}

/// By maptrace's own paths, which are the plain maps' with tracing off.
#[must_use]
pub fn by_hand() -> usize {
    let ordered = maptrace::collections::BTreeMap::from([(1, 2)]);
    let hashed: maptrace::hashbrown::HashMap<u8, u8> = maptrace::hashbrown::HashMap::from_iter([(1, 2)]);
    let indexed = maptrace::indexmap::IndexMap::<_, _, DefaultHashBuilder>::from_iter([(1, 2)]);
    let queue = maptrace::collections::VecDeque::from([1]);
    ordered.len() + hashed.len() + indexed.len() + queue.len()
}
