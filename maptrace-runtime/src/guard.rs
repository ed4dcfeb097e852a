//! mapguard: when the process panics, or is asked to, a file with the state of every live map and the last operations of
//! every thread.
//!
//! ```no_run
//! # fn main() -> Result<(), maptrace_runtime::guard::InstallError> {
//! maptrace_runtime::guard::install("/var/lib/shop/dumps")?;
//! # Ok(())
//! # }
//! ```
//!
//! or no line at all, and `MAPTRACE_GUARD=/var/lib/shop/dumps`. Each dump is one file, `mapguard-<pid>-<n>.json`, which only
//! its owner can read; what stands in it is in `docs/mapguard.md`, and the maps that matter are told on standard error as
//! well. Keys, values and the panic's message are not in it.
//!
//! A dump reads maptrace's own memory and never a map. It allocates nothing and waits for no lock: if the collector's books
//! are not to be had within some 20 milliseconds it does without, and says so, with how far counts may be off. Then the hook
//! that was there before runs, and the panic goes on as it would have. A hook that is set later and does not call this one takes
//! its place.
//!
//! While nothing happens this costs the host nothing. There are 60 bytes more for each map with a record of its own, made with
//! the record, and the collector notes each five seconds how many operations each has seen.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::config::GuardSignal;

#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
mod on;
#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
use on as imp;
#[cfg(not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))))]
mod off;
#[cfg(not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))))]
use off as imp;

on! {
    mod books;
    mod document;
    mod dump;
    mod file;
    mod install;
    mod matter;
    mod out;
    mod panics;
    mod scratch;
    mod signal;
    mod sites;
    mod walk;
    #[cfg(test)]
    mod tests;

    pub(crate) use install::{start, tend};
    pub(crate) use scratch::{bytes_of_an_id, is_installed, prepare, set_closing};

    /// Why a dump is written.
    #[derive(Clone, Copy)]
    enum Why<'p> {
        Panic(&'p panics::Panicked),
        Signal,
        Asked,
        #[cfg(feature = "race")]
        Race,
    }

    /// Writes a dump of a process that ends, as two threads were found in one map. Allocates nothing.
    #[cfg(feature = "race")]
    pub(crate) fn dump_for_race() {
        if let Some(installed) = install::installed() {
            let _ = dump::on_demand(installed, Why::Race);
        }
    }

    impl<'p> Why<'p> {
        const fn panic(self) -> Option<&'p panics::Panicked> {
            if let Self::Panic(panicked) = self { Some(panicked) } else { None }
        }

        const fn as_str(self) -> &'static str {
            match self {
                Self::Panic(_) => "panic",
                Self::Signal => "signal",
                Self::Asked => "asked",
                #[cfg(feature = "race")]
                Self::Race => "race",
            }
        }
    }
}

/// Operations of each thread that are told, unless a builder says otherwise.
const OPERATIONS: usize = 32;

/// Writes a dump into this folder whenever a thread panics. The folder is made if it is not there.
///
/// The variable `MAPTRACE_GUARD` wins: it names another folder, or is `off`. Call it after a hook of your own is set.
///
/// # Errors
/// If no file can be made in the folder, or if dumps are installed already.
pub fn install(folder: impl Into<PathBuf>) -> Result<(), InstallError> {
    builder(folder).install()
}

/// As [`install`], with more to be said.
#[must_use = "a builder does nothing until it is installed"]
pub fn builder(folder: impl Into<PathBuf>) -> Builder {
    Builder {
        folder: folder.into(),
        operations: OPERATIONS,
        signal: None,
    }
}

/// Writes a dump now, and returns its path. Costs some 10 milliseconds for 10,000 maps.
///
/// # Errors
/// If nothing is installed, tracing is off, or the file cannot be written.
///
/// # Examples
/// ```no_run
/// match maptrace_runtime::guard::dump() {
///     Ok(path) => println!("all maps are in {}", path.display()),
///     Err(error) => eprintln!("no dump: {error}"),
/// }
/// ```
pub fn dump() -> io::Result<PathBuf> {
    imp::dump()
}

/// What is to be written when, for [`install`](Self::install).
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is installed"]
pub struct Builder {
    folder: PathBuf,
    operations: usize,
    signal: Option<GuardSignal>,
}

impl Builder {
    /// How many of each thread's last operations are in a dump, 64 at most. Default: 32.
    pub fn operations(mut self, most: usize) -> Self {
        self.operations = most;
        self
    }

    /// Writes a dump on `SIGUSR1` as well, as `maptrace dump PID` asks for (`MAPTRACE_GUARD_SIGNAL=usr1`). A thread of its
    /// own waits for it. Default: signals are left alone.
    pub fn on_sigusr1(mut self) -> Self {
        self.signal = Some(GuardSignal::Usr1);
        self
    }

    /// The same on `SIGUSR2`, for a program that has another use for `SIGUSR1` (`MAPTRACE_GUARD_SIGNAL=usr2`).
    pub fn on_sigusr2(mut self) -> Self {
        self.signal = Some(GuardSignal::Usr2);
        self
    }

    /// Installs it, for the rest of the process.
    ///
    /// # Errors
    /// If no file can be made in the folder, if the program handles the signal already, or if dumps are installed already.
    /// If it is the signal alone, dumps of panics are installed all the same.
    pub fn install(self) -> Result<(), InstallError> {
        imp::install(self)
    }
}

/// Why dumps could not be installed.
#[derive(Debug)]
#[non_exhaustive]
pub enum InstallError {
    /// No file can be made in the folder.
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The program has a handler of its own for the signal.
    Signal {
        /// Which one.
        signal: &'static str,
    },
    /// The thread that waits for the signal could not be had.
    Thread(io::Error),
    /// Dumps are installed already.
    Already,
}

impl fmt::Display for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder { path, source } => write!(
                f,
                "no file can be made in {} ({source}): choose a folder that this user may write to",
                path.display()
            ),
            Self::Signal { signal } => write!(
                f,
                "the program handles {signal} itself: choose the other of SIGUSR1 and SIGUSR2, or install this first"
            ),
            Self::Thread(source) => write!(
                f,
                "the thread that waits for the signal could not be started ({source})"
            ),
            Self::Already => f.write_str("dumps are installed already: install them once, at the start"),
        }
    }
}

impl std::error::Error for InstallError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Folder { source, .. } | Self::Thread(source) => Some(source),
            Self::Signal { .. } | Self::Already => None,
        }
    }
}
