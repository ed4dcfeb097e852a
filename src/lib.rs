//! See every map of a Rust service: one attribute turns a `HashMap` into a traced drop-in.

pub use maptrace_macros::maptrace;
pub use maptrace_runtime::{
    BatchDoor, Builder, Cause, Episode, EpisodeKind, FlushOutcome, Guard, Health, Kind, MapSnapshot, OpTotals,
    PAUSE_BOUNDS, PutAll, PutAllReport, Report, ReportTo, Sink, SiteInfo, Snapshot, builder, collections, context,
    flush, local_addr, report, shutdown, snapshot, start, testing,
};

#[doc(hidden)]
pub use maptrace_runtime::__private;
