//! Threads of maptrace's own.
#![expect(unsafe_code, reason = "masks signals with pthread_sigmask, for which std has no interface")]

use std::alloc::Layout;
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::thread::{Builder, JoinHandle};

use crate::memory::is_room_for;

/// Bytes that are more than std allocates to start a thread: the process would end if it did not get them.
const MORE_THAN_A_THREAD: usize = 4 << 10;

/// Starts a thread that takes no signal. A host that waits for signals with `sigwait` blocks them before it makes its
/// threads; one of ours, made on the way by whichever thread changes a map first, must not take them in its place.
pub(crate) fn spawn(builder: Builder, work: Box<dyn FnOnce() + Send>) -> io::Result<JoinHandle<()>> {
    if !is_room_for(Layout::new::<[u8; MORE_THAN_A_THREAD]>()) {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    // A new thread inherits the mask of the one that makes it.
    let _masked = Masked::new();
    builder.spawn(work)
}

/// While it lives, this thread takes no signal. Does nothing if the mask cannot be had.
struct Masked {
    before: Option<libc::sigset_t>,
}

impl Masked {
    fn new() -> Self {
        let mut all = MaybeUninit::uninit();
        let mut before = MaybeUninit::uninit();
        // SAFETY: `all` may be written to, which initialises it; the pointer is not kept.
        unsafe { libc::sigfillset(all.as_mut_ptr()) };
        // SAFETY: `all` is initialised and `before` may be written to; neither pointer is kept.
        let failed = unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr()) };
        // SAFETY: the call that succeeded initialised it.
        let before = (failed == 0).then(|| unsafe { before.assume_init() });
        Self { before }
    }
}

impl Drop for Masked {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // SAFETY: `before` is a mask that this thread had; a null pointer asks for no copy of the current one.
            unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before, ptr::null_mut()) };
        }
    }
}
