//! Answers: their head, and sending them by a deadline.

use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write};
use std::net::TcpStream;
use std::time::{Instant, SystemTime};

use crate::report::units::CivilTime;

/// A status with its reason and the sentence for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    BadRequest,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    RequestTimeout,
    MisdirectedRequest,
    HeaderFieldsTooLarge,
    ServiceUnavailable,
}

impl Status {
    const fn line(self) -> &'static str {
        match self {
            Self::Ok => "200 OK",
            Self::BadRequest => "400 Bad Request",
            Self::Forbidden => "403 Forbidden",
            Self::NotFound => "404 Not Found",
            Self::MethodNotAllowed => "405 Method Not Allowed",
            Self::RequestTimeout => "408 Request Timeout",
            Self::MisdirectedRequest => "421 Misdirected Request",
            Self::HeaderFieldsTooLarge => "431 Request Header Fields Too Large",
            Self::ServiceUnavailable => "503 Service Unavailable",
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::Ok => "",
            Self::BadRequest => "This is not a request that HTTP/1 knows.",
            Self::Forbidden => "This server answers no other site. Links may lead to / alone; type the address of any other page.",
            Self::NotFound => "There are /, /metrics and /maps.json.",
            Self::MethodNotAllowed => "This server only reads: GET or HEAD.",
            Self::RequestTimeout => "The request took too long to arrive.",
            Self::MisdirectedRequest => {
                "Host has to be localhost, the address that was connected to, or a name in the variable MAPTRACE_ALLOW_HOST \
                 of the program (or its `allow_host`)."
            }
            Self::HeaderFieldsTooLarge => "The head of a request may have 8 KiB and 64 headers.",
            Self::ServiceUnavailable => "All connections are in use. Try again in a second.",
        }
    }
}

/// What pages of errors and data may do in a browser: nothing.
const LOCKED: &str = "default-src 'none'; frame-ancestors 'none'";

/// One answer.
pub(super) struct Response {
    pub(super) status: Status,
    pub(super) content_type: &'static str,
    pub(super) policy: &'static str,
    pub(super) body: String,
    /// Whether only the head is asked for.
    pub(super) head_only: bool,
}

impl Response {
    /// A page with that content.
    pub(super) fn ok(content_type: &'static str, body: String) -> Self {
        Self {
            status: Status::Ok,
            content_type,
            policy: LOCKED,
            body,
            head_only: false,
        }
    }

    /// A status and a sentence about it.
    pub(super) fn error(status: Status) -> Self {
        let body = format!("{}\n{}\n", status.line(), status.advice());
        Self {
            status,
            ..Self::ok("text/plain; charset=utf-8", body)
        }
    }

    fn head(&self, now: SystemTime) -> String {
        let mut head = format!(
            "HTTP/1.1 {}\r\n\
             Date: {}\r\n\
             Content-Type: {}\r\n\
             Content-Length: {}\r\n\
             Content-Security-Policy: {}\r\n\
             X-Content-Type-Options: nosniff\r\n\
             X-Frame-Options: DENY\r\n\
             Referrer-Policy: no-referrer\r\n\
             Cross-Origin-Resource-Policy: same-origin\r\n\
             Cross-Origin-Opener-Policy: same-origin\r\n\
             Cache-Control: no-store\r\n\
             Connection: close\r\n",
            self.status.line(),
            http_date(now),
            self.content_type,
            self.body.len(),
            self.policy,
        );
        match self.status {
            Status::MethodNotAllowed => head.push_str("Allow: GET, HEAD\r\n"),
            Status::ServiceUnavailable => head.push_str("Retry-After: 1\r\n"),
            _ => (),
        }
        head.push_str("\r\n");
        head
    }

    /// Sends it by `deadline`, which holds for all of it.
    pub(super) fn send(&self, stream: &TcpStream, deadline: Instant) -> io::Result<()> {
        send_all(stream, self.head(SystemTime::now()).as_bytes(), deadline)?;
        if self.head_only {
            Ok(())
        } else {
            send_all(stream, self.body.as_bytes(), deadline)
        }
    }
}

fn send_all(mut stream: &TcpStream, mut bytes: &[u8], deadline: Instant) -> io::Result<()> {
    while !bytes.is_empty() {
        let left = deadline
            .checked_duration_since(Instant::now())
            .filter(|left| !left.is_zero());
        stream.set_write_timeout(Some(left.ok_or(ErrorKind::TimedOut)?))?;
        match stream.write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(n) => bytes = &bytes[n..],
            Err(error) if error.kind() == ErrorKind::Interrupted => (),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// `Sat, 21 Nov 2026 04:10:00 GMT`
fn http_date(at: SystemTime) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let t = CivilTime::from(at);
    let name = |names: &[&'static str], i: u64| usize::try_from(i).ok().and_then(|i| names.get(i).copied());
    let (day, month) = (name(&DAYS, t.weekday), name(&MONTHS, t.month - 1));
    let mut out = format!(
        "{}, {:02} {} ",
        day.unwrap_or_default(),
        t.day,
        month.unwrap_or_default()
    );
    _ = write!(out, "{:04} {:02}:{:02}:{:02} GMT", t.year, t.hour, t.minute, t.second);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn dates_are_as_http_writes_them() {
        assert_eq!(http_date(UNIX_EPOCH), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(
            http_date(UNIX_EPOCH + Duration::from_secs(1_795_234_200)),
            "Sat, 21 Nov 2026 04:10:00 GMT"
        );
    }
}
