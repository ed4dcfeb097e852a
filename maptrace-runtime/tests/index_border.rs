//! Traced index maps and sets at the border to code that has indexmap's own: by value, borrowed, as slices, and back.
#![cfg(all(
    feature = "enable",
    feature = "indexmap",
    any(not(feature = "release_off"), debug_assertions)
))]

use std::borrow::Borrow;
use std::hash::{BuildHasherDefault, DefaultHasher};

use ::indexmap::map::{MutableKeys as _, Slice};
use ::indexmap::set::{MutableValues as _, Slice as SetSlice};
use ::indexmap::{IndexMap as PlainMap, IndexSet as PlainSet};
use maptrace_runtime::indexmap::{IndexMap, IndexSet};
use maptrace_runtime::testing::Capture;

type Fixed = BuildHasherDefault<DefaultHasher>;
type Map = IndexMap<u32, String, Fixed>;
type Set = IndexSet<u32, Fixed>;

fn map() -> Map {
    (0..20).map(|n| (n, n.to_string())).collect()
}

#[test]
fn a_map_goes_over_and_comes_back_as_it_is() {
    let map = map();
    let (at, capacity) = (std::ptr::from_ref(map.as_slice()), map.capacity());
    let plain: PlainMap<u32, String, Fixed> = map.into();
    let back = Map::from(plain);
    assert_eq!((std::ptr::from_ref(back.as_slice()), back.capacity()), (at, capacity));
    let plain = IndexMap::into_plain(back);
    assert_eq!((std::ptr::from_ref(plain.as_slice()), plain.capacity()), (at, capacity));

    let set: Set = (0..20).collect();
    let (at, capacity) = (std::ptr::from_ref(set.as_slice()), set.capacity());
    let plain: PlainSet<u32, Fixed> = set.into();
    let back = Set::from(plain);
    assert_eq!((std::ptr::from_ref(back.as_slice()), back.capacity()), (at, capacity));
    let plain = IndexSet::into_plain(back);
    assert_eq!((std::ptr::from_ref(plain.as_slice()), plain.capacity()), (at, capacity));
}

/// Ways of asking for indexmap's own.
mod foreign {
    use super::*;

    pub(super) fn of(map: &PlainMap<u32, String, Fixed>) -> usize {
        map.len()
    }

    pub(super) fn of_set(set: &PlainSet<u32, Fixed>) -> u32 {
        set.iter().sum()
    }

    pub(super) fn slice(slice: &Slice<u32, String>) -> usize {
        slice.len()
    }

    pub(super) fn set_slice(slice: &SetSlice<u32>) -> usize {
        slice.len()
    }

    pub(super) fn into(map: impl Into<PlainMap<u32, String, Fixed>>) -> usize {
        map.into().len()
    }

    pub(super) fn borrow(map: impl Borrow<PlainMap<u32, String, Fixed>>) -> usize {
        map.borrow().len()
    }

    pub(super) fn change(map: &mut PlainMap<u32, String, Fixed>) {
        map.iter_mut2()
            .for_each(|(key, value)| (*key, *value) = (*key, key.to_string()));
        map.insert(100, String::new());
    }

    pub(super) fn change_set(set: &mut PlainSet<u32, Fixed>) {
        *set.get_index_mut2(0).unwrap() = 0;
        set.insert(100);
    }
}

#[test]
fn a_map_goes_where_indexmap_s_is_asked_for() {
    let (mut map, mut set) = (map(), Set::from_iter(0..20));
    assert_eq!(
        (
            foreign::of(&map),
            foreign::slice(&map[..5]),
            foreign::slice(map.as_slice())
        ),
        (20, 5, 20)
    );
    assert_eq!((foreign::of_set(&set), foreign::set_slice(&set[..5])), (190, 5));
    assert_eq!((foreign::into(map.clone()), foreign::borrow(&*map)), (20, 20));
    assert_eq!(foreign::slice(&map.clone().into_boxed_slice()), 20);
    map.as_mut_slice().values_mut().for_each(String::clear);
    assert!(map.values().all(String::is_empty));
    assert!(*map == PlainMap::from(map.clone()) && *set == PlainSet::from(set.clone()));

    // For `&mut`, over and back.
    let capture = Capture::install();
    let mut plain = std::mem::take(&mut map).into();
    foreign::change(&mut plain);
    map = plain.into();
    let mut plain = std::mem::take(&mut set).into();
    foreign::change_set(&mut plain);
    set = plain.into();
    assert_eq!((&map[&7], map.len(), set.len()), (&"7".to_owned(), 21, 21));
    let live: Vec<u64> = capture
        .snapshot()
        .maps
        .iter()
        .filter(|map| map.live > 0)
        .map(|map| map.totals.assigns_new)
        .collect();
    assert_eq!(live, [21, 21]);
}

#[test]
fn entries_go_from_one_to_the_other() {
    let (mut ours, mut theirs) = (map(), PlainMap::<u32, String, Fixed>::default());
    theirs.extend(ours.drain(..10));
    ours.extend(std::mem::take(&mut theirs));
    theirs.extend(ours.clone());
    assert_eq!(theirs, *ours);
    let (mut ours, mut theirs) = (Set::from_iter(0..5), PlainSet::<u32, Fixed>::from_iter(3..9));
    ours.extend(&theirs);
    theirs.extend(&ours);
    assert_eq!((ours.len(), &theirs | &*ours), (9, theirs.clone()));
    assert!(ours.is_subset(&theirs.clone().into()) && theirs.is_superset(&ours));
}

#[test]
#[cfg(feature = "rayon")]
fn entries_go_in_parallel_from_one_to_the_other() {
    use rayon::iter::{
        IntoParallelIterator, IntoParallelRefIterator, ParallelDrainRange, ParallelExtend, ParallelIterator,
    };

    fn parallel<M: IntoParallelIterator<Item = (u32, String)>>(map: M) -> usize {
        map.into_par_iter().count()
    }
    let (mut ours, mut theirs) = (map(), PlainMap::<u32, String, Fixed>::default());
    theirs.par_extend(ours.par_drain(..10));
    ours.par_extend(std::mem::take(&mut theirs));
    theirs.par_extend(ours.clone());
    assert_eq!(
        (parallel(ours.clone()), parallel(IndexMap::into_plain(ours.clone()))),
        (20, 20)
    );
    assert!(theirs.par_eq(&ours) && ours.par_eq(&theirs.clone().into()));
    let set: Set = ours.par_keys().copied().collect();
    let plain: PlainSet<u32, Fixed> = set.par_iter().copied().collect();
    assert!(plain.par_is_subset(&set));
}
