//! Modules: each item by its own rule.
#![deny(warnings)]

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_plain, assert_traced, assert_used, sample_of};

mod prelude {
    pub use std::collections::*;
}

#[maptrace(sample = 4)]
mod service {
    #![allow(dead_code)]
    //! With documentation.

    use std::collections::{BTreeMap as Ordered, HashMap, hash_map};
    use std::sync::Mutex;
    use std::{collections, fmt};

    pub type Sessions = HashMap<u8, [u8; 2]>;
    pub static SEEN: Mutex<Ordered<u8, [u8; 3]>> = Mutex::new(Ordered::new());
    pub const NONE: Option<collections::BTreeSet<[u8; 3]>> = None;

    #[derive(Debug, Default)]
    pub struct State {
        pub sessions: Sessions,
        pub users: HashMap<u8, [u8; 4]>,
        #[maptrace(name = "tags", sample = 16)]
        pub tags: collections::HashSet<[u8; 4]>,
        #[maptrace(skip)]
        pub plain: std::collections::HashSet<[u8; 4]>,
        pub hook: Option<fn(&HashMap<u8, [u8; 4]>) -> usize>,
    }

    impl State {
        pub fn new() -> Self {
            Self { users: HashMap::from([(1, [0; 4])]), hook: Some(HashMap::len), ..Self::default() }
        }
    }

    impl fmt::Display for State {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(formatter, "{}", self.users.len())
        }
    }

    pub fn keys(map: HashMap<u8, [u8; 4]>) -> hash_map::IntoKeys<u8, [u8; 4]> {
        map.into_keys()
    }

    pub mod inner {
        pub struct HashMap;

        pub fn own() -> (HashMap, super::HashMap<u8, [u8; 5]>, std::collections::HashMap<u8, [u8; 5]>) {
            let map = std::collections::HashMap::from([(1, [0; 5])]);
            (HashMap, map.clone(), map)
        }
    }

    pub mod through_glob {
        use crate::prelude::*;

        pub fn make() -> HashMap<u8, [u8; 6]> {
            let map = HashMap::from([(1, [0; 6])]);
            map
        }
    }

    #[maptrace::maptrace(skip)]
    pub fn skipped() -> std::collections::HashMap<u8, u8> {
        std::collections::HashMap::new()
    }

    #[maptrace::maptrace(name = "by itself")]
    pub type Own = std::collections::HashMap<u8, [u8; 7]>;

    #[cfg(any())]
    mod absent {
        pub type Map = std::collections::HashMap<super::Nowhere, u8>;
    }

    macro_rules! unknown {
        ($($tokens:tt)*) => { $($tokens)* };
    }
    unknown! {
        pub type Unknown = std::collections::BTreeMap<u8, u8>;
    }
}

fn main() {
    let state = service::State::new();
    assert_traced(&state.sessions);
    assert_traced(&state.users);
    assert_traced(&state.tags);
    assert_plain(&state.plain);
    assert_eq!(state.hook.map(|hook| hook(&state.users)), Some(1));
    assert_eq!(state.to_string(), "1");
    assert_eq!(service::keys(state.users).collect::<Vec<_>>(), [1]);
    service::SEEN.lock().unwrap().insert(1, [0; 3]);
    assert_traced(&service::NONE.unwrap_or_default());
    let (_, map, _) = service::inner::own();
    assert_traced(&map);
    assert_traced(&service::through_glob::make());
    assert_plain(&service::skipped());
    assert_traced(&service::Own::new());
    assert_plain(&service::Unknown::new());
    assert_used(&["SEEN", "State.users", "make::map", "own", "own::map"]);
    assert_declared(&[
        "SEEN", "NONE", "Sessions", "State.users", "tags", "by itself", "make::map", "own", "own::map",
    ]);
    if cfg!(feature = "enable") {
        assert_eq!((sample_of("SEEN"), sample_of("tags")), (Some(4), Some(16)));
    }
}
