//! Reading an answer from a peer that may mean us harm.

use std::io::{self, Read};
use std::time::Duration;

use super::HttpError;

/// An OTLP answer is a few bytes; more than this is not read.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;
/// All heads of one answer together, the interim ones included.
const HEAD_LIMIT: usize = 16 * 1024;
/// A chunk's size line, with whatever extension it has, or a trailer.
const LINE_LIMIT: usize = 1024;
const MAX_HEADERS: usize = 64;

/// A complete answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// `Retry-After` in seconds, however large; the form with a date is taken for absent.
    pub(crate) retry_after: Option<Duration>,
    /// The body of a success, if it says that it is protobuf. The body of anything else is not read. A compressed one,
    /// which we did not ask for, is never unpacked, as a few bytes of it may be gigabytes: it is what it is.
    pub(crate) body: Option<Vec<u8>>,
}

/// Reads one answer.
pub(crate) fn read(stream: &mut impl Read) -> Result<Response, HttpError> {
    let mut input = Input {
        stream,
        buffer: Vec::new(),
        at: 0,
    };
    let head = read_head(&mut input)?;
    let body = if (200..300).contains(&head.status) {
        let body = read_body(&mut input, &head)?;
        head.protobuf.then_some(body)
    } else {
        None
    };
    Ok(Response {
        status: head.status,
        retry_after: head.retry_after,
        body,
    })
}

enum Framing {
    Chunked,
    Length(u64),
    UntilClose,
}

struct Head {
    status: u16,
    retry_after: Option<Duration>,
    protobuf: bool,
    framing: Framing,
}

fn read_head<R: Read>(input: &mut Input<'_, R>) -> Result<Head, HttpError> {
    let mut interim = 0;
    loop {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut parsed = httparse::Response::new(&mut headers);
        match parsed.parse(&input.buffer[input.at..]) {
            Ok(httparse::Status::Complete(length)) => {
                let status = parsed.code.ok_or(HttpError::Malformed("no status"))?;
                // 100 Continue and its like announce the real answer.
                if (100..200).contains(&status) {
                    input.at += length;
                    interim += length;
                    continue;
                }
                let head = head(status, parsed.headers)?;
                input.at += length;
                return Ok(head);
            }
            Ok(httparse::Status::Partial) => {}
            Err(httparse::Error::TooManyHeaders) => {
                return Err(HttpError::Malformed("too many headers"));
            }
            Err(_) => return Err(HttpError::Malformed("not a response head")),
        }
        if interim + input.buffer.len() - input.at >= HEAD_LIMIT {
            return Err(HttpError::Malformed("the head is too long"));
        }
        if input.more()? == 0 {
            return Err(HttpError::Io(io::ErrorKind::UnexpectedEof.into()));
        }
    }
}

