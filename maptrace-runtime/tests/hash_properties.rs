//! Random sequences of operations on a traced map and on a plain one: the same results, and exact counts. Of std's map
//! and of hashbrown's.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
#![expect(
    unsafe_code,
    reason = "an allocator is needed to see what the plain map's table really takes"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hash::{BuildHasherDefault, DefaultHasher};

use maptrace_runtime::testing::Capture;
use maptrace_runtime::{OpTotals, PutAll};
use proptest::prelude::*;

/// Places its entries in the same way in both maps, and in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;

/// Counts the tables that are allocated while [`Table::watch`] runs. Tables are aligned for the comparison of their control
/// bytes, 8 or 16 at once; texts and lists of the entries below are not.
struct Watching;

const TABLE_ALIGN: usize = 8;

/// The plain map's table, as the allocator knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Table {
    bytes: usize,
    grows: u64,
    shrinks: u64,
}

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static TABLE: Cell<Table> = const { Cell::new(Table { bytes: 0, grows: 0, shrinks: 0 }) };
}

impl Table {
    /// Runs an operation of the plain map's.
    fn watch<R>(work: impl FnOnce() -> R) -> R {
        WATCHED.set(true);
        let result = work();
        WATCHED.set(false);
        result
    }
}

// SAFETY: hands every call on to the system's allocator, unchanged.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if WATCHED.get() && layout.align() >= TABLE_ALIGN {
            let mut table = TABLE.get();
            table.grows += u64::from(layout.size() > table.bytes);
            table.shrinks += u64::from(layout.size() < table.bytes);
            // While a table is replaced, both are there; the old one goes at the end.
            table.bytes += layout.size();
            TABLE.set(table);
        }
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        if WATCHED.get() && layout.align() >= TABLE_ALIGN {
            let mut table = TABLE.get();
            table.bytes -= layout.size();
            // Nothing was put in its place.
            table.shrinks += u64::from(table.bytes == 0);
            TABLE.set(table);
        }
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

type Key = u8;
type Value = u32;

#[derive(Clone, Debug)]
enum Deed {
    Insert(Key, Value),
    Remove(Key),
    RemoveEntry(Key),
    OrInsert(Key, Value),
    AndModify(Key),
    EntryReplace(Key, Value),
    EntryRemove(Key),
    EntryOnly(Key),
    Extend(Vec<(Key, Value)>),
    PutAll(Vec<(Key, Value)>),
    Retain(Key),
    ExtractIf(Key, usize),
    Drain(usize),
    Clear,
    Reserve(usize),
    ShrinkTo(usize),
    ShrinkToFit,
}

fn deed() -> impl Strategy<Value = Deed> {
    let (key, value) = (0..200_u8, any::<Value>());
    let entries = proptest::collection::vec((key.clone(), value), 0..80);
    prop_oneof![
        20 => (key.clone(), value).prop_map(|(key, value)| Deed::Insert(key, value)),
        20 => key.clone().prop_map(Deed::Remove),
        2 => key.clone().prop_map(Deed::RemoveEntry),
        8 => (key.clone(), value).prop_map(|(key, value)| Deed::OrInsert(key, value)),
        2 => key.clone().prop_map(Deed::AndModify),
        2 => (key.clone(), value).prop_map(|(key, value)| Deed::EntryReplace(key, value)),
        8 => key.clone().prop_map(Deed::EntryRemove),
        2 => key.clone().prop_map(Deed::EntryOnly),
        3 => entries.clone().prop_map(Deed::Extend),
        2 => entries.prop_map(Deed::PutAll),
        3 => key.clone().prop_map(Deed::Retain),
        2 => (key, 0..20_usize).prop_map(|(key, most)| Deed::ExtractIf(key, most)),
        1 => (0..20_usize).prop_map(Deed::Drain),
        1 => Just(Deed::Clear),
        2 => (0..150_usize).prop_map(Deed::Reserve),
        2 => (0..150_usize).prop_map(Deed::ShrinkTo),
        1 => Just(Deed::ShrinkToFit),
    ]
}

