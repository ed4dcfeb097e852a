//! Getting ready: all that a dump needs and could not get when it is time.

use std::ffi::CString;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::file::Folder;
use super::walk::MOST;
use super::{Builder, InstallError, dump, panics, scratch, signal};
use crate::config::{Config, GuardSignal};
use crate::hub::Hub;
use crate::{clock, global, say::say, thread};

/// What was installed.
pub(super) struct Installed {
    pub(super) folder: CString,
    /// The same for people.
    pub(super) shown_folder: String,
    pub(super) program: String,
    /// Operations of each thread that are told.
    pub(super) operations: usize,
}

static INSTALLED: OnceLock<Installed> = OnceLock::new();

/// What was installed, if anything was.
pub(super) fn installed() -> Option<&'static Installed> {
    INSTALLED.get()
}

/// Installs what a builder says, or rather what the environment says in its place.
pub(super) fn install(builder: Builder) -> Result<(), InstallError> {
    thread::at_work(|| {
        let mut config = Config {
            guard: Some(builder.folder),
            guard_signal: builder.signal,
            ..Config::default()
        };
        config.apply_guard_environment();
        install_config(&config, builder.operations)
    })
}

/// Called as the collector is started: installs what its settings ask for, and says so if it cannot.
pub(crate) fn start(config: &Config) {
    if INSTALLED.get().is_some() {
        return;
    }
    if let Err(error) = install_config(config, super::OPERATIONS) {
        say(format_args!("no panic dumps: {error}"));
    }
}

fn install_config(config: &Config, operations: usize) -> Result<(), InstallError> {
    let Some(folder) = &config.guard else { return Ok(()) };
    let path = prepare(folder).map_err(|source| InstallError::Folder {
        path: folder.clone(),
        source,
    })?;
    let c_path = CString::new(path.as_os_str().as_bytes()).map_err(|error| InstallError::Folder {
        path: folder.clone(),
        source: error.into(),
    })?;
    clock::start();
    let mut is_first = false;
    INSTALLED.get_or_init(|| {
        is_first = true;
        Installed {
            folder: c_path,
            shown_folder: path.display().to_string(),
            program: program(),
            operations: operations.min(MOST),
        }
    });
    if !is_first {
        return Err(InstallError::Already);
    }
    scratch::want(global::existing_generation().map(|it| &it.ids), global::existing_hub());
    set_hook();
    config
        .guard_signal
        .map_or(Ok(()), |signal| signal::listen(signal, &path))
}

fn program() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    Path::new(&path)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Makes the folder if it is not there, and tries whether files can be made in it. Returns its whole path.
fn prepare(folder: &Path) -> io::Result<PathBuf> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let path = folder.canonicalize()?;
    let c_path = CString::new(path.as_os_str().as_bytes())?;
    // Dropped, and so removed again.
    Folder::open(&c_path)?.create(std::process::id(), u32::MAX)?;
    Ok(path)
}

/// Puts ours before the hook that is there. `std` refuses that to a panicking thread, which may well be the first to change
/// a map: then the collector's does it.
fn set_hook() {
    if std::thread::panicking() {
        WANTED.get_or_init(|| ());
        return;
    }
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if let Some(installed) = INSTALLED.get() {
            let panicked = panics::note(info);
            dump::for_panic(installed, &panicked);
        }
        before(info);
    }));
}

/// Set if the hook is to be set by the collector's thread.
static WANTED: OnceLock<()> = OnceLock::new();
static DONE: OnceLock<()> = OnceLock::new();

/// Called by the collector's thread after each pass.
pub(crate) fn tend(hub: &Hub) {
    if INSTALLED.get().is_none() {
        return;
    }
    if WANTED.get().is_some() && DONE.set(()).is_ok() {
        set_hook();
    }
    scratch::tend(hub, clock::now_ns());
}

impl GuardSignal {
    pub(super) const fn number(self) -> i32 {
        match self {
            Self::Usr1 => libc::SIGUSR1,
            Self::Usr2 => libc::SIGUSR2,
        }
    }
}
