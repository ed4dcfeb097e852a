// What a program may do to an IndexMap. Included with the types of a map in scope, and with `Probe` for keys and
// values, whose code calls `call`.

/// One thing that a program may do to a map, and what it gets.
type Deed = (&'static str, fn(&mut Map<Probe, Probe>) -> String);

fn show(value: impl Debug) -> String {
    format!("{value:?}")
}

fn pair(n: u32) -> (Probe, Probe) {
    (Probe::new(n), Probe::new(n))
}

fn hash(map: &Map<Probe, Probe>, n: u32) -> u64 {
    map.hasher().hash_one(Probe::new(n))
}

fn even(key: &Probe) -> bool {
    call();
    key.0.is_multiple_of(2)
}

#[expect(deprecated, reason = "the traced map has these as well")]
const DEEDS: &[Deed] = &[
    ("insert new", |map| show(map.insert(Probe::new(100), Probe::new(0)))),
    ("insert replaced", |map| {
        show(map.insert(Probe::marked(1, 2), Probe::new(0)))
    }),
    ("insert many", |map| {
        for n in 0..30 {
            map.insert(Probe::new(n), Probe::new(n));
        }
        String::new()
    }),
    ("insert_full", |map| {
        show((
            map.insert_full(Probe::new(3), Probe::new(0)),
            map.insert_full(Probe::new(9), Probe::new(0)),
        ))
    }),
    ("insert_sorted", |map| {
        show((
            map.insert_sorted(Probe::new(3), Probe::new(0)),
            map.insert_sorted(Probe::new(9), Probe::new(0)),
        ))
    }),
    ("insert_sorted_by", |map| {
        show(map.insert_sorted_by(Probe::new(9), Probe::new(0), |a, _, b, _| b.cmp(a)))
    }),
    ("insert_sorted_by_key", |map| {
        show(map.insert_sorted_by_key(Probe::new(9), Probe::new(0), |key, _| key.0 % 3))
    }),
    ("insert_before", |map| {
        show((
            map.insert_before(2, Probe::new(5), Probe::new(0)),
            map.insert_before(2, Probe::new(9), Probe::new(0)),
        ))
    }),
    ("shift_insert", |map| {
        show((
            map.shift_insert(2, Probe::new(5), Probe::new(0)),
            map.shift_insert(2, Probe::new(9), Probe::new(0)),
        ))
    }),
    ("replace_index", |map| {
        let same = map.replace_index(1, Probe::marked(1, 7));
        show((
            same,
            map.replace_index(1, Probe::new(9)),
            map.replace_index(1, Probe::new(5)),
        ))
    }),
    ("get", |map| {
        show((
            map.get(&Probe::new(1)),
            map.get_key_value(&Probe::new(2)),
            map.get_full(&Probe::new(3)),
        ))
    }),
    ("get none", |map| {
        show((map.contains_key(&Probe::new(100)), map.get_index_of(&Probe::new(100))))
    }),
    ("empty", |map| {
        map.clear();
        let none = (
            map.is_empty(),
            map.get(&Probe::new(1)),
            map.get_index_of(&Probe::new(1)),
            map.first(),
        );
        let text = show(none) + &show((map.swap_remove(&Probe::new(1)), map.shift_remove_index(0)));
        text + &show((
            map.entry(Probe::new(1)).index(),
            map.insert(Probe::new(1), Probe::new(1)),
            map.is_empty(),
        ))
    }),
    ("get mut", |map| {
        map.get_mut(&Probe::new(1)).unwrap().1 = 8;
        map.get_key_value_mut(&Probe::new(2)).unwrap().1.1 = 8;
        show(map.get_full_mut(&Probe::new(3)))
    }),
    ("get by index", |map| {
        let mut text = show((
            map.get_index(1),
            map.get_index(100),
            map.first(),
            map.last(),
            map.get_range(2..4),
        ));
        text += &show((map.get_index_mut(1), 0));
        text += &show(map.get_range_mut(5..));
        text += &show((map.first_mut(), 0));
        text + &show((map.last_mut(), 0))
    }),
    ("get disjoint", |map| {
        let text = show(map.get_disjoint_mut([&Probe::new(1), &Probe::new(2), &Probe::new(99)]));
        text + &show(map.get_disjoint_indices_mut([1, 3])) + &show(map.get_disjoint_indices_mut([1, 1]))
    }),
    ("remove", |map| {
        show((
            map.remove(&Probe::new(1)),
            map.remove_entry(&Probe::new(2)),
            map.remove(&Probe::new(77)),
        ))
    }),
    ("swap_remove", |map| {
        show((
            map.swap_remove(&Probe::new(1)),
            map.swap_remove_entry(&Probe::new(2)),
            map.swap_remove(&Probe::new(77)),
        ))
    }),
    ("shift_remove", |map| {
        show((
            map.shift_remove(&Probe::new(1)),
            map.shift_remove_entry(&Probe::new(2)),
            map.shift_remove(&Probe::new(77)),
        ))
    }),
    ("remove full", |map| {
        show((
            map.swap_remove_full(&Probe::new(1)),
            map.shift_remove_full(&Probe::new(2)),
        ))
    }),
    ("remove index", |map| {
        let text = show((map.swap_remove_index(1), map.shift_remove_index(2)));
        text + &show((map.swap_remove_index(50), map.shift_remove_index(50)))
    }),
    ("pop", |map| {
        let text = show((
            map.pop(),
            map.pop_if(|key, _| even(key)),
            map.pop_if(|key, _| even(key)),
        ));
        map.clear();
        text + &show((map.pop(), map.pop_if(|_, _| true)))
    }),
    ("entry vacant", |map| {
        show(map.entry(Probe::new(100)).or_insert(Probe::new(1)))
    }),
    ("entry occupied", |map| {
        show(map.entry(Probe::new(1)).or_insert(Probe::new(9)))
    }),
    ("entry default", |map| show(map.entry(Probe::new(100)).or_default())),
    ("entry with", |map| {
        show(map.entry(Probe::new(100)).or_insert_with(|| Probe::new(1)))
    }),
    ("entry with key", |map| {
        show(map.entry(Probe::new(100)).or_insert_with_key(|key| Probe::new(key.0)))
    }),
    ("entry insert", |map| {
        let mut entry = map.entry(Probe::new(1)).insert_entry(Probe::new(1));
        let text = show((entry.index(), entry.insert(Probe::new(2)), entry.get()));
        entry.get_mut().1 = 4;
        text + &show(map.entry(Probe::new(50)).insert_entry(Probe::new(1)).index())
    }),
    ("entry modify", |map| {
        let text = show(map.entry(Probe::new(1)).and_modify(|value| value.1 = 3));
        text + &show(map.entry(Probe::new(50)).and_modify(|value| value.1 = 3).index())
    }),
    ("entry remove", |map| {
        let mut text = String::new();
        for (n, how) in (0..6).zip(0..) {
            let Entry::Occupied(entry) = map.entry(Probe::new(n)) else {
                panic!("{n} is there")
            };
            text += &match how {
                0 => show(entry.remove()),
                1 => show(entry.remove_entry()),
                2 => show(entry.swap_remove()),
                3 => show(entry.swap_remove_entry()),
                4 => show(entry.shift_remove()),
                _ => show(entry.shift_remove_entry()),
            };
        }
        text
    }),
    ("entry move", |map| {
        let Entry::Occupied(entry) = map.entry(Probe::new(1)) else {
            panic!("it is there")
        };
        entry.move_index(4);
        let Entry::Occupied(entry) = map.entry(Probe::new(2)) else {
            panic!("it is there")
        };
        entry.swap_indices(0);
        String::new()
    }),
    ("vacant entry", |map| {
        let mut text = String::new();
        for (n, how) in (220..228).zip(0..) {
            let Entry::Vacant(mut entry) = map.entry(Probe::new(n)) else {
                panic!("{n} is not there")
            };
            entry.key_mut().1 = 5;
            text += &match how {
                0 => show(entry.into_key()),
                1 => show(entry.insert(Probe::new(1))),
                2 => show(entry.insert_entry(Probe::new(2))),
                3 => show(entry.insert_sorted(Probe::new(3))),
                4 => show(entry.insert_sorted_by(Probe::new(4), |a, _, b, _| a.cmp(b))),
                5 => show(entry.insert_sorted_by_key(Probe::new(5), |key, _| key.0)),
                6 => show(entry.shift_insert(2, Probe::new(6))),
                _ => show(entry.replace_index(3)),
            };
        }
        text
    }),
    ("indexed entry", |map| {
        let mut entry = map.get_index_entry(1).unwrap();
        entry.key_mut().1 = 6;
        entry.get_mut().1 = 7;
        let mut text = show((entry.index(), entry.insert(Probe::new(9)), entry.key(), entry.get()));
        text += &show(map.first_entry().unwrap().into_mut());
        text += &show(map.last_entry().unwrap().swap_remove_entry());
        text += &show(map.first_entry().unwrap().shift_remove_entry());
        text += &show(map.first_entry().unwrap().swap_remove());
        text += &show(map.first_entry().unwrap().shift_remove());
        map.first_entry().unwrap().move_index(2);
        map.first_entry().unwrap().swap_indices(1);
        let occupied: map::OccupiedEntry<'_, _, _> = map.first_entry().unwrap().into();
        text + &show(IndexedEntry::from(occupied).index()) + &show(map.get_index_entry(50))
    }),
    ("keys in place", |map| {
        map.get_full_mut2(&Probe::new(1)).unwrap().1.1 = 5;
        map.get_index_mut2(2).unwrap().0.1 = 5;
        map.iter_mut2().for_each(|(key, _)| key.1 += 1);
        map.entry(Probe::new(3)).key_mut().1 = 9;
        map.retain2(|key, _| even(key));
        String::new()
    }),
    ("raw", |map| {
        let hashed = hash(map, 1);
        let mut text = show(map.raw_entry_v1().from_key(&Probe::new(1)));
        text += &show(map.raw_entry_v1().from_key_hashed_nocheck(hashed, &Probe::new(1)));
        text += &show(map.raw_entry_v1().from_hash(hashed, |key| key.0 == 1));
        text += &show(map.raw_entry_v1().from_hash_full(hashed, |key| key.0 == 1));
        text += &show(map.raw_entry_v1().index_from_hash(hashed, |key| key.0 == 1));
        text += &show(
            map.raw_entry_mut_v1()
                .from_key(&Probe::new(50))
                .or_insert(Probe::new(50), Probe::new(0)),
        );
        text += &show(
            map.raw_entry_mut_v1()
                .from_key(&Probe::new(51))
                .or_insert_with(|| pair(51)),
        );
        text += &show(
            map.raw_entry_mut_v1()
                .from_key(&Probe::new(1))
                .and_modify(|_, value| value.1 = 4)
                .index(),
        );
        let RawEntryMut::Occupied(mut entry) = map.raw_entry_mut_v1().from_hash(hashed, |key| key.0 == 1) else {
            panic!("it is there")
        };
        entry.key_mut().1 = 4;
        entry.get_mut().1 = 5;
        entry.get_key_value_mut().0.1 = 6;
        text += &show((
            entry.insert(Probe::new(7)),
            entry.insert_key(Probe::new(1)),
            entry.key(),
            entry.get(),
        ));
        text += &show((entry.get_key_value(), entry.index()));
        text + &show(entry.into_key_value_mut())
    }),
    ("raw removes", |map| {
        let mut text = String::new();
        for (n, how) in (0..6).zip(0..) {
            let RawEntryMut::Occupied(entry) = map.raw_entry_mut_v1().from_key(&Probe::new(n)) else {
                panic!("{n} is there")
            };
            text += &match how {
                0 => show(entry.remove()),
                1 => show(entry.remove_entry()),
                2 => show(entry.swap_remove()),
                3 => show(entry.swap_remove_entry()),
                4 => show(entry.shift_remove()),
                _ => show(entry.shift_remove_entry()),
            };
        }
        text
    }),
    ("raw vacant", |map| {
        let mut text = String::new();
        for n in 220..224 {
            let hashed = hash(map, n);
            let key = Probe::new(n);
            let RawEntryMut::Vacant(entry) = map.raw_entry_mut_v1().from_key_hashed_nocheck(hashed, &key) else {
                panic!("{n} is not there")
            };
            text += &show(entry.index());
            text += &match n {
                220 => show(entry.insert(key, Probe::new(0))),
                221 => show(entry.insert_hashed_nocheck(hashed, key, Probe::new(0))),
                222 => show(entry.shift_insert(1, key, Probe::new(0))),
                _ => show(entry.shift_insert_hashed_nocheck(1, hashed, key, Probe::new(0))),
            };
        }
        text
    }),
    ("entries", |map| {
        for n in 0..30 {
            map.entry(Probe::new(n)).or_insert_with(|| Probe::new(n));
        }
        String::new()
    }),
    ("extend", |map| show(map.extend((0..20).map(pair)))),
    ("append", |map| {
        let mut other: Map<Probe, Probe> = (5..9).map(pair).collect();
        map.append(&mut other);
        show(other)
    }),
    ("split_off", |map| show(map.split_off(3))),
    ("splice", |map| {
        let mut splice = map.splice(2..5, [9, 6, 0, 10].map(pair).into_iter().inspect(|_| call()));
        let text = show((splice.len(), splice.next(), splice.next_back()));
        drop(splice);
        text + &show(map.splice(.., []).size_hint())
    }),
    ("retain", |map| show(map.retain(|key, _| even(key)))),
    ("truncate", |map| {
        show((map.truncate(100), map.truncate(4), map.truncate(0)))
    }),
    ("extract_if", |map| {
        show(map.extract_if(1..6, |key, _| even(key)).collect::<Vec<_>>())
    }),
    ("extract_if some", |map| {
        let mut taken = map.extract_if(1.., |key, _| even(key));
        show((taken.size_hint(), taken.next(), taken.size_hint()))
    }),
    ("drain", |map| show(map.drain(2..5).collect::<Vec<_>>())),
    ("drain some", |map| show(map.drain(..).next())),
    ("clear", |map| show(map.clear())),
    ("clone", |map| show(map.clone())),
    ("clone_from", |map| {
        let source = Map::from_iter([pair(50), pair(51)]);
        map.clone_from(&source);
        let mut small = Map::from_iter([pair(50), pair(51)]);
        small.clone_from(&(0..10).map(pair).collect());
        show(small)
    }),
    ("reserve", |map| {
        show((
            map.reserve(100),
            map.reserve_exact(500),
            map.try_reserve(9),
            map.try_reserve_exact(900),
        ))
    }),
    ("shrink", |map| {
        map.retain(|key, _| key.0 < 3);
        map.shrink_to(5);
        let capacity = map.capacity();
        map.shrink_to_fit();
        show((capacity, map.capacity()))
    }),
    ("sort", |map| {
        map.sort_by(|a, _, b, _| b.cmp(a));
        let mut text = show(&*map);
        map.sort_keys();
        map.sort_by_key(|key, _| (key.0 % 3, key.0));
        text += &show(&*map);
        map.sort_unstable_keys();
        map.sort_unstable_by(|a, _, b, _| b.cmp(a));
        map.sort_unstable_by_key(|key, _| (key.0 % 2, key.0));
        text += &show(&*map);
        map.sort_by_cached_key(|key, _| u32::MAX - key.0);
        map.reverse();
        map.move_index(0, 3);
        map.swap_indices(1, 2);
        text
    }),
    ("sorted", |map| {
        let text = show(std::mem::take(map).sorted_by(|a, _, b, _| b.cmp(a)).collect::<Vec<_>>());
        *map = (0..4).map(pair).collect();
        text + &show(
            std::mem::take(map)
                .sorted_unstable_by(|a, _, b, _| b.cmp(a))
                .collect::<Vec<_>>(),
        )
    }),
    ("search", |map| {
        let sought = Probe::new(4);
        let found = (
            map.binary_search_keys(&sought),
            map.binary_search_by(|key, _| key.cmp(&sought)),
        );
        let by_key = (
            map.binary_search_by_key(&9, |key, _| key.0),
            map.partition_point(|key, _| key.0 < 3),
        );
        let sorted = (
            map.is_sorted(),
            map.is_sorted_by(|a, _, b, _| a >= b),
            map.is_sorted_by_key(|key, _| key.0),
        );
        show((found, by_key, sorted))
    }),
    ("slices", |map| {
        map.as_mut_slice().values_mut().for_each(|value| value.1 = 2);
        map[2..4].values_mut().for_each(|value| value.1 = 3);
        let text = show((&map[..2], &map[1..=2], &map[5..], map.as_slice().len()));
        text + &show(std::mem::take(map).into_boxed_slice())
    }),
    ("iterate", |map| {
        map.values_mut().for_each(|value| value.1 += 1);
        map.iter_mut().for_each(|(_, value)| value.1 += 1);
        for (_, value) in &mut *map {
            value.1 += 1;
        }
        let text = show((
            map.keys().len(),
            map.values().len(),
            map.iter().next_back(),
            (&*map).into_iter().len(),
        ));
        text + &show((
            map.clone().into_keys().len(),
            map.clone().into_values().len(),
            map.clone().into_iter().len(),
        ))
    }),
    ("eq", |map| {
        show((PartialEq::eq(map, map), *map == Map::from_iter([pair(1)])))
    }),
    ("from_iter", |map| {
        *map = (0..20).map(pair).collect();
        String::new()
    }),
    ("into_iter", |map| {
        show(std::mem::take(map).into_iter().collect::<Vec<_>>())
    }),
    ("many deeds", |map| {
        for n in 0..400 {
            map.insert(Probe::new(n % 90), Probe::new(n));
            map.swap_remove(&Probe::new(n * 7 % 90));
            if n % 3 == 0 {
                map.entry(Probe::new(n * 5 % 90)).or_insert(Probe::new(n));
            }
        }
        show(map.capacity())
    }),
];
