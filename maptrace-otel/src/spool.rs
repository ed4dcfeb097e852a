//! Requests that could not be sent, kept on disk until they can be.
//!
//! Each process has a folder of its own in the one that the user has named, and a lock on it. What is in the folder of a
//! process that is dead belongs to the next one that looks. The oldest goes first when there is no room; all that goes
//! is counted. A record is written with one call and never synced, as that takes seconds on a busy disk: it survives its
//! process at once, and the machine when the system has written it. A request is taken off after it was answered, with one
//! more byte written; if the process ends between the two it is sent twice.

mod folder;
mod format;
#[cfg(feature = "__fuzz")]
pub(crate) mod fuzz;
mod segment;

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::proto::nanos;
use crate::shared::Signal;
use folder::Folder;
use segment::{Found, Oldest, Segment, named};

/// A spool that holds less than this is not worth its name.
pub(crate) const MIN_BYTES: u64 = 256 * 1024;
/// A file is full when it is this long, or a sixteenth of what there may be: files go as a whole.
const MAX_SEGMENT: u64 = 4 * 1024 * 1024;

/// A request from the spool.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) signal: Signal,
    pub(crate) body: Vec<u8>,
    /// How many episodes' or notices' fate depends on it.
    pub(crate) items: u64,
    /// Whether another process has written it.
    pub(crate) inherited: bool,
}

/// What has happened in the spool since it was last asked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Items that another process had kept, by signal.
    pub(crate) recovered: [u64; Signal::COUNT],
    /// Items that are lost, by signal: of this process's own, and of those of others.
    pub(crate) lost: [[u64; 2]; Signal::COUNT],
    /// Requests that had to go for others.
    pub(crate) dropped: u64,
    /// Requests, and ends of files, that cannot be read, and their bytes.
    pub(crate) damaged: u64,
    pub(crate) damaged_bytes: u64,
    /// What to tell the user.
    pub(crate) notices: Vec<String>,
}

/// What is in the spool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    pub(crate) requests: u64,
    pub(crate) items: u64,
    /// Bytes on disk, those included that are done with but whose file is still needed.
    pub(crate) bytes: u64,
}

#[derive(Debug)]
pub(crate) struct Spool {
    root: PathBuf,
    own: Option<Arc<Folder>>,
    /// The oldest first. The last one, if it is our own, is written to.
    lanes: [VecDeque<Segment>; Signal::COUNT],
    max_bytes: u64,
    /// When the newest file was made: no two have the same moment.
    newest: u64,
    changes: Changes,
    /// Files that were told of already.
    told: Vec<PathBuf>,
}

impl Spool {
    /// Makes this process's folder. Nothing is read yet.
    pub(crate) fn open(root: &Path, max_bytes: u64) -> io::Result<Self> {
        folder::root(root)?;
        let own = Folder::make(root)?;
        if !folder::same_owner(root, &own.path)? {
            own.remove();
            return Err(io::Error::other("it belongs to another user"));
        }
        Ok(Self {
            root: root.to_owned(),
            own: Some(Arc::new(own)),
            lanes: Default::default(),
            max_bytes: max_bytes.max(MIN_BYTES),
            newest: 0,
            changes: Changes::default(),
            told: Vec::new(),
        })
    }

    /// Takes in what dead processes have left, the oldest first, for as long as there is room; the rest is left to
    /// others, or to another time.
    pub(crate) fn adopt(&mut self) {
        for folder in Folder::orphans(&self.root) {
            let folder = Arc::new(folder);
            let found = self.found(&folder);
            let bytes: u64 = found.iter().map(|(_, segment, _)| segment.size).sum();
            let held = self.contents().bytes;
            // One that is too large by itself would wait for ever.
            if held > 0 && held + bytes > self.max_bytes {
                return;
            }
            let empty = found.is_empty();
            for (signal, segment, damaged) in found {
                self.damaged(damaged);
                self.changes.recovered[signal as usize] += segment.items;
                let lane = &mut self.lanes[signal as usize];
                let place = lane.partition_point(|known| known.since < segment.since);
                lane.insert(place, segment);
            }
            if empty {
                leave(folder);
            }
        }
        self.make_room(0);
    }

