// What a program may do to an IndexSet. Included with the types of a set in scope, and with `Probe` for elements,
// whose code calls `call`.

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
    ("empty", |set| {
        set.clear();
        _ = set.hasher();
        let none = (
            set.is_empty(),
            set.get(&Probe::new(1)),
            set.get_index_of(&Probe::new(1)),
            set.first(),
        );
        let text = show(none) + &show((set.swap_remove(&Probe::new(1)), set.shift_remove_index(0)));
        text + &show((set.insert(Probe::new(1)), set.is_empty()))
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
        set.sort_by_cached_key(|element| u32::MAX - element.0);
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
