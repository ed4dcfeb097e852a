//! A file that is there as a whole or not at all, made without memory and read by its owner alone.
#![expect(
    unsafe_code,
    reason = "std makes paths in memory of its own, and a signal that a limit on files sends would end the process"
)]

use std::ffi::{CStr, c_int};
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr;

/// A file's name, on the stack.
pub(super) struct Name {
    bytes: [u8; 64],
    len: usize,
}

impl Name {
    fn new(text: fmt::Arguments<'_>) -> Self {
        let mut name = Self { bytes: [0; 64], len: 0 };
        // Longer ones are cut; none is.
        let _ = name.write_fmt(text);
        name
    }

    fn c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.bytes).unwrap_or_default()
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(self.bytes.get(..self.len).unwrap_or_default()).unwrap_or_default()
    }
}

impl fmt::Write for Name {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        // A zero stays behind it.
        if end >= self.bytes.len() {
            return Err(fmt::Error);
        }
        self.bytes[self.len..end].copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// The name of a process's dump.
pub(super) fn dump_name(pid: u32, number: u32) -> Name {
    Name::new(format_args!("mapguard-{pid}-{number}.json"))
}

/// A folder that is open.
pub(super) struct Folder(OwnedFd);

fn check(result: c_int) -> io::Result<c_int> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

impl Folder {
    pub(super) fn open(path: &CStr) -> io::Result<Self> {
        // SAFETY: the path is a C string, and is not kept.
        let fd = check(unsafe { libc::open(path.as_ptr(), libc::O_RDONLY | libc::O_DIRECTORY | libc::O_CLOEXEC) })?;
        // SAFETY: it was opened above and is nobody else's.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// Makes the file that is going to be the dump.
    pub(super) fn create(&self, pid: u32, number: u32) -> io::Result<Unfinished<'_>> {
        let name = Name::new(format_args!(".mapguard-{pid}-{number}.tmp"));
        let open = || {
            let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_EXCL | libc::O_NOFOLLOW | libc::O_CLOEXEC;
            let mode: libc::c_uint = 0o600;
            // SAFETY: the folder is open, the name is a C string, and a mode goes with `O_CREAT`.
            check(unsafe { libc::openat(self.0.as_raw_fd(), name.c_str().as_ptr(), flags, mode) })
        };
        let fd = open().or_else(|error| {
            if error.raw_os_error() != Some(libc::EEXIST) {
                return Err(error);
            }
            // Of a process with the same number that was killed in the midst of it.
            self.remove(&name);
            open()
        })?;
        // SAFETY: it was opened above and is nobody else's.
        let file = unsafe { File::from_raw_fd(fd) };
        Ok(Unfinished {
            folder: self,
            name,
            file: Some(file),
            is_there: true,
        })
    }

    fn remove(&self, name: &Name) {
        // SAFETY: the folder is open and the name is a C string.
        unsafe { libc::unlinkat(self.0.as_raw_fd(), name.c_str().as_ptr(), 0) };
    }

    /// Removes a dump of this process.
    pub(super) fn forget(&self, pid: u32, number: u32) {
        self.remove(&dump_name(pid, number));
    }
}

/// A file with a name that no dump has. It is removed unless it is [published](Self::publish).
pub(super) struct Unfinished<'f> {
    folder: &'f Folder,
    name: Name,
    file: Option<File>,
    is_there: bool,
}

impl Unfinished<'_> {
    /// To write to.
    pub(super) fn take_file(&mut self) -> Option<File> {
        self.file.take()
    }

    /// Gives it this name, in one step, unless there is a file of that name: that may be another process's dump, which had
    /// the same number.
    pub(super) fn publish(&mut self, name: &Name) -> io::Result<()> {
        let fd = self.folder.0.as_raw_fd();
        let (from, to) = (self.name.c_str().as_ptr(), name.c_str().as_ptr());
        // SAFETY: the folder is open and both names are C strings.
        match check(unsafe { libc::linkat(fd, from, fd, to, 0) }) {
            // Dropping this takes the first name away.
            Ok(_) => Ok(()),
            Err(error) if error.raw_os_error() == Some(libc::EEXIST) => Err(error),
            Err(_) => {
                // A file system that knows no second names.
                // SAFETY: as above.
                check(unsafe { libc::renameat(fd, from, fd, to) })?;
                self.is_there = false;
                Ok(())
            }
        }
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if self.is_there {
            self.folder.remove(&self.name);
        }
    }
}

/// Standard error, without the lock that std's has: its holder may be stuck. To be written to and not closed:
/// [`Out::end_of_borrowed`](super::out::Out::end_of_borrowed).
pub(super) fn stderr() -> File {
    // SAFETY: whoever gets it gives the number back and does not close it. If it is not open, writing fails.
    unsafe { File::from_raw_fd(libc::STDERR_FILENO) }
}

/// Lets other threads have the processor for a moment. std's `sleep` panics if the system refuses it, as the filter of a sandbox may,
/// and a panic in a panic's hook is the end of the process.
pub(super) fn rest(nanoseconds: u32) {
    let moment = libc::timespec { tv_sec: 0, tv_nsec: nanoseconds.into() };
    // SAFETY: the moment may be read, and a null pointer asks for nothing back. Whether it rested does not matter.
    unsafe { libc::nanosleep(&raw const moment, ptr::null_mut()) };
}

/// While it lives, a write past the process's limit on the size of files is an error, and not the signal that ends it.
pub(super) struct NoSignal {
    before: Option<libc::sigset_t>,
    was_pending: bool,
}

impl NoSignal {
    pub(super) fn new() -> Self {
        let only = only_xfsz();
        let mut before = MaybeUninit::uninit();
        let was_pending = is_pending();
        // SAFETY: `only` is initialised and `before` may be written to; neither pointer is kept.
        let failed = unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const only, before.as_mut_ptr()) };
        // SAFETY: the call that succeeded initialised it.
        let before = (failed == 0).then(|| unsafe { before.assume_init() });
        Self { before, was_pending }
    }
}

impl Drop for NoSignal {
    fn drop(&mut self) {
        let Some(before) = &self.before else { return };
        if !self.was_pending && is_pending() {
            let (only, mut signal) = (only_xfsz(), 0);
            // SAFETY: both pointers are valid and not kept. The signal is there, so nobody waits.
            unsafe { libc::sigwait(&raw const only, &raw mut signal) };
        }
        // SAFETY: `before` is a mask that this thread had; a null pointer asks for no copy of the current one.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before, ptr::null_mut()) };
    }
}

fn only_xfsz() -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: the set may be written to, which initialises it.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: it is initialised.
    unsafe { libc::sigaddset(set.as_mut_ptr(), libc::SIGXFSZ) };
    // SAFETY: as above.
    unsafe { set.assume_init() }
}

fn is_pending() -> bool {
    let mut set = MaybeUninit::uninit();
    // SAFETY: the set may be written to.
    if unsafe { libc::sigpending(set.as_mut_ptr()) } != 0 {
        return false;
    }
    // SAFETY: the call that succeeded initialised it.
    unsafe { libc::sigismember(set.as_ptr(), libc::SIGXFSZ) == 1 }
}
