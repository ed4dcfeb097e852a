//! Traced collections, the per-thread event rings and the collector behind the crate `maptrace`.
//!
//! Applications use the crate `maptrace`, which re-exports what is public here. [`design`] tells how it works.

// Under loom only the lock-free parts exist: the rest is built of statics, which loom's atomics cannot be in.
#[cfg(any(
    maptrace_loom,
    all(feature = "enable", any(not(feature = "release_off"), debug_assertions))
))]
#[cfg_attr(
    maptrace_loom,
    expect(dead_code, reason = "the ring needs the words alone, not what they are about")
)]
mod event;
#[cfg(any(
    maptrace_loom,
    all(feature = "enable", any(not(feature = "release_off"), debug_assertions))
))]
mod freed;
#[cfg(any(
    maptrace_loom,
    all(
        feature = "race",
        feature = "enable",
        any(not(feature = "release_off"), debug_assertions)
    )
))]
#[cfg_attr(
    maptrace_loom,
    expect(dead_code, reason = "the models need marks alone, not what is told of them")
)]
mod marks;
#[cfg(any(
    maptrace_loom,
    all(feature = "enable", any(not(feature = "release_off"), debug_assertions))
))]
#[cfg_attr(
    maptrace_loom,
    allow(
        dead_code,
        reason = "the model is of one table; that they grow is told by their cells"
    )
)]
mod places;
#[cfg(any(
    maptrace_loom,
    all(feature = "enable", any(not(feature = "release_off"), debug_assertions))
))]
mod ring;
#[cfg(any(
    maptrace_loom,
    all(feature = "enable", any(not(feature = "release_off"), debug_assertions))
))]
mod sync;

/// Declares what exists only while tracing is on.
#[cfg(not(maptrace_loom))]
macro_rules! on {
    ($($item:item)*) => {
        $(#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))] $item)*
    };
}

#[cfg(not(maptrace_loom))]
on! {
    /// `reads!(traced, Get)`: the traced collection is marked as being read to the end of the block, if maps are watched.
    macro_rules! reads {
        ($traced:expr, $deed:ident) => {
            #[cfg(feature = "race")]
            let _mark = $traced.reading(crate::race::Deed::$deed);
        };
    }

    /// `writes!(traced, Assign)`: likewise as being changed. Also of a `Door` and of `Removals`.
    macro_rules! writes {
        ($traced:expr, $deed:ident) => {
            #[cfg(feature = "race")]
            let _mark = $traced.writing(crate::race::Deed::$deed);
        };
    }
}

// Not in `on!`: exported macros cannot come out of a macro.
mod declare;

#[cfg(not(maptrace_loom))]
on! {
    mod clock;
    mod collector;
    #[cfg(all(feature = "flight", target_os = "linux"))]
    mod flight;
    #[cfg(not(all(feature = "flight", target_os = "linux")))]
    #[path = "flight/off.rs"]
    mod flight;
    #[cfg(any(
        feature = "arbitrary", feature = "borsh", feature = "proptest", feature = "quickcheck", feature = "rkyv",
        feature = "schemars", feature = "schemars08", feature = "serde_with"
    ))]
    mod ecosystem;
    #[cfg(all(feature = "__fuzz", feature = "listen"))]
    #[doc(hidden)]
    pub mod fuzz;
    mod global;
    #[cfg(feature = "listen")]
    pub mod http;
    mod hub;
    mod identity;
    mod linked;
    #[cfg(feature = "notices")]
    mod notices;
    #[cfg(feature = "race")]
    mod race;
    #[cfg(not(feature = "race"))]
    #[path = "race/off.rs"]
    mod race;
    mod registry;
    mod set_operators;
    mod site;
    mod spawn;
    mod thread;
    mod traced;
    mod work;
}

