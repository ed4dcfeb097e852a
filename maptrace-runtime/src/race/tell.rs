//! What is told of two threads in one map.
//!
//! Without memory of its own and without a lock, as the process may be about to abort, and the thread may have any lock.
#![expect(unsafe_code, reason = "std's standard error may be in use by the very thread, the system's cannot")]

use std::fmt::{self, Write as _};
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::{ABORT, MODE, Side, Subject};
use crate::registry::record;
use crate::report::units::CivilTime;
use crate::site::{self, OVERFLOW_SITE, Site, TypeInfo};
use crate::{clock, thread};

/// Two threads that are in one map at once.
pub(super) struct Meeting {
    /// The one that found the other.
    pub(super) second: Side,
    pub(super) first: Side,
    pub(super) subject: Subject,
}

/// Blocks that are written whenever they come; after them one a second is.
const AT_ONCE: u64 = 8;
const PAUSE_NS: u64 = 1_000_000_000;
/// How long a thread that would abort waits for another one that does.
const PATIENCE: Duration = Duration::from_secs(5);

/// Meetings of this process.
static FOUND: AtomicU64 = AtomicU64::new(0);
/// Those that were counted and not written, since the last one that was.
static SILENT: AtomicU64 = AtomicU64::new(0);
/// When there may be the next block, in nanoseconds since the anchor.
static NOT_BEFORE: AtomicU64 = AtomicU64::new(0);

/// Counts it, writes it to standard error, and ends the process if it is to.
pub(super) fn found(meeting: &Meeting) {
    let abort = MODE.load(Ordering::Relaxed) == ABORT;
    if abort {
        wait_for_another();
    }
    let map = Map::of(meeting, abort);
    // What no site is known of is counted where all such maps are.
    if let Some(site) = map.site.or_else(|| site::get(OVERFLOW_SITE)) {
        site.races.fetch_add(1, Ordering::Relaxed);
    }
    if abort || is_time() {
        let mut block = Block::new();
        block.meeting(meeting, &map, abort, SILENT.swap(0, Ordering::Relaxed));
        block.to_stderr();
    } else {
        SILENT.fetch_add(1, Ordering::Relaxed);
    }
    if abort {
        #[cfg(feature = "guard")]
        crate::guard::dump_for_race();
        std::process::abort();
    }
}

/// One thread aborts, and its block and its dump shall come out whole: all others stop here.
fn wait_for_another() {
    static ABORTS: AtomicBool = AtomicBool::new(false);
    if ABORTS.swap(true, Ordering::Relaxed) {
        std::thread::sleep(PATIENCE);
        std::process::abort();
    }
}

