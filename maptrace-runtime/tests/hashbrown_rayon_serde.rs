//! Through rayon and serde hashbrown's traced collections are the same as the plain ones, and each way is one batch.
#![cfg(all(feature = "hashbrown", feature = "rayon", feature = "serde"))]
// With tracing off these are the plain ones.
#![allow(clippy::useless_conversion, reason = "a traced map is another type")]

use std::hash::{BuildHasherDefault, DefaultHasher};

use maptrace_runtime::hashbrown::{HashMap, HashSet, HashTable};

use rayon::prelude::*;

type Fixed = BuildHasherDefault<DefaultHasher>;
type Map = HashMap<u32, u32, Fixed>;
type PlainMap = hashbrown::HashMap<u32, u32, Fixed>;
type Set = HashSet<u32, Fixed>;
type PlainSet = hashbrown::HashSet<u32, Fixed>;

#[test]
fn maps_are_the_same_in_parallel() {
    let mut map: Map = (0..1_000_u32).into_par_iter().map(|n| (n, n)).collect();
    let mut plain: PlainMap = (0..1_000_u32).into_par_iter().map(|n| (n, n)).collect();
    assert_eq!((map.len(), map.capacity()), (plain.len(), plain.capacity()));
    map.par_extend((500..2_000_u32).into_par_iter().map(|n| (n, 0)));
    plain.par_extend((500..2_000_u32).into_par_iter().map(|n| (n, 0)));
    map.par_extend(&Map::from_iter([(5_000, 1), (5_001, 2)]));
    plain.par_extend(&PlainMap::from_iter([(5_000, 1), (5_001, 2)]));
    map.par_iter_mut().for_each(|(_, value)| *value += 1);
    map.par_values_mut().for_each(|value| *value -= 1);
    assert!(map.par_eq(&Map::from(plain.clone())));
    assert_eq!(
        map.par_iter().count() + map.par_keys().count() + map.par_values().count(),
        3 * plain.len()
    );
    assert_eq!(
        map.clone().into_par_iter().map(|(key, _)| u64::from(key)).sum::<u64>(),
        plain.keys().map(|key| u64::from(*key)).sum::<u64>()
    );
    assert_eq!(map.par_drain().count(), plain.len());
    assert!(map.is_empty());
}

#[test]
fn sets_and_tables_are_the_same_in_parallel() {
    let mut set: Set = (0..100_u32).into_par_iter().collect();
    set.par_extend((50..150_u32).into_par_iter());
    set.par_extend(&[1_000, 1_001]);
    let plain: PlainSet = (0..150).chain([1_000, 1_001]).collect();
    assert!(set.par_eq(&Set::from(plain.clone())));
    let other: Set = (140..1_001).collect();
    assert_eq!(set.par_union(&other).count(), set.union(&other).count());
    assert_eq!(set.par_intersection(&other).count(), set.intersection(&other).count());
    assert_eq!(set.par_difference(&other).count(), set.difference(&other).count());
    assert_eq!(
        set.par_symmetric_difference(&other).count(),
        set.symmetric_difference(&other).count()
    );
    assert!(!set.par_is_disjoint(&other) && !set.par_is_subset(&other) && !set.par_is_superset(&other));
    assert_eq!(set.par_iter().count(), plain.len());
    assert_eq!(set.par_drain().count() + set.into_par_iter().count(), plain.len());

    let mut table = HashTable::new();
    for n in 0..100_u64 {
        table.insert_unique(n << 57 | n, n, |n| n << 57 | n);
    }
    table.par_iter_mut().for_each(|n| *n += 1);
    assert_eq!(table.par_iter().sum::<u64>(), 5_050);
    assert_eq!(table.clone().into_par_iter().count() + table.par_drain().count(), 200);
}

#[test]
fn reads_and_writes_what_the_plain_ones_do() {
    let text = r#"{"1":1,"2":2,"1":3}"#;
    let map: Map = serde_json::from_str(text).unwrap();
    assert_eq!(map, Map::from_iter([(1, 3), (2, 2)]));
    let plain: PlainMap = serde_json::from_str(&serde_json::to_string(&map).unwrap()).unwrap();
    assert_eq!(map, Map::from(plain));
    let mut set: Set = serde_json::from_str("[1,2,1]").unwrap();
    let plain: PlainSet = serde_json::from_str(&serde_json::to_string(&set).unwrap()).unwrap();
    assert_eq!(set, Set::from(plain));
    let mut again = serde_json::Deserializer::from_str("[7,8]");
    serde::Deserialize::deserialize_in_place(&mut again, &mut set).unwrap();
    assert_eq!(set, Set::from_iter([7, 8]));
    for text in ["[]", "1", r#"{"1":"x"}"#, r#"{"1":1"#] {
        let traced = serde_json::from_str::<Map>(text).unwrap_err();
        assert_eq!(
            traced.to_string(),
            serde_json::from_str::<PlainMap>(text).unwrap_err().to_string()
        );
    }
    for text in ["{}", "1", r#"["x"]"#, "[1"] {
        let traced = serde_json::from_str::<Set>(text).unwrap_err();
        assert_eq!(
            traced.to_string(),
            serde_json::from_str::<PlainSet>(text).unwrap_err().to_string()
        );
    }
}

#[test]
#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
fn each_is_one_batch_of_a_map_known_by_its_type() {
    use maptrace_runtime::testing::Capture;
    use maptrace_runtime::{BatchDoor, EpisodeKind};

    let capture = Capture::install();
    let mut map: Map = serde_json::from_str(r#"{"1":1,"2":2,"1":3}"#).unwrap();
    let set: Set = (0..10_u32).into_par_iter().map(|n| n / 2).collect();
    map.par_extend(set.par_iter().map(|n| (*n, *n)));
    drop(map.par_drain());
    let told = |episode: &EpisodeKind| match episode {
        EpisodeKind::Batch {
            door,
            offered,
            new,
            replaced,
            removed,
            ..
        } => Some((*door, *offered, *new, *replaced, *removed)),
        _ => None,
    };
    let episodes = capture.episodes();
    let batches: Vec<_> = episodes.iter().filter_map(|episode| told(&episode.kind)).collect();
    let expected = [
        (BatchDoor::FromIter, 3, 2, 1, 0),
        (BatchDoor::FromIter, 10, 5, 5, 0),
        (BatchDoor::Extend, 5, 3, 2, 0),
        (BatchDoor::Drain, 5, 0, 0, 5),
    ];
    assert_eq!(batches, expected);
    let names: Vec<_> = capture
        .snapshot()
        .maps
        .iter()
        .filter(|map| map.created > 0)
        .map(|map| map.site.name.clone())
        .collect();
    assert_eq!(names, ["HashMap<u32, u32>", "HashSet<u32>"]);
}
