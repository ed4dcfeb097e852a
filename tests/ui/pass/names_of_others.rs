//! Names of std's maps that stand for something else, as the file has it or as the user says.
#![deny(warnings)]

use maptrace_ui_tests::{assert_declared, assert_plain, assert_traced};

mod own {
    #[derive(Default)]
    pub struct HashMap<K, V>(pub Vec<(K, V)>);

    #[derive(Default)]
    pub struct HashSet;

    #[derive(Default)]
    pub struct BTreeMap;
}

/// Of two imports under conditions one is of a type of the user's, and is to stay as it is.
mod under_conditions {
    pub mod own_is_there {
        #[cfg(all())]
        #[maptrace::maptrace(skip)]
        use crate::own::HashMap;
        #[cfg(any())]
        #[maptrace::maptrace]
        use std::collections::HashMap;

        #[cfg(any())]
        #[maptrace::maptrace]
        use std::collections::HashMap as MapImpl;
        #[cfg(all())]
        #[maptrace::maptrace(skip)]
        use crate::own::HashMap as MapImpl;

        #[maptrace::maptrace]
        #[derive(Default)]
        pub struct OwnIsThere {
            pub map: HashMap<u8, u8>,
            pub renamed: MapImpl<u8, u8>,
        }

        #[maptrace::maptrace]
        pub enum Either {
            Map(HashMap<u8, u8>),
            Renamed { map: MapImpl<u8, u8> },
        }

        #[maptrace::maptrace]
        pub static STATIC: Option<HashMap<u8, u8>> = None;

        #[maptrace::maptrace]
        pub type Named = MapImpl<u8, [u8; 2]>;

        #[maptrace::maptrace]
        pub fn check(map: HashMap<u8, u8>) -> MapImpl<u8, u8> {
            #[cfg(all())]
            #[maptrace::maptrace(skip)]
            use crate::own::HashMap as Inside;
            #[cfg(any())]
            #[maptrace::maptrace]
            use std::collections::HashMap as Inside;

            let inside: Inside<u8, u8> = Inside(map.0);
            crate::assert_plain(&inside);
            crate::assert_traced(&std::collections::BTreeSet::<u8>::new());
            inside
        }
    }

    pub mod std_is_there {
        #[cfg(any())]
        #[maptrace::maptrace(skip)]
        use crate::own::HashMap;
        #[cfg(all())]
        #[maptrace::maptrace]
        use std::collections::HashMap;

        #[cfg(all())]
        #[maptrace::maptrace]
        use std::collections::HashMap as MapImpl;
        #[cfg(any())]
        #[maptrace::maptrace(skip)]
        use crate::own::HashMap as MapImpl;

        #[maptrace::maptrace]
        #[derive(Default)]
        pub struct StdIsThere {
            pub map: HashMap<u8, u8>,
            pub renamed: MapImpl<u8, u8>,
        }

        #[maptrace::maptrace]
        pub fn check() -> MapImpl<u8, u8> {
            #[cfg(any())]
            #[maptrace::maptrace(skip)]
            use crate::own::HashMap as Inside;
            #[cfg(all())]
            #[maptrace::maptrace]
            use std::collections::HashMap as Inside;

            let inside: Inside<u8, u8> = Inside::from([(1, 2)]);
            crate::assert_traced(&inside);
            inside
        }
    }
}

/// Types of the file that are called so, and stand for something else.
mod other_types {
    #[maptrace::maptrace(skip)]
    pub type HashSet<T> = Vec<T>;
    pub type BTreeMap = [u8; 2];
    type Again<T> = BTreeSet<T>;
    type BTreeSet<T> = Option<T>;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct OtherTypes {
        pub map: std::collections::HashMap<u8, [u8; 3]>,
        pub list: HashSet<u8>,
        pub array: BTreeMap,
        pub option: BTreeSet<u8>,
        pub again: Again<u8>,
    }

    /// With a line that needs not be there.
    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct InSoManyWords {
        pub map: std::collections::HashMap<u8, [u8; 9]>,
        #[maptrace(skip)]
        pub list: HashSet<u8>,
    }

