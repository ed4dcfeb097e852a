//! Random sequences of operations on a traced index map and on a plain one: the same results, and exact counts.
#![cfg(all(
    feature = "enable",
    feature = "indexmap",
    any(not(feature = "release_off"), debug_assertions)
))]

use std::hash::{BuildHasherDefault, DefaultHasher};

use ::indexmap::IndexMap as Plain;
use maptrace_runtime::indexmap::IndexMap as Traced;
use maptrace_runtime::testing::Capture;
use maptrace_runtime::{OpTotals, PutAll};
use proptest::prelude::*;

/// Places its entries in the same way in both maps, and in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;

type Key = u8;
type Value = u32;

#[derive(Clone, Debug)]
enum Deed {
    Insert(Key, Value),
    ShiftInsert(usize, Key, Value),
    ReplaceIndex(usize, Key),
    SwapRemove(Key),
    ShiftRemove(Key),
    RemoveIndex(usize),
    Pop,
    PopIf(Key),
    OrInsert(Key, Value),
    AndModify(Key),
    EntryReplace(Key, Value),
    EntryRemove(Key),
    EntryReplaceIndex(usize, Key),
    RawInsert(Key, Value),
    FirstRemove,
    Extend(Vec<(Key, Value)>),
    PutAll(Vec<(Key, Value)>),
    Append(Vec<(Key, Value)>),
    Splice(usize, usize, Vec<(Key, Value)>),
    SplitOff(usize),
    CloneFrom(Vec<(Key, Value)>),
    Retain(Key),
    Truncate(usize),
    ExtractIf(usize, Key, usize),
    Drain(usize, usize),
    Clear,
    Sort,
    Swap(usize, usize),
    Reserve(usize),
    ReserveExact(usize),
    ShrinkTo(usize),
    ShrinkToFit,
}

fn deed() -> impl Strategy<Value = Deed> {
    let (key, value, index) = (0..200_u8, any::<Value>(), 0..200_usize);
    let entries = proptest::collection::vec((key.clone(), value), 0..80);
    let singles = prop_oneof![
        20 => (key.clone(), value).prop_map(|(key, value)| Deed::Insert(key, value)),
        4 => (index.clone(), key.clone(), value).prop_map(|(at, key, value)| Deed::ShiftInsert(at, key, value)),
        4 => (index.clone(), key.clone()).prop_map(|(at, key)| Deed::ReplaceIndex(at, key)),
        12 => key.clone().prop_map(Deed::SwapRemove),
        8 => key.clone().prop_map(Deed::ShiftRemove),
        4 => index.clone().prop_map(Deed::RemoveIndex),
        2 => Just(Deed::Pop),
        2 => key.clone().prop_map(Deed::PopIf),
        12 => (key.clone(), value).prop_map(|(key, value)| Deed::OrInsert(key, value)),
        2 => key.clone().prop_map(Deed::AndModify),
        2 => (key.clone(), value).prop_map(|(key, value)| Deed::EntryReplace(key, value)),
        4 => key.clone().prop_map(Deed::EntryRemove),
        2 => (index.clone(), key.clone()).prop_map(|(at, key)| Deed::EntryReplaceIndex(at, key)),
        4 => (key.clone(), value).prop_map(|(key, value)| Deed::RawInsert(key, value)),
        2 => Just(Deed::FirstRemove),
        2 => (index.clone(), index.clone()).prop_map(|(a, b)| Deed::Swap(a, b)),
    ];
    let others = prop_oneof![
        3 => entries.clone().prop_map(Deed::Extend),
        2 => entries.clone().prop_map(Deed::PutAll),
        2 => entries.clone().prop_map(Deed::Append),
        2 => (index.clone(), index.clone(), entries.clone()).prop_map(|(a, b, with)| Deed::Splice(a, b, with)),
        1 => index.clone().prop_map(Deed::SplitOff),
        1 => entries.prop_map(Deed::CloneFrom),
        2 => key.clone().prop_map(Deed::Retain),
        1 => index.clone().prop_map(Deed::Truncate),
        2 => (index.clone(), key, 0..20_usize).prop_map(|(from, key, most)| Deed::ExtractIf(from, key, most)),
        2 => (index.clone(), index.clone()).prop_map(|(a, b)| Deed::Drain(a, b)),
        1 => Just(Deed::Clear),
        2 => Just(Deed::Sort),
        2 => (0..150_usize).prop_map(Deed::Reserve),
        2 => (0..150_usize).prop_map(Deed::ReserveExact),
        2 => (0..150_usize).prop_map(Deed::ShrinkTo),
        1 => Just(Deed::ShrinkToFit),
    ];
    prop_oneof![4 => singles, 1 => others]
}

