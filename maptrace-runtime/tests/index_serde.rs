//! Through serde a traced index map or set is the same as the plain one.
#![cfg(all(feature = "serde", feature = "indexmap"))]

use ::indexmap::{IndexMap as PlainMap, IndexSet as PlainSet};

use maptrace_runtime::indexmap::map::serde_seq;
use maptrace_runtime::indexmap::{IndexMap, IndexSet};

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, MapDeserializer, SeqDeserializer};

#[test]
fn reads_and_writes_what_the_plain_ones_do() {
    let text = r#"{"b":1,"a":2,"b":3}"#;
    let map: IndexMap<String, u32> = serde_json::from_str(text).unwrap();
    assert!(
        map.iter()
            .map(|(key, value)| (key.as_str(), *value))
            .eq([("b", 3), ("a", 2)])
    );
    assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"b":3,"a":2}"#);

    let set: IndexSet<u32> = serde_json::from_str("[2,1,2]").unwrap();
    assert!(set.iter().eq(&[2, 1]));
    assert_eq!(serde_json::to_string(&set).unwrap(), "[2,1]");
}

#[test]
fn maps_are_sequences_if_asked_to_be() {
    let mut text = Vec::new();
    let map = IndexMap::from([(2, "b"), (1, "a")]);
    serde_seq::serialize(&map, &mut serde_json::Serializer::new(&mut text)).unwrap();
    assert_eq!(text, br#"[[2,"b"],[1,"a"]]"#);
    let read: IndexMap<u32, &str> = serde_seq::deserialize(&mut serde_json::Deserializer::from_slice(&text)).unwrap();
    assert!(read.iter().eq(&map));
    for text in ["{}", "[[1]]", "[[1,2]"] {
        let read = |text: &str| serde_seq::deserialize(&mut serde_json::Deserializer::from_str(text));
        let traced = read(text).map(|map: IndexMap<u32, u32>| map.len()).unwrap_err();
        let plain: Result<PlainMap<u32, u32>, _> =
            ::indexmap::map::serde_seq::deserialize(&mut serde_json::Deserializer::from_str(text));
        assert_eq!(traced.to_string(), plain.unwrap_err().to_string());
    }
}

#[test]
fn refuses_what_the_plain_ones_refuse_in_the_same_words() {
    for text in ["[]", "1", r#"{"a":"x"}"#, r#"{"a":1"#, r#"{"a":1,}"#] {
        let traced = serde_json::from_str::<IndexMap<String, u32>>(text).unwrap_err();
        let plain = serde_json::from_str::<PlainMap<String, u32>>(text).unwrap_err();
        assert_eq!(traced.to_string(), plain.to_string());
    }
    for text in ["{}", "1", r#"["x"]"#, "[1", "[1,]"] {
        let traced = serde_json::from_str::<IndexSet<u32>>(text).unwrap_err();
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
    let traced = IndexMap::<u32, u32>::deserialize(entries()).unwrap();
    let plain = PlainMap::<u32, u32>::deserialize(entries()).unwrap();
    assert_eq!((traced.len(), traced.capacity()), (3, plain.capacity()));
    let elements = || SeqDeserializer::<_, Error>::new(Boaster(0..3));
    let traced = IndexSet::<u32>::deserialize(elements()).unwrap();
    let plain = PlainSet::<u32>::deserialize(elements()).unwrap();
    assert_eq!((traced.len(), traced.capacity()), (3, plain.capacity()));
}

#[test]
fn are_deserializers_themselves() {
    let deserializer: MapDeserializer<'_, _, Error> = IndexMap::from([(1_u32, 2_u32)]).into_deserializer();
    assert!(
        IndexMap::<u32, u32>::deserialize(deserializer)
            .unwrap()
            .into_iter()
            .eq([(1, 2)])
    );
    let deserializer: SeqDeserializer<_, Error> = IndexSet::from([1_u32]).into_deserializer();
    assert!(IndexSet::<u32>::deserialize(deserializer).unwrap().into_iter().eq([1]));
}

#[test]
#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
fn reading_is_one_batch() {
    use maptrace_runtime::testing::Capture;
    use maptrace_runtime::{BatchDoor, EpisodeKind};

    let capture = Capture::install();
    let _map: IndexMap<u32, u32> = serde_json::from_str(r#"{"1":1,"2":2,"1":3}"#).unwrap();
    let episodes = capture.episodes();
    let kind = &episodes.last().expect("a batch").kind;
    let EpisodeKind::Batch {
        door,
        offered,
        new,
        replaced,
        ..
    } = kind
    else {
        panic!("{kind:?}")
    };
    assert_eq!((*door, *offered, *new, *replaced), (BatchDoor::FromIter, 3, 2, 1));
}
