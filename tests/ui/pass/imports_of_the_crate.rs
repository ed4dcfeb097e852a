//! Imports in an annotated item that come from elsewhere in the crate: they are taken for what they are called, as
//! bare names are, unless the file says what they are.
#![deny(warnings)]

use maptrace_ui_tests::{assert_declared, assert_plain, assert_seen, assert_traced};

mod prelude {
    pub use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

    pub mod deeper {
        pub use std::collections::HashMap;
    }
}

// Around annotated items, which read these.
#[allow(unused_imports)]
use self::prelude as by_another_name;

/// A module under another name, and names of no segment at all.
mod itself {
    use std::collections::HashMap;

    use maptrace::maptrace;

    use super::assert_traced;

    pub type Size = usize;

    #[maptrace]
    pub mod inside {
        #[allow(unused_imports)]
        use {self as here, super::HashMap};

        pub fn made() -> HashMap<u8, [u8; 21]> {
            HashMap::new()
        }
    }

    #[maptrace]
    pub fn checked() -> Size {
        let map = HashMap::<u8, [u8; 22]>::new();
        assert_traced(&map);
        assert_traced(&inside::made());
        map.len()
    }
}

/// Its own import is not annotated.
mod plain {
    use std::collections::{self, BTreeMap, HashMap, hash_map};

    use maptrace::maptrace;

    use super::{assert_traced, prelude};

    #[maptrace]
    pub fn alone() {
        use self::HashMap;
        let in_function = HashMap::<u8, [u8; 1]>::from([(1, [1])]);
        assert_traced(&in_function);
    }

    #[maptrace]
    pub fn beside() {
        use super::prelude::{BTreeSet as Sorted, HashMap as Renamed};
        use crate::prelude::deeper;
        let ordered = BTreeMap::<u8, u8>::new();
        let renamed: Renamed<u8, u8> = Renamed::new();
        let sorted = Sorted::<u8>::new();
        {
            use prelude::HashMap;
            use prelude::deeper::HashMap as Deeper;
            assert_traced(&(HashMap::<u8, u8>::new()));
            assert_traced(&(Deeper::<u8, u8>::new()));
        }
        use deeper::HashMap as Later;
        assert_traced(&ordered);
        assert_traced(&renamed);
        assert_traced(&sorted);
        assert_traced(&Later::<u8, u8>::new());
    }

    #[maptrace]
    pub fn modules() {
        use self::collections as all;
        use self::hash_map as maps;
        let mut by_its_module = maps::HashMap::<u8, u8>::new();
        if let maps::Entry::Vacant(vacant) = by_its_module.entry(1) {
            vacant.insert(2);
        }
        assert_traced(&by_its_module);
        assert_traced(&all::BTreeSet::<u8>::new());
        // Where the file tells what is there.
        assert_traced(&self::HashMap::<u8, u8>::new());
        assert_traced(&self::hash_map::HashMap::<u8, u8>::new());
    }

    pub struct Owner;

    #[maptrace]
    impl Owner {
        pub const NONE: Option<Vec<BTreeMap<u8, u8>>> = {
            use super::prelude::BTreeMap;
            None::<Vec<BTreeMap<u8, u8>>>
        };

        pub fn method() {
            use super::prelude::HashSet;
            let set: HashSet<u8> = HashSet::new();
            assert_traced(&set);
        }
    }

    #[maptrace]
    pub trait Provides {
        fn provided() {
            use crate::prelude::HashSet;
            fn nested() {
                use self::HashMap;
                let map: HashMap<u8, u8> = HashMap::new();
                assert_traced(&map);
            }
            nested();
            assert_traced(&HashSet::<u8>::new());
        }
    }

    impl Provides for Owner {}

    #[maptrace]
    pub static CHECK: fn(BTreeMap<u8, u8>) = |_| {
        use super::prelude::HashSet;
        assert_traced(&HashSet::<u8>::new());
    };

    #[maptrace]
    thread_local! {
        pub static LOCAL: usize = {
            use crate::prelude::HashSet;
            let set = HashSet::<u8>::new();
            assert_traced(&set);
            set.len()
        };
    }

    #[maptrace]
    pub mod inner {
        use super::{HashMap, hash_map as maps};
        use crate::prelude::{BTreeMap as Ordered, deeper};

        #[derive(Default)]
        pub struct Inner {
            map: HashMap<u8, u8>,
            ordered: Ordered<u8, u8>,
            by_its_module: maps::HashMap<u8, [u8; 2]>,
        }

        pub fn check() {
            let inner = Inner::default();
            crate::assert_traced(&inner.map);
            crate::assert_traced(&inner.ordered);
            crate::assert_traced(&inner.by_its_module);
            within::check();
        }

        pub mod within {
            use super::super::HashMap;
            use super::deeper::HashMap as Deeper;

            pub fn check() {
                let both: (HashMap<u8, u8>, Deeper<u8, u8>) = Default::default();
                crate::assert_traced(&both.0);
                crate::assert_traced(&both.1);
                crate::assert_traced(&super::HashMap::<u8, u8>::new());
            }
        }
    }

    #[maptrace]
    pub mod exports {
        pub use crate::prelude::HashMap;
    }
}

/// What the file says of such a name goes before what it is called.
mod known {
    use maptrace::maptrace;

    #[maptrace]
    use hashbrown::{HashMap, HashSet};
    #[maptrace(skip)]
    use std::collections::{BTreeMap, BTreeSet};

