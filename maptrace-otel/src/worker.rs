//! The exporter's thread: it takes work, delivers it and says what became of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use maptrace_runtime::{Episode, Notice, Snapshot};
use opentelemetry_proto::tonic::resource::v1::Resource;

use crate::budget::Budget;
use crate::request::{MAX_BYTES, Request};
use crate::shared::{Shared, Signal, Work};
use crate::spooler::{Ended, Replay, Spooler};
use crate::transport::{Failure, Transport};
use crate::{ids, logs, metrics, spans};

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
}

pub(crate) struct Worker<T> {
    shared: Arc<Shared>,
    transport: T,
    content: Content,
    spooler: Spooler,
    /// Whether it was said that deliveries fail: once, as a log that repeats it helps nobody.
    warned: bool,
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

/// What became of a request's items.
#[derive(Default)]
struct Sent {
    taken: u64,
    /// The server has taken the request, but not these.
    rejected: u64,
    lost: u64,
    /// They are on disk.
    kept: u64,
}

impl Sent {
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
            content,
            spooler,
            warned: false,
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
                    self.failed("the system gives no random numbers".to_owned());
                    Sent::lost(episodes.len() as u64)
                }
            };
            self.shared.resolve(sent.taken, sent.rejected + sent.lost);
        }
    }

    fn metrics(&mut self, snapshot: Arc<Snapshot>) {
        let health = self.shared.health();
        let resource = self.content.resource.clone();
        let mut kept = 0;
        for request in metrics::requests(&snapshot, &health, &resource) {
            let sent = self.deliver(Request::Metrics(request));
            kept += sent.kept;
            self.shared
                .note(|health| health.metric_points_rejected += sent.rejected);
            if sent.lost > 0 {
                self.shared.note(|health| health.metric_pushes_failed += 1);
                self.shared.put_back(&snapshot);
                return;
            }
        }
        self.shared.note(|health| match kept {
            0 => health.metric_pushes += 1,
            _ => health.metric_pushes_spooled += 1,
        });
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
                let ended = self.pieces(request, &budget, From::Disk);
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
        let began = Instant::now();
        let shared = Arc::clone(&self.shared);
        let budget = Budget::new(self.transport.timeout(request.signal()), &shared.cutoff);
        let sent = self.pieces(request, &budget, From::Memory);
        shared.note(|health| health.busy += began.elapsed());
        // What is not on disk yet never stays away.
        sent.unwrap_or_default()
    }

    fn pieces(&mut self, request: Request, budget: &Budget<'_>, from: From) -> Result<Sent, Away> {
        let signal = request.signal();
        let mut sent = Sent::default();
        let mut pieces = vec![request];
        while let Some(piece) = pieces.pop() {
            let piece = match piece.encoded_len() {
                0..=MIN_BYTES => piece,
                length if length <= self.longest[signal as usize] => piece,
                _ => match piece.halved() {
                    Ok([first, second]) => {
                        pieces.extend([second, first]);
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
                self.attempts(signal, &body, budget)
            };
            match answer {
                Ok(answer) => {
                    let rejected = self.rejected(signal, answer, items);
                    sent.taken += items - rejected;
                    sent.rejected += rejected;
                    if matches!(from, From::Memory) {
                        self.spooler.reached(signal);
                    }
                }
                Err(Failure::TooLarge(why)) => match piece.halved() {
                    // Nothing is lost by that, so there is nothing to say.
                    Ok([first, second]) => {
                        self.longest[signal as usize] = (body.len() / 2).max(MIN_BYTES);
                        pieces.extend([second, first]);
                    }
                    Err(_) => {
                        self.failed(why);
                        sent.lost += items;
                    }
                },
                Err(Failure::Final(why)) => {
                    self.failed(why);
                    sent.lost += items;
                }
                Err(Failure::Again { asked, .. }) if matches!(from, From::Disk) => return Err(Away(asked)),
                Err(Failure::Late(_)) if matches!(from, From::Disk) => return Err(Away(None)),
                Err(failure) => {
                    let (why, asked) = match failure {
                        Failure::Again { why, asked } => (why, asked),
                        Failure::Late(why) | Failure::TooLarge(why) | Failure::Final(why) => (why, None),
                    };
                    if !away {
                        self.spooler.missed(signal, asked);
                    }
                    if self.keep(signal, items, &body) {
                        self.postponed(&why);
                        sent.kept += items;
                    } else {
                        self.failed(why);
                        // Nor will it take the others now.
                        sent.lost += items + pieces.drain(..).map(|piece| piece.items()).sum::<u64>();
                    }
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

    /// Tries until it succeeds, or until it makes no sense any more. Returns the body of a success.
    fn attempts(&mut self, signal: Signal, body: &[u8], budget: &Budget<'_>) -> Result<Option<Vec<u8>>, Failure> {
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
            if let Some(asked) = asked.filter(|_| !self.spooler.is_on()) {
                self.shared.rest(signal, asked);
            }
            if !self.spooler.is_on() {
                self.warn_once(&why);
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
            self.failed(format!(
                "the server rejected {} of {items} {}: {}",
                partial.rejected,
                signal.items(),
                partial.message
            ));
        }
        partial.rejected
    }

    fn warn_once(&mut self, error: &str) {
        if !std::mem::replace(&mut self.warned, true) {
            // Control characters of a server's answer have no business on a terminal.
            crate::warn(&format_args!(
                "maptrace: the OTLP endpoint does not take what it is sent ({}); the service goes on, and what is lost is \
                 counted as export_failed",
                error.escape_debug()
            ));
        }
    }

    /// A request is on disk: nothing is lost, but somebody may want to know why it takes so long.
    fn postponed(&mut self, why: &str) {
        let why = crate::proto::bounded(why);
        if !std::mem::replace(&mut self.warned, true) {
            crate::warn(&format_args!(
                "maptrace: the OTLP endpoint cannot be reached ({}); what is to be sent waits in the spool",
                why.escape_debug()
            ));
        }
        self.shared.note(|health| health.last_error = Some(why.to_owned()));
    }

    fn failed(&mut self, error: String) {
        // What a server says goes into our memory, so only so much of it.
        let error = crate::proto::bounded(&error).to_owned();
        self.warn_once(&error);
        self.shared.note(|health| health.last_error = Some(error));
    }
}

#[cfg(test)]
mod tests;
