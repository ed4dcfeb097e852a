//! Random programs, on std's B-trees and on the traced ones: the same results and contents after each step, and the
//! counts that follow from them.
#![cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]

use std::collections as plain;
use std::mem::take;

use maptrace_runtime::collections::{BTreeMap, BTreeSet, btree_map::Entry};
use maptrace_runtime::testing::{Capture, EventType};
use maptrace_runtime::{OpTotals, PutAll};
use proptest::prelude::*;

/// What the recorder is to have counted.
#[derive(Default)]
struct Expected {
    /// All operations, batched ones included.
    totals: OpTotals,
    /// Those that are events of their own.
    single: OpTotals,
}

impl Expected {
    /// One assign.
    fn assigned(&mut self, new: bool) {
        for totals in [&mut self.totals, &mut self.single] {
            *(if new {
                &mut totals.assigns_new
            } else {
                &mut totals.assigns_replaced
            }) += 1;
        }
    }

    /// One delete.
    fn deleted(&mut self, hit: bool) {
        for totals in [&mut self.totals, &mut self.single] {
            *(if hit {
                &mut totals.deletes_hit
            } else {
                &mut totals.deletes_miss
            }) += 1;
        }
    }

    /// A batch that was offered so many entries, of which so many were new.
    fn offered(&mut self, offered: usize, new: usize) {
        self.totals.assigns_new += new as u64;
        self.totals.assigns_replaced += (offered - new) as u64;
    }

    /// A batch that removed so many entries.
    fn removed(&mut self, removed: usize) {
        self.totals.deletes_hit += removed as u64;
    }

    /// Compares what was recorded; `len` is the number of entries in the one live map.
    fn check(&self, capture: &Capture, len: usize) {
        let (mut totals, mut entries) = (OpTotals::default(), 0);
        for map in capture.snapshot().maps {
            totals.assigns_new += map.totals.assigns_new;
            totals.assigns_replaced += map.totals.assigns_replaced;
            totals.deletes_hit += map.totals.deletes_hit;
            totals.deletes_miss += map.totals.deletes_miss;
            totals.cleared += map.totals.cleared;
            entries += map.entries;
        }
        assert_eq!(totals, self.totals);
        assert_eq!(entries, len as u64);
    }

    /// Compares the events themselves.
    fn check_events(&self, capture: &Capture) {
        let events = capture.events();
        let count = |what| events.iter().filter(|event| event.what == what).count() as u64;
        assert_eq!(count(EventType::AssignNew), self.single.assigns_new);
        assert_eq!(count(EventType::AssignReplaced), self.single.assigns_replaced);
        assert_eq!(count(EventType::DeleteHit), self.single.deletes_hit);
        assert_eq!(count(EventType::DeleteMiss), self.single.deletes_miss);
    }
}

/// A key; few enough that they meet.
fn key() -> impl Strategy<Value = u8> {
    0..40_u8
}

fn entries() -> impl Strategy<Value = Vec<(u8, u8)>> {
    prop::collection::vec((key(), any::<u8>()), 0..24)
}

/// One step of a program on a map.
#[derive(Clone, Debug)]
enum Step {
    Insert(u8, u8),
    Remove(u8),
    RemoveEntry(u8),
    PopFirst,
    PopLast,
    OrInsert(u8, u8),
    InsertEntry(u8, u8),
    RemoveByEntry(u8),
    RemoveFirstEntry,
    InsertLastEntry(u8),
    Modify(u8),
    Clear,
    Retain(u8),
    ExtractIf {
        from: u8,
        width: u8,
        modulus: u8,
        most: usize,
    },
    Extend(Vec<(u8, u8)>),
    PutAll(Vec<(u8, u8)>),
    Append(Vec<(u8, u8)>),
    SplitOff(u8),
    Clone,
    CloneFrom(Vec<(u8, u8)>),
    Collect,
    Take,
}

