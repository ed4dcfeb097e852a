//! `maptrace check`: maps that other crates see, by functions, fields, traits and the examples of the documentation.

use crate::check::{assert_found, findings, manifest};
use crate::support::{Project, assert_good, assert_says, stderr, stdout};

const REACH: &str = "\
mod inner {
    use std::collections::HashMap;
    pub fn brought(map: HashMap<u8, u8>) { drop(map); }
    pub fn renamed() -> HashMap<u8, u8> { HashMap::new() }
    pub fn hidden(map: HashMap<u8, u8>) { drop(map); }
    pub(crate) fn of_the_crate(map: HashMap<u8, u8>) { drop(map); }
    /// It has no path outside, but a value of it is given.
    pub struct Given { pub field: HashMap<u8, u8>, own: HashMap<u8, u8> }
    impl Given {
        pub fn by_method(self) -> HashMap<u8, u8> { self.own }
        fn private(self) -> HashMap<u8, u8> { self.own }
    }
    pub struct Hidden { pub map: HashMap<u8, u8> }
    impl Hidden { pub fn of_hidden(self) -> HashMap<u8, u8> { self.map } }
    impl std::ops::Deref for Hidden {
        type Target = HashMap<u8, u8>;
        fn deref(&self) -> &HashMap<u8, u8> { &self.map }
    }
}
mod by_glob {
    pub use self::below::*;
    mod below {
        use std::collections::BTreeMap;
        pub fn globbed() -> BTreeMap<u8, u8> { BTreeMap::new() }
        pub enum Shape { Some(BTreeMap<u8, u8>), #[allow(unused)] None }
    }
}
pub use by_glob::*;
pub use inner::{brought, renamed as other};
pub fn give() -> Option<inner::Given> { None }
pub mod open {
    use std::collections::{BTreeSet, HashMap};
    pub fn lent(map: &HashMap<u8, u8>) -> usize { map.len() }
    pub fn returned(map: &'static [HashMap<u8, u8>; 0]) -> &'static [HashMap<u8, u8>] { map }
    pub fn only_returned() -> Option<&'static HashMap<u8, u8>> { None }
    pub trait Visible { fn of_trait(&self, map: &mut BTreeSet<u8>); }
    impl Visible for HashMap<u8, u8> { fn of_trait(&self, _: &mut BTreeSet<u8>) {} }
    trait Invisible { fn of_invisible(&self) -> BTreeSet<u8>; }
    impl Invisible for HashMap<u8, u8> { fn of_invisible(&self) -> BTreeSet<u8> { BTreeSet::new() } }
    pub struct Table(HashMap<u8, u8>);
    impl std::ops::Deref for Table {
        type Target = HashMap<u8, u8>;
        fn deref(&self) -> &HashMap<u8, u8> { &self.0 }
    }
    impl From<HashMap<u8, u8>> for Table { fn from(map: HashMap<u8, u8>) -> Self { Self(map) } }
    impl From<Table> for HashMap<u8, u8> { fn from(table: Table) -> Self { table.0 } }
    impl AsRef<HashMap<u8, u8>> for Table { fn as_ref(&self) -> &HashMap<u8, u8> { &self.0 } }
    impl<'a> IntoIterator for &'a Table {
        type Item = (&'a u8, &'a u8);
        type IntoIter = std::collections::hash_map::Iter<'a, u8, u8>;
        fn into_iter(self) -> Self::IntoIter { self.0.iter() }
    }
    impl Extend<HashMap<u8, u8>> for Table {
        fn extend<T: IntoIterator<Item = HashMap<u8, u8>>>(&mut self, maps: T) { maps.into_iter().for_each(drop); }
    }
    impl std::ops::Index<u8> for Table { type Output = u8; fn index(&self, key: u8) -> &u8 { &self.0[&key] } }
    /// No function outside gives one, but its field is seen by nobody either.
    pub fn local() { pub fn within(map: HashMap<u8, u8>) { drop(map); } within(HashMap::new()); }
}
";

#[test]
fn what_other_crates_can_reach_is_told_and_nothing_else() {
    let project = Project::new(&[
        ("Cargo.toml", &manifest("reached", "")),
        ("src/lib.rs", REACH),
        // A program has the same module, and nobody calls it.
        (
            "src/main.rs",
            "pub fn called_by_nobody(map: std::collections::HashMap<u8, u8>) { drop(map) }\nfn main() {}\n",
        ),
    ]);
    let found = findings(&project);
    for (place, maps, reason) in [
        ("`pub fn brought`", "HashMap", "public"),
        ("`pub fn renamed`", "HashMap", "public"),
        ("`Given.field`", "HashMap", "public_field"),
        ("`pub fn by_method`", "HashMap", "public"),
        ("`pub fn globbed`", "BTreeMap", "public"),
        ("`Shape.Some.0`", "BTreeMap", "public_field"),
        ("`pub fn lent`", "HashMap", "public"),
        ("`fn of_trait` in `trait Visible`", "BTreeSet", "public"),
        ("`impl Visible for HashMap`", "BTreeSet HashMap", "trait_impl"),
        ("`impl Deref for Table`", "HashMap", "trait_impl"),
        ("`impl From for Table`", "HashMap", "trait_impl"),
        ("`impl From for HashMap`", "HashMap", "trait_impl"),
        ("`impl AsRef for Table`", "HashMap", "trait_impl"),
        ("`impl Extend for Table`", "HashMap", "trait_impl"),
        (
            "`impl IntoIterator for &Table`",
            "std::collections::hash_map::Iter",
            "trait_impl",
        ),
    ] {
        assert_found(&found, place, maps, reason);
    }
    for (place, ..) in &found {
        for unreachable in [
            "hidden",
            "Hidden",
            "of_the_crate",
            "private",
            "Given.own",
            "only_returned",
            "Invisible",
            "of_invisible",
            "Index",
            "within",
        ] {
            assert!(
                !place.contains(unreachable) || place.starts_with("`struct "),
                "{place} in {found:#?}"
            );
        }
    }
    let of_program = found.iter().filter(|(place, ..)| place.contains("called_by_nobody"));
    assert_eq!(
        of_program.map(|(.., reason)| reason.as_str()).collect::<Vec<_>>(),
        ["add"]
    );
}

const COUNTED: &str = "\
//! Counts.
//!
//! ```
//! use std::collections::HashMap;
//! let mut expected = HashMap::new();
//! expected.insert(1, 2);
//! assert_eq!(examples_of_maps::counted(), expected);
//! ```
//!
//! In a list:
//!
//! 1. First
//!
//!    ```rust,should_panic
//!    # fn main() {
//!    # use std::collections::HashMap;
//!    let expected = HashMap::<u8, u8>::new();
//!    assert_eq!(examples_of_maps::counted(), expected);
//!    # }
//!    ```
//!
//! ```
//! // Has nothing to do with the crate.
//! let map = std::collections::HashMap::from([(1, 2)]);
//! assert_eq!(map.len(), 1);
//! ```
//!
//! ```text
//! use std::collections::HashMap; counted
//! ```
//!
//! ```ignore
//! use std::collections::HashMap; counted
//! ```
use std::collections::HashMap;

/** In a block of a comment.
 * ```
 * use std::collections::HashMap;
 * let map: HashMap<u8, u8> = examples_of_maps::counted();
 * assert_eq!(map.len(), 1);
 * ```
 */
pub fn counted() -> HashMap<u8, u8> {
    // No documentation, though it looks like that.
    let _text = \"
/// ```
/// use std::collections::HashMap;
/// examples_of_maps::counted();
/// ```
\";
    HashMap::from([(1, 2)])
}
";

#[test]
fn examples_that_meet_the_maps_of_their_crate_get_a_line_that_readers_do_not_see() {
    let project = Project::new(&[
        ("Cargo.toml", &manifest("examples_of_maps", "")),
        ("src/lib.rs", COUNTED),
    ]);
    let text = stdout(&project.maptrace("", &["check"]));
    assert_says(
        &text,
        "src/lib.rs:3:1 doctest: HashMap\n      above line 4: //! # #[maptrace::maptrace]\n",
    );
    assert_good(&project.maptrace("", &["check", "--write", "--verify"]));
    let written = project.read("src/lib.rs");
    assert_says(
        &written,
        "//! # #[maptrace::maptrace]\n//! use std::collections::HashMap;\n",
    );
    assert_says(
        &written,
        "//!    # #[maptrace::maptrace]\n//!    # use std::collections::HashMap;\n",
    );
    assert_says(
        &written,
        " * # #[maptrace::maptrace]\n * use std::collections::HashMap;\n",
    );
    assert_eq!(written.matches("# #[maptrace").count(), 3, "{written}");
    let again = project.maptrace("", &["check", "--write"]);
    assert_says(&stdout(&again), "nothing to write");

    for features in [&["--features", "trace-maps"][..], &[]] {
        let tested = project.cargo("", &[&["test", "--quiet", "--doc"], features].concat());
        assert_good(&tested);
        assert_says(&stdout(&tested), "4 passed; 0 failed");
    }
    // The lines are needed: without them the examples do not compile.
    let without: String = written
        .split_inclusive('\n')
        .filter(|line| !line.contains("# #[maptrace"))
        .collect();
    project.write("src/lib.rs", &without);
    let broken = project.cargo("", &["test", "--quiet", "--doc", "--features", "trace-maps"]);
    assert_says(&stdout(&broken), "1 passed; 3 failed");
}

#[test]
fn lines_that_are_known_to_break_are_written_only_when_that_is_asked_for() {
    let library = "#![doc = include_str!(\"../README.md\")]\nuse std::collections::HashMap;\n\
                   pub fn given() -> HashMap<u8, u8> { HashMap::new() }\n\
                   /// ```\n/// let map: std::collections::HashMap<u8, u8> = held::given();\n/// ```\npub fn more() {}\n";
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"held\", \"free\"]\n",
        ),
        ("held/Cargo.toml", &manifest("held", "")),
        ("held/src/lib.rs", library),
        (
            "held/README.md",
            "# Held\n\n~~~rust\nuse std::collections::HashMap;\nlet map: HashMap<u8, u8> = held::given();\n~~~\n",
        ),
        ("free/Cargo.toml", &manifest("free", "")),
        (
            "free/src/lib.rs",
            "use std::collections::HashMap;\npub type Map = HashMap<u8, u8>;\n",
        ),
    ]);
    let output = project.maptrace("", &["check", "--write"]);
    assert_eq!(output.status.code(), Some(1), "not all was written");
    let said = stdout(&output);
    assert_says(
        &said,
        "nothing written here: with these lines 2 places are known not to compile with tracing on",
    );
    assert_says(&said, "! held/README.md:3:1 doctest: HashMap\n");
    assert_says(&said, "! held/src/lib.rs:4:1 doctest: std::collections::HashMap\n");
    assert_eq!(project.read("held/src/lib.rs"), library);
    assert!(!project.read("held/Cargo.toml").contains("maptrace"));
    assert_says(&project.read("free/src/lib.rs"), "#[maptrace::maptrace]\nuse");

    let output = project.maptrace("", &["check", "--write", "--anyway"]);
    assert_good(&output);
    assert_says(&project.read("held/src/lib.rs"), "#[maptrace::maptrace]\nuse");
    let alone = project.maptrace("", &["check", "--anyway"]);
    assert_says(&stderr(&alone), "--write");

    // By the edits that it names.
    let readme = project
        .read("held/README.md")
        .replace("use std", "# #[maptrace::maptrace]\nuse std");
    project.write("held/README.md", &readme);
    let library = project.read("held/src/lib.rs").replace(
        "/// let map: std::collections::HashMap",
        "/// # #[maptrace::maptrace]\n/// # use std::collections::HashMap;\n/// let map: HashMap",
    );
    project.write("held/src/lib.rs", &library);
    let said = stdout(&project.maptrace("", &["check", "--write"]));
    assert_says(&said, "nothing to write");
    assert!(!said.contains("nothing written here"), "{said}");
    let tested = project.cargo("held", &["test", "--quiet", "--doc", "--features", "trace-maps"]);
    assert_says(&stdout(&tested), "2 passed; 0 failed");
}

