//! One suite of behaviour, run on indexmap's collections and on the traced ones, which must not differ.
#![cfg(feature = "indexmap")]
#![allow(
    clippy::unit_arg,
    clippy::useless_conversion,
    reason = "whatever a call gives is shown, and with the plain types a conversion converts nothing"
)]

#[path = "index_suite/counted.rs"]
mod counted;
#[path = "support/probe.rs"]
mod probe;
#[path = "support/types.rs"]
#[macro_use]
mod types;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

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

/// The suite, with `subject` for the crate of the collections.
macro_rules! suite {
    ($name:ident, $subject:path) => {
        mod $name {
            use $subject as subject;

            pub(crate) mod map {
                use super::subject::map::raw_entry_v1::{self, RawEntryApiV1, RawEntryMut};
                use super::subject::map::{self, Entry, IndexedEntry, MutableEntryKey, MutableKeys};
                use super::subject::{IndexMap, indexmap, indexmap_with_default};
                include!("index_suite/map.rs");
            }
            pub(crate) mod map_counts {
                use super::subject::IndexMap;
                use super::subject::map::raw_entry_v1::{RawEntryApiV1, RawEntryMut};
                use super::subject::map::{self, Entry, IndexedEntry, MutableEntryKey, MutableKeys};
                include!("index_suite/map_counts.rs");
            }
            pub(crate) mod set {
                use super::subject::set::{self, MutableValues};
                use super::subject::{IndexSet, indexset, indexset_with_default};
                include!("index_suite/set.rs");
            }
            pub(crate) mod set_counts {
                use super::subject::IndexSet;
                use super::subject::set::MutableValues;
                include!("index_suite/set_counts.rs");
            }
            #[cfg(feature = "rayon")]
            pub(crate) mod parallel {
                use super::subject::{IndexMap, IndexSet};
                include!("index_suite/parallel.rs");
            }
        }
    };
}

suite!(plain, ::indexmap);
suite!(traced, ::maptrace_runtime::indexmap);

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
    assert_same(&plain::map::auto_traits(), &traced::map::auto_traits());
}

#[test]
fn maps_are_printed_alike() {
    assert_same(&[plain::map::text()], &[traced::map::text()]);
}

#[test]
fn maps_have_the_same_capacity() {
    assert_same(&plain::map::capacities(), &traced::map::capacities());
}

#[test]
fn maps_give_the_same_by_the_same_calls() {
    assert_same(&plain::map::calls_made(), &traced::map::calls_made());
}

#[test]
fn maps_are_alike_after_a_panic() {
    assert_same(&plain::map::panics(), &traced::map::panics());
}

#[test]
fn maps_panic_with_the_same_words() {
    assert_same(&plain::map::words(), &traced::map::words());
}

#[test]
fn maps_hash_and_compare_as_often() {
    assert_same(&plain::map_counts::made(), &traced::map_counts::made());
}

#[test]
fn sets_hash_and_compare_as_often() {
    assert_same(&plain::set_counts::made(), &traced::set_counts::made());
}

/// Each method of ours is called by a deed, so whoever adds one adds a deed.
#[test]
fn every_method_is_a_deed() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/indexmap");
    let deeds = [
        ("map", include_str!("index_suite/map_deeds.rs")),
        ("set", include_str!("index_suite/set_deeds.rs")),
    ];
    for (kind, deeds) in deeds {
        let mut files = vec![source.join(kind).with_extension("rs")];
        files.extend(
            fs::read_dir(source.join(kind))
                .unwrap()
                .map(|file| file.unwrap().path()),
        );
        let mut names = Vec::new();
        for file in files {
            let deeds = if file.ends_with("parallel.rs") {
                include_str!("index_suite/parallel.rs")
            } else {
                deeds
            };
            for line in fs::read_to_string(&file).unwrap().lines() {
                let Some(name) = line.trim().strip_prefix("pub fn ") else {
                    continue;
                };
                let name = name.split(['(', '<']).next().unwrap();
                names.push((name.to_owned(), deeds.contains(&format!(".{name}("))));
            }
        }
        assert!(names.len() > 80, "{kind} {}", names.len());
        // What makes a map or unmakes it; and functions for serde.
        let apart = [
            "new",
            "with_capacity",
            "with_capacity_and_hasher",
            "into_plain",
            "serialize",
            "deserialize",
        ];
        let missing: Vec<_> = names
            .iter()
            .filter(|(name, called)| !called && !apart.contains(&name.as_str()))
            .collect();
        assert!(missing.is_empty(), "{kind} {missing:?}");
    }
}

#[test]
fn sets_have_the_same_auto_traits() {
    assert_same(&plain::set::auto_traits(), &traced::set::auto_traits());
}

#[test]
fn sets_are_printed_alike() {
    assert_same(&[plain::set::text()], &[traced::set::text()]);
}

#[test]
fn sets_give_the_same_by_the_same_calls() {
    assert_same(&plain::set::calls_made(), &traced::set::calls_made());
}

#[test]
fn sets_are_alike_after_a_panic() {
    assert_same(&plain::set::panics(), &traced::set::panics());
}

#[test]
#[cfg(feature = "rayon")]
fn parallel_methods_give_the_same() {
    assert_same(&plain::parallel::results(), &traced::parallel::results());
}
