//! What the tests look at.

use std::cell::Cell;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::panic::resume_unwind;

use maptrace_runtime::hashbrown::HashMap;
use maptrace_runtime::testing::{Capture, EventType};
use maptrace_runtime::{EpisodeKind, MapSnapshot};

/// Places its entries in the same way in each run.
pub(crate) type Fixed = BuildHasherDefault<DefaultHasher>;

pub(crate) fn numbers(count: u64) -> HashMap<u64, u64, Fixed> {
    (0..count).map(|n| (n, n)).collect()
}

pub(crate) fn events(capture: &Capture) -> Vec<EventType> {
    capture.events().into_iter().map(|event| event.what).collect()
}

/// The grows and rehashes since the last look.
pub(crate) fn resizes(capture: &Capture, seen: &mut usize) -> Vec<(&'static str, u64)> {
    let episodes = capture.episodes();
    let new = episodes[*seen..].iter().filter_map(|episode| match episode.kind {
        EpisodeKind::Grow { new_capacity, .. } => Some(("grow", new_capacity)),
        EpisodeKind::RehashInPlace { capacity, .. } => Some(("rehash", capacity)),
        EpisodeKind::Shrink { new_capacity, .. } => Some(("shrink", new_capacity)),
        _ => None,
    });
    let new = new.collect();
    *seen = episodes.len();
    new
}

/// The one site that was used.
pub(crate) fn only(capture: &Capture) -> MapSnapshot {
    let mut used = capture.snapshot().maps.clone();
    used.retain(|map| map.created > 0);
    assert_eq!(used.len(), 1, "{used:?}");
    used.remove(0)
}

/// The one live map.
pub(crate) fn only_map(capture: &Capture) -> MapSnapshot {
    let maps = capture.snapshot().maps.clone();
    maps.into_iter().find(|map| map.live > 0).expect("it is there")
}

thread_local! {
    /// Whether some keys cannot be hashed now.
    pub(crate) static FRAGILE: Cell<bool> = const { Cell::new(false) };
}

/// A key that a rehash may fail at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key(pub(crate) u64);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if FRAGILE.get() && self.0 % 7 == 3 {
            resume_unwind(Box::new(()));
        }
        self.0.hash(state);
    }
}
