//! Types of the user's own that nothing shows to be none of std's: whatever parameters they have, what is wrong and the cure are
//! said.

use maptrace::maptrace;

mod own {
    pub struct HashMap;

    impl HashMap {
        pub fn new() -> Self {
            Self
        }
    }

    pub enum HashSet<const N: usize> {
        Empty,
    }

    impl<const N: usize> HashSet<N> {
        pub fn of(_: [u8; N]) -> Self {
            Self::Empty
        }
    }

    pub struct BTreeMap<'a, K: Copy>(pub &'a [K]);

    impl<'a, K: Copy> BTreeMap<'a, K> {
        pub fn of(of: &'a [K]) -> Self {
            Self(of)
        }
    }

    pub trait BTreeSet {
        fn one() -> u8
        where
            Self: Sized,
        {
            1
        }
    }

    impl BTreeSet for u8 {}
}

mod hidden {
    pub use crate::own::*;
}

mod by_an_import {
    use crate::hidden::{BTreeMap, HashMap, HashSet};

    #[maptrace::maptrace]
    pub fn made() {
        drop(HashMap::new());
        drop(HashSet::of([1]));
        drop(BTreeMap::of(&[1]));
    }
}

#[maptrace]
fn in_the_body() {
    use crate::hidden::{BTreeMap, HashMap, HashSet};
    drop(HashMap::new());
    drop(HashSet::of([1]));
    drop(BTreeMap::of(&[1]));
}

mod of_a_glob {
    use crate::hidden::*;

    #[maptrace::maptrace]
    pub fn made() -> u8 {
        drop(HashMap::new());
        <u8 as BTreeSet>::one()
    }
}

fn main() {
    by_an_import::made();
    in_the_body();
    of_a_glob::made();
}
