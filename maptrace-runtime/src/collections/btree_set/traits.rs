//! The traits of `std::collections::BTreeSet`, and those that lead from and to it.

use std::any::type_name;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{BitAnd, BitOr, BitXor, Deref, Sub};

use crate::episode::BatchDoor;
use crate::put_all::{PutAll, PutAllReport};
use crate::site::{Traceable, TypeInfo};
use crate::snapshot::Kind;
use crate::traced::{self, clock_before};

use super::{BTreeSet, IntoIter, Iter, Plain};

impl<T> traced::Plain for Plain<T> {
    const INFO: &'static TypeInfo = &TypeInfo {
        kind: Kind::BTreeSet,
        entry_size: size_of::<T>(),
        type_name: type_name::<Self>,
        key_name: type_name::<T>,
        value_name: None,
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

impl<T> Traceable for BTreeSet<T> {
    const INFO: &'static TypeInfo = <Plain<T> as traced::Plain>::INFO;
}

/// The plain set, to read. There is no `DerefMut`, so that no change goes unrecorded.
impl<T> Deref for BTreeSet<T> {
    type Target = Plain<T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn deref(&self) -> &Plain<T> {
        reads!(self.inner, Borrow);
        &self.inner.map
    }
}

/// Clones element by element. Recorded as one batch on the clone, whose site is the place of the call.
impl<T: Clone> Clone for BTreeSet<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        reads!(self.inner, Clone);
        let start = clock_before(self.inner.map.len());
        Self::made(self.inner.map.clone(), self.inner.map.len(), BatchDoor::Clone, start)
    }

    /// The set stays the same one to maptrace: its elements are recorded as removed, the source's as assigned.
    #[cfg_attr(feature = "race", track_caller)]
    fn clone_from(&mut self, source: &Self) {
        reads!(source.inner, Clone);
        let mut batch = self.inner.batch(BatchDoor::Clone, source.inner.map.len());
        batch.refill(0, |set| set.clone_from(&source.inner.map));
    }
}

impl<T: fmt::Debug> fmt::Debug for BTreeSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        reads!(self.inner, Iterate);
        self.inner.map.fmt(f)
    }
}

impl<T> Default for BTreeSet<T> {
    /// An empty set, as [`new`](BTreeSet::new) makes it.
    #[track_caller]
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}

impl<T: PartialEq> PartialEq for BTreeSet<T> {
    #[cfg_attr(feature = "race", track_caller)]
    fn eq(&self, other: &Self) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map == other.inner.map
    }
}

impl<T: Eq> Eq for BTreeSet<T> {}

impl<T: PartialOrd> PartialOrd for BTreeSet<T> {
    #[cfg_attr(feature = "race", track_caller)]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.partial_cmp(&other.inner.map)
    }
}

impl<T: Ord> Ord for BTreeSet<T> {
    #[cfg_attr(feature = "race", track_caller)]
    fn cmp(&self, other: &Self) -> Ordering {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map.cmp(&other.inner.map)
    }
}

impl<T: Hash> Hash for BTreeSet<T> {
    #[cfg_attr(feature = "race", track_caller)]
    fn hash<H: Hasher>(&self, state: &mut H) {
        reads!(self.inner, Iterate);
        self.inner.map.hash(state);
    }
}

/// Puts in element by element. Recorded as one batch.
impl<T: Ord> Extend<T> for BTreeSet<T> {
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<I: IntoIterator<Item = T>>(&mut self, iter: I) {
        let elements = iter.into_iter();
        let mut batch = self.inner.batch(BatchDoor::Extend, elements.size_hint().0);
        elements.for_each(|element| {
            batch.assign(|set| set.insert(element));
        });
    }
}

/// Puts in element by element. Recorded as one batch.
impl<'a, T: 'a + Ord + Copy> Extend<&'a T> for BTreeSet<T> {
    #[cfg_attr(feature = "race", track_caller)]
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, iter: I) {
        self.extend(iter.into_iter().copied());
    }
}

/// Sorts the elements and builds the tree of them at once, as std does; of equal elements the last one stays. Recorded
/// as one batch, unless there are none.
impl<T: Ord> FromIterator<T> for BTreeSet<T> {
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = T>>(iter: I) -> Self {
        let elements = iter.into_iter();
        let start = clock_before(elements.size_hint().1.unwrap_or(usize::MAX));
        let mut offered = 0;
        let set = elements.inspect(|_| offered += 1).collect();
        Self::made(set, offered, BatchDoor::FromIter, start)
    }
}

/// As `from_iter`.
impl<T: Ord, const N: usize> From<[T; N]> for BTreeSet<T> {
    #[track_caller]
    fn from(arr: [T; N]) -> Self {
        let start = clock_before(N);
        Self::made(Plain::from(arr), N, BatchDoor::FromIter, start)
    }
}

/// Wraps a plain set, in O(1). Its elements are recorded as one batch, unless there are none.
impl<T> From<Plain<T>> for BTreeSet<T> {
    #[track_caller]
    fn from(set: Plain<T>) -> Self {
        let offered = set.len();
        Self::made(set, offered, BatchDoor::FromIter, 0)
    }
}

/// As [`into_std`](BTreeSet::into_std).
impl<T> From<BTreeSet<T>> for Plain<T> {
    fn from(set: BTreeSet<T>) -> Self {
        BTreeSet::into_std(set)
    }
}

/// The set is recorded as freed.
impl<T> IntoIterator for BTreeSet<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    #[inline]
    fn into_iter(self) -> IntoIter<T> {
        self.inner.into_plain().into_iter()
    }
}

impl<'a, T> IntoIterator for &'a BTreeSet<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> Iter<'a, T> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }
}

/// Implements a set operator by the plain sets' own.
macro_rules! operator {
    ($Trait:ident, $method:ident, $what:literal) => {
        impl<T: Ord + Clone> $Trait<&BTreeSet<T>> for &BTreeSet<T> {
            type Output = BTreeSet<T>;

            #[doc = $what]
            ///
            /// Recorded as one batch on the new set, unless it is empty; its site is the place of the operator.
            #[track_caller]
            fn $method(self, rhs: &BTreeSet<T>) -> BTreeSet<T> {
                let start = clock_before(self.inner.map.len().saturating_add(rhs.inner.map.len()));
                let set = $Trait::$method(&self.inner.map, &rhs.inner.map);
                let offered = set.len();
                BTreeSet::made(set, offered, BatchDoor::FromIter, start)
            }
        }
    };
}

operator!(
    Sub,
    sub,
    "A new set of clones of the elements of `self` that are not in `rhs`."
);
operator!(
    BitXor,
    bitxor,
    "A new set of clones of the elements that are in one of the sets only."
);
operator!(
    BitAnd,
    bitand,
    "A new set of clones of the elements that are in both sets."
);
operator!(BitOr, bitor, "A new set of clones of the elements of both sets.");

/// A B-tree has no room to reserve, so no grow is ever avoided.
impl<T: Ord> PutAll<T> for BTreeSet<T> {
    #[cfg_attr(feature = "race", track_caller)]
    fn put_all<I: IntoIterator<Item = T>>(&mut self, elements: I) -> PutAllReport {
        let elements = elements.into_iter();
        let mut batch = self.inner.batch(BatchDoor::PutAll, elements.size_hint().0);
        elements.for_each(|element| {
            batch.assign(|set| set.insert(element));
        });
        batch.report()
    }
}
