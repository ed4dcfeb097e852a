#![allow(unused)]

use std::collections::{BTreeMap, HashMap, hash_map};

use hashbrown::HashMap as Brown;
use maptrace::maptrace;

// Of these the file says that they stay plain.
#[maptrace(skip)]
use std::collections::{BTreeSet, HashSet};

// It is annotated, but its map is not to be traced.
#[maptrace]
struct Left {
    seen: HashSet<u8>,
}

#[maptrace]
mod annotated {
    use super::{BTreeMap as Ordered, HashMap, hash_map as maps};

    struct ByName {
        traced: std::collections::BTreeSet<u8>,
        map: HashMap<u8, u8>,
        renamed: Ordered<u8, u8>,
        by_its_module: maps::HashMap<u8, u8>,
    }

    fn function() {
        let map = HashMap::<u8, u8>::new();
    }

    mod deeper {
        use super::HashMap;

        struct Deeper {
            traced: std::collections::BTreeSet<u8>,
            map: HashMap<u8, u8>,
        }
    }
}

#[maptrace]
mod of_hashbrown {
    use super::Brown;

    struct ByName {
        traced: std::collections::BTreeSet<u8>,
        map: Brown<u8, u8>,
    }
}

fn main() {}
