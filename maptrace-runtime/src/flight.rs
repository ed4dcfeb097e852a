//! The flight recorder: rings, records and names in a file that outlives the process.
//!
//! Nothing is written for it on the way of an operation. The ring of a thread and the records of maps lie in memory anyway;
//! with `MAPTRACE_FLIGHT` that memory is a file's ([`Mapping`]), so that it stays when the process is killed. What the
//! collector alone knows, the counts of what it has drained and the sums of maps that are gone, is there as well, the first
//! in place and the second as of its last pass. Names are written when a site is made. All offsets, no pointers.
//!
//! The file is a header and *segments*, made as they are needed; `docs/flight-format.md` has each byte. Blocks of the
//! disk are allocated with each segment. If that fails its content lies in plain memory, the file says that something is
//! missing, and the application goes on.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering, compiler_fence};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::clock;
use crate::config::Config;
use crate::hub::{Hub, lock};
use crate::registry::{Drained, Record};
use crate::ring::Ring;
use crate::say::say;
use crate::site::MAX_SITES;
use crate::thread::Told;

mod layout;
mod mapping;
mod sites;

pub(crate) use layout::TALLY_WORDS;
use layout::{
    LIVE_AT, Live, RingHead, SEGMENT_HEADER, SEGMENT_STATE, SITES, SLOTS_AT, SegmentKind, SegmentState, Shared, State,
};
use mapping::Mapping;

/// How the names of the files end.
const EXTENSION: &str = "flight";
/// Files of processes that are gone which are left when another one begins.
const KEPT: usize = 8;

/// A recording.
pub(crate) struct Flight {
    mapping: Mapping,
    path: PathBuf,
    live: &'static Live,
    align: u64,
    space: Mutex<Space>,
    /// Where the segments of sites are; 0 if there is none.
    sites: [AtomicU64; MAX_SITES / SITES as usize],
    /// Whether it was said that something is missing.
    said: AtomicBool,
}

/// What is left of the file.
struct Space {
    end: u64,
    /// Where the next name goes, and how much room there is.
    names: (u64, u64),
}

/// Starts a recording if one is asked for. If there can be none it says so.
pub(crate) fn start(config: &Config) -> Option<Flight> {
    let folder = config.flight.as_deref()?;
    match Flight::new(folder, config.memory) {
        Ok(flight) => {
            say(format_args!(
                "maps and their last operations are kept in {}; `maptrace dump` shows them, also when this process is gone",
                flight.path.display()
            ));
            if !mapping::is_in_memory(folder) {
                say(format_args!(
                    "{} is on a disk, which may hold up a thread while it is busy; a folder below /dev/shm does not",
                    folder.display()
                ));
            }
            Some(flight)
        }
        Err(error) => {
            say(format_args!(
                "no flight recorder: {} cannot be used ({error}); the service goes on without it. \
                 MAPTRACE_FLIGHT has to name a folder that can be written to and has room",
                folder.display()
            ));
            None
        }
    }
}

