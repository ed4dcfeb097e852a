//! A rehash storm: a map that never gets larger and yet is laid out again and again, while somebody waits.
//!
//! ```console
//! $ cargo run --release --example find_a_rehash_storm
//! ```
//!
//! Orders come and go, first in, first out, and the same number of them is always open. Their keys are numbers, so
//! somebody has saved the hashing. But now orders lie in the table side by side. A lookup goes on until it sees a free
//! slot, so where there is none near by, a deleted entry must leave a tombstone: a slot that is empty and yet not free.
//! When the free ones are used up, one unlucky insert lays the whole table out anew. A real hasher leaves gaps.

#[maptrace]
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

use maptrace::maptrace;

/// Hashes a number to itself.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {
        unreachable!("keys are u64")
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[maptrace(name = "orders, unhashed")]
type UnhashedOrders = HashMap<u64, u64, BuildHasherDefault<Identity>>;

#[maptrace(name = "orders, hashed")]
type HashedOrders = HashMap<u64, u64>;

/// Orders that are open at a time: a little less than half of what the table takes.
const OPEN: u64 = 57_000;
const ORDERS: u64 = 4_000_000;

/// Opens all orders one by one, and closes each when so many newer ones are open.
fn trade<S: BuildHasher>(mut orders: HashMap<u64, u64, S>) {
    for order in 0..ORDERS {
        orders.insert(order, order % 100);
        if order >= OPEN {
            orders.remove(&(order - OPEN));
        }
    }
}

fn main() {
    trade(UnhashedOrders::default());
    trade(HashedOrders::default());

    for map in maptrace::snapshot().maps.iter().filter(|map| map.created > 0) {
        println!(
            "{:<17} grew {} times, was laid out anew {:>2} times; callers waited {:>6.1?}, {:>6.1?} at worst",
            map.site.name, map.grows, map.rehashes, map.pause_total, map.pause_max,
        );
    }
    println!("\n{}", maptrace::report());
}
