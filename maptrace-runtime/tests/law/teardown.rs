//! Maps that are used while a thread's locals are being destroyed.

use std::cell::RefCell;
use std::thread;

use maptrace_runtime::collections::{BTreeMap, HashMap};
use maptrace_runtime::testing::{Capture, Entered};
use maptrace_runtime::{Cause, snapshot};

use crate::alone::{alone, scale};

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

/// Half of the threads make their local before maptrace makes its own, half after: whatever order std destroys them
/// in, half of them find maptrace's gone.
#[test]
fn locals_older_and_younger_than_maptrace_s() {
    let threads = 2_000 * u64::from(scale());
    alone(module_path!(), "locals_older_and_younger_than_maptrace_s", &[], || {
        for number in 0..threads {
            thread::spawn(move || {
                let begin_maptrace = || {
                    let mut map = HashMap::with_capacity(3);
                    map.insert(0_u8, 0_u8);
                };
                let begin_local = || FIRST.with(|map| assert_eq!(map.borrow().0.len(), 0));
                if number % 2 == 0 {
                    begin_local();
                    begin_maptrace();
                } else {
                    begin_maptrace();
                    begin_local();
                }
            })
            .join()
            .expect("no panic");
        }
        let now = snapshot();
        let health = &now.health;
        // Create, insert, Free; then Create, two inserts, remove, Free, and Create, insert, Free in the destructor.
        println!(
            "measured: {threads} threads with maps in their destructors, 0 aborts, {} events, all accounted",
            health.emitted
        );
        assert_eq!(health.emitted, threads * 11, "{health:?}");
        assert_eq!(health.dropped[Cause::TlsDead as usize], threads / 2 * 8, "{health:?}");
        assert_eq!(health.delivered, health.emitted - threads / 2 * 8, "{health:?}");
        assert_eq!(health.rings, 0, "every ring was closed: {health:?}");
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

/// As in a test whose threads enter one capture after the other and leave none.
#[test]
fn captures_entered_for_the_rest_of_a_thread_that_has_a_ring_elsewhere() {
    let (outer, inner) = (Capture::install(), Capture::install());
    let handles = [outer.handle(), inner.handle()];
    let change = || drop(BTreeMap::from([(1_u8, 1_u8)]));
    // What is used first is destroyed last: the ring of the thread, or the list of what it has entered.
    for has_a_ring in [false, true] {
        let work = move || {
            if has_a_ring {
                change();
            }
            for handle in handles {
                std::mem::forget(handle.enter());
                change();
            }
        };
        thread::spawn(work).join().expect("no panic");
        for capture in [&outer, &inner] {
            let health = capture.snapshot().health;
            assert_eq!(health.rings, 0, "{health:?}");
        }
    }
}

/// A capture is left by a destructor of the thread's, after the thread's own ring was closed: there is none to go back to.
#[test]
fn a_capture_left_by_a_destructor() {
    thread_local! {
        static ENTERED: RefCell<Option<Entered>> = const { RefCell::new(None) };
    }
    let (outer, inner) = (Capture::install(), Capture::install());
    let handles = [outer.handle(), inner.handle()];
    let work = move || {
        let change = || drop(BTreeMap::from([(1_u8, 1_u8)]));
        let [outer, inner] = handles;
        // Destroyed last: the list of what was entered; before it what is entered here; first the ring.
        drop(outer.enter());
        ENTERED.set(None);
        std::mem::forget(outer.enter());
        change();
        ENTERED.set(Some(inner.enter()));
        change();
    };
    thread::spawn(work).join().expect("no panic");
    for capture in [&outer, &inner] {
        let health = capture.snapshot().health;
        assert_eq!(health.rings, 0, "{health:?}");
    }
}
