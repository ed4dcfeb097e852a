//! What is done through entries of maps, and what they do to the table.

use std::hash::BuildHasher;
use std::panic::{AssertUnwindSafe, catch_unwind};

use maptrace_runtime::Kind;
use maptrace_runtime::hashbrown::HashMap;
use maptrace_runtime::hashbrown::hash_map::{Entry, EntryRef, RawEntryMut};
use maptrace_runtime::testing::EventType::{AssignNew, AssignReplaced, Create, DeleteHit};
use maptrace_runtime::testing::{Capture, EventType};

use crate::support::{FRAGILE, Fixed, Key, events, numbers, only, only_map, resizes};

#[test]
fn entries_record_what_is_done_through_them() {
    let capture = Capture::install();
    let mut map: HashMap<String, u64, Fixed> = HashMap::with_capacity_and_hasher(14, Fixed::default());
    let mut expected = vec![];
    let mut expect = |more: &[EventType]| {
        expected.extend(more);
        assert_eq!(events(&capture), expected);
    };
    assert_eq!(map.entry_ref("a").key(), "a");
    assert!(
        map.raw_entry_mut()
            .from_key("a")
            .and_modify(|_, _| unreachable!())
            .is_vacant()
    );
    // Nothing has changed, so nothing is there.
    expect(&[]);
    map.entry_ref("a").or_insert(1);
    expect(&[Create, AssignNew]);
    map.entry_ref("a").or_insert(1);
    map.entry_ref("a").and_modify(|value| *value += 1).or_default();
    assert!(map.entry("b".to_owned()).into_map().contains_key("a"));
    expect(&[]);
    assert!(map.try_insert("a".to_owned(), 3).is_err());
    expect(&[]);
    assert!(map.try_insert("b".to_owned(), 3).is_ok());
    map.entry_ref("c").insert(4).insert(5);
    map.entry_ref("c").or_default_entry().remove();
    expect(&[AssignNew, AssignNew, AssignReplaced, DeleteHit]);
    let Entry::Occupied(entry) = map
        .entry("a".to_owned())
        .and_replace_entry_with(|_, value| Some(value + 1))
    else {
        panic!("it is there");
    };
    assert_eq!(*entry.get(), 3);
    expect(&[AssignReplaced]);
    let Entry::Vacant(entry) = entry.replace_entry_with(|_, _| None) else {
        panic!("it is gone");
    };
    entry.insert_entry(9).replace_key("a".to_owned());
    expect(&[DeleteHit, AssignNew]);
    if let EntryRef::Vacant(entry) = map.entry_ref("d") {
        entry.insert_entry_with_key("d".to_owned(), 4);
    }
    expect(&[AssignNew]);
    map.raw_entry_mut().from_key("e").or_insert("e".to_owned(), 5);
    match map
        .raw_entry_mut()
        .from_key("e")
        .and_replace_entry_with(|_, value| Some(value))
    {
        RawEntryMut::Occupied(mut entry) => {
            entry.insert(6);
            entry.insert_key("e".to_owned());
            entry.remove();
        }
        RawEntryMut::Vacant(_) => panic!("it is there"),
    }
    expect(&[AssignNew, AssignReplaced, AssignReplaced, DeleteHit]);
    let seen = only(&capture);
    assert_eq!((seen.site.kind, seen.entries), (Kind::HashMap, map.len() as u64));
}

/// Keys to be put in, and taken out, of a table of 28 until there is no room but tombstones, and one of them, which
/// changes the capacity as `wanted` says, from one to the other, if it is taken out then and put in again.
fn crowd(wanted: impl Fn(usize, usize) -> bool) -> (Vec<(bool, u64)>, u64) {
    let mut random = 88_172_645_463_325_252_u64;
    let mut random = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    loop {
        let mut map: hashbrown::HashMap<u64, (), Fixed> =
            hashbrown::HashMap::with_capacity_and_hasher(28, Fixed::new());
        let mut steps = Vec::new();
        // Never so few that the entries would be laid out anew.
        while steps.len() < 40 || map.len() > 15 {
            let key = if map.len() < map.capacity() && (random() % 2 == 0 || map.len() < 18) {
                random() % 100_000
            } else {
                *map.keys().nth(random() as usize % map.len()).unwrap()
            };
            let put = map.remove(&key).is_none();
            if put {
                map.insert(key, ());
            }
            steps.push((put, key));
            let crowded = map.len() == map.capacity() && map.len() < 28;
            for key in map.keys().filter(|_| crowded) {
                let mut copy = map.clone();
                copy.remove(key);
                // As a vacant entry does: it may take the place of a tombstone.
                copy.entry(*key).insert(());
                if wanted(map.capacity(), copy.capacity()) {
                    return (steps, *key);
                }
            }
        }
    }
}

