//! Builds maptrace-std with the compiler, profile, target and flags that the project is built with.
//!
//! It is built into the project's own target folder. There cargo shares what both need, and the compiler never meets
//! two builds of one crate that it takes for the same.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::{Artifact, Message, Metadata};
use toml_edit::{DocumentMut, Item, Table, value};

use super::arguments::CargoArguments;
use super::ecosystem::{Ecosystem, Traits};
use super::put;
use crate::source::{Source, VARIABLE};

pub(super) struct Request<'a> {
    pub(super) subcommand: &'a str,
    pub(super) arguments: &'a CargoArguments,
    pub(super) metadata: &'a Metadata,
    pub(super) source: Source,
}

/// maptrace-std as built.
pub(super) struct Library {
    pub(super) rlib: PathBuf,
    /// Where the crates are that it was built from.
    pub(super) folders: Vec<PathBuf>,
    /// A folder for maptrace's own files in the target folder.
    pub(super) own: PathBuf,
    /// Whether cargo builds for a target that it was told of.
    pub(super) has_target: bool,
}

/// What is to be built.
pub(super) struct Plan {
    target: PathBuf,
    own: PathBuf,
    manifest: PathBuf,
    /// With which traits of other crates.
    pub(super) traits: Traits,
}

/// Builds nothing yet.
pub(super) fn plan(request: &Request<'_>) -> Result<Plan> {
    let target = match request.arguments.value("--target-dir") {
        Some(given) => std::path::absolute(given)?,
        None => request.metadata.target_directory.clone().into_std_path_buf(),
    };
    let own = target.join("maptrace");
    let workspace = request.metadata.workspace_root.as_std_path();
    let ecosystem = Ecosystem::of(request.subcommand, request.arguments);
    let make = |traits: &Traits| write(&own.join("shim"), workspace, &request.source, traits);
    let traits = ecosystem.shared(request.arguments, make);
    Ok(Plan {
        manifest: make(&traits)?,
        target,
        own,
        traits,
    })
}

pub(super) fn build(request: &Request<'_>, plan: Plan) -> Result<Library> {
    let Plan {
        target, own, manifest, ..
    } = plan;
    let mut cargo = super::cargo();
    cargo
        .args(["build", "--message-format=json-render-diagnostics", "--manifest-path"])
        .arg(&manifest)
        .arg("--target-dir")
        .arg(&target)
        .args(request.arguments.only(&[
            "--release",
            "-r",
            "--profile",
            "--target",
            "--config",
            "--offline",
            "-Z",
            "-j",
            "--jobs",
            "-q",
            "--quiet",
            "-v",
            "--verbose",
            "--color",
        ]))
        .stdout(Stdio::piped());
    if request.arguments.has("--frozen") {
        cargo.arg("--offline");
    }
    let says_profile = ["--release", "-r", "--profile"]
        .iter()
        .any(|name| request.arguments.has(name));
    if !says_profile && request.subcommand != "run" {
        cargo.args(["--profile", request.subcommand]);
    }
    let mut child = cargo.spawn().context("cargo did not start")?;
    let output = child.stdout.take().context("cargo's output")?;
    let mut artifacts = Vec::new();
    for message in Message::parse_stream(BufReader::new(output)) {
        if let Message::CompilerArtifact(artifact) = message? {
            artifacts.push(artifact);
        }
    }
    if !child.wait()?.success() {
        bail!("maptrace-std could not be built, see above{}", cure(&request.source));
    }
    let mut libraries = artifacts
        .iter()
        .filter(|artifact| artifact.target.name == "maptrace_std")
        .filter_map(rlib);
    let library = libraries
        .next()
        .context("cargo built maptrace-std without a library")?
        .to_owned();
    if libraries.next().is_some() {
        bail!("cargo is told of several targets, and maptrace traces one at a time; give one: `--target NAME`");
    }
    // In `<target folder>/<target>/<profile>/deps`, else in `<target folder>/<profile>/deps`.
    let roots = [Some(target), request.metadata.build_directory.clone().map(Into::into)];
    let above_profile = library.ancestors().nth(4);
    let has_target = roots.iter().flatten().any(|root| Some(root.as_path()) == above_profile);
    let mut folders: Vec<PathBuf> = artifacts
        .iter()
        // Nobody uses the shim itself.
        .filter(|artifact| artifact.target.name != "maptrace_shim")
        .filter_map(rlib)
        .filter_map(Path::parent)
        .map(Path::to_owned)
        .collect();
    folders.sort();
    folders.dedup();
    Ok(Library {
        rlib: library,
        folders,
        own,
        has_target,
    })
}

