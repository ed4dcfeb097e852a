//! What a set is to the rest of the program: the traits that bring no elements in or out.

use std::any::type_name;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::ops::Deref;

use ::hashbrown::HashSet as Plain;
use allocator_api2::alloc::Allocator;

use super::{HashSet, IntoIter, Iter};
use crate::site::{Traceable, TypeInfo};
use crate::snapshot::Kind;
use crate::traced;

impl<T, S, A: Allocator> traced::Plain for Plain<T, S, A> {
    const INFO: &'static TypeInfo = &TypeInfo {
        kind: Kind::HashSet,
        entry_size: size_of::<T>(),
        type_name: type_name::<Self>,
        key_name: type_name::<T>,
        value_name: None,
    };
    const TABLE: bool = true;
    const RESIZES_UNSEEN: bool = true;

    #[inline]
    fn entries(&self) -> usize {
        self.len()
    }

    #[inline]
    fn room(&self) -> usize {
        self.capacity()
    }
}

impl<T, S, A: Allocator> Traceable for HashSet<T, S, A> {
    const INFO: &'static TypeInfo = <Plain<T, S, A> as traced::Plain>::INFO;
}

/// `&HashSet` goes wherever `&hashbrown::HashSet` is asked for. There is no `DerefMut`: a change that maptrace
/// does not see would make its counts wrong.
impl<T, S, A: Allocator> Deref for HashSet<T, S, A> {
    type Target = Plain<T, S, A>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn deref(&self) -> &Self::Target {
        reads!(self.inner, Borrow);
        &self.inner.map
    }
}

impl<T, S, A> Default for HashSet<T, S, A>
where
    S: Default,
    A: Default + Allocator,
{
    #[inline]
    #[track_caller]
    fn default() -> Self {
        Self::with_hasher_in(S::default(), A::default())
    }
}

impl<T, S, A> PartialEq for HashSet<T, S, A>
where
    T: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn eq(&self, other: &Self) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map == other.inner.map
    }
}

impl<T, S, A> Eq for HashSet<T, S, A>
where
    T: Eq + Hash,
    S: BuildHasher,
    A: Allocator,
{
}

impl<T, S, A> fmt::Debug for HashSet<T, S, A>
where
    T: fmt::Debug,
    A: Allocator,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        reads!(self.inner, Iterate);
        self.inner.map.fmt(f)
    }
}

impl<'a, T, S, A: Allocator> IntoIterator for &'a HashSet<T, S, A> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> Iter<'a, T> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }
}

impl<T, S, A: Allocator> IntoIterator for HashSet<T, S, A> {
    type Item = T;
    type IntoIter = IntoIter<T, A>;

    /// Consumes the set, which counts as freed, with its elements.
    #[inline]
    fn into_iter(self) -> IntoIter<T, A> {
        self.inner.into_plain().into_iter()
    }
}
