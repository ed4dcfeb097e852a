//! What a push of metrics costs, by the way it takes: CPU time of the exporter's thread, in the kernel as well.
//!
//! `ci/bench_push.sh` starts an OpenTelemetry Collector and runs this with its addresses, OTLP over HTTP and over gRPC.
//! Printed are medians of rounds, in which all ways take turns with the same numbers, and their ratios to plain HTTP of
//! the same round. Every count changes from push to push.

use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use maptrace_otel::{Otlp, OtlpExporter};
use maptrace_runtime::{Kind, MapSnapshot, Sink, SiteInfo, Snapshot};

const ROUNDS: usize = 11;
/// Pushes of one way in a round.
const PUSHES: u64 = 5;
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    // `cargo bench` adds a flag of its own.
    let urls: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let [http, grpc] = &urls[..] else {
        eprintln!("push: run ci/bench_push.sh, or give the URLs of OTLP over HTTP and over gRPC");
        std::process::exit(2);
    };
    // The near end of a connection is in use, and nobody listens there.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = TcpStream::connect(listener.local_addr().expect("an address")).expect("a connection");
    let nobody = format!("http://{}", taken.local_addr().expect("an address"));
    let folder = tempfile::tempdir().expect("a folder");
    let spool = |name: &str| folder.path().join(name);

    println!("{:>6}  {:<28} {:>12} {:>8}", "sites", "", "CPU a push", "ratio");
    for sites in [100, 1_000] {
        let mut ways = [
            ("plain", Way::start(http, |otlp| otlp)),
            ("gzip", Way::start(http, |otlp| otlp.gzip(true))),
            ("gRPC", Way::start(grpc, |otlp| otlp.grpc(true))),
            ("gRPC, gzip", Way::start(grpc, |otlp| otlp.grpc(true).gzip(true))),
            (
                "with a spool",
                Way::start(http, |otlp| otlp.spool(spool("there"), 1 << 30)),
            ),
            (
                "into the spool, server away",
                Way::start(&nobody, |otlp| otlp.spool(spool("away"), 1 << 30)),
            ),
        ];
        let mut now = Numbers::new(sites);
        // The first push of each makes connections, buffers and rows.
        for (_, way) in &mut ways {
            way.push(&now.next());
        }
        let mut rounds = vec![Vec::new(); ways.len()];
        for _ in 0..ROUNDS {
            let snapshots: Vec<_> = (0..PUSHES).map(|_| now.next()).collect();
            for ((_, way), rounds) in ways.iter_mut().zip(&mut rounds) {
                let before = way.cpu();
                snapshots.iter().for_each(|snapshot| way.push(snapshot));
                rounds.push((way.cpu() - before) as f64 / PUSHES as f64);
            }
        }
        let plain = rounds[0].clone();
        for (((name, way), rounds), index) in ways.iter_mut().zip(&rounds).zip(0..) {
            let ratios = rounds.iter().zip(&plain).map(|(one, plain)| one / plain).collect();
            println!(
                "{sites:>6}  {name:<28} {:>9.0} us {:>8.2}",
                median(rounds.clone()) / 1e3,
                median(ratios)
            );
            way.has_pushed(index == 5);
        }
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// An exporter and its thread.
struct Way {
    exporter: OtlpExporter,
    /// Where the kernel says how long the thread ran.
    account: String,
    pushes: u64,
}

impl Way {
    fn start(url: &str, also: impl FnOnce(Otlp) -> Otlp) -> Self {
        let threads = || -> Vec<String> {
            let tasks = std::fs::read_dir("/proc/self/task").expect("Linux");
            tasks
                .map(|task| task.expect("a task").path().display().to_string())
                .collect()
        };
        let before = threads();
        let otlp = also(Otlp::builder().endpoint(url).service_name("push").timeout(PATIENCE));
        let (exporter, warnings) = otlp.build_with(|_| None).expect("an exporter");
        assert_eq!(warnings, [""; 0]);
        // It starts with the first thing to send.
        let mut way = Self {
            exporter,
            account: String::new(),
            pushes: 0,
        };
        way.push(&Numbers::new(1).next());
        let is_its = |task: &String| {
            let name = std::fs::read_to_string(format!("{task}/comm")).unwrap_or_default();
            !before.contains(task) && name.trim() == "maptrace-otlp"
        };
        let own: Vec<String> = threads().into_iter().filter(is_its).collect();
        let [own] = &own[..] else {
            panic!("{own:?} are its threads")
        };
        way.account = format!("{own}/schedstat");
        way
    }

    /// Nanoseconds of CPU time so far.
    fn cpu(&self) -> u64 {
        let account = std::fs::read_to_string(&self.account).expect("it is alive");
        let time = account.split(' ').next().and_then(|time| time.parse().ok());
        time.expect("a number")
    }

    fn push(&mut self, snapshot: &Arc<Snapshot>) {
        self.exporter.snapshot(snapshot);
        assert_eq!(self.exporter.flush(Instant::now() + PATIENCE), 0);
        self.pushes += 1;
    }

    /// What was measured is what was meant.
    fn has_pushed(&self, into_the_spool: bool) {
        let health = self.exporter.health().read();
        let expected = if into_the_spool {
            (0, self.pushes)
        } else {
            (self.pushes, 0)
        };
        assert_eq!(
            (health.metric_pushes, health.metric_pushes_spooled),
            expected,
            "{health:?}"
        );
        assert_eq!(
            (health.metric_pushes_failed, health.metric_points_rejected),
            (0, 0),
            "{health:?}"
        );
    }
}

/// Snapshots of so many busy sites, each later than the one before.
struct Numbers(Snapshot);

impl Numbers {
    fn new(sites: u32) -> Self {
        let mut snapshot = Snapshot::new("push");
        snapshot.maps = (0..sites)
            .map(|number| {
                let mut site = SiteInfo::new(
                    number,
                    format!("service::module::Cache.entries_{number}"),
                    Kind::HashMap,
                );
                site.type_label = "string_int".to_owned();
                MapSnapshot::new(Arc::new(site))
            })
            .collect();
        Self(snapshot)
    }

    fn next(&mut self) -> Arc<Snapshot> {
        self.0.taken_at += Duration::from_secs(1);
        for (map, seed) in self.0.maps.iter_mut().zip(1_u64..) {
            let more = seed * 7 % 1_000 + 1;
            map.created += 1;
            map.live += 1;
            map.totals.assigns_new += 3 * more;
            map.totals.assigns_replaced += more;
            map.totals.deletes_hit += 2 * more;
            map.totals.deletes_miss += more / 3;
            map.entries += more;
            map.capacity = Some(2 * map.entries);
            map.held_bytes = Some(50 * map.entries);
            map.needed_bytes = 40 * map.entries;
            map.largest = map.entries;
            map.grows += 1;
            map.batches += 1;
            map.pauses.record(1_000 * more);
            map.batch_durations.record(700 * more);
            map.batch_sizes.record(more);
        }
        Arc::new(self.0.clone())
    }
}