    /// Looks through a folder, and takes away what is of no use any more.
    fn found(&mut self, folder: &Arc<Folder>) -> Vec<(Signal, Segment, u64)> {
        let mut paths: Vec<_> = std::fs::read_dir(&folder.path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        paths.sort();
        let mut found = Vec::new();
        for path in paths {
            let Some((since, signal)) = named(&path) else { continue };
            match Segment::find(folder, path.clone(), since) {
                Ok(Found::Segment(segment, damaged)) => found.push((signal, segment, damaged)),
                Ok(Found::Spent(damaged)) => {
                    self.damaged(damaged);
                    let _ = std::fs::remove_file(&path);
                }
                Ok(Found::Foreign(version)) => self.tell(&path, |path| {
                    format!(
                        "{path} is of version {version} of the spool, which this version of maptrace-otel does not know: \
                         it is left alone; a version that knows it sends what is in it"
                    )
                }),
                Err(error) => self.tell(&path, |path| format!("{path} cannot be read ({error}): it is left alone")),
            }
        }
        found
    }

    fn tell(&mut self, path: &Path, notice: impl FnOnce(std::path::Display<'_>) -> String) {
        // More than this nobody reads, and each is remembered.
        if self.told.len() < 32 && !self.told.iter().any(|told| told == path) {
            self.changes.notices.push(notice(path.display()));
            self.told.push(path.to_owned());
        }
    }

    fn damaged(&mut self, bytes: u64) {
        self.changes.damaged += u64::from(bytes > 0);
        self.changes.damaged_bytes += bytes;
    }

    /// Keeps a request; if it cannot, nothing of it is kept.
    pub(crate) fn append(&mut self, signal: Signal, items: u64, body: &[u8]) -> io::Result<()> {
        let now = nanos(SystemTime::now());
        let record = format::record(signal, items, now, body)
            .filter(|record| record.len() as u64 + format::FILE_HEAD as u64 <= self.max_bytes)
            .ok_or_else(|| io::Error::other("a request is longer than the spool may be"))?;
        let length = record.len() as u64;
        self.make_room(length + format::FILE_HEAD as u64);
        let own = self.own.as_ref().ok_or(io::ErrorKind::NotFound)?;
        let longest = (self.max_bytes / 16).min(MAX_SEGMENT);
        let lane = &mut self.lanes[signal as usize];
        let open = lane.back_mut().filter(|segment| !segment.folder.inherited);
        let fits = open.is_some_and(|segment| {
            let fits = segment.size + length <= longest;
            if !fits {
                segment.seal();
            }
            fits
        });
        if !fits {
            self.newest = now.max(self.newest + 1);
            lane.push_back(Segment::make(own, self.newest, signal)?);
        }
        let open = lane.back_mut().ok_or(io::ErrorKind::NotFound)?;
        let appended = open.append(&record, items);
        if open.requests == 0 {
            self.take_off(signal, false);
        }
        appended
    }

    /// The oldest request of one of these signals.
    pub(crate) fn oldest(&mut self, of: impl Fn(Signal) -> bool) -> Option<Kept> {
        loop {
            let (_, signal) = Signal::ALL
                .into_iter()
                .filter(|&signal| of(signal))
                .filter_map(|signal| Some((self.lanes[signal as usize].front()?.since, signal)))
                .min_by_key(|&(since, _)| since)?;
            let segment = self.lanes[signal as usize].front_mut()?;
            let inherited = segment.folder.inherited;
            match segment.oldest() {
                Oldest::Request(body, items) => {
                    return Some(Kept {
                        signal,
                        body,
                        items,
                        inherited,
                    });
                }
                Oldest::Damaged { items, bytes } => {
                    self.changes.lost[signal as usize][usize::from(inherited)] += items;
                    self.damaged(bytes);
                    if segment_is_spent(&self.lanes[signal as usize]) {
                        self.take_off(signal, true);
                    }
                }
                Oldest::Nothing => {
                    let (items, bytes) = (segment.items, segment.unread());
                    self.changes.lost[signal as usize][usize::from(inherited)] += items;
                    self.damaged(bytes);
                    self.take_off(signal, true);
                }
            }
        }
    }

    /// The oldest request of this signal is done with.
    pub(crate) fn done(&mut self, signal: Signal) {
        let lane = &mut self.lanes[signal as usize];
        if let Some(segment) = lane.front_mut() {
            segment.done();
            if segment_is_spent(lane) {
                self.take_off(signal, true);
            }
        }
    }

    /// Drops the oldest files until so many bytes more may be written.
    fn make_room(&mut self, bytes: u64) {
        while self.contents().bytes + bytes > self.max_bytes {
            let oldest = Signal::ALL
                .into_iter()
                .filter_map(|signal| Some((self.lanes[signal as usize].front()?, signal)))
                .filter(|(segment, _)| segment.requests > 0)
                .min_by_key(|(segment, _)| segment.since);
            let Some((segment, signal)) = oldest else { return };
            self.changes.lost[signal as usize][usize::from(segment.folder.inherited)] += segment.items;
            self.changes.dropped += segment.requests;
            self.take_off(signal, true);
        }
    }

    /// Takes the oldest file of a signal away, or the newest.
    fn take_off(&mut self, signal: Signal, oldest: bool) {
        let lane = &mut self.lanes[signal as usize];
        let segment = if oldest { lane.pop_front() } else { lane.pop_back() };
        if let Some(segment) = segment {
            segment.remove();
            if segment.folder.inherited {
                leave(segment.folder);
            }
        }
    }

    pub(crate) fn contents(&self) -> Contents {
        let mut contents = Contents::default();
        for segment in self.lanes.iter().flatten() {
            contents.requests += segment.requests;
            contents.items += segment.items;
            contents.bytes += segment.size;
        }
        contents
    }

    /// Whether there is nothing of this signal.
    pub(crate) fn is_empty(&self, signal: Signal) -> bool {
        self.lanes[signal as usize].is_empty()
    }

    pub(crate) fn changes(&mut self) -> Changes {
        std::mem::take(&mut self.changes)
    }
}

/// Takes a folder away if this was its last use and nothing is in it.
fn leave(folder: Arc<Folder>) {
    if let Some(folder) = Arc::into_inner(folder) {
        folder.remove();
    }
}

/// Whether nothing is left in the oldest file.
fn segment_is_spent(lane: &VecDeque<Segment>) -> bool {
    lane.front().is_some_and(|segment| segment.requests == 0)
}

impl Drop for Spool {
    fn drop(&mut self) {
        self.lanes = Default::default();
        // Without files it is of no use to anyone; with files it stays, as a folder that is not empty does.
        if let Some(own) = self.own.take() {
            leave(own);
        }
    }
}

#[cfg(test)]
mod tests;
