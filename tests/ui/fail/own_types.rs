//! Types that are called as std's maps and have other parameters, behind imports that say nothing of it.
#![allow(unused)]

use maptrace::maptrace;

use types::{BTreeMap, HashMap, HashSet};

#[maptrace]
fn bare(map: HashMap) -> HashMap {
    HashMap::new()
}

#[maptrace]
impl Kept {
    // Before anything tells.
    fn new() -> Self {
        Self { map: HashMap::new() }
    }

    fn map(&self) -> &HashMap {
        &self.map
    }
}

#[maptrace]
struct Kept {
    map: HashMap,
}

#[maptrace]
struct OfNumbers {
    set: HashSet<4>,
}

#[maptrace]
type Borrowed<'a> = BTreeMap<'a, u8>;

mod types {
    pub use super::inside::*;
}

mod inside {
    pub struct HashMap;
    pub struct HashSet<const N: usize>;
    pub struct BTreeMap<'a, T>(pub &'a T);

    impl HashMap {
        pub fn new() -> Self {
            Self
        }
    }
}

fn main() {}
