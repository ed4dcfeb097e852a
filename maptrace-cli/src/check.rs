//! Reads a project's own sources and says for each map in them which attribute line traces it, or why none does.

mod aliases;
mod attributes;
mod code;
pub(crate) mod derives;
mod doctests;
mod fields;
mod find;
mod finding;
mod globs;
mod imports;
mod interface;
mod krate;
mod look;
mod macros;
mod manifest;
mod maps;
mod modules;
mod names;
mod reach;
mod report;
mod runs;
mod verdict;
mod verify;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use cargo_metadata::{Edition, Metadata, MetadataCommand, Package, Target, TargetKind};
use semver::Version;
use serde::Serialize;

use crate::args::Check;
use crate::run::needed_rust;
use crate::source::{self, Source};
use crate::traits;
use derives::Asked;
use finding::{Finding, Verdict};
use krate::Krate;
use manifest::Line;
use names::{Around, Names};
use reach::Reach;
pub(crate) use runs::{Plain, Whole, whole};

/// What is known of the project.
#[derive(Serialize)]
struct Report {
    packages: Vec<PackageReport>,
    not_looked_at: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<verify::Outcome>,
}

#[derive(Serialize)]
struct PackageReport {
    name: String,
    manifest: PathBuf,
    /// What the manifest lacks.
    manifest_lines: Vec<Line>,
    findings: Vec<Finding>,
    /// Files that were not read, and why.
    unread: Vec<String>,
    /// Crates that the compiler runs.
    left_out: Vec<String>,
    /// The oldest Rust that the package says it compiles with, if maptrace needs a newer one.
    #[serde(skip_serializing_if = "Option::is_none")]
    older_rust: Option<Version>,
    /// Whether `--write` leaves the package as it is: with the lines it would not compile.
    held_back: bool,
    #[serde(skip)]
    asked: Vec<Asked>,
    /// Crates of the package's program that are without std.
    #[serde(skip)]
    without_std: Vec<String>,
}

/// What syntax alone cannot show. Said with each report, so that nobody takes silence for proof.
const NOT_LOOKED_AT: &[&str] = &[
    "types of expressions: a map that goes by value or as `&mut` to a function of another crate, or comes from one, is a \
     compile error (E0308) with tracing on; `--verify` finds it",
    "traits of other crates that are there for std's map alone (E0277); `--verify` finds them",
    "what macros of other crates write, and files of `include!`",
    "conditions: items under any `#[cfg]` are taken to be there",
    "build scripts and procedural macros, which run in the compiler",
];

/// Runs `maptrace check`.
pub(crate) fn check(request: &Check) -> Result<ExitCode> {
    let source = source::find(request.source.as_deref())?;
    let metadata = metadata(&request.path)?;
    let mut report = look(&metadata, request, &source)?;
    if request.write {
        for package in &mut report.packages {
            package.held_back = !request.anyway && package.findings.iter().any(Finding::breaks);
            // Before anything is changed, and not only in the report at the end.
            if let Some(told) = report::older_rust(package) {
                eprintln!("maptrace: {told}");
            }
        }
        report.diff = Some(write::apply(&report.packages, &metadata)?);
    }
    if request.verify {
        report.verified = Some(verify::verify(&metadata)?);
    }
    if request.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        report::print(&report, &metadata);
    }
    let is_held_back = report.packages.iter().any(|package| package.held_back);
    let is_good = !is_held_back && report.verified.is_none_or(|outcome| outcome.is_good());
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn metadata(path: &Path) -> Result<Metadata> {
    let mut command = MetadataCommand::new();
    command.no_deps();
    if path.is_dir() {
        command.current_dir(path);
    } else if path.is_file() {
        command.manifest_path(path);
    } else {
        bail!("there is no `{}`; give a folder with a Cargo.toml", path.display());
    }
    command.exec().map_err(crate::run::explain_metadata)
}

fn look(metadata: &Metadata, request: &Check, source: &Source) -> Result<Report> {
    let members = metadata.workspace_packages();
    for asked in &request.packages {
        if !members.iter().any(|package| package.name.as_str() == asked) {
            bail!("no package `{asked}` in this workspace");
        }
    }
    let names = libraries(&members);
    let mut packages = Vec::new();
    for package in members {
        if request.packages.is_empty() || request.packages.iter().any(|asked| *asked == package.name.as_str()) {
            packages.push(look_into(package, &names, source, |_| true));
        }
    }
    Ok(Report {
        packages,
        not_looked_at: NOT_LOOKED_AT,
        diff: None,
        verified: None,
    })
}

/// The names of the crates of the workspace that others can use.
fn libraries(members: &[&Package]) -> Vec<String> {
    members
        .iter()
        .flat_map(|package| {
            let libraries = package.targets.iter().filter(|target| is_library(&target.kind));
            libraries.map(|target| target.name.replace('-', "_"))
        })
        .collect()
}

/// Whether maptrace needs a newer Rust.
fn is_older(rust: &Version) -> bool {
    needed_rust().is_ok_and(|needed| *rust < needed)
}

/// Whether it only uses the package: what it does without says nothing of the package's dependencies.
fn is_beside(kinds: &[TargetKind]) -> bool {
    kinds
        .iter()
        .any(|kind| matches!(kind, TargetKind::Bench | TargetKind::Example | TargetKind::Test))
}

