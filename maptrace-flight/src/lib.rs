//! Reads what maptrace's flight recorder leaves of a process: the state of its maps, and the last operations of each of
//! its threads. The process may have been killed, or may go on.
//!
//! With `MAPTRACE_FLIGHT=dir` a process keeps its rings and records in a file there, which
//! `docs/flight-format.md` specifies. [`read`] makes a [`Recording`] of such a file, and [`parse`] of its bytes. Whatever the
//! bytes are, neither panics, and both take time and memory in proportion to them: what cannot be read is told in
//! [`Recording::damage`], and the rest is there. A file of another major version is refused.
//!
//! ```no_run
//! let files = maptrace_flight::find("/dev/shm/maps".as_ref())?;
//! let recording = maptrace_flight::read(&files[0], maptrace_flight::Options::default())?;
//! for map in &recording.maps {
//!     println!("{} has {} entries", map.name, map.entries);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod bytes;
mod error;
mod events;
mod file;
mod maps;
mod recording;
mod records;
mod rings;
mod table;
mod times;

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

pub use error::Error;
pub use events::{Event, What};
pub use recording::{CAUSES, Damage, Ending, Instance, Kind, Map, Process, Recording, Thread, Totals};
pub use times::rfc3339;

/// How much is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Most events of each thread, the last ones. Counts are exact in any case.
    pub last: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { last: 1000 }
    }
}

impl Options {
    /// With so many events of each thread at most.
    #[must_use]
    pub fn last(self, last: usize) -> Self {
        Self { last }
    }
}

/// Reads the recording in a file, whether its process goes on or not.
///
/// Costs memory for the whole file, and for [`Options::last`] events of each thread.
///
/// # Errors
/// If the file cannot be read, is no recording, or is one of a version that this reader does not know.
pub fn read(path: &Path, options: Options) -> Result<Recording, Error> {
    let file = File::open(path).map_err(Error::Io)?;
    // Asked first: who lives now may have ended, and not have been killed, when the rest is read.
    let lives = is_held(&file);
    let bytes = fs::read(path).map_err(Error::Io)?;
    // What was written over while it was being read: threads of a process that goes on do not wait.
    let later = |at: u64| {
        let mut word = [0; 8];
        file.read_exact_at(&mut word, at)
            .ok()
            .map(|()| u64::from_le_bytes(word))
    };
    let mut recording = recording::parse(&bytes, options, &later)?;
    if recording.process.ending == Ending::Killed && lives {
        recording.process.ending = Ending::Running;
    }
    Ok(recording)
}

/// Reads a recording from its bytes. Of a process that does not say that it ended it is told that it was killed.
///
/// # Errors
/// If they are no recording, or one of a version that this reader does not know.
pub fn parse(bytes: &[u8], options: Options) -> Result<Recording, Error> {
    recording::parse(bytes, options, &|_| None)
}

/// The recordings in a folder, the last one begun first. `path` may be that of a recording as well.
///
/// # Errors
/// If the folder cannot be read.
pub fn find(path: &Path) -> io::Result<Vec<PathBuf>> {
    if fs::metadata(path)?.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "flight")
            // Opening a pipe would wait for whoever writes to it.
            && fs::metadata(&path).is_ok_and(|found| found.is_file())
            && let Ok(file) = File::open(&path)
        {
            found.push((file::started_of(&file), path));
        }
    }
    found.sort();
    Ok(found.into_iter().rev().map(|(_, path)| path).collect())
}

/// Whether its process lives: it holds a lock as long.
fn is_held(file: &File) -> bool {
    matches!(file.try_lock_shared(), Err(std::fs::TryLockError::WouldBlock))
}
