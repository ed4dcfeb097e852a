//! Whatever the variables of OpenTelemetry say, requests are whole, with the headers that were asked for and no others, and
//! no warning shows what may be secret.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maptrace_otel::fuzz::settings;

/// Stands for a secret: it is put where one may be.
const SECRET: &str = "hunter2";

/// Whether the secret is only where one may be: in headers, before a URL's host or in its query.
fn is_hidden(name: &str, value: &str) -> bool {
    let mut found = value.match_indices(SECRET).map(|(at, _)| at).peekable();
    if found.peek().is_none() || name.contains("HEADERS") {
        return true;
    }
    name.contains("ENDPOINT") && found.all(|at| value[..at].contains(['?', '#']) || value[at..].contains('@'))
}

fuzz_target!(|text: &str| {
    let variables: Vec<_> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let (warnings, heads) = settings(&variables);
    for warning in &warnings {
        assert!(!warning.contains(char::is_control), "{warning:?}");
        if variables.iter().all(|(name, value)| is_hidden(name, value)) {
            assert!(!warning.contains(SECRET), "{warning}");
        }
    }
    for head in heads {
        let mut headers = [httparse::EMPTY_HEADER; 512];
        let mut request = httparse::Request::new(&mut headers);
        match request.parse(head.as_bytes()) {
            Ok(httparse::Status::Complete(length)) => assert_eq!(length, head.len(), "two requests: {head:?}"),
            Err(httparse::Error::TooManyHeaders) => continue,
            other => panic!("{other:?}: {head:?}"),
        }
        for name in ["host", "content-length", "connection"] {
            let found = request
                .headers
                .iter()
                .filter(|header| header.name.eq_ignore_ascii_case(name));
            assert_eq!(found.count(), 1, "{head:?}");
        }
        assert!(
            !request
                .headers
                .iter()
                .any(|header| header.name.eq_ignore_ascii_case("transfer-encoding")),
            "{head:?}"
        );
    }
});
