//! What is called as a map and is no type: a variant, a function or a parameter beside std's map of that name, which is traced.

#![allow(non_snake_case, reason = "a function that is called so is what is tested")]

use maptrace_ui_tests::assert_traced;

mod kinds {
    pub enum Kind {
        HashMap(u8),
        BTreeSet,
    }

    pub fn HashSet(count: u8) -> Kind {
        Kind::HashMap(count)
    }
}

mod prelude {
    pub use std::collections::{HashMap, HashSet};
}

/// std's import says what the type is, and a glob brings the value.
mod by_import {
    use super::kinds::Kind::*;
    use super::kinds::*;
    use std::collections::{BTreeMap, HashMap, HashSet};

    #[maptrace::maptrace]
    pub fn check() {
        let mut map = HashMap::new();
        if let HashMap(count) = HashSet(3) {
            map.insert(count, 1);
        }
        let _other = BTreeSet;
        super::assert_traced(&map);
        super::assert_traced(&HashSet::<u8>::new());
        super::assert_traced(&BTreeMap::<u8, u8>::new());
    }
}

/// A path of the crate's does not.
mod by_path {
    use super::kinds::Kind::*;
    use super::prelude::HashMap;

    #[maptrace::maptrace]
    pub fn check() {
        if let HashMap(count) = HashMap(3) {
            super::assert_traced(&HashMap::<u8, u8>::new());
            super::assert_traced(&std::collections::BTreeSet::from([count]));
        }
    }
}

/// Nor in the item.
#[maptrace::maptrace]
mod in_the_item {
    use super::kinds::*;
    use super::prelude::HashSet;
    use std::collections::BTreeMap;

    pub fn check() {
        if let Kind::HashMap(count) = HashSet(3) {
            super::assert_traced(&HashSet::<u8>::new());
            super::assert_traced(&BTreeMap::from([(count, 1)]));
        }
    }
}

/// A parameter's name is that of the method alone.
mod by_parameter {
    use std::collections::HashSet;

    pub struct Struct;

    #[maptrace::maptrace]
    impl Struct {
        pub fn own<HashSet: Default>() -> HashSet {
            let own: HashSet = HashSet::default();
            own
        }

        pub fn traced() -> HashSet<u8> {
            HashSet::new()
        }
    }
}

/// What the attribute asks the compiler by is nothing that the user's traits have.
mod by_trait {
    use std::collections::HashMap;

    trait Named {
        const NAMED: u8;
    }

    impl<T> Named for T {
        const NAMED: u8 = 1;
    }

    trait Of: Sized {
        fn of_std(&self) -> u8 {
            Self::NAMED
        }
    }

    impl<T> Of for T {}

    #[maptrace::maptrace]
    pub fn check() {
        let map = HashMap::from([(1, 2)]);
        super::assert_traced(&map);
        assert_eq!(map.of_std(), 1);
    }
}

fn main() {
    by_import::check();
    by_path::check();
    in_the_item::check();
    assert_eq!(by_parameter::Struct::own::<u8>(), 0);
    assert_traced(&by_parameter::Struct::traced());
    by_trait::check();
    let _all = [kinds::Kind::BTreeSet, kinds::HashSet(1)];
}
