//! Puts the lines into the files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use cargo_metadata::Metadata;
use similar::TextDiff;

use super::PackageReport;
use super::finding::{Insertion, Verdict};
use super::manifest;

/// Changes the files, and returns what changed as a unified diff.
pub(super) fn apply(packages: &[PackageReport], metadata: &Metadata) -> Result<String> {
    let root = metadata.workspace_root.as_std_path();
    let mut changes: Vec<(PathBuf, String, String)> = Vec::new();
    let packages: Vec<&PackageReport> = packages.iter().filter(|package| !package.held_back).collect();
    for package in &packages {
        if !package.manifest_lines.is_empty() {
            let after = manifest::with_lines(&package.manifest, &package.manifest_lines)?;
            changes.push((package.manifest.clone(), read(&package.manifest)?, after));
        }
    }
    for (file, insertions) in insertions(&packages) {
        let before = read(&file)?;
        let after = inserted(&before, &insertions);
        changes.push((file, before, after));
    }

    let mut diff = String::new();
    for (file, before, after) in changes {
        let name = shown(&file, root);
        diff += &TextDiff::from_lines(&before, &after)
            .unified_diff()
            .header(&format!("a/{name}"), &format!("b/{name}"))
            .to_string();
        fs::write(&file, after).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(diff)
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}

/// As seen from the workspace.
pub(super) fn shown(file: &Path, root: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}

/// Each once, though a file may be part of several crates and packages.
fn insertions(packages: &[&PackageReport]) -> BTreeMap<PathBuf, BTreeSet<Insertion>> {
    let mut by_file: BTreeMap<PathBuf, BTreeSet<Insertion>> = BTreeMap::new();
    for package in packages {
        for finding in &package.findings {
            if let Verdict::Add { insert } = &finding.verdict {
                by_file
                    .entry(finding.file.clone())
                    .or_default()
                    .extend(insert.iter().cloned());
            }
        }
    }
    by_file
}

/// `text` with the insertions. Line ends stay as they are, and a mark of the encoding stays in front.
fn inserted(text: &str, insertions: &BTreeSet<Insertion>) -> String {
    const MARK: char = '\u{feff}';
    if let Some(behind) = text.strip_prefix(MARK) {
        return format!("{MARK}{}", inserted(behind, insertions));
    }
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    // From the end, so that what is to come keeps its place.
    for insertion in insertions.iter().rev() {
        let at = insertion.line - 1;
        let Some(line) = lines.get_mut(at) else { continue };
        match insertion.column {
            Some(column) => {
                let byte = line.char_indices().nth(column).map_or(line.len(), |(byte, _)| byte);
                line.insert_str(byte, &format!("{} ", insertion.text));
            }
            None => {
                let indent: String = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
                let end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
                lines.insert(at, format!("{indent}{}{end}", insertion.text));
            }
        }
    }
    lines.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, column: Option<usize>, text: &str) -> Insertion {
        Insertion {
            line,
            column,
            text: text.to_owned(),
        }
    }

    #[test]
    fn only_insertions_and_the_same_line_ends() {
        let text = "mod ä { use a; }\r\n    use b;\r\nuse c;";
        let both = BTreeSet::from([at(1, Some(8), "#[x]"), at(2, None, "#[y]"), at(3, None, "#[z]")]);
        assert_eq!(
            inserted(text, &both),
            "mod ä { #[x] use a; }\r\n    #[y]\r\n    use b;\r\n#[z]\nuse c;"
        );
        let first = BTreeSet::from([at(1, None, "#[x]")]);
        assert_eq!(inserted("\u{feff}use a;\n", &first), "\u{feff}#[x]\nuse a;\n");
    }
}
