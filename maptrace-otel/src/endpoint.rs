//! Where to post: a URL taken apart.

/// A URL taken apart once, so that a push only formats a request line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// Whether it is `https://`.
    pub(crate) tls: bool,
    /// Name or address to connect to, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// What the `Host` header says.
    pub(crate) authority: String,
    /// Path and query, beginning with `/`.
    pub(crate) path: String,
}

/// What is wrong with a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Tls,
    Bad(&'static str),
}

impl Fault {
    /// The fault in words, to follow the URL.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Tls => {
                "asks for TLS, but maptrace-otel is built without its feature `tls`: turn on the feature `tls` of \
                 maptrace-otel, or use a Collector on this machine"
            }
            Self::Bad(reason) => reason,
        }
    }
}

impl Endpoint {
    /// The endpoint of one signal, used as it is.
    pub(crate) fn parse(url: &str) -> Result<Self, Fault> {
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Fault::Bad("has a character that no URL has"));
        }
        let (scheme, rest) = url
            .split_once("://")
            .ok_or(Fault::Bad("does not begin with `http://`"))?;
        let tls = scheme.eq_ignore_ascii_case("https");
        if tls && cfg!(not(feature = "tls")) {
            return Err(Fault::Tls);
        }
        if !tls && !scheme.eq_ignore_ascii_case("http") {
            return Err(Fault::Bad("does not begin with `http://`"));
        }
        if rest.contains('#') {
            return Err(Fault::Bad("has a fragment (`#...`), which is never sent"));
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        if authority.contains('@') {
            return Err(Fault::Bad(
                "has a user name in it: send an `authorization` header instead",
            ));
        }
        let (host, port) = split_authority(authority, if tls { 443 } else { 80 })?;
        let path = if tail.starts_with('/') {
            tail.to_owned()
        } else {
            format!("/{tail}")
        };
        Ok(Self {
            tls,
            host: host.to_owned(),
            port,
            authority: authority.to_owned(),
            path,
        })
    }

    /// The endpoint of a service that has its own paths.
    #[cfg(feature = "grpc")]
    pub(crate) fn without_path(url: &str) -> Result<Self, Fault> {
        let endpoint = Self::parse(url)?;
        if endpoint.path == "/" {
            Ok(endpoint)
        } else {
            Err(Fault::Bad("has a path, but gRPC has its own: leave it out"))
        }
    }

    /// The URL as it may be shown: a query may be a key.
    pub(crate) fn shown(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        // An `@` in a path is no user's, but who has written one there may have meant it to be.
        redacted(&format!("{scheme}://{}{}", self.authority, self.path))
    }

    /// The endpoint of one signal under a base URL: `signal_path` is appended.
    pub(crate) fn under(base: &str, signal_path: &str) -> Result<Self, Fault> {
        let mut endpoint = Self::parse(base)?;
        if endpoint.path.contains('?') {
            return Err(Fault::Bad("has a query, but the signal's path is appended to it"));
        }
        let kept = endpoint.path.trim_end_matches('/').len();
        endpoint.path.truncate(kept);
        endpoint.path.push_str(signal_path);
        Ok(endpoint)
    }
}

fn split_authority(authority: &str, default: u16) -> Result<(&str, u16), Fault> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest
            .split_once(']')
            .ok_or(Fault::Bad("has an unclosed `[` before its IPv6 address"))?;
        host.parse::<std::net::Ipv6Addr>()
            .map_err(|_| Fault::Bad("has brackets around what is no IPv6 address"))?;
        match after.strip_prefix(':') {
            Some(port) => (host, Some(port)),
            None if after.is_empty() => (host, None),
            None => {
                return Err(Fault::Bad("has something other than a port after its address"));
            }
        }
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    if host.is_empty() {
        return Err(Fault::Bad("has no host"));
    }
    let port = match port {
        None => default,
        // `u16::from_str` takes a sign, a URL does not.
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => port
            .parse()
            .ok()
            .filter(|&port| port != 0)
            .ok_or(Fault::Bad("has a port that is not 1 to 65535"))?,
        Some(_) => return Err(Fault::Bad("has a port that is not 1 to 65535")),
    };
    Ok((host, port))
}

