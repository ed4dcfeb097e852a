// What a program may expect of an IndexSet. Included twice, with indexmap's types in scope and with the traced ones;
// what these functions give must be the same.

use std::cell::Cell;
use std::fmt::{Debug, Write};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::rc::Rc;

use crate::message;
use crate::probe::{Probe, blows, call, calls, live};

type Fixed = BuildHasherDefault<DefaultHasher>;
type Set<T> = IndexSet<T, Fixed>;

const EMPTY: &Set<u32> = &Set::with_hasher(Fixed::new());

#[test]
fn is_made() {
    assert!(EMPTY.is_empty());
    assert!(indexset! { "a", "b" }.into_iter().eq(["a", "b"]));
    let empty: IndexSet<u8> = indexset! {};
    assert!(empty.is_empty());
    let set = indexset_with_default! { DefaultHasher; 1, 2, };
    assert_eq!((set.len(), set.capacity()), (2, 2));
    let set: Set<u8> = indexset_with_default! {};
    assert!(set.is_empty());
    const SET: Set<u8> = indexset_with_default! { DefaultHasher };
    assert!(SET.is_empty());
    let sets = [
        IndexSet::new(),
        IndexSet::default(),
        IndexSet::from([]),
        IndexSet::<u8>::with_capacity(0),
    ];
    assert!(sets.iter().all(|set| set.capacity() == 0));
}

#[test]
fn goes_where_a_plain_set_is_asked_for() {
    fn sum<S>(set: &::indexmap::IndexSet<u32, S>) -> u32 {
        set.iter().sum()
    }
    assert_eq!(sum(&IndexSet::from([1, 2])), 3);
    let set: IndexSet<u32> = ::indexmap::IndexSet::from([1, 2]).into();
    let plain: ::indexmap::IndexSet<u32> = set.into();
    assert_eq!(plain[0], 1);
}

fn _covariant<'a>(set: IndexSet<&'static str>) -> IndexSet<&'a str> {
    set
}

