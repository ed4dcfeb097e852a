//! Snapshots as metrics.
//!
//! The names are chosen for what Prometheus makes of them: `map.assign` becomes `map_assign_total`, `map.memory.held` in
//! `By` becomes `map_memory_held_bytes`, `map.grow.duration` in `s` becomes `map_grow_duration_seconds`.
//!
//! A push is several requests, any of which may fail. [`Metrics`] keeps what the server has confirmed from one push to the
//! next; [`Push`] makes the requests, each with the changes that its confirmation makes.

mod instruments;
mod points;
mod preferences;
mod push;
mod rows;
mod streams;

use std::time::Duration;

use maptrace_runtime::Snapshot;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;

use crate::health::ExporterHealth;
use crate::proto::{nanos, whole_nanos};
use crate::request::Request;

#[cfg_attr(not(feature = "sdk"), expect(unused_imports, reason = "for the sink"))]
pub(crate) use instruments::{HEALTH, HealthInstrument, MAPS, MapInstrument, Shape, Value};
#[cfg(feature = "sdk")]
pub(crate) use rows::add as add_site;

pub use preferences::{HistogramForm, Temporality};
pub(crate) use push::Push;
pub(crate) use streams::Update;

/// How metrics are sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preferences {
    pub(crate) temporality: Temporality,
    pub(crate) form: HistogramForm,
    /// A map that is gone is no longer sent after so long without a change.
    pub(crate) stale_after: Duration,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            temporality: Temporality::default(),
            form: HistogramForm::default(),
            stale_after: Duration::from_secs(15 * 60),
        }
    }
}

/// One request, and what each of its points changes once the server has confirmed it.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) request: ExportMetricsServiceRequest,
    /// In the order of the points.
    pub(crate) updates: Vec<Update>,
}

/// What became of some points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Confirmed; or rejected by name, and not to be sent again.
    Settled,
    /// The server has not got them.
    NotThere,
    /// It may have got them.
    Unknown,
}

/// What is known from one push to the next.
pub(crate) struct Metrics {
    preferences: Preferences,
    rows: rows::Known,
    streams: streams::Streams,
    /// When what is told began.
    start: Option<u64>,
    /// When the last snapshot was taken that was pushed.
    last: Option<u64>,
    /// Deltas of which it is not known whether the server has them: the same are sent again before anything else is.
    /// The pieces of one request, at most.
    unknown: Vec<Batch>,
    /// How often the server has refused them since.
    refusals: u32,
}

/// A server that refuses so often what it may have is believed not to have it: it is told in other words, so that nothing
/// is lost.
const MAX_REFUSALS: u32 = 8;

impl Metrics {
    pub(crate) fn new(preferences: Preferences) -> Self {
        Self {
            preferences,
            rows: rows::Known::default(),
            streams: streams::Streams::default(),
            start: None,
            last: None,
            unknown: Vec::new(),
            refusals: 0,
        }
    }

    /// What has to be sent, once more, before the next push.
    pub(crate) fn again(&mut self) -> Vec<Batch> {
        std::mem::take(&mut self.unknown)
    }

    /// It has to be sent once more, still.
    pub(crate) fn keep(&mut self, batch: Batch) {
        self.unknown.push(batch);
    }

    /// Begins the push of a snapshot.
    pub(crate) fn push(&mut self, snapshot: &Snapshot, health: &ExporterHealth) -> Push {
        // Of one moment for good, also where the clock is stepped and the snapshot has the new time for it.
        let start = *self.start.get_or_insert(nanos(snapshot.started_at));
        // Time goes on, whatever the clock does.
        let now = nanos(snapshot.taken_at).max(self.last.unwrap_or(start));
        let rows = self.rows.rows(snapshot, now, whole_nanos(self.preferences.stale_after));
        let last = self.last.replace(now).unwrap_or(start);
        Push::new(self.preferences, [start, now], last, rows, snapshot, health)
    }

    /// Whether something has to be sent once more.
    pub(crate) fn is_unsure(&self) -> bool {
        !self.unknown.is_empty()
    }

    /// The last push has told all that it had to.
    pub(crate) fn done(&mut self) {
        self.rows.told();
    }

    /// Takes note of what became of a request, piece by piece, in the order of its points. `unknown` are the pieces of
    /// which it is not known, in order, and `refused` says whether the server has refused one of them since.
    pub(crate) fn settle(&mut self, updates: Vec<Update>, fates: &[(u64, Fate)], unknown: Vec<Request>, refused: bool) {
        if unknown.is_empty() {
            self.refusals = 0;
        }
        self.refusals += u32::from(refused);
        let mut unknown = unknown.into_iter();
        let mut updates = updates.into_iter();
        for &(points, fate) in fates {
            let part = updates.by_ref().take(usize::try_from(points).unwrap_or(usize::MAX));
            match fate {
                Fate::Settled => part.for_each(|update| self.streams.confirm(update)),
                Fate::NotThere => part.for_each(drop),
                Fate::Unknown => {
                    let updates: Vec<_> = part.collect();
                    if let Some(Request::Metrics(request)) = unknown.next()
                        && updates.iter().any(Update::is_delta)
                    {
                        self.unknown.push(Batch { request, updates });
                    }
                }
            }
        }
        if self.refusals >= MAX_REFUSALS {
            self.unknown.clear();
        }
    }
}
