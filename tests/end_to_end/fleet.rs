//! A fleet of processes and one Collector: docs/fleet.md.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use maptrace::{Kind, MapSnapshot, Sink as _, SiteInfo, Snapshot};
use maptrace_otel::{Otlp, OtlpExporter};

use crate::backends::{Collector, Prometheus};
use crate::http;
use crate::process::{PATIENCE, eventually};
use crate::worker::{Account, Worker, question};

/// What the documentation tells to run, but on ports of its own, and sooner.
fn fleet() -> Collector {
    Collector::start(|ports, _| {
        let mut config = include_str!("../../docs/fleet/collector.yaml").to_owned();
        for (documented, here) in [
            ("127.0.0.1:4318", ports.otlp.to_string().as_str()),
            ("127.0.0.1:8889", &ports.page.to_string()),
            ("timeout: 1s", "timeout: 200ms"),
            ("interval: 150s", "interval: 4s"),
            ("metric_expiration: 160s", "metric_expiration: 7s"),
        ] {
            assert_eq!(config.matches(documented).count(), 1, "{documented}");
            config = config.replace(documented, here);
        }
        config
    })
}

#[test]
#[ignore = "needs the Collector and Prometheus; ci/e2e.sh runs it"]
fn the_sums_of_a_hundred_processes_are_exact_and_one_series_each() {
    const PROCESSES: u32 = 100;
    let collector = fleet();
    let prometheus = Prometheus::reading(collector.page());
    let mut workers: Vec<Worker> = (0..PROCESSES)
        .map(|seed| {
            Worker::start(&collector.url(), |command| {
                command.args(["--seed", &seed.to_string()]);
                // This is about metrics, and there is nobody to take the rest.
                command.env("OTEL_TRACES_EXPORTER", "none");
                command.env("OTEL_LOGS_EXPORTER", "none");
                command.env("OTEL_METRIC_EXPORT_INTERVAL", "1000");
            })
        })
        .collect();

    // Each does something else, all of them at the same time.
    for (worker, rounds) in workers.iter_mut().zip(10..) {
        worker.begin(rounds);
    }
    let accounts: Vec<Account> = workers.iter_mut().map(Worker::account).collect();
    sums_are(&prometheus, &accounts);
    levels_are(&prometheus, &accounts);
    let series = series(&collector);

    // Half of them do more, and end. What they did is still in the sums, and what they held in no level.
    let stay = workers.split_off(workers.len() / 2);
    for worker in &mut workers {
        worker.begin(7);
    }
    workers.iter_mut().for_each(|worker| drop(worker.account()));
    let mut accounts: Vec<Account> = workers.into_iter().map(Worker::end).collect();
    let mut workers = stay;
    accounts.extend(workers.iter_mut().map(|worker| worker.work(3)));
    sums_are(&prometheus, &accounts);
    levels_are(&prometheus, &accounts);

    // And in the end all of them.
    accounts.truncate(accounts.len() - workers.len());
    accounts.extend(workers.into_iter().map(Worker::end));
    sums_are(&prometheus, &accounts);
    assert_eq!(self::series(&collector), series, "as many as there were");
    nothing_was_dropped(&collector);
    all_has_arrived(&accounts);
    println!("{series} series of {PROCESSES} processes");
}

/// A process of which is known what it pushes.
struct Told {
    exporter: OtlpExporter,
    began: SystemTime,
}

impl Told {
    const STALE: Duration = Duration::from_secs(60);

    fn start(collector: &Collector) -> Self {
        let otlp = Otlp::builder().endpoint(collector.url()).service_name("shop");
        let built = otlp.stale_after(Self::STALE).build_with(|_| None);
        let (exporter, warnings) = built.expect("an exporter");
        assert_eq!(warnings, [""; 0]);
        let began = SystemTime::now() - 4 * Self::STALE;
        Self { exporter, began }
    }

    /// Pushes that its map, made once, is there or not with so many entries, so long after it began.
    fn push(&mut self, after: Duration, entries: Option<u64>) {
        let mut site = SiteInfo::new(1, "sessions", Kind::HashMap);
        site.type_label = "int_int".to_owned();
        let mut map = MapSnapshot::new(Arc::new(site));
        (map.created, map.live, map.entries) = (1, u64::from(entries.is_some()), entries.unwrap_or(0));
        map.freed = map.created - map.live;
        let mut snapshot = Snapshot::new("shop");
        (snapshot.started_at, snapshot.taken_at) = (self.began, self.began + after);
        snapshot.maps = vec![map];
        self.exporter.snapshot(&Arc::new(snapshot));
        assert_eq!(self.exporter.flush(Instant::now() + PATIENCE), 0);
    }

