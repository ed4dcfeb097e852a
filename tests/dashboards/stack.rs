//! The files as they are written, and the programs that read them.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::http;
use crate::kv::KvServer;
use crate::process::{Folder, Running, clean, eventually, run};
use crate::provoke::{Provoker, Work};

/// Windows of seconds, so that nobody waits for hours. Thresholds are as always but where a small map would not do.
const PARAMETERS: &[&str] = &[
    "window=5s",
    "growth.window=6s",
    "rehash.rate=0.01",
    "rehash.paused=0.0001",
    "rehash.for=2s",
    "deletes.history=30s",
    "deletes.for=1s",
    "waste.bytes=500000",
    "waste.for=3s",
    "tombstones.share=0.1",
    "tombstones.for=3s",
    "lost.for=2s",
    "failing.for=2s",
    "silent.history=2m",
    "silent.for=2s",
];

pub(crate) struct Stack {
    pub(crate) files: Folder,
    pub(crate) prometheus: Prometheus,
    _collector: Running,
    jaeger: Jaeger,
    /// Sends OTLP to the Collector.
    pushing: KvServer,
    /// Its rings are too small.
    /// Sends OTLP to nobody.
    failing: KvServer,
    /// Ends when trouble begins.
    gone: Mutex<Option<KvServer>>,
}

impl Stack {
    /// Generates the files and starts what they are for.
    pub(crate) fn start(provoker: &Provoker) -> Self {
        let files = Folder::new("dashboards");
        let report = files.write("maps.json", ELSEWHERE);
        let mut generate = program();
        generate.args(["dashboards", "--out"]).arg(files.path());
        generate.args(["--from", &format!("http://{}/maps.json", provoker.page)]);
        generate.arg("--from").arg(&report);
        for parameter in PARAMETERS {
            generate.args(["--set", parameter]);
        }
        run(&mut generate);

        let jaeger = Jaeger::start(files.path());
        let (collector, otlp, metrics) = collector(files.path(), jaeger.otlp);
        let pushing = KvServer::start_with(|command| {
            command.args(["--otlp", &format!("http://{otlp}")]);
            command.envs([
                ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
                ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ]);
            command.env("MAPTRACE_SPOOL", files.path().join("spool"));
        });
        let failing = KvServer::start_with(|command| {
            // Nobody can listen there.
            command.args(["--otlp", "http://127.0.0.1:1"]);
            command.envs([
                ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
                ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ]);
            command.env("OTEL_EXPORTER_OTLP_TIMEOUT", "300");
        });
        let gone = KvServer::start();
        // Its maps are known once they are used.
        gone.connect().ask(&["SET", "key", "value"]);

        let pages = [
            ("provoker", provoker.page),
            ("failing", failing.page),
            ("gone", gone.page),
        ];
        let prometheus = Prometheus::start(files.path(), metrics, &pages);
        Self {
            files,
            prometheus,
            _collector: collector,
            jaeger,
            pushing,
            failing,
            gone: Mutex::new(Some(gone)),
        }
    }

    /// What Jaeger shows a browser first.
    pub(crate) fn page_of_jaeger(&self) -> String {
        http::get(self.jaeger.query, "/").expect("an answer")
    }

    /// A trace with a span of that name, if it has one.
    pub(crate) fn has_span(&self, trace: &str, name: &str) -> Result<Value, String> {
        let answer = http::get(self.jaeger.query, &format!("/api/traces/{trace}"))?;
        let mut answer: Value = serde_json::from_str(&answer).map_err(|error| format!("{error}: {answer}"))?;
        let trace = answer["data"][0].take();
        let spans = trace["spans"].as_array().into_iter().flatten();
        let names: Vec<_> = spans.filter_map(|span| span["operationName"].as_str()).collect();
        if names.iter().any(|found| found.starts_with(name)) {
            Ok(trace)
        } else {
            Err(format!("only {names:?}"))
        }
    }

    /// A trace with a span of that name: one that an exemplar leads to.
    pub(crate) fn trace_with(&self, name: &str) -> Value {
        eventually("an exemplar that leads to its trace", || {
            let pauses = r#"map_grow_duration_seconds_bucket{job="kv_server",map="keyspace"}"#;
            let traces = self.prometheus.exemplars(pauses)?;
            let mut states = traces.iter().map(|trace| self.has_span(trace, name));
            states
                .find(Result::is_ok)
                .unwrap_or_else(|| Err(format!("none of {traces:?}")))
        })
    }

