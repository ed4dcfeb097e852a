//! A process that does nothing.

use std::io;
use std::net::SocketAddr;
use std::thread::sleep;
use std::time::{Duration, Instant};

use maptrace_bench::OtlpServer as Server;
use serde_json::json;

use crate::places;
use crate::row;
use crate::system::used;

/// Without exporters and with all of them, for `time` each.
pub(crate) fn run(time: Duration) {
    let guard = maptrace_runtime::start();
    let kept: Vec<_> = (0..1_000).map(|_| places::grown(0)).collect();
    look("alone", time);
    drop((kept, guard));
}

/// The same, with the page and OTLP.
pub(crate) fn exporting(time: Duration) {
    let server = Server::start().expect("a free port");
    let exporter = maptrace_otel::Otlp::builder()
        .endpoint(server.url())
        .service_name("scale")
        .build()
        .expect("an address of this machine");
    let page = SocketAddr::from(([127, 0, 0, 1], 0));
    let guard = maptrace_runtime::builder().sink(exporter).listen(page).start();
    let kept: Vec<_> = (0..1_000).map(|_| places::grown(0)).collect();
    look("with OTLP and the page", time);
    drop((kept, guard));
}

fn look(case: &str, time: Duration) {
    // What came before is over by then.
    sleep(Duration::from_secs(2));
    let (begun, before) = (Instant::now(), used("maptrace"));
    sleep(time);
    let (took, after) = (begun.elapsed().as_secs_f64(), used("maptrace"));
    row([
        ("case", json!(case)),
        ("threads", json!(after.threads)),
        ("wake-ups/s", json!((after.sleeps - before.sleeps) as f64 / took)),
        ("CPU %", json!((after.cpu - before.cpu) as f64 / took / 1e7)),
    ]);
    let _ = io::Write::flush(&mut io::stdout());
}
