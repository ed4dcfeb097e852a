//! A Collector that speaks gRPC, on a port and a runtime of its own.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{LogsService, LogsServiceServer};
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{ExportMetricsServiceRequest, ExportMetricsServiceResponse};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use prost::Message;
use tokio::net::TcpListener;
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Request, Response, Status};

/// What a server says to a request that it takes.
pub(crate) enum Said {
    Nothing,
    Traces(ExportTraceServiceResponse),
    /// It thinks about it.
    Never,
}

/// What has come in.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    pub(crate) spans: usize,
    pub(crate) logs: usize,
    /// The metrics' names.
    pub(crate) metrics: Vec<String>,
    /// The headers of each request.
    pub(crate) metadata: Vec<MetadataMap>,
}

type Answering = dyn Fn(usize) -> Result<Said, Status> + Send + Sync;

#[derive(Clone)]
struct Service {
    answering: Arc<Answering>,
    calls: Arc<AtomicUsize>,
    seen: Arc<Mutex<Seen>>,
}

pub(crate) struct Collector {
    url: String,
    seen: Arc<Mutex<Seen>>,
    /// Its end is the server's.
    runtime: Option<tokio::runtime::Runtime>,
}

impl Collector {
    /// `answering` says what is done with which request, counted from 0.
    pub(crate) fn start(answering: impl Fn(usize) -> Result<Said, Status> + Send + Sync + 'static) -> Self {
        Self::with_limit(4 << 20, answering)
    }

    /// Takes no message that is longer.
    pub(crate) fn with_limit(
        limit: usize,
        answering: impl Fn(usize) -> Result<Said, Status> + Send + Sync + 'static,
    ) -> Self {
        Self::serve("http", tonic::transport::Server::builder(), limit, answering)
    }

    /// With TLS, for `name`; `wants_client` says that it has to know who we are.
    #[cfg(feature = "tls")]
    pub(crate) fn secure(
        authority: &crate::tls::Authority,
        name: &str,
        wants_client: bool,
        answering: impl Fn(usize) -> Result<Said, Status> + Send + Sync + 'static,
    ) -> Self {
        use tonic::transport::{Certificate, Identity, ServerTlsConfig};
        let signed = authority.server(name);
        let read = |file| std::fs::read(file).expect("a file");
        let (certificate, key) = (read(&signed.certificate), read(&signed.key));
        let mut config = ServerTlsConfig::new().identity(Identity::from_pem(certificate, key));
        if wants_client {
            let trusted = std::fs::read(authority.file()).expect("a certificate");
            config = config.client_ca_root(Certificate::from_pem(trusted));
        }
        let server = tonic::transport::Server::builder().tls_config(config).expect("TLS");
        Self::serve("https", server, 4 << 20, answering)
    }

    fn serve(
        scheme: &str,
        mut server: tonic::transport::Server,
        limit: usize,
        answering: impl Fn(usize) -> Result<Said, Status> + Send + Sync + 'static,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address: SocketAddr = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Seen::default()));
        let service = Service {
            answering: Arc::new(answering),
            calls: Arc::default(),
            seen: Arc::clone(&seen),
        };
        let gzip = CompressionEncoding::Gzip;
        // It packs its answers for whoever can unpack them.
        let traces = TraceServiceServer::new(service.clone())
            .accept_compressed(gzip)
            .send_compressed(gzip);
        let metrics = MetricsServiceServer::new(service.clone()).accept_compressed(gzip);
        let logs = LogsServiceServer::new(service).accept_compressed(gzip);
        runtime.spawn(
            server
                .add_service(traces.max_decoding_message_size(limit))
                .add_service(metrics.max_decoding_message_size(limit))
                .add_service(logs.max_decoding_message_size(limit))
                .serve_with_incoming(TcpIncoming::from(listener)),
        );
        Self {
            url: format!("{scheme}://{address}"),
            seen,
            runtime: Some(runtime),
        }
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().expect("what was seen").clone()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        // A test may end inside a runtime, where this one must not be waited for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Service {
    async fn answer(&self, metadata: &MetadataMap, see: impl FnOnce(&mut Seen)) -> Result<Said, Status> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        {
            let mut seen = self.seen.lock().expect("what was seen");
            seen.metadata.push(metadata.clone());
            see(&mut seen);
        }
        match (self.answering)(call)? {
            Said::Never => std::future::pending().await,
            said => Ok(said),
        }
    }
}

#[tonic::async_trait]
impl TraceService for Service {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let spans = request.get_ref().resource_spans.iter();
        let spans: usize = spans
            .flat_map(|resource| &resource.scope_spans)
            .map(|scope| scope.spans.len())
            .sum();
        let said = self.answer(request.metadata(), |seen| seen.spans += spans).await?;
        Ok(Response::new(match said {
            Said::Traces(answer) => answer,
            _ => ExportTraceServiceResponse::default(),
        }))
    }
}

#[tonic::async_trait]
impl MetricsService for Service {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let metrics = request.get_ref().resource_metrics.iter();
        let names: Vec<_> = metrics
            .flat_map(|resource| &resource.scope_metrics)
            .flat_map(|scope| &scope.metrics)
            .map(|metric| metric.name.clone())
            .collect();
        self.answer(request.metadata(), |seen| seen.metrics.extend(names))
            .await?;
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Service {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        let logs = request.get_ref().resource_logs.iter();
        let records: usize = logs
            .flat_map(|resource| &resource.scope_logs)
            .map(|scope| scope.log_records.len())
            .sum();
        self.answer(request.metadata(), |seen| seen.logs += records).await?;
        Ok(Response::new(ExportLogsServiceResponse::default()))
    }
}

/// `google.rpc.Status` with a `RetryInfo`, of which only what is needed is written down here.
pub(crate) fn retry_after(code: Code, wait: Duration) -> Status {
    #[derive(Message)]
    struct Details {
        #[prost(message, repeated, tag = "3")]
        details: Vec<Any>,
    }
    #[derive(Message)]
    struct Any {
        #[prost(string, tag = "1")]
        type_url: String,
        #[prost(message, optional, tag = "2")]
        value: Option<RetryInfo>,
    }
    // A message and bytes are the same on the wire.
    #[derive(Message)]
    struct RetryInfo {
        #[prost(message, optional, tag = "1")]
        delay: Option<Delay>,
    }
    #[derive(Message)]
    struct Delay {
        #[prost(int64, tag = "1")]
        seconds: i64,
    }
    let delay = Some(Delay {
        seconds: i64::try_from(wait.as_secs()).expect("seconds"),
    });
    let details = Details {
        details: vec![Any {
            type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(),
            value: Some(RetryInfo { delay }),
        }],
    };
    Status::with_details(code, "later", details.encode_to_vec().into())
}
