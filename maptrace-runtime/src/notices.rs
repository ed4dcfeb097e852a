//! From one snapshot to the next: what began, what ended, and what somebody should know.
//!
//! The thresholds are constants with their reasons; [`NoticeKind`] has them in one table. Everything goes by a monotonic
//! time that the caller passes, so a test scripts snapshots and hours.
//!
//! Memory: [`Site`]s of maps that were used, one in the process for each place in the source, and for those of 10,000
//! entries and more their last half hour, under 3 kB each.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crate::context::SpanContext;
use crate::episode::{Episode, EpisodeKind};
use crate::notice::{Figure, FigureValue, Notice, NoticeKind, NoticeState, Severity};
use crate::report::text::tidy;
use crate::snapshot::{MapSnapshot, SiteInfo, Snapshot};

mod advice;
mod growth;
mod limit;
mod losses;
mod rehashes;
mod storm;

use advice::Advice;
use growth::Growth;
use limit::{Budget, Quotas};
use losses::Losses;
use rehashes::Rehashes;
use storm::Deletes;

/// Snapshots that come sooner than this after the last one are of a flush: rates over so short a time mean little. A
/// little less than the default interval, which is from one beginning to the next.
const STEP: Duration = Duration::from_millis(900);

/// A span that is older has little to do with what is told now.
const CONTEXT_AGE: Duration = Duration::from_secs(10 * 60);

/// Names wider than this are cut in their middle.
const NAME_MAX: usize = 120;

/// What was seen so far, and what was told.
#[derive(Default)]
pub(crate) struct Watch {
    /// In a tree: a hash map's seed is asked of the system, and without one it panics, in the thread of the host that is first.
    sites: BTreeMap<u32, Site>,
    losses: Losses,
    quotas: Quotas,
    budget: Budget,
    last: Option<Duration>,
}

/// What is known of the maps of one site.
#[derive(Default)]
struct Site {
    advice: Advice,
    deletes: Deletes,
    rehashes: Rehashes,
    growth: Growth,
    quotas: Quotas,
    context: Option<(SpanContext, Duration)>,
    seen: Seen,
}

/// What episodes said that no count does.
#[derive(Clone, Copy, Default)]
struct Seen {
    batches: u64,
    /// Entries that they removed.
    removed: u64,
    /// The longest pause since the last look that somebody waited for inside a span.
    pause: Option<Pause>,
}

#[derive(Clone, Copy)]
struct Pause {
    duration: Duration,
    entries: u64,
    context: SpanContext,
}

/// One look at the maps of one site.
struct Look<'a> {
    map: &'a MapSnapshot,
    /// What episodes had said by then.
    seen: Seen,
    now: Duration,
}

/// What a detector has to say; the rest of a notice is the same for all.
struct Finding {
    kind: NoticeKind,
    state: NoticeState,
    body: String,
    figures: Vec<Figure>,
    /// The span it is about, if it is about one.
    context: Option<SpanContext>,
    /// The pause it is about, if it is about one.
    pause: Option<Duration>,
}

impl Finding {
    fn new(kind: NoticeKind, state: NoticeState, body: String, figures: Vec<Figure>) -> Self {
        Self { kind, state, body, figures, context: None, pause: None }
    }
}

impl Watch {
    /// An episode, before the snapshot that counts it.
    pub(crate) fn saw(&mut self, episode: &Episode, now: Duration) {
        let batch = match episode.kind {
            EpisodeKind::Batch { removed, .. } => Some(removed),
            // A dropped map says nothing of the others, and the span that dropped it nothing of what happened to it.
            EpisodeKind::Lifetime { .. } => return,
            _ => None,
        };
        // Of a worker's batch, one of the requests that it was done for.
        let linked = || episode.links.iter().copied().find(|link| link.sampled);
        let context = episode.context.filter(|context| context.sampled).or_else(linked);
        if batch.is_none() && context.is_none() && episode.context.is_none() {
            return;
        }
        let site = self.sites.entry(episode.site.id).or_default();
        if let Some(removed) = batch {
            site.seen.batches += 1;
            site.seen.removed += removed;
        }
        if let Some(context) = context {
            site.context = Some((context, now));
        }
        let Some(context) = episode.context else { return };
        if let (EpisodeKind::Grow { entries, .. } | EpisodeKind::RehashInPlace { entries, .. }, Some(duration)) =
            (&episode.kind, episode.duration)
            && site.seen.pause.is_none_or(|longest| longest.duration < duration)
        {
            site.seen.pause = Some(Pause { duration, entries: *entries, context });
        }
    }

