//! Writing one dump at a time, whoever asks for it.
#![expect(
    unsafe_code,
    reason = "std's mutex stays locked in a child that is forked while another thread has it"
)]

use std::cell::UnsafeCell;
use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Why;
use super::books::Books;
use super::document::Document;
use super::file::{Folder, Name, NoSignal, dump_name, rest, stderr};
use super::install::Installed;
use super::matter::{Bytes, Grouped, Matter};
use super::out::Out;
use super::panics::Panicked;
use super::sites::Sites;
use super::walk::{Deed, Last};
use crate::{clock, global};

/// How long a panicking thread waits for the dump of another one. That of 100,000 maps takes less.
const PATIENCE: Duration = Duration::from_millis(500);
/// In nanoseconds.
const STEP: u32 = 200_000;
/// After a dump for a panic there is none for this many times as long as it took: a service that panics all the time and
/// lives on shall not spend itself on dumps.
const REST: u64 = 20;
/// Dumps of a process that are kept: so many of the first, and as many of the last.
const KEPT: u32 = 8;
/// Numbers that are tried until one is free.
const MOST_TAKEN: u32 = 10_000;

/// All that a dump is written with, there from the start. Whoever has it is the one who writes.
struct Space {
    out: Out,
    matter: Matter,
    sites: Sites,
    last: Last,
}

/// A [`Space`], and which process writes with it.
struct Shared {
    /// The process one of whose threads has it; 0 if none has. In a forked child it may be an ancestor, whose thread is not here.
    claimed_by: AtomicU32,
    space: UnsafeCell<Space>,
}

// SAFETY: the space is reached through a `Claim` alone, of which a process has one at a time.
unsafe impl Sync for Shared {}

static SPACE: Shared = Shared {
    claimed_by: AtomicU32::new(0),
    space: UnsafeCell::new(Space {
        out: Out::new(),
        matter: Matter::new(),
        sites: Sites::new(),
        last: Last::new(),
    }),
};

/// The right to write, until it is dropped.
struct Claim;

impl Deref for Claim {
    type Target = Space;

    fn deref(&self) -> &Space {
        // SAFETY: there is one claim in this process, which lends it as long as it is borrowed itself.
        unsafe { &*SPACE.space.get() }
    }
}

impl DerefMut for Claim {
    fn deref_mut(&mut self) -> &mut Space {
        // SAFETY: as above, and it is borrowed mutably.
        unsafe { &mut *SPACE.space.get() }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Release: pairs with the Acquire exchange in `try_space`.
        SPACE.claimed_by.store(0, Ordering::Release);
    }
}

/// The number of the next dump.
static NEXT: AtomicU32 = AtomicU32::new(0);
/// The number of the last panic that is in a dump.
static TOLD: AtomicU32 = AtomicU32::new(0);
/// When there may be another dump for a panic, in nanoseconds since the anchor.
static NOT_BEFORE: AtomicU64 = AtomicU64::new(0);

/// The number of the last panic that is in a dump.
pub(super) fn told() -> u32 {
    TOLD.load(Ordering::Acquire)
}

fn try_space() -> Option<Claim> {
    let (pid, claimed_by) = (std::process::id(), &SPACE.claimed_by);
    let now = claimed_by.load(Ordering::Relaxed);
    // What an ancestor has claimed nobody writes with here. What it has left half done is begun anew with each dump.
    let is_free = now != pid && claimed_by.compare_exchange(now, pid, Ordering::Acquire, Ordering::Relaxed).is_ok();
    // Not `then_some`: a claim that is not to be had must not be made, as its end would be that of another.
    is_free.then(|| Claim)
}

/// The space, once it is free, unless `done` before.
fn wait_for_space(done: impl Fn() -> bool) -> Option<Claim> {
    let begun = Instant::now();
    while !done() {
        if let Some(space) = try_space() {
            return (!done()).then_some(space);
        }
        if begun.elapsed() > PATIENCE {
            return None;
        }
        rest(STEP);
    }
    None
}

/// Writes a dump for a panic, unless another thread's dump tells of it, or the last one is hardly over.
pub(super) fn for_panic(installed: &Installed, panicked: &Panicked) {
    if global::existing_hub().is_none() {
        // No map was ever changed, or tracing is off.
        return;
    }
    // With another thread's dump this one's panic may be told: wait for that, as with `panic = "abort"` the process ends
    // when this returns.
    let Some(mut space) = wait_for_space(|| told() >= panicked.number) else {
        return;
    };
    if clock::now_ns() < NOT_BEFORE.load(Ordering::Relaxed) {
        return;
    }
    let begun = clock::now_ns();
    let written = space.write(installed, Why::Panic(panicked));
    space.tell(installed, Why::Panic(panicked), &written);
    let now = clock::now_ns();
    NOT_BEFORE.store(
        now.saturating_add(now.saturating_sub(begun).saturating_mul(REST)),
        Ordering::Relaxed,
    );
}

