//! What processes that end before their time leave to others.
#![expect(unsafe_code, reason = "std has no fork")]

use std::path::Path;
use std::time::Instant;

use maptrace_otel::OtlpExporter;
use maptrace_runtime::Sink;

use super::{busy, holds, instances, send, spooling};
use crate::episodes::{episode, grow};
use crate::server::{Behaviour, Server};
use crate::{PATIENCE, eventually, soon};

/// Set in a process that is to be killed: where it sends, and where its spool is.
const VICTIM: &str = "MAPTRACE_TEST_SPOOL_VICTIM";

#[test]
fn a_process_that_is_killed_leaves_what_it_has_written() {
    if let Some(victim) = std::env::var_os(VICTIM) {
        let victim = victim.into_string().expect("text");
        let (url, dir) = victim.split_once(' ').expect("two words");
        write_until_killed(url, Path::new(dir));
    }
    let dir = tempfile::tempdir().expect("a folder");
    let away = Server::start(|_| busy());
    let mut victim = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args([
            "--exact",
            "spool::processes::a_process_that_is_killed_leaves_what_it_has_written",
            "--nocapture",
        ])
        .env(VICTIM, format!("{} {}", away.url(), dir.path().display()))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("a process");
    // It says what is on disk, again and again, and is killed in the middle of it.
    let output = std::io::BufReader::new(victim.stdout.take().expect("its output"));
    let mut said = 0;
    for line in std::io::BufRead::lines(output) {
        let line = line.expect("a line");
        if let Some(spooled) = line.strip_prefix("spooled ") {
            said = spooled.parse().expect("a number");
            if said > 3_000 {
                break;
            }
        }
    }
    victim.kill().expect("it was alive");
    victim.wait().expect("it is dead");
    assert!(said > 3_000, "it said nothing");

    let server = Server::start(|_| Behaviour::ok());
    let (_exporter, health) = spooling(&server.url(), dir.path(), |otlp| otlp.metrics(false));
    eventually(|| health.read().recovered > 0 && health.read().spool_requests == 0);
    let now = health.read();
    holds(&now);
    assert!(now.recovered >= said, "{said}: {now:?}");
    assert_eq!((now.exported, now.failed), (now.recovered, 0));
    let found = instances(&server.requests());
    assert!(found.keys().copied().eq(0..now.recovered), "{now:?}");
}

fn write_until_killed(url: &str, dir: &Path) -> ! {
    let (mut exporter, health) = spooling(url, dir, |otlp| otlp.metrics(false));
    let mut number = 0;
    loop {
        send(&mut exporter, number..number + 10);
        number += 10;
        assert_eq!(exporter.flush(Instant::now() + PATIENCE), 0);
        println!("spooled {}", health.read().spooled);
    }
}

/// Set in a process that forks: as [`VICTIM`].
#[cfg(unix)]
const PARENT: &str = "MAPTRACE_TEST_SPOOL_PARENT";

#[cfg(unix)]
#[test]
fn a_forked_child_keeps_nobody_from_taking_over() {
    if let Some(parent) = std::env::var_os(PARENT) {
        let parent = parent.into_string().expect("text");
        let (url, dir) = parent.split_once(' ').expect("two words");
        let (mut exporter, health) = spooling(url, Path::new(dir), |otlp| otlp.metrics(false));
        send(&mut exporter, 0..100);
        assert_eq!((exporter.flush(soon()), health.read().spooled), (0, 100));
        fork(&mut exporter);
        assert_eq!((exporter.shutdown(soon()), exporter.failed()), (0, 0));
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let away = Server::start(|_| busy());
    let mut parent = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args([
            "--exact",
            "spool::processes::a_forked_child_keeps_nobody_from_taking_over",
        ])
        .env(PARENT, format!("{} {}", away.url(), dir.path().display()))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("a process");
    // The child lives for as long as this is open.
    let input = parent.stdin.take().expect("its input");
    assert!(parent.wait().expect("it ends").success());
    let server = Server::start(|_| Behaviour::ok());
    let (_exporter, health) = spooling(&server.url(), dir.path(), |otlp| otlp.metrics(false));
    eventually(|| health.read().exported == 100);
    assert_eq!(
        (health.read().recovered, instances(&server.requests()).len()),
        (100, 100)
    );
    drop(input);
}

/// Forks; the child offers something in vain and waits for the end of its input.
#[cfg(unix)]
fn fork(exporter: &mut OtlpExporter) {
    // SAFETY: the child uses nothing that another thread may have locked, and ends with `_exit`.
    if unsafe { libc::fork() } == 0 {
        let refused = !exporter.episode(&episode(grow())) && exporter.shutdown(Instant::now()) == 0;
        let mut byte = 0_u8;
        // SAFETY: the buffer is one byte long and lives on.
        while unsafe { libc::read(0, std::ptr::from_mut(&mut byte).cast(), 1) } > 0 {}
        // SAFETY: nothing of the process is needed any more.
        unsafe { libc::_exit(i32::from(!refused)) };
    }
}
