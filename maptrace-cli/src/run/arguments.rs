//! Cargo's arguments, which are passed on as they are. Some say what the shim has to be built with, too.

use std::ffi::OsString;

/// Up to `--`.
pub(super) struct CargoArguments {
    options: Vec<CargoOption>,
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
    "--lockfile-path",
    "--manifest-path",
    "--message-format",
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

impl CargoArguments {
    pub(super) fn new(all: &[OsString]) -> Self {
        let mut options = Vec::new();
        let mut rest = all.iter();
        while let Some(argument) = rest.next() {
            for (name, value) in split(&argument.to_string_lossy()) {
                let mut next = || rest.next().map(|next| next.to_string_lossy().into_owned());
                let value = match value {
                    None if WITH_VALUE.contains(&name.as_str()) => next(),
                    value => value,
                };
                options.push(CargoOption { name, value });
            }
        }
        Self { options }
    }

    /// The last value of the option `name`.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        self.values(name).pop()
    }

    pub(super) fn values(&self, name: &str) -> Vec<String> {
        let named = self.options.iter().filter(|option| option.name == name);
        named.filter_map(|option| option.value.clone()).collect()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.options.iter().any(|option| option.name == name)
    }

    pub(super) fn builds_std(&self) -> bool {
        self.values("-Z").iter().any(|value| value.starts_with("build-std"))
    }

    /// Those of the options `names`, with their values.
    pub(super) fn only(&self, names: &[&str]) -> Vec<String> {
        self.options
            .iter()
            .filter(|option| names.contains(&option.name.as_str()))
            .flat_map(|option| std::iter::once(option.name.clone()).chain(option.value.clone()))
            .collect()
    }
}

struct CargoOption {
    name: String,
    value: Option<String>,
}

/// `--name=value`, or letters, of which the last may have a value: `-rj4`.
fn split(argument: &str) -> Vec<(String, Option<String>)> {
    if argument.starts_with("--") {
        return match argument.split_once('=') {
            Some((name, value)) => vec![(name.to_owned(), Some(value.to_owned()))],
            None => vec![(argument.to_owned(), None)],
        };
    }
    let Some(letters) = argument.strip_prefix('-') else {
        return vec![(argument.to_owned(), None)];
    };
    let mut options = Vec::new();
    for (at, letter) in letters.char_indices() {
        let name = format!("-{letter}");
        let rest = &letters[at + letter.len_utf8()..];
        if WITH_VALUE.contains(&name.as_str()) && !rest.is_empty() {
            options.push((name, Some(rest.trim_start_matches('=').to_owned())));
            break;
        }
        options.push((name, None));
    }
    options
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
            read.only(&["-p", "--profile", "-r"]).join(" "),
            "-p one --profile dist -r"
        );
    }

    #[test]
    fn letters_may_stand_together() {
        let all = arguments("-qrj4 --config a=1 -vv --config b=2");
        let read = CargoArguments::new(&all);
        assert!(read.has("-q") && read.has("-r"));
        assert_eq!(read.value("-j").as_deref(), Some("4"));
        assert_eq!(read.only(&["-v", "-r"]).join(" "), "-r -v -v");
        assert_eq!(read.values("--config"), ["a=1", "b=2"]);
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
