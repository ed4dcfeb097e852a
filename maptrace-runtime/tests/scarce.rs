//! Each allocation that maptrace makes fails once, small ones as well, on the threads of its host and on the collector's: the host
//! goes on, nothing is miscounted, and what is lost is counted.
//!
//! The host's own allocations never fail. They are those that it makes where it says so, and those of its tables, which nobody
//! else aligns so. Nor does one fail that is as large as what the same thread gave back last: any allocator would give it that.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
#![expect(unsafe_code, reason = "an allocator, and std has no fork")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeMap as Plain;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::context::{SpanContext, Work, link};
use maptrace_runtime::{MapSnapshot, Snapshot, flush, snapshot};

use alone::{alone, scale};

#[path = "support/alone.rs"]
mod alone;

/// Allocations that are meant until one of them fails.
static LEFT: AtomicU64 = AtomicU64::new(NONE_FAILS);
const NONE_FAILS: u64 = u64::MAX;
/// Those that are meant: those on maptrace's own threads, and not on the host's.
static OF_COLLECTOR: AtomicBool = AtomicBool::new(false);
static FAILED: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether this is a thread of the host.
    static OF_HOST: Cell<bool> = const { Cell::new(false) };
    /// Whether the host allocates for itself here.
    static ITSELF: Cell<bool> = const { Cell::new(false) };
    /// What was given back last.
    static GIVEN_BACK: Cell<Option<(*mut u8, Layout)>> = const { Cell::new(None) };
}

/// No allocation of maptrace is aligned so.
const OWN_ALIGNMENT: usize = 256;

struct Failing;

fn is_hosts(layout: Layout) -> bool {
    layout.align() >= OWN_ALIGNMENT || ITSELF.get()
}

fn fails(layout: Layout) -> bool {
    if LEFT.load(Ordering::Relaxed) == NONE_FAILS
        || is_hosts(layout)
        || OF_HOST.get() == OF_COLLECTOR.load(Ordering::Relaxed)
    {
        return false;
    }
    // One of them takes the last.
    let fails = LEFT.fetch_sub(1, Ordering::Relaxed) == 0;
    if fails {
        LEFT.store(NONE_FAILS, Ordering::Relaxed);
        FAILED.store(true, Ordering::Relaxed);
    }
    fails
}

// SAFETY: hands everything to the system's allocator, or out of what came from it with the same layout, or says that there is
// no memory.
unsafe impl GlobalAlloc for Failing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if let Some((at, _)) = GIVEN_BACK.get().filter(|(_, known)| *known == layout) {
            GIVEN_BACK.set(None);
            return at;
        }
        if fails(layout) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller keeps the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        let last = if is_hosts(layout) {
            Some((at, layout))
        } else {
            GIVEN_BACK.replace(Some((at, layout)))
        };
        if let Some((at, layout)) = last {
            // SAFETY: `at` came from `System.alloc` with this layout, and nobody has it.
            unsafe { System.dealloc(at, layout) };
        }
    }
}

#[global_allocator]
static ALLOCATOR: Failing = Failing;

/// Does what the host does for itself.
fn itself<R>(act: impl FnOnce() -> R) -> R {
    let before = ITSELF.replace(true);
    let done = act();
    ITSELF.set(before);
    done
}

/// A key that the host's tables are known by, of a type of its own for each `TYPE`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(align(256))]
struct Key<const TYPE: usize>(u64);

/// What was done, to be found again in the counts.
#[derive(Default, Debug)]
struct Done {
    maps: u64,
    assigns: u64,
    deletes: u64,
}

/// A map that stays small, one that becomes large, and a tree.
fn three_maps<const TYPE: usize>(done: &mut Done) {
    let mut small = HashMap::new();
    for key in 0..3 {
        small.insert(Key::<TYPE>(key), ());
    }
    small.remove(&Key(0));
    let mut large = HashMap::new();
    for key in 0..200 {
        large.insert(Key::<TYPE>(key), 0);
    }
    large.remove(&Key(0));
    large.remove(&Key(1_000));
    large.retain(|key, _| key.0 >= 50);
    large.reserve(1_000);
    large.shrink_to_fit();
    large.extend([(Key(1), 0)]);
    let mut tree = BTreeMap::new();
    tree.insert(Key::<TYPE>(0), ());
    tree.insert(Key::<TYPE>(1), ());
    tree.clear();
    done.maps += 3;
    done.assigns += 3 + 200 + 1 + 2;
    done.deletes += 1 + 2 + 49;
}

