//! Where a token stands in its file.
//!
//! The compiler says so since Rust 1.88. `proc_macro2` hands it on with its feature `span-locations` alone, which brings
//! line and column for text that was never a file's as well, and makes it a third slower to compile for every user. Tests
//! and fuzz targets run outside a compiler and ask it.

use std::path::PathBuf;

use proc_macro2::Span;

/// A line from 1 and a column from 0, in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LineColumn {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

#[cfg(not(any(test, maptrace_fuzz)))]
mod compiler {
    use super::{LineColumn, PathBuf, Span};

    fn at(begin: proc_macro::Span) -> LineColumn {
        LineColumn {
            line: begin.line(),
            // That one counts columns from 1, and says 0 of what stands nowhere.
            column: begin.column().saturating_sub(1),
        }
    }

    pub(crate) fn start(span: Span) -> LineColumn {
        at(span.unwrap())
    }

    pub(crate) fn end(span: Span) -> LineColumn {
        at(span.unwrap().end())
    }

    pub(crate) fn file(span: Span) -> String {
        span.unwrap().file()
    }

    pub(crate) fn local_file(span: Span) -> Option<PathBuf> {
        span.unwrap().local_file()
    }
}

#[cfg(any(test, maptrace_fuzz))]
mod compiler {
    use super::{LineColumn, PathBuf, Span};

    fn at(place: proc_macro2::LineColumn) -> LineColumn {
        LineColumn {
            line: place.line,
            column: place.column,
        }
    }

    pub(crate) fn start(span: Span) -> LineColumn {
        at(span.start())
    }

    pub(crate) fn end(span: Span) -> LineColumn {
        at(span.end())
    }

    pub(crate) fn file(span: Span) -> String {
        span.file()
    }

    pub(crate) fn local_file(span: Span) -> Option<PathBuf> {
        span.local_file()
    }
}

pub(crate) use compiler::{end, file, local_file, start};
