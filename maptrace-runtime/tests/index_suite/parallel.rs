// What a program may expect of rayon's traits. Included twice, with indexmap's types in scope and with the traced ones;
// what this gives must be the same.

use std::hash::{BuildHasherDefault, DefaultHasher};

use rayon::iter::{
    IntoParallelIterator, IntoParallelRefIterator, IntoParallelRefMutIterator, ParallelDrainRange, ParallelExtend,
    ParallelIterator,
};

type Fixed = BuildHasherDefault<DefaultHasher>;
type Map = IndexMap<u32, u32, Fixed>;
type Set = IndexSet<u32, Fixed>;

pub(crate) fn results() -> Vec<String> {
    let mut map: Map = (0..100).into_par_iter().map(|n| (n, n * 3 % 50)).collect();
    let mut seen = vec![format!("{map:?} {}", map.capacity())];
    map.par_extend((50..300).into_par_iter().map(|n| (n, n)));
    map.par_extend(&[(1, 2), (301, 3)].into_iter().collect::<Map>());
    seen.push(format!("{map:?}"));
    map.par_iter_mut().for_each(|(_, value)| *value += 1);
    map.par_values_mut().for_each(|value| *value += 1);
    seen.push(format!(
        "{:?}",
        map.par_iter().map(|(key, value)| key * value).collect::<Vec<_>>()
    ));
    let sums = (map.par_keys().sum::<u32>(), map.par_values().sum::<u32>());
    seen.push(format!("{sums:?} {}", map.par_eq(&map.clone())));
    seen.push(format!("{:?}", (&mut map).par_drain(5..60).collect::<Vec<_>>()));
    let sorts: [fn(&mut Map); 7] = [
        |map| map.par_sort_by(|_, a, _, b| b.cmp(a)),
        |map| map.par_sort_keys(),
        |map| map.par_sort_by_key(|key, _| key % 7),
        |map| map.par_sort_unstable_by(|a, _, b, _| b.cmp(a)),
        |map| map.par_sort_unstable_keys(),
        |map| map.par_sort_unstable_by_key(|key, _| (key % 7, *key)),
        |map| map.par_sort_by_cached_key(|key, _| key % 9),
    ];
    for sort in sorts {
        sort(&mut map);
        seen.push(format!("{map:?}"));
    }
    seen.push(format!(
        "{:?}",
        map.clone().par_sorted_by(|_, a, _, b| a.cmp(b)).collect::<Vec<_>>()
    ));
    seen.push(format!(
        "{:?}",
        map.clone()
            .par_sorted_unstable_by(|a, _, b, _| a.cmp(b))
            .collect::<Vec<_>>()
    ));
    seen.push(format!("{:?}", map.into_par_iter().collect::<Vec<_>>()));

    let mut set: Set = (0..100).into_par_iter().map(|n| n * 7 % 100).collect();
    set.par_extend((90..200).into_par_iter());
    set.par_extend([1, 500].par_iter());
    seen.push(format!("{set:?} {}", set.par_iter().sum::<u32>()));
    let other: Set = (150..250).collect();
    seen.push(format!("{:?}", set.par_difference(&other).collect::<Vec<_>>()));
    seen.push(format!(
        "{:?}",
        set.par_symmetric_difference(&other).collect::<Vec<_>>()
    ));
    seen.push(format!("{:?}", set.par_intersection(&other).collect::<Vec<_>>()));
    seen.push(format!("{:?}", set.par_union(&other).collect::<Vec<_>>()));
    let is = (
        set.par_eq(&other),
        set.par_is_disjoint(&other),
        set.par_is_subset(&other),
        set.par_is_superset(&other),
    );
    seen.push(format!("{is:?} {:?}", (&mut set).par_drain(..20).collect::<Vec<_>>()));
    let sorts: [fn(&mut Set); 7] = [
        |set| set.par_sort_by(|a, b| b.cmp(a)),
        |set| set.par_sort(),
        |set| set.par_sort_by_key(|n| n % 7),
        |set| set.par_sort_unstable_by(|a, b| b.cmp(a)),
        |set| set.par_sort_unstable(),
        |set| set.par_sort_unstable_by_key(|n| (n % 7, *n)),
        |set| set.par_sort_by_cached_key(|n| n % 9),
    ];
    for sort in sorts {
        sort(&mut set);
        seen.push(format!("{set:?}"));
    }
    seen.push(format!("{:?}", set.clone().par_sorted_by(u32::cmp).collect::<Vec<_>>()));
    seen.push(format!(
        "{:?}",
        set.clone().par_sorted_unstable_by(u32::cmp).collect::<Vec<_>>()
    ));
    seen.push(format!("{:?}", set.into_par_iter().collect::<Vec<_>>()));
    seen
}
