//! Small projects in folders of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A project in a temporary folder.
pub(crate) struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// With these files, by their paths. All projects share a target folder, so names of packages must differ.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let project = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Runs `maptrace` in the folder `within`.
    pub(crate) fn maptrace(&self, within: &str, arguments: &[&str]) -> Output {
        self.command(within, env!("CARGO_BIN_EXE_maptrace"))
            .args(arguments)
            .output()
            .expect("maptrace starts")
    }

    pub(crate) fn cargo(&self, within: &str, arguments: &[&str]) -> Output {
        self.command(within, env!("CARGO"))
            .args(arguments)
            .output()
            .expect("cargo starts")
    }

    /// `program`, to be run in the folder `within`, without what this test itself was built with.
    pub(crate) fn command(&self, within: &str, program: &str) -> Command {
        // The versions of this workspace: nothing is fetched that is not here already.
        let lock = self.path(within).join("Cargo.lock");
        if !lock.exists() && self.path(within).join("Cargo.toml").exists() {
            let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
            fs::copy(ours, lock).unwrap();
        }
        let mut command = Command::new(program);
        command
            .current_dir(self.path(within))
            .env(
                "CARGO_TARGET_DIR",
                Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects"),
            )
            .env("CARGO_TERM_COLOR", "never");
        for name in [
            "MAPTRACE_LISTEN",
            "MAPTRACE_REPORT",
            "MAPTRACE_SOURCE",
            "RUSTC_WORKSPACE_WRAPPER",
            "RUSTDOCFLAGS",
            "RUSTFLAGS",
        ] {
            command.env_remove(name);
        }
        command
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
pub(crate) fn assert_good(output: &Output) {
    assert!(
        output.status.success(),
        "failed: {}\n{}",
        stdout(output),
        stderr(output)
    );
}

#[track_caller]
pub(crate) fn assert_says(text: &str, part: &str) {
    assert!(text.contains(part), "`{part}` is not in:\n{text}");
}
