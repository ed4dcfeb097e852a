//! Operations that put an entry in and give a reference to it.
#![expect(
    unsafe_code,
    reason = "recording looks at the collection's size once the entry is in, while the borrow checker takes the whole of it to \
              be lent out with the reference"
)]

use std::ptr::NonNull;

use super::{Plain, Traced};

impl<M: Plain> Traced<M> {
    /// [`assign`](Self::assign) for an operation that gives the entry it put in.
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn assign_entry<K, V>(
        &mut self,
        op: impl for<'m> FnOnce(&'m mut M) -> (&'m mut K, &'m mut V),
    ) -> (&mut K, &mut V) {
        let (key, value) = self.assign(|map| {
            let (key, value) = op(map);
            (NonNull::from(key), NonNull::from(value))
        });
        // SAFETY: `op` works for any lifetime, so what it gives lies in the collection, unique, and stays there for as
        // long as that is borrowed, which is as long as `self` is. Since then only `Plain::entries` and `Plain::room`
        // have run, which read numbers and no entry.
        let key = unsafe { &mut *key.as_ptr() };
        // SAFETY: as above.
        let value = unsafe { &mut *value.as_ptr() };
        (key, value)
    }

    /// [`assign`](Self::assign) for an operation that gives the element that it put in or found.
    #[inline(always)]
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn assign_element<T>(&mut self, op: impl for<'m> FnOnce(&'m mut M) -> &'m T) -> &T {
        let element = self.assign(|set| NonNull::from(op(set)));
        // SAFETY: as in `assign_entry`, and nobody changes what is only read.
        unsafe { element.as_ref() }
    }
}
