//! A program with two libraries, each with a version of maptrace of its own: each counts its own maps, in a forked child as well,
//! and both write what there was when the program panics.
//!
//! Its arguments are two folders for dumps. It ends by a panic.

use std::path::PathBuf;

unsafe extern "C" {
    fn fork() -> i32;
    fn waitpid(child: i32, status: *mut i32, options: i32) -> i32;
    fn _exit(status: i32) -> !;
}

const KEYS: u64 = 1_000;

/// Has both work `rounds` times, one more often than the other, and looks whether each has counted its own.
fn work(rounds: u64) {
    for round in 1..=rounds {
        assert_eq!(older::work(KEYS), round * 2 * KEYS);
        newer::work(KEYS);
        assert_eq!(newer::work(KEYS), round * 4 * KEYS);
    }
}

fn main() {
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    older::guard(&folders[0]);
    newer::guard(&folders[1]);
    work(50);
    for _ in 0..20 {
        // SAFETY: the child uses maps of its own, and ends by `_exit`.
        let child = unsafe { fork() };
        if child == 0 {
            let good = std::panic::catch_unwind(|| work(2)).is_ok();
            // SAFETY: has no preconditions.
            unsafe { _exit(i32::from(!good)) };
        }
        let mut status = 0;
        // SAFETY: `status` may be written to, and the child is ours.
        assert_eq!(unsafe { waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0, "the child failed");
    }
    let threads = std::fs::read_dir("/proc/self/task").expect("Linux").count();
    println!("two versions of maptrace in one program, {threads} threads, 50 rounds and 20 forks: each counts its own");
    panic!("on purpose");
}