/// Maps of as many places, of which `n` are used.
#[rustfmt::skip]
fn many_maps<const TYPE: usize>(n: usize, done: &mut Done) {
    let mut maps: [HashMap<Key<TYPE>, ()>; 84] = [
        HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(),
        HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(),
        HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(),
        HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(),
        HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(),
        HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(),
        HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(),
        HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(),
        HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(),
        HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(),
        HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(),
        HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new(),
    ];
    for map in &mut maps[..n] {
        map.insert(Key(0), ());
        map.remove(&Key(0));
        done.maps += 1;
        done.assigns += 1;
        done.deletes += 1;
    }
}

/// What a thread of the host does, at so many places.
fn work(places: usize) -> Done {
    let mut done = Done::default();
    three_maps::<0>(&mut done);
    three_maps::<1>(&mut done);
    let many = [
        many_maps::<0>,
        many_maps::<1>,
        many_maps::<2>,
        many_maps::<3>,
        many_maps::<4>,
        many_maps::<5>,
        many_maps::<6>,
        many_maps::<7>,
        many_maps::<8>,
        many_maps::<9>,
        many_maps::<10>,
        many_maps::<11>,
        many_maps::<12>,
    ];
    let mut left = places;
    for many in many {
        many(left.min(84), &mut done);
        left = left.saturating_sub(84);
    }
    done
}

/// What the host does, on two threads.
fn host(places: usize) -> Done {
    let span = SpanContext {
        trace_id: [1; 16],
        span_id: [1; 8],
        sampled: true,
    };
    let counting = Work::begin();
    let linked = link([span]);
    let mut all = work(places);
    drop(linked);
    let _ = counting.end();
    let other = itself(|| {
        thread::spawn(move || {
            OF_HOST.set(true);
            work(places)
        })
    });
    let other = itself(|| other.join().expect("no panic"));
    all.maps += other.maps;
    all.assigns += other.assigns;
    all.deletes += other.deletes;
    // Two looks of the collector, so that it has come to the end of all of them.
    let _ = flush(Duration::from_secs(5));
    let _ = flush(Duration::from_secs(5));
    all
}

fn sum(now: &Snapshot, of: fn(&MapSnapshot) -> u64) -> u64 {
    now.maps.iter().map(of).sum()
}

/// Whether all that was done is in the counts, and every event accounted for. Maps that came when not even the record of all
/// others could be had are not, but are told of.
fn is_counted(done: &Done) -> bool {
    let now = snapshot();
    let health = &now.health;
    let law = health.emitted == health.delivered + health.dropped_total() + health.sampled_out;
    let created = sum(&now, |map| map.created);
    let counted = [
        created + health.instances_past_cap.min(done.maps - created.min(done.maps)),
        sum(&now, |map| map.totals.assigns_new + map.totals.assigns_replaced),
        sum(&now, |map| map.totals.deletes_hit + map.totals.deletes_miss),
    ];
    let all = [done.maps, done.assigns, done.deletes];
    let good = law && (counted == all || created < done.maps && counted[0] == done.maps);
    if !good || sum(&now, |map| map.live) != 0 {
        eprintln!("{counted:?} where there should be {all:?}; {health:?}");
    }
    good && sum(&now, |map| map.live) == 0
}

/// How a child ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    Good,
    /// No allocation failed, as there are no more.
    NoneFailed,
    Aborted,
    Other(i32),
}

/// Runs `body` in a forked child, and returns how it ended.
fn in_child(body: impl FnOnce() -> End) -> End {
    // SAFETY: the child runs `body` and ends by `_exit`; this process has no other thread but the harness's, which waits, and
    // maptrace's.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "fork: {}", std::io::Error::last_os_error());
    if child == 0 {
        // SAFETY: has no preconditions. A child that hangs is ended by the signal; it takes milliseconds.
        unsafe { libc::alarm(60) };
        let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)).unwrap_or(End::Other(0));
        let code = match end {
            End::Good => 0,
            End::NoneFailed => 42,
            End::Aborted => 43,
            End::Other(_) => 1,
        };
        // SAFETY: has no preconditions.
        unsafe { libc::_exit(code) };
    }
    let mut status = 0;
    // SAFETY: `status` may be written to, and the child is ours.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    match (libc::WIFEXITED(status), libc::WEXITSTATUS(status)) {
        (true, 0) => End::Good,
        (true, 42) => End::NoneFailed,
        (true, 43) => End::Aborted,
        (false, _) if libc::WTERMSIG(status) == libc::SIGABRT => End::Aborted,
        _ => End::Other(status),
    }
}

/// Those that are meant within `act`.
fn allocations(act: impl FnOnce()) -> u64 {
    const MANY: u64 = 1 << 40;
    LEFT.store(MANY, Ordering::Relaxed);
    act();
    MANY - LEFT.swap(NONE_FAILS, Ordering::Relaxed)
}

