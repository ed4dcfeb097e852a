// What a program may expect of a HashSet. Included twice, with std's types in scope and with the traced ones.

use std::hash::{BuildHasherDefault, DefaultHasher, RandomState};

use crate::message;
use crate::probe::Probe;

/// Iterates in the same order in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;
type Set<T> = HashSet<T, Fixed>;

fn numbers(count: u32) -> Set<u32> {
    (0..count).collect()
}

fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort();
    items
}

#[test]
fn makes() {
    let made: [HashSet<u32>; 6] = [
        HashSet::new(),
        HashSet::default(),
        HashSet::with_capacity(0),
        HashSet::with_hasher(RandomState::new()),
        HashSet::from([]),
        std::iter::empty().collect(),
    ];
    for set in made {
        assert_eq!((set.len(), set.capacity(), set.is_empty()), (0, 0, true));
    }
    assert!(HashSet::<u32>::with_capacity(100).capacity() >= 100);
    assert!(Set::<u32>::with_capacity_and_hasher(100, Fixed::default()).capacity() >= 100);
}

#[test]
fn puts_in_and_takes_out() {
    let mut set: HashSet<String> = HashSet::new();
    assert!(set.insert("a".to_owned()));
    assert!(!set.insert("a".to_owned()));
    assert!(set.contains("a") && !set.contains("b"));
    assert_eq!(set.get("a").map(String::as_str), Some("a"));
    assert_eq!(set.get("b"), None);
    assert!(!set.remove("b"));
    assert!(set.remove("a"));
    assert_eq!(set.take("a"), None);
    set.insert("c".to_owned());
    assert_eq!(set.take("c").as_deref(), Some("c"));
    assert!(set.is_empty());
}

#[test]
fn keeps_the_element_or_replaces_it() {
    let mut set = Set::default();
    assert!(set.insert(Probe::marked(1, 1)));
    assert!(!set.insert(Probe::marked(1, 2)));
    assert_eq!(set.get(&Probe::new(1)).map(|element| element.1), Some(1));
    assert_eq!(set.replace(Probe::marked(1, 3)).map(|element| element.1), Some(1));
    assert_eq!(set.take(&Probe::new(1)).map(|element| element.1), Some(3));
    assert!(set.replace(Probe::new(2)).is_none());
    assert_eq!(set.len(), 1);
}

#[test]
fn iterates_and_empties() {
    let mut set = numbers(9);
    assert_eq!(sorted(set.iter().copied()), sorted(0..9));
    assert_eq!(sorted(&set).len(), 9);
    set.retain(|n| n % 3 == 0);
    assert_eq!(sorted(set.clone()), [0, 3, 6]);
    let mut threes = set.extract_if(|n| *n == 3);
    assert_eq!(threes.size_hint(), (0, Some(3)));
    assert_eq!((threes.next(), threes.next(), threes.next()), (Some(3), None, None));
    let capacity = set.capacity();
    assert_eq!(sorted(set.drain()), [0, 6]);
    assert_eq!((set.len(), set.capacity()), (0, capacity));
    set.extend([1, 2]);
    set.extend(&[2, 3]);
    assert_eq!(set.len(), 3);
    set.clear();
    assert_eq!((set.len(), set.capacity()), (0, capacity));
}

#[test]
fn sizes_its_table() {
    let mut set: HashSet<u32> = HashSet::new();
    set.reserve(100);
    assert!(set.capacity() >= 100);
    set.insert(1);
    set.shrink_to(20);
    assert!((20..100).contains(&set.capacity()));
    set.shrink_to_fit();
    assert!((1..20).contains(&set.capacity()));
    assert!(set.try_reserve(1000).is_ok());
    assert!(set.capacity() >= 1001);
    assert!(set.try_reserve(usize::MAX).is_err());
    let text = message(|| set.reserve(usize::MAX));
    assert!(text.contains("capacity overflow"), "{text}");
    assert!(set.contains(&1));
}

