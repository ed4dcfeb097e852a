use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

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
fn only_get_and_head_are_taken() {
    let server = start();
    for method in [
        "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "GETS", "BREW",
    ] {
        let reply = ask(
            &server,
            &format!("{method} /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        );
        assert_eq!(
            (reply.status, reply.header("Allow")),
            (405, Some("GET, HEAD")),
            "{method}"
        );
    }
}

#[test]
fn host_has_to_be_this_server_and_be_there_once() {
    let server = start();
    let own = server.local_addr().to_string();
    for hosts in [own.as_str(), "localhost", "127.0.0.1", "[::1]:80"] {
        assert_eq!(
            ask(&server, &format!("GET / HTTP/1.1\r\nHost: {hosts}\r\n\r\n")).status,
            200,
            "{hosts}"
        );
    }
    for headers in [
        "",
        "Host: evil.example\r\n",
        "Host: \r\n",
        "Host: localhost\r\nHost: localhost\r\n",
        "Host: localhost\r\nhost: evil.example\r\n",
        "Host: localhost, evil.example\r\n",
        "Host: \u{fffd}\r\n",
        "X-Forwarded-Host: localhost\r\n",
    ] {
        assert_eq!(
            ask(&server, &format!("GET / HTTP/1.1\r\n{headers}\r\n")).status,
            421,
            "{headers:?}"
        );
    }
    // A target with a host of its own would override `Host`.
    assert_eq!(
        ask(
            &server,
            "GET http://evil.example/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        .status,
        400
    );
    assert_eq!(ask(&server, "GET /metrics HTTP/1.0\r\n\r\n").status, 421);
}

#[test]
fn a_host_can_be_allowed() {
    let server = start_with(Server::builder().allow_host("metrics.example"));
    assert_eq!(
        ask(&server, "GET / HTTP/1.1\r\nHost: metrics.example:443\r\n\r\n").status,
        200
    );
    assert_eq!(
        ask(&server, "GET / HTTP/1.1\r\nHost: other.example\r\n\r\n").status,
        421
    );
}

#[test]
fn other_sites_are_refused() {
    let server = start();
    let with = |headers: &str| {
        ask(
            &server,
            &format!("GET /maps.json HTTP/1.1\r\nHost: localhost:1\r\n{headers}\r\n"),
        )
        .status
    };
    for headers in [
        "",
        "Origin: http://localhost:1\r\n",
        "Origin: https://LOCALHOST:1\r\n",
        "Sec-Fetch-Site: same-origin\r\n",
        "Sec-Fetch-Site: none\r\n",
    ] {
        assert_eq!(with(headers), 200, "{headers:?}");
    }
    for headers in [
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: http://localhost:2\r\n",
        "Origin: localhost:1\r\n",
        "Origin: http://localhost:1\r\nOrigin: http://evil.example\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n",
    ] {
        assert_eq!(with(headers), 403, "{headers:?}");
    }
}

/// Whatever is done to a request, it is served only if it could have come from the page itself, a scraper or a person.
#[test]
fn ten_thousand_mutations_serve_no_foreigner() {
    let shared = Shared {
        source: Box::new(|| Arc::new(service())),
        hosts: Vec::new(),
        deadline: HANG,
    };
    let word = |words: &'static [&'static str]| {
        let known = proptest::sample::select(words).prop_map(str::to_owned);
        prop_oneof![8 => known, 1 => "[!-~]{0,12}", 1 => "[ -~]{0,6}"]
    };
    let hosts = word(&[
        "localhost",
        "127.0.0.1:9102",
        "[::1]",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
    ]);
    let origins = word(&[
        "http://localhost",
        "http://127.0.0.1:9102",
        "null",
        "http://evil.example",
    ]);
    let request = (
        word(&["GET", "HEAD", "POST", "OPTIONS", "get"]),
        word(&[
            "/",
            "/metrics",
            "/maps.json",
            "*",
            "http://localhost/metrics",
            "/../metrics",
        ]),
        proptest::collection::vec(hosts, 0..3),
        proptest::collection::vec(origins, 0..2),
        proptest::collection::vec(word(&["none", "same-origin", "cross-site", "same-site"]), 0..2),
    );
    let mut runner = TestRunner::new(Config {
        cases: 10_000,
        failure_persistence: None,
        ..Config::default()
    });
    let result = runner.run(&request, |(method, target, hosts, origins, sites)| {
        let headers = [("Host", &hosts), ("Origin", &origins), ("Sec-Fetch-Site", &sites)]
            .into_iter()
            .flat_map(|(name, values)| values.iter().map(move |value| format!("{name}: {value}\r\n")))
            .collect::<String>();
        let text = format!("{method} {target} HTTP/1.1\r\n{headers}\r\n");
        let Ok(Some(request)) = Request::parse(text.as_bytes()) else {
            return Ok(());
        };
        let response = respond(&request, Ipv4Addr::LOCALHOST.into(), &shared);
        if response.status == Status::Ok {
            prop_assert!(matches!(&*method, "GET" | "HEAD"), "{}", text);
            prop_assert_eq!(hosts.len(), 1, "{}", text);
            let host = hosts[0].trim();
            let name = host
                .rsplit_once(':')
                .filter(|_| !host.ends_with(']'))
                .map_or(host, |(name, _)| name);
            let loopback = matches!(&*name.to_ascii_lowercase(), "localhost" | "127.0.0.1" | "[::1]");
            prop_assert!(loopback, "{}", text);
            prop_assert!(
                origins.iter().all(|origin| origin.trim() == format!("http://{host}")),
                "{}",
                text
            );
            prop_assert!(
                sites.iter().all(|site| matches!(site.trim(), "none" | "same-origin")),
                "{}",
                text
            );
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let honest = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assert_eq!(respond_to(&shared, honest), Status::Ok, "an honest request is served");
}

fn respond_to(shared: &Shared, text: &str) -> Status {
    let request = Request::parse(text.as_bytes()).expect("a request").expect("all of it");
    respond(&request, Ipv4Addr::LOCALHOST.into(), shared).status
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
fn a_client_that_dawdles_is_cut_off() {
    let server = start_with(Server::builder().deadline(Duration::from_millis(100)));
    let mut stream = connect(&server);
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\n")
        .expect("a part of a request");
    assert_eq!(Reply::read(&stream).status, 408);

    // One that sends a byte now and then does not win time by it: the deadline is for the whole head.
    let mut stream = connect(&server);
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ")
        .expect("a part of a request");
    stream
        .set_read_timeout(Some(Duration::from_millis(5)))
        .expect("a timeout");
    let mut trickled = 0;
    while stream.peek(&mut [0]).is_err() {
        stream
            .write_all(b"x")
            .expect("the connection is open until the deadline");
        trickled += 1;
        assert!(trickled < request::HEAD_LIMIT, "it was never cut off");
    }
    stream.set_read_timeout(Some(HANG)).expect("a timeout");
    assert_eq!(Reply::read(&stream).status, 408);
}

#[test]
fn idle_clients_lock_nobody_out() {
    let most = Arc::new(Mutex::new(0));
    let server = {
        let most = Arc::clone(&most);
        Server::bind(loopback(), move || {
            *most.lock().unwrap() += 1;
            Arc::new(service())
        })
        .expect("a free port")
    };
    let idle: Vec<_> = (0..200).map(|_| connect(&server)).collect();
    for _ in 0..20 {
        assert_eq!(get(&server, "/metrics").status, 200);
        assert!(server.slots.len() <= slots::MAX_CONNECTIONS);
    }
    assert_eq!(*most.lock().unwrap(), 20);
    // All but the last few were asked to leave.
    for mut stream in &idle[..200 - slots::MAX_CONNECTIONS] {
        let mut told = String::new();
        stream.read_to_string(&mut told).expect("the end of the connection");
        assert!(told.is_empty() || told.starts_with("HTTP/1.1 503 "), "{told}");
    }
}

/// Opens when told to; until then, everybody who comes by waits.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    waiting: Mutex<usize>,
    changed: Condvar,
    arrived: Condvar,
}

impl Gate {
    fn pass(&self) {
        *self.waiting.lock().unwrap() += 1;
        self.arrived.notify_all();
        drop(
            self.changed
                .wait_while(self.open.lock().unwrap(), |open| !*open)
                .unwrap(),
        );
    }

    fn wait_for(&self, guests: usize) {
        drop(
            self.arrived
                .wait_while(self.waiting.lock().unwrap(), |waiting| *waiting < guests)
                .unwrap(),
        );
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.changed.notify_all();
    }
}

#[test]
fn when_all_are_being_answered_the_next_one_is_told_to_come_back() {
    let gate = Arc::new(Gate::default());
    let server = {
        let gate = Arc::clone(&gate);
        Server::bind(loopback(), move || {
            gate.pass();
            Arc::new(service())
        })
        .expect("a free port")
    };
    let request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut busy = Vec::new();
    for guests in 1..=slots::MAX_CONNECTIONS {
        let mut stream = connect(&server);
        stream.write_all(request).expect("a request");
        gate.wait_for(guests);
        busy.push(stream);
    }
    // No request is sent here, because the refusal does not wait for one.
    let refused = Reply::read(&connect(&server));
    assert_eq!((refused.status, refused.header("Retry-After")), (503, Some("1")));
    gate.open();
    drop(busy);
    let served = std::iter::repeat_with(|| get(&server, "/metrics").status)
        .take(100)
        .find(|status| *status == 200);
    assert_eq!(served, Some(200));
}

#[test]
fn a_panicking_source_costs_one_connection() {
    let panicked = AtomicBool::new(false);
    let server = Server::bind(loopback(), move || {
        assert!(
            panicked.swap(true, Ordering::Relaxed),
            "the first call panics, as this test wants it"
        );
        Arc::new(service())
    })
    .expect("a free port");
    let mut stream = connect(&server);
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .expect("a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the end of the connection");
    assert!(answer.is_empty());
    assert_eq!(get(&server, "/metrics").status, 200);
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