/// Whether a block may be written now.
fn is_time() -> bool {
    let now = clock::now_ns();
    if FOUND.fetch_add(1, Ordering::Relaxed) < AT_ONCE {
        return true;
    }
    let next = NOT_BEFORE.load(Ordering::Relaxed);
    let taken = |now: u64| {
        NOT_BEFORE.compare_exchange(next, now.saturating_add(PAUSE_NS), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    };
    now >= next && taken(now)
}

/// What is known of the map.
struct Map {
    site: Option<&'static Site>,
    /// Of a map without a site yet.
    made: Option<&'static Location<'static>>,
    info: Option<&'static TypeInfo>,
}

impl Map {
    fn of(meeting: &Meeting, abort: bool) -> Self {
        let info = meeting.first.info.or(meeting.second.info);
        let (site, made) = match meeting.subject {
            Subject::Record(id) => (site::get(record(id).site.load(Ordering::Relaxed)), None),
            // A map that is being changed for the first time. To look for its site takes a lock and memory.
            Subject::Made(at) if !abort => (info.and_then(|info| thread::site_of(at, info)).and_then(site::get), Some(at)),
            Subject::Made(at) => (None, Some(at)),
            Subject::Unknown => (None, None),
        };
        Self { site, made, info }
    }
}

/// The text.
struct Block {
    bytes: [u8; Self::SIZE],
    len: usize,
}

impl Block {
    /// Names may be of any length, but are not told at any.
    const SIZE: usize = 4096;
    /// Of one name.
    const NAME: usize = 400;

    const fn new() -> Self {
        Self { bytes: [0; Self::SIZE], len: 0 }
    }

    fn meeting(&mut self, meeting: &Meeting, map: &Map, abort: bool, silent: u64) {
        let Meeting { first, second, .. } = meeting;
        let what = if first.writes && second.writes { "map writes" } else { "map read and map write" };
        let _ = write!(self, "maptrace: concurrent {what}: ");
        self.map(map);
        let t = CivilTime::from(SystemTime::now());
        let _ = write!(
            self,
            ", {:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC\nmaptrace:   ",
            t.year, t.month, t.day, t.hour, t.minute, t.second
        );
        self.side(second);
        self.push("\nmaptrace:   while ");
        self.side(first);
        self.push(
            "\nmaptrace:   nothing orders the two: put a Mutex or an RwLock around the map, or give each thread its own; it may \
             be torn already",
        );
        if silent != 0 {
            let _ = write!(self, "\nmaptrace:   {silent} more since the last one that was told");
        }
        self.push(if abort { "\nmaptrace: MAPTRACE_RACE=abort ends the process here\n" } else { "\n" });
    }

    fn map(&mut self, map: &Map) {
        match map.site {
            Some(site) => {
                let info = &site.info;
                self.push("map \"");
                self.name(&info.name);
                let _ = write!(self, "\" ({}<", info.kind.as_str());
                match info.type_name.split_once(" -> ") {
                    Some((key, value)) => {
                        self.name(key);
                        self.push(", ");
                        self.name(value);
                    }
                    None => self.name(&info.type_name),
                }
                self.push(">)");
                match map.made {
                    Some(at) => self.made(at.file(), at.line()),
                    None if !info.file.is_empty() => self.made(&info.file, info.line),
                    None => {}
                }
            }
            None => {
                self.push("a map");
                if let Some(info) = map.info {
                    self.push(" (");
                    self.name((info.type_name)());
                    self.push(")");
                }
                if let Some(at) = map.made {
                    self.made(at.file(), at.line());
                }
            }
        }
    }

    fn made(&mut self, file: &str, line: u32) {
        self.push(" of ");
        self.name(file);
        let _ = write!(self, ":{line}");
    }

    fn side(&mut self, side: &Side) {
        self.push("thread '");
        self.thread_name(side.who);
        let _ = write!(self, "' ({}) is to {}", side.who, side.deed.as_str());
        match side.place {
            Some(at) => {
                self.push(", at ");
                self.name(at.file());
                let _ = write!(self, ":{}:{}", at.line(), at.column());
            }
            // Drops have no caller.
            None => self.push(", where it goes out of scope"),
        }
    }

    fn thread_name(&mut self, who: u64) {
        let mut name = [0; thread::NAME_BYTES];
        let name = thread::name_of(who, &mut name);
        self.name(if name.is_empty() { "unnamed" } else { name });
    }

    fn push(&mut self, text: &str) {
        let n = text.len().min(Self::SIZE - self.len);
        self.bytes[self.len..self.len + n].copy_from_slice(&text.as_bytes()[..n]);
        self.len += n;
    }

    /// Text that anybody may have chosen: what steers a terminal, or turns text around, is left out.
    fn name(&mut self, text: &str) {
        let mut utf8 = [0; 4];
        let end = self.len + Self::NAME;
        for c in text.chars() {
            if self.len >= end {
                return self.push("...");
            }
            let steers = c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            self.push(if steers { "?" } else { c.encode_utf8(&mut utf8) });
        }
    }

    /// At once, as far as the system takes it so, so that other threads' lines do not come between. Not through std, whose
    /// standard error may be in use by this very thread.
    fn to_stderr(&self) {
        let mut left = &self.bytes[..self.len];
        while !left.is_empty() {
            let n = write_stderr(left);
            if n == 0 {
                return;
            }
            left = left.get(n..).unwrap_or_default();
        }
    }
}

impl fmt::Write for Block {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}

/// How many of these bytes the system took; 0 if it took none and will not.
fn write_stderr(bytes: &[u8]) -> usize {
    loop {
        // SAFETY: the bytes are there for as long as the call takes. If nothing is open under that number, it fails.
        let n = unsafe { libc::write(libc::STDERR_FILENO, bytes.as_ptr().cast(), bytes.len()) };
        match usize::try_from(n) {
            Ok(n) => return n,
            Err(_) if std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return 0,
        }
    }
}
