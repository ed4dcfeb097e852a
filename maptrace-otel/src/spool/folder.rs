//! Folders of the spool: one for each process, locked for as long as that lives.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::proto::nanos;

const LOCK: &str = "lock";
/// What the folders of processes begin with.
const PREFIX: &str = "process-";

/// A process's folder, and the lock on it.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    lock: File,
    /// Whether it was another's.
    pub(super) inherited: bool,
}

impl Folder {
    /// Makes a folder for this process.
    pub(super) fn make(root: &Path) -> io::Result<Self> {
        let since = nanos(SystemTime::now());
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        // Whoever looks for what the dead have left may take a folder that is not locked yet; then there is the next.
        for attempt in 0..16 {
            let path = root.join(format!("{PREFIX}{since:020}-{}-{attempt}", std::process::id()));
            match directory().create(&path).and_then(|()| Self::lock(path, true, false)) {
                Ok(Some(folder)) => return Ok(folder),
                Ok(None) => {}
                Err(error) if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound) => {
                    last = error;
                }
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// The folders whose processes are dead, the oldest first, one after the other.
    pub(super) fn orphans(root: &Path) -> impl Iterator<Item = Self> + use<> {
        let mut paths: Vec<_> = fs::read_dir(root)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX)))
            // Not what a link leads to.
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| entry.path())
            .collect();
        paths.sort();
        paths.into_iter().filter_map(|path| Self::lock(path, false, true).ok()?)
    }

    /// `None` if another process holds it.
    fn lock(path: PathBuf, new: bool, inherited: bool) -> io::Result<Option<Self>> {
        let mut options = file_options();
        options.write(true);
        if new {
            options.create_new(true)
        } else {
            options.create(true)
        };
        let lock = options.open(path.join(LOCK))?;
        Self::locked(path, lock, inherited)
    }

    fn locked(path: PathBuf, lock: File, inherited: bool) -> io::Result<Option<Self>> {
        match lock.try_lock() {
            // It was opened before another process left the folder and took it away, and a third one may have made the
            // one that is there now.
            Ok(()) if !is_at(&lock, &path.join(LOCK))? => Ok(None),
            Ok(()) => Ok(Some(Self { path, lock, inherited })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Takes the folder away. One with files in it that are not ours stays.
    pub(super) fn remove(self) {
        // The lock goes last, so that nobody finds a folder without one that is not empty.
        let _ = fs::remove_file(self.path.join(LOCK));
        let _ = fs::remove_dir(&self.path);
    }
}

/// Whether a file that was opened is still the one of this name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let (opened, there) = (file.metadata()?, fs::symlink_metadata(path)?);
    Ok((opened.dev(), opened.ino()) == (there.dev(), there.ino()))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same interface")]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    // The name of a file that is open elsewhere stays taken.
    Ok(true)
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Closing the file is not enough if a forked child has it open as well.
        let _ = self.lock.unlock();
    }
}

/// Sees to it that there is a folder that nobody else can write to.
pub(super) fn root(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => directory().recursive(true).create(path),
        Err(error) => Err(error),
        Ok(found) if !found.is_dir() => Err(io::Error::other("it is no folder")),
        Ok(found) => private(&found),
    }
}

#[cfg(unix)]
fn private(found: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    if found.mode() & 0o022 == 0 {
        Ok(())
    } else {
        Err(io::Error::other(
            "others can write to it: name a folder inside it, which is then made for you alone",
        ))
    }
}

/// Whether what we have made belongs to whom the folder belongs to.
#[cfg(unix)]
pub(super) fn same_owner(root: &Path, made: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(fs::symlink_metadata(root)?.uid() == fs::symlink_metadata(made)?.uid())
}

#[cfg(not(unix))]
pub(super) fn same_owner(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(true)
}

#[cfg(not(unix))]
fn private(_: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg_attr(not(unix), expect(unused_mut, reason = "there are no modes to set"))]
fn directory() -> DirBuilder {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Opens files for the owner alone, and not what a link leads to.
#[cfg_attr(not(unix), expect(unused_mut, reason = "there are no modes to set"))]
pub(super) fn file_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // Nor does a pipe that somebody has put there hold us up.
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    options
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::io::ErrorKind;

    use super::{Folder, LOCK, PREFIX, directory, file_options};

    /// One opens the lock; another, which had it, leaves the folder with files in it; a third takes it over.
    #[test]
    fn a_lock_that_was_taken_away_is_none() {
        let root = tempfile::tempdir().expect("a folder");
        let left = Folder::make(root.path()).expect("a folder");
        fs::write(left.path.join("a file"), "mine").expect("a file");
        let path = left.path.clone();
        let early = file_options().write(true).open(path.join(LOCK)).expect("a lock");
        left.remove();
        let third = Folder::orphans(root.path()).next().expect("nobody has it");
        assert_eq!(third.path, path);
        let late = Folder::locked(path, early, true).expect("no error");
        assert!(late.is_none(), "two processes may have the same folder: {late:?}");
    }

    /// One has made its folder and has not locked it yet; another takes it for that of a dead process, and away.
    #[test]
    fn a_folder_that_was_taken_away_is_none() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join(format!("{PREFIX}1"));
        directory().create(&path).expect("a folder");
        let early = file_options()
            .write(true)
            .create_new(true)
            .open(path.join(LOCK))
            .expect("a lock");
        Folder::orphans(root.path()).for_each(Folder::remove);
        let late = Folder::locked(path, early, false).expect_err("there is none");
        // So `make` goes on to the next.
        assert_eq!(late.kind(), ErrorKind::NotFound);
    }
}
