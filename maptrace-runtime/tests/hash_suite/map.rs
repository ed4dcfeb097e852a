// What a program may expect of a HashMap. Included twice, with std's types in scope and with the traced ones.

use std::borrow::Cow;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::message;
use crate::probe::Probe;

/// Iterates in the same order in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;
type Map<K, V> = HashMap<K, V, Fixed>;

fn numbers(count: u32) -> Map<u32, u32> {
    (0..count).map(|n| (n, n * 10)).collect()
}

fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort();
    items
}

#[test]
fn makes() {
    let made: [HashMap<u32, u32>; 6] = [
        HashMap::new(),
        HashMap::default(),
        HashMap::with_capacity(0),
        HashMap::with_hasher(RandomState::new()),
        HashMap::from([]),
        std::iter::empty().collect(),
    ];
    for map in made {
        assert_eq!((map.len(), map.capacity(), map.is_empty()), (0, 0, true));
    }
    assert!(HashMap::<u32, u32>::with_capacity(100).capacity() >= 100);
    assert!(Map::<u32, u32>::with_capacity_and_hasher(100, Fixed::default()).capacity() >= 100);
}

#[test]
fn puts_in_and_takes_out() {
    let mut map = HashMap::new();
    assert_eq!(map.insert("a", 1), None);
    assert_eq!(map.insert("a", 2), Some(1));
    assert_eq!(map.insert("b", 3), None);
    assert_eq!(map.len(), 2);
    assert_eq!(map.remove("c"), None);
    assert_eq!(map.remove("a"), Some(2));
    assert_eq!(map.remove_entry("b"), Some(("b", 3)));
    assert_eq!(map.remove_entry("b"), None);
    assert!(map.is_empty());
}

#[test]
fn an_insert_keeps_the_key_that_is_there() {
    let mut map = Map::default();
    map.insert(Probe::marked(1, 1), ());
    map.insert(Probe::marked(1, 2), ());
    assert_eq!(map.into_keys().next().map(|key| key.1), Some(1));
}

#[test]
fn looks_up_by_what_the_key_borrows() {
    let mut map: HashMap<String, Vec<u8>> = HashMap::from([("a".to_owned(), vec![1]), ("b".to_owned(), vec![2])]);
    assert_eq!(map.get("a").map(Vec::as_slice), Some(&[1][..]));
    assert_eq!(map.get_key_value("b"), Some((&"b".to_owned(), &vec![2])));
    assert!(map.contains_key("a") && !map.contains_key("c"));
    assert_eq!(map["b"], [2]);
    map.get_mut("a").unwrap().push(7);
    assert_eq!(map["a"], [1, 7]);
    assert_eq!(map.get_mut("c"), None);
    let [a, c, b] = map.get_disjoint_mut(["a", "c", "b"]);
    assert_eq!(c, None);
    std::mem::swap(a.unwrap(), b.unwrap());
    assert_eq!((map["a"].as_slice(), map["b"].as_slice()), (&[2][..], &[1, 7][..]));
    assert_eq!(map.remove("a"), Some(vec![2]));

    let mut by_cow: HashMap<Cow<'static, str>, u8> = HashMap::new();
    by_cow.insert("x".into(), 1);
    assert_eq!(by_cow.remove("x"), Some(1));
}

#[test]
#[expect(unsafe_code, reason = "the method is unsafe")]
fn gets_disjoint_values_unchecked() {
    let mut map = HashMap::from([(1, "a"), (2, "b")]);
    // SAFETY: the keys differ.
    let [one, two, three] = unsafe { map.get_disjoint_unchecked_mut([&1, &2, &3]) };
    std::mem::swap(one.unwrap(), two.unwrap());
    assert_eq!(three, None);
    assert_eq!(map, HashMap::from([(1, "b"), (2, "a")]));
}

