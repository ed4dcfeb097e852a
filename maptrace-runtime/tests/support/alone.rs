//! Tests that need a process of their own: the global collector, the environment, `fork` and the end of the process
//! belong to a whole process.
//!
//! Such a test starts its own binary again, with a filter for itself and a variable that says "you are the one".

use std::io::Read;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// Set in the process that a test has for itself.
const INSIDE: &str = "MAPTRACE_TEST_ALONE";

/// How many times as large as by default a test is to be that has no natural size: a number.
const SCALE: &str = "MAPTRACE_TEST_SCALE";

/// A process that hangs is killed and the test fails; far longer than any of them takes.
const WATCHDOG: Duration = Duration::from_secs(120);

/// How large tests are to be; ci/promises.sh asks for more than 1.
pub(crate) fn scale() -> u32 {
    std::env::var(SCALE).map_or(1, |scale| scale.parse().expect("a number"))
}

/// Runs `body` in a process of its own, with these variables and no others of ours, and returns what it printed.
/// Returns `None` in that process.
///
/// `module` is `module_path!()` and `test` the name of the calling test function.
///
/// # Panics
/// If the process fails, or hangs.
pub(crate) fn alone(module: &str, test: &str, variables: &[(&str, &str)], body: impl FnOnce()) -> Option<Output> {
    alone_within(WATCHDOG * scale(), module, test, variables, body)
}

/// As [`alone`], for at most so long.
pub(crate) fn alone_within(
    watchdog: Duration,
    module: &str,
    test: &str,
    variables: &[(&str, &str)],
    body: impl FnOnce(),
) -> Option<Output> {
    let output = alone_to_any_end(watchdog, module, test, variables, body)?;
    let (out, err) = texts(&output);
    assert!(
        output.status.success(),
        "{test} failed alone ({}):\n{out}\n{err}",
        output.status
    );
    assert!(out.contains("1 passed"), "no test is called {test}:\n{out}\n{err}");
    // What it has measured, for those who look with --nocapture.
    out.lines()
        .filter(|line| line.contains("measured: "))
        .for_each(|line| println!("{line}"));
    Some(output)
}

/// What a process printed. Its summary is not to be taken for one of ours, which are added up.
fn texts(output: &Output) -> (String, String) {
    (
        String::from_utf8_lossy(&output.stdout).replace("test result:", "alone:"),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// As [`alone_within`], for a process that may end in any way but by hanging.
pub(crate) fn alone_to_any_end(
    watchdog: Duration,
    module: &str,
    test: &str,
    variables: &[(&str, &str)],
    body: impl FnOnce(),
) -> Option<Output> {
    if std::env::var_os(INSIDE).is_some() {
        body();
        return None;
    }
    // Without the crate's name, as the harness has it.
    let path = module
        .split_once("::")
        .map_or(String::new(), |(_, path)| format!("{path}::"));
    let mut command = Command::new(std::env::current_exe().expect("a path to this binary"));
    command
        .args([
            &format!("{path}{test}"),
            "--exact",
            "--include-ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MAPTRACE_") && name != SCALE {
            command.env_remove(name);
        }
    }
    command.envs(variables.iter().copied()).env(INSIDE, "1");
    let mut child = command.spawn().expect("this binary runs again");
    let (done, ended) = channel();
    let watchdog = {
        let pid = Pid::from_child(&child);
        thread::spawn(move || {
            let hung = ended.recv_timeout(watchdog) == Err(RecvTimeoutError::Timeout);
            if hung {
                // By its id: the child is borrowed by the reading of its output. It may have ended this very moment.
                let _ = kill_process(pid, Signal::KILL);
            }
            hung
        })
    };
    let mut errors = child.stderr.take().expect("a pipe");
    let errors = thread::spawn(move || {
        let mut bytes = Vec::new();
        errors.read_to_end(&mut bytes).map(|_| bytes)
    });
    let mut stdout = Vec::new();
    child
        .stdout
        .take()
        .expect("a pipe")
        .read_to_end(&mut stdout)
        .expect("output");
    let stderr = errors.join().expect("the reader ends").expect("output");
    let status = child.wait().expect("the process ends");
    let _ = done.send(());
    let hung = watchdog.join().expect("the watchdog ends");
    let output = Output { status, stdout, stderr };
    let (out, err) = texts(&output);
    assert!(!hung, "{test} hung; it printed:\n{out}\n{err}");
    Some(output)
}
