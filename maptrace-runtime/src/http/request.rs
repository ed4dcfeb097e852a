//! The head of a request, read within a limit and a deadline. A body is never read: no route takes one.

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::time::Instant;

use super::head;
use super::response::Status;

/// Bytes of request line and headers.
pub(super) const HEAD_LIMIT: usize = 8 << 10;

/// The part of a request that answers depend on.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, Vec<u8>)>,
}

/// Why there is no request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ReadError {
    /// The client went away; there is nobody to answer.
    Gone,
    /// The client is to be told so.
    Bad(Status),
}

impl Request {
    /// Reads a request by `deadline`, which holds for all of it: a byte now and then does not win time.
    pub(super) fn read(mut stream: &TcpStream, deadline: Instant) -> Result<Self, ReadError> {
        let mut buffer = vec![0; HEAD_LIMIT];
        let mut filled = 0;
        loop {
            let left = deadline
                .checked_duration_since(Instant::now())
                .filter(|left| !left.is_zero());
            let left = left.ok_or(ReadError::Bad(Status::RequestTimeout))?;
            stream.set_read_timeout(Some(left)).map_err(|_| ReadError::Gone)?;
            match stream.read(&mut buffer[filled..]) {
                Ok(0) => return Err(ReadError::Gone),
                Ok(n) => filled += n,
                Err(error) => match error.kind() {
                    ErrorKind::Interrupted => continue,
                    ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                        return Err(ReadError::Bad(Status::RequestTimeout));
                    }
                    _ => return Err(ReadError::Gone),
                },
            }
            if let Some(request) = head::parse(&buffer[..filled]).map_err(ReadError::Bad)? {
                return Ok(request);
            }
            if filled == buffer.len() {
                return Err(ReadError::Bad(Status::HeaderFieldsTooLarge));
            }
        }
    }

    /// The target without its query.
    pub(super) fn path(&self) -> &str {
        self.target
            .split_once('?')
            .map_or(self.target.as_str(), |(path, _)| path)
    }

    /// The values of all headers of that name, in order; `None` for one that is not text.
    pub(super) fn headers(&self, name: &str) -> Vec<Option<&str>> {
        let mut values = Vec::new();
        for (found, value) in &self.headers {
            if found.eq_ignore_ascii_case(name) {
                values.push(std::str::from_utf8(value).ok());
            }
        }
        values
    }
}
