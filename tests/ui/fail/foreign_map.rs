#![allow(unused)]

use maptrace::maptrace;

mod hashbrown {
    pub struct HashMap<K, V>(K, V);
}

mod rustc_hash {
    pub type FxHashMap<K, V> = std::collections::HashMap<K, V>;
}

mod maps {
    pub use std::collections::BTreeMap;
}

#[maptrace]
use hashbrown::HashMap;

use rustc_hash::FxHashMap;

mod ahash {
    pub struct AHashMap<K, V>(K, V);
}

#[maptrace]
use ahash::AHashMap;

#[maptrace]
use crate::maps::BTreeMap;

#[maptrace]
type Cache = FxHashMap<u8, u8>;

#[maptrace]
struct Store {
    map: hashbrown::HashMap<u8, u8>,
}

fn main() {}
