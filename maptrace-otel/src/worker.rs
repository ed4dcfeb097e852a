//! The exporter's thread: it takes work, delivers it and says what became of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use maptrace_runtime::{Episode, Notice, Snapshot};
use opentelemetry_proto::tonic::resource::v1::Resource;

use crate::budget::Budget;
use crate::health::ExporterHealth;
use crate::metrics::{Batch, Fate, Metrics, Preferences};
use crate::request::{MAX_BYTES, Request};
use crate::shared::{Shared, Signal, Work};
use crate::spooler::{Ended, Replay, Spooler};
use crate::transport::{Failure, Transport};
use crate::{ids, logs, spans};

/// The thread is started again so often after a panic.
const MAX_RESTARTS: u64 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Where the pauses between attempts stop growing. A server that asks for a longer one gets it.
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// Spans of one request, whatever the batch: what it takes to make one does not grow with the setting.
const MAX_SPANS: usize = 512;
/// A server that takes less than this is not worth another try with each request.
const MIN_BYTES: usize = 64 * 1024;

/// What requests are made with.
#[derive(Debug, Default)]
pub(crate) struct Content {
    pub(crate) resource: Resource,
    pub(crate) sizes_in_names: bool,
    pub(crate) preferences: Preferences,
}

pub(crate) struct Worker<T> {
    shared: Arc<Shared>,
    transport: T,
    content: Content,
    metrics: Metrics,
    spooler: Spooler,
    /// Whether it was said that deliveries fail, by signal: once, as a log that repeats it helps nobody.
    warned: [bool; Signal::COUNT],
    /// The longest requests worth a try, by signal: less than [`MAX_BYTES`] once the server has refused one.
    longest: [usize; Signal::COUNT],
}

/// Where a request comes from, and with it where it goes if the server cannot be reached.
#[derive(Clone, Copy)]
enum From {
    Memory,
    /// It stays where it is.
    Disk,
}

/// The server cannot be reached, and wants to be left alone for so long.
struct Away(Option<Duration>);

/// What became of a push of metrics.
#[derive(Default)]
struct Pushed {
    /// Some of it is neither with the server nor on disk.
    lost: bool,
    /// Some of it is on disk.
    kept: bool,
}

/// What became of a request's items.
#[derive(Default)]
struct Sent {
    taken: u64,
    /// The server has taken the request, but not these.
    rejected: u64,
    lost: u64,
    /// They are on disk.
    kept: u64,
    /// The same by pieces, in the order of the items.
    fates: Vec<(u64, Fate)>,
    /// The pieces that the server may have taken without saying so, and whether it has refused one of them since.
    unknown: Vec<Request>,
    refused_unknown: bool,
}

impl Sent {
    fn taken(&mut self, items: u64, rejected: u64) {
        self.taken += items - rejected;
        self.rejected += rejected;
        self.fates.push((items, Fate::Settled));
    }

    fn kept(&mut self, items: u64) {
        self.kept += items;
        self.fates.push((items, Fate::Settled));
    }

    fn refused(&mut self, items: u64) {
        self.lost += items;
        self.fates.push((items, Fate::NotThere));
    }

    fn unanswered(&mut self, piece: Request, items: u64) {
        self.lost += items;
        self.fates.push((items, Fate::Unknown));
        self.unknown.push(piece);
    }

    fn lost(items: u64) -> Self {
        Self {
            lost: items,
            ..Self::default()
        }
    }
}

impl<T: Transport> Worker<T> {
    pub(crate) fn new(shared: Arc<Shared>, transport: T, content: Content, spooler: Spooler) -> Self {
        Self {
            shared,
            transport,
            metrics: Metrics::new(content.preferences),
            content,
            spooler,
            warned: [false; Signal::COUNT],
            longest: [MAX_BYTES; Signal::COUNT],
        }
    }

    /// Works until a shutdown, or until it has panicked too often.
    pub(crate) fn run(mut self) {
        // No state survives a panic half-changed: a batch is either resolved or, here, counted as failed.
        let mut restarts = 0;
        while catch_unwind(AssertUnwindSafe(|| self.work())).is_err() && restarts < MAX_RESTARTS {
            restarts += 1;
            self.shared.restarted();
        }
        self.spooler.close();
        self.shared.end();
    }