fn rlib(artifact: &Artifact) -> Option<&Path> {
    artifact
        .filenames
        .iter()
        .find(|file| file.extension() == Some("rlib"))
        .map(|file| file.as_std_path())
}

fn cure(source: &Source) -> String {
    match source {
        Source::Checkout(_) => String::new(),
        Source::Registry => format!(
            "; if the registry has no maptrace-std {}, give a checkout: `--maptrace PATH` or the variable {VARIABLE}",
            env!("CARGO_PKG_VERSION")
        ),
    }
}

/// Writes a package that depends on maptrace-std and has the profiles of the workspace.
fn write(folder: &Path, workspace: &Path, source: &Source, traits: &Traits) -> Result<PathBuf> {
    let root = workspace.join("Cargo.toml");
    let theirs: DocumentMut = fs::read_to_string(&root)
        .with_context(|| format!("reading {}", root.display()))?
        .parse()
        .with_context(|| format!("reading {}", root.display()))?;

    let mut ours = DocumentMut::new();
    // A profile may need them.
    if let Some(features) = theirs.get("cargo-features") {
        ours["cargo-features"] = features.clone();
    }
    ours["package"] = Item::Table(Table::from_iter([
        ("name", value("maptrace-shim")),
        ("version", value("0.0.0")),
        ("edition", value("2024")),
        ("publish", value(false)),
    ]));
    // Not a member of the workspace around it.
    ours["workspace"] = Item::Table(Table::new());
    ours["lib"] = Item::Table(Table::from_iter([("path", value("lib.rs"))]));
    let mut dependency = source.dependency("maptrace-std");
    let features = traits
        .features
        .iter()
        .copied()
        .chain(["enable", "flight", "guard", "listen"]);
    dependency.insert("features", toml_edit::Array::from_iter(features).into());
    let mut dependencies = Table::from_iter([("maptrace-std", value(dependency))]);
    let mut of_the_compiler = Table::new();
    for (number, pin) in traits.pins.iter().enumerate() {
        let table = if pin.is_for_the_compiler {
            &mut of_the_compiler
        } else {
            &mut dependencies
        };
        table.insert(&format!("pin-{number}"), value(pin.dependency()));
    }
    ours["dependencies"] = Item::Table(dependencies);
    ours["build-dependencies"] = Item::Table(of_the_compiler);
    if let Some(profiles) = theirs.get("profile").and_then(Item::as_table_like) {
        let mut copies = Table::new();
        for (name, profile) in profiles.iter() {
            let mut profile = profile.clone();
            if let Some(table) = profile.as_table_like_mut() {
                // A library that unwinds goes with programs that abort, and with tests, which always unwind.
                table.remove("panic");
                // Not those of packages that the shim does not have.
                if let Some(packages) = table.get_mut("package").and_then(Item::as_table_like_mut) {
                    let all: Vec<String> = packages.iter().map(|(name, _)| name.to_owned()).collect();
                    for name in all.iter().filter(|name| *name != "*" && !traits.has(name)) {
                        packages.remove(name);
                    }
                }
            }
            copies.insert(name, profile);
        }
        ours["profile"] = Item::Table(copies);
    }

    // Several workspaces may share a target folder.
    let text = ours.to_string();
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let folder = folder.join(format!("{:016x}", hasher.finish()));
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    write_if_other(&folder.join("lib.rs"), "")?;
    let manifest = folder.join("Cargo.toml");
    write_if_other(&manifest, &text)?;
    // What both depend on is then of one version, and built once.
    let lock = folder.join("Cargo.lock");
    let theirs = workspace.join("Cargo.lock");
    if !lock.exists() && theirs.exists() {
        put(&lock, |new| fs::copy(&theirs, new).map(drop))?;
    }
    Ok(manifest)
}

/// Cargo builds again what was written again.
fn write_if_other(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|before| before == text) {
        return Ok(());
    }
    put(path, |new| fs::write(new, text))
}
