#![allow(unused)]

use maptrace::maptrace;

mod dashmap {
    pub struct DashMap<K, V>(K, V);
}

mod rustc_hash {
    pub type FxHashMap<K, V> = std::collections::HashMap<K, V>;
}

mod maps {
    pub use std::collections::BTreeMap;
    pub type FxHashSet<T> = std::collections::HashSet<T>;
}

#[maptrace]
use dashmap::DashMap;

use rustc_hash::FxHashMap;

use hashbrown::HashMap;
use hashbrown::hash_set as sets;
#[maptrace(skip)]
use indexmap::IndexMap;

#[maptrace]
use crate::maps::BTreeMap;

#[maptrace]
use maps::FxHashSet;

#[maptrace]
use self::maps::FxHashSet as Another;

mod prelude {
    pub use std::collections::{BTreeMap, HashMap, hash_map};
}

#[maptrace]
use prelude::{BTreeMap as Ordered, HashMap as Hashed, hash_map::Entry};

#[maptrace]
type Cache = FxHashMap<u8, u8>;

#[maptrace]
struct Store {
    map: dashmap::DashMap<u8, u8>,
}

#[maptrace]
struct ByAnImportWithoutAttribute {
    map: HashMap<u8, u8>,
}

#[maptrace]
type ByModule = sets::HashSet<u8>;

#[maptrace]
type Skipped = IndexMap<u8, u8>;

#[maptrace]
type WithoutImport = ahash::AHashMap<u8, u8>;

fn main() {}
