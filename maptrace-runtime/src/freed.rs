//! A stack of ids of freed maps whose `Free` event found the ring full, so that no map stays "live" for ever.
//!
//! Any thread pushes; the collector takes everything at once. Taking all with one swap is what keeps a Treiber stack
//! free of the ABA problem: nothing is ever popped singly. Links are ids into the record table, not pointers.

use crate::sync::{AtomicU32, Ordering};

/// "No id": the end of the list.
const NONE: u32 = u32::MAX;

/// The head of the list. The links live in the records.
pub(crate) struct FreedStack {
    head: AtomicU32,
}

impl FreedStack {
    pub(crate) fn new() -> Self {
        Self {
            head: AtomicU32::new(NONE),
        }
    }

    /// Adds `id`. `link` finds the link cell of an id; the caller owns that cell until the id is taken.
    pub(crate) fn push<'a>(&self, id: u32, link: impl Fn(u32) -> &'a AtomicU32) {
        let mut head = self.head.load(Ordering::Relaxed);
        loop {
            link(id).store(head, Ordering::Relaxed);
            // Release: pairs with the Acquire swap in `take_all`, which then sees the link.
            match self
                .head
                .compare_exchange_weak(head, id, Ordering::Release, Ordering::Relaxed)
            {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    /// Takes all ids, last pushed first.
    pub(crate) fn take_all<'a>(&self, link: impl Fn(u32) -> &'a AtomicU32, mut each: impl FnMut(u32)) {
        // Cheap look first: the common case is an empty stack, and a swap would take the line from the producers.
        if self.head.load(Ordering::Relaxed) == NONE {
            return;
        }
        let mut id = self.head.swap(NONE, Ordering::Acquire);
        while id != NONE {
            // Read before `each`, which may let the id be used again.
            let next = link(id).load(Ordering::Relaxed);
            each(id);
            id = next;
        }
    }
}
