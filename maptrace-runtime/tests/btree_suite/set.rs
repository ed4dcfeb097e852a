use std::cmp::Ordering;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::ops::Bound;

/// An element that compares by its first field alone.
#[derive(Clone, Copy, Debug)]
struct Named(u32, &'static str);

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Named {}

impl PartialOrd for Named {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Named {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn begins_empty() {
    let set = BTreeSet::<u8>::new();
    assert!(set.is_empty());
    assert_eq!(set.len(), 0);
    assert_eq!((set.first(), set.last()), (None, None));
    assert_eq!(set, BTreeSet::default());
    assert!(!set.contains(&1));
}

#[test]
fn insert_replace_and_look_up() {
    let mut set = BTreeSet::new();
    assert!(set.insert(Named(1, "first")));
    assert!(!set.insert(Named(1, "second")));
    assert_eq!(set.get(&Named(1, "")).unwrap().1, "first");
    assert_eq!(set.replace(Named(1, "third")).unwrap().1, "first");
    assert_eq!(set.replace(Named(2, "new")).map(|old| old.1), None);
    assert_eq!(set.get(&Named(1, "")).unwrap().1, "third");
    assert_eq!(set.len(), 2);
    let words = BTreeSet::from(["a".to_owned()]);
    assert!(words.contains("a"));
    assert_eq!(words.get("b"), None);
}

#[test]
fn from_iter_keeps_the_last_of_equals_and_extend_the_first() {
    let collected: BTreeSet<_> = [Named(1, "first"), Named(1, "second")].into_iter().collect();
    assert_eq!(collected.first().unwrap().1, "second");
    assert_eq!(
        BTreeSet::from([Named(1, "first"), Named(1, "second")])
            .first()
            .unwrap()
            .1,
        "second"
    );
    let mut extended = BTreeSet::new();
    extended.extend([Named(1, "first"), Named(1, "second")]);
    assert_eq!(extended.first().unwrap().1, "first");
    extended.extend(&[Named(2, "other")]);
    assert_eq!(extended.len(), 2);
}

#[test]
fn remove_and_take() {
    let mut set = BTreeSet::from([Named(1, "stored"), Named(2, "stored")]);
    assert!(!set.remove(&Named(9, "")));
    assert!(set.remove(&Named(1, "asked")));
    assert_eq!(set.take(&Named(9, "")).map(|taken| taken.1), None);
    assert_eq!(set.take(&Named(2, "asked")).unwrap().1, "stored");
    assert!(set.is_empty());
}

#[test]
fn both_ends_and_clear() {
    let mut set: BTreeSet<u32> = (0..5).collect();
    assert_eq!((set.first(), set.last()), (Some(&0), Some(&4)));
    assert_eq!((set.pop_first(), set.pop_last()), (Some(0), Some(4)));
    set.clear();
    assert_eq!((set.pop_first(), set.pop_last()), (None, None));
}

#[test]
fn iterators_and_ranges() {
    let set: BTreeSet<u32> = (0..30).collect();
    assert!(set.iter().copied().eq(0..30));
    assert!(set.iter().rev().copied().eq((0..30).rev()));
    assert!(set.range(3..6).copied().eq(3..6));
    assert!(set.range((Bound::Excluded(27), Bound::Unbounded)).copied().eq([28, 29]));
    let mut sum = 0;
    for element in &set {
        sum += element;
    }
    assert_eq!(sum, 435);
    let words = BTreeSet::from(["a".to_owned(), "b".to_owned()]);
    assert!(
        words
            .range::<str, _>((Bound::Included("b"), Bound::Unbounded))
            .eq(["b"])
    );
    assert!(set.into_iter().rev().eq((0..30).rev()));
}

#[test]
#[should_panic(expected = "range start is greater than range end in BTreeSet")]
#[allow(clippy::reversed_empty_ranges, reason = "the panic is the point")]
fn a_reversed_range_panics_as_std_s() {
    drop(BTreeSet::from([1]).range(5..2));
}

#[test]
fn two_sets() {
    let (a, b) = (BTreeSet::from([1, 2, 3]), BTreeSet::from([3, 4]));
    assert!(a.union(&b).eq(&[1, 2, 3, 4]));
    assert!(a.intersection(&b).eq(&[3]));
    assert!(a.difference(&b).eq(&[1, 2]));
    assert!(a.symmetric_difference(&b).eq(&[1, 2, 4]));
    assert_eq!(&a | &b, BTreeSet::from([1, 2, 3, 4]));
    assert_eq!(&a & &b, BTreeSet::from([3]));
    assert_eq!(&a - &b, BTreeSet::from([1, 2]));
    assert_eq!(&a ^ &b, BTreeSet::from([1, 2, 4]));
    assert!(!a.is_disjoint(&b));
    assert!(a.is_disjoint(&BTreeSet::from([7])));
    assert!(BTreeSet::from([1, 2]).is_subset(&a));
    assert!(!b.is_subset(&a));
    assert!(a.is_superset(&BTreeSet::from([2])));
    assert!(!a.is_superset(&b));
    assert!(BTreeSet::new().is_subset(&a));
}

#[test]
fn append_and_split_off() {
    let mut a = BTreeSet::from([1, 2, 3]);
    let mut b = BTreeSet::from([3, 4]);
    a.append(&mut b);
    assert_eq!((a.len(), b.len()), (4, 0));
    let right = a.split_off(&3);
    assert_eq!((a, right), (BTreeSet::from([1, 2]), BTreeSet::from([3, 4])));
}

#[test]
fn retain_and_extract_if() {
    let mut set: BTreeSet<u32> = (0..10).collect();
    set.retain(|x| x % 2 == 0);
    assert!(set.iter().eq(&[0, 2, 4, 6, 8]));
    assert!(set.extract_if(2..=6, |x| *x != 4).eq([2, 6]));
    assert_eq!(set.extract_if(.., |_| true).next(), Some(0));
    assert!(set.iter().eq(&[4, 8]));
    let mut taken = set.extract_if(.., |_| true);
    assert_eq!(taken.size_hint(), (0, Some(2)));
    taken.next();
    // `taken` lives on, unused.
    assert_eq!(set.len(), 1);
}

#[test]
fn clone_is_another_set() {
    let original: BTreeSet<u32> = (0..50).collect();
    let mut copy = original.clone();
    copy.insert(99);
    assert_ne!(copy, original);
    copy.clone_from(&original);
    assert_eq!(copy, original);
}

#[test]
fn compares_and_hashes_as_its_contents() {
    let (small, large) = (BTreeSet::from([1, 2]), BTreeSet::from([1, 3]));
    assert!(small < large);
    assert_eq!(small.cmp(&large), Ordering::Less);
    assert_eq!(
        BTreeSet::from([1]).partial_cmp(&BTreeSet::new()),
        Some(Ordering::Greater)
    );
    assert_eq!(digest(&small), digest(&std::collections::BTreeSet::from([1, 2])));
}

#[test]
fn debug_text() {
    let mut set = BTreeSet::from([1, 2]);
    assert_eq!(format!("{set:?}"), "{1, 2}");
    assert_eq!(format!("{set:#?}"), "{\n    1,\n    2,\n}");
    assert_eq!(format!("{:?}", set.iter()), "Iter([1, 2])");
    let plain = std::collections::BTreeSet::from([1, 2]);
    assert_eq!(format!("{:?}", set.union(&set)), format!("{:?}", plain.union(&plain)));
    assert_eq!(
        format!("{:?}", set.difference(&set)),
        format!("{:?}", plain.difference(&plain))
    );
    assert_eq!(
        format!("{:?}", set.extract_if(.., |_| true)),
        "ExtractIf { peek: Some(1), .. }"
    );
}

#[test]
fn module_names_are_std_s() {
    let (mut a, b) = (BTreeSet::from([1]), BTreeSet::from([2]));
    let _: btree_set::Union<'_, i32> = a.union(&b);
    let _: btree_set::Intersection<'_, i32> = a.intersection(&b);
    let _: btree_set::Difference<'_, i32> = a.difference(&b);
    let _: btree_set::SymmetricDifference<'_, i32> = a.symmetric_difference(&b);
    let _: btree_set::Iter<'_, i32> = a.iter();
    let _: btree_set::Range<'_, i32> = a.range(..1);
    let everything: fn(&i32) -> bool = |_| true;
    let _: btree_set::ExtractIf<'_, i32, _, _> = a.extract_if(.., everything);
    let _: btree_set::IntoIter<i32> = a.into_iter();
    let _: btree_set::BTreeSet<i32> = b;
}
