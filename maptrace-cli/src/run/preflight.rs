//! What the sources show not to compile with every map traced: said before a build of minutes, and not after it.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Result, bail};
use cargo_metadata::{DependencyKind, Metadata, Package, Target, TargetKind};

use super::arguments::CargoArguments;
use super::ecosystem::Traits;
use super::shim::Request;
use crate::check::derives::{Asked, Cure};
use crate::check::{Plain, Whole};
use crate::traits::FEATURES;

/// More maps than these are not read before the output of a build.
const MOST_NAMES: usize = 6;

/// Looks through the sources of what will be built.
pub(super) fn look(request: &Request<'_>) -> Whole {
    let Request {
        subcommand,
        arguments,
        metadata,
        source,
    } = request;
    let selected = selected(metadata, arguments);
    let packages = with_dependencies(metadata, &selected, *subcommand != "run");
    let is_wanted = |package: &Package, target: &Target| {
        let is_selected = selected.iter().any(|selected| selected.id == package.id);
        target.kind.iter().any(|kind| match kind {
            TargetKind::Bin => is_selected,
            TargetKind::Test => is_selected && *subcommand == "test",
            TargetKind::Example => is_selected && (*subcommand == "test" || arguments.has("--example")),
            TargetKind::Bench => is_selected && *subcommand == "bench",
            _ => true,
        })
    };
    crate::check::whole(&packages, metadata, source, is_wanted)
}

/// Fails if the build would. `traits` are those that the maps will have.
pub(super) fn refuse_what_is_known(request: &Request<'_>, traits: &Traits, whole: &Whole) -> Result<()> {
    let lacking: Vec<&Asked> = whole.asked.iter().filter(|asked| !has(traits, asked)).collect();
    if lacking.is_empty() {
        return Ok(());
    }
    let root = request.metadata.workspace_root.as_std_path();
    bail!("{}", said(&lacking, traits, request.subcommand, root));
}

/// Tells which maps of the project will not be in the report, and why; nothing if all will.
pub(super) fn tell_what_stays_plain(request: &Request<'_>, whole: &Whole) {
    let root = request.metadata.workspace_root.as_std_path();
    for line in plain(whole, root) {
        eprintln!("maptrace: {line}");
    }
}

fn plain(whole: &Whole, root: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    if !whole.plain.is_empty() {
        let named = whole.plain.iter().map(|Plain { name, file, line }| {
            let file = file.strip_prefix(root).unwrap_or(file).display();
            format!("{name} ({file}:{line})")
        });
        lines.push(format!(
            "not traced, as they are maps of other crates, or theirs by name: {}; for many of them `maptrace check` has a line \
             that traces them",
            first(named.collect())
        ));
    }
    if !whole.without_std.is_empty() {
        lines.push(format!(
            "not traced, as they are without std: the maps of {}; `maptrace check` has the lines",
            first(whole.without_std.clone())
        ));
    }
    if !whole.in_the_compiler.is_empty() {
        lines.push(format!(
            "not traced, as they run in the compiler: {}",
            first(whole.in_the_compiler.clone())
        ));
    }
    lines
}

fn first(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(MOST_NAMES);
    names.truncate(MOST_NAMES);
    let names = names.join(", ");
    if more > 0 {
        format!("{names}, and {more} more")
    } else {
        names
    }
}

/// Tells of traits that the maps will not have though nothing in sight asks for them: methods may.
pub(super) fn tell_what_is_outdated(metadata: &Metadata, traits: &Traits) {
    for krate in &traits.outdated {
        let mut dependencies = metadata
            .workspace_packages()
            .into_iter()
            .flat_map(|package| &package.dependencies);
        if dependencies.any(|dependency| dependency.name == *krate) {
            eprintln!(
                "maptrace: traced maps do not have the traits of `{krate}` here, as maptrace is built on a newer one than \
                 Cargo.lock has; if the build needs them: `cargo update --recursive {krate}`"
            );
        }
    }
}

