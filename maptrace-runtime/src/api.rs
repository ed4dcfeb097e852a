//! What an application calls. With tracing off every call is there and does the plain thing.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::config::ReportTo;
use crate::report::Report;
use crate::say::say;
use crate::sink::Sink;
use crate::snapshot::Snapshot;

#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
mod on;
#[cfg(all(feature = "enable", any(not(feature = "release_off"), debug_assertions)))]
use on as imp;
#[cfg(not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))))]
mod off;
#[cfg(not(all(feature = "enable", any(not(feature = "release_off"), debug_assertions))))]
use off as imp;

/// Whether tracing is compiled in: the feature `enable` is on, and `release_off` does not take it back.
///
/// For a [`Sink`] that would start threads or open connections: without tracing it is never called.
pub const COMPILED_IN: bool = cfg!(all(
    feature = "enable",
    any(not(feature = "release_off"), debug_assertions)
));

/// How long a dropped [`Guard`] lets sinks deliver.
const GUARD_DEADLINE: Duration = Duration::from_secs(5);

/// What a [`flush`] or [`shutdown`] left undone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "says whether everything was delivered"]
#[non_exhaustive]
pub struct FlushOutcome {
    /// Whether the collector answered by the deadline and no sink had anything left.
    pub complete: bool,
    /// Episodes that sinks still held; if the collector did not answer in time, those that still waited for it to offer
    /// them. Then it may be 0 although `complete` is `false`: what the sinks hold nobody said.
    pub left: u64,
}

/// Starts tracing with what the environment says. Nothing need be started for counts and the report to work; a guard
/// is for what has to be delivered at the end.
// Inlined, as all that a program calls to start and stop: with tracing off nothing of them is to be left in it.
#[inline]
pub fn start() -> Guard {
    builder().start()
}

/// Settings for [`Builder::start`]. Environment variables win over them.
#[must_use = "a builder does nothing until it is started"]
#[inline]
pub fn builder() -> Builder {
    Builder {
        settings: imp::Settings::default(),
    }
}

/// A settled snapshot: everything that was done before the call is counted.
///
/// Costs two passes of the collector and a walk over the live maps: about 10 microseconds for a hundred maps and 10
/// milliseconds for 100,000 (`cargo bench --bench snapshot`). Never waits for a sink.
#[must_use]
#[inline]
pub fn snapshot() -> Arc<Snapshot> {
    imp::snapshot()
}

/// The report on all maps; `Display` prints the table.
#[must_use]
#[inline]
pub fn report() -> Report {
    Report::new(snapshot())
}

/// Drains all rings and lets the sinks deliver, for at most `deadline`.
#[inline]
pub fn flush(deadline: Duration) -> FlushOutcome {
    imp::flush(deadline)
}

/// As [`flush`], then stops the collector. Maps go on to be counted; events after it are lost, and counted as
/// [`Cause::Shutdown`](crate::Cause::Shutdown).
#[inline]
pub fn shutdown(deadline: Duration) -> FlushOutcome {
    imp::shutdown(deadline)
}

/// The address of the live page, if it is being served; always `None` without the feature `listen`.
#[must_use]
#[inline]
pub fn local_addr() -> Option<SocketAddr> {
    imp::local_addr()
}

/// Settings that are to hold if the environment does not say otherwise. With tracing off it has no size and keeps
/// nothing: what is set is forgotten, and a sink is dropped at once.
#[derive(Debug)]
#[must_use = "a builder does nothing until it is started"]
pub struct Builder {
    settings: imp::Settings,
}

