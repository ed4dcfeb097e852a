//! Maps that are used while a thread's locals are being destroyed.

use std::cell::RefCell;
use std::thread;

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::testing::Capture;
use maptrace_runtime::{Cause, snapshot};

use crate::alone::alone;

/// Uses a traced map when its thread ends.
struct AtExit(HashMap<u8, u8>);

impl Drop for AtExit {
    fn drop(&mut self) {
        self.0.insert(1, 1);
        self.0.insert(2, 2);
        self.0.remove(&1);
        // And one that lives in the destructor alone.
        let mut late = HashMap::with_capacity(3);
        late.insert(1_u8, 1_u8);
    }
}

thread_local! {
    static FIRST: RefCell<AtExit> = RefCell::new(AtExit(HashMap::with_capacity(3)));
}

/// Runs threads whose local is made before, or after, maptrace's own (destructors run in the opposite order), and
/// returns how many events were lost because maptrace's were gone.
fn run(name: &str, threads: u64, map_first: bool) {
    alone(module_path!(), name, &[], || {
        for _ in 0..threads {
            thread::spawn(move || {
                let begin_maptrace = || {
                    let mut map = HashMap::with_capacity(3);
                    map.insert(0_u8, 0_u8);
                };
                if map_first {
                    FIRST.with(|map| assert_eq!(map.borrow().0.len(), 0));
                    begin_maptrace();
                } else {
                    begin_maptrace();
                    FIRST.with(|map| assert_eq!(map.borrow().0.len(), 0));
                }
            })
            .join()
            .expect("no panic");
        }
        let now = snapshot();
        let health = &now.health;
        // Create, insert, Free; Create, two inserts, remove, Free; Create, insert, Free.
        assert_eq!(health.emitted, threads * 11, "{health:?}");
        assert_eq!(health.emitted, health.delivered + health.dropped.iter().sum::<u64>());
        // std runs destructors in either order; what it does today is that the last made goes first.
        let dead = health.dropped[Cause::TlsDead as usize];
        assert!(dead == 0 || dead == threads * 8, "{health:?}");
        let totals = |of: fn(&maptrace_runtime::MapSnapshot) -> u64| now.maps.iter().map(of).sum::<u64>();
        assert_eq!(totals(|map| map.totals.assigns_new), threads * 4);
        assert_eq!(totals(|map| map.totals.deletes_hit), threads);
        assert_eq!(
            (totals(|map| map.created), totals(|map| map.freed)),
            (threads * 3, threads * 3)
        );
        assert_eq!((totals(|map| map.live), totals(|map| map.entries)), (0, 0));
    });
}

#[test]
fn a_local_older_than_maptrace_s() {
    run("a_local_older_than_maptrace_s", 1_000, true);
}

#[test]
fn a_local_younger_than_maptrace_s() {
    run("a_local_younger_than_maptrace_s", 1_000, false);
}

/// A thread that meets maptrace for the first time in a destructor.
#[test]
fn the_first_map_of_a_thread_is_in_a_destructor() {
    alone(
        module_path!(),
        "the_first_map_of_a_thread_is_in_a_destructor",
        &[],
        || {
            for _ in 0..1_000 {
                thread::spawn(|| FIRST.with(|map| assert!(map.borrow().0.is_empty())))
                    .join()
                    .expect("no panic");
            }
            let now = snapshot();
            assert_eq!(now.health.emitted, 8_000, "{:?}", now.health);
            assert_eq!(now.maps.iter().map(|map| map.freed).sum::<u64>(), 2_000);
            assert_eq!(now.health.rings, 0, "every ring was closed: {:?}", now.health);
        },
    );
}

/// As in a test that ends its thread without leaving the capture.
#[test]
fn a_capture_entered_for_the_rest_of_a_thread() {
    let capture = Capture::install();
    let handle = capture.handle();
    for _ in 0..10 {
        thread::spawn(move || {
            std::mem::forget(handle.enter());
            FIRST.with(|map| map.borrow_mut().0.insert(9, 9));
        })
        .join()
        .expect("no panic");
    }
    let now = capture.snapshot();
    assert_eq!(now.health.rings, 0, "{:?}", now.health);
    // Create, three inserts (the table has room for three), remove, Free; Create, insert, Free.
    assert_eq!(now.health.emitted, 10 * 9, "{:?}", now.health);
}
