//! The OpenTelemetry Collector.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{free_addresses, start};
use crate::process::{Folder, Running, clean};

/// Where log records go.
const LOGS: &str = "logs.json";

/// The Collector on ports of its own.
pub(crate) struct Collector {
    process: Option<Running>,
    folder: Folder,
    configs: Vec<PathBuf>,
    ports: Ports,
}

/// Where it is to be reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    /// OTLP over HTTP.
    pub(crate) otlp: SocketAddr,
    /// The page for Prometheus.
    pub(crate) page: SocketAddr,
    /// The same about itself.
    pub(crate) own: SocketAddr,
}

impl Collector {
    /// Starts it with the text that `config` makes for its ports and its folder.
    pub(crate) fn start(config: impl Fn(Ports, &Path) -> String) -> Self {
        let spawn = || {
            let [otlp, page, own] = free_addresses();
            let ports = Ports { otlp, page, own };
            let folder = Folder::new("collector");
            let about_itself = format!(
                "service:
  telemetry:
    metrics:
      level: detailed
      readers: [{{pull: {{exporter: {{prometheus: {{host: \"{}\", port: {}}}}}}}}}]
",
                own.ip(),
                own.port()
            );
            let configs = vec![
                folder.write("pipelines.yaml", &config(ports, folder.path())),
                folder.write("itself.yaml", &about_itself),
            ];
            (spawn(&configs), (folder, configs, ports))
        };
        let (process, (folder, configs, ports)) =
            start("the Collector to be ready", spawn, |process, _| is_ready(process));
        Self {
            process: Some(process),
            folder,
            configs,
            ports,
        }
    }

    /// One that hands spans on to `traces`, shows metrics on its page and writes [log records](Self::records) into a file.
    /// It keeps nothing of its own: what it has confirmed has arrived.
    pub(crate) fn before(traces: SocketAddr) -> Self {
        Self::start(|ports, folder| {
            format!(
                "receivers:
  otlp: {{protocols: {{http: {{endpoint: \"{}\"}}}}}}
exporters:
  otlp_http: {{endpoint: \"http://{traces}\", sending_queue: {{enabled: false}}, retry_on_failure: {{enabled: false}}}}
  prometheus: {{endpoint: \"{}\"}}
  # With `rotation` it writes at once.
  file: {{path: \"{}\", rotation: {{}}}}
service:
  pipelines:
    traces: {{receivers: [otlp], exporters: [otlp_http]}}
    metrics: {{receivers: [otlp], exporters: [prometheus]}}
    logs: {{receivers: [otlp], exporters: [file]}}
",
                ports.otlp,
                ports.page,
                folder.join(LOGS).display()
            )
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.ports.otlp)
    }

    /// Where it shows metrics.
    pub(crate) fn page(&self) -> SocketAddr {
        self.ports.page
    }

    /// Where it shows what it says of itself.
    pub(crate) fn own_page(&self) -> SocketAddr {
        self.ports.own
    }

    /// The log records that it has been sent, as OTLP's JSON has them.
    pub(crate) fn records(&self) -> Vec<Value> {
        let lines = fs::read_to_string(self.folder.path().join(LOGS)).unwrap_or_default();
        // The last line may be a part of one.
        let requests = lines
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut records = Vec::new();
        for request in requests {
            for scope in list(&request["resourceLogs"])
                .iter()
                .flat_map(|resource| list(&resource["scopeLogs"]))
            {
                records.extend(list(&scope["logRecords"]).iter().cloned());
            }
        }
        records
    }

    /// Ends it at once, in the midst of whatever it does.
    pub(crate) fn kill(&mut self) {
        drop(self.process.take().expect("it runs"));
    }

    /// Lets it finish the requests that it has begun to answer.
    pub(crate) fn terminate(&mut self) {
        self.process.take().expect("it runs").terminate();
    }

    /// Starts it again, where it was.
    pub(crate) fn start_again(&mut self) {
        assert!(self.process.is_none(), "it runs");
        // Whoever has taken one of its ports meanwhile has it for a moment only.
        let (process, ()) = start(
            "the Collector to be ready again",
            || (spawn(&self.configs), ()),
            |process, ()| is_ready(process),
        );
        self.process = Some(process);
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn spawn(configs: &[PathBuf]) -> Running {
    let program = std::env::var_os("MAPTRACE_TEST_COLLECTOR").unwrap_or_else(|| "collector".into());
    let mut command = clean(program);
    for config in configs {
        command.arg(format!("--config=file:{}", config.display()));
    }
    Running::start(&mut command)
}

fn is_ready(process: &mut Running) -> bool {
    process.has_said("Everything is ready")
}