impl Builder {
    /// Whether to trace at all (`MAPTRACE_ENABLED`). Default: yes.
    #[inline]
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.settings.change(|config| config.enabled = enabled);
        self
    }

    /// Records one in `n` operations as an event, of maps whose site does not say (`MAPTRACE_SAMPLE`). Default: 1,
    /// every operation. 0 is `auto`: as many as the collector can take. Counts are exact in any case. With a number, a map
    /// that has no record of its own yet records all.
    #[inline]
    pub fn sample(mut self, n: u32) -> Self {
        self.settings.change(|config| config.sample = n.min(1_000_000));
        self
    }

    /// Bytes of a thread's first ring (`MAPTRACE_RING_BYTES`), from 1 KiB to 64 MiB; rounded up to a power of two.
    /// Default: 64 KiB, 8,192 words: each holds up to eight operations that the thread did on one map, one after the other.
    /// A thread that fills it faster than it is drained is given a larger one, up to 1 MiB, as long as half of the
    /// [memory](Self::memory) is free.
    #[inline]
    pub fn ring_bytes(mut self, bytes: usize) -> Self {
        self.settings
            .change(|config| config.ring_bytes = bytes.clamp(1 << 10, 64 << 20));
        self
    }

    /// Most bytes maptrace may hold for rings and records (`MAPTRACE_MEMORY`), at least 1 MiB. Default: 64 MiB.
    #[inline]
    pub fn memory(mut self, bytes: u64) -> Self {
        self.settings.change(|config| config.memory = bytes.max(1 << 20));
        self
    }

    /// Most live maps that have a record of their own (`MAPTRACE_INSTANCES`). Default: 65,536.
    #[inline]
    pub fn instances(mut self, most: u32) -> Self {
        self.settings.change(|config| config.instances = most);
        self
    }

    /// Serves `/`, `/metrics` and `/maps.json` here (`MAPTRACE_LISTEN`). Default: nowhere. Without the feature `listen` nobody
    /// is served, and standard error says so.
    #[inline]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.settings.change(|config| config.listen = Some(address));
        self
    }

    /// Lets the page be asked for by one more name (`MAPTRACE_ALLOW_HOST`, with commas between several; it replaces
    /// what was allowed here): the machine's own, or that of a proxy before it, without a port. Default: none, so that
    /// `Host` has to be `localhost`, a loopback address or the address that was connected to. A name that others can
    /// make point elsewhere opens the door to their web pages.
    #[inline]
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.settings.change(|config| config.allow_hosts.push(name.into()));
        self
    }

    /// Prints the report to standard error when the process ends (`MAPTRACE_REPORT=text`).
    #[inline]
    pub fn report_at_exit(mut self) -> Self {
        self.settings.change(|config| config.report = ReportTo::Text);
        self
    }

    /// Writes the report to a file when the process ends (`MAPTRACE_REPORT=path`): as JSON if its name ends in `.json`.
    #[inline]
    pub fn report_to_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings
            .change(|config| config.report = ReportTo::File(path.into()));
        self
    }

    /// How often sinks get a snapshot (`MAPTRACE_INTERVAL`), at least 10 ms. Default: 1 s.
    #[inline]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.settings
            .change(|config| config.interval = interval.max(Duration::from_millis(10)));
        self
    }

    /// Tells of each single operation that takes this long or longer, at least 1 µs (`MAPTRACE_SLOW`), as an
    /// [`EpisodeKind::SlowOperation`](crate::EpisodeKind::SlowOperation): of slow `Hash`, `Eq`, `Ord` and `Drop` code, or a thread
    /// that was not given the processor. Default: none is told of.
    ///
    /// Each assign, delete and look-up of an entry then reads the clock twice and goes a longer way, which costs some 50 to 100
    /// nanoseconds.
    #[inline]
    pub fn slow(mut self, least: Duration) -> Self {
        self.settings
            .change(|config| config.slow = Some(least.max(Duration::from_micros(1))));
        self
    }

    /// Keeps rings and records in a file in this folder (`MAPTRACE_FLIGHT`), so that the state of the maps and the last
    /// operations of each thread can be read when the process is gone, however it ended: `maptrace dump FOLDER`. Default:
    /// nowhere. Needs the feature `flight`, and Linux.
    ///
    /// Operations cost what they do without it. The folder is made if it is not there, and the file is readable by its owner
    /// alone; the files of the last eight processes are kept. On a disk that is busy a thread may have to wait for it: better
    /// a folder in memory, as below `/dev/shm`. If there is no room the process goes on without it, and says so.
    #[inline]
    pub fn flight(mut self, folder: impl Into<PathBuf>) -> Self {
        self.settings.change(|config| config.flight = Some(folder.into()));
        self
    }

    /// Sends episodes and snapshots to a sink, such as `maptrace_otel`'s exporter.
    #[inline]
    pub fn sink(mut self, sink: impl Sink + 'static) -> Self {
        self.settings.add(sink);
        self
    }

    /// Starts tracing. If it runs already, because a map was changed before, the sinks are taken and a warning says
    /// that the other settings came too late.
    #[inline]
    pub fn start(self) -> Guard {
        self.settings.start();
        Guard { _private: () }
    }
}

/// Flushes when it is dropped, for at most five seconds. Keep it until the end of `main`.
#[derive(Debug)]
#[must_use = "dropping the guard at once flushes at once"]
pub struct Guard {
    _private: (),
}

impl Drop for Guard {
    #[inline]
    fn drop(&mut self) {
        let outcome = flush(GUARD_DEADLINE);
        if !outcome.complete {
            match outcome.left {
                0 => say(format_args!(
                    "an exporter did not finish in time; not everything may have been delivered"
                )),
                1 => say(format_args!("not everything was delivered in time: 1 episode is left")),
                left => say(format_args!(
                    "not everything was delivered in time: {left} episodes are left"
                )),
            }
        }
    }
}
