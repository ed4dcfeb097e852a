//! OTLP over gRPC: one call per connection, on a runtime that only the exporter's own thread has, and only while it calls.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes};
use hyper_util::rt::TokioIo;
use prost::Message;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tonic::client::Grpc as Client;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::{AsciiMetadataKey, MetadataMap};
use tonic::transport::Endpoint;
use tonic::{Code, Request, Status};

use crate::budget::Budget;
use crate::http::{BODY_LIMIT, Dialer, HEAD_LIMIT, HttpError};
use crate::settings::Target;
use crate::shared::Signal;
use crate::transport::{Answer, Failure};

/// The runtime, from the first call on.
#[derive(Debug, Default)]
pub(crate) struct Grpc {
    runtime: Option<Runtime>,
}

impl Grpc {
    /// One call. All of it ends with the budget.
    pub(crate) fn post(
        &mut self,
        dialer: &mut Dialer,
        target: &Target,
        signal: Signal,
        body: &[u8],
        budget: &Budget<'_>,
    ) -> Result<Answer, Failure> {
        // As over HTTP: a connection that waits for the next call may be dead by then, and nobody would notice before.
        let stream = dialer.connect(&target.endpoint, budget).map_err(Failure::from)?;
        let runtime = match self.runtime.take() {
            Some(runtime) => runtime,
            None => runtime().map_err(again)?,
        };
        let runtime = self.runtime.insert(runtime);
        let called = runtime.block_on(async {
            let mut call = std::pin::pin!(call(stream, target, signal, body));
            loop {
                // A shutdown may have shortened it meanwhile.
                let slice = budget.slice()?;
                if let Ok(called) = tokio::time::timeout(slice, call.as_mut()).await {
                    return Some(called);
                }
            }
        });
        called.unwrap_or_else(|| Err(Failure::from(HttpError::Timeout)))
    }
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_io().enable_time().build()
}

async fn call(stream: std::net::TcpStream, target: &Target, signal: Signal, body: &[u8]) -> Result<Answer, Failure> {
    stream.set_nonblocking(true).map_err(again)?;
    let mut stream = Some(TokioIo::new(TcpStream::from_std(stream).map_err(again)?));
    let scheme = if target.endpoint.tls { "https" } else { "http" };
    let endpoint = Endpoint::from_shared(format!("{scheme}://{}", target.endpoint.authority))
        .and_then(|endpoint| endpoint.user_agent(concat!("maptrace-otel/", env!("CARGO_PKG_VERSION"))))
        .map_err(|error| Failure::Final(error.to_string()))?
        .http2_max_header_list_size(HEAD_LIMIT)
        .initial_stream_window_size(BODY_LIMIT)
        .initial_connection_window_size(BODY_LIMIT);
    #[cfg(feature = "tls")]
    let endpoint = match &target.tls {
        Some(tls) => endpoint
            .tls_config(tls.grpc.clone())
            .map_err(|error| Failure::Final(chain(&error)))?,
        None => endpoint,
    };
    let connected = endpoint
        .connect_with_connector(tower::service_fn(move |_| {
            let stream = stream.take().ok_or(io::ErrorKind::NotConnected);
            async move { stream.map_err(io::Error::from) }
        }))
        .await;
    let channel = connected.map_err(|error| Failure::Again {
        why: chain(&error),
        asked: None,
    })?;
    let mut client = Client::new(channel).max_decoding_message_size(BODY_LIMIT as usize);
    if target.gzip {
        client = packing(client);
    }
    client.ready().await.map_err(|error| Failure::Again {
        why: chain(&error),
        asked: None,
    })?;
    let mut request = Request::new(Bytes::copy_from_slice(body));
    metadata(request.metadata_mut(), &target.headers);
    let path = PathAndQuery::from_static(match signal {
        Signal::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        Signal::Metrics => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        Signal::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    });
    match client.unary(request, path, Raw).await {
        Ok(answer) => Ok(Answer {
            body: Some(answer.into_inner().into()),
        }),
        Err(status) => Err(failure(&status)),
    }
}

#[cfg(feature = "gzip")]
fn packing<T>(client: Client<T>) -> Client<T> {
    client.send_compressed(tonic::codec::CompressionEncoding::Gzip)
}

#[cfg(not(feature = "gzip"))]
fn packing<T>(client: Client<T>) -> Client<T> {
    client
}

/// The header lines as metadata. What gRPC has no place for is left out.
fn metadata(metadata: &mut MetadataMap, headers: &str) {
    for line in headers.lines() {
        if let Some((name, value)) = line.split_once(": ")
            && let Ok(name) = AsciiMetadataKey::from_bytes(name.as_bytes())
            && let Ok(value) = value.parse()
        {
            metadata.insert(name, value);
        }
    }
}

/// What a status says about another attempt, as OTLP has it.
fn failure(status: &Status) -> Failure {
    let why = format!("the server answered {:?}: {}", status.code(), status.message());
    let asked = retry_after(status.details());
    match status.code() {
        // What tonic says of a message that is longer than is taken: of our request, if it serves, and of the answer.
        Code::OutOfRange if status.message().contains("decoded message length too large") => {
            if status.message().contains(&format!("limit is: {BODY_LIMIT} bytes")) {
                Failure::NoAnswer("the answer is too long".to_owned())
            } else {
                Failure::TooLarge(why)
            }
        }
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => Failure::Again { why, asked },
        Code::ResourceExhausted if asked.is_some() => Failure::Again { why, asked },
        // What others say of it, and all that there is to know it by.
        Code::ResourceExhausted if status.message().contains("larger than max") => Failure::TooLarge(why),
        // It is not the server that says so, but what carries it.
        _ if status.source().is_some() => Failure::Again {
            why: chain(status),
            asked: None,
        },
        _ => Failure::Final(why),
    }
}

/// An error and what it was caused by: tonic says "transport error" and no more.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

fn again(error: io::Error) -> Failure {
    Failure::Again {
        why: error.to_string(),
        asked: None,
    }
}

/// `google.rpc.Status`, as far as we look into it.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct RpcStatus {
    #[prost(message, repeated, tag = "3")]
    pub(crate) details: Vec<Any>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Any {
    #[prost(string, tag = "1")]
    pub(crate) type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) value: Vec<u8>,
}

/// `google.rpc.RetryInfo`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    pub(crate) retry_delay: Option<Delay>,
}

/// `google.protobuf.Duration`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Delay {
    #[prost(int64, tag = "1")]
    pub(crate) seconds: i64,
    #[prost(int32, tag = "2")]
    pub(crate) nanos: i32,
}

/// How long the server wants to be left alone, if it says so.
fn retry_after(details: &[u8]) -> Option<Duration> {
    let status = RpcStatus::decode(details).ok()?;
    let info = status
        .details
        .iter()
        .find(|any| any.type_url.ends_with("/google.rpc.RetryInfo"))?;
    let delay = RetryInfo::decode(info.value.as_slice()).ok()?.retry_delay?;
    let (seconds, nanos) = (u64::try_from(delay.seconds).ok()?, u32::try_from(delay.nanos).ok()?);
    Some(Duration::from_secs(seconds).saturating_add(Duration::from_nanos(nanos.into())))
}

/// Messages as they lie: what is sent was encoded already, and what is answered is looked into elsewhere.
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

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
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
