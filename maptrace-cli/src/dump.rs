//! `maptrace dump`: the maps of a process.

mod mapguard;

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::args::Dump;

/// Shows a dump that is there, or asks a process for one.
pub(crate) fn dump(request: &Dump) -> Result<ExitCode> {
    let (path, text) = match mapguard::process(&request.path) {
        Some(pid) => mapguard::ask(pid)?,
        None if mapguard::is_dump(&request.path) => (request.path.clone(), mapguard::read(&request.path)?),
        None => bail!(
            "{} is no number of a process, and no dump (mapguard-PID-N.json)",
            request.path.display()
        ),
    };
    let shown = if request.json {
        text
    } else {
        mapguard::show(&path, &text)?
    };
    // Whoever closes the pipe has seen enough.
    let _ = io::stdout().write_all(shown.as_bytes());
    Ok(ExitCode::SUCCESS)
}
