//! What a set is to the rest of the program: the traits that bring no elements in or out.

use std::any::type_name;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::ops::{
    Bound, Deref, Index, Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive,
};

use ::indexmap::IndexSet as Plain;

use super::{IndexSet, IntoIter, Iter, Slice};
use crate::site::{Traceable, TypeInfo};
use crate::snapshot::Kind;
use crate::traced;

impl<T, S> traced::Plain for Plain<T, S> {
    const INFO: &'static TypeInfo = &TypeInfo {
        kind: Kind::IndexSet,
        // Each element has its hash beside it.
        entry_size: size_of::<(usize, T)>(),
        type_name: type_name::<Self>,
        key_name: type_name::<T>,
        value_name: None,
    };
    const TABLE: bool = true;

    #[inline]
    fn entries(&self) -> usize {
        // `len()` is that of the table, and asserts that it is the same: not so after some panics of the user's, and
        // this is asked while they unwind.
        self.as_slice().len()
    }

    #[inline]
    fn room(&self) -> usize {
        self.capacity()
    }
}

impl<T, S> Traceable for IndexSet<T, S> {
    const INFO: &'static TypeInfo = <Plain<T, S> as traced::Plain>::INFO;
}

/// `&IndexSet` goes wherever `&indexmap::IndexSet` is asked for. There is no `DerefMut`: a change that maptrace does
/// not see would make its counts wrong.
impl<T, S> Deref for IndexSet<T, S> {
    type Target = Plain<T, S>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn deref(&self) -> &Self::Target {
        reads!(self.inner, Borrow);
        &self.inner.map
    }
}

impl<T, S> Default for IndexSet<T, S>
where
    S: Default,
{
    #[inline]
    #[track_caller]
    fn default() -> Self {
        Self::with_hasher(S::default())
    }
}

impl<T, S1, S2> PartialEq<IndexSet<T, S2>> for IndexSet<T, S1>
where
    T: Hash + Eq,
    S1: BuildHasher,
    S2: BuildHasher,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn eq(&self, other: &IndexSet<T, S2>) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map == other.inner.map
    }
}

impl<T, S> Eq for IndexSet<T, S>
where
    T: Eq + Hash,
    S: BuildHasher,
{
}

impl<T: fmt::Debug, S> fmt::Debug for IndexSet<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        reads!(self.inner, Iterate);
        self.inner.map.fmt(f)
    }
}

impl<T, S> Index<usize> for IndexSet<T, S> {
    type Output = T;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, index: usize) -> &T {
        reads!(self.inner, Get);
        &self.inner.map[index]
    }
}

impl<T, S> Index<Range<usize>> for IndexSet<T, S> {
    type Output = Slice<T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: Range<usize>) -> &Slice<T> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<T, S> Index<RangeFrom<usize>> for IndexSet<T, S> {
    type Output = Slice<T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: RangeFrom<usize>) -> &Slice<T> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<T, S> Index<RangeFull> for IndexSet<T, S> {
    type Output = Slice<T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: RangeFull) -> &Slice<T> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<T, S> Index<RangeInclusive<usize>> for IndexSet<T, S> {
    type Output = Slice<T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: RangeInclusive<usize>) -> &Slice<T> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<T, S> Index<RangeTo<usize>> for IndexSet<T, S> {
    type Output = Slice<T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: RangeTo<usize>) -> &Slice<T> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<T, S> Index<RangeToInclusive<usize>> for IndexSet<T, S> {
    type Output = Slice<T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: RangeToInclusive<usize>) -> &Slice<T> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<T, S> Index<(Bound<usize>, Bound<usize>)> for IndexSet<T, S> {
    type Output = Slice<T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: (Bound<usize>, Bound<usize>)) -> &Slice<T> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<'a, T, S> IntoIterator for &'a IndexSet<T, S> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> Self::IntoIter {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }
}

impl<T, S> IntoIterator for IndexSet<T, S> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    /// Consumes the set, which counts as freed, with its elements.
    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.inner.into_plain().into_iter()
    }
}
