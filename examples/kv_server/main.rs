//! A small server that speaks the Redis protocol: strings with expiry, counters, KEYS and SCAN, pipelining.
//!
//! ```console
//! $ cargo run --release --example kv_server -- --port 7379 --listen 127.0.0.1:9102
//! $ redis-benchmark -p 7379 -t set,get -r 100000 -n 1000000 -P 16
//! ```

mod args;
mod command;
mod db;
mod glob;
mod resp;
mod server;
mod state;
mod telemetry;

use std::error::Error;
use std::io::{self, Write as _};
use std::net::Ipv4Addr;
use std::process::ExitCode;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use args::{Action, Args};
use server::Shared;
use state::State;

/// The name under which everything of this program is found.
const SERVICE: &str = "kv_server";

fn main() -> ExitCode {
    let result = match args::parse(std::env::args().skip(1)) {
        Ok(Action::Serve(args)) => run(&args),
        Ok(Action::Help) => io::stdout().write_all(args::USAGE.as_bytes()).map_err(Into::into),
        Err(message) => {
            eprint!("kv_server: {message}\n\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kv_server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let mut tracing = maptrace::builder();
    if let Some(address) = args.listen {
        tracing = tracing.listen(address);
    }
    if let Some(url) = &args.otlp {
        let exporter = maptrace_otel::Otlp::builder().endpoint(url).service_name(SERVICE);
        tracing = tracing.sink(exporter.build()?);
    }
    let guard = tracing.start();
    let spans = args
        .otlp
        .as_deref()
        .filter(|_| args.spans)
        .map(|url| telemetry::start(SERVICE, url))
        .transpose()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let shared = runtime.block_on(listen(args.port))?;
    // With it end all its connections: no span or change is still to come.
    drop(runtime);
    if let Some(spans) = spans
        && let Err(error) = spans.shutdown()
    {
        eprintln!("kv_server: not all spans were sent: {error}");
    }
    // Before the maps are gone, so that it shows what they held, and what is left of them goes out with the guard.
    write!(io::stdout(), "{}", maptrace::report())?;
    drop(shared);
    drop(guard);
    Ok(())
}

/// Serves clients until Ctrl-C or SIGTERM, and returns what they have left.
async fn listen(port: u16) -> io::Result<Shared> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stop = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on 127.0.0.1:{port}: {error}")))?;
    let address = listener.local_addr()?;
    // For whoever has asked for any free port.
    writeln!(io::stdout().lock(), "kv_server listening on {address}")?;
    io::stdout().flush()?;
    let shared = Shared::new(State::new(address.port()));
    server::serve(listener, shared.clone(), stop).await;
    Ok(shared)
}