#[test]
fn iterates() {
    let mut map = numbers(5);
    assert_eq!(sorted(map.keys().copied()), [0, 1, 2, 3, 4]);
    assert_eq!(sorted(map.values().copied()), [0, 10, 20, 30, 40]);
    assert_eq!(sorted(map.iter().map(|(k, v)| (*k, *v)))[1], (1, 10));
    assert_eq!(sorted(&map).len(), 5);
    map.values_mut().for_each(|value| *value += 1);
    for (key, value) in &mut map {
        *value += *key;
    }
    map.iter_mut().for_each(|(_, value)| *value *= 2);
    assert_eq!(sorted(map.clone().into_values()), [2, 24, 46, 68, 90]);
    assert_eq!(sorted(map.clone().into_keys()), [0, 1, 2, 3, 4]);
    assert_eq!(sorted(map), [(0, 2), (1, 24), (2, 46), (3, 68), (4, 90)]);
    assert_eq!(hash_map::Iter::<u8, u8>::default().len(), 0);
}

#[test]
fn drains() {
    let mut map = numbers(9);
    let capacity = map.capacity();
    let mut drain = map.drain();
    assert_eq!(drain.len(), 9);
    assert!(drain.next().is_some());
    drop(drain);
    assert_eq!((map.len(), map.capacity()), (0, capacity));
    map.insert(1, 1);
    assert_eq!(map.drain().collect::<Vec<_>>(), [(1, 1)]);
    assert_eq!(map.drain().next(), None);
    map.insert(1, 1);
    std::mem::forget(map.drain());
    assert_eq!(map.len(), 0);
    map.insert(2, 2);
    assert_eq!(map[&2], 2);
}

#[test]
fn keeps_some() {
    let mut map = numbers(10);
    map.retain(|key, value| {
        *value += 1;
        key % 3 == 0
    });
    assert_eq!(sorted(map), [(0, 1), (3, 31), (6, 61), (9, 91)]);
}

#[test]
fn extracts() {
    let mut map = numbers(10);
    let taken: Map<u32, u32> = map
        .extract_if(|key, value| {
            *value += 1;
            key % 2 == 0
        })
        .collect();
    assert_eq!(sorted(taken), [(0, 1), (2, 21), (4, 41), (6, 61), (8, 81)]);
    assert_eq!(sorted(map.values().copied()), [11, 31, 51, 71, 91]);
    let mut rest = map.extract_if(|_, _| true);
    assert_eq!(rest.size_hint(), (0, Some(5)));
    assert!(rest.next().is_some());
    drop(rest);
    assert_eq!(map.len(), 4);
    let mut all = map.extract_if(|_, _| true);
    assert_eq!(all.by_ref().count(), 4);
    assert_eq!((all.next(), all.next()), (None, None));
}

#[test]
fn sizes_its_table() -> Result<(), TryReserveError> {
    let mut map: HashMap<u32, u32> = HashMap::new();
    map.reserve(0);
    assert_eq!(map.capacity(), 0);
    map.reserve(100);
    assert!(map.capacity() >= 100);
    map.insert(1, 1);
    map.shrink_to(20);
    assert!((20..100).contains(&map.capacity()));
    map.shrink_to_fit();
    assert!((1..20).contains(&map.capacity()));
    map.try_reserve(1000)?;
    assert!(map.capacity() >= 1001);
    assert!(map.try_reserve(usize::MAX).is_err());
    assert_eq!(map.len(), 1);
    map.clear();
    assert!(map.is_empty() && map.capacity() >= 1000);
    map.shrink_to_fit();
    assert_eq!(map.capacity(), 0);
    Ok(())
}

#[test]
fn panics_with_the_words_of_std() {
    let mut map = HashMap::from([(1, 1)]);
    let text = message(|| {
        let _ = map[&2];
    });
    assert!(text.contains("no entry found for key"), "{text}");
    let text = message(|| map.reserve(usize::MAX));
    assert!(text.contains("capacity overflow"), "{text}");
    let text = message(|| drop(HashMap::<u64, u64>::with_capacity(usize::MAX)));
    assert!(text.contains("capacity overflow"), "{text}");
    let text = message(|| {
        map.get_disjoint_mut([&1, &1]);
    });
    assert!(text.contains("duplicate keys"), "{text}");
    assert_eq!(map, HashMap::from([(1, 1)]));
}

