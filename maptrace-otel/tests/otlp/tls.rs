//! `https://` endpoints.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use maptrace_otel::{BuildError, ExporterHealth, Otlp};
use maptrace_runtime::{Health, Sink};
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::episodes::{episode, grow};
use crate::server::{Behaviour, Server};
use crate::snapshots::snapshot;
use crate::{returns, soon};

/// Who signs certificates, and a folder with them.
pub(crate) struct Authority {
    dir: tempfile::TempDir,
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
}

/// A signed certificate.
pub(crate) struct Signed {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    chain: rcgen::Certificate,
    pair: KeyPair,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("ca.pem"), certificate.pem()).expect("a file");
        Self {
            dir,
            issuer: Issuer::new(params, key),
            certificate,
        }
    }

    /// The file with its own certificate.
    pub(crate) fn file(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    pub(crate) fn sign(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> Signed {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        params.extended_key_usages = vec![purpose];
        let pair = KeyPair::generate().expect("a key");
        let chain = params.signed_by(&pair, &self.issuer).expect("a certificate");
        let path = |what| self.dir.path().join(format!("{name}.{what}.pem"));
        std::fs::write(path("certificate"), chain.pem()).expect("a file");
        std::fs::write(path("key"), pair.serialize_pem()).expect("a file");
        Signed {
            certificate: path("certificate"),
            key: path("key"),
            chain,
            pair,
        }
    }

    /// A server for `name`; `wants_client` says that it has to know who we are.
    fn config(&self, name: &str, wants_client: bool) -> Arc<ServerConfig> {
        let signed = self.sign(name, ExtendedKeyUsagePurpose::ServerAuth);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("versions");
        let builder = if wants_client {
            let mut roots = RootCertStore::empty();
            roots.add(self.certificate.der().clone()).expect("a certificate");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signed.pair.serialize_der()));
        Arc::new(
            builder
                .with_single_cert(vec![signed.chain.der().clone()], key)
                .expect("a certificate"),
        )
    }
}

/// Takes requests over TLS and passes each on to `server` as it is.
fn front(config: Arc<ServerConfig>, server: &Server) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let (address, behind) = (listener.local_addr().expect("an address"), server.address());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (config, stream) = (Arc::clone(&config), stream.expect("a connection"));
            std::thread::spawn(move || pass(config, stream, behind));
        }
    });
    address
}

/// Passes one request on and its answer back; what goes wrong is the client's to tell.
fn pass(config: Arc<ServerConfig>, stream: TcpStream, behind: SocketAddr) -> Option<()> {
    let connection = ServerConnection::new(config).ok()?;
    let mut stream = StreamOwned::new(connection, stream);
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    let whole = |request: &[u8]| {
        let end = request.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let head = std::str::from_utf8(&request[..end]).ok()?;
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "))?;
        Some(request.len() - end >= length.parse::<usize>().ok()?)
    };
    while whole(&request) != Some(true) {
        let read = stream.read(&mut piece).ok().filter(|&read| read > 0)?;
        request.extend_from_slice(&piece[..read]);
    }
    let mut inner = TcpStream::connect(behind).ok()?;
    inner.write_all(&request).ok()?;
    inner.shutdown(Shutdown::Write).ok()?;
    let mut answer = Vec::new();
    inner.read_to_end(&mut answer).ok()?;
    stream.write_all(&answer).ok()?;
    stream.conn.send_close_notify();
    stream.flush().ok()
}

/// What becomes of five spans and a push of metrics.
fn outcome(url: String, also: impl FnOnce(Otlp) -> Otlp) -> ExporterHealth {
    let (mut exporter, health) = crate::exporter(&url, |otlp| also(otlp.timeout(Duration::from_secs(1))));
    returns(move || {
        for _ in 0..5 {
            assert!(exporter.episode(&episode(grow())));
        }
        exporter.snapshot(&snapshot(Vec::new(), Health::default()));
        exporter.flush(soon());
        health.read()
    })
}

/// As `outcome`, at the end of a process: there are two attempts, and all the time there is for each.
fn last_words(url: &str, also: impl FnOnce(Otlp) -> Otlp) -> ExporterHealth {
    let (mut exporter, health) = crate::exporter(url, |otlp| also(otlp.timeout(Duration::from_secs(3_600))));
    returns(move || {
        for _ in 0..5 {
            assert!(exporter.episode(&episode(grow())));
        }
        exporter.shutdown(soon());
        health.read()
    })
}

#[test]
fn spans_and_metrics_go_over_tls() {
    let authority = Authority::new();
    let server = Server::start(|_| Behaviour::ok());
    let address = front(authority.config("127.0.0.1", false), &server);
    let health = outcome(format!("https://{address}"), |otlp| {
        otlp.certificate(authority.file()).timeout(Duration::from_secs(60))
    });
    assert_eq!(
        (health.exported, health.failed, health.metric_pushes),
        (5, 0, 1),
        "{health:?}"
    );
    assert_eq!(server.spans().len(), 5);
    assert!(server.requests()[0].head.contains(&format!("Host: {address}\r\n")));
}

