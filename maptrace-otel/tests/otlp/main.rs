//! The exporter against a server that decodes and counts everything, or misbehaves.

#[path = "../../../maptrace-runtime/tests/support/alone.rs"]
mod alone;
#[path = "../../../maptrace-runtime/tests/support/canaries.rs"]
mod canaries;
#[cfg(feature = "tracing")]
#[path = "../support/contexts.rs"]
mod contexts;
#[path = "../support/episodes.rs"]
mod episodes;
#[path = "../support/notices.rs"]
mod notices;
#[path = "../support/snapshots.rs"]
mod snapshots;

mod accounts;
#[cfg(all(feature = "grpc", feature = "tls"))]
mod collector;
#[cfg(feature = "tracing")]
mod events;
mod faults;
#[cfg(feature = "grpc")]
mod grpc;
#[cfg(feature = "grpc")]
mod grpc_server;
#[cfg(feature = "gzip")]
mod gzip;
#[cfg(feature = "tracing")]
mod layer;
mod logs;
mod metrics;
#[cfg(target_os = "linux")]
mod outage;
mod privacy;
mod process;
#[cfg(feature = "sdk")]
mod sdk;
mod server;
mod spans;
#[cfg(feature = "spool")]
mod spool;
#[cfg(feature = "tls")]
mod tls;

use std::time::{Duration, Instant};

use maptrace_otel::{HealthReader, Otlp, OtlpExporter};

/// Longer than anything here takes: it ends a test that would hang.
const PATIENCE: Duration = Duration::from_secs(60);

fn soon() -> Instant {
    Instant::now() + PATIENCE
}

/// An exporter that knows nothing of this process's environment, sends to `url` and sends nothing before it is flushed.
fn exporter(url: &str, also: impl FnOnce(Otlp) -> Otlp) -> (OtlpExporter, HealthReader) {
    let builder = Otlp::builder().endpoint(url).span_delay(PATIENCE).min_entries(0);
    let (exporter, warnings) = also(builder).build_with(|_| None).expect("an exporter");
    assert_eq!(warnings, [""; 0]);
    let health = exporter.health();
    (exporter, health)
}

/// Asks again and again until the answer is yes.
fn eventually(mut is_so: impl FnMut() -> bool) {
    let deadline = soon();
    while !is_so() {
        assert!(Instant::now() < deadline, "it never became so");
        std::thread::park_timeout(Duration::from_millis(2));
    }
}

/// Runs `call` on a thread of its own, so that one which never returns fails the test.
fn returns<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(call()));
    receiver.recv_timeout(PATIENCE).expect("the call does not return")
}
