//! One suite of behaviour, run on std's hash collections and on the traced ones, which must not differ.

#[path = "support/suite.rs"]
#[macro_use]
mod suite;

use suite::{message, probe};

/// The suite, with `subject` for the module of the collections.
macro_rules! suite {
    ($name:ident, $subject:path) => {
        mod $name {
            use $subject as subject;

            mod map {
                use super::subject::hash_map::{self, Entry, RandomState};
                use super::subject::{HashMap, TryReserveError};
                include!("hash_suite/map.rs");
            }
            pub(crate) mod map_types {
                use super::subject::HashMap;
                use super::subject::hash_map::{self, Entry};
                include!("hash_suite/map_types.rs");
            }
            pub(crate) mod map_seen {
                use super::subject::HashMap;
                use super::subject::hash_map::Entry;
                include!("hash_suite/map_seen.rs");
            }
            mod set {
                use super::subject::{HashSet, hash_set};
                include!("hash_suite/set.rs");
            }
            pub(crate) mod set_seen {
                use super::subject::{HashSet, hash_set};
                include!("hash_suite/set_seen.rs");
            }
        }
    };
}

suite!(plain, std::collections);
suite!(traced, maptrace_runtime::collections);

same! {
    maps_have_the_same_auto_traits: map_types::auto_traits;
    maps_are_printed_alike: map_seen::text;
    maps_have_the_same_tables: map_seen::tables;
    maps_make_the_same_calls: map_seen::calls_made;
    maps_are_alike_after_a_panic: map_seen::panics;
    sets_have_the_same_auto_traits: set_seen::auto_traits;
    sets_are_printed_alike: set_seen::text;
    sets_have_the_same_tables: set_seen::tables;
    sets_make_the_same_calls: set_seen::calls_made;
    sets_are_alike_after_a_panic: set_seen::panics;
}