fn has(traits: &Traits, asked: &Asked) -> bool {
    let mut features = FEATURES.iter().filter(|feature| feature.krate == asked.krate);
    asked.cure == Cure::Feature && features.any(|feature| traits.features.contains(&feature.name))
}

fn said(lacking: &[&Asked], traits: &Traits, subcommand: &str, root: &Path) -> String {
    let mut said = "with every map traced this project does not compile, so nothing has been built:\n".to_owned();
    for asked in lacking {
        let file = asked.file.strip_prefix(root).unwrap_or(&asked.file).display();
        let Asked { line, place, krate, .. } = asked;
        _ = writeln!(
            said,
            "  {file}:{line}: {place} asks for std's own map: the traits of `{krate}` are not there for a traced one"
        );
        _ = match asked.cure {
            Cure::Feature if traits.outdated.contains(&krate.as_str()) => writeln!(
                said,
                "      the cure: `cargo update --recursive {krate}`, as maptrace is built on a newer one than Cargo.lock has"
            ),
            Cure::Feature => writeln!(
                said,
                "      the cure: attribute lines, which `maptrace check --write` writes, with maptrace's feature `{krate}`"
            ),
            Cure::Edit(edit) => writeln!(
                said,
                "      the cure: attribute lines, which `maptrace check` tells, and here: {edit}"
            ),
        };
    }
    said += &format!("To build all the same: `cargo maptrace {subcommand} --anyway`");
    said
}

/// The packages that cargo is asked for. All, if that cannot be seen.
fn selected<'m>(metadata: &'m Metadata, arguments: &CargoArguments) -> Vec<&'m Package> {
    let members = metadata.workspace_packages();
    let named = [arguments.values("-p"), arguments.values("--package")].concat();
    if !named.is_empty() {
        // A package may be named with its version.
        let is_named = |package: &&Package| {
            let name = package.name.as_str();
            named.iter().any(|spec| spec.split('@').next() == Some(name))
        };
        let found: Vec<&Package> = members.iter().copied().filter(is_named).collect();
        return if found.is_empty() { members } else { found };
    }
    if arguments.has("--workspace") || arguments.has("--all") {
        let excluded = arguments.values("--exclude");
        let is_left = |package: &&Package| !excluded.iter().any(|name| name == package.name.as_str());
        return members.into_iter().filter(is_left).collect();
    }
    let manifest = match arguments.value("--manifest-path") {
        Some(given) => std::path::absolute(given).ok(),
        None => std::env::current_dir().ok().and_then(|here| {
            here.ancestors()
                .map(|folder| folder.join("Cargo.toml"))
                .find(|file| file.is_file())
        }),
    };
    let is_here = |package: &&Package| manifest.as_deref() == Some(package.manifest_path.as_std_path());
    if let Some(here) = members.iter().copied().find(is_here) {
        return vec![here];
    }
    if metadata.workspace_default_members.is_available() {
        return metadata.workspace_default_packages();
    }
    members
}

/// With those of the workspace that they depend on.
fn with_dependencies<'m>(metadata: &'m Metadata, selected: &[&'m Package], has_dev: bool) -> Vec<&'m Package> {
    let members = metadata.workspace_packages();
    let mut all = selected.to_vec();
    let mut at = 0;
    while let Some(package) = all.get(at).copied() {
        at += 1;
        let is_built = |kind: DependencyKind| has_dev || kind != DependencyKind::Development;
        let built = package
            .dependencies
            .iter()
            .filter(|dependency| is_built(dependency.kind));
        for path in built.filter_map(|dependency| dependency.path.as_ref()) {
            let is_there = |member: &&Package| member.manifest_path.parent() == Some(path.as_path());
            if let Some(member) = members.iter().copied().find(is_there)
                && !all.iter().any(|known| known.id == member.id)
            {
                all.push(member);
            }
        }
    }
    all
}