/// The deed with indices that the map has, if there are any.
fn fitted(deed: &Deed, len: usize) -> Deed {
    let up_to = |at: usize| at % (len + 1);
    let range = |a: usize, b: usize| (up_to(a).min(up_to(b)), up_to(a).max(up_to(b)));
    match deed.clone() {
        // An index that is there if the key is, and may be the end if it is not, is one that is there.
        Deed::ShiftInsert(at, key, value) if len > 0 => Deed::ShiftInsert(at % len, key, value),
        Deed::ReplaceIndex(at, key) if len > 0 => Deed::ReplaceIndex(at % len, key),
        Deed::EntryReplaceIndex(at, key) if len > 0 => Deed::EntryReplaceIndex(at % len, key),
        Deed::Swap(a, b) if len > 0 => Deed::Swap(a % len, b % len),
        Deed::ShiftInsert(..) | Deed::ReplaceIndex(..) | Deed::EntryReplaceIndex(..) | Deed::Swap(..) => Deed::Sort,
        Deed::SplitOff(at) => Deed::SplitOff(up_to(at)),
        Deed::ExtractIf(from, key, most) => Deed::ExtractIf(up_to(from), key, most),
        Deed::Drain(a, b) => Deed::Drain(range(a, b).0, range(a, b).1),
        Deed::Splice(a, b, with) => Deed::Splice(range(a, b).0, range(a, b).1, with),
        deed => deed,
    }
}

/// Does the same to a map of either type, as their methods have the same names. Gives the results.
macro_rules! act {
    ($act:ident, $map:ty, $subject:path) => {
        fn $act(map: &mut $map, deed: &Deed) -> String {
            use subject::map::{Entry, RawEntryApiV1};
            use $subject as subject;
            match deed.clone() {
                Deed::Insert(key, value) => format!("{:?}", map.insert(key, value)),
                Deed::ShiftInsert(at, key, value) => format!("{:?}", map.shift_insert(at, key, value)),
                Deed::ReplaceIndex(at, key) => format!("{:?}", map.replace_index(at, key)),
                Deed::SwapRemove(key) => format!("{:?}", map.swap_remove(&key)),
                Deed::ShiftRemove(key) => format!("{:?}", map.shift_remove_full(&key)),
                Deed::RemoveIndex(at) => format!("{:?}", map.swap_remove_index(at)),
                Deed::Pop => format!("{:?}", map.pop()),
                Deed::PopIf(limit) => format!("{:?}", map.pop_if(|key, _| *key < limit)),
                Deed::OrInsert(key, value) => format!("{:?}", map.entry(key).or_insert(value)),
                Deed::AndModify(key) => format!("{:?}", map.entry(key).and_modify(|value| *value /= 2)),
                Deed::EntryReplace(key, value) => format!("{:?}", map.entry(key).insert_entry(value)),
                Deed::EntryRemove(key) => format!("{:?}", map.entry(key).insert_entry(0).shift_remove()),
                Deed::EntryReplaceIndex(at, key) => match map.entry(key) {
                    Entry::Vacant(entry) => format!("{:?}", entry.replace_index(at)),
                    Entry::Occupied(entry) => format!("{}", entry.index()),
                },
                Deed::RawInsert(key, value) => {
                    format!(
                        "{:?}",
                        map.raw_entry_mut_v1().from_key(&key).or_insert(key, value)
                    )
                }
                Deed::FirstRemove => format!("{:?}", map.first_entry().map(|entry| entry.swap_remove_entry())),
                Deed::Extend(entries) => format!("{:?}", map.extend(entries)),
                Deed::PutAll(entries) => format!("{:?}", map.put_all(entries).new),
                Deed::Append(entries) => format!(
                    "{:?}",
                    map.append(&mut subject::IndexMap::from_iter(entries) as &mut $map)
                ),
                Deed::Splice(a, b, with) => format!("{:?}", map.splice(a..b, with).collect::<Vec<_>>()),
                Deed::SplitOff(at) => format!("{:?}", map.split_off(at)),
                Deed::CloneFrom(entries) => {
                    let source: $map = entries.into_iter().collect();
                    format!("{:?}", map.clone_from(&source))
                }
                Deed::Retain(limit) => format!("{:?}", map.retain(|key, _| *key < limit)),
                Deed::Truncate(len) => format!("{:?}", map.truncate(len)),
                Deed::ExtractIf(from, limit, most) => {
                    let taken = map.extract_if(from.., |key, _| *key < limit);
                    format!("{:?}", taken.take(most).collect::<Vec<_>>())
                }
                Deed::Drain(a, b) => format!("{:?}", map.drain(a..b).next()),
                Deed::Clear => format!("{:?}", map.clear()),
                Deed::Sort => format!("{:?}", map.sort_keys()),
                Deed::Swap(a, b) => format!("{:?}", map.swap_indices(a, b)),
                Deed::Reserve(additional) => format!("{:?}", map.reserve(additional)),
                Deed::ReserveExact(additional) => format!("{:?}", map.reserve_exact(additional)),
                Deed::ShrinkTo(capacity) => format!("{:?}", map.shrink_to(capacity)),
                Deed::ShrinkToFit => format!("{:?}", map.shrink_to_fit()),
            }
        }
    };
}

