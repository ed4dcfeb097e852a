//! Traced collections, the per-thread event rings and the collector behind the crate `maptrace`.
//!
//! Applications use the crate `maptrace`, which re-exports what is public here.

pub mod context;
mod episode;
mod sink;
mod snapshot;

pub use episode::{BatchDoor, Episode, EpisodeKind, OpTotals};
pub use sink::Sink;
pub use snapshot::{Cause, Health, Kind, MapSnapshot, PAUSE_BOUNDS, SiteInfo, Snapshot};