    fn work(&mut self) {
        loop {
            match self.shared.next(self.spooler.due()) {
                Work::Spans(episodes) => self.spans(&episodes),
                Work::Metrics(snapshot) => self.metrics(snapshot),
                Work::Logs(notices) => self.logs(&notices),
                Work::Spool => self.replay(),
                Work::Stop => return,
            }
        }
    }

    fn spans(&mut self, episodes: &[Episode]) {
        for episodes in episodes.chunks(MAX_SPANS) {
            let sent = match spans::request(episodes, &self.content.resource, self.content.sizes_in_names) {
                Ok(request) => self.deliver(Request::Traces(request)),
                Err(ids::NoRandomness) => {
                    self.failed(Signal::Traces, "the system gives no random numbers".to_owned());
                    Sent::lost(episodes.len() as u64)
                }
            };
            self.shared.resolve(sent.taken, sent.rejected + sent.lost);
        }
    }

    fn metrics(&mut self, snapshot: Arc<Snapshot>) {
        let health = self.shared.health();
        let mut pushed = Pushed::default();
        self.push(&snapshot, &health, &mut pushed);
        if pushed.lost {
            self.shared.note(|health| health.metric_pushes_failed += 1);
            self.shared.put_back(&snapshot);
            return;
        }
        self.metrics.done();
        self.shared.note(|health| match pushed.kept {
            false => health.metric_pushes += 1,
            true => health.metric_pushes_spooled += 1,
        });
    }

    fn push(&mut self, snapshot: &Snapshot, health: &ExporterHealth, pushed: &mut Pushed) {
        // If the server refuses what it may have, often enough, the snapshot says it in other words.
        let mut again = Pushed::default();
        for batch in self.metrics.again() {
            if self.metrics.is_unsure() {
                self.metrics.keep(batch);
            } else {
                self.points(batch, true, &mut again);
            }
        }
        if self.metrics.is_unsure() {
            pushed.lost = true;
            return;
        }
        let mut push = self.metrics.push(snapshot, health);
        while let Some(batch) = push.next(&mut self.metrics, &self.content.resource) {
            if !self.points(batch, false, pushed) {
                break;
            }
        }
    }

    /// Sends one request of metrics, which the server may have already. Returns whether to go on.
    fn points(&mut self, batch: Batch, again: bool, pushed: &mut Pushed) -> bool {
        let sent = self.deliver_once_more(Request::Metrics(batch.request), again);
        let go_on = sent.unknown.is_empty();
        pushed.lost |= sent.lost > 0;
        pushed.kept |= sent.kept > 0;
        self.metrics
            .settle(batch.updates, &sent.fates, sent.unknown, sent.refused_unknown);
        self.shared
            .note(|health| health.metric_points_rejected += sent.rejected);
        go_on
    }

    /// Sends the oldest request that is on disk.
    fn replay(&mut self) {
        let shared = Arc::clone(&self.shared);
        let Some(Replay { signal, body }) = self.spooler.next(&shared) else {
            return;
        };
        let ended = match Request::decode(signal, &body) {
            Ok(request) => {
                let began = Instant::now();
                let budget = Budget::new(self.transport.timeout(signal), &shared.cutoff);
                let ended = self.pieces(request, false, &budget, From::Disk);
                shared.note(|health| health.busy += began.elapsed());
                ended
            }
            // Its checksum says that it is what was written, so nobody will ever read it.
            Err(_) => Ok(Sent::lost(u64::MAX)),
        };
        self.spooler.ended(
            &shared,
            match ended {
                Ok(sent) => {
                    if signal == Signal::Metrics {
                        shared.note(|health| health.metric_points_rejected += sent.rejected);
                    }
                    Ended::Met {
                        taken: sent.taken,
                        lost: sent.rejected.saturating_add(sent.lost),
                    }
                }
                Err(Away(asked)) => Ended::Away(asked),
            },
        );
    }

    fn logs(&mut self, notices: &[Notice]) {
        let sent = self.deliver(Request::Logs(logs::request(notices, &self.content.resource)));
        self.shared.resolve_logs(sent.taken, sent.rejected + sent.lost);
    }

