//! What hashbrown's traced collections leave behind where they differ from std's: for each such way in and out, exactly
//! which events, episodes and counts.
#![cfg(all(
    feature = "hashbrown",
    feature = "enable",
    any(not(feature = "release_off"), debug_assertions)
))]

use std::cell::Cell;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use maptrace_runtime::hashbrown::hash_map::{Entry, EntryRef, RawEntryMut};
use maptrace_runtime::hashbrown::hash_table::Entry as TableEntry;
use maptrace_runtime::hashbrown::{HashMap, HashSet, HashTable};
use maptrace_runtime::testing::{Capture, EventType};
use maptrace_runtime::{EpisodeKind, Kind, MapSnapshot};

use EventType::{AssignNew, AssignReplaced, Create, DeleteHit};

/// Places its entries in the same way in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;

fn numbers(count: u64) -> HashMap<u64, u64, Fixed> {
    (0..count).map(|n| (n, n)).collect()
}

fn events(capture: &Capture) -> Vec<EventType> {
    capture.events().into_iter().map(|event| event.what).collect()
}

/// The grows and rehashes since the last look.
fn resizes(capture: &Capture, seen: &mut usize) -> Vec<(&'static str, u64)> {
    let episodes = capture.episodes();
    let new = episodes[*seen..].iter().filter_map(|episode| match episode.kind {
        EpisodeKind::Grow { new_capacity, .. } => Some(("grow", new_capacity)),
        EpisodeKind::RehashInPlace { capacity, .. } => Some(("rehash", capacity)),
        EpisodeKind::Shrink { new_capacity, .. } => Some(("shrink", new_capacity)),
        _ => None,
    });
    let new = new.collect();
    *seen = episodes.len();
    new
}

/// The one site that was used.
fn only(capture: &Capture) -> MapSnapshot {
    let mut used = capture.snapshot().maps.clone();
    used.retain(|map| map.created > 0);
    assert_eq!(used.len(), 1, "{used:?}");
    used.remove(0)
}

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

thread_local! {
    static FRAGILE: Cell<bool> = const { Cell::new(false) };
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Key(u64);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if FRAGILE.get() && self.0 % 7 == 3 {
            resume_unwind(Box::new(()));
        }
        self.0.hash(state);
    }
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

/// The one live map.
fn only_map(capture: &Capture) -> MapSnapshot {
    let maps = capture.snapshot().maps.clone();
    maps.into_iter().find(|map| map.live > 0).expect("it is there")
}

#[test]
fn entries_of_sets_are_recorded() {
    let capture = Capture::install();
    let mut set: HashSet<u64, Fixed> = HashSet::with_capacity_and_hasher(14, Fixed::default());
    set.entry(1).or_insert();
    set.entry(1).or_insert();
    set.entry(2).insert().remove();
    set.get_or_insert(1);
    set.get_or_insert_with(&3, |asked| *asked);
    assert_eq!(
        events(&capture),
        [Create, AssignNew, AssignNew, DeleteHit, AssignReplaced, AssignNew]
    );
    let mut seen = 0;
    assert_eq!(resizes(&capture, &mut seen), []);
    (10..22).for_each(|n| assert!(set.insert(n)));
    assert_eq!((set.len(), set.capacity()), (14, 14));
    assert_eq!(set.entry(30).get(), &30);
    assert_eq!(resizes(&capture, &mut seen), []);
    set.entry(30).or_insert();
    assert_eq!(resizes(&capture, &mut seen), [("grow", 28)]);
    let seen = only(&capture);
    assert_eq!(
        (seen.site.kind, seen.entries, seen.capacity),
        (Kind::HashSet, 15, Some(28))
    );
}

