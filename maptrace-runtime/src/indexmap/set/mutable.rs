//! Opt-in access to elements.

use std::hash::{BuildHasher, Hash};

use ::indexmap::Equivalent;
use ::indexmap::set::MutableValues as _;

use super::IndexSet;
use crate::episode::BatchDoor;

/// Elements that can be changed in place: [`indexmap::set::MutableValues`], for the traced
/// set.
///
/// An element must not be changed so that it is equal to another or hashes to another value. Nothing of this is
/// recorded, but for [`retain2`](Self::retain2): no element comes or goes.
#[expect(private_bounds, reason = "sealed, as indexmap's")]
pub trait MutableValues: Sealed {
    /// The set's element.
    type Value;

    /// The index of `value`, and the element as the set has it.
    fn get_full_mut2<Q>(&mut self, value: &Q) -> Option<(usize, &mut Self::Value)>
    where
        Q: ?Sized + Hash + Equivalent<Self::Value>;

    /// The element at `index`.
    fn get_index_mut2(&mut self, index: usize) -> Option<&mut Self::Value>;

    /// As [`IndexSet::retain`], and records the same batch.
    fn retain2<F>(&mut self, keep: F)
    where
        F: FnMut(&mut Self::Value) -> bool;
}

impl<T, S> MutableValues for IndexSet<T, S>
where
    S: BuildHasher,
{
    type Value = T;

    #[cfg_attr(feature = "race", track_caller)]
    fn get_full_mut2<Q>(&mut self, value: &Q) -> Option<(usize, &mut T)>
    where
        Q: ?Sized + Hash + Equivalent<T>,
    {
        writes!(self.inner, Change);
        self.inner.map.get_full_mut2(value)
    }

    #[cfg_attr(feature = "race", track_caller)]
    fn get_index_mut2(&mut self, index: usize) -> Option<&mut T> {
        writes!(self.inner, Change);
        self.inner.map.get_index_mut2(index)
    }

    #[cfg_attr(feature = "race", track_caller)]
    fn retain2<F>(&mut self, keep: F)
    where
        F: FnMut(&mut T) -> bool,
    {
        let elements = self.inner.map.len();
        let mut batch = self.inner.batch(BatchDoor::Retain, elements);
        batch.offer(elements);
        batch.map().retain2(keep);
    }
}

trait Sealed {}

impl<T, S> Sealed for IndexSet<T, S> {}
