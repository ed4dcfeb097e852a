//! Programs that are started, listened to, and gone when the test is over.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long anything may take: far longer than it does, as machines may be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// A program at work. It is killed when this is dropped.
pub(crate) struct Running {
    name: String,
    child: Child,
    /// Its standard input, if it is to have one.
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    /// What it has said so far, on both streams.
    said: Vec<String>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self::start_with(command, Stdio::null())
    }

    /// Starts a program that can be [told](Self::tell) something.
    pub(crate) fn start_to_listen(command: &mut Command) -> Self {
        Self::start_with(command, Stdio::piped())
    }

    fn start_with(command: &mut Command, input: Stdio) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {name}: {error}; ci/setup.sh installs what is missing"));
        let (sender, lines) = channel();
        forward(child.stdout.take().expect("piped"), sender.clone());
        forward(child.stderr.take().expect("piped"), sender);
        let said = Vec::new();
        Self {
            name,
            input: child.stdin.take(),
            child,
            lines,
            said,
        }
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Writes a line to its standard input.
    pub(crate) fn tell(&mut self, line: &str) {
        let input = self.input.as_mut().expect("it was started to listen");
        writeln!(input, "{line}").unwrap_or_else(|error| panic!("{} does not listen: {error}", self.name));
    }

    /// What it has said by now.
    pub(crate) fn said(&mut self) -> &[String] {
        self.said.extend(self.lines.try_iter());
        &self.said
    }

    /// Whether it has said so by now.
    pub(crate) fn has_said(&mut self, words: &str) -> bool {
        self.said().iter().any(|line| line.contains(words))
    }

    /// Waits for a line in which `find` finds what it looks for.
    pub(crate) fn wait_for<T>(&mut self, what: &str, find: impl Fn(&str) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        if let Some(found) = self.said.iter().find_map(|line| find(line)) {
            return found;
        }
        loop {
            let Ok(line) = self
                .lines
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            else {
                panic!("{} never said {what}, but:\n{}", self.name, self.said.join("\n"));
            };
            let found = find(&line);
            self.said.push(line);
            if let Some(found) = found {
                return found;
            }
        }
    }

    /// Whether it has ended, and if so with what words.
    pub(crate) fn has_ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().expect("it is our child")?;
        self.said.extend(self.lines.iter());
        Some(format!("{} ended, {status}:\n{}", self.name, self.said.join("\n")))
    }

    /// Presses Ctrl-C, and returns what it has said in its whole life. It must end, and in peace.
    pub(crate) fn interrupt(self) -> String {
        kill_process(Pid::from_child(&self.child), Signal::INT).expect("it is our child");
        self.end()
    }

    /// Asks it to end, as service managers do, and returns what it has said. It must end, and in peace.
    pub(crate) fn terminate(self) -> String {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it is our child");
        self.end()
    }

    /// Waits for it to end by itself, with nothing more to listen to, and returns what it has said. It must end in peace.
    pub(crate) fn end(mut self) -> String {
        drop(self.input.take());
        let status = eventually("it to end", || {
            self.child
                .try_wait()
                .expect("it is our child")
                .ok_or_else(|| "it is still running".to_owned())
        });
        self.said.extend(self.lines.iter());
        let said = self.said.join("\n");
        assert!(status.success(), "{} ended, {status}:\n{said}", self.name);
        said
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn forward(stream: impl Read + Send + 'static, sender: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            // Without a listener it is still read, so that the program never waits.
            let _ = sender.send(String::from_utf8_lossy(&line).into_owned());
        }
    });
}

/// Runs a program to its end and returns its standard output.
pub(crate) fn run(command: &mut Command) -> String {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("cannot run {name}: {error}; ci/setup.sh installs what is missing"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {}\n{text}\n{errors}", output.status);
    text
}

/// Asks again and again until there is an answer. An error says how far it is.
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(state) => assert!(Instant::now() < deadline, "waited {PATIENCE:?} for {what}: {state}"),
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// A command for one of this package's examples, built in the same profile as this test.
pub(crate) fn example(name: &str) -> Command {
    let test = std::env::current_exe().expect("a path");
    let profile = test.ancestors().nth(2).expect("target/PROFILE/deps/TEST");
    let path = profile.join("examples").join(name);
    assert!(path.exists(), "{} is not built: run ci/e2e.sh", path.display());
    clean(path)
}

/// A command whose settings are ours alone, whatever the environment of the test says.
pub(crate) fn clean(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("MAPTRACE_") || name.starts_with("OTEL_") {
            command.env_remove(&*name);
        }
    }
    command
}

/// A folder that goes away with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(purpose: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("maptrace-{purpose}-{}-{number}", std::process::id()));
        fs::create_dir(&path).expect("a new folder");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).expect("a file in a folder of ours");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left in a temporary folder is no failure.
        let _ = fs::remove_dir_all(&self.0);
    }
}
