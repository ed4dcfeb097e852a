//! What the collector's thread and the exporter's thread share: the bounded queues and all the accounts, under one lock.
//!
//! The lock is held for a few instructions at a time, never across I/O, and no application thread ever takes it. One
//! lock over all counts makes `accepted + recovered = exported + failed + queued + spooled` true at any moment, not only at rest.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use maptrace_runtime::{Episode, Notice, Snapshot};

use crate::budget::{Cutoff, after};
use crate::health::ExporterHealth;
#[cfg(feature = "spool")]
use crate::spool::{Changes, Contents};

/// The longest time that a server which asks to be left alone is left alone after a delivery was given up: a slip of
/// the finger, or malice, is not to silence the exporter for ever.
pub(crate) const MAX_REST: Duration = Duration::from_secs(5 * 60);
/// What the disk gets of the time that there is for a shutdown: half of it, or this.
const DISK_TIME: Duration = Duration::from_secs(1);
/// What it gets if there is none: that is within what a shutdown may be late.
const DISK_GRACE: Duration = Duration::from_millis(50);

/// Notices that may wait. There are a few in a minute at most.
pub(crate) const MAX_NOTICES: usize = 1_024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Traces,
    Metrics,
    Logs,
}

impl Signal {
    pub(crate) const COUNT: usize = Self::ALL.len();
    pub(crate) const ALL: [Self; 3] = [Self::Traces, Self::Metrics, Self::Logs];

    /// Its name, also in the spool.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Metrics => "metrics",
            Self::Logs => "logs",
        }
    }

    /// Its number in the spool, for ever.
    #[cfg(feature = "spool")]
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Traces => 0,
            Self::Metrics => 1,
            Self::Logs => 2,
        }
    }

    #[cfg(feature = "spool")]
    pub(crate) fn of_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.code() == code)
    }
}

/// What became of the episodes or notices of a request from the spool.
#[cfg(feature = "spool")]
pub(crate) struct Replayed {
    pub(crate) signal: Signal,
    pub(crate) taken: u64,
    pub(crate) lost: u64,
    /// Whether another process had accepted it.
    pub(crate) inherited: bool,
}

/// What the exporter's thread is to do next.
pub(crate) enum Work {
    /// Deliver these episodes and say what became of them.
    Spans(Vec<Episode>),
    /// Push this snapshot and say how it went.
    Metrics(Arc<Snapshot>),
    /// Deliver these notices and say what became of them.
    Logs(Vec<Notice>),
    /// Look after the spool.
    Spool,
    /// End.
    Stop,
}

pub(crate) struct Limits {
    pub(crate) queue: usize,
    pub(crate) batch: usize,
    pub(crate) span_delay: Duration,
    pub(crate) interval: Duration,
    /// Whether there is a spool: then there is something to do with what cannot be sent, and little time is enough.
    pub(crate) spooling: bool,
}

pub(crate) struct Shared {
    state: Mutex<State>,
    /// The exporter's thread waits here.
    work: Condvar,
    /// Flush and shutdown wait here.
    progress: Condvar,
    pub(crate) cutoff: Cutoff,
    limits: Limits,
}

struct State {
    queue: VecDeque<Episode>,
    /// When the queue last ceased to be empty or lost a batch: the next one is due a delay later.
    waiting_since: Instant,
    /// The newest snapshot that was not pushed.
    snapshot: Option<Arc<Snapshot>>,
    metrics_due: Instant,
    notices: VecDeque<Notice>,
    /// When they last ceased to be none.
    notices_since: Instant,
    /// Before these moments the server does not want to hear of spans, of metrics, and of logs.
    rest: [Instant; Signal::COUNT],
    /// Flushes asked for, flushes for which metrics were pushed, flushes done.
    asked: u64,
    metrics_for: u64,
    done: u64,
    /// Episodes accepted when the last flush was asked for: it waits for the fate of these.
    flush_target: u64,
    /// Deliver what there is, then end.
    closing: bool,
    /// The thread has ended, or its results no longer count.
    closed: bool,
    /// Episodes among those that failed which another process had accepted.
    failed_of_others: u64,
    /// `queued` is worked out when it is asked for.
    health: ExporterHealth,
}

impl State {
    /// How many of those accepted have met their fate, or are on disk.
    fn resolved(&self) -> u64 {
        self.health.accepted - self.left()
    }

    fn left(&self) -> u64 {
        let health = &self.health;
        (health.accepted + health.recovered).saturating_sub(health.exported + health.failed + health.spooled)
    }

