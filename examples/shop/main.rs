//! A small shop over HTTP: sessions, articles, rendered pages in a cache, and an index of words; each map of it traced.
//!
//! ```console
//! $ cargo run --release --example shop -- --port 8080 --listen 127.0.0.1:9102 --sessions 1834000
//! $ curl -X POST localhost:8080/sessions -H 'content-type: application/json' -d '{"user": 7}'
//! $ curl -X DELETE 'localhost:8080/sessions?idle_for=60&at_most=20000'      # some clean up
//! $ wrk -d 5 -c 8 -s examples/shop/log_in.lua http://localhost:8080         # and somebody pays for a larger table
//! ```
//!
//! A minute after the start, 40 of those clean-ups one after another are a delete storm; a single one is not.
//!
//! With `--otlp http://127.0.0.1:4318` the span of that request is in Jaeger, with `map.grow sessions 1.8M -> 3.7M` in it.
//! A caller that sends a W3C `traceparent` finds it in its own trace.

mod catalogue;
mod routes;
#[path = "../kv_server/service.rs"]
mod service;
mod sessions;
#[path = "../kv_server/telemetry.rs"]
mod telemetry;

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

use routes::Shop;
use service::Service;

/// A small shop over HTTP, with its maps traced by maptrace.
#[derive(Parser)]
struct Args {
    /// Serve on 127.0.0.1:PORT; 0 takes a free port
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Serve maptrace's live page and /metrics there, as in 127.0.0.1:9102
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Send a span of each request, and all that maptrace sees, to this OTLP/HTTP endpoint, as in http://127.0.0.1:4318
    #[arg(long, value_name = "URL")]
    otlp: Option<String>,
    /// Begin with so many sessions, as if they had been kept across a restart
    #[arg(long, value_name = "N", default_value_t = 0)]
    sessions: u64,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shop: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let service = Service::start("shop", args.listen, args.otlp.as_deref(), true)?;
    let shop = Arc::new(Shop::new(args.sessions)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(&service, args.port, Arc::clone(&shop)))?;
    // With it end all its connections.
    drop(runtime);
    Ok(service.end(shop)?)
}

async fn serve(service: &Service, port: u16, shop: Arc<Shop>) -> io::Result<()> {
    let (listener, stop) = service.listen(port).await?;
    axum::serve(listener, routes::router(shop))
        .with_graceful_shutdown(stop)
        .await
}
