//! What recording needs to know of collections whose entries are apart from their hash table.

use super::{Plain, Traced};

impl<M: Plain> Traced<M> {
    /// Runs an operation that moves entries, and records nothing: but it may get rid of tombstones.
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn moved<R>(&mut self, op: impl FnOnce(&mut M) -> R) -> R {
        writes!(self, Move);
        let result = op(&mut self.map);
        self.publish_tombstones();
        result
    }

    /// Records the grows of an operation that put in entries one by one, until there were `single`, and then all others
    /// at once. Says how many there were.
    pub(super) fn grew_unseen(&mut self, single: usize) -> u64 {
        let (mut full, room) = (self.full(), self.map.room() as u64);
        let mut grows = 0;
        while full < room {
            let step = if full < single as u64 { M::INFO.shape().grown_for(full + 1).min(room) } else { room };
            self.note_unseen_grow(full, single.min(full as usize), step);
            full = step;
            grows += 1;
        }
        grows
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

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use crate::testing::Capture;
    use crate::traced::Traced;

    #[test]
    fn a_full_map_that_is_given_what_it_has_is_ahead_until_it_grows() {
        let _capture = Capture::install();
        let mut traced = Traced::new(IndexMap::new());
        for key in 0..28 {
            traced.assign(|map| map.insert(key, ()));
            assert!(traced.identity.unseen().is_none());
        }
        // It is full, so the table makes room for this; and for that no more, so the clock need not be read.
        traced.assign(|map| map.insert(3, ()));
        assert_eq!(traced.identity.unseen(), Some(28));
        traced.assign(|map| map.insert(28, ()));
        assert_eq!((traced.identity.unseen(), traced.identity.full()), (None, Some(56)));
        traced.assign(|map| map.insert(3, ()));
        assert!(traced.identity.unseen().is_none());
    }
}
