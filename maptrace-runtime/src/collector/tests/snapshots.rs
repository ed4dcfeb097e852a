//! Who gets which snapshot.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::hub::lock;
use crate::snapshot::Snapshot;

/// A crowd of readers costs one settling, and each finds in it what it did before it asked.
#[test]
fn who_waits_for_a_snapshot_shares_the_next_one() {
    const READERS: u64 = 8;
    let capture = Capture::install();
    let handle = capture.handle();
    let hub = thread::hub().expect("the capture's");
    let asked = |n| {
        while hub.snapshots_asked.load(Ordering::Relaxed) < n {
            std::thread::yield_now();
        }
    };
    let read = || {
        let _entered = handle.enter();
        let mut map = BTreeMap::new();
        map.insert(0_u8, 0_u8);
        snapshot(hub)
    };
    let made = |snapshot: &Snapshot| snapshot.map_at(file!()).map(|site| site.created);
    std::thread::scope(|scope| {
        let mut core = lock(&hub.core);
        let passes = core.passes;
        let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(read)).collect();
        asked(READERS);
        let first = core.publish(hub);
        assert_eq!(made(&first), Some(READERS));
        // One that asks after that one was begun is not put off with it.
        let late = scope.spawn(read);
        asked(READERS + 1);
        drop(core);
        let late = late.join().expect("no panic");
        assert_eq!(made(&late), Some(READERS + 1));
        for reader in readers {
            let got = reader.join().expect("no panic");
            assert!(Arc::ptr_eq(&got, &first) || Arc::ptr_eq(&got, &late));
        }
        let core = lock(&hub.core);
        assert_eq!(core.passes, passes + 4, "two settlings");
        assert!(core.published.snapshot.is_none(), "nobody waits, and one is kept");
    });
}

/// Who asks while a snapshot is being made, and the rings are drained already, gets one of his own.
#[test]
fn a_snapshot_is_not_shared_with_one_who_asked_too_late() {
    let _capture = Capture::install();
    let hub = thread::hub().expect("the capture's");
    let ids = &crate::global::generation().expect("memory").ids;
    let mut freed = BTreeMap::from([(0_u8, 0_u8)]);
    let of_freed = |record: &crate::registry::Record| {
        record.owner.load(Ordering::Acquire) == hub.number && record.serial.load(Ordering::Relaxed) != 0
    };
    let id = (0..ids.high_water()).find(|&id| registry::known(id).is_some_and(of_freed)).expect("its record");
    let mut late = BTreeMap::from([(0_u16, 0_u16)]);
    freed.clear();
    drop(freed);
    let (held, released) = (AtomicBool::new(false), AtomicBool::new(false));
    let until = |is_so: &dyn Fn() -> bool| {
        while !is_so() {
            std::thread::yield_now();
        }
    };
    let entries = |now: &Snapshot| now.maps.iter().find(|map| map.site.type_name == "u16 -> u16").map(|map| map.entries);
    std::thread::scope(|scope| {
        // Who is asked for memory holds the ids, and the collector cannot give back that of the map that was dropped: the
        // last thing it does before it looks at the maps.
        scope.spawn(|| {
            let mut taken = vec![0; 1 << 18];
            let count = ids.take(&mut taken, |_| {
                held.store(true, Ordering::Relaxed);
                until(&|| released.load(Ordering::Relaxed));
                false
            });
            ids.give_back(&taken[..count]);
        });
        until(&|| held.load(Ordering::Relaxed));
        let first = scope.spawn(|| snapshot(hub));
        until(&|| record(id).owner.load(Ordering::Acquire) == 0);
        late.insert(1, 1);
        let second = scope.spawn(|| snapshot(hub));
        until(&|| hub.snapshots_asked.load(Ordering::Relaxed) == 2);
        released.store(true, Ordering::Relaxed);
        first.join().expect("no panic");
        let second = entries(&second.join().expect("no panic"));
        assert_eq!(second, Some(2));
    });
    assert!(lock(&hub.core).published.snapshot.is_none());
}

/// Who asks last may have the lock before one who still waits for the snapshot that was made for him.
#[test]
fn a_snapshot_that_waits_for_another_is_not_taken() {
    let _capture = Capture::install();
    let hub = thread::hub().expect("the capture's");
    let mut map = BTreeMap::new();
    map.insert(0_u8, 0_u8);
    {
        let mut core = lock(&hub.core);
        hub.snapshots_asked.store(2, Ordering::Relaxed);
        drop(core.publish(hub));
        core.published.served = 1;
    }
    map.insert(1, 1);
    assert_eq!(snapshot(hub).map_at(file!()).map(|site| site.entries), Some(2));
}

/// A snapshot that came to nothing is nobody's, and the one before it is not taken for it.
#[test]
fn a_panic_leaves_no_snapshot_behind() {
    let _capture = Capture::install();
    let hub = thread::hub().expect("the capture's");
    BTreeMap::new().insert(0_u8, 0_u8);
    {
        let mut core = lock(&hub.core);
        hub.snapshots_asked.store(2, Ordering::Relaxed);
        drop(core.publish(hub));
        core.published.served = 1;
        core.panics = 2;
        // For the third, while the second has not come for the one before.
        hub.snapshots_asked.store(3, Ordering::Relaxed);
        assert!(catch_unwind(AssertUnwindSafe(|| core.publish(hub))).is_err());
        assert_eq!(core.published.covers, 2, "the third would get what was made for the first two");
        core.published.served = 3;
    }
    assert!(catch_unwind(|| snapshot(hub)).is_err());
    let now = snapshot(hub);
    assert_eq!(now.map_at(file!()).map(|site| site.freed), Some(1));
    assert!(lock(&hub.core).published.snapshot.is_none(), "it is kept for one who has gone");
}
