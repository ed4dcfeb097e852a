use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::ops::Bound;
use std::panic::catch_unwind;
use std::rc::Rc;

/// A key that compares by `id` alone, so that it shows which of two equal keys is kept.
#[derive(Clone, Copy, Debug)]
struct Named {
    id: u32,
    name: &'static str,
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Named {}

impl PartialOrd for Named {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Named {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

fn named(id: u32, name: &'static str) -> Named {
    Named { id, name }
}

fn count_to(n: u32) -> BTreeMap<u32, String> {
    (0..n).map(|key| (key, key.to_string())).collect()
}

fn contents<K: Clone, V: Clone>(map: &BTreeMap<K, V>) -> Vec<(K, V)> {
    map.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn begins_empty() {
    let map = BTreeMap::<u8, u8>::new();
    assert!(map.is_empty());
    assert_eq!(map.len(), 0);
    assert_eq!(map.first_key_value(), None);
    assert_eq!(map.last_key_value(), None);
    assert_eq!(map, BTreeMap::default());
    assert_eq!(map.get(&1), None);
    assert_eq!(map.iter().next(), None);
}

#[test]
fn insert_and_look_up() {
    let mut map = BTreeMap::new();
    assert_eq!(map.insert("b".to_owned(), 2), None);
    assert_eq!(map.insert("a".to_owned(), 1), None);
    assert_eq!(map.insert("b".to_owned(), 3), Some(2));
    assert_eq!(map.len(), 2);
    assert!(!map.is_empty());
    assert_eq!(map.get("b"), Some(&3));
    assert_eq!(map.get("c"), None);
    assert_eq!(map.get_key_value("a"), Some((&"a".to_owned(), &1)));
    assert!(map.contains_key("a"));
    assert!(!map.contains_key("z"));
    assert_eq!(map["a"], 1);
    *map.get_mut("a").unwrap() += 10;
    assert_eq!(map["a"], 11);
    assert_eq!(map.get_mut("z"), None);
}

#[test]
fn insert_keeps_the_first_key_and_from_iter_the_last() {
    let mut map = BTreeMap::new();
    map.insert(named(1, "first"), 1);
    map.insert(named(1, "second"), 2);
    assert_eq!(map.first_key_value().unwrap().0.name, "first");

    map.extend([(named(1, "third"), 3)]);
    assert_eq!(map.first_key_value().unwrap().0.name, "first");

    let collected: BTreeMap<_, _> = [(named(1, "first"), 1), (named(1, "second"), 2)].into_iter().collect();
    assert_eq!(collected.len(), 1);
    assert_eq!(collected.first_key_value().unwrap().0.name, "second");
    let array = BTreeMap::from([(named(1, "first"), 1), (named(1, "second"), 2)]);
    assert_eq!(array.first_key_value().unwrap().0.name, "second");
}

#[test]
fn remove_gives_what_was_there() {
    let mut map = BTreeMap::from([(named(1, "stored"), "value"), (named(2, "stored"), "other")]);
    assert_eq!(map.remove(&named(9, "")), None);
    assert_eq!(map.remove_entry(&named(9, "")), None);
    let (key, value) = map.remove_entry(&named(1, "asked")).unwrap();
    assert_eq!((key.name, value), ("stored", "value"));
    assert_eq!(map.remove(&named(2, "asked")), Some("other"));
    assert!(map.is_empty());
}

#[test]
fn both_ends() {
    let mut map = count_to(5);
    assert_eq!(map.first_key_value(), Some((&0, &"0".to_owned())));
    assert_eq!(map.last_key_value(), Some((&4, &"4".to_owned())));
    assert_eq!(map.pop_first(), Some((0, "0".to_owned())));
    assert_eq!(map.pop_last(), Some((4, "4".to_owned())));
    assert_eq!(map.len(), 3);
    map.clear();
    assert_eq!(map.pop_first(), None);
    assert_eq!(map.pop_last(), None);
}

#[test]
fn clear_empties_and_the_map_can_be_used_again() {
    let mut map = count_to(100);
    map.clear();
    assert!(map.is_empty());
    assert_eq!(map.iter().next(), None);
    map.clear();
    map.insert(7, String::new());
    assert_eq!(map.len(), 1);
}

#[test]
fn iterators_go_in_order_from_both_ends() {
    let mut map = count_to(40);
    assert!(map.keys().copied().eq(0..40));
    assert!(map.keys().rev().copied().eq((0..40).rev()));
    assert!(
        map.values()
            .map(String::as_str)
            .eq((0..40).map(|x| x.to_string()).collect::<Vec<_>>())
    );
    assert_eq!(map.iter().len(), 40);
    assert_eq!(map.iter().min(), map.first_key_value());
    let mut sum = 0;
    for (key, value) in &map {
        sum += key * value.parse::<u32>().unwrap();
    }
    assert_eq!(sum, (0..40).map(|x| x * x).sum::<u32>());
    for (key, value) in &mut map {
        value.push_str(&key.to_string());
    }
    for value in map.values_mut() {
        value.push('!');
    }
    for (_, value) in map.iter_mut().rev().take(1) {
        value.push('?');
    }
    assert_eq!(map[&39], "3939!?");
    assert!(map.clone().into_keys().eq(0..40));
    assert_eq!(map.clone().into_values().next_back().unwrap(), "3939!?");
    let mut owned = map.into_iter();
    assert_eq!(owned.next(), Some((0, "00!".to_owned())));
    assert_eq!(owned.next_back(), Some((39, "3939!?".to_owned())));
    assert_eq!(owned.len(), 38);
}

#[test]
fn ranges() {
    let mut map = count_to(20);
    assert!(map.range(3..6).map(|(key, _)| *key).eq(3..6));
    assert!(map.range(..=2).map(|(key, _)| *key).eq(0..3));
    assert!(
        map.range((Bound::Excluded(17), Bound::Unbounded))
            .map(|(key, _)| *key)
            .eq([18, 19])
    );
    assert!(map.range::<u32, _>(..).rev().map(|(key, _)| *key).eq((0..20).rev()));
    for (_, value) in map.range_mut(5..7) {
        value.clear();
    }
    assert_eq!((map[&5].as_str(), map[&6].as_str(), map[&7].as_str()), ("", "", "7"));

    let words = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2), ("c".to_owned(), 3)]);
    let tail: Vec<_> = words
        .range::<str, _>((Bound::Included("b"), Bound::Unbounded))
        .map(|(_, value)| *value)
        .collect();
    assert_eq!(tail, [2, 3]);
}

#[test]
#[allow(clippy::reversed_empty_ranges, reason = "the panic is the point")]
fn a_reversed_range_panics_as_std_s() {
    fn message(of: std::thread::Result<()>) -> String {
        *of.unwrap_err()
            .downcast::<&str>()
            .map(|text| Box::new((*text).to_owned()))
            .unwrap()
    }
    let range = || drop(count_to(9).range(5..2));
    let range_mut = || drop(count_to(9).range_mut((Bound::Excluded(5), Bound::Excluded(5))));
    assert_eq!(
        message(catch_unwind(range)),
        "range start is greater than range end in BTreeMap"
    );
    assert_eq!(
        message(catch_unwind(range_mut)),
        "range start and end are equal and excluded in BTreeMap"
    );
    // This one goes by without a word, and without an entry.
    assert_eq!(count_to(9).extract_if(5..2, |_, _| true).next(), None);
}

#[test]
#[should_panic(expected = "no entry found for key")]
fn index_of_a_key_that_is_not_there() {
    let _ = &count_to(3)[&3];
}

#[test]
fn retain_sees_entries_in_order_and_may_change_them() {
    let mut map = count_to(10);
    let mut seen = Vec::new();
    map.retain(|key, value| {
        seen.push(*key);
        value.push('x');
        key % 3 == 0
    });
    assert!(seen.into_iter().eq(0..10));
    assert_eq!(
        contents(&map),
        [
            (0, "0x".to_owned()),
            (3, "3x".into()),
            (6, "6x".into()),
            (9, "9x".into())
        ]
    );
}

#[test]
fn append_takes_the_other_s_values() {
    let mut a = BTreeMap::from([(named(1, "a"), 1), (named(2, "a"), 2)]);
    let mut b = BTreeMap::from([(named(2, "b"), 20), (named(3, "b"), 30)]);
    a.append(&mut b);
    assert!(b.is_empty());
    let kept: Vec<_> = a.iter().map(|(key, value)| (key.id, key.name, *value)).collect();
    assert_eq!(kept, [(1, "a", 1), (2, "a", 20), (3, "b", 30)]);

    let mut empty = BTreeMap::new();
    a.append(&mut empty);
    assert_eq!(a.len(), 3);
    empty.append(&mut a);
    assert_eq!((empty.len(), a.len()), (3, 0));
}

#[test]
fn split_off_divides_at_the_key() {
    for at in [0, 1, 50, 99, 100] {
        let mut left = count_to(100);
        let right = left.split_off(&at);
        assert!(left.keys().copied().eq(0..at));
        assert!(right.keys().copied().eq(at..100));
    }
    let mut words = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]);
    assert_eq!(words.split_off("b").into_values().next(), Some(2));
    assert!(BTreeMap::<u32, u32>::new().split_off(&3).is_empty());
}

