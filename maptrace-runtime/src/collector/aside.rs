//! What a panic dump asks a core for, if it can have it. Nothing here allocates.

use super::Core;
use super::tally::live::Young;

impl Core {
    /// Events that came here, and gaps in them.
    pub(crate) fn delivered(&self) -> (u64, u64) {
        (self.delivered, self.gaps)
    }

    /// Ids of maps that were dropped and are not finished.
    pub(crate) fn dropped(&self) -> impl Iterator<Item = u32> {
        self.closing.iter().chain(&self.closed_now).map(|closing| closing.id)
    }

    /// What is counted of a site's young maps.
    pub(crate) fn young(&self, site: u32) -> Young {
        self.tallies.get(site as usize).map_or_else(Young::default, Young::of)
    }
}
