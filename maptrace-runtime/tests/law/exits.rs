//! Each way a process can end, with maps at work on other threads: none of them crashes because of maptrace, and one that
//! says goodbye delivers what it has.
#![expect(unsafe_code, reason = "std has neither signals nor _exit")]

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::{Episode, Guard, Sink, builder, shutdown};

use crate::alone::{alone_to_any_end, scale};

/// Far longer than any of it takes.
const LONG: Duration = Duration::from_secs(120);
/// Maps whose ends the sink is told.
const MAPS: u64 = 2_000;

/// Says on standard output what it was given.
struct Tells(u64);

impl Sink for Tells {
    fn episode(&mut self, _: &Episode) -> bool {
        self.0 += 1;
        true
    }

    fn flush(&mut self, _: std::time::Instant) -> u64 {
        let _ = writeln!(std::io::stdout(), "delivered {}", self.0);
        0
    }
}

/// Four threads at work for ever, and a thousand maps that were cleared.
fn at_work() -> Guard {
    let guard = builder().sink(Tells(0)).start();
    let (tell, told) = channel();
    for _ in 0..4 {
        let tell = tell.clone();
        thread::spawn(move || {
            for round in 0_u64.. {
                let mut map = HashMap::new();
                for key in 0..round % 50 {
                    map.insert(key, key);
                }
                if round == 100 {
                    let _ = tell.send(());
                }
            }
        });
    }
    (0..4).for_each(|_| told.recv().expect("a thread at work"));
    for _ in 0..MAPS {
        let mut map = HashMap::new();
        map.insert("key", ());
        map.clear();
    }
    guard
}

fn process(test: &str, body: impl FnOnce()) -> Option<Output> {
    let variables = [("MAPTRACE_REPORT", "text")];
    alone_to_any_end(LONG * scale(), module_path!(), test, &variables, body)
}

/// How many episodes the sink had been given when it was flushed last.
fn delivered(output: &Output) -> u64 {
    let out = String::from_utf8_lossy(&output.stdout);
    // A process may end in the midst of a line.
    let numbers = out
        .lines()
        .filter_map(|line| line.split_once("delivered ")?.1.trim().parse().ok());
    numbers.max().unwrap_or(0)
}

/// It ended as it would have without maptrace, and if it was `graceful` all is delivered, or the process says what is left: a
/// guard that is dropped waits for five seconds, in which a thread need not be given the processor.
#[track_caller]
fn ended(output: Option<Output>, code: Option<i32>, signal: Option<i32>, graceful: bool) {
    let Some(output) = output else { return };
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.status.signal()), (code, signal), "{err}");
    let delivered = delivered(&output);
    let told =
        err.contains("not everything was delivered in time") || err.contains("not everything may have been delivered");
    // A clear and an end of each, and what the four threads did.
    assert!(!graceful || delivered >= MAPS || told, "{delivered} delivered: {err}");
}

#[test]
fn returned_from_main() {
    let output = process("returned_from_main", || drop(at_work()));
    ended(output, Some(0), None, true);
}

#[test]
fn exit_called() {
    let output = process("exit_called", || {
        let _guard = at_work();
        // Whatever the load: with the deadline that it takes.
        assert!(shutdown(LONG).complete);
        std::process::exit(7);
    });
    let all = output.as_ref().is_none_or(|output| delivered(output) >= MAPS);
    ended(output, Some(7), None, true);
    assert!(all, "not all was delivered");
}

/// `exit` drops nothing, and so says goodbye to nobody. Threads go on with their maps while the handlers of the exit run.
#[test]
fn exit_called_without_a_goodbye() {
    for _ in 0..10 * scale() {
        let output = process("exit_called_without_a_goodbye", || {
            let _guard = at_work();
            std::process::exit(7);
        });
        let err = output
            .as_ref()
            .map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
        ended(output, Some(7), None, false);
        assert!(err.is_none_or(|err| err.contains("live map")), "no report at the end");
    }
}

#[test]
fn exit_called_by_another_thread() {
    let output = process("exit_called_by_another_thread", || {
        let _guard = at_work();
        let _ = thread::spawn(|| std::process::exit(9)).join();
    });
    ended(output, Some(9), None, false);
}

#[test]
fn underscore_exit() {
    let output = process("underscore_exit", || {
        let _guard = at_work();
        // SAFETY: has no preconditions.
        unsafe { libc::_exit(5) };
    });
    ended(output, Some(5), None, false);
}

#[test]
fn aborted() {
    let output = process("aborted", || {
        let _guard = at_work();
        std::process::abort();
    });
    ended(output, None, Some(libc::SIGABRT), false);
}

#[test]
fn a_signal_that_nobody_handles() {
    let output = process("a_signal_that_nobody_handles", || {
        let _guard = at_work();
        // SAFETY: has no preconditions.
        unsafe { libc::raise(libc::SIGTERM) };
    });
    ended(output, None, Some(libc::SIGTERM), false);
}

/// As a service does: the handler sets a flag, and the main thread says goodbye.
#[test]
fn a_signal_that_is_handled() {
    static ASKED: AtomicBool = AtomicBool::new(false);
    extern "C" fn asked(_: libc::c_int) {
        ASKED.store(true, Ordering::Relaxed);
    }
    let output = process("a_signal_that_is_handled", || {
        let guard = at_work();
        // SAFETY: the handler touches an atomic alone.
        unsafe { libc::signal(libc::SIGTERM, asked as *const () as libc::sighandler_t) };
        // SAFETY: has no preconditions.
        unsafe { libc::raise(libc::SIGTERM) };
        assert!(ASKED.load(Ordering::Relaxed));
        drop(guard);
    });
    ended(output, Some(0), None, true);
}

/// The harness says 101 of a test that panicked.
#[test]
fn a_panic_of_the_main_thread() {
    let output = process("a_panic_of_the_main_thread", || {
        let _guard = at_work();
        panic!("the host's");
    });
    ended(output, Some(101), None, true);
}
