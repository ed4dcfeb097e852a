//! How one request gets to the server: what the exporter's thread knows of HTTP and gRPC.

use std::time::Duration;

use crate::budget::Budget;
use crate::http::{self, Dialer, HttpError, Post};
use crate::settings::{Protocol, Target};
use crate::shared::Signal;

/// The request was taken.
#[derive(Debug)]
pub(crate) struct Answer {
    /// What the server says about it, if it says anything in protobuf.
    pub(crate) body: Option<Vec<u8>>,
}

/// The request was not taken, and what may be done about that.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Another attempt may do better, after as long as the server has asked for.
    Again { why: String, asked: Option<Duration> },
    /// Another attempt may do better, but not now: there was no time for an answer, or the server is not who it is to be.
    Late(String),
    /// It is longer than the server takes: half of it may do better.
    TooLarge(String),
    /// No attempt will do better.
    Final(String),
    /// Nor here; but what came is no answer, so the server may have taken it.
    NoAnswer(String),
}

pub(crate) trait Transport {
    /// How long the delivery of one request of this signal may take, with all its attempts.
    fn timeout(&mut self, signal: Signal) -> Duration;

    /// Where requests of this signal go, as it may be shown.
    fn url(&mut self, signal: Signal) -> String;

    /// One attempt to deliver one request.
    fn post(&mut self, signal: Signal, body: &[u8], budget: &Budget<'_>) -> Result<Answer, Failure>;
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        let why = error.to_string();
        match error {
            HttpError::Connect(_) | HttpError::Io(_) => Self::Again { why, asked: None },
            HttpError::Timeout => Self::Late(why),
            #[cfg(feature = "tls")]
            HttpError::Tls(_) => Self::Late(why),
            HttpError::Malformed(_) | HttpError::TooLarge => Self::NoAnswer(why),
        }
    }
}

/// OTLP over the network, each signal in its own way.
pub(crate) struct Network {
    traces: Target,
    metrics: Target,
    logs: Target,
    dialer: Dialer,
}

impl Network {
    pub(crate) fn new(traces: Target, metrics: Target, logs: Target) -> Self {
        Self {
            traces,
            metrics,
            logs,
            dialer: Dialer::default(),
        }
    }

    /// The target of a signal, and what connects to it.
    fn target(&mut self, signal: Signal) -> (&Target, &mut Dialer) {
        let target = match signal {
            Signal::Traces => &self.traces,
            Signal::Metrics => &self.metrics,
            Signal::Logs => &self.logs,
        };
        (target, &mut self.dialer)
    }
}

impl Transport for Network {
    fn timeout(&mut self, signal: Signal) -> Duration {
        self.target(signal).0.timeout
    }

    fn url(&mut self, signal: Signal) -> String {
        self.target(signal).0.endpoint.shown()
    }

    fn post(&mut self, signal: Signal, body: &[u8], budget: &Budget<'_>) -> Result<Answer, Failure> {
        let (target, dialer) = self.target(signal);
        match target.protocol {
            Protocol::Http => over_http(dialer, target, signal, body, budget),
            #[cfg(feature = "grpc")]
            Protocol::Grpc => crate::grpc::call(dialer, target, signal, body, budget),
        }
    }
}

/// What to do about a server that has no place for a signal, as one for traces alone.
pub(crate) fn no_place(signal: Signal) -> &'static str {
    match signal {
        Signal::Traces => "",
        Signal::Metrics => {
            ": it does not take metrics there; if it is not to, as Jaeger alone, set OTEL_METRICS_EXPORTER=none"
        }
        Signal::Logs => ": it does not take logs there; if it is not to, as Jaeger alone, set OTEL_LOGS_EXPORTER=none",
    }
}

fn over_http(
    dialer: &mut Dialer,
    target: &Target,
    signal: Signal,
    body: &[u8],
    budget: &Budget<'_>,
) -> Result<Answer, Failure> {
    let packed = target.gzip.then(|| packed(body));
    let post = Post {
        endpoint: &target.endpoint,
        headers: &target.headers,
        body: packed.as_deref().unwrap_or(body),
        gzip: target.gzip,
        tls: target.tls.as_ref(),
    };
    let response = http::post(dialer, &post, budget)?;
    let why = || format!("the server answered {}", response.status);
    match response.status {
        200..300 => Ok(Answer { body: response.body }),
        429 | 502 | 503 | 504 => Err(Failure::Again {
            why: why(),
            asked: response.retry_after,
        }),
        413 => Err(Failure::TooLarge(why())),
        404 => Err(Failure::Final(why() + no_place(signal))),
        _ => Err(Failure::Final(why())),
    }
}

#[cfg(feature = "gzip")]
fn packed(body: &[u8]) -> Vec<u8> {
    let mut packer = flate2::bufread::GzEncoder::new(body, flate2::Compression::fast());
    let mut packed = Vec::new();
    // From memory into memory: there is nothing that could fail.
    let _ = std::io::Read::read_to_end(&mut packer, &mut packed);
    packed
}

#[cfg(not(feature = "gzip"))]
fn packed(_: &[u8]) -> Vec<u8> {
    unreachable!("nothing turns it on")
}
