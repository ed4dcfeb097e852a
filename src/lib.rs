#![doc = include_str!("../README.md")]
//!
//! # The crate
//!
//! | | |
//! |---|---|
//! | [`#[maptrace]`](macro@maptrace) | the attribute, with all its forms and errors |
//! | [`collections`] | the traced collections, in std's module tree |
//! | `hashbrown`, `indexmap` | the traced collections of the crates of those names, behind features of those names |
//! | [`PutAll`] | many entries at once |
//! | [`IntoInner`] | the plain collection, by value, for code that names it |
//! | [`report`], [`snapshot`] | what is known now, to print or to compute with |
//! | [`start`], [`builder`], [`flush`], [`shutdown`] | settings, sinks, and what has to be delivered at the end |
//! | [`Sink`], [`Episode`], [`COMPILED_IN`] | to receive what the collector sees, if there is one |
//! | [`context`] | to tell maptrace the active span |
//! | [`testing`] | to assert on maps in tests |

pub use maptrace_macros::maptrace;
#[cfg(feature = "hashbrown")]
pub use maptrace_runtime::hashbrown;
#[cfg(feature = "indexmap")]
pub use maptrace_runtime::indexmap;
pub use maptrace_runtime::{
    BatchDoor, Builder, COMPILED_IN, Cause, Episode, EpisodeKind, FlushOutcome, Guard, Health, IntoInner, Kind,
    MapSnapshot, OpTotals, PAUSE_BOUNDS, PutAll, PutAllReport, Report, ReportTo, Sink, SiteInfo, Snapshot, builder,
    collections, context, flush, local_addr, report, shutdown, snapshot, start, testing,
};

#[doc(hidden)]
pub use maptrace_runtime::__private;
