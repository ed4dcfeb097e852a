//! A library with a copy of maptrace of its own, that a program loads and unloads.

use std::time::Duration;

use maptrace_runtime::collections::HashMap;

/// Changes maps on this thread and on another, and returns how many assigns this copy of maptrace has counted.
#[unsafe(no_mangle)]
pub extern "C" fn work(keys: u64) -> u64 {
    let mut map = HashMap::new();
    for key in 0..keys {
        map.insert(key, key);
    }
    std::thread::spawn(move || {
        let mut other = HashMap::new();
        for key in 0..keys {
            other.insert(key, ());
        }
    })
    .join()
    .expect("no panic");
    drop(map);
    let _ = maptrace_runtime::flush(Duration::from_secs(60));
    maptrace_runtime::snapshot()
        .maps
        .iter()
        .map(|map| map.totals.assigns_new)
        .sum()
}