pub(crate) fn auto_traits() -> Vec<(&'static str, [bool; 5])> {
    type R = Rc<u8>;
    vec![
        auto_traits!(IndexSet<u8>),
        auto_traits!(IndexSet<R>),
        auto_traits!(IndexSet<Cell<u8>>),
        auto_traits!(IndexSet<u8, Cell<u8>>),
        auto_traits!(IndexSet<&'static mut Cell<u8>>),
        auto_traits!(set::ExtractIf<'static, u8, fn(&u8) -> bool>),
        auto_traits!(set::ExtractIf<'static, R, fn(&R) -> bool>),
        auto_traits!(set::Splice<'static, std::vec::IntoIter<u8>, u8, Fixed>),
        auto_traits!(set::Splice<'static, std::vec::IntoIter<R>, R, Fixed>),
    ]
}

/// Everything that is printed, in every form.
pub(crate) fn text() -> String {
    let mut text = String::new();
    let mut print = |item: &dyn Debug| write!(text, "{item:?}\n{item:#?}\n{item:4?}\n{item:#x?}\n").unwrap();
    let mut set: Set<u32> = Set::default();
    print(&set);
    set.extend([10, 200]);
    print(&set);
    print(&set.as_slice());
    print(&set.union(&Set::from_iter([3])));
    print(&set.extract_if(.., |_| true));
    drop(set.splice(..1, [7]));
    print(&set.drain(..));
    text
}

/// One thing that a program may do to a set, and what it gets.
type Deed = (&'static str, fn(&mut Set<Probe>) -> String);

fn show(value: impl Debug) -> String {
    format!("{value:?}")
}

fn some(numbers: std::ops::Range<u32>) -> Set<Probe> {
    numbers.map(Probe::new).collect()
}

fn even(element: &Probe) -> bool {
    call();
    element.0.is_multiple_of(2)
}

#[expect(deprecated, reason = "the traced set has these as well")]
const DEEDS: &[Deed] = &[
    ("insert", |set| {
        show((set.insert(Probe::new(100)), set.insert(Probe::marked(1, 2))))
    }),
    ("insert many", |set| {
        show((0..30).map(|n| set.insert(Probe::new(n))).collect::<Vec<_>>())
    }),
    ("insert_full", |set| {
        show((set.insert_full(Probe::new(3)), set.insert_full(Probe::new(9))))
    }),
    ("insert_sorted", |set| {
        let sorted = (set.insert_sorted(Probe::new(3)), set.insert_sorted(Probe::new(9)));
        let by = set.insert_sorted_by(Probe::new(10), Probe::cmp);
        show((
            sorted,
            by,
            set.insert_sorted_by_key(Probe::new(11), |element| element.0),
        ))
    }),
    ("insert_before", |set| {
        show((set.insert_before(2, Probe::new(5)), set.insert_before(2, Probe::new(9))))
    }),
    ("shift_insert", |set| {
        show((set.shift_insert(2, Probe::new(5)), set.shift_insert(2, Probe::new(9))))
    }),
    ("replace", |set| {
        show((
            set.replace(Probe::marked(1, 5)),
            set.replace(Probe::new(9)),
            set.replace_full(Probe::marked(2, 5)),
        ))
    }),
    ("replace_index", |set| {
        let same = set.replace_index(1, Probe::marked(1, 7));
        show((
            same,
            set.replace_index(1, Probe::new(9)),
            set.replace_index(1, Probe::new(5)),
        ))
    }),
    ("get", |set| {
        let found = (
            set.get(&Probe::new(1)),
            set.get_full(&Probe::new(2)),
            set.get_index_of(&Probe::new(3)),
        );
        show((
            found,
            set.contains(&Probe::new(1)),
            set.get_index(2),
            set.get_range(2..3),
            set.first(),
            set.last(),
        ))
    }),
    ("remove", |set| {
        let text = show((set.remove(&Probe::new(1)), set.take(&Probe::new(2))));
        text + &show((
            set.swap_remove(&Probe::new(3)),
            set.shift_remove(&Probe::new(4)),
            set.swap_remove(&Probe::new(77)),
        ))
    }),
    ("take", |set| {
        show((
            set.swap_take(&Probe::new(1)),
            set.shift_take(&Probe::new(2)),
            set.swap_take(&Probe::new(77)),
        ))
    }),
    ("remove full", |set| {
        show((
            set.swap_remove_full(&Probe::new(1)),
            set.shift_remove_full(&Probe::new(2)),
        ))
    }),
    ("remove index", |set| {
        show((
            set.swap_remove_index(1),
            set.shift_remove_index(2),
            set.swap_remove_index(50),
        ))
    }),
    ("pop", |set| {
        let text = show((set.pop(), set.pop_if(even), set.pop_if(even)));
        set.clear();
        text + &show((set.pop(), set.pop_if(|_| true)))
    }),
    ("elements in place", |set| {
        set.get_full_mut2(&Probe::new(1)).unwrap().1.1 = 5;
        set.get_index_mut2(2).unwrap().1 = 5;
        set.retain2(|element| even(element));
        String::new()
    }),
    ("extend", |set| show(set.extend((0..20).map(Probe::new)))),
    ("append", |set| {
        let mut other: Set<Probe> = (5..9).map(Probe::new).collect();
        set.append(&mut other);
        show(other)
    }),
    ("split_off", |set| show(set.split_off(3))),
    ("splice", |set| {
        let mut splice = set.splice(2..5, [9, 6, 0, 10].map(Probe::new).into_iter().inspect(|_| call()));
        let text = show((splice.len(), splice.next(), splice.next_back(), splice.size_hint()));
        drop(splice);
        text
    }),
    ("retain", |set| show(set.retain(even))),
    ("truncate", |set| show((set.truncate(100), set.truncate(4)))),
    ("extract_if", |set| show(set.extract_if(1..6, even).collect::<Vec<_>>())),
    ("extract_if some", |set| {
        let mut taken = set.extract_if(1.., even);
        show((taken.size_hint(), taken.next(), taken.size_hint()))
    }),
    ("drain", |set| show(set.drain(2..5).collect::<Vec<_>>())),
    ("clear", |set| show(set.clear())),
    ("clone", |set| show(set.clone())),
    ("clone_from", |set| show(set.clone_from(&some(50..60)))),
    ("reserve", |set| {
        let first = (set.reserve(100), set.reserve_exact(500));
        let text = show((first, set.try_reserve(9), set.try_reserve_exact(900), set.capacity()));
        set.shrink_to(40);
        let capacity = set.capacity();
        set.shrink_to_fit();
        text + &show((capacity, set.capacity()))
    }),
    ("sort", |set| {
        set.sort_by(|a, b| b.cmp(a));
        let mut text = show(&*set);
        set.sort();
        set.sort_by_key(|element| (element.0 % 3, element.0));
        text += &show(&*set);
        set.sort_unstable();
        set.sort_unstable_by(|a, b| b.cmp(a));
        set.sort_unstable_by_key(|element| (element.0 % 2, element.0));
        text += &show(&*set);
        set.sort_by_cached_key(|element| 100 - element.0);
        set.reverse();
        set.move_index(0, 3);
        set.swap_indices(1, 2);
        text
    }),
    ("sorted", |set| {
        let text = show(std::mem::take(set).sorted_by(|a, b| b.cmp(a)).collect::<Vec<_>>());
        text + &show(some(0..4).sorted_unstable_by(|a, b| b.cmp(a)).collect::<Vec<_>>())
    }),
    ("search", |set| {
        let sought = Probe::new(4);
        let found = (
            set.binary_search(&sought),
            set.binary_search_by(|element| element.cmp(&sought)),
        );
        let by_key = (
            set.binary_search_by_key(&9, |element| element.0),
            set.partition_point(|element| element.0 < 3),
        );
        let sorted = (
            set.is_sorted(),
            set.is_sorted_by(|a, b| a >= b),
            set.is_sorted_by_key(|element| element.0),
        );
        show((found, by_key, sorted))
    }),
    ("slices", |set| {
        let text = show((&set[..2], &set[1..=2], &set[5..], &set[0], set.as_slice().len()));
        text + &show(std::mem::take(set).into_boxed_slice())
    }),
    ("iterate", |set| {
        show((
            set.iter().next_back(),
            (&*set).into_iter().len(),
            set.clone().into_iter().len(),
        ))
    }),
    ("compare", |set| {
        let other = some(5..9);
        let is = (
            set.is_disjoint(&other),
            set.is_subset(&other),
            set.is_superset(&other),
            *set == other,
            *set == set.clone(),
        );
        let lazy = (set.union(&other), set.intersection(&other), set.difference(&other));
        show((is, lazy, set.symmetric_difference(&other)))
    }),
    ("operators", |set| {
        let (set, other) = (&*set, &some(5..9));
        show((set | other, set & other, set ^ other, set - other))
    }),
    ("from_iter", |set| {
        *set = some(0..20);
        String::new()
    }),
];

/// A full set of seven: the next insert makes it grow.
fn seven() -> Set<Probe> {
    let mut set: Set<Probe> = Set::with_capacity_and_hasher(7, Fixed::default());
    set.extend((0..7).map(Probe::new));
    set
}

/// What each deed gives, how often it calls its user's code, and what there is after it.
pub(crate) fn calls_made() -> Vec<String> {
    let observe = |&(name, deed): &Deed| {
        let mut set = seven();
        let mut got = String::new();
        let count = calls(|| got = deed(&mut set));
        format!(
            "{name}: {got}, {count} calls, then {} of {} {set:?}",
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
            if !blows(k, || drop(deed(&mut set))) {
                break;
            }
            let state = format!("{} of {} {set:?}", set.as_slice().len(), set.capacity());
            // Some panics leave a set that does not like to be used.
            let again = message(|| _ = set.insert(Probe::new(200)));
            let again = again + &message(|| _ = set.swap_remove(&Probe::new(3)));
            let then = format!("{} {set:?} {again}", set.as_slice().len());
            drop(set);
            seen.push(format!(
                "{name} at {k}: {state}; then {then}; {} leaked",
                live() - before
            ));
        }
    }
    seen
}
