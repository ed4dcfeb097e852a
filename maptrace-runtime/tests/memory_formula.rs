//! What docs/reference.md says of the memory that tracing takes holds against the allocator.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
#![expect(unsafe_code, reason = "an allocator that counts is one that passes on")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::{builder, snapshot};

static BYTES: AtomicU64 = AtomicU64::new(0);

struct Counting;

// SAFETY: all is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: the caller's promise is this one's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: the caller's promise is this one's.
        unsafe { System.dealloc(at, layout) };
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocated() -> u64 {
    BYTES.load(Ordering::Relaxed)
}

/// As large as rings get, so that no thread goes over to a larger one.
const RING: u64 = 1 << 20;

/// docs/reference.md: `32 KiB + threads x (ring + 1 KiB) + (live maps + sites + 32 x threads) x 168 bytes, in steps of 1,024 of these
/// + sites x 1.2 KiB`.
fn formula(threads: u64, maps: u64, sites: u64) -> u64 {
    let records = (maps + sites + 32 * threads).next_multiple_of(1_024);
    (32 << 10) + threads * (RING + (1 << 10)) + records * 168 + sites * 1_229
}

/// A map without a table, so that nothing of what is allocated is its own, but with a record.
fn map<const N: usize>() -> HashMap<[u8; N], ()> {
    let mut map = HashMap::new();
    map.reserve(0);
    map
}

/// A map of each of 64 sites: a site is a place and a type.
fn of_sites(kept: &mut Vec<Box<dyn Send>>) {
    macro_rules! keep {
        ($($n:literal)*) => { $(
            kept.push(Box::new(map::<{ $n }>()));
            kept.push(Box::new(map::<{ $n + 16 }>()));
            kept.push(Box::new(map::<{ $n + 32 }>()));
            kept.push(Box::new(map::<{ $n + 48 }>()));
        )* };
    }
    keep!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
}

/// The only test of its program, as the allocator is the program's.
#[test]
fn memory_is_what_is_said() {
    let nothing = allocated();
    let _guard = builder()
        .ring_bytes(RING as usize)
        .instances(100_000)
        .memory(1 << 30)
        .start();
    // What the test itself holds: `others` bytes.
    let holds = |what: &str, others: u64, (threads, maps, sites): (u64, u64, u64)| {
        let health = snapshot().health.clone();
        let (used, said) = (allocated() - nothing - others, formula(threads, maps, sites));
        assert_eq!(health.instances, maps, "{what}");
        assert!(
            used <= said + said / 20,
            "{what}: {used} bytes, of which {said} are said"
        );
        assert!(used >= said * 4 / 5, "{what}: {used} bytes, where {said} are said");
        // The figure it gives of itself is of rings and records.
        assert!(health.memory_bytes <= used, "{what}: {used} bytes, and {health:?}");
    };
    let mut kept = vec![map::<7>()];
    holds("a map", (kept.capacity() * size_of_val(&kept[0])) as u64, (1, 1, 1));
    for maps in [1_000, 30_000] {
        kept.resize_with(maps, map);
        holds(
            "maps",
            (kept.capacity() * size_of_val(&kept[0])) as u64,
            (1, maps as u64, 1),
        );
    }
    let vector = (kept.capacity() * size_of_val(&kept[0])) as u64;
    let mut others = Vec::with_capacity(64);
    of_sites(&mut others);
    let vectors = vector + (others.capacity() * size_of_val(&others[0])) as u64 + 64 * size_of_val(&kept[0]) as u64;
    holds("sites", vectors, (1, 30_064, 65));
    let (ready, done) = (Barrier::new(33), Barrier::new(33));
    thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                let map = map::<7>();
                ready.wait();
                done.wait();
                drop(map);
            });
        }
        ready.wait();
        holds("threads", vectors, (33, 30_096, 65));
        done.wait();
    });
}
