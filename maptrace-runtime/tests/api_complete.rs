//! The traced collections have every stable method and trait of std's, with the same signatures and bounds.
//!
//! Both sides are read as rustdoc writes them: std's pages from the component `rust-docs`, ours from a run of
//! `cargo doc`. So a method that is new in std makes this test fail by its name.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

#[path = "api_complete/compare.rs"]
mod compare;
#[path = "api_complete/page.rs"]
mod page;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// Our documentation, made once.
static OURS: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("api_complete");
    let status = Command::new(env!("CARGO"))
        .args([
            "doc",
            "--quiet",
            "--lib",
            "--no-deps",
            "--features",
            "enable",
            "--manifest-path",
        ])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .env_remove("RUSTDOCFLAGS")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "`cargo doc` failed");
    target.join("doc/maptrace_runtime/collections")
});

/// std's documentation, of the toolchain that compiles this.
static STD: LazyLock<PathBuf> = LazyLock::new(|| {
    let output = Command::new("rustc")
        .args(["--print", "sysroot"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("rustc runs");
    let sysroot = String::from_utf8(output.stdout).expect("a path in UTF-8");
    let pages = Path::new(sysroot.trim()).join("share/doc/rust/html/std/collections");
    assert!(
        pages.is_dir(),
        "std's documentation is not installed, so there is nothing to compare with: `rustup component add rust-docs`"
    );
    pages
});

/// Compares a page of std's with ours, which lies in the module (the collections themselves are moved there).
fn compare(std_page: &str, our_page: &str) {
    compare::types("std", true, &STD.join(std_page), &OURS.join(our_page));
}

/// Compares the names in a module of std's with those in ours.
fn compare_module(module: &str) {
    let page = format!("{module}index.html");
    compare::modules("std", &STD.join(&page), &OURS.join(&page));
}

#[test]
fn hash_map() {
    compare("struct.HashMap.html", "hash_map/struct.HashMap.html");
    for page in [
        "enum.Entry",
        "struct.OccupiedEntry",
        "struct.VacantEntry",
        "struct.ExtractIf",
    ] {
        let page = format!("hash_map/{page}.html");
        compare(&page, &page);
    }
    compare_module("hash_map/");
}

#[test]
fn hash_set() {
    compare("struct.HashSet.html", "hash_set/struct.HashSet.html");
    compare("hash_set/struct.ExtractIf.html", "hash_set/struct.ExtractIf.html");
    compare_module("hash_set/");
}

#[test]
fn btree_map() {
    compare("struct.BTreeMap.html", "btree_map/struct.BTreeMap.html");
    for page in [
        "enum.Entry",
        "struct.OccupiedEntry",
        "struct.VacantEntry",
        "struct.ExtractIf",
    ] {
        let page = format!("btree_map/{page}.html");
        compare(&page, &page);
    }
    compare_module("btree_map/");
}

#[test]
fn btree_set() {
    compare("struct.BTreeSet.html", "btree_set/struct.BTreeSet.html");
    compare("btree_set/struct.ExtractIf.html", "btree_set/struct.ExtractIf.html");
    compare_module("btree_set/");
}

#[test]
fn collections() {
    compare_module("");
}
