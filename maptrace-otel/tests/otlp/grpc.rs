//! OTLP over gRPC, against tonic's server.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use maptrace_otel::{ExporterHealth, HealthReader, Otlp, OtlpExporter};
use maptrace_runtime::{Health, MapSnapshot, Sink};
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{LogsService, LogsServiceServer};
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{ExportMetricsServiceRequest, ExportMetricsServiceResponse};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use tonic::codec::CompressionEncoding;
use tonic::transport::Server as Tonic;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Request, Response, Status};

use crate::episodes::{episode, grow, site};
use crate::server::{Behaviour, Server, refusing};
use crate::snapshots::snapshot;
use crate::{exporter, returns, soon};

const HOUR: Duration = Duration::from_secs(3600);

type Answering = dyn Fn(usize) -> Result<ExportTraceServiceResponse, Status> + Send + Sync;

/// What a server does, and what it has got.
#[derive(Clone)]
struct Service {
    answering: Arc<Answering>,
    calls: Arc<AtomicUsize>,
    traces: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
    metrics: Arc<Mutex<Vec<ExportMetricsServiceRequest>>>,
    logs: Arc<Mutex<Vec<ExportLogsServiceRequest>>>,
    heads: Arc<Mutex<Vec<tonic::metadata::MetadataMap>>>,
}

impl Service {
    fn spans(&self) -> usize {
        let traces = self.traces.lock().expect("traces");
        let scopes = traces
            .iter()
            .flat_map(|request| &request.resource_spans)
            .flat_map(|resource| &resource.scope_spans);
        scopes.map(|scope| scope.spans.len()).sum()
    }
}

#[tonic::async_trait]
impl TraceService for Service {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.heads.lock().expect("heads").push(request.metadata().clone());
        let answer = (self.answering)(self.calls.fetch_add(1, Ordering::SeqCst))?;
        self.traces.lock().expect("traces").push(request.into_inner());
        Ok(Response::new(answer))
    }
}

