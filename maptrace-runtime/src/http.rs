//! The built-in HTTP server: a page for Prometheus, a live page for people, and the same as JSON.
//!
//! It is off unless asked for, reads only, and is careful about whom it answers (see [`Server`]). It runs on threads of
//! its own with blocking I/O from std, so it needs no async runtime and never runs on the application's threads.

mod access;
#[cfg(feature = "__fuzz")]
#[doc(hidden)]
pub mod fuzz;
mod head;
mod page;
mod request;
mod response;
mod slots;

use std::fmt;
use std::io::{self, ErrorKind, Read as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::openmetrics::{self, Format};
use crate::report::document;
use crate::snapshot::Snapshot;
use crate::spawn::spawn;
use request::{ReadError, Request};
use response::{Response, Status};
use slots::{Phase, Slot, Slots};

/// The name of every thread of the server.
const THREAD_NAME: &str = "maptrace-http";

/// A page of a megabyte is built on the heap; the stack only holds parsers.
const STACK_BYTES: usize = 256 << 10;

/// How long a client may take to send its request, and then to take its answer.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(5);

/// How long a client that has its answer may take to close; without this, bytes it sent too much would tear down the
/// connection before it has read everything.
const LINGER: Duration = Duration::from_millis(500);

/// Bytes read and thrown away meanwhile, at most.
const LINGER_BYTES: usize = 64 << 10;

/// Rest after a failed accept, as when the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long a drop waits for the server's threads, at most.
const STOP_TIME: Duration = Duration::from_secs(1);

/// A running server. Dropping it stops it, within about a second.
///
/// | path | what |
/// |---|---|
/// | `/` | a live page of every map, in one self-contained document |
/// | `/maps.json` | the whole snapshot, as [`Report::to_json`](crate::Report::to_json) |
/// | `/metrics` | OpenMetrics for a scraper that accepts it, else the Prometheus text format |
///
/// **Whom it answers.** Only `GET` and `HEAD`. `Host` has to be `localhost`, a loopback address, the address the client
/// connected to, or one that [`Builder::allow_host`] named: a foreign web page that points its own name to this machine
/// gets 421. Requests that a browser marks as coming from another site get 403, and no answer ever has a CORS header;
/// only `/` may be opened from a link elsewhere, as in a dashboard, because the other site sees nothing of it: no page
/// can be framed, and none keeps a tie to whoever opened it.
/// There are no keys and no values in any page. It has no password: who can connect and is not a web page can read.
///
/// **What it costs.** One thread that waits, and one for each open connection, at most eight. A request may have 8 KiB
/// and has five seconds ([`Builder::deadline`]), its answer as well; one connection serves one request. When all eight
/// are in use, the client that has been silent longest is cut off, so slow clients do not lock out a scraper. Pages are
/// made one at a time, and while more than a megabyte of them is on its way to clients, the one who takes longest is cut
/// off before the next is made: the server's memory does not grow with the number of slow readers.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use maptrace_runtime::{Snapshot, http::Server};
///
/// let snapshot = Arc::new(Snapshot::new("server"));
/// let server = Server::bind("127.0.0.1:0".parse()?, move || Arc::clone(&snapshot))?;
/// println!("maps are shown at http://{}", server.local_addr());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the server stops when it is dropped"]
pub struct Server {
    address: SocketAddr,
    slots: Arc<Slots>,
    acceptor: Option<JoinHandle<()>>,
}

/// Settings of a [`Server`] that few need.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it binds"]
pub struct Builder {
    hosts: Vec<String>,
    deadline: Duration,
}

type Source = Box<dyn Fn() -> Arc<Snapshot> + Send + Sync>;

/// What every connection needs.
struct Shared {
    source: Source,
    hosts: Vec<String>,
    deadline: Duration,
    /// Held while a page is made, so that snapshots and half-made pages do not add up.
    turn: Mutex<()>,
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Live,
    Json,
    Metrics(Format),
}

impl Server {
    /// Serves what `source` returns, at `address`; port 0 takes a free one.
    ///
    /// `source` is called once per request for data, on a thread of the server. If it panics, that one connection is
    /// closed.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened on (the error names it) or no thread can be started.
    pub fn bind(address: SocketAddr, source: impl Fn() -> Arc<Snapshot> + Send + Sync + 'static) -> io::Result<Self> {
        Self::builder().bind(address, source)
    }

    /// More settings.
    pub fn builder() -> Builder {
        Builder {
            hosts: Vec::new(),
            deadline: DEFAULT_DEADLINE,
        }
    }

    /// The address it listens on, with the port it got.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }
}

impl Builder {
    /// Allows requests whose `Host` is `host`, a name without a port, as when the server is reached through a proxy or
    /// by the machine's name. A name that others can make point elsewhere opens the door to their web pages.
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Sets how long a client may take to send its request, and then to take its answer. The default is five seconds.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// As [`Server::bind`].
    ///
    /// # Errors
    ///
    /// As [`Server::bind`].
    pub fn bind(
        self,
        address: SocketAddr,
        source: impl Fn() -> Arc<Snapshot> + Send + Sync + 'static,
    ) -> io::Result<Server> {
        self.bind_boxed(address, Box::new(source))
    }

    fn bind_boxed(self, address: SocketAddr, source: Source) -> io::Result<Server> {
        let named = |error: io::Error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"));
        let listener = TcpListener::bind(address).map_err(named)?;
        let address = listener.local_addr()?;
        let slots = Arc::new(Slots::default());
        let shared = Arc::new(Shared {
            source,
            hosts: self.hosts,
            deadline: self.deadline,
            turn: Mutex::new(()),
        });
        slots.set_accepting(true);
        let acceptor = {
            let slots = Arc::clone(&slots);
            let work = move || {
                accept(&listener, &slots, &shared);
                // The port is free again before anybody who waits for the end hears of it.
                drop(listener);
                slots.set_accepting(false);
            };
            spawn(thread::Builder::new().name(THREAD_NAME.to_owned()).stack_size(STACK_BYTES), Box::new(work))?
        };
        Ok(Server {
            address,
            slots,
            acceptor: Some(acceptor),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let deadline = Instant::now() + STOP_TIME;
        self.slots.stop();
        // The acceptor looks up when somebody connects. If that fails, it is because accepting fails as well, and then
        // the acceptor is in its pause, which `stop` has ended.
        _ = TcpStream::connect_timeout(&reachable(self.address), STOP_TIME / 2);
        let stopped = self.slots.wait_until_empty(deadline);
        if let Some(acceptor) = self.acceptor.take()
            && stopped
        {
            // A panic on that thread was reported when it happened.
            _ = acceptor.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// `address`, or loopback where it stands for every address of the machine: a URL with the other one gets 421.
pub(crate) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
    }
    address
}

/// Lets clients in until the server is stopped.
fn accept(listener: &TcpListener, slots: &Arc<Slots>, shared: &Arc<Shared>) {
    loop {
        let accepted = listener.accept();
        if slots.is_stopping() {
            return;
        }
        match accepted {
            Ok((stream, _)) => admit(Arc::new(stream), slots, shared),
            Err(error) => match error.kind() {
                ErrorKind::Interrupted | ErrorKind::ConnectionAborted => {}
                _ => slots.pause(ACCEPT_PAUSE),
            },
        }
    }
}

/// Gives one client a thread, or tells it to come back later.
fn admit(stream: Arc<TcpStream>, slots: &Arc<Slots>, shared: &Arc<Shared>) {
    let Some(slot) = slots.enter(&stream) else {
        // It fits into the socket's buffer, so this does not wait for the client.
        _ = Response::error(Status::ServiceUnavailable).send(&stream, Instant::now() + ACCEPT_PAUSE);
        return;
    };
    let shared = Arc::clone(shared);
    let work = move || {
        serve(&stream, &slot, &shared);
        // In this order: whoever gets the place finds the connection closed.
        drop(stream);
        drop(slot);
    };
    // Without a thread to be had, the closure is dropped, and with it the connection and its place.
    _ = spawn(thread::Builder::new().name(THREAD_NAME.to_owned()).stack_size(STACK_BYTES), Box::new(work));
}

/// Serves one request.
fn serve(stream: &TcpStream, slot: &Slot, shared: &Shared) {
    let request = Request::read(stream, Instant::now() + shared.deadline);
    slot.enter_phase(Phase::Answering);
    let response = match request {
        Ok(request) => {
            let Ok(local) = stream.local_addr() else {
                return;
            };
            let response = match route(&request, local.ip(), &shared.hosts) {
                Ok(page) => make(page, slot, shared),
                Err(status) => Some(Response::error(status)),
            };
            let Some(response) = response else {
                return;
            };
            Response {
                head_only: request.method == "HEAD",
                ..response
            }
        }
        Err(ReadError::Bad(status)) => Response::error(status),
        Err(ReadError::Gone) => return,
    };
    let sent = response.send(stream, Instant::now() + shared.deadline);
    // Before the phase in which it does not count any more.
    drop(response);
    if sent.is_ok() {
        slot.enter_phase(Phase::Lingering);
        linger(stream, Instant::now() + LINGER);
    }
}

/// What the request is for, or why it gets nothing.
fn route(request: &Request, local: IpAddr, hosts: &[String]) -> Result<Page, Status> {
    access::check(request, local, hosts)?;
    // A whole URL, `*` or a `CONNECT` target names something else than a page of this server.
    if !request.target.starts_with('/') {
        return Err(Status::BadRequest);
    }
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Err(Status::MethodNotAllowed);
    }
    match request.path() {
        "/" => Ok(Page::Live),
        "/maps.json" => Ok(Page::Json),
        "/metrics" => {
            let mut accept = String::new();
            for text in request.headers("accept").into_iter().flatten() {
                accept.push_str(text);
                accept.push(',');
            }
            Ok(Page::Metrics(Format::accepted(&accept)))
        }
        _ => Err(Status::NotFound),
    }
}

/// Makes the answer. `None` if the client was cut off while it waited.
fn make(page: Page, slot: &Slot, shared: &Shared) -> Option<Response> {
    match page {
        Page::Live => Some(Response {
            policy: page::POLICY,
            ..Response::ok("text/html; charset=utf-8", page::html())
        }),
        Page::Json => show("application/json", &document::render, slot, shared),
        Page::Metrics(format) => {
            let render = |snapshot: &Snapshot| openmetrics::render_as(snapshot, format);
            show(format.content_type(), &render, slot, shared)
        }
    }
}

/// Makes an answer of a snapshot that is taken now, when it is this client's turn.
fn show(
    content_type: &'static str,
    render: &dyn Fn(&Snapshot) -> String,
    slot: &Slot,
    shared: &Shared,
) -> Option<Response> {
    // A panic in the source leaves nothing half done.
    let turn = shared.turn.lock().unwrap_or_else(PoisonError::into_inner);
    if !slot.wait_for_room() {
        return None;
    }
    let mut body = render(&(shared.source)());
    // A client may keep it for long, and up to half of it was room to grow.
    body.shrink_to_fit();
    slot.enter_phase(Phase::Sending(body.len()));
    drop(turn);
    Some(Response::ok(content_type, body))
}

/// Says that nothing more comes and waits, within limits, until the client closes.
fn linger(mut stream: &TcpStream, deadline: Instant) {
    if stream.shutdown(Shutdown::Write).is_err() {
        return;
    }
    let mut sink = [0; 4 << 10];
    let mut read = 0;
    while read < LINGER_BYTES
        && let Some(left) = deadline
            .checked_duration_since(Instant::now())
            .filter(|left| !left.is_zero())
        && stream.set_read_timeout(Some(left)).is_ok()
    {
        match stream.read(&mut sink) {
            Ok(0) | Err(_) => return,
            Ok(n) => read += n,
        }
    }
}

#[cfg(test)]
mod tests;
