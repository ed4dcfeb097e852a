//! `maptrace check` where a map that no line traces stands beside one that is traced: the attribute refuses that, unless it
//! is said.

use crate::check::manifest;
use crate::support::{Project, assert_good, assert_says, stdout};

/// A field whose map no line traces would be an error of the attribute beside one that is traced.
#[test]
fn a_map_beside_that_no_line_traces_is_skipped() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            &manifest("left", "[dependencies]\nhashbrown = \"0.14\"\nrustc-hash = \"2\"\n"),
        ),
        (
            "src/lib.rs",
            "use hashbrown::HashTable;\nuse std::collections::HashMap;\n\n\
             pub struct Left {\n    traced: HashMap<u8, u8>,\n    in_full: rustc_hash::FxHashMap<u8, u8>,\n    \
             of_another_version: HashTable<u8>,\n}\n",
        ),
    ]);
    project.maptrace("", &["check", "--write"]);
    let written = project.read("src/lib.rs");
    assert_says(&written, "#[maptrace::maptrace]\npub struct Left {\n    traced");
    assert_says(&written, "#[maptrace(skip)]\n    in_full");
    assert_says(&written, "#[maptrace(skip)]\n    of_another_version");
}

/// Where one map that no line traces is in one place with another, the attribute refuses that place: no line is written
/// there, and what is written compiles.
#[test]
fn no_line_is_written_that_the_attribute_refuses() {
    let theirs = "use std::collections::HashMap as Map;\npub type FnvHashMap<K, V> = Map<K, V>;\n";
    let old = "pub struct HashMap<K, V>(pub K, pub V);\nimpl<K, V> HashMap<K, V> { pub fn none() -> Option<Self> { None } }\n";
    let project = Project::new(&[
        (
            "app/Cargo.toml",
            &manifest(
                "refused",
                "[dependencies]\nfnv = { path = \"../fnv\" }\nhashbrown = { path = \"../hashbrown\", version = \"0.14\" }\n",
            ),
        ),
        ("fnv/Cargo.toml", &manifest("fnv", "")),
        ("fnv/src/lib.rs", theirs),
        (
            "hashbrown/Cargo.toml",
            &manifest("hashbrown", "").replace("0.1.0", "0.14.5"),
        ),
        ("hashbrown/src/lib.rs", old),
        (
            "app/src/lib.rs",
            "#![allow(dead_code)]
use hashbrown::HashMap as Old;
use std::collections::HashMap;

struct Fields {
    by_import: HashMap<u8, fnv::FnvHashMap<u8, u8>>,
    in_full: std::collections::BTreeMap<u8, fnv::FnvHashMap<u8, u8>>,
    traced: std::collections::BTreeSet<u8>,
}
type OfAlias = (std::collections::BTreeMap<u8, u8>, fnv::FnvHashMap<u8, u8>);
type OfOld = (std::collections::BTreeMap<u8, u8>, Old<u8, u8>);
type Traced = std::collections::BTreeMap<u8, u8>;
fn of_alias() -> usize {
    std::collections::HashSet::<u8>::new().len() + fnv::FnvHashMap::<u8, u8>::default().len()
}
fn of_old() -> bool {
    std::collections::HashSet::<u8>::new().is_empty() && Old::<u8, u8>::none().is_none()
}
fn traced() -> usize {
    std::collections::HashSet::<u8>::new().len()
}
mod inside {
    fn of_old() -> bool {
        use hashbrown::HashMap;
        std::collections::HashSet::<u8>::new().is_empty() && HashMap::<u8, u8>::none().is_none()
    }
    struct OfAlias(fnv::FnvHashMap<u8, u8>);
    fn traced() -> usize {
        std::collections::HashSet::<u8>::new().len()
    }
    type Traced = std::collections::BTreeMap<u8, u8>;
}
",
        ),
    ]);
    let output = project.maptrace("app", &["check", "--write", "--verify"]);
    assert_good(&output);
    let said = stdout(&output);
    for place in [
        "`struct Fields`, field `in_full`: std::collections::BTreeMap",
        "`type OfAlias`: std::collections::BTreeMap",
        "`type OfOld`: std::collections::BTreeMap",
        "`fn of_alias`: std::collections::HashSet",
        "`fn of_old`: std::collections::HashSet",
        "`fnv::FnvHashMap` beside it cannot be traced as it is written",
        "`Old` beside it cannot be traced as it is written",
        "verified: it compiles with tracing off",
        "verified: it compiles with tracing on",
    ] {
        assert_says(&said, place);
    }
    let written = project.read("app/src/lib.rs");
    let lines: Vec<&str> = written.lines().map(str::trim).collect();
    let below = |attribute: &str| -> Vec<&str> {
        let pairs = lines.windows(2).filter(|pair| pair[0] == attribute);
        pairs.map(|pair| pair[1]).collect()
    };
    assert_eq!(
        below("#[maptrace::maptrace]"),
        [
            "use std::collections::HashMap;",
            "struct Fields {",
            "type Traced = std::collections::BTreeMap<u8, u8>;",
            "fn traced() -> usize {",
            "fn traced() -> usize {",
            "type Traced = std::collections::BTreeMap<u8, u8>;",
        ]
    );
    assert_eq!(
        below("#[maptrace(skip)]"),
        [
            "by_import: HashMap<u8, fnv::FnvHashMap<u8, u8>>,",
            "in_full: std::collections::BTreeMap<u8, fnv::FnvHashMap<u8, u8>>,",
        ]
    );
}
