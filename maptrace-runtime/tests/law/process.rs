//! What the system says of this process.

use std::fs;
use std::path::{Path, PathBuf};

/// Bytes of memory that it has, without what is a file's.
pub(crate) fn resident() -> u64 {
    let text = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))
        .expect("a line");
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib << 10
}

/// Where the system tells of this thread.
pub(crate) fn this_thread() -> PathBuf {
    Path::new("/proc").join(fs::read_link("/proc/thread-self").expect("Linux"))
}

/// Whether a thread waits for something.
pub(crate) fn sleeps(thread: &Path) -> bool {
    let text = fs::read_to_string(thread.join("stat")).expect("it has not ended");
    // After its name, which may have anything in it.
    text.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('S'))
}
