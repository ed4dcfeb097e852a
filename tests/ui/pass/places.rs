//! Items where items may be: in functions, methods and modules, and out of a macro.
#![deny(warnings)]

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_traced};

fn local() {
    #[maptrace]
    use std::collections::HashMap;
    #[maptrace]
    type Local = std::collections::BTreeMap<Key, u8>;
    #[maptrace]
    static COUNTS: std::sync::Mutex<std::collections::BTreeMap<u8, u8>> =
        std::sync::Mutex::new(std::collections::BTreeMap::new());

    /// Seen by nothing outside the function.
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    struct Key(u8);

    assert_traced(&HashMap::<u8, u8>::new());
    let mut local = Local::new();
    local.insert(Key(1), 2);
    assert_traced(&local);
    assert_traced(&*COUNTS.lock().unwrap());
}

struct Service;

impl Service {
    fn run(&self) {
        use std::collections::HashSet;

        #[maptrace]
        #[derive(Default)]
        struct State {
            seen: HashSet<u8>,
        }
        assert_traced(&State::default().seen);
    }
}

macro_rules! registry {
    ($name:ident, $map:ty, $key:ty) => {
        #[maptrace]
        #[derive(Default)]
        struct $name {
            plain: std::collections::HashMap<$key, u8>,
            given: $map,
        }
    };
}

mod generated {
    use std::collections::BTreeSet;

    use super::*;

    registry!(Registry, BTreeSet<u8>, (u8, u8));

    pub fn check() {
        let registry = Registry::default();
        assert_traced(&registry.plain);
        assert_traced(&registry.given);
    }
}

fn main() {
    local();
    Service.run();
    generated::check();
    assert_declared(&["Local", "COUNTS", "State.seen", "Registry.plain", "Registry.given"]);
}
