//! What a thread is called, as the system knows it.
#![cfg_attr(
    target_os = "linux",
    expect(
        unsafe_code,
        reason = "std's name of a thread cannot be asked for from inside an allocation or at the end of a thread, the system's can"
    )
)]

use std::sync::atomic::{AtomicU64, Ordering};

use crate::event::{sixteen_bytes, two_words};

/// Bytes of a name, as in Linux, with a zero behind it unless it is that long.
pub(crate) const BYTES: usize = 16;

/// A name that others may read, written by its thread alone before its first event.
#[derive(Default)]
#[repr(transparent)]
pub(crate) struct Name([AtomicU64; BYTES / 8]);

impl Name {
    /// Takes the calling thread's.
    pub(super) fn take(&self) {
        let (words, name) = (&self.0, two_words(of_this_thread()));
        for i in 0..name.len() {
            // Relaxed: the ring's index publishes it, with the first event.
            words[i].store(name[i], Ordering::Relaxed);
        }
    }

    /// Takes another's, of the same thread.
    pub(super) fn copy(&self, other: &Self) {
        for i in 0..self.0.len() {
            // Relaxed: as above.
            self.0[i].store(other.0[i].load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }

    /// Collector only, for an event of the thread.
    pub(crate) fn get(&self) -> [u8; BYTES] {
        let [first, second] = &self.0;
        sixteen_bytes([first.load(Ordering::Relaxed), second.load(Ordering::Relaxed)])
    }
}

/// Costs three system calls.
#[cfg(target_os = "linux")]
pub(crate) fn of_this_thread() -> [u8; BYTES] {
    let mut name = [0; BYTES];
    // SAFETY: a call without arguments that only reads.
    let process = unsafe { libc::getpid() };
    let thread = gettid();
    let is_main = libc::c_long::from(process) == thread;
    if is_main {
        // The system has the program's name for it.
        name[..4].copy_from_slice(b"main");
        return name;
    }
    // SAFETY: the system writes sixteen bytes at most, a zero among them, and there is room for as many.
    let result = unsafe { libc::prctl(libc::PR_GET_NAME, name.as_mut_ptr()) };
    if result == 0 { name } else { [0; BYTES] }
}

#[cfg(target_os = "linux")]
fn gettid() -> libc::c_long {
    // SAFETY: a call without arguments that only reads. By its number, as glibc has a function for it since 2.30, and
    // Rust programs run with 2.17.
    unsafe { libc::syscall(libc::SYS_gettid) }
}

/// The system's number of the calling thread. Costs a system call.
#[cfg(all(feature = "flight", target_os = "linux"))]
pub(super) fn system_id() -> u32 {
    u32::try_from(gettid()).unwrap_or(0)
}

/// The system's number of the calling thread, as no other one has it now; never 0. Costs a system call.
#[cfg(all(feature = "race", target_os = "linux"))]
pub(crate) fn system_number() -> u64 {
    u64::try_from(gettid()).unwrap_or(u64::MAX)
}

/// A number of the calling thread that no other one has ever had.
#[cfg(all(feature = "race", not(target_os = "linux")))]
pub(crate) fn system_number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// The name of another thread of this process, by its [`system_number`]; empty if it has none or is gone. Allocates nothing.
#[cfg(all(feature = "race", target_os = "linux"))]
pub(crate) fn of(number: u64, name: &mut [u8; BYTES]) -> &str {
    use std::io::{Cursor, Read, Write};

    if number == u64::from(std::process::id()) {
        // The system has the program's name for it.
        return "main";
    }
    let mut path = [0; 48];
    let mut cursor = Cursor::new(&mut path[..]);
    if write!(cursor, "/proc/self/task/{number}/comm").is_err() {
        return "";
    }
    let end = cursor.position() as usize;
    let path = std::str::from_utf8(&path[..end]).unwrap_or_default();
    let read = std::fs::File::open(path).and_then(|mut file| file.read(name)).unwrap_or(0);
    let name = name[..read].split(|&byte| matches!(byte, 0 | b'\n')).next().unwrap_or_default();
    match std::str::from_utf8(name) {
        Ok(name) => name,
        // Cut in the middle of a letter.
        Err(error) => std::str::from_utf8(&name[..error.valid_up_to()]).unwrap_or_default(),
    }
}

#[cfg(all(feature = "race", not(target_os = "linux")))]
pub(crate) fn of(_number: u64, _name: &mut [u8; BYTES]) -> &'static str {
    ""
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn of_this_thread() -> [u8; BYTES] {
    [0; BYTES]
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
