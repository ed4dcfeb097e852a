//! System calls that fail, each kind by itself and from some moment on: maptrace goes without what they are for, and counts on.
//! The kernel refuses them, by a filter, in a process of its own for each.
#![cfg(all(
    feature = "enable",
    any(not(feature = "release_off"), debug_assertions),
    target_os = "linux",
    target_arch = "x86_64"
))]
#![expect(unsafe_code, reason = "std has no fork and no filters of system calls")]

use std::hash::{BuildHasherDefault, DefaultHasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::{MapSnapshot, flush, snapshot};

use alone::{alone, scale};

#[path = "support/alone.rs"]
mod alone;

/// All that the threads of a process make that starts tracing, panics with dumps, and serves a page; but for the wait of a lock
/// (`futex`), of which std says that it cannot fail, and for ends (`exit`).
const CALLS: [(&str, i64); 48] = [
    ("accept4", libc::SYS_accept4),
    ("bind", libc::SYS_bind),
    ("brk", libc::SYS_brk),
    ("clock_nanosleep", libc::SYS_clock_nanosleep),
    ("clone", libc::SYS_clone),
    ("clone3", libc::SYS_clone3),
    ("close", libc::SYS_close),
    ("dup", libc::SYS_dup),
    ("faccessat", libc::SYS_faccessat),
    ("fallocate", libc::SYS_fallocate),
    ("fchmod", libc::SYS_fchmod),
    ("fcntl", libc::SYS_fcntl),
    ("flock", libc::SYS_flock),
    ("fstat", libc::SYS_fstat),
    ("fsync", libc::SYS_fsync),
    ("ftruncate", libc::SYS_ftruncate),
    ("getdents64", libc::SYS_getdents64),
    ("getpid", libc::SYS_getpid),
    ("getrandom", libc::SYS_getrandom),
    ("gettid", libc::SYS_gettid),
    ("linkat", libc::SYS_linkat),
    ("listen", libc::SYS_listen),
    ("madvise", libc::SYS_madvise),
    ("mkdir", libc::SYS_mkdir),
    ("mmap", libc::SYS_mmap),
    ("mprotect", libc::SYS_mprotect),
    ("mremap", libc::SYS_mremap),
    ("munmap", libc::SYS_munmap),
    ("nanosleep", libc::SYS_nanosleep),
    ("newfstatat", libc::SYS_newfstatat),
    ("openat", libc::SYS_openat),
    ("pipe2", libc::SYS_pipe2),
    ("poll", libc::SYS_poll),
    ("prctl", libc::SYS_prctl),
    ("read", libc::SYS_read),
    ("readlink", libc::SYS_readlink),
    ("rename", libc::SYS_rename),
    ("renameat2", libc::SYS_renameat2),
    ("rt_sigprocmask", libc::SYS_rt_sigprocmask),
    ("sched_getaffinity", libc::SYS_sched_getaffinity),
    ("sched_yield", libc::SYS_sched_yield),
    ("setsockopt", libc::SYS_setsockopt),
    ("sigaltstack", libc::SYS_sigaltstack),
    ("socket", libc::SYS_socket),
    ("statx", libc::SYS_statx),
    ("unlink", libc::SYS_unlink),
    ("unlinkat", libc::SYS_unlinkat),
    ("write", libc::SYS_write),
];

/// From now on the kernel refuses this call of this process's threads with this error.
fn refuse(call: i64, error: i32) {
    let statement = |code: u32, k: u32, jump: u8, or: u8| libc::sock_filter {
        code: u16::try_from(code).expect("small"),
        jt: jump,
        jf: or,
        k,
    };
    let mut filter = [
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        statement(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, call as u32, 0, 1),
        statement(
            libc::BPF_RET | libc::BPF_K,
            libc::SECCOMP_RET_ERRNO | error as u32,
            0,
            0,
        ),
        statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0, 0),
    ];
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
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

/// Runs `body` in a forked child, and returns how it ended: 0 if `body` said that all was well.
fn in_child(body: impl FnOnce() -> bool) -> i32 {
    // SAFETY: the child runs `body` and ends by `_exit`; this process has no other thread but the harness's, which waits.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "fork: {}", std::io::Error::last_os_error());
    if child == 0 {
        // SAFETY: has no preconditions. A child that hangs is ended by the signal; it takes milliseconds.
        unsafe { libc::alarm(60) };
        let good = catch_unwind(AssertUnwindSafe(body)).unwrap_or(false);
        // SAFETY: has no preconditions.
        unsafe { libc::_exit(i32::from(!good)) };
    }
    let mut status = 0;
    // SAFETY: `status` may be written to, and the child is ours.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    status
}

const MAPS: u64 = 200;

/// Maps with records of their own, some without, and a thread's, if there is one.
fn work() -> u64 {
    let mut operations = 0;
    for entries in 0..MAPS {
        // Of std's own hasher a host ends where `getrandom` fails.
        let mut map = HashMap::with_hasher(BuildHasherDefault::<DefaultHasher>::default());
        let mut tree = BTreeMap::new();
        for key in 0..entries {
            map.insert(key, ());
            tree.insert(key, ());
        }
        operations += 2 * entries;
    }
    operations
}

/// What a host does that has maps, dumps and a page, with one call refused from before its first map on, or from after it.
fn host(call: i64, error: i32, before_all: bool) -> bool {
    let mut operations = 0;
    if !before_all {
        operations += work();
    }
    refuse(call, error);
    operations += work();
    // The host's own thread, which it may not get.
    if let Ok(thread) = std::thread::Builder::new().spawn(work) {
        operations += thread.join().expect("it does not panic");
    }
    let panicked = catch_unwind(|| panic!("the host's")).is_err();
    #[cfg(feature = "guard")]
    let _ = maptrace_runtime::guard::dump();
    let _ = flush(std::time::Duration::from_millis(100));
    let now = snapshot();
    let sum = |of: fn(&MapSnapshot) -> u64| now.maps.iter().map(of).sum::<u64>();
    let (assigns, live, health) = (sum(|map| map.totals.assigns_new), sum(|map| map.live), &now.health);
    let law = health.emitted == health.delivered + health.dropped_total() + health.sampled_out;
    let good = panicked && assigns == operations && live == 0 && law;
    if !good {
        eprintln!("{panicked}: {assigns} of {operations} assigns, {live} live: {health:?}");
    }
    good
}

#[test]
fn a_system_call_that_fails() {
    let folder = std::env::temp_dir().join(format!("maptrace-refused-{}", std::process::id()));
    let guard = folder.to_string_lossy();
    let variables = [
        ("MAPTRACE_GUARD", &*guard),
        ("MAPTRACE_LISTEN", "127.0.0.1:0"),
        ("MAPTRACE_REPORT", "text"),
    ];
    alone(module_path!(), "a_system_call_that_fails", &variables, || {
        std::panic::set_hook(Box::new(|_| ()));
        let mut failed = Vec::new();
        let mut runs = 0;
        for (name, call) in CALLS {
            // What a sandbox says, what a machine without memory does, and one that breaks.
            let errors = [libc::EPERM, libc::ENOMEM, libc::EIO];
            for error in errors.into_iter().take(if scale() == 1 { 2 } else { 3 }) {
                for before_all in [true, false] {
                    let status = in_child(|| host(call, error, before_all));
                    runs += 1;
                    if status != 0 {
                        failed.push(format!(
                            "{name}, error {error}, before all: {before_all}: status {status:#x}"
                        ));
                    }
                }
            }
        }
        println!(
            "measured: {runs} runs with a system call that fails from some moment on, {} of them wrong",
            failed.len()
        );
        // The hook is a silent one.
        failed.iter().for_each(|failed| eprintln!("{failed}"));
        assert!(failed.is_empty());
    });
    let _ = std::fs::remove_dir_all(&folder);
}
