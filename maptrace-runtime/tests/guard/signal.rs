//! Dumps of a process that lives, or hangs, on a signal from outside.
#![expect(unsafe_code, reason = "std has no signals and no fork")]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::guard::{self, InstallError};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::allocator::STUCK;
use crate::support::{dumps, in_folder};

fn changed() -> HashMap<u32, u32> {
    let mut map = HashMap::new();
    map.extend((0..1_000).map(|i| (i, i)));
    map
}

fn raise(signal: i32) {
    // SAFETY: has no preconditions.
    assert_eq!(unsafe { libc::raise(signal) }, 0);
}

#[test]
fn a_signal_asks_for_a_dump() {
    let left = in_folder(module_path!(), "a_signal_asks_for_a_dump", &[], |folder| {
        guard::builder(folder).on_sigusr2().install().expect("it installs");
        let _map = changed();
        for n in 1..=3 {
            raise(libc::SIGUSR2);
            while dumps(folder).len() < n {
                std::thread::yield_now();
            }
        }
    });
    let Some(left) = left.map(crate::support::Left::succeeded) else {
        return;
    };
    assert_eq!(left.dumps.len(), 3);
    assert!(
        left.dumps
            .iter()
            .all(|dump| dump["why"] == "signal" && dump["panic"].is_null())
    );
    assert_eq!(left.dumps[2]["sums"]["entries"], 1_000);
}

/// The host's handler stays, and so does its silence about it; panics are dumped all the same.
#[test]
fn a_signal_that_the_host_handles() {
    extern "C" fn theirs(_: i32) {}
    in_folder(module_path!(), "a_signal_that_the_host_handles", &[], |folder| {
        // SAFETY: the handler does nothing.
        unsafe { libc::signal(libc::SIGUSR1, theirs as extern "C" fn(i32) as usize) };
        let error = guard::builder(folder).on_sigusr1().install().expect_err("it is taken");
        assert!(matches!(error, InstallError::Signal { .. }), "{error}");
        assert!(
            error.to_string().contains("SIGUSR1") && error.to_string().contains("choose the other"),
            "{error}"
        );
        let _map = changed();
        guard::dump().expect("a dump");
        raise(libc::SIGUSR1);
    })
    .map(crate::support::Left::succeeded);
}

/// A child has the handler and not the thread: its signal is not its parent's. Its panics are its own.
#[test]
fn a_forked_child() {
    let left = in_folder(module_path!(), "a_forked_child", &[], |folder| {
        guard::builder(folder).on_sigusr1().install().expect("it installs");
        let map = changed();
        // SAFETY: the child ends by `_exit`, and touches no lock of the harness: its threads are gone.
        let child = unsafe { libc::fork() };
        assert!(child >= 0);
        if child == 0 {
            // SAFETY: has no preconditions. The default action of the signal ends the process.
            unsafe { libc::alarm(60) };
            raise(libc::SIGUSR1);
            let mine = changed();
            let panicked = std::panic::catch_unwind(|| panic!("the child's"));
            drop(mine);
            // SAFETY: has no preconditions; unlike `exit`, runs no handlers of the parent's.
            unsafe { libc::_exit(i32::from(panicked.is_ok())) };
        }
        let mut status = 0;
        // SAFETY: `status` may be written to, and the child is ours.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0);
        assert_eq!(dumps(folder).len(), 1, "the child's, and none of its signal's");
        guard::dump().expect("a dump");
        drop(map);
        assert_eq!(dumps(folder)[0]["sums"]["maps"], 1);
    });
    let Some(left) = left.map(crate::support::Left::succeeded) else {
        return;
    };
    assert_ne!(left.dumps[0]["pid"], left.dumps[1]["pid"]);
    assert_eq!(left.dumps.iter().filter(|dump| dump["why"] == "panic").count(), 1);
}

/// Set in the process that hangs.
const HANGS: &str = "MAPTRACE_TEST_HANGS";

/// Every allocation waits for ever, so the collector hangs as well, maybe with its books in hand; and the process is asked
/// from outside.
#[test]
fn a_process_that_hangs() {
    if let Some(folder) = std::env::var_os(HANGS) {
        guard::builder(folder).on_sigusr1().install().expect("it installs");
        let mut maps: Vec<_> = (0..2_000).map(|_| changed()).collect();
        assert!(maptrace_runtime::flush(std::time::Duration::from_secs(60)).complete);
        println!("\nready");
        STUCK.store(true, Ordering::Relaxed);
        // Gives the collector work, so that it may well want memory: these need none.
        for map in &mut maps {
            map.insert(1, 2);
        }
        loop {
            std::thread::park();
        }
    }
    let folder = TempDir::new().expect("a folder");
    let mut child = Command::new(std::env::current_exe().expect("a path to this binary"))
        .args([
            "signal::a_process_that_hangs",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(HANGS, folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("this binary runs again");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line == "ready")), "it ended");
    kill_process(Pid::from_child(&child), Signal::USR1).expect("it is there");
    // No end but a dump, or the harness's.
    while dumps(folder.path()).is_empty() {
        assert!(child.try_wait().expect("a child").is_none(), "it ended");
        std::thread::yield_now();
    }
    child.kill().expect("it is there");
    child.wait().expect("it was killed");
    let dumps = dumps(folder.path());
    assert_eq!(dumps[0]["sums"]["maps"], 2_000);
    assert_eq!(dumps[0]["sums"]["entries"], 2_000_000);
}