    /// What this process's own collector had delivered in vain.
    fn failed(&self) -> u64 {
        self.health.failed - self.failed_of_others
    }

    /// Since when a batch of spans is due, or from when on; `None` while there is nothing for one.
    fn spans_at(&self, limits: &Limits) -> Option<Instant> {
        let wanted = self.closing || self.resolved() < self.flush_target;
        let due = if wanted || self.queue.len() >= limits.batch {
            self.waiting_since
        } else {
            after(self.waiting_since, limits.span_delay)
        };
        (!self.queue.is_empty()).then(|| self.rested(Signal::Traces, due))
    }

    /// Since when metrics are due, or from when on; `None` while there are none.
    fn metrics_at(&self, now: Instant) -> Option<Instant> {
        let wanted = self.closing || self.metrics_for < self.asked;
        // As of now and not of earlier: at a flush and at the end spans go first, as metrics say it all again next time.
        let due = if wanted { now } else { self.metrics_due };
        self.snapshot.is_some().then(|| self.rested(Signal::Metrics, due))
    }

    /// Since when notices are due, or from when on; `None` while there are none.
    fn logs_at(&self, limits: &Limits) -> Option<Instant> {
        let wanted = self.closing || self.done < self.asked;
        let delay = if wanted { Duration::ZERO } else { limits.span_delay };
        (!self.notices.is_empty()).then(|| self.rested(Signal::Logs, after(self.notices_since, delay)))
    }

    fn logs_left(&self) -> u64 {
        let health = &self.health;
        (health.logs_accepted + health.logs_recovered)
            .saturating_sub(health.logs_exported + health.logs_failed + health.logs_spooled)
    }

    /// Not before the server wants to hear of it, but for a last attempt.
    fn rested(&self, signal: Signal, due: Instant) -> Instant {
        if self.closing {
            due
        } else {
            due.max(self.rest[signal as usize])
        }
    }

    /// Counts whatever has no fate yet as failed, for good.
    fn close(&mut self) {
        self.health.failed += self.left();
        self.health.logs_failed += self.logs_left();
        self.queue = VecDeque::new();
        self.notices = VecDeque::new();
        self.snapshot = None;
        self.closed = true;
    }
}

impl Shared {
    pub(crate) fn new(limits: Limits) -> Self {
        let now = Instant::now();
        Self {
            state: Mutex::new(State {
                queue: VecDeque::new(),
                waiting_since: now,
                snapshot: None,
                // A service is to be seen at once, so the first snapshot does not wait.
                metrics_due: now,
                notices: VecDeque::new(),
                notices_since: now,
                rest: [now; Signal::COUNT],
                asked: 0,
                metrics_for: 0,
                done: 0,
                flush_target: 0,
                closing: false,
                closed: false,
                failed_of_others: 0,
                health: ExporterHealth::default(),
            }),
            work: Condvar::new(),
            progress: Condvar::new(),
            cutoff: Cutoff::new(),
            limits,
        }
    }