fn step() -> impl Strategy<Value = Step> {
    use Step::{
        Append, Clear, Clone, CloneFrom, Collect, Extend, ExtractIf, Insert, InsertEntry, InsertLastEntry, Modify,
        OrInsert, PopFirst, PopLast, PutAll, Remove, RemoveByEntry, RemoveEntry, RemoveFirstEntry, Retain, SplitOff,
        Take,
    };
    prop_oneof![
        8 => (key(), any::<u8>()).prop_map(|(key, value)| Insert(key, value)),
        4 => key().prop_map(Remove),
        1 => key().prop_map(RemoveEntry),
        1 => Just(PopFirst),
        1 => Just(PopLast),
        3 => (key(), any::<u8>()).prop_map(|(key, value)| OrInsert(key, value)),
        2 => (key(), any::<u8>()).prop_map(|(key, value)| InsertEntry(key, value)),
        2 => key().prop_map(RemoveByEntry),
        1 => Just(RemoveFirstEntry),
        1 => any::<u8>().prop_map(InsertLastEntry),
        1 => key().prop_map(Modify),
        1 => Just(Clear),
        1 => (1..5_u8).prop_map(Retain),
        2 => (key(), key(), 1..4_u8, 0..6_usize)
            .prop_map(|(from, width, modulus, most)| ExtractIf { from, width, modulus, most }),
        2 => entries().prop_map(Extend),
        2 => entries().prop_map(PutAll),
        1 => entries().prop_map(Append),
        1 => key().prop_map(SplitOff),
        1 => Just(Clone),
        1 => entries().prop_map(CloneFrom),
        1 => Just(Collect),
        1 => Just(Take),
    ]
}

/// Runs one step on both maps, compares what it gives, and notes what is to be counted.
fn run(step: Step, map: &mut BTreeMap<u8, u8>, model: &mut plain::BTreeMap<u8, u8>, expected: &mut Expected) {
    let before = model.len();
    match step {
        Step::Insert(key, value) => {
            let old = model.insert(key, value);
            assert_eq!(map.insert(key, value), old);
            expected.assigned(old.is_none());
        }
        Step::Remove(key) => {
            let removed = model.remove(&key);
            assert_eq!(map.remove(&key), removed);
            expected.deleted(removed.is_some());
        }
        Step::RemoveEntry(key) => {
            let removed = model.remove_entry(&key);
            assert_eq!(map.remove_entry(&key), removed);
            expected.deleted(removed.is_some());
        }
        Step::PopFirst => {
            let removed = model.pop_first();
            assert_eq!(map.pop_first(), removed);
            expected.deleted(removed.is_some());
        }
        Step::PopLast => {
            let removed = model.pop_last();
            assert_eq!(map.pop_last(), removed);
            expected.deleted(removed.is_some());
        }
        Step::OrInsert(key, value) => {
            assert_eq!(map.entry(key).or_insert(value), model.entry(key).or_insert(value));
            if model.len() > before {
                expected.assigned(true);
            }
        }
        Step::InsertEntry(key, value) => {
            let new = model.insert(key, value).is_none();
            assert_eq!(map.entry(key).insert_entry(value).get(), &value);
            expected.assigned(new);
        }
        Step::RemoveByEntry(key) => {
            let removed = model.remove(&key);
            let by_entry = match map.entry(key) {
                Entry::Occupied(entry) => Some(entry.remove()),
                Entry::Vacant(_) => None,
            };
            assert_eq!(by_entry, removed);
            if removed.is_some() {
                expected.deleted(true);
            }
        }
        Step::RemoveFirstEntry => {
            let removed = model.pop_first();
            assert_eq!(map.first_entry().map(|entry| entry.remove_entry()), removed);
            if removed.is_some() {
                expected.deleted(true);
            }
        }
        Step::InsertLastEntry(value) => {
            let old = model.last_entry().map(|mut entry| entry.insert(value));
            assert_eq!(map.last_entry().map(|mut entry| entry.insert(value)), old);
            if old.is_some() {
                expected.assigned(false);
            }
        }
        Step::Modify(key) => {
            let change = |value: &mut u8| *value = value.wrapping_add(1);
            model.range_mut(key..).for_each(|(_, value)| change(value));
            map.range_mut(key..).for_each(|(_, value)| change(value));
            assert_eq!(map.get_mut(&key), model.get_mut(&key));
        }
        Step::Clear => {
            model.clear();
            map.clear();
            expected.totals.cleared += before as u64;
        }
        Step::Retain(modulus) => {
            model.retain(|key, _| key.is_multiple_of(modulus));
            map.retain(|key, _| key.is_multiple_of(modulus));
            expected.removed(before - model.len());
        }
        Step::ExtractIf {
            from,
            width,
            modulus,
            most,
        } => {
            let range = from..from + width;
            let chosen = |key: &u8, _: &mut u8| key.is_multiple_of(modulus);
            let removed: Vec<_> = model.extract_if(range.clone(), chosen).take(most).collect();
            assert_eq!(map.extract_if(range, chosen).take(most).collect::<Vec<_>>(), removed);
            expected.removed(removed.len());
        }
        Step::Extend(entries) => {
            expected_batch(&entries, model, expected);
            map.extend(entries);
        }
        Step::PutAll(entries) => {
            expected_batch(&entries, model, expected);
            let report = map.put_all(entries.iter().copied());
            assert_eq!(report.offered, entries.len() as u64);
            assert_eq!(report.new, (model.len() - before) as u64);
            assert_eq!(report.replaced, report.offered - report.new);
        }
        Step::Append(entries) => {
            let mut other = collected(entries, expected);
            let offered = other.len();
            model.extend(&other);
            map.append(&mut other);
            assert!(other.is_empty());
            expected.offered(offered, model.len() - before);
            expected.removed(offered);
        }
        Step::SplitOff(key) => {
            let right = model.split_off(&key);
            assert_eq!(*map.split_off(&key), right);
            expected.removed(right.len());
            expected.offered(right.len(), right.len());
        }
        Step::Clone => {
            *map = map.clone();
            expected.offered(before, before);
        }
        Step::CloneFrom(entries) => {
            let source = collected(entries, expected);
            model.clone_from(&source);
            map.clone_from(&source);
            expected.removed(before);
            expected.offered(source.len(), source.len());
        }
        Step::Collect => {
            *map = take(map).into_iter().collect();
            expected.offered(before, before);
        }
        Step::Take => {
            model.clear();
            assert_eq!(take(map).len(), before);
        }
    }
}