#[test]
fn extract_if_is_lazy_and_keeps_to_its_range() {
    let mut map = count_to(10);
    let taken: Vec<_> = map
        .extract_if(2..8, |key, _| key % 2 == 0)
        .map(|(key, _)| key)
        .collect();
    assert_eq!(taken, [2, 4, 6]);
    assert_eq!(map.len(), 7);

    // Given up early, it leaves what it has not come to.
    let first = map.extract_if(.., |_, _| true).next();
    assert_eq!(first, Some((0, "0".to_owned())));
    assert_eq!(map.len(), 6);

    // The closure may change what it keeps.
    assert_eq!(
        map.extract_if(.., |_, value| {
            value.push('!');
            false
        })
        .count(),
        0
    );
    assert!(map.values().all(|value| value.ends_with('!')));
    assert_eq!(BTreeMap::<u8, u8>::new().extract_if(.., |_, _| true).next(), None);
}

#[test]
fn extract_if_gives_the_map_back_after_its_last_use() {
    let mut map = count_to(4);
    let mut taken = map.extract_if(.., |_, _| true);
    assert_eq!(taken.size_hint(), (0, Some(4)));
    taken.next();
    assert_eq!(taken.size_hint(), (0, Some(3)));
    // `taken` lives on, unused.
    assert_eq!(map.len(), 3);

    let mut none = map.extract_if(7.., |_, _| true);
    assert_eq!(none.next(), None);
    assert_eq!(none.next(), None);
}

