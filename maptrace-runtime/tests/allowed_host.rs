//! A name that the program allows reaches the live page's server. Alone in its process: the settings are the process's.
#![cfg(all(
    feature = "enable",
    feature = "listen",
    any(not(feature = "release_off"), debug_assertions)
))]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

fn status(host: &str) -> String {
    let address = maptrace_runtime::local_addr().expect("the page is served");
    let mut stream = TcpStream::connect(address).expect("a connection");
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {host}\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn the_page_is_served_by_the_names_that_are_allowed() {
    let _guard = maptrace_runtime::builder()
        .listen((Ipv4Addr::LOCALHOST, 0).into())
        .allow_host("metrics.example")
        .allow_host("box.local")
        .start();
    for host in ["metrics.example:9102", "box.local", "localhost"] {
        assert_eq!(status(host), "HTTP/1.1 200 OK", "{host}");
    }
    assert_eq!(status("other.example"), "HTTP/1.1 421 Misdirected Request");
}