/// What the entry does to the table can be seen by the next change alone.
#[test]
fn a_rehash_by_an_entry_of_a_set_is_told_by_the_next_change() {
    let (mut rehashed, mut reused) = (0, 0);
    for round in 0..6 {
        let capture = Capture::install();
        let mut set: HashSet<u64, Fixed> = (0..112).map(|n| n + round * 10_000).collect();
        (0..70).for_each(|n| assert!(set.remove(&(n + round * 10_000))));
        let mut seen = capture.episodes().len();
        for n in (70..5_000).map(|n| n + round * 10_000) {
            set.remove(&n);
            let crowded = set.len() == set.capacity();
            let entry = set.entry(n + 42).insert();
            if crowded && round % 2 == 0 {
                entry.remove();
            }
            let resized = crowded && set.capacity() > set.len() + 1;
            assert!(!set.remove(&u64::MAX));
            let told = resizes(&capture, &mut seen);
            assert_eq!(told, if resized { vec![("rehash", 112)] } else { vec![] });
            if resized {
                let told = only(&capture);
                assert_eq!(
                    (told.rehashes, told.entries, told.capacity, told.tombstones),
                    (1, set.len() as u64, Some(112), Some(112 - set.capacity() as u64))
                );
                rehashed += 1;
                break;
            }
            reused += u32::from(crowded);
        }
    }
    assert!(rehashed == 6 && reused > 0, "{rehashed} {reused}");
}

#[test]
fn elements_that_a_panic_in_a_rehash_loses_are_counted_by_the_next_change() {
    let capture = Capture::install();
    let mut set: HashSet<Key, Fixed> = (0..112).map(Key).collect();
    (0..70).for_each(|n| assert!(set.remove(&Key(n))));
    let mut lost = 0;
    for n in 70..5_000 {
        set.remove(&Key(n));
        let entry = set.entry(Key(n + 42));
        FRAGILE.set(true);
        let result = catch_unwind(AssertUnwindSafe(|| entry.or_insert()));
        FRAGILE.set(false);
        lost += u32::from(result.is_err());
        set.remove(&Key(0));
        assert_eq!(only_map(&capture).entries, set.len() as u64);
    }
    assert!(lost > 0);
}

#[test]
fn operators_that_assign_are_batches() {
    let capture = Capture::install();
    let mut set: HashSet<u64, Fixed> = (0..10).collect();
    let other: HashSet<u64, Fixed> = (5..50).collect();
    let batches = |capture: &Capture| {
        let batch = |kind: &EpisodeKind| match kind {
            EpisodeKind::Batch {
                new, replaced, removed, ..
            } => Some((*new, *replaced, *removed)),
            _ => None,
        };
        capture
            .episodes()
            .iter()
            .filter_map(|episode| batch(&episode.kind))
            .skip(2)
            .collect::<Vec<_>>()
    };
    set ^= &other;
    assert_eq!(batches(&capture), [(40, 0, 5)]);
    set |= &other;
    set &= &other;
    set -= &(7..60).collect();
    let all = batches(&capture);
    assert_eq!((all[1], all[2], all.last()), ((5, 0, 0), (0, 0, 5), Some(&(0, 0, 43))));
    assert_eq!(set, HashSet::from_iter([5, 6]));
    let sets = capture.snapshot().maps.clone();
    assert_eq!(
        sets.iter()
            .filter(|set| set.live > 0)
            .map(|set| set.entries)
            .sum::<u64>(),
        2 + 45
    );
}

#[test]
fn a_map_goes_on_as_a_set() {
    let capture = Capture::install();
    let map: HashMap<u64, (), Fixed> = (0..10).map(|n| (n, ())).collect();
    let set = HashSet::from(map);
    let maps = capture.snapshot().maps.clone();
    let kinds: Vec<_> = maps
        .iter()
        .filter(|map| map.created > 0)
        .map(|map| (map.site.kind, map.live, map.entries))
        .collect();
    assert_eq!(kinds, [(Kind::HashMap, 0, 0), (Kind::HashSet, 1, 10)]);
    assert_eq!(HashSet::into_hashbrown(set).len(), 10);
}

/// The table and its bytes are what hashbrown says itself.
#[test]
fn bytes_held_are_the_allocation() {
    let capture = Capture::install();
    let mut map: HashMap<u64, [u8; 3], Fixed> = HashMap::default();
    for n in 0..1_000 {
        map.entry(n).or_default();
        assert_eq!(only(&capture).held_bytes, Some(map.allocation_size() as u64));
    }
}

