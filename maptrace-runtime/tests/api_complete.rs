//! The traced collections have every stable method and trait of the originals, with the same signatures and bounds.
//!
//! Both sides are read as rustdoc writes them: std's pages from the component `rust-docs`, ours and those of other crates
//! from a run of `cargo doc`. So a method that is new in an original makes this test fail by its name.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

#[path = "api_complete/page.rs"]
mod page;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use page::{Page, Rules};

/// The crates whose maps are traced, as features of ours and as packages.
const CRATES: &[&str] = &[
    #[cfg(feature = "hashbrown")]
    "hashbrown",
];

/// Our documentation and that of these crates, made once.
static OURS: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("api_complete");
    let mut features = vec!["enable"];
    if cfg!(feature = "serde") {
        features.push("serde");
    }
    if cfg!(feature = "rayon") {
        features.push("rayon");
    }
    features.extend(CRATES);
    let packages = CRATES.iter().flat_map(|name| ["--package", name]);
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

fn read(root: &Path, page: &str) -> String {
    let path = root.join(page);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares a page of the original's with ours.
fn compare_pages(theirs: &Page, ours: &Page, our_page: &str) {
    // Were the format of the pages to change, there would be nothing to find and nothing to miss.
    assert!(
        !theirs.traits.is_empty(),
        "no trait found on the original of {our_page}"
    );
    let mut missing = String::new();
    for (name, signature) in theirs.methods.iter().filter(|(_, signature)| signature.stable) {
        match ours.methods.get(name) {
            None => writeln!(missing, "method `{name}`: {}", signature.text).unwrap(),
            Some(our) if our.text != signature.text => {
                writeln!(
                    missing,
                    "method `{name}`\n  original: {}\n  ours:     {}",
                    signature.text, our.text
                )
                .unwrap();
            }
            Some(_) => {}
        }
    }
    for signature in theirs.traits.iter().filter(|signature| signature.stable) {
        if !ours.traits.iter().any(|our| our.text == signature.text) {
            writeln!(missing, "impl {}", signature.text).unwrap();
        }
    }
    assert!(
        missing.is_empty(),
        "{our_page} lacks, or has otherwise than the original:\n{missing}"
    );
}

fn compare_names(theirs: &str, ours: &str, module: &str) {
    let (theirs, ours) = (page::names(theirs), page::names(ours));
    assert!(
        theirs.len() > 3,
        "too few names in the original of {module}: {theirs:?}"
    );
    let missing: Vec<_> = theirs.difference(&ours).collect();
    assert!(missing.is_empty(), "our {module} lacks {missing:?}");
}

/// Compares a page of std's with ours, which lies in the module (the collections themselves are moved there).
fn compare(std_page: &str, our_page: &str) {
    let theirs = Page::parse(&read(&STD, std_page), Rules::Std);
    let ours = Page::parse(
        &read(&OURS, &format!("maptrace_runtime/collections/{our_page}")),
        Rules::Std,
    );
    compare_pages(&theirs, &ours, our_page);
}

/// Compares the names in a module of std's with those in ours.
fn compare_module(module: &str) {
    let page = format!("{module}index.html");
    let ours = read(&OURS, &format!("maptrace_runtime/collections/{page}"));
    compare_names(&read(&STD, &page), &ours, module);
}

/// Compares a type of a crate's with ours.
#[cfg(feature = "hashbrown")]
fn compare_type(name: &str, their_page: &str, our_page: &str) {
    let mut theirs = Page::parse(&read(&OURS, &format!("{name}/{their_page}.html")), Rules::All);
    // hashbrown's raw entries have `&S` beside the table, so whether they are `Send` hangs on `S: Sync`; ours have the
    // whole map, and there it is `S: Send`.
    let sent = |text: &str| text.starts_with("Send for RawEntryMut") || text.starts_with("Send for RawVacantEntryMut");
    theirs.traits.retain(|signature| !sent(&signature.text));
    let our_page = format!("maptrace_runtime/{name}/{our_page}.html");
    compare_pages(&theirs, &Page::parse(&read(&OURS, &our_page), Rules::All), &our_page);
}

/// Compares the names in a module of a crate's with those in ours.
#[cfg(feature = "hashbrown")]
fn compare_names_of(name: &str, module: &str) {
    let page = format!("{name}/{module}index.html");
    compare_names(
        &read(&OURS, &page),
        &read(&OURS, &format!("maptrace_runtime/{page}")),
        &page,
    );
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

#[test]
#[cfg(feature = "hashbrown")]
fn hashbrown_hash_map() {
    compare_type("hashbrown", "struct.HashMap", "hash_map/struct.HashMap");
    for page in [
        "enum.Entry",
        "enum.EntryRef",
        "enum.RawEntryMut",
        "struct.ExtractIf",
        "struct.OccupiedEntry",
        "struct.OccupiedError",
        "struct.RawEntryBuilderMut",
        "struct.RawOccupiedEntryMut",
        "struct.RawVacantEntryMut",
        "struct.VacantEntry",
        "struct.VacantEntryRef",
    ] {
        let page = format!("hash_map/{page}");
        compare_type("hashbrown", &page, &page);
    }
    compare_names_of("hashbrown", "hash_map/");
    #[cfg(feature = "rayon")]
    compare_names_of("hashbrown", "hash_map/rayon/");
}

#[test]
#[cfg(feature = "hashbrown")]
fn hashbrown_hash_set() {
    compare_type("hashbrown", "struct.HashSet", "hash_set/struct.HashSet");
    for page in [
        "enum.Entry",
        "struct.ExtractIf",
        "struct.OccupiedEntry",
        "struct.VacantEntry",
    ] {
        let page = format!("hash_set/{page}");
        compare_type("hashbrown", &page, &page);
    }
    compare_names_of("hashbrown", "hash_set/");
    #[cfg(feature = "rayon")]
    compare_names_of("hashbrown", "hash_set/rayon/");
}

#[test]
#[cfg(feature = "hashbrown")]
fn hashbrown_hash_table() {
    compare_type("hashbrown", "struct.HashTable", "hash_table/struct.HashTable");
    for page in [
        "enum.Entry",
        "struct.AbsentEntry",
        "struct.ExtractIf",
        "struct.OccupiedEntry",
        "struct.VacantEntry",
    ] {
        let page = format!("hash_table/{page}");
        compare_type("hashbrown", &page, &page);
    }
    compare_names_of("hashbrown", "hash_table/");
    #[cfg(feature = "rayon")]
    compare_names_of("hashbrown", "hash_table/rayon/");
}

#[test]
#[cfg(feature = "hashbrown")]
fn hashbrown() {
    compare_names_of("hashbrown", "");
}
