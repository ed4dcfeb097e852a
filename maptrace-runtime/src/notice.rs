//! Notices: what somebody on call should read, in a sentence with its figures.
//!
//! A [`Snapshot`](crate::Snapshot) says how things are, an [`Episode`](crate::Episode) what happened once. A notice says
//! that something began, ended, or is worth a look. The collector derives them for its sinks, with the feature
//! `notices`; see [`NoticeKind`] for when.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::context::SpanContext;
use crate::snapshot::SiteInfo;

/// One notice, as [`Sink::notice`](crate::Sink::notice) receives it.
///
/// There is at most one of the same kind on the same map in ten minutes, but for a [`LongPause`](NoticeKind::LongPause) that
/// is twice the last one, and at most 30 a minute in all; an end comes on top, once for each begin. What is held back is
/// counted.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// How much it matters.
    pub severity: Severity,
    /// Whether it begins, ends, or is told once.
    pub state: NoticeState,
    /// The maps it is about, by where they come from; `None` if it is about maptrace itself.
    pub map: Option<Arc<SiteInfo>>,
    /// A sentence for people, with the map's name: what a terminal would act upon is spelt out, and what is longer than 120
    /// columns cut in the middle.
    pub body: String,
    /// The figures in it.
    pub figures: Vec<Figure>,
    /// Notices of the same kind on the same map that were held back since the last one.
    pub suppressed: u64,
    /// When it became known.
    pub time: SystemTime,
    /// The span in which the map was last laid out anew, cleared or filled, if its trace is sampled: where to look first.
    pub context: Option<SpanContext>,
}

impl Notice {
    /// A notice that is told once, of now, with no map, no figures and no span.
    ///
    /// For the tests of a [`Sink`](crate::Sink); set the public fields afterwards.
    ///
    /// # Examples
    ///
    /// ```
    /// use maptrace_runtime::{Notice, NoticeKind, NoticeState, Severity};
    ///
    /// let notice = Notice::new(NoticeKind::ExportLoss, "spans were not delivered");
    /// assert_eq!((notice.severity, notice.state), (Severity::Warn, NoticeState::Once));
    /// ```
    #[must_use]
    pub fn new(kind: NoticeKind, body: impl Into<String>) -> Self {
        Self {
            kind,
            severity: kind.severity(),
            state: NoticeState::Once,
            map: None,
            body: body.into(),
            figures: Vec::new(),
            suppressed: 0,
            time: SystemTime::now(),
            context: None,
        }
    }
}

/// What a [`Notice`] is about.
///
/// A notice is to be right rather than early: a service that starts, a bulk load, a `clear` or one call of `retain` cause
/// none of those that [warn](Severity::Warn).
///
/// | kind | begins | ends |
/// |---|---|---|
/// | [`Presize`](Self::Presize) | the [hint](crate::Hint) holds for a minute | never |
/// | [`WastedMemory`](Self::WastedMemory), [`Tombstones`](Self::Tombstones), [`Misses`](Self::Misses) | the [hint](crate::Hint) holds for a minute | it does not hold for a minute |
/// | [`LongPause`](Self::LongPause) | a grow or rehash of 10 ms inside a span: a request waited; within ten minutes of the last one that was told, only one at least twice as long | at once |
/// | [`DeleteStorm`](Self::DeleteStorm) | single deletes at 1,000 a second and 10 times the usual rate take a quarter of 10,000 entries, net of new ones; the usual rate is of the five minutes before, and known after one | half that rate is not reached for 10 s, or as many entries come as go |
/// | [`RehashStorm`](Self::RehashStorm) | in a minute, 8 rehashes in place, or grows that a shrink undid, per map, and 100 ms of pauses | fewer than 2 per map in a minute |
/// | [`GrowthWithoutBound`](Self::GrowthWithoutBound) | 30 minutes, in each of which entries rose and less than 1 % as many went as came; to 10,000 and 1 MB at least; in the second half no less than half of what the first half brought | 10 minutes without a new high, or a tenth of the entries is gone |
/// | [`EventsLost`](Self::EventsLost) | for a minute 1 % of all events | for a minute less than that |
/// | [`ExportLoss`](Self::ExportLoss) | the first episode that a sink refused or failed to deliver | a minute without one |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum NoticeKind {
    /// The maps grew step by step to a size that one call could have asked for.
    Presize,
    /// The tables are far larger than what is in them.
    WastedMemory,
    /// Much of the table is slots that hold nothing and cannot be used.
    Tombstones,
    /// Many deletes are of keys that are not there.
    Misses,
    /// A request waited for a table to be laid out anew.
    LongPause,
    /// Far more entries are deleted than usual.
    DeleteStorm,
    /// The maps are laid out anew again and again.
    RehashStorm,
    /// Entries come and hardly any goes.
    GrowthWithoutBound,
    /// maptrace loses events; counts stay exact.
    EventsLost,
    /// Sinks do not deliver.
    ExportLoss,
}

impl NoticeKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::Presize,
        Self::WastedMemory,
        Self::Tombstones,
        Self::Misses,
        Self::LongPause,
        Self::DeleteStorm,
        Self::RehashStorm,
        Self::GrowthWithoutBound,
        Self::EventsLost,
        Self::ExportLoss,
    ];

    /// The name of the event, as in OpenTelemetry's `event.name`; it does not change.
    #[must_use]
    pub const fn event_name(self) -> &'static str {
        match self {
            Self::Presize => "map.presize",
            Self::WastedMemory => "map.wasted_memory",
            Self::Tombstones => "map.tombstones",
            Self::Misses => "map.misses",
            Self::LongPause => "map.long_pause",
            Self::DeleteStorm => "map.delete_storm",
            Self::RehashStorm => "map.rehash_storm",
            Self::GrowthWithoutBound => "map.growth_without_bound",
            Self::EventsLost => "maptrace.events_lost",
            Self::ExportLoss => "maptrace.export_loss",
        }
    }

    /// How much it matters while it lasts; that it is over is [`Severity::Info`].
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::Presize | Self::WastedMemory | Self::Tombstones | Self::Misses | Self::LongPause => Severity::Info,
            Self::DeleteStorm | Self::RehashStorm | Self::GrowthWithoutBound | Self::EventsLost | Self::ExportLoss => {
                Severity::Warn
            }
        }
    }
}

/// How much a [`Notice`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Worth a look when there is time: advice, a fact, the end of something.
    Info,
    /// Something is going on that one should know while it lasts.
    Warn,
}

impl Severity {
    /// `INFO` or `WARN`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "INFO",
            Self::Warn => "WARN",
        }
    }
}

/// Whether something begins, ends, or is told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoticeState {
    /// It is told once and has no end.
    Once,
    /// It began, and its end will be told.
    Began,
    /// It is over.
    Ended,
}

impl NoticeState {
    /// `once`, `began` or `ended`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Began => "began",
            Self::Ended => "ended",
        }
    }
}

/// One number of a [`Notice`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Figure {
    /// Its name, which does not change: that of the span's attribute or metric that has the same number, if one has.
    pub key: &'static str,
    /// The number.
    pub value: FigureValue,
}

impl Figure {
    /// A number under a name.
    #[must_use]
    pub const fn new(key: &'static str, value: FigureValue) -> Self {
        Self { key, value }
    }
}

/// A number, by what it measures.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum FigureValue {
    /// How many; of memory, how many bytes.
    Count(u64),
    /// How many a second.
    Rate(f64),
    /// How long.
    Time(Duration),
}
