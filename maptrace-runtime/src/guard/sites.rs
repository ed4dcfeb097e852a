//! What the live maps of each site come to.

use super::books::Row;
use crate::site::{self, MAX_SITES, Site};

/// Sums of one site; the first says whether the dump mentions it.
#[derive(Clone, Copy)]
struct Sum {
    mentioned: bool,
    maps: u64,
    held: u64,
}

const NOTHING: Sum = Sum {
    mentioned: false,
    maps: 0,
    held: 0,
};

/// By site.
pub(super) struct Sites([Sum; MAX_SITES]);

impl Sites {
    pub(super) const fn new() -> Self {
        Self([NOTHING; MAX_SITES])
    }

    pub(super) fn clear(&mut self) {
        self.0.fill(NOTHING);
    }

    pub(super) fn mention(&mut self, site: u32) {
        if let Some(sum) = self.0.get_mut(site as usize) {
            sum.mentioned = true;
        }
    }

    pub(super) fn add(&mut self, row: &Row) {
        if let Some(sum) = self.0.get_mut(row.site.info.id as usize) {
            *sum = Sum {
                mentioned: true,
                maps: sum.maps + row.live.maps,
                held: sum.held + row.live.held_bytes,
            };
        }
    }

    /// How many maps there are of a site, and what they hold.
    pub(super) fn of(&self, site: u32) -> (u64, u64) {
        self.0.get(site as usize).map_or((0, 0), |sum| (sum.maps, sum.held))
    }

    /// Those that are mentioned, with how many maps there are and what they hold.
    pub(super) fn each(&self) -> impl Iterator<Item = (&'static Site, u64, u64)> {
        let mentioned = self.0.iter().enumerate().filter(|(_, sum)| sum.mentioned);
        mentioned.filter_map(|(id, sum)| Some((site::get(id as u32)?, sum.maps, sum.held)))
    }
}