#[test]
fn tables_record_what_is_done_to_them() {
    let hash = |n: &u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let capture = Capture::install();
    let mut table = HashTable::with_capacity(14);
    let mut expected = vec![];
    let mut expect = |more: &[EventType]| {
        expected.extend(more);
        assert_eq!(events(&capture), expected);
    };
    assert!(table.find_entry(hash(&1), |n| *n == 1).is_err());
    assert!(matches!(
        table.entry(hash(&1), |n| *n == 1, hash),
        TableEntry::Vacant(_)
    ));
    expect(&[]);
    table.entry(hash(&1), |n| *n == 1, hash).or_insert(1);
    expect(&[Create, AssignNew]);
    table.entry(hash(&1), |n| *n == 1, hash).or_insert(1);
    table.entry(hash(&1), |n| *n == 1, hash).insert(1);
    table.insert_unique(hash(&2), 2, hash);
    expect(&[AssignReplaced, AssignNew]);
    let (two, place) = table.find_entry(hash(&2), |n| *n == 2).ok().unwrap().remove();
    let index = place.insert(two).bucket_index();
    expect(&[DeleteHit, AssignNew]);
    match table.get_bucket_entry(index).ok().unwrap().replace_entry_with(Some) {
        TableEntry::Occupied(entry) => assert!(matches!(entry.replace_entry_with(|_| None), TableEntry::Vacant(_))),
        TableEntry::Vacant(_) => panic!("it is there"),
    }
    expect(&[AssignReplaced, DeleteHit]);
    for n in 10..23 {
        table.insert_unique(hash(&n), n, hash);
    }
    expect(&[AssignNew; 13]);
    let mut seen = capture.episodes().len();
    assert_eq!((table.len(), table.capacity()), (14, 14));
    // At the call, although it is there.
    assert!(matches!(
        table.entry(hash(&1), |n| *n == 1, hash),
        TableEntry::Occupied(_)
    ));
    assert_eq!(resizes(&capture, &mut seen), [("grow", 28)]);
    table.retain(|n| *n < 12);
    table.shrink_to_fit(hash);
    assert_eq!(resizes(&capture, &mut seen), [("shrink", 3)]);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let entry = table.find_entry(hash(&1), |n| *n == 1).ok().unwrap();
        entry.replace_entry_with(|_| resume_unwind(Box::new(())));
    }));
    assert!(panicked.is_err());
    let seen = only(&capture);
    assert_eq!((seen.site.kind, seen.entries), (Kind::HashTable, 2));
    assert_eq!(
        (seen.capacity, seen.held_bytes),
        (Some(3), Some(table.allocation_size() as u64))
    );
}

#[test]
fn goes_to_hashbrown_s_type_and_back_by_value() {
    fn begun_and_gone(capture: &Capture) -> (u64, u64, u64) {
        let maps = &capture.snapshot().maps;
        let sum = |count: fn(&MapSnapshot) -> u64| maps.iter().map(count).sum::<u64>();
        assert_eq!(sum(|map| map.entries), 0);
        (sum(|map| map.created), sum(|map| map.freed), sum(|map| map.batches))
    }
    fn plain_len(map: &impl AsRef<hashbrown::HashMap<u64, u64, Fixed>>) -> usize {
        map.as_ref().len()
    }
    let capture = Capture::install();
    let map = numbers(10);
    assert_eq!(plain_len(&map), 10);
    let plain: hashbrown::HashMap<u64, u64, Fixed> = map.into();
    let again = HashMap::from(plain);
    assert_eq!(HashMap::into_hashbrown(again).len(), 10);
    assert_eq!(begun_and_gone(&capture), (2, 2, 2));

    let capture = Capture::install();
    let set: HashSet<u64, Fixed> = (0..10).collect();
    assert_eq!(AsRef::<hashbrown::HashSet<u64, Fixed>>::as_ref(&set).len(), 10);
    let plain: hashbrown::HashSet<u64, Fixed> = set.into();
    let again = HashSet::from(plain);
    assert_eq!(HashSet::into_hashbrown(again).len(), 10);
    assert_eq!(begun_and_gone(&capture), (2, 2, 2));

    let capture = Capture::install();
    let mut table = HashTable::new();
    table.insert_unique(7, 7_u64, |n| *n);
    assert_eq!(AsRef::<hashbrown::HashTable<u64>>::as_ref(&table).len(), 1);
    let plain: hashbrown::HashTable<u64> = table.into();
    let again = HashTable::from(plain);
    assert_eq!(HashTable::into_hashbrown(again).len(), 1);
    assert_eq!(begun_and_gone(&capture), (2, 2, 1));
}