    #[maptrace]
    pub fn in_a_body() {
        use self::{BTreeMap, HashMap, HashSet as Renamed};
        let (plain, traced) = (BTreeMap::<u8, u8>::new(), HashMap::<u8, u8>::new());
        crate::assert_plain(&plain);
        crate::assert_traced(&traced);
        crate::assert_traced(&Renamed::<u8>::new());
        crate::assert_traced(&self::HashSet::<u8>::new());
        crate::assert_plain(&self::BTreeSet::<u8>::new());
        let brown: hashbrown::HashMap<u8, u8> = self::HashMap::new();
        crate::assert_traced(&brown);
    }

    #[maptrace]
    pub mod inner {
        use super::{BTreeMap, BTreeSet as Sorted, HashMap};

        pub fn check() {
            let (plain, traced) = (BTreeMap::<u8, u8>::new(), HashMap::<u8, u8>::new());
            crate::assert_plain(&plain);
            crate::assert_plain(&Sorted::<u8>::new());
            crate::assert_traced(&traced);
        }
    }
}

/// Types of its own are none of std's, whatever they are called.
mod own {
    #[maptrace::maptrace]
    pub mod annotated {
        pub mod types {
            #[derive(Default)]
            pub struct HashMap(pub u8);
        }

        pub enum Kind {
            BTreeMap,
        }

        use self::Kind::BTreeMap;
        use types::HashMap;

        pub fn check() -> usize {
            use super::Kind::HashSet;
            let traced = std::collections::HashMap::<u8, u8>::new();
            crate::assert_traced(&traced);
            match (HashMap::default().0.into(), HashSet, BTreeMap) {
                (size, super::Kind::HashSet, Kind::BTreeMap) => size,
            }
        }
    }

    pub enum Kind {
        HashSet,
    }
}

/// Names of std itself.
mod of_std {
    extern crate alloc as memory;
    use maptrace::maptrace;
    use std as library;

    #[maptrace]
    #[derive(Default)]
    pub struct Named {
        ordered: memory::collections::BTreeMap<u8, u8>,
        map: library::collections::hash_map::HashMap<u8, u8>,
    }

    #[maptrace]
    pub fn check() {
        use library::collections::{HashSet, hash_map as maps};
        use std::{self as again, collections::BTreeMap};
        let named = Named::default();
        crate::assert_traced(&named.ordered);
        crate::assert_traced(&named.map);
        crate::assert_traced(&HashSet::<u8>::new());
        crate::assert_traced(&maps::HashMap::<u8, u8>::new());
        crate::assert_traced(&again::collections::BTreeSet::<u8>::new());
        crate::assert_traced(&BTreeMap::<u8, u8>::new());
        let raw: std::collections::r#HashMap<u8, u8> = Default::default();
        crate::assert_traced(&raw);
    }

    /// In whichever order they stand.
    #[maptrace]
    pub fn through_another() {
        use again::collections::HashMap;
        use library::collections::{self as all, hash_map::{self as maps}};
        use std as again;
        crate::assert_traced(&HashMap::<u8, u8>::new());
        crate::assert_traced(&all::BTreeMap::<u8, u8>::new());
        crate::assert_traced(&maps::HashMap::<u8, u8>::new());
    }

    /// Its own name, once more.
    #[maptrace]
    pub fn by_its_own_name() {
        #[allow(clippy::single_component_path_imports)]
        use std::{self, fmt::Debug};
        let map: &dyn Debug = &std::collections::HashMap::<u8, u8>::new();
        assert_eq!(format!("{map:?}"), "{}");
        crate::assert_traced(&std::collections::HashMap::<u8, u8>::new());
    }
}

/// Beside an annotated struct another name says that it is none of std's.
mod in_the_file {
    use crate::prelude::{HashMap, HashSet as Other};

    #[maptrace::maptrace]
    #[derive(Default)]
    pub struct InTheFile {
        pub map: HashMap<u8, u8>,
        pub other: Other<u8>,
    }
}

#[maptrace::maptrace]
type Last = std::collections::BTreeMap<u8, [u8; 9]>;

fn main() {
    plain::alone();
    assert_seen("alone::in_function", 1);
    plain::beside();
    plain::modules();
    plain::Owner::method();
    <plain::Owner as plain::Provides>::provided();
    (plain::CHECK)(Default::default());
    plain::LOCAL.with(|len| assert_eq!(*len, 0));
    assert!(plain::Owner::NONE.is_none());
    plain::inner::check();
    assert_traced(&plain::exports::HashMap::<u8, u8>::new());
    assert_eq!(itself::checked(), 0);
    known::in_a_body();
    known::inner::check();
    assert_eq!(own::annotated::check(), 0);
    of_std::check();
    of_std::through_another();
    of_std::by_its_own_name();
    let in_the_file = in_the_file::InTheFile::default();
    assert_traced(&in_the_file.map);
    assert_plain(&in_the_file.other);
    assert_traced(&Last::new());
    assert_plain(&prelude::HashMap::<u8, u8>::new());
    assert_declared(&[
        "InTheFile.map",
        "Inner.by_its_module",
        "Inner.map",
        "Inner.ordered",
        "Last",
        "Named.map",
        "Named.ordered",
        "Owner::NONE",
        "alone::in_function",
        "modules::by_its_module",
    ]);
}
