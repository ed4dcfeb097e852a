//! What recording needs to know of collections whose entries are apart from their hash table.

use super::{Plain, Traced};

impl<M: Plain> Traced<M> {
    /// Runs an operation that moves entries, and records nothing: but it may get rid of tombstones.
    pub(crate) fn moved<R>(&mut self, op: impl FnOnce(&mut M) -> R) -> R {
        let result = op(&mut self.map);
        self.publish_tombstones();
        result
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
