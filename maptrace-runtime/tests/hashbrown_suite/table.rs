// As map.rs, of hashbrown's HashTable.

use std::cell::Cell;
use std::fmt::{Debug, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use allocator_api2::alloc::Global;

use crate::probe::{Probe, blows, call, calls, compares, hashes, live};

type Table = HashTable<Probe>;

/// The hash of a number.
fn mixed(n: u32) -> u64 {
    let n = u64::from(n).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (n ^ (n >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

fn hash(element: &Probe) -> u64 {
    hashes();
    mixed(element.0)
}

fn is(n: u32) -> impl Fn(&Probe) -> bool {
    move |element| {
        compares();
        element.0 == n
    }
}

/// An empty table; a full one of seven; and one of 28 that has no room, but tombstones.
fn states() -> [(&'static str, Table); 3] {
    let filled = |count: u32| {
        let mut table = Table::with_capacity(count as usize);
        for n in 0..count {
            table.insert_unique(mixed(n), Probe::new(n), hash);
        }
        table
    };
    let mut churned = filled(28);
    for n in (0..28).rev() {
        if churned.len() > 9 {
            let before = churned.clone();
            drop(churned.find_entry(mixed(n), is(n)).ok().unwrap().remove());
            if churned.len() < churned.capacity() {
                churned = before;
            }
        }
    }
    assert_eq!(churned.len(), churned.capacity());
    assert!(churned.len() < 28, "no tombstones");
    [("empty", Table::new()), ("full", filled(7)), ("churned", churned)]
}

fn see(what: impl Debug) -> String {
    format!("{what:?}")
}

/// One thing that a program may do to a table, and what comes of it.
type Deed = (&'static str, fn(&mut Table) -> String);

const DEEDS: &[Deed] = &[
    ("insert_unique", |table| {
        let mut entry = table.insert_unique(mixed(100), Probe::new(100), hash);
        entry.get_mut().1 = 1;
        see(entry.bucket_index()) + &see(entry.into_mut())
    }),
    ("insert many", |table| {
        (100..140).map(|n| see(table.insert_unique(mixed(n), Probe::new(n), hash).get())).collect()
    }),
    ("find", |table| {
        if let Some(found) = table.find_mut(mixed(1), is(1)) {
            found.1 += 1;
        }
        see(table.find(mixed(1), is(1))) + &see(table.find_bucket_index(mixed(100), is(100)))
    }),
    ("find_entry", |table| {
        let absent = see(table.find_entry(mixed(100), is(100)).err().unwrap().into_table().len());
        match table.find_entry(mixed(1), is(1)) {
            Ok(entry) => absent + &see(entry.get()) + &see(entry.into_table().len()),
            Err(entry) => absent + &see(entry),
        }
    }),
    ("entry vacant", |table| see(table.entry(mixed(100), is(100), hash).or_insert(Probe::new(100)).get())),
    ("entry vacant, unused", |table| see(table.entry(mixed(100), is(100), hash).into_table().len())),
    ("entry occupied", |table| {
        let entry = table.entry(mixed(1), is(1), hash).and_modify(|element| element.1 += 1);
        see(entry.or_insert_with(|| Probe::new(1)).get())
    }),
    ("entry insert", |table| {
        let index = table.entry(mixed(1), is(1), hash).insert(Probe::marked(1, 5)).bucket_index();
        see(index) + &see(table.entry(mixed(100), is(100), hash).insert(Probe::marked(100, 5)).bucket_index())
    }),
    ("remove and put back", |table| match table.entry(mixed(1), is(1), hash) {
        Entry::Occupied(entry) => {
            let before = entry.bucket_index();
            let (element, place) = entry.remove();
            let again = place.insert(element);
            format!("{}", before == again.bucket_index())
        }
        Entry::Vacant(entry) => see(entry.into_table().len()),
    }),
    ("remove", |table| match table.find_entry(mixed(2), is(2)) {
        Ok(entry) => {
            let (element, place) = entry.remove();
            see(element) + &see(&place) + &see(place.into_table().len())
        }
        Err(_) => String::new(),
    }),
    ("replace", |table| {
        let entry = table.entry(mixed(1), is(1), hash).or_insert(Probe::new(1));
        match entry.replace_entry_with(|element| {
            call();
            Some(Probe::marked(element.0, 9))
        }) {
            Entry::Occupied(entry) => see(entry.get()) + &see(entry.bucket_index()),
            Entry::Vacant(_) => unreachable!(),
        }
    }),
    ("replace by nothing", |table| {
        let entry = table.entry(mixed(1), is(1), hash).or_insert(Probe::new(1));
        match entry.replace_entry_with(|_| {
            call();
            None
        }) {
            Entry::Vacant(entry) => see(entry.insert(Probe::marked(1, 7)).bucket_index()),
            Entry::Occupied(_) => unreachable!(),
        }
    }),
    ("entries", |table| {
        (0..40).map(|n| see(table.entry(mixed(n), is(n), hash).or_insert_with(|| Probe::new(n)).bucket_index())).collect()
    }),
    ("buckets", |table| {
        let buckets: Vec<usize> = table.iter_buckets().collect();
        let mut seen = see(&buckets) + &see(table.num_buckets());
        for index in buckets.iter().take(3).copied() {
            seen += &see(table.get_bucket(index));
            table.get_bucket_mut(index).unwrap().1 = 4;
            seen += &see(table.get_bucket_entry(index).ok().unwrap().remove().0);
            seen += &see(table.get_bucket_entry(index).is_err());
        }
        seen + &see(table.get_bucket(1_000))
    }),
    ("unchecked", |table| {
        let Some(index) = table.iter_buckets().next() else { return String::new() };
        #[expect(unsafe_code, reason = "the method is unsafe")]
        // SAFETY: the bucket has an element.
        let element = unsafe { table.get_bucket_unchecked_mut(index) };
        element.1 = 3;
        #[expect(unsafe_code, reason = "the method is unsafe")]
        // SAFETY: the bucket has an element.
        let found = see(unsafe { table.get_bucket_unchecked(index) });
        #[expect(unsafe_code, reason = "the method is unsafe")]
        // SAFETY: the bucket has an element.
        let entry = unsafe { table.get_bucket_entry_unchecked(index) };
        let removed = entry.remove().0;
        found + &see(removed)
    }),
    ("iterators", |table| {
        for element in &mut *table {
            element.1 += 1;
        }
        table.iter_hash_mut(mixed(1)).for_each(|element| element.1 += 1);
        let by_hash = see(table.iter_hash(mixed(1)).collect::<Vec<_>>());
        by_hash + &see(table.iter_hash_buckets(mixed(1)).collect::<Vec<_>>()) + &see(table.unsafe_iter().count())
    }),
    ("disjoint", |table| see(table.get_disjoint_mut([mixed(1), mixed(100)], |at, element| element.0 == [1, 100][at]))),
    ("disjoint, other ways", |table| {
        let (hashes, is) = ([mixed(1), mixed(100)], |at: usize, element: &Probe| {
            compares();
            element.0 == [1, 100][at]
        });
        #[expect(deprecated, reason = "it is still there")]
        let found = see(table.get_many_mut(hashes, is));
        #[expect(unsafe_code, reason = "the method is unsafe")]
        // SAFETY: these differ.
        let unchecked = see(unsafe { table.get_disjoint_unchecked_mut(hashes, is) });
        #[expect(unsafe_code, reason = "the method is unsafe")]
        #[expect(deprecated, reason = "it is still there")]
        // SAFETY: these differ.
        let old = see(unsafe { table.get_many_unchecked_mut(hashes, is) });
        found + &unchecked + &old
    }),
    ("made with room", |table| {
        *table = Table::with_capacity_in(20, *table.allocator());
        see(table.capacity()) + &see(table.iter_mut().count())
    }),
    ("retain", |table| {
        table.retain(|element| {
            call();
            element.0 % 2 == 0
        });
        String::new()
    }),
    ("extract_if", |table| {
        let taken = table.extract_if(|element| {
            call();
            element.0 % 2 == 0
        });
        see(taken.collect::<Vec<_>>())
    }),
    ("drain", |table| see(table.drain().next())),
    ("clear", |table| {
        table.clear();
        String::new()
    }),
    ("clone", |table| see(table.clone())),
    ("clone_from", |table| {
        let source = table.clone();
        table.clear();
        table.clone_from(&source);
        String::new()
    }),
    ("sizes", |table| {
        table.reserve(100, hash);
        let large = (table.capacity(), table.allocation_size());
        table.shrink_to(30, hash);
        let less = (table.capacity(), table.allocation_size());
        table.shrink_to_fit(hash);
        format!("{large:?} {less:?} {:?} {:?}", table.try_reserve(20, hash), table.try_reserve(usize::MAX, hash))
    }),
    ("into", |table| see(std::mem::take(table).into_iter().collect::<Vec<_>>())),
];

fn state_of(table: &Table) -> String {
    format!("{} of {} {table:?}", table.len(), table.capacity())
}

/// What comes of each deed in each state, with how many calls of its user's code.
pub(crate) fn deeds_done() -> Vec<String> {
    let mut seen = Vec::new();
    for (name, deed) in DEEDS {
        for (state, mut table) in states() {
            let mut came = String::new();
            let count = calls(|| came = deed(&mut table));
            seen.push(format!("{name}, {state}: {count} calls, {came}; then {}", state_of(&table)));
        }
    }
    seen
}

/// What is left when the k-th call of the user's code panics, for each k.
pub(crate) fn panics() -> Vec<String> {
    let mut seen = Vec::new();
    for (name, deed) in DEEDS {
        for at in 0..3 {
            let before = live();
            for k in 0.. {
                let mut states = states();
                let (state, table) = &mut states[at];
                let blown = blows(k, || drop(deed(table)));
                let after = state_of(table);
                table.insert_unique(mixed(200), Probe::new(200), hash);
                let then = state_of(table);
                let title = format!("{name}, {state} at {k}");
                drop(states);
                seen.push(format!("{title}: {after}; then {then}; {} leaked", live() - before));
                if !blown {
                    break;
                }
            }
        }
    }
    seen
}

/// Everything that is printed, in every form.
pub(crate) fn text() -> [String; 1] {
    let mut text = String::new();
    let mut print = |item: &dyn Debug| write!(text, "{item:?}\n{item:#?}\n{item:4?}\n{item:#x?}\n").unwrap();
    let mut table: HashTable<u32> = HashTable::default();
    print(&table);
    let hash = |n: &u32| mixed(*n);
    table.insert_unique(mixed(1), 1, hash);
    table.insert_unique(mixed(20), 20, hash);
    print(&table);
    print(&table.entry(mixed(1), |n| *n == 1, hash));
    print(&table.entry(mixed(2), |n| *n == 2, hash));
    print(&table.find_entry(mixed(1), |n| *n == 1));
    print(&table.find_entry(mixed(2), |n| *n == 2));
    print(&table.iter());
    print(&table.clone().into_iter());
    print(&table.drain());
    [text]
}

static EMPTY: HashTable<u32> = HashTable::new_in(Global);

#[test]
fn has_the_types() {
    assert!(EMPTY.is_empty());
    let length: fn(&HashTable<usize>) -> usize = HashTable::len;
    let mut table = HashTable::new();
    let hash = |n: &usize| mixed(*n as u32);
    table.insert_unique(mixed(0), table.len(), hash);
    assert_eq!(length(&table), 1);
    // An entry that is not used any more does not hold on to the table.
    let entry = table.entry(mixed(7), |n| *n == 7, hash);
    assert!(matches!(entry, Entry::Vacant(_)));
    table.insert_unique(mixed(3), 3, hash);
    let mut taken = table.extract_if(|_| false);
    assert!(taken.next().is_none());
    table.insert_unique(mixed(4), 4, hash);
    assert_eq!(table.iter().len(), 3);
    // A place goes where it was asked for.
    let place = table.find_entry(mixed(4), |n| *n == 4).ok().unwrap().remove().1;
    let table = place.into_table();
    table.insert_unique(mixed(5), 5, hash);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let entry = table.find_entry(mixed(5), |n| *n == 5).ok().unwrap();
        entry.replace_entry_with(|_| std::panic::resume_unwind(Box::new(())));
    }));
    assert!(panicked.is_err());
    assert_eq!(table.len(), 2);
}

fn _covariant<'a>(table: HashTable<&'static str>) -> HashTable<&'a str> {
    table
}

fn _entry_lives_as_long<'a>(entry: Entry<'a, String>) -> &'a mut String {
    match entry {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => entry.insert(String::new()).into_mut(),
    }
}

pub(crate) fn auto_traits() -> Vec<(&'static str, [bool; 5])> {
    type R = Rc<u8>;
    vec![
        auto_traits!(HashTable<u8>),
        auto_traits!(HashTable<R>),
        auto_traits!(HashTable<Cell<u8>>),
        auto_traits!(Entry<'static, u8>),
        auto_traits!(hash_table::OccupiedEntry<'static, R>),
        auto_traits!(hash_table::OccupiedEntry<'static, Cell<u8>>),
        auto_traits!(hash_table::VacantEntry<'static, u8>),
        auto_traits!(hash_table::VacantEntry<'static, R>),
        auto_traits!(hash_table::VacantEntry<'static, Cell<u8>>),
        auto_traits!(hash_table::VacantEntry<'static, std::marker::PhantomPinned>),
        auto_traits!(hash_table::AbsentEntry<'static, Cell<u8>>),
        auto_traits!(hash_table::ExtractIf<'static, u8, fn(&mut u8) -> bool>),
    ]
}
