//! What an item in a body brings is not what the signature names: that stands in the scope around.
#![deny(warnings)]

use maptrace_ui_tests::{assert_declared, assert_plain, assert_seen, assert_traced};

/// Types of its own around annotated functions, which import std's of that name in their bodies.
mod own {
    use maptrace::maptrace;

    use crate::{assert_plain, assert_traced};

    #[derive(Default)]
    pub struct HashMap<K, V>(pub Option<(K, V)>);

    #[derive(Default)]
    pub struct BTreeSet<T>(pub Option<T>);

    #[maptrace]
    pub fn returned(argument: &HashMap<u8, u8>) -> HashMap<u8, u8> {
        use std::collections::HashMap;
        let map: HashMap<u8, u8> = argument.0.into_iter().collect();
        assert_traced(&map);
        self::HashMap(map.into_iter().next())
    }

    #[maptrace]
    pub async fn waiting(of: HashMap<u8, u8>) -> usize {
        use std::collections::*;
        let map: HashMap<u8, u8> = of.0.into_iter().collect();
        assert_traced(&map);
        map.len()
    }

    #[maptrace]
    pub const fn constant(set: BTreeSet<u8>) -> (BTreeSet<u8>, usize) {
        use std::collections::BTreeSet;
        const EMPTY: &BTreeSet<u8> = &BTreeSet::new();
        let made: &BTreeSet<u8> = EMPTY;
        (set, std::mem::size_of_val(made))
    }

    #[maptrace]
    pub fn bounded<T: Into<HashMap<u8, u8>>>(of: T) -> usize
    where
        HashMap<u8, u8>: From<T>,
    {
        fn inner(of: Option<(u8, u8)>) -> HashMap<u8, u8> {
            of.into_iter().collect()
        }
        use std::collections::HashMap;
        let map = inner(of.into().0);
        assert_traced(&map);
        let closure = |map: HashMap<u8, u8>| map.len();
        closure(map)
    }

    pub struct Owner;

    impl Owner {
        #[maptrace]
        pub fn alone(&self) -> HashMap<u8, u8> {
            use std::collections::HashMap;
            assert_traced(&HashMap::<u8, u8>::new());
            super::own::HashMap::default()
        }
    }

    #[maptrace]
    impl Owner {
        pub fn method(&self, set: BTreeSet<u8>) -> HashMap<u8, u8> {
            use std::collections::HashMap;
            let map: HashMap<_, _> = set.0.into_iter().map(|key: u8| (key, key)).collect();
            assert_traced(&map);
            self::HashMap(map.into_iter().next())
        }
    }

    #[maptrace]
    pub trait Provides {
        fn provided(&self) -> HashMap<u8, u8> {
            use std::collections::HashMap;
            assert_traced(&HashMap::<u8, u8>::new());
            {
                struct BTreeSet;
                let _ = BTreeSet;
                assert_traced(&std::collections::BTreeSet::<u8>::new());
            }
            struct Local(HashMap<u8, u8>);
            impl Other for Local {
                fn taken(of: Local) -> usize {
                    use self::HashMap;
                    assert_traced(&of.0);
                    HashMap::<u8, u8>::default().0.map_or(0, |_| 1)
                }
            }
            assert_eq!(Local::taken(Local(HashMap::new())), 0);
            self::HashMap::default()
        }
    }

    pub trait Other: Sized {
        fn taken(_: Self) -> usize;
    }

    impl Provides for Owner {}

    #[maptrace]
    #[derive(Default)]
    pub struct Mixed {
        pub own: HashMap<u8, u8>,
        pub std: std::collections::HashMap<u8, [u8; 31]>,
    }

    #[maptrace]
    pub mod inside {
        use super::*;

        pub fn both() -> HashMap<u8, u8> {
            let map = std::collections::HashMap::<u8, u8>::new();
            assert_traced(&map);
            HashMap(map.into_iter().next())
        }
    }

    pub fn check() {
        assert_plain(&returned(&HashMap(Some((1, 2)))));
        assert_ne!(constant(BTreeSet::default()).1, 0);
        assert_plain(&Owner.alone());
        assert_plain(&Owner.method(BTreeSet(Some(1))));
        assert_plain(&Owner.provided());
        assert_plain(&inside::both());
        assert_traced(&Mixed::default().std);
        assert_plain(&Mixed::default().own);
        assert_eq!(bounded(HashMap::default()), 0);
        drop(waiting(HashMap::default()));
    }
}

/// The same map, once more in the body.
mod same {
    use maptrace::maptrace;
    use std::collections::{BTreeMap, HashMap, hash_map};

    use crate::assert_traced;

    #[maptrace]
    pub fn again(of: BTreeMap<u8, u8>) -> HashMap<u8, u8> {
        use std::collections::HashMap;
        let made = HashMap::<u8, [u8; 41]>::from([(1, [1; 41])]);
        assert_traced(&made);
        of.into_iter().collect()
    }

    #[maptrace]
    pub fn by_a_glob(of: BTreeMap<u8, u8>, entry: hash_map::Entry<'_, u8, u8>) -> HashMap<u8, u8> {
        use std::collections::*;
        entry.or_insert(1);
        of.into_iter().collect::<HashMap<_, _>>()
    }

