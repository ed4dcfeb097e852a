//! `maptrace check` where an item imports what is called as one of std's maps by a path of the crate: a line above the item
//! takes that for std's, and wants a line above the import if it is none.

use crate::check::{assert_found, findings_in, manifest};
use crate::support::{Project, assert_good, assert_says, stderr, stdout};

const PRELUDE: &str = "\
use std::hash::{BuildHasherDefault, DefaultHasher};

pub use std::collections::BTreeMap;

pub type HashMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<DefaultHasher>>;
pub type HashSet<T = u8, K = u8> = std::collections::HashMap<K, T>;

#[derive(Default)]
pub struct BTreeSet<T>(pub Option<T>);
impl<T> BTreeSet<T> { pub fn len(&self) -> usize { usize::from(self.0.is_some()) } }
";

const MAIN: &str = "\
mod prelude;

fn by_alias() -> usize {
    use crate::prelude::HashMap;
    let map: HashMap<u8, u8> = HashMap::default();
    map.len() + std::collections::BTreeMap::<u8, u8>::new().len()
}

fn own_type() -> usize {
    use prelude::BTreeSet;
    BTreeSet(Some(1_u8)).len() + std::collections::BTreeMap::<u8, u8>::new().len()
}

fn other_parameters() -> usize {
    use crate::prelude::{HashSet as Own, BTreeSet};
    Own::<u8>::default().len() + BTreeSet::<u8>::default().len() + std::collections::BTreeMap::<u8, u8>::new().len()
}

fn with_one_of_std_s() -> usize {
    use crate::prelude::{BTreeMap, BTreeSet};
    BTreeMap::<u8, u8>::new().len() + BTreeSet::<u8>::default().len() + std::collections::HashMap::<u8, u8>::new().len()
}

fn re_exported() -> usize {
    use crate::prelude::BTreeMap;
    BTreeMap::<u8, u8>::new().len() + std::collections::HashMap::<u8, u8>::new().len()
}

fn without_a_line() -> usize {
    use crate::prelude::BTreeSet;
    BTreeSet::<u8>::default().len()
}

struct Owner;

impl Owner {
    fn first(&self) -> usize {
        use crate::prelude::HashMap as Hashed;
        Hashed::<u8, u8>::default().len()
    }

    fn second(&self) -> usize {
        std::collections::BTreeMap::<u8, u8>::new().len()
    }
}

mod inside {
    use super::prelude::HashMap;

    pub fn first() -> usize {
        HashMap::<u8, u8>::default().len()
    }

    pub fn second() -> usize {
        std::collections::BTreeSet::<u8>::new().len()
    }

    pub fn third() -> usize {
        std::collections::BTreeMap::<u8, u8>::new().len()
    }
}

fn main() {
    let all = [
        by_alias(), own_type(), other_parameters(), with_one_of_std_s(), re_exported(), without_a_line(), Owner.first(),
        Owner.second(), inside::first(), inside::second(), inside::third(),
    ];
    println!(\"{all:?}\");
}
";

#[test]
fn an_import_that_would_be_taken_for_std_s_gets_a_line_of_its_own() {
    let project = Project::new(&[
        ("Cargo.toml", &manifest("named_as_std", "")),
        ("src/main.rs", MAIN),
        ("src/prelude.rs", PRELUDE),
    ]);
    let plain = project.cargo("", &["run", "--quiet"]);
    assert_good(&plain);

    let output = project.maptrace("", &["check", "--write", "--verify"]);
    assert_good(&output);
    let said = stdout(&output);
    assert_says(&said, "verified: it compiles with tracing off");
    assert_says(&said, "verified: it compiles with tracing on");
    assert_says(&said, "`crate::prelude::BTreeSet`");
    // `--write` leaves out what only a program that wants the page needs.
    assert_says(&said, "\"maptrace/listen\" beside \"maptrace/enable\"");
    let written = project.read("src/main.rs");
    for line in [
        "#[maptrace::maptrace]\nfn by_alias() -> usize {\n    #[maptrace::maptrace(kind = HashMap)]\n    use",
        "#[maptrace::maptrace]\nfn own_type() -> usize {\n    #[maptrace::maptrace(skip)]\n    use",
        "#[maptrace::maptrace]\nfn other_parameters() -> usize {\n    #[maptrace::maptrace(skip)]\n    use",
        "}\n\nfn with_one_of_std_s() -> usize {\n    use",
        "#[maptrace::maptrace]\nfn re_exported() -> usize {\n    use",
        "}\n\nfn without_a_line() -> usize {\n    use",
        "#[maptrace::maptrace(kind = HashMap)]\n        use crate::prelude::HashMap as Hashed;",
        "#[maptrace::maptrace]\nmod inside {\n    #[maptrace::maptrace(kind = HashMap)]\n    use super::prelude::HashMap;",
    ] {
        assert!(written.contains(line), "no {line:?} in:\n{written}");
    }
    let on = project.cargo("", &["run", "--quiet", "--features", "trace-maps"]);
    assert_eq!(stdout(&on), stdout(&plain), "{}", stderr(&on));
    let again = project.maptrace("", &["check", "--write"]);
    assert_says(&stdout(&again), "nothing to write");
}

const SILENT: &str = "\
mod prelude {
    pub use std::collections::HashMap;
    pub type Sessions = std::collections::BTreeMap<u8, u8>;
}
mod p { pub use rustc_hash::FxHashMap; }