#[test]
fn extend_and_from_iter_take_any_iterator() {
    let mut map: BTreeMap<u32, u32> = std::iter::empty().collect();
    map.extend([(1, 1), (2, 2), (1, 3)]);
    map.extend(&BTreeMap::from([(5, 5)]));
    map.extend((7..9).filter(|x| x % 2 == 0).map(|x| (x, x)));
    assert_eq!(contents(&map), [(1, 3), (2, 2), (5, 5), (8, 8)]);
    let doubled: BTreeMap<_, _> = map.iter().map(|(key, value)| (*key, value * 2)).collect();
    assert_eq!(contents(&doubled), [(1, 6), (2, 4), (5, 10), (8, 16)]);
    let (small, large): (BTreeMap<_, _>, BTreeMap<_, _>) = map.into_iter().partition(|(key, _)| *key < 5);
    assert_eq!((small.len(), large.len()), (2, 2));
    let array: BTreeMap<u8, u8> = [].into();
    assert!(array.is_empty());
    let failed: Result<BTreeMap<u8, u8>, &str> = [Ok((1, 1)), Err("no")].into_iter().collect();
    assert_eq!(failed, Err("no"));
}

#[test]
fn clone_is_another_map() {
    let original = count_to(50);
    let mut copy = original.clone();
    assert_eq!(copy, original);
    copy.remove(&0);
    assert_ne!(copy, original);
    copy.clone_from(&original);
    assert_eq!(copy, original);
    copy.clone_from(&BTreeMap::new());
    assert!(copy.is_empty());
    assert_eq!(std::mem::take(&mut copy).len(), 0);
}

