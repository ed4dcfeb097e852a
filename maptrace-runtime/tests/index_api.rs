//! The traced collections of indexmap's have every method and trait of the originals, with the same signatures and
//! bounds.
//!
//! Both sides are read as rustdoc writes them, in one run of `cargo doc`, of the version that Cargo.lock says. So what
//! is new in indexmap makes this test fail by its name.
#![cfg(all(
    feature = "enable",
    feature = "indexmap",
    feature = "rayon",
    feature = "serde",
    any(not(feature = "release_off"), debug_assertions)
))]

#[path = "api_complete/compare.rs"]
mod compare;
#[path = "api_complete/page.rs"]
mod page;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

static DOCS: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("index_api");
    let status = Command::new(env!("CARGO"))
        .args(["doc", "--quiet", "--lib", "--no-deps"])
        .args(["--package", "maptrace-runtime", "--package", "indexmap"])
        .args(["--features", "enable,indexmap,rayon,serde"])
        .arg("--manifest-path")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .env_remove("RUSTDOCFLAGS")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "`cargo doc` failed");
    target.join("doc")
});

/// A page of indexmap's and ours.
fn pages(page: &str) -> [PathBuf; 2] {
    ["indexmap", "maptrace_runtime/indexmap"].map(|root| DOCS.join(root).join(page))
}

fn compare(types: &[&str]) {
    for page in types {
        let [theirs, ours] = pages(&format!("{page}.html"));
        compare::types("indexmap", false, &theirs, &ours);
    }
}

fn compare_module(module: &str) {
    let [theirs, ours] = pages(&format!("{module}index.html"));
    compare::modules("indexmap", &theirs, &ours);
}

#[test]
fn maps() {
    compare(&[
        "map/struct.IndexMap",
        "map/enum.Entry",
        "map/struct.OccupiedEntry",
        "map/struct.VacantEntry",
        "map/struct.IndexedEntry",
        "map/struct.ExtractIf",
        "map/struct.Splice",
    ]);
    compare_module("map/");
}

#[test]
fn raw_entries() {
    compare(&[
        "map/raw_entry_v1/struct.RawEntryBuilderMut",
        "map/raw_entry_v1/enum.RawEntryMut",
        "map/raw_entry_v1/struct.RawOccupiedEntryMut",
        "map/raw_entry_v1/struct.RawVacantEntryMut",
    ]);
    compare_module("map/raw_entry_v1/");
}

#[test]
fn sets() {
    compare(&["set/struct.IndexSet", "set/struct.ExtractIf", "set/struct.Splice"]);
    compare_module("set/");
}

#[test]
fn modules() {
    compare_module("");
}
