//! Whatever is in the files of a spool, each request in them is handed out or told to be lost, and in the end nothing is
//! there.
//!
//! The first byte says whether the sums in the files are made right, and whether the rest is one file or two.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use maptrace_otel::fuzz::{mend, spool};

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    made.expect("a folder")
});

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, bytes)) = bytes.split_first() else {
        return;
    };
    let folder = FOLDER.path().join("process-1");
    fs::create_dir_all(&folder).expect("a folder");
    let (one, two) = bytes.split_at(if first & 2 == 0 { bytes.len() } else { bytes.len() / 2 });
    for (name, bytes) in [("1-traces.spool", one), ("2-metrics.spool", two)] {
        let mut bytes = bytes.to_vec();
        if first & 1 == 0 {
            mend(&mut bytes);
        }
        fs::write(folder.join(name), bytes).expect("a file");
    }
    let spooled = spool(FOLDER.path()).expect("a spool");
    assert_eq!(spooled.recovered, spooled.taken + spooled.lost, "{spooled:?}");
    // One of another version stays.
    let _ = fs::remove_dir_all(folder);
});
