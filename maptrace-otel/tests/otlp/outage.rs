//! An endpoint that takes connections and answers nothing, while maps are changed as fast as can be.
//!
//! The server is in the process that starts the test, and the maps are in one of their own: what a server keeps is not to be
//! taken for what maptrace does.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use maptrace_otel::{HealthReader, Otlp};
use maptrace_runtime::collections::HashMap;
use maptrace_runtime::{Cause, Guard, builder, flush, snapshot};

use crate::alone::{alone_within, scale};
use crate::server::{Behaviour, Server};
use crate::{PATIENCE, eventually, exporter};

const THREADS: usize = 2;

/// What may come on top of what maptrace says that it holds for rings and records, in bytes. What an exporter may have, as it
/// says in its documentation, is 7 MiB of it.
const REST: u64 = 8 << 20;

/// Where the process with the maps finds the server.
const ENDPOINT: &str = "OUTAGE_ENDPOINT";

/// Runs `body` in a process of its own, with the URL of a server that answers until it is [told](tell) otherwise.
fn beside_a_server(test: &str, body: impl FnOnce(&str)) {
    let inside = std::env::var(ENDPOINT).ok();
    let server = inside.is_none().then(|| {
        let is_up = AtomicBool::new(true);
        Server::start_with(move |_, request| {
            match request.path() {
                "/answer" => is_up.store(true, Ordering::Relaxed),
                "/be-silent" => is_up.store(false, Ordering::Relaxed),
                _ if !is_up.load(Ordering::Relaxed) => return Behaviour::Silent,
                _ => {}
            }
            Behaviour::ok()
        })
    });
    let url = server.as_ref().map(Server::url).or(inside).expect("one of them");
    let day = Duration::from_secs(86_400);
    alone_within(day, module_path!(), test, &[(ENDPOINT, &url)], || body(&url));
}

/// Asks the server to answer from now on, or not to.
fn tell(url: &str, what: &str) {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).expect("a connection");
    write!(stream, "POST /{what} HTTP/1.1\r\nContent-Length: 0\r\n\r\n").expect("it is read");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Starts with so many bytes for rings and records.
fn start(url: &str, memory: u64) -> (Guard, HealthReader) {
    let (sink, health) = exporter(url, |otlp: Otlp| {
        otlp.timeout(Duration::from_secs(2))
            .span_delay(Duration::from_millis(100))
    });
    let guard = builder()
        .sink(sink)
        .memory(memory)
        .interval(Duration::from_millis(500))
        .start();
    (guard, health)
}

/// Bytes of memory that this process has, without what is a file's.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))
        .expect("a line");
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib << 10
}

/// The memory of this process, looked at again and again.
struct Memory {
    /// Resident before maptrace began.
    before: u64,
    /// Most that was resident since.
    most: u64,
    /// Most that maptrace said it holds for rings and records, and the cap on it.
    held: u64,
    limit: u64,
    /// Most of the rest: more than before, and not for rings and records.
    rest: u64,
}

impl Memory {
    fn before() -> Self {
        Self {
            before: resident(),
            most: 0,
            held: 0,
            limit: 0,
            rest: 0,
        }
    }

    fn look(&mut self) {
        // In this order, as what is held becomes more at times and never less.
        let resident = resident();
        let health = &snapshot().health;
        self.most = self.most.max(resident);
        self.held = self.held.max(health.memory_bytes);
        self.limit = health.memory_limit_bytes;
        self.rest = self
            .rest
            .max(resident.saturating_sub(self.before + health.memory_bytes));
    }

    fn judge(&self) {
        println!(
            "measured: {} bytes resident, {} before; of them {} for rings and records, where {} are allowed, and {} for all else",
            self.most, self.before, self.held, self.limit, self.rest
        );
        assert!(
            self.held <= self.limit,
            "rings and records: {} bytes of {}",
            self.held,
            self.limit
        );
        assert!(
            self.rest <= REST,
            "beside rings and records: {} bytes of {REST}",
            self.rest
        );
    }
}

/// Changes maps until `is_done` says so, and returns how many operations that were. They are cleared after so many inserts.
fn work(clear_after: u64, memory: &mut Memory, mut is_done: impl FnMut() -> bool) -> u64 {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let work = || {
            let (mut map, mut operations) = (HashMap::new(), 0_u64);
            while !stop.load(Ordering::Relaxed) {
                for _ in 0..200 {
                    map.insert(operations % 1_000, operations);
                    operations += 1;
                }
                if operations.is_multiple_of(clear_after) {
                    map.clear();
                }
            }
            operations
        };
        let threads = [(); THREADS].map(|()| scope.spawn(work));
        while !is_done() {
            memory.look();
            thread::park_timeout(Duration::from_millis(20));
        }
        stop.store(true, Ordering::Relaxed);
        memory.look();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    })
}

/// The endpoint is there again: what was lost is counted, exactly.
fn settle(url: &str, health: &HealthReader) {
    tell(url, "answer");
    eventually(|| {
        let _ = flush(PATIENCE);
        health.read().queued == 0
    });
    let (now, own) = (snapshot(), health.read());
    let all = now.health.delivered + now.health.dropped_total() + now.health.sampled_out;
    assert_eq!(now.health.emitted, all, "{:?}", now.health);
    assert_eq!(
        now.health.dropped[Cause::ExportFailed as usize],
        own.failed + own.refused
    );
}

#[test]
fn memory_while_nothing_is_answered() {
    // 15 MB of episodes if all of them were kept.
    let episodes = 60_000 * u64::from(scale());
    beside_a_server("memory_while_nothing_is_answered", |url| {
        let mut memory = Memory::before();
        // Less than both threads' rings would grow to.
        let (_guard, health) = start(url, 2 << 20);
        tell(url, "be-silent");
        let operations = work(200, &mut memory, || {
            let health = health.read();
            health.accepted + health.refused >= episodes
        });
        let own = health.read();
        settle(url, &health);
        memory.look();
        println!(
            "measured: {operations} operations, {} episodes taken and {} refused",
            own.accepted, own.refused
        );
        memory.judge();
        assert!(own.refused > own.accepted, "it was not silent: {own:?}");
    });
}

#[test]
#[ignore = "long, and of use in a release build on a quiet machine alone; ci/promises.sh large 5"]
fn throughput_while_nothing_is_answered() {
    let rounds = 5 * scale();
    beside_a_server("throughput_while_nothing_is_answered", |url| {
        let mut memory = Memory::before();
        let (_guard, health) = start(url, 64 << 20);
        let time = Duration::from_secs(2);
        let mut work = || {
            let began = Instant::now();
            work(100_000, &mut memory, || began.elapsed() >= time)
        };
        work();
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            tell(url, "answer");
            with.push(work());
            tell(url, "be-silent");
            without.push(work());
        }
        settle(url, &health);
        memory.look();
        let all: u64 = with.iter().chain(&without).sum();
        with.sort_unstable();
        without.sort_unstable();
        let middle = with.len() / 2;
        let own = health.read();
        println!(
            "measured: {all} operations, {:.1} M a second: {:.3} of the throughput with an endpoint that answers; {} of {} episodes lost and counted",
            without[middle] as f64 / time.as_secs_f64() / 1e6,
            without[middle] as f64 / with[middle] as f64,
            own.failed + own.refused,
            own.accepted + own.refused
        );
        memory.judge();
    });
}
