//! The traced collections have every stable method and trait of the originals, with the same signatures and bounds.
//!
//! Both sides are read as rustdoc writes them: std's pages from the component `rust-docs`, ours and those of other crates,
//! in the version that Cargo.lock says, from a run of `cargo doc`. So a method that is new in an original makes this test
//! fail by its name.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

#[path = "api_complete/compare.rs"]
mod compare;
#[path = "api_complete/page.rs"]
mod page;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use compare::Original;
use page::Rules;

/// The crates whose maps are traced, as features of ours and as packages.
const CRATES: &[&str] = &[
    #[cfg(feature = "hashbrown")]
    "hashbrown",
    #[cfg(feature = "indexmap")]
    "indexmap",
];

/// Our documentation and that of these crates, made once.
static DOCS: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("api_complete");
    let mut features = vec!["enable"];
    if cfg!(feature = "serde") {
        features.push("serde");
    }
    if cfg!(feature = "rayon") {
        features.push("rayon");
    }
    features.extend(CRATES);
    // With a version: features of other crates have older ones in Cargo.lock.
    let packages = CRATES.iter().flat_map(|name| {
        let package = if *name == "hashbrown" {
            "hashbrown@0.17"
        } else {
            "indexmap@2"
        };
        ["--package", package]
    });
    let status = Command::new(env!("CARGO"))
        .args(["doc", "--quiet", "--lib", "--no-deps", "--package", "maptrace-runtime"])
        .args(packages)
        .args(["--features", &features.join(","), "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .env_remove("RUSTDOCFLAGS")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "`cargo doc` failed");
    target.join("doc")
});

