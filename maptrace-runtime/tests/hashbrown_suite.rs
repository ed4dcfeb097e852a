//! One suite of behaviour, run on hashbrown's collections and on the traced ones, which must not differ.
#![cfg(feature = "hashbrown")]

#[path = "hash_suite/probe.rs"]
mod probe;
#[path = "support/types.rs"]
#[macro_use]
mod types;

/// The suite, with `subject` for the module of the collections.
macro_rules! suite {
    ($name:ident, $subject:path) => {
        mod $name {
            use $subject as subject;

            pub(crate) mod map {
                use super::subject::hash_map::{self, Entry, EntryRef, RawEntryMut};
                use super::subject::{Equivalent, HashMap};
                include!("hashbrown_suite/map.rs");
            }
            pub(crate) mod set {
                use super::subject::hash_set::{self, Entry};
                use super::subject::{HashMap, HashSet};
                include!("hashbrown_suite/set.rs");
            }
            pub(crate) mod table {
                use super::subject::HashTable;
                use super::subject::hash_table::{self, Entry};
                include!("hashbrown_suite/table.rs");
            }
        }
    };
}

suite!(plain, ::hashbrown);
suite!(traced, maptrace_runtime::hashbrown);

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
fn maps_do_the_same_with_the_same_calls() {
    assert_same(&plain::map::deeds_done(), &traced::map::deeds_done());
}

#[test]
fn maps_are_alike_after_a_panic() {
    assert_same(&plain::map::panics(), &traced::map::panics());
}

#[test]
fn maps_are_printed_alike() {
    assert_same(&[plain::map::text()], &[traced::map::text()]);
}

#[test]
fn maps_have_the_same_auto_traits() {
    assert_same(&plain::map::auto_traits(), &traced::map::auto_traits());
}

#[test]
fn sets_do_the_same_with_the_same_calls() {
    assert_same(&plain::set::deeds_done(), &traced::set::deeds_done());
}

#[test]
fn sets_are_alike_after_a_panic() {
    assert_same(&plain::set::panics(), &traced::set::panics());
}

#[test]
fn sets_are_printed_alike() {
    assert_same(&[plain::set::text()], &[traced::set::text()]);
}

#[test]
fn sets_have_the_same_auto_traits() {
    assert_same(&plain::set::auto_traits(), &traced::set::auto_traits());
}

#[test]
fn tables_do_the_same_with_the_same_calls() {
    assert_same(&plain::table::deeds_done(), &traced::table::deeds_done());
}

#[test]
fn tables_are_alike_after_a_panic() {
    assert_same(&plain::table::panics(), &traced::table::panics());
}

#[test]
fn tables_are_printed_alike() {
    assert_same(&[plain::table::text()], &[traced::table::text()]);
}

#[test]
fn tables_have_the_same_auto_traits() {
    assert_same(&plain::table::auto_traits(), &traced::table::auto_traits());
}
