//! With the feature `enable` off, an exporter is built as ever and does nothing.
//!
//! Not compiled with `--all-features`, where it does what it is for.
#![cfg(not(feature = "enable"))]

use std::ffi::OsString;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use maptrace::{Episode, EpisodeKind, Kind, Sink as _, SiteInfo};
use maptrace_otel::{BuildError, ContextLayer, Otlp};
use opentelemetry::trace::TracerProvider as _;
use tracing_subscriber::layer::SubscriberExt as _;

/// Far more than anything here may take, and not waited for.
const HOUR: Duration = Duration::from_secs(3_600);

#[test]
fn it_has_no_thread_and_opens_no_connection() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let (mut exporter, warnings) = Otlp::builder()
        .endpoint(&url)
        .min_entries(0)
        .build_with(|_| None)
        .unwrap();
    assert_eq!(warnings, [""; 0]);
    let health = exporter.health();

    // Nobody gives it anything; and if somebody did, it would be refused or left out, but never waited for.
    let site = SiteInfo::new(1, "stock", Kind::HashMap);
    let clear = EpisodeKind::Clear { entries: 1_000 };
    let _ = exporter.episode(&Episode::new(site.into(), clear, std::time::SystemTime::now()));
    exporter.snapshot(&maptrace::snapshot());
    assert_eq!(exporter.flush(Instant::now() + HOUR), 0);
    let now = health.read();
    assert_eq!((now.accepted, now.requests, now.metric_pushes), (0, 0, 0), "{now:?}");

    #[cfg(target_os = "linux")]
    for task in std::fs::read_dir("/proc/self/task").unwrap() {
        // A thread of another test may end meanwhile.
        let name = std::fs::read_to_string(task.unwrap().path().join("comm")).unwrap_or_default();
        assert!(!name.starts_with("maptrace"), "there is a thread {name}");
    }

    let guard = maptrace::builder().sink(exporter).start();
    drop(guard);
    server.set_nonblocking(true).unwrap();
    let connection = server.accept().map(drop).map_err(|error| error.kind());
    assert_eq!(connection, Err(ErrorKind::WouldBlock), "somebody has connected");
}

#[test]
fn its_mistakes_are_still_mistakes() {
    let error = Otlp::builder()
        .endpoint("https://localhost")
        .build_with(|_| None)
        .unwrap_err();
    assert!(matches!(error, BuildError::Tls { .. }), "{error}");

    let bad = |name: &str| (name == "OTEL_EXPORTER_OTLP_TIMEOUT").then(|| OsString::from("soon"));
    let (_, warnings) = Otlp::builder().build_with(bad).unwrap();
    assert!(
        matches!(&warnings[..], [one] if one.contains("OTEL_EXPORTER_OTLP_TIMEOUT")),
        "{warnings:?}"
    );
}

#[test]
fn the_layer_publishes_no_span() {
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
    let subscriber = tracing_subscriber::registry()
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("shop")))
        .with(ContextLayer::new());
    tracing::subscriber::with_default(subscriber, || {
        let _request = tracing::info_span!("request").entered();
        assert_eq!(maptrace::context::current(), None);
    });
}
