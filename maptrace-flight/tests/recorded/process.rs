//! A process that records, and what it says.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use maptrace_flight::{Options, Recording};

/// The variable that says which role to play.
pub(crate) const ROLE: &str = "MAPTRACE_TEST_ROLE";

/// A process in a role. It is killed when this is dropped.
pub(crate) struct Actor {
    child: Child,
    said: BufReader<ChildStdout>,
    folder: tempfile::TempDir,
}

impl Actor {
    /// Starts one that records into a folder of its own.
    pub(crate) fn start(role: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let flight = folder.path().join("flight");
        Self::start_with(role, folder, &flight, |_| {})
    }

    pub(crate) fn start_with(
        role: &str,
        folder: tempfile::TempDir,
        flight: &Path,
        more: impl FnOnce(&mut Command),
    ) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("a path"));
        command
            .args(["--exact", "play_a_role", "--nocapture"])
            .env(ROLE, role)
            .env("MAPTRACE_FLIGHT", flight);
        more(&mut command);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts");
        let said = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, said, folder }
    }

    /// Waits for a line that begins so, and returns the rest of it.
    pub(crate) fn hear(&mut self, beginning: &str) -> String {
        loop {
            let mut line = String::new();
            let bytes = self.said.read_line(&mut line).expect("text");
            assert_ne!(bytes, 0, "it never said {beginning:?}");
            // The test harness may have begun the line.
            if let Some((_, rest)) = line.split_once(beginning) {
                return rest.trim().to_owned();
            }
        }
    }

    pub(crate) fn kill(&mut self) {
        // A child of it that listens there goes on.
        let input = self.child.stdin.take();
        self.child.kill().expect("it is our child");
        self.child.wait().expect("it is our child");
        self.child.stdin = input;
    }

    /// The signal that ended it.
    pub(crate) fn ended_by(&mut self) -> Option<i32> {
        use std::os::unix::process::ExitStatusExt as _;
        self.child.wait().expect("it is our child").signal()
    }

    /// All lines that it has still said that begin so, of one that has ended.
    pub(crate) fn rest(&mut self, beginning: &str) -> Vec<String> {
        let mut said = String::new();
        std::io::Read::read_to_string(&mut self.said, &mut said).expect("text");
        said.lines()
            .filter_map(|line| Some(line.strip_prefix(beginning)?.to_owned()))
            .collect()
    }

    /// Waits for it to end by itself, and returns whether it ended well.
    pub(crate) fn end(&mut self) -> bool {
        drop(self.child.stdin.take());
        // All it says is read, or it might wait for that.
        while self.said.read_line(&mut String::new()).is_ok_and(|bytes| bytes > 0) {}
        self.child.wait().expect("it is our child").success()
    }

    pub(crate) fn files(&self) -> Vec<PathBuf> {
        maptrace_flight::find(&self.folder.path().join("flight")).expect("a folder")
    }

    /// What it has recorded.
    pub(crate) fn recording(&self) -> Recording {
        let files = self.files();
        assert_eq!(files.len(), 1, "{files:?}");
        maptrace_flight::read(&files[0], Options::default().last(100_000)).expect("a recording")
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