    /// No code that can panic runs under the lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn health(&self) -> ExporterHealth {
        let state = self.lock();
        ExporterHealth {
            queued: state.left(),
            logs_queued: state.logs_left(),
            spooling: self.limits.spooling,
            ..state.health.clone()
        }
    }

    pub(crate) fn failed(&self) -> u64 {
        self.lock().failed()
    }

    /// Counts something that is no episode's fate.
    pub(crate) fn note(&self, count: impl FnOnce(&mut ExporterHealth)) {
        count(&mut self.lock().health);
    }

    /// Takes an episode into the queue, or refuses it.
    pub(crate) fn offer(&self, episode: &Episode) -> bool {
        let mut state = self.lock();
        if state.closing || state.closed || state.queue.len() >= self.limits.queue {
            state.health.refused += 1;
            return false;
        }
        if state.queue.is_empty() {
            state.waiting_since = Instant::now();
        }
        state.queue.push_back(episode.clone());
        state.health.accepted += 1;
        let length = state.queue.len();
        if self.limits.spooling && length >= self.crowded() {
            // The disk is quicker than a server that does not answer.
            self.cutoff.hurry(true);
        }
        drop(state);
        // The thread sleeps until the first one's delay is over, or the batch is full.
        if length == 1 || length == self.limits.batch {
            self.work.notify_one();
        }
        true
    }

    /// Takes a notice into the queue, or refuses it.
    pub(crate) fn tell(&self, notice: &Notice) {
        let mut state = self.lock();
        if state.closing || state.closed || state.notices.len() >= MAX_NOTICES {
            state.health.logs_refused += 1;
            return;
        }
        let first = state.notices.is_empty();
        if first {
            state.notices_since = Instant::now();
        }
        state.notices.push_back(notice.clone());
        state.health.logs_accepted += 1;
        drop(state);
        if first {
            self.work.notify_one();
        }
    }

    pub(crate) fn publish(&self, snapshot: &Arc<Snapshot>) {
        let mut state = self.lock();
        if state.closed {
            return;
        }
        let first = state.snapshot.replace(Arc::clone(snapshot)).is_none();
        drop(state);
        if first {
            self.work.notify_one();
        }
    }

    /// Waits until everything accepted so far has met its fate and metrics were pushed, or until `deadline`.
    pub(crate) fn flush(&self, deadline: Instant) -> u64 {
        let mut state = self.lock();
        state.asked += 1;
        state.flush_target = state.health.accepted;
        let mine = state.asked;
        self.work.notify_one();
        while state.done < mine && !state.closed {
            let Some(left) = until(deadline) else { break };
            state = self
                .progress
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        state.left()
    }

    /// How many episodes are too many to wait for a server with.
    fn crowded(&self) -> usize {
        self.limits.queue - self.limits.queue / 4
    }

    /// Delivers what it can by `deadline` and counts the rest as failed. Returns the number of those it lost.
    pub(crate) fn shutdown(&self, deadline: Instant) -> u64 {
        if !self.limits.spooling {
            return self.shutdown_by(deadline, deadline);
        }
        let now = Instant::now();
        let disk = DISK_TIME.min(deadline.saturating_duration_since(now) / 2);
        let server = deadline.checked_sub(disk).unwrap_or(now);
        self.shutdown_by(server, deadline.max(now + DISK_GRACE))
    }

    /// Without waiting for a server; only the disk gets some time.
    pub(crate) fn abandon(&self) -> u64 {
        let now = Instant::now();
        self.shutdown_by(now, if self.limits.spooling { now + DISK_TIME } else { now })
    }

    /// Gives the server until the one moment, and the disk until the other.
    pub(crate) fn shutdown_by(&self, server: Instant, end: Instant) -> u64 {
        self.cutoff.set(server);
        let mut state = self.lock();
        let before = state.failed();
        state.closing = true;
        self.work.notify_one();
        while !state.closed {
            let Some(left) = until(end) else { break };
            state = self
                .progress
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        state.close();
        state.failed() - before
    }

    /// What to do next; waits until there is something. The spool is to be looked after at `spool_at`.
    pub(crate) fn next(&self, spool_at: Option<Instant>) -> Work {
        let mut state = self.lock();
        loop {
            if state.closed {
                return Work::Stop;
            }
            let now = Instant::now();
            let spans_at = state.spans_at(&self.limits);
            let metrics_at = state.metrics_at(now);
            let logs_at = state.logs_at(&self.limits);
            // At the end there is no time for what is safe.
            let spool_at = spool_at.filter(|_| !state.closing);
            let new_at = spans_at.into_iter().chain(metrics_at).chain(logs_at).min();
            if spool_at.is_some_and(|at| at <= now && new_at.is_none_or(|new_at| at < new_at)) {
                return Work::Spool;
            }
            // They are few, and somebody may have to be woken by them.
            if logs_at.is_some_and(|at| at <= now) {
                return Work::Logs(state.notices.drain(..).collect());
            }
            // If both are due, what has been for longer: a server that takes its time with one of them would have the
            // other wait for ever.
            let metrics_first = metrics_at.zip(spans_at).is_some_and(|(metrics, spans)| metrics < spans);
            if !metrics_first && spans_at.is_some_and(|at| at <= now) {
                let batch = state.queue.len().min(self.limits.batch);
                let batch = state.queue.drain(..batch).collect();
                state.waiting_since = now;
                if state.queue.len() < self.crowded() {
                    self.cutoff.hurry(false);
                }
                return Work::Spans(batch);
            }
            if metrics_at.is_none_or(|at| at <= now) {
                state.metrics_for = state.asked;
                if let Some(snapshot) = state.snapshot.take() {
                    state.metrics_due = after(now, self.limits.interval);
                    return Work::Metrics(snapshot);
                }
            }
            if state.resolved() >= state.flush_target && state.metrics_for == state.asked && state.notices.is_empty() {
                state.done = state.asked;
                self.progress.notify_all();
            }
            if state.closing {
                return Work::Stop;
            }
            let wake = new_at.into_iter().chain(spool_at).min();
            state = match wake {
                None => self.work.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(at) => {
                    let left = at.saturating_duration_since(Instant::now());
                    self.work
                        .wait_timeout(state, left)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
            };
        }
    }

    /// Says what became of a batch of episodes. After a shutdown has counted them it changes nothing.
    pub(crate) fn resolve(&self, exported: u64, failed: u64) {
        let mut state = self.lock();
        if !state.closed {
            state.health.exported += exported;
            state.health.failed += failed;
        }
    }

    /// As [`resolve`](Self::resolve), for notices.
    pub(crate) fn resolve_logs(&self, exported: u64, failed: u64) {
        let mut state = self.lock();
        if !state.closed {
            state.health.logs_exported += exported;
            state.health.logs_failed += failed;
        }
    }

    /// So many episodes or notices more are on disk, and this has happened there besides. After a shutdown has counted them
    /// it changes nothing.
    #[cfg(feature = "spool")]
    pub(crate) fn spooled(&self, kept: Option<(Signal, u64)>, changes: &Changes, contents: Contents) {
        let mut state = self.lock();
        if state.closed {
            return;
        }
        if let Some((signal, kept)) = kept
            && let Some(account) = state.health.account(signal)
        {
            *account.spooled += kept;
        }
        for signal in Signal::ALL {
            let [own, of_others] = changes.lost[signal as usize];
            if let Some(account) = state.health.account(signal) {
                let recovered = changes.recovered[signal as usize];
                *account.recovered += recovered;
                *account.failed += own + of_others;
                *account.spooled = (*account.spooled + recovered).saturating_sub(own + of_others);
            }
            if signal == Signal::Traces {
                state.failed_of_others += of_others;
            }
        }
        let health = &mut state.health;
        health.spool_dropped += changes.dropped;
        health.spool_damaged += changes.damaged;
        health.spool_damaged_bytes += changes.damaged_bytes;
        health.spool_requests = contents.requests;
        health.spool_bytes = contents.bytes;
    }

    /// Says what became of a request from disk.
    #[cfg(feature = "spool")]
    pub(crate) fn replayed(&self, replayed: Replayed) {
        let mut state = self.lock();
        if state.closed {
            return;
        }
        let Replayed {
            signal,
            taken,
            lost,
            inherited,
        } = replayed;
        if let Some(account) = state.health.account(signal) {
            *account.exported += taken;
            *account.failed += lost;
            *account.spooled = account.spooled.saturating_sub(taken + lost);
        }
        if signal == Signal::Traces && inherited {
            state.failed_of_others += lost;
        }
        state.health.spool_replayed += 1;
    }

    /// Keeps a snapshot that could not be pushed, unless there is a newer one: the next push is to have it.
    pub(crate) fn put_back(&self, snapshot: &Arc<Snapshot>) {
        let mut state = self.lock();
        if !state.closing && !state.closed {
            state.snapshot.get_or_insert_with(|| Arc::clone(snapshot));
        }
    }

    /// The server wants to hear nothing of this signal for so long.
    pub(crate) fn rest(&self, signal: Signal, asked: Duration) {
        self.lock().rest[signal as usize] = after(Instant::now(), asked.min(MAX_REST));
    }

    /// Whether what was handed out is for a last attempt, as the server is to be left alone otherwise.
    pub(crate) fn is_resting(&self, signal: Signal) -> bool {
        Instant::now() < self.lock().rest[signal as usize]
    }

    /// Waits before another attempt; returns `false`, at once, when a shutdown is asked for.
    pub(crate) fn pause(&self, wait: Duration) -> bool {
        let end = after(Instant::now(), wait);
        let mut state = self.lock();
        loop {
            if state.closing || state.closed {
                return false;
            }
            let Some(left) = until(end) else { return true };
            state = self
                .work
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Whether a shutdown is asked for.
    pub(crate) fn is_closing(&self) -> bool {
        self.lock().closing
    }

    /// The exporter's thread panicked and goes on: what it held has failed.
    pub(crate) fn restarted(&self) {
        let mut state = self.lock();
        let held = state.left() - state.queue.len() as u64;
        state.health.failed += held;
        let held = state.logs_left() - state.notices.len() as u64;
        state.health.logs_failed += held;
        state.health.restarts += 1;
    }

    /// The exporter's thread has ended, for whatever reason: nothing that is left will be delivered.
    pub(crate) fn end(&self) {
        self.lock().close();
        self.progress.notify_all();
    }
}

fn until(deadline: Instant) -> Option<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    (left > Duration::ZERO).then_some(left)
}

#[cfg(test)]
mod tests;
