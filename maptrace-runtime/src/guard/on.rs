//! The calls, with tracing on.

use std::io;
use std::path::{Path, PathBuf};

use super::{Builder, InstallError, Why};

pub(super) fn install(builder: Builder) -> Result<(), InstallError> {
    super::install::install(builder)
}

pub(super) fn dump() -> io::Result<PathBuf> {
    let Some(installed) = super::install::installed() else {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            "nothing is installed: call maptrace::guard::install, or set MAPTRACE_GUARD to a folder",
        ));
    };
    let name = super::dump::on_demand(installed, Why::Asked)?;
    Ok(Path::new(&installed.shown_folder).join(name.as_str()))
}
