//! An allocator that ends the process if it is asked for anything while a dump is written, and one that hangs.
#![expect(unsafe_code, reason = "an allocator")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::panic;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::guard;

use crate::support::{in_folder, panic_in_thread};

struct Strict;

#[global_allocator]
static ALLOCATOR: Strict = Strict;

thread_local! {
    /// Whether this thread may not allocate.
    static FORBIDDEN: Cell<bool> = const { Cell::new(false) };
}

/// Whether whoever allocates waits for ever.
pub(crate) static STUCK: AtomicBool = AtomicBool::new(false);

fn check() {
    if FORBIDDEN.get() {
        // The test fails by the process's end.
        std::process::abort();
    }
    while STUCK.load(Ordering::Relaxed) {
        std::thread::park();
    }
}

// SAFETY: all is done by `System`, whose promises are these.
unsafe impl GlobalAlloc for Strict {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        check();
        // SAFETY: the caller's promises are `System`'s.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        check();
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        check();
        // SAFETY: as above.
        unsafe { System.realloc(block, layout, size) }
    }
}

/// Lets no allocation pass from the beginning of our hook to its end.
fn forbid_in_hook(install: impl FnOnce()) -> &'static AtomicU32 {
    static RUN: AtomicU32 = AtomicU32::new(0);
    panic::set_hook(Box::new(|_| {
        FORBIDDEN.set(false);
        RUN.fetch_add(1, Ordering::Relaxed);
    }));
    install();
    let ours = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        FORBIDDEN.set(true);
        ours(info);
    }));
    &RUN
}

fn changed() -> HashMap<u32, u32> {
    let mut map = HashMap::new();
    map.extend((0..100).map(|i| (i, i)));
    map
}

/// A dump of many maps and one after it, of a thread that has changed maps and one that never has; and when it cannot be
/// written.
#[test]
fn a_dump_allocates_nothing() {
    let left = in_folder(module_path!(), "a_dump_allocates_nothing", &[], |folder| {
        let run = forbid_in_hook(|| guard::install(folder).expect("it installs"));
        let _maps: Vec<_> = (0..3_000).map(|_| changed()).collect();
        let mut young = HashMap::new();
        young.insert(1, 1);
        assert!(panic_in_thread("used", || {
            let _map = changed();
            panic!("allocates, but not in our hook");
        }));
        // Until the time between two dumps is over, however long that is on this machine.
        while crate::support::dumps(folder).len() < 2 {
            assert!(panic_in_thread("never used", || panic!("likewise")));
        }
        let before = run.load(Ordering::Relaxed);
        assert!(before >= 2);
        std::fs::remove_dir_all(folder).expect("it is there");
        assert!(panic_in_thread("nowhere", || panic!("likewise")));
        assert_eq!(run.load(Ordering::Relaxed), before + 1);
        std::fs::create_dir(folder).expect("it can be made again");
    });
    left.map(crate::support::Left::succeeded);
}
