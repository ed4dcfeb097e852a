//! Maps of ten thousand sites.

use maptrace_runtime::collections::HashMap;
use rustc_hash::FxBuildHasher;

/// A traced map.
pub(crate) type Map = HashMap<u64, u64, FxBuildHasher>;
/// The plain one.
pub(crate) type Plain = std::collections::HashMap<u64, u64, FxBuildHasher>;

/// How many places there are.
pub(crate) const PLACES: usize = 10_000;

#[track_caller]
fn new() -> Map {
    Map::with_hasher(FxBuildHasher)
}

include!(concat!(env!("OUT_DIR"), "/places.rs"));

/// Makes a map of this site, or of the one so many further on.
pub(crate) fn map(site: usize) -> Map {
    at(site % PLACES)
}

/// Makes a map of this site with entries in it that has a record of its own.
pub(crate) fn grown(site: usize) -> Map {
    let mut map = map(site);
    for key in 0..3 {
        map.insert(key, key);
    }
    // Small, but not young.
    map.reserve(0);
    map
}

/// The plain map of the same entries.
pub(crate) fn plain() -> Plain {
    let mut map = Plain::with_hasher(FxBuildHasher);
    for key in 0..3 {
        map.insert(key, key);
    }
    map
}
