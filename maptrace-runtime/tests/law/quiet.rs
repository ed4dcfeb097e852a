//! The hot path calls the system for nothing: the kernel itself would tell.
#![expect(unsafe_code, reason = "std has no filters of system calls")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::{Episode, Sink, builder, flush, snapshot};

use crate::alone::{alone_to_any_end, scale};

/// System calls that were refused, by their number.
static CALLS: [AtomicU64; 512] = [const { AtomicU64::new(0) }; 512];

extern "C" fn refused(_: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // The layout of the kernel's `siginfo` for SIGSYS: three numbers, padding, the address of the call, and then its number.
    let number = info.cast::<u32>().wrapping_add(6);
    // SAFETY: the kernel gives a handler with SA_SIGINFO a whole `siginfo`, of which this is a part.
    let number = unsafe { number.read() };
    CALLS[number as usize % 512].fetch_add(1, Ordering::Relaxed);
}

/// From now on each system call of this thread, but for the return from a handler, is counted and not made.
fn refuse_system_calls() {
    let statement = |code: u32, k: u32, jump: u8, or: u8| libc::sock_filter {
        code: u16::try_from(code).expect("small"),
        jt: jump,
        jf: or,
        k,
    };
    let mut filter = [
        // The number of the call.
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        statement(
            libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
            libc::SYS_rt_sigreturn as u32,
            1,
            0,
        ),
        statement(
            libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
            libc::SYS_exit_group as u32,
            0,
            1,
        ),
        statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0, 0),
        statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_TRAP, 0, 0),
    ];
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: all zeroes are no flags, no mask and no handler.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = refused as *const () as libc::sighandler_t;
    action.sa_flags = libc::SA_SIGINFO;
    // SAFETY: the handler is a plain function that touches atomics alone.
    let handled = unsafe { libc::sigaction(libc::SIGSYS, &raw const action, std::ptr::null_mut()) };
    assert_eq!(handled, 0);
    // SAFETY: has no preconditions.
    assert_eq!(unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) }, 0);
    // SAFETY: the filter is whole, and is copied.
    let set = unsafe {
        libc::prctl(
            libc::PR_SET_SECCOMP,
            libc::SECCOMP_MODE_FILTER,
            &raw const program,
            0,
            0,
        )
    };
    assert_eq!(set, 0, "{}", std::io::Error::last_os_error());
}

fn calls() -> u64 {
    CALLS.iter().map(|calls| calls.load(Ordering::Relaxed)).sum()
}

/// More calls than may be told.
const MANY: i32 = 250;

/// Ends the process, as it cannot go on without system calls, and says by its status how many there were.
fn end() -> ! {
    // SAFETY: has no preconditions.
    unsafe { libc::_exit(calls().min(MANY as u64) as i32) }
}

/// Works on two maps with room for all of it.
fn work(map: &mut HashMap<u64, u64>, set: &mut BTreeMap<u64, ()>, operations: u64) {
    for operation in 0..operations / 4 {
        let key = operation * 31 % 500;
        map.insert(key, operation);
        if let Some(value) = set.get_mut(&key) {
            *value = ();
        }
        map.remove(&(key / 2));
        *map.entry(key).or_insert(0) += 1;
        map.insert(key, 0);
    }
}

fn maps() -> (HashMap<u64, u64>, BTreeMap<u64, ()>) {
    let mut map = HashMap::with_capacity(2_000);
    map.insert(0, 0);
    let mut set = BTreeMap::new();
    set.insert(0, ());
    (map, set)
}

/// The system calls of one of the tests below, in a process that ends by [`end`].
fn in_silence(test: &str, variables: &[(&str, &str)], body: impl FnOnce()) -> i32 {
    let output = alone_to_any_end(
        Duration::from_secs(120) * scale(),
        module_path!(),
        test,
        variables,
        body,
    );
    let output = output.expect("the process for it has ended");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
    output.status.code().expect("no signal")
}

#[test]
fn the_filter_counts() {
    let calls = in_silence("the_filter_counts", &[], || {
        refuse_system_calls();
        let _ = std::fs::metadata("/");
        end();
    });
    assert_eq!(calls, 1);
}

/// Once in a while the collector is woken, which is one call: never one for each event.
#[test]
fn a_healthy_collector() {
    let operations = 1_000_000 * u64::from(scale());
    let calls = in_silence("a_healthy_collector", &[], || {
        let (mut map, mut set) = maps();
        let _ = snapshot();
        refuse_system_calls();
        work(&mut map, &mut set, operations);
        end();
    });
    println!("measured: {calls} system calls in {operations} operations, with a collector that comes");
    assert!(calls < MANY, "some of {operations} operations");
}

/// The rings fill, and nobody comes.
#[test]
fn a_collector_that_hangs() {
    let operations = 1_000_000 * u64::from(scale());
    struct Hangs;
    impl Sink for Hangs {
        fn episode(&mut self, _: &Episode) -> bool {
            loop {
                std::thread::park();
            }
        }
    }
    let calls = in_silence("a_collector_that_hangs", &[("MAPTRACE_RING_BYTES", "4k")], || {
        std::mem::forget(builder().sink(Hangs).start());
        let (mut map, mut set) = maps();
        set.clear();
        // The collector has it, or will, and hangs.
        assert!(!flush(Duration::from_millis(1)).complete);
        work(&mut map, &mut set, operations / 10);
        refuse_system_calls();
        work(&mut map, &mut set, operations);
        end();
    });
    println!("measured: {calls} system calls in {operations} operations, with a collector that hangs");
    assert!(calls < MANY, "some of {operations} operations");
}
