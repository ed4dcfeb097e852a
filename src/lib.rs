#![doc = include_str!("../README.md")]
//!
//! # The crate
//!
//! | | |
//! |---|---|
//! | [`#[maptrace]`](macro@maptrace) | the attribute, with all its forms and errors |
//! | [`collections`] | the traced collections, in std's module tree |
//! | `hashbrown`, `indexmap` | the traced collections of the crates of those names, behind features of those names |
//! | [`maplit`] | the macros of the crate of that name, for the traced collections |
//! | [`PutAll`] | many entries at once |
//! | [`IntoInner`] | the plain collection, by value, for code that names it |
//! | [`report`], [`snapshot`] | what is known now, to print or to compute with |
//! | [`start`], [`builder`], [`flush`], [`shutdown`] | settings, sinks, and what has to be delivered at the end |
//! | [`Sink`], [`Episode`], [`Notice`], [`COMPILED_IN`] | to receive what the collector sees, if there is one |
//! | [`context`] | to tell maptrace the active span, to link a batch to several, and to ask what a request did to maps |
//! | [`testing`] | to assert on maps in tests |
//!
//! # Features
//!
//! | | |
//! |---|---|
//! | `std` (the default) | all of the above; without it this crate is `#![no_std]` and has the first three rows alone |
//! | `enable` | tracing is compiled in: for binaries; needs `std`, and turns it on |
//! | `listen` | the live page, `/metrics` and `/maps.json`: `MAPTRACE_LISTEN` |
//! | `flight` | maps and the last operations of threads outlive the process: `MAPTRACE_FLIGHT`, on Linux |
//! | `notices` | what somebody on call should know, for sinks of your own ([`Sink::notice`]); the crate maptrace-otel turns it on |
//! | `release_off` | takes `enable` back wherever `debug_assertions` are off |
//! | `guard` | panic dumps, in the module of that name: `MAPTRACE_GUARD` |
//! | `race` | two threads that are in one map at once are found and told: `MAPTRACE_RACE` |
//! | `hashbrown`, `indexmap` | the maps of these crates |
//! | `borrow` | `Borrow` of the plain collection for the traced one; can break what compiles without it |
//! | `serde`, `serde_with`, `rayon`, `schemars`, `schemars08`, `arbitrary`, `proptest`, `quickcheck`, `borsh`, `rkyv` | traits of these crates for the traced collections |

// It only passes names on.
#![no_std]

/// The examples in the documents, which compile.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../docs/opentelemetry.md")]
    struct OpenTelemetry;
    #[doc = include_str!("../docs/reference.md")]
    struct Reference;
}

#[cfg(not(feature = "std"))]
extern crate alloc;

pub use maptrace_macros::maptrace;

// Without std: what the attribute's input names, under the paths that it has with std.
#[cfg(all(feature = "hashbrown", not(feature = "std")))]
pub use ::hashbrown;
#[cfg(all(feature = "indexmap", not(feature = "std")))]
pub use ::indexmap;
#[cfg(not(feature = "std"))]
pub use alloc::collections;

#[cfg(all(feature = "guard", feature = "std"))]
pub use maptrace_runtime::guard;
#[cfg(all(feature = "hashbrown", feature = "std"))]
pub use maptrace_runtime::hashbrown;
#[cfg(all(feature = "indexmap", feature = "std"))]
pub use maptrace_runtime::indexmap;
#[cfg(feature = "std")]
pub use maptrace_runtime::{
    BATCH_SIZE_BOUNDS, BatchDoor, Buckets, Builder, COMPILED_IN, Cause, Episode, EpisodeKind, Exemplar, Figure,
    FigureValue, FlushOutcome, Guard, Health, Histogram, HistogramUnit, IntoInner, Kind, MapSnapshot, Notice,
    NoticeKind, NoticeState, OpTotals, Operation, PAUSE_BOUNDS, PutAll, PutAllReport, Report, ReportTo, Severity, Sink,
    SiteInfo, Snapshot, builder, collections, context, flush, local_addr, maplit, report, shutdown, snapshot, start,
    testing,
};

#[cfg(feature = "std")]
#[doc(hidden)]
pub use maptrace_runtime::__private;
