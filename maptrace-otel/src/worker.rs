//! The exporter's thread: it takes work, delivers it and says what became of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use maptrace_runtime::{Episode, Snapshot};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use crate::budget::Budget;
use crate::http::{self, HttpError, Response};
use crate::settings::Target;
use crate::shared::{Shared, Signal, Work};
use crate::{ids, metrics, spans};

/// The thread is started again so often after a panic.
const MAX_RESTARTS: u64 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Where the pauses between attempts stop growing. A server that asks for a longer one gets it.
const MAX_PAUSE: Duration = Duration::from_secs(5);

pub(crate) trait Transport {
    /// How long the delivery of one request of this signal may take, with all its attempts.
    fn timeout(&self, signal: Signal) -> Duration;

    /// One attempt to deliver one request.
    fn post(&mut self, signal: Signal, body: &[u8], budget: &Budget<'_>) -> Result<Response, HttpError>;
}

/// OTLP over HTTP.
pub(crate) struct Http {
    pub(crate) traces: Target,
    pub(crate) metrics: Target,
}

impl Http {
    fn target(&self, signal: Signal) -> &Target {
        match signal {
            Signal::Traces => &self.traces,
            Signal::Metrics => &self.metrics,
        }
    }
}

impl Transport for Http {
    fn timeout(&self, signal: Signal) -> Duration {
        self.target(signal).timeout
    }

    fn post(&mut self, signal: Signal, body: &[u8], budget: &Budget<'_>) -> Result<Response, HttpError> {
        let target = self.target(signal);
        http::post(&target.endpoint, &target.headers, body, budget)
    }
}

pub(crate) struct Worker<T> {
    pub(crate) shared: Arc<Shared>,
    pub(crate) transport: T,
    pub(crate) resource: Resource,
    pub(crate) sizes_in_names: bool,
    /// Whether it was said that deliveries fail: once, as a log that repeats it helps nobody.
    pub(crate) warned: bool,
}

impl<T: Transport> Worker<T> {
    /// Works until a shutdown, or until it has panicked too often.
    pub(crate) fn run(mut self) {
        // No state survives a panic half-changed: a batch is either resolved or, here, counted as failed.
        let mut restarts = 0;
        while catch_unwind(AssertUnwindSafe(|| self.work())).is_err() && restarts < MAX_RESTARTS {
            restarts += 1;
            self.shared.restarted();
        }
        self.shared.end();
    }

    fn work(&mut self) {
        loop {
            match self.shared.next() {
                Work::Spans(episodes) => self.spans(&episodes),
                Work::Metrics(snapshot) => self.metrics(snapshot),
                Work::Stop => return,
            }
        }
    }

    fn spans(&mut self, episodes: &[Episode]) {
        let all = episodes.len() as u64;
        let delivered = spans::request(episodes, &self.resource, self.sizes_in_names)
            .map_err(|ids::NoRandomness| "the system gives no random numbers".to_owned())
            .and_then(|request| self.deliver(Signal::Traces, &request.encode_to_vec()));
        match delivered {
            Ok(body) => {
                let partial = self
                    .decode::<ExportTraceServiceResponse>(body)
                    .and_then(|answer| answer.partial_success);
                // A server may say anything: it cannot have rejected fewer than none or more than all.
                let rejected = partial.as_ref().map_or(0, |partial| partial.rejected_spans);
                let rejected = u64::try_from(rejected).unwrap_or(0).min(all);
                if let Some(partial) = partial.filter(|_| rejected > 0) {
                    self.failed(format!(
                        "the server rejected {rejected} of {all} spans: {}",
                        partial.error_message
                    ));
                }
                self.shared.resolve(all - rejected, rejected);
            }
            Err(error) => {
                self.failed(error);
                self.shared.resolve(0, all);
            }
        }
    }