/// A key that has something to drop, with the hash of its number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Dropped(u64, Box<()>);

impl From<u64> for Dropped {
    fn from(number: u64) -> Self {
        Self(number, Box::new(()))
    }
}

/// hashbrown's keeps the place; ours may take another if the key has to be dropped, as the documentation says.
#[test]
fn what_replacing_an_entry_does_to_the_table_is_recorded() {
    // There is no place for it then.
    let (steps, key) = crowd(|_, after| after > 28);
    let capture = Capture::install();
    let mut map = follow(steps);
    let mut seen = capture.episodes().len();
    assert_eq!(map.len(), map.capacity());
    let Entry::Occupied(entry) = map
        .entry(Dropped::from(key))
        .and_replace_entry_with(|_, value| Some(value + 1))
    else {
        panic!("it was replaced");
    };
    assert_eq!((entry.key(), entry.get()), (&Dropped::from(key), &2));
    assert_eq!((resizes(&capture, &mut seen), map.capacity()), (vec![("grow", 56)], 56));
    let told = only(&capture);
    assert_eq!(
        (told.capacity, told.tombstones, told.totals.assigns_replaced),
        (Some(56), Some(0), 1)
    );
}

#[test]
fn an_entry_that_leaves_its_place_for_a_tombstone_s_is_no_resize() {
    let (steps, key) = crowd(|before, after| after == before + 1);
    let capture = Capture::install();
    let mut map = follow(steps);
    let (mut seen, room) = (capture.episodes().len(), map.capacity());
    assert!(matches!(
        map.entry(Dropped::from(key))
            .and_replace_entry_with(|_, value| Some(value)),
        Entry::Occupied(_)
    ));
    assert_eq!((resizes(&capture, &mut seen), map.capacity()), (vec![], room + 1));
    let told = only(&capture);
    assert_eq!(
        (told.capacity, told.tombstones),
        (Some(28), Some(28 - (room as u64 + 1)))
    );
}

/// A table of 28 after the steps of a [`crowd`].
fn follow(steps: Vec<(bool, u64)>) -> HashMap<Dropped, u64, Fixed> {
    let mut map = HashMap::with_capacity_and_hasher(28, Fixed::new());
    for (put, key) in steps {
        if put {
            map.insert(Dropped::from(key), 1);
        } else {
            map.remove(&Dropped::from(key));
        }
    }
    map
}

trait IsVacant {
    fn is_vacant(&self) -> bool;
}

impl<K, V, S> IsVacant for RawEntryMut<'_, K, V, S> {
    fn is_vacant(&self) -> bool {
        matches!(self, RawEntryMut::Vacant(_))
    }
}

#[test]
fn what_is_put_into_a_full_table_makes_it_grow_and_not_the_entry() {
    type Put = fn(&mut HashMap<u64, u64, Fixed>);
    let puts: [Put; 5] = [
        |map| *map.entry(100).or_insert(0) += 1,
        |map| assert_eq!(*map.entry(100).insert(0).get(), 0),
        |map| assert_eq!(*map.entry_ref(&100).or_insert(0), 0),
        |map| assert_eq!(map.raw_entry_mut().from_key(&100).or_insert(100, 0).1, &0),
        |map| {
            let hash = map.hasher().hash_one(100_u64);
            let hasher = map.hasher().clone();
            match map.raw_entry_mut().from_key_hashed_nocheck(hash, &100) {
                RawEntryMut::Vacant(entry) => {
                    assert_eq!(entry.insert_with_hasher(hash, 100, 0, |key| hasher.hash_one(key)).1, &0)
                }
                RawEntryMut::Occupied(_) => unreachable!(),
            }
        },
    ];
    for put in puts {
        let capture = Capture::install();
        let mut map = numbers(28);
        let mut seen = capture.episodes().len();
        assert_eq!(map.entry(100).key(), &100);
        assert_eq!((resizes(&capture, &mut seen), map.capacity()), (vec![], 28));
        put(&mut map);
        assert_eq!((resizes(&capture, &mut seen), map.capacity()), (vec![("grow", 56)], 56));
        assert!(capture.episodes()[seen - 1].duration.is_some());
        assert_eq!(only(&capture).capacity, Some(56));
    }
}

