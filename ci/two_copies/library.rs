//! A library that traces its maps, with whichever version of maptrace it was built with.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use maptrace::maptrace;

#[maptrace]
type Seen = HashMap<u64, u64>;

/// Changes maps on this thread and on another, and returns how many assigns this version of maptrace has counted since it was
/// started, if it counted them under the map's name.
pub fn work(keys: u64) -> u64 {
    let fill = move || {
        let mut seen = Seen::new();
        for key in 0..keys {
            seen.insert(key, key);
        }
    };
    fill();
    std::thread::spawn(fill).join().expect("no panic");
    let _ = maptrace::flush(Duration::from_secs(60));
    let now = maptrace::snapshot();
    assert_eq!(
        now.health.emitted,
        now.health.delivered + now.health.dropped_total() + now.health.sampled_out
    );
    let maps: Vec<_> = now.maps.iter().filter(|map| map.created > 0).collect();
    assert!(
        maps.len() == 1 && maps[0].site.name == "Seen",
        "{} sites have maps",
        maps.len()
    );
    maps[0].totals.assigns_new
}

/// Makes it write dumps of panics to a folder.
pub fn guard(folder: &Path) {
    maptrace::guard::install(folder).expect("a folder");
}
