//! The wrapper that cargo runs in rustc's place for the crates of the workspace: this program, by another name.
//!
//! Its folder holds what it has to know. The folder's name changes with the library, and cargo, to which the wrapper's
//! path is part of a crate's identity, compiles anew what was compiled with another one.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::put;
use super::shim::Library;

const NAME: &str = "maptrace-rustc";
const SETTINGS: &str = "settings.json";
/// The variable that names the file to make when a crate failed to compile that the wrapper had changed something for:
/// each run has its own.
const FAILED: &str = "CARGO_MAPTRACE_FAILED";

#[derive(Serialize, Deserialize)]
struct Settings {
    rlib: PathBuf,
    folders: Vec<PathBuf>,
    /// Whether cargo has a target, by its arguments or its configuration. Then what has none is for the host.
    has_target: bool,
    /// The project's own wrapper, for which cargo has no room beside this one.
    theirs: Option<OsString>,
}

pub(super) struct Wrapper {
    folder: PathBuf,
    settings: Settings,
    failed: PathBuf,
}

impl Wrapper {
    pub(super) fn install(library: &Library, theirs: Option<OsString>) -> Result<Self> {
        let settings = Settings {
            rlib: library.rlib.clone(),
            folders: library.folders.clone(),
            has_target: library.has_target,
            theirs,
        };
        let text = serde_json::to_vec(&settings)?;
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        fs::metadata(&library.rlib)
            .and_then(|file| file.modified())
            .with_context(|| format!("reading {}", library.rlib.display()))?
            .hash(&mut hasher);
        env!("CARGO_PKG_VERSION").hash(&mut hasher);
        let folder = library.own.join(format!("{:016x}", hasher.finish()));
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;

        let failed = folder.join(format!("failed-{}", std::process::id()));
        // Of a process that had the same number.
        _ = fs::remove_file(&failed);
        let wrapper = Self {
            folder,
            settings,
            failed,
        };
        let own = std::env::current_exe().context("this program's own path")?;
        put(&wrapper.folder.join(SETTINGS), |new| fs::write(new, &text))?;
        put(&wrapper.program(), |new| link(&own, new))?;
        Ok(wrapper)
    }

    /// What cargo has to be told, through the environment.
    pub(super) fn tell(&self, cargo: &mut Command) {
        cargo
            .env("RUSTC_WORKSPACE_WRAPPER", self.program())
            .env(FAILED, &self.failed);
    }

    pub(super) fn program(&self) -> PathBuf {
        self.folder.join(NAME).with_extension(std::env::consts::EXE_EXTENSION)
    }

    pub(super) fn rustdoc_flags(&self) -> Vec<String> {
        self.settings
            .flags(true)
            .map(|flag| flag.to_string_lossy().into_owned())
            .collect()
    }

    /// Whether a crate failed to compile that the wrapper had changed something for.
    pub(super) fn has_failed(&self) -> bool {
        fs::remove_file(&self.failed).is_ok()
    }
}

#[cfg(unix)]
fn link(original: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(original, link)
}

#[cfg(not(unix))]
fn link(original: &Path, link: &Path) -> std::io::Result<()> {
    fs::copy(original, link).map(drop)
}

impl Settings {
    fn flags(&self, replaces_std: bool) -> impl Iterator<Item = OsString> {
        let std = replaces_std.then(|| ["--extern".into(), joined("std=", &self.rlib)]);
        let folders = self
            .folders
            .iter()
            .flat_map(|folder| ["-L".into(), joined("dependency=", folder)]);
        std.into_iter().flatten().chain(folders)
    }
}

fn joined(start: &str, path: &Path) -> OsString {
    let mut joined = OsString::from(start);
    joined.push(path);
    joined
}

/// The wrapper's folder, if `name`, under which this program was started, is the wrapper's.
pub(crate) fn folder_of(name: &Path) -> Option<&Path> {
    (name.file_stem()? == NAME).then(|| name.parent())?
}

