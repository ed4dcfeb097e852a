//! Writing the files, and nobody else's.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::MARKER;

/// Files by their paths below the folder.
pub(super) type Files = BTreeMap<String, String>;

/// Writes all files or none: whatever would be refused is found before anything is changed.
pub(super) fn write(folder: &Path, files: &Files, force: bool) -> Result<()> {
    let links: Vec<&str> = files
        .keys()
        .map(String::as_str)
        .filter(|name| leads_elsewhere(folder, name))
        .collect();
    if !links.is_empty() {
        bail!(
            "in {} these are links, or behind links, to where `maptrace dashboards` has no business: {}; remove the links, \
             or choose another folder",
            folder.display(),
            links.join(", ")
        );
    }
    if !force {
        let foreign: Vec<String> = files
            .keys()
            .filter_map(|name| {
                is_foreign(&folder.join(name))
                    .map(|foreign| foreign.then(|| name.clone()))
                    .transpose()
            })
            .collect::<Result<_>>()?;
        if !foreign.is_empty() {
            bail!(
                "{} has files that `maptrace dashboards` did not write: {}; move them away, choose another folder, or \
                 overwrite them with --force",
                folder.display(),
                foreign.join(", ")
            );
        }
    }
    for (name, text) in files {
        let path = folder.join(name);
        let parent = path.parent().expect("it is in a folder");
        fs::create_dir_all(parent).with_context(|| format!("making the folder {}", parent.display()))?;
        if fs::read(&path).is_ok_and(|before| before == text.as_bytes()) {
            continue;
        }
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// What differs from `files`, a line each. Empty if the folder is as it would be written.
pub(super) fn differences(folder: &Path, files: &Files) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (name, text) in files {
        match read(&folder.join(name))? {
            None => found.push(format!("{name}: missing")),
            Some(before) if before != text.as_bytes() => found.push(format!("{name}: stale")),
            Some(_) => {}
        }
    }
    Ok(found)
}

/// Whether the file, or a folder on the way to it, is a link. The folder itself may be one: somebody has named it.
fn leads_elsewhere(folder: &Path, name: &str) -> bool {
    let inside = Path::new(name).ancestors().filter(|path| !path.as_os_str().is_empty());
    inside
        .map(|path| folder.join(path))
        .any(|path| fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()))
}

fn is_foreign(path: &Path) -> Result<bool> {
    let contains = |text: &[u8]| text.windows(MARKER.len()).any(|window| window == MARKER.as_bytes());
    Ok(read(path)?.is_some_and(|text| !contains(&text)))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}
