//! Something for each site, in memory that is taken as sites come.

use std::sync::OnceLock;

use crate::lean::boxed;
use crate::site::MAX_SITES;

/// Sites of one chunk; chunks are allocated as they are needed, and never freed.
const CHUNK: usize = 64;

/// By site. Readable at any time without a lock.
pub(crate) struct BySite<T>([OnceLock<Box<[T]>>; MAX_SITES / CHUNK]);

impl<T> BySite<T> {
    pub(super) const fn new() -> Self {
        Self([const { OnceLock::new() }; MAX_SITES / CHUNK])
    }

    /// What there is for a site; `None` where no room was made.
    pub(super) fn get(&self, site: u32) -> Option<&T> {
        self.0.get(site as usize / CHUNK)?.get()?.get(site as usize % CHUNK)
    }

    /// The same, with room made if there is none. `None` past the last site.
    pub(super) fn make(&self, site: u32, new: impl Fn() -> T) -> Option<&T> {
        let chunk = self.0.get(site as usize / CHUNK)?;
        if chunk.get().is_none() {
            // Made outside the cell: one that is locked at a fork stays locked in the child. If another was faster, this one
            // goes.
            let fresh = boxed(CHUNK, new);
            chunk.get_or_init(|| fresh);
        }
        self.get(site)
    }
}
