// What a program may expect of an IndexMap. Included twice, with indexmap's types in scope and with the traced ones;
// what these functions give must be the same.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::{Debug, Write};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::rc::Rc;
use std::sync::LazyLock;

use crate::message;
use crate::probe::{Probe, blows, call, calls, live};

include!("map_deeds.rs");

type Fixed = BuildHasherDefault<DefaultHasher>;
type Map<K, V> = IndexMap<K, V, Fixed>;

const EMPTY: &Map<u32, u32> = &Map::with_hasher(Fixed::new());
static STATIC: Map<u32, u32> = make();
static LAZY: LazyLock<IndexMap<u32, u32>> = LazyLock::new(|| IndexMap::from([(1, 2)]));

const fn make<K, V>() -> Map<K, V> {
    Map::with_hasher(Fixed::new())
}

#[test]
fn lives_in_statics() {
    assert!(EMPTY.is_empty() && STATIC.is_empty());
    assert_eq!(LAZY[&1], 2);
}

#[test]
fn is_made_by_macros() {
    assert!(indexmap! { "a" => 1, "b" => 2 }.into_iter().eq([("a", 1), ("b", 2)]));
    let empty: IndexMap<u8, u8> = indexmap! {};
    assert!(empty.is_empty());
    let map = indexmap_with_default! { DefaultHasher; 1 => 2, 3 => 4, };
    assert_eq!((map.len(), map.capacity(), map[&3]), (2, 2, 4));
    let map: Map<u8, u8> = indexmap_with_default! {};
    assert!(map.is_empty());
    const MAP: Map<u8, u8> = indexmap_with_default! { DefaultHasher };
    assert!(MAP.is_empty());
}

#[test]
fn borrows_as_indexmap_does() {
    let mut map: IndexMap<usize, usize> = IndexMap::new();
    // Two-phase borrows need a real inherent method.
    map.insert(1, map.len());
    map.insert(map.len() + 1, map.capacity());
    let length: fn(&IndexMap<usize, usize>) -> usize = IndexMap::len;
    assert_eq!(length(&map), 2);
    let entry = map.entry(4);
    assert_eq!(entry.key(), &4);
    map.insert(5, 5);
    map[&5] = 6;
    map[0] += 1;
    map[1..][0] += 1;
    assert_eq!((map[&1], map[1], &map[..1][0]), (1, map[&2], &1));
}

#[test]
fn may_outlive_what_it_holds() {
    // The value goes before the map does, which is fine as dropping the map does not look at it.
    let mut map = IndexMap::new();
    let value = String::from("value");
    map.insert(1, &value);
    let cell = Cell::new(1);
    let mut cells = Map::with_hasher(Fixed::new());
    cells.insert(1, &cell);
}

fn _covariant<'a>(map: IndexMap<&'static str, &'static str>) -> IndexMap<&'a str, &'a str> {
    map
}

fn _entry_lives_as_long<'a>(entry: Entry<'a, &'a str, String>) -> &'a mut String {
    match entry {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => entry.insert(String::new()),
    }
}

fn _shorter_entry<'b, 'a: 'b>(entry: Entry<'a, u8, u8>) -> Entry<'b, u8, u8> {
    entry
}

#[test]
fn goes_where_a_plain_map_is_asked_for() {
    fn sum<S>(map: &::indexmap::IndexMap<u32, u32, S>) -> u32 {
        map.values().sum()
    }
    assert_eq!(sum(&IndexMap::from([(1, 10), (2, 20)])), 30);
    let map: IndexMap<u32, u32> = ::indexmap::IndexMap::from([(1, 2)]).into();
    let plain: ::indexmap::IndexMap<u32, u32> = map.into();
    assert_eq!(plain[&1], 2);
}

#[test]
fn has_the_traits() {
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    struct Holder {
        map: IndexMap<String, Vec<u32>>,
        nested: IndexMap<u8, IndexMap<u8, ()>>,
    }
    let holder = Holder::default();
    assert_eq!(holder, holder.clone());
    // Maps with other values and hashers compare.
    let owned: IndexMap<u8, String> = [(1, "one".to_owned())].into();
    let borrowed: Map<u8, &str> = Map::from_iter([(1, "one")]);
    assert!(owned == borrowed);
    let map: IndexMap<_, _> = [(1, "one")].into();
    assert!(map == IndexMap::<_, _>::from([(1, "one")]));

    // A map of anything: no bounds on the type or on these.
    struct Opaque;
    let mut map: IndexMap<Opaque, Opaque, ()> = IndexMap::with_hasher(());
    map.clear();
    map.retain(|_, _| true);
    assert_eq!((map.len(), map.capacity(), map.drain(..).len()), (0, 0, 0));
    assert!(map.pop().is_none() && map.first_entry().is_none() && map.get_index_entry(0).is_none());
    let boxed: Box<dyn std::any::Any> = Box::new(IndexMap::from([(1, 1)]));
    assert!(boxed.downcast_ref::<IndexMap<i32, i32>>().is_some());
}

