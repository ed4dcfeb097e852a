//! What a request's head is made of: just as much of HTTP as this server needs, and nothing lenient. What it takes is
//! what httparse takes; a test holds it to that.

use super::request::Request;
use super::response::Status;

/// Headers of a request, at most.
const HEADERS: usize = 64;

/// Reads a head from the start of `bytes`. `None` while it is not complete.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<Request>, Status> {
    let mut request = None;
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let line = without_return(&rest[..end]);
        rest = &rest[end + 1..];
        match &mut request {
            // A client may send empty lines first.
            None if line.is_empty() => {}
            None => request = Some(begin(line).ok_or(Status::BadRequest)?),
            Some(_) if line.is_empty() => return Ok(request),
            Some(request) if request.headers.len() == HEADERS => return Err(Status::HeaderFieldsTooLarge),
            Some(request) => request.headers.push(header(line).ok_or(Status::BadRequest)?),
        }
    }
    // What no line may have in it is no HTTP, however it goes on: that client is not waited for.
    if is_text(without_return(rest)) { Ok(None) } else { Err(Status::BadRequest) }
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// No control character but the tab.
fn is_text(line: &[u8]) -> bool {
    line.iter().all(|&byte| byte == b'\t' || (byte >= b' ' && byte != 0x7F))
}

/// A request without its headers: `GET /metrics HTTP/1.1`, with single spaces.
fn begin(line: &[u8]) -> Option<Request> {
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_whole = words.next().is_none() && is_text(line) && !target.is_empty() && !target.contains('\t');
    (is_whole && is_token(method.as_bytes()) && matches!(version, "HTTP/1.0" | "HTTP/1.1")).then(|| Request {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: Vec::new(),
    })
}

/// `Host: localhost`. No space before the colon, nor before the name, which would go on with the header before it.
fn header(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    if !is_token(name) || !is_text(value) {
        return None;
    }
    let name = std::str::from_utf8(name).ok()?;
    Some((name.to_owned(), value.trim_ascii().to_vec()))
}

/// Whether it is a word as methods and names of headers are.
fn is_token(word: &[u8]) -> bool {
    let is_of_a_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !word.is_empty() && word.iter().all(is_of_a_word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Parts = (String, String, Vec<(String, Vec<u8>)>);

    fn ours(bytes: &[u8]) -> Result<Option<Parts>, Status> {
        Ok(parse(bytes)?.map(|request| (request.method, request.target, request.headers)))
    }

    fn theirs(bytes: &[u8]) -> Result<Option<Parts>, httparse::Error> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut head = httparse::Request::new(&mut headers);
        if head.parse(bytes)?.is_partial() {
            return Ok(None);
        }
        let headers = head.headers.iter().map(|header| (header.name.to_owned(), header.value.to_vec()));
        Ok(Some((
            head.method.expect("it is complete").to_owned(),
            head.path.expect("it is complete").to_owned(),
            headers.collect(),
        )))
    }

    /// Holds the parser to httparse: it takes the same requests and refuses the same, though not always as early.
    fn compare(bytes: &[u8]) {
        match (ours(bytes), theirs(bytes)) {
            (Ok(None), Err(_)) => assert!(ours(&[bytes, b"\r\n\r\n\r\n\r\n"].concat()).is_err(), "{bytes:?}"),
            (ours, theirs) => assert_eq!(ours.ok(), theirs.ok(), "{bytes:?}"),
        }
    }

    /// Pieces of requests, and what spoils them.
    fn piece() -> impl Strategy<Value = Vec<u8>> {
        let known = proptest::sample::select(vec![
            "GET / HTTP/1.1\r\n", "GET", "get", " ", "/", "/maps.json?a=b#c", "*", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0",
            "\r\n", "\n", "\r", "\t", "Host", "Host: localhost\r\n", ":", ": ", "a:b\n", "a : b\r\n", " a: b\r\n",
            "a: \t b \t\r\n", "a:\r\n", ":b\r\n", "ä", "\u{7f}", "\0", "\u{16}\u{3}\u{1}", "(", "~|^", "\u{1}",
        ]);
        prop_oneof![
            8 => known.prop_map(|piece| piece.as_bytes().to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 1..3),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_takes_what_httparse_takes(
            begun in any::<bool>(),
            pieces in proptest::collection::vec(piece(), 0..12),
            ended in any::<bool>(),
        ) {
            let mut bytes = if begun { b"GET / HTTP/1.1\r\n".to_vec() } else { Vec::new() };
            bytes.extend(pieces.concat());
            if ended {
                bytes.extend(b"\r\n\r\n");
            }
            compare(&bytes);
        }

        #[test]
        fn every_byte_counts_as_with_httparse(at in 0_usize..40, byte: u8, insert: bool) {
            let mut bytes = b"GET /metrics HTTP/1.1\r\nHost: a b\r\nX:\r\n\r\n".to_vec();
            bytes.splice(at..at + usize::from(!insert), [byte]);
            compare(&bytes);
        }
    }

    #[test]
    fn a_request_is_waited_for_to_its_last_byte() {
        let whole = b"\r\nHEAD /metrics?x HTTP/1.0\r\nHost:localhost\r\nAccept: */* \n\r\n";
        for end in 0..whole.len() {
            assert_eq!(ours(&whole[..end]), Ok(None), "{end}");
        }
        let headers = vec![
            ("Host".to_owned(), b"localhost".to_vec()),
            ("Accept".to_owned(), b"*/*".to_vec()),
        ];
        assert_eq!(ours(whole), Ok(Some(("HEAD".to_owned(), "/metrics?x".to_owned(), headers))));
    }

    #[test]
    fn what_is_no_http_is_refused_before_its_line_ends() {
        // The start of a TLS handshake, as of a browser that was told `https`.
        assert_eq!(ours(b"\x16\x03\x01\x02\x00"), Err(Status::BadRequest));
    }

    #[test]
    fn so_many_headers_and_no_more() {
        let head = |headers: usize| format!("GET / HTTP/1.1\r\n{}\r\n", "a:b\r\n".repeat(headers));
        assert!(ours(head(HEADERS).as_bytes()).is_ok_and(|request| request.is_some()));
        assert_eq!(ours(head(HEADERS + 1).as_bytes()), Err(Status::HeaderFieldsTooLarge));
        compare(head(HEADERS).as_bytes());
        compare(head(HEADERS + 1).as_bytes());
    }
}
