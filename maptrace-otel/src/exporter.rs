//! The sink.

use std::fmt;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use maptrace_runtime::{COMPILED_IN, Episode, Notice, Sink, Snapshot};

use crate::error::BuildError;
use crate::health::HealthReader;
use crate::proto;
use crate::settings::{Settings, SpoolSettings};
use crate::shared::{Limits, Shared};
use crate::spans::{Fate, fate};
#[cfg(feature = "spool")]
use crate::spool::Spool;
use crate::spooler::Spooler;
use crate::transport::Network;
use crate::worker::{Content, Worker};

/// Sends episodes as spans, snapshots as metrics and notices as log records over OTLP; made by
/// [`Otlp::build`](crate::Otlp::build).
///
/// It is a [`Sink`]: give it to the collector. All its work is done on a thread of its own, `maptrace-otlp`, with
/// blocking I/O; it never uses the application's async runtime, and that thread uses plain maps only. Over gRPC (feature `grpc`)
/// that thread has a runtime of its own for as long as a request takes.
///
/// # What it costs
///
/// The collector pays one lock and one copy of an episode (under 300 bytes) for each episode, the application's threads
/// nothing. Memory is at most [`queue_size`](crate::Otlp::queue_size) episodes (2,048: under 1 MiB), one batch of spans
/// (512: under 2 MiB while it is encoded), the newest snapshot, 1,024 notices
/// (under 1 MiB), one row of totals per map name, and one request of
/// metrics (about 3 MiB while it is encoded). Deltas ([`Temporality`](crate::Temporality)) take what the server has on
/// top: up to 9 KiB per map name, most of it histograms, and one request that it may have taken.
///
/// No request is longer than 2 MiB. A server that answers 413 gets the same in halves, and no more than that at once
/// from then on.
///
/// # What is lost, and where it is counted
///
/// Nothing waits for a slow server: a full queue refuses, and the collector counts `export_failed`. What was accepted
/// and cannot be delivered within [`timeout`](crate::Otlp::timeout) is counted once, in [`Sink::failed`]. Metrics are
/// totals, or what is missing to them: a push that fails loses nothing. Notices that are lost are counted apart, and are
/// no `export_failed`. While a server rests that has asked for it (`Retry-After`) episodes wait in the queue, and those
/// that do not fit are refused. With a [spool](crate::Otlp#method.spool) all of them wait on disk instead.
/// [`HealthReader`] has all the figures.
///
/// # Dropping
///
/// Ends the exporter at once, as a [`shutdown`](Sink::shutdown) with a deadline of now: what was not sent has failed, or,
/// with a spool, goes to disk, which may take a second.
///
/// # Without tracing
///
/// With [`COMPILED_IN`] `false` it has no thread, opens no connection and takes nothing in, as if all signals were
/// switched off. Mistakes in its settings are still errors and warnings.
///
/// # Forks
///
/// A forked child has no exporter thread: there the exporter refuses each episode, and flushes nothing.
pub struct OtlpExporter {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    traces: bool,
    metrics: bool,
    logs: bool,
    min_entries: u64,
    pid: u32,
}

impl OtlpExporter {
    pub(crate) fn start(settings: Settings, warnings: &mut Vec<String>) -> Result<Self, BuildError> {
        let pid = std::process::id();
        // Without tracing nobody has anything to send, so nobody is there to send it.
        let (traces, metrics, logs) = (
            COMPILED_IN && settings.traces.enabled,
            COMPILED_IN && settings.metrics.enabled,
            COMPILED_IN && settings.logs.enabled,
        );
        let spooler = if traces || metrics || logs {
            spooler(settings.spool, warnings)?
        } else {
            Spooler::default()
        };
        let shared = Arc::new(Shared::new(Limits {
            queue: settings.queue,
            batch: settings.batch,
            span_delay: settings.span_delay,
            interval: settings.interval,
            spooling: spooler.is_on(),
        }));
        let thread = if traces || metrics || logs {
            let transport = Network::new(settings.traces, settings.metrics, settings.logs);
            let resource = proto::resource(&settings.resource, pid).map_err(|_| BuildError::Random)?;
            let content = Content {
                resource,
                sizes_in_names: settings.sizes_in_names,
                preferences: settings.preferences,
            };
            let worker = Worker::new(Arc::clone(&shared), transport, content, spooler);
            let thread = std::thread::Builder::new().name("maptrace-otlp".to_owned());
            Some(thread.spawn(move || worker.run()).map_err(BuildError::Thread)?)
        } else {
            shared.end();
            None
        };
        Ok(Self {
            shared,
            thread,
            traces,
            metrics,
            logs,
            min_entries: settings.min_entries,
            pid,
        })
    }

