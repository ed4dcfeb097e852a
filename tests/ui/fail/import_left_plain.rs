#![allow(unused)]

use std::collections::HashMap;

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

// Nor those that come from there.
#[maptrace]
mod annotated {
    use super::{BTreeSet, HashSet as Renamed};

    struct Left {
        set: BTreeSet<u8>,
        renamed: Renamed<u8>,
    }
}

#[maptrace]
fn body() {
    use self::HashSet as Renamed;
    let set = Renamed::<u8>::new();
}

#[maptrace]
fn skipped_in_here() {
    #[maptrace(skip)]
    use std::collections::HashMap as Skipped;
    let map = Skipped::<u8, u8>::new();
}

#[maptrace]
mod of_hashbrown {
    use super::Brown;

    struct ByName {
        traced: std::collections::BTreeSet<u8>,
        map: Brown<u8, u8>,
    }

    fn function() {
        let by_its_path = super::Brown::<u8, u8>::new();
    }
}

#[maptrace]
fn body_of_hashbrown() {
    use self::Brown as Renamed;
    let traced = HashMap::<u8, u8>::new();
    let renamed = Renamed::<u8, u8>::new();
    let by_its_path = self::Brown::<u8, u8>::new();
}

// As the conditions say: one of them is to stay plain, the other says nothing.
mod under_conditions {
    #[cfg(any())]
    use std::collections::HashMap;
    #[cfg(not(any()))]
    #[maptrace::maptrace(skip)]
    use std::collections::HashMap;

    #[cfg(not(any()))]
    #[maptrace::maptrace(skip)]
    use std::collections::BTreeMap;
    #[cfg(any())]
    use std::collections::BTreeMap;

    #[cfg(not(any()))]
    #[maptrace::maptrace(skip)]
    use hashbrown::HashSet;
    #[cfg(any())]
    use std::collections::HashSet;

    #[cfg(any())]
    use hashbrown::HashTable as Table;
    #[cfg(not(any()))]
    #[maptrace::maptrace(skip)]
    use hashbrown::HashTable as Table;

    #[cfg(any())]
    #[maptrace::maptrace]
    use indexmap::IndexSet;
    #[cfg(not(any()))]
    use indexmap::IndexSet;

    #[maptrace::maptrace]
    struct Conditional {
        traced: std::collections::BTreeMap<u8, u8>,
        plain_first: HashMap<u8, u8>,
        skipped_first: BTreeMap<u8, u8>,
        of_two_crates: HashSet<u8>,
        renamed: Table<u8>,
        one_annotated: IndexSet<u8>,
    }
}

fn main() {}
