//! serde sees a traced B-tree as it sees std's.
#![cfg(feature = "serde")]

use std::collections as plain;

use maptrace_runtime::collections::{BTreeMap, BTreeSet};

#[test]
fn the_same_text_both_ways() {
    let entries = [("b".to_owned(), vec![1, 2]), ("a".to_owned(), vec![])];
    let map = BTreeMap::from(entries.clone());
    let text = serde_json::to_string(&map).unwrap();
    assert_eq!(text, serde_json::to_string(&plain::BTreeMap::from(entries)).unwrap());
    assert_eq!(serde_json::from_str::<BTreeMap<String, Vec<u8>>>(&text).unwrap(), map);

    let set = BTreeSet::from([3, 1, 2]);
    let text = serde_json::to_string(&set).unwrap();
    assert_eq!(text, "[1,2,3]");
    assert_eq!(serde_json::from_str::<BTreeSet<u8>>("[2,3,1,1]").unwrap(), set);
}

#[test]
fn the_last_of_equal_keys_wins() {
    let map: BTreeMap<String, u8> = serde_json::from_str(r#"{"a":1,"a":2}"#).unwrap();
    assert_eq!(map, BTreeMap::from([("a".to_owned(), 2)]));
}

#[test]
fn errors_are_std_s() {
    for text in ["[1]", "{\"a\":", "{\"a\":\"b\"}", "3"] {
        let error = serde_json::from_str::<BTreeMap<String, u8>>(text).unwrap_err();
        let plain = serde_json::from_str::<plain::BTreeMap<String, u8>>(text).unwrap_err();
        assert_eq!(error.to_string(), plain.to_string());
    }
    for text in ["{}", "[1,", "[\"a\"]", "3"] {
        let error = serde_json::from_str::<BTreeSet<u8>>(text).unwrap_err();
        let plain = serde_json::from_str::<plain::BTreeSet<u8>>(text).unwrap_err();
        assert_eq!(error.to_string(), plain.to_string());
    }
}

#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
#[test]
fn what_is_read_is_one_batch_of_a_site_by_type() {
    use maptrace_runtime::testing::Capture;
    use maptrace_runtime::{BatchDoor, EpisodeKind};

    let capture = Capture::install();
    let map: BTreeMap<u8, u8> = serde_json::from_str(r#"{"1":1,"2":2}"#).unwrap();
    let episodes = capture.episodes();
    assert_eq!(episodes.len(), 1);
    assert_eq!(
        episodes[0].kind,
        EpisodeKind::Batch {
            door: BatchDoor::FromIter,
            offered: 2,
            new: map.len() as u64,
            replaced: 0,
            removed: 0,
            grows_avoided: 0
        }
    );
    let sites: Vec<_> = capture
        .snapshot()
        .maps
        .into_iter()
        .filter(|map| map.created > 0)
        .collect();
    assert_eq!(sites.len(), 1);
    assert_eq!(
        (sites[0].site.name.as_str(), sites[0].site.file.as_str()),
        ("BTreeMap<u8, u8>", "")
    );
}