#[cfg(not(maptrace_loom))]
mod api;
#[cfg(not(maptrace_loom))]
mod border;
#[cfg(not(maptrace_loom))]
pub mod collections;
#[cfg(not(maptrace_loom))]
mod config;
#[cfg(not(maptrace_loom))]
pub mod context;
pub mod design;
#[cfg(not(maptrace_loom))]
mod episode;
#[cfg(all(test, not(maptrace_loom)))]
mod fixture;
#[cfg(all(feature = "guard", not(maptrace_loom)))]
pub mod guard;
#[cfg(all(feature = "hashbrown", not(maptrace_loom)))]
pub mod hashbrown;
#[cfg(not(maptrace_loom))]
mod hints;
#[cfg(not(maptrace_loom))]
mod histogram;
#[cfg(all(feature = "indexmap", not(maptrace_loom)))]
pub mod indexmap;
#[cfg(not(maptrace_loom))]
mod json;
#[cfg(not(maptrace_loom))]
mod lasting;
#[cfg(not(maptrace_loom))]
mod lean;
#[cfg(not(maptrace_loom))]
pub mod maplit;
#[cfg_attr(
    any(
        maptrace_loom,
        not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))
    ),
    allow(
        dead_code,
        reason = "the models, and histograms without tracing, need a little of it"
    )
)]
mod memory;
#[cfg(not(maptrace_loom))]
mod notice;
#[cfg(all(feature = "listen", not(maptrace_loom)))]
pub mod openmetrics;
#[cfg(not(maptrace_loom))]
mod put_all;
#[cfg(not(maptrace_loom))]
mod report;
#[cfg(not(maptrace_loom))]
mod say;
#[cfg(not(maptrace_loom))]
mod sink;
#[cfg(not(maptrace_loom))]
mod snapshot;
#[cfg(not(maptrace_loom))]
#[cfg_attr(
    not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))),
    allow(
        dead_code,
        reason = "without tracing, hints need the growth policy and nobody needs the rest"
    )
)]
mod table;
#[cfg(not(maptrace_loom))]
pub mod testing;

// What a program may call and most do not is `#[inline]`, with what nothing else leads to: then it is compiled where somebody
// calls it, and not here, by everybody who builds this crate: docs/performance.md.
#[cfg(not(maptrace_loom))]
mod exports {
    pub use crate::api::{
        Builder, COMPILED_IN, FlushOutcome, Guard, builder, flush, local_addr, report, shutdown, snapshot, start,
    };
    pub use crate::border::IntoInner;
    pub use crate::config::ReportTo;
    pub use crate::episode::{BatchDoor, Episode, EpisodeKind, OpTotals, Operation};
    pub use crate::hints::{Hint, hints};
    pub use crate::histogram::{BATCH_SIZE_BOUNDS, Buckets, Exemplar, Histogram, HistogramUnit};
    pub use crate::notice::{Figure, FigureValue, Notice, NoticeKind, NoticeState, Severity};
    pub use crate::put_all::{PutAll, PutAllReport};
    pub use crate::report::Report;
    pub use crate::sink::Sink;
    pub use crate::snapshot::{Cause, Health, Kind, MapSnapshot, PAUSE_BOUNDS, SiteInfo, Snapshot};
}
#[cfg(not(maptrace_loom))]
pub use exports::{
    BATCH_SIZE_BOUNDS, BatchDoor, Buckets, Builder, COMPILED_IN, Cause, Episode, EpisodeKind, Exemplar, Figure,
    FigureValue, FlushOutcome, Guard, Health, Hint, Histogram, HistogramUnit, IntoInner, Kind, MapSnapshot, Notice,
    NoticeKind, NoticeState, OpTotals, Operation, PAUSE_BOUNDS, PutAll, PutAllReport, Report, ReportTo, Severity, Sink,
    SiteInfo, Snapshot, builder, flush, hints, local_addr, report, shutdown, snapshot, start,
};

/// What the attribute's output refers to. Not public API: it changes without notice.
#[doc(hidden)]
#[cfg(all(
    not(maptrace_loom),
    feature = "enable",
    any(not(feature = "release_off"), debug_assertions)
))]
pub mod __private {
    pub use crate::__declare as declare;
    pub use crate::config::SAMPLE_AUTO;
    pub use crate::declare::{MayStay, Named, NewWithAnyHasher, NotPlain, OfKind, OfStd, Retraced, Whether};
    pub use crate::site::{SAMPLE_DEFAULT, Scope, SiteDecl, Traceable, TypeInfo};
    pub use core::any::type_name_of_val;
    pub use inventory;
}

/// What the attribute's output refers to. Not public API: it changes without notice.
#[doc(hidden)]
#[cfg(all(
    not(maptrace_loom),
    not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))
))]
pub mod __private {
    pub use crate::__declare_nothing as declare;
    pub use crate::declare::{MayStay, Named, NewWithAnyHasher, NotPlain, OfKind, OfStd, Retraced, Whether};
}
