//! Requests and answers that are too long: gRPC has no status for them alone.

use tonic::{Code, Status};

use crate::http::BODY_LIMIT;

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
