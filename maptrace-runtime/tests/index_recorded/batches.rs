//! Many entries at once.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ::indexmap::IndexMap as Plain;
use maptrace_runtime::indexmap::IndexSet;
use maptrace_runtime::indexmap::map::MutableKeys;
use maptrace_runtime::indexmap::set::MutableValues;
use maptrace_runtime::testing::Capture;
use maptrace_runtime::{BatchDoor, EpisodeKind, PutAll};

use crate::support::{Fixed, Map, allocations, batch, bytes, grow, held_now, numbers, only, since, totals};

#[test]
fn many_at_once_are_one_batch() {
    let capture = Capture::install();
    let mut seen = 0;
    let mut map = Map::with_capacity_and_hasher(100, Fixed::default());
    let mut expect = |expected: &[EpisodeKind]| assert_eq!(since(&capture, &mut seen), expected);
    map.extend((0..10).map(|n| (n, n)));
    expect(&[batch(BatchDoor::Extend, 10, 10, 0, 0)]);
    let report = map.put_all((5..15).map(|n| (n, n)));
    assert_eq!((report.offered, report.new, report.replaced), (10, 5, 5));
    expect(&[batch(BatchDoor::PutAll, 10, 5, 5, 0)]);
    map.retain(|key, _| key % 5 != 0);
    expect(&[batch(BatchDoor::Retain, 15, 0, 0, 3)]);
    map.retain2(|key, _| *key != 1);
    expect(&[batch(BatchDoor::Retain, 12, 0, 0, 1)]);
    map.truncate(20);
    expect(&[]);
    map.truncate(10);
    expect(&[batch(BatchDoor::Truncate, 1, 0, 0, 1)]);
    assert_eq!(map.drain(2..4).next(), Some((4, 4)));
    expect(&[batch(BatchDoor::Drain, 2, 0, 0, 2)]);
    assert_eq!(map.extract_if(1..5, |key, _| key % 2 == 0).count(), 1);
    expect(&[batch(BatchDoor::ExtractIf, 4, 0, 0, 1)]);
    // 2, 7, 9, 11, 12, 13, 8... are left: two go, of four that come one is elsewhere.
    let last = *map.last().unwrap().0;
    drop(map.splice(..2, [(100, 0), (101, 0), (last, 0), (102, 0)]));
    expect(&[batch(BatchDoor::Splice, 4, 3, 1, 2)]);
    let entries = map.len() as u64;
    let mut other = map.split_off(5);
    expect(&[
        batch(BatchDoor::Append, entries - 5, 0, 0, entries - 5),
        batch(BatchDoor::Append, entries - 5, entries - 5, 0, 0),
    ]);
    map.append(&mut other);
    expect(&[
        batch(BatchDoor::Drain, entries - 5, 0, 0, entries - 5),
        batch(BatchDoor::Append, entries - 5, entries - 5, 0, 0),
    ]);
    let copy = map.clone();
    expect(&[batch(BatchDoor::Clone, entries, entries, 0, 0)]);
    map.clone_from(&copy);
    expect(&[batch(BatchDoor::Clone, entries, entries, 0, entries)]);
    map.clear();
    expect(&[EpisodeKind::Clear { entries }]);

    let mut set: IndexSet<u64, Fixed> = (0..10).collect();
    expect(&[batch(BatchDoor::FromIter, 10, 10, 0, 0)]);
    set.retain2(|element| *element < 5);
    expect(&[batch(BatchDoor::Retain, 10, 0, 0, 5)]);
    drop(set.splice(1..2, [7, 4]));
    expect(&[batch(BatchDoor::Splice, 2, 1, 1, 1)]);
    let union = &set | &IndexSet::<u64, Fixed>::default();
    assert_eq!(union.len(), 5);
    expect(&[batch(BatchDoor::FromIter, 5, 5, 0, 0)]);
}

#[test]
fn a_range_that_is_not_there_leaves_nothing() {
    let capture = Capture::install();
    let mut map = numbers(5);
    let (before, episodes) = (only(&capture), capture.episodes().len());
    let refused: [fn(&mut Map); 4] = [
        |map| drop(map.drain(..9)),
        |map| drop(map.extract_if(9.., |_, _| true)),
        |map| drop(map.splice(..9, [])),
        |map| drop(map.split_off(9)),
    ];
    for refused in refused {
        catch_unwind(AssertUnwindSafe(|| refused(&mut map))).unwrap_err();
    }
    let after = only(&capture);
    assert_eq!(
        (after.totals, after.batches, after.entries),
        (before.totals, before.batches, 5)
    );
    assert_eq!(capture.episodes().len(), episodes);
}

