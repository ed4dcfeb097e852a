//! What is spoken with a server, and what a URL means then.

use crate::builder::Otlp;
use crate::endpoint::{Endpoint, Fault, redacted};
use crate::error::BuildError;

const DEFAULT_ENDPOINT: &str = "http://localhost:4318";
#[cfg(feature = "grpc")]
const DEFAULT_GRPC_ENDPOINT: &str = "http://localhost:4317";

/// What is spoken with a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Protobuf over HTTP/1.1.
    Http,
    #[cfg(feature = "grpc")]
    Grpc,
}

impl Protocol {
    /// As the program has it.
    #[cfg(feature = "grpc")]
    pub(super) fn of(builder: &Otlp) -> Self {
        match builder.grpc {
            Some(true) => Self::Grpc,
            _ => Self::Http,
        }
    }

    #[cfg(not(feature = "grpc"))]
    pub(super) fn of(_: &Otlp) -> Self {
        Self::Http
    }

    pub(super) fn default_endpoint(self) -> &'static str {
        match self {
            Self::Http => DEFAULT_ENDPOINT,
            #[cfg(feature = "grpc")]
            Self::Grpc => DEFAULT_GRPC_ENDPOINT,
        }
    }

    /// A URL for one signal.
    pub(super) fn parse(self, url: &str) -> Result<Endpoint, Fault> {
        match self {
            Self::Http => Endpoint::parse(url),
            #[cfg(feature = "grpc")]
            Self::Grpc => Endpoint::without_path(url),
        }
    }

    /// A URL for all signals.
    pub(super) fn parse_base(self, url: &str, path: &str) -> Result<Endpoint, Fault> {
        match self {
            Self::Http => Endpoint::under(url, path),
            #[cfg(feature = "grpc")]
            Self::Grpc => Endpoint::without_path(url),
        }
    }

    /// The endpoint of a signal as the program has it.
    pub(super) fn endpoint(
        self,
        builder: &Otlp,
        own: Option<&str>,
        option: &'static str,
        path: &str,
    ) -> Result<Endpoint, BuildError> {
        let (url, option, parsed) = match own {
            Some(url) => (url, option, self.parse(url)),
            None => {
                let url = builder.endpoint.as_deref().unwrap_or(self.default_endpoint());
                (url, "endpoint", self.parse_base(url, path))
            }
        };
        parsed.map_err(|fault| {
            let url = redacted(url);
            match fault {
                Fault::Tls => BuildError::Tls { option, url },
                Fault::Bad(reason) => BuildError::Endpoint { option, url, reason },
            }
        })
    }
}