    /// Delivers one request within one budget, with retries, and in pieces if it is longer than the server takes.
    fn deliver(&mut self, request: Request) -> Sent {
        self.deliver_once_more(request, false)
    }

    /// As [`deliver`](Self::deliver), for a request that the server may have taken before.
    fn deliver_once_more(&mut self, request: Request, maybe: bool) -> Sent {
        let began = Instant::now();
        let shared = Arc::clone(&self.shared);
        let budget = Budget::new(self.transport.timeout(request.signal()), &shared.cutoff);
        let sent = self.pieces(request, maybe, &budget, From::Memory);
        shared.note(|health| health.busy += began.elapsed());
        // What is not on disk yet never stays away.
        sent.unwrap_or_default()
    }

    /// `maybe`: the server may have taken it before.
    fn pieces(&mut self, request: Request, maybe: bool, budget: &Budget<'_>, from: From) -> Result<Sent, Away> {
        let signal = request.signal();
        let mut sent = Sent::default();
        let mut pieces = vec![(request, maybe)];
        while let Some((piece, mut maybe)) = pieces.pop() {
            let piece = match piece.encoded_len() {
                0..=MIN_BYTES => piece,
                length if length <= self.longest[signal as usize] => piece,
                _ => match piece.halved() {
                    Ok([first, second]) => {
                        pieces.extend([(second, maybe), (first, maybe)]);
                        continue;
                    }
                    Err(one) => one,
                },
            };
            let (items, body) = (piece.items(), piece.encode());
            let away = matches!(from, From::Memory) && self.spooler.is_away(signal);
            let answer = if away {
                Err(Failure::Late("the server cannot be reached".to_owned()))
            } else {
                self.attempts(signal, &body, &mut maybe, budget)
            };
            let (piece, why, refused) = match answer {
                Ok(answer) => {
                    let rejected = self.rejected(signal, answer, items);
                    sent.taken(items, rejected);
                    if matches!(from, From::Memory) {
                        self.spooler.reached(signal);
                    }
                    continue;
                }
                Err(Failure::TooLarge(why)) => match piece.halved() {
                    // Nothing is lost by that, so there is nothing to say.
                    Ok([first, second]) => {
                        self.longest[signal as usize] = (body.len() / 2).max(MIN_BYTES);
                        pieces.extend([(second, maybe), (first, maybe)]);
                        continue;
                    }
                    Err(piece) => (piece, why, true),
                },
                Err(Failure::Final(why)) => (piece, why, true),
                Err(Failure::NoAnswer(why)) => {
                    maybe = true;
                    (piece, why, true)
                }
                Err(Failure::Again { asked, .. }) if matches!(from, From::Disk) => return Err(Away(asked)),
                Err(Failure::Late(_)) if matches!(from, From::Disk) => return Err(Away(None)),
                Err(failure @ (Failure::Again { .. } | Failure::Late(_))) => {
                    let (why, asked) = match failure {
                        Failure::Again { why, asked } => (why, asked),
                        Failure::Late(why) | Failure::TooLarge(why) | Failure::Final(why) | Failure::NoAnswer(why) => {
                            (why, None)
                        }
                    };
                    if !away {
                        maybe = true;
                        self.spooler.missed(signal, asked);
                    }
                    if self.keep(signal, items, &body) {
                        self.postponed(signal, &why);
                        sent.kept(items);
                        continue;
                    }
                    (piece, why, false)
                }
            };
            self.failed(signal, why);
            if refused && !(maybe && signal == Signal::Metrics) {
                sent.refused(items);
                continue;
            }
            sent.unanswered(piece, items);
            sent.refused_unknown |= refused;
            // Nor will it take the others now.
            while let Some((piece, maybe)) = pieces.pop() {
                match piece.items() {
                    items if maybe => sent.unanswered(piece, items),
                    items => sent.refused(items),
                }
            }
        }
        Ok(sent)
    }

    /// Keeps a request on disk, if there is a spool and it takes it.
    fn keep(&mut self, signal: Signal, items: u64, body: &[u8]) -> bool {
        // Data points have no account.
        let items = if signal == Signal::Metrics { 0 } else { items };
        self.spooler.keep(&self.shared, signal, items, body)
    }

