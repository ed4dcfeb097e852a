//! Compares pages of rustdoc's: a collection's with that of its traced one.

use std::fmt::Write;
use std::path::Path;

use crate::page::{self, Page};

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares the methods and traits of a type of `whose` with ours.
pub(crate) fn types(whose: &str, of_std: bool, theirs: &Path, ours: &Path) {
    let page = ours.display();
    let theirs = Page::parse(&read(theirs), of_std);
    let ours = Page::parse(&read(ours), of_std);
    // Were the format of the pages to change, there would be nothing to find and nothing to miss.
    assert!(!theirs.traits.is_empty(), "no trait found of {whose} for {page}");
    let mut missing = String::new();
    for (name, signature) in theirs.methods.iter().filter(|(_, signature)| signature.stable) {
        match ours.methods.get(name) {
            None => writeln!(missing, "method `{name}`: {}", signature.text).unwrap(),
            Some(our) if our.text != signature.text => {
                writeln!(
                    missing,
                    "method `{name}`\n  {whose}: {}\n  ours: {}",
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
        "{page} lacks, or has otherwise than {whose}:\n{missing}"
    );
}

/// Compares the names in a module of `whose` with those in ours.
pub(crate) fn modules(whose: &str, theirs: &Path, ours: &Path) {
    let page = ours.display();
    let theirs = page::names(&read(theirs));
    let ours = page::names(&read(ours));
    assert!(theirs.len() > 4, "too few names of {whose} for {page}: {theirs:?}");
    let missing: Vec<_> = theirs.difference(&ours).collect();
    assert!(missing.is_empty(), "{page} lacks {missing:?} of {whose}");
}
