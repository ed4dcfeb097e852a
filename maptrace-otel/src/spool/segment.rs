//! One file of the spool, and how far it was read.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder::{Folder, file_options};
use super::format::{DONE, FILE_HEAD, FileKind, Head, RECORD_HEAD, file_head, file_kind};
use crate::shared::Signal;

/// What the files' names end with.
const SUFFIX: &str = ".spool";

#[derive(Debug)]
pub(super) struct Segment {
    path: PathBuf,
    pub(super) folder: Arc<Folder>,
    /// Files are read in this order: when they were made, in nanoseconds since 1970.
    pub(super) since: u64,
    pub(super) size: u64,
    /// What is before it is done with.
    at: u64,
    /// The head of the request that [`oldest`](Self::oldest) has handed out.
    out: Option<Head>,
    /// What is left in it.
    pub(super) requests: u64,
    pub(super) items: u64,
    /// Opened when it is first needed, as each costs a descriptor.
    file: Option<File>,
}

/// What a look at a segment's oldest request has found.
#[derive(Debug)]
pub(super) enum Oldest {
    /// A request, and how many episodes or notices depend on it.
    Request(Vec<u8>, u64),
    /// A request that is not what was written. It is passed over.
    Damaged { items: u64, bytes: u64 },
    /// Nothing that could be read.
    Nothing,
}

/// A file that another process has left.
#[derive(Debug)]
pub(super) enum Found {
    /// What can be read, and how many bytes at its end cannot.
    Segment(Segment, u64),
    /// Nothing that is left to be read, but for so many bytes that cannot.
    Spent(u64),
    Foreign(u32),
}

impl Segment {
    /// A new, empty one.
    pub(super) fn make(folder: &Arc<Folder>, since: u64, signal: Signal) -> io::Result<Self> {
        let path = folder.path.join(format!("{since:020}-{}{SUFFIX}", signal.name()));
        let mut file = file_options().create_new(true).read(true).write(true).open(&path)?;
        if let Err(error) = write(&mut file, &file_head()) {
            let _ = std::fs::remove_file(&path);
            return Err(error);
        }
        Ok(Self::empty(folder, path, since, Some(file)))
    }

    /// Without a request; `file` if some may be added.
    fn empty(folder: &Arc<Folder>, path: PathBuf, since: u64, file: Option<File>) -> Self {
        Self {
            path,
            folder: Arc::clone(folder),
            since,
            size: FILE_HEAD as u64,
            at: FILE_HEAD as u64,
            out: None,
            requests: 0,
            items: 0,
            file,
        }
    }

    /// Looks through a file that a process which is dead has left; its name says when it was made, and of what.
    pub(super) fn find(folder: &Arc<Folder>, path: PathBuf, since: u64) -> io::Result<Found> {
        let file = file_options().read(true).write(true).open(&path)?;
        let end = file.metadata()?.len();
        let mut input = BufReader::new(file);
        let mut head = [0; FILE_HEAD];
        if !filled(&mut input, &mut head)? {
            return Ok(Found::Spent(end));
        }
        match file_kind(&head) {
            FileKind::Known => {}
            FileKind::Foreign(version) => return Ok(Found::Foreign(version)),
            FileKind::Broken => return Ok(Found::Spent(end)),
        }
        let mut segment = Self::empty(folder, path, since, None);
        let mut head = [0; RECORD_HEAD];
        while filled(&mut input, &mut head)?
            && let Some(head) = Head::read(&head)
            && segment.size + head.total() <= end
        {
            segment.size += head.total();
            segment.requests += u64::from(head.live);
            segment.items += if head.live { head.items } else { 0 };
            input.seek_relative(i64::try_from(head.length).unwrap_or(i64::MAX))?;
        }
        let left = end - segment.size;
        Ok(if segment.requests > 0 {
            Found::Segment(segment, left)
        } else {
            Found::Spent(left)
        })
    }

