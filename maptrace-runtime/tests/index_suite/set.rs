// What a program may expect of an IndexSet. Included twice, with indexmap's types in scope and with the traced ones;
// what these functions give must be the same.

use std::cell::Cell;
use std::fmt::{Debug, Write};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::rc::Rc;

use crate::message;
use crate::probe::{Probe, blows, call, calls, live};

include!("set_deeds.rs");

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
