//! What the system knows of this process, and what its allocator does.
#![expect(unsafe_code, reason = "an allocator that counts is one that passes on")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that are allocated.
static BYTES: AtomicU64 = AtomicU64::new(0);

/// Counts the bytes that are there.
pub(crate) struct Counting;

// SAFETY: all is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: the caller's promise is this one's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: the caller's promise is this one's.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: the caller's promise is this one's.
        unsafe { System.dealloc(at, layout) };
    }
}

/// Bytes that the program has allocated now.
pub(crate) fn allocated() -> u64 {
    BYTES.load(Ordering::Relaxed)
}

/// Bytes of this process that are in memory.
pub(crate) fn resident() -> u64 {
    field("/proc/self/status", "VmRSS:") * 1024
}

/// CPU time of this thread, in nanoseconds.
pub(crate) fn cpu_time() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned()
}

/// The number behind a word in a file of the system's.
fn field(file: &str, word: &str) -> u64 {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(word));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or_default()
}

/// What the threads of a name have used.
#[derive(Clone, Copy, Default)]
pub(crate) struct Used {
    pub(crate) threads: u64,
    /// Nanoseconds on a processor.
    pub(crate) cpu: u64,
    /// How often one went to sleep.
    pub(crate) sleeps: u64,
}

/// Sums of the threads whose names begin so.
pub(crate) fn used(name: &str) -> Used {
    let mut sum = Used::default();
    for task in fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let file = |name: &str| task.path().join(name).to_string_lossy().into_owned();
        let read = |name: &str| fs::read_to_string(file(name)).unwrap_or_default();
        if !read("comm").starts_with(name) {
            continue;
        }
        sum.threads += 1;
        sum.cpu += read("schedstat")
            .split_whitespace()
            .next()
            .and_then(|it| it.parse::<u64>().ok())
            .unwrap_or_default();
        sum.sleeps += field(&file("status"), "voluntary_ctxt_switches:");
    }
    sum
}

/// Processors this process may use.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The value in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
