//! A project's own tests: runs them, and reads from what cargo prints which of them pass.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

/// Put before each test program: gives it a file of its own for its report.
const RUNNER: &str = "#!/bin/sh\nMAPTRACE_REPORT=\"$DROP_IN_REPORTS/$(basename \"$1\").$$.json\" exec \"$@\"\n";

pub(crate) struct Suite {
    folder: PathBuf,
    arguments: Vec<String>,
    runner: TempDir,
    /// The variable that tells cargo of the runner.
    runner_variable: String,
}

/// How to run the tests.
#[derive(Default)]
pub(crate) struct Settings<'a> {
    /// Turns tracing on.
    pub(crate) feature: Option<&'a str>,
    /// One test at a time, and no doctests.
    pub(crate) one_at_a_time: bool,
    pub(crate) variables: &'a [(&'a str, &'a str)],
}

/// What became of a run.
pub(crate) struct Outcome {
    /// Names of the tests that passed, with the program they are in.
    pub(crate) passed: BTreeSet<String>,
    /// The reports of the programs, with their names.
    pub(crate) reports: BTreeMap<String, Vec<String>>,
    output: String,
}

impl Suite {
    pub(crate) fn new(folder: &Path, arguments: &[String]) -> Result<Self> {
        let runner = TempDir::new().context("a folder for the runner")?;
        fs::write(runner.path().join("run"), RUNNER).context("writing the runner")?;
        let version = Command::new("rustc").arg("-vV").output().context("rustc -vV")?;
        let version = String::from_utf8(version.stdout).context("rustc -vV")?;
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .context("rustc says no host")?;
        Ok(Self {
            folder: folder.to_owned(),
            arguments: arguments.to_owned(),
            runner,
            runner_variable: format!("CARGO_TARGET_{}_RUNNER", host.replace(['-', '.'], "_").to_uppercase()),
        })
    }

    pub(crate) fn run(&self, settings: &Settings<'_>) -> Result<Outcome> {
        let reports = TempDir::new().context("a folder for the reports")?;
        let script = format!("sh {}", self.runner.path().join("run").display());
        let mut cargo = Command::new("cargo");
        cargo
            .args(["test", "--no-fail-fast", "--color=never"])
            .args(&self.arguments)
            .args(settings.feature.iter().flat_map(|feature| ["--features", feature]))
            .current_dir(&self.folder)
            .env("DROP_IN_REPORTS", reports.path())
            .env(&self.runner_variable, script)
            .envs(settings.variables.iter().copied())
            .stdin(Stdio::null());
        if settings.one_at_a_time {
            cargo.args(["--lib", "--bins", "--tests", "--", "--test-threads=1"]);
        }
        // One pipe for both, so that the head of a program stays above its tests.
        let (mut reader, writer) = std::io::pipe().context("a pipe")?;
        cargo.stdout(writer.try_clone().context("a pipe")?).stderr(writer);
        let mut child = cargo.spawn().context("cargo test")?;
        // The command holds the writing end, and the reader waits for all of them.
        drop(cargo);
        let mut output = Vec::new();
        std::io::Read::read_to_end(&mut reader, &mut output).context("reading what cargo prints")?;
        child.wait().context("cargo test")?;
        let output = String::from_utf8_lossy(&output).into_owned();

        let mut by_program: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in fs::read_dir(reports.path()).context("the reports")? {
            let path = file.context("the reports")?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let program = name.split('.').next().unwrap_or_default();
            // `lru-0123456789abcdef`: the hash changes with the feature.
            let program = program.rsplit_once('-').map_or(program, |(name, _)| name).to_owned();
            let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            by_program.entry(program).or_default().push(text);
        }
        Ok(Outcome {
            passed: passed(&output),
            reports: by_program,
            output,
        })
    }
}

impl Outcome {
    /// Tests that pass in one of both runs only.
    pub(crate) fn differing(&self, other: &Self) -> BTreeSet<String> {
        self.passed.symmetric_difference(&other.passed).cloned().collect()
    }

    /// The errors, or else the last lines, of what was printed.
    pub(crate) fn tail(&self) -> String {
        let lines: Vec<&str> = self.output.lines().collect();
        let at = lines
            .iter()
            .position(|line| line.starts_with("error") || line.contains("panicked at"))
            .unwrap_or_else(|| lines.len().saturating_sub(20));
        lines[at..]
            .iter()
            .take(20)
            .map(|line| format!("    {line}\n"))
            .collect()
    }
}

/// Names of the tests that passed.
///
/// A doctest's name ends with its line, which moves when lines are added above: its number among those of the same item
/// takes its place.
fn passed(output: &str) -> BTreeSet<String> {
    let mut program = String::new();
    let mut all: Vec<(String, u32, bool)> = Vec::new();
    for line in output.lines() {
        let trimmed = line.trim_start();
        if let Some(rest) = trimmed.strip_prefix("Running ").filter(|_| line.starts_with(' ')) {
            program = rest.split(" (").next().unwrap_or(rest).to_owned();
        } else if let Some(rest) = trimmed.strip_prefix("Doc-tests ").filter(|_| line.starts_with(' ')) {
            program = format!("doctests of {rest}");
        } else if let Some((name, result)) = line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... ")) {
            let (name, at) = without_line(name);
            all.push((format!("{program}: {name}"), at, result == "ok"));
        }
    }
    all.sort();
    let mut passed = BTreeSet::new();
    let mut number = 0;
    for (index, (name, _, ok)) in all.iter().enumerate() {
        number = if index > 0 && all[index - 1].0 == *name {
            number + 1
        } else {
            1
        };
        if *ok {
            passed.insert(format!("{name} #{number}"));
        }
    }
    passed
}

fn without_line(name: &str) -> (String, u32) {
    let parts = name.split_once(" (line ").and_then(|(before, rest)| {
        let (line, after) = rest.split_once(')')?;
        Some((format!("{before}{after}"), line.parse().ok()?))
    });
    parts.unwrap_or_else(|| (name.to_owned(), 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(output: &str) -> Vec<String> {
        passed(output).into_iter().collect()
    }

    #[test]
    fn the_same_name_in_two_programs_is_two_tests() {
        let output = "     Running unittests src/lib.rs (target/debug/deps/lru-1)\n\nrunning 2 tests\n\
                      test put ... ok\ntest get ... FAILED\ntest later ... ignored\n     Running tests/a.rs (target/x)\n\
                      test put - should panic ... ok\ntest result: ok. 1 passed; 0 failed\n";
        assert_eq!(
            names(output),
            ["tests/a.rs: put - should panic #1", "unittests src/lib.rs: put #1"]
        );
    }

    #[test]
    fn a_doctest_is_the_same_some_lines_further_down() {
        let before = "   Doc-tests lru\ntest src/lib.rs - put (line 9) ... ok\ntest src/lib.rs - put (line 11) - compile ... ok\n\
                      test src/lib.rs - put (line 30) ... FAILED\ntest src/lib.rs - put (line 40) ... ok\n";
        let after = before.replace("9)", "10)").replace("11)", "12)").replace("30)", "32)");
        assert_eq!(names(before), names(&after));
        assert_eq!(names(before).len(), 3);
        assert_ne!(
            names(before),
            names(&before.replace("FAILED", "ok").replace("40) ... ok", "40) ... FAILED"))
        );
    }
}
