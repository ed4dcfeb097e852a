//! What a panic dump asks a core for, if it can have it: nothing of that allocates. And what it is told while it cannot.

use super::tally::live::Young;
use super::{Core, tell_young};
use crate::hub::Hub;

impl Core {
    /// Events that came here, and gaps in them.
    pub(crate) fn delivered(&self) -> (u64, u64) {
        (self.delivered, self.gaps)
    }

    /// Ids of maps that were dropped and are not finished.
    pub(crate) fn dropped(&self) -> impl Iterator<Item = u32> {
        self.closing.iter().chain(&self.closed_now).map(|closing| closing.id)
    }

    /// Tells what young maps there were before dumps were installed, once.
    pub(super) fn tell_all_young(&mut self, hub: &Hub) {
        if !self.young_are_told && crate::guard::is_installed() {
            (0..self.tallies.len() as u32).for_each(|site| tell_young(hub, &self.tallies, site));
            self.young_are_told = true;
        }
    }

    /// What is counted of a site's young maps.
    pub(crate) fn young(&self, site: u32) -> Young {
        self.tallies.get(site as usize).map_or_else(Young::default, Young::of)
    }
}
