//! What lies in a ring and was not written as an event.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use proptest::prelude::*;

use crate::collections::{BTreeMap, HashMap};
use crate::event::{CONTEXT_WORDS, EventKind, IN_SPAN, MAX_ID, NOTED, TICK_BITS, head, id_of, is_ops, key, stamp_of};
use crate::registry::{CHUNK, MAX_RECORDS, known};
use crate::report::Report;
use crate::snapshot::Snapshot;
use crate::testing::Capture;
use crate::thread;

/// A word of the map `own`, or of one that there cannot be. It tells of no drop of `own`, whose record would then be another
/// test's, nor of maps of other tests.
fn word(own: u32, strange: bool, tick: u32, low: u64) -> u64 {
    let with = |id| key(id, stamp_of(tick)) | low;
    let word = with(if strange { MAX_ID } else { own });
    let is_drop = !is_ops(word) && EventKind::from_head(word) == Some(EventKind::Free);
    if is_drop { with(MAX_ID) } else { word }
}

/// A map that has a record of its own, and that one's id.
fn grown_map() -> (HashMap<u32, ()>, u32) {
    let map = (0..300).map(|n| (n, ())).collect();
    let hub = thread::hub().expect("the capture's").number;
    let own = |id: &u32| {
        let record = known(*id);
        record.is_some_and(|it| it.owner.load(Ordering::Acquire) == hub && it.serial.load(Ordering::Relaxed) != 0)
    };
    let ids: Vec<u32> = (0..MAX_RECORDS).step_by(CHUNK).filter(|&first| known(first).is_some()).collect();
    let id = ids.into_iter().flat_map(|first| first..first + CHUNK as u32).find(own).expect("its record");
    (map, id)
}

fn report(snapshot: Snapshot) -> String {
    Report::new(Arc::new(snapshot)).to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever it is, the collector goes on, and what comes after it is counted.
    #[test]
    fn whatever_lies_in_a_ring_the_collector_goes_on(
        words in proptest::collection::vec(
            (any::<bool>(), 0_u32..1 << TICK_BITS, 0_u64..1 << 18, 1_usize..13),
            1..300,
        ),
    ) {
        let capture = Capture::install();
        let (_map, id) = grown_map();
        // In events of one word and of several.
        let mut all: Vec<u64> = words.iter().map(|&(strange, tick, low, _)| word(id, strange, tick, low)).collect();
        for &(.., len) in &words {
            let rest = all.split_off(len.min(all.len()));
            thread::write_raw(&all);
            all = rest;
        }
        let damaged = capture.snapshot();
        prop_assert_eq!(damaged.health.restarts, 0);
        assert!(!report(damaged).is_empty());
        let mut after = BTreeMap::new();
        (0..1_000).for_each(|n| _ = after.insert(n, ()));
        let now = capture.snapshot();
        let site = now.map_at(file!()).expect("its site");
        prop_assert_eq!((site.live, site.entries, site.totals.assigns_new), (1, 1_000, 1_000));
    }
}

/// An event that is cut short, ids that are nobody's, kinds that there are not: each is told, and taken for nothing else.
#[test]
fn what_is_damaged_is_counted() {
    let capture = Capture::install();
    let (map, own) = grown_map();
    let before = capture.snapshot();
    assert_eq!(before.health.damaged, 0);
    let strange = key(MAX_ID, stamp_of(1));
    let mine = key(own, stamp_of(1));
    let damaged = Cell::new(0);
    let check = |words: &[u64]| {
        thread::write_raw(words);
        damaged.set(damaged.get() + 1);
        let health = capture.snapshot().health;
        assert_eq!(health.damaged, damaged.get(), "{words:x?}");
        assert_eq!(health.delivered, before.health.delivered, "{words:x?}");
    };
    // Operations, a drop and an episode of no map.
    check(&[strange | 1 << 2]);
    check(&[head(EventKind::Free, strange), 1, 2]);
    check(&[head(EventKind::Create, strange)]);
    // No kind.
    check(&[head(EventKind::Create, mine) | 15]);
    // A table of a size that there is none of.
    check(&[head(EventKind::Young, mine) | 7 << 6]);
    check(&[head(EventKind::Promoted, mine), u64::from(own) | 7 << 22]);
    // A record that nobody has.
    check(&[head(EventKind::Promoted, mine), u64::from(MAX_ID)]);
    // More entries than there is memory for, and a duration of centuries; in a span, so that its words are passed over, too.
    check(&[head(EventKind::Clear, mine), 1, 2, 1 << 50]);
    let mut long = vec![head(EventKind::Clear, mine) | IN_SPAN | NOTED, 1, u64::MAX, 3];
    long.extend([7; CONTEXT_WORDS + 1]);
    check(&long);
    let now = capture.snapshot();
    // It was collected, so that nobody knows where.
    let site = now.maps.iter().find(|site| site.live > 0).expect("its site");
    assert_eq!((site.live, site.entries, site.clears), (1, map.len() as u64, 0));
    let told = report(now);
    assert!(told.contains("9 damaged words in rings passed over"), "{told}");
    assert_eq!(id_of(mine), own);
}
