//! What maptrace itself loses.

use std::time::Duration;

use super::{Finding, Lasting, count};
use crate::notice::{NoticeKind, NoticeState};
use crate::report::units::{count as written, duration, percent};
use crate::snapshot::{Cause, Health};

/// Percentage of events from which their loss is worth a word: counts are exact all the same, and a burst that a ring
/// could not hold is no trouble.
const MANY_EVENTS: u64 = 1;

/// A bulk load is over by then, or its rings are too small.
const HOLD: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(super) struct Losses {
    last: Option<Known>,
    events: Lasting,
    exports: Lasting,
    /// At the look before the loss began, if one goes on.
    events_from: Option<Known>,
    exports_from: Option<Known>,
}

#[derive(Clone, Copy)]
struct Known {
    at: Duration,
    emitted: u64,
    dropped: [u64; Cause::ALL.len()],
}

impl Known {
    fn failed(&self) -> u64 {
        self.dropped[Cause::ExportFailed as usize]
    }

    /// Lost for any other cause.
    fn lost(&self) -> u64 {
        self.dropped.iter().sum::<u64>() - self.failed()
    }
}

impl Losses {
    pub(super) fn look(&mut self, health: &Health, now: Duration, findings: &mut Vec<Finding>) {
        let known = Known { at: now, emitted: health.emitted, dropped: health.dropped };
        let Some(last) = self.last.replace(known) else { return };
        let emitted = known.emitted.saturating_sub(last.emitted);
        let lost = known.lost().saturating_sub(last.lost());
        let losing = lost > 0 && u128::from(lost) * 100 >= u128::from(emitted) * u128::from(MANY_EVENTS);
        if losing {
            self.events_from.get_or_insert(last);
        }
        match self.events.turn(losing, now, HOLD) {
            Some(true) => findings.extend(self.events_from.map(|from| events(&from, &known, NoticeState::Began))),
            Some(false) => findings.extend(self.events_from.take().map(|from| events(&from, &known, NoticeState::Ended))),
            None if !losing && !self.events.is_so => self.events_from = None,
            None => {}
        }

        let failing = known.failed() > last.failed();
        if failing {
            self.exports_from.get_or_insert(last);
        }
        // One is enough to begin, as it is of a span that somebody will look for.
        let hold = if failing { Duration::ZERO } else { HOLD };
        match self.exports.turn(failing, now, hold) {
            Some(true) => findings.extend(self.exports_from.map(|from| exports(&from, &known, NoticeState::Began))),
            Some(false) => {
                findings.extend(self.exports_from.take().map(|from| exports(&from, &known, NoticeState::Ended)));
            }
            None => {}
        }
    }
}

fn events(from: &Known, now: &Known, state: NoticeState) -> Finding {
    let lost = now.lost().saturating_sub(from.lost());
    let emitted = now.emitted.saturating_sub(from.emitted);
    let time = now.at.saturating_sub(from.at);
    let mut figures = vec![count("maptrace.events.dropped", lost), count("maptrace.events.emitted", emitted)];
    let mut causes = Vec::new();
    for (cause, key) in CAUSES {
        let of_cause = now.dropped[cause as usize].saturating_sub(from.dropped[cause as usize]);
        if of_cause > 0 {
            figures.push(count(key, of_cause));
            causes.push((of_cause, cause));
        }
    }
    causes.sort_by_key(|(lost, _)| std::cmp::Reverse(*lost));
    let all: Vec<_> = causes.iter().map(|(lost, cause)| format!("{} {}", written(*lost), cause.as_str())).collect();
    let (over, all) = (if state == NoticeState::Ended { " no longer" } else { "" }, all.join(", "));
    let mut body = format!(
        "events are{over} lost: {} of {} in {} ({all})",
        percent(lost, emitted),
        written(emitted),
        duration(time)
    );
    body.push_str("; counts are exact, episodes may be missing from traces");
    if state == NoticeState::Began {
        body.push_str(match causes.first().map(|(_, cause)| *cause) {
            Some(Cause::Full) => "; larger rings (MAPTRACE_RING_BYTES) or MAPTRACE_SAMPLE=auto lose less",
            Some(Cause::Disabled) => "; threads have no ring: allow more memory (MAPTRACE_MEMORY)",
            _ => "",
        });
    }
    Finding::new(NoticeKind::EventsLost, state, body, figures)
}

fn exports(from: &Known, now: &Known, state: NoticeState) -> Finding {
    let failed = now.failed().saturating_sub(from.failed());
    let (lost, time) = (written(failed), duration(now.at.saturating_sub(from.at)));
    let body = if state == NoticeState::Ended {
        format!("exporters deliver again: {lost} episodes were lost within {time}; counts are exact")
    } else {
        format!("exporters do not deliver everything: {lost} episodes lost within {time}; counts are exact")
    };
    Finding::new(NoticeKind::ExportLoss, state, body, vec![count("maptrace.export.failed", failed)])
}

/// Causes and the names of their figures.
const CAUSES: [(Cause, &str); 7] = [
    (Cause::Full, "maptrace.events.dropped.full"),
    (Cause::Reentrant, "maptrace.events.dropped.reentrant"),
    (Cause::TlsDead, "maptrace.events.dropped.tls_dead"),
    (Cause::Fork, "maptrace.events.dropped.fork"),
    (Cause::CollectorDead, "maptrace.events.dropped.collector_dead"),
    (Cause::Shutdown, "maptrace.events.dropped.shutdown"),
    (Cause::Disabled, "maptrace.events.dropped.disabled"),
];
