//! The process ends, or goes on, as it would have.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::panic;
use std::sync::{Barrier, OnceLock};
use std::time::{Duration, Instant};

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::guard;

use crate::support::{in_folder, maps_of, panic_in_thread, sum};

fn changed() -> HashMap<u32, u32> {
    let mut map = HashMap::new();
    map.extend((0..1_000).map(|i| (i, i)));
    map
}

/// Each is in a dump, and none waits for long.
#[test]
fn sixty_four_at_once() {
    const THREADS: usize = 64;
    let left = in_folder(module_path!(), "sixty_four_at_once", &[], |folder| {
        guard::install(folder).expect("it installs");
        let maps: Vec<_> = (0..1_000).map(|_| changed()).collect();
        let barrier = Barrier::new(THREADS);
        let panicked: usize = std::thread::scope(|scope| {
            let work = || {
                let mut map = changed();
                map.remove(&1);
                barrier.wait();
                panic!("all of them");
            };
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
            threads
                .into_iter()
                .map(|thread| usize::from(thread.join().is_err()))
                .sum()
        });
        assert_eq!(panicked, THREADS);
        drop(maps);
        // What came when the last dump was hardly over is told by the next one.
        guard::dump().expect("a dump");
    });
    let Some(left) = left.map(crate::support::Left::succeeded) else {
        return;
    };
    let told: Vec<u64> = left
        .dumps
        .iter()
        .flat_map(|dump| dump["panics"].as_array().expect("panics"))
        .map(|panic| panic["panic"].as_u64().expect("a number"))
        .collect();
    assert_eq!(
        told.iter().copied().collect::<BTreeSet<_>>(),
        (1..=THREADS as u64).collect()
    );
    assert_eq!(told.len(), THREADS, "each once");
    assert!(left.dumps.iter().all(|dump| {
        dump["panics"]
            .as_array()
            .is_some_and(|it| it.iter().all(|it| it["touched"][1] == "delete"))
    }));
}

/// A process that aborts at a panic, as with `panic = "abort"`: the hook is all that runs.
#[test]
fn the_process_aborts() {
    let left = in_folder(module_path!(), "the_process_aborts", &[], |folder| {
        panic::set_hook(Box::new(|_| std::process::abort()));
        guard::install(folder).expect("it installs");
        let _maps: Vec<_> = (0..300).map(|_| changed()).collect();
        panic!("the end");
    });
    let Some(left) = left else { return };
    assert_eq!(left.output.status.signal(), Some(libc::SIGABRT), "{}", left.stderr());
    let maps = maps_of(left.dump(), "ends.rs");
    assert_eq!((maps.len(), sum(&maps, "entries")), (300, 300_000));
    assert_eq!(left.files.len(), 1, "{:?}", left.files);
}

/// Sixteen threads, each of whose panics ends the process: a dump is there, and whole. Unless whoever writes it is not given the
/// processor for as long as the others wait for it, half a second: then this shows nothing, and it is done again.
#[test]
fn the_process_aborts_for_many_reasons() {
    const LATE: &str = "the others have waited long enough";
    let run = || {
        in_folder(module_path!(), "the_process_aborts_for_many_reasons", &[], |folder| {
            static BEGAN: OnceLock<Instant> = OnceLock::new();
            panic::set_hook(Box::new(|_| {
                if BEGAN
                    .get()
                    .is_some_and(|began| began.elapsed() >= Duration::from_millis(500))
                {
                    eprintln!("{LATE}");
                }
                std::process::abort();
            }));
            guard::install(folder).expect("it installs");
            let _maps: Vec<_> = (0..300).map(|_| changed()).collect();
            let barrier = Barrier::new(16);
            std::thread::scope(|scope| {
                for _ in 0..16 {
                    scope.spawn(|| {
                        barrier.wait();
                        BEGAN.get_or_init(Instant::now);
                        panic!("the end");
                    });
                }
            });
        })
    };
    for _ in 0..20 {
        let Some(left) = run() else { return };
        assert_eq!(left.output.status.signal(), Some(libc::SIGABRT), "{}", left.stderr());
        if left.dumps.is_empty() && left.stderr().contains(LATE) {
            continue;
        }
        assert!(!left.dumps.is_empty(), "{:?}\n{}", left.files, left.stderr());
        assert_eq!(sum(&maps_of(&left.dumps[0], "ends.rs"), "entries"), 300_000);
        return;
    }
    println!("of 20 processes none was given the processor in time");
}