    /// Appends a record, or changes nothing.
    pub(super) fn append(&mut self, record: &[u8], items: u64) -> io::Result<()> {
        let at = self.size;
        let file = self.file()?;
        let written = file.seek(SeekFrom::Start(at)).and_then(|_| write(file, record));
        if let Err(error) = written {
            // What is half there would hide what comes after it.
            let _ = file.set_len(at);
            return Err(error);
        }
        self.size += record.len() as u64;
        self.requests += 1;
        self.items += items;
        Ok(())
    }

    /// No more is appended.
    pub(super) fn seal(&mut self) {
        self.file = None;
    }

    /// The oldest request in it. It stays until it is [`passed`](Self::pass).
    pub(super) fn oldest(&mut self) -> Oldest {
        loop {
            let Ok(Some(head)) = self.head() else {
                return Oldest::Nothing;
            };
            if !head.live {
                self.at += head.total();
                continue;
            }
            let mut body = vec![0; head.length];
            let read = self.file().and_then(|file| file.read_exact(&mut body));
            if read.is_ok() && head.fits(&body) && head.signal.is_some() {
                self.out = Some(head);
                return Oldest::Request(body, head.items);
            }
            self.pass(&head);
            return Oldest::Damaged {
                items: head.items,
                bytes: head.total(),
            };
        }
    }

    /// The oldest request, which was handed out, is done with, whatever the disk says of it by now.
    pub(super) fn done(&mut self) {
        if let Some(head) = self.out.take() {
            self.pass(&head);
        }
    }

    fn pass(&mut self, head: &Head) {
        let at = self.at;
        // If that fails the request may be sent once more by whoever finds it, which is better than not at all.
        let _ = self
            .file()
            .and_then(|file| file.seek(SeekFrom::Start(at)).and_then(|_| file.write_all(&[DONE])));
        self.at += head.total();
        self.requests = self.requests.saturating_sub(1);
        self.items = self.items.saturating_sub(head.items);
    }

    /// The next record's head; the file is then at its body.
    fn head(&mut self) -> io::Result<Option<Head>> {
        let (at, size) = (self.at, self.size);
        if size - at < RECORD_HEAD as u64 {
            return Ok(None);
        }
        let mut bytes = [0; RECORD_HEAD];
        let file = self.file()?;
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut bytes)?;
        Ok(Head::read(&bytes).filter(|head| at + head.total() <= size))
    }

    fn file(&mut self) -> io::Result<&mut File> {
        if self.file.is_none() {
            self.file = Some(file_options().read(true).write(true).open(&self.path)?);
        }
        self.file.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Bytes that were not looked at yet.
    pub(super) fn unread(&self) -> u64 {
        self.size - self.at
    }

    pub(super) fn remove(&self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// When a file of the spool was made and what signal is in it; `None` for any other file.
pub(super) fn named(path: &Path) -> Option<(u64, Signal)> {
    let (since, signal) = path.file_name()?.to_str()?.strip_suffix(SUFFIX)?.split_once('-')?;
    let signal = Signal::ALL.into_iter().find(|known| known.name() == signal)?;
    Some((since.parse().ok()?, signal))
}

/// Fills the buffer; `false` if there is not enough left.
fn filled(input: &mut impl io::Read, buffer: &mut [u8]) -> io::Result<bool> {
    match input.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(test))]
fn write(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)
}

#[cfg(test)]
pub(super) use full::write;

/// A disk that is full, for tests.
#[cfg(test)]
pub(super) mod full {
    use std::cell::Cell;
    use std::fs::File;
    use std::io::{self, Write as _};

    thread_local! {
        /// How many bytes this thread can still write.
        pub(in crate::spool) static ROOM: Cell<usize> = const { Cell::new(usize::MAX) };
    }

    pub(in crate::spool) fn write(file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let room = ROOM.get();
        let fits = bytes.len().min(room);
        ROOM.set(room - if room == usize::MAX { 0 } else { fits });
        file.write_all(&bytes[..fits])?;
        if fits < bytes.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}
