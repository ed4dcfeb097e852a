//! A real Jaeger shows an episode inside the request that paid for it.
//!
//! Needs the `jaeger` program, version 2: its path in `MAPTRACE_TEST_JAEGER`, or itself on `PATH`.
#![cfg(feature = "tracing")]

#[path = "support/episodes.rs"]
mod episodes;

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use maptrace_otel::{ContextLayer, Otlp};
use maptrace_runtime::{Sink, context};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use prost::Message;
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

/// Jaeger starts within seconds; a busy machine gets more.
const PATIENCE: Duration = Duration::from_secs(120);

struct Jaeger {
    process: Child,
    directory: Directory,
    otlp: SocketAddr,
    query: SocketAddr,
}

impl Jaeger {
    fn start() -> Self {
        let program = std::env::var_os("MAPTRACE_TEST_JAEGER").unwrap_or_else(|| "jaeger".into());
        let directory = Directory::create();
        let [otlp, query, grpc] = free_ports();
        let config = directory.0.join("jaeger.yaml");
        std::fs::write(&config, configuration(otlp, query, grpc)).expect("a configuration");
        let log = std::fs::File::create(directory.0.join("jaeger.log")).expect("a log");
        let process = Command::new(&program)
            .arg("--config")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "cannot start Jaeger as {program:?}: {error}; \
                     set MAPTRACE_TEST_JAEGER to the path of the program `jaeger`, version 2"
                )
            });
        let mut jaeger = Self {
            process,
            directory,
            otlp,
            query,
        };
        jaeger.eventually("to listen", |jaeger| {
            TcpStream::connect(jaeger.otlp).ok()?;
            jaeger.get("/api/services")
        });
        jaeger
    }

    /// Asks again and again until there is an answer.
    fn eventually<T>(&mut self, what: &str, mut ask: impl FnMut(&Self) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(answer) = ask(self) {
                return answer;
            }
            let ended = self.process.try_wait().expect("Jaeger's state");
            if ended.is_some() || Instant::now() > deadline {
                let log = std::fs::read_to_string(self.directory.0.join("jaeger.log")).unwrap_or_default();
                panic!("waited for Jaeger {what}; it ended: {ended:?}; its log:\n{log}");
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
    }

    /// A page of the query API; `None` while there is none.
    fn get(&self, path: &str) -> Option<Value> {
        let request = format!("GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.query);
        let answer = exchange(self.query, request.as_bytes())?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        head.split(' ').nth(1).filter(|status| *status == "200")?;
        Some(serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}")))
    }
}

impl Drop for Jaeger {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A directory that goes away with the test.
struct Directory(PathBuf);

impl Directory {
    fn create() -> Self {
        let path = std::env::temp_dir().join(format!("maptrace-jaeger-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // What is left in a temporary directory is no failure of this test.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn exchange(address: SocketAddr, request: &[u8]) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    stream.write_all(request).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// Ports that were free a moment ago; all are held until all are known, so they differ.
fn free_ports<const N: usize>() -> [SocketAddr; N] {
    let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
    listeners.map(|listener| listener.local_addr().expect("an address"))
}

fn configuration(otlp: SocketAddr, query: SocketAddr, grpc: SocketAddr) -> String {
    format!(
        "service:
  extensions: [jaeger_storage, jaeger_query]
  pipelines:
    traces: {{receivers: [otlp], exporters: [jaeger_storage_exporter]}}
  telemetry:
    metrics: {{level: none}}
    logs: {{level: info}}
extensions:
  jaeger_storage:
    backends:
      kept: {{memory: {{max_traces: 1000}}}}
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
    )
}

/// Sends the application's own spans, as its OTLP exporter would.
fn send_requests_spans(jaeger: &Jaeger, provider: &SdkTracerProvider, spans: &InMemorySpanExporter) {
    provider.force_flush().expect("a flush");
    let resource = Resource::builder_empty().with_service_name("shop").build();
    let finished = spans.get_finished_spans().expect("spans");
    let message = ExportTraceServiceRequest {
        resource_spans: group_spans_by_resource_and_scope(finished, &ResourceAttributesWithSchema::from(&resource)),
    };
    let body = message.encode_to_vec();
    let mut request = format!(
        "POST /v1/traces HTTP/1.0\r\nHost: {}\r\nContent-Type: application/x-protobuf\r\nContent-Length: {}\r\n\r\n",
        jaeger.otlp,
        body.len()
    )
    .into_bytes();
    request.extend(body);
    let mut stream = TcpStream::connect(jaeger.otlp).expect("a connection");
    stream.write_all(&request).expect("a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    assert!(
        answer.starts_with(b"HTTP/1.0 200"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
}

#[test]
#[ignore = "needs Jaeger; ci/e2e.sh runs it"]
fn jaeger_shows_a_grow_inside_its_request() {
    let mut jaeger = Jaeger::start();

    let spans = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
    let subscriber = tracing_subscriber::registry()
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("shop")))
        .with(ContextLayer::new());
    let (mut exporter, warnings) = Otlp::builder()
        .endpoint(format!("http://{}", jaeger.otlp))
        .service_name("shop")
        .build_with(|_| None)
        .expect("an exporter");
    assert_eq!(warnings, [""; 0]);
    let health = exporter.health();

    let parent = tracing::subscriber::with_default(subscriber, || {
        let _request = tracing::info_span!("request").entered();
        let _command = tracing::info_span!("command").entered();
        let mut grow = episodes::episode(episodes::grow());
        // Jaeger hides what is too old, so this happens now, at a full microsecond, which is all that its API shows.
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .expect("a clock after 1970");
        let micros = u64::try_from(now.as_micros()).expect("a clock before 2554");
        grow.start = SystemTime::UNIX_EPOCH + Duration::from_micros(micros);
        grow.duration = Some(Duration::from_micros(117_001));
        grow.context = context::current();
        assert!(exporter.episode(&grow));
        (grow.context.expect("a context"), micros)
    });
    let (parent, start) = parent;
    send_requests_spans(&jaeger, &provider, &spans);
    assert_eq!(exporter.shutdown(Instant::now() + PATIENCE), 0, "{:?}", health.read());
    assert_eq!(health.read().exported, 1);

    let path = format!("/api/traces/{}", hex(&parent.trace_id));
    let found = jaeger.eventually("to have the trace", |jaeger| {
        let trace = jaeger.get(&path)?["data"][0]["spans"].as_array()?.clone();
        (trace.len() == 3).then_some(trace)
    });
    let named = |name: &str| {
        let span = found.iter().find(|span| span["operationName"] == name);
        span.unwrap_or_else(|| panic!("no {name} in {found:?}"))
    };
    let (request, command, grow) = (named("request"), named("command"), named("map.grow sessions"));
    let is_child = |child: &Value, parent: &Value| {
        let reference = &child["references"][0];
        assert_eq!(
            (&reference["refType"], &reference["spanID"]),
            (&Value::from("CHILD_OF"), &parent["spanID"])
        );
        assert_eq!(reference["traceID"], parent["traceID"]);
    };
    is_child(command, request);
    is_child(grow, command);
    assert_eq!(command["spanID"], hex(&parent.span_id));
    assert_eq!(
        (&grow["startTime"], &grow["duration"]),
        (&start.into(), &117_001.into())
    );
    let tags = grow["tags"].as_array().expect("tags");
    for (key, value) in [
        ("map.name", Value::from("sessions")),
        ("map.type", "string_int".into()),
        ("map.capacity.old", 1_835_008.into()),
        ("map.capacity.new", 3_670_016.into()),
        ("code.file.path", "src/shop.rs".into()),
        ("code.line.number", 7.into()),
    ] {
        assert!(
            tags.iter().any(|tag| tag["key"] == key && tag["value"] == value),
            "no {key}={value} in {tags:?}"
        );
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}