#[test]
fn traits_of_other_crates_that_name_the_map_are_told() {
    let program = "use std::collections::HashMap;\nuse named_lib::{Source, Typed};\nstruct Own;\n\
                   impl Source for Own {\n    fn all(&self) -> HashMap<u8, u8> { HashMap::new() }\n}\n\
                   impl Typed<HashMap<u8, u8>> for Own {\n    type Out = HashMap<u8, u8>;\n    \
                   fn typed(&self, map: HashMap<u8, u8>) -> HashMap<u8, u8> { map }\n}\n\
                   fn main() { println!(\"{}\", Own.typed(HashMap::new()).len()); }\n";
    let project = Project::new(&[
        (
            "app/Cargo.toml",
            &manifest("named_by_trait", "[dependencies]\nnamed_lib = { path = \"../lib\" }\n"),
        ),
        ("app/src/main.rs", program),
        ("lib/Cargo.toml", &manifest("named_lib", "")),
        (
            "lib/src/lib.rs",
            "use std::collections::HashMap;\npub trait Source { fn all(&self) -> HashMap<u8, u8>; }\n\
             pub trait Typed<T> { type Out; fn typed(&self, map: T) -> Self::Out; }\n",
        ),
    ]);
    let output = project.maptrace("app", &["check", "--write"]);
    let said = stdout(&output);
    assert_says(
        &said,
        "! src/main.rs:5:8 `fn all` in `impl Source for Own`: HashMap\n      `Source` of the crate `named_lib` names std's map",
    );
    assert!(!said.contains("`fn typed`"), "{said}");
    assert_eq!(project.read("app/src/main.rs"), program);

    let broken = stdout(&project.maptrace("app", &["check", "--write", "--anyway", "--verify"]));
    assert_says(&broken, "error[E0053]");

    // By the edit that it names.
    let mended = program
        .replace(
            "fn all(&self) -> HashMap<u8, u8> { HashMap::new() }",
            "fn all(&self) -> PlainMap<u8, u8> { HashMap::new().into() }",
        )
        .replace(
            "use named_lib",
            "#[maptrace::maptrace(skip)]\nuse std::collections::HashMap as PlainMap;\nuse named_lib",
        );
    project.write("app/src/main.rs", &mended);
    assert_good(&project.maptrace("app", &["check", "--write", "--verify"]));
}