/// The URL as it may be shown, whatever is wrong with it: without what stands before an `@`, which may be a password, and
/// behind a `?` or `#`, which may be a key.
pub(crate) fn redacted(url: &str) -> String {
    let is_known = |scheme: &str| ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let scheme = url.find("://").filter(|&end| is_known(&url[..end]));
    let (scheme, rest) = url.split_at(scheme.map_or(0, |end| end + 3));
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (shown, hidden) = rest.split_at(end);
    let mark = hidden.get(..1).unwrap_or_default();
    let behind = if mark.is_empty() { "" } else { "***" };
    match shown.rfind('@') {
        // Then that may be a password with a `?` in it.
        _ if hidden.contains('@') => format!("{scheme}***"),
        Some(at) => format!("{scheme}***{}{mark}{behind}", &shown[at..]),
        None => format!("{scheme}{shown}{mark}{behind}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, Fault, redacted};

    fn parts(url: &str) -> (String, u16, String, String) {
        let Endpoint {
            tls: _,
            host,
            port,
            authority,
            path,
        } = Endpoint::parse(url).expect(url);
        (host, port, authority, path)
    }

    #[test]
    fn what_is_shown_hides_what_may_be_secret() {
        for (url, shown) in [
            ("http://h:1/m?key=hunter2", "http://h:1/m?***"),
            ("http://h:1/m:hunter2@/v1", "http://***@/v1"),
            ("http://h:1/m", "http://h:1/m"),
        ] {
            assert_eq!(Endpoint::parse(url).expect("a URL").shown(), shown);
        }
    }

    #[test]
    fn urls_are_taken_apart() {
        for (url, host, port, authority, path) in [
            ("http://localhost:4318", "localhost", 4318, "localhost:4318", "/"),
            ("HTTP://h/x/y?z=1", "h", 80, "h", "/x/y?z=1"),
            ("http://h:1?z", "h", 1, "h:1", "/?z"),
            ("http://[::1]:4318/v1/traces", "::1", 4318, "[::1]:4318", "/v1/traces"),
            ("http://[::1]", "::1", 80, "[::1]", "/"),
            ("http://127.0.0.1:65535/", "127.0.0.1", 65535, "127.0.0.1:65535", "/"),
        ] {
            assert_eq!(parts(url), (host.into(), port, authority.into(), path.into()), "{url}");
        }
    }

    #[test]
    fn a_signals_path_is_appended_once() {
        for (base, path) in [
            ("http://h:4318", "/v1/traces"),
            ("http://h:4318/", "/v1/traces"),
            ("http://h:4318/otlp", "/otlp/v1/traces"),
            ("http://h:4318/otlp/", "/otlp/v1/traces"),
        ] {
            assert_eq!(Endpoint::under(base, "/v1/traces").expect(base).path, path, "{base}");
        }
        assert!(matches!(
            Endpoint::under("http://h/?a=b", "/v1/traces"),
            Err(Fault::Bad(_))
        ));
    }

    #[test]
    fn what_cannot_be_posted_to_is_refused() {
        if cfg!(feature = "tls") {
            assert!(Endpoint::parse("https://h:4318").is_ok_and(|endpoint| endpoint.tls && endpoint.port == 4318));
            assert_eq!(Endpoint::parse("HTTPS://h/x").map(|endpoint| endpoint.port), Ok(443));
        } else {
            assert_eq!(Endpoint::parse("https://h:4318"), Err(Fault::Tls));
        }
        for url in [
            "",
            "h:4318",
            "ftp://h",
            "http://",
            "http://:1",
            "http://h:",
            "http://h:0",
            "http://h:+1",
            "http://h:65536",
            "http://h:a",
            "http://[::1",
            "http://[x]:1",
            "http://[::1]x",
            "http://u:p@h",
            "http://h/#f",
            "http://h/ x",
            "http://h/\r\nx: y",
            "http://h\u{e9}",
        ] {
            assert!(matches!(Endpoint::parse(url), Err(Fault::Bad(_))), "{url:?}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(redacted("http://user:secret@h:1/x"), "http://***@h:1/x");
        assert_eq!(redacted("user:secret@h"), "***@h");
        assert_eq!(redacted("http://h:1/x"), "http://h:1/x");
        assert_eq!(redacted("http://h:1/x?key=secret"), "http://h:1/x?***");
        assert_eq!(redacted("http://h:1/x#secret"), "http://h:1/x#***");
        assert_eq!(redacted("http://user:secret@h/x?key=secret"), "http://***@h/x?***");
        assert_eq!(redacted("http://h/x?mail=me@home&key=secret"), "http://***");
        assert_eq!(redacted("http://user:se?cret@h"), "http://***");
        assert_eq!(redacted("user:secret@h://x"), "***@h://x");
        assert_eq!(redacted("secret://user@h"), "***@h");
        for (url, shown) in [
            ("http://[::1]:1/x?key=secret", "http://[::1]:1/x?***"),
            ("http://h/x", "http://h/x"),
        ] {
            assert_eq!(Endpoint::parse(url).expect(url).shown(), shown);
        }
    }
}
