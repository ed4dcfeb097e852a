//! A small blocking HTTP/1.1 client: one POST per connection, every step under one [`Budget`].
//!
//! A connection is not kept: at one push every few seconds a handshake costs nothing, and a request that fails on a
//! connection the peer had closed meanwhile cannot be told from one that was taken in.

mod dialer;
mod response;

use std::fmt;
use std::io::{self, Read, Write};
use std::net::TcpStream;

use crate::budget::Budget;
use crate::endpoint::Endpoint;
#[cfg(feature = "tls")]
use crate::tls::Secure;
use crate::tls::Tls;

pub(crate) use dialer::Dialer;
#[cfg(any(feature = "__fuzz", feature = "grpc"))]
pub(crate) use response::BODY_LIMIT;
pub(crate) use response::Response;
#[cfg(feature = "__fuzz")]
pub(crate) use response::read;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum HttpError {
    /// Nobody was reached: nothing was sent.
    Connect(io::Error),
    /// Who answers is not who was to, or says no to us.
    #[cfg(feature = "tls")]
    Tls(String),
    /// The connection broke.
    Io(io::Error),
    /// The budget is spent.
    Timeout,
    /// The answer is not HTTP/1.1.
    Malformed(&'static str),
    /// The answer's body is longer than we read.
    TooLarge,
}

impl HttpError {
    pub(crate) fn from_io(error: io::Error) -> Self {
        #[cfg(feature = "tls")]
        if let Some(error) = error.get_ref().and_then(|error| error.downcast_ref()) {
            return Self::Tls(crate::tls::in_words(error));
        }
        if is_timeout(&error) {
            Self::Timeout
        } else {
            Self::Io(error)
        }
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(error) => write!(f, "cannot connect: {error}"),
            #[cfg(feature = "tls")]
            Self::Tls(error) => write!(f, "no secure connection: {error}"),
            Self::Io(error) => write!(f, "the connection broke: {error}"),
            Self::Timeout => f.write_str("no complete answer in time"),
            Self::Malformed(what) => write!(f, "the answer is not HTTP: {what}"),
            Self::TooLarge => write!(f, "the answer is longer than {} bytes", response::BODY_LIMIT),
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

/// What is posted.
#[derive(Debug)]
pub(crate) struct Post<'a> {
    pub(crate) endpoint: &'a Endpoint,
    /// Complete lines, each with its line break.
    pub(crate) headers: &'a str,
    pub(crate) body: &'a [u8],
    /// Whether the body is packed.
    pub(crate) gzip: bool,
    pub(crate) tls: Option<&'a Tls>,
}

/// Posts and reads the answer. All of it ends with the budget.
pub(crate) fn post(dialer: &mut Dialer, post: &Post<'_>, budget: &Budget<'_>) -> Result<Response, HttpError> {
    #[cfg_attr(not(feature = "tls"), expect(unused_mut, reason = "for the handshake"))]
    let mut stream = Timed {
        stream: dialer.connect(post.endpoint, budget)?,
        budget,
    };
    match post.tls {
        None => exchange(stream, post),
        #[cfg(feature = "tls")]
        Some(tls) => {
            let connection = tls.handshake(&post.endpoint.host, &mut stream)?;
            exchange(Secure { connection, stream }, post)
        }
        #[cfg(not(feature = "tls"))]
        Some(tls) => match *tls {},
    }
}

/// A request up to its body.
pub(crate) fn head(post: &Post<'_>) -> String {
    format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: maptrace-otel/{}\r\nContent-Type: application/x-protobuf\r\n{}\
         Accept-Encoding: identity\r\nConnection: close\r\nContent-Length: {}\r\n{}\r\n",
        post.endpoint.path,
        post.endpoint.authority,
        env!("CARGO_PKG_VERSION"),
        if post.gzip { "Content-Encoding: gzip\r\n" } else { "" },
        post.body.len(),
        post.headers,
    )
}

fn exchange(mut stream: impl Read + Write, post: &Post<'_>) -> Result<Response, HttpError> {
    let head = head(post);
    let written = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(post.body));
    match (written, response::read(&mut stream)) {
        (_, Ok(response)) => Ok(response),
        (Ok(()), Err(error)) => Err(error),
        // It says why nothing could be written.
        #[cfg(feature = "tls")]
        (_, Err(error @ HttpError::Tls(_))) => Err(error),
        // A server may answer and hang up before it has read all of a request; but without an answer, the write's
        // error says more.
        (Err(error), Err(_)) => Err(HttpError::from_io(error)),
    }
}

/// A stream on which no call outlives the budget.
pub(crate) struct Timed<'a> {
    pub(crate) stream: TcpStream,
    pub(crate) budget: &'a Budget<'a>,
}

impl Timed<'_> {
    fn repeat(&mut self, mut step: impl FnMut(&mut TcpStream) -> io::Result<usize>) -> io::Result<usize> {
        loop {
            let Some(slice) = self.budget.slice() else {
                return Err(io::ErrorKind::TimedOut.into());
            };
            self.stream.set_read_timeout(Some(slice))?;
            self.stream.set_write_timeout(Some(slice))?;
            match step(&mut self.stream) {
                Err(error) if is_timeout(&error) || error.kind() == io::ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.repeat(|stream| stream.read(buffer))
    }
}

impl Write for Timed<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.repeat(|stream| stream.write(buffer))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
