//! One suite of behaviour, run on std's hash collections and on the traced ones, which must not differ.

#[path = "hash_suite/probe.rs"]
mod probe;
#[path = "support/types.rs"]
#[macro_use]
mod types;

use std::panic::{AssertUnwindSafe, catch_unwind};

/// The text that `work` panics with; empty if it does not.
fn message(work: impl FnOnce()) -> String {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(()) => String::new(),
        Err(payload) => match payload.downcast::<String>() {
            Ok(text) => *text,
            Err(payload) => match payload.downcast::<&str>() {
                Ok(text) => (*text).to_owned(),
                Err(payload) => std::panic::resume_unwind(payload),
            },
        },
    }
}

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

/// The two lists must not differ; says where they do first.
#[track_caller]
fn assert_same<T: PartialEq + std::fmt::Debug>(plain: &[T], traced: &[T]) {
    for (plain, traced) in plain.iter().zip(traced) {
        assert_eq!(plain, traced);
    }
    assert_eq!(plain.len(), traced.len());
    assert!(!plain.is_empty());
}

#[test]
fn maps_have_the_same_auto_traits() {
    assert_same(&plain::map_types::auto_traits(), &traced::map_types::auto_traits());
}

#[test]
fn maps_are_printed_alike() {
    assert_same(&[plain::map_seen::text()], &[traced::map_seen::text()]);
}

#[test]
fn maps_have_the_same_tables() {
    assert_same(&plain::map_seen::tables(), &traced::map_seen::tables());
}

#[test]
fn maps_make_the_same_calls() {
    assert_same(&plain::map_seen::calls_made(), &traced::map_seen::calls_made());
}

#[test]
fn maps_are_alike_after_a_panic() {
    assert_same(&plain::map_seen::panics(), &traced::map_seen::panics());
}

#[test]
fn sets_have_the_same_auto_traits() {
    assert_same(&plain::set_seen::auto_traits(), &traced::set_seen::auto_traits());
}

#[test]
fn sets_are_printed_alike() {
    assert_same(&[plain::set_seen::text()], &[traced::set_seen::text()]);
}

#[test]
fn sets_have_the_same_tables() {
    assert_same(&plain::set_seen::tables(), &traced::set_seen::tables());
}

#[test]
fn sets_make_the_same_calls() {
    assert_same(&plain::set_seen::calls_made(), &traced::set_seen::calls_made());
}

#[test]
fn sets_are_alike_after_a_panic() {
    assert_same(&plain::set_seen::panics(), &traced::set_seen::panics());
}
