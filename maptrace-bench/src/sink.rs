//! A server that takes OTLP over HTTP, reads it and says that all is well.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

/// A server on loopback that takes OTLP over HTTP and answers that all is well, for a [`Variant`](crate::Variant) that
/// exports. It runs until the process ends.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
}

impl Server {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// If there is no port, or no thread.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        thread::Builder::new().name("otlp server".into()).spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that breaks off is none of our business.
                _ = answer(&stream);
            }
        })?;
        Ok(Self { address })
    }

    /// The address to export to: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Answers the requests of one connection, until it is closed.
fn answer(stream: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line == "\r\n" {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
        // An empty message: everything was accepted.
        let mut writer = stream;
        writer.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_of_a_connection_is_read_and_answered() {
        let server = Server::start().unwrap();
        let mut stream = TcpStream::connect(server.address).unwrap();
        for body in ["", "abc", &"x".repeat(100_000)] {
            write!(
                stream,
                "POST /v1/metrics HTTP/1.1\r\nhost: x\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
            let mut answer = String::new();
            let mut reader = BufReader::new(&stream);
            while !answer.ends_with("\r\n\r\n") {
                assert_ne!(reader.read_line(&mut answer).unwrap(), 0, "{answer:?}");
            }
            assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer:?}");
        }
    }
}
