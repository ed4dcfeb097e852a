//! An allocator that keeps its own books in a traced map: maptrace's own allocations come back into maptrace.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
#![expect(unsafe_code, reason = "an allocator is unsafe to implement, and std has no fork")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::{Cause, MapSnapshot, snapshot};

use alone::alone;

#[path = "support/alone.rs"]
mod alone;

type Sizes = HashMap<usize, u64, BuildHasherDefault<DefaultHasher>>;

/// How many allocations there were of each size. Taken by `try_lock` alone: the map's own allocations find it locked.
static SIZES: Mutex<Option<Sizes>> = Mutex::new(None);
static ON: AtomicBool = AtomicBool::new(false);
/// Operations on the map, and how many of its grows and shrinks.
static ASSIGNS: AtomicU64 = AtomicU64::new(0);

struct Bookkeeper;

impl Bookkeeper {
    fn note(layout: Layout) {
        if !ON.load(Ordering::Relaxed) {
            return;
        }
        if let Ok(mut sizes) = SIZES.try_lock()
            && let Some(sizes) = sizes.as_mut()
        {
            sizes.insert(layout.size() % 64, ASSIGNS.fetch_add(1, Ordering::Relaxed));
        }
    }
}

// SAFETY: hands everything to the system's allocator, whose contract is the same. The map's own allocations do not
// recurse, as they find it locked, and its operations do not unwind: the key is a number.
unsafe impl GlobalAlloc for Bookkeeper {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::note(layout);
        // SAFETY: the caller keeps the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        Self::note(layout);
        // SAFETY: `at` came from `System.alloc` with this layout.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Bookkeeper = Bookkeeper;

/// Threads that make maptrace allocate: rings, records, sites, and a collector that passes.
fn work() {
    let threads: Vec<_> = (0..8)
        .map(|_| {
            thread::spawn(|| {
                let maps: Vec<_> = (0..400_u32)
                    .map(|key| {
                        let mut map = BTreeMap::new();
                        map.insert(key, key);
                        map
                    })
                    .collect();
                let _ = snapshot();
                maps.len()
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().expect("no panic"), 400);
    }
}

fn site(of: &str) -> MapSnapshot {
    let now = snapshot();
    now.maps
        .iter()
        .find(|map| map.site.type_name.starts_with(of) && map.created > 0)
        .expect("a site")
        .clone()
}

fn check_others() {
    let map = site("u32");
    assert_eq!(
        (map.created, map.freed, map.totals.assigns_new, map.entries),
        (3_200, 3_200, 3_200, 0)
    );
}

#[test]
fn a_map_in_the_allocator_is_counted() {
    alone(module_path!(), "a_map_in_the_allocator_is_counted", &[], || {
        // The map is known before it is at work inside maptrace.
        let mut sizes = Sizes::with_capacity_and_hasher(100, BuildHasherDefault::default());
        sizes.insert(1_000, 0);
        *SIZES.lock().expect("no panic") = Some(sizes);
        ON.store(true, Ordering::Relaxed);
        work();
        let _ = maptrace_runtime::flush(Duration::from_secs(60));
        ON.store(false, Ordering::Relaxed);
        let map = site("usize");
        let assigns = ASSIGNS.load(Ordering::Relaxed);
        assert!(assigns > 200, "{assigns}");
        assert_eq!(map.totals.assigns_new + map.totals.assigns_replaced, assigns + 1);
        assert_eq!(
            map.entries,
            SIZES.lock().expect("no panic").as_ref().expect("it is there").len() as u64
        );
        let health = snapshot().health.clone();
        assert!(
            health.dropped[Cause::Reentrant as usize] > 0,
            "some came from inside maptrace: {health:?}"
        );
        // Others: Create, assign, Free. This map: Create and its assigns; 64 sizes do not make it grow.
        assert_eq!(health.emitted, 3 * 3_200 + 1 + assigns + 1, "{health:?}");
        check_others();
    });
}

/// Its first change is inside maptrace's own start: then it is not traced, and nothing else suffers.
#[test]
fn a_map_in_the_allocator_while_maptrace_starts() {
    alone(
        module_path!(),
        "a_map_in_the_allocator_while_maptrace_starts",
        &[],
        || {
            *SIZES.lock().expect("no panic") = Some(Sizes::default());
            let _guard = {
                let builder = maptrace_runtime::builder().memory(77 << 20);
                ON.store(true, Ordering::Relaxed);
                builder.start()
            };
            work();
            ON.store(false, Ordering::Relaxed);
            // Nor has it started maptrace before the builder did, with other settings.
            assert_eq!(snapshot().health.memory_limit_bytes, 77 << 20);
            check_others();
        },
    );
}

/// Its first change is made with maptrace running, wherever that happens to be.
#[test]
fn a_new_map_in_the_allocator() {
    alone(module_path!(), "a_new_map_in_the_allocator", &[], || {
        let _guard = maptrace_runtime::start();
        for _ in 0..20 {
            *SIZES.lock().expect("no panic") = Some(Sizes::default());
            ON.store(true, Ordering::Relaxed);
            let _ = snapshot();
            ON.store(false, Ordering::Relaxed);
        }
        ON.store(true, Ordering::Relaxed);
        work();
        ON.store(false, Ordering::Relaxed);
        let now = snapshot();
        let health = &now.health;
        assert_eq!(
            health.emitted,
            health.delivered + health.dropped.iter().sum::<u64>(),
            "{health:?}"
        );
        check_others();
    });
}

/// The child makes all that has locks anew, and allocates for it.
#[test]
fn a_map_in_the_allocator_of_a_forked_child() {
    alone(module_path!(), "a_map_in_the_allocator_of_a_forked_child", &[], || {
        let _guard = maptrace_runtime::start();
        *SIZES.lock().expect("no panic") = Some(Sizes::default());
        ON.store(true, Ordering::Relaxed);
        let _ = snapshot();
        // SAFETY: this process has only this thread, the harness's, which waits, and maptrace's; the child touches no
        // lock of theirs and ends by `_exit`.
        let child = unsafe { libc::fork() };
        if child == 0 {
            // SAFETY: has no preconditions. A child that hangs is ended by the signal; it takes milliseconds.
            unsafe { libc::alarm(60) };
            let mut map = BTreeMap::new();
            map.insert(1_u32, 1_u32);
            ON.store(false, Ordering::Relaxed);
            let counted = snapshot().maps.iter().map(|map| map.created).sum::<u64>() > 0;
            // SAFETY: has no preconditions.
            unsafe { libc::_exit(i32::from(!counted)) };
        }
        ON.store(false, Ordering::Relaxed);
        let mut status = 0;
        // SAFETY: `status` may be written to, and the child is ours.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert!(
            libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0,
            "the child failed or hung: status {status:#x}"
        );
    });
}