fn is_library(kinds: &[TargetKind]) -> bool {
    kinds.iter().any(|kind| {
        matches!(
            kind,
            TargetKind::Lib | TargetKind::RLib | TargetKind::DyLib | TargetKind::CDyLib | TargetKind::StaticLib
        )
    })
}

/// Whether other crates can name what is in it.
fn has_callers(kinds: &[TargetKind]) -> bool {
    kinds
        .iter()
        .any(|kind| matches!(kind, TargetKind::Lib | TargetKind::RLib | TargetKind::DyLib))
}

fn look_into(
    package: &Package,
    members: &[String],
    source: &Source,
    is_wanted: impl Fn(&Target) -> bool,
) -> PackageReport {
    let dependencies = package
        .dependencies
        .iter()
        .map(|dependency| dependency.rename.as_ref().unwrap_or(&dependency.name).replace('-', "_"))
        .collect();
    let mut report = PackageReport {
        name: package.name.to_string(),
        manifest: package.manifest_path.clone().into_std_path_buf(),
        manifest_lines: Vec::new(),
        findings: Vec::new(),
        unread: Vec::new(),
        left_out: Vec::new(),
        older_rust: package.rust_version.clone().filter(is_older),
        held_back: false,
        asked: Vec::new(),
        without_std: Vec::new(),
    };
    let mut around = Around {
        dependencies,
        modules: fitting_modules(package),
        unfit: unfit(package),
        members: members.to_vec(),
        is_2015: false,
    };
    // A file may be in several crates, as helpers of tests are.
    let mut seen = BTreeSet::new();
    for target in package.targets.iter().filter(|target| is_wanted(target)) {
        if target
            .kind
            .iter()
            .any(|kind| matches!(kind, TargetKind::ProcMacro | TargetKind::CustomBuild))
        {
            report.left_out.push(target.name.clone());
            continue;
        }
        around.is_2015 = target.edition == Edition::E2015;
        let root = target.src_path.as_std_path();
        let krate = Krate::read(root);
        if krate.is_no_std && !is_beside(&target.kind) {
            report.without_std.push(target.name.clone());
        }
        let names = Names::new(&krate, &around);
        let texts = texts(&krate);
        let reach = if has_callers(&target.kind) {
            Reach::of(&krate, &names)
        } else {
            Reach::default()
        };
        let mut found = find::find(&krate, &names, &reach, &texts);
        if target.doctest && !found.interface.is_empty() {
            found.all.extend(doctests::find_in(&texts, &found.interface, &around));
        }
        for asked in found.asked {
            if !report.asked.contains(&asked) {
                report.asked.push(asked);
            }
        }
        for finding in found.all {
            if seen.insert((
                finding.file.clone(),
                finding.line,
                finding.column,
                finding.place.clone(),
            )) {
                report.findings.push(finding);
            }
        }
        report.unread.extend(krate.unread);
    }
    report.unread.sort();
    report.unread.dedup();
    report
        .findings
        .sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    let is_used = |finding: &Finding| matches!(finding.verdict, Verdict::Add { .. } | Verdict::Present);
    if report.findings.iter().any(is_used) {
        let used = report.findings.iter().filter(|finding| is_used(finding));
        let paths = used.flat_map(|finding| &finding.maps);
        let features = paths.filter_map(|path| feature_of(path)).collect();
        report.manifest_lines = manifest::missing(package, source, &features, !report.without_std.is_empty());
    }
    report
}

/// The crates that maptrace has a module for, if all that the package says of their versions fits maptrace's.
fn fitting_modules(package: &Package) -> Vec<String> {
    let known = package
        .dependencies
        .iter()
        .filter(|dependency| dependency.rename.is_none() && maps::module(&dependency.name).is_some());
    let fits = |name: &str| {
        let version = maps::module(name).map(|module| &module.version);
        let mut all = package.dependencies.iter().filter(|dependency| dependency.name == name);
        version.is_some_and(|version| all.all(|dependency| dependency.req.matches(version)))
    };
    known
        .map(|dependency| dependency.name.clone())
        .filter(|name| fits(name))
        .collect()
}

/// Crates whose traits maptrace has, but of another version.
fn unfit(package: &Package) -> Vec<&'static str> {
    let of = |krate: &str| {
        package
            .dependencies
            .iter()
            .filter(|dependency| dependency.name == krate)
            .collect::<Vec<_>>()
    };
    traits::FEATURES
        .iter()
        .map(|feature| feature.krate)
        .filter(|krate| {
            let theirs = of(krate);
            let fits = |dependency: &&cargo_metadata::Dependency| {
                traits::FEATURES
                    .iter()
                    .any(|feature| feature.is_for(krate, &dependency.req))
            };
            !theirs.is_empty() && !theirs.iter().all(fits)
        })
        .collect()
}

/// The feature that a map takes which is written with its path. A field's name may be before it.
fn feature_of(map: &str) -> Option<&'static str> {
    let path = map.rsplit(": ").next()?.trim_start_matches("::");
    let module = maps::module(path.split("::").next()?)?;
    module.takes_feature.then_some(module.krate)
}

fn texts(krate: &Krate) -> BTreeMap<PathBuf, String> {
    let files: BTreeSet<&PathBuf> = krate.modules.iter().map(|module| &module.file).collect();
    files
        .into_iter()
        .filter_map(|file| {
            let text = fs::read_to_string(file).ok()?;
            // The parser does not count the mark of the encoding.
            let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
            Some((file.clone(), text))
        })
        .collect()
}
