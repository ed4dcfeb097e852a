#![allow(unused)]

use std::collections::{BTreeMap, HashMap, hash_map};
use std::sync::{Arc, Mutex};

use hashbrown::HashMap as Brown;
use maptrace::maptrace;

type Sessions = HashMap<u8, u8>;
type InFull<V> = std::collections::BTreeSet<V>;
type ByModule = hash_map::HashMap<u8, u8>;
type Shared = Arc<Mutex<HashMap<u8, u8>>>;
// Before the one that it names.
type Again = Option<Later<u8>>;
type Later<V> = HashMap<u8, V>;
type Browns = Brown<u8, u8>;
type Ordered = indexmap::IndexMap<u8, u8>;
type Fast = rustc_hash::FxHashMap<u8, u8>;

#[maptrace(skip)]
type Skipped = HashMap<u8, u8>;

#[maptrace]
struct Store<'a> {
    traced: BTreeMap<u8, u8>,
    sessions: Sessions,
    in_full: Vec<InFull<u8>>,
    by_module: ByModule,
    shared: Shared,
    again: Again,
    of_hashbrown: Browns,
    ordered: Ordered,
    borrowed: &'a Fast,
    left: Skipped,
    #[maptrace(skip)]
    left_here: Sessions,
}

// None is left but the aliases.
#[maptrace]
struct Alone {
    sessions: Sessions,
}

// Here `skip` goes in the attribute's place.
#[maptrace]
static BOTH: Option<(Sessions, BTreeMap<u8, u8>)> = None;

#[maptrace]
struct Left {
    left: Skipped,
}

#[maptrace]
fn function(given: &Sessions) -> Shared {
    let local: Later<u8> = Later::new();
    let again = Sessions::new();
    let traced = BTreeMap::from([(1, 2)]);
    Shared::default()
}

#[maptrace]
impl Alone {
    fn new() -> Self {
        let traced: BTreeMap<u8, u8> = BTreeMap::new();
        Self {
            sessions: Sessions::new(),
        }
    }
}

mod inner {
    use super::Sessions as Renamed;
    use maptrace::maptrace;

    #[maptrace]
    struct ByName {
        traced: std::collections::BTreeMap<u8, u8>,
        renamed: Renamed,
    }
}

mod globbed {
    use super::*;

    #[maptrace]
    struct ByGlob {
        traced: BTreeMap<u8, u8>,
        sessions: Sessions,
    }
}

#[maptrace]
mod annotated {
    use super::Sessions;

    struct InModule {
        traced: std::collections::BTreeMap<u8, u8>,
        sessions: Sessions,
    }
}

fn in_a_block() {
    type Inside = HashMap<u8, u8>;

    #[maptrace]
    struct InABlock {
        traced: BTreeMap<u8, u8>,
        inside: Inside,
        outside: Later<u8>,
    }
}

// By the name of one of std's it is not taken for that.
mod named_as_std {
    use maptrace::maptrace;

    type HashMap<K, V> = std::collections::HashMap<K, V, rustc_hash::FxBuildHasher>;

    #[maptrace]
    struct NamedAsStd {
        map: HashMap<u8, u8>,
    }
}

fn main() {}