    #[maptrace::maptrace]
    pub fn check(list: HashSet<u8>) -> BTreeMap {
        let set = std::collections::BTreeSet::from([1]);
        crate::assert_traced(&set);
        [list.len() as u8, set.len() as u8]
    }

    pub mod child {
        use super::{BTreeMap as Array, HashSet};

        #[maptrace::maptrace]
        #[derive(Default)]
        pub struct Child {
            pub map: std::collections::HashMap<u8, [u8; 4]>,
            pub list: HashSet<u8>,
            pub array: Array,
        }
    }

    pub mod by_a_glob {
        use super::*;

        #[maptrace::maptrace]
        pub fn check(list: HashSet<u8>) -> BTreeMap {
            let map = std::collections::BTreeMap::from([(1, 2)]);
            crate::assert_traced(&map);
            [list.len() as u8, map.len() as u8]
        }
    }

    /// Under conditions each is what it is.
    pub mod conditions {
        #[cfg(any())]
        type HashMap<K, V> = Vec<(K, V)>;
        #[cfg(all())]
        #[maptrace::maptrace]
        use std::collections::HashMap;
        #[cfg(all())]
        pub type HashSet<T> = Vec<T>;
        #[cfg(any())]
        #[maptrace::maptrace]
        use std::collections::HashSet;

        #[maptrace::maptrace]
        #[derive(Default)]
        pub struct Conditions {
            pub map: HashMap<u8, u8>,
            pub list: HashSet<u8>,
            pub always: std::collections::BTreeSet<[u8; 2]>,
        }
    }
}

/// "put `#[maptrace::maptrace(skip)]` above the `use` that brings it", which is a glob.
mod left_globs {
    #[maptrace::maptrace(skip)]
    use crate::own::*;

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct LeftGlobs {
        pub own: HashMap<u8, u8>,
        pub set: HashSet,
        pub std: std::collections::BTreeMap<u8, [u8; 5]>,
    }

    #[maptrace::maptrace]
    pub fn check() -> HashMap<u8, u8> {
        {
            // By its name in an inner block.
            use std::collections::HashMap;
            crate::assert_traced(&HashMap::<u8, u8>::new());
        }
        let BTreeMap = BTreeMap;
        HashMap(vec![(1, 1)])
    }

    /// What anybody else says goes before it.
    pub mod beside_others {
        #[maptrace::maptrace(skip)]
        use crate::own::*;
        use std::collections::{HashMap, btree_set::BTreeSet};

        #[maptrace::maptrace]
        #[derive(Default)]
        pub struct BesideOthers {
            pub map: HashMap<u8, [u8; 6]>,
            pub sorted: BTreeSet<[u8; 6]>,
            pub own: HashSet,
        }

        #[maptrace::maptrace]
        pub fn check() {
            #[maptrace::maptrace(skip)]
            use maptrace_ui_tests::other::*;
            let set = BTreeSet::<u8>::new();
            crate::assert_traced(&set);
            let own = BTreeMap::<u8, u8>::default();
            crate::assert_plain(&own);
        }
    }

    /// Of the module around, if that does not say what they are.
    #[maptrace::maptrace]
    pub mod of_the_parent {
        #[maptrace::maptrace(skip)]
        use super::*;

        #[derive(Default)]
        pub struct OfTheParent {
            pub own: HashMap<u8, u8>,
            pub std: std::collections::HashMap<u8, [u8; 7]>,
        }
    }
}

/// In a body `use super::*` brings what the module around says of its names.
mod parent {
    #[maptrace::maptrace(skip)]
    use crate::own::HashSet;
    #[maptrace::maptrace]
    use hashbrown::HashMap;
    #[maptrace::maptrace]
    use indexmap::IndexMap as Ordered;
    use std::collections::BTreeMap;

    pub mod child {
        #[maptrace::maptrace]
        pub fn check() {
            use super::*;
            let map: HashMap<u8, u8> = HashMap::new();
            let brown: hashbrown::HashMap<u8, u8> = HashMap::new();
            crate::assert_traced(&map);
            crate::assert_traced(&brown);
            crate::assert_traced(&Ordered::<u8, u8>::new());
            crate::assert_traced(&BTreeMap::<u8, u8>::new());
            let HashSet = HashSet;
        }

