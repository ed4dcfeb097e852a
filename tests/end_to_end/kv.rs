//! `kv_server` at work, and a client of it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;

use crate::http;
use crate::process::{Running, example, run};

pub(crate) struct KvServer {
    pub(crate) process: Running,
    /// Where it serves clients.
    pub(crate) address: SocketAddr,
    /// Where maptrace shows its maps.
    pub(crate) page: SocketAddr,
}

impl KvServer {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// Starts it on free ports, with what `more` adds to its command line.
    pub(crate) fn start_with(more: impl FnOnce(&mut Command)) -> Self {
        let mut command = example("kv_server");
        command.args(["--port", "0", "--listen", "127.0.0.1:0"]);
        more(&mut command);
        let mut process = Running::start(&mut command);
        let page = process.wait_for("where it shows its maps", |line| {
            line.strip_prefix("maptrace: maps are shown at http://")?
                .strip_suffix('/')?
                .parse()
                .ok()
        });
        let address = process.wait_for("where it listens", |line| {
            line.strip_prefix("kv_server listening on ")?.parse().ok()
        });
        Self { process, address, page }
    }

    pub(crate) fn connect(&self) -> Client {
        Client {
            stream: BufReader::new(TcpStream::connect(self.address).expect("it listens")),
        }
    }

    /// What redis-cli prints for a command.
    pub(crate) fn redis_cli(&self, args: &[&str]) -> String {
        let port = self.address.port().to_string();
        run(Command::new("redis-cli").args(["-p", &port]).args(args))
            .trim_end()
            .to_owned()
    }

    /// The value of a series on its page for Prometheus, which must be there exactly once.
    pub(crate) fn metric(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        let page = http::get(self.page, "/metrics").expect("the page for Prometheus");
        let found: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with(&format!("{name}{{")))
            .filter(|line| {
                labels
                    .iter()
                    .all(|(key, value)| line.contains(&format!("{key}=\"{value}\"")))
            })
            .collect();
        let [line] = found[..] else {
            panic!("not one {name} with {labels:?} but {found:?} in:\n{page}")
        };
        let value = line.rsplit_once(' ').expect("a value").1;
        value.parse().unwrap_or_else(|error| panic!("{line}: {error}"))
    }
}

/// A connection that speaks RESP.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    /// Sends requests at once and returns a reply to each, as it came but for `$` and CRLF.
    pub(crate) fn pipeline<A: AsRef<str>>(&mut self, requests: impl IntoIterator<Item = Vec<A>>) -> Vec<String> {
        let (mut bytes, mut count) = (Vec::new(), 0);
        for request in requests {
            count += 1;
            write!(bytes, "*{}\r\n", request.len()).expect("a Vec takes every write");
            for arg in &request {
                write!(bytes, "${}\r\n{}\r\n", arg.as_ref().len(), arg.as_ref()).expect("a Vec takes every write");
            }
        }
        // Replies are read while requests are sent: else both sides would wait as soon as the sockets are full.
        let mut sender = self.stream.get_ref().try_clone().expect("a second handle");
        std::thread::scope(|scope| {
            scope.spawn(move || sender.write_all(&bytes).expect("it reads"));
            (0..count).map(|_| self.reply()).collect()
        })
    }

    pub(crate) fn ask(&mut self, request: &[&str]) -> String {
        self.pipeline([request.to_vec()]).remove(0)
    }

    fn reply(&mut self) -> String {
        let line = self.line();
        match line.strip_prefix('$').map(|length| length.parse::<usize>()) {
            Some(Ok(length)) => {
                let mut value = vec![0; length + 2];
                self.stream.read_exact(&mut value).expect("it replies");
                value.truncate(length);
                String::from_utf8(value).expect("text")
            }
            _ => line,
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("it replies");
        line.strip_suffix("\r\n")
            .unwrap_or_else(|| panic!("it hung up within a reply: {line:?}"))
            .to_owned()
    }
}