/// Writes a dump that was asked for. Returns the name of its file.
pub(super) fn on_demand(installed: &Installed, why: Why<'_>) -> io::Result<Name> {
    let Some(mut space) = wait_for_space(|| false) else {
        return Err(io::Error::new(
            io::ErrorKind::WouldBlock,
            "another dump is being written, and does not end",
        ));
    };
    let written = space.write(installed, why);
    if !matches!(why, Why::Asked) {
        space.tell(installed, why, &written);
    }
    written
}

impl Space {
    fn write(&mut self, installed: &Installed, why: Why<'_>) -> io::Result<Name> {
        let books = global::existing_hub().map(Books::open);
        let written = self.write_file(installed, why, books.as_ref());
        if written.is_err() {
            // To be told of all the same.
            let touched = why.panic().map_or(Deed::NONE, |it| it.deed);
            self.matter.look(books.as_ref(), touched, &mut self.sites);
        }
        written
    }

    fn write_file(&mut self, installed: &Installed, why: Why<'_>, books: Option<&Books>) -> io::Result<Name> {
        let _no_signal = NoSignal::new();
        let pid = std::process::id();
        let folder = Folder::open(&installed.folder)?;
        let mut number = NEXT.load(Ordering::Relaxed);
        let mut unfinished = folder.create(pid, number)?;
        if let Some(file) = unfinished.take_file() {
            self.out.begin(file);
        }
        let mut document = Document {
            out: &mut self.out,
            matter: &mut self.matter,
            sites: &mut self.sites,
            last: &mut self.last,
        };
        let told = document.write(installed, why, number, books);
        self.out.end()?;
        for _ in 0..MOST_TAKEN {
            let name = dump_name(pid, number);
            match unfinished.publish(&name) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
                Ok(()) => {
                    NEXT.store(number + 1, Ordering::Relaxed);
                    if let Some(old) = number.checked_sub(KEPT).filter(|&old| old >= KEPT) {
                        folder.forget(pid, old);
                    }
                    // Release: pairs with the Acquire load of whoever waits for this.
                    TOLD.fetch_max(told, Ordering::Release);
                    return Ok(name);
                }
            }
        }
        Err(io::Error::from(io::ErrorKind::AlreadyExists))
    }

    /// Says on standard error what was written, and which maps matter.
    fn tell(&mut self, installed: &Installed, why: Why<'_>, written: &io::Result<Name>) {
        use std::fmt::Write as _;
        let (out, matter) = (&mut self.out, &self.matter);
        out.begin(stderr());
        out.raw("maptrace: ");
        if let Why::Panic(panicked) = why {
            out.raw("panic in thread '");
            out.plain(panicked.name());
            out.raw("', ");
        }
        let path = &installed.shown_folder;
        let (maps, entries) = (Grouped(matter.maps), Grouped(matter.entries));
        let _ = write!(
            out,
            "{maps} live maps, {entries} entries, {} held: ",
            Bytes(matter.held_bytes)
        );
        match written {
            Ok(name) => {
                out.raw("all of them in ");
                out.plain(path);
                out.raw("/");
                out.raw(name.as_str());
            }
            Err(error) => {
                out.raw("no dump could be written in ");
                out.plain(path);
                // Without the system's words, which are made in memory of their own.
                match error.raw_os_error() {
                    Some(code) => _ = write!(out, ": {} (error {code} of the system)", cure(code)),
                    None => out.raw(": the file was not written to its end"),
                }
            }
        }
        out.raw("\n");
        matter.tell(out, &self.sites);
        out.end_of_borrowed();
    }
}

/// What an error of the system means here, and what helps.
fn cure(code: i32) -> &'static str {
    match code {
        libc::ENOSPC | libc::EDQUOT => "there is no room; free some, or choose another folder",
        libc::EFBIG => "the limit on the size of files (ulimit -f) is too small for it",
        libc::EACCES | libc::EPERM => "this user may not write there; change its mode, or choose another folder",
        libc::EROFS => "that file system cannot be written to; choose another folder",
        libc::ENOENT | libc::ENOTDIR => "the folder is gone; make it anew",
        libc::EMFILE | libc::ENFILE => "too many files are open",
        _ => "the system refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A child that is forked while a thread of its parent's writes a dump can write its own.
    #[test]
    fn a_claim_is_one_of_its_process() {
        assert!(wait_for_space(|| true).is_none());
        let claim = wait_for_space(|| false).expect("nobody writes here");
        // Who does not get it does not end it.
        assert!(try_space().is_none() && try_space().is_none());
        // SAFETY: the child asks for its number and for this, and ends without anything of its parent's being done.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let good = try_space().is_some() && try_space().is_some();
            // SAFETY: has no preconditions.
            unsafe { libc::_exit(i32::from(!good)) };
        }
        let mut status = -1;
        // SAFETY: `status` may be written to, and the child is ours.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0);
        drop(claim);
        assert!(try_space().is_some());
    }
}