    #[maptrace]
    pub fn diverges(of: &HashMap<u8, u8>) -> ! {
        #![allow(clippy::diverging_sub_expression)]
        use std::collections::HashMap;
        std::process::exit(i32::from(!of.eq(&HashMap::new())))
    }

    #[maptrace]
    pub fn borrowed(of: &HashMap<u8, u8>) -> Option<&u8> {
        use std::collections::HashMap;
        if of == &HashMap::new() {
            return None;
        }
        of.get(&1)
    }

    #[maptrace]
    pub unsafe extern "Rust" fn foreign<HashMap: Default>(_: Option<HashMap>, of: &mut BTreeMap<u8, u8>) -> HashMap {
        use std::collections::BTreeMap;
        *of = BTreeMap::new();
        HashMap::default()
    }
}

/// What a module around has hides what its globs bring.
mod own_beside_globs {
    #[allow(unused_imports)]
    use std::collections::*;

    #[derive(Default)]
    pub struct HashMap<T>(pub T);

    #[maptrace::maptrace]
    impl<T: Default> HashMap<T> {
        pub fn made() -> Self {
            let sorted = BTreeMap::<u8, u8>::new();
            crate::assert_traced(&sorted);
            HashMap(T::default())
        }
    }

    mod child {
        use super::*;

        #[maptrace::maptrace]
        pub fn lifetimes<'a, const N: usize>(
            of: &'a HashMap<[u8; N]>,
        ) -> (impl Iterator<Item = &'a HashMap<[u8; N]>>, usize) {
            use std::collections::HashMap;
            let map: HashMap<u8, u8> = HashMap::new();
            crate::assert_traced(&map);
            let later = async || {
                let map: HashMap<u8, u8> = HashMap::new();
                map.len()
            };
            drop(later());
            (std::iter::once(of), map.len())
        }

        #[maptrace::maptrace]
        pub fn temporary(of: &std::cell::RefCell<HashMap<u8>>) -> u8 {
            use std::collections::HashMap;
            let _map: HashMap<u8, u8> = HashMap::new();
            of.borrow().0
        }

        #[maptrace::maptrace]
        pub fn recursive(of: HashMap<u8>) -> Box<dyn Fn(HashMap<u8>) -> HashMap<u8>> {
            use std::collections::HashMap;
            if of.0 == 0 {
                return Box::new(|map| map);
            }
            let map: HashMap<u8, u8> = HashMap::new();
            crate::assert_traced(&map);
            recursive(super::HashMap(of.0 - 1))
        }

        pub fn in_a_block() {
            struct HashSet;
            {
                #[maptrace::maptrace]
                fn inner(set: HashSet) -> HashSet {
                    use std::collections::HashSet;
                    crate::assert_traced(&HashSet::<u8>::new());
                    set
                }
                inner(HashSet);
            }
        }
    }

    pub fn check() {
        child::in_a_block();
        assert_eq!(child::lifetimes(&HashMap([1_u8])).1, 0);
        assert_eq!(child::temporary(&Default::default()), 0);
        assert_eq!(child::recursive(HashMap(2))(HashMap(3)).0, 3);
        crate::assert_plain(&HashMap::<u8>::made());
    }
}

macro_rules! imports {
    () => {
        use std::collections::HashMap;
    };
}

/// A macro may bring the name.
mod by_a_macro {
    use std::collections::HashMap;

    #[maptrace::maptrace]
    pub fn again(of: &HashMap<u8, u8>) -> HashMap<u8, u8> {
        imports!();
        let map = HashMap::<u8, u8>::new();
        assert_eq!(&map, of);
        map
    }
}

/// In one annotated item.
#[maptrace::maptrace]
mod annotated {
    pub struct BTreeMap;

    #[derive(Default)]
    pub struct HashMap<K>(pub K);

    pub fn returned(_: BTreeMap) -> HashMap<u8> {
        use std::collections::{BTreeMap, HashMap};
        crate::assert_traced(&BTreeMap::<u8, u8>::new());
        crate::assert_traced(&HashMap::<u8, u8>::new());
        fn inner(map: HashMap<u8, u8>) -> super::annotated::HashMap<usize> {
            use self::HashMap;
            HashMap(map.len())
        }
        super::annotated::HashMap(inner(HashMap::new()).0 as u8)
    }

    pub mod deeper {
        use super::*;

        pub fn check() -> HashMap<u8> {
            returned(BTreeMap)
        }
    }
}

#[maptrace::maptrace]
type Last = std::collections::BTreeMap<u8, [u8; 9]>;

fn main() {
    own::check();
    own_beside_globs::check();
    assert_traced(&by_a_macro::again(&Default::default()));
    assert_plain(&annotated::deeper::check());
    let ordered = Last::new();
    assert_traced(&ordered);
    let map = same::again([(1, 2)].into_iter().collect());
    assert_traced(&map);
    assert_eq!(same::borrowed(&map), Some(&2));
    let mut other = map.clone();
    let other = same::by_a_glob(Default::default(), other.entry(2));
    assert_traced(&other);
    assert_seen("again::made", 1);
    assert_declared(&["EMPTY", "Last", "Local.0", "Mixed.std", "again::made"]);
    assert_plain(&unsafe { same::foreign::<u8>(None, &mut Default::default()) });
    same::diverges(&other)
}
