//! Connecting, which the system does in its own time: a name server that is silent, or a host that is, holds up whoever
//! asks. So somebody else does.

use std::io;
use std::net::{IpAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::HttpError;
use crate::budget::{Budget, SLICE, after};
use crate::endpoint::Endpoint;

/// Threads that may hang at a time. They do only while the system's own limits for a look-up are not reached.
const MAX_HUNG: usize = 4;

/// Connects on a thread of its own, and does not wait for it when a budget is spent.
#[derive(Default)]
pub(crate) struct Dialer {
    hung: Vec<JoinHandle<()>>,
}

impl Dialer {
    pub(crate) fn connect(&mut self, endpoint: &Endpoint, budget: &Budget<'_>) -> Result<TcpStream, HttpError> {
        let left = budget.remaining().ok_or(HttpError::Timeout)?;
        let end = after(Instant::now(), left);
        let (host, port) = (endpoint.host.clone(), endpoint.port);
        // On this machine the answer comes at once.
        if host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()) {
            return connect(&host, port, end);
        }
        self.hung.retain(|thread| !thread.is_finished());
        if self.hung.len() >= MAX_HUNG {
            return Err(HttpError::Connect(io::Error::other("earlier attempts still hang")));
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new().name("maptrace-dial".to_owned());
        let dialed = thread.spawn({
            let host = host.clone();
            // Nobody may wait for it any more.
            move || drop(sender.send(connect(&host, port, end)))
        });
        let Ok(dialed) = dialed else {
            return connect(&host, port, end);
        };
        self.hung.push(dialed);
        while budget.remaining().is_some() {
            match receiver.recv_timeout(SLICE) {
                Ok(connected) => return connected,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(HttpError::Connect(io::Error::other("the attempt panicked")));
                }
            }
        }
        Err(HttpError::Timeout)
    }
}

fn connect(host: &str, port: u16, end: Instant) -> Result<TcpStream, HttpError> {
    let addresses: Vec<_> = (host, port).to_socket_addrs().map_err(HttpError::Connect)?.collect();
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host's name has no address");
    for (tried, address) in addresses.iter().enumerate() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(HttpError::Timeout);
        }
        // A dead first address leaves time for the others.
        let share = left / u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        match TcpStream::connect_timeout(address, share.max(Duration::from_micros(1))) {
            Ok(stream) => {
                // The request is written in two pieces; do not let the second wait for the first one's receipt.
                // Failing to say so costs time and nothing else.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    if Instant::now() >= end {
        return Err(HttpError::Timeout);
    }
    Err(HttpError::Connect(last))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::{Duration, Instant};

    use super::{Dialer, MAX_HUNG};
    use crate::budget::{Budget, Cutoff};
    use crate::endpoint::Endpoint;
    use crate::http::HttpError;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_name_is_looked_up_aside() {
        let listener = TcpListener::bind("localhost:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let endpoint = Endpoint::parse(&format!("http://localhost:{port}")).expect("an endpoint");
        let cutoff = Cutoff::new();
        let mut dialer = Dialer::default();
        // Threads that have ended do not add up.
        for _ in 0..2 * MAX_HUNG {
            let stream = dialer
                .connect(&endpoint, &Budget::new(HOUR, &cutoff))
                .expect("a connection");
            assert_eq!(stream.peer_addr().expect("an address").port(), port);
            for thread in dialer.hung.drain(..) {
                thread.join().expect("no panic");
            }
        }
        assert!(dialer.hung.is_empty());
    }

    #[test]
    fn attempts_that_hang_are_not_waited_for_and_do_not_add_up() {
        let endpoint = Endpoint::parse("http://localhost:1").expect("an endpoint");
        let cutoff = Cutoff::new();
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let wait = std::sync::Arc::new(std::sync::Mutex::new(wait));
        let mut dialer = Dialer::default();
        for _ in 0..MAX_HUNG {
            let wait = std::sync::Arc::clone(&wait);
            dialer
                .hung
                .push(std::thread::spawn(move || drop(wait.lock().map(|wait| wait.recv()))));
        }
        let refused = dialer.connect(&endpoint, &Budget::new(HOUR, &cutoff));
        assert!(matches!(refused, Err(HttpError::Connect(error)) if error.to_string().contains("hang")));
        drop(release);
        for thread in dialer.hung.drain(..) {
            thread.join().expect("no panic");
        }
        cutoff.set(Instant::now());
        let late = dialer.connect(&endpoint, &Budget::new(HOUR, &cutoff));
        assert!(matches!(late, Err(HttpError::Timeout)));
    }
}