        #[maptrace::maptrace]
        pub fn by_the_cure() {
            #[maptrace::maptrace(skip)]
            use super::*;
            let map: HashMap<u8, u8> = HashMap::new();
            crate::assert_traced(&map);
            crate::assert_plain(&BTreeMap::<u8, u8>::new());
            crate::assert_traced(&std::collections::HashMap::<u8, u8>::new());
        }

        #[maptrace::maptrace]
        pub fn hidden() {
            use super::*;
            use std::collections::HashMap;
            {
                use super::*;
                let brown: hashbrown::HashMap<u8, u8> = HashMap::new();
                crate::assert_traced(&brown);
            }
            let map: std::collections::HashMap<u8, u8> = HashMap::new();
            crate::assert_traced(&map);
            let _ = Ordered::<u8, u8>::new();
        }

        pub fn beside() {
            use super::*;

            #[maptrace::maptrace]
            #[derive(Default)]
            struct Beside {
                map: HashMap<u8, [u8; 8]>,
                set: HashSet,
            }

            let beside = Beside::default();
            crate::assert_traced(&beside.map);
            let HashSet = beside.set;
            let _ = (BTreeMap::<u8, u8>::new(), Ordered::<u8, u8>::new());
        }
    }
}

fn main() {
    let own = under_conditions::own_is_there::OwnIsThere::default();
    assert_plain(&own.map);
    assert_plain(&under_conditions::own_is_there::check(own.renamed));
    assert_plain(&under_conditions::own_is_there::Named::default());
    assert!(under_conditions::own_is_there::STATIC.is_none());
    let _ = under_conditions::own_is_there::Either::Map(Default::default());
    let _ = under_conditions::own_is_there::Either::Renamed {
        map: Default::default(),
    };
    let std = under_conditions::std_is_there::StdIsThere::default();
    assert_traced(&std.map);
    assert_traced(&std.renamed);
    assert_traced(&under_conditions::std_is_there::check());
    let other = other_types::OtherTypes::default();
    assert_traced(&other.map);
    assert_eq!(other_types::check(other.list), [0, 1]);
    let said = other_types::InSoManyWords::default();
    assert_traced(&said.map);
    assert_eq!(said.list.len(), 0);
    assert_eq!((other.array, other.option, other.again), ([0, 0], None, None));
    let child = other_types::child::Child::default();
    assert_traced(&child.map);
    assert_eq!((child.list.len(), child.array), (0, [0, 0]));
    assert_eq!(other_types::by_a_glob::check(vec![1]), [1, 1]);
    let conditions = other_types::conditions::Conditions::default();
    assert_traced(&conditions.map);
    assert_traced(&conditions.always);
    assert_eq!(conditions.list.len(), 0);
    let left = left_globs::LeftGlobs::default();
    assert_eq!(left.own.0.len(), 0);
    let own::HashSet = left.set;
    assert_traced(&left.std);
    assert_eq!(left_globs::check().0, [(1, 1)]);
    let beside = left_globs::beside_others::BesideOthers::default();
    assert_traced(&beside.map);
    assert_traced(&beside.sorted);
    let own::HashSet = beside.own;
    left_globs::beside_others::check();
    let of_the_parent = left_globs::of_the_parent::OfTheParent::default();
    assert_eq!(of_the_parent.own.0.len(), 0);
    assert_traced(&of_the_parent.std);
    parent::child::check();
    parent::child::by_the_cure();
    parent::child::hidden();
    parent::child::beside();
    assert_declared(&[
        "Beside.map",
        "BesideOthers.map",
        "BesideOthers.sorted",
        "Child.map",
        "Conditions.always",
        "InSoManyWords.map",
        "LeftGlobs.std",
        "OfTheParent.std",
        "OtherTypes.map",
        "check::inside",
        "check::map",
        "check::set",
    ]);
}
