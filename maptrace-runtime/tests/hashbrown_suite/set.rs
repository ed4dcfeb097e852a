// As map.rs, of hashbrown's HashSet.

use std::cell::Cell;
use std::fmt::{Debug, Write};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::rc::Rc;

use allocator_api2::alloc::Global;

use crate::probe::{Probe, blows, call, calls, live};

/// Places its elements in the same way in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;
type Set = HashSet<Probe, Fixed>;

/// An empty set; a full table of seven; and one of 28 that has no room, but tombstones.
fn states() -> [(&'static str, Set); 3] {
    let filled = |count: u32| {
        let mut set = Set::with_capacity_and_hasher(count as usize, Fixed::default());
        set.extend((0..count).map(Probe::new));
        set
    };
    let mut churned = filled(28);
    for n in (0..28).rev() {
        if churned.len() > 9 {
            let before = churned.clone();
            churned.remove(&Probe::new(n));
            if churned.len() < churned.capacity() {
                churned = before;
            }
        }
    }
    assert_eq!(churned.len(), churned.capacity());
    assert!(churned.len() < 28, "no tombstones");
    [("empty", Set::default()), ("full", filled(7)), ("churned", churned)]
}

fn some() -> Set {
    [1, 100, 2, 101, 102, 103].map(|n| Probe::marked(n, 1)).into_iter().collect()
}

fn see(what: impl Debug) -> String {
    format!("{what:?}")
}

/// One thing that a program may do to a set, and what comes of it.
type Deed = (&'static str, fn(&mut Set) -> String);

const DEEDS: &[Deed] = &[
    ("insert", |set| format!("{} {}", set.insert(Probe::new(100)), set.insert(Probe::marked(1, 1)))),
    ("insert many", |set| (0..40).map(|n| see(set.insert(Probe::new(n)))).collect()),
    ("replace", |set| format!("{:?} {:?}", set.replace(Probe::marked(1, 1)), set.replace(Probe::new(100)))),
    ("remove", |set| format!("{} {}", set.remove(&Probe::new(1)), set.remove(&Probe::new(100)))),
    ("take", |set| format!("{:?} {:?}", set.take(&Probe::new(1)), set.take(&Probe::new(100)))),
    ("get", |set| format!("{:?} {}", set.get(&Probe::marked(1, 1)), set.contains(&Probe::new(100)))),
    ("get_or_insert", |set| {
        see(set.get_or_insert(Probe::marked(1, 1))) + &see(set.get_or_insert(Probe::new(100)))
    }),
    ("get_or_insert_with", |set| {
        let known = see(set.get_or_insert_with(&Probe::new(1), |asked| Probe::marked(asked.0, 1)));
        known + &see(set.get_or_insert_with(&Probe::new(100), |asked| {
            call();
            Probe::marked(asked.0, 2)
        }))
    }),
    ("insert_unique_unchecked", |set| {
        #[expect(unsafe_code, reason = "the method is unsafe")]
        // SAFETY: no state has this element.
        let put = unsafe { set.insert_unique_unchecked(Probe::new(100)) };
        see(put)
    }),
    ("entry vacant", |set| {
        set.entry(Probe::new(100)).or_insert();
        see(set.entry(Probe::new(101)).insert().get())
    }),
    ("entry occupied", |set| see(set.entry(Probe::marked(1, 1)).insert().get())),
    ("entry match", |set| match set.entry(Probe::marked(1, 1)) {
        Entry::Occupied(entry) => see(entry.get()) + &see(entry.remove()),
        Entry::Vacant(entry) => see(entry.get()) + &see(entry.into_value()),
    }),
    ("entry put and removed", |set| see(set.entry(Probe::new(100)).insert().remove())),
    ("entries", |set| {
        (0..40).map(|n| see(set.entry(Probe::new(n)).insert().get())).collect()
    }),
    ("extend", |set| {
        set.extend((0..20).map(Probe::new));
        String::new()
    }),
    ("retain", |set| {
        set.retain(|element| {
            call();
            element.0 % 2 == 0
        });
        String::new()
    }),
    ("extract_if", |set| {
        let taken = set.extract_if(|element| {
            call();
            element.0 % 2 == 0
        });
        see(taken.collect::<Vec<_>>())
    }),
    ("drain", |set| see(set.drain().next())),
    ("clear", |set| {
        set.clear();
        String::new()
    }),
    ("clone", |set| see(set.clone())),
    ("clone_from", |set| {
        set.clone_from(&some());
        String::new()
    }),
    ("sizes", |set| {
        set.reserve(100);
        let large = (set.capacity(), set.allocation_size());
        set.shrink_to(30);
        let less = (set.capacity(), set.allocation_size());
        set.shrink_to_fit();
        format!("{large:?} {less:?} {:?} {:?}", set.try_reserve(20), set.try_reserve(usize::MAX))
    }),
    ("made with room", |set| {
        *set = Set::with_capacity_and_hasher_in(20, set.hasher().clone(), *set.allocator());
        set.insert(Probe::new(1));
        let others: [HashSet<u8>; 2] = [HashSet::with_capacity(20), HashSet::with_capacity_in(20, Global)];
        see(others.map(|other| other.capacity()))
    }),
    ("operators", |set| {
        let other = some();
        format!("{:?} {:?} {:?} {:?}", &*set | &other, &*set & &other, &*set ^ &other, &*set - &other)
    }),
    ("or", |set| {
        *set |= &some();
        String::new()
    }),
    ("and", |set| {
        *set &= &some();
        String::new()
    }),
    ("xor", |set| {
        *set ^= &some();
        String::new()
    }),
    ("sub", |set| {
        *set -= &some();
        String::new()
    }),
    ("sub few", |set| {
        *set -= &[Probe::new(2)].into_iter().collect();
        String::new()
    }),
    ("compare", |set| {
        let other = some();
        format!("{} {} {} {}", set.is_disjoint(&other), set.is_subset(&other), set.is_superset(&other), *set == other)
    }),
    ("views", |set| {
        let other = some();
        let union = see(set.union(&other).collect::<Vec<_>>());
        let both = see(set.intersection(&other).collect::<Vec<_>>());
        union + &both + &see(set.difference(&other)) + &see(set.symmetric_difference(&other))
    }),
    ("from map", |set| {
        *set = HashMap::<Probe, (), Fixed>::from_iter((0..9).map(|n| (Probe::new(n), ()))).into();
        String::new()
    }),
    ("into", |set| see(std::mem::take(set).into_iter().collect::<Vec<_>>())),
];

/// What comes of each deed in each state, with how many calls of its user's code.
pub(crate) fn deeds_done() -> Vec<String> {
    let mut seen = Vec::new();
    for (name, deed) in DEEDS {
        for (state, mut set) in states() {
            let mut came = String::new();
            let count = calls(|| came = deed(&mut set));
            let after = format!("{} of {} {set:?}", set.len(), set.capacity());
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
                let (state, set) = &mut states[at];
                let blown = blows(k, || drop(deed(set)));
                let after = format!("{} of {} {set:?}", set.len(), set.capacity());
                set.insert(Probe::new(200));
                set.remove(&Probe::new(3));
                let then = format!("{} {set:?}", set.len());
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

/// Everything that is printed, in every form.
pub(crate) fn text() -> [String; 1] {
    let mut text = String::new();
    let mut print = |item: &dyn Debug| write!(text, "{item:?}\n{item:#?}\n{item:4?}\n{item:#x?}\n").unwrap();
    let mut set: HashSet<u32, Fixed> = HashSet::default();
    print(&set);
    print(&set.entry(7));
    set.extend([10, 200]);
    print(&set);
    print(&set.entry(7));
    print(&set.entry(10));
    print(&set.entry(11).insert());
    if let Entry::Vacant(entry) = set.entry(7) {
        print(&entry);
    }
    print(&set.iter());
    print(&set.union(&set.clone()));
    print(&set.clone().into_iter());
    print(&set.drain());
    [text]
}

static EMPTY: HashSet<u32, Fixed> = HashSet::with_hasher_in(Fixed::new(), Global);

#[test]
fn has_the_types() {
    assert!(EMPTY.is_empty());
    let length: fn(&HashSet<usize>) -> usize = HashSet::len;
    let mut set = HashSet::new();
    set.insert(set.len());
    assert_eq!(length(&set), 1);
    let made: HashSet<_> = [1, 2].into();
    // Ambiguous with rkyv, whose archives are compared with plain sets.
    #[cfg(not(feature = "rkyv"))]
    assert!(made == [2, 1].into_iter().collect());
    let mut copied = HashSet::new_in(Global);
    copied.extend(&made);
    assert_eq!(copied, made);
    let entry = set.entry(2);
    assert_eq!(entry.get(), &2);
    set.insert(3);
    let mut taken = set.extract_if(|_| false);
    assert!(taken.next().is_none());
    set.insert(4);
    struct Opaque;
    let mut opaque: HashSet<Opaque, ()> = HashSet::with_hasher(());
    opaque.clear();
    opaque.retain(|_| true);
    assert_eq!(opaque.iter().len(), 0);
}

fn _covariant<'a>(set: HashSet<&'static str>) -> HashSet<&'a str> {
    set
}

pub(crate) fn auto_traits() -> Vec<(&'static str, [bool; 5])> {
    type R = Rc<u8>;
    vec![
        auto_traits!(HashSet<u8>),
        auto_traits!(HashSet<R>),
        auto_traits!(HashSet<u8, Cell<u8>>),
        auto_traits!(Entry<'static, u8, Fixed>),
        auto_traits!(hash_set::OccupiedEntry<'static, R, Fixed>),
        auto_traits!(hash_set::OccupiedEntry<'static, Cell<u8>, Fixed>),
        auto_traits!(hash_set::VacantEntry<'static, Cell<u8>, Fixed>),
        auto_traits!(hash_set::ExtractIf<'static, u8, fn(&u8) -> bool>),
        auto_traits!(hash_set::ExtractIf<'static, R, fn(&u8) -> bool>),
    ]
}
