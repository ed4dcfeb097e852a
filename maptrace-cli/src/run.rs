//! Traces a project with no edit at all, by a trick: each crate of the workspace is compiled with `--extern std=` and
//! maptrace-std there, so that whatever it names by `std::` comes from maptrace-std.
//!
//! That rustc takes another crate for `std` is not documented, so this may end with any release of Rust.

mod arguments;
mod child;
mod config;
mod ecosystem;
mod failure;
mod preflight;
mod shim;
pub(crate) mod wrapper;

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};
use cargo_metadata::Metadata;
use semver::Version;

use crate::args::Trace;
use crate::source;
use arguments::CargoArguments;
use config::Config;

/// What cargo is to be run by. Cargo tells the programs that it starts.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs the cargo subcommand, and returns its status.
pub(crate) fn trace(request: &Trace) -> Result<ExitCode> {
    let subcommand = request.subcommand;
    eprintln!(
        "maptrace: experimental: runs `cargo {subcommand}` with this workspace's crates compiled against maptrace-std \
         in place of std, which traces their maps"
    );
    let arguments = CargoArguments::new(&request.cargo);
    refuse_what_cannot_work(&arguments)?;
    let compiler = Compiler::ask()?;
    compiler.refuse_old()?;
    let metadata = metadata(&arguments)?;
    refuse_itself(&metadata)?;

    let shim = shim::Request {
        subcommand,
        arguments: &arguments,
        metadata: &metadata,
        source: source::find(request.source.as_deref())?,
    };
    let plan = shim::plan(&shim)?;
    let whole = preflight::look(&shim);
    if !request.anyway {
        preflight::refuse_what_is_known(&shim, &plan.traits, &whole)?;
    }
    preflight::tell_what_stays_plain(&shim, &whole);
    preflight::tell_what_is_outdated(&metadata, &plan.traits);
    let library = shim::build(&shim, plan)?;
    let config = Config::read(&arguments)?;
    let wrapper = wrapper::Wrapper::install(&library, config.program("rustc-workspace-wrapper"))?;

    let mut cargo = cargo();
    wrapper.tell(&mut cargo);
    if std::env::var_os("MAPTRACE_REPORT").is_none() {
        cargo.env("MAPTRACE_REPORT", "text");
    }
    doctest_flags(&mut cargo, &wrapper.rustdoc_flags());
    cargo.arg(subcommand).args(&request.cargo).args(&request.program);
    let status = child::run(&mut cargo).context("cargo did not start")?;
    if !status.success() && wrapper.has_failed() {
        failure::explain(subcommand, &arguments);
    }
    Ok(child::exit_code(status))
}

/// Makes a file aside and renames it: another maptrace may be at work in the same target folder, and has to find the file
/// whole at any time.
fn put(path: &Path, make: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<()> {
    let new = path.with_extension(format!("new-{}", std::process::id()));
    // Of a process that had the same number, and was killed.
    _ = fs::remove_file(&new);
    make(&new)
        .and_then(|()| fs::rename(&new, path))
        .with_context(|| format!("making {}", path.display()))
}

fn refuse_what_cannot_work(arguments: &CargoArguments) -> Result<()> {
    if arguments.builds_std() || std::env::var_os("CARGO_UNSTABLE_BUILD_STD").is_some() {
        bail!("{}", BUILD_STD);
    }
    Ok(())
}

/// Said from two places: cargo may be told of build-std in its configuration, which only the wrapper gets to see.
const BUILD_STD: &str = "with `-Z build-std` cargo itself says where std is, so maptrace cannot take its place; leave \
                         build-std off, or write `extern crate maptrace_std as std;` at the root of each crate";

/// The oldest Rust that compiles maptrace.
pub(crate) fn needed_rust() -> Result<Version> {
    Version::parse(&format!("{}.0", env!("CARGO_PKG_RUST_VERSION")))
        .or_else(|_| Version::parse(env!("CARGO_PKG_RUST_VERSION")))
        .context("this program's own rust-version")
}

/// What is known of the compiler that cargo will run.
struct Compiler {
    version: Version,
}

impl Compiler {
    fn ask() -> Result<Self> {
        let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let shown = program.to_string_lossy().into_owned();
        let output = Command::new(&program)
            .arg("-vV")
            .output()
            .with_context(|| format!("`{shown}` did not start"))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let version = said
            .lines()
            .find_map(|line| line.strip_prefix("release: "))
            .and_then(|release| Version::parse(release.trim()).ok())
            .with_context(|| format!("`{shown} -vV` does not say its release"))?;
        Ok(Self { version })
    }

    /// Any nightly of a release counts as that release.
    fn refuse_old(&self) -> Result<()> {
        let needed = needed_rust()?;
        let Version {
            major, minor, patch, ..
        } = self.version;
        if Version::new(major, minor, patch) < needed {
            bail!(
                "this toolchain is Rust {}, and maptrace needs {needed} or newer; update it (`rustup update`), or choose \
                 another: `cargo +stable maptrace ...`",
                self.version
            );
        }
        Ok(())
    }
}

fn metadata(arguments: &CargoArguments) -> Result<Metadata> {
    let mut command = cargo_metadata::MetadataCommand::new();
    command.no_deps();
    if let Some(manifest) = arguments.value("--manifest-path") {
        command.manifest_path(manifest);
    }
    command.exec().map_err(explain_metadata)
}

/// What cargo says about a project that it cannot read, with the cure where there is one.
pub(crate) fn explain_metadata(error: cargo_metadata::Error) -> anyhow::Error {
    match error {
        cargo_metadata::Error::CargoMetadata { stderr } if stderr.contains("could not find `Cargo.toml`") => {
            anyhow::anyhow!(
                "there is no Cargo project here: no Cargo.toml in this folder or above it; go into the project, or name \
                 it: `--manifest-path PATH`, with `check` its folder"
            )
        }
        cargo_metadata::Error::CargoMetadata { stderr } => {
            anyhow::anyhow!("cargo cannot read this project:\n{}", stderr.trim_end())
        }
        other => other.into(),
    }
}

/// maptrace's own maps are plain on purpose.
fn refuse_itself(metadata: &Metadata) -> Result<()> {
    let own = metadata
        .workspace_packages()
        .iter()
        .any(|package| package.name.as_str() == "maptrace-runtime");
    if own {
        bail!("this is maptrace's own workspace, and maptrace cannot be compiled against itself");
    }
    Ok(())
}

/// rustdoc compiles doctests without the wrapper. Its flags come from one of several places, the first that is there.
fn doctest_flags(cargo: &mut Command, flags: &[String]) {
    const SEPARATOR: &str = "\u{1f}";
    let encoded = std::env::var("CARGO_ENCODED_RUSTDOCFLAGS").ok();
    let plain = || {
        let flags = std::env::var("RUSTDOCFLAGS").ok()?;
        Some(flags.split_whitespace().collect::<Vec<_>>().join(SEPARATOR))
    };
    match encoded.or_else(plain).filter(|flags| !flags.is_empty()) {
        Some(before) => {
            let all: Vec<&str> = std::iter::once(before.as_str())
                .chain(flags.iter().map(String::as_str))
                .collect();
            cargo.env("CARGO_ENCODED_RUSTDOCFLAGS", all.join(SEPARATOR));
        }
        // Joined with what the project's own configuration has there, which a variable would hide.
        None => {
            let list: toml_edit::Array = flags.iter().map(String::as_str).collect();
            cargo.args([OsString::from("--config"), format!("build.rustdocflags={list}").into()]);
        }
    }
}
