//! A collection that is lent to an entry of hashbrown's, and the way back to it.
//!
//! hashbrown's entries have the plain collection borrowed, and give it back: `into_map`, `into_table`. Ours give back
//! the traced one, of which the plain one is a part. So ours are hashbrown's own, with the whole beside them.
#![expect(
    unsafe_code,
    reason = "the borrow checker takes the whole to be borrowed for as long as there may be an entry, also once it is gone"
)]

use std::marker::PhantomData;
use std::mem::{MaybeUninit, needs_drop};
use std::ptr::NonNull;

/// `part` has (part of) a collection borrowed that is lent to this alone; once it is used up the whole can be had.
///
/// What gives the whole is unsafe: no type says that nothing else has been made of the collection, or of the part.
/// Everything else is safe, and so is a part that is put in another's place, as long as the whole is not asked for.
///
/// `part` is always there. It is in a `MaybeUninit` because a function that is given this would otherwise promise that
/// nobody else uses what `part` borrows before it returns, which is just what [`into_whole`](Self::into_whole) does.
pub(super) struct Lent<'a, C, T> {
    part: MaybeUninit<T>,
    whole: NonNull<C>,
    lent: PhantomData<&'a mut C>,
}

// SAFETY: it is a unique reference to the whole, and what was made of it.
unsafe impl<C: Send, T: Send> Send for Lent<'_, C, T> {}
// SAFETY: as above; and a shared reference to it gives nothing of the whole.
unsafe impl<C: Sync, T: Sync> Sync for Lent<'_, C, T> {}

impl<'a, C, T> Lent<'a, C, T> {
    /// `take` makes something of the collection.
    #[inline]
    pub(super) fn new(whole: &'a mut C, take: impl FnOnce(&'a mut C) -> T) -> Self {
        let mut whole = NonNull::from(whole);
        // SAFETY: the reference is unique for `'a`, and whoever uses `whole` before that is over promises that nothing
        // is left of this one.
        let part = take(unsafe { whole.as_mut() });
        Self::of(part, whole)
    }

    #[inline]
    fn of(part: T, whole: NonNull<C>) -> Self {
        // It would not be dropped; and if it were, it would hold on to the collection for longer than hashbrown's does.
        const { assert!(!needs_drop::<T>()) };
        Self { part: MaybeUninit::new(part), whole, lent: PhantomData }
    }

    #[inline]
    pub(super) fn part(&self) -> &T {
        // SAFETY: it is always there.
        unsafe { self.part.assume_init_ref() }
    }

    #[inline]
    pub(super) fn part_mut(&mut self) -> &mut T {
        // SAFETY: it is always there.
        unsafe { self.part.assume_init_mut() }
    }

    /// Gives up the way back.
    #[inline]
    pub(super) fn into_part(self) -> T {
        // SAFETY: it is always there.
        unsafe { self.part.assume_init() }
    }

    /// Gives up the part.
    ///
    /// # Safety
    /// Nothing that was made of the collection since [`new`](Self::new) may be used any more but this.
    #[inline]
    pub(super) unsafe fn into_whole(self) -> &'a mut C {
        let mut whole = self.whole;
        // SAFETY: the collection is lent to this for `'a`; the part is not used any more, and the caller promises the
        // same of everything else.
        unsafe { whole.as_mut() }
    }

    /// Goes on with what `f` makes of the part, or with the whole if that is nothing.
    ///
    /// # Safety
    /// If `f` makes nothing: as for [`into_whole`](Self::into_whole), also of what `f` was given.
    #[inline]
    pub(super) unsafe fn and_then<U>(self, f: impl FnOnce(T) -> Option<U>) -> Result<Lent<'a, C, U>, &'a mut C> {
        let mut whole = self.whole;
        match f(self.into_part()) {
            Some(part) => Ok(Lent::of(part, whole)),
            // SAFETY: as in `into_whole`.
            None => Err(unsafe { whole.as_mut() }),
        }
    }

    /// Uses up the part.
    ///
    /// # Safety
    /// As for [`into_whole`](Self::into_whole), also of what `f` was given and of what it gives.
    #[inline]
    pub(super) unsafe fn finish<R>(self, f: impl FnOnce(T) -> R) -> (R, &'a mut C) {
        let mut whole = self.whole;
        let result = f(self.into_part());
        // SAFETY: as in `into_whole`.
        (result, unsafe { whole.as_mut() })
    }
}
