//! Young maps whose events were lost, so that how many tables of which size there are stays known all the same.

use std::sync::atomic::{AtomicU32, Ordering};

use super::by_site::{BySite, CHUNK};
use crate::table::CLASSES;

/// By site and by [`CLASSES`]: how many more young maps there are than events tell of. Below zero, wrapped, if it is the end
/// of a map that was lost, and its beginning was not.
pub(crate) struct Untold(BySite<Tables>);

type Tables = [AtomicU32; CLASSES.len()];

impl Untold {
    pub(super) const fn new() -> Self {
        Self(BySite::new())
    }

    /// Makes room for a site, so that [`add`](Self::add) need not, which may be called from inside the allocator. `None` if there is no
    /// memory for it.
    pub(super) fn prepare(&self, site: u32) -> Option<()> {
        self.0.make(site, || [const { [const { AtomicU32::new(0) }; CLASSES.len()] }; CHUNK]).map(|_| ())
    }

    /// One more, or one less, with a table of this size.
    pub(crate) fn add(&self, site: u32, class: u8, one: i32) {
        if let Some(tables) = self.0.get(site) {
            // Relaxed: counters; nothing is inferred from their order.
            tables[class as usize].fetch_add(one.cast_unsigned(), Ordering::Relaxed);
        }
    }

    /// How many more there are, wrapped as they may be below zero.
    pub(crate) fn of(&self, site: u32) -> [u64; CLASSES.len()] {
        let mut more = [0; CLASSES.len()];
        if let Some(tables) = self.0.get(site) {
            for i in 0..CLASSES.len() {
                more[i] = i64::from(tables[i].load(Ordering::Relaxed).cast_signed()).cast_unsigned();
            }
        }
        more
    }
}