/// Those that std makes by itself to copy the environment and to start a thread, on the thread of the host that has the first map
/// of a process and on the new one: it has no answer but to end the process, and nobody needs them again.
fn those_of_std(of_collector: bool, place: Where) -> u64 {
    let start = || {
        let name = String::from("maptrace");
        let work: Box<dyn FnOnce() + Send> = Box::new(move || assert!(name.len() > 1));
        let builder = thread::Builder::new().name(String::from("maptrace"));
        builder.spawn(work).expect("a thread").join().expect("no panic");
    };
    OF_COLLECTOR.store(of_collector, Ordering::Relaxed);
    OF_HOST.set(true);
    let of_thread = allocations(start);
    let of_environment = allocations(|| std::env::vars_os().for_each(drop));
    OF_HOST.set(false);
    // The settings of a child are its parent's.
    of_thread + if place == Where::Forked { 0 } else { of_environment }
}

/// In which process the host is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Where {
    /// One that has had no map.
    Anew,
    /// One that may write dumps as well.
    #[cfg(feature = "guard")]
    WithDumps,
    /// One that was forked when its parent had maps.
    Forked,
}

impl Where {
    const ALL: &[Self] = &[
        Self::Anew,
        #[cfg(feature = "guard")]
        Self::WithDumps,
        Self::Forked,
    ];
}

/// Fails the allocation after `n` of those that are meant in the child of a process, and returns how that ended.
fn fail(n: u64, of_collector: bool, place: Where, places: usize) -> End {
    let body = || {
        OF_HOST.set(true);
        OF_COLLECTOR.store(of_collector, Ordering::Relaxed);
        LEFT.store(n, Ordering::Relaxed);
        let done = host(places);
        LEFT.store(NONE_FAILS, Ordering::Relaxed);
        match FAILED.load(Ordering::Relaxed) {
            false => End::NoneFailed,
            true if is_counted(&done) => End::Good,
            true => End::Other(0),
        }
    };
    match place {
        Where::Anew => in_child(body),
        #[cfg(feature = "guard")]
        Where::WithDumps => in_child(|| {
            install_dumps();
            body()
        }),
        Where::Forked => in_child(|| {
            itself(|| host(places.min(8)));
            in_child(body)
        }),
    }
}

#[cfg(feature = "guard")]
fn install_dumps() {
    let folder = std::env::temp_dir().join(format!("maptrace-scarce-{}", std::process::id()));
    maptrace_runtime::guard::install(&folder).expect("a folder");
    // There will be none.
    std::fs::remove_dir_all(folder).expect("it is ours");
}

/// Fails each in turn until there are no more.
fn fail_each(of_collector: bool, at_least: u64) {
    let whose = if of_collector {
        "the collector"
    } else {
        "the host's threads"
    };
    for &place in Where::ALL {
        let those_of_std = those_of_std(of_collector, place);
        let mut ends: Plain<&str, u64> = Plain::new();
        let mut bad = Vec::new();
        // Where the collector's come is not the same in each run: so a few runs more, before that is taken for the end.
        let mut without = 0;
        for n in 0.. {
            let end = fail(n, of_collector, place, places());
            match end {
                End::Good => *ends.entry("good").or_default() += 1,
                End::Aborted => *ends.entry("aborted").or_default() += 1,
                End::NoneFailed => without += 1,
                End::Other(_) => bad.push((n, end)),
            }
            if without > 5 {
                break;
            }
        }
        let (good, aborted) = (
            ends.get("good").copied().unwrap_or(0),
            ends.get("aborted").copied().unwrap_or(0),
        );
        println!(
            "measured: {} runs, in each of which another allocation of {whose} failed ({place:?}): {good} went on and counted all, \
             {aborted} ended in what std takes by itself ({those_of_std} allocations), {} went wrong",
            good + aborted + bad.len() as u64,
            bad.len()
        );
        assert!(bad.is_empty(), "{place:?}: {bad:?}");
        assert!(good >= at_least, "{place:?}: {good} allocations are not all");
        assert!(
            aborted <= those_of_std,
            "{place:?}: {aborted} ended the process, and those of std are {those_of_std}"
        );
    }
}

/// Places at which there are maps: at each ten allocations or so are made.
fn places() -> usize {
    (20 * scale() as usize).min(13 * 84)
}

#[test]
fn each_on_a_thread_of_the_host() {
    alone(
        module_path!(),
        "each_on_a_thread_of_the_host",
        &[("RUST_BACKTRACE", "0")],
        || {
            fail_each(false, 60);
        },
    );
}

#[test]
fn each_of_the_collector() {
    alone(
        module_path!(),
        "each_of_the_collector",
        &[("RUST_BACKTRACE", "0")],
        || {
            fail_each(true, 6);
        },
    );
}
