//! By value and by reference to code that names the plain type, and back.

use maptrace::IntoInner;

/// Over the border and back: with `From`, and with `into_inner`, and lent. Of each the same collection comes.
macro_rules! over_the_border {
    ($($name:ident: $Traced:ty, $Plain:ty, $entry:expr;)*) => {$(
        #[test]
        fn $name() {
            fn by_value(map: $Plain) -> $Plain {
                map
            }
            fn lent(map: &$Plain) -> usize {
                map.len()
            }
            fn back(map: impl Into<$Traced>) -> $Traced {
                map.into()
            }

            let entry = $entry;
            let mut map = <$Traced>::default();
            map.extend((0..20).map(entry));
            assert_eq!((lent(&map), map.len()), (20, 20));
            let plain = by_value(map.into());
            assert_eq!(plain.len(), 20);
            let mut map = back(plain.clone());
            let again = <$Traced>::from(plain.clone());
            assert!(map == again);
            map.extend([entry(99)]);
            assert_eq!(by_value(map.into_inner()).len(), 21);
            assert_eq!(by_value(<$Plain>::from(<$Traced>::from(plain))).len(), 20);
        }
    )*};
}

over_the_border! {
    hash_map: maptrace::collections::HashMap<u8, u8>, std::collections::HashMap<u8, u8>, |n| (n, n);
    hash_set: maptrace::collections::HashSet<u8>, std::collections::HashSet<u8>, |n| n;
    btree_map: maptrace::collections::BTreeMap<u8, u8>, std::collections::BTreeMap<u8, u8>, |n| (n, n);
    btree_set: maptrace::collections::BTreeSet<u8>, std::collections::BTreeSet<u8>, |n| n;
    swiss_map: maptrace::hashbrown::HashMap<u8, u8>, hashbrown::HashMap<u8, u8>, |n| (n, n);
    swiss_set: maptrace::hashbrown::HashSet<u8>, hashbrown::HashSet<u8>, |n| n;
    index_map: maptrace::indexmap::IndexMap<u8, u8>, indexmap::IndexMap<u8, u8>, |n| (n, n);
    index_set: maptrace::indexmap::IndexSet<u8>, indexmap::IndexSet<u8>, |n| n;
}

#[test]
fn hash_table() {
    let mut table = maptrace::hashbrown::HashTable::new();
    table.insert_unique(1, 'a', |_| 1);
    let plain: hashbrown::HashTable<char> = table.clone().into();
    assert_eq!((plain.len(), table.into_inner().len()), (1, 1));
    assert_eq!(maptrace::hashbrown::HashTable::from(plain).len(), 1);
}

/// Where a set of sets is asked, the compiler tells what is collected, unless a traced set is a `Borrow` of the plain one
/// too: error E0283.
#[cfg(not(feature = "borrow"))]
#[test]
fn what_is_collected_to_look_up_is_inferred() {
    let mut seen = maptrace::collections::HashSet::<maptrace::collections::BTreeSet<u8>>::new();
    seen.insert((0..3).collect());
    assert!(seen.contains(&(0..3).collect()));
    let mut names = maptrace::collections::BTreeMap::<maptrace::collections::BTreeMap<u8, u8>, u8>::new();
    names.insert([(1, 2)].into(), 3);
    assert_eq!(names.get(&[(1, 2)].into_iter().collect()), Some(&3));
}

#[cfg(feature = "enable")]
#[test]
fn as_ref_is_the_plain_one() {
    fn count<K, V, S>(map: impl AsRef<std::collections::HashMap<K, V, S>>) -> usize {
        map.as_ref().len()
    }
    fn elements<T>(set: impl AsRef<std::collections::BTreeSet<T>>) -> usize {
        set.as_ref().len()
    }
    assert_eq!(count(maptrace::collections::HashMap::from([(1, 2)])), 1);
    assert_eq!(elements(maptrace::collections::BTreeSet::from([1, 2])), 2);
}

/// With tracing off both are one type, and each type is a `Borrow` of itself.
#[cfg(any(feature = "borrow", not(feature = "enable")))]
mod borrowed {
    use std::borrow::Borrow;
    use std::cmp::Ordering;
    use std::fmt::Debug;
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

    use maptrace::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
    use maptrace::{hashbrown, indexmap};

    fn lent<P>(map: &impl Borrow<P>) -> &P {
        map.borrow()
    }

