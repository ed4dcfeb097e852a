//! Dumps of a live process, on a signal: the handler wakes a thread of ours, which needs nothing that the host's threads
//! may hold, so that a process that hangs can be looked at as well.
#![expect(unsafe_code, reason = "std has no signals")]

use std::fs::File;
use std::io::{self, Read};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, IntoRawFd};
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::thread::Builder;

use super::{InstallError, Why, dump, install};
use crate::config::GuardSignal;
use crate::spawn::spawn;

/// Where the handler writes to; the other end is our thread's.
static WAKE: AtomicI32 = AtomicI32::new(-1);
/// The process that has that thread: a forked child has the handler and not the thread, and the pipe is its parent's.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// Starts the thread, then the handler.
pub(super) fn listen(signal: GuardSignal, folder: &Path) -> Result<(), InstallError> {
    let number = signal.number();
    if is_taken(number) {
        return Err(InstallError::Signal {
            signal: signal.as_str(),
        });
    }
    let (reader, writer) = io::pipe().map_err(InstallError::Thread)?;
    // For whoever asks: the folder is open under a number that the thread's name tells.
    let folder = File::open(folder).map_err(InstallError::Thread)?.into_raw_fd();
    // SAFETY: the descriptor is open.
    let flags = unsafe { libc::fcntl(writer.as_raw_fd(), libc::F_GETFL) };
    // SAFETY: as above. The handler never waits: if the pipe is full the thread has enough to do.
    unsafe { libc::fcntl(writer.as_raw_fd(), libc::F_SETFL, flags | libc::O_NONBLOCK) };
    spawn(
        Builder::new().name(format!("mapguard/{number}/{folder}")),
        Box::new(move || answer(reader)),
    )
    .map_err(InstallError::Thread)?;
    PROCESS.store(std::process::id(), Ordering::Relaxed);
    WAKE.store(writer.into_raw_fd(), Ordering::Release);
    set_handler(number).map_err(InstallError::Thread)
}

/// Whether the host has a handler of its own.
fn is_taken(signal: i32) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: a null pointer changes nothing, and `action` may be written to.
    if unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) } != 0 {
        return true;
    }
    // SAFETY: the call that succeeded initialised it.
    let action = unsafe { action.assume_init() };
    !matches!(action.sa_sigaction, libc::SIG_DFL | libc::SIG_IGN)
}

fn set_handler(signal: i32) -> io::Result<()> {
    // SAFETY: all zeros are a valid action.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = on_signal as extern "C" fn(i32) as usize;
    // The host's system calls go on where they can, and its handlers' stack is used if it has one.
    action.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK;
    // SAFETY: the handler is a plain function that does only what is allowed in one, and `action` is initialised.
    let result = unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

extern "C" fn on_signal(_: i32) {
    // SAFETY: it may be called in a handler, and has no preconditions.
    let process = unsafe { libc::getpid() };
    if PROCESS.load(Ordering::Relaxed) != process.cast_unsigned() {
        return;
    }
    let errno = errno();
    // SAFETY: what is there is this thread's.
    let before = unsafe { *errno };
    let byte = 0_u8;
    // SAFETY: it may be called in a handler; one byte may be read, and a descriptor that is none is an error.
    unsafe { libc::write(WAKE.load(Ordering::Acquire), (&raw const byte).cast(), 1) };
    // SAFETY: as above: the code that was interrupted finds it as it was.
    unsafe { *errno = before };
}

fn errno() -> *mut i32 {
    #[cfg(any(target_os = "linux", target_os = "hurd"))]
    use libc::__errno_location as location;
    #[cfg(any(target_os = "android", target_os = "netbsd", target_os = "openbsd"))]
    use libc::__errno as location;
    #[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
    use libc::__error as location;
    // SAFETY: it has no preconditions, and may be called in a handler.
    unsafe { location() }
}

/// The thread: a dump for each time that it is woken.
fn answer(mut pipe: io::PipeReader) {
    let mut bytes = [0; 64];
    loop {
        match pipe.read(&mut bytes) {
            Ok(0) => return,
            Ok(_) => {
                if let Some(installed) = install::installed() {
                    let _ = dump::on_demand(installed, Why::Signal);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}
