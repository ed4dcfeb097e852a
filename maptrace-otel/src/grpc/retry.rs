//! What a server that says no says about trying again.

use std::time::Duration;

use prost::Message;
use tonic::{Code, Status};

use crate::http::BODY_LIMIT;

/// `google.rpc.Status`, as it comes in `grpc-status-details-bin`: what of it is looked at.
#[derive(Message)]
pub(super) struct Details {
    #[prost(message, repeated, tag = "3")]
    pub(super) details: Vec<Any>,
}

/// `google.protobuf.Any`.
#[derive(Message)]
pub(super) struct Any {
    #[prost(string, tag = "1")]
    pub(super) type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) value: Vec<u8>,
}

/// `google.rpc.RetryInfo`.
#[derive(Message)]
pub(super) struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    pub(super) retry_delay: Option<Delay>,
}

/// `google.protobuf.Duration`.
#[derive(Message)]
pub(super) struct Delay {
    #[prost(int64, tag = "1")]
    pub(super) seconds: i64,
    #[prost(int32, tag = "2")]
    pub(super) nanos: i32,
}

/// After how long the server wants to be asked again; `None` if it does not say that it wants to.
pub(super) fn asked(details: &[u8]) -> Option<Duration> {
    let details = Details::decode(details).ok()?.details;
    let info = details
        .iter()
        .find(|any| any.type_url.ends_with("/google.rpc.RetryInfo"))?;
    let delay = RetryInfo::decode(info.value.as_slice())
        .ok()?
        .retry_delay
        .unwrap_or_default();
    let part = |number: i64| u64::try_from(number).unwrap_or(0);
    Some(Duration::from_secs(part(delay.seconds)).saturating_add(Duration::from_nanos(part(delay.nanos.into()))))
}

/// Whether a message is one of those that gRPC's servers refuse a long request with: there is no status for it alone.
pub(super) fn is_about_size(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    // Go and C++, Java and .NET, Rust.
    message.contains("message")
        && ["larger than max", "exceeds", "too large"]
            .iter()
            .any(|words| message.contains(words))
}

/// Whether it is not the server's, but says that its answer is longer than we read, as it comes or when it is unpacked: tonic
/// has the same words for both sides.
pub(super) fn is_our_limit(status: &Status) -> bool {
    let said = |words: String| status.message().contains(&words);
    match status.code() {
        Code::OutOfRange => said(format!("limit is: {BODY_LIMIT} bytes")),
        Code::ResourceExhausted => said(format!("limit, of {BODY_LIMIT} bytes")),
        _ => false,
    }
}
