//! A tiny OTLP server on a port of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

/// What the server does with a connection.
#[derive(Clone, Debug)]
pub(crate) enum Behaviour {
    /// Reads the request, then sends these bytes and hangs up.
    Answer(Vec<u8>),
    /// As `Answer`, one byte a second.
    Trickle(Vec<u8>),
    /// Reads the request, then never answers.
    Silent,
    /// Reads nothing, answers nothing.
    Deaf,
    /// Reads the request, sends these bytes, then more and more.
    Endless(Vec<u8>),
}

impl Behaviour {
    pub(crate) fn ok() -> Self {
        Self::status("200 OK", "")
    }

    /// An answer with an empty body. `headers` are complete lines.
    pub(crate) fn status(status: &str, headers: &str) -> Self {
        Self::Answer(format!("HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\n\r\n").into_bytes())
    }

    pub(crate) fn protobuf(message: &impl Message) -> Self {
        let body = message.encode_to_vec();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        Self::Answer([head.into_bytes(), body].concat())
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Request line and headers.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn path(&self) -> &str {
        self.head.split(' ').nth(1).expect("a request line")
    }

    pub(crate) fn traces(&self) -> ExportTraceServiceRequest {
        ExportTraceServiceRequest::decode(self.body.as_slice()).expect("spans")
    }

    pub(crate) fn logs(&self) -> ExportLogsServiceRequest {
        ExportLogsServiceRequest::decode(self.body.as_slice()).expect("log records")
    }

    pub(crate) fn metrics(&self) -> ExportMetricsServiceRequest {
        ExportMetricsServiceRequest::decode(self.body.as_slice()).expect("metrics")
    }
}

pub(crate) struct Server {
    address: SocketAddr,
    behave: Arc<Behave>,
    seen: Arc<Seen>,
    /// Nobody while it is [away](Self::go_away).
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: Mutex<Vec<Request>>,
    /// Connections that nobody reads.
    held: Mutex<Vec<TcpStream>>,
    stop: AtomicBool,
}

impl Server {
    /// `behave` says what is done with which connection, counted from 0.
    pub(crate) fn start(behave: impl Fn(usize) -> Behaviour + Send + Sync + 'static) -> Self {
        Self::accept(move |connection| {
            let behaviour = behave(connection);
            let deaf = matches!(behaviour, Behaviour::Deaf);
            (deaf, Box::new(move |_: &Request| behaviour))
        })
    }

    /// `behave` says what is done with which connection, counted from 0, after its request was read.
    pub(crate) fn start_with(behave: impl Fn(usize, &Request) -> Behaviour + Send + Sync + 'static) -> Self {
        let behave = Arc::new(behave);
        Self::accept(move |connection| {
            let behave = Arc::clone(&behave);
            (false, Box::new(move |request: &Request| behave(connection, request)))
        })
    }

    fn accept(behave: impl Fn(usize) -> (bool, Answering) + Send + Sync + 'static) -> Self {
        Self::accept_at(SocketAddr::from(([127, 0, 0, 1], 0)), behave)
    }

    fn accept_at(address: SocketAddr, behave: impl Fn(usize) -> (bool, Answering) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        let mut server = Self {
            address: listener.local_addr().expect("an address"),
            behave: Arc::new(behave),
            seen: Arc::default(),
            accepting: None,
        };
        server.listen(listener);
        server
    }

    /// One that takes everything, on a port of this address.
    #[allow(dead_code, reason = "the end-to-end tests have this file as well")]
    pub(crate) fn start_at(address: IpAddr) -> Self {
        Self::accept_at(SocketAddr::new(address, 0), |_| {
            (false, Box::new(|_: &Request| Behaviour::ok()))
        })
    }

