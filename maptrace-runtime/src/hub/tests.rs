//! What threads make for a hub at the same time.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use crate::site::tests::alone::alone;
use crate::testing::Capture;

/// Of two records for one site, made at once, the collector would take one for a map. Ids are the process's, so this one has a
/// process of its own.
#[test]
fn threads_that_need_a_sites_record_at_once_make_one() {
    const THREADS: u32 = 4;
    const SITES: u32 = 1_000;
    alone(module_path!(), "threads_that_need_a_sites_record_at_once_make_one", &[], || {
        let _capture = Capture::install();
        let hub = crate::thread::hub().expect("the capture's");
        let ids = &hub.generation.ids;
        let before = ids.high_water();
        let arrived = AtomicU32::new(0);
        let made: Vec<Vec<_>> = thread::scope(|scope| {
            let make = || {
                let make_one = |site| {
                    // All come to the same site at once.
                    arrived.fetch_add(1, Ordering::AcqRel);
                    while arrived.load(Ordering::Acquire) < site * THREADS {
                        thread::yield_now();
                    }
                    hub.shared_record(site)
                };
                (1..=SITES).map(make_one).collect()
            };
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(make)).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert!(made.iter().all(|records| *records == made[0]));
        assert!(made[0].iter().all(Option::is_some));
        // Not one that was made in vain and given back.
        assert_eq!(ids.high_water() - before, SITES);
    });
}