#[test]
fn goes_through_entries() {
    let mut map: HashMap<&str, u32> = HashMap::new();
    assert_eq!(*map.entry("a").or_insert(1), 1);
    assert_eq!(*map.entry("a").or_insert(2), 1);
    assert_eq!(*map.entry("b").or_insert_with(|| 3), 3);
    assert_eq!(*map.entry("b").or_insert_with(|| unreachable!()), 3);
    assert_eq!(*map.entry("ccc").or_insert_with_key(|key| key.len() as u32), 3);
    assert_eq!(*map.entry("ccc").or_insert_with_key(|_| unreachable!()), 3);
    assert_eq!(*map.entry("d").or_default(), 0);
    *map.entry("d").or_default() += 5;
    assert_eq!(*map.entry("d").or_default(), 5);
    assert_eq!(map.entry("e").key(), &"e");
    assert_eq!(map.entry("a").key(), &"a");
    assert_eq!(*map.entry("a").and_modify(|value| *value += 10).or_insert(0), 11);
    assert_eq!(*map.entry("e").and_modify(|_| unreachable!()).or_insert(7), 7);
    let mut entry = map.entry("e").insert_entry(8);
    assert_eq!((entry.key(), entry.get()), (&"e", &8));
    assert_eq!(entry.insert(9), 8);
    *entry.get_mut() += 1;
    assert_eq!(*entry.into_mut(), 10);
    assert_eq!(map.entry("f").insert_entry(1).remove(), 1);
    assert!(!map.contains_key("f"));
    match map.entry("a") {
        Entry::Occupied(entry) => assert_eq!(entry.remove_entry(), ("a", 11)),
        Entry::Vacant(_) => panic!("it is there"),
    }
    match map.entry("g") {
        Entry::Occupied(_) => panic!("it is not there"),
        Entry::Vacant(entry) => {
            assert_eq!(entry.key(), &"g");
            assert_eq!(entry.into_key(), "g");
        }
    }
    match map.entry("g") {
        Entry::Occupied(_) => panic!("it is not there"),
        Entry::Vacant(entry) => *entry.insert(1) += 1,
    }
    match map.entry("h") {
        Entry::Occupied(_) => panic!("it is not there"),
        Entry::Vacant(entry) => assert_eq!(*entry.insert_entry(4).into_mut(), 4),
    }
    assert_eq!(
        sorted(map),
        [("b", 3), ("ccc", 3), ("d", 5), ("e", 10), ("g", 2), ("h", 4)]
    );
}

#[test]
fn takes_what_iterators_give() {
    let mut map = numbers(2);
    map.extend([(1, 1), (2, 2)]);
    map.extend(&Map::from_iter([(3, 3)]));
    map.extend([(&4, &4)]);
    map.extend(None::<(u32, u32)>);
    assert_eq!(sorted(map), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]);
}

#[test]
fn clones_and_compares() {
    let map = numbers(20);
    let mut copy = map.clone();
    assert_eq!(map, copy);
    copy.insert(0, 1);
    assert_ne!(map, copy);
    copy.clone_from(&map);
    assert_eq!(map, copy);
    copy.remove(&0);
    assert_ne!(map, copy);
    assert_ne!(copy, map);
    copy.insert(100, 0);
    assert_ne!(map, copy);
    let mut empty: Map<u32, u32> = Map::default();
    copy.clone_from(&empty);
    assert_eq!(copy, empty);
    empty.clone_from(&map);
    assert_eq!(empty, map);
    assert_eq!(empty.hasher().clone(), *map.hasher());
}

#[test]
fn goes_where_a_plain_map_is_asked_for() {
    fn sum<S>(map: &std::collections::HashMap<u32, u32, S>) -> u32 {
        map.values().sum()
    }
    assert_eq!(sum(&numbers(3)), 30);
}

#[test]
fn a_panicking_value_stays_out() {
    let mut map: HashMap<u32, u32> = HashMap::new();
    for key in 0..4 {
        let result = catch_unwind(AssertUnwindSafe(|| {
            map.entry(key)
                .or_insert_with(|| std::panic::resume_unwind(Box::new(())));
        }));
        assert!(result.is_err());
        assert_eq!(map.len() as u32, key);
        map.insert(key, 0);
    }
}