#[tonic::async_trait]
impl MetricsService for Service {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        self.metrics.lock().expect("metrics").push(request.into_inner());
        Ok(Response::new(Default::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Service {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        self.logs.lock().expect("logs").push(request.into_inner());
        Ok(Response::new(Default::default()))
    }
}

/// A server on a runtime of its own, for as long as it lives.
struct Running {
    service: Service,
    address: std::net::SocketAddr,
    _runtime: tokio::runtime::Runtime,
}

impl Running {
    fn start(answering: impl Fn(usize) -> Result<ExportTraceServiceResponse, Status> + Send + Sync + 'static) -> Self {
        Self::with(Tonic::builder(), usize::MAX, answering)
    }

    fn with(
        mut builder: Tonic,
        longest: usize,
        answering: impl Fn(usize) -> Result<ExportTraceServiceResponse, Status> + Send + Sync + 'static,
    ) -> Self {
        let service = Service {
            answering: Arc::new(answering),
            calls: Arc::default(),
            traces: Arc::default(),
            metrics: Arc::default(),
            logs: Arc::default(),
            heads: Arc::default(),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let traces = TraceServiceServer::new(service.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(longest);
        let router = builder
            .add_service(traces)
            .add_service(MetricsServiceServer::new(service.clone()).accept_compressed(CompressionEncoding::Gzip))
            .add_service(LogsServiceServer::new(service.clone()).accept_compressed(CompressionEncoding::Gzip));
        runtime.spawn(router.serve_with_incoming(TcpIncoming::from(listener)));
        Self {
            service,
            address,
            _runtime: runtime,
        }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn calls(&self) -> usize {
        self.service.calls.load(Ordering::SeqCst)
    }
}

fn ok(_: usize) -> Result<ExportTraceServiceResponse, Status> {
    Ok(ExportTraceServiceResponse::default())
}

fn calling(url: &str, also: impl FnOnce(Otlp) -> Otlp) -> (OtlpExporter, HealthReader) {
    exporter(url, |otlp| also(otlp.grpc(true)))
}

/// Sends five episodes, and says what became of them.
fn outcome(url: &str, timeout: Duration) -> ExporterHealth {
    let (mut exporter, health) = calling(url, |otlp| otlp.timeout(timeout));
    returns(move || {
        for _ in 0..5 {
            assert!(exporter.episode(&episode(grow())));
        }
        assert_eq!(exporter.flush(soon()), 0);
        let health = health.read();
        assert_eq!((health.accepted, health.queued, health.restarts), (5, 0, 0));
        health
    })
}

#[test]
fn all_signals_go_over_grpc() {
    let server = Running::start(ok);
    let (mut exporter, health) = calling(&server.url(), |otlp| otlp.header("x-tenant", "a b"));
    returns(move || {
        for _ in 0..700 {
            assert!(exporter.episode(&episode(grow())));
        }
        exporter.snapshot(&snapshot(
            vec![MapSnapshot::new(site(1, "sessions", "a_b"))],
            Health::default(),
        ));
        exporter.notice(&crate::notices::storm());
        assert_eq!(exporter.shutdown(soon()), 0);
    });
    let now = health.read();
    assert_eq!(
        (now.exported, now.failed, now.metric_pushes, now.logs_exported),
        (700, 0, 1, 1),
        "{now:?}"
    );
    assert_eq!((server.service.spans(), server.calls()), (700, 2));
    assert_eq!(server.service.metrics.lock().expect("metrics").len(), 1);
    assert_eq!(server.service.logs.lock().expect("logs").len(), 1);
    let heads = server.service.heads.lock().expect("heads");
    assert_eq!(heads[0].get("x-tenant").expect("a header"), "a b");
    let agent = heads[0].get("user-agent").expect("a header").to_str().expect("text");
    assert!(agent.starts_with("maptrace-otel/"), "{agent}");
}

#[cfg(feature = "gzip")]
#[test]
fn calls_can_be_packed() {
    let server = Running::start(ok);
    let (mut exporter, health) = calling(&server.url(), |otlp| otlp.gzip(true));
    returns(move || {
        assert!(exporter.episode(&episode(grow())));
        assert_eq!(exporter.shutdown(soon()), 0);
    });
    assert_eq!((health.read().exported, server.service.spans()), (1, 1));
    let heads = server.service.heads.lock().expect("heads");
    assert_eq!(heads[0].get("grpc-encoding").expect("a header"), "gzip");
}

#[test]
fn a_status_says_whether_another_attempt_makes_sense() {
    for code in [
        Code::Cancelled,
        Code::DeadlineExceeded,
        Code::Aborted,
        Code::OutOfRange,
        Code::Unavailable,
        Code::DataLoss,
    ] {
        let server = Running::start(move |call| {
            if call == 0 {
                Err(Status::new(code, "later"))
            } else {
                ok(call)
            }
        });
        let health = outcome(&server.url(), HOUR);
        assert_eq!((health.exported, health.failed, health.requests), (5, 0, 2), "{code:?}");
    }
    for code in [
        Code::Unknown,
        Code::InvalidArgument,
        Code::NotFound,
        Code::AlreadyExists,
        Code::PermissionDenied,
        Code::ResourceExhausted,
        Code::FailedPrecondition,
        Code::Unimplemented,
        Code::Internal,
        Code::Unauthenticated,
    ] {
        let server = Running::start(move |_| Err(Status::new(code, "no")));
        let health = outcome(&server.url(), HOUR);
        assert_eq!((health.exported, health.failed, health.requests), (0, 5, 1), "{code:?}");
        let error = health.last_error.expect("an error");
        assert!(error.contains(&format!("{code:?}: no")), "{error}");
    }
}

/// `google.rpc.Status` with a `RetryInfo` of so many seconds, byte for byte.
fn retry_info(seconds: u64) -> Vec<u8> {
    let field = |tag: u8, bytes: &[u8]| {
        let mut field = vec![tag << 3 | 2, u8::try_from(bytes.len()).expect("short")];
        field.extend(bytes);
        field
    };
    let mut delay = vec![8];
    prost::encoding::encode_varint(seconds, &mut delay);
    let info = field(1, &delay);
    let any = [field(1, b"type.googleapis.com/google.rpc.RetryInfo"), field(2, &info)].concat();
    field(3, &any)
}

#[test]
fn a_server_says_when_it_wants_to_be_asked_again() {
    for code in [Code::ResourceExhausted, Code::Unavailable] {
        let busy = move |seconds| Status::with_details(code, "busy", retry_info(seconds).into());
        let server = Running::start(move |call| if call == 0 { Err(busy(1)) } else { ok(call) });
        let health = outcome(&server.url(), HOUR);
        assert_eq!((health.exported, health.failed, health.requests), (5, 0, 2), "{code:?}");
        // There is no time for that, and it is not troubled sooner.
        for seconds in [3_601, 1_000_000_000, i64::MAX.cast_unsigned()] {
            let server = Running::start(move |_| Err(busy(seconds)));
            let health = outcome(&server.url(), HOUR);
            assert_eq!((health.exported, health.failed, health.requests), (0, 5, 1), "{code:?}");
        }
    }
}

#[test]
fn what_the_server_rejects_is_counted() {
    let server = Running::start(|_| {
        Ok(ExportTraceServiceResponse {
            partial_success: Some(ExportTracePartialSuccess {
                rejected_spans: 2,
                error_message: "too old".to_owned(),
            }),
        })
    });
    let health = outcome(&server.url(), HOUR);
    assert_eq!((health.exported, health.failed), (3, 2));
    assert!(health.last_error.is_some_and(|error| error.contains("too old")));
}

#[test]
fn a_call_too_long_for_the_server_is_made_in_pieces() {
    let server = Running::with(Tonic::builder(), 100_000, ok);
    let (mut exporter, health) = calling(&server.url(), |otlp| otlp.queue_size(1_000));
    returns(move || {
        for _ in 0..1_000 {
            assert!(exporter.episode(&episode(grow())));
        }
        assert_eq!(exporter.shutdown(soon()), 0);
    });
    let now = health.read();
    assert_eq!((now.exported, now.failed, now.retries), (1_000, 0, 0), "{now:?}");
    assert_eq!(server.service.spans(), 1_000);
    // As others say it.
    let server = Running::start(|_| {
        Err(Status::resource_exhausted(
            "grpc: received message larger than max (9 vs. 4)",
        ))
    });
    assert_eq!(outcome(&server.url(), HOUR).requests, 9);
}

#[test]
fn a_server_that_is_dead_or_hostile_costs_its_timeout() {
    let (refused, _guard) = refusing();
    let silent = Server::start(|_| Behaviour::Silent);
    let deaf = Server::start(|_| Behaviour::Deaf);
    let other = Server::start(|_| Behaviour::ok());
    let endless = Server::start(|_| Behaviour::Endless(Vec::new()));
    for url in [refused, silent.url(), deaf.url(), other.url(), endless.url()] {
        let health = outcome(&url, Duration::from_millis(500));
        assert_eq!((health.exported, health.failed), (0, 5), "{url}");
        assert!(health.last_error.is_some(), "{url}");
    }
    // An answer that is longer than anyone reads.
    let server = Running::start(|_| {
        Ok(ExportTraceServiceResponse {
            partial_success: Some(ExportTracePartialSuccess {
                rejected_spans: 0,
                error_message: "x".repeat(4_000_000),
            }),
        })
    });
    let health = outcome(&server.url(), HOUR);
    assert_eq!(
        (health.exported, health.failed, health.requests),
        (0, 5, 1),
        "{health:?}"
    );
    assert!(ExportTraceServiceResponse::default().encode_to_vec().is_empty());
}

#[test]
fn flush_and_shutdown_return_in_time() {
    let silent = Server::start(|_| Behaviour::Deaf);
    let (mut exporter, _) = calling(&silent.url(), |otlp| otlp.timeout(HOUR));
    returns(move || {
        assert!(exporter.episode(&episode(grow())));
        assert_eq!(
            exporter.flush(std::time::Instant::now() + Duration::from_millis(100)),
            1
        );
        assert_eq!(
            exporter.shutdown(std::time::Instant::now() + Duration::from_millis(100)),
            1
        );
    });
}

#[test]
fn the_hosts_runtime_is_left_alone() {
    let server = Running::start(ok);
    let url = server.url();
    returns(move || {
        let host = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        host.block_on(async {
            let (mut exporter, health) = calling(&url, |otlp| otlp);
            assert!(exporter.episode(&episode(grow())));
            assert_eq!((exporter.flush(soon()), health.read().exported), (0, 1));
            drop(exporter);
            // One that never called anybody.
            drop(calling(&url, |otlp| otlp));
        });
    });
}

#[cfg(feature = "spool")]
#[test]
fn a_spool_works_over_grpc_as_well() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Running::start(|call| {
        if call < 3 {
            Err(Status::unavailable("away"))
        } else {
            ok(call)
        }
    });
    let (mut exporter, health) = calling(&server.url(), |otlp| otlp.spool(dir.path(), 1024 * 1024));
    returns(move || {
        for _ in 0..5 {
            assert!(exporter.episode(&episode(grow())));
            assert_eq!(exporter.flush(soon()), 0);
        }
        crate::eventually(|| health.read().exported == 5);
        assert_eq!((health.read().failed, health.read().spooled), (0, 0));
    });
    assert_eq!(server.service.spans(), 5);
}

#[cfg(feature = "tls")]
#[test]
fn calls_go_over_tls() {
    use tonic::transport::{Identity, ServerTlsConfig};
    let authority = crate::tls::Authority::new();
    let signed = authority.sign("127.0.0.1", rcgen::ExtendedKeyUsagePurpose::ServerAuth);
    let read = |path| std::fs::read(path).expect("a file");
    let identity = Identity::from_pem(read(&signed.certificate), read(&signed.key));
    let builder = Tonic::builder()
        .tls_config(ServerTlsConfig::new().identity(identity))
        .expect("a server");
    let server = Running::with(builder, usize::MAX, ok);
    let url = format!("https://{}", server.address);
    let (mut exporter, health) = calling(&url, |otlp| otlp.certificate(authority.file()));
    returns(move || {
        assert!(exporter.episode(&episode(grow())));
        assert_eq!(exporter.shutdown(soon()), 0);
    });
    assert_eq!((health.read().exported, server.service.spans()), (1, 1));
    let another = crate::tls::Authority::new();
    let (mut exporter, health) = calling(&url, |otlp| otlp.certificate(another.file()).timeout(HOUR));
    returns(move || {
        assert!(exporter.episode(&episode(grow())));
        // At the end there are two attempts, and all the time there is for each.
        assert_eq!(exporter.shutdown(soon()), 1);
    });
    let now = health.read();
    let error = now.last_error.expect("an error");
    assert!(
        (now.exported, now.failed) == (0, 1) && error.contains("certificate"),
        "{error}"
    );
}