/// Does the same to a map of either type, as their methods have the same names, but for the one that puts a value into
/// an entry in any case. Gives the results.
macro_rules! act {
    ($map:ident, $deed:expr, $replace:ident) => {
        match $deed.clone() {
            Deed::Insert(key, value) => format!("{:?}", $map.insert(key, value)),
            Deed::Remove(key) => format!("{:?}", $map.remove(&key)),
            Deed::RemoveEntry(key) => format!("{:?}", $map.remove_entry(&key)),
            Deed::OrInsert(key, value) => format!("{:?}", $map.entry(key).or_insert(value)),
            Deed::AndModify(key) => format!("{:?}", $map.entry(key).and_modify(|value| *value /= 2)),
            Deed::EntryReplace(key, value) => format!("{:?}", $map.entry(key).$replace(value)),
            Deed::EntryRemove(key) => format!("{:?}", $map.entry(key).$replace(0).remove()),
            Deed::EntryOnly(key) => format!("{:?}", $map.entry(key).key()),
            Deed::Extend(entries) => format!("{:?}", $map.extend(entries)),
            Deed::PutAll(entries) => {
                $map.reserve(entries.len());
                format!("{:?}", $map.extend(entries))
            }
            Deed::Retain(limit) => format!("{:?}", $map.retain(|key, _| *key < limit)),
            Deed::ExtractIf(limit, most) => {
                format!(
                    "{:?}",
                    $map.extract_if(|key, _| *key < limit).take(most).collect::<Vec<_>>()
                )
            }
            Deed::Drain(most) => format!("{:?}", $map.drain().take(most).collect::<Vec<_>>()),
            Deed::Clear => format!("{:?}", $map.clear()),
            Deed::Reserve(additional) => format!("{:?}", $map.reserve(additional)),
            Deed::ShrinkTo(capacity) => format!("{:?}", $map.shrink_to(capacity)),
            Deed::ShrinkToFit => format!("{:?}", $map.shrink_to_fit()),
        }
    };
}

/// What the deed is to be counted as.
fn count(totals: &mut OpTotals, deed: &Deed, before: &[Key], after: usize) {
    let mut known = before.to_vec();
    let mut assign = |key: Key| {
        if known.contains(&key) {
            totals.assigns_replaced += 1;
        } else {
            known.push(key);
            totals.assigns_new += 1;
        }
    };
    let removed = before.len().saturating_sub(after) as u64;
    match deed {
        Deed::Insert(key, _) | Deed::EntryReplace(key, _) => assign(*key),
        Deed::OrInsert(key, _) if !before.contains(key) => assign(*key),
        Deed::EntryRemove(key) => {
            assign(*key);
            totals.deletes_hit += 1;
        }
        Deed::Extend(entries) | Deed::PutAll(entries) => entries.iter().for_each(|(key, _)| assign(*key)),
        Deed::Remove(key) | Deed::RemoveEntry(key) if !before.contains(key) => totals.deletes_miss += 1,
        Deed::Remove(_) | Deed::RemoveEntry(_) => totals.deletes_hit += 1,
        Deed::Retain(_) | Deed::ExtractIf(..) | Deed::Drain(_) => totals.deletes_hit += removed,
        Deed::Clear => totals.cleared += removed,
        Deed::OrInsert(..) | Deed::AndModify(_) | Deed::EntryOnly(_) => {}
        Deed::Reserve(_) | Deed::ShrinkTo(_) | Deed::ShrinkToFit => {}
    }
}

