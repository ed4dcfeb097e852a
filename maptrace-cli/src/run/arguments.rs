//! Cargo's arguments, which are passed on as they are. Some say what the shim has to be built with, too.

use std::ffi::{OsStr, OsString};

/// Up to `--`.
pub(super) struct CargoArguments<'a> {
    all: &'a [OsString],
}

/// Options with a value. In each the value may also follow `=`, or the letter at once.
const WITH_VALUE: &[&str] = &[
    "--bench",
    "--bin",
    "--color",
    "--config",
    "--example",
    "--exclude",
    "--features",
    "--jobs",
    "--manifest-path",
    "--package",
    "--profile",
    "--target",
    "--target-dir",
    "--test",
    "-F",
    "-Z",
    "-j",
    "-p",
];

impl<'a> CargoArguments<'a> {
    pub(super) fn new(all: &'a [OsString]) -> Self {
        Self { all }
    }

    /// The last value of the option `name`.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        self.options()
            .filter(|option| option.name == name)
            .filter_map(|option| option.value)
            .last()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.options().any(|option| option.name == name)
    }

    pub(super) fn builds_std(&self) -> bool {
        self.options()
            .filter(|option| option.name == "-Z")
            .filter_map(|option| option.value)
            .any(|value| value.starts_with("build-std"))
    }

    /// Those of the options `names`, with their values, as they were written.
    pub(super) fn only(&self, names: &[&str]) -> Vec<OsString> {
        self.options()
            .filter(|option| names.contains(&option.name.as_str()))
            .flat_map(|option| option.written.iter().cloned())
            .collect()
    }

    fn options(&self) -> Options<'a> {
        Options { rest: self.all }
    }
}

struct CargoOption<'a> {
    name: String,
    value: Option<String>,
    written: &'a [OsString],
}

struct Options<'a> {
    rest: &'a [OsString],
}

impl<'a> Iterator for Options<'a> {
    type Item = CargoOption<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.rest.first()?.to_string_lossy().into_owned();
        let (name, mut value) = split(&first);
        let takes_next = value.is_none() && WITH_VALUE.contains(&name.as_str());
        let length = if takes_next { 2.min(self.rest.len()) } else { 1 };
        let (written, rest) = self.rest.split_at(length);
        self.rest = rest;
        if takes_next {
            value = written
                .get(1)
                .map(OsString::as_os_str)
                .map(OsStr::to_string_lossy)
                .map(Into::into);
        }
        Some(CargoOption { name, value, written })
    }
}

/// `--name=value` and `-Nvalue`, or a name alone.
fn split(argument: &str) -> (String, Option<String>) {
    if argument.starts_with("--") {
        return match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument.to_owned(), None),
        };
    }
    let short = WITH_VALUE
        .iter()
        .filter(|name| !name.starts_with("--"))
        .find_map(|name| argument.strip_prefix(name).map(|value| (*name, value)));
    match short {
        Some((name, value)) if !value.is_empty() => (name.to_owned(), Some(value.trim_start_matches('=').to_owned())),
        _ => (argument.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(words: &str) -> Vec<OsString> {
        words.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn options_are_found_in_every_form() {
        let all = arguments("name -p one --profile=dist --target x86_64-unknown-linux-gnu -Zbuild-std=core -r");
        let read = CargoArguments::new(&all);
        assert_eq!(read.value("-p").as_deref(), Some("one"));
        assert_eq!(read.value("--profile").as_deref(), Some("dist"));
        assert_eq!(read.value("--target").as_deref(), Some("x86_64-unknown-linux-gnu"));
        assert!(read.has("-r") && read.builds_std());
        assert!(!read.has("--release"));
        assert_eq!(
            read.only(&["-p", "--profile", "-r"]),
            arguments("-p one --profile=dist -r")
        );
    }

    #[test]
    fn the_value_of_an_option_is_no_option() {
        let all = arguments("--bin --release -Z unstable-options");
        let read = CargoArguments::new(&all);
        assert!(!read.has("--release") && !read.builds_std());
        let cut_off = arguments("--target");
        assert_eq!(CargoArguments::new(&cut_off).value("--target"), None);
    }
}
