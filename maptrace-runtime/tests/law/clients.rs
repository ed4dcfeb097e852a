//! A thousand clients that dawdle keep nobody from the page's figures.
#![expect(unsafe_code, reason = "std cannot raise the limit of open files")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use maptrace_runtime::collections::HashMap;
use maptrace_runtime::{local_addr, snapshot};

use crate::alone::{alone, scale};
use crate::process::resident;

const CLIENTS: usize = 1_000;
/// Far longer than an answer takes.
const HANG: Duration = Duration::from_secs(100);

fn connect() -> TcpStream {
    let stream = TcpStream::connect(local_addr().expect("the page is served")).expect("a connection");
    stream.set_read_timeout(Some(HANG)).expect("a timeout");
    stream
}

fn scrape() -> Duration {
    let began = Instant::now();
    let mut stream = connect();
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("map_assign_total"),
        "{answer}"
    );
    began.elapsed()
}

#[test]
fn a_thousand_dawdle() {
    let scrapes = 50 * scale() as usize;
    alone(
        module_path!(),
        "a_thousand_dawdle",
        &[("MAPTRACE_LISTEN", "127.0.0.1:0")],
        || {
            let files = libc::rlimit {
                rlim_cur: 4_096,
                rlim_max: 4_096,
            };
            // SAFETY: the limit is a valid one, and is copied.
            assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const files) }, 0);
            let mut map = HashMap::new();
            map.insert("key", 1);
            let _ = snapshot();
            scrape();
            let before = resident();
            let done = AtomicBool::new(false);
            let mut took: Vec<_> = thread::scope(|scope| {
                // Half say nothing, half a byte now and then of a head that never ends; who is driven out comes again.
                let dawdle = |first: usize| {
                    let done = &done;
                    move || {
                        let mut clients: Vec<_> = (0..CLIENTS / 4).map(|_| connect()).collect();
                        while !done.load(Ordering::Relaxed) {
                            for (number, client) in clients.iter_mut().enumerate() {
                                let talks = (first + number).is_multiple_of(2);
                                if talks && client.write_all(b"x").is_err() && !done.load(Ordering::Relaxed) {
                                    *client = connect();
                                }
                            }
                            thread::yield_now();
                        }
                    }
                };
                (0..4).for_each(|first| drop(scope.spawn(dawdle(first))));
                let took = (0..scrapes).map(|_| scrape()).collect();
                done.store(true, Ordering::Relaxed);
                took
            });
            let more = resident().saturating_sub(before);
            // Without the clients' own: a vector, and stacks of their threads.
            assert!(more <= 4 << 20, "{more} bytes");
            took.sort_unstable();
            println!(
                "measured: {scrapes} scrapes beside {CLIENTS} clients that dawdle: median {:?}, p99 {:?}; {more} bytes more",
                took[took.len() / 2],
                took[took.len() * 99 / 100]
            );
        },
    );
}