#[test]
fn compares_and_hashes_as_its_contents() {
    let small = BTreeMap::from([(1, 'a'), (2, 'b')]);
    let large = BTreeMap::from([(1, 'a'), (3, 'a')]);
    assert!(small < large);
    assert_eq!(small.cmp(&large), Ordering::Less);
    assert_eq!(small.partial_cmp(&small.clone()), Some(Ordering::Equal));
    assert_eq!(
        BTreeMap::from([(1, f64::NAN)]).partial_cmp(&BTreeMap::from([(1, f64::NAN)])),
        None
    );
    let plain = std::collections::BTreeMap::from([(1, 'a'), (2, 'b')]);
    assert_eq!(digest(&small), digest(&plain));
    assert_ne!(digest(&small), digest(&large));
}

#[test]
fn debug_text() {
    let mut map = BTreeMap::from([(1, "a"), (2, "b")]);
    assert_eq!(format!("{map:?}"), r#"{1: "a", 2: "b"}"#);
    assert_eq!(format!("{map:#?}"), "{\n    1: \"a\",\n    2: \"b\",\n}");
    assert_eq!(format!("{:02x?}", BTreeMap::from([(10, 11)])), "{0a: 0b}");
    assert_eq!(format!("{:?}", map.iter()), r#"[(1, "a"), (2, "b")]"#);
    assert_eq!(format!("{:?}", map.keys()), "[1, 2]");
    assert_eq!(format!("{:?}", map.range(2..)), r#"[(2, "b")]"#);
    assert_eq!(
        format!("{:?}", map.extract_if(.., |_, _| true)),
        r#"ExtractIf { peek: Some((1, "a")), .. }"#
    );
    let mut taken = map.extract_if(.., |_, _| true);
    taken.next();
    assert_eq!(
        format!("{taken:#?}"),
        "ExtractIf {\n    peek: Some(\n        (\n            2,\n            \"b\",\n        ),\n    ),\n    ..\n}"
    );
    assert_eq!(format!("{:?}", map.into_iter()), r#"[(2, "b")]"#);
}

#[test]
fn every_value_is_dropped_once() {
    struct Counted(Rc<Cell<u32>>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    let drops = Rc::new(Cell::new(0));
    let make = |n: u32| {
        (0..n)
            .map(|key| (key, Counted(Rc::clone(&drops))))
            .collect::<BTreeMap<_, _>>()
    };

    drop(make(10));
    assert_eq!(drops.replace(0), 10);
    let mut map = make(10);
    map.insert(0, Counted(Rc::clone(&drops)));
    assert_eq!(drops.replace(0), 1);
    map.remove(&1);
    map.pop_first();
    map.retain(|key, _| *key > 4);
    assert_eq!(drops.replace(0), 5);
    drop(map.extract_if(.., |_, _| true).next());
    assert_eq!(drops.replace(0), 1);
    map.clear();
    assert_eq!(drops.replace(0), 4);
    let mut rest = make(6).into_iter();
    rest.next();
    assert_eq!(drops.replace(0), 1);
    drop(rest);
    assert_eq!(drops.replace(0), 5);
}

#[test]
fn module_names_are_std_s() {
    let mut map = BTreeMap::from([(1, 2)]);
    let _: btree_map::Iter<'_, i32, i32> = map.iter();
    let _: btree_map::Keys<'_, i32, i32> = map.keys();
    let _: btree_map::Values<'_, i32, i32> = map.values();
    let _: btree_map::Range<'_, i32, i32> = map.range(..1);
    let _: btree_map::IterMut<'_, i32, i32> = map.iter_mut();
    let _: btree_map::ValuesMut<'_, i32, i32> = map.values_mut();
    let _: btree_map::RangeMut<'_, i32, i32> = map.range_mut(..1);
    let everything: fn(&i32, &mut i32) -> bool = |_, _| true;
    let _: btree_map::ExtractIf<'_, i32, i32, _, _> = map.extract_if(.., everything);
    let _: btree_map::Entry<'_, i32, i32> = map.entry(1);
    let _: btree_map::IntoKeys<i32, i32> = map.clone().into_keys();
    let _: btree_map::IntoValues<i32, i32> = map.clone().into_values();
    let _: btree_map::IntoIter<i32, i32> = map.into_iter();
    let _: btree_map::BTreeMap<i32, i32> = BTreeMap::new();
}
