//! What the system says of this process.

use std::fs;

/// Bytes of memory that it has.
pub(crate) fn resident() -> u64 {
    kib("/proc/self/status", "VmRSS:") << 10
}

/// Bytes of memory that it has and shares with nobody.
pub(crate) fn private() -> u64 {
    kib("/proc/self/smaps_rollup", "Private_Dirty:") << 10
}

fn kib(file: &str, line: &str) -> u64 {
    let text = fs::read_to_string(file).expect("Linux");
    let line = text.lines().find_map(|it| it.strip_prefix(line)).expect("a line");
    let number = line.trim().trim_end_matches(" kB");
    number.parse().expect("a number")
}
