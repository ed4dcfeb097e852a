// What a program may expect of hashbrown's HashMap, and what it is seen to do by those who count its calls, panic inside
// it or print it. Included twice, with hashbrown's types in scope and with the traced ones; what they give must be the
// same.

use std::cell::Cell;
use std::fmt::{Debug, Write};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use allocator_api2::alloc::Global;

use crate::message;
use crate::probe::{Probe, blows, call, calls, compares, hashes, live};

/// Places its entries in the same way in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;
type Map = HashMap<Probe, Probe, Fixed>;

/// Looked up by: equivalent to the key of its number.
#[derive(Debug)]
struct Ask(u32);

impl Hash for Ask {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hashes();
        self.0.hash(state);
    }
}

impl Equivalent<Probe> for Ask {
    fn equivalent(&self, key: &Probe) -> bool {
        compares();
        self.0 == key.0
    }
}

/// An empty map; a full table of seven; and one of 28 that has no room, but tombstones.
fn states() -> [(&'static str, Map); 3] {
    let filled = |count: u32| {
        let mut map = Map::with_capacity_and_hasher(count as usize, Fixed::default());
        map.extend((0..count).map(|n| (Probe::new(n), Probe::new(n))));
        map
    };
    let mut churned = filled(28);
    for n in (0..28).rev() {
        if churned.len() > 9 {
            let before = churned.clone();
            churned.remove(&Ask(n));
            if churned.len() < churned.capacity() {
                churned = before;
            }
        }
    }
    assert_eq!(churned.len(), churned.capacity());
    assert!(churned.len() < 28, "no tombstones");
    [("empty", Map::default()), ("full", filled(7)), ("churned", churned)]
}

fn see(what: impl Debug) -> String {
    format!("{what:?}")
}

/// One thing that a program may do to a map, and what comes of it.
type Deed = (&'static str, fn(&mut Map) -> String);

const DEEDS: &[Deed] = &[
    ("insert new", |map| see(map.insert(Probe::new(100), Probe::new(0)))),
    ("insert replaced", |map| see(map.insert(Probe::marked(1, 9), Probe::new(5)))),
    ("insert many", |map| {
        (0..40).map(|n| see(map.insert(Probe::new(n), Probe::new(n)))).collect()
    }),
    ("get", |map| {
        let value = see(map.get(&Ask(1)));
        format!("{value} {:?} {:?}", map.get_key_value(&Ask(2)), map.contains_key(&Ask(100)))
    }),
    ("get_mut", |map| {
        if let Some(value) = map.get_mut(&Ask(1)) {
            value.1 += 1;
        }
        if let Some((_, value)) = map.get_key_value_mut(&Ask(2)) {
            value.1 += 2;
        }
        String::new()
    }),
    ("remove", |map| format!("{:?} {:?}", map.remove(&Ask(1)), map.remove(&Ask(100)))),
    ("remove_entry", |map| {
        format!("{:?} {:?}", map.remove_entry(&Ask(1)), map.remove_entry(&Ask(100)))
    }),
    ("try_insert", |map| {
        let known = map.try_insert(Probe::new(1), Probe::new(50)).map_err(|error| (see(&error), error.to_string().len()));
        let known = see(known);
        known + &see(map.try_insert(Probe::new(100), Probe::new(1)))
    }),
    ("insert_unique_unchecked", |map| {
        #[expect(unsafe_code, reason = "the method is unsafe")]
        // SAFETY: no state has this key.
        let put = unsafe { map.insert_unique_unchecked(Probe::new(100), Probe::new(1)) };
        see(put)
    }),
    ("entry vacant", |map| see(map.entry(Probe::new(100)).or_insert(Probe::new(1)))),
    ("entry occupied", |map| see(map.entry(Probe::new(1)).or_insert(Probe::new(1)))),
    ("entry with", |map| {
        let made = map.entry(Probe::new(100)).or_insert_with(|| {
            call();
            Probe::new(1)
        });
        made.1 += 1;
        see(map.entry(Probe::new(101)).or_insert_with_key(|key| Probe::new(key.0)))
    }),
    ("entry insert", |map| {
        let mut entry = map.entry(Probe::new(1)).insert(Probe::new(1));
        let old = entry.insert(Probe::new(2));
        entry.get_mut().1 = 7;
        format!("{old:?} {:?} {:?}", entry.key(), entry.get())
    }),
    ("entry or_insert_entry", |map| {
        let entry = map.entry(Probe::new(100)).or_insert_entry(Probe::new(1));
        let (key, value) = entry.into_entry();
        value.1 = 3;
        format!("{key:?} {value:?}")
    }),
    ("entry modify", |map| {
        let entry = map.entry(Probe::new(1)).and_modify(|value| {
            call();
            value.1 += 1;
        });
        see(entry.key())
    }),
    ("entry remove", |map| {
        let removed = map.entry(Probe::new(1)).insert(Probe::new(3)).remove();
        format!("{removed:?} {:?}", map.entry(Probe::new(100)).insert(Probe::new(3)).remove_entry())
    }),
    ("entry match", |map| match map.entry(Probe::marked(1, 8)) {
        Entry::Occupied(mut entry) => {
            let old = entry.replace_key(Probe::marked(1, 4));
            format!("{old:?} {:?}", entry.into_mut())
        }
        Entry::Vacant(entry) => see(entry.key()) + &see(entry.insert(Probe::new(6))),
    }),
    ("entry vacant ways", |map| match map.entry(Probe::new(100)) {
        Entry::Vacant(entry) => {
            let key = entry.into_key();
            match map.entry(key) {
                Entry::Vacant(entry) => see(entry.insert_entry(Probe::new(6)).into_mut()),
                Entry::Occupied(_) => unreachable!(),
            }
        }
        Entry::Occupied(_) => unreachable!(),
    }),
    ("entry into_map", |map| {
        let before = map.entry(Probe::new(100)).into_map().len();
        let map = map.entry(Probe::new(1)).into_map();
        map.insert(Probe::new(101), Probe::new(0));
        format!("{before} {}", map.len())
    }),
    ("entry replace_with nothing", |map| {
        see(map.entry(Probe::new(1)).and_replace_entry_with(|key, value| {
            call();
            assert_eq!(key.0, value.0);
            None
        }))
    }),
    ("entry replaced key panics", |map| {
        let mut entry = map.entry(Probe::new(1)).insert(Probe::new(1));
        message(|| drop(entry.replace_key(Probe::new(2))))
    }),
    ("entries", |map| {
        (0..40).map(|n| see(map.entry(Probe::new(n)).or_insert_with(|| Probe::new(n)))).collect()
    }),
    ("entry_ref", |map| {
        let entry = match map.entry_ref(&Ask(100)) {
            EntryRef::Vacant(entry) => see(entry.key()) + &see(entry.insert_with_key(Probe::new(100), Probe::new(1))),
            EntryRef::Occupied(_) => unreachable!(),
        };
        match map.entry_ref(&Ask(101)) {
            EntryRef::Vacant(vacant) => entry + &see(vacant.insert_entry_with_key(Probe::new(101), Probe::new(1)).remove()),
            EntryRef::Occupied(_) => unreachable!(),
        }
    }),
    ("entry_ref owned", |map| {
        let key = Probe::new(1);
        let known = see(map.entry_ref(&key).and_modify(|value| value.1 += 1).or_insert(Probe::new(2)));
        let new = Probe::new(100);
        known + &see(map.entry_ref(&new).insert(Probe::new(5)).get()) + &see(map.entry_ref(&new).into_map().len())
    }),
    ("entry_ref wrong key", |map| match map.entry_ref(&Ask(100)) {
        EntryRef::Vacant(entry) => message(|| {
            entry.insert_with_key(Probe::new(7), Probe::new(1));
        }),
        EntryRef::Occupied(_) => unreachable!(),
    }),
    ("raw from key", |map| {
        let (key, value) = map.raw_entry_mut().from_key(&Ask(1)).or_insert(Probe::marked(1, 1), Probe::new(1));
        value.1 += 1;
        format!("{key:?} {value:?}") + &see(map.raw_entry().from_key(&Ask(1)))
    }),
    ("raw occupied", |map| match map.raw_entry_mut().from_key(&Ask(1)) {
        RawEntryMut::Occupied(mut entry) => {
            entry.key_mut().1 = 3;
            entry.get_key_value_mut().1.1 = 4;
            let old = (entry.insert(Probe::new(7)), entry.insert_key(Probe::marked(1, 5)));
            see(old) + &see(entry.get_key_value()) + &see(entry.into_key_value())
        }
        RawEntryMut::Vacant(entry) => see(entry.insert(Probe::new(1), Probe::new(1))),
    }),
    ("raw vacant", |map| {
        let hash = map.hasher().hash_one(Ask(100));
        let inserted = match map.raw_entry_mut().from_hash(hash, |key| Ask(100).equivalent(key)) {
            RawEntryMut::Vacant(entry) => see(entry.insert_hashed_nocheck(hash, Probe::new(100), Probe::new(1))),
            RawEntryMut::Occupied(_) => unreachable!(),
        };
        let hash = map.hasher().hash_one(Ask(101));
        let hasher = map.hasher().clone();
        match map.raw_entry_mut().from_key_hashed_nocheck(hash, &Ask(101)) {
            RawEntryMut::Vacant(entry) => {
                let hasher = |key: &Probe| hasher.hash_one(key);
                inserted + &see(entry.insert_with_hasher(hash, Probe::new(101), Probe::new(2), hasher))
            }
            RawEntryMut::Occupied(_) => unreachable!(),
        }
    }),
    ("raw insert", |map| {
        let entry = map.raw_entry_mut().from_key(&Ask(1)).insert(Probe::marked(1, 7), Probe::new(70));
        let known = see(entry.key());
        known + &see(map.raw_entry_mut().from_key(&Ask(100)).insert(Probe::new(100), Probe::new(70)).remove())
    }),
    ("raw replace", |map| {
        let entry = map.raw_entry_mut().from_key(&Ask(1)).and_replace_entry_with(|_, value| {
            call();
            Some(Probe::marked(value.0, 6))
        });
        let some = see(entry);
        let none = map.raw_entry_mut().from_key(&Ask(2)).and_replace_entry_with(|_, _| None);
        some + &see(none) + &see(map.raw_entry_mut().from_key(&Ask(3)).or_insert_with(|| (Probe::new(3), Probe::new(3))))
    }),
    ("extend", |map| {
        map.extend((0..20).map(|n| (Probe::new(n), Probe::new(n))));
        String::new()
    }),
    ("retain", |map| {
        map.retain(|key, value| {
            call();
            value.1 += 1;
            key.0 % 2 == 0
        });
        String::new()
    }),
    ("extract_if", |map| {
        let taken = map.extract_if(|key, _| {
            call();
            key.0 % 2 == 0
        });
        see(taken.collect::<Vec<_>>())
    }),
    ("drain", |map| see(map.drain().next())),
    ("clear", |map| {
        map.clear();
        String::new()
    }),
    ("clone", |map| see(map.clone())),
    ("clone_from", |map| {
        let source = Map::from_iter([(Probe::new(50), Probe::new(50)), (Probe::new(51), Probe::new(51))]);
        map.clone_from(&source);
        String::new()
    }),
    ("sizes", |map| {
        map.reserve(100);
        let large = (map.capacity(), map.allocation_size());
        map.shrink_to(30);
        let less = (map.capacity(), map.allocation_size());
        map.shrink_to_fit();
        format!("{large:?} {less:?} {:?} {:?}", map.try_reserve(20), map.try_reserve(usize::MAX))
    }),
    ("eq", |map| see(PartialEq::eq(map, &map.clone()))),
    ("entry default", |map| {
        let made = see(map.entry(Probe::new(100)).or_default()) + &see(map.entry_ref(&Probe::new(101)).or_default());
        made + &see(map.entry_ref(&Probe::new(102)).or_default_entry().key())
    }),
    ("entry unchecked", |map| {
        let Entry::Vacant(entry) = map.entry(Probe::new(100)) else { unreachable!() };
        let mut entry = entry.insert_entry(Probe::new(1));
        #[expect(unsafe_code, reason = "the method is unsafe")]
        // SAFETY: the keys are equal.
        let old = unsafe { entry.replace_key_unchecked(Probe::marked(100, 2)) };
        see(old) + &see(entry.key())
    }),
    ("entry_ref unchecked", |map| {
        let EntryRef::Vacant(entry) = map.entry_ref(&Ask(100)) else { unreachable!() };
        #[expect(unsafe_code, reason = "the method is unsafe")]
        // SAFETY: what is asked for is equivalent to the key.
        let value = see(unsafe { entry.insert_with_key_unchecked(Probe::new(100), Probe::new(1)) });
        let EntryRef::Vacant(entry) = map.entry_ref(&Ask(101)) else { unreachable!() };
        #[expect(unsafe_code, reason = "the method is unsafe")]
        // SAFETY: as above.
        let entry = unsafe { entry.insert_entry_with_key_unchecked(Probe::new(101), Probe::new(1)) };
        value + &see(entry)
    }),
    ("disjoint", |map| {
        let found = see(map.get_disjoint_mut([&Ask(1), &Ask(100), &Ask(2)]));
        found + &see(map.get_disjoint_key_value_mut([&Ask(1), &Ask(2)]))
    }),
    ("disjoint, by old names", |map| {
        #[expect(deprecated, reason = "they are still there")]
        let found = see(map.get_many_mut([&Ask(1), &Ask(100)]));
        #[expect(deprecated, reason = "they are still there")]
        let entries = see(map.get_many_key_value_mut([&Ask(1), &Ask(2)]));
        found + &entries
    }),
    ("disjoint, unchecked", |map| {
        let asked = [&Ask(1), &Ask(100)];
        let mut seen = String::new();
        #[expect(unsafe_code, reason = "the method is unsafe")]
        // SAFETY: these differ.
        let found = unsafe { map.get_disjoint_unchecked_mut(asked) };
        seen += &see(found);
        #[expect(unsafe_code, reason = "the method is unsafe")]
        #[expect(deprecated, reason = "it is still there")]
        // SAFETY: these differ.
        let found = unsafe { map.get_many_unchecked_mut(asked) };
        seen += &see(found);
        #[expect(unsafe_code, reason = "the method is unsafe")]
        // SAFETY: these differ.
        let found = unsafe { map.get_disjoint_key_value_unchecked_mut(asked) };
        seen += &see(found);
        #[expect(unsafe_code, reason = "the method is unsafe")]
        #[expect(deprecated, reason = "it is still there")]
        // SAFETY: these differ.
        let found = unsafe { map.get_many_key_value_unchecked_mut(asked) };
        seen += &see(found);
        seen
    }),
    ("made with room", |map| {
        *map = Map::with_capacity_and_hasher_in(20, Fixed::default(), Global);
        map.insert(Probe::new(1), Probe::new(1));
        let others: [HashMap<u8, u8>; 2] = [HashMap::with_capacity(20), HashMap::with_capacity_in(20, *map.allocator())];
        see(others.map(|other| other.capacity()))
    }),
    ("from_iter", |map| {
        *map = (0..20).map(|n| (Probe::new(n), Probe::new(n))).collect();
        see(&map[&Ask(3)])
    }),
    ("into", |map| {
        let keys = see(map.clone().into_keys().collect::<Vec<_>>());
        let values = see(map.clone().into_values().collect::<Vec<_>>());
        keys + &values + &see(std::mem::take(map).into_iter().collect::<Vec<_>>())
    }),
    ("iterators", |map| {
        map.values_mut().for_each(|value| value.1 += 1);
        map.iter_mut().for_each(|(_, value)| value.1 += 1);
        for (_, value) in &mut *map {
            value.1 += 1;
        }
        format!("{:?} {:?} {}", map.keys().collect::<Vec<_>>(), map.values().collect::<Vec<_>>(), (&*map).into_iter().len())
    }),
];

/// What comes of each deed in each state, with how many calls of its user's code.
pub(crate) fn deeds_done() -> Vec<String> {
    let mut seen = Vec::new();
    for (name, deed) in DEEDS {
        for (state, mut map) in states() {
            let mut came = String::new();
            let count = calls(|| came = deed(&mut map));
            let after = format!("{} of {} {map:?}", map.len(), map.capacity());
            seen.push(format!("{name}, {state}: {count} calls, {came}; then {after}"));
        }
    }
    seen
}

/// What is left when the k-th call of the user's code panics, for each k.
pub(crate) fn panics() -> Vec<String> {
    let mut seen = Vec::new();
    for (name, deed) in DEEDS {
        for at in 0..3 {
            let before = live();
            for k in 0.. {
                let mut states = states();
                let (state, map) = &mut states[at];
                let blown = blows(k, || drop(deed(map)));
                let after = format!("{} of {} {map:?}", map.len(), map.capacity());
                map.insert(Probe::new(200), Probe::new(0));
                map.remove(&Ask(3));
                let then = format!("{} {map:?}", map.len());
                let title = format!("{name}, {state} at {k}");
                drop(states);
                seen.push(format!("{title}: {after}; then {then}; {} leaked", live() - before));
                if !blown {
                    break;
                }
            }
        }
    }
    seen
}

#[test]
fn an_entry_is_replaced_or_taken_out() {
    for (state, mut map) in states() {
        let known = map.len();
        let entry = map.entry(Probe::new(1)).or_insert_entry(Probe::new(1)).replace_entry_with(|key, value| {
            assert_eq!((key.0, value.0), (1, 1));
            Some(Probe::marked(1, 6))
        });
        match entry {
            Entry::Occupied(entry) => assert_eq!((entry.key().0, entry.get().1), (1, 6), "{state}"),
            Entry::Vacant(_) => panic!("it was replaced"),
        }
        assert_eq!(map.len(), known.max(1));
        match map.entry(Probe::new(1)).and_replace_entry_with(|_, _| None) {
            Entry::Vacant(entry) => assert_eq!(entry.into_key().0, 1),
            Entry::Occupied(_) => panic!("it was taken out"),
        }
        assert_eq!(map.len(), known.max(1) - 1);
        assert!((0..28).filter(|n| map.get(&Ask(*n)).is_some()).count() == map.len(), "{state}");
    }
}

/// Everything that is printed, in every form.
pub(crate) fn text() -> [String; 1] {
    let mut text = String::new();
    let mut print = |item: &dyn Debug| write!(text, "{item:?}\n{item:#?}\n{item:4?}\n{item:#x?}\n").unwrap();
    let mut map: HashMap<u32, &str, Fixed> = HashMap::default();
    print(&map);
    print(&map.entry(7));
    map.extend([(10, "ten"), (200, "two hundred")]);
    print(&map);
    print(&map.entry(7));
    print(&map.entry(10));
    print(&map.entry(11).insert("x"));
    print(&map.entry_ref(&7));
    print(&map.entry_ref(&10));
    print(&map.try_insert(10, "y"));
    print(&map.raw_entry());
    print(&map.raw_entry_mut());
    print(&map.raw_entry_mut().from_key(&10));
    print(&map.raw_entry_mut().from_key(&7));
    print(&map.iter());
    print(&map.keys());
    print(&map.values());
    print(&map.clone().into_iter());
    print(&map.drain());
    [text]
}

type Cells = HashMap<u8, Cell<u8>, Fixed>;

static EMPTY: HashMap<u32, u32, Fixed> = HashMap::with_hasher_in(Fixed::new(), Global);

#[test]
fn has_the_types() {
    assert!(EMPTY.is_empty());
    let length: fn(&HashMap<usize, usize>) -> usize = HashMap::len;
    let mut map = HashMap::new();
    map.insert(1, map.len());
    assert_eq!(length(&map), 1);
    // Nothing here names a type twice: another `PartialEq` or `From` would make these ambiguous.
    let made: HashMap<_, _> = [(1, "one")].into();
    assert!(made == [(1, "one")].into_iter().collect());
    let mut copied = HashMap::new_in(Global);
    copied.extend(&made);
    copied.extend(&[(2, "two")]);
    assert_eq!(copied.len() + made.len(), 3);
    // An entry or a lazy iterator that is not used any more does not hold on to the map.
    let entry = map.entry(2);
    assert_eq!(entry.key(), &2);
    map.insert(3, 3);
    let mut taken = map.extract_if(|_, _| false);
    assert!(taken.next().is_none());
    map.insert(4, 4);
    // No bounds on the type.
    struct Opaque;
    let mut opaque: HashMap<Opaque, Opaque, ()> = HashMap::with_hasher(());
    opaque.clear();
    opaque.retain(|_, _| true);
    assert_eq!((opaque.len(), opaque.raw_entry_mut().from_hash(1, |_| true).into_is_vacant()), (0, true));
    // It borrows as itself and as nothing else, so there is no doubt what this is.
    #[cfg(not(feature = "borrow"))]
    assert_eq!(std::borrow::Borrow::borrow(&map).len(), map.len());
    // Entries without a size.
    let mut units: HashMap<(), ()> = [((), ()), ((), ())].into();
    assert_eq!(*units.entry(()).or_default(), ());
    assert!(matches!(units.entry(()).and_replace_entry_with(|(), ()| None), Entry::Vacant(_)));
}

trait IsVacant {
    fn into_is_vacant(self) -> bool;
}

impl<K, V, S> IsVacant for RawEntryMut<'_, K, V, S> {
    fn into_is_vacant(self) -> bool {
        matches!(self, RawEntryMut::Vacant(_))
    }
}

fn _covariant<'a>(map: HashMap<&'static str, &'static str>) -> HashMap<&'a str, &'a str> {
    map
}

