//! The hot path allocates nothing: counted by the allocator itself.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
#![expect(unsafe_code, reason = "an allocator is unsafe to implement")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::HashSet as Plain;

use maptrace_runtime::Cause;
use maptrace_runtime::collections::{HashMap, HashSet};
use maptrace_runtime::testing::Capture;

thread_local! {
    /// Calls of the allocator on this thread: other tests do not count.
    static CALLS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: hands everything to the system's allocator, whose contract is the same; counting touches a thread-local
// without a destructor and cannot unwind.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: the caller keeps the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: `at` came from `System.alloc` with this layout.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Calls of the allocator while `work` runs on this thread.
fn calls(work: impl FnOnce()) -> u64 {
    let before = CALLS.get();
    work();
    CALLS.get() - before
}

/// A hundred thousand operations on a map with room for them.
fn hot(map: &mut HashMap<u32, u32>, set: &mut HashSet<u32>) {
    for round in 0..100_u32 {
        for key in 0..250 {
            map.insert(key, round);
            set.insert(key);
        }
        for key in 0..250 {
            map.remove(&(key * 2));
            *map.entry(key).or_insert(0) += 1;
        }
    }
}

fn maps() -> (HashMap<u32, u32>, HashSet<u32>) {
    let (mut map, mut set) = (HashMap::with_capacity(1_000), HashSet::with_capacity(1_000));
    map.insert(0, 0);
    set.insert(0);
    (map, set)
}

#[test]
fn the_counter_counts() {
    assert!(calls(|| drop(Vec::<u8>::with_capacity(10))) >= 2);
    let mut grown = Plain::new();
    assert!(calls(|| grown.extend(0..100)) >= 1);
}

#[test]
fn operations_allocate_nothing() {
    let capture = Capture::install();
    let (mut map, mut set) = maps();
    assert_eq!(calls(|| hot(&mut map, &mut set)), 0);
    let health = capture.snapshot().health;
    assert_eq!(health.emitted, health.delivered, "{health:?}");
    assert!(health.delivered > 80_000, "{health:?}");
}

#[test]
fn nor_with_a_full_ring() {
    let capture = Capture::builder().ring_bytes(1 << 10).install();
    let (mut map, mut set) = maps();
    assert_eq!(calls(|| hot(&mut map, &mut set)), 0);
    let health = capture.snapshot().health;
    assert!(health.dropped[Cause::Full as usize] > 80_000, "{health:?}");
}

#[test]
fn nor_without_a_ring() {
    let capture = Capture::builder().memory(0).install();
    let (mut map, mut set) = maps();
    assert_eq!(calls(|| hot(&mut map, &mut set)), 0);
    let health = capture.snapshot().health;
    assert!(health.dropped[Cause::Disabled as usize] > 80_000, "{health:?}");
}

#[test]
fn nor_sampled() {
    let capture = Capture::builder().sample(16).install();
    let (mut map, mut set) = (HashMap::with_capacity(1_000), HashSet::with_capacity(1_000));
    map.insert(0, 0);
    set.insert(0);
    assert_eq!(calls(|| hot(&mut map, &mut set)), 0);
    let health = capture.snapshot().health;
    assert!(health.sampled_out > 60_000, "{health:?}");
}

#[test]
fn a_short_lived_map_allocates_its_table_alone() {
    let _capture = Capture::install();
    let short = || {
        let mut map = HashMap::with_capacity(3);
        for key in 0..3_u32 {
            map.insert(key, key);
        }
    };
    // Ids are taken by the handful, which may allocate: not by every map.
    for _ in 0..4 {
        short();
    }
    assert_eq!(calls(short), 2, "one table, allocated and freed");
}

#[test]
fn grows_with_a_full_ring_allocate_their_tables_alone() {
    let capture = Capture::builder().ring_bytes(1 << 10).install();
    let (mut map, _set) = maps();
    for _ in 0..1_000 {
        map.insert(0, 0);
    }
    map.reserve(2_000);
    // Tells the collector of a pause whose episode is lost: room for a site's sums is made once.
    map.shrink_to_fit();
    map.reserve(2_000);
    map.shrink_to_fit();
    assert_eq!(calls(|| map.reserve(2_000)), 2, "the new table comes, the old one goes");
    assert!(capture.snapshot().health.dropped[Cause::Full as usize] > 0);
}
