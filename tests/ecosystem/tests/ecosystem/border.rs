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

/// Where a set of sets is asked, the compiler tells what is collected: a traced set is no `Borrow` of the plain one.
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
