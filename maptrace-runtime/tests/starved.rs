//! An allocation or a thread that the process does not get: maptrace goes without, says what is missing, and counts on.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
#![expect(
    unsafe_code,
    reason = "an allocator, and std has no fork and no filters of system calls"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::HashMap as Plain;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::thread;

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::{Cause, MapSnapshot, Snapshot, flush, snapshot};

use alone::{alone, scale};

#[path = "support/alone.rs"]
mod alone;

/// Bytes of a ring, of the records of 1,024 maps, of what the collector counts of them, and of what a panic dump does: nearly all
/// of the memory that is taken. Of the rest `scarce.rs` fails each; docs/reliability.md, row 28.
const LARGE: [usize; 4] = [64 << 10, 128 << 10, 40 << 10, 60 << 10];
/// Such allocations until the first that fails.
static LEFT: AtomicI64 = AtomicI64::new(i64::MAX);
/// Whether those after it fail as well.
static ALL: AtomicBool = AtomicBool::new(false);
static FAILED: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Whether this thread allocates for the host, which has memory.
    static HOST: Cell<bool> = const { Cell::new(false) };
}

struct Failing;

fn fails(bytes: usize) -> bool {
    let fails = LARGE.contains(&bytes) && !HOST.get() && {
        let left = LEFT.fetch_sub(1, Ordering::Relaxed);
        left == 0 || left < 0 && ALL.load(Ordering::Relaxed)
    };
    FAILED.fetch_add(u64::from(fails), Ordering::Relaxed);
    fails
}

// SAFETY: hands everything to the system's allocator, or says that there is no memory.
unsafe impl GlobalAlloc for Failing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if fails(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller keeps the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: `at` came from `System.alloc` with this layout.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Failing = Failing;

const THREADS: u64 = 4;
const MAPS: u64 = 1_500;
const KEYS: u64 = 5;

/// Maps of several threads, none of which allocates anything large. Two more than young maps may have, so that each has a
/// record.
fn work() {
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            thread::spawn(|| {
                HOST.set(true);
                let mut maps = Vec::with_capacity(MAPS as usize);
                HOST.set(false);
                maps.extend((0..MAPS).map(|_| {
                    let mut map = HashMap::from(Plain::with_capacity(28));
                    map.reserve(0);
                    for key in 0..KEYS {
                        map.insert(key, ());
                    }
                    map.remove(&0);
                    map
                }));
                maps.len() as u64
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().expect("no panic"), MAPS);
    }
}

fn sum(now: &Snapshot, of: fn(&MapSnapshot) -> u64) -> u64 {
    now.maps.iter().map(of).sum()
}

/// Whether all that `work` did is in the counts, `times` times, and every event is accounted for. Maps for which not even their
/// site's record could be had are not, and are told of.
fn is_counted(times: u64) -> bool {
    let now = snapshot();
    let health = &now.health;
    let created = sum(&now, |map| map.created);
    let untold = (THREADS * MAPS * times).saturating_sub(created + health.instances_past_cap);
    let maps = if ALL.load(Ordering::Relaxed) {
        created + untold
    } else {
        THREADS * MAPS * times
    };
    let counted = [
        created,
        sum(&now, |map| map.freed),
        sum(&now, |map| map.totals.assigns_new) / KEYS,
        sum(&now, |map| map.totals.deletes_hit),
    ];
    let law = health.emitted == health.delivered + health.dropped_total() + health.sampled_out;
    let good = counted == [maps; 4] && created >= THREADS * MAPS && law && sum(&now, |map| map.live + map.entries) == 0;
    if !good {
        eprintln!("{counted:?} where all should be {maps}; {health:?}");
    }
    good
}

/// Runs `body` in a forked child, and returns how it ended: 0 if `body` said that all was well.
fn in_child(body: impl FnOnce() -> bool) -> i32 {
    // SAFETY: the child runs `body` and ends by `_exit`; this process has no other thread but the harness's, which waits.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "fork: {}", std::io::Error::last_os_error());
    if child == 0 {
        // SAFETY: has no preconditions. A child that hangs is ended by the signal; it takes milliseconds.
        unsafe { libc::alarm(60) };
        let good = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)).unwrap_or(false);
        // SAFETY: has no preconditions.
        unsafe { libc::_exit(i32::from(!good)) };
    }
    let mut status = 0;
    // SAFETY: `status` may be written to, and the child is ours.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    status
}

