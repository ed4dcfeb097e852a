//! One suite of behaviour, run on hashbrown's collections and on the traced ones, which must not differ.
#![cfg(feature = "hashbrown")]

#[path = "support/suite.rs"]
#[macro_use]
mod suite;

use std::fs;
use std::path::Path;

use suite::{message, probe};

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

same! {
    maps_do_the_same_with_the_same_calls: map::deeds_done;
    maps_are_alike_after_a_panic: map::panics;
    maps_are_printed_alike: map::text;
    maps_have_the_same_auto_traits: map::auto_traits;
    sets_do_the_same_with_the_same_calls: set::deeds_done;
    sets_are_alike_after_a_panic: set::panics;
    sets_are_printed_alike: set::text;
    sets_have_the_same_auto_traits: set::auto_traits;
    tables_do_the_same_with_the_same_calls: table::deeds_done;
    tables_are_alike_after_a_panic: table::panics;
    tables_are_printed_alike: table::text;
    tables_have_the_same_auto_traits: table::auto_traits;
}

/// So that a method that is new is compared as well.
#[test]
fn every_method_is_among_the_deeds() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/hashbrown");
    for (module, deeds) in [
        ("hash_map", include_str!("hashbrown_suite/map.rs")),
        ("hash_set", include_str!("hashbrown_suite/set.rs")),
        ("hash_table", include_str!("hashbrown_suite/table.rs")),
    ] {
        let mut files = vec![source.join(module).with_extension("rs")];
        files.extend(
            fs::read_dir(source.join(module))
                .unwrap()
                .map(|file| file.unwrap().path()),
        );
        // Parallel methods are compared with serde's traits.
        files.retain(|file| !file.ends_with("par.rs"));
        let text: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        let methods = text.lines().filter_map(|line| {
            let words = line.trim_start().strip_prefix("pub ")?;
            let words = words.trim_start_matches("const ").trim_start_matches("unsafe ");
            words.strip_prefix("fn ")?.split(['(', '<']).next()
        });
        let mut count = 0;
        // The way out is ours alone.
        for method in methods.filter(|name| *name != "into_hashbrown") {
            let uses = [".", "::"].map(|before| format!("{before}{method}"));
            let used = |call: &String| {
                deeds
                    .match_indices(call)
                    .any(|(at, _)| !deeds[at + call.len()..].starts_with(is_of_name))
            };
            assert!(uses.iter().any(used), "{module}: nothing calls `{method}`");
            count += 1;
        }
        assert!(count > 30, "{module}: {count} methods");
    }
}

fn is_of_name(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}