/// Splices `count` new entries in at `at` into a map that is full with `full`, and says how often it has grown: as it
/// is told, and as can be seen while the entries come in and when they are there.
fn spliced(full: u64, at: usize, count: u64) -> (Vec<EpisodeKind>, usize, Map) {
    let capture = Capture::install();
    let mut map = numbers(full);
    let mut seen = capture.episodes().len();
    let mut sizes = Vec::with_capacity(count as usize + 2);
    drop(map.splice(
        at..at,
        (1_000..1_000 + count).map(|n| {
            sizes.push(held_now());
            (n, n)
        }),
    ));
    // The tail is freed at the end, and nothing else.
    let tail = bytes(full - at as u64, 0) + bytes(0, buckets(full - at as u64));
    sizes.push(held_now() + if (at as u64) < full { tail } else { 0 });
    let grown = sizes.windows(2).filter(|pair| pair[1] > pair[0]).count();
    let grows: Vec<_> = since(&capture, &mut seen)
        .into_iter()
        .filter(|kind| matches!(kind, EpisodeKind::Grow { .. }))
        .collect();
    let site = only(&capture);
    assert_eq!(
        (site.grows, site.capacity),
        (grows.len() as u64, Some(map.capacity() as u64))
    );
    assert_eq!((site.totals.assigns_new, site.entries), (full + count, full + count));
    (grows, grown, map)
}

/// Buckets of the table that has room for so few entries.
fn buckets(entries: u64) -> u64 {
    if entries == 0 {
        0
    } else {
        (entries * 8 / 7).next_power_of_two().max(4)
    }
}

#[test]
fn each_grow_inside_a_splice_is_counted() {
    let (grows, grown, _) = spliced(7, 2, 30);
    let ladder = [
        grow(7, (7, 8), (14, 16)),
        grow(14, (14, 16), (28, 32)),
        grow(28, (28, 32), (56, 64)),
    ];
    assert_eq!((grows, grown), (ladder.to_vec(), 3));
    // One by one until there are 30, and then at once the 100 behind them.
    let (grows, grown, _) = spliced(112, 12, 1_000);
    assert_eq!((grows.len(), grown), (4, 4));
    let (grows, grown, _) = spliced(28, 0, 28);
    assert_eq!((grows, grown), (vec![grow(28, (28, 32), (56, 64))], 1));
}

#[test]
fn a_splice_allocates_as_often_as_indexmap_s() {
    for (from, to, count) in [
        (10, 20, 5),
        (0, 0, 0),
        (0, 30, 40),
        (50, 65, 0),
        (20, 60, 200),
        (7, 7, 1),
    ] {
        let (mut traced, mut plain) = (
            numbers(100),
            Plain::<u64, u64, Fixed>::from_iter((0..100).map(|n| (n, n))),
        );
        let entries = || (1_000..1_000 + count).map(|n| (n, n));
        let expected = allocations(|| drop(plain.splice(from..to, entries())));
        let seen = allocations(|| drop(traced.splice(from..to, entries())));
        assert_eq!((seen, &*traced), (expected, &plain), "{from}..{to} {count}");
    }
}

#[test]
fn a_splice_that_is_forgotten_has_taken_out_what_it_took() {
    let capture = Capture::install();
    let mut map = numbers(7);
    std::mem::forget(map.splice(2..5, [(100, 0)]));
    let seen = only(&capture);
    assert_eq!((seen.totals, seen.entries, map.len()), (totals(7, 0, 3, 0, 0), 4, 4));
    map.insert(9, 9);
    assert_eq!(only(&capture).entries, 5);
}

#[test]
#[cfg(feature = "rayon")]
fn parallel_ways_in_and_out_are_batches() {
    use rayon::iter::{IntoParallelIterator, ParallelDrainRange, ParallelExtend, ParallelIterator};
    let capture = Capture::install();
    let mut map: Map = (0..100).into_par_iter().map(|n| (n, n)).collect();
    map.reserve(100);
    map.par_extend((90..120).into_par_iter().map(|n| (n, n)));
    assert_eq!((&mut map).par_drain(..50).count(), 50);
    let seen: Vec<_> = since(&capture, &mut 0);
    let batches: Vec<_> = seen
        .iter()
        .filter(|kind| matches!(kind, EpisodeKind::Batch { .. }))
        .collect();
    let expected = [
        batch(BatchDoor::FromIter, 100, 100, 0, 0),
        batch(BatchDoor::Extend, 30, 20, 10, 0),
        batch(BatchDoor::Drain, 50, 0, 0, 50),
    ];
    assert_eq!(batches, expected.iter().collect::<Vec<_>>());
}