    /// Tries until it succeeds, or until it makes no sense any more. Returns the body of a success. After an attempt
    /// without an answer that can be believed, the server may have taken the request: `maybe`.
    fn attempts(
        &mut self,
        signal: Signal,
        body: &[u8],
        maybe: &mut bool,
        budget: &Budget<'_>,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let mut backoff = FIRST_PAUSE;
        // With a spool nothing has to be waited for.
        let mut last = self.shared.is_resting(signal) || self.spooler.is_on();
        loop {
            self.shared.note(|health| health.requests += 1);
            let (why, asked) = match self.transport.post(signal, body, budget) {
                Ok(answer) => return Ok(answer.body),
                Err(Failure::Again { why, asked }) => (why, asked),
                Err(failure) => return Err(failure),
            };
            *maybe = true;
            if let Some(asked) = asked.filter(|_| !self.spooler.is_on()) {
                self.shared.rest(signal, asked);
            }
            if !self.spooler.is_on() {
                self.warn_once(signal, &why);
            }
            // Somewhere in the upper half, so that a thousand processes do not come back at the same moment.
            let spread = backoff / 2 + backoff / 512 * u32::from(ids::jitter());
            // Coming back sooner than the server asked would add to its load; if there is no time for that, this is all
            // for this request, and the next one is not handed out before. Nor is it done a favour by one that asks for
            // no time at all, which some say whatever the matter is.
            let pause = asked.map_or(spread, |asked| asked.max(spread));
            let left = budget.remaining();
            let too_late = |left| left <= pause && !self.shared.is_closing();
            if last || left.is_none_or(too_late) {
                return Err(Failure::Again { why, asked });
            }
            // When the service ends there is no time to wait: one more attempt, and that is all.
            last = !self.shared.pause(pause);
            backoff = (backoff * 2).min(MAX_PAUSE);
            self.shared.note(|health| health.retries += 1);
        }
    }

    /// How many of so many items the server has not taken, by its own account.
    fn rejected(&mut self, signal: Signal, answer: Option<Vec<u8>>, items: u64) -> u64 {
        let Ok(partial) = signal.partial(&answer.unwrap_or_default(), items) else {
            self.shared.note(|health| health.unreadable_answers += 1);
            return 0;
        };
        if partial.rejected > 0 {
            let why = format!(
                "the server rejected {} of {items} {}: {}",
                partial.rejected,
                signal.items(),
                partial.message
            );
            self.failed(signal, why);
        }
        partial.rejected
    }

    fn warn_once(&mut self, signal: Signal, error: &str) {
        if !std::mem::replace(&mut self.warned[signal as usize], true) {
            // Control characters of a server's answer have no business on a terminal.
            crate::warn(&format_args!(
                "maptrace: {} does not take the {} that it is sent ({}); the service goes on, and {}",
                self.transport.url(signal),
                signal.name(),
                error.escape_debug(),
                what_is_lost(signal)
            ));
        }
    }

    /// A request is on disk: nothing is lost, but somebody may want to know why it takes so long.
    fn postponed(&mut self, signal: Signal, why: &str) {
        let why = crate::proto::bounded(why);
        if !std::mem::replace(&mut self.warned[signal as usize], true) {
            crate::warn(&format_args!(
                "maptrace: {} cannot be reached ({}); the {} that are to be sent wait in the spool",
                self.transport.url(signal),
                why.escape_debug(),
                signal.name()
            ));
        }
        self.shared.note(|health| health.last_error = Some(why.to_owned()));
    }

    fn failed(&mut self, signal: Signal, error: String) {
        // What a server says goes into our memory, so only so much of it.
        let error = crate::proto::bounded(&error).to_owned();
        self.warn_once(signal, &error);
        self.shared.note(|health| health.last_error = Some(error));
    }
}

/// What becomes of a signal that is not delivered, and where that is counted.
fn what_is_lost(signal: Signal) -> &'static str {
    match signal {
        Signal::Traces => "what is lost is counted as export_failed",
        Signal::Metrics => {
            "a push that fails is made up for by the next: ExporterHealth counts it as metric_pushes_failed, and points \
             that the server rejects as metric_points_rejected"
        }
        Signal::Logs => "what is lost is counted as logs_failed in ExporterHealth",
    }
}

#[cfg(test)]
mod tests;
