//! The calls, with tracing on.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::FlushOutcome;
use crate::config::Config;
use crate::global;
use crate::say::say;
use crate::sink::Sink;
use crate::snapshot::Snapshot;

#[derive(Default)]
pub(super) struct Settings {
    config: Config,
    /// Whether any setting was asked for.
    changed: bool,
    sinks: Vec<Box<dyn Sink>>,
}

impl fmt::Debug for Settings {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("config", &self.config)
            .field("sinks", &self.sinks.len())
            .finish()
    }
}

impl Settings {
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Config)) {
        change(&mut self.config);
        self.changed = true;
    }

    pub(super) fn add(&mut self, sink: impl Sink + 'static) {
        self.sinks.push(Box::new(sink));
    }

    #[inline]
    pub(super) fn start(self) {
        if !global::start(self.config, self.sinks) && self.changed {
            say(format_args!(
                "start() came after the first traced map was changed, so its settings were not used; \
                 call it first in main, or set the MAPTRACE_ variables"
            ));
        }
    }
}

#[inline]
pub(super) fn snapshot() -> Arc<Snapshot> {
    global::snapshot()
}

#[inline]
pub(super) fn flush(deadline: Duration) -> FlushOutcome {
    finish(deadline, false)
}

#[inline]
pub(super) fn shutdown(deadline: Duration) -> FlushOutcome {
    finish(deadline, true)
}

#[inline]
fn finish(deadline: Duration, stop: bool) -> FlushOutcome {
    let Some(hub) = global::existing_hub() else {
        return FlushOutcome {
            complete: true,
            left: 0,
        };
    };
    match hub.request(after(deadline), stop) {
        Some(left) => FlushOutcome {
            complete: left == 0,
            left,
        },
        None => FlushOutcome {
            complete: false,
            left: hub.waiting.load(Ordering::Relaxed),
        },
    }
}

/// The moment after this much time: a year at most, as a caller may well say "for ever" with [`Duration::MAX`].
#[inline]
fn after(time: Duration) -> Instant {
    Instant::now() + time.min(Duration::from_secs(365 * 86_400))
}

#[inline]
pub(super) fn local_addr() -> Option<SocketAddr> {
    global::local_addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_is_told_from_what_is_so_anyway() {
        let mut settings = Settings::default();
        assert!(!settings.changed);
        settings.change(|config| config.sample = 2);
        assert!(settings.changed && settings.config.sample == 2);
    }
}
