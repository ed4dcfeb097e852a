//! A real Jaeger shows a grow inside the command that paid for it.

use std::net::{SocketAddr, TcpListener};

use serde_json::Value;

use crate::http;
use crate::kv::KvServer;
use crate::process::{Folder, Running, clean, eventually};

/// Jaeger on ports of its own, with everything in memory.
struct Jaeger {
    process: Running,
    _folder: Folder,
    otlp: SocketAddr,
    query: SocketAddr,
}

impl Jaeger {
    fn start() -> Self {
        // Jaeger does not say which port it has got, so it is given ports that were free a moment ago. Should somebody
        // take one in between, it ends, and the next attempt has others.
        const ATTEMPTS: usize = 5;
        let mut ended = String::new();
        for _ in 0..ATTEMPTS {
            let mut jaeger = Self::spawn();
            let ready = eventually("Jaeger to answer", || match jaeger.process.has_ended() {
                Some(words) => Ok(Err(words)),
                None => http::get(jaeger.query, "/api/services").map(|_| Ok(())),
            });
            match ready {
                Ok(()) => return jaeger,
                Err(words) => ended = words,
            }
        }
        panic!("{ATTEMPTS} times, the last of them: {ended}");
    }

    fn spawn() -> Self {
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
        Self {
            process,
            _folder: folder,
            otlp,
            query,
        }
    }

    /// Traces of `service` with a span named `operation`.
    fn traces(&self, service: &str, operation: &str) -> Result<Vec<Value>, String> {
        let path = format!("/api/traces?service={service}&operation={operation}&limit=100&lookback=1h");
        let mut answer: Value = serde_json::from_str(&http::get(self.query, &path)?).map_err(|e| e.to_string())?;
        match answer["data"].take() {
            Value::Array(traces) => Ok(traces),
            _ => Err(answer.to_string()),
        }
    }
}

/// All are held until all are known, so they differ.
fn free_addresses<const N: usize>() -> [SocketAddr; N] {
    let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("it is bound"))
}

#[test]
#[ignore = "needs Jaeger; ci/e2e.sh runs it"]
fn a_grow_is_a_child_of_the_command_that_paid_for_it() {
    let jaeger = Jaeger::start();
    let server = KvServer::start_with(|command| {
        command.args(["--otlp", &format!("http://{}", jaeger.otlp)]);
        // No span of a command may be lost: their exporter's own queue is shorter than this load.
        command.env("OTEL_BSP_MAX_QUEUE_SIZE", "65536");
    });
    let mut client = server.connect();
    // Grows of a table are timed from 28 entries on: there are at least five of them.
    for n in 0..1_000 {
        assert_eq!(client.ask(&["SET", &format!("key:{n}"), "v"]), "+OK");
    }
    drop(client);
    // Everything is sent by the end of the program.
    server.process.interrupt();

    let (trace, grow, set) = eventually("a grow within a SET", || {
        for trace in jaeger.traces("kv_server", "map.grow%20keyspace")? {
            let spans = trace["spans"].as_array().ok_or("no spans")?;
            let named = |name: &str| spans.iter().find(|span| span["operationName"] == name);
            if let (Some(grow), Some(set)) = (named("map.grow keyspace"), named("SET")) {
                return Ok((trace.clone(), grow.clone(), set.clone()));
            }
        }
        Err("there is none yet".to_owned())
    });
    let parent = &grow["references"][0];
    assert_eq!(
        (&parent["refType"], &parent["spanID"]),
        (&Value::from("CHILD_OF"), &set["spanID"]),
        "{trace:#}"
    );
    // Within its parent's time too; Jaeger cuts to microseconds.
    let (start, duration) = (|span: &Value| span["startTime"].as_u64().expect("a time"), "duration");
    let end = |span: &Value| start(span) + span[duration].as_u64().expect("a duration");
    assert!(start(&set) <= start(&grow) && end(&grow) <= end(&set) + 1, "{trace:#}");
    let tags = grow["tags"].as_array().expect("tags");
    let has = |key: &str, value: Value| tags.iter().any(|tag| tag["key"] == key && tag["value"] == value);
    assert!(
        has("map.name", "keyspace".into()) && has("code.file.path", "examples/kv_server/db.rs".into()),
        "{trace:#}"
    );
}

#[test]
#[ignore = "needs the examples; ci/e2e.sh runs it"]
fn an_endpoint_that_is_not_there_costs_nothing_but_its_spans() {
    let [nobody] = free_addresses();
    let server = KvServer::start_with(|command| {
        command.args(["--otlp", &format!("http://{nobody}")]);
    });
    let mut client = server.connect();
    let sets = (0..10_000).map(|n| vec!["SET".to_owned(), format!("key:{n}"), "v".to_owned()]);
    assert!(client.pipeline(sets).iter().all(|reply| reply == "+OK"));
    assert_eq!(server.metric("map_entries", &[("map", "keyspace")]), 10_000);
    drop(client);
    let said = server.process.interrupt();
    assert!(
        said.lines().any(|line| line.starts_with("keyspace")),
        "the report comes all the same:\n{said}"
    );
}
