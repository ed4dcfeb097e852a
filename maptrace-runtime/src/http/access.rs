//! Who may ask: the loopback interface is no boundary, because every page open in a browser on the machine can reach it.
//!
//! A page of another site that makes its own name point to this machine (DNS rebinding) still sends that name in
//! `Host`. An address in `Host` is safe: no foreign page can have it as its origin.

use std::net::IpAddr;

use super::request::Request;
use super::response::Status;

/// Refuses a request that does not come from this server's own page, a scraper or a person.
pub(super) fn check(request: &Request, local: IpAddr, allowed: &[String]) -> Result<(), Status> {
    let host = match request.headers("host")[..] {
        [Some(host)] if is_own_host(host, local, allowed) => host,
        _ => return Err(Status::MisdirectedRequest),
    };
    let same_origin = |origin: &str| {
        let authority = origin.strip_prefix("http://").or(origin.strip_prefix("https://"));
        authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
    };
    let same_site = |site: &str| matches!(site, "same-origin" | "none");
    let is_all = |name, accepted: &dyn Fn(&str) -> bool| {
        let values = request.headers(name);
        values.iter().all(|value| value.is_some_and(accepted))
    };
    let origins_are_ours = is_all("origin", &same_origin);
    let fetched_by_us = is_all("sec-fetch-site", &same_site);
    if origins_are_ours && (fetched_by_us || is_followed_link(request)) {
        Ok(())
    } else {
        Err(Status::Forbidden)
    }
}

/// Whether a browser says that a person is going to the live page itself, by a link of another site: the answer fills a
/// tab and is seen by nobody but that person. Frames, scripts, images and `fetch` say something else, and no page can
/// say this for them.
fn is_followed_link(request: &Request) -> bool {
    let is_once = |name, value| request.headers(name) == [Some(value)];
    request.method == "GET"
        && request.path() == "/"
        && is_once("sec-fetch-mode", "navigate")
        && is_once("sec-fetch-dest", "document")
}

/// Whether `host`, with or without a port, is this server: `localhost`, a loopback address, the address the connection
/// came to, or a name that was allowed.
fn is_own_host(host: &str, local: IpAddr, allowed: &[String]) -> bool {
    let (name, port) = match host.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(Some((name, rest))) if name.contains(':') => match rest.strip_prefix(':') {
            None if rest.is_empty() => (name, None),
            Some(port) => (name, Some(port)),
            None => return false,
        },
        Some(_) => return false,
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, None),
        },
    };
    // `parse` alone would take a sign.
    let is_port = |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
    if !port.is_none_or(is_port) {
        return false;
    }
    let is_own_address = |ip: IpAddr| {
        let ip = ip.to_canonical();
        ip.is_loopback() || ip == local.to_canonical()
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse().is_ok_and(is_own_address)
        || allowed.iter().any(|allowed| name.eq_ignore_ascii_case(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_own(host: &str) -> bool {
        is_own_host(host, [192, 0, 2, 7].into(), &["metrics.example".to_owned()])
    }

    #[test]
    fn this_machine_has_these_names() {
        for host in [
            "localhost",
            "LocalHost:9102",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.1.2.3:9102",
            "[::1]",
            "[::1]:9102",
            "192.0.2.7:9102",
            "[::ffff:192.0.2.7]",
            "metrics.example:443",
            "METRICS.example",
        ] {
            assert!(is_own(host), "{host}");
        }
    }

    #[test]
    fn every_other_name_is_foreign() {
        for host in [
            "",
            ":9102",
            "evil.example",
            "localhost.evil.example",
            "evil.localhost",
            "localhost.",
            "localhost:",
            "localhost:+80",
            "localhost:99999",
            "localhost:80:80",
            "localhost evil",
            "user@localhost",
            "localhost/",
            "127.0.0.1.evil.example",
            "127.1",
            "0x7f.0.0.1",
            "2130706433",
            "0.0.0.0",
            "192.0.2.8",
            "::1",
            "[::1",
            "[::1]9102",
            "[127.0.0.1]",
            "[::]",
            "[fe80::1%25eth0]",
            "xmetrics.example",
        ] {
            assert!(!is_own(host), "{host}");
        }
    }
}
