//! Growth without bound: entries come and hardly any goes, for half an hour, and no slower at the end.
//!
//! A cache that fills looks the same at first. But it fills ever more slowly, as ever more of what is looked for is there
//! already; a leak does not.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Finding, Look, count, per_second, rate, time};
use crate::notice::{NoticeKind, NoticeState};
use crate::report::units::{bytes, count as written, count_short, duration};

/// How long it has to go on.
const LONG: Duration = Duration::from_secs(30 * 60);

/// How far apart the looks lie that all have to find more entries.
const APART: Duration = Duration::from_secs(60);

/// With fewer looks than this nobody knows how the entries rose.
const LOOKS: usize = 5;

/// Smaller maps may grow.
const ENTRIES: u64 = 10_000;
const BYTES: u64 = 1_000_000;

/// Percentage of those that came of which as many may go.
const HARDLY_ANY: u64 = 1;

/// It is over when there was no new high for this long.
const CALM: Duration = Duration::from_secs(10 * 60);

#[derive(Default)]
pub(super) struct Growth {
    /// The looks of the last half hour, each with more entries than the one before.
    rising: VecDeque<Mark>,
    leak: Option<Leak>,
}

#[derive(Clone, Copy)]
struct Mark {
    at: Duration,
    entries: u64,
    came: u64,
    went: u64,
}

#[derive(Clone, Copy)]
struct Leak {
    from: Mark,
    /// The most entries, and when they were.
    high: Mark,
}

impl Growth {
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.rising.capacity() * size_of::<Mark>()
    }

    pub(super) fn look(&mut self, look: &Look<'_>, findings: &mut Vec<Finding>) {
        let map = look.map;
        let now = Mark {
            at: look.now,
            entries: map.entries,
            came: map.totals.assigns_new,
            went: map.totals.deletes_hit.saturating_add(map.totals.cleared),
        };
        if let Some(leak) = &mut self.leak {
            if now.entries > leak.high.entries {
                leak.high = now;
            }
            let much_gone = now.entries < leak.high.entries - leak.high.entries / 10;
            if much_gone || now.at.saturating_sub(leak.high.at) >= CALM {
                findings.push(finding(NoticeState::Ended, &leak.from, &now, look));
                (self.leak, self.rising) = (None, VecDeque::new());
            }
            return;
        }
        if self.rising.back().is_some_and(|last| now.at.saturating_sub(last.at) < APART) {
            return;
        }
        if self.rising.back().is_some_and(|last| !last.rose_to(&now)) {
            self.rising.clear();
        }
        if now.entries < ENTRIES / 10 {
            return;
        }
        self.rising.push_back(now);
        while self.rising.get(1).is_some_and(|next| now.at.saturating_sub(next.at) >= LONG) {
            self.rising.pop_front();
        }
        if let Some(from) = self.found(look, &now) {
            findings.push(finding(NoticeState::Began, &from, &now, look));
            (self.leak, self.rising) = (Some(Leak { from, high: now }), VecDeque::new());
        }
    }

    /// Where it began, if it has gone on for long enough and goes on as it began.
    fn found(&self, look: &Look<'_>, now: &Mark) -> Option<Mark> {
        let from = *self.rising.front()?;
        let long = now.at.saturating_sub(from.at) >= LONG && self.rising.len() >= LOOKS;
        let large = now.entries >= ENTRIES && look.map.held_bytes.unwrap_or(look.map.needed_bytes) >= BYTES;
        let half = from.at + now.at.saturating_sub(from.at) / 2;
        let middle = self.rising.iter().find(|mark| mark.at >= half)?;
        let [first, second] = [middle.entries - from.entries, now.entries - middle.entries];
        // No tenth more in half an hour is no growth worth a word.
        let much = now.entries - from.entries >= from.entries / 10;
        (long && large && much && second >= first / 2).then_some(from)
    }
}

impl Mark {
    fn rose_to(&self, now: &Self) -> bool {
        let (came, went) = (now.came.saturating_sub(self.came), now.went.saturating_sub(self.went));
        now.entries > self.entries && u128::from(went) * 100 <= u128::from(came) * u128::from(HARDLY_ANY)
    }
}

fn finding(state: NoticeState, from: &Mark, now: &Mark, look: &Look<'_>) -> Finding {
    let lasted = now.at.saturating_sub(from.at);
    let (came, went) = (now.came.saturating_sub(from.came), now.went.saturating_sub(from.went));
    let held = look.map.held_bytes.unwrap_or(look.map.needed_bytes);
    let numbers = format!("{} -> {} entries", count_short(from.entries), count_short(now.entries));
    let body = if state == NoticeState::Ended {
        format!("growth without bound is over after {}: {numbers}, holds {}", duration(lasted), bytes(held))
    } else {
        let minutes = (lasted.as_secs() / 60).max(1);
        format!(
            "growth without bound: {} in which {} entries came and {} went, {numbers} ({} more a minute), holds {}",
            duration(lasted),
            written(came),
            written(went),
            count_short((now.entries - from.entries) / minutes),
            bytes(held),
        )
    };
    let figures = vec![
        count("map.entries.before", from.entries),
        count("map.entries", now.entries),
        count("map.assigns.new", came),
        count("map.deletes", went),
        rate("map.entries.rate", per_second(now.entries.saturating_sub(from.entries), lasted)),
        time("map.duration", lasted),
        count("map.bytes.held", held),
    ];
    Finding::new(NoticeKind::GrowthWithoutBound, state, body, figures)
}
