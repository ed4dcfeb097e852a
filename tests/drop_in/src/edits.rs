//! What was changed in a project.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use similar::{ChangeTag, TextDiff};
use toml_edit::{DocumentMut, Item, Value};

const ENABLE: &str = "maptrace/enable";

/// Lines that differ in the Rust sources.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Edits {
    /// Attributes of maptrace, one each.
    pub(crate) attributes: usize,
    /// All others.
    pub(crate) other: usize,
}

/// Copies a folder, but for what was built in it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("making {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry.with_context(|| format!("reading {}", from.display()))?;
        let (name, target) = (entry.file_name(), to.join(entry.file_name()));
        if name == "target" || name == ".git" {
            continue;
        }
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(|| format!("copying {}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// Adds features to the dependency `maptrace`, and says which feature of the project turns tracing on.
pub(crate) fn finish_manifest(file: &Path, features: &[String]) -> Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let mut document: DocumentMut = text.parse().context("its Cargo.toml")?;
    let feature = document
        .get("features")
        .and_then(Item::as_table_like)
        .and_then(|table| {
            table.iter().find(|(_, value)| {
                value
                    .as_array()
                    .is_some_and(|list| list.iter().any(|one| one.as_str() == Some(ENABLE)))
            })
        })
        .map(|(name, _)| name.to_owned())
        .context("no line was added, as `maptrace check` finds no maps")?;
    if !features.is_empty() {
        let dependency = document["dependencies"]["maptrace"]
            .as_table_like_mut()
            .context("maptrace is no table among its dependencies")?;
        let mut all: BTreeSet<String> = features.iter().cloned().collect();
        let present = dependency.get("features").and_then(Item::as_array);
        all.extend(
            present
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned),
        );
        dependency.insert("features", Item::Value(toml_edit::Array::from_iter(all).into()));
        fs::write(file, document.to_string()).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(feature)
}

/// Compares the Rust sources of two folders.
pub(crate) fn count(before: &Path, after: &Path) -> Result<Edits> {
    let mut files = BTreeSet::new();
    sources(before, before, &mut files)?;
    sources(after, after, &mut files)?;
    let mut edits = Edits::default();
    for file in files {
        let read = |folder: &Path| fs::read_to_string(folder.join(&file)).unwrap_or_default();
        let of_file = compare(&read(before), &read(after));
        edits.attributes += of_file.attributes;
        edits.other += of_file.other;
    }
    Ok(edits)
}

fn sources(root: &Path, folder: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry.with_context(|| format!("reading {}", folder.display()))?.path();
        if path.is_dir() {
            if path.file_name() != Some("target".as_ref()) {
                sources(root, &path, files)?;
            }
        } else if path.extension() == Some("rs".as_ref()) {
            files.insert(path.strip_prefix(root).unwrap_or(&path).to_owned());
        }
    }
    Ok(())
}

fn compare(before: &str, after: &str) -> Edits {
    let mut edits = Edits::default();
    // An attribute before the item on its own line changes that line.
    let mut gone: Vec<&str> = Vec::new();
    let diff = TextDiff::from_lines(before, after);
    for change in diff.iter_all_changes() {
        let line = change.value().trim();
        match change.tag() {
            ChangeTag::Equal => {
                edits.other += gone.len();
                gone.clear();
            }
            ChangeTag::Delete => gone.push(line),
            ChangeTag::Insert => match without_attribute(line) {
                Some("") => edits.attributes += 1,
                rest => match gone.iter().position(|old| Some(*old) == rest) {
                    Some(at) => {
                        gone.remove(at);
                        edits.attributes += 1;
                    }
                    None => edits.other += 1,
                },
            },
        }
    }
    edits.other += gone.len();
    edits
}

/// A line without maptrace's attribute at its beginning; none if there is no such attribute. In an example of the
/// documentation it stands on a hidden line.
fn without_attribute(line: &str) -> Option<&str> {
    let mut markers = ["/// # ", "//! # ", "* # "].iter();
    let line = markers.find_map(|marker| line.strip_prefix(marker)).unwrap_or(line);
    let rest = line.strip_prefix("#[maptrace")?;
    let (_, rest) = rest.split_once(']')?;
    Some(rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_told_from_other_lines() {
        let before = "use a;\nmod m { use b; }\nuse c;\n";
        let edits = |after: &str| compare(before, after);
        let of = |attributes, other| Edits { attributes, other };
        assert_eq!(
            edits("#[maptrace::maptrace]\nuse a;\nmod m { use b; }\n    #[maptrace(skip)]\nuse c;\n"),
            of(2, 0)
        );
        assert_eq!(
            edits("use a;\nmod m { use b; }\n#[maptrace::maptrace] use c;\n"),
            of(1, 0)
        );
        assert_eq!(
            edits("/// # #[maptrace::maptrace]\nuse a;\nmod m { use b; }\n/// # Of #[maptrace]\nuse c;\n"),
            of(1, 1)
        );
        assert_eq!(
            edits("extern crate maptrace;\nuse a;\nmod m { use b; }\nuse c;\n"),
            of(0, 1)
        );
        assert_eq!(edits("use a;\nmod m { use b; }\nuse maptrace::c;\n"), of(0, 2));
        assert_eq!(edits("use a;\nuse c;\n"), of(0, 1));
    }
}
