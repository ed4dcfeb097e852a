//! Which projects: `ci/drop_in.list`, or what was asked for.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// A crate by name and version, or a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Project {
    /// The crate's name, or the folder.
    pub(crate) name: String,
    /// None for a folder.
    pub(crate) version: Option<String>,
    /// For `cargo test`.
    pub(crate) arguments: Vec<String>,
    /// Of maptrace, as its maps need them.
    pub(crate) features: Vec<String>,
}

impl Project {
    pub(crate) fn title(&self) -> String {
        let words = [&self.name].into_iter().chain(&self.version).chain(&self.arguments);
        words.map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// Reads the list: `NAME VERSION | CARGO TEST'S ARGUMENTS | MAPTRACE'S FEATURES | WHY`.
pub(crate) fn read(file: &Path) -> Result<Vec<Project>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| project(line).with_context(|| format!("{}: {line}", file.display())))
        .collect()
}

fn project(line: &str) -> Result<Project> {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let [krate, arguments, features, why] = parts[..] else {
        bail!("not four parts between three `|`");
    };
    let Some((name, version)) = krate.split_once(' ') else {
        bail!("no name and version at the beginning");
    };
    if why.is_empty() {
        bail!("no word on why it is here");
    }
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    Ok(Project {
        name: name.to_owned(),
        version: Some(version.trim().to_owned()),
        arguments: words(arguments),
        features: words(features),
    })
}

/// What was asked for: names of the list, `NAME@VERSION`, or folders.
pub(crate) fn chosen(asked: &[String], list: &[Project]) -> Result<Vec<Project>> {
    asked
        .iter()
        .map(|asked| {
            let listed: Vec<Project> = list.iter().filter(|listed| listed.name == *asked).cloned().collect();
            if !listed.is_empty() {
                return Ok(listed);
            }
            if Path::new(asked).join("Cargo.toml").is_file() {
                return Ok(vec![Project {
                    name: asked.clone(),
                    ..Project::default()
                }]);
            }
            let Some((name, version)) = asked.split_once('@') else {
                bail!("`{asked}` is neither in the list, nor NAME@VERSION, nor a folder with a Cargo.toml");
            };
            Ok(vec![Project {
                name: name.to_owned(),
                version: Some(version.to_owned()),
                ..Project::default()
            }])
        })
        .collect::<Result<Vec<_>>>()
        .map(|all| all.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_four_parts_and_a_reason() {
        let read = project("tera 1.20.0 | --lib --no-default-features | serde | templates").unwrap();
        assert_eq!((read.name.as_str(), read.version.as_deref()), ("tera", Some("1.20.0")));
        assert_eq!(read.arguments, ["--lib", "--no-default-features"]);
        assert_eq!(read.features, ["serde"]);
        for bad in ["tera 1.20.0", "tera | | | templates", "tera 1.20.0 | | |"] {
            assert!(project(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_asked_for_is_in_the_list_or_has_a_version_or_is_a_folder() {
        let list = [
            project("tera 1.20.0 | | serde | templates").unwrap(),
            project("tera 1.20.0 | --no-default-features | | without").unwrap(),
        ];
        let chosen = |asked: &str| chosen(&[asked.to_owned()], &list).map(|mut all| all.remove(0));
        assert_eq!(super::chosen(&["tera".to_owned()], &list).unwrap(), list);
        assert_eq!(list[1].title(), "tera 1.20.0 --no-default-features");
        assert_eq!(chosen("lru@0.1.0").unwrap().title(), "lru 0.1.0");
        assert_eq!(chosen(env!("CARGO_MANIFEST_DIR")).unwrap().version, None);
        assert!(chosen("lru").is_err());
    }
}
