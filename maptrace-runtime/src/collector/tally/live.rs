//! What one record says of the live maps it stands for, for who has no snapshot.

use super::{Tally, YoungMaps};
use crate::episode::OpTotals;
use crate::event::OPS;
use crate::registry::Record;
use crate::site::Site;
use crate::table::CLASSES;

/// Figures of one map, or of all that share a record.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    pub(crate) maps: u64,
    pub(crate) entries: u64,
    pub(crate) capacity: u64,
    pub(crate) tombstones: u64,
    pub(crate) held_bytes: u64,
    pub(crate) needed_bytes: u64,
    pub(crate) totals: OpTotals,
    pub(crate) grows: u64,
    pub(crate) rehashes: u64,
    pub(crate) shrinks: u64,
    pub(crate) clears: u64,
    pub(crate) batches: u64,
}

/// Young maps of a site, as far as somebody knows of them.
#[derive(Clone, Default)]
pub(crate) struct Young(YoungMaps);

/// Words of [`Young`].
pub(crate) const YOUNG_WORDS: usize = 3 + CLASSES.len();

impl Young {
    pub(in crate::collector) fn of(tally: &Tally) -> Self {
        Self(tally.young.clone())
    }

    pub(crate) const fn words(&self) -> [u64; YOUNG_WORDS] {
        let YoungMaps { made, freed, lost, tables: [a, b, c, d, e, f, g] } = self.0;
        [made, freed, lost, a, b, c, d, e, f, g]
    }

    pub(crate) const fn from_words([made, freed, lost, tables @ ..]: [u64; YOUNG_WORDS]) -> Self {
        Self(YoungMaps { made, freed, lost, tables })
    }

    /// There are so many more with tables of each size, wrapped, and so many more entries were freed with such maps.
    pub(crate) fn add(&mut self, tables: [u64; CLASSES.len()], lost: u64) {
        for (mine, more) in self.0.tables.iter_mut().zip(tables) {
            *mine = mine.wrapping_add(more);
            self.0.made = self.0.made.wrapping_add(more);
        }
        self.0.lost += lost;
    }
}

impl Live {
    /// The map that has this record, whose events come to `ops`; or those that share it, with these young ones among them.
    pub(crate) fn of(record: &Record, ops: [u64; OPS], site: &Site, sharing: Option<&Young>) -> Self {
        let mut sum = Tally::default();
        if let Some(Young(young)) = sharing {
            sum.young = young.clone();
        }
        sum.add_live(record, ops, site.entry_size, site.info.kind, sharing.is_some());
        Self {
            maps: sum.live,
            entries: sum.entries,
            capacity: sum.capacity,
            tombstones: sum.tombstones,
            held_bytes: sum.held_bytes,
            needed_bytes: sum.needed_bytes,
            totals: sum.totals,
            grows: sum.grows,
            rehashes: sum.rehashes,
            shrinks: sum.shrinks,
            clears: sum.clears,
            batches: sum.batches,
        }
    }
}