fn by_the_path() -> usize { crate::prelude::HashMap::<u8, u8>::new().len() + crate::prelude::Sessions::new().len() }
fn by_others() -> usize {
    use other::HashMap;
    HashMap::<u8, u8>::new().len() + other::below::BTreeSet::<u8>::new().len()
}
fn said() -> usize {
    #[maptrace::maptrace(kind = HashMap)]
    use other::HashMap as Said;
    Said::<u8, u8>::new().len()
}
fn by_re_export() -> usize {
    use crate::p::FxHashMap;
    FxHashMap::<u8, u8>::default().len()
}
fn by_glob() -> usize {
    use rustc_hash::*;
    FxHashMap::<u8, u8>::default().len() + std::collections::HashMap::<u8, u8>::new().len()
}
fn by_annotated_glob() -> usize {
    #[maptrace::maptrace]
    use rustc_hash::*;
    FxHashSet::<u8>::default().len()
}
fn by_another_name() -> usize {
    use rustc_hash as rh;
    rh::FxHashMap::<u8, u8>::default().len()
}
mod renamed {
    use crate::prelude::HashMap as Fast;
    pub struct Cache { pub entries: Fast<u8, u8>, pub sorted: std::collections::BTreeMap<u8, u8> }
}
extern crate alloc as std_alloc;
fn seen() -> usize { std_alloc::collections::BTreeMap::<u8, u8>::new().len() }
type Seen = std_alloc::collections::BTreeSet<u8>;
mod unseen {
    pub fn unseen() -> usize { std_alloc::collections::BTreeMap::<u8, u8>::new().len() }
    pub struct Unseen(pub std_alloc::collections::BTreeSet<u8>);
}

fn main() {
    let cache = renamed::Cache { entries: Default::default(), sorted: Default::default() };
    let all = [
        by_the_path(), by_others(), said(), by_re_export(), by_glob(), by_annotated_glob(), by_another_name(), seen(),
        Seen::new().len(), unseen::unseen(), unseen::Unseen(Default::default()).0.len(), cache.entries.len(), cache.sorted.len(),
    ];
    println!(\"{all:?}\");
}
";

/// What the attribute does not see behind a path or a name of another crate's stays plain without an error.
#[test]
fn what_stays_plain_without_a_word_is_told() {
    let project = Project::new(&[
        (
            "app/Cargo.toml",
            &manifest(
                "silent_plain",
                "[dependencies]\nother = { path = \"../other\" }\nrustc-hash = \"2\"\n",
            ),
        ),
        ("app/src/main.rs", SILENT),
        ("other/Cargo.toml", &manifest("other", "")),
        (
            "other/src/lib.rs",
            "pub use std::collections::HashMap;\npub mod below { pub use std::collections::BTreeSet; }\n",
        ),
    ]);
    project.maptrace("app", &["check", "--write"]);
    let output = project.maptrace("app", &["check", "--verify"]);
    assert_good(&output);
    assert_says(&stdout(&output), "verified: it compiles with tracing on");
    let written = project.read("app/src/main.rs");
    for line in [
        "#[maptrace::maptrace]\nmod prelude",
        "#[maptrace::maptrace] pub use rustc_hash::FxHashMap;",
        "    #[maptrace::maptrace]\n    pub struct Cache",
        "#[maptrace::maptrace]\nfn seen()",
        "#[maptrace::maptrace]\ntype Seen",
        "}\nfn by_glob()",
    ] {
        assert!(written.contains(line), "no {line:?} in:\n{written}");
    }
    let findings = findings_in(&project, "app");
    for (place, maps, reason) in [
        ("`other::HashMap` in `fn by_others`", "HashMap", "other_crate"),
        (
            "`other::below::BTreeSet::new` in `fn by_others`",
            "BTreeSet",
            "other_crate",
        ),
        ("`FxHashMap::default` in `fn by_glob`", "FxHashMap", "alias"),
        ("`fn by_glob`", "std::collections::HashMap", "beside_plain"),
        ("`rh::FxHashMap::default` in `fn by_another_name`", "FxHashMap", "alias"),
        (
            "`std_alloc::collections::BTreeMap` in `fn unseen`",
            "std_alloc::collections::BTreeMap",
            "full_path",
        ),
        (
            "`std_alloc::collections::BTreeSet` in `struct Unseen`",
            "std_alloc::collections::BTreeSet",
            "full_path",
        ),
    ] {
        assert_found(&findings, place, maps, reason);
    }
    for told in ["`fn said`", "FxHashSet", "other::HashMap as Said"] {
        let is_asked = |(place, _, reason): &(String, String, String)| place.contains(told) && reason != "present";
        assert!(!findings.iter().any(is_asked), "{told} in {findings:#?}");
    }
}