#[test]
fn derives_of_traits_that_plain_maps_alone_have_are_told() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            &manifest(
                "derived",
                "[dependencies]\nserde = \"1\"\nts-rs = \"11\"\nrkyv = \"0.7\"\nrayon = \"1\"\nborsh = { version = \"1\", optional = true }\n",
            ),
        ),
        (
            "src/lib.rs",
            "use std::collections::{BTreeMap, HashMap};\nuse ts_rs::TS;\n\
             #[derive(Debug, serde::Serialize, TS)]\nstruct Told { map: HashMap<u8, u8> }\n\
             #[derive(TS)]\nstruct Said { #[ts(as = \"std::collections::HashMap<u8, u8>\")] map: HashMap<u8, u8> }\n\
             #[derive(TS)]\nstruct None { count: u8 }\n\
             #[derive(rkyv::Archive)]\nenum Old { Map(BTreeMap<u8, u8>) }\n",
        ),
    ]);
    let found = findings(&project);
    assert_found(&found, "`derive(TS)` on `Told`", "HashMap", "derive");
    assert_found(&found, "`derive(rkyv::Archive)` on `Old`", "BTreeMap", "derive");
    assert_eq!(
        found.iter().filter(|(.., reason)| reason == "derive").count(),
        2,
        "{found:#?}"
    );
    let said = stdout(&project.maptrace("", &["check"]));
    assert_says(&said, "least edit: `#[ts(as = ");
    // Traits that maptrace has come by its features; those of dependencies that are not always there do not.
    assert_says(&said, "features = [\"rayon\", \"serde\"] }");
}
