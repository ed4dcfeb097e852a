fn occupied<K, V>(entry: Entry<'_, K, V>) -> OccupiedEntry<'_, K, V> {
    match entry {
        Entry::Occupied(entry) => entry,
        Entry::Vacant(_) => unreachable!("the key is there"),
    }
}

fn vacant<K, V>(entry: Entry<'_, K, V>) -> VacantEntry<'_, K, V> {
    match entry {
        Entry::Vacant(entry) => entry,
        Entry::Occupied(_) => unreachable!("the key is not there"),
    }
}

#[test]
fn or_insert_and_its_kin() {
    let mut map = BTreeMap::new();
    *map.entry("a").or_insert(1) += 1;
    *map.entry("a").or_insert(100) += 1;
    assert_eq!(map["a"], 3);
    assert_eq!(*map.entry("b").or_insert_with(|| 5), 5);
    assert_eq!(
        *map.entry("b").or_insert_with(|| unreachable!("the entry is occupied")),
        5
    );
    assert_eq!(*map.entry("ccc").or_insert_with_key(|key| key.len()), 3);
    assert_eq!(
        *map.entry("ccc")
            .or_insert_with_key(|_| unreachable!("the entry is occupied")),
        3
    );
    assert_eq!(*map.entry("d").or_default(), 0);
    *map.entry("d").or_default() += 4;
    assert_eq!(map["d"], 4);
}

#[test]
fn and_modify_changes_only_what_is_there() {
    let mut map = BTreeMap::from([(1, 10)]);
    map.entry(1).and_modify(|value| *value += 1).or_insert(0);
    map.entry(2)
        .and_modify(|_| unreachable!("the entry is vacant"))
        .or_insert(20);
    assert_eq!(map, BTreeMap::from([(1, 11), (2, 20)]));
}

#[test]
fn keys_are_kept_and_given_back() {
    let mut map = BTreeMap::from([("a".to_owned(), 1)]);
    assert_eq!(map.entry("a".to_owned()).key(), "a");
    assert_eq!(map.entry("b".to_owned()).key(), "b");
    assert_eq!(vacant(map.entry("b".to_owned())).key(), "b");
    assert_eq!(vacant(map.entry("b".to_owned())).into_key(), "b");
    assert_eq!(map.len(), 1);
}

#[test]
fn occupied_entries() {
    let mut map = BTreeMap::from([(1, "a".to_owned()), (2, "b".to_owned()), (3, "c".to_owned())]);
    let mut entry = occupied(map.entry(1));
    assert_eq!((entry.key(), entry.get().as_str()), (&1, "a"));
    entry.get_mut().push('!');
    assert_eq!(entry.insert("A".to_owned()), "a!");
    entry.into_mut().push('?');
    assert_eq!(map[&1], "A?");
    assert_eq!(occupied(map.entry(1)).remove(), "A?");
    assert_eq!(occupied(map.entry(2)).remove_entry(), (2, "b".to_owned()));
    assert_eq!(map.len(), 1);
}

#[test]
fn vacant_entries() {
    let mut map = BTreeMap::new();
    *vacant(map.entry(1)).insert(10) += 1;
    let mut entry = vacant(map.entry(2)).insert_entry(20);
    *entry.get_mut() += 1;
    assert_eq!(entry.remove_entry(), (2, 21));
    assert_eq!(vacant(map.entry(3)).key(), &3);
    assert_eq!(map, BTreeMap::from([(1, 11)]));
}

#[test]
fn insert_entry_assigns_either_way() {
    let mut map = BTreeMap::from([(1, 10)]);
    assert_eq!(map.entry(1).insert_entry(11).get(), &11);
    assert_eq!(map.entry(2).insert_entry(20).remove(), 20);
    assert_eq!(map, BTreeMap::from([(1, 11)]));
}

#[test]
fn entries_at_both_ends() {
    let mut map = BTreeMap::from([(1, 10), (2, 20), (3, 30)]);
    *map.first_entry().unwrap().get_mut() = 11;
    assert_eq!(map.last_entry().unwrap().insert(33), 30);
    assert_eq!(map.first_entry().unwrap().remove_entry(), (1, 11));
    assert_eq!(map.last_entry().unwrap().remove(), 33);
    map.clear();
    assert!(map.first_entry().is_none());
    assert!(map.last_entry().is_none());
}

#[test]
fn debug_text() {
    let mut map = BTreeMap::from([("a", 1)]);
    let occupied = map.entry("a");
    assert_eq!(
        format!("{occupied:?}"),
        r#"Entry(OccupiedEntry { key: "a", value: 1 })"#
    );
    assert_eq!(
        format!("{occupied:#?}"),
        "Entry(\n    OccupiedEntry {\n        key: \"a\",\n        value: 1,\n    },\n)"
    );
    let vacant = map.entry("b");
    assert_eq!(format!("{vacant:?}"), r#"Entry(VacantEntry("b"))"#);
    assert_eq!(
        format!("{vacant:#?}"),
        "Entry(\n    VacantEntry(\n        \"b\",\n    ),\n)"
    );
    assert_eq!(
        format!("{:?}", map.first_entry().unwrap()),
        r#"OccupiedEntry { key: "a", value: 1 }"#
    );
}

/// An entry outlives the function that made it, and the value outlives the entry.
#[test]
fn borrows_last_as_long_as_the_map_s() {
    fn count<'a>(map: &'a mut BTreeMap<String, u32>, key: &str) -> &'a mut u32 {
        match map.entry(key.to_owned()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(0),
        }
    }
    let mut map = BTreeMap::new();
    *count(&mut map, "x") += 1;
    *count(&mut map, "x") += 1;
    assert_eq!(map["x"], 2);
}