/// From now on there is to be room for dumps as well.
#[cfg(feature = "guard")]
fn install_dumps() {
    let folder = std::env::temp_dir().join(format!("maptrace-starved-{}", std::process::id()));
    maptrace_runtime::guard::install(&folder).expect("a folder");
    // There will be none.
    std::fs::remove_dir_all(folder).expect("it is ours");
}

#[cfg(not(feature = "guard"))]
fn install_dumps() {}

/// Each of the first such allocations fails once, and in another run it and all after it; both with dumps of panics as well.
#[test]
fn memory_for_rings_and_records() {
    let most = i64::from(20 * scale().min(10));
    alone(module_path!(), "memory_for_rings_and_records", &[], || {
        let mut runs = 0;
        for (all, dumps) in [(false, false), (true, false), (false, true), (true, true)] {
            for n in 0..most {
                let status = in_child(|| {
                    if dumps {
                        install_dumps();
                    }
                    ALL.store(all, Ordering::Relaxed);
                    LEFT.store(n, Ordering::Relaxed);
                    work();
                    let health = snapshot().health.clone();
                    LEFT.store(i64::MAX, Ordering::Relaxed);
                    let none = FAILED.load(Ordering::Relaxed) == 0;
                    let told = health.dropped[Cause::Disabled as usize] > 0 || health.instances_past_cap > 0;
                    // Where the last one failed that was asked for, nothing need be lost.
                    let is_late = n > most / 2 && health.emitted == health.delivered;
                    let said = told || is_late || !all || none;
                    // With memory again all goes on.
                    work();
                    is_counted(2) && said && !(n == 0 && none)
                });
                assert_eq!(
                    status, 0,
                    "allocation {n} failed, and all after it: {all}; with dumps: {dumps}; status {status:#x}"
                );
                runs += 1;
            }
        }
        println!("measured: {runs} runs without memory for a ring or for records, 0 panics, 0 aborts, all counted");
    });
}

/// From now on this process gets no more threads.
fn refuse_threads() {
    let statement = |code: u32, k: u32, jump: u8, or: u8| libc::sock_filter {
        code: u16::try_from(code).expect("small"),
        jt: jump,
        jf: or,
        k,
    };
    let refuse = libc::SECCOMP_RET_ERRNO | libc::EAGAIN as u32;
    let mut filter = [
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        statement(
            libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
            libc::SYS_clone3 as u32,
            1,
            0,
        ),
        statement(
            libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
            libc::SYS_clone as u32,
            0,
            1,
        ),
        statement(libc::BPF_RET | libc::BPF_K, refuse, 0, 0),
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

#[test]
fn a_thread_for_the_collector() {
    let variables = [("MAPTRACE_LISTEN", "127.0.0.1:0")];
    let output = alone(module_path!(), "a_thread_for_the_collector", &variables, || {
        refuse_threads();
        assert!(thread::Builder::new().spawn(|| ()).is_err(), "a thread");
        let mut map = BTreeMap::new();
        for key in 0..1_000 {
            map.insert(key, ());
        }
        let now = snapshot();
        assert_eq!(
            (sum(&now, |map| map.totals.assigns_new), sum(&now, |map| map.entries)),
            (1_000, 1_000)
        );
        assert_eq!(
            now.health.emitted,
            now.health.delivered + now.health.dropped_total(),
            "{:?}",
            now.health
        );
        assert!(
            !flush(std::time::Duration::from_secs(60)).complete,
            "nobody is there to flush"
        );
        drop(map);
        assert_eq!(sum(&snapshot(), |map| map.live), 0);
    });
    let Some(output) = output else { return };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("the collector's thread could not be started"), "{said}");
}