    /// What holds of the owned ones holds of the borrowed ones: of all that such a map has, this is what `Borrow` promises.
    fn equal_alike<T, P>(first: &T, second: &T, expected: bool)
    where
        T: Borrow<P> + Eq,
        P: Eq + Debug,
    {
        assert_eq!(
            (first == second, lent::<P>(first) == lent::<P>(second)),
            (expected, expected)
        );
    }

    fn ordered_and_hashed_alike<T, P>(first: &T, second: &T, expected: Ordering)
    where
        T: Borrow<P> + Ord + Hash,
        P: Ord + Hash + Debug,
    {
        let hash = |value: &dyn Fn(&mut DefaultHasher)| {
            let mut hasher = BuildHasherDefault::<DefaultHasher>::default().build_hasher();
            value(&mut hasher);
            std::hash::Hasher::finish(&hasher)
        };
        assert_eq!(
            (first.cmp(second), lent::<P>(first).cmp(lent::<P>(second))),
            (expected, expected)
        );
        for map in [first, second] {
            assert_eq!(
                hash(&|hasher| map.hash(hasher)),
                hash(&|hasher| lent::<P>(map).hash(hasher))
            );
        }
    }

    #[test]
    fn each_kind_is_lent_as_it_is_and_equal_alike() {
        macro_rules! each {
            ($($Traced:ty, $Plain:ty, $entry:expr;)*) => {$({
                let of = |len| <$Traced>::from_iter((0..len).map($entry));
                let (map, same, other) = (of(9_u8), of(9), of(8));
                assert_eq!(lent::<$Plain>(&map), &<$Plain>::from_iter((0..9).map($entry)));
                equal_alike::<$Traced, $Plain>(&map, &same, true);
                equal_alike::<$Traced, $Plain>(&map, &other, false);
            })*};
        }
        each! {
            HashMap<u8, u8>, std::collections::HashMap<u8, u8>, |n| (n, n);
            HashSet<u8>, std::collections::HashSet<u8>, |n| n;
            BTreeMap<u8, u8>, std::collections::BTreeMap<u8, u8>, |n| (n, n);
            BTreeSet<u8>, std::collections::BTreeSet<u8>, |n| n;
            hashbrown::HashMap<u8, u8>, ::hashbrown::HashMap<u8, u8>, |n| (n, n);
            hashbrown::HashSet<u8>, ::hashbrown::HashSet<u8>, |n| n;
            indexmap::IndexMap<u8, u8>, ::indexmap::IndexMap<u8, u8>, |n| (n, n);
            indexmap::IndexSet<u8>, ::indexmap::IndexSet<u8>, |n| n;
        }
        let mut table = hashbrown::HashTable::new();
        table.insert_unique(1, 'a', |_| 1);
        assert_eq!(
            lent::<::hashbrown::HashTable<char>>(&table).find(1, |_| true),
            Some(&'a')
        );
    }

    #[test]
    fn ordered_kinds_are_ordered_and_hashed_alike() {
        for (second, expected) in [
            ([(1, 2)], Ordering::Less),
            ([(1, 1)], Ordering::Equal),
            ([(0, 9)], Ordering::Greater),
        ] {
            let (first, second) = (BTreeMap::from([(1, 1)]), BTreeMap::from(second));
            ordered_and_hashed_alike::<_, std::collections::BTreeMap<u8, u8>>(&first, &second, expected);
            let (first, second) = (BTreeSet::from_iter(first), BTreeSet::from_iter(second));
            ordered_and_hashed_alike::<_, std::collections::BTreeSet<(u8, u8)>>(&first, &second, expected);
        }
    }

    /// What it is for: to look up by a plain one, and generic code that takes either by value or by reference.
    #[test]
    fn a_traced_key_is_found_by_a_plain_one() {
        let plain = std::collections::BTreeSet::from([1, 2]);
        let seen = HashSet::from([BTreeSet::from([1, 2])]);
        assert!(seen.contains(&plain));
        let names = BTreeMap::from([(BTreeMap::from([(1, 2)]), 3)]);
        assert_eq!(names.get(&std::collections::BTreeMap::from([(1, 2)])), Some(&3));
        assert_eq!(names.get(&std::collections::BTreeMap::from([(2, 1)])), None);

        fn entries(map: impl Borrow<std::collections::HashMap<u8, u8>>) -> usize {
            map.borrow().len()
        }
        let map = HashMap::from([(1, 2)]);
        assert_eq!(
            (entries(map), entries(std::collections::HashMap::from([(1, 2)]))),
            (1, 1)
        );
    }
}
