//! Compares rustdoc's pages: those of an original's with those of its traced collections.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::page::{self, Page, Rules};

/// Collections and where their pages are.
pub(crate) struct Original {
    pub(crate) name: &'static str,
    pub(crate) rules: Rules,
    pub(crate) theirs: PathBuf,
    pub(crate) ours: PathBuf,
    /// How impls begin that ours have on other terms.
    pub(crate) apart: &'static [&'static str],
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Original {
    /// Compares the methods and traits of a type whose page lies elsewhere in the original.
    pub(crate) fn compare_moved(&self, their_page: &str, our_page: &str) {
        let name = self.name;
        let parse = |root: &Path, page: &str| Page::parse(&read(&root.join(format!("{page}.html"))), self.rules);
        let theirs = parse(&self.theirs, their_page);
        let ours = parse(&self.ours, our_page);
        // Were the format of the pages to change, there would be nothing to find and nothing to miss.
        assert!(!theirs.traits.is_empty(), "no trait found of {name}'s {our_page}");
        let mut missing = String::new();
        for (method, signature) in theirs.methods.iter().filter(|(_, signature)| signature.stable) {
            match ours.methods.get(method) {
                None => writeln!(missing, "method `{method}`: {}", signature.text).unwrap(),
                Some(our) if our.text != signature.text => {
                    writeln!(
                        missing,
                        "method `{method}`\n  {name}: {}\n  ours: {}",
                        signature.text, our.text
                    )
                    .unwrap();
                }
                Some(_) => {}
            }
        }
        for signature in theirs.traits.iter().filter(|signature| signature.stable) {
            let apart = self.apart.iter().any(|beginning| signature.text.starts_with(beginning));
            if !apart && !ours.traits.iter().any(|our| our.text == signature.text) {
                writeln!(missing, "impl {}", signature.text).unwrap();
            }
        }
        assert!(
            missing.is_empty(),
            "our {our_page} lacks, or has otherwise than {name}'s:\n{missing}"
        );
    }

    /// Compares the methods and traits of types.
    pub(crate) fn compare(&self, pages: &[&str]) {
        for page in pages {
            self.compare_moved(page, page);
        }
    }

    /// Compares the names in a module.
    pub(crate) fn compare_module(&self, module: &str) {
        let name = self.name;
        let names = |root: &Path| page::names(&read(&root.join(module).join("index.html")));
        let (theirs, ours) = (names(&self.theirs), names(&self.ours));
        assert!(theirs.len() > 1, "too few names in {name}'s `{module}`: {theirs:?}");
        let missing: Vec<_> = theirs.difference(&ours).collect();
        assert!(missing.is_empty(), "our `{module}` lacks {missing:?} of {name}'s");
    }
}