/// The property, of a plain map and the traced one.
macro_rules! property {
    ($name:ident, $plain:ty, $traced:ty, $replace:ident) => {
        proptest! {
            #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

            #[test]
            fn $name(deeds in proptest::collection::vec(deed(), 1..120)) {
                TABLE.set(Table::default());
                let capture = Capture::with_ring_bytes(1 << 16);
                let mut traced: $traced = <$traced>::default();
                let mut plain: $plain = <$plain>::default();
                let mut totals = OpTotals::default();
                for deed in &deeds {
                    let before: Vec<Key> = plain.keys().copied().collect();
                    let expected = Table::watch(|| act!(plain, deed, $replace));
                    count(&mut totals, deed, &before, plain.len());
                    let result = if let Deed::PutAll(entries) = deed {
                        let report = traced.put_all(entries.iter().copied());
                        prop_assert_eq!(report.offered, entries.len() as u64);
                        prop_assert_eq!(report.new, (plain.len() - before.len()) as u64);
                        prop_assert_eq!(report.replaced, report.offered - report.new);
                        expected.clone()
                    } else {
                        act!(traced, deed, $replace)
                    };
                    prop_assert_eq!(result, expected, "{:?}", deed);
                    // Whole and in order: the same table.
                    prop_assert!(traced.iter().eq(plain.iter()), "{:?}", deed);
                    prop_assert_eq!(traced.capacity(), plain.capacity());

                    // What an entry or a lazy removal did to the tombstones is published by the next operation.
                    traced.retain(|_, _| true);
                    let maps = capture.snapshot().maps;
                    let seen = maps.iter().find(|map| map.live > 0).expect("a map that was changed is live");
                    prop_assert_eq!(seen.totals, totals, "{:?}", deed);
                    prop_assert_eq!(seen.entries, plain.len() as u64);
                    let table = TABLE.get();
                    let told = Table { bytes: seen.held_bytes.unwrap() as usize, grows: seen.grows, shrinks: seen.shrinks };
                    prop_assert_eq!(told, table, "{:?}", deed);
                    prop_assert_eq!(seen.capacity.unwrap() - seen.tombstones.unwrap(), plain.capacity() as u64);
                }
                drop(traced);
                let snapshot = capture.snapshot();
                let seen = snapshot.maps.iter().find(|map| map.freed > 0).expect("it was dropped");
                prop_assert_eq!((seen.live, seen.entries, seen.capacity, seen.held_bytes), (0, 0, Some(0), Some(0)));
                prop_assert_eq!(seen.totals, totals);
                prop_assert_eq!(snapshot.health.dropped_total(), 0);
            }
        }
    };
}

property!(
    a_traced_map_does_what_the_plain_one_does,
    std::collections::HashMap<Key, Value, Fixed>,
    maptrace_runtime::collections::HashMap<Key, Value, Fixed>,
    insert_entry
);
#[cfg(feature = "hashbrown")]
property!(
    a_traced_map_does_what_hashbrown_s_does,
    hashbrown::HashMap<Key, Value, Fixed>,
    maptrace_runtime::hashbrown::HashMap<Key, Value, Fixed>,
    insert
);

/// The same, of hashbrown's set: what std's does not have, and what makes a table full of tombstones.
#[cfg(feature = "hashbrown")]
mod set {
    use hashbrown::HashSet as Plain;
    use maptrace_runtime::hashbrown::HashSet as Traced;

    use super::*;

    #[derive(Clone, Debug)]
    enum Deed {
        Insert(Key),
        Remove(Key),
        Entry(Key),
        EntryRemove(Key),
        GetOrInsert(Key),
        Replace(Key),
        Or(Vec<Key>),
        Xor(Vec<Key>),
        Sub(Vec<Key>),
        ShrinkToFit,
        Clear,
    }

    fn deed() -> impl Strategy<Value = Deed> {
        let key = 0..200_u8;
        let keys = proptest::collection::vec(key.clone(), 0..60);
        prop_oneof![
            10 => key.clone().prop_map(Deed::Insert),
            20 => key.clone().prop_map(Deed::Remove),
            20 => key.clone().prop_map(Deed::Entry),
            8 => key.clone().prop_map(Deed::EntryRemove),
            5 => key.clone().prop_map(Deed::GetOrInsert),
            5 => key.clone().prop_map(Deed::Replace),
            3 => keys.clone().prop_map(Deed::Or),
            3 => keys.clone().prop_map(Deed::Xor),
            2 => keys.prop_map(Deed::Sub),
            1 => Just(Deed::ShrinkToFit),
            1 => Just(Deed::Clear),
        ]
    }

