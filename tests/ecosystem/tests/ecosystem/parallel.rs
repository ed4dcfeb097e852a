//! rayon, for std's maps: the same entries, and as much room.

use std::collections as plain;

use maptrace::collections as traced;
use rayon::prelude::*;

#[test]
fn hash_maps() {
    let mut map: traced::HashMap<u32, u32> = (0..1_000_u32).into_par_iter().map(|n| (n % 600, n)).collect();
    let mut same: plain::HashMap<u32, u32> = (0..1_000_u32).into_par_iter().map(|n| (n % 600, n)).collect();
    assert_eq!(map.capacity(), same.capacity());
    assert_eq!(map, traced::HashMap::from(same.clone()));
    map.par_extend((500..2_000_u32).into_par_iter().filter(|n| n % 3 == 0).map(|n| (n, 0)));
    same.par_extend((500..2_000_u32).into_par_iter().filter(|n| n % 3 == 0).map(|n| (n, 0)));
    map.par_extend(&traced::HashMap::from([(5_000, 1), (5_001, 2)]));
    same.par_extend(&plain::HashMap::from([(5_000, 1), (5_001, 2)]));
    map.par_iter_mut().for_each(|(_, value)| *value += 1);
    same.par_iter_mut().for_each(|(_, value)| *value += 1);
    assert_eq!(map.capacity(), same.capacity());
    assert_eq!(map, traced::HashMap::from(same.clone()));
    assert_eq!(map.par_iter().count(), same.len());
    assert_eq!(
        map.clone().into_par_iter().map(|(key, _)| u64::from(key)).sum::<u64>(),
        same.keys().map(|key| u64::from(*key)).sum::<u64>()
    );
    assert_eq!(map.par_drain().count(), same.len());
    assert!(map.is_empty() && map.capacity() == same.capacity());
}

#[test]
fn hash_sets() {
    let mut set: traced::HashSet<u32> = (0..1_000_u32).into_par_iter().map(|n| n / 2).collect();
    let mut same: plain::HashSet<u32> = (0..1_000_u32).into_par_iter().map(|n| n / 2).collect();
    set.par_extend((400..700_u32).into_par_iter());
    same.par_extend((400..700_u32).into_par_iter());
    set.par_extend(&[9_000, 9_001]);
    same.par_extend(&[9_000, 9_001]);
    assert_eq!(set.capacity(), same.capacity());
    assert_eq!(set, traced::HashSet::from(same.clone()));
    assert_eq!(set.par_iter().sum::<u32>(), same.iter().sum::<u32>());
    assert_eq!(
        set.clone().into_par_iter().count() + set.par_drain().count(),
        2 * same.len()
    );
    assert!(set.is_empty());
}

#[test]
fn b_trees() {
    let mut map: traced::BTreeMap<u32, u32> = (0..100_u32).into_par_iter().map(|n| (n / 2, n)).collect();
    let mut same: plain::BTreeMap<u32, u32> = (0..100_u32).into_par_iter().map(|n| (n / 2, n)).collect();
    map.par_extend((40..60_u32).into_par_iter().map(|n| (n, 0)));
    same.par_extend((40..60_u32).into_par_iter().map(|n| (n, 0)));
    map.par_extend(&traced::BTreeMap::from([(99, 1)]));
    same.par_extend(&plain::BTreeMap::from([(99, 1)]));
    map.par_iter_mut().for_each(|(_, value)| *value += 1);
    same.par_iter_mut().for_each(|(_, value)| *value += 1);
    assert_eq!(map, traced::BTreeMap::from(same.clone()));
    let pairs: Vec<_> = map.par_iter().map(|(key, value)| (*key, *value)).collect();
    assert_eq!(pairs, Vec::from_iter(same.clone()));
    assert_eq!(map.into_par_iter().collect::<Vec<_>>(), pairs);

    let mut set: traced::BTreeSet<u32> = (0..100_u32).into_par_iter().map(|n| n / 2).collect();
    set.par_extend((40..60_u32).into_par_iter());
    set.par_extend(&[99]);
    let same: plain::BTreeSet<u32> = (0..60).chain([99]).collect();
    assert_eq!(set, traced::BTreeSet::from(same.clone()));
    assert_eq!(
        set.par_iter().copied().collect::<Vec<_>>(),
        Vec::from_iter(same.clone())
    );
    assert_eq!(set.into_par_iter().collect::<Vec<_>>(), Vec::from_iter(same));
}
