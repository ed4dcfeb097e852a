//! What cargo's configuration says. `cargo config get` is not stable, so its files are read as cargo reads them.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use toml_edit::{DocumentMut, Item};

use super::arguments::CargoArguments;

/// The configuration of a cargo that runs in a folder.
pub(super) struct Config {
    /// Of `--config`. What is first goes before what follows.
    given: Vec<Layer>,
    files: Vec<Layer>,
    folder: PathBuf,
}

struct Layer {
    document: DocumentMut,
    /// What relative paths in it are relative to.
    folder: PathBuf,
}

/// Files may include each other in a circle.
const DEPTH: u32 = 8;

impl Config {
    pub(super) fn read(arguments: &CargoArguments) -> Result<Self> {
        let folder = env::current_dir().context("the current folder")?;
        let home = env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
        Self::of(arguments.values("--config"), folder, home)
    }

    fn of(given: Vec<String>, folder: PathBuf, home: Option<PathBuf>) -> Result<Self> {
        let mut config = Self {
            given: Vec::new(),
            files: Vec::new(),
            folder,
        };
        for given in given.iter().rev() {
            let file = config.folder.join(given);
            if file.is_file() {
                layers(&file, DEPTH, &mut config.given)?;
            } else if let Ok(document) = given.parse() {
                let folder = config.folder.clone();
                config.given.push(Layer { document, folder });
            }
            // Anything else is cargo's to refuse.
        }
        let mut folders: Vec<PathBuf> = config.folder.ancestors().map(|folder| folder.join(".cargo")).collect();
        if let Some(home) = home
            && !folders.contains(&home)
        {
            folders.push(home);
        }
        for folder in folders {
            // If both are there cargo takes the one without an ending.
            let file = ["config", "config.toml"].map(|name| folder.join(name));
            if let Some(file) = file.iter().find(|file| file.is_file()) {
                layers(file, DEPTH, &mut config.files)?;
            }
        }
        Ok(config)
    }

    /// The program at `build.<key>`, which an environment variable of cargo's may say as well.
    pub(super) fn program(&self, key: &str) -> Option<OsString> {
        let upper = key.replace('-', "_").to_uppercase();
        if let Some(set) = env::var_os(&upper) {
            return program(set, &self.folder);
        }
        let first = |layers: &[Layer]| {
            let found = layers
                .iter()
                .find_map(|layer| Some((layer.string("build", key)?, &layer.folder)));
            found.map(|(value, folder)| program(value.into(), folder))
        };
        if let Some(given) = first(&self.given) {
            return given;
        }
        if let Some(set) = env::var_os(format!("CARGO_BUILD_{upper}")) {
            return program(set, &self.folder);
        }
        first(&self.files).flatten()
    }
}

/// Empty means none. A name without a folder is looked for in `PATH`.
fn program(value: OsString, folder: &Path) -> Option<OsString> {
    let has_folder = Path::new(&value).components().count() > 1;
    match () {
        () if value.is_empty() => None,
        () if has_folder => Some(folder.join(value).into()),
        () => Some(value),
    }
}

impl Layer {
    fn string(&self, table: &str, key: &str) -> Option<String> {
        let value = self.document.get(table)?.get(key)?;
        value.as_str().map(str::to_owned)
    }
}

/// A file, and those that it includes.
fn layers(file: &Path, depth: u32, into: &mut Vec<Layer>) -> Result<()> {
    let Some(depth) = depth.checked_sub(1) else {
        return Ok(());
    };
    let reading = || format!("reading {}", file.display());
    let document: DocumentMut = fs::read_to_string(file)
        .with_context(reading)?
        .parse()
        .with_context(reading)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let path = |item: &toml_edit::Value| {
        let path = item.as_str().or_else(|| item.as_inline_table()?.get("path")?.as_str());
        path.map(|path| folder.join(path))
    };
    let included: Vec<PathBuf> = match document.get("include") {
        Some(Item::Value(toml_edit::Value::Array(all))) => all.iter().filter_map(path).collect(),
        Some(Item::Value(one)) => path(one).into_iter().collect(),
        _ => Vec::new(),
    };
    into.push(Layer {
        document,
        folder: folder.parent().unwrap_or(folder).to_owned(),
    });
    for file in included.iter().rev().filter(|file| file.is_file()) {
        layers(file, depth, into)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "rustc-workspace-wrapper";

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, value) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, value).unwrap();
        }
        folder
    }

    fn said(files: &[(&str, &str)], given: &[&str]) -> (Option<String>, PathBuf) {
        let folder = folder(files);
        let root = folder.path();
        let given = given.iter().map(|given| (*given).to_owned()).collect();
        let config = Config::of(given, root.join("a/b"), Some(root.join("home"))).unwrap();
        let program = config.program(KEY).map(|program| program.into_string().unwrap());
        (program, root.to_owned())
    }

    fn wrapper(program: &str) -> String {
        format!("[build]\n{KEY} = \"{program}\"\n")
    }

    #[test]
    fn the_nearest_file_goes_first_and_home_last() {
        let (far, near, home) = (wrapper("far"), wrapper("near"), wrapper("at-home"));
        let mut files = vec![
            ("a/b/.cargo/config.toml", near.as_str()),
            (".cargo/config.toml", far.as_str()),
            ("home/config.toml", home.as_str()),
        ];
        for expected in ["near", "far", "at-home"] {
            assert_eq!(said(&files, &[]).0.as_deref(), Some(expected));
            files.remove(0);
        }
        assert_eq!(said(&files, &[]).0, None);
    }

    #[test]
    fn options_go_before_files_and_the_last_before_the_first() {
        let near = wrapper("near");
        let files = [
            ("a/b/.cargo/config.toml", near.as_str()),
            ("a/b/x/given.toml", "build = { }"),
        ];
        let option = |value: &str| format!("build.{KEY} = '{value}'");
        let given = [option("first"), option("second")];
        assert_eq!(said(&files, &[&given[0], &given[1]]).0.as_deref(), Some("second"));
        assert_eq!(said(&files, &["x/given.toml"]).0.as_deref(), Some("near"));
        assert_eq!(said(&files, &[&option("")]).0, None, "empty is none");
    }

    #[test]
    fn paths_are_relative_to_the_folder_of_the_folder() {
        let near = wrapper("tools/wrap");
        let (program, root) = said(&[("a/.cargo/config.toml", &near)], &[]);
        assert_eq!(program.map(PathBuf::from), Some(root.join("a/tools/wrap")));
    }

    #[test]
    fn what_is_included_goes_after_the_file() {
        let more = wrapper("more");
        let files = [
            (
                "a/.cargo/config.toml",
                "include = ['../more.toml', { path = 'none.toml', optional = true }]\n",
            ),
            ("a/more.toml", more.as_str()),
        ];
        assert_eq!(said(&files, &[]).0.as_deref(), Some("more"));
    }
}
