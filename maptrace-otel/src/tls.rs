//! TLS for `https://` endpoints, by rustls with ring: no OpenSSL, no cmake, and nothing of the process's own settings.

use std::fmt;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::http::HttpError;

/// The files that a connection is made with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Files {
    /// Whom to trust instead of whom the system trusts.
    pub(crate) trusted: Option<PathBuf>,
    /// Who we are: certificate and key.
    pub(crate) client: Option<(PathBuf, PathBuf)>,
}

/// What is wrong with one of them.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) path: PathBuf,
    pub(crate) reason: String,
}

impl Fault {
    fn new(path: &Path, reason: impl fmt::Display) -> Self {
        Self {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// How to make a connection.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    config: Arc<ClientConfig>,
    /// The same for tonic, which wants to make it itself.
    #[cfg(feature = "grpc")]
    pub(crate) grpc: tonic::transport::ClientTlsConfig,
}

impl Tls {
    pub(crate) fn new(files: &Files) -> Result<Self, Fault> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Fault::new(Path::new(""), error))?
            .with_root_certificates(match &files.trusted {
                Some(path) => trusted(path)?,
                None => trusted_by_the_system(),
            });
        let mut config = match &files.client {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let chain = certificates(certificate)?;
                let key_read = PrivateKeyDer::from_pem_file(key).map_err(|error| Fault::new(key, error))?;
                builder
                    .with_client_auth_cert(chain, key_read)
                    .map_err(|error| Fault::new(key, error))?
            }
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            config: Arc::new(config),
            #[cfg(feature = "grpc")]
            grpc: for_grpc(files)?,
        })
    }

    /// The stream with TLS around it; the handshake is done by the first write.
    pub(crate) fn wrap<S: Read + Write>(
        &self,
        host: &str,
        stream: S,
    ) -> Result<StreamOwned<ClientConnection, S>, HttpError> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| HttpError::Tls("no certificate can name this host".to_owned()))?;
        let connection =
            ClientConnection::new(Arc::clone(&self.config), name).map_err(|error| HttpError::Tls(error.to_string()))?;
        Ok(StreamOwned::new(connection, stream))
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    let found = found.map_err(|error| Fault::new(path, error))?;
    if found.is_empty() {
        return Err(Fault::new(path, "there is no certificate in it"));
    }
    Ok(found)
}

fn trusted(path: &Path) -> Result<RootCertStore, Fault> {
    let mut store = RootCertStore::empty();
    for certificate in certificates(path)? {
        store.add(certificate).map_err(|error| Fault::new(path, error))?;
    }
    Ok(store)
}

/// Whom the system trusts. If that is nobody, each connection fails and says why.
fn trusted_by_the_system() -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    store
}

#[cfg(feature = "grpc")]
fn for_grpc(files: &Files) -> Result<tonic::transport::ClientTlsConfig, Fault> {
    use tonic::transport::{Certificate, ClientTlsConfig, Identity};
    let read = |path: &PathBuf| std::fs::read(path).map_err(|error| Fault::new(path, error));
    let config = ClientTlsConfig::new();
    let config = match &files.trusted {
        Some(path) => config.ca_certificate(Certificate::from_pem(read(path)?)),
        None => config.with_native_roots(),
    };
    Ok(match &files.client {
        Some((certificate, key)) => config.identity(Identity::from_pem(read(certificate)?, read(key)?)),
        None => config,
    })
}