    /// Keeps the programs busy, and ends the one that is to be gone.
    pub(crate) fn load(&self, work: &mut Work) {
        drop(self.gone.lock().expect("nobody panicked").take());
        for server in [&self.pushing, &self.failing] {
            let mut client = server.connect();
            let mut round = 0_u32;
            work.again(Duration::from_millis(50), move || {
                round += 1;
                // New keys, old ones again, gone ones, and a large map made and cleared.
                let set = |n: u32| vec!["SET".to_owned(), format!("key:{round}:{n}"), "value".to_owned()];
                let again = |n: u32| vec!["SET".to_owned(), format!("key:{round}:{n}"), "other".to_owned()];
                let delete = |n: u32| vec!["DEL".to_owned(), format!("key:{round}:{}", 2 * n)];
                client.pipeline((0..1_500).map(set));
                client.pipeline((0..500).map(again));
                client.pipeline((0..1_000).map(delete));
                if round.is_multiple_of(20) {
                    client.ask(&["FLUSHALL"]);
                }
            });
        }
    }
}

/// A map of a program that does not run.
pub(crate) const ABSENT: &str = "of a program that does not run";

/// The report of that program.
const ELSEWHERE: &str = r#"{"maps":[{"name":"of a program that does not run","type":"int_int","kind":"HashMap",
    "type_name":"u8 -> u8","file":"src/main.rs","line":7,"declared":true}]}"#;

/// The program under test, built in the same profile as this.
pub(crate) fn program() -> Command {
    let test = std::env::current_exe().expect("a path");
    let profile = test.ancestors().nth(2).expect("target/PROFILE/deps/TEST");
    let path = profile.join("maptrace");
    assert!(path.exists(), "{} is not built: run ci/dashboards.sh", path.display());
    clean(path)
}

/// Starts the Collector with the configuration that was written; where it takes OTLP, and where it shows metrics.
fn collector(files: &Path, jaeger: SocketAddr) -> (Running, SocketAddr, SocketAddr) {
    let program = std::env::var_os("MAPTRACE_TEST_COLLECTOR").unwrap_or_else(|| "collector".into());
    let config = files.join("collector/config.yaml");
    run(clean(&program).arg("validate").arg("--config").arg(&config));
    eventually("ports for the Collector", || {
        // Free now, but another program may be quicker: then it ends, and others are tried.
        let free = || TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        let (otlp, metrics) = (free().expect("a port"), free().expect("a port"));
        let mut command = clean(&program);
        command.arg("--config").arg(&config).envs([
            ("OTLP_GRPC_ADDRESS", "127.0.0.1:0".to_owned()),
            ("OTLP_HTTP_ADDRESS", otlp.to_string()),
            ("METRICS_ADDRESS", metrics.to_string()),
            ("JAEGER_ADDRESS", jaeger.to_string()),
        ]);
        let mut running = Running::start(&mut command);
        eventually("the Collector to be ready", || {
            if let Some(end) = running.has_ended() {
                return Ok(Err(end));
            }
            http::get(metrics, "/metrics").map(|_| Ok(()))
        })?;
        Ok((running, otlp, metrics))
    })
}

/// Jaeger as compose.yaml starts it, by its own configuration. That names ports, so it gets an address of its own.
struct Jaeger {
    _process: Running,
    otlp: SocketAddr,
    query: SocketAddr,
}

impl Jaeger {
    fn start(files: &Path) -> Self {
        let program = std::env::var_os("MAPTRACE_TEST_JAEGER").unwrap_or_else(|| "jaeger".into());
        // All of 127.0.0.0/8 is this machine, and no other process has this one's number.
        let [_, a, b, c] = std::process::id().to_be_bytes();
        let host = Ipv4Addr::new(127, a | 128, b, c);
        let address = |port| SocketAddr::from((host, port));
        let (query, grpc, health) = (address(16686), address(16685), address(13132));
        let mut command = clean(program);
        command.env("JAEGER_LISTEN_HOST", host.to_string());
        let page = files.join("jaeger/ui.js");
        command.arg(format!(
            "--set=extensions.jaeger_query.ui.config_file={}",
            page.display()
        ));
        command.arg(format!("--set=extensions.jaeger_query.http.endpoint={query}"));
        command.arg(format!("--set=extensions.jaeger_query.grpc.endpoint={grpc}"));
        command.arg(format!("--set=extensions.healthcheckv2.grpc.endpoint={health}"));
        let mut process = Running::start(&mut command);
        eventually("Jaeger to answer", || {
            if let Some(end) = process.has_ended() {
                panic!("{end}");
            }
            http::get(query, "/api/services")
        });
        Self {
            _process: process,
            otlp: address(4317),
            query,
        }
    }
}

/// A series, and its value now.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) metric: Value,
    pub(crate) value: f64,
}

pub(crate) struct Prometheus {
    _process: Running,
    api: SocketAddr,
}