/// Extends the model, and notes what a batch of these entries is to count.
fn expected_batch(entries: &[(u8, u8)], model: &mut plain::BTreeMap<u8, u8>, expected: &mut Expected) {
    let before = model.len();
    model.extend(entries.iter().copied());
    expected.offered(entries.len(), model.len() - before);
}

/// A traced map of these entries.
fn collected(entries: Vec<(u8, u8)>, expected: &mut Expected) -> BTreeMap<u8, u8> {
    let offered = entries.len();
    let map: BTreeMap<u8, u8> = entries.into_iter().collect();
    expected.offered(offered, map.len());
    map
}

/// One step of a program on a set.
#[derive(Clone, Debug)]
enum SetStep {
    Insert(u8),
    Replace(u8),
    Remove(u8),
    Take(u8),
    Pop,
    Retain(u8),
    ExtractIf(u8, usize),
    Extend(Vec<u8>),
    PutAll(Vec<u8>),
    Append(Vec<u8>),
    SplitOff(u8),
    /// An operator, and the other set.
    Combine(usize, Vec<u8>),
    Clear,
}

fn set_step() -> impl Strategy<Value = SetStep> {
    use SetStep::{
        Append, Clear, Combine, Extend, ExtractIf, Insert, Pop, PutAll, Remove, Replace, Retain, SplitOff, Take,
    };
    let elements = || prop::collection::vec(key(), 0..24);
    prop_oneof![
        8 => key().prop_map(Insert),
        2 => key().prop_map(Replace),
        4 => key().prop_map(Remove),
        2 => key().prop_map(Take),
        1 => Just(Pop),
        1 => (1..5_u8).prop_map(Retain),
        1 => (1..4_u8, 0..6_usize).prop_map(|(modulus, most)| ExtractIf(modulus, most)),
        2 => elements().prop_map(Extend),
        2 => elements().prop_map(PutAll),
        1 => elements().prop_map(Append),
        1 => key().prop_map(SplitOff),
        2 => (0..4_usize, elements()).prop_map(|(operator, other)| Combine(operator, other)),
        1 => Just(Clear),
    ]
}

