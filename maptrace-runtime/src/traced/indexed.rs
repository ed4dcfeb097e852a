//! What recording needs to know of collections whose entries are apart from their hash table.

use crate::site::TypeInfo;
use crate::thread;

use super::{Door, Plain, Resize, Traced, WORTH_TIMING};

impl<M: Plain> Traced<M> {
    /// Runs an operation that moves entries, and records nothing: but it may get rid of tombstones.
    pub(crate) fn moved<R>(&mut self, op: impl FnOnce(&mut M) -> R) -> R {
        let result = op(&mut self.map);
        self.publish_tombstones();
        result
    }

    /// What is to be known before a vacant entry of a full collection is filled, if that is what resizes it, and not
    /// the look-up. The clock is read then: [`Resize::begins`].
    #[inline]
    pub(crate) fn before_vacant(&mut self) -> Option<Resize> {
        let (entries, room) = (self.map.entries(), self.map.room());
        (entries == room).then(|| {
            self.begin();
            Resize { full: self.full(), entries, room, wanted: entries + 1, start: 0 }
        })
    }

    /// The full capacity of an index map after `clone_from`: its table is as the source's, its entries stay where they
    /// are if they have room. 0 stands for what is found then.
    pub(crate) fn full_after_clone_from(&self, source: &Self) -> u64 {
        if self.full() < source.map.entries() as u64 {
            return 0;
        }
        M::INFO.shape().grown_for(source.full()).min(self.full())
    }
}

impl Resize {
    /// Reads the clock: the operation that resizes the table comes next.
    #[cold]
    pub(crate) fn begins(&mut self) {
        self.start = thread::clock_for_episode(self.entries >= WORTH_TIMING);
    }
}

impl Door<'_> {
    /// A vacant entry of a full collection has been filled. The collection is borrowed, so what became of it is worked
    /// out as indexmap does: its entries have grown, unless it was tombstones that it was full of. Then the entry may
    /// have come in place of one of them, or the table may have been laid out anew: that is not told. After an index
    /// table with tombstones was larger than its entries the new capacity is a guess.
    #[cold]
    pub(crate) fn filled_vacant(&mut self, before: &Resize, info: &TypeInfo) {
        if before.room as u64 >= before.full {
            self.resized(before, info, false);
        }
    }
}
