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
    /// As [`entry_parts`](Self::entry_parts), for a look-up that may run the user's code; it is [over](Door::looked_up) after
    /// that.
    #[inline]
    pub(crate) fn look_up_parts(&mut self) -> (&mut M, Door<'_>, LookUp) {
        let is_short = self.identity.every().is_some() && !(M::RESIZES_UNSEEN && self.identity.unseen().is_some());
        let start = if is_short { 0 } else { self.begin_look_up() };
        if M::TABLE {
            self.publish_tombstones();
        }
        let entries = self.map.entries();
        let (map, door) = self.parts();
        (map, door, LookUp { start, entries })
    }

    #[cold]
    #[inline(never)]
    fn begin_look_up(&mut self) -> u64 {
        self.begin();
        thread::slow_start()
    }
}

/// A look-up on its way.
pub(crate) struct LookUp {
    start: u64,
    entries: usize,
}

impl Door<'_> {
    /// The look-up is over.
    #[inline]
    pub(crate) fn looked_up(&mut self, look_up: &LookUp) {
        self.identity.over(Operation::Entry, look_up.start, look_up.entries);
    }
}
