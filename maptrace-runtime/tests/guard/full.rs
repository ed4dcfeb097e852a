//! No room for a dump.
#![expect(unsafe_code, reason = "std cannot limit a process")]

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::guard;

use crate::support::{in_folder, names, panic_in_thread};

/// A limit on the size of files sends a signal, which would end the process.
#[test]
fn files_may_not_be_large_enough() {
    let left = in_folder(module_path!(), "files_may_not_be_large_enough", &[], |folder| {
        guard::install(folder).expect("it installs");
        let maps: Vec<HashMap<u32, u32>> = (0..3_000)
            .map(|_| {
                let mut map = HashMap::new();
                map.extend((0..100).map(|i| (i, i)));
                map
            })
            .collect();
        let limit = libc::rlimit {
            rlim_cur: 4_096,
            rlim_max: libc::RLIM_INFINITY,
        };
        // SAFETY: the limit may be read.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit) }, 0);
        assert!(panic_in_thread("any", || panic!("as always")));
        let limit = libc::rlimit {
            rlim_cur: libc::RLIM_INFINITY,
            rlim_max: libc::RLIM_INFINITY,
        };
        // SAFETY: as above.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit) }, 0);
        // No half of a file is left, and the next one is whole.
        assert_eq!(names(folder), [] as [&str; 0]);
        guard::dump().expect("a dump");
        drop(maps);
    });
    let Some(left) = left.map(crate::support::Left::succeeded) else {
        return;
    };
    let stderr = left.stderr();
    assert!(
        stderr.contains("ulimit -f") && stderr.contains("3,000 live maps"),
        "{stderr}"
    );
    assert!(stderr.contains("as always"), "{stderr}");
    assert_eq!(left.dump()["sums"]["maps"], 3_000);
}

/// Standard error is gone, or full: nobody notices.
#[test]
fn standard_error_is_full() {
    let left = in_folder(module_path!(), "standard_error_is_full", &[], |folder| {
        guard::install(folder).expect("it installs");
        let mut map = HashMap::new();
        map.insert(1, 1);
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("a device");
        // SAFETY: both descriptors are open, and whoever writes to standard error finds it open as well.
        let replaced = unsafe { libc::dup2(std::os::fd::AsRawFd::as_raw_fd(&full), libc::STDERR_FILENO) };
        assert_eq!(replaced, libc::STDERR_FILENO);
        assert!(panic_in_thread("any", || panic!("as always")));
    });
    let Some(left) = left.map(crate::support::Left::succeeded) else {
        return;
    };
    assert_eq!(left.dump()["sums"]["maps"], 1);
}