#[test]
fn works_with_other_sets() {
    let (small, large) = (HashSet::from([1, 2, 3]), HashSet::from([2, 3, 4, 5]));
    assert_eq!(sorted(small.union(&large).copied()), [1, 2, 3, 4, 5]);
    assert_eq!(sorted(small.intersection(&large).copied()), [2, 3]);
    assert_eq!(sorted(small.difference(&large).copied()), [1]);
    assert_eq!(sorted(large.difference(&small).copied()), [4, 5]);
    assert_eq!(sorted(small.symmetric_difference(&large).copied()), [1, 4, 5]);
    assert_eq!(sorted(&small | &large), [1, 2, 3, 4, 5]);
    assert_eq!(sorted(&small & &large), [2, 3]);
    assert_eq!(sorted(&small - &large), [1]);
    assert_eq!(sorted(&small ^ &large), [1, 4, 5]);
    assert!(!small.is_disjoint(&large) && small.is_disjoint(&HashSet::from([9])));
    assert!(!small.is_subset(&large) && HashSet::from([2]).is_subset(&small));
    assert!(!large.is_superset(&small) && small.is_superset(&HashSet::from([2])));
    let mut other = small.clone();
    assert_eq!(small, other);
    other.insert(9);
    assert_ne!(small, other);
    other.clone_from(&large);
    assert_eq!(other, large);
    assert_eq!(HashSet::<u32>::new(), HashSet::default());
}

#[test]
fn has_the_traits() {
    fn works_for<T>(_: T)
    where
        T: IntoIterator<Item = u8> + FromIterator<u8> + Extend<u8> + for<'a> Extend<&'a u8>,
        T: Default + Clone + std::fmt::Debug + PartialEq + Eq + From<[u8; 3]>,
        for<'a> &'a T: IntoIterator<Item = &'a u8> + std::ops::BitOr<Output = T> + std::ops::BitAnd<Output = T>,
        for<'a> &'a T: std::ops::BitXor<Output = T> + std::ops::Sub<Output = T>,
    {
    }
    works_for(HashSet::<u8>::new());
    // Nothing here names a type twice: another `PartialEq` or `From` would make these ambiguous.
    let set: HashSet<_> = [1, 2].into();
    // With rkyv, whose archives are compared with plain sets, they are ambiguous for those.
    #[cfg(not(feature = "rkyv"))]
    assert!(set == [1, 2].into());
    assert!(set == HashSet::from_iter([2, 1]));
    #[cfg(not(feature = "rkyv"))]
    assert!(set == [2, 1].into_iter().collect());

    struct Opaque;
    let mut set: HashSet<Opaque, ()> = HashSet::with_hasher(());
    set.clear();
    set.retain(|_| true);
    assert_eq!(
        (set.len(), set.capacity(), set.iter().len(), set.drain().len()),
        (0, 0, 0, 0)
    );
    assert_eq!(set.into_iter().len(), 0);
    assert_eq!(HashSet::from([(), ()]).len(), 1);
}

const EMPTY: &Set<u32> = &Set::with_hasher(Fixed::new());
static STATIC: Set<u32> = Set::with_hasher(Fixed::new());

#[test]
fn borrows_as_std_does() {
    assert!(EMPTY.is_empty() && STATIC.is_empty());
    let mut set: HashSet<usize> = HashSet::new();
    set.insert(set.len());
    assert_eq!([&set].map(HashSet::len), [1]);
    let mut taken = set.extract_if(|_| false);
    assert!(taken.next().is_none());
    set.insert(3);

    let mut outer = HashSet::new();
    let value = String::from("value");
    outer.insert(&value);
}

#[test]
fn goes_where_a_plain_set_is_asked_for() {
    fn sum<S>(set: &std::collections::HashSet<u32, S>) -> u32 {
        set.iter().sum()
    }
    assert_eq!(sum(&numbers(4)), 6);
}

fn _covariant<'b, 'a: 'b>(set: &'b HashSet<&'static str>) -> &'b HashSet<&'a str> {
    set
}

fn _covariant_union<'b, 'a: 'b>(
    union: hash_set::Union<'a, &'static str, RandomState>,
) -> hash_set::Union<'b, &'b str, RandomState> {
    union
}
