// What a HashMap is seen to do by those who print it, count its calls or panic inside it. Included twice, with std's types
// in scope and with the traced ones; what they give must be the same.

use std::fmt::{Debug, Write};
use std::hash::{BuildHasherDefault, DefaultHasher};

use crate::message;
use crate::probe::{Probe, blows, call, calls, live};

type Fixed = BuildHasherDefault<DefaultHasher>;
type Map<K, V> = HashMap<K, V, Fixed>;

/// Everything that is printed, in every form.
pub(crate) fn text() -> [String; 1] {
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
    print(&map.iter());
    print(&map.keys());
    print(&map.values());
    print(&map.iter_mut());
    print(&map.values_mut());
    print(&map.extract_if(|_, _| true));
    print(&map.clone().into_iter());
    print(&map.clone().into_keys());
    print(&map.clone().into_values());
    print(&map.drain());
    match map.entry(1) {
        Entry::Vacant(entry) => print(&entry),
        Entry::Occupied(entry) => print(&entry),
    }
    [text]
}

/// Capacity and iteration order all along, and what a huge size hint leads to.
pub(crate) fn tables() -> Vec<String> {
    let mut seen = Vec::new();
    let mut map: Map<u32, u32> = Map::default();
    let mut see = |map: &Map<u32, u32>| seen.push(format!("{} {map:?}", map.capacity()));
    for round in 0..4 {
        for n in 0..40 {
            map.insert(n * 3 + round, n);
            see(&map);
        }
        for n in 0..35 {
            map.remove(&(n * 3 + round));
            see(&map);
        }
        map.extend((0..30).map(|n| (n, n)));
        see(&map);
        map.retain(|key, _| key % 2 == 0);
        see(&map);
        map.shrink_to(16);
        see(&map);
        let copy = map.clone();
        see(&copy);
        map.entry(round + 1000).or_insert(0);
        see(&map);
        map.clear();
        see(&map);
        map.clone_from(&copy);
        see(&map);
        map.drain();
        see(&map);
        map.reserve(7);
        see(&map);
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

/// One thing that a program may do to a map.
type Deed = (&'static str, fn(&mut Map<Probe, Probe>));

const DEEDS: &[Deed] = &[
    ("insert new", |map| drop(map.insert(Probe::new(100), Probe::new(0)))),
    ("insert replaced", |map| drop(map.insert(Probe::new(1), Probe::new(0)))),
    ("insert many", |map| {
        for n in 0..30 {
            map.insert(Probe::new(n), Probe::new(n));
        }
    }),
    ("get", |map| drop(map.get(&Probe::new(1)).cloned())),
    ("contains", |map| assert!(!map.contains_key(&Probe::new(100)))),
    ("remove hit", |map| drop(map.remove(&Probe::new(1)))),
    ("remove miss", |map| drop(map.remove(&Probe::new(100)))),
    ("remove_entry", |map| drop(map.remove_entry(&Probe::new(2)))),
    ("entry vacant", |map| {
        map.entry(Probe::new(100)).or_insert(Probe::new(1));
    }),
    ("entry occupied", |map| {
        map.entry(Probe::new(1)).or_insert(Probe::new(1));
    }),
    ("entry with", |map| {
        map.entry(Probe::new(100)).or_insert_with(|| {
            call();
            Probe::new(1)
        });
    }),
    ("entry insert", |map| {
        drop(
            map.entry(Probe::new(1))
                .insert_entry(Probe::new(1))
                .insert(Probe::new(2)),
        )
    }),
    ("entry modify", |map| {
        drop(map.entry(Probe::new(1)).and_modify(|_| call()))
    }),
    ("entry remove", |map| {
        drop(map.entry(Probe::new(1)).insert_entry(Probe::new(3)).remove())
    }),
    ("entries", |map| {
        for n in 0..30 {
            map.entry(Probe::new(n)).or_insert_with(|| Probe::new(n));
        }
    }),
    ("extend", |map| {
        map.extend((0..20).map(|n| (Probe::new(n), Probe::new(n))))
    }),
    ("retain", |map| {
        map.retain(|key, _| {
            call();
            key.0 % 2 == 0
        });
    }),
    ("extract_if", |map| {
        let taken = map.extract_if(|key, _| {
            call();
            key.0 % 2 == 0
        });
        taken.for_each(drop);
    }),
    ("drain", |map| drop(map.drain())),
    ("drain some", |map| drop(map.drain().next())),
    ("clear", HashMap::clear),
    ("clone", |map| drop(map.clone())),
    ("clone_from", |map| {
        let source = Map::from_iter([(Probe::new(50), Probe::new(50)), (Probe::new(51), Probe::new(51))]);
        map.clone_from(&source);
    }),
    ("reserve", |map| map.reserve(100)),
    ("try_reserve", |map| map.try_reserve(100).unwrap()),
    ("shrink_to_fit", |map| {
        map.retain(|key, _| key.0 < 3);
        map.shrink_to_fit();
    }),
    ("shrink_to", |map| {
        map.reserve(100);
        map.shrink_to(14);
    }),
    ("eq", |map| assert!(PartialEq::eq(map, map))),
    ("disjoint", |map| {
        let found = map.get_disjoint_mut([&Probe::new(1), &Probe::new(2)]);
        assert!(found.iter().all(Option::is_some));
    }),
    ("from_iter", |map| {
        *map = (0..20).map(|n| (Probe::new(n), Probe::new(n))).collect()
    }),
    ("take", |map| drop(std::mem::take(map))),
    ("into_iter", |map| std::mem::take(map).into_iter().for_each(drop)),
];

/// A full table of seven: the next insert makes it grow.
fn seven() -> Map<Probe, Probe> {
    let mut map: Map<Probe, Probe> = Map::with_capacity_and_hasher(7, Fixed::default());
    for n in 0..7 {
        map.insert(Probe::new(n), Probe::new(n));
    }
    map
}

/// How often each deed calls its user's code, and what there is after it.
pub(crate) fn calls_made() -> Vec<String> {
    let observe = |&(name, deed): &Deed| {
        let mut map = seven();
        let count = calls(|| deed(&mut map));
        format!(
            "{name}: {count} calls, then {} of {} {map:?}",
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
        for k in 0.. {
            let mut map = seven();
            if !blows(k, || deed(&mut map)) {
                assert!(k > 0, "{name} calls nothing");
                break;
            }
            let state = format!("{} of {} {map:?}", map.len(), map.capacity());
            map.insert(Probe::new(200), Probe::new(0));
            map.remove(&Probe::new(3));
            let then = format!("{} {map:?}", map.len());
            drop(map);
            seen.push(format!(
                "{name} at {k}: {state}; then {then}; {} leaked",
                live() - before
            ));
        }
    }
    seen
}
