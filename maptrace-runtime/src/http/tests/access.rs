//! Whom the server answers.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;

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
    let refused = ask(&server, "GET / HTTP/1.1\r\nHost: other.example\r\n\r\n");
    assert_eq!(refused.status, 421);
    assert!(refused.body.contains("MAPTRACE_ALLOW_HOST"), "{}", refused.body);
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

#[test]
fn a_link_elsewhere_may_lead_to_the_page_and_to_nothing_else() {
    let server = start();
    let with = |method: &str, path: &str, site: &str, headers: &str| {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: {site}\r\n{headers}\r\n");
        ask(&server, &request)
    };
    let link = "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nSec-Fetch-User: ?1\r\n";
    for (path, site) in [("/", "cross-site"), ("/", "same-site"), ("/?from=dashboard", "cross-site")] {
        let reply = with("GET", path, site, link);
        assert_eq!((reply.status, reply.body), (200, page::html()), "{path} {site}");
        // Whoever opened it can neither frame it nor reach it through its window.
        assert!(
            reply
                .head
                .contains("frame-ancestors 'none'\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"),
            "{}",
            reply.head
        );
        assert!(
            reply.head.contains("Cross-Origin-Opener-Policy: same-origin\r\n"),
            "{}",
            reply.head
        );
    }
    for (method, path, headers) in [
        ("GET", "/maps.json", link),
        ("GET", "/metrics", link),
        ("GET", "//", link),
        ("HEAD", "/", link),
        ("POST", "/", link),
        ("GET", "/", ""),
        ("GET", "/", "Sec-Fetch-Mode: navigate\r\n"),
        ("GET", "/", "Sec-Fetch-Dest: document\r\n"),
        ("GET", "/", "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n"),
        ("GET", "/", "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: object\r\n"),
        ("GET", "/", "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: document\r\n"),
        ("GET", "/", "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"),
    ] {
        let status = with(method, path, "cross-site", headers).status;
        assert_eq!(status, 403, "{method} {path} {headers:?}");
    }
    let twice = format!("{link}Sec-Fetch-Dest: iframe\r\n");
    assert_eq!(with("GET", "/", "cross-site", &twice).status, 403);
    let foreign = format!("{link}Origin: http://evil.example\r\n");
    assert_eq!(with("GET", "/", "cross-site", &foreign).status, 403);
}

/// Whatever is done to a request, it is served only if it could have come from the page itself, a scraper or a person.
#[test]
fn ten_thousand_mutations_serve_no_foreigner() {
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
        proptest::collection::vec(word(&["navigate", "navigate", "cors", "no-cors"]), 0..2),
        proptest::collection::vec(word(&["document", "document", "iframe", "empty"]), 0..2),
    );
    let mut runner = TestRunner::new(Config {
        cases: 10_000,
        failure_persistence: None,
        ..Config::default()
    });
    let result = runner.run(&request, |(method, target, hosts, origins, sites, modes, dests)| {
        let headers = [
            ("Host", &hosts),
            ("Origin", &origins),
            ("Sec-Fetch-Site", &sites),
            ("Sec-Fetch-Mode", &modes),
            ("Sec-Fetch-Dest", &dests),
        ];
        let headers = headers
            .into_iter()
            .flat_map(|(name, values)| values.iter().map(move |value| format!("{name}: {value}\r\n")))
            .collect::<String>();
        let text = format!("{method} {target} HTTP/1.1\r\n{headers}\r\n");
        let Ok(Some(request)) = head::parse(text.as_bytes()) else {
            return Ok(());
        };
        if route(&request, Ipv4Addr::LOCALHOST.into(), &[]).is_ok() {
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
            let ours = sites.iter().all(|site| matches!(site.trim(), "none" | "same-origin"));
            let to_the_page = method == "GET" && target.split('?').next() == Some("/");
            let by_link = to_the_page && modes == ["navigate"] && dests == ["document"];
            prop_assert!(ours || by_link, "{}", text);
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let honest = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let honest = head::parse(honest.as_bytes())
        .expect("a request")
        .expect("all of it");
    assert_eq!(route(&honest, Ipv4Addr::LOCALHOST.into(), &[]), Ok(Page::Live));
}
