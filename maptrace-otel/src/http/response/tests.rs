use std::io::{self, Read};
use std::time::Duration;

use super::{BODY_LIMIT, HEAD_LIMIT, Response, read};
use crate::http::HttpError;
use crate::transport::Failure;

/// Hands out its bytes in pieces of a given size, then ends.
struct Pieces<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let take = self.size.min(buffer.len()).min(self.bytes.len());
        buffer[..take].copy_from_slice(&self.bytes[..take]);
        self.bytes = &self.bytes[take..];
        Ok(take)
    }
}

/// Reads `bytes` whole and in small pieces; the answer must be the same.
fn parse(bytes: &[u8]) -> Result<Response, HttpError> {
    let whole = read(&mut Pieces {
        bytes,
        size: usize::MAX,
    });
    for size in [1, 2, 3, 7] {
        let pieces = read(&mut Pieces { bytes, size });
        assert_eq!(format!("{whole:?}"), format!("{pieces:?}"), "in pieces of {size}");
    }
    whole
}

fn ok(text: &str) -> Response {
    parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

#[test]
fn a_body_is_framed_by_length_chunks_or_close() {
    for text in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more",
        "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf; v=1\r\ncontent-length:5\r\ncontent-length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: x\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nhello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nx: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    ] {
        let response = ok(text);
        assert_eq!(
            (response.status, response.body.as_deref()),
            (200, Some(&b"hello"[..])),
            "{text:?}"
        );
    }
    assert_eq!(ok("HTTP/1.1 204 No Content\r\n\r\n").body.as_deref(), Some(&b""[..]));
}

#[test]
fn only_protobuf_is_a_body_to_look_into() {
    let with = |header| ok(&format!("HTTP/1.1 200 OK\r\n{header}\r\nContent-Length: 2\r\n\r\n{{}}")).body;
    assert_eq!(with("Content-Type: application/json"), None);
    // What is packed stays packed, and then is no protobuf that anyone could read.
    assert_eq!(with("Content-Encoding: gzip").as_deref(), Some(&b"{}"[..]));
}

#[test]
fn the_body_of_a_failure_is_not_waited_for() {
    let response = ok("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 1000000\r\n\r\n");
    assert_eq!(response.status, 503);
    assert_eq!(response.retry_after, Some(Duration::from_secs(7)));
    assert_eq!(response.body, None);
}

#[test]
fn retry_after_takes_any_number_and_no_date() {
    let with = |value: &str| ok(&format!("HTTP/1.1 429 No\r\nRetry-After: {value}\r\n\r\n")).retry_after;
    assert_eq!(with("1000000000"), Some(Duration::from_secs(1_000_000_000)));
    assert_eq!(with("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
    assert_eq!(with("Fri, 31 Dec 1999 23:59:59 GMT"), None);
    assert_eq!(with("-1"), None);
}

#[test]
fn a_body_may_reach_the_limit_and_not_pass_it() {
    let body = "x".repeat(BODY_LIMIT);
    let fits = format!("HTTP/1.1 200 OK\r\nContent-Length: {BODY_LIMIT}\r\n\r\n{body}");
    assert_eq!(ok(&fits).body.map(|body| body.len()), Some(BODY_LIMIT));
    for text in [
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}x", BODY_LIMIT + 1),
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\n\r\n{body}x"),
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{BODY_LIMIT:x}\r\n{body}\r\n1\r\nx\r\n0\r\n\r\n"),
    ] {
        assert!(
            matches!(parse(text.as_bytes()), Err(HttpError::TooLarge)),
            "{:.60}",
            text
        );
    }
}

#[test]
fn what_is_not_http_is_an_error_and_not_tried_again() {
    for text in [
        "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello".to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!".to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello".to_owned(),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n".to_owned(),
        format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;{}\r\nx\r\n",
            "x".repeat(9000)
        ),
        format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(100)),
        format!("HTTP/1.1 200 OK\r\na: {}", "b".repeat(HEAD_LIMIT)),
        "HTTP/1.1 100 Continue\r\n\r\n".repeat(HEAD_LIMIT / 20),
    ] {
        let error = parse(text.as_bytes()).expect_err("garbage");
        assert!(matches!(error, HttpError::Malformed(_)), "{:.60}: {error:?}", text);
        assert!(matches!(Failure::from(error), Failure::NoAnswer(_)));
    }
}

#[test]
fn an_answer_cut_short_is_a_broken_connection() {
    for text in [
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ] {
        let error = parse(text.as_bytes()).expect_err("cut short");
        assert!(matches!(error, HttpError::Io(_)), "{text:?}: {error:?}");
        assert!(matches!(Failure::from(error), Failure::Again { .. }));
    }
}