pub(crate) fn auto_traits() -> Vec<(&'static str, [bool; 5])> {
    type R = Rc<u8>;
    type Pred<K, V> = fn(&K, &mut V) -> bool;
    type Entries<K, V> = std::vec::IntoIter<(K, V)>;
    vec![
        auto_traits!(IndexMap<u8, u8>),
        auto_traits!(IndexMap<R, u8>),
        auto_traits!(IndexMap<u8, Cell<u8>>),
        auto_traits!(IndexMap<u8, u8, Cell<u8>>),
        auto_traits!(IndexMap<u8, u8, R>),
        auto_traits!(IndexMap<u8, &'static mut Cell<u8>>),
        auto_traits!(IndexMap<std::marker::PhantomPinned, u8>),
        auto_traits!(Entry<'static, u8, u8>),
        auto_traits!(Entry<'static, R, u8>),
        auto_traits!(map::OccupiedEntry<'static, u8, Cell<u8>>),
        auto_traits!(map::VacantEntry<'static, u8, u8>),
        auto_traits!(map::VacantEntry<'static, R, u8>),
        auto_traits!(IndexedEntry<'static, u8, u8>),
        auto_traits!(IndexedEntry<'static, u8, Cell<u8>>),
        auto_traits!(RawEntryMut<'static, u8, u8, Fixed>),
        auto_traits!(RawEntryMut<'static, u8, u8, Cell<u8>>),
        auto_traits!(RawEntryMut<'static, u8, R, Fixed>),
        auto_traits!(raw_entry_v1::RawEntryBuilderMut<'static, u8, u8, R>),
        auto_traits!(map::ExtractIf<'static, u8, u8, Pred<u8, u8>>),
        auto_traits!(map::ExtractIf<'static, R, u8, Pred<R, u8>>),
        auto_traits!(map::Splice<'static, Entries<u8, u8>, u8, u8, Fixed>),
        auto_traits!(map::Splice<'static, Entries<u8, Cell<u8>>, u8, Cell<u8>, Fixed>),
        auto_traits!(map::Splice<'static, Entries<R, u8>, R, u8, Fixed>),
    ]
}

/// Everything that is printed, in every form.
pub(crate) fn text() -> String {
    let mut text = String::new();
    let mut print = |item: &dyn Debug| write!(text, "{item:?}\n{item:#?}\n{item:4?}\n{item:#x?}\n").unwrap();
    let mut map: Map<u32, &str> = Map::default();
    print(&map);
    print(&map.entry(7));
    map.extend([(10, "ten"), (200, "two hundred")]);
    print(&map);
    print(&map.entry(7));
    print(&map.entry(10));
    print(&map.entry(11).insert_entry("x"));
    print(&map.first_entry());
    print(&map.raw_entry_v1());
    print(&map.raw_entry_mut_v1());
    print(&map.raw_entry_mut_v1().from_key(&10));
    print(&map.raw_entry_mut_v1().from_key(&11));
    print(&map.raw_entry_mut_v1().from_key(&12));
    print(&map.iter_mut());
    print(&map.iter_mut2());
    print(&map.as_slice());
    print(&map.extract_if(.., |_, _| true));
    drop(map.splice(..1, [(7, "seven")]));
    print(&map.clone().into_iter());
    print(&map.drain(..));
    for key in [1, 2] {
        match map.entry(key) {
            Entry::Vacant(entry) => print(&entry),
            Entry::Occupied(entry) => print(&entry),
        }
        map.insert(2, "two");
    }
    text
}

/// Capacity all along, in whatever way it comes to be.
pub(crate) fn capacities() -> Vec<String> {
    let mut seen = Vec::new();
    let mut map: Map<u32, u32> = Map::default();
    let mut see = |map: &Map<u32, u32>| seen.push(format!("{} {}", map.capacity(), map.len()));
    for round in 0..4 {
        for n in 0..40 {
            map.insert(n * 3 + round, n);
            see(&map);
            map.entry(n * 5 + round).or_insert(n);
            see(&map);
        }
        for n in 0..35 {
            map.swap_remove(&(n * 3 + round));
            see(&map);
        }
        for n in 0..60 {
            map.insert(1000 + n, 0);
            map.shift_remove(&(1000 + n));
            see(&map);
        }
        map.extend((0..30).map(|n| (n, n)));
        see(&map);
        map.retain(|key, _| key % 2 == 0);
        see(&map);
        map.shrink_to(16);
        see(&map);
        let mut copy = map.clone();
        see(&copy);
        map.raw_entry_mut_v1()
            .from_key(&(round + 1000))
            .or_insert(round + 1000, 0);
        see(&map);
        let rest = map.split_off(map.len() / 2);
        see(&map);
        see(&rest);
        map.append(&mut copy);
        see(&map);
        see(&copy);
        drop(map.splice(1..3, (2000..2100).map(|n| (n, n))));
        see(&map);
        map.clear();
        see(&map);
        map.clone_from(&copy);
        see(&map);
        map.drain(..);
        see(&map);
        map.reserve(7);
        see(&map);
        map.reserve_exact(70);
        see(&map);
        map.try_reserve(100 * round as usize).unwrap();
        see(&map);
        map.try_reserve_exact(90 * round as usize).unwrap();
        see(&map);
        see(&Map::with_capacity_and_hasher(round as usize * 10, Fixed::default()));
        see(&(0..round * 11).map(|n| (n, n)).collect());
    }
    for filled in [0, 1] {
        let mut map = (0..filled).map(|n| (n, n)).collect::<Map<_, _>>();
        let endless = std::iter::repeat_n((1, 1), usize::MAX).inspect(|_| call());
        let mut outcome = String::new();
        let blown = blows(3, || outcome = message(|| map.extend(endless)));
        seen.push(format!("{blown} {outcome} {map:?} {}", map.capacity()));
    }
    seen
}

/// What is said when a call is refused.
pub(crate) fn words() -> Vec<String> {
    type Refused = fn(&mut Map<u32, u32>);
    let refused: [Refused; 20] = [
        |map| assert_eq!(map[&9], 0),
        |map| assert_eq!(map[9], 0),
        |map| assert_eq!(map[5..9].len(), 0),
        |map| map[&9] = 1,
        |map| drop(map.drain(5..)),
        |map| drop(map.drain(..=usize::MAX)),
        |map| drop(map.drain((std::ops::Bound::Included(3), std::ops::Bound::Excluded(2)))),
        |map| drop(map.extract_if(..9, |_, _| true)),
        |map| drop(map.splice(4..9, [])),
        |map| drop(map.split_off(9)),
        |map| map.move_index(0, 9),
        |map| map.swap_indices(9, 0),
        |map| _ = map.insert_before(9, 1, 1),
        |map| _ = map.shift_insert(9, 9, 1),
        |map| _ = map.replace_index(9, 1),
        |map| map.reserve(usize::MAX),
        |map| map.reserve_exact(usize::MAX),
        |map| map.first_entry().unwrap().move_index(9),
        |map| assert!(map.get_disjoint_mut([&1, &1]).is_empty()),
        |_| drop(IndexMap::<u64, u64>::with_capacity(usize::MAX)),
    ];
    let say = |refused: Refused| {
        let mut map: Map<u32, u32> = (0..4).map(|n| (n, n)).collect();
        let text = message(|| refused(&mut map));
        assert!(!text.is_empty());
        format!("{text} {map:?} {:?}", map.try_reserve(usize::MAX))
    };
    refused.map(say).into()
}

/// A full map of seven: the next insert makes it grow.
fn seven() -> Map<Probe, Probe> {
    let mut map: Map<Probe, Probe> = Map::with_capacity_and_hasher(7, Fixed::default());
    map.extend((0..7).map(pair));
    map
}

/// What each deed gives, how often it calls its user's code, and what there is after it.
pub(crate) fn calls_made() -> Vec<String> {
    let observe = |&(name, deed): &Deed| {
        let mut map = seven();
        let mut got = String::new();
        let count = calls(|| got = deed(&mut map));
        format!(
            "{name}: {got}, {count} calls, then {} of {} {map:?}",
            map.len(),
            map.capacity()
        )
    };
    DEEDS.iter().map(observe).collect()
}

/// What is left when the k-th call of the user's code panics, for each k.
pub(crate) fn panics() -> Vec<String> {
    let mut seen = Vec::new();
    for &(name, deed) in DEEDS {
        let before = live();
        // Far apart in the long ones.
        for k in (0..40).chain((40..).step_by(97)) {
            let mut map = seven();
            if !blows(k, || drop(deed(&mut map))) {
                break;
            }
            let state = format!("{} of {} {map:?}", map.as_slice().len(), map.capacity());
            // Some panics leave a map that does not like to be used.
            let again = message(|| drop(map.insert(Probe::new(200), Probe::new(0))));
            let again = again + &message(|| drop(map.swap_remove(&Probe::new(3))));
            let then = format!("{} {map:?} {again}", map.as_slice().len());
            drop(map);
            seen.push(format!(
                "{name} at {k}: {state}; then {then}; {} leaked",
                live() - before
            ));
        }
    }
    seen
}

#[test]
fn maps_of_other_maps_are_looked_up() {
    let map: IndexMap<String, HashMap<u8, u8>> = IndexMap::from([("a".to_owned(), HashMap::new())]);
    assert!(map.contains_key("a") && map["a"].is_empty());
}