/// `put_all` for the plain map, which has none while tracing is on.
trait PlainPutAll {
    fn put_all(&mut self, entries: Vec<(Key, Value)>) -> Report;
}

struct Report {
    new: u64,
}

impl PlainPutAll for Plain<Key, Value, Fixed> {
    fn put_all(&mut self, entries: Vec<(Key, Value)>) -> Report {
        let before = self.len();
        self.reserve(entries.len());
        for (key, value) in entries {
            self.insert(key, value);
        }
        Report {
            new: (self.len() - before) as u64,
        }
    }
}

act!(act_plain, Plain<Key, Value, Fixed>, ::indexmap);
act!(act_traced, Traced<Key, Value, Fixed>, ::maptrace_runtime::indexmap);

/// What the deed is to be counted as.
fn count(totals: &mut OpTotals, deed: &Deed, before: &Plain<Key, Value, Fixed>, after: usize) {
    let mut known: Vec<Key> = before.keys().copied().collect();
    let removed = before.len().saturating_sub(after) as u64;
    let there = |key: &Key| before.contains_key(key);
    match deed {
        Deed::Splice(a, b, _) => drop(known.drain(a..b)),
        Deed::CloneFrom(_) => known.clear(),
        _ => {}
    }
    let mut assign = |key: Key| {
        if known.contains(&key) {
            totals.assigns_replaced += 1;
        } else {
            known.push(key);
            totals.assigns_new += 1;
        }
    };
    let mut assign_all = |entries: &[(Key, Value)]| entries.iter().for_each(|(key, _)| assign(*key));
    match deed {
        Deed::Insert(key, value) | Deed::EntryReplace(key, value) | Deed::ShiftInsert(_, key, value) => {
            assign_all(&[(*key, *value)]);
        }
        Deed::OrInsert(key, value) | Deed::RawInsert(key, value) if !there(key) => assign_all(&[(*key, *value)]),
        Deed::ReplaceIndex(at, key) => {
            totals.assigns_replaced += u64::from(before.get_index_of(key).is_none_or(|there| there == *at));
        }
        Deed::EntryReplaceIndex(_, key) => totals.assigns_replaced += u64::from(!there(key)),
        Deed::EntryRemove(key) => {
            assign_all(&[(*key, 0)]);
            totals.deletes_hit += 1;
        }
        Deed::Extend(entries) | Deed::PutAll(entries) => assign_all(entries),
        // Of what the other map has, each key is there once.
        Deed::Append(entries) => {
            let other: Plain<Key, Value, Fixed> = entries.iter().copied().collect();
            assign_all(&other.into_iter().collect::<Vec<_>>());
        }
        Deed::CloneFrom(entries) => {
            let source: Plain<Key, Value, Fixed> = entries.iter().copied().collect();
            assign_all(&source.into_iter().collect::<Vec<_>>());
            totals.deletes_hit += before.len() as u64;
        }
        Deed::Splice(a, b, with) => {
            assign_all(with);
            totals.deletes_hit += (b - a) as u64;
        }
        Deed::SwapRemove(key) | Deed::ShiftRemove(key) if !there(key) => totals.deletes_miss += 1,
        Deed::RemoveIndex(_) | Deed::Pop if removed == 0 => totals.deletes_miss += 1,
        Deed::SwapRemove(_) | Deed::ShiftRemove(_) | Deed::RemoveIndex(_) | Deed::Pop => totals.deletes_hit += 1,
        Deed::PopIf(_) | Deed::FirstRemove | Deed::Truncate(_) | Deed::SplitOff(_) => totals.deletes_hit += removed,
        Deed::Retain(_) | Deed::ExtractIf(..) | Deed::Drain(..) => totals.deletes_hit += removed,
        Deed::Clear => totals.cleared += removed,
        Deed::OrInsert(..) | Deed::RawInsert(..) | Deed::AndModify(_) | Deed::Sort | Deed::Swap(..) => {}
        Deed::Reserve(_) | Deed::ReserveExact(_) | Deed::ShrinkTo(_) | Deed::ShrinkToFit => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_traced_map_does_what_the_plain_one_does(deeds in proptest::collection::vec(deed(), 1..150)) {
        let capture = Capture::with_ring_bytes(1 << 16);
        let mut traced: Traced<Key, Value, Fixed> = Traced::with_hasher(Fixed::default());
        let mut plain: Plain<Key, Value, Fixed> = Plain::default();
        let (mut totals, mut shrinks) = (OpTotals::default(), 0);
        let mine = line!() - 3;
        for deed in &deeds {
            let deed = &fitted(deed, plain.len());
            let before = plain.clone();
            let expected = act_plain(&mut plain, deed);
            count(&mut totals, deed, &before, plain.len());
            prop_assert_eq!(act_traced(&mut traced, deed), expected, "{:?}", deed);
            prop_assert!(traced.iter().eq(plain.iter()), "{:?}", deed);
            // `splice` and what follows from it may leave other tombstones.
            if !deeds.iter().any(|deed| matches!(deed, Deed::Splice(..))) {
                prop_assert_eq!(traced.capacity(), plain.capacity(), "{:?}", deed);
            }

            // What an entry or a lazy removal did to the tombstones is published by the next operation.
            traced.retain(|_, _| true);
            let maps = capture.snapshot().maps;
            let seen = maps.iter().find(|map| map.live > 0 && map.site.line == mine).expect("it was changed");
            prop_assert_eq!(seen.totals, totals, "{:?}", deed);
            prop_assert_eq!(seen.entries, plain.len() as u64);
            shrinks += u64::from(matches!(deed, Deed::ShrinkTo(_) | Deed::ShrinkToFit));
            prop_assert!(seen.shrinks <= shrinks, "{:?}", deed);
            let room = seen.capacity.unwrap() - seen.tombstones.unwrap();
            prop_assert_eq!(room, traced.capacity() as u64, "{:?}", deed);
        }
        drop(traced);
        let snapshot = capture.snapshot();
        let seen = snapshot.maps.iter().find(|map| map.freed > 0 && map.site.line == mine).expect("it was dropped");
        prop_assert_eq!((seen.live, seen.entries, seen.capacity, seen.held_bytes), (0, 0, Some(0), Some(0)));
        prop_assert_eq!(seen.totals, totals);
        prop_assert_eq!(snapshot.health.dropped_total(), 0);
    }
}
