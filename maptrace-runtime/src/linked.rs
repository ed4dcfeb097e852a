//! Which spans the episodes of a thread are linked to, beside the one they are in.
//!
//! An episode in the ring only has the number of a set of spans. The hub keeps the set until the scope in which it holds
//! is over and the collector has drained what was written in it.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::context::SpanContext;
use crate::hub::{Hub, Phase, lock};
use crate::lean::search;
use crate::{global, thread};

/// Spans that the sets of one hub may hold in all: 40 bytes each. What comes on top is counted, not kept. There are no more sets
/// than that either, or a sink that keeps the collector from its rings would cost memory without end; of those that come
/// on top nothing is known.
const MOST_KEPT: usize = 16_384;

/// The spans an episode is linked to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Links {
    pub(crate) spans: Arc<[SpanContext]>,
    /// How many more there were.
    pub(crate) dropped: u64,
}

/// The sets of a hub.
#[derive(Default)]
pub(crate) struct LinkSets(Mutex<Sets>);

#[derive(Default)]
struct Sets {
    /// In the order of their numbers.
    by_number: Vec<(u64, Links)>,
    kept: usize,
    /// Those whose scopes are over, in the same order.
    ended: Vec<u64>,
}

impl Sets {
    /// Where the set with this number is, or where it would be.
    fn find(&self, number: u64) -> Result<usize, usize> {
        search(self.by_number.len(), &|i| self.by_number[i].0.cmp(&number))
    }
}

/// Where a number is, or where it would be.
fn in_order(numbers: &[u64], number: u64) -> Result<usize, usize> {
    search(numbers.len(), &|i| numbers[i].cmp(&number))
}

impl LinkSets {
    #[inline]
    fn add(&self, number: u64, mut links: Links) {
        let mut sets = lock(&self.0);
        if sets.by_number.len() >= MOST_KEPT || sets.by_number.try_reserve(1).is_err() {
            return;
        }
        if sets.kept + links.spans.len() > MOST_KEPT {
            links.dropped += links.spans.len() as u64;
            links.spans = Arc::default();
        }
        // One that has none takes room too.
        sets.kept += links.spans.len().max(1);
        // Near the end, as numbers go up.
        let (Ok(at) | Err(at)) = sets.find(number);
        sets.by_number.insert(at, (number, links));
    }

    #[inline]
    fn end(&self, number: u64) {
        let mut sets = lock(&self.0);
        let Ok(known) = sets.find(number) else { return };
        if sets.ended.try_reserve(1).is_ok() {
            let (Ok(at) | Err(at)) = in_order(&sets.ended, number);
            sets.ended.insert(at, number);
        } else {
            // Then nothing is known of it any more.
            let (_, links) = sets.by_number.remove(known);
            sets.kept -= links.spans.len().max(1);
        }
    }

    #[inline]
    fn is_live(&self, number: u64) -> bool {
        let sets = lock(&self.0);
        sets.find(number).is_ok() && in_order(&sets.ended, number).is_err()
    }

    /// What an episode is linked to. Collector only.
    pub(crate) fn get(&self, number: u64) -> Links {
        let sets = lock(&self.0);
        sets.find(number).map(|at| sets.by_number[at].1.clone()).unwrap_or_default()
    }

    /// The sets whose scopes are over, in order: nothing refers to them that is not in a ring by now. Collector only.
    pub(crate) fn take_ended(&self) -> Vec<u64> {
        std::mem::take(&mut lock(&self.0).ended)
    }

    /// Forgets sets, once every ring was drained after they had [ended](Self::take_ended). Collector only.
    pub(crate) fn forget(&self, ended: &[u64]) {
        if ended.is_empty() {
            return;
        }
        let mut sets = lock(&self.0);
        let Sets { by_number, kept, .. } = &mut *sets;
        let mut stay = 0;
        for i in 0..by_number.len() {
            let (number, links) = &by_number[i];
            if in_order(ended, *number).is_ok() {
                *kept -= links.spans.len().max(1);
            } else {
                by_number.swap(stay, i);
                stay += 1;
            }
        }
        by_number.truncate(stay);
    }
}

/// A set that holds on this thread.
#[derive(Clone, Copy)]
pub(crate) struct Holding {
    hub: &'static Hub,
    number: u64,
}

thread_local! {
    static HOLDING: Cell<Option<Holding>> = const { Cell::new(None) };
}

/// The scope of a set.
pub(crate) struct Scope {
    own: Holding,
    before: Option<Holding>,
}

impl Scope {
    /// Links this thread's episodes to what `collect` says, if there is anybody to tell.
    pub(crate) fn begin(collect: impl FnOnce() -> Links) -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let hub = thread::hub_to_tell().filter(|hub| hub.phase() == Phase::Running)?;
        let links = collect();
        if links.spans.is_empty() && links.dropped == 0 {
            return None;
        }
        // Relaxed: only that no number comes twice.
        let own = Holding { hub, number: NEXT.fetch_add(1, Ordering::Relaxed) };
        thread::at_work(|| hub.links.add(own.number, links));
        Some(Self { own, before: HOLDING.replace(Some(own)) })
    }
}

impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        let Self { own, before } = self;
        // In a forked child the parent's hub, and its locks, are the parent's.
        if !global::existing_generation().is_some_and(|now| std::ptr::eq(now, own.hub.generation)) {
            return;
        }
        let holds = |set: &Holding| HOLDING.get().is_some_and(|it| it.number == set.number);
        thread::at_work(|| {
            own.hub.links.end(own.number);
            if holds(own) {
                HOLDING.set(before.filter(|before| before.hub.links.is_live(before.number)));
            }
        });
    }
}

/// The number of the set that holds on this thread for what is written into a ring of `hub`; 0 is none.
#[inline]
pub(crate) fn number_for(hub: &Hub) -> u64 {
    HOLDING.get().filter(|set| std::ptr::eq(set.hub, hub)).map_or(0, |set| set.number)
}

/// In a forked child.
pub(crate) fn forget() {
    HOLDING.set(None);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_that_does_not_come_costs_no_memory() {
        let sets = LinkSets::default();
        let links = || Links { spans: Arc::default(), dropped: 1 };
        let scopes = 1..=MOST_KEPT as u64 + 1_000;
        for number in scopes.clone() {
            sets.add(number, links());
            sets.end(number);
        }
        assert_eq!(lock(&sets.0).by_number.len(), MOST_KEPT);
        let ended = sets.take_ended();
        assert_eq!(ended.len(), MOST_KEPT);
        assert_eq!(scopes.map(|number| sets.get(number).dropped).sum::<u64>(), MOST_KEPT as u64);
        sets.forget(&ended);
        assert_eq!(lock(&sets.0).kept, 0);
        sets.add(1, links());
        assert!(sets.is_live(1));
    }
}
