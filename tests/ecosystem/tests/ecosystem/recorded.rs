//! What comes in by another crate's trait is one batch, of a map that is known by its type.
#![cfg(feature = "enable")]

use maptrace::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use maptrace::testing::Capture;
use maptrace::{BatchDoor, EpisodeKind};
use rayon::prelude::*;

use crate::shapes::{Fixed, traced};

/// The batches so far: door, offered, new, replaced, removed.
fn batches(capture: &Capture) -> Vec<(BatchDoor, u64, u64, u64, u64)> {
    let told = |episode: maptrace::Episode| match episode.kind {
        EpisodeKind::Batch {
            door,
            offered,
            new,
            replaced,
            removed,
            ..
        } => Some((door, offered, new, replaced, removed)),
        _ => None,
    };
    capture.episodes().into_iter().filter_map(told).collect()
}

/// What the maps that were made are called, each once.
fn names(capture: &Capture) -> Vec<String> {
    let made = capture.snapshot().maps.into_iter().filter(|map| map.created > 0);
    let mut names: Vec<_> = made
        .inspect(|map| assert_eq!(map.site.file, "", "{}", map.site.name))
        .map(|map| map.site.name.clone())
        .collect();
    names.sort();
    names
}

#[test]
fn what_is_read() {
    let bytes = borsh::to_vec(&std::collections::HashMap::from([(1_u8, 2_u8), (3, 4)])).unwrap();
    let archive = rkyv::to_bytes::<rkyv::rancor::Error>(&std::collections::BTreeSet::from([1_u8, 2, 3])).unwrap();
    let capture = Capture::install();
    let map: HashMap<u8, u8> = borsh::from_slice(&bytes).unwrap();
    let set: BTreeSet<u8> = rkyv::from_bytes::<_, rkyv::rancor::Error>(&archive).unwrap();
    let written: traced::Extra = serde_json::from_str(r#"{"a":1,"b":2,"a":3}"#).unwrap();
    let expected = [(2, 2, 0), (3, 3, 0), (3, 2, 1)];
    assert_eq!(
        batches(&capture),
        expected.map(|(offered, new, replaced)| (BatchDoor::FromIter, offered, new, replaced, 0))
    );
    assert_eq!((map.len(), set.len(), written.all.len()), (2, 3, 2));
    let snapshot = capture.snapshot();
    let read = snapshot
        .maps
        .iter()
        .find(|map| map.entries == 2 && map.site.name.contains("<u8, u8>"));
    assert_eq!(read.and_then(|read| read.capacity), Some(map.capacity() as u64));
    assert_eq!(names(&capture).len(), 3);
}

#[test]
fn what_is_made_up() {
    let capture = Capture::install();
    let mut source = quickcheck::Gen::from_size_and_seed(30, 3);
    let checked: HashMap<u32, u8> = quickcheck::Arbitrary::arbitrary(&mut source);
    let bytes = [7; 64];
    let made: BTreeMap<u8, u8> = arbitrary::Unstructured::new(&bytes).arbitrary().unwrap();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let any = proptest::arbitrary::any_with::<HashSet<i8>>((5.into(), ()));
    let tree = proptest::strategy::Strategy::new_tree(&any, &mut runner).unwrap();
    let set = proptest::strategy::ValueTree::current(&tree);
    let lengths = [checked.len() as u64, made.len() as u64, set.len() as u64];
    assert!(lengths.iter().all(|len| *len > 0), "{lengths:?}");
    assert_eq!(
        batches(&capture),
        lengths.map(|entries| (BatchDoor::FromIter, entries, entries, 0, 0))
    );
    assert_eq!(names(&capture), ["BTreeMap<u8, u8>", "HashMap<u32, u8>", "HashSet<i8>"]);
}

#[test]
fn in_parallel() {
    let capture = Capture::install();
    let mut map: HashMap<u32, u32, Fixed> = (0..100_u32).into_par_iter().map(|n| (n / 2, n)).collect();
    map.par_extend((40..60_u32).into_par_iter().map(|n| (n, 0)));
    let removed = map.par_drain().count();
    let set: BTreeSet<i16> = (0..10_i16).into_par_iter().map(|n| n / 2).collect();
    assert_eq!((removed, set.len()), (60, 5));
    let expected = [
        (BatchDoor::FromIter, 100, 50, 50, 0),
        (BatchDoor::Extend, 20, 10, 10, 0),
        (BatchDoor::Drain, 60, 0, 0, 60),
        (BatchDoor::FromIter, 10, 5, 5, 0),
    ];
    assert_eq!(batches(&capture), expected);
    let snapshot = capture.snapshot();
    let counted = snapshot
        .maps
        .iter()
        .find(|map| map.created > 0 && map.site.name.starts_with("HashMap"))
        .unwrap();
    assert_eq!((counted.entries, counted.capacity), (0, Some(map.capacity() as u64)));
    assert_eq!(names(&capture).len(), 2);
}
