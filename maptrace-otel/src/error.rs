//! Why an exporter could not be made.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why [`Otlp::build`](crate::Otlp::build) failed: one variant per cause, and the text names the cure.
///
/// Only what the program itself says can fail. A bad environment variable is a warning on stderr and its default is
/// used, because a typo in a deployment file must not stop a service.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// An endpoint is not a URL that can be posted to.
    Endpoint {
        /// The builder's method.
        option: &'static str,
        /// What was given. A user name or password in it is left out.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An endpoint begins with `https://`, but the feature `tls` is off.
    Tls {
        /// The builder's method.
        option: &'static str,
        /// What was given. A user name or password in it is left out.
        url: String,
    },
    /// A header could not be sent as it is. Its value is not shown: it may be a secret.
    Header {
        /// The header's name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A number or a duration is outside its range.
    Range {
        /// The builder's method.
        option: &'static str,
        /// What it accepts.
        accepted: &'static str,
    },
    /// A file for TLS cannot be used.
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The folder for the spool cannot be used.
    Spool {
        /// The folder.
        dir: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The system gave no random numbers, which span ids are made of.
    Random,
    /// The exporter's thread could not be started.
    Thread(io::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endpoint { option, url, reason } => write!(
                f,
                "maptrace-otel: `{option}({url:?})` {reason}; give a URL such as \"http://localhost:4318\""
            ),
            Self::Tls { option, url } => write!(
                f,
                "maptrace-otel: `{option}({url:?})` asks for TLS, but maptrace-otel is built without its feature `tls`; turn it on, \
                 or send to an OpenTelemetry Collector on this machine (\"http://localhost:4318\") and let it use TLS"
            ),
            Self::Header { name, reason } => write!(
                f,
                "maptrace-otel: the header {name:?} {reason}; a name is letters, digits and `-`, \
                 a value is visible ASCII, and `Host`, `Content-*`, `Connection` and the like are set by the exporter"
            ),
            Self::Range { option, accepted } => {
                write!(f, "maptrace-otel: `{option}` is out of range; it accepts {accepted}")
            }
            Self::Certificate { path, reason } => write!(
                f,
                "maptrace-otel: {path:?} cannot be used for TLS ({reason}); give a file in the PEM format that this process can \
                 read"
            ),
            Self::Spool { dir, error } => write!(
                f,
                "maptrace-otel: the folder {dir:?} cannot be used for the spool ({error}); \
                 name one that this process can make or that belongs to it alone (chmod 700)"
            ),
            Self::Random => f.write_str(
                "maptrace-otel: the system gives no random numbers, which span ids need; \
                 check that getrandom(2) or /dev/urandom is allowed in this sandbox",
            ),
            Self::Thread(error) => write!(
                f,
                "maptrace-otel: the exporter's thread could not be started ({error}); \
                 raise the limit on threads, or run without the exporter"
            ),
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Thread(error) | Self::Spool { error, .. } => Some(error),
            _ => None,
        }
    }
}
