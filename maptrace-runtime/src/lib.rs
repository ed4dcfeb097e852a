//! Traced collections, the per-thread event rings and the collector behind the crate `maptrace`.
//!
//! Applications use the crate `maptrace`, which re-exports what is public here.

pub mod context;
mod episode;
#[cfg(test)]
mod fixture;
mod hints;
#[cfg(feature = "enable")]
pub mod http;
mod json;
pub mod openmetrics;
mod report;
mod sink;
mod snapshot;

pub use episode::{BatchDoor, Episode, EpisodeKind, OpTotals};
pub use hints::{Hint, hints};
pub use report::Report;
pub use sink::Sink;
pub use snapshot::{Cause, Health, Kind, MapSnapshot, PAUSE_BOUNDS, SiteInfo, Snapshot};