/// A constructor that is passed on as a function is its own caller, and its place is not the user's.
#[test]
fn a_constructor_passed_on_names_its_map_by_the_type() {
    let map: fn() -> HashMap<u8, [u8; 3]> = HashMap::new;
    let set: fn() -> HashSet<[u8; 3]> = HashSet::new;
    let table: fn() -> HashTable<[u8; 3]> = HashTable::new;
    let capture = Capture::install();
    map().insert(1, [0; 3]);
    set().insert([0; 3]);
    table().insert_unique(0, [0; 3], |_| 0);
    let maps = capture.snapshot().maps;
    let mut names: Vec<_> = maps
        .iter()
        .filter(|map| map.created > 0)
        .map(|map| &*map.site.name)
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["HashMap<u8, [u8; 3]>", "HashSet<[u8; 3]>", "HashTable<[u8; 3]>"]
    );
}

/// A map that is young when an entry is looked up that is there: what is done through it is recorded all the same.
#[test]
fn entries_of_young_maps_are_recorded() {
    let capture = Capture::builder().nursery(true).install();
    // The thread has a ring, or its first map is not young.
    HashMap::<u64, u64>::new().insert(0, 0);
    let young = || capture.snapshot().health.instances_young;
    let mut map: HashMap<u64, u64, Fixed> = HashMap::default();
    let mut table = HashTable::new();
    for round in 0..6 {
        let fresh = |map: &mut HashMap<u64, u64, Fixed>| {
            *map = HashMap::default();
            map.insert(1, 1);
            assert_eq!(young(), 1);
        };
        fresh(&mut map);
        match round {
            0 => match map.entry(1) {
                Entry::Occupied(mut entry) => drop(entry.insert(2)),
                Entry::Vacant(_) => unreachable!(),
            },
            1 => match map.entry(1) {
                Entry::Occupied(entry) => drop(entry.remove()),
                Entry::Vacant(_) => unreachable!(),
            },
            2 => match map.entry_ref(&1) {
                EntryRef::Occupied(entry) => drop(entry.replace_entry_with(|_, _| None)),
                EntryRef::Vacant(_) => unreachable!(),
            },
            3 => match map.raw_entry_mut().from_key(&1) {
                RawEntryMut::Occupied(entry) => drop(entry.remove()),
                RawEntryMut::Vacant(_) => unreachable!(),
            },
            4 => drop(map.entry(2).or_insert(2)),
            _ => assert!(matches!(map.entry(2), Entry::Vacant(_))),
        }
    }
    drop(map);
    table.insert_unique(1, 1, |_| 1);
    assert_eq!(young(), 1);
    let _ = table.find_entry(1, |_| true).expect("it is there").remove();
    table.insert_unique(1, 1, |_| 1);
    let now = capture.snapshot();
    let sum = |get: fn(&MapSnapshot) -> u64| now.maps.iter().map(get).sum::<u64>();
    let totals = (
        sum(|map| map.totals.assigns_new),
        sum(|map| map.totals.assigns_replaced),
        sum(|map| map.totals.deletes_hit),
    );
    assert_eq!(totals, (1 + 6 + 1 + 2, 1, 3 + 1));
    assert_eq!((sum(|map| map.entries), sum(|map| map.live)), (1, 1));
    assert_eq!((sum(|map| map.created), sum(|map| map.freed)), (8, 7));
}
