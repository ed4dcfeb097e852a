//! Why there is nothing to be had from a file.

use std::fmt;
use std::io;

/// Why there is nothing to be had from a file at all.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// It cannot be read.
    Io(io::Error),
    /// It does not begin as a recording does.
    NotARecording,
    /// It is of a machine whose bytes are in the other order.
    OtherByteOrder,
    /// It is of a version that this reader does not know.
    UnknownVersion {
        /// The version of the format.
        major: u16,
        /// The version of maptrace that wrote it.
        written_by: String,
    },
    /// Its version is known, and its words are laid out in another way, which no maptrace does.
    OtherWords,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "it cannot be read: {error}"),
            Self::NotARecording => write!(f, "it is no recording of maptrace: those are made with MAPTRACE_FLIGHT"),
            Self::OtherByteOrder => {
                write!(
                    f,
                    "it is of a machine with another order of bytes, and can be read only on one of that kind"
                )
            }
            Self::UnknownVersion { major, written_by } => write!(
                f,
                "its format is version {major}, by maptrace {written_by}, and this program knows version {}: \
                 use the program of that maptrace",
                crate::file::MAJOR
            ),
            Self::OtherWords => write!(
                f,
                "its header is damaged: it says that words are laid out as no maptrace does"
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}