    fn has_told_all(&self, pushes: u64) {
        let health = self.exporter.health().read();
        assert_eq!(
            (health.metric_pushes, health.metric_pushes_failed),
            (pushes, 0),
            "{health:?}"
        );
    }
}

#[test]
#[ignore = "needs the Collector and Prometheus; ci/e2e.sh runs it"]
fn a_map_that_is_gone_in_one_process_does_not_hide_those_of_others() {
    let collector = fleet();
    let prometheus = Prometheus::reading(collector.page());
    let entries = r#"map_entries{map="sessions"}"#;
    let [mut goes, mut stays] = [(); 2].map(|()| Told::start(&collector));
    goes.push(Told::STALE, Some(5));
    stays.push(Told::STALE, Some(10));
    prometheus.comes_to(entries, 15);
    goes.push(Told::STALE, None);
    // That there is no value any more, together with a new one of the other.
    goes.push(3 * Told::STALE, None);
    stays.push(3 * Told::STALE, Some(11));
    prometheus.comes_to(entries, 11);
    goes.has_told_all(3);
    stays.has_told_all(2);
}

/// No push of them has failed.
fn all_has_arrived(accounts: &[Account]) {
    for account in accounts {
        assert_eq!(account.exporter("metric_pushes_failed"), 0, "{account:?}");
    }
}

/// What only grows is the sum of what all have counted, in one series.
fn sums_are(prometheus: &Prometheus, accounts: &[Account]) {
    let first = accounts.first().expect("a process");
    for (index, (map, instrument, result, _)) in first.instruments().enumerate() {
        let sum: u64 = accounts
            .iter()
            .map(|account| account.instruments().nth(index).expect("as the first").3)
            .sum();
        prometheus.comes_to(&question(map, instrument, result), sum);
    }
    // Each has its time, unlike that of a map which begins with no table: the worker's have room for 28 from the start, and a
    // grow of that many is timed whether the map was young or not, and told even if its event is lost.
    let grows: u64 = accounts.iter().map(|account| account.of("results", "grows")).sum();
    prometheus.comes_to(r#"map_grow_duration_seconds_count{map="results"}"#, grows);
    prometheus.comes_to(r#"map_grow_duration_seconds_bucket{map="results",le="+Inf"}"#, grows);
}

/// What goes up and down is the sum of what those have who are there.
fn levels_are(prometheus: &Prometheus, accounts: &[Account]) {
    for map in ["done", "owners"] {
        let sum = |what: &dyn Fn(&Account) -> u64| accounts.iter().map(what).sum::<u64>();
        prometheus.comes_to(
            &format!(r#"map_entries{{map="{map}"}}"#),
            sum(&|account| account.of(map, "entries")),
        );
        let live = sum(&|account| account.of(map, "created") - account.of(map, "freed"));
        prometheus.comes_to(&format!(r#"map_instances{{map="{map}"}}"#), live);
    }
    let largest = accounts
        .iter()
        .map(|account| account.of("done", "entries"))
        .max()
        .expect("a process");
    eventually("the largest", || {
        // It has seen more than is there now, if it was cleared.
        match &prometheus.ask(r#"map_entries_largest{map="done"}"#)?[..] {
            [(_, found)] if found.parse::<u64>().is_ok_and(|found| found >= largest) => Ok(()),
            found => Err(format!("not {largest} but {found:?}")),
        }
    });
}

/// How many series of counters the Collector shows, however many processes there are.
fn series(collector: &Collector) -> usize {
    let page = http::get(collector.page(), "/metrics").expect("its page");
    let series: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("map_") && line.contains("_total{"))
        .collect();
    assert!(series.iter().all(|line| !line.contains("instance=")), "{page}");
    assert!(!series.is_empty(), "{page}");
    series.len()
}

/// The Collector itself says that it has added up all that it was given: what it leaves out it counts as an error.
fn nothing_was_dropped(collector: &Collector) {
    let page = http::get(collector.own_page(), "/metrics").expect("what it says of itself");
    let points = |line: &&str| line.starts_with("otelcol_deltatocumulative_datapoints");
    let (good, bad): (Vec<&str>, Vec<&str>) = page.lines().filter(points).partition(|line| !line.contains("error=\""));
    assert!(!good.is_empty() && bad.is_empty(), "{page}");
}
