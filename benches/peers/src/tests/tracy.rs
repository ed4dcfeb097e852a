//! Tracy's client sends what it recorded to a profiler that connects. Here is as much of one as can tell how much that is.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::peers;
use crate::recorded::Recorder as _;

/// So that the program's own start, which is sent as well, is the lesser part.
const ZONES: usize = 200_000;
/// What a zone is at least before it is packed: kind, time since the last one and place where it begins, kind and time where it
/// ends. A time may take two bytes, four or eight.
const ZONE: usize = (1 + 2 + 8) + (1 + 2);

/// As the client of tracy-client-sys 0.29 has it in `TracyProtocol.hpp`; with another it answers `MISMATCH`.
const PROTOCOL: u32 = 82;
const WELCOME: u8 = 1;
const WELCOME_MESSAGE: usize = 8 * 8 + 1 + 1 + 12 + 4 + 64 + 1024;
const MOST_IN_FRAME: usize = 256 * 1024;

const CHILD: &str = "MAPTRACE_PEERS_TRACY_CHILD";

#[test]
fn zones_are_sent_to_a_profiler() {
    if std::env::var_os(CHILD).is_some() {
        return child();
    }
    // The client takes its port from a variable when it starts: hence a process of its own.
    let port = TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::tracy::zones_are_sent_to_a_profiler", "--nocapture"])
        .env(CHILD, "1")
        .env("TRACY_PORT", port.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let sent = profile(port, ZONES * ZONE);
    // It ends with its standard input.
    drop(child.stdin.take());
    child.kill().unwrap();
    child.wait().unwrap();
    let expected = ZONES * ZONE;
    assert!(sent >= expected && sent < 3 * expected, "{sent} bytes of {expected}");
}

fn child() {
    let _running = peers::tracy().unwrap();
    for i in 0..ZONES / 2 {
        peers::Tracy::assign(|| std::hint::black_box(i));
        peers::Tracy::delete(|| std::hint::black_box(i));
    }
    _ = std::io::stdin().read_to_end(&mut Vec::new());
}

/// Connects, and takes at least so many bytes.
fn profile(port: u16, enough: usize) -> usize {
    let mut stream = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => break stream,
            Err(_) => std::thread::yield_now(),
        }
    };
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(b"TracyPrf").unwrap();
    stream.write_all(&PROTOCOL.to_le_bytes()).unwrap();
    let mut status = [0];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(status[0], WELCOME, "Tracy's protocol is another one");
    stream.read_exact(&mut [0; WELCOME_MESSAGE]).unwrap();
    let mut sent = 0;
    // Each frame refers to what came before it.
    let mut before: Vec<u8> = Vec::new();
    while sent < enough {
        let mut size = [0; 4];
        stream.read_exact(&mut size).expect("more zones");
        let mut packed = vec![0; u32::from_le_bytes(size) as usize];
        stream.read_exact(&mut packed).expect("the whole frame");
        let frame = lz4_flex::block::decompress_with_dict(&packed, MOST_IN_FRAME, &before).unwrap();
        sent += frame.len();
        before.extend(frame);
        let old = before.len().saturating_sub(64 * 1024);
        before.drain(..old);
    }
    sent
}
