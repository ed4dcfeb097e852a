//! A stack of ids of freed maps whose `Free` event found the ring full, so that no map stays "live" for ever.
//!
//! Any thread pushes; the collector takes everything at once. Taking all with one swap is what keeps a Treiber stack
//! free of the ABA problem: nothing is ever popped singly. Links are ids into the record table, not pointers.

use crate::sync::{self, AtomicU32, Ordering};

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
                .compare_exchange_weak(head, id, sync::freed_pushed(), Ordering::Relaxed)
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
        let mut id = self.head.swap(NONE, sync::freed_taken());
        while id != NONE {
            // Read before `each`, which may let the id be used again.
            let next = link(id).load(Ordering::Relaxed);
            each(id);
            id = next;
        }
    }
}

#[cfg(all(feature = "guard", not(maptrace_loom)))]
impl FreedStack {
    /// Looks at the ids on the stack, `most` of them, and takes none. They are right while nobody takes.
    pub(crate) fn look<'a>(&self, link: impl Fn(u32) -> Option<&'a AtomicU32>, most: u32, mut each: impl FnMut(u32)) {
        let mut id = self.head.load(Ordering::Acquire);
        for _ in 0..most {
            let Some(next) = link(id).filter(|_| id != NONE) else {
                return;
            };
            each(id);
            id = next.load(Ordering::Relaxed);
        }
    }
}

#[cfg(all(test, maptrace_loom))]
mod loom_tests {
    use super::*;
    use crate::sync::{Slot, weaken};
    use loom::sync::Arc;
    use std::sync::atomic::AtomicU64;

    /// What a link holds before it is written.
    const STALE: u32 = 77;

    struct Stack {
        stack: FreedStack,
        links: [AtomicU32; 2],
        /// Stands for what the pusher did to the record before.
        records: [Slot; 2],
    }

    /// Two threads push while a third takes twice: every id comes out once.
    fn model() -> u64 {
        let runs = std::sync::Arc::new(AtomicU64::new(0));
        let counted = std::sync::Arc::clone(&runs);
        loom::model::Builder::new().check(move || {
            counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let shared = Arc::new(Stack {
                stack: FreedStack::new(),
                links: std::array::from_fn(|_| AtomicU32::new(STALE)),
                records: std::array::from_fn(|_| Slot::new()),
            });
            let pushers: Vec<_> = [[0].as_slice(), &[1]]
                .into_iter()
                .map(|ids| {
                    let shared = Arc::clone(&shared);
                    loom::thread::spawn(move || {
                        for &id in ids {
                            shared.records[id as usize].write(1);
                            shared.stack.push(id, |id| &shared.links[id as usize]);
                        }
                    })
                })
                .collect();
            let mut seen = [0; 2];
            let mut take = || {
                shared.stack.take_all(
                    |id| {
                        assert_ne!(id, STALE, "a link was followed before it was seen");
                        &shared.links[id as usize]
                    },
                    |id| seen[id as usize] += shared.records[id as usize].read(),
                );
            };
            // loom looks for interleavings around accesses that depend on one another; yielding gives it the points.
            take();
            loom::thread::yield_now();
            take();
            loom::thread::yield_now();
            take();
            for pusher in pushers {
                pusher.join().unwrap();
            }
            take();
            assert_eq!(seen, [1; 2]);
        });
        runs.load(std::sync::atomic::Ordering::Relaxed)
    }

    #[test]
    fn every_id_comes_out_once() {
        let interleavings = model();
        println!("{interleavings} interleavings");
        assert!(interleavings > 50, "the model explores next to nothing");
    }

    #[test]
    fn weakened_orderings_are_noticed() {
        for name in ["freed_pushed", "freed_taken"] {
            let caught = std::panic::catch_unwind(|| {
                weaken::set(Some(name));
                model()
            });
            weaken::set(None);
            assert!(caught.is_err(), "the model does not notice that {name} is relaxed");
        }
    }
}
