//! A cell that is set once, to what is never freed.
//!
//! std's `OnceLock` is 400 lines of LLVM IR for each type that is in one, and half of that is for threads that wait for each
//! other. Nobody may wait for one of these: a cell that is locked at a fork stays locked in the child.
#![expect(
    unsafe_code,
    reason = "a pointer is the one thing that can be set at once; and memory that is zero is as good as made"
)]

use std::marker::PhantomData;
use std::sync::atomic::{AtomicPtr, Ordering};

/// See the module's text. Without the type, so that to set one is compiled once.
struct Cell(AtomicPtr<()>);

impl Cell {
    /// Sets it to `new`, and returns null; or returns what it was set to before.
    fn set(&self, new: *mut ()) -> *mut () {
        // Release: pairs with the Acquire load in `Lasting::get`, behind which the value is read; Acquire, as that, if
        // somebody was faster.
        match self
            .0
            .compare_exchange(std::ptr::null_mut(), new, Ordering::Release, Ordering::Acquire)
        {
            Ok(null) => null,
            Err(known) => known,
        }
    }
}

/// See the module's text.
pub(crate) struct Lasting<T: 'static> {
    cell: Cell,
    of: PhantomData<&'static T>,
    /// Of a cell that could be taken for one of a supertype, what is set through the one would come out of the other.
    invariant: PhantomData<fn(T) -> T>,
}

impl<T> Lasting<T> {
    pub(crate) const fn new() -> Self {
        Self {
            cell: Cell(AtomicPtr::new(std::ptr::null_mut())),
            of: PhantomData,
            invariant: PhantomData,
        }
    }

    /// What it was set to, if it was.
    #[inline]
    pub(crate) fn get(&self) -> Option<&'static T> {
        // Acquire: pairs with the Release in `Cell::set`.
        let at = self.cell.0.load(Ordering::Acquire).cast::<T>();
        // SAFETY: it is null, or what `set` or `keep` were given for it, which lives for ever. Kept by this file.
        unsafe { at.as_ref() }
    }

    /// What it was set to; sets it to `value` if it was not.
    #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
    pub(crate) fn set(&self, value: &'static T) -> &'static T {
        self.cell.set(std::ptr::from_ref(value).cast_mut().cast());
        self.get().unwrap_or(value)
    }

    /// The same with memory of its own, which goes if somebody else was faster.
    pub(crate) fn keep(&self, value: Box<T>) -> &'static T {
        let own = Box::into_raw(value);
        if !self.cell.set(own.cast()).is_null() {
            // SAFETY: it came out of a box a moment ago, and the cell did not take it. Kept by this function.
            drop(unsafe { Box::from_raw(own) });
        }
        self.get().expect("it is set by now")
    }
}

/// What may begin as bytes that are zero.
///
/// # Safety
/// Bytes that are zero are a value of it, and there is nothing to drop.
#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
pub(crate) unsafe trait Zeroed: Sync {}

/// As many as `N`, for ever; `None` if there is no memory for them. It may be taken from the system only as it is used.
#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
pub(crate) fn zeroed<T: Zeroed, const N: usize>() -> Option<&'static [T; N]> {
    const { assert!(size_of::<T>() > 0 && N > 0) };
    // SAFETY: it is of more than no bytes, as was just asserted.
    let memory = unsafe { std::alloc::alloc_zeroed(std::alloc::Layout::new::<[T; N]>()) };
    // SAFETY: null, or memory of this layout that is nobody else's and is never freed, all zero, which is a value of it as
    // `Zeroed` says.
    unsafe { memory.cast::<[T; N]>().as_ref() }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn the_first_stays() {
        let cell = Lasting::new();
        assert!(cell.get().is_none());
        let first = cell.keep(Box::new(1));
        assert!(std::ptr::eq(cell.keep(Box::new(2)), first) && cell.get() == Some(&1));
        #[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
        assert!(std::ptr::eq(cell.set(&3), first));
    }

    /// Counts itself, to see that nothing is lost and nothing dropped twice.
    struct Counted(&'static AtomicUsize);

    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn of_many_at_once_one_stays_and_the_others_go() {
        static DROPPED: AtomicUsize = AtomicUsize::new(0);
        static CELL: Lasting<Counted> = Lasting::new();
        let all = std::thread::scope(|scope| {
            let handles: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| std::ptr::from_ref(CELL.keep(Box::new(Counted(&DROPPED)))).addr()))
                .collect();
            handles
                .into_iter()
                .map(|handle| handle.join().expect("no panic"))
                .collect::<Vec<_>>()
        });
        let kept = std::ptr::from_ref(CELL.get().expect("it is set")).addr();
        assert!(all.iter().all(|seen| *seen == kept));
        assert_eq!(DROPPED.load(Ordering::Relaxed), all.len() - 1);
    }
}