    fn metrics(&mut self, snapshot: Arc<Snapshot>) {
        let health = self.shared.health();
        let resource = self.resource.clone();
        for request in metrics::requests(&snapshot, &health, &resource) {
            match self.deliver(Signal::Metrics, &request.encode_to_vec()) {
                Ok(body) => {
                    let answer = self.decode::<ExportMetricsServiceResponse>(body);
                    let partial = answer.and_then(|answer| answer.partial_success);
                    if let Some(partial) = partial.filter(|partial| partial.rejected_data_points > 0) {
                        let rejected = u64::try_from(partial.rejected_data_points).unwrap_or(0);
                        self.shared.note(|health| health.metric_points_rejected += rejected);
                        self.failed(format!(
                            "the server rejected {rejected} data points: {}",
                            partial.error_message
                        ));
                    }
                }
                Err(error) => {
                    self.failed(error);
                    self.shared.note(|health| health.metric_pushes_failed += 1);
                    self.shared.put_back(&snapshot);
                    return;
                }
            }
        }
        self.shared.note(|health| health.metric_pushes += 1);
    }

    /// Delivers one request, with retries, within one budget. Returns the body of a success.
    fn deliver(&mut self, signal: Signal, body: &[u8]) -> Result<Option<Vec<u8>>, String> {
        let began = Instant::now();
        let shared = Arc::clone(&self.shared);
        let budget = Budget::new(self.transport.timeout(signal), &shared.cutoff);
        let delivered = self.attempts(signal, body, &budget);
        shared.note(|health| health.busy += began.elapsed());
        delivered
    }

    fn attempts(&mut self, signal: Signal, body: &[u8], budget: &Budget<'_>) -> Result<Option<Vec<u8>>, String> {
        let mut backoff = FIRST_PAUSE;
        let mut last = self.shared.is_resting(signal);
        loop {
            self.shared.note(|health| health.requests += 1);
            let (error, asked) = match self.transport.post(signal, body, budget) {
                Ok(response) => match response.status {
                    200..300 => return Ok(response.body),
                    429 | 502 | 503 | 504 => (format!("the server answered {}", response.status), response.retry_after),
                    status => return Err(format!("the server answered {status}")),
                },
                Err(error) if error.is_retryable() => (error.to_string(), None),
                Err(error) => return Err(error.to_string()),
            };
            if let Some(asked) = asked {
                self.shared.rest(signal, asked);
            }
            self.warn_once(&error);
            // Somewhere in the upper half, so that a thousand processes do not come back at the same moment.
            let spread = backoff / 2 + backoff / 512 * u32::from(ids::jitter());
            // Coming back sooner than the server asked would add to its load; if there is no time for that, this is all
            // for this request, and the next one is not handed out before. Nor is it done a favour by one that asks for
            // no time at all, which some say whatever the matter is.
            let pause = asked.map_or(spread, |asked| asked.max(spread));
            let left = budget.remaining();
            let too_late = |left| left <= pause && !self.shared.is_closing();
            if last || left.is_none_or(too_late) {
                return Err(error);
            }
            // When the service ends there is no time to wait: one more attempt, and that is all.
            last = !self.shared.pause(pause);
            backoff = (backoff * 2).min(MAX_PAUSE);
            self.shared.note(|health| health.retries += 1);
        }
    }

    /// Decodes an answer; an empty one is a success with nothing to say.
    fn decode<M: Message + Default>(&self, body: Option<Vec<u8>>) -> Option<M> {
        match M::decode(body.unwrap_or_default().as_slice()) {
            Ok(answer) => Some(answer),
            Err(_) => {
                self.shared.note(|health| health.unreadable_answers += 1);
                None
            }
        }
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

    fn failed(&mut self, error: String) {
        // What a server says goes into our memory, so only so much of it.
        let error = crate::proto::bounded(&error).to_owned();
        self.warn_once(&error);
        self.shared.note(|health| health.last_error = Some(error));
    }
}

#[cfg(test)]
mod tests;