/// Panics in the destructor of a thread's local, which ends the process.
struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        let _ = LOCAL.try_with(|map| map.borrow_mut().insert(1, 2));
        panic!("in a destructor");
    }
}

thread_local! {
    static LOCAL: RefCell<HashMap<u32, u32>> = RefCell::new(HashMap::new());
    static ARMED: RefCell<Option<Grenade>> = const { RefCell::new(None) };
}

#[test]
fn while_a_threads_locals_are_destroyed() {
    let left = in_folder(module_path!(), "while_a_threads_locals_are_destroyed", &[], |folder| {
        guard::install(folder).expect("it installs");
        let map = changed();
        let work = || {
            // Its destructor is the last to run: maptrace's own have.
            ARMED.set(Some(Grenade));
            LOCAL.with_borrow_mut(|map| map.insert(7, 7));
        };
        let _ = std::thread::spawn(work).join();
        drop(map);
    });
    let Some(left) = left else { return };
    // As std does with every such panic.
    assert_eq!(left.output.status.signal(), Some(libc::SIGABRT), "{}", left.stderr());
    let maps = maps_of(left.dump(), "ends.rs");
    assert!(sum(&maps, "entries") >= 1_000);
    assert!(left.stderr().contains("in a destructor"), "{}", left.stderr());
}

/// What is caught is caught, and a hook that the host set before runs each time, with ours or without.
#[test]
fn unwinding_goes_on() {
    use std::sync::atomic::{AtomicU32, Ordering};
    static HOOKS: AtomicU32 = AtomicU32::new(0);
    static DROPS: AtomicU32 = AtomicU32::new(0);
    struct Counts;
    impl Drop for Counts {
        fn drop(&mut self) {
            DROPS.fetch_add(1, Ordering::Relaxed);
        }
    }
    let left = in_folder(module_path!(), "unwinding_goes_on", &[], |folder| {
        panic::set_hook(Box::new(|_| _ = HOOKS.fetch_add(1, Ordering::Relaxed)));
        guard::install(folder).expect("it installs");
        let mut map = changed();
        for i in 0..100_u32 {
            let caught = panic::catch_unwind(panic::AssertUnwindSafe(|| {
                let _counts = Counts;
                map.insert(i, i);
                panic::panic_any(i);
            }));
            assert_eq!(caught.expect_err("it panicked").downcast_ref(), Some(&i));
        }
        assert_eq!(
            (HOOKS.load(Ordering::Relaxed), DROPS.load(Ordering::Relaxed)),
            (100, 100)
        );
        guard::dump().expect("a dump");
    });
    let Some(left) = left.map(crate::support::Left::succeeded) else {
        return;
    };
    // Not a hundred dumps, but a hundred panics told, up to the 64 that are kept between two.
    let told: usize = left
        .dumps
        .iter()
        .map(|dump| dump["panics"].as_array().map_or(0, Vec::len))
        .sum();
    assert!((64..=100).contains(&told), "{told}");
}

/// A map that is changed for the first time by a thread that panics: the hook is set by the collector's thread.
#[test]
fn the_first_map_is_changed_while_unwinding() {
    struct Late;
    impl Drop for Late {
        fn drop(&mut self) {
            changed();
        }
    }
    let left = in_folder(
        module_path!(),
        "the_first_map_is_changed_while_unwinding",
        &[("MAPTRACE_GUARD", "FOLDER")],
        |_| {
            assert!(panic_in_thread("first", || {
                let _late = Late;
                panic!("first");
            }));
            // The collector has passed, and so has set the hook.
            assert!(maptrace_runtime::flush(std::time::Duration::from_secs(60)).complete);
            assert!(maptrace_runtime::flush(std::time::Duration::from_secs(60)).complete);
            assert!(panic_in_thread("second", || panic!("second")));
        },
    );
    let Some(left) = left.map(crate::support::Left::succeeded) else {
        return;
    };
    assert_eq!(left.dump()["panic"]["thread"], "second");
}
