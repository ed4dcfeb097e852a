//! An OTLP endpoint that is away for long: with a spool that costs nothing but delay.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::metrics::v1::metric;

use crate::process::{Folder, PATIENCE, eventually};
use crate::sink::has_all;
use crate::sink::server::Server;
use crate::worker::Worker;

/// How long the endpoint is away, in seconds.
const SECONDS: &str = "MAPTRACE_OUTAGE_SECONDS";
/// In a run of all tests.
const SHORT: Duration = Duration::from_secs(10);

#[test]
#[ignore = "needs the examples; ci/e2e.sh and ci/outage.sh run it"]
fn an_outage_costs_nothing_but_delay() {
    let away = std::env::var(SECONDS).map_or(SHORT, |seconds| {
        let seconds = seconds
            .parse()
            .unwrap_or_else(|_| panic!("{SECONDS}={seconds} is no number of seconds"));
        Duration::from_secs(seconds)
    });
    let spool = Folder::new("outage");
    // Nobody else takes a port of this address while it is away.
    let id = std::process::id().to_be_bytes();
    let mut server = Server::start_at(IpAddr::V4(Ipv4Addr::new(127, id[1] | 1, id[2], id[3] | 1)));
    let mut worker = Worker::start(&server.url(), |command| {
        // 1,250 jobs a second and 17 spans. An hour of them has room in a spool of the default size.
        command.args(["--busy", "400"]);
        command.env("MAPTRACE_SPOOL", spool.path());
        command.env("MAPTRACE_RING_BYTES", "8m");
        // What applications have.
        for name in ["OTEL_BSP_SCHEDULE_DELAY", "MAPTRACE_INTERVAL"] {
            command.env_remove(name);
        }
        command.env("OTEL_METRIC_EXPORT_INTERVAL", "10000");
    });
    eventually("spans to arrive", || match worker.work(0).exporter("exported") {
        0 => Err("none has".to_owned()),
        _ => Ok(()),
    });
    let healthy = away / 120;
    let before = Cost::of(&worker, spool.path());
    thread::sleep(healthy);
    let gone = Cost::of(&worker, spool.path());
    say("there", healthy, &before, &gone);
    server.go_away();
    let connections = server.connections();
    let since = Instant::now();
    eventually("something to wait in the spool", || {
        match worker.work(0).exporter("spooled") {
            0 => Err("nothing does".to_owned()),
            _ => Ok(()),
        }
    });

    let mut largest = 0;
    while let Some(left) = away.checked_sub(since.elapsed()).filter(|left| !left.is_zero()) {
        thread::sleep(left.min(Duration::from_secs(10)));
        largest = largest.max(Cost::of(&worker, spool.path()).resident);
    }
    let (back, account) = (Cost::of(&worker, spool.path()), worker.work(0));
    say("away", since.elapsed(), &gone, &back);
    println!(
        "  largest resident set {largest} kB; {} files with {} spans wait: {account:?}",
        back.files,
        account.exporter("spooled")
    );
    // Nobody listened.
    assert_eq!(server.connections(), connections);
    assert_eq!(
        account.exporter("failed") + account.exporter("refused"),
        0,
        "{account:?}"
    );

    server.come_back();
    let since = Instant::now();
    // It takes the longer the more there is.
    let mut patience = PATIENCE + away / 10;
    let account = loop {
        let account = worker.work(0);
        if account.exporter("spooled") == 0 {
            break account;
        }
        let pause = Duration::from_millis(50);
        patience = patience
            .checked_sub(pause)
            .unwrap_or_else(|| panic!("it does not catch up: {account:?}"));
        thread::sleep(pause);
    };
    println!(
        "all spans had arrived {:.1} s after it came back: {account:?}",
        since.elapsed().as_secs_f64()
    );
    eventually("the spool to be empty", || match Cost::of(&worker, spool.path()) {
        Cost { spool: 0, .. } => Ok(()),
        Cost { files, spool, .. } => Err(format!("{spool} bytes in {files} files")),
    });
    println!("and all else after {:.1} s", since.elapsed().as_secs_f64());
    let caught_up = Cost::of(&worker, spool.path());
    say("catching up", since.elapsed(), &back, &caught_up);

    let account = worker.end();
    let copies = has_all(&server, &account);
    // Each push is there, also those of the time when nobody listened.
    let pushes: Vec<u64> = moments(&server);
    let distinct = pushes.iter().collect::<HashSet<_>>().len();
    assert_eq!(
        distinct as u64,
        account.exporter("metric_pushes") + account.exporter("metric_pushes_spooled"),
        "{account:?}"
    );
    assert_eq!(account.exporter("metric_pushes_failed"), 0, "{account:?}");
    println!(
        "{} spans and {distinct} pushes of metrics, {copies} spans and {} pushes once more: {account:?}",
        account.exporter("accepted"),
        pushes.len() - distinct
    );
}

/// The times of all pushes, in the order in which they came.
fn moments(server: &Server) -> Vec<u64> {
    let metrics = server.metrics();
    let assigns = metrics.iter().filter(|metric| metric.name == "map.assign");
    assigns
        .map(|assign| match &assign.data {
            Some(metric::Data::Sum(sum)) => sum.data_points[0].time_unix_nano,
            _ => panic!("{assign:?}"),
        })
        .collect()
}

/// What the worker has taken by now.
struct Cost {
    /// CPU time in nanoseconds, by the names of threads.
    threads: BTreeMap<String, u64>,
    /// Its memory, in kB.
    resident: u64,
    files: u64,
    /// What is on disk, in bytes.
    spool: u64,
}

impl Cost {
    fn of(worker: &Worker, spool: &Path) -> Self {
        let process = Path::new("/proc").join(worker.id().to_string());
        let mut threads = BTreeMap::new();
        for task in fs::read_dir(process.join("task")).expect("its threads").flatten() {
            // A thread may end meanwhile.
            let read = |name| fs::read_to_string(task.path().join(name)).ok();
            if let (Some(name), Some(times)) = (read("comm"), read("schedstat")) {
                let time: u64 = times
                    .split(' ')
                    .next()
                    .and_then(|time| time.parse().ok())
                    .expect("a time");
                *threads.entry(name.trim_end().to_owned()).or_default() += time;
            }
        }
        let status = fs::read_to_string(process.join("status")).expect("its status");
        let resident = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .expect("its memory");
        let resident = resident.trim().trim_end_matches(" kB").parse().expect("a number");
        let (files, bytes) = contents(spool);
        Self {
            threads,
            resident,
            files,
            spool: bytes,
        }
    }
}

/// How many files hold something, and how much that is.
fn contents(folder: &Path) -> (u64, u64) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.fold((0, 0), |(files, bytes), entry| {
        // It may be gone by now.
        let Ok(data) = entry.metadata() else {
            return (files, bytes);
        };
        let (more, its) = match data.is_dir() {
            true => contents(&entry.path()),
            false => (u64::from(data.len() > 0), data.len()),
        };
        (files + more, bytes + its)
    })
}

fn say(what: &str, time: Duration, from: &Cost, to: &Cost) {
    println!(
        "{what}, {:.1} s: spool {} bytes, resident {} kB, CPU:",
        time.as_secs_f64(),
        to.spool,
        to.resident
    );
    for (name, &ended) in &to.threads {
        let used = ended - from.threads.get(name).copied().unwrap_or_default();
        let seconds = used as f64 / 1e9;
        println!(
            "  {name}: {seconds:.3} s, {:.3} %",
            100.0 * seconds / time.as_secs_f64().max(1e-9)
        );
    }
}
