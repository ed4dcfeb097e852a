//! A program with maptrace that loads libraries which have it as well, uses them beside its own maps, and unloads them.

use std::ffi::{CString, c_char, c_int, c_void};
use std::thread;

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::snapshot;

unsafe extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn dlclose(library: *mut c_void) -> c_int;
}

const RTLD_NOW: c_int = 2;
const KEYS: u64 = 1_000;

/// Loads a library, has it work, unloads it, and returns what it has counted.
fn use_and_unload(path: &str, times: u64) -> u64 {
    let path = CString::new(path).expect("no NUL");
    // SAFETY: the path is a string; the library's initialisers are Rust's.
    let library = unsafe { dlopen(path.as_ptr(), RTLD_NOW) };
    assert!(!library.is_null(), "{path:?} cannot be loaded");
    // SAFETY: the library is there, and the name is a string.
    let work = unsafe { dlsym(library, c"work".as_ptr()) };
    assert!(!work.is_null());
    // SAFETY: that is the function's type.
    let work: extern "C" fn(u64) -> u64 = unsafe { std::mem::transmute(work) };
    let counted = (0..times).map(|_| work(KEYS)).last().expect("once at least");
    // SAFETY: it is there.
    assert_eq!(unsafe { dlclose(library) }, 0);
    counted
}

fn main() {
    let libraries: Vec<String> = std::env::args().skip(1).collect();
    let mut map = HashMap::new();
    let mut assigns = 0;
    for round in 0..50 {
        for key in 0..KEYS {
            map.insert(round * KEYS + key, ());
            assigns += 1;
        }
        // By another thread, which ends afterwards: also the first who has it.
        let library = libraries[round as usize % libraries.len()].clone();
        thread::spawn(move || use_and_unload(&library, 1))
            .join()
            .expect("no panic");
        for library in &libraries {
            let counted = use_and_unload(library, 2);
            // Since the library was first loaded, if it stays, or since it was loaded now.
            assert!(
                counted >= 4 * KEYS && counted % (2 * KEYS) == 0,
                "{counted} counted by {library}"
            );
        }
    }
    // Each copy counts its own maps and no others.
    let now = snapshot();
    let own: u64 = now.maps.iter().map(|map| map.totals.assigns_new).sum();
    assert_eq!(own, assigns);
    let threads = std::fs::read_dir("/proc/self/task").expect("Linux").count();
    println!(
        "{} copies of maptrace, {threads} threads, 50 rounds of loading and unloading: each counts its own",
        libraries.len() + 1
    );
}