impl Prometheus {
    /// Starts it with the configuration that was written, but for its intervals and the Collector's address.
    fn start(files: &Path, collector: SocketAddr, pages: &[(&str, SocketAddr)]) -> Self {
        let folder = files.join("prometheus");
        let path = folder.join("prometheus.yml");
        let mut config = std::fs::read_to_string(&path).expect("its configuration");
        for (from, to) in [
            ("scrape_interval: 15s", "scrape_interval: 1s"),
            ("evaluation_interval: 15s", "evaluation_interval: 1s"),
            ("collector:8889", &*collector.to_string()),
        ] {
            assert!(config.contains(from), "{from} is not in {config}");
            config = config.replace(from, to);
        }
        std::fs::write(&path, config).expect("a file in a folder of ours");
        for (job, page) in pages {
            let target = format!("- targets: [\"{page}\"]\n  labels: {{job: {job}}}\n");
            std::fs::write(folder.join(format!("targets/{job}.yml")), target).expect("a file in a folder of ours");
        }
        let mut process = Running::start(
            clean("prometheus")
                .arg(format!("--config.file={}", path.display()))
                .arg(format!("--storage.tsdb.path={}", files.join("data").display()))
                .arg("--web.listen-address=127.0.0.1:0")
                .arg("--enable-feature=exemplar-storage"),
        );
        let api = process.wait_for("where it listens", |line| {
            // Version 2 writes `msg="Listening on" address=…` and no more, version 3 may put other words around it.
            let (_, after) = line.split_once("Listening on")?.1.split_once("address=")?;
            after.split_whitespace().next()?.trim_matches('"').parse().ok()
        });
        Self { _process: process, api }
    }

    pub(crate) fn get(&self, path: &str) -> Result<Value, String> {
        let answer = http::get(self.api, path)?;
        serde_json::from_str(&answer).map_err(|error| format!("{error}: {answer}"))
    }

    /// What a question comes to now.
    pub(crate) fn ask(&self, question: &str) -> Result<Vec<Sample>, String> {
        let mut answer = self.get(&format!("/api/v1/query?query={}", escaped(question)))?;
        let Value::Array(series) = answer["data"]["result"].take() else {
            return Err(answer.to_string());
        };
        let sample = |mut one: Value| {
            let value = one["value"][1].as_str()?.parse().ok()?;
            let metric = one["metric"].take();
            Some(Sample { metric, value })
        };
        Ok(series.into_iter().filter_map(sample).collect())
    }

    pub(crate) fn until(&self, what: &str, mut ask: impl FnMut(&Self) -> Result<(), String>) {
        eventually(what, || ask(self));
    }

    /// Whether a panel with this question would show something: a number at some moment of the last minutes. It may have
    /// to wait for something to happen.
    pub(crate) fn eventually_has_data(&self, question: &str) -> Result<(), String> {
        const PATIENCE: Duration = Duration::from_secs(30);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let now = seconds_since_1970();
            let answer = self.get(&format!(
                "/api/v1/query_range?query={}&start={}&end={now}&step=1",
                escaped(question),
                now - 120
            ))?;
            let series = answer["data"]["result"].as_array().into_iter().flatten();
            let mut values = series.flat_map(|series| series["values"].as_array().into_iter().flatten());
            if values.any(|value| value[1] != "NaN") {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(answer.to_string());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// The values of a label in some series.
    pub(crate) fn values_of(&self, label: &str, series: &str) -> Result<Vec<Value>, String> {
        let answer = self.get(&format!("/api/v1/label/{label}/values?match[]={}", escaped(series)))?;
        Ok(answer["data"].as_array().cloned().unwrap_or_default())
    }

    /// The traces that the series which a question is about lead to.
    pub(crate) fn exemplars(&self, question: &str) -> Result<Vec<String>, String> {
        let now = seconds_since_1970();
        let answer = self.get(&format!(
            "/api/v1/query_exemplars?query={}&start={}&end={}",
            escaped(question),
            now - 3_600,
            now + 60
        ))?;
        let series = answer["data"].as_array().into_iter().flatten();
        let exemplars = series.flat_map(|series| series["exemplars"].as_array().into_iter().flatten());
        // What Grafana's data source is told to look for.
        Ok(exemplars
            .filter_map(|exemplar| exemplar["labels"]["trace_id"].as_str().map(str::to_owned))
            .collect())
    }

    /// For a message: what is pending or firing.
    pub(crate) fn state_of_alerts(&self) -> String {
        match self.ask("ALERTS") {
            Ok(alerts) => format!("{alerts:?}"),
            Err(error) => error,
        }
    }
}

fn seconds_since_1970() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs()
}

/// A question as it stands in a URL.
fn escaped(question: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    question.bytes().map(escape).collect()
}
