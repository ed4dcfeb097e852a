//! serde_with: `#[serde_as]` names a traced map as it names a plain one.

use crate::shapes::{plain, traced};

const WRITTEN: &str = r#"{
    "by_number": {"1": true, "20": false}, "ordered": {"3": ["4", "5"]}, "some": ["6"], "few": ["7", "8"],
    "pairs": [[[1, 2], "3"]], "more_pairs": [[[1, 2], 3], [[4, 5], 6]], "of_pairs": {"a": "9"}, "of_more_pairs": {"10": 11}
}"#;

const PARTICULAR: &str = r#"{
    "once": {"a": "1", "b": "2"}, "first": {"a": 1, "a": 2}, "lenient": {"1": 2, "x": 3, "4": "y"}, "each": [1, 2],
    "last": ["3", "3"]
}"#;

#[test]
fn the_same_text_both_ways() {
    let traced: traced::Written = serde_json::from_str(WRITTEN).unwrap();
    let plain: plain::Written = serde_json::from_str(WRITTEN).unwrap();
    assert_eq!(traced.by_number.get(&20), Some(&false));
    let written = serde_json::to_string(&traced).unwrap();
    assert_eq!(written, serde_json::to_string(&plain).unwrap());
    assert_eq!(serde_json::from_str::<traced::Written>(&written).unwrap(), traced);
}

#[test]
fn duplicates_and_errors_as_said() {
    let traced: traced::Particular = serde_json::from_str(PARTICULAR).unwrap();
    let plain: plain::Particular = serde_json::from_str(PARTICULAR).unwrap();
    assert_eq!((traced.first["a"], traced.lenient.len(), traced.last.len()), (1, 1, 1));
    assert_eq!(
        serde_json::to_string(&traced).unwrap(),
        serde_json::to_string(&plain).unwrap()
    );
    for text in [
        PARTICULAR.replace(r#""b": "2""#, r#""a": "2""#),
        PARTICULAR.replace("[1, 2]", "[1, 1]"),
        PARTICULAR.replace(r#""3", "3""#, "3"),
    ] {
        let traced = serde_json::from_str::<traced::Particular>(&text).unwrap_err();
        let plain = serde_json::from_str::<plain::Particular>(&text).unwrap_err();
        assert_eq!(traced.to_string(), plain.to_string());
    }
}

#[test]
fn maps_of_hashbrown_and_indexmap() {
    use serde_with::{DeserializeAs, DisplayFromStr, Same, Seq, SerializeAs};

    type Map<K, V> = maptrace::indexmap::IndexMap<K, V>;
    type Swiss<K, V> = maptrace::hashbrown::HashMap<K, V>;
    let read = |text: &str| {
        serde_json::Deserializer::from_str(text)
            .into_iter::<serde_json::Value>()
            .next()
    };
    let value = read(r#"{"3": 1, "2": 4}"#).unwrap().unwrap();

    let map: Map<u8, u8> = Map::<DisplayFromStr, Same>::deserialize_as(&value).unwrap();
    let json = Map::<DisplayFromStr, Same>::serialize_as(&map, serde_json::value::Serializer).unwrap();
    assert_eq!(json, value);
    let swiss: Swiss<u8, u8> = hashbrown::HashMap::<DisplayFromStr, Same>::deserialize_as(&value).unwrap();
    let json = Swiss::<DisplayFromStr, Same>::serialize_as(&swiss, serde_json::value::Serializer).unwrap();
    assert_eq!(json, value);
    let pairs = Seq::<(Same, Same)>::serialize_as(&swiss, serde_json::value::Serializer).unwrap();
    assert_eq!(pairs.as_array().map(Vec::len), Some(2));
    let set: maptrace::indexmap::IndexSet<u8> =
        maptrace::indexmap::IndexSet::<DisplayFromStr>::deserialize_as(&read(r#"["9", "8"]"#).unwrap().unwrap())
            .unwrap();
    assert!(set.iter().eq(&[9, 8]));
}