    /// Reads the exporter's own figures, also after it was given away.
    #[must_use]
    pub fn health(&self) -> HealthReader {
        HealthReader(Arc::clone(&self.shared))
    }

    /// Takes leave of the thread if it has ended.
    fn join(&mut self) {
        // One that sits in a system call ends when that does.
        if let Some(thread) = self.thread.take().filter(JoinHandle::is_finished) {
            // It has caught its own panics and has nothing more to say.
            let _ = thread.join();
        }
    }

    /// Whether this is a forked child, in which the lock may be held for ever by a thread that does not exist.
    fn is_forked(&self) -> bool {
        self.pid != std::process::id()
    }
}

/// The spool, if one is wanted. A variable with a folder that cannot be used is a warning.
#[cfg(feature = "spool")]
fn spooler(wanted: Option<SpoolSettings>, warnings: &mut Vec<String>) -> Result<Spooler, BuildError> {
    let Some(SpoolSettings {
        dir,
        max_bytes,
        from_env,
    }) = wanted
    else {
        return Ok(Spooler::default());
    };
    match Spool::open(&dir, max_bytes) {
        Ok(spool) => Ok(Spooler::new(spool)),
        Err(error) if from_env => {
            warnings.push(format!(
                "maptrace: MAPTRACE_SPOOL is {dir:?}, which cannot be used ({error}); accepted is a folder that this process \
                 can make or that belongs to it alone (chmod 700); going on without it"
            ));
            Ok(Spooler::default())
        }
        Err(error) => Err(BuildError::Spool { dir, error }),
    }
}

#[cfg(not(feature = "spool"))]
fn spooler(_: Option<SpoolSettings>, _: &mut Vec<String>) -> Result<Spooler, BuildError> {
    Ok(Spooler::default())
}

impl Sink for OtlpExporter {
    fn episode(&mut self, episode: &Episode) -> bool {
        if self.is_forked() {
            return false;
        }
        match fate(episode, self.min_entries) {
            Fate::Span if self.traces => return self.shared.offer(episode),
            Fate::Unsampled => self.shared.note(|health| health.unsampled += 1),
            Fate::Span | Fate::Small => self.shared.note(|health| health.small += 1),
        }
        true
    }

    fn snapshot(&mut self, snapshot: &Arc<Snapshot>) {
        if self.metrics && !self.is_forked() {
            self.shared.publish(snapshot);
        }
    }

    fn notice(&mut self, notice: &Notice) {
        if self.logs && !self.is_forked() {
            self.shared.tell(notice);
        }
    }

    /// Sends what is queued and pushes the newest snapshot, but not before the server wants to hear of it. Returns how
    /// many episodes have not met their fate by `deadline`; they stay queued.
    fn flush(&mut self, deadline: Instant) -> u64 {
        if self.is_forked() {
            0
        } else {
            self.shared.flush(deadline)
        }
    }

    /// As [`flush`](Sink::flush), for the last time: nothing is accepted afterwards. Each batch is tried once more at
    /// most, without waiting, whatever the server has asked for. Returns how many episodes it lost; they are counted in
    /// [`failed`](Sink::failed).
    fn shutdown(&mut self, deadline: Instant) -> u64 {
        if self.is_forked() {
            return 0;
        }
        let lost = self.shared.shutdown(deadline);
        self.join();
        lost
    }

    fn failed(&self) -> u64 {
        if self.is_forked() { 0 } else { self.shared.failed() }
    }
}

impl Drop for OtlpExporter {
    fn drop(&mut self) {
        if self.is_forked() {
            // To detach a thread that this process never had is undefined in POSIX.
            std::mem::forget(self.thread.take());
            return;
        }
        self.shared.abandon();
        self.join();
    }
}

impl fmt::Debug for OtlpExporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtlpExporter")
            .field("health", &self.health())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
