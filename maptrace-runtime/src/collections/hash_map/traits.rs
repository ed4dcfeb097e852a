//! What a map is to the rest of the program: the traits that bring no entries in or out.

use std::any::type_name;
use std::borrow::Borrow;
use std::collections::HashMap as Plain;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::ops::{Deref, Index};

use super::{HashMap, IntoIter, Iter, IterMut};
use crate::site::{Traceable, TypeInfo};
use crate::snapshot::Kind;
use crate::traced;

impl<K, V, S> traced::Plain for Plain<K, V, S> {
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

impl<K, V, S> Traceable for HashMap<K, V, S> {
    const INFO: &'static TypeInfo = <Plain<K, V, S> as traced::Plain>::INFO;
}

/// `&HashMap` goes wherever `&std::collections::HashMap` is asked for. There is no `DerefMut`: a change that maptrace
/// does not see would make its counts wrong.
impl<K, V, S> Deref for HashMap<K, V, S> {
    type Target = Plain<K, V, S>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn deref(&self) -> &Self::Target {
        reads!(self.inner, Borrow);
        &self.inner.map
    }
}

impl<K, V, S: Default> Default for HashMap<K, V, S> {
    #[inline]
    #[track_caller]
    fn default() -> Self {
        Self::with_hasher(S::default())
    }
}

impl<K, V, S> PartialEq for HashMap<K, V, S>
where
    K: Eq + Hash,
    V: PartialEq,
    S: BuildHasher,
{
    #[cfg_attr(feature = "race", track_caller)]
    fn eq(&self, other: &Self) -> bool {
        reads!(self.inner, Compare);
        reads!(other.inner, Compare);
        self.inner.map == other.inner.map
    }
}

impl<K, V, S> Eq for HashMap<K, V, S>
where
    K: Eq + Hash,
    V: Eq,
    S: BuildHasher,
{
}

impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Debug for HashMap<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        reads!(self.inner, Iterate);
        self.inner.map.fmt(f)
    }
}

impl<K, Q, V, S> Index<&Q> for HashMap<K, V, S>
where
    K: Eq + Hash + Borrow<Q>,
    Q: Eq + Hash + ?Sized,
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

impl<'a, K, V, S> IntoIterator for &'a HashMap<K, V, S> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> Iter<'a, K, V> {
        reads!(self.inner, Iterate);
        self.inner.map.iter()
    }
}

impl<'a, K, V, S> IntoIterator for &'a mut HashMap<K, V, S> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V>;

    #[inline]
    #[cfg_attr(feature = "race", track_caller)]
    fn into_iter(self) -> IterMut<'a, K, V> {
        writes!(self.inner, Change);
        self.inner.map.iter_mut()
    }
}

impl<K, V, S> IntoIterator for HashMap<K, V, S> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    /// Consumes the map, which counts as freed, with its entries.
    #[inline]
    fn into_iter(self) -> IntoIter<K, V> {
        self.inner.into_plain().into_iter()
    }
}
