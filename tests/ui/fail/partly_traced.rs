#![allow(unused)]

use maptrace::maptrace;

mod dashmap {
    pub struct DashMap<K, V>(K, V);
}

pub struct FooMap<K, V>(K, V);

mod globbed {
    use hashbrown::*;
    use maptrace::maptrace;

    // Hides what the glob brings.
    pub struct HashMap<K, V>(K, V);

    #[maptrace]
    struct Store {
        traced: std::collections::BTreeMap<u8, u8>,
        by_glob: HashSet<u8>,
        of_its_own: HashMap<u8, u8>,
    }
}

use hashbrown::HashMap as Brown;
use hashbrown::hash_set as sets;
use rustc_hash::FxHashMap;
use std::collections::HashMap as Renamed;
use std::collections::HashMap;
use std::collections as all;
#[maptrace(skip)]
use indexmap::IndexMap;
#[cfg_attr(all(), maptrace)]
use fnv::FnvHashMap;

#[maptrace]
struct Store {
    traced: HashMap<u8, u8>,
    of_hashbrown: Brown<u8, u8>,
    in_another: std::sync::Arc<Vec<FxHashMap<u8, u8>>>,
    by_its_module: sets::HashSet<u8>,
    renamed: Renamed<u8, Brown<u8, u8>>,
    by_all: all::HashMap<u8, u8>,
    in_full: ahash::AHashMap<u8, u8>,
    // No map that could be traced.
    of_its_own: dashmap::DashMap<u8, FooMap<u8, u8>>,
    beside: Option<sets::IntoIter<u8>>,
    by_a_skipped_import: IndexMap<u8, u8>,
    #[maptrace(skip)]
    skipped: FxHashMap<u8, u8>,
    by_a_conditional_import: FnvHashMap<u8, u8>,
}

#[maptrace]
enum Stores {
    Traced(HashMap<u8, u8>),
    Not { map: Brown<u8, u8> },
}

#[maptrace]
type Both = (HashMap<u8, u8>, Brown<u8, u8>);

#[maptrace]
fn function(given: &FxHashMap<u8, u8>) {
    let traced = HashMap::<u8, u8>::new();
    let plain: Brown<u8, u8> = Brown::new();
    let again = Brown::<u8, u8>::with_capacity(1);
    #[maptrace(skip)]
    let skipped = Renamed::<u8, u8>::new();
}

fn main() {}