fn head(status: u16, headers: &[httparse::Header<'_>]) -> Result<Head, HttpError> {
    let mut head = Head {
        status,
        retry_after: None,
        protobuf: true,
        framing: Framing::UntilClose,
    };
    let (mut length, mut chunked, mut typed) = (None, false, true);
    for header in headers {
        let value = header.value.trim_ascii();
        if header.name.eq_ignore_ascii_case("content-length") {
            let bytes = number(value).ok_or(HttpError::Malformed("a content length that is no number"))?;
            if length.replace(bytes).is_some_and(|before| before != bytes) {
                return Err(HttpError::Malformed("two content lengths"));
            }
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            if !value.eq_ignore_ascii_case(b"chunked") || chunked {
                return Err(HttpError::Malformed("a transfer encoding other than chunked"));
            }
            chunked = true;
        } else if header.name.eq_ignore_ascii_case("content-type") {
            let kind = value.split(|&byte| byte == b';').next().unwrap_or_default();
            typed = kind.trim_ascii().eq_ignore_ascii_case(b"application/x-protobuf");
        } else if header.name.eq_ignore_ascii_case("retry-after") {
            head.retry_after = number(value).map(Duration::from_secs);
        }
    }
    head.protobuf = typed;
    head.framing = match (chunked, length) {
        (true, Some(_)) => return Err(HttpError::Malformed("a content length and chunks")),
        (true, None) => Framing::Chunked,
        (false, Some(bytes)) => Framing::Length(bytes),
        (false, None) if status == 204 => Framing::Length(0),
        (false, None) => Framing::UntilClose,
    };
    Ok(head)
}

/// Decimal digits only; a number too large for 64 bits is the largest.
fn number(text: &[u8]) -> Option<u64> {
    (!text.is_empty() && text.iter().all(u8::is_ascii_digit)).then(|| {
        text.iter().fold(0_u64, |sum, &digit| {
            sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
        })
    })
}

fn read_body<R: Read>(input: &mut Input<'_, R>, head: &Head) -> Result<Vec<u8>, HttpError> {
    let mut body = Vec::new();
    match head.framing {
        Framing::Length(bytes) => input.take(bytes, &mut body)?,
        Framing::Chunked => loop {
            let line = input.line()?;
            let digits = line.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
            let size = chunk_size(digits).ok_or(HttpError::Malformed("a chunk without a size"))?;
            if size == 0 {
                break;
            }
            input.take(size, &mut body)?;
            if !input.line()?.is_empty() {
                return Err(HttpError::Malformed("a chunk longer than its size"));
            }
        },
        Framing::UntilClose => loop {
            input.drain(&mut body)?;
            if input.more()? == 0 {
                break;
            }
        },
    }
    // Trailers say nothing to us, and the connection is closed after the answer: they are not read.
    Ok(body)
}

fn chunk_size(digits: &[u8]) -> Option<u64> {
    // `from_str_radix` takes a sign, a chunk does not.
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The bytes read so far; `buffer[at..]` is still to be looked at.
struct Input<'a, R> {
    stream: &'a mut R,
    buffer: Vec<u8>,
    at: usize,
}

impl<R: Read> Input<'_, R> {
    /// Reads some more; 0 at the end.
    fn more(&mut self) -> Result<usize, HttpError> {
        // What was looked at goes away first, so that a peer which sends much around its body costs no memory.
        self.buffer.drain(..self.at);
        self.at = 0;
        let mut piece = [0; 4096];
        let read = loop {
            match self.stream.read(&mut piece) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read.map_err(HttpError::from_io)?,
            }
        };
        self.buffer.extend_from_slice(&piece[..read]);
        Ok(read)
    }

    /// Moves up to `limit` buffered bytes into `body`.
    fn move_into(&mut self, limit: usize, body: &mut Vec<u8>) -> Result<usize, HttpError> {
        let end = self.buffer.len().min(self.at.saturating_add(limit));
        let moved = end - self.at;
        if body.len() + moved > BODY_LIMIT {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(&self.buffer[self.at..end]);
        self.at = end;
        Ok(moved)
    }

    fn drain(&mut self, body: &mut Vec<u8>) -> Result<(), HttpError> {
        self.move_into(usize::MAX, body).map(drop)
    }

    /// Moves exactly `bytes` bytes into `body`.
    fn take(&mut self, bytes: u64, body: &mut Vec<u8>) -> Result<(), HttpError> {
        let mut left = usize::try_from(bytes).map_err(|_| HttpError::TooLarge)?;
        if left > BODY_LIMIT {
            return Err(HttpError::TooLarge);
        }
        loop {
            left -= self.move_into(left, body)?;
            if left == 0 {
                return Ok(());
            }
            if self.more()? == 0 {
                return Err(HttpError::Io(io::ErrorKind::UnexpectedEof.into()));
            }
        }
    }

    /// One line, without its line break.
    fn line(&mut self) -> Result<Vec<u8>, HttpError> {
        loop {
            if let Some(length) = self.buffer[self.at..].iter().position(|&byte| byte == b'\n') {
                let line = &self.buffer[self.at..self.at + length];
                let line = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
                self.at += length + 1;
                return Ok(line);
            }
            if self.buffer.len() - self.at > LINE_LIMIT {
                return Err(HttpError::Malformed("a chunk's size line is too long"));
            }
            if self.more()? == 0 {
                return Err(HttpError::Io(io::ErrorKind::UnexpectedEof.into()));
            }
        }
    }
}

#[cfg(test)]
mod tests;
