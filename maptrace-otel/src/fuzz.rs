//! What the fuzz targets of `fuzz/` call. Not public API.

use std::io::{self, Read};
use std::time::Duration;

use crate::builder::Otlp;
#[cfg(feature = "grpc")]
use crate::grpc::retry;
use crate::http::{self, BODY_LIMIT, Post};
#[cfg(not(feature = "grpc"))]
use crate::retry;
use crate::settings::{Settings, resolve};
use crate::shared::Signal;
#[cfg(feature = "spool")]
pub use crate::spool::fuzz::{file, mend};

/// Whatever a peer may send: its bytes, so many at a time.
struct Peer<'a> {
    bytes: &'a [u8],
    piece: usize,
    /// Whether it begins again at the end.
    endless: bool,
    at: usize,
    sent: usize,
}

impl Read for Peer<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.endless && self.at == self.bytes.len() {
            self.at = 0;
        }
        let rest = &self.bytes[self.at..];
        let n = rest.len().min(self.piece).min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        self.at += n;
        self.sent += n;
        Ok(n)
    }
}

/// An answer: its status, `Retry-After` and its body, if that is protobuf.
pub type Answer = (u16, Option<Duration>, Option<Vec<u8>>);

/// Reads an answer that comes in pieces of so many bytes.
///
/// # Errors
///
/// What the user would be told.
///
/// # Panics
///
/// If more is kept or read than is documented.
pub fn response(bytes: &[u8], piece: usize, endless: bool) -> Result<Answer, String> {
    // As much at once as is read at once.
    let again = bytes.repeat(if endless { 4096 / bytes.len().max(1) + 1 } else { 1 });
    let mut peer = Peer {
        bytes: &again,
        piece: piece.max(1),
        endless,
        at: 0,
        sent: 0,
    };
    let read = http::read(&mut peer);
    // Each byte of the body may come with a line before it that is as long as a line may be.
    assert!(peer.sent <= 128 << 20, "{} bytes were read", peer.sent);
    let response = read.map_err(|error| error.to_string())?;
    assert!(response.body.as_ref().is_none_or(|body| body.len() <= BODY_LIMIT));
    Ok((response.status, response.retry_after, response.body))
}

/// What the body of an answer says of a request with so many items: how many were rejected, and why.
#[must_use]
pub fn partial(body: &[u8], items: u64) -> [Option<(u64, String)>; 3] {
    Signal::ALL.map(|signal| {
        let partial = signal.partial(body, items).ok()?;
        Some((partial.rejected, partial.message))
    })
}

/// After how long a server asks for another try, in gRPC's details of its status.
#[must_use]
pub fn retry(details: &[u8]) -> Option<Duration> {
    retry::asked(details)
}

/// Reads the settings from an environment and returns the warnings, and each request's head as it would be sent.
///
/// # Panics
///
/// If a setting is outside of what is documented, or a value that may be secret is shown.
#[must_use]
pub fn settings(variables: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let value = |name: &str| {
        let found = variables.iter().rev().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).into())
    };
    let (settings, warnings) = resolve(Otlp::builder(), &value).expect("the builder's own settings are good");
    let Settings {
        traces,
        metrics,
        logs,
        queue,
        batch,
        resource,
        ..
    } = &settings;
    assert!(
        (1..=1_000_000).contains(queue) && (1..=1_000_000).contains(batch),
        "{settings:?}"
    );
    assert!(resource.contains_key("service.name"), "{settings:?}");
    let heads = [traces, metrics, logs].map(|target| {
        assert!(
            target.timeout > Duration::ZERO && target.endpoint.port > 0,
            "{target:?}"
        );
        http::head(&Post {
            endpoint: &target.endpoint,
            headers: &target.headers,
            body: &[],
            gzip: target.gzip,
            tls: None,
        })
    });
    (warnings, heads.into())
}

/// What became of the requests in the files of a spool.
#[cfg(feature = "spool")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spooled {
    /// Requests that were handed out.
    pub requests: u64,
    /// Items that were found, those of requests that were handed out, and those that were told to be lost.
    pub recovered: u64,
    /// See `recovered`.
    pub taken: u64,
    /// See `recovered`.
    pub lost: u64,
}

/// Takes over what a dead process has left below a folder, until nothing is there.
///
/// # Errors
///
/// If the folder cannot be used.
///
/// # Panics
///
/// If the spool breaks a promise.
#[cfg(feature = "spool")]
pub fn spool(root: &std::path::Path) -> io::Result<Spooled> {
    use crate::spool::{Contents, MIN_BYTES, Spool};

    let mut spool = Spool::open(root, MIN_BYTES)?;
    spool.adopt();
    let mut spooled = Spooled::default();
    while let Some(kept) = spool.oldest(|_| true) {
        assert!(kept.inherited, "nothing is our own");
        spooled.requests += 1;
        spooled.taken += kept.items;
        // What is sent again is looked into.
        let _ = crate::request::Request::decode(kept.signal, &kept.body);
        spool.done(kept.signal);
    }
    let changes = spool.changes();
    spooled.recovered = changes.recovered.iter().sum();
    spooled.lost = changes.lost.iter().flatten().sum();
    assert_eq!(spool.contents(), Contents::default());
    Ok(spooled)
}
