//! Runs the own tests of published crates plainly, with attribute lines and tracing off, and with tracing on, and
//! compares them by name; then shows that what was counted is exact. `ci/drop_in.sh` says how to call it.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

mod counts;
mod edits;
mod list;
mod routes;
mod suite;
mod table;

use list::Project;
use suite::{Outcome, Settings, Suite};
use table::Row;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("drop_in: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every project is as it was.
fn run() -> Result<bool> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what| {
        arguments
            .next()
            .with_context(|| format!("an argument is missing: {what}"))
    };
    let root = PathBuf::from(next("the checkout of maptrace")?);
    let program = PathBuf::from(next("the program maptrace")?);
    let list = list::read(&root.join("ci/drop_in.list"))?;
    let asked: Vec<String> = arguments.collect();
    let projects = if asked.is_empty() {
        list
    } else {
        list::chosen(&asked, &list)?
    };

    let mut all_good = true;
    println!("{}", table::HEAD);
    for project in &projects {
        match check(project, &root, &program) {
            Ok((row, faults)) => {
                println!("{row}");
                for fault in &faults {
                    eprintln!("drop_in: {}: {fault}", project.name);
                }
                all_good &= faults.is_empty();
            }
            Err(error) => {
                println!("| {} | failed |", project.name);
                eprintln!("drop_in: {}: {error:#}", project.name);
                all_good = false;
            }
        }
    }
    Ok(all_good)
}

/// All three runs of one project: its line of the table, and what is wrong.
fn check(project: &Project, root: &Path, program: &Path) -> Result<(Row, Vec<String>)> {
    let work = TempDir::new().context("a folder to work in")?;
    let folder = work.path().join("source");
    match &project.version {
        Some(version) => {
            let status = Command::new(root.join("ci/published.sh"))
                .args([&project.name, version])
                .arg(&folder)
                .status()
                .context("ci/published.sh")?;
            ensure!(status.success(), "its source is not to be had");
        }
        None => edits::copy(Path::new(&project.name), &folder)?,
    }
    let suite = Suite::new(&folder, &project.arguments)?;
    let before = suite.run(&Settings::default())?;
    let again = suite.run(&Settings::default())?;
    ensure!(
        !before.passed.is_empty(),
        "none of its tests passes as it is:\n{}",
        before.tail()
    );

    let original = work.path().join("original");
    edits::copy(&folder, &original)?;
    let status = Command::new(program)
        .args(["check", "--write", "--maptrace"])
        .arg(root)
        .current_dir(&folder)
        .output()
        .context("maptrace check")?;
    if !status.status.success() {
        bail!(
            "maptrace check --write: {}",
            String::from_utf8_lossy(&status.stderr).trim()
        );
    }
    let feature = edits::finish_manifest(&folder.join("Cargo.toml"), &project.features)?;
    let edits = edits::count(&original, &folder)?;

    let off = suite.run(&Settings::default())?;
    let on = suite.run(&Settings {
        feature: Some(&feature),
        ..Default::default()
    })?;
    let mut faults = Vec::new();
    let flaky = before.differing(&again);
    for (name, run) in [("off", &off), ("on", &on)] {
        faults.extend(differences(name, &before, run, &flaky));
    }
    let reports = counts::of(&on.reports)?;
    faults.extend(counts::faults(&reports));
    let sums = counts::sums(&reports);
    if sums.created == 0 {
        faults.push("no map was recorded".to_owned());
    }
    let exact = routes::compare(&suite, &feature)?;
    faults.extend(exact.faults);
    for site in &exact.set_aside {
        eprintln!("drop_in: {}: set aside, no fault: {site}", project.name);
    }

    let passing = |outcome: &Outcome| outcome.passed.difference(&flaky).count();
    let row = Row {
        project: project.title(),
        kinds: counts::kinds(&reports),
        lines: edits.attributes,
        other: edits.other,
        before: passing(&before),
        off: passing(&off),
        on: passing(&on),
        flaky: flaky.len(),
        sites: counts::sites(&reports),
        maps: sums.created,
        assigns: sums.assigns_new + sums.assigns_replaced,
        exact: exact.same,
        set_aside: exact.set_aside.len(),
    };
    Ok((row, faults))
}

/// The tests that pass in one of two runs only, in words.
fn differences(
    run: &str,
    before: &Outcome,
    after: &Outcome,
    flaky: &std::collections::BTreeSet<String>,
) -> Vec<String> {
    let lines = |what: &str, one: &Outcome, other: &Outcome| -> Vec<String> {
        one.passed
            .difference(&other.passed)
            .filter(|name| !flaky.contains(*name))
            .map(|name| format!("with tracing {run}, {what}: {name}"))
            .collect()
    };
    let mut faults = lines("no longer passes", before, after);
    faults.extend(lines("passes only now", after, before));
    if !faults.is_empty() {
        faults.push(format!("the end of that run:\n{}", after.tail()));
    }
    faults
}