#[test]
fn an_entry_in_the_place_of_a_tombstone_is_no_resize() {
    let capture = Capture::install();
    let mut map = numbers(28);
    // Leave tombstones and no room.
    for n in 0..28 {
        let before = map.clone();
        map.remove(&n);
        if map.len() < map.capacity() {
            map = before;
        }
    }
    let known = map.len();
    assert!(known < 28 && known == map.capacity(), "no tombstones");
    let mut seen = capture.episodes().len();
    let mut reused = 0;
    for n in 100..200 {
        let mut copy = map.clone();
        resizes(&capture, &mut seen);
        copy.entry(n).or_insert(0);
        let told = resizes(&capture, &mut seen);
        if copy.capacity() == known + 1 {
            assert_eq!(told, []);
            reused += 1;
        } else {
            // Few entries are laid out again in the same table, more in a larger one.
            let kind = if (known as u64 + 1) * 2 <= 28 { "rehash" } else { "grow" };
            assert_eq!(told, [(kind, copy.capacity() as u64)]);
        }
    }
    assert!((1..100).contains(&reused), "{reused} times");
}

#[test]
fn an_entry_in_the_place_of_the_only_tombstone_is_no_resize() {
    let capture = Capture::install();
    let full = numbers(28);
    let with_tombstone = (0..28).find_map(|n| {
        let mut map = full.clone();
        map.remove(&n);
        (map.capacity() == 27).then_some(map)
    });
    let map = with_tombstone.expect("a removal leaves a tombstone");
    let mut seen = capture.episodes().len();
    let mut reused = 0;
    for n in 100..200 {
        let mut copy = map.clone();
        resizes(&capture, &mut seen);
        copy.entry(n).or_insert(0);
        let told = resizes(&capture, &mut seen);
        if copy.capacity() == 28 {
            assert_eq!(told, []);
            reused += 1;
        } else {
            assert_eq!(told, [("grow", 56)]);
        }
    }
    assert!((1..100).contains(&reused), "{reused} times");
}

#[test]
fn churn_through_entries_ends_in_a_rehash_in_place() {
    let capture = Capture::install();
    let mut map = numbers(112);
    let mut seen = capture.episodes().len();
    for n in 0..70 {
        map.remove(&n);
    }
    for n in 70..10_000 {
        map.remove(&n);
        map.entry(n + 42).or_insert(n);
        let told = resizes(&capture, &mut seen);
        if !told.is_empty() {
            assert_eq!((told, map.capacity()), (vec![("rehash", 112)], 112));
            let seen = only(&capture);
            assert_eq!((seen.rehashes, seen.tombstones), (1, Some(0)));
            return;
        }
    }
    panic!("it was never laid out again");
}

#[test]
fn entries_that_a_panic_in_a_rehash_loses_are_counted() {
    let capture = Capture::install();
    let mut map: HashMap<Key, u64, Fixed> = (0..112).map(|n| (Key(n), n)).collect();
    for n in 0..70 {
        map.remove(&Key(n));
    }
    let mut panics = 0;
    for n in 70..5_000 {
        map.remove(&Key(n));
        let entry = map.entry(Key(n + 42));
        FRAGILE.set(true);
        let result = catch_unwind(AssertUnwindSafe(|| *entry.or_insert(n)));
        FRAGILE.set(false);
        panics += u32::from(result.is_err());
        assert_eq!(only_map(&capture).entries, map.len() as u64);
    }
    assert!(panics > 0);
}
