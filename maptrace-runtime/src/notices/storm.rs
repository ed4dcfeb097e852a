//! Delete storms: far more single deletes than usual, until much of the map is gone.
//!
//! What a batch removes (`retain`, `drain`, ...) is one call and no storm, so it is taken off. Its episode comes a pass after
//! its count, so nothing is told before a second look, and nothing at all while a batch was counted and not seen.

use std::time::Duration;

use super::{Finding, Look, advice, count, per_second, rate, rate_text, time};
use crate::notice::{NoticeKind, NoticeState};
use crate::report::units::{count_short, duration};

/// Deletes a second below which nothing is a storm.
const MANY: f64 = 1_000.0;

/// How many times the usual rate.
const TIMES: f64 = 10.0;

/// Maps of fewer entries are emptied in a blink.
const ENTRIES: u64 = 10_000;

/// Which part of the entries has to go, net of new ones: one in so many.
const PART: u64 = 4;

/// Before this much of a map's life nobody knows what is usual.
const KNOWN: Duration = Duration::from_secs(60);

/// What counts as usual is the mean of this time, older times fading.
const MEMORY: Duration = Duration::from_secs(300);

/// A storm is over when it has been calm for this long.
const CALM: Duration = Duration::from_secs(10);

/// A rate that took nothing worth telling within this time is the new usual one, not a storm.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(super) struct Deletes {
    first: Option<Duration>,
    last: Mark,
    usual: f64,
    burst: Option<Burst>,
}

/// Counts at one look.
#[derive(Clone, Copy, Default)]
struct Mark {
    at: Duration,
    /// Deletes that no batch did.
    singles: u64,
    assigns: u64,
    entries: u64,
    /// Batches counted, and those seen.
    batches: u64,
    seen: u64,
}

#[derive(Clone, Copy)]
struct Burst {
    from: Mark,
    /// At the last look at which it went on.
    to: Mark,
    usual: f64,
    least: f64,
    told: bool,
}

impl Deletes {
    pub(super) fn look(&mut self, look: &Look<'_>, findings: &mut Vec<Finding>) {
        let map = look.map;
        let mark = Mark {
            at: look.now,
            singles: map.totals.deletes_hit.saturating_sub(look.seen.removed),
            assigns: map.totals.assigns_new,
            entries: map.entries,
            batches: map.batches,
            seen: look.seen.batches,
        };
        let last = std::mem::replace(&mut self.last, mark);
        let Some(first) = self.first else {
            self.first = Some(look.now);
            return;
        };
        let age = mark.at.saturating_sub(first);
        let step = mark.at.saturating_sub(last.at);
        let rate = per_second(mark.singles.saturating_sub(last.singles), step);
        match self.burst {
            None => {
                let least = (self.usual * TIMES).max(MANY);
                let known = last.at.saturating_sub(first) >= KNOWN;
                if known && rate >= least && last.entries >= ENTRIES {
                    self.burst = Some(Burst { from: last, to: mark, usual: self.usual, least, told: false });
                }
            }
            Some(burst) => self.burst = burst.go_on(&last, &mark, rate, look, findings),
        }
        // What is told as unusual is not to become the usual, nor is what a batch did whose episode is on its way.
        let seen = mark.batches.wrapping_sub(last.batches) == mark.seen.wrapping_sub(last.seen);
        if seen && self.burst.is_none_or(|burst| !burst.told) {
            let weight = step.as_secs_f64() / age.min(MEMORY).max(step).as_secs_f64();
            self.usual += (rate - self.usual) * weight;
        }
    }
}

impl Burst {
    fn go_on(
        mut self,
        last: &Mark,
        mark: &Mark,
        rate: f64,
        look: &Look<'_>,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let fewer = mark.singles.saturating_sub(last.singles) > mark.assigns.saturating_sub(last.assigns);
        if rate >= self.least / 2.0 && fewer {
            self.to = *mark;
        }
        if !self.told && self.is_worth_telling(mark) {
            self.told = true;
            findings.push(self.finding(NoticeState::Began, mark, look));
        }
        let calm = mark.at.saturating_sub(self.to.at) >= CALM;
        if self.told && calm {
            findings.push(self.finding(NoticeState::Ended, mark, look));
        }
        let in_vain = !self.told && mark.at.saturating_sub(self.from.at) >= PATIENCE;
        (!calm && !in_vain).then_some(self)
    }

    /// Whether a good part of the entries was deleted one by one.
    fn is_worth_telling(&self, mark: &Mark) -> bool {
        let singles = mark.singles.saturating_sub(self.from.singles);
        let net = singles.saturating_sub(mark.assigns.saturating_sub(self.from.assigns));
        let unseen = mark.batches.saturating_sub(self.from.batches) > mark.seen.saturating_sub(self.from.seen);
        net >= self.from.entries / PART && !unseen
    }

    fn finding(&self, state: NoticeState, mark: &Mark, look: &Look<'_>) -> Finding {
        let deletes = self.to.singles.saturating_sub(self.from.singles);
        let lasted = self.to.at.saturating_sub(self.from.at);
        let fast = per_second(deletes, lasted);
        let (over, entries) = match state {
            NoticeState::Ended => (" is over", self.to.entries),
            _ => ("", mark.entries),
        };
        let mut body = format!(
            "delete storm{over}: {} deletes at {} for {} (usually {}), {} -> {} entries",
            count_short(deletes),
            rate_text(fast),
            duration(lasted),
            rate_text(self.usual),
            count_short(self.from.entries),
            count_short(entries),
        );
        if let Some(waste) = advice::waste(look) {
            body.push_str("; ");
            body.push_str(&waste);
        }
        let mut figures = vec![
            count("map.deletes", deletes),
            rate("map.deletes.rate", fast),
            rate("map.deletes.rate.usual", self.usual),
            time("map.duration", lasted),
            count("map.entries.before", self.from.entries),
            count("map.entries", entries),
        ];
        figures.extend(look.map.held_bytes.map(|held| count("map.bytes.held", held)));
        Finding::new(NoticeKind::DeleteStorm, state, body, figures)
    }
}