impl Flight {
    fn new(folder: &Path, memory: u64) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        forget_old(folder);
        let program = program();
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let name = format!("{program}-{}-{}.{EXTENSION}", std::process::id(), started.as_millis());
        let path = folder.join(name);
        // New, or it might be a link that somebody else has left there.
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        let lock = File::open(&path);
        lock.and_then(|lock| Self::in_file(file, lock, path.clone(), &program, memory)).inspect_err(|_| {
            let _ = fs::remove_file(&path);
        })
    }

    fn in_file(file: File, lock: File, path: PathBuf, program: &str, memory: u64) -> io::Result<Self> {
        let align = mapping::page_size();
        // Rings, records and counts are bounded by `memory`; names and records of sites come on top, and what is left of
        // the last page of each.
        let range = memory.saturating_mul(2).saturating_add(64 << 20).next_multiple_of(align);
        let mapping = Mapping::new(file, lock, range)?;
        mapping.allocate(0, align)?;
        mapping.write(&header(program, align), 0)?;
        let live: &Live = mapping.at(LIVE_AT);
        live.used.store(align, Ordering::Relaxed);
        let space = Space { end: align, names: (0, 0) };
        let sites = [const { AtomicU64::new(0) }; MAX_SITES / SITES as usize];
        Ok(Self { mapping, path, live, align, space: Mutex::new(space), sites, said: AtomicBool::new(false) })
    }

    /// Says whose recording it is. Until then nobody takes it for one.
    pub(crate) fn belongs_to(&self, hub: &Hub) {
        self.live.hub.store(hub.number, Ordering::Relaxed);
        self.live.state.store(State::Running as u32, Ordering::Release);
    }

    /// In a forked child: nothing that the child does is to be seen in its parent's recording.
    pub(crate) fn leave(&self) {
        self.mapping.leave();
    }

    /// The process ends by itself.
    pub(crate) fn end(&self) {
        self.live.state.store(State::Ended as u32, Ordering::Relaxed);
    }

    fn owns(&self, hub: &Hub) -> bool {
        self.live.hub.load(Ordering::Relaxed) == hub.number
    }

    /// A new segment, to be [put into use](Self::set_state).
    fn segment(&self, kind: SegmentKind, number: u32, (stride, n): (u64, u64), body: u64) -> Option<u64> {
        let mut space = lock(&self.space);
        let at = self.segment_in(&mut space, kind, number, (stride, n), body);
        drop(space);
        at.inspect_err(|error| self.miss(kind, error)).ok()
    }

    fn segment_in(
        &self,
        space: &mut Space,
        kind: SegmentKind,
        number: u32,
        (stride, n): (u64, u64),
        body: u64,
    ) -> io::Result<u64> {
        let at = space.end;
        let bytes = (body + stride * n).next_multiple_of(self.align);
        self.mapping.allocate(at, bytes)?;
        let mut header = Vec::with_capacity(SEGMENT_HEADER as usize);
        header.extend(layout::SEGMENT_MAGIC);
        header.extend([kind as u32, number].iter().flat_map(|word| word.to_ne_bytes()));
        header.extend([bytes, body].iter().flat_map(|word| word.to_ne_bytes()));
        header.extend([stride as u32, n as u32].iter().flat_map(|word| word.to_ne_bytes()));
        self.mapping.write(&header, at)?;
        space.end = at + bytes;
        self.live.used.store(space.end, Ordering::Relaxed);
        Ok(at)
    }

    fn set_state(&self, segment: u64, state: SegmentState) {
        let word: &AtomicU32 = self.mapping.at(segment + SEGMENT_STATE);
        word.store(state as u32, Ordering::Release);
    }

    /// Something is not in the file.
    #[cold]
    fn miss(&self, kind: SegmentKind, error: &io::Error) {
        self.live.missing.fetch_add(1, Ordering::Relaxed);
        if !self.said.swap(true, Ordering::Relaxed) {
            say(format_args!(
                "the flight recorder has no room for more ({kind:?}: {error}): what comes from now on may be missing in {}. \
                 Make room there, or set MAPTRACE_MEMORY to less",
                self.path.display()
            ));
        }
    }

    /// A ring of so many slots for a thread of this hub.
    pub(crate) fn ring(&self, hub: &Hub, number: u32, words: usize) -> Option<(Ring, &'static Told)> {
        if !self.owns(hub) {
            return None;
        }
        let at = self.segment(SegmentKind::Ring, number, (8, words as u64), SLOTS_AT)?;
        let head: &RingHead = self.mapping.at(at + SEGMENT_HEADER);
        let ring = Ring::lent(&head.ends, self.mapping.slice(at + SLOTS_AT, words));
        self.set_state(at, SegmentState::InUse);
        Some((ring, &head.told))
    }

    /// Records for `n` ids from `first` on.
    pub(crate) fn records(&self, first: u32, n: usize) -> Option<&'static [Record]> {
        self.by_id(SegmentKind::Records, first, n)
    }

    /// Counts of what is drained, for `n` ids from `first` on.
    pub(crate) fn drained(&self, first: u32, n: usize) -> Option<&'static [Drained]> {
        self.by_id(SegmentKind::Drained, first, n)
    }

    fn by_id<T: Shared>(&self, kind: SegmentKind, first: u32, n: usize) -> Option<&'static [T]> {
        let at = self.segment(kind, first, (size_of::<T>() as u64, n as u64), SEGMENT_HEADER)?;
        self.set_state(at, SegmentState::InUse);
        Some(self.mapping.slice(at + SEGMENT_HEADER, n))
    }

    /// The collector begins to move things about.
    pub(crate) fn begin_pass(&self, now: u64) {
        self.live.busy.store(1, Ordering::Relaxed);
        self.live.pass_at.store(now, Ordering::Relaxed);
        // What a thread that is killed has stored is all that comes before some place in its program: only the compiler is
        // to be kept from another order.
        compiler_fence(Ordering::SeqCst);
    }

    /// All is in its place.
    pub(crate) fn end_pass(&self, hub: &Hub, passes: u64, delivered: u64, gaps: u64) {
        let live = self.live;
        live.passes.store(passes, Ordering::Relaxed);
        live.delivered.store(delivered, Ordering::Relaxed);
        live.gaps.store(gaps, Ordering::Relaxed);
        live.past_cap.store(hub.past_cap.load(Ordering::Relaxed), Ordering::Relaxed);
        for (told, dropped) in live.dropped.iter().zip(&hub.dropped) {
            told.store(dropped.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        compiler_fence(Ordering::SeqCst);
        live.busy.store(0, Ordering::Relaxed);
    }
}

/// The first bytes of the file, all that never changes.
fn header(program: &str, align: u64) -> Vec<u8> {
    let mut header = Vec::with_capacity(LIVE_AT as usize);
    header.extend(layout::MAGIC);
    header.extend(layout::ENDIANNESS.to_ne_bytes());
    header.extend(layout::VERSION.iter().flat_map(|part| part.to_ne_bytes()));
    header.extend(layout::WORDS);
    header.extend((align as u32).to_ne_bytes());
    header.extend(std::process::id().to_ne_bytes());
    let anchor = clock::to_system_time(0).duration_since(UNIX_EPOCH).unwrap_or_default();
    header.extend((anchor.as_nanos() as u64).to_ne_bytes());
    header.extend(u64::from(crate::table::GROUP as u32).to_ne_bytes());
    header.extend(text_of::<{ layout::PROGRAM_BYTES }>(program));
    header.extend(text_of::<{ layout::VERSION_BYTES }>(env!("CARGO_PKG_VERSION")));
    header
}

/// A text in so many bytes, with zeros behind it.
fn text_of<const N: usize>(text: &str) -> [u8; N] {
    let mut bytes = [0; N];
    let text = &text.as_bytes()[..text.floor_char_boundary(N)];
    bytes[..text.len()].copy_from_slice(text);
    bytes
}

/// The program's name, as part of a file's.
fn program() -> String {
    let name = crate::collector::program();
    let good = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    name.chars().take(48).map(good).collect()
}

/// Removes the oldest files of processes that are gone, but for the last few.
fn forget_old(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut gone: Vec<(SystemTime, PathBuf)> = entries.flatten().filter_map(|entry| of_the_dead(&entry.path())).collect();
    gone.sort();
    let most = gone.len().saturating_sub(KEPT - 1);
    for (_, path) in &gone[..most] {
        let _ = fs::remove_file(path);
    }
}

/// When it was last written to, if this is a recording, and nobody holds it.
fn of_the_dead(path: &Path) -> Option<(SystemTime, PathBuf)> {
    if path.extension()? != EXTENSION || !fs::symlink_metadata(path).ok()?.is_file() {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let mut magic = [0; layout::MAGIC.len()];
    file.read_exact(&mut magic).ok()?;
    if magic != layout::MAGIC || file.try_lock().is_err() {
        return None;
    }
    Some((file.metadata().ok()?.modified().ok()?, path.to_owned()))
}
