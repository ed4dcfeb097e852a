//! Through serde a traced hash map or set is the same as the plain one.
#![cfg(feature = "serde")]

use std::collections::{HashMap as PlainMap, HashSet as PlainSet};

use maptrace_runtime::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde::de::value::{Error, MapDeserializer, SeqDeserializer};

#[test]
fn reads_and_writes_what_the_plain_ones_do() {
    let text = r#"{"a":1,"b":2,"a":3}"#;
    let map: HashMap<String, u32> = serde_json::from_str(text).unwrap();
    assert_eq!(map, HashMap::from([("a".to_owned(), 3), ("b".to_owned(), 2)]));
    let written = serde_json::to_string(&map).unwrap();
    let plain: PlainMap<String, u32> = serde_json::from_str(&written).unwrap();
    assert_eq!(plain, PlainMap::from([("a".to_owned(), 3), ("b".to_owned(), 2)]));

    let set: HashSet<u32> = serde_json::from_str("[1,2,1]").unwrap();
    assert_eq!(set, HashSet::from([1, 2]));
    let written = serde_json::to_string(&set).unwrap();
    let plain: PlainSet<u32> = serde_json::from_str(&written).unwrap();
    assert_eq!(plain, PlainSet::from([1, 2]));
}

#[test]
fn refuses_what_the_plain_ones_refuse_in_the_same_words() {
    for text in ["[]", "1", r#"{"a":"x"}"#, r#"{"a":1"#, r#"{"a":1,}"#] {
        let traced = serde_json::from_str::<HashMap<String, u32>>(text).unwrap_err();
        let plain = serde_json::from_str::<PlainMap<String, u32>>(text).unwrap_err();
        assert_eq!(traced.to_string(), plain.to_string());
    }
    for text in ["{}", "1", r#"["x"]"#, "[1", "[1,]"] {
        let traced = serde_json::from_str::<HashSet<u32>>(text).unwrap_err();
        let plain = serde_json::from_str::<PlainSet<u32>>(text).unwrap_err();
        assert_eq!(traced.to_string(), plain.to_string());
    }
}

/// Claims to be as long as can be.
#[derive(Clone)]
struct Boaster(std::ops::Range<u32>);

impl Iterator for Boaster {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::MAX, Some(usize::MAX))
    }
}

#[test]
fn believes_no_more_of_a_size_hint_than_the_plain_ones_do() {
    let entries = || MapDeserializer::<_, Error>::new(Boaster(0..3).map(|n| (n, n)));
    let traced = HashMap::<u32, u32>::deserialize(entries()).unwrap();
    let plain = PlainMap::<u32, u32>::deserialize(entries()).unwrap();
    assert_eq!((traced.len(), traced.capacity()), (3, plain.capacity()));

    let elements = || SeqDeserializer::<_, Error>::new(Boaster(0..3));
    let traced = HashSet::<u32>::deserialize(elements()).unwrap();
    let plain = PlainSet::<u32>::deserialize(elements()).unwrap();
    assert_eq!((traced.len(), traced.capacity()), (3, plain.capacity()));

    let units = || MapDeserializer::<_, Error>::new(Boaster(0..3).map(|_| ((), ())));
    assert_eq!(HashMap::<(), ()>::deserialize(units()).unwrap().len(), 1);
}

#[test]
#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
fn is_one_batch_of_a_map_known_by_its_type() {
    use maptrace_runtime::testing::Capture;
    use maptrace_runtime::{BatchDoor, EpisodeKind};

    let capture = Capture::install();
    let map: HashMap<String, u32> = serde_json::from_str(r#"{"a":1,"b":2,"a":3}"#).unwrap();
    let set: HashSet<u32> = serde_json::from_str("[1,2,1]").unwrap();
    let batches: Vec<_> = capture
        .episodes()
        .into_iter()
        .filter(|e| matches!(e.kind, EpisodeKind::Batch { .. }))
        .collect();
    let expected = EpisodeKind::Batch {
        door: BatchDoor::FromIter,
        offered: 3,
        new: 2,
        replaced: 1,
        removed: 0,
        grows_avoided: 0,
    };
    assert_eq!(
        batches.iter().map(|batch| &batch.kind).collect::<Vec<_>>(),
        [&expected; 2]
    );
    let names: Vec<_> = batches.iter().map(|batch| batch.site.name.as_str()).collect();
    assert_eq!(names, ["HashMap<String, u32>", "HashSet<u32>"]);
    assert_eq!((map.len(), set.len()), (2, 2));
}
