//! Whatever a client sends, its head is what httparse takes it for, and it is served only if it asks, by `GET` or `HEAD`,
//! for a page of this machine.
#![no_main]

use std::net::{IpAddr, Ipv4Addr};

use libfuzzer_sys::fuzz_target;
use maptrace_runtime::fuzz::{head, route};

/// As the server has it.
const HEADERS: usize = 64;

type Head = (String, String, Vec<(String, Vec<u8>)>);

fn theirs(bytes: &[u8]) -> Result<Option<Head>, httparse::Error> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    if head.parse(bytes)?.is_partial() {
        return Ok(None);
    }
    let headers = head
        .headers
        .iter()
        .map(|header| (header.name.to_owned(), header.value.to_vec()))
        .collect();
    Ok(head
        .method
        .zip(head.path)
        .map(|(method, path)| (method.to_owned(), path.to_owned(), headers)))
}

fuzz_target!(|bytes: &[u8]| {
    let ours = head(bytes);
    match (&ours, theirs(bytes)) {
        // Refused as well, but not as early.
        (Ok(None), Err(_)) => assert!(head(&[bytes, b"\r\n\r\n\r\n\r\n"].concat()).is_err()),
        (ours, theirs) => assert_eq!(ours.as_ref().ok(), theirs.as_ref().ok()),
    }
    let local = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
    if !route(bytes, local, &["metrics.example".to_owned()]) {
        return;
    }
    let Ok(Some((method, target, headers))) = ours else {
        panic!("served without a head")
    };
    assert!(matches!(method.as_str(), "GET" | "HEAD"), "{method}");
    let path = target.split('?').next().unwrap_or_default();
    assert!(matches!(path, "/" | "/metrics" | "/maps.json"), "{target}");
    // What is no text is like nothing below.
    let all = |name: &str| {
        let values = headers.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
        values
            .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
            .collect::<Vec<_>>()
    };
    let hosts = all("host");
    let [host] = &hosts[..] else {
        panic!("served for {} hosts", hosts.len())
    };
    // Told apart in another way than the server does it: by what a URL's authority is.
    let host = host.to_ascii_lowercase();
    let name = match host.rfind(']') {
        Some(end) => &host[1..end],
        None => host.split(':').next().unwrap_or_default(),
    };
    let address = name.parse::<IpAddr>().map(|address| address.to_canonical());
    let is_ours = address.is_ok_and(|address| address.is_loopback() || address == local);
    assert!(
        is_ours || matches!(name, "localhost" | "metrics.example"),
        "served for the host {host}"
    );
    for origin in all("origin") {
        let origin = origin.to_ascii_lowercase();
        assert!(origin.ends_with(&format!("//{host}")), "served for the origin {origin}");
    }
    if all("sec-fetch-site")
        .iter()
        .any(|site| !matches!(site.as_str(), "same-origin" | "none"))
    {
        assert!(path == "/" && method == "GET", "{target} is served for another site");
        assert_eq!(all("sec-fetch-mode"), ["navigate"]);
        assert_eq!(all("sec-fetch-dest"), ["document"]);
    }
});