fn _entry_lives_as_long<'a>(entry: Entry<'a, &'a str, String, Fixed>) -> &'a mut String {
    match entry {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => entry.insert(String::new()),
    }
}

pub(crate) fn auto_traits() -> Vec<(&'static str, [bool; 5])> {
    type R = Rc<u8>;
    vec![
        auto_traits!(HashMap<u8, u8>),
        auto_traits!(HashMap<R, u8>),
        auto_traits!(Cells),
        auto_traits!(HashMap<u8, u8, R>),
        auto_traits!(HashMap<std::marker::PhantomPinned, u8>),
        auto_traits!(Entry<'static, u8, u8, Fixed>),
        auto_traits!(Entry<'static, R, u8, Fixed>),
        auto_traits!(EntryRef<'static, 'static, u8, u8, Cell<u8>, Fixed>),
        auto_traits!(hash_map::OccupiedEntry<'static, u8, R>),
        auto_traits!(hash_map::OccupiedEntry<'static, Cell<u8>, u8>),
        auto_traits!(hash_map::VacantEntry<'static, Cell<u8>, u8>),
        auto_traits!(hash_map::VacantEntryRef<'static, 'static, u8, R, u8, Fixed>),
        auto_traits!(hash_map::OccupiedError<'static, u8, Cell<u8>, Fixed>),
        auto_traits!(RawEntryMut<'static, R, u8, Fixed>),
        auto_traits!(hash_map::RawOccupiedEntryMut<'static, u8, R, Fixed>),
        auto_traits!(hash_map::RawVacantEntryMut<'static, u8, u8, Fixed>),
        auto_traits!(hash_map::ExtractIf<'static, u8, u8, fn(&u8, &mut u8) -> bool>),
        auto_traits!(hash_map::ExtractIf<'static, R, u8, fn(&u8, &mut u8) -> bool>),
    ]
}