/// Runs rustc: `arguments` are its path and its own arguments.
pub(crate) fn compile(folder: &Path, arguments: impl Iterator<Item = OsString>) -> ExitCode {
    match try_compile(folder, arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("maptrace: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn try_compile(folder: &Path, mut arguments: impl Iterator<Item = OsString>) -> Result<ExitCode> {
    let settings = folder.join(SETTINGS);
    let settings: Settings = fs::read(&settings)
        .map_err(anyhow::Error::from)
        .and_then(|text| Ok(serde_json::from_slice(&text)?))
        .with_context(|| format!("reading {}", settings.display()))?;
    let rustc = arguments.next().context("cargo gave no compiler to its wrapper")?;
    let given: Vec<OsString> = arguments.collect();
    if given
        .iter()
        .any(|argument| argument.to_string_lossy().starts_with("noprelude:std="))
    {
        anyhow::bail!("{}", super::BUILD_STD);
    }
    let traced = is_traced(
        &given,
        std::env::var_os("CARGO_CRATE_NAME").as_deref(),
        settings.has_target,
    );
    let mut compiler = match &settings.theirs {
        Some(theirs) => {
            let mut compiler = Command::new(theirs);
            compiler.arg(&rustc);
            compiler
        }
        None => Command::new(&rustc),
    };
    let status = compiler
        .args(&given)
        .args(settings.flags(traced))
        // A procedural macro may use a crate that is traced, and would report from within the compiler.
        .env("MAPTRACE_ENABLED", "0")
        .status()
        .with_context(|| format!("`{}` did not start", compiler.get_program().display()))?;
    if let Some(failed) = std::env::var_os(FAILED)
        && traced
        && !status.success()
    {
        fs::write(failed, "")?;
    }
    Ok(super::child::exit_code(status))
}

/// Whether rustc's arguments are for a crate whose maps are to be traced: one of the workspace (cargo asks the wrapper
/// for no other) that is part of the program. `cargo_crate` is what cargo says that it compiles: build scripts run rustc
/// too, to see what it knows, and cargo itself asks it questions.
fn is_traced(given: &[OsString], cargo_crate: Option<&OsStr>, has_target: bool) -> bool {
    let after = |name: &'static str| {
        given
            .windows(2)
            .filter(move |pair| pair[0] == name)
            .map(|pair| pair[1].as_os_str())
    };
    let Some(name) = after("--crate-name").next() else {
        return false;
    };
    let runs_in_the_compiler = after("--crate-type").any(|kind| kind == "proc-macro")
        // Its own tests.
        || after("--extern").any(|krate| krate == "proc_macro");
    let is_program = after("--crate-type").any(|kind| kind == "bin");
    let is_build_script = is_program && name.to_string_lossy().starts_with("build_script_");
    let is_for_the_host = has_target && after("--target").next().is_none();
    cargo_crate == Some(name) && !runs_in_the_compiler && !is_build_script && !is_for_the_host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traced(arguments: &str, cargo_crate: Option<&str>, has_target: bool) -> bool {
        let arguments: Vec<OsString> = arguments.split_whitespace().map(OsString::from).collect();
        is_traced(&arguments, cargo_crate.map(OsStr::new), has_target)
    }

    #[test]
    fn crates_of_the_program_are_traced() {
        assert!(traced(
            "--crate-name app --edition=2021 src/main.rs --crate-type bin",
            Some("app"),
            false
        ));
        // A library of that name.
        assert!(traced(
            "--crate-name build_script_tools src/lib.rs --crate-type lib",
            Some("build_script_tools"),
            false
        ));
        assert!(traced(
            "--crate-name app src/main.rs --test --target x",
            Some("app"),
            true
        ));
    }

    #[test]
    fn everything_else_is_compiled_as_it_is() {
        for (arguments, cargo_crate, has_target) in [
            ("-vV", None, false),
            ("- --crate-name ___ --print=file-names --crate-type bin", None, false),
            (
                "--crate-name build_script_build build.rs --crate-type bin",
                Some("build_script_build"),
                false,
            ),
            ("--crate-name pm src/lib.rs --crate-type proc-macro", Some("pm"), false),
            (
                "--crate-name pm src/lib.rs --extern proc_macro --test",
                Some("pm"),
                false,
            ),
            // A build script's question.
            (
                "--crate-name probe --crate-type lib -",
                Some("build_script_build"),
                false,
            ),
            ("--crate-name probe --crate-type lib -", None, false),
            // A build script's library, where the program is for another machine.
            ("--crate-name common src/lib.rs --crate-type lib", Some("common"), true),
        ] {
            assert!(!traced(arguments, cargo_crate, has_target), "{arguments}");
        }
    }

    #[test]
    fn it_is_the_wrapper_under_the_wrapper_s_name_alone() {
        assert_eq!(folder_of("/t/0f/maptrace-rustc".as_ref()), Some(Path::new("/t/0f")));
        assert_eq!(folder_of("/usr/bin/cargo-maptrace".as_ref()), None);
        assert_eq!(folder_of("maptrace".as_ref()), None);
    }
}
