//! Single operations that take long: `MAPTRACE_SLOW`.
//!
//! A clock read at both ends of each operation costs more than the operation, so this is for those who ask for it. Then no map
//! is ever in the state in which all operations go the shortest way, and the others look whether to read the clock.

use super::{Door, Plain, Traced};
use crate::episode::Operation;
use crate::event::EventKind;
use crate::identity::Identity;
use crate::thread;

impl Identity {
    /// The precise clock, if single operations that take long are to be told; else 0.
    #[inline]
    pub(super) fn slow_start(&self) -> u64 {
        // A map that does not count is no reason to take a ring.
        if self.may_be_timed() { thread::slow_start() } else { 0 }
    }

    /// An operation that began at `start`, if it was timed, is over: is told if it took long.
    #[inline]
    pub(super) fn over(&self, operation: Operation, start: u64, entries: usize) {
        if start != 0 {
            self.timed(operation, start, entries);
        }
    }

    #[cold]
    fn timed(&self, operation: Operation, start: u64, entries: usize) {
        if let Some(duration) = thread::slow_since(start) {
            self.episode(EventKind::Slow, &[start, duration, operation as u64, entries as u64]);
        }
    }
}

impl<M: Plain> Traced<M> {
    /// Whether operations go the shortest way: each is an event or left out, and nothing else is to be looked for; or nothing is
    /// recorded at all.
    #[inline(always)]
    pub(crate) fn is_short(&self) -> bool {
        (self.identity.is_short() || self.identity.is_off())
            && !(M::RESIZES_UNSEEN && self.identity.unseen().is_some())
    }

    /// As [`entry_parts`](Self::entry_parts), for a collection that [does not go](Self::is_short) the shortest way: the look-up
    /// that may run the user's code is [over](Door::looked_up) after that.
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn look_up_parts(&mut self) -> (&mut M, Door<'_>, LookUp) {
        #[cfg(feature = "race")]
        let mark = self.writing(crate::race::Deed::Entry);
        self.begin();
        let (start, entries) = (self.identity.slow_start(), self.map.entries());
        let (map, door) = self.entry_parts();
        let look_up = LookUp {
            start,
            entries,
            #[cfg(feature = "race")]
            _mark: mark,
        };
        (map, door, look_up)
    }
}

/// A look-up on its way.
pub(crate) struct LookUp {
    start: u64,
    entries: usize,
    /// For as long as this lives, also if the look-up unwinds.
    #[cfg(feature = "race")]
    _mark: crate::race::Mark,
}

impl Door<'_> {
    /// The look-up is over.
    #[inline]
    pub(crate) fn looked_up(&mut self, look_up: &LookUp) {
        self.identity.over(Operation::Entry, look_up.start, look_up.entries);
    }
}

#[cfg(test)]
mod tests {
    use crate::collections::HashMap;
    use crate::testing::Capture;
    use crate::thread;

    #[test]
    fn a_map_that_does_not_count_takes_no_ring() {
        let made = std::thread::spawn(|| {
            thread::be_collector();
            HashMap::from([(1, 1)])
        });
        let mut map = made.join().expect("it does not panic");
        let capture = Capture::install();
        map.insert(2, 2);
        map.remove(&2);
        *map.entry(1).or_default() += 1;
        assert_eq!(capture.snapshot().health.rings, 0);
    }
}
