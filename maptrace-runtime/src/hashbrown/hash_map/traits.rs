//! What a map is to the rest of the program: the traits that bring no entries in or out.

use std::any::type_name;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::ops::{Deref, Index};

use ::hashbrown::HashMap as Plain;
use allocator_api2::alloc::Allocator;

use super::{Equivalent, HashMap, IntoIter, Iter, IterMut};
use crate::site::{Traceable, TypeInfo};
use crate::snapshot::Kind;
use crate::traced;

impl<K, V, S, A: Allocator> traced::Plain for Plain<K, V, S, A> {
    const INFO: &'static TypeInfo = &TypeInfo {
        kind: Kind::HashMap,
        entry_size: size_of::<(K, V)>(),
        type_name: type_name::<Self>,
        key_name: type_name::<K>,
        value_name: Some(type_name::<V>),
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

impl<K, V, S, A: Allocator> Traceable for HashMap<K, V, S, A> {
    const INFO: &'static TypeInfo = <Plain<K, V, S, A> as traced::Plain>::INFO;
}

/// `&HashMap` goes wherever `&hashbrown::HashMap` is asked for. There is no `DerefMut`: a change that maptrace does not
/// see would make its counts wrong.
impl<K, V, S, A: Allocator> Deref for HashMap<K, V, S, A> {
    type Target = Plain<K, V, S, A>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn deref(&self) -> &Self::Target {
        reads!(self.inner, Borrow);
        &self.inner.map
    }
}

impl<K, V, S, A> Default for HashMap<K, V, S, A>
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

impl<K, V, S, A> PartialEq for HashMap<K, V, S, A>
where
    K: Eq + Hash,
    V: PartialEq,
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

impl<K, V, S, A> Eq for HashMap<K, V, S, A>
where
    K: Eq + Hash,
    V: Eq,
    S: BuildHasher,
    A: Allocator,
{
}

impl<K, V, S, A> fmt::Debug for HashMap<K, V, S, A>
where
    K: fmt::Debug,
    V: fmt::Debug,
    A: Allocator,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        reads!(self.inner, Iterate);
        self.inner.map.fmt(f)
    }
}

impl<K, Q, V, S, A> Index<&Q> for HashMap<K, V, S, A>
where
    K: Eq + Hash,
    Q: Hash + Equivalent<K> + ?Sized,
    S: BuildHasher,
    A: Allocator,
{
    type Output = V;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn index(&self, key: &Q) -> &V {
        reads!(self.inner, Get);
        &self.inner.map[key]
    }
}

impl<'a, K, V, S, A: Allocator> IntoIterator for &'a HashMap<K, V, S, A> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> Iter<'a, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }
}

impl<'a, K, V, S, A: Allocator> IntoIterator for &'a mut HashMap<K, V, S, A> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> IterMut<'a, K, V> {
        writes!(self.inner, Change);
        self.inner.map.iter_mut()
    }
}

impl<K, V, S, A: Allocator> IntoIterator for HashMap<K, V, S, A> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V, A>;

    /// Consumes the map, which counts as freed, with its entries.
    #[inline]
    fn into_iter(self) -> IntoIter<K, V, A> {
        self.inner.into_plain().into_iter()
    }
}
