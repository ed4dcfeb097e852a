//! serde: the same text both ways, with `flatten` too.

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error;
use serde_json::json;

use crate::shapes::{assert_same, plain, traced};

#[test]
fn the_same_text_both_ways() {
    let text = serde_json::to_string(&traced::Shop::example()).unwrap();
    assert_eq!(text, serde_json::to_string(&plain::Shop::example()).unwrap());
    let traced: traced::Shop = serde_json::from_str(&text).unwrap();
    assert_eq!(traced, traced::Shop::example());
    let plain: plain::Shop = serde_json::from_str(&text).unwrap();
    assert_eq!(traced.stock.capacity(), plain.stock.capacity());
}

#[test]
fn flattened_both_ways() {
    let text = r#"{"name":"a","most":3,"of":{"x":1,"y":2},"b":[1],"c":{"d":null}}"#;
    let traced: traced::Settings = serde_json::from_str(text).unwrap();
    let plain: plain::Settings = serde_json::from_str(text).unwrap();
    assert_eq!((traced.rest.len(), traced.limits.of.len()), (2, 2));
    let written = serde_json::to_string(&traced).unwrap();
    assert_eq!(written, serde_json::to_string(&plain).unwrap());
    assert_eq!(serde_json::from_str::<traced::Settings>(&written).unwrap(), traced);

    let value = json!({"one": 1, "two": [2], "three": {"four": 5}});
    let traced: traced::Extra = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(traced.all.len(), 3);
    assert_eq!(
        serde_json::to_string(&traced).unwrap(),
        serde_json::to_string(&serde_json::from_value::<plain::Extra>(value).unwrap()).unwrap()
    );
}

#[test]
fn the_same_errors() {
    for text in [
        r#"{"name":"a","most":300}"#,
        r#"{"most":1}"#,
        r#"{"name":"a","most":1,"of":[]}"#,
        "[]",
    ] {
        let traced = serde_json::from_str::<traced::Settings>(text).unwrap_err();
        let plain = serde_json::from_str::<plain::Settings>(text).unwrap_err();
        assert_eq!(traced.to_string(), plain.to_string());
    }
}

/// What is read out of a map or set that is itself the source.
fn read_from<'de, T: Deserialize<'de>>(source: impl IntoDeserializer<'de, Error>) -> T {
    T::deserialize(source.into_deserializer()).unwrap()
}

#[test]
fn a_map_is_a_source() {
    let shop = traced::Shop::example();
    assert_eq!(
        read_from::<std::collections::BTreeMap<String, u32>>(shop.stock).len(),
        40
    );
    assert_eq!(read_from::<Vec<String>>(shop.tags).len(), 2);
    assert_eq!(read_from::<Vec<u16>>(shop.closed), [1, 365]);
    let limits: maptrace::collections::BTreeMap<&str, u8> = [("most", 1)].into();
    assert_eq!(read_from::<traced::Limits>(limits).most, 1);
}

#[test]
fn the_attribute_on_the_struct_alone() {
    let value = json!({"map": {"7": true}, "set": ["1", "2"], "x": 1, "y": 2});
    let read: traced::StructAlone = serde_json::from_value(value.clone()).unwrap();
    assert_eq!((read.map.len(), read.set.len(), read.rest.len()), (1, 2, 2));
    assert_same(&read, &value);
}
