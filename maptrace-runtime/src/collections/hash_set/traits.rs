//! What a set is to the rest of the program: the traits that bring no elements in or out.

use std::any::type_name;
use std::collections::HashSet as Plain;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::ops::Deref;

use super::{HashSet, IntoIter, Iter};
use crate::site::{Traceable, TypeInfo};
use crate::snapshot::Kind;
use crate::traced;

impl<T, S> traced::Plain for Plain<T, S> {
    const INFO: &'static TypeInfo = &TypeInfo {
        kind: Kind::HashSet,
        entry_size: size_of::<T>(),
        type_name: type_name::<Self>,
        key_name: type_name::<T>,
        value_name: None,
    };
    const TABLE: bool = true;

    #[inline]
    fn entries(&self) -> usize {
        self.len()
    }

    #[inline]
    fn room(&self) -> usize {
        self.capacity()
    }
}

impl<T, S> Traceable for HashSet<T, S> {
    const INFO: &'static TypeInfo = <Plain<T, S> as traced::Plain>::INFO;
}

/// `&HashSet` goes wherever `&std::collections::HashSet` is asked for. There is no `DerefMut`: a change that maptrace
/// does not see would make its counts wrong.
impl<T, S> Deref for HashSet<T, S> {
    type Target = Plain<T, S>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn deref(&self) -> &Self::Target {
        reads!(self.inner, Borrow);
        &self.inner.map
    }
}

impl<T, S: Default> Default for HashSet<T, S> {
    #[inline]
    #[track_caller]
    fn default() -> Self {
        Self::with_hasher(S::default())
    }
}

impl<T, S> PartialEq for HashSet<T, S>
where
    T: Eq + Hash,
    S: BuildHasher,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn eq(&self, other: &Self) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map == other.inner.map
    }
}

impl<T, S> Eq for HashSet<T, S>
where
    T: Eq + Hash,
    S: BuildHasher,
{
}

impl<T: fmt::Debug, S> fmt::Debug for HashSet<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        reads!(self.inner, Iterate);
        self.inner.map.fmt(f)
    }
}

impl<'a, T, S> IntoIterator for &'a HashSet<T, S> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> Iter<'a, T> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }
}

impl<T, S> IntoIterator for HashSet<T, S> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    /// Consumes the set, which counts as freed, with its elements.
    #[inline]
    fn into_iter(self) -> IntoIter<T> {
        self.inner.into_plain().into_iter()
    }
}
