//! Removals that happen one by one, while an iterator has the collection borrowed.

use crate::episode::BatchDoor;
use crate::identity::Identity;
use crate::registry::record;
use crate::thread;

use super::{Plain, Traced};

/// Counts removals as they happen, and tells them as one batch when it is dropped.
pub(crate) struct Removals<'a> {
    identity: &'a mut Identity,
    story: Story,
}

/// What the batch will say.
///
/// It borrows nothing: an iterator of std that removes lazily may be alive while the collection is used again, as
/// long as it is not used itself, and `Drop` on something that borrows would forbid that. So whatever has to be right
/// is counted while the borrow lasts, and only the episode is left to the end.
struct Story {
    /// The record and the serial number it had: the map may be gone by the time the story is told.
    subject: Option<(u32, u64)>,
    door: BatchDoor,
    entries: usize,
    looked_at: usize,
    removed: u64,
}

impl<M: Plain> Traced<M> {
    /// The plain collection, and the recorder of what an iterator that looks at `entries` takes out of it.
    #[cfg_attr(feature = "race", track_caller)]
    pub(crate) fn removals(&mut self, door: BatchDoor, entries: usize) -> (&mut M, Removals<'_>) {
        #[cfg(feature = "race")]
        let _mark = self.writing(door.into());
        self.begin();
        if M::TABLE {
            self.publish_tombstones();
        }
        // To the end, which does not come if the iterator is forgotten.
        self.identity.set_behind(true);
        self.identity.count_batch();
        let story = Story {
            subject: self.identity.subject(),
            door,
            entries,
            looked_at: 0,
            removed: 0,
        };
        (
            &mut self.map,
            Removals {
                identity: &mut self.identity,
                story,
            },
        )
    }
}

impl Removals<'_> {
    /// The map's identity, whose address is the map's.
    #[cfg(feature = "race")]
    #[inline]
    pub(crate) fn identity(&self) -> &Identity {
        self.identity
    }

    /// The iterator has `left` more entries to look at and has removed one, or found no more.
    #[inline]
    pub(crate) fn looked(&mut self, removed: bool, left: usize) {
        self.story.looked_at = self.story.entries.saturating_sub(left);
        if removed {
            self.story.removed += 1;
            self.identity.count_removed();
        }
    }
}

impl Drop for Story {
    fn drop(&mut self) {
        use std::sync::atomic::Ordering::Relaxed;
        let Some((id, serial)) = self.subject else { return };
        if record(id).serial.load(Relaxed) == serial && record(id).owner.load(Relaxed) != 0 {
            let words = [0, 0, self.door as u64, self.looked_at as u64, 0, 0, self.removed];
            thread::emit_batch(id, &words);
        }
    }
}