/// Runs one step on both sets, compares what it gives, and notes what is to be counted.
fn run_on_set(step: SetStep, set: &mut BTreeSet<u8>, model: &mut plain::BTreeSet<u8>, expected: &mut Expected) {
    let before = model.len();
    match step {
        SetStep::Insert(element) => {
            let new = model.insert(element);
            assert_eq!(set.insert(element), new);
            expected.assigned(new);
        }
        SetStep::Replace(element) => {
            let old = model.replace(element);
            assert_eq!(set.replace(element), old);
            expected.assigned(old.is_none());
        }
        SetStep::Remove(element) => {
            let hit = model.remove(&element);
            assert_eq!(set.remove(&element), hit);
            expected.deleted(hit);
        }
        SetStep::Take(element) => {
            let taken = model.take(&element);
            assert_eq!(set.take(&element), taken);
            expected.deleted(taken.is_some());
        }
        SetStep::Pop => {
            for popped in [(model.pop_first(), set.pop_first()), (model.pop_last(), set.pop_last())] {
                assert_eq!(popped.0, popped.1);
                expected.deleted(popped.0.is_some());
            }
        }
        SetStep::Retain(modulus) => {
            model.retain(|element| element.is_multiple_of(modulus));
            set.retain(|element| element.is_multiple_of(modulus));
            expected.removed(before - model.len());
        }
        SetStep::ExtractIf(modulus, most) => {
            let removed: Vec<_> = model
                .extract_if(.., |element| element.is_multiple_of(modulus))
                .take(most)
                .collect();
            let traced: Vec<_> = set
                .extract_if(.., |element| element.is_multiple_of(modulus))
                .take(most)
                .collect();
            assert_eq!(traced, removed);
            expected.removed(removed.len());
        }
        SetStep::Extend(elements) => {
            model.extend(&elements);
            set.extend(&elements);
            expected.offered(elements.len(), model.len() - before);
        }
        SetStep::PutAll(elements) => {
            model.extend(&elements);
            let report = set.put_all(elements.iter().copied());
            let new = model.len() - before;
            assert_eq!((report.offered, report.new), (elements.len() as u64, new as u64));
            expected.offered(elements.len(), new);
        }
        SetStep::Append(elements) => {
            let mut other = other_set(&elements, expected);
            let offered = other.len();
            model.extend(&elements);
            set.append(&mut other);
            assert!(other.is_empty());
            expected.offered(offered, model.len() - before);
            expected.removed(offered);
        }
        SetStep::SplitOff(element) => {
            let right = model.split_off(&element);
            assert_eq!(*set.split_off(&element), right);
            expected.removed(right.len());
            expected.offered(right.len(), right.len());
        }
        SetStep::Combine(operator, elements) => {
            let other = other_set(&elements, expected);
            let plain_other: plain::BTreeSet<u8> = elements.into_iter().collect();
            (*set, *model) = match operator {
                0 => (&*set | &other, &*model | &plain_other),
                1 => (&*set & &other, &*model & &plain_other),
                2 => (&*set - &other, &*model - &plain_other),
                _ => (&*set ^ &other, &*model ^ &plain_other),
            };
            expected.offered(model.len(), model.len());
        }
        SetStep::Clear => {
            model.clear();
            set.clear();
            expected.totals.cleared += before as u64;
        }
    }
}

/// A traced set of these elements.
fn other_set(elements: &[u8], expected: &mut Expected) -> BTreeSet<u8> {
    let set: BTreeSet<u8> = elements.iter().copied().collect();
    expected.offered(elements.len(), set.len());
    set
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn maps_do_as_std_s_and_count_it(steps in prop::collection::vec(step(), 0..60)) {
        let capture = Capture::with_ring_bytes(1 << 16);
        let mut map = BTreeMap::new();
        let mut model = plain::BTreeMap::new();
        let mut expected = Expected::default();
        for step in steps {
            run(step, &mut map, &mut model, &mut expected);
            prop_assert_eq!(&*map, &model);
            expected.check(&capture, model.len());
        }
        expected.check_events(&capture);
    }

    #[test]
    fn sets_do_as_std_s_and_count_it(steps in prop::collection::vec(set_step(), 0..60)) {
        let capture = Capture::with_ring_bytes(1 << 16);
        let mut set = BTreeSet::new();
        let mut model = plain::BTreeSet::new();
        let mut expected = Expected::default();
        for step in steps {
            run_on_set(step, &mut set, &mut model, &mut expected);
            prop_assert_eq!(&*set, &model);
            expected.check(&capture, model.len());
        }
        expected.check_events(&capture);
    }
}
