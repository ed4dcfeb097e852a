//! What a program may expect of a `BTreeMap` and a `BTreeSet`: one suite, run on std's own and on the traced ones.
//!
//! Without the feature `enable` both runs are of std's types, and show that the names are the same.

/// The suite, with `subject` for the module of the collections.
macro_rules! suite {
    ($name:ident, $subject:path) => {
        mod $name {
            use $subject as subject;

            mod map {
                use super::subject::{BTreeMap, btree_map};
                include!("btree_suite/map.rs");
            }
            mod map_entry {
                use super::subject::btree_map::{BTreeMap, Entry, OccupiedEntry, VacantEntry};
                include!("btree_suite/map_entry.rs");
            }
            mod set {
                use super::subject::{BTreeSet, btree_set};
                include!("btree_suite/set.rs");
            }
            mod types {
                use super::subject::{BTreeMap, BTreeSet, btree_map, btree_set};
                include!("btree_suite/types.rs");
            }
        }
    };
}

suite!(plain, std::collections);
suite!(traced, maptrace_runtime::collections);
