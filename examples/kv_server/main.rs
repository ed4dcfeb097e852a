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
mod service;
mod state;
mod telemetry;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use args::{Action, Args};
use server::Shared;
use service::Service;
use state::State;

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
    let service = Service::start("kv_server", args.listen, args.otlp.as_deref(), args.spans)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let shared = runtime.block_on(serve(&service, args.port))?;
    // With it end all its connections.
    drop(runtime);
    Ok(service.end(shared)?)
}

/// Serves clients until the end, and returns what they have left.
async fn serve(service: &Service, port: u16) -> io::Result<Shared> {
    let (listener, stop) = service.listen(port).await?;
    let shared = Shared::new(State::new(listener.local_addr()?.port()));
    server::serve(listener, shared.clone(), stop).await;
    Ok(shared)
}
