//! Something for each site, in memory that is taken as sites come.

use crate::lasting::Lasting;
use crate::memory::boxed;
use crate::site::MAX_SITES;

/// Sites of one chunk; chunks are allocated as they are needed, and never freed.
pub(super) const CHUNK: usize = 64;

/// By site. Readable at any time without a lock.
pub(crate) struct BySite<T: 'static>([Lasting<[T; CHUNK]>; MAX_SITES / CHUNK]);

impl<T> BySite<T> {
    pub(super) const fn new() -> Self {
        Self([const { Lasting::new() }; MAX_SITES / CHUNK])
    }

    /// What there is for a site; `None` where no room was made.
    pub(super) fn get(&self, site: u32) -> Option<&T> {
        self.0.get(site as usize / CHUNK)?.get()?.get(site as usize % CHUNK)
    }

    /// The same, with room made if there is none: `new`. `None` past the last site, or if there is no memory.
    pub(super) fn make(&self, site: u32, new: impl FnOnce() -> [T; CHUNK]) -> Option<&T> {
        let chunk = self.0.get(site as usize / CHUNK)?;
        let chunk = match chunk.get() {
            Some(chunk) => chunk,
            None => chunk.keep(boxed(new)?),
        };
        Some(&chunk[site as usize % CHUNK])
    }
}