/// std's collections, of the toolchain that compiles this.
static STD: LazyLock<Original> = LazyLock::new(|| {
    let output = Command::new("rustc")
        .args(["--print", "sysroot"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("rustc runs");
    let sysroot = String::from_utf8(output.stdout).expect("a path in UTF-8");
    let theirs = Path::new(sysroot.trim()).join("share/doc/rust/html/std/collections");
    assert!(
        theirs.is_dir(),
        "std's documentation is not installed, so there is nothing to compare with: `rustup component add rust-docs`"
    );
    let ours = DOCS.join("maptrace_runtime/collections");
    Original {
        name: "std",
        rules: Rules::Std,
        theirs,
        ours,
        apart: &[],
    }
});

/// The collections of one of [`CRATES`].
#[cfg(any(feature = "hashbrown", feature = "indexmap"))]
fn of_crate(name: &'static str, apart: &'static [&'static str]) -> Original {
    let ours = DOCS.join("maptrace_runtime").join(name);
    Original {
        name,
        rules: Rules::All,
        theirs: DOCS.join(name),
        ours,
        apart,
    }
}

#[test]
fn hash_map() {
    STD.compare_moved("struct.HashMap", "hash_map/struct.HashMap");
    STD.compare(&[
        "hash_map/enum.Entry",
        "hash_map/struct.OccupiedEntry",
        "hash_map/struct.VacantEntry",
        "hash_map/struct.ExtractIf",
    ]);
    STD.compare_module("hash_map");
}

#[test]
fn hash_set() {
    STD.compare_moved("struct.HashSet", "hash_set/struct.HashSet");
    STD.compare(&["hash_set/struct.ExtractIf"]);
    STD.compare_module("hash_set");
}

#[test]
fn btree_map() {
    STD.compare_moved("struct.BTreeMap", "btree_map/struct.BTreeMap");
    STD.compare(&[
        "btree_map/enum.Entry",
        "btree_map/struct.OccupiedEntry",
        "btree_map/struct.VacantEntry",
        "btree_map/struct.ExtractIf",
    ]);
    STD.compare_module("btree_map");
}

#[test]
fn btree_set() {
    STD.compare_moved("struct.BTreeSet", "btree_set/struct.BTreeSet");
    STD.compare(&["btree_set/struct.ExtractIf"]);
    STD.compare_module("btree_set");
}

#[test]
fn collections() {
    STD.compare_module("");
}

#[cfg(feature = "hashbrown")]
mod hashbrown {
    use super::*;

    static HASHBROWN: LazyLock<Original> = LazyLock::new(|| {
        // hashbrown's raw entries have `&S` beside the table, so whether they are `Send` hangs on `S: Sync`; ours have the
        // whole map, and there it is `S: Send`.
        of_crate("hashbrown", &["Send for RawEntryMut", "Send for RawVacantEntryMut"])
    });

    #[test]
    fn hash_map() {
        HASHBROWN.compare_moved("struct.HashMap", "hash_map/struct.HashMap");
        HASHBROWN.compare(&[
            "hash_map/enum.Entry",
            "hash_map/enum.EntryRef",
            "hash_map/enum.RawEntryMut",
            "hash_map/struct.ExtractIf",
            "hash_map/struct.OccupiedEntry",
            "hash_map/struct.OccupiedError",
            "hash_map/struct.RawEntryBuilderMut",
            "hash_map/struct.RawOccupiedEntryMut",
            "hash_map/struct.RawVacantEntryMut",
            "hash_map/struct.VacantEntry",
            "hash_map/struct.VacantEntryRef",
        ]);
        HASHBROWN.compare_module("hash_map");
        #[cfg(feature = "rayon")]
        HASHBROWN.compare_module("hash_map/rayon");
    }

    #[test]
    fn hash_set() {
        HASHBROWN.compare_moved("struct.HashSet", "hash_set/struct.HashSet");
        HASHBROWN.compare(&[
            "hash_set/enum.Entry",
            "hash_set/struct.ExtractIf",
            "hash_set/struct.OccupiedEntry",
            "hash_set/struct.VacantEntry",
        ]);
        HASHBROWN.compare_module("hash_set");
        #[cfg(feature = "rayon")]
        HASHBROWN.compare_module("hash_set/rayon");
    }

    #[test]
    fn hash_table() {
        HASHBROWN.compare_moved("struct.HashTable", "hash_table/struct.HashTable");
        HASHBROWN.compare(&[
            "hash_table/enum.Entry",
            "hash_table/struct.AbsentEntry",
            "hash_table/struct.ExtractIf",
            "hash_table/struct.OccupiedEntry",
            "hash_table/struct.VacantEntry",
        ]);
        HASHBROWN.compare_module("hash_table");
        #[cfg(feature = "rayon")]
        HASHBROWN.compare_module("hash_table/rayon");
    }

    #[test]
    fn collections() {
        HASHBROWN.compare_module("");
    }
}

#[cfg(feature = "indexmap")]
mod indexmap {
    use super::*;

    static INDEXMAP: LazyLock<Original> = LazyLock::new(|| of_crate("indexmap", &[]));

    #[test]
    fn maps() {
        INDEXMAP.compare(&[
            "map/struct.IndexMap",
            "map/enum.Entry",
            "map/struct.OccupiedEntry",
            "map/struct.VacantEntry",
            "map/struct.IndexedEntry",
            "map/struct.ExtractIf",
            "map/struct.Splice",
        ]);
        INDEXMAP.compare_module("map");
        #[cfg(feature = "rayon")]
        INDEXMAP.compare_module("map/rayon");
        #[cfg(feature = "serde")]
        INDEXMAP.compare_module("map/serde_seq");
    }

    #[test]
    fn raw_entries() {
        INDEXMAP.compare(&[
            "map/raw_entry_v1/struct.RawEntryBuilderMut",
            "map/raw_entry_v1/enum.RawEntryMut",
            "map/raw_entry_v1/struct.RawOccupiedEntryMut",
            "map/raw_entry_v1/struct.RawVacantEntryMut",
        ]);
        INDEXMAP.compare_module("map/raw_entry_v1");
    }

    #[test]
    fn sets() {
        INDEXMAP.compare(&["set/struct.IndexSet", "set/struct.ExtractIf", "set/struct.Splice"]);
        INDEXMAP.compare_module("set");
        #[cfg(feature = "rayon")]
        INDEXMAP.compare_module("set/rayon");
    }

    #[test]
    fn collections() {
        INDEXMAP.compare_module("");
    }
}
