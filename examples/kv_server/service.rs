//! What servers have in common: they begin to trace, listen, and end in good order.

use std::error::Error;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};

use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::telemetry;

/// What there is of a service before its maps are made, and after all work is done.
pub(crate) struct Service {
    name: &'static str,
    guard: maptrace::Guard,
    spans: Option<SdkTracerProvider>,
}

impl Service {
    /// Starts maptrace, with its page on `page` if there is to be one, and with `otlp` the exporters: for what maptrace sees,
    /// and, if wanted, for `spans` of the service's own.
    ///
    /// # Errors
    /// If an exporter cannot be made.
    pub(crate) fn start(
        name: &'static str,
        page: Option<SocketAddr>,
        otlp: Option<&str>,
        spans: bool,
    ) -> Result<Self, Box<dyn Error>> {
        let mut tracing = maptrace::builder();
        if let Some(address) = page {
            tracing = tracing.listen(address);
        }
        if let Some(url) = otlp {
            let exporter = maptrace_otel::Otlp::builder().endpoint(url).service_name(name);
            tracing = tracing.sink(exporter.build()?);
        }
        let guard = tracing.start();
        let spans = otlp
            .filter(|_| spans)
            .map(|url| telemetry::start(name, url))
            .transpose()?;
        Ok(Self { name, guard, spans })
    }

    /// Listens on 127.0.0.1:`port`, and says where, for whoever has asked for any free port. Returns also what is over when
    /// somebody presses Ctrl-C, or asks the service to terminate.
    ///
    /// # Errors
    /// If it cannot listen, or cannot hear of signals.
    pub(crate) async fn listen(&self, port: u16) -> io::Result<(TcpListener, impl Future<Output = ()> + Send + use<>)> {
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
        writeln!(
            io::stdout().lock(),
            "{} listening on {}",
            self.name,
            listener.local_addr()?
        )?;
        io::stdout().flush()?;
        Ok((listener, stop))
    }

    /// Sends what is left and prints the report, then drops the `maps`, which ends with the guard what is told of them. No
    /// span or change may be still to come: the runtime is gone by now.
    ///
    /// # Errors
    /// If the report cannot be printed.
    pub(crate) fn end<T>(self, maps: T) -> io::Result<()> {
        if let Some(spans) = self.spans
            && let Err(error) = spans.shutdown()
        {
            eprintln!("{}: not all spans were sent: {error}", self.name);
        }
        // Before the maps are gone, so that it shows what they held, and what is left of them goes out with the guard.
        write!(io::stdout(), "{}", maptrace::report())?;
        drop(maps);
        drop(self.guard);
        Ok(())
    }
}