#[test]
fn the_environment_names_certificates() {
    let authority = Authority::new();
    let server = Server::start(|_| Behaviour::ok());
    let address = front(authority.config("127.0.0.1", true), &server);
    let client = authority.sign("client", ExtendedKeyUsagePurpose::ClientAuth);
    let lookup = |name: &str| {
        Some(match name {
            "OTEL_EXPORTER_OTLP_ENDPOINT" => format!("https://{address}").into(),
            "OTEL_EXPORTER_OTLP_CERTIFICATE" => authority.file().into(),
            "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE" => client.certificate.clone().into(),
            "OTEL_EXPORTER_OTLP_CLIENT_KEY" => client.key.clone().into(),
            _ => return None,
        })
    };
    let (mut exporter, warnings) = Otlp::builder().min_entries(0).build_with(lookup).expect("an exporter");
    assert_eq!(warnings, [""; 0]);
    assert!(exporter.episode(&episode(grow())));
    returns(move || {
        assert_eq!((exporter.shutdown(soon()), exporter.health().read().exported), (0, 1));
    });
}

#[test]
fn a_server_that_is_not_who_it_says_gets_nothing() {
    let authority = Authority::new();
    let another = Authority::new();
    let server = Server::start(|_| Behaviour::ok());
    let unknown = front(another.config("127.0.0.1", false), &server);
    let misnamed = front(authority.config("127.0.0.2", false), &server);
    let strict = front(authority.config("127.0.0.1", true), &server);
    for (address, why) in [
        (unknown, "invalid peer certificate"),
        (misnamed, "not valid for name"),
        (strict, "CertificateRequired"),
    ] {
        let health = last_words(&format!("https://{address}"), |otlp| otlp.certificate(authority.file()));
        assert_eq!((health.exported, health.failed), (0, 5), "{why}");
        let error = health.last_error.expect("an error");
        assert!(error.contains(why), "{error:?} lacks {why:?}");
    }
    // A server without TLS.
    let health = outcome(format!("https://{}", server.address()), |otlp| {
        otlp.certificate(authority.file())
    });
    assert_eq!((health.exported, health.failed), (0, 5));
    // Nor does one that the system does not know, if nobody says otherwise.
    let address = front(authority.config("127.0.0.1", false), &server);
    let health = outcome(format!("https://{address}"), |otlp| otlp);
    assert_eq!((health.exported, health.failed), (0, 5));
    assert!(server.spans().is_empty());
}

#[test]
fn a_server_that_hangs_in_the_handshake_costs_the_timeout() {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let health = outcome(format!("https://{address}"), |otlp| otlp.certificate(authority.file()));
    assert_eq!((health.exported, health.failed, health.requests), (0, 5, 2));
    assert_eq!(health.last_error.as_deref(), Some("no complete answer in time"));
}

#[test]
fn a_bad_file_is_an_error_in_code_and_a_warning_in_the_environment() {
    let dir = tempfile::tempdir().expect("a folder");
    let (empty, missing) = (dir.path().join("empty.pem"), dir.path().join("missing.pem"));
    std::fs::write(&empty, "nothing").expect("a file");
    for path in [&empty, &missing] {
        let https = || Otlp::builder().endpoint("https://127.0.0.1:1");
        let error = https()
            .certificate(path)
            .build_with(|_| None)
            .expect_err("no certificate");
        assert!(
            matches!(&error, BuildError::Certificate { path: named, .. } if named == path),
            "{error}"
        );
        let error = https()
            .client_certificate(path, path)
            .build_with(|_| None)
            .expect_err("no certificate");
        assert!(error.to_string().contains("PEM"), "{error}");
        // Who does not use TLS does not need it.
        Otlp::builder()
            .certificate(path)
            .build_with(|_| None)
            .expect("an exporter");
        let lookup = |name: &str| (name == "OTEL_EXPORTER_OTLP_CERTIFICATE").then(|| path.clone().into());
        let (_exporter, warnings) = https().build_with(lookup).expect("an exporter");
        assert!(
            matches!(&warnings[..], [warning] if warning.contains("CERTIFICATE")),
            "{warnings:?}"
        );
    }
    let lookup = |name: &str| (name == "OTEL_EXPORTER_OTLP_CLIENT_KEY").then(|| missing.clone().into());
    let (_exporter, warnings) = Otlp::builder()
        .endpoint("https://127.0.0.1:1")
        .build_with(lookup)
        .expect("an exporter");
    assert!(
        matches!(&warnings[..], [warning] if warning.contains("set alone")),
        "{warnings:?}"
    );
}
