//! The files that connections are made with.

use std::path::PathBuf;

use super::{Env, Protocol, general, own};
use crate::builder::Otlp;
use crate::error::BuildError;
use crate::tls::{self, BadFile, Identity, Roots, Tls};

const PEM: &str = "a file in the PEM format that this process can read";

impl Env<'_> {
    /// What the connections of a signal are made with. A file that the program names has to be right.
    pub(super) fn tls(&mut self, signal: &str, protocol: Protocol, builder: &Otlp) -> Result<Option<Tls>, BuildError> {
        let roots = self.roots(signal, builder)?;
        let identity = self.identity(signal, builder)?;
        let protocol: &[u8] = match protocol {
            Protocol::Http => b"http/1.1",
            #[cfg(feature = "grpc")]
            Protocol::Grpc => b"h2",
        };
        Ok(Some(Tls::new(roots, identity, protocol)))
    }

    fn roots(&mut self, signal: &str, builder: &Otlp) -> Result<Roots, BuildError> {
        if let Some((name, path)) = self.file(signal, "CERTIFICATE") {
            return Ok(tls::roots(&path).unwrap_or_else(|why| {
                // To go on without it would be to trust others than those who are meant.
                self.note(format!(
                    "maptrace: {name} is {path:?}, which cannot be used ({why}); accepted is {PEM}; nothing is sent to \
                     https:// endpoints"
                ));
                Roots::Nobody(name)
            }));
        }
        match &builder.certificate {
            None => Ok(Roots::System),
            Some(path) => tls::roots(path).map_err(|reason| BuildError::Certificate {
                path: path.clone(),
                reason,
            }),
        }
    }

    /// A server that wants to know who we are says no without it, so a bad file in the environment is done without.
    fn identity(&mut self, signal: &str, builder: &Otlp) -> Result<Option<Identity>, BuildError> {
        match (self.file(signal, "CLIENT_CERTIFICATE"), self.file(signal, "CLIENT_KEY")) {
            (Some((certificate, certificate_path)), Some((key, key_path))) => {
                let (name, path, why) = match tls::identity(&certificate_path, &key_path) {
                    Ok(identity) => return Ok(Some(identity)),
                    Err(BadFile::Certificate(why)) => (certificate, certificate_path, why),
                    Err(BadFile::Key(why)) => (key, key_path, why),
                };
                self.warn(&name, &format!("is {path:?}, which cannot be used ({why})"), PEM);
            }
            (Some((name, _)), None) => {
                self.warn(&name, "is set alone", "this and OTEL_EXPORTER_OTLP_CLIENT_KEY");
            }
            (None, Some((name, _))) => {
                self.warn(&name, "is set alone", "this and OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE");
            }
            (None, None) => {}
        }
        let Some((certificate, key)) = &builder.client else {
            return Ok(None);
        };
        tls::identity(certificate, key).map(Some).map_err(|bad| {
            let (path, reason) = match bad {
                BadFile::Certificate(why) => (certificate, why),
                BadFile::Key(why) => (key, why),
            };
            BuildError::Certificate {
                path: path.clone(),
                reason,
            }
        })
    }

    /// The variable that names a file, and the file. A path need not be UTF-8.
    fn file(&self, signal: &str, option: &str) -> Option<(String, PathBuf)> {
        [own(signal, option), general(option)].into_iter().find_map(|name| {
            let path = (self.lookup)(&name).filter(|path| !path.is_empty())?;
            Some((name, PathBuf::from(path)))
        })
    }
}
