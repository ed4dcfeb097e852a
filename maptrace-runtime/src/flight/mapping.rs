//! A file mapped into memory, which only ever grows.
#![expect(
    unsafe_code,
    reason = "maps a file with mmap and allocates its blocks with posix_fallocate, for which std has no interface"
)]

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::Path;
use std::ptr;
use std::slice;
use std::sync::atomic::{AtomicU64, Ordering};

use super::layout::Shared;

/// The first bytes of the range at `base`, as far as they are [allocated](Mapping::allocate), may be used. Never unmapped.
pub(super) struct Mapping {
    file: File,
    /// Holds a lock as long as this process lives: so others know that it does. Not `file`, as a forked child's mapping
    /// holds on to that.
    lock: File,
    /// What tells the file from others, should the application have closed our descriptors and got their numbers anew.
    identity: (u64, u64),
    base: *mut u8,
    range: u64,
    /// How far it is allocated.
    used: AtomicU64,
}

// SAFETY: `base` is never changed nor freed, and what is behind it is handed out as atomics, or to one owner once.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps a file, all that it may become: `range` bytes, of which none may be touched before they are
    /// [allocated](Self::allocate).
    pub(super) fn new(file: File, lock: File, range: u64) -> io::Result<Self> {
        let metadata = file.metadata()?;
        let length = usize::try_from(range).map_err(io::Error::other)?;
        let access = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping at a place of the system's choice; nothing of ours is there.
        let base = unsafe { libc::mmap(ptr::null_mut(), length, access, libc::MAP_SHARED, file.as_raw_fd(), 0) };
        if base == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        // Who cannot lock there is taken for gone by others, and no worse.
        let _ = lock.try_lock();
        Ok(Self { file, lock, identity: (metadata.dev(), metadata.ino()), base: base.cast(), range, used: AtomicU64::new(0) })
    }

    /// Whether the descriptor is still that of the file.
    fn is_ours(&self) -> bool {
        self.file.metadata().is_ok_and(|metadata| (metadata.dev(), metadata.ino()) == self.identity)
    }

    fn check(&self) -> io::Result<()> {
        if self.is_ours() { Ok(()) } else { Err(io::Error::other("the program has closed its descriptor")) }
    }

    /// Makes the file longer, with blocks behind all of it, so that a full disk is an error here and no signal later.
    pub(super) fn allocate(&self, at: u64, bytes: u64) -> io::Result<()> {
        self.check()?;
        let end = at.checked_add(bytes).filter(|&end| end <= self.range).ok_or(io::ErrorKind::FileTooLarge)?;
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: the system writes to `limit` alone.
        let known = unsafe { libc::getrlimit(libc::RLIMIT_FSIZE, &raw mut limit) };
        // Past that limit the system would send a signal that ends the process.
        if known == 0 && end > limit.rlim_cur {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let offset = |bytes: u64| libc::off_t::try_from(bytes).map_err(io::Error::other);
        let (at, bytes) = (offset(at)?, offset(bytes)?);
        loop {
            // SAFETY: the descriptor is open, and the call touches no memory of ours.
            match unsafe { libc::posix_fallocate(self.file.as_raw_fd(), at, bytes) } {
                0 => {
                    // Relaxed: looked at in a forked child alone, by the thread that forked; what another thread was
                    // allocating meanwhile nobody there knows of.
                    self.used.fetch_max(end, Ordering::Relaxed);
                    return Ok(());
                }
                libc::EINTR => {}
                error => return Err(io::Error::from_raw_os_error(error)),
            }
        }
    }

    /// Writes where blocks are allocated.
    pub(super) fn write(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        self.check()?;
        self.file.write_all_at(bytes, at)
    }

    fn place<T>(&self, at: u64, n: usize) -> *mut T {
        let bytes = n as u64 * size_of::<T>() as u64;
        assert!(at.checked_add(bytes).is_some_and(|end| end <= self.range), "out of the mapping");
        let place = self.base.wrapping_add(at as usize);
        assert!(place.addr().is_multiple_of(align_of::<T>()), "out of line");
        place.cast()
    }

    /// What lies at a place that was allocated.
    pub(super) fn at<T: Shared>(&self, at: u64) -> &'static T {
        // SAFETY: `place` has checked bounds and alignment; the mapping is never taken away, all patterns of bits are
        // values of such a `T`, and its words are atomics. Kept by this file and by `Shared`.
        unsafe { &*self.place::<T>(at, 1) }
    }

    /// `n` of what lies at a place that was allocated.
    pub(super) fn slice<T: Shared>(&self, at: u64, n: usize) -> &'static [T] {
        // SAFETY: as in `at`.
        unsafe { slice::from_raw_parts(self.place::<T>(at, n), n) }
    }

    /// In a forked child: makes the mapping the child's own, with what is in it now, so that nothing that the child does is
    /// seen in its parent's file. Does only what is allowed there.
    pub(super) fn leave(&self) {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_FIXED | libc::MAP_NORESERVE;
        // No more than there is to lose, as a private mapping counts as memory that may be asked for.
        let length = self.used.load(Ordering::Relaxed) as usize;
        let is_ours = |descriptor| {
            let mut status = MaybeUninit::<libc::stat>::zeroed();
            // SAFETY: the system writes to `status` alone.
            let known = unsafe { libc::fstat(descriptor, status.as_mut_ptr()) };
            // SAFETY: it was zero before, which is a value, and the system has written a value.
            let status = unsafe { status.assume_init() };
            known == 0 && (status.st_dev, status.st_ino) == self.identity
        };
        let file = self.file.as_raw_fd();
        let (flags, from) = if is_ours(file) {
            (flags, file)
        } else {
            // The application has closed it. Zeros then, so that maps which are inherited have lost their records.
            (flags | libc::MAP_ANONYMOUS, -1)
        };
        // SAFETY: in the place of our own mapping comes one of the same length, with the same content or with zeros, which
        // are values of all that is in it; references into it stay good.
        unsafe { libc::mmap(self.base.cast(), length, access, flags, from, 0) };
        for descriptor in [file, self.lock.as_raw_fd()].into_iter().filter(|&it| is_ours(it)) {
            // SAFETY: it is ours, and nobody uses it any more; with the second the lock is the parent's alone.
            unsafe { libc::close(descriptor) };
        }
    }
}

/// What files are mapped and allocated in.
pub(super) fn page_size() -> u64 {
    // SAFETY: a call that only reads.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    u64::try_from(size).ok().filter(|size| size.is_power_of_two()).unwrap_or(4096).max(4096)
}

/// Whether files in this folder are in memory alone, as far as can be told.
pub(super) fn is_in_memory(folder: &Path) -> bool {
    let Ok(path) = CString::new(folder.as_os_str().as_bytes()) else { return false };
    let mut status = MaybeUninit::<libc::statfs>::zeroed();
    // SAFETY: the path ends in a zero, and the system writes to `status` alone.
    let failed = unsafe { libc::statfs(path.as_ptr(), status.as_mut_ptr()) };
    // SAFETY: it was zero before, which is a value, and the system has written one.
    let status = unsafe { status.assume_init() };
    // tmpfs and ramfs.
    failed == 0 && matches!(status.f_type as u64 & 0xFFFF_FFFF, 0x0102_1994 | 0x8584_58F6)
}
