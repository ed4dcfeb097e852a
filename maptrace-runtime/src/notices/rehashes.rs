//! Rehash storms: the maps are laid out anew again and again, and get no larger by it.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Finding, Look, count, time};
use crate::notice::{NoticeKind, NoticeState};
use crate::report::units::{count as written, duration};

/// What is looked at.
const WINDOW: Duration = Duration::from_secs(60);

/// How far apart what is kept of it lies.
const APART: Duration = Duration::from_secs(10);

/// Times that a map is laid out anew within it, from which that is a habit, and below which it no longer is.
const MANY: u64 = 8;
const FEW: u64 = 2;

/// What a minute of it has to cost.
const WORTHWHILE: Duration = Duration::from_millis(100);

#[derive(Default)]
pub(super) struct Rehashes {
    marks: VecDeque<Mark>,
    /// Since when one goes on, and what was counted before.
    storm: Option<Mark>,
}

#[derive(Clone, Copy)]
struct Mark {
    at: Duration,
    rehashes: u64,
    grows: u64,
    shrinks: u64,
    created: u64,
    live: u64,
    pause: Duration,
}

/// What happened since a mark.
struct Since {
    time: Duration,
    rehashes: u64,
    /// Grows that a shrink undid, or the other way round.
    undone: u64,
    maps: u64,
    pause: Duration,
}

impl Since {
    /// Times that a map was laid out anew in a minute. Less than a minute counts as one.
    fn per_map(&self) -> u64 {
        let times = u128::from(self.rehashes + self.undone) * WINDOW.as_nanos();
        u64::try_from(times / (u128::from(self.maps) * self.time.max(WINDOW).as_nanos())).unwrap_or(u64::MAX)
    }

    /// What a minute of it took.
    fn pause_of_a_minute(&self) -> Duration {
        self.pause.div_f64(self.time.max(WINDOW).as_secs_f64() / WINDOW.as_secs_f64())
    }
}

impl Rehashes {
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.marks.capacity() * size_of::<Mark>()
    }

    pub(super) fn look(&mut self, look: &Look<'_>, findings: &mut Vec<Finding>) {
        let map = look.map;
        let now = Mark {
            at: look.now,
            rehashes: map.rehashes,
            grows: map.grows,
            shrinks: map.shrinks,
            created: map.created,
            live: map.live,
            pause: map.pause_total,
        };
        let is_old = |mark: &Mark| now.at.saturating_sub(mark.at) >= WINDOW;
        // The last one that is old enough stays, as the window begins there.
        while self.marks.get(1).is_some_and(is_old) {
            self.marks.pop_front();
        }
        if let Some(&from) = self.marks.front() {
            let since = from.since(&now);
            match self.storm {
                None if since.per_map() >= MANY && since.pause_of_a_minute() >= WORTHWHILE => {
                    self.storm = Some(from);
                    findings.push(finding(NoticeState::Began, &since, look));
                }
                Some(storm) if since.per_map() < FEW && is_old(&from) => {
                    self.storm = None;
                    findings.push(finding(NoticeState::Ended, &storm.since(&now), look));
                }
                _ => {}
            }
        }
        if self.marks.back().is_none_or(|last| now.at.saturating_sub(last.at) >= APART) {
            self.marks.push_back(now);
        }
    }
}

impl Mark {
    fn since(&self, now: &Self) -> Since {
        let grows = now.grows.saturating_sub(self.grows);
        Since {
            time: now.at.saturating_sub(self.at),
            rehashes: now.rehashes.saturating_sub(self.rehashes),
            undone: grows.min(now.shrinks.saturating_sub(self.shrinks)),
            maps: (self.live + now.created.saturating_sub(self.created)).max(1),
            pause: now.pause.saturating_sub(self.pause),
        }
    }
}

fn finding(state: NoticeState, since: &Since, look: &Look<'_>) -> Finding {
    let mut body = format!(
        "rehash storm{}: laid out anew {} times in {}, {} of waiting, {} entries",
        if state == NoticeState::Ended { " is over" } else { "" },
        written(since.rehashes + since.undone),
        duration(since.time),
        duration(since.pause),
        written(look.map.entries),
    );
    if state == NoticeState::Began {
        body.push_str(if since.undone > since.rehashes {
            "; it grows and is shrunk in turn: shrink it less often, or not as far"
        } else {
            "; deletes leave tombstones: a table with more room (reserve) is laid out anew less often"
        });
    }
    let figures = vec![
        count("map.rehashes", since.rehashes),
        count("map.grows", since.undone),
        time("map.pause.total", since.pause),
        time("map.duration", since.time),
        count("map.entries", look.map.entries),
    ];
    Finding::new(NoticeKind::RehashStorm, state, body, figures)
}