    macro_rules! act {
        ($set:ident, $deed:expr) => {
            match $deed.clone() {
                Deed::Insert(key) => format!("{:?}", $set.insert(key)),
                Deed::Remove(key) => format!("{:?}", $set.remove(&key)),
                Deed::Entry(key) => format!("{:?}", $set.entry(key).insert().get()),
                Deed::EntryRemove(key) => format!("{:?}", $set.entry(key).insert().remove()),
                Deed::GetOrInsert(key) => format!("{:?}", $set.get_or_insert(key)),
                Deed::Replace(key) => format!("{:?}", $set.replace(key)),
                Deed::Or(_) | Deed::Xor(_) | Deed::Sub(_) => unreachable!("done apart"),
                Deed::ShrinkToFit => format!("{:?}", $set.shrink_to_fit()),
                Deed::Clear => format!("{:?}", $set.clear()),
            }
        };
    }

    fn count(totals: &mut OpTotals, deed: &Deed, before: &[Key], after: &Plain<Key, Fixed>) {
        let left = before.iter().filter(|key| !after.contains(*key)).count() as u64;
        let came = after.iter().filter(|key| !before.contains(key)).count() as u64;
        match deed {
            Deed::Insert(key) | Deed::GetOrInsert(key) | Deed::Replace(key) if before.contains(key) => {
                totals.assigns_replaced += 1;
            }
            Deed::EntryRemove(key) => {
                totals.assigns_new += u64::from(!before.contains(key));
                totals.deletes_hit += 1;
            }
            Deed::Remove(_) if left == 0 => totals.deletes_miss += 1,
            Deed::Clear => totals.cleared += left,
            _ => {
                totals.assigns_new += came;
                totals.deletes_hit += left;
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn a_traced_set_does_what_hashbrown_s_does(deeds in proptest::collection::vec(deed(), 1..200)) {
            TABLE.set(Table::default());
            let capture = Capture::with_ring_bytes(1 << 16);
            let mut traced: Traced<Key, Fixed> = Traced::default();
            let mut plain: Plain<Key, Fixed> = Plain::default();
            let mut totals = OpTotals::default();
            for deed in &deeds {
                let before: Vec<Key> = plain.iter().copied().collect();
                // What the other side of an operator takes is none of this table's.
                let (expected, result) = match deed.clone() {
                    Deed::Or(keys) | Deed::Xor(keys) | Deed::Sub(keys) => {
                        let other: Plain<Key, Fixed> = keys.iter().copied().collect();
                        let same = Traced::from(other.clone());
                        match deed {
                            Deed::Or(_) => { Table::watch(|| plain |= &other); traced |= &same }
                            Deed::Xor(_) => { Table::watch(|| plain ^= &other); traced ^= &same }
                            _ => { Table::watch(|| plain -= &other); traced -= &same }
                        }
                        (String::new(), String::new())
                    }
                    deed => (Table::watch(|| act!(plain, deed)), act!(traced, deed)),
                };
                count(&mut totals, deed, &before, &plain);
                prop_assert_eq!(result, expected, "{:?}", deed);
                prop_assert!(traced.iter().eq(plain.iter()), "{:?}", deed);
                prop_assert_eq!(traced.capacity(), plain.capacity());

                // What an entry did to the table of a set is published by the next operation.
                traced.retain(|_| true);
                let maps = capture.snapshot().maps;
                let seen = maps.iter().find(|map| map.totals == totals && map.live > 0 && map.entries == plain.len() as u64);
                let known: Vec<_> = maps.iter().filter(|map| map.created > 0).map(|map| map.totals).collect();
                prop_assert!(totals == OpTotals::default() || seen.is_some(), "{:?}: {:?}, not {:?}", deed, known, totals);
                if let Some(seen) = seen {
                    let table = TABLE.get();
                    let told = Table { bytes: seen.held_bytes.unwrap() as usize, grows: seen.grows, shrinks: seen.shrinks };
                    prop_assert_eq!(told, table, "{:?}", deed);
                    prop_assert_eq!(seen.capacity.unwrap() - seen.tombstones.unwrap(), plain.capacity() as u64);
                }
            }
        }
    }
}

/// The same, of hashbrown's table: its elements are found by a closure, and its entries know their buckets.
#[cfg(feature = "hashbrown")]
mod table {
    use std::hash::BuildHasher;

    use hashbrown::HashTable as Plain;
    use hashbrown::hash_table::Entry as PlainEntry;
    use maptrace_runtime::hashbrown::HashTable as Traced;
    use maptrace_runtime::hashbrown::hash_table::Entry as TracedEntry;

    use super::*;

    type Element = (Key, Value);

    #[derive(Clone, Debug)]
    enum Deed {
        InsertUnique(Element),
        OrInsert(Element),
        EntryInsert(Element),
        EntryOnly(Key),
        AndModify(Key),
        Remove(Key),
        RemoveAndPutBack(Element),
        ReplaceWith(Key, Option<Value>),
        BucketRemove(usize),
        Retain(Key),
        ExtractIf(Key, usize),
        Drain(usize),
        Clone,
        Clear,
        Reserve(usize),
        ShrinkTo(usize),
        ShrinkToFit,
    }

    fn deed() -> impl Strategy<Value = Deed> {
        let (key, value) = (0..200_u8, any::<Value>());
        let element = (key.clone(), value);
        prop_oneof![
            15 => element.clone().prop_map(Deed::InsertUnique),
            15 => element.clone().prop_map(Deed::OrInsert),
            3 => element.clone().prop_map(Deed::EntryInsert),
            3 => key.clone().prop_map(Deed::EntryOnly),
            2 => key.clone().prop_map(Deed::AndModify),
            25 => key.clone().prop_map(Deed::Remove),
            5 => element.prop_map(Deed::RemoveAndPutBack),
            5 => (key.clone(), any::<Option<Value>>()).prop_map(|(key, value)| Deed::ReplaceWith(key, value)),
            3 => (0..64_usize).prop_map(Deed::BucketRemove),
            2 => key.clone().prop_map(Deed::Retain),
            2 => (key, 0..20_usize).prop_map(|(key, most)| Deed::ExtractIf(key, most)),
            1 => (0..20_usize).prop_map(Deed::Drain),
            1 => Just(Deed::Clone),
            1 => Just(Deed::Clear),
            2 => (0..150_usize).prop_map(Deed::Reserve),
            2 => (0..150_usize).prop_map(Deed::ShrinkTo),
            1 => Just(Deed::ShrinkToFit),
        ]
    }

    fn hash(element: &Element) -> u64 {
        hash_of(element.0)
    }

    fn hash_of(key: Key) -> u64 {
        Fixed::new().hash_one(key)
    }

    fn is(key: Key) -> impl Fn(&Element) -> bool {
        move |element| element.0 == key
    }

    macro_rules! act {
        ($table:ident, $deed:expr, $Entry:ident) => {
            match $deed.clone() {
                Deed::InsertUnique(element) => {
                    format!(
                        "{}",
                        $table.insert_unique(hash(&element), element, hash).bucket_index()
                    )
                }
                Deed::OrInsert(element) => {
                    format!(
                        "{:?}",
                        $table
                            .entry(hash(&element), is(element.0), hash)
                            .or_insert(element)
                            .get()
                    )
                }
                Deed::EntryInsert(element) => {
                    format!(
                        "{:?}",
                        $table
                            .entry(hash(&element), is(element.0), hash)
                            .insert(element)
                            .bucket_index()
                    )
                }
                Deed::EntryOnly(key) => format!("{}", $table.entry(hash_of(key), is(key), hash).into_table().len()),
                Deed::AndModify(key) => {
                    let entry = $table
                        .entry(hash_of(key), is(key), hash)
                        .and_modify(|element| element.1 /= 2);
                    format!("{}", matches!(entry, $Entry::Occupied(_)))
                }
                Deed::Remove(key) => match $table.find_entry(hash_of(key), is(key)) {
                    Ok(entry) => format!("{:?}", entry.remove().0),
                    Err(absent) => format!("{}", absent.into_table().len()),
                },
                Deed::RemoveAndPutBack(element) => match $table.find_entry(hash(&element), is(element.0)) {
                    Ok(entry) => {
                        let (old, place) = entry.remove();
                        format!("{old:?} {}", place.insert(element).bucket_index())
                    }
                    Err(_) => String::new(),
                },
                Deed::ReplaceWith(key, value) => match $table.find_entry(hash_of(key), is(key)) {
                    Ok(entry) => match entry.replace_entry_with(|element| value.map(|value| (element.0, value))) {
                        $Entry::Occupied(entry) => format!("{:?} {}", entry.get(), entry.bucket_index()),
                        $Entry::Vacant(entry) => format!("{}", entry.into_table().len()),
                    },
                    Err(_) => String::new(),
                },
                Deed::BucketRemove(index) => match $table.get_bucket_entry(index) {
                    Ok(entry) => format!("{:?}", entry.remove().0),
                    Err(_) => String::new(),
                },
                Deed::Retain(limit) => format!("{:?}", $table.retain(|element| element.0 < limit)),
                Deed::ExtractIf(limit, most) => {
                    format!(
                        "{:?}",
                        $table
                            .extract_if(|element| element.0 < limit)
                            .take(most)
                            .collect::<Vec<_>>()
                    )
                }
                Deed::Drain(most) => format!("{:?}", $table.drain().take(most).collect::<Vec<_>>()),
                Deed::Clone => unreachable!("done apart"),
                Deed::Clear => format!("{:?}", $table.clear()),
                Deed::Reserve(additional) => format!("{:?}", $table.reserve(additional, hash)),
                Deed::ShrinkTo(capacity) => format!("{:?}", $table.shrink_to(capacity, hash)),
                Deed::ShrinkToFit => format!("{:?}", $table.shrink_to_fit(hash)),
            }
        };
    }

    fn count(totals: &mut OpTotals, deed: &Deed, before: &[Element], after: &Plain<Element>) {
        let was = |key: &Key| before.iter().any(|element| element.0 == *key);
        let (grown, shrunk) = (
            after.len().saturating_sub(before.len()),
            before.len().saturating_sub(after.len()),
        );
        match deed {
            Deed::EntryInsert((key, _)) if was(key) => totals.assigns_replaced += 1,
            Deed::ReplaceWith(key, Some(_)) if was(key) => totals.assigns_replaced += 1,
            Deed::RemoveAndPutBack((key, _)) if was(key) => {
                totals.deletes_hit += 1;
                totals.assigns_new += 1;
            }
            Deed::Clear => totals.cleared += shrunk as u64,
            _ => {
                totals.assigns_new += grown as u64;
                totals.deletes_hit += shrunk as u64;
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn a_traced_table_does_what_hashbrown_s_does(deeds in proptest::collection::vec(deed(), 1..200)) {
            TABLE.set(Table::default());
            let capture = Capture::with_ring_bytes(1 << 16);
            let mut traced: Traced<Element> = Traced::new();
            let mut plain: Plain<Element> = Plain::new();
            let mut totals = OpTotals::default();
            for deed in &deeds {
                let before: Vec<Element> = plain.iter().copied().collect();
                let (expected, result) = if let Deed::Clone = deed {
                    // The copy's changes are its own.
                    let (mut copy, mut same) = (traced.clone(), plain.clone());
                    copy.insert_unique(hash_of(201), (201, 0), hash);
                    same.insert_unique(hash_of(201), (201, 0), hash);
                    prop_assert!(copy.iter().eq(same.iter()));
                    prop_assert_eq!((copy.len(), copy.capacity()), (same.len(), same.capacity()));
                    (String::new(), String::new())
                } else {
                    (Table::watch(|| act!(plain, deed, PlainEntry)), act!(traced, deed, TracedEntry))
                };
                count(&mut totals, deed, &before, &plain);
                prop_assert_eq!(result, expected, "{:?}", deed);
                prop_assert!(traced.iter().eq(plain.iter()), "{:?}", deed);
                prop_assert_eq!(traced.capacity(), plain.capacity());

                // What an entry or a lazy removal did to the tombstones is published by the next operation.
                traced.retain(|_| true);
                let maps = capture.snapshot().maps;
                let Some(seen) = maps.iter().find(|map| map.live > 0) else {
                    panic!("a table that was changed is live");
                };
                prop_assert_eq!(seen.totals, totals, "{:?}", deed);
                prop_assert_eq!(seen.entries, plain.len() as u64);
                let table = TABLE.get();
                let told = Table { bytes: seen.held_bytes.unwrap() as usize, grows: seen.grows, shrinks: seen.shrinks };
                prop_assert_eq!(told, table, "{:?}", deed);
                prop_assert_eq!(seen.capacity.unwrap() - seen.tombstones.unwrap(), plain.capacity() as u64);
            }
        }
    }
}
