//! `https://` endpoints.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use maptrace_otel::{BuildError, ExporterHealth, Otlp, OtlpExporter};
use maptrace_runtime::{Health, Sink};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::episodes::{episode, grow};
use crate::server::{Behaviour, Server};
use crate::snapshots::snapshot;
use crate::{returns, soon};

const HOUR: Duration = Duration::from_secs(3600);

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
        Self::named("an authority")
    }

    fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, name);
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

    fn sign(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> Signed {
        self.sign_until(name, purpose, 4000)
    }

    fn sign_until(&self, name: &str, purpose: ExtendedKeyUsagePurpose, year: i32) -> Signed {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        params.extended_key_usages = vec![purpose];
        params.not_after = date_time_ymd(year, 1, 1);
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

    /// Who we are.
    pub(crate) fn client(&self) -> Signed {
        self.sign("client", ExtendedKeyUsagePurpose::ClientAuth)
    }

    /// Who a server is.
    #[cfg(feature = "grpc")]
    pub(crate) fn server(&self, name: &str) -> Signed {
        self.sign(name, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A server for `name`; `wants_client` says that it has to know who we are.
    fn config(&self, name: &str, wants_client: bool) -> Arc<ServerConfig> {
        self.config_of(&self.sign(name, ExtendedKeyUsagePurpose::ServerAuth), wants_client)
    }

    /// A server whose certificate has expired.
    fn expired(&self, name: &str) -> Arc<ServerConfig> {
        let signed = self.sign_until(name, ExtendedKeyUsagePurpose::ServerAuth, 2001);
        self.config_of(&signed, false)
    }

    fn config_of(&self, signed: &Signed, wants_client: bool) -> Arc<ServerConfig> {
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
        let Some(read) = stream.read(&mut piece).ok().filter(|&read| read > 0) else {
            // What is not read may take with it what was said last.
            let _ = std::io::copy(&mut stream.sock, &mut std::io::sink());
            return None;
        };
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

/// A server without TLS, which says so to whatever it is sent.
fn shouting() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
    });
    address
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

#[test]
fn spans_and_metrics_go_over_tls() {
    let authority = Authority::new();
    let server = Server::start(|_| Behaviour::ok());
    let address = front(authority.config("127.0.0.1", false), &server);
    let health = outcome(format!("https://{address}"), |otlp| {
        otlp.certificate(authority.file()).timeout(Duration::from_secs(60))
    });
    assert_eq!((health.exported, health.failed), (5, 0), "{health:?}");
    assert!(health.metric_pushes >= 1, "{health:?}");
    assert_eq!(server.spans().len(), 5);
    assert!(server.requests()[0].head.contains(&format!("Host: {address}\r\n")));
}

#[test]
fn the_environment_names_certificates() {
    let authority = Authority::new();
    let server = Server::start(|_| Behaviour::ok());
    let address = front(authority.config("127.0.0.1", true), &server);
    let client = authority.client();
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
    let namesake = Authority::new();
    let another = Authority::named("another authority");
    let server = Server::start(|_| Behaviour::ok());
    let unknown = front(another.config("127.0.0.1", false), &server);
    let pretending = front(namesake.config("127.0.0.1", false), &server);
    let misnamed = front(authority.config("127.0.0.2", false), &server);
    let strict = front(authority.config("127.0.0.1", true), &server);
    let expired = front(authority.expired("127.0.0.1"), &server);
    let plain = shouting();
    for (address, why) in [
        (unknown, "not trusted here"),
        (pretending, "not trusted here"),
        (misnamed, "another host"),
        (expired, "has expired"),
        (strict, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"),
        // A server without TLS.
        (plain, "begins with http://"),
    ] {
        // An hour is not waited for: it will be no other by then.
        let health = outcome(format!("https://{address}"), |otlp| {
            otlp.certificate(authority.file()).timeout(HOUR)
        });
        assert_eq!((health.exported, health.failed), (0, 5), "{why}");
        // One for the spans, and one for each push of metrics: the first may come before the flush, which then asks for another.
        let spans = health.requests - health.metric_pushes_failed;
        assert_eq!((spans, health.retries), (1, 0), "{why}");
        let error = health.last_error.expect("an error");
        assert!(
            error.contains(why) && !error.contains("panicked"),
            "{error:?} lacks {why:?}"
        );
    }
    // Nor does one that the system does not know, if nobody says otherwise.
    let address = front(authority.config("127.0.0.1", false), &server);
    let health = outcome(format!("https://{address}"), |otlp| otlp);
    assert_eq!((health.exported, health.failed), (0, 5));
    assert!(server.spans().is_empty());
}

/// The budget of a delivery ends a handshake like all else: here by a shutdown, as that comes when the test has seen that the
/// handshake has begun, and not when a clock says so.
#[test]
fn a_server_that_hangs_in_the_handshake_holds_nobody_up() {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    let (mut exporter, health) = crate::exporter(&url, |otlp| {
        otlp.certificate(authority.file())
            .timeout(HOUR)
            .metrics(false)
            .span_delay(Duration::from_millis(1))
    });
    assert!(exporter.episode(&episode(grow())));
    let (mut stream, _) = listener.accept().expect("a connection");
    let mut first = [0];
    stream.read_exact(&mut first).expect("a word of the handshake");
    assert_eq!(first, [22], "the handshake's type of record");
    returns(move || assert_eq!(exporter.shutdown(Instant::now()), 1));
    crate::eventually(|| health.read().last_error.as_deref() == Some("no complete answer in time"));
    let now = health.read();
    assert_eq!((now.exported, now.failed, now.requests), (0, 1, 1));
}

/// What a file is to be, and is not.
fn bad_files(dir: &Path) -> [PathBuf; 3] {
    let [empty, missing, broken] = ["empty", "missing", "broken"].map(|name| dir.join(name));
    std::fs::write(&empty, "nothing").expect("a file");
    std::fs::write(&broken, "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n").expect("a file");
    [empty, missing, broken]
}

fn https() -> Otlp {
    Otlp::builder()
        .endpoint("https://127.0.0.1:1")
        .timeout(Duration::from_secs(1))
}

#[test]
fn a_bad_file_is_an_error_in_code_that_names_it() {
    let authority = Authority::new();
    let (ours, another) = (
        authority.client(),
        authority.sign("another", ExtendedKeyUsagePurpose::ClientAuth),
    );
    let refused = |otlp: Otlp, path: &Path| {
        let error = otlp.build_with(|_| None).expect_err("a bad file");
        assert!(
            matches!(&error, BuildError::Certificate { path: named, .. } if named == path),
            "{error}"
        );
        error.to_string()
    };
    for path in &bad_files(authority.dir.path()) {
        refused(https().certificate(path), path);
        refused(https().client_certificate(path, &ours.key), path);
        refused(https().client_certificate(&ours.certificate, path), path);
        // Who does not use TLS does not need it.
        let plain = Otlp::builder().certificate(path);
        plain.build_with(|_| None).expect("an exporter");
    }
    let error = refused(
        https().client_certificate(&ours.certificate, &another.key),
        &another.key,
    );
    assert!(error.contains("another certificate"), "{error}");
    let error = refused(
        https().client_certificate(&ours.certificate, &ours.certificate),
        &ours.certificate,
    );
    assert!(error.contains("no key"), "{error}");
}

/// The one warning of an exporter with these variables, and the exporter.
fn warned(otlp: Otlp, variables: &[(&str, &Path)]) -> (OtlpExporter, String) {
    let lookup = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, path)| path.as_os_str().to_owned())
    };
    let (exporter, warnings) = otlp.build_with(lookup).expect("an exporter");
    let [warning] = <[String; 1]>::try_from(warnings).expect("one warning");
    (exporter, warning)
}

#[test]
fn a_bad_file_in_the_environment_is_a_warning_that_names_the_variable() {
    const ALL: [&str; 2] = ["OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_KEY"];
    const TRACES: [&str; 2] = [
        "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY",
    ];
    let authority = Authority::new();
    let ours = authority.client();
    for path in &bad_files(authority.dir.path()) {
        for [certificate, key] in [ALL, TRACES] {
            for (bad, files) in [(certificate, [path, &ours.key]), (key, [&ours.certificate, path])] {
                let (_exporter, warning) = warned(https(), &[(certificate, files[0]), (key, files[1])]);
                let start = format!("maptrace: {bad} is {path:?}, which cannot be used");
                assert!(warning.starts_with(&start), "{warning}");
            }
        }
    }
    for (one, other) in [(ALL[0], ALL[1]), (ALL[1], ALL[0])] {
        let (_exporter, warning) = warned(https(), &[(one, &ours.key)]);
        assert!(
            warning.starts_with(&format!("maptrace: {one} is set alone")) && warning.contains(other),
            "{warning}"
        );
    }
}

#[test]
fn nobody_is_trusted_instead_of_an_authority_that_cannot_be_read() {
    let authority = Authority::new();
    let server = Server::start(|_| Behaviour::ok());
    let address = front(authority.config("127.0.0.1", false), &server);
    for path in &bad_files(authority.dir.path()) {
        for name in [
            "OTEL_EXPORTER_OTLP_CERTIFICATE",
            "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
        ] {
            // Not even whom the program trusts.
            let otlp = Otlp::builder()
                .endpoint(format!("https://{address}"))
                .certificate(authority.file())
                .metrics(false)
                .min_entries(0);
            let (mut exporter, warning) = warned(otlp, &[(name, path)]);
            assert!(
                warning.starts_with(&format!("maptrace: {name} is {path:?}, which cannot be used")),
                "{warning}"
            );
            assert!(exporter.episode(&episode(grow())));
            let health = exporter.health();
            returns(move || assert_eq!(exporter.flush(soon()), 0));
            let error = health.read().last_error.expect("an error");
            assert!(error.contains(name), "{error}");
        }
    }
    assert!(server.requests().is_empty());
}

/// In a process of its own, as the variable is the process's.
#[test]
fn whom_the_system_trusts_is_trusted() {
    const URL: &str = "MAPTRACE_TEST_URL";
    if let Ok(url) = std::env::var(URL) {
        let health = outcome(url, |otlp| otlp.timeout(Duration::from_secs(60)));
        assert_eq!((health.exported, health.failed), (5, 0), "{health:?}");
        return;
    }
    let authority = Authority::new();
    let server = Server::start(|_| Behaviour::ok());
    let address = front(authority.config("127.0.0.1", false), &server);
    let ran = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "tls::whom_the_system_trusts_is_trusted"])
        .env(URL, format!("https://{address}"))
        .env("SSL_CERT_FILE", authority.file())
        .env_remove("SSL_CERT_DIR")
        .output()
        .expect("a process");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    assert_eq!(server.spans().len(), 5);
}
