//! Enums: tuple and named variants, conditional ones, discriminants.
#![deny(warnings)]

use std::collections::{BTreeMap, HashMap, HashSet};

use maptrace::maptrace;
use maptrace_ui_tests::{assert_declared, assert_plain, assert_traced};

#[maptrace]
#[derive(Debug)]
#[repr(u8)]
enum Value {
    Nil = 1,
    Hash(HashMap<String, String>) = 2,
    Sorted {
        #[maptrace(name = "scores")]
        by_score: BTreeMap<u64, String>,
        #[maptrace(skip)]
        members: HashSet<String>,
    } = 3,
    #[cfg(any())]
    Absent(HashMap<Missing, u8>),
}

fn main() {
    for value in [
        Value::Nil,
        Value::Hash(Default::default()),
        Value::Sorted { by_score: Default::default(), members: Default::default() },
    ] {
        match &value {
            Value::Nil => {}
            Value::Hash(map) => assert_traced(map),
            Value::Sorted { by_score, members } => {
                assert_traced(by_score);
                assert_plain(members);
            }
        }
    }
    assert_declared(&["Value::Hash.0", "scores"]);
}
