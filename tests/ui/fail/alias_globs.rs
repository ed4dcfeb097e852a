//! Aliases of std's maps that a glob brings, or that stand behind another name of their crate, and stay plain.

use maptrace::maptrace;
use fxhash as older;
use rustc_hash::*;

#[maptrace]
struct ByAGlob {
    traced: std::collections::HashMap<u8, u8>,
    map: FxHashMap<u8, u8>,
}

#[maptrace]
struct ByAnotherName {
    map: older::FxHashMap<u8, u8>,
}

#[maptrace]
fn in_code() -> usize {
    use ahash::*;
    use fnv as shorter;
    let map = shorter::FnvHashMap::<u8, u8>::default();
    map.len() + HashSet::<u8>::default().len() + self::older::FxHashSet::<u8>::default().len()
}

fn main() {}