    /// A new snapshot, taken at `now`; what is to be told is appended to `told`.
    pub(crate) fn look(&mut self, snapshot: &Snapshot, now: Duration, told: &mut VecDeque<Notice>) {
        if self.last.is_some_and(|last| now.saturating_sub(last) < STEP) {
            return;
        }
        self.last = Some(now);
        let mut findings = Vec::new();
        for map in snapshot.maps.iter().filter(|map| map.created > 0) {
            let site = self.sites.entry(map.site.id).or_default();
            site.look(map, now, &mut findings);
            let context = site.context.filter(|(_, at)| now.saturating_sub(*at) <= CONTEXT_AGE).map(|(context, _)| context);
            for finding in findings.drain(..) {
                let Some(suppressed) = site.quotas.grant(&finding, now, &mut self.budget) else { continue };
                let context = finding.context.filter(|context| context.sampled).or(context);
                told.push_back(notice(finding, suppressed, Some(&map.site), context, snapshot));
            }
        }
        self.losses.look(&snapshot.health, now, &mut findings);
        for finding in findings.drain(..) {
            let Some(suppressed) = self.quotas.grant(&finding, now, &mut self.budget) else { continue };
            told.push_back(notice(finding, suppressed, None, None, snapshot));
        }
    }

    /// Notices that were told, and that were held back, since the beginning; the end of one that was is neither.
    pub(crate) fn counts(&self) -> (u64, u64) {
        self.budget.counts()
    }
}

impl Site {
    fn look(&mut self, map: &MapSnapshot, now: Duration, findings: &mut Vec<Finding>) {
        let look = Look { map, seen: self.seen, now };
        self.advice.look(&look, findings);
        self.deletes.look(&look, findings);
        self.rehashes.look(&look, findings);
        self.growth.look(&look, findings);
        self.seen.pause = None;
    }
}

fn notice(
    finding: Finding,
    suppressed: u64,
    map: Option<&Arc<SiteInfo>>,
    context: Option<SpanContext>,
    snapshot: &Snapshot,
) -> Notice {
    Notice {
        kind: finding.kind,
        severity: if finding.state == NoticeState::Ended { Severity::Info } else { finding.kind.severity() },
        state: finding.state,
        map: map.cloned(),
        body: match map {
            // It goes to logs and terminals.
            Some(map) => format!("{}: {}", tidy(&map.name, NAME_MAX), finding.body),
            None => format!("maptrace: {}", finding.body),
        },
        figures: finding.figures,
        suppressed,
        time: snapshot.taken_at,
        context,
    }
}

/// Something that is so or is not, taken for so only when it has been for long enough, and for over likewise.
#[derive(Clone, Copy, Default)]
struct Lasting {
    is_so: bool,
    /// Since when it is otherwise.
    turned: Option<Duration>,
}

impl Lasting {
    /// Whether it began (`Some(true)`) or ended (`Some(false)`) with this look.
    fn turn(&mut self, is_so: bool, now: Duration, hold: Duration) -> Option<bool> {
        if is_so == self.is_so {
            self.turned = None;
            return None;
        }
        let since = *self.turned.get_or_insert(now);
        if now.saturating_sub(since) < hold {
            return None;
        }
        (self.is_so, self.turned) = (is_so, None);
        Some(is_so)
    }
}

fn count(key: &'static str, value: u64) -> Figure {
    Figure::new(key, FigureValue::Count(value))
}

fn rate(key: &'static str, value: f64) -> Figure {
    Figure::new(key, FigureValue::Rate(value))
}

fn time(key: &'static str, value: Duration) -> Figure {
    Figure::new(key, FigureValue::Time(value))
}

/// `part / whole`, of counts that fit.
#[expect(clippy::cast_precision_loss, reason = "a rate for people")]
fn per_second(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64().max(1e-9)
}

/// `40/s`, `120k/s`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate for people, never negative")]
fn rate_text(rate: f64) -> String {
    if rate > 0.0 && rate < 1.0 { "<1/s".to_owned() } else { format!("{}/s", crate::report::units::count_short(rate.round() as u64)) }
}

#[cfg(test)]
mod tests;
