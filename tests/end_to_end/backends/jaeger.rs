//! Jaeger.

use std::collections::HashSet;
use std::net::SocketAddr;

use serde_json::Value;

use super::{free_addresses, start};
use crate::http;
use crate::process::{Folder, Running, clean};

/// Jaeger on ports of its own, with everything in memory.
pub(crate) struct Jaeger {
    _process: Running,
    _folder: Folder,
    /// Where it takes OTLP over HTTP.
    pub(crate) otlp: SocketAddr,
    query: SocketAddr,
}

impl Jaeger {
    pub(crate) fn start() -> Self {
        let (process, (folder, otlp, query)) = start("Jaeger to answer", spawn, |_, (_, _, query)| {
            http::get(*query, "/api/services").is_ok()
        });
        Self {
            _process: process,
            _folder: folder,
            otlp,
            query,
        }
    }

    /// Traces of `service` with a grow of `map`.
    pub(crate) fn grows(&self, service: &str, map: &str) -> Result<Vec<Value>, String> {
        let tags = format!("%7B%22map.episode%22:%22grow%22,%22map.name%22:%22{map}%22%7D");
        self.ask(&format!(
            "/api/traces?service={service}&tags={tags}&limit=1000&lookback=1h"
        ))
    }

    /// All spans of `service`, each once.
    pub(crate) fn spans(&self, service: &str) -> Result<Vec<Span>, String> {
        let traces = self.ask(&format!("/api/traces?service={service}&limit=100000&lookback=1h"))?;
        let mut seen = HashSet::new();
        let spans = traces
            .iter()
            .flat_map(|trace| trace["spans"].as_array().into_iter().flatten());
        Ok(spans
            .map(|span| Span(span.clone()))
            .filter(|span| seen.insert(span.id().to_owned()))
            .collect())
    }

    /// The traces on a page of its API.
    pub(crate) fn ask(&self, path: &str) -> Result<Vec<Value>, String> {
        let mut answer: Value = serde_json::from_str(&http::get(self.query, path)?).map_err(|e| e.to_string())?;
        match answer["data"].take() {
            Value::Array(traces) => Ok(traces),
            _ => Err(answer.to_string()),
        }
    }
}

fn spawn() -> (Running, (Folder, SocketAddr, SocketAddr)) {
    let [otlp, query, grpc] = free_addresses();
    let folder = Folder::new("jaeger");
    let config = folder.write(
        "jaeger.yaml",
        &format!(
            "service:
  extensions: [jaeger_storage, jaeger_query]
  pipelines:
    traces: {{receivers: [otlp], exporters: [jaeger_storage_exporter]}}
  telemetry:
    metrics: {{level: none}}
extensions:
  jaeger_storage:
    backends:
      kept: {{memory: {{max_traces: 100000}}}}
  jaeger_query:
    storage: {{traces: kept}}
    http: {{endpoint: \"{query}\"}}
    grpc: {{endpoint: \"{grpc}\"}}
receivers:
  otlp:
    protocols:
      http: {{endpoint: \"{otlp}\"}}
exporters:
  jaeger_storage_exporter: {{trace_storage: kept}}
"
        ),
    );
    let program = std::env::var_os("MAPTRACE_TEST_JAEGER").unwrap_or_else(|| "jaeger".into());
    let process = Running::start(clean(program).arg("--config").arg(config));
    (process, (folder, otlp, query))
}

/// A span as Jaeger's API shows it: its times are in microseconds.
#[derive(Clone, Debug)]
pub(crate) struct Span(pub(crate) Value);

impl Span {
    pub(crate) fn id(&self) -> &str {
        self.0["spanID"].as_str().expect("an id")
    }

    pub(crate) fn name(&self) -> &str {
        self.0["operationName"].as_str().expect("a name")
    }

    /// The id of the span that it is a child of.
    pub(crate) fn parent(&self) -> Option<&str> {
        let references = self.0["references"].as_array()?;
        let parent = references.iter().find(|reference| reference["refType"] == "CHILD_OF")?;
        parent["spanID"].as_str()
    }

    pub(crate) fn start(&self) -> u64 {
        self.0["startTime"].as_u64().expect("a time")
    }

    pub(crate) fn duration(&self) -> u64 {
        self.0["duration"].as_u64().expect("a duration")
    }

    pub(crate) fn tag(&self, key: &str) -> Option<&Value> {
        let tags = self.0["tags"].as_array()?;
        tags.iter().find(|tag| tag["key"] == key).map(|tag| &tag["value"])
    }

    /// Whether it is an episode of that kind, of that map.
    pub(crate) fn is_episode(&self, kind: &str, map: &str) -> bool {
        self.tag("map.episode").is_some_and(|found| found == kind)
            && self.tag("map.name").is_some_and(|found| found == map)
    }

    /// Whether it lies within the other; both were cut to microseconds, each end by itself.
    pub(crate) fn is_within(&self, outer: &Self) -> bool {
        outer.start() <= self.start() && self.start() + self.duration() <= outer.start() + outer.duration() + 1
    }
}
