//! What maptrace itself has to say, to standard error.

use std::fmt;
use std::io::{self, Write};

/// Writes one line. Unlike `eprintln!` it does not panic if standard error is gone: this runs on the host's threads,
/// inside an insert or in a drop while the thread unwinds.
#[cold]
pub(crate) fn say(message: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "maptrace: {message}");
}