    fn listen(&mut self, listener: TcpListener) {
        let (shared, behave) = (Arc::clone(&self.seen), Arc::clone(&self.behave));
        self.accepting = Some(std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stop.load(Ordering::SeqCst) {
                    return;
                }
                let (deaf, answering) = behave(shared.connections.fetch_add(1, Ordering::SeqCst));
                let (stream, shared) = (stream.expect("a connection"), Arc::clone(&shared));
                std::thread::spawn(move || serve(stream, deaf, answering, &shared));
            }
        }));
    }

    /// From now on connections are refused. What it has read by then it answers.
    pub(crate) fn go_away(&mut self) {
        self.seen.stop.store(true, Ordering::SeqCst);
        // Wakes `accept`. If nothing listens any more, the thread has ended already.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let ended = accepting.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server panicked");
        }
    }

    /// It is there again, where it was, with what it has seen before.
    #[allow(dead_code, reason = "the end-to-end tests have this file as well")]
    pub(crate) fn come_back(&mut self) {
        assert!(self.accepting.is_none(), "it is there");
        self.seen.stop.store(false, Ordering::SeqCst);
        self.listen(TcpListener::bind(self.address).expect("its own port"));
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    #[cfg(feature = "tls")]
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.requests.lock().expect("requests").clone()
    }

    pub(crate) fn spans(&self) -> Vec<Span> {
        let traces = self
            .requests()
            .into_iter()
            .filter(|request| request.path() == "/v1/traces");
        let resources = traces.flat_map(|request| request.traces().resource_spans);
        resources
            .flat_map(|resource| resource.scope_spans)
            .flat_map(|scope| scope.spans)
            .collect()
    }

    pub(crate) fn logs(&self) -> Vec<LogRecord> {
        let logs = self
            .requests()
            .into_iter()
            .filter(|request| request.path() == "/v1/logs");
        let resources = logs.flat_map(|request| request.logs().resource_logs);
        resources
            .flat_map(|resource| resource.scope_logs)
            .flat_map(|scope| scope.log_records)
            .collect()
    }

    pub(crate) fn metrics(&self) -> Vec<Metric> {
        let metrics = self
            .requests()
            .into_iter()
            .filter(|request| request.path() == "/v1/metrics");
        let resources = metrics.flat_map(|request| request.metrics().resource_metrics);
        resources
            .flat_map(|resource| resource.scope_metrics)
            .flat_map(|scope| scope.metrics)
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.go_away();
    }
}

/// What is done with a request.
type Answering = Box<dyn FnOnce(&Request) -> Behaviour + Send>;

/// What is done with a connection, by its number: whether it is not read at all, and else what is done with its request.
type Behave = dyn Fn(usize) -> (bool, Answering) + Send + Sync;

fn serve(stream: TcpStream, deaf: bool, answering: Answering, seen: &Seen) {
    if deaf {
        seen.held.lock().expect("connections").push(stream);
        return;
    }
    let Some(request) = read(&stream) else { return };
    let behaviour = answering(&request);
    seen.requests.lock().expect("requests").push(request);
    // The client hangs up whenever it has had enough; what cannot be written then is not missed.
    let mut out = &stream;
    match behaviour {
        Behaviour::Answer(bytes) => {
            let _ = out.write_all(&bytes);
            let _ = stream.shutdown(Shutdown::Write);
            hung_up(&stream, None);
        }
        Behaviour::Trickle(bytes) => {
            for byte in bytes {
                if out.write_all(&[byte]).is_err() || hung_up(&stream, Some(Duration::from_secs(1))) {
                    return;
                }
            }
        }
        Behaviour::Silent => drop(hung_up(&stream, None)),
        Behaviour::Deaf => unreachable!("it has read nothing"),
        Behaviour::Endless(bytes) => {
            let _ = out.write_all(&bytes);
            while out.write_all(&[b'x'; 4096]).is_ok() {}
        }
    }
}

/// Reads until the client is gone, or for so long.
fn hung_up(mut stream: &TcpStream, wait: Option<Duration>) -> bool {
    stream.set_read_timeout(wait).expect("a time limit");
    loop {
        match stream.read(&mut [0; 1024]) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => {
                return !matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                );
            }
        }
    }
}

/// Reads one request; `None` if the client hangs up before its end.
fn read(stream: &TcpStream) -> Option<Request> {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "))?;
    let mut body = vec![0; length.parse().expect("a length")];
    stream.read_exact(&mut body).ok()?;
    Some(Request { head, body })
}

/// An address that refuses connections for as long as the guard lives: the near end of a connection is in use, and
/// nobody listens there.
pub(crate) fn refusing() -> (String, impl Sized) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let stream = TcpStream::connect(listener.local_addr().expect("an address")).expect("a connection");
    let address = stream.local_addr().expect("an address");
    (format!("http://{address}"), (listener, stream))
}
