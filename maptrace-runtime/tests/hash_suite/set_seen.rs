// What a HashSet is seen to do by those who print it, count its calls or panic inside it. Included twice, with std's types
// in scope and with the traced ones; what they give must be the same.

use std::cell::Cell;
use std::fmt::{Debug, Write};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::rc::Rc;

use crate::probe::{Probe, blows, call, calls, live};

type Fixed = BuildHasherDefault<DefaultHasher>;
type Set<T> = HashSet<T, Fixed>;

pub(crate) fn auto_traits() -> Vec<(&'static str, [bool; 5])> {
    vec![
        auto_traits!(HashSet<u8>),
        auto_traits!(HashSet<Rc<u8>>),
        auto_traits!(HashSet<Cell<u8>>),
        auto_traits!(HashSet<u8, Cell<u8>>),
        auto_traits!(HashSet<std::marker::PhantomPinned>),
        auto_traits!(HashSet<&'static mut u8>),
        auto_traits!(hash_set::ExtractIf<'static, u8, fn(&u8) -> bool>),
        auto_traits!(hash_set::ExtractIf<'static, Rc<u8>, fn(&u8) -> bool>),
        auto_traits!(hash_set::ExtractIf<'static, u8, Rc<u8>>),
    ]
}

/// Everything that is printed, in every form.
pub(crate) fn text() -> [String; 1] {
    let mut text = String::new();
    let mut print = |item: &dyn Debug| write!(text, "{item:?}\n{item:#?}\n{item:4?}\n").unwrap();
    let mut set: Set<&str> = Set::default();
    print(&set);
    set.extend(["one", "two"]);
    let other: Set<&str> = ["two", "three"].into_iter().collect();
    print(&set);
    print(&set.iter());
    print(&set.union(&other));
    print(&set.intersection(&other));
    print(&set.difference(&other));
    print(&set.symmetric_difference(&other));
    print(&set.extract_if(|_| true));
    print(&set.clone().into_iter());
    print(&set.drain());
    [text]
}

/// Capacity and iteration order all along.
pub(crate) fn tables() -> Vec<String> {
    let mut seen = Vec::new();
    let mut set: Set<u8> = Set::default();
    let mut see = |set: &Set<u8>| seen.push(format!("{} {set:?}", set.capacity()));
    for round in 0..4 {
        for n in 0..60 {
            set.insert(n * 4 + round);
            see(&set);
        }
        for n in 0..55 {
            set.remove(&(n * 4 + round));
            see(&set);
        }
        set.extend(0..30);
        see(&set);
        set.retain(|n| n % 2 == 0);
        see(&set);
        set.shrink_to(16);
        see(&set);
        let copy = set.clone();
        see(&(&copy | &(0..200).collect()));
        set.replace(round + 200);
        see(&set);
        set.clear();
        see(&set);
        set.clone_from(&copy);
        see(&set);
        set.drain();
        see(&set);
        set.reserve(7);
        see(&set);
    }
    seen
}

/// One thing that a program may do to a set.
type Deed = (&'static str, fn(&mut Set<Probe>));

const DEEDS: &[Deed] = &[
    ("insert new", |set| {
        set.insert(Probe::new(100));
    }),
    ("insert replaced", |set| {
        set.insert(Probe::new(1));
    }),
    ("replace", |set| drop(set.replace(Probe::new(1)))),
    ("replace new", |set| drop(set.replace(Probe::new(100)))),
    ("insert many", |set| {
        for n in 0..30 {
            set.insert(Probe::new(n));
        }
    }),
    ("get", |set| drop(set.get(&Probe::new(1)).cloned())),
    ("remove hit", |set| {
        set.remove(&Probe::new(1));
    }),
    ("remove miss", |set| {
        set.remove(&Probe::new(100));
    }),
    ("take", |set| drop(set.take(&Probe::new(2)))),
    ("extend", |set| set.extend((0..20).map(Probe::new))),
    ("retain", |set| {
        set.retain(|element| {
            call();
            element.0 % 2 == 0
        });
    }),
    ("extract_if", |set| {
        let taken = set.extract_if(|element| {
            call();
            element.0 % 2 == 0
        });
        taken.for_each(drop);
    }),
    ("drain", |set| drop(set.drain())),
    ("clear", HashSet::clear),
    ("clone", |set| drop(set.clone())),
    ("clone_from", |set| {
        set.clone_from(&Set::from_iter([Probe::new(50), Probe::new(51)]))
    }),
    ("reserve", |set| set.reserve(100)),
    ("eq", |set| assert!(PartialEq::eq(set, set))),
    ("or", |set| *set = &*set | &(0..9).map(Probe::new).collect()),
    ("and", |set| *set = &*set & &(0..3).map(Probe::new).collect()),
    ("xor", |set| *set = &*set ^ &(3..9).map(Probe::new).collect()),
    ("sub", |set| *set = &*set - &(3..9).map(Probe::new).collect()),
    ("subset", |set| {
        assert!(!set.is_subset(&(3..30).map(Probe::new).collect()))
    }),
    ("from_iter", |set| *set = (0..20).map(Probe::new).collect()),
    ("into_iter", |set| std::mem::take(set).into_iter().for_each(drop)),
];

/// A full table of seven: the next insert makes it grow.
fn seven() -> Set<Probe> {
    let mut set: Set<Probe> = Set::with_capacity_and_hasher(7, Fixed::default());
    for n in 0..7 {
        set.insert(Probe::new(n));
    }
    set
}

/// How often each deed calls its user's code, and what there is after it.
pub(crate) fn calls_made() -> Vec<String> {
    let observe = |&(name, deed): &Deed| {
        let mut set = seven();
        let count = calls(|| deed(&mut set));
        format!(
            "{name}: {count} calls, then {} of {} {set:?}",
            set.len(),
            set.capacity()
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
            let mut set = seven();
            if !blows(k, || deed(&mut set)) {
                assert!(k > 0, "{name} calls nothing");
                break;
            }
            let state = format!("{} of {} {set:?}", set.len(), set.capacity());
            set.insert(Probe::new(200));
            set.remove(&Probe::new(3));
            let then = format!("{} {set:?}", set.len());
            drop(set);
            seen.push(format!(
                "{name} at {k}: {state}; then {then}; {} leaked",
                live() - before
            ));
        }
    }
    seen
}
