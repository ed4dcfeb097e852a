//! TLS for `https://` endpoints, by rustls with ring: no OpenSSL, no cmake, and nothing of the process's own settings.
//!
//! Certificates are verified by rustls's own verifier and not by the platform's, which may ask the network whether one was
//! revoked, in its own time. What is trusted by default is what the platform trusts.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{AlertDescription, CertificateError, ClientConfig, ClientConnection, Error, RootCertStore};

use crate::http::HttpError;

/// Whose word about a server is taken.
#[derive(Clone)]
pub(crate) enum Roots {
    /// Whom the system trusts, read when it is first needed.
    System,
    Given(Arc<RootCertStore>),
    /// Nobody's: this variable's file cannot be used, and to trust others instead is not what was asked for.
    Nobody(String),
}

/// What a server is shown that asks who we are.
pub(crate) type Identity = Arc<CertifiedKey>;

/// How to make the connections of one signal.
pub(crate) struct Tls {
    roots: Roots,
    identity: Option<Identity>,
    /// What is spoken inside, by its name in ALPN.
    protocol: &'static [u8],
    /// Kept, so that a handshake can take up an earlier one.
    config: OnceLock<Arc<ClientConfig>>,
}

impl Tls {
    pub(crate) fn new(roots: Roots, identity: Option<Identity>, protocol: &'static [u8]) -> Self {
        Self {
            roots,
            identity,
            protocol,
            config: OnceLock::new(),
        }
    }

    /// Agrees on keys with a server that shows that it is `host`. Nothing of a request is sent before.
    pub(crate) fn handshake(
        &self,
        host: &str,
        stream: &mut (impl Read + Write),
    ) -> Result<ClientConnection, HttpError> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| HttpError::Tls("no certificate can name this host".to_owned()))?;
        let mut connection = ClientConnection::new(self.config().map_err(HttpError::Tls)?, name)
            .map_err(|error| HttpError::Tls(in_words(&error)))?;
        while connection.is_handshaking() {
            // At the end of the stream it is an error by itself.
            connection.complete_io(stream).map_err(HttpError::from_io)?;
        }
        // Our last word may still have to go.
        while connection.wants_write() {
            connection.write_tls(stream).map_err(HttpError::from_io)?;
        }
        Ok(connection)
    }

    fn config(&self) -> Result<Arc<ClientConfig>, String> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let roots = match &self.roots {
            Roots::System => system()?,
            Roots::Given(roots) => Arc::clone(roots),
            Roots::Nobody(variable) => {
                return Err(format!(
                    "nobody is trusted, as {variable} names a file that cannot be used"
                ));
            }
        };
        let builder = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots);
        let mut config = match &self.identity {
            Some(identity) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(identity)))),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![self.protocol.to_vec()];
        Ok(Arc::clone(self.config.get_or_init(|| Arc::new(config))))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No key, and not two hundred authorities.
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

/// The one that the process has by default may be another, or none, or two.
fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    Arc::clone(PROVIDER.get_or_init(|| Arc::new(rustls::crypto::ring::default_provider())))
}

/// Whom the system trusts; `SSL_CERT_FILE` and `SSL_CERT_DIR` say where that is written, if they are set.
fn system() -> Result<Arc<RootCertStore>, String> {
    static SYSTEM: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    if let Some(roots) = SYSTEM.get() {
        return Ok(Arc::clone(roots));
    }
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // Some may be too old to be read.
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let why = found
            .errors
            .first()
            .map(|error| format!(" ({error})"))
            .unwrap_or_default();
        return Err(format!(
            "this system trusts nobody{why}; install its package of certificates (`ca-certificates`), or name a file in \
             OTEL_EXPORTER_OTLP_CERTIFICATE"
        ));
    }
    Ok(Arc::clone(SYSTEM.get_or_init(|| Arc::new(roots))))
}

/// Which of a certificate's two files cannot be used, and why.
#[derive(Debug)]
pub(crate) enum BadFile {
    Certificate(String),
    Key(String),
}

/// Those whom a file of certificates names.
pub(crate) fn roots(file: &Path) -> Result<Roots, String> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    Ok(Roots::Given(Arc::new(roots)))
}

/// A certificate, with those that vouch for it, and the key to it.
pub(crate) fn identity(certificate: &Path, key: &Path) -> Result<Identity, BadFile> {
    let chain = certificates(certificate).map_err(BadFile::Certificate)?;
    let key = PrivateKeyDer::from_pem_slice(&read(key).map_err(BadFile::Key)?).map_err(|error| match error {
        pem::Error::NoItemsFound => BadFile::Key("there is no key in it, or only one with a password".to_owned()),
        error => BadFile::Key(error.to_string()),
    })?;
    let identity = CertifiedKey::from_der(chain, key, &provider()).map_err(|error| match error {
        Error::InconsistentKeys(_) => BadFile::Key("it is the key to another certificate".to_owned()),
        Error::InvalidCertificate(_) => BadFile::Certificate(error.to_string()),
        error => BadFile::Key(error.to_string()),
    })?;
    Ok(Arc::new(identity))
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(file)?).collect();
    match found {
        Ok(found) if found.is_empty() => Err("there is no certificate in it".to_owned()),
        found => found.map_err(|error| error.to_string()),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| error.to_string())
}

/// What went wrong, and the cure if there is one.
pub(crate) fn in_words(error: &Error) -> String {
    use AlertDescription as Alert;
    use CertificateError as Bad;
    match error {
        // The second if it has the name of one that is.
        Error::InvalidCertificate(Bad::UnknownIssuer | Bad::BadSignature) => format!(
            "the server's certificate is of an authority that is not trusted here ({error}); if it is your own, name it in \
             OTEL_EXPORTER_OTLP_CERTIFICATE"
        ),
        Error::InvalidCertificate(Bad::Expired | Bad::ExpiredContext { .. }) => {
            format!("the server's certificate has expired, or this machine's clock is wrong ({error})")
        }
        Error::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. }) => {
            format!("the server's certificate is for another host than the endpoint's ({error})")
        }
        Error::InvalidMessage(_) => {
            "the server does not answer in TLS; if it is not meant to, its URL begins with http://".to_owned()
        }
        Error::AlertReceived(
            Alert::CertificateRequired | Alert::BadCertificate | Alert::UnknownCA | Alert::HandshakeFailure,
        ) => format!(
            "the server refuses us ({error}); OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY say \
             what it is shown"
        ),
        error => error.to_string(),
    }
}

/// A connection after its handshake.
pub(crate) struct Secure<S> {
    pub(crate) connection: ClientConnection,
    pub(crate) stream: S,
}

impl<S: Read> Read for Secure<S> {
    // It leaves unwritten what is: a server may answer, and hang up, before it has read all of a request.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.connection.reader().read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return read,
            }
            self.connection.read_tls(&mut self.stream)?;
            self.connection
                .process_new_packets()
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        }
    }
}

impl<S: Write> Write for Secure<S> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        // What waits to be written is bounded by writing it first.
        self.flush()?;
        let taken = self.connection.writer().write(buffer)?;
        self.flush()?;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.connection.wants_write() {
            self.connection.write_tls(&mut self.stream)?;
        }
        Ok(())
    }
}
