//! Requests as clients send them, over real connections.

mod access;
mod slow;

use std::io::{Read, Write};

use super::*;
use crate::fixture::service;

/// A client that got no answer in this time never gets one; a healthy test does not come near it.
const HANG: Duration = Duration::from_secs(30);

fn start() -> Server {
    start_with(Server::builder())
}

fn start_with(builder: Builder) -> Server {
    let snapshot = Arc::new(service());
    builder
        .bind(loopback(), move || Arc::clone(&snapshot))
        .expect("a free port")
}

fn loopback() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.local_addr()).expect("a connection");
    stream.set_read_timeout(Some(HANG)).expect("a timeout");
    stream
}

struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Reply {
    fn read(mut stream: &TcpStream) -> Self {
        let mut bytes = Vec::new();
        stream
            .read_to_end(&mut bytes)
            .expect("an answer and the end of the connection");
        let text = String::from_utf8(bytes).expect("UTF-8");
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no head in {text:?}"));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find_map(|(found, value)| found.eq_ignore_ascii_case(name).then_some(value))
    }
}

fn ask(server: &Server, request: &str) -> Reply {
    let mut stream = connect(server);
    stream.write_all(request.as_bytes()).expect("a request");
    Reply::read(&stream)
}

fn get(server: &Server, path: &str) -> Reply {
    ask(
        server,
        &format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", server.local_addr()),
    )
}

#[test]
fn each_route_has_its_page() {
    let server = start();
    let page = get(&server, "/");
    assert_eq!(
        (page.status, page.header("Content-Type")),
        (200, Some("text/html; charset=utf-8"))
    );
    assert_eq!(page.header("Content-Security-Policy"), Some(page::POLICY));
    assert_eq!(page.body, page::html());

    let json = get(&server, "/maps.json?now");
    assert_eq!(
        (json.status, json.header("Content-Type")),
        (200, Some("application/json"))
    );
    assert_eq!(json.body, document::render(&service()));

    let metrics = get(&server, "/metrics");
    assert_eq!(metrics.header("Content-Type"), Some(Format::Text.content_type()));
    assert_eq!(metrics.body, openmetrics::render_as(&service(), Format::Text));

    for path in [
        "/index.html",
        "/metrics/",
        "//metrics",
        "/maps.json/..",
        "/%6detrics",
        "/METRICS",
        "/favicon.ico",
    ] {
        assert_eq!(get(&server, path).status, 404, "{path}");
    }
}

#[test]
fn a_scraper_gets_openmetrics_if_it_asks() {
    let server = start();
    let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\
                   Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5\r\n\r\n";
    let reply = ask(&server, request);
    assert_eq!(reply.header("Content-Type"), Some(Format::OpenMetrics.content_type()));
    assert_eq!(reply.body, openmetrics::render(&service()));
}

#[test]
fn head_is_get_without_its_body() {
    let server = start();
    for path in ["/", "/maps.json", "/metrics", "/nowhere"] {
        let without_date = |reply: &Reply| {
            reply
                .head
                .lines()
                .filter(|l| !l.starts_with("Date: "))
                .collect::<Vec<_>>()
                .join("\n")
        };
        let get = get(&server, path);
        let head = ask(&server, &format!("HEAD {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assert_eq!(without_date(&head), without_date(&get), "{path}");
        assert_eq!(head.header("Content-Length"), Some(get.body.len().to_string().as_str()));
        assert_eq!(head.body, "");
    }
}

#[test]
fn every_answer_is_locked_down() {
    let server = start();
    for request in [
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /maps.json HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\r\n",
        "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        let reply = ask(&server, request);
        for (name, value) in [
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{name} after {request:?}");
        }
        let policy = reply.header("Content-Security-Policy").expect("a policy");
        assert!(
            policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert!(
            !reply.head.to_ascii_lowercase().contains("access-control"),
            "{}",
            reply.head
        );
        assert_eq!(
            reply.header("Content-Length"),
            Some(reply.body.len().to_string().as_str())
        );
    }
}

#[test]
fn what_is_not_http_is_told_so() {
    let server = start();
    for garbage in [
        "\u{16}\u{3}\u{1}\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
    ] {
        assert_eq!(ask(&server, garbage).status, 400, "{garbage:?}");
    }
}

#[test]
fn a_large_head_is_refused_and_one_below_the_limit_is_not() {
    let server = start();
    let start = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ";
    let head = |bytes: usize| format!("{start}{}\r\n\r\n", "x".repeat(bytes - start.len() - 4));
    assert_eq!(ask(&server, &head(request::HEAD_LIMIT)).status, 200);
    assert_eq!(ask(&server, &head(request::HEAD_LIMIT + 1)).status, 431);
    assert_eq!(ask(&server, &head(40 << 10)).status, 431);
    let many = "a: b\r\n".repeat(100);
    assert_eq!(
        ask(&server, &format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n")).status,
        431
    );
}

#[test]
fn bytes_after_the_request_do_not_spoil_the_answer() {
    let server = start();
    let garbage = "GET /nowhere HTTP/1.1\r\n\u{0}\u{7f}".repeat(1_000);
    let reply = ask(
        &server,
        &format!("GET /maps.json HTTP/1.1\r\nHost: localhost\r\n\r\n{garbage}"),
    );
    assert_eq!((reply.status, reply.body), (200, document::render(&service())));
}

#[test]
fn a_dropped_server_is_gone() {
    let server = start();
    let slots = Arc::clone(&server.slots);
    let mut idle = connect(&server);
    assert_eq!(get(&server, "/").status, 200);
    drop(server);
    assert!(slots.wait_until_empty(Instant::now()), "no thread is left");
    // A reset is an end as well.
    assert!(matches!(idle.read(&mut [0]), Ok(0) | Err(_)));
}

#[test]
fn a_busy_port_is_named() {
    let server = start();
    let error = Server::bind(server.local_addr(), || Arc::new(service())).expect_err("the port is taken");
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    assert!(
        error
            .to_string()
            .starts_with(&format!("cannot listen on {}: ", server.local_addr())),
        "{error}"
    );
}

#[test]
fn every_address_of_the_machine_can_be_served_and_stopped() {
    let every = (Ipv4Addr::UNSPECIFIED, 0);
    let server = Server::bind(every.into(), || Arc::new(service())).expect("a free port");
    let slots = Arc::clone(&server.slots);
    let mut stream = TcpStream::connect(reachable(server.local_addr())).expect("a connection");
    stream
        .write_all(b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        .expect("a request");
    assert_eq!(Reply::read(&stream).status, 200);
    drop(server);
    assert!(slots.wait_until_empty(Instant::now()), "no thread is left");
}
