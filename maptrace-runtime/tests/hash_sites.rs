//! Where a traced hash map or set says it comes from.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

use maptrace_runtime::collections::{HashMap, HashSet};
use maptrace_runtime::testing::Capture;
use maptrace_runtime::{BatchDoor, EpisodeKind, MapSnapshot};

/// The sites that have live maps.
fn live(capture: &Capture) -> Vec<MapSnapshot> {
    capture.snapshot().maps.into_iter().filter(|map| map.live > 0).collect()
}

/// The lines in this file at which they were made.
fn lines(capture: &Capture) -> Vec<u32> {
    let sites = live(capture);
    assert!(sites.iter().all(|map| map.site.file == file!()), "{sites:?}");
    let mut lines: Vec<u32> = sites.iter().map(|map| map.site.line).collect();
    lines.sort_unstable();
    lines
}

#[test]
fn a_map_is_known_by_the_place_it_was_made() {
    let capture = Capture::install();
    let first = line!() + 2;
    let mut maps = [
        HashMap::new(),
        HashMap::default(),
        HashMap::with_capacity(1),
        HashMap::with_hasher(std::hash::RandomState::new()),
        HashMap::with_capacity_and_hasher(1, std::hash::RandomState::new()),
        HashMap::from([(0, 0)]),
        HashMap::from_iter([(0, 0)]),
        [(0, 0)].into(),
        std::collections::HashMap::from([(0, 0)]).into(),
    ];
    for map in &mut maps {
        map.insert(1, 1);
    }
    assert_eq!(lines(&capture), (first..first + 9).collect::<Vec<_>>());
}

#[test]
fn a_set_is_known_by_the_place_it_was_made() {
    let capture = Capture::install();
    let (a, b) = (
        std::collections::HashSet::from([1, 2, 3]),
        std::collections::HashSet::from([3, 4]),
    );
    let (line, a, b) = (line!(), HashSet::from(a), HashSet::from(b));
    let first = line!() + 3;
    #[rustfmt::skip]
    let made = [
        &a | &b,
        &a & &b,
        &a - &b,
        &a ^ &b,
        a.clone(),
    ];
    let mut expected = vec![line, line];
    expected.extend(first..first + 5);
    assert_eq!(lines(&capture), expected);
    let batches = capture.episodes().into_iter().filter_map(|episode| match episode.kind {
        EpisodeKind::Batch { door, new, .. } => Some((door, new as usize)),
        _ => None,
    });
    let made: Vec<_> = made.iter().map(HashSet::len).collect();
    assert_eq!(made, [4, 1, 2, 3, 3]);
    let doors = [BatchDoor::FromIter; 4].into_iter().chain([BatchDoor::Clone]);
    let of_a_and_b = [(BatchDoor::FromIter, 3), (BatchDoor::FromIter, 2)];
    let expected: Vec<_> = of_a_and_b.into_iter().chain(doors.zip(made)).collect();
    assert_eq!(batches.collect::<Vec<_>>(), expected);
}

#[test]
fn a_map_that_std_makes_is_known_by_its_type() {
    let capture = Capture::install();
    let collected: HashMap<u8, u16> = [(1, 1)].into_iter().collect();
    let mut nested: HashMap<u8, HashMap<u8, u16>> = HashMap::new();
    let line = line!() + 1;
    nested.entry(1).or_default().insert(1, 1);
    let mut left = collected.clone();
    drop(std::mem::take(&mut left));
    left.insert(1, 1);
    let by_type: Vec<_> = live(&capture)
        .into_iter()
        .filter(|map| map.site.file.is_empty())
        .collect();
    assert_eq!(by_type.len(), 1, "{by_type:?}");
    assert_eq!(by_type[0].site.name, "HashMap<u8, u16>");
    // The collected one and what `take` left; `or_default` is ours, and does pass its caller on.
    assert_eq!((by_type[0].live, by_type[0].entries), (2, 2));
    let in_entry = live(&capture)
        .into_iter()
        .find(|map| map.site.line == line && map.site.type_name == "u8 -> u16");
    assert_eq!(in_entry.map(|map| map.entries), Some(1));
    assert_eq!((collected.len(), nested.len(), left.len()), (1, 1, 1));
}
