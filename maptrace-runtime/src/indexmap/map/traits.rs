//! What a map is to the rest of the program: the traits that bring no entries in or out.

use std::any::type_name;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::ops::{
    Bound, Deref, Index, IndexMut, Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive,
};

use ::indexmap::{Equivalent, IndexMap as Plain};

use super::{IndexMap, IntoIter, Iter, IterMut, Slice};
use crate::site::{Traceable, TypeInfo};
use crate::snapshot::Kind;
use crate::traced;

impl<K, V, S> traced::Plain for Plain<K, V, S> {
    const INFO: &'static TypeInfo = &TypeInfo {
        kind: Kind::IndexMap,
        // Each entry has its hash beside it.
        entry_size: size_of::<(usize, K, V)>(),
        type_name: type_name::<Self>,
        key_name: type_name::<K>,
        value_name: Some(type_name::<V>),
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

impl<K, V, S> Traceable for IndexMap<K, V, S> {
    const INFO: &'static TypeInfo = <Plain<K, V, S> as traced::Plain>::INFO;
}

/// `&IndexMap` goes wherever `&indexmap::IndexMap` is asked for. There is no `DerefMut`: a change that maptrace does
/// not see would make its counts wrong.
impl<K, V, S> Deref for IndexMap<K, V, S> {
    type Target = Plain<K, V, S>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn deref(&self) -> &Self::Target {
        reads!(self.inner, Borrow);
        &self.inner.map
    }
}

impl<K, V, S> Default for IndexMap<K, V, S>
where
    S: Default,
{
    #[inline]
    #[track_caller]
    fn default() -> Self {
        Self::with_hasher(S::default())
    }
}

impl<K, V1, S1, V2, S2> PartialEq<IndexMap<K, V2, S2>> for IndexMap<K, V1, S1>
where
    K: Hash + Eq,
    V1: PartialEq<V2>,
    S1: BuildHasher,
    S2: BuildHasher,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn eq(&self, other: &IndexMap<K, V2, S2>) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map == other.inner.map
    }
}

impl<K, V, S> Eq for IndexMap<K, V, S>
where
    K: Eq + Hash,
    V: Eq,
    S: BuildHasher,
{
}

impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Debug for IndexMap<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        reads!(self.inner, Iterate);
        self.inner.map.fmt(f)
    }
}

impl<K, V, Q: ?Sized, S> Index<&Q> for IndexMap<K, V, S>
where
    Q: Hash + Equivalent<K>,
    S: BuildHasher,
{
    type Output = V;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, key: &Q) -> &V {
        reads!(self.inner, Get);
        &self.inner.map[key]
    }
}

impl<K, V, Q: ?Sized, S> IndexMut<&Q> for IndexMap<K, V, S>
where
    Q: Hash + Equivalent<K>,
    S: BuildHasher,
{
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index_mut(&mut self, key: &Q) -> &mut V {
        writes!(self.inner, Change);
        &mut self.inner.map[key]
    }
}

impl<K, V, S> Index<usize> for IndexMap<K, V, S> {
    type Output = V;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, index: usize) -> &V {
        reads!(self.inner, Get);
        &self.inner.map[index]
    }
}

impl<K, V, S> IndexMut<usize> for IndexMap<K, V, S> {
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index_mut(&mut self, index: usize) -> &mut V {
        writes!(self.inner, Change);
        &mut self.inner.map[index]
    }
}

impl<K, V, S> Index<Range<usize>> for IndexMap<K, V, S> {
    type Output = Slice<K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: Range<usize>) -> &Slice<K, V> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<K, V, S> IndexMut<Range<usize>> for IndexMap<K, V, S> {
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index_mut(&mut self, range: Range<usize>) -> &mut Slice<K, V> {
        writes!(self.inner, Change);
        &mut self.inner.map[range]
    }
}

impl<K, V, S> Index<RangeFrom<usize>> for IndexMap<K, V, S> {
    type Output = Slice<K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: RangeFrom<usize>) -> &Slice<K, V> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<K, V, S> IndexMut<RangeFrom<usize>> for IndexMap<K, V, S> {
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index_mut(&mut self, range: RangeFrom<usize>) -> &mut Slice<K, V> {
        writes!(self.inner, Change);
        &mut self.inner.map[range]
    }
}

impl<K, V, S> Index<RangeFull> for IndexMap<K, V, S> {
    type Output = Slice<K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: RangeFull) -> &Slice<K, V> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<K, V, S> IndexMut<RangeFull> for IndexMap<K, V, S> {
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index_mut(&mut self, range: RangeFull) -> &mut Slice<K, V> {
        writes!(self.inner, Change);
        &mut self.inner.map[range]
    }
}

impl<K, V, S> Index<RangeInclusive<usize>> for IndexMap<K, V, S> {
    type Output = Slice<K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: RangeInclusive<usize>) -> &Slice<K, V> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<K, V, S> IndexMut<RangeInclusive<usize>> for IndexMap<K, V, S> {
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index_mut(&mut self, range: RangeInclusive<usize>) -> &mut Slice<K, V> {
        writes!(self.inner, Change);
        &mut self.inner.map[range]
    }
}

impl<K, V, S> Index<RangeTo<usize>> for IndexMap<K, V, S> {
    type Output = Slice<K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: RangeTo<usize>) -> &Slice<K, V> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<K, V, S> IndexMut<RangeTo<usize>> for IndexMap<K, V, S> {
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index_mut(&mut self, range: RangeTo<usize>) -> &mut Slice<K, V> {
        writes!(self.inner, Change);
        &mut self.inner.map[range]
    }
}

impl<K, V, S> Index<RangeToInclusive<usize>> for IndexMap<K, V, S> {
    type Output = Slice<K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: RangeToInclusive<usize>) -> &Slice<K, V> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<K, V, S> IndexMut<RangeToInclusive<usize>> for IndexMap<K, V, S> {
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index_mut(&mut self, range: RangeToInclusive<usize>) -> &mut Slice<K, V> {
        writes!(self.inner, Change);
        &mut self.inner.map[range]
    }
}

impl<K, V, S> Index<(Bound<usize>, Bound<usize>)> for IndexMap<K, V, S> {
    type Output = Slice<K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, range: (Bound<usize>, Bound<usize>)) -> &Slice<K, V> {
        reads!(self.inner, Get);
        &self.inner.map[range]
    }
}

impl<K, V, S> IndexMut<(Bound<usize>, Bound<usize>)> for IndexMap<K, V, S> {
    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index_mut(&mut self, range: (Bound<usize>, Bound<usize>)) -> &mut Slice<K, V> {
        writes!(self.inner, Change);
        &mut self.inner.map[range]
    }
}

impl<'a, K, V, S> IntoIterator for &'a IndexMap<K, V, S> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> Self::IntoIter {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }
}

impl<'a, K, V, S> IntoIterator for &'a mut IndexMap<K, V, S> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> Self::IntoIter {
        writes!(self.inner, Change);
        self.inner.map.iter_mut()
    }
}

impl<K, V, S> IntoIterator for IndexMap<K, V, S> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    /// Consumes the map, which counts as freed, with its entries.
    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.inner.into_plain().into_iter()
    }
}
