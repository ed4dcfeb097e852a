//! OTLP over gRPC: one call per connection, every step under one [`Budget`].
//!
//! The runtime that it needs is made for the call, on the exporter's own thread, and ends with it: nothing goes on
//! afterwards, and the application's runtime, if it has one, never hears of any of this. Names are looked up, connections
//! made and hands shaken with the blocking calls of HTTP/1.1, so that the runtime has nothing to wait for but its one socket.

mod io;
pub(crate) mod retry;
mod size;

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::{Buf as _, BufMut as _, Bytes};
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper::http::uri::PathAndQuery;
use hyper::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use tonic::body::Body;
use tonic::client::{Grpc, GrpcService};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataMap;
use tonic::{Code, Request, Status};

use crate::budget::Budget;
use crate::http::{BODY_LIMIT, Dialer, HttpError, Timed};
use crate::settings::Target;
use crate::shared::Signal;
use crate::transport::{Answer, Failure, no_place};
use io::Io;

/// What a server may send before we have read it.
const WINDOW: u32 = 64 * 1024;
/// All headers of an answer.
const HEAD_LIMIT: u32 = 16 * 1024;

/// One attempt. `body` is the request's message as it is.
pub(crate) fn call(
    dialer: &mut Dialer,
    target: &Target,
    signal: Signal,
    body: &[u8],
    budget: &Budget<'_>,
) -> Result<Answer, Failure> {
    #[cfg_attr(not(feature = "tls"), expect(unused_mut, reason = "for the handshake"))]
    let mut timed = Timed {
        stream: dialer.connect(&target.endpoint, budget)?,
        budget,
    };
    let tls = match &target.tls {
        None => None,
        #[cfg(feature = "tls")]
        Some(tls) => Some(tls.handshake(&target.endpoint.host, &mut timed)?),
        #[cfg(not(feature = "tls"))]
        Some(tls) => match *tls {},
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
        .map_err(HttpError::Connect)?;
    let request = request(target, body, budget);
    let answer = runtime.block_on(within(budget, async {
        let io = Io::new(timed.stream, tls).map_err(HttpError::from_io)?;
        let (sender, connection) = http2::Builder::new(OnThisThread)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .max_header_list_size(HEAD_LIMIT)
            .handshake(io)
            .await
            .map_err(|error| broken(&error))?;
        // It ends when the answer is there, or with the runtime.
        tokio::spawn(connection);
        let mut client = Grpc::with_origin(Connection(sender), origin(target)).max_decoding_message_size(BODY_LIMIT);
        #[cfg(feature = "gzip")]
        if target.gzip {
            let gzip = tonic::codec::CompressionEncoding::Gzip;
            // Some answer in kind, whether they were asked to or not. As much is unpacked as is read, and no more.
            client = client.send_compressed(gzip).accept_compressed(gzip);
        }
        client
            .unary(request, path(signal), Raw)
            .await
            .map_err(|status| match (failure(&status), status.code()) {
                (Failure::Final(why), Code::Unimplemented) => Failure::Final(why + no_place(signal)),
                (failure, _) => failure,
            })
    }));
    match answer {
        Some(answer) => Ok(Answer {
            body: Some(answer?.into_inner().into()),
        }),
        None => Err(HttpError::Timeout.into()),
    }
}

/// The future's result, or `None` once the budget is spent. A shutdown may shorten it meanwhile.
async fn within<F: Future>(budget: &Budget<'_>, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    loop {
        if let Ok(done) = tokio::time::timeout(budget.slice()?, &mut future).await {
            return Some(done);
        }
    }
}

fn path(signal: Signal) -> PathAndQuery {
    PathAndQuery::from_static(match signal {
        Signal::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        Signal::Metrics => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        Signal::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    })
}

fn origin(target: &Target) -> Uri {
    let scheme = if target.endpoint.tls { "https" } else { "http" };
    // What is not taken for an authority is not sent as one.
    Uri::builder()
        .scheme(scheme)
        .authority(target.endpoint.authority.as_str())
        .path_and_query("/")
        .build()
        .unwrap_or_default()
}

fn headers(lines: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines.lines() {
        if let Some((name, value)) = line.split_once(": ")
            && let (Ok(name), Ok(mut value)) = (HeaderName::try_from(name), HeaderValue::try_from(value))
        {
            // The layers below are not to show it to whoever traces them.
            value.set_sensitive(true);
            headers.insert(name, value);
        }
    }
    headers.insert(
        hyper::header::USER_AGENT,
        HeaderValue::from_static(concat!("maptrace-otel/", env!("CARGO_PKG_VERSION"))),
    );
    headers
}

fn request(target: &Target, body: &[u8], budget: &Budget<'_>) -> Request<Bytes> {
    let mut request = Request::new(Bytes::copy_from_slice(body));
    *request.metadata_mut() = MetadataMap::from_headers(headers(&target.headers));
    if let Some(left) = budget.remaining() {
        // gRPC's own field for it, so that a server need not go on with what nobody waits for.
        request.set_timeout(left);
    }
    request
}

/// What a server says no with is for us to see; its own words are not shown, as a header of ours may be among them.
fn failure(status: &Status) -> Failure {
    if let Some(error) = std::error::Error::source(status) {
        return broken(error);
    }
    if size::is_our_limit(status) {
        return HttpError::TooLarge.into();
    }
    let why = format!("the server answered {:?}", status.code());
    let asked = retry::asked(status.details());
    match status.code() {
        Code::ResourceExhausted | Code::OutOfRange if asked.is_none() && size::is_about_size(status.message()) => {
            Failure::TooLarge(why)
        }
        Code::ResourceExhausted if asked.is_none() => Failure::Final(why),
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss
        | Code::ResourceExhausted => Failure::Again { why, asked },
        _ => Failure::Final(why),
    }
}

/// There is no answer, and what the layers below say about that.
fn broken(error: &(dyn std::error::Error + 'static)) -> Failure {
    let mut why = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        // TCP has no opinion on what it carries. The error itself is lost on its way through HTTP/2, but not its words.
        #[cfg(feature = "tls")]
        if error
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::InvalidData)
        {
            return HttpError::Tls(text).into();
        }
        // Some say what is below them as well.
        if !why.ends_with(&text) {
            why = if why.is_empty() { text } else { format!("{why}: {text}") };
        }
        next = error.source();
    }
    Failure::Again {
        why: format!("the connection broke: {why}; is it a port for gRPC, which is 4317 by default?"),
        asked: None,
    }
}

/// Messages as they are: the request is encoded already, and the answer's bytes are looked at by whoever asked.
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

/// Where hyper runs what belongs to the connection.
#[derive(Clone)]
struct OnThisThread;

impl<F: Future<Output: Send> + Send + 'static> hyper::rt::Executor<F> for OnThisThread {
    fn execute(&self, future: F) {
        tokio::spawn(future);
    }
}

/// A connection as tonic wants it.
struct Connection(SendRequest<Body>);

impl GrpcService<Body> for Connection {
    type ResponseBody = Incoming;
    type Error = hyper::Error;
    type Future = Pin<Box<dyn Future<Output = hyper::Result<hyper::Response<Incoming>>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<hyper::Result<()>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: hyper::Request<Body>) -> Self::Future {
        Box::pin(self.0.send_request(request))
    }
}

#[cfg(test)]
mod tests;
