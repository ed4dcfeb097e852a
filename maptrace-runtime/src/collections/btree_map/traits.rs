//! The traits of `std::collections::BTreeMap`, and those that lead from and to it.

use std::any::type_name;
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Index};

use crate::episode::BatchDoor;
use crate::put_all::{PutAll, PutAllReport};
use crate::site::{Traceable, TypeInfo};
use crate::snapshot::Kind;
use crate::traced::{self, clock_before};

use super::{BTreeMap, IntoIter, Iter, IterMut, Plain};

impl<K, V> traced::Plain for Plain<K, V> {
    const INFO: &'static TypeInfo = &TypeInfo {
        kind: Kind::BTreeMap,
        entry_size: size_of::<(K, V)>(),
        type_name: type_name::<Self>,
        key_name: type_name::<K>,
        value_name: Some(type_name::<V>),
    };
    const TABLE: bool = false;

    #[inline]
    fn entries(&self) -> usize {
        self.len()
    }

    #[inline]
    fn room(&self) -> usize {
        0
    }
}

impl<K, V> Traceable for BTreeMap<K, V> {
    const INFO: &'static TypeInfo = <Plain<K, V> as traced::Plain>::INFO;
}

/// The plain map, to read. There is no `DerefMut`, so that no change goes unrecorded.
impl<K, V> Deref for BTreeMap<K, V> {
    type Target = Plain<K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn deref(&self) -> &Plain<K, V> {
        reads!(self.inner, Borrow);
        &self.inner.map
    }
}

/// Clones entry by entry. Recorded as one batch on the clone, whose site is the place of the call.
impl<K: Clone, V: Clone> Clone for BTreeMap<K, V> {
    #[track_caller]
    fn clone(&self) -> Self {
        reads!(self.inner, Clone);
        let start = clock_before(self.inner.map.len());
        Self::made(self.inner.map.clone(), self.inner.map.len(), BatchDoor::Clone, start)
    }

    /// The map stays the same one to maptrace: its entries are recorded as removed, the source's as assigned.
    #[cfg_attr(feature = "race", track_caller)]
    fn clone_from(&mut self, source: &Self) {
        reads!(source.inner, Clone);
        let mut batch = self.inner.batch(BatchDoor::Clone, source.inner.map.len());
        batch.refill(0, |map| map.clone_from(&source.inner.map));
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for BTreeMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        reads!(self.inner, Iterate);
        self.inner.map.fmt(f)
    }
}

impl<K, V> Default for BTreeMap<K, V> {
    /// An empty map, as [`new`](BTreeMap::new) makes it.
    #[track_caller]
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for BTreeMap<K, V> {
    #[cfg_attr(feature = "race", track_caller)]
    fn eq(&self, other: &Self) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map == other.inner.map
    }
}

impl<K: Eq, V: Eq> Eq for BTreeMap<K, V> {}

impl<K: PartialOrd, V: PartialOrd> PartialOrd for BTreeMap<K, V> {
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.partial_cmp(&other.inner.map)
    }
}

impl<K: Ord, V: Ord> Ord for BTreeMap<K, V> {
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn cmp(&self, other: &Self) -> Ordering {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.cmp(&other.inner.map)
    }
}

impl<K: Hash, V: Hash> Hash for BTreeMap<K, V> {
    #[cfg_attr(feature = "race", track_caller)]
    fn hash<H: Hasher>(&self, state: &mut H) {
        reads!(self.inner, Iterate);
        self.inner.map.hash(state);
    }
}

impl<K, Q, V> Index<&Q> for BTreeMap<K, V>
where
    K: Borrow<Q> + Ord,
    Q: Ord + ?Sized,
{
    type Output = V;

    /// The value of `key`. Not recorded.
    ///
    /// # Panics
    /// If there is no entry of this key.
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, key: &Q) -> &V {
        reads!(self.inner, Get);
        &self.inner.map[key]
    }
}

/// Assigns entry by entry. Recorded as one batch.
impl<K: Ord, V> Extend<(K, V)> for BTreeMap<K, V> {
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<T: IntoIterator<Item = (K, V)>>(&mut self, iter: T) {
        let entries = iter.into_iter();
        let mut batch = self.inner.batch(BatchDoor::Extend, entries.size_hint().0);
        entries.for_each(|(key, value)| {
            batch.assign(|map| map.insert(key, value));
        });
    }
}

/// Assigns entry by entry. Recorded as one batch.
impl<'a, K: Ord + Copy, V: Copy> Extend<(&'a K, &'a V)> for BTreeMap<K, V> {
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<I: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, iter: I) {
        self.extend(iter.into_iter().map(|(&key, &value)| (key, value)));
    }
}

/// Sorts the entries and builds the tree of them at once, as std does; of equal keys the last entry wins. Recorded as
/// one batch, unless there are none.
impl<K: Ord, V> FromIterator<(K, V)> for BTreeMap<K, V> {
    #[track_caller]
    fn from_iter<T: IntoIterator<Item = (K, V)>>(iter: T) -> Self {
        let entries = iter.into_iter();
        let start = clock_before(entries.size_hint().1.unwrap_or(usize::MAX));
        let mut offered = 0;
        let map = entries.inspect(|_| offered += 1).collect();
        Self::made(map, offered, BatchDoor::FromIter, start)
    }
}

/// As `from_iter`.
impl<K: Ord, V, const N: usize> From<[(K, V); N]> for BTreeMap<K, V> {
    #[track_caller]
    fn from(arr: [(K, V); N]) -> Self {
        let start = clock_before(N);
        Self::made(Plain::from(arr), N, BatchDoor::FromIter, start)
    }
}

/// Wraps a plain map, in O(1). Its entries are recorded as one batch, unless there are none.
impl<K, V> From<Plain<K, V>> for BTreeMap<K, V> {
    #[track_caller]
    fn from(map: Plain<K, V>) -> Self {
        let offered = map.len();
        Self::made(map, offered, BatchDoor::FromIter, 0)
    }
}

/// As [`into_std`](BTreeMap::into_std).
impl<K, V> From<BTreeMap<K, V>> for Plain<K, V> {
    fn from(map: BTreeMap<K, V>) -> Self {
        BTreeMap::into_std(map)
    }
}

/// The map is recorded as freed.
impl<K, V> IntoIterator for BTreeMap<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    #[inline]
    fn into_iter(self) -> IntoIter<K, V> {
        self.inner.into_plain().into_iter()
    }
}

impl<'a, K, V> IntoIterator for &'a BTreeMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> Iter<'a, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }
}

impl<'a, K, V> IntoIterator for &'a mut BTreeMap<K, V> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> IterMut<'a, K, V> {
        writes!(self.inner, Change);
        self.inner.map.iter_mut()
    }
}

/// A B-tree has no room to reserve, so no grow is ever avoided.
impl<K: Ord, V> PutAll<(K, V)> for BTreeMap<K, V> {
    #[cfg_attr(feature = "race", track_caller)]
    fn put_all<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) -> PutAllReport {
        let entries = entries.into_iter();
        let mut batch = self.inner.batch(BatchDoor::PutAll, entries.size_hint().0);
        entries.for_each(|(key, value)| {
            batch.assign(|map| map.insert(key, value));
        });
        batch.report()
    }
}
