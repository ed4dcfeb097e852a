//! Notices as events of `tracing`.

use maptrace_runtime::{Episode, FigureValue, Notice, NoticeKind, Severity, Sink};
use tracing::{Level, event};

use crate::logs::body;
use crate::proto::{bounded, hex};

/// A sink that tells each [`Notice`] as an event of `tracing`, so that it is where the service's own log is.
///
/// The event's target is `maptrace`, its name the [kind's](NoticeKind::event_name), its level `WARN` or `INFO`, its message
/// the sentence. Its fields are `state` (`began`, `ended`, `once`), `map.name`, `map.type`, `map.kind` if it is about a map,
/// `suppressed` if some were held back before, `trace_id` and `span_id` in hexadecimal if there is a sampled span to look
/// at, and the figures: `map.entries`, `map.deletes.rate`, `map.duration`, ... with times in seconds. It belongs to no span.
///
/// # What it costs
///
/// At most 30 notices a minute and as many ends, on the collector's thread, where the subscriber is called: one that
/// blocks for long keeps the collector from draining. Traced maps that the subscriber uses there are not recorded, so
/// nothing that is told causes the next. Episodes and snapshots it leaves alone.
///
/// # Examples
///
/// ```no_run
/// use maptrace_otel::TracingEvents;
///
/// // Wherever the program's subscriber writes, it now says what the maps are up to.
/// let _guard = maptrace_runtime::builder().sink(TracingEvents::new()).start();
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TracingEvents {
    _private: (),
}

impl TracingEvents {
    /// A sink for [`Builder::sink`](maptrace_runtime::Builder::sink).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Sink for TracingEvents {
    fn episode(&mut self, _: &Episode) -> bool {
        true
    }

    fn notice(&mut self, notice: &Notice) {
        tell(notice);
    }
}

/// A count among the figures.
fn count(notice: &Notice, key: &str) -> Option<u64> {
    notice
        .figures
        .iter()
        .find(|figure| figure.key == key)
        .and_then(|figure| match figure.value {
            FigureValue::Count(count) => Some(count),
            _ => None,
        })
}

/// A rate, or a time in seconds.
fn real(notice: &Notice, key: &str) -> Option<f64> {
    notice
        .figures
        .iter()
        .find(|figure| figure.key == key)
        .and_then(|figure| match figure.value {
            FigureValue::Rate(rate) => Some(rate),
            FigureValue::Time(time) => Some(time.as_secs_f64()),
            _ => None,
        })
}

/// Names and fields of an event are fixed when the program is compiled, so each kind has its own.
macro_rules! tell {
    ($notice:ident, $name:literal, counts: [$($count:literal),*], reals: [$($real:literal),*]) => {
        match $notice.severity {
            Severity::Info => tell!(Level::INFO, $notice, $name, [$($count),*], [$($real),*]),
            _ => tell!(Level::WARN, $notice, $name, [$($count),*], [$($real),*]),
        }
    };
    ($level:expr, $notice:ident, $name:literal, [$($count:literal),*], [$($real:literal),*]) => {{
        let map = $notice.map.as_deref();
        let context = $notice.context.filter(|context| context.sampled);
        event!(
            name: $name,
            target: "maptrace",
            parent: None,
            $level,
            state = $notice.state.as_str(),
            "map.name" = map.map(|map| bounded(&map.name)),
            "map.type" = map.map(|map| bounded(&map.type_label)),
            "map.kind" = map.map(|map| map.kind.as_str()),
            suppressed = Some($notice.suppressed).filter(|&suppressed| suppressed > 0),
            trace_id = context.map(|context| hex(&context.trace_id)),
            span_id = context.map(|context| hex(&context.span_id)),
            $($count = count($notice, $count),)*
            $($real = real($notice, $real),)*
            "{}",
            body($notice)
        );
    }};
}

fn tell(notice: &Notice) {
    match notice.kind {
        NoticeKind::Presize => tell!(
            notice, "map.presize",
            counts: ["map.grows", "map.instances", "map.capacity.advised"], reals: ["map.pause.total"]
        ),
        NoticeKind::WastedMemory => tell!(
            notice, "map.wasted_memory",
            counts: ["map.bytes.held", "map.bytes.needed", "map.entries", "map.instances"], reals: []
        ),
        NoticeKind::Tombstones => tell!(
            notice, "map.tombstones",
            counts: ["map.tombstones", "map.capacity", "map.entries", "map.bytes.held"], reals: []
        ),
        NoticeKind::Misses => tell!(
            notice, "map.misses",
            counts: ["map.deletes.miss", "map.deletes", "map.entries", "map.bytes.held"], reals: []
        ),
        NoticeKind::LongPause => tell!(notice, "map.long_pause", counts: ["map.entries"], reals: ["map.pause"]),
        NoticeKind::DeleteStorm => tell!(
            notice, "map.delete_storm",
            counts: ["map.deletes", "map.entries.before", "map.entries", "map.bytes.held"],
            reals: ["map.deletes.rate", "map.deletes.rate.usual", "map.duration"]
        ),
        NoticeKind::RehashStorm => tell!(
            notice, "map.rehash_storm",
            counts: ["map.rehashes", "map.grows", "map.entries"], reals: ["map.pause.total", "map.duration"]
        ),
        NoticeKind::GrowthWithoutBound => tell!(
            notice, "map.growth_without_bound",
            counts: ["map.entries.before", "map.entries", "map.assigns.new", "map.deletes", "map.bytes.held"],
            reals: ["map.entries.rate", "map.duration"]
        ),
        NoticeKind::EventsLost => tell!(
            notice, "maptrace.events_lost",
            counts: [
                "maptrace.events.dropped", "maptrace.events.emitted", "maptrace.events.dropped.full",
                "maptrace.events.dropped.reentrant", "maptrace.events.dropped.tls_dead", "maptrace.events.dropped.fork",
                "maptrace.events.dropped.collector_dead", "maptrace.events.dropped.shutdown",
                "maptrace.events.dropped.disabled"
            ],
            reals: []
        ),
        NoticeKind::ExportLoss => {
            tell!(notice, "maptrace.export_loss", counts: ["maptrace.export.failed"], reals: []);
        }
        // One that this version does not know is told by its sentence alone.
        _ => tell!(notice, "maptrace.notice", counts: [], reals: []),
    }
}
