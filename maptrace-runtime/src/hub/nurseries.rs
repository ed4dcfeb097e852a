//! What the collector knows of young maps, where it can be read while its books are in its hands.

use std::sync::atomic::{AtomicU64, Ordering};

use super::by_site::{BySite, CHUNK};
use crate::collector::{YOUNG_WORDS, Young};

/// By site.
pub(crate) struct Nurseries(BySite<[AtomicU64; YOUNG_WORDS]>);

impl Nurseries {
    pub(super) const fn new() -> Self {
        Self(BySite::new())
    }

    /// Says what is known of a site's now. Collector only; allocates for the first of some sites.
    pub(crate) fn tell(&self, site: u32, young: &Young) {
        let Some(words) = self.0.make(site, || [const { [const { AtomicU64::new(0) }; YOUNG_WORDS] }; CHUNK]) else { return };
        for (word, value) in words.iter().zip(young.words()) {
            // Relaxed: the ring's tail, which is stored behind this, makes it known to who reads that.
            word.store(value, Ordering::Relaxed);
        }
    }

    /// What was said last.
    pub(crate) fn of(&self, site: u32) -> Young {
        let words = self.0.get(site).map(|words| words.each_ref().map(|word| word.load(Ordering::Relaxed)));
        Young::from_words(words.unwrap_or_default())
    }
}
