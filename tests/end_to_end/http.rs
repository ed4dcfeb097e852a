//! As much of HTTP as it takes to ask a server on this machine.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The body of the page at `path`. The error says what is there instead.
pub(crate) fn get(server: SocketAddr, path: &str) -> Result<String, String> {
    ask(server, "GET", path, "")
}

/// The body of the answer to a request without one, with more `headers`: complete lines.
pub(crate) fn ask(server: SocketAddr, method: &str, path: &str, headers: &str) -> Result<String, String> {
    let ask = || {
        let mut stream = TcpStream::connect(server)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        // 1.0, so that the answer ends where the connection does.
        write!(stream, "{method} {path} HTTP/1.0\r\nHost: {server}\r\n{headers}\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok::<_, std::io::Error>(answer)
    };
    let answer = ask().map_err(|error| format!("{server}{path}: {error}"))?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.split(' ').nth(1) == Some("200") => Ok(body.to_owned()),
        _ => Err(format!("{server}{path}: {answer}")),
    }
}
