//! What the host has done with the process's own things is no trouble to maptrace, and the other way round.
#![expect(unsafe_code, reason = "std cannot replace standard error")]

use std::fs;
use std::os::fd::AsRawFd;
use std::time::Duration;

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::{flush, snapshot};

use crate::alone::alone;

fn changed_once() {
    let mut map = HashMap::new();
    map.insert(1_u32, 1_u32);
}

/// Nobody reads what maptrace has to say; `eprintln!` would panic out of the insert.
#[test]
fn a_standard_error_that_is_gone() {
    let variables = [
        ("MAPTRACE_LISTEN", "127.0.0.1:0"),
        ("MAPTRACE_SAMPLE", "nonsense"),
        ("MAPTRACE_REPORT", "text"),
    ];
    alone(module_path!(), "a_standard_error_that_is_gone", &variables, || {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        // SAFETY: both descriptors are open, and whoever writes to standard error finds it open as well.
        let replaced = unsafe { libc::dup2(writer.as_raw_fd(), libc::STDERR_FILENO) };
        assert_eq!(replaced, libc::STDERR_FILENO);
        changed_once();
        let now = snapshot();
        assert_eq!(now.maps.iter().map(|map| (map.created, map.freed)).max(), Some((1, 1)));
        assert_eq!(maptrace_runtime::local_addr().is_some(), cfg!(feature = "listen"));
        assert!(flush(Duration::from_secs(60)).complete);
    });
}

/// Signals a thread blocks, as the kernel shows them: bit n - 1 is signal n.
fn blocked(status: &str) -> u64 {
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigBlk:"))
        .expect("a mask");
    u64::from_str_radix(mask.trim(), 16).expect("hexadecimal")
}

/// A host that waits for signals with `sigwait` is not to be killed through a thread of ours.
#[test]
fn the_collector_takes_no_signal() {
    alone(module_path!(), "the_collector_takes_no_signal", &[], || {
        changed_once();
        // It has answered, so it runs and has its name.
        assert!(flush(Duration::from_secs(60)).complete);
        let own = blocked(&fs::read_to_string("/proc/thread-self/status").expect("a status"));
        let collector = fs::read_dir("/proc/self/task")
            .expect("threads")
            .filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("status")).ok())
            .find(|status| status.lines().next() == Some("Name:\tmaptrace"))
            .expect("the collector's thread");
        for signal in [libc::SIGHUP, libc::SIGINT, libc::SIGTERM, libc::SIGUSR1, libc::SIGCHLD] {
            let bit = 1 << (signal - 1);
            assert_ne!(blocked(&collector) & bit, 0, "signal {signal}");
            assert_eq!(own & bit, 0, "signal {signal} on the thread that started it");
        }
    });
}
